// Tells of new work and of colleagues at the same item, in a corner: nothing that the eye is on ever moves.
"use strict";

const ASKS_EVERY = 5000;

function repeatedly(ask) {
  const round = async () => {
    // A page that nobody looks at asks nothing.
    if (!document.hidden) await ask().catch(() => null);
    setTimeout(round, ASKS_EVERY);
  };
  round();
}

const answerOf = async (request) => {
  const answer = await request;
  return answer.ok && !answer.redirected ? answer.json() : null;
};

const list = document.querySelector("[data-news]");
if (list) {
  repeatedly(async () => {
    const found = await answerOf(fetch(list.dataset.news));
    if (!found || list.textContent === found.told) return;
    const link = Object.assign(document.createElement("a"), { href: location.href, textContent: found.told });
    link.dataset.key = ".";
    list.replaceChildren(...(found.told ? [link] : []));
  });
}

const here = document.querySelector("form[data-presence]");
if (here) {
  const body = document.getElementById("body");
  const before = body?.value;
  const say = (doing) => {
    const data = new FormData(here);
    data.set("doing", doing);
    return data;
  };
  const doing = () => (body && body.value !== before ? "writing" : "looking");
  repeatedly(async () => {
    const found = await answerOf(fetch(here.dataset.presence, { method: "POST", body: say(doing()) }));
    if (!found) return;
    for (const name of ["told", "fresh"]) {
      const shown = here.querySelector(`.${name}`);
      if (shown.textContent !== (found[name] || "")) shown.textContent = found[name] || "";
      shown.hidden = !shown.textContent && name === "fresh";
    }
  });
  window.addEventListener("pagehide", () => navigator.sendBeacon(here.dataset.presence, say("leaving")));
}
