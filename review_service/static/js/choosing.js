// Boxes of a list: says how many are ticked, and ticks all without asking for the page again.

import { unseenOf } from "./seen_pages.js";

const form = document.querySelector("form[data-choosing]");
const boxes = () => [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];

function tell() {
  const count = boxes().filter((box) => box.checked).length;
  form.querySelector("[role=status]").textContent =
    count === 0 ? "" : count === 1 ? "1 elegido" : `${count} elegidos`;
}

/** A case whose pages were not all on the screen is not ticked where the office stops for that. */
function stopUnseen() {
  const list = document.querySelector("table[data-unseen]");
  for (const row of list?.querySelectorAll("[data-leaves]") ?? []) {
    const leaves = row.dataset.leaves.split(" ").filter(Boolean);
    const left = unseenOf(row.dataset.case, leaves).length;
    if (left > 0) {
      const told = document.createElement("small");
      told.textContent = left === 1 ? "Falta ver 1 página" : `Faltan ver ${left} páginas`;
      row.querySelector(".ref").append(told);
      const box = row.querySelector("input[type=checkbox]");
      if (list.dataset.unseen === "stop") {
        box.checked = false;
        box.disabled = true;
      }
    }
  }
}

if (form) {
  stopUnseen();
  tell();
  document.addEventListener("change", (event) => {
    if (event.target.form === form) {
      tell();
    }
  });
  form.querySelector("[data-all]").addEventListener("click", (event) => {
    event.preventDefault();
    const all = boxes().filter((box) => !box.disabled);
    const tick = all.some((box) => !box.checked);
    for (const box of all) {
      box.checked = tick;
    }
    tell();
  });
}
