// Ready words for a correction: one press puts them into the two fields of a point; a number goes
// on to the button that shows the letter.

import { say } from "./saying.js";

function put(ready) {
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
