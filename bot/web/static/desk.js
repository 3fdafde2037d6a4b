// The page works without this. It guards against losing edits and against the second click of an impatient hand,
// shows what the customer will see while one writes, and fills gaps.
"use strict";

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    form.dataset.sent = "yes";
    // After this turn: a button that is disabled now would not say which one was pressed.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
}

// The page that answers a form is a new one. The focus goes on where it was; where that has gone, to what was done.
const FOCUS = "creditdesk-focus";
document.addEventListener("submit", (event) => {
  const at = document.activeElement?.matches("input, textarea, select") ? document.activeElement : event.submitter;
  const place = { page: location.pathname, id: at?.id || "", action: event.submitter?.formAction || event.target.action, text: event.submitter?.textContent };
  sessionStorage.setItem(FOCUS, JSON.stringify(place));
});
const told = document.querySelector(".message[tabindex]");
const before = JSON.parse(sessionStorage.getItem(FOCUS) || "null");
sessionStorage.removeItem(FOCUS);
if (told && before && !document.querySelector(".list .cover")) {
  const isSame = (button) => button.formAction === before.action && button.textContent === before.text && button.checkVisibility();
  const kept = before.page === location.pathname && !told.matches("[role=alert]")
    && (document.getElementById(before.id) || [...document.querySelectorAll("main button")].find(isSame));
  (kept || told).focus({ preventScroll: !kept });
}

// A page that comes back from the browser's memory must have working buttons.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

for (const unneeded of document.querySelectorAll(".no-script")) unneeded.hidden = true;
for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => document.getElementById(field.dataset.submits).click());
}

// What a mark says stands on hover; a finger has none, so a touch opens the list of what they say.
document.addEventListener("click", (event) => {
  const says = event.target.closest?.("mark[title]")?.closest(".message-card")?.querySelector(".says");
  if (says && !says.contains(event.target)) says.open = true;
});

const editor = document.querySelector("form[data-guard]");
if (editor) {
  const fields = () => [...editor.elements].filter((field) => field.name && field.type !== "file").map((field) => field.value).join("\u0000");
  const before = fields();
  window.addEventListener("beforeunload", (event) => {
    if (!editor.dataset.sent && fields() !== before) event.preventDefault();
  });
  if (document.getElementById("preview")) keepPreviewTrue(editor);
  for (const button of editor.querySelectorAll("[data-text]")) button.addEventListener("click", (event) => putIn(event, editor, button));
  for (const field of editor.querySelectorAll("[data-gap]")) field.addEventListener("change", () => fillGap(editor, field));
}

// A canned text goes where the cursor stands in the text; where it was never put there, before the sign-off.
const body = document.getElementById("body");
body?.addEventListener("focus", () => { body.dataset.visited = "yes"; }, { once: true });
async function putIn(event, form, button) {
  event.preventDefault();
  const answer = await fetch(button.dataset.text).catch(() => null);
  if (!answer || !answer.ok || answer.redirected) return form.requestSubmit(button);
  const { text } = await answer.json();
  const at = body.dataset.visited ? body.selectionStart : Math.max(body.value.trimEnd().lastIndexOf("\n\n"), 0);
  const before = body.value.slice(0, at).trimEnd();
  const after = body.value.slice(body.dataset.visited ? body.selectionEnd : at).trimStart();
  body.value = [before, text, after].filter(Boolean).join("\n\n");
  body.focus();
  const end = (before ? before.length + 2 : 0) + text.length;
  body.setSelectionRange(end, end);
  button.closest("details").open = false;
  form.dispatchEvent(new Event("input"));
}

// A field that shows of a list what has its words; Enter takes the first.
for (const field of document.querySelectorAll("[data-finds]")) {
  const lines = [...document.getElementById(field.dataset.finds).children];
  field.hidden = false;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const line of lines) line.hidden = !words.every((word) => line.textContent.toLowerCase().includes(word));
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    lines.find((line) => !line.hidden)?.querySelector("button").click();
  });
}

function fillGap(form, field) {
  const value = field.value.trim();
  if (!value) return;
  for (const text of [form.elements.subject, form.elements.body]) text.value = text.value.replaceAll(field.dataset.gap, value);
  form.dispatchEvent(new Event("input"));
}

function keepPreviewTrue(form) {
  const shown = document.getElementById("preview");
  let timer = 0;
  let asked = 0;
  const ask = async () => {
    const data = new FormData(form);
    data.delete("upload");
    const turn = ++asked;
    const answer = await fetch(shown.dataset.from, { method: "POST", body: data }).catch(() => null);
    // An answer that a later one overtook is no longer the truth.
    if (turn !== asked) return;
    shown.classList.toggle("old", !answer || !answer.ok);
    if (answer && answer.ok) shown.innerHTML = await answer.text();
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 300);
  });
}
