/*
 * The one script of hongxian's pages. Plain functions on events of the document, so that parts swapped in by htmx work at once.
 *
 * WHAT ELEMENTS CAN ASK FOR
 *
 * data-key="n"              a shortcut: presses a button or link, picks a radio, goes into a field. Keys are as in event.key, lower
 *                           case ("n", "1", "/", "Escape"), or "Ctrl+Enter". Ignored while somebody types, except Escape and
 *                           Ctrl+Enter. "?" is taken: it lists the page's shortcuts. data-key-label names it there,
 *                           else its aria-label or its text.
 * data-expires="60"         a secret that is shown for so many seconds: then its content is removed, and at once when the page is left.
 *                           Inside, the number in [data-expires-left] counts down.
 * data-autosubmit           a filter form that sends itself when a field changes, text fields half a second after typing.
 * data-confirm="…"          on a form, a button or an element with hx-*: asks first. data-confirm-ok names the button.
 * data-counter="#id"        on a field: writes "12 / 200" there (maxlength is the 200); characters as people count them.
 * data-toggle="#id"         on a button: opens and closes that element (class is-open); opened, its first field has the cursor.
 * data-dismiss="selector"   on a button: removes the nearest such element.
 * data-popup                on <details>: closes on Escape and on a click elsewhere.
 * data-focus                after a swap, the cursor goes here; else to the first field in error; else to the swapped part
 *                           when the cursor was in it. Parts that load by themselves move nothing.
 * data-pick-all="name"      on a checkbox: ticks all checkboxes of that name in its form.
 * data-live                 on a part that asks for itself again and again: no progress line, and the focus stays where it is.
 * data-latest               on a part that asks by POST while somebody fills in: the newest question counts (with hx-sync).
 * data-fill                 on a button: writes data-fill-<field> into the fields of that name in form[data-fill-form].
 *
 * A form or button that is under way can't be sent twice. An answer can show a toast with the header
 * HX-Trigger: {"toast": {"level": "success", "text": "…"}}.
 */
(() => {
  "use strict";

  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const texts = () => find("#hx-texts")?.dataset ?? {};
  const isOpen = (dialog) => dialog instanceof HTMLDialogElement && dialog.open;

  // ---------- toasts ----------

  const ICONS = { success: "circle-check", warning: "alert-triangle", error: "alert-circle", info: "info-circle" };
  const SVG = "http://www.w3.org/2000/svg";

  function icon(name) {
    const known = find(".icon use");
    const sprite = known ? known.getAttribute("href").split("#")[0] : "";
    const svg = document.createElementNS(SVG, "svg");
    const use = document.createElementNS(SVG, "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  function toast(level, text) {
    const box = find("#hx-toasts");
    if (!box || !text) return;
    if (all(".hx-toast-text", box).some((shown) => shown.textContent === text)) return;
    const element = document.createElement("div");
    const words = document.createElement("span");
    const close = document.createElement("button");
    element.className = `hx-toast hx-toast-${level in ICONS ? level : "info"}`;
    element.dataset.toast = "";
    element.dataset.fading = "";
    words.className = "hx-toast-text";
    words.textContent = text;
    close.className = "hx-toast-close";
    close.type = "button";
    close.dataset.dismiss = "[data-toast]";
    close.setAttribute("aria-label", texts().close ?? "×");
    close.append(icon("x"));
    element.append(icon(ICONS[level] ?? ICONS.info), words, close);
    box.append(element);
    fade(element);
  }

  // Errors stay until they are closed; the rest goes after eight seconds, unless somebody is on it.
  function fade(element) {
    if (element.matches(".hx-toast-error, .hx-toast-warning")) return;
    const timer = setInterval(() => {
      if (element.matches(":hover, :focus-within")) return;
      clearInterval(timer);
      element.remove();
    }, 8000);
  }

  document.addEventListener("toast", (event) => toast(event.detail?.level ?? "info", event.detail?.text ?? ""));

  // ---------- secrets that expire ----------

  const deadlines = new Map();
  let ticking = null;

  function hideSecret(element) {
    deadlines.delete(element);
    element.removeAttribute("data-expires");
    const note = document.createElement("span");
    note.textContent = texts().expired ?? "";
    element.replaceChildren(note);
  }

  function tick() {
    for (const [element, deadline] of deadlines) {
      const left = Math.ceil((deadline - Date.now()) / 1000);
      if (!element.isConnected) deadlines.delete(element);
      else if (left <= 0) hideSecret(element);
      else all("[data-expires-left]", element).forEach((place) => { place.textContent = String(left); });
    }
    if (!deadlines.size && ticking) ticking = void clearInterval(ticking);
  }

  function watchSecrets(root) {
    for (const element of all("[data-expires]", root)) {
      if (deadlines.has(element)) continue;
      deadlines.set(element, Date.now() + Number(element.dataset.expires) * 1000);
      all("[data-expires-left]", element).forEach((place) => { place.setAttribute("role", "timer"); place.setAttribute("aria-live", "off"); });
    }
    tick();
    if (deadlines.size && !ticking) ticking = setInterval(tick, 250);
  }

  const hideSecrets = () => all("[data-expires]").forEach(hideSecret);
  window.addEventListener("pagehide", hideSecrets);
  document.addEventListener("visibilitychange", tick);
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    hideSecrets();
    all("[aria-busy='true']").forEach(release);
  });

  // ---------- asking first ----------

  let agreed = null;

  async function ask(asker) {
    const dialog = find("#hx-confirm");
    const ok = find("[data-confirm-ok]", dialog);
    ok.dataset.text ??= ok.textContent;
    ok.textContent = asker.dataset.confirmOk ?? ok.dataset.text;
    find("[data-confirm-text]", dialog).textContent = asker.dataset.confirm;
    const before = document.activeElement;
    dialog.returnValue = "cancel";
    dialog.showModal();
    ok.focus();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (before?.isConnected) before.focus();
    return dialog.returnValue === "ok";
  }

  const askerOf = (element, submitter) => [submitter, element].find((one) => one?.dataset?.confirm) ?? null;
  const isHtmx = (form) => form.matches("[hx-post], [hx-get], [hx-put], [hx-patch], [hx-delete]");

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.method === "dialog" || isHtmx(form) || (event.submitter && isHtmx(event.submitter))) return;
    const asker = askerOf(form, event.submitter);
    if (asker && agreed !== form) {
      event.preventDefault();
      const submitter = event.submitter;
      if (!(await ask(asker))) return;
      agreed = form;
      form.requestSubmit(submitter);
      agreed = null;
      return;
    }
    if (form.getAttribute("aria-busy") === "true") event.preventDefault();
    else if (form.method === "post") hold(form);
  });

  // ---------- nothing twice ----------

  function hold(element) {
    element.setAttribute("aria-busy", "true");
    if (element instanceof HTMLFormElement) all("button:not([type=button])", element).forEach((button) => button.setAttribute("aria-busy", "true"));
  }

  function release(element) {
    element.removeAttribute("aria-busy");
    if (element instanceof HTMLFormElement) all("button[aria-busy]", element).forEach((button) => button.removeAttribute("aria-busy"));
  }

  document.addEventListener("htmx:confirm", async (event) => {
    const { elt, verb, triggeringEvent, issueRequest } = event.detail;
    if (verb !== "get" && elt.dataset.latest === undefined && elt.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    const asker = askerOf(elt, triggeringEvent?.submitter);
    if (!asker) return;
    event.preventDefault();
    if (await ask(asker)) issueRequest(true);
  });

  // ---------- htmx: progress, errors, focus ----------

  let running = 0;
  const isLive = (element) => element?.dataset?.live !== undefined;

  function showProgress(change) {
    running = Math.max(0, running + change);
    find("#hx-loading")?.classList.toggle("is-busy", running > 0);
  }

  document.addEventListener("htmx:beforeSend", (event) => {
    if (!isLive(event.detail.elt)) showProgress(1);
    if (event.detail.requestConfig.verb !== "get") hold(event.detail.elt);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!isLive(event.detail.elt)) showProgress(-1);
    release(event.detail.elt);
  });
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 401) toast("error", texts().signedOut);
    else toast("error", status >= 500 ? texts().serverError : texts().gone);
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, () => toast("error", texts().offline));

  document.addEventListener("htmx:afterSwap", (event) => { if (event.detail.elt) prepare(event.detail.elt.parentElement ?? document); });

  // Focus moves only when somebody did something: a part that loads by itself must not pull the cursor away.
  const DONE_BY_HAND = ["click", "submit", "change", "input", "keyup", "keydown", "search"];
  let swallowed = false;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const active = document.activeElement;
    swallowed = active !== document.body && Boolean(event.detail.target?.contains(active));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const part = event.detail.elt;
    if (!part?.isConnected || !DONE_BY_HAND.includes(event.detail.requestConfig?.triggeringEvent?.type)) return;
    const wanted = find("[data-focus], [autofocus]", part) ?? find("[aria-invalid='true'], .is-invalid", part);
    if (wanted) goTo(wanted);
    else if (swallowed && document.activeElement === document.body) goTo(part);
  });

  function goTo(element) {
    if (!element.matches("a[href], button, input, select, textarea, summary, [tabindex]")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: element.getBoundingClientRect().top > 0 && element.getBoundingClientRect().top < innerHeight });
  }

  // ---------- keys ----------

  const SILENT = "hongxian.keys";
  const keysOn = () => localStorage.getItem(SILENT) !== "off";
  const isTyping = (element) =>
    element instanceof HTMLElement &&
    (element.isContentEditable || element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])"));

  function nameOf(event) {
    const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    return event.ctrlKey || event.metaKey ? `Ctrl+${plain}` : plain;
  }

  const topDialog = () => all("dialog[open]").pop() ?? null;
  const isVisible = (element) => element.getClientRects().length > 0 && !element.matches(":disabled, [aria-disabled='true']");
  const keyed = () => all("[data-key]", topDialog() ?? document).filter((element) => isVisible(element) || element.matches(".hx-outcome > input"));

  function press(element) {
    if (element.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit], [type=button])")) {
      element.focus();
      if (element.select) element.select();
      return;
    }
    if (element.matches("input")) element.focus();
    element.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || event.defaultPrevented) return;
    const name = nameOf(event);
    const always = name === "Escape" || name === "Ctrl+Enter";
    if (event.repeat || (!always && (isTyping(event.target) || !keysOn()))) return;
    if (name === "Escape" && closePopups()) return;
    if (name === "?" && !topDialog()) {
      event.preventDefault();
      showKeys();
      return;
    }
    const element = keyed().find((one) => one.dataset.key === name);
    if (!element) return;
    event.preventDefault();
    press(element);
  });

  function labelOf(element) {
    if (element.dataset.keyLabel || element.getAttribute("aria-label")) return element.dataset.keyLabel || element.getAttribute("aria-label");
    const source = (element.labels?.[0] ?? element).cloneNode(true);
    all("kbd, svg", source).forEach((part) => part.remove());
    return source.textContent.trim().replace(/\s+/g, " ");
  }

  function showKeys() {
    const dialog = find("#hx-keys");
    const list = find("[data-keys-list]", dialog);
    const rows = keyed().filter((element) => !element.closest("dialog")).flatMap((element) => {
      const term = document.createElement("dt");
      const cap = document.createElement("kbd");
      const meaning = document.createElement("dd");
      cap.textContent = element.dataset.key === "Escape" ? "Esc" : element.dataset.key;
      term.append(cap);
      meaning.textContent = labelOf(element);
      return [term, meaning];
    });
    list.replaceChildren(...rows);
    list.hidden = rows.length === 0;
    find("[data-keys-none]", dialog).hidden = rows.length > 0;
    find("[data-keys-on]", dialog).checked = keysOn();
    dialog.showModal();
  }

  // ---------- small things ----------

  function closePopups(except = null) {
    const open = all("details[data-popup][open]").filter((popup) => popup !== except);
    open.forEach((popup) => {
      const inside = popup.contains(document.activeElement);
      popup.open = false;
      if (inside) find("summary", popup).focus();
    });
    return open.length > 0;
  }

  function toggle(button) {
    const target = find(button.dataset.toggle);
    const open = target.classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
    if (open) find("input:not([type=hidden]), select, textarea, a[href]", target)?.focus();
  }

  function fill(button) {
    const form = find("form[data-fill-form]");
    for (const [name, value] of Object.entries(button.dataset)) {
      const field = name.startsWith("fill") && name !== "fill" ? form?.elements.namedItem(name.slice(4).toLowerCase()) : null;
      if (field) field.value = value;
    }
    form?.querySelector("[type=submit]")?.focus();
  }

  document.addEventListener("click", (event) => {
    const popup = event.target.closest("details[data-popup]");
    closePopups(popup);
    const button = event.target.closest("[data-toggle], [data-dismiss], [data-show-keys], [data-fill]");
    if (!button) return;
    if (button.dataset.toggle) toggle(button);
    else if (button.dataset.dismiss) button.closest(button.dataset.dismiss)?.remove();
    else if ("showKeys" in button.dataset) showKeys();
    else fill(button);
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.matches("[data-keys-on]")) localStorage.setItem(SILENT, field.checked ? "on" : "off");
    if (field.dataset.pickAll) {
      all(`input[type=checkbox][name="${CSS.escape(field.dataset.pickAll)}"]`, field.form ?? document).forEach((box) => { box.checked = field.checked; });
    }
    const form = field.form;
    if (form?.matches("[data-autosubmit]") && !isTextField(field)) form.requestSubmit();
  });

  const isTextField = (field) => field.matches("input[type=search], input[type=text], input[type=number], input:not([type])");
  const waiting = new WeakMap();

  document.addEventListener("input", (event) => {
    const field = event.target;
    if (field.dataset.counter) count(field);
    const form = field.form;
    if (!form?.matches("[data-autosubmit]") || !isTextField(field)) return;
    clearTimeout(waiting.get(form));
    waiting.set(form, setTimeout(() => form.requestSubmit(), 500));
  });

  function count(field) {
    const place = find(field.dataset.counter);
    if (!place) return;
    const length = Array.from(field.value).length;
    place.textContent = field.maxLength > 0 ? `${length} / ${field.maxLength}` : String(length);
  }

  function prepare(root) {
    all("[data-counter]", root).forEach(count);
    all("[data-toggle]", root).forEach((button) => button.hasAttribute("aria-expanded") || button.setAttribute("aria-expanded", "false"));
    all("[data-key]", root).forEach((element) => element.setAttribute("aria-keyshortcuts", element.dataset.key.replace("Ctrl+", "Control+")));
    all("#hx-toasts > .hx-toast:not([data-fading])").forEach((element) => { element.dataset.fading = ""; fade(element); });
    watchSecrets(root);
  }

  prepare(document);
})();
