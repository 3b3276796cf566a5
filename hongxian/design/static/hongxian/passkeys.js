/*
 * Passkeys. <form data-passkey="get|create" data-begin="…" data-failed="…"> is shown where the browser can do it. Sent, it asks
 * data-begin for a challenge (with its own fields, the password among them), then the device, writes the answer into the field
 * "credential" and sends itself. What goes wrong stands in [data-passkey-error]; [data-passkey-without] is for other browsers.
 */
(() => {
  "use strict";

  const forms = Array.from(document.querySelectorAll("form[data-passkey]"));
  const address = /^[\d.]+$|:/.test(location.hostname); // a passkey belongs to a name, never to an address
  const able = window.isSecureContext && !address && Boolean(window.webauthnJSON?.supported());
  document.querySelectorAll("[data-passkey-without]").forEach((note) => { note.hidden = able; });

  function say(form, text) {
    const place = form.querySelector("[data-passkey-error]");
    place.textContent = text;
    place.hidden = !text;
  }

  async function answer(form) {
    const reply = await fetch(form.dataset.begin, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    if (reply.redirected) return void location.assign("/login/");
    const told = await reply.json();
    if (!reply.ok) return say(form, told.error ?? form.dataset.failed);
    const credential = await window.webauthnJSON[form.dataset.passkey](told);
    form.elements.credential.value = JSON.stringify(credential);
    if (form.elements.password) form.elements.password.value = "";
    form.submit();
  }

  for (const form of able ? forms : []) {
    form.hidden = false;
    // In the capturing phase and stopped there: app.js would take the form for one that is on its way.
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      event.stopPropagation();
      const button = form.querySelector("button[type=submit]");
      if (button.disabled) return;
      button.disabled = true;
      say(form, "");
      answer(form)
        .catch(() => say(form, form.dataset.failed))
        .finally(() => { button.disabled = false; });
    }, true);
  }
})();
