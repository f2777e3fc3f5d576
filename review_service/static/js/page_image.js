// The page image: nearer, farther, turned, with its text, drawn by the hand.

import { say } from "./saying.js";

const ZOOMS = 4;
const SIZES = ["entera", "al 150 %", "al 225 %", "al 340 %"];

const image = () => document.querySelector("#vista svg[data-width]");

function zoom(step) {
  const drawing = image();
  const next = Math.min(ZOOMS - 1, Math.max(0, Number(drawing.dataset.zoom) + step));
  drawing.dataset.zoom = next;
  const view = drawing.parentElement;
  view.className = `view zoom-${next}`;
  view.scrollTo((view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2);
  say(`Página ${SIZES[next]}.`);
}

function turn() {
  const drawing = image();
  const width = Number(drawing.dataset.width);
  const height = Number(drawing.dataset.height);
  const angle = (Number(drawing.dataset.turn) + 90) % 360;
  const move = { 0: [0, 0], 90: [height, 0], 180: [width, height], 270: [0, width] }[angle];
  drawing.dataset.turn = angle;
  drawing.setAttribute("viewBox", angle % 180 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
  drawing.querySelector("g").setAttribute("transform", `translate(${move[0]} ${move[1]}) rotate(${angle})`);
  say(`Girada ${angle} grados.`);
}

function showText(link) {
  const shown = image().classList.toggle("shows-text");
  link.toggleAttribute("aria-current", shown);
  if (shown) {
    link.setAttribute("aria-current", "true");
  }
  say(shown ? "Se muestra el texto leído." : "Se muestra la imagen.");
}

export const acts = { in: () => zoom(1), out: () => zoom(-1), turn, text: showText };

export function drag(event) {
  const view = event.target.closest(".view");
  const onWord = event.target.closest(".words text");
  if (!view || onWord || event.pointerType !== "mouse" || view.classList.contains("zoom-0")) {
    return;
  }
  event.preventDefault();
  const from = { x: event.clientX + view.scrollLeft, y: event.clientY + view.scrollTop };
  const move = (at) => view.scrollTo(from.x - at.clientX, from.y - at.clientY);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", () => document.removeEventListener("pointermove", move), { once: true });
}
