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

// A page that comes back from the browser's memory must have working buttons.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});

for (const unneeded of document.querySelectorAll(".no-script")) unneeded.hidden = true;
for (const field of document.querySelectorAll("[data-submits]")) {
  field.addEventListener("change", () => document.getElementById(field.dataset.submits).click());
}

const editor = document.querySelector("form[data-guard]");
if (editor) {
  const fields = () => [...editor.elements].filter((field) => field.name && field.type !== "file").map((field) => field.value).join("\u0000");
  const before = fields();
  window.addEventListener("beforeunload", (event) => {
    if (!editor.dataset.sent && fields() !== before) event.preventDefault();
  });
  keepPreviewTrue(editor);
  for (const field of editor.querySelectorAll("[data-gap]")) field.addEventListener("change", () => fillGap(editor, field));
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
