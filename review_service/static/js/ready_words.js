// Ready words for a correction: one press puts them into the two fields of a point; a number goes
// on to the button that shows the letter.

import { say } from "./saying.js";

function pick(ready) {
  const choice = document.getElementById(`${ready.dataset.for}_code`);
  if (choice && choice.value !== ready.dataset.code) {
    choice.value = ready.dataset.code;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function put(ready) {
  pick(ready);
  for (const field of ["reason", "instruction"]) {
    const box = document.getElementById(`${ready.dataset.for}_${field}`);
    const words = ready.dataset[field];
    if (!box.value.includes(words)) {
      box.value = [box.value.trim(), words].filter(Boolean).join(" ");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
}

document.addEventListener("click", (event) => {
  const ready = event.target.closest("[data-for]");
  if (!ready || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) {
    return;
  }
  event.preventDefault();
  put(ready);
  if (ready.dataset.key) {
    document.querySelector("#pedido button[value=ver]").focus();
    say(`Motivo ${ready.dataset.key}: ${ready.dataset.reason} Con Enter ve la carta.`);
  }
});

// A reason picked from the list brings its ready words.
document.addEventListener("change", (event) => {
  const choice = event.target.closest("select[name$=_code]");
  if (!choice || !choice.value) {
    return;
  }
  const item = choice.name.slice(0, -"_code".length);
  const ready = document.querySelector(`[data-for="${item}"][data-code="${choice.value}"]`);
  if (ready) {
    put(ready);
  }
});
