// The form of «Su cuenta» where an officer changes keys or switches them off.

import { choices, choose } from "./key_choices.js";

const form = document.getElementById("teclas");
const boxes = () => [...form.querySelectorAll("input[data-known]")];
const told = () => document.getElementById("teclas-dicho");

function fill() {
  const { off, keys } = choices();
  form.elements.apagadas.checked = off;
  for (const box of boxes()) {
    box.value = (keys[box.dataset.known] ?? box.dataset.known).toUpperCase();
  }
}

/** Returns the first box whose key cannot be taken. */
function wrong() {
  const met = new Set();
  return boxes().find((box) => {
    const key = box.value.trim().toLowerCase();
    const isBad = !key || /^\d$/.test(key) || met.has(key);
    met.add(key);
    return isBad;
  });
}

function save(event) {
  event.preventDefault();
  for (const box of boxes()) {
    box.removeAttribute("aria-invalid");
  }
  const bad = wrong();
  if (bad) {
    bad.setAttribute("aria-invalid", "true");
    bad.focus();
    told().textContent = "Elija para cada acción una tecla distinta, que no sea un número.";
    return;
  }
  const changed = boxes().filter((box) => box.value.trim().toLowerCase() !== box.dataset.known);
  const keys = Object.fromEntries(
    changed.map((box) => [box.dataset.known, box.value.trim().toLowerCase()]),
  );
  const kept = choose({ off: form.elements.apagadas.checked, keys });
  told().textContent = kept ? "Guardado en este navegador." : "Este navegador no guarda nada.";
}

if (form) {
  form.closest("section").hidden = false;
  fill();
  form.addEventListener("submit", save);
  form.querySelector("[data-default-keys]").addEventListener("click", () => {
    choose({ off: false, keys: {} });
    fill();
    told().textContent = "Volvieron las teclas del comienzo.";
  });
}
