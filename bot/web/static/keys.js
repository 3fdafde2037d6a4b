// One key where one suffices. A key stands at its control as data-key: pressing it is pressing, opening or entering the
// control. So every key is a button too, and what is not on the page has no key.
"use strict";

const isField = (node) => node && (node.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName)) && node.type !== "checkbox";
const isSeen = (node) => node.getClientRects().length > 0 && !node.disabled;
const controlOf = (key) => [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(isSeen);

function act(control) {
  if (control.tagName === "SUMMARY") {
    control.parentElement.open = true;
    const field = control.parentElement.querySelector("select, input:not([type=hidden]):not([hidden]), textarea, iframe, img");
    (field && field.focus ? field : control).focus();
    control.scrollIntoView({ block: "nearest" });
  } else if (isField(control) && control.type !== "file") {
    control.focus();
    if (control.select && control.tagName === "INPUT") control.select();
  } else {
    control.click();
  }
}

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey || event.isComposing) return;
  if (command && event.key.toLowerCase() === "k") return take(event, openPalette);
  if (document.querySelector("dialog[open]")) return;
  if (command) return inField(event);
  if (event.key === "Escape") return document.activeElement.blur();
  if (isField(event.target)) {
    const button = event.key === "Enter" && event.target.dataset.submitWith;
    if (button) take(event, () => document.getElementById(button).click());
    return;
  }
  if (event.key === "?") return take(event, () => document.getElementById("keys")?.showModal());
  if (moveInList(event)) return;
  const control = controlOf(event.key);
  if (control) take(event, () => act(control));
});

function take(event, what) {
  event.preventDefault();
  what();
}

function inField(event) {
  const key = { Enter: "a", s: "s", i: "p" }[event.key];
  const control = key && controlOf(key);
  if (control) take(event, () => (key === "p" ? act(control) : control.click()));
}

// Lists: j and k go from row to row, x chooses the row. The link of a row has the focus, so Enter opens it.
function moveInList(event) {
  const links = [...document.querySelectorAll(".list .cover, .hits .cover")];
  if (!links.length || !["j", "k", "x"].includes(event.key)) return false;
  const row = document.activeElement.closest(".list tbody tr, .hits li");
  const at = links.findIndex((link) => row && row.contains(link));
  if (event.key === "x") {
    const box = row && row.querySelector("[type=checkbox]");
    if (box) take(event, () => box.click());
    return true;
  }
  const next = links[event.key === "j" ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)];
  take(event, () => next.focus());
  return true;
}

// The palette offers what the page itself offers: its keys, its links, its buttons.
function openPalette() {
  const palette = document.getElementById("palette");
  if (!palette || palette.open) return;
  const words = document.getElementById("palette-words");
  const name = (node) => (node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent || "").trim().replace(/\s+/g, " ");
  const offers = [...document.querySelectorAll("[data-key], .bar nav a, .tabs a")].filter(isSeen)
    .map((node) => ({ node, name: name(node), key: node.dataset.key || "" })).filter((offer) => offer.name);
  const show = () => {
    const asked = words.value.toLowerCase().split(/\s+/);
    const found = offers.filter((offer) => asked.every((word) => offer.name.toLowerCase().includes(word))).slice(0, 30);
    document.getElementById("palette-found").replaceChildren(...found.map((offer) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = offer.name;
      if (offer.key) button.append(Object.assign(document.createElement("kbd"), { textContent: offer.key }));
      button.addEventListener("click", () => { palette.close(); act(offer.node); });
      const line = document.createElement("li");
      line.append(button);
      return line;
    }));
  };
  words.value = "";
  words.oninput = show;
  words.onkeydown = (event) => {
    const first = document.querySelector("#palette-found button");
    if (event.key === "Enter" && first) take(event, () => first.click());
    if (event.key === "ArrowDown" && first) take(event, () => first.focus());
  };
  document.getElementById("palette-found").onkeydown = (event) => {
    const line = document.activeElement.closest("li");
    const next = event.key === "ArrowDown" ? line?.nextElementSibling : event.key === "ArrowUp" ? line?.previousElementSibling : null;
    if (next) take(event, () => next.firstChild.focus());
  };
  show();
  palette.showModal();
}

const opener = document.getElementById("show-keys");
if (opener) {
  opener.hidden = false;
  opener.addEventListener("click", () => document.getElementById("keys").showModal());
}

// Undo is offered as long as it can work: what was approved leaves after ten seconds.
for (const button of document.querySelectorAll("[data-fades]")) {
  let left = 10;
  const tick = () => {
    button.textContent = `Undo (${left})`;
    if (left-- <= 0) button.form.remove();
    else setTimeout(tick, 1000);
  };
  tick();
}

// In a list the first row takes the focus, so that the keys work at once; nothing is scrolled for it.
if (!document.activeElement || document.activeElement === document.body) {
  document.querySelector(".list .cover, .hits .cover")?.focus({ preventScroll: true });
}
