/*
 * The live board: asks again every few seconds with the mark of what it shows, and exchanges the live part when that has changed.
 * When no answer comes it says so on the wall: a number that has stopped must not look alive. Hidden screens don't ask.
 *
 * data-board="address" data-mark   on the board; inside, [data-board-live] is what is exchanged, [data-board-state] says how fresh it is
 * data-board-full                  a button that shows the board alone on the whole screen
 */
(() => {
  "use strict";

  const EVERY = 5000;
  const SLOWEST = 30000;
  const LOST = 20000;
  const board = document.querySelector("[data-board]");
  if (!board) return;
  const live = board.querySelector("[data-board-live]");
  const state = board.querySelector("[data-board-state]");
  let seen = Date.now();
  let wait = EVERY;

  const clock = (at) => new Date(at).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });

  function say() {
    const lost = Date.now() - seen > LOST;
    board.classList.toggle("is-lost", lost);
    const words = `${lost ? state.dataset.lost : state.dataset.seen} ${clock(seen)}`;
    if (state.textContent !== words) state.textContent = words;
  }

  function exchange(text) {
    for (const chart of live.querySelectorAll("[data-chart]")) window.echarts?.getInstanceByDom(chart)?.dispose();
    live.innerHTML = text;
    document.dispatchEvent(new Event("board:exchanged"));
  }

  async function ask() {
    if (!document.hidden) {
      try {
        const answer = await fetch(board.dataset.board, { headers: { "If-None-Match": board.dataset.mark }, cache: "no-store", redirect: "manual" });
        if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
          location.reload(); // the day's session is over
          return;
        }
        if (answer.status === 200) {
          exchange(await answer.text());
          board.dataset.mark = answer.headers.get("ETag") ?? "";
        }
        if (answer.status === 200 || answer.status === 304) {
          seen = Date.now();
          wait = EVERY;
        } else wait = Math.min(wait * 2, SLOWEST);
      } catch {
        wait = Math.min(wait * 2, SLOWEST);
      }
      say();
    }
    setTimeout(ask, wait * (0.9 + 0.2 * Math.random()));
  }

  for (const button of document.querySelectorAll("[data-board-full]")) {
    if (!document.fullscreenEnabled) button.hidden = true;
    button.addEventListener("click", () => board.requestFullscreen());
  }
  setTimeout(ask, EVERY * Math.random());
  setInterval(say, 5000);
})();
