// The page works without this. It only guards against losing edits and against the second click of an impatient hand.
"use strict";

for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    form.dataset.sent = "yes";
    // After this turn: a button that is disabled now would not say which one was pressed.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  });
}

const editor = document.querySelector("form[data-guard]");
if (editor) {
  const fields = () => [...editor.elements].filter((field) => field.name).map((field) => field.value).join("\u0000");
  const before = fields();
  window.addEventListener("beforeunload", (event) => {
    if (!editor.dataset.sent && fields() !== before) event.preventDefault();
  });
}

// A page that comes back from the browser's memory must have working buttons.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[disabled]")) button.disabled = false;
});
