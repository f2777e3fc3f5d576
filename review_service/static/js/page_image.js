// The page image: nearer, farther, turned, with its text, moved by hand, wheel and arrows. Boxes and
// words lie in the drawing itself, so they stay where they are on the picture.

import { say } from "./saying.js";

const WHOLE = 0;
/** Percent of the picture's own pixels, as the links of the server know them, and one more. */
const STOPS = [100, 200, 400, 800];
const PIXELS_FROM = 400;
/** A notch of a wheel is about a fifth; what a trackpad sends is finer. */
const WHEEL_SHARE = 0.002;
/** A picture that is drawn larger than this share of its preview comes in full. */
const SHARP_SHARE = 1.1;
const PAN_PX = 80;
const PANS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const drawings = () => [...document.querySelectorAll("#vista svg[data-width]")];

/** The drawing that somebody is in or touched last; of two pages else the first. */
let touched = null;
function active() {
  const inside = document.activeElement?.closest("#vista .view")?.querySelector("svg[data-width]");
  return inside ?? (touched?.isConnected ? touched : drawings()[0]);
}

function sides(drawing) {
  const { width, height, turn } = drawing.dataset;
  return Number(turn) % 180 ? [Number(height), Number(width)] : [Number(width), Number(height)];
}

/** Where the picture is on the screen, and at what scale: its element may have room around it. */
function placeOf(drawing) {
  const [width, height] = sides(drawing);
  const box = drawing.getBoundingClientRect();
  const scale = Math.min(box.width / width, box.height / height);
  const left = box.left + (box.width - width * scale) / 2;
  return { scale, left, top: box.top + (box.height - height * scale) / 2 };
}

function middleOf(view) {
  const box = view.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

/** Brings the picture in full where its preview would be drawn larger than it is. */
function sharpen(drawing) {
  const preview = drawing.querySelector("image[data-full]");
  const longest = Math.max(Number(drawing.dataset.width), Number(drawing.dataset.height));
  const drawn = longest * placeOf(drawing).scale * window.devicePixelRatio;
  if (!preview || drawn <= Number(preview.dataset.side) * SHARP_SHARE) {
    return;
  }
  const full = preview.cloneNode();
  full.setAttribute("href", preview.dataset.full);
  preview.removeAttribute("data-full"); // asked for once
  full.removeAttribute("data-full");
  const done = () => preview.remove();
  full.addEventListener("load", done);
  full.addEventListener("error", () => full.remove());
  preview.after(full);
  // A picture that is held already may tell nobody that it has come.
  full.decode?.().then(done, () => {});
}

/** Looks at each drawing that is shown now; called again whenever another one is. */
export const sharpenAll = () => drawings().forEach(sharpen);

function resize(drawing) {
  const percent = Number(drawing.dataset.zoom);
  const [width, height] = sides(drawing);
  drawing.parentElement.classList.toggle("zoomed", percent !== WHOLE);
  drawing.classList.toggle("pixels", percent >= PIXELS_FROM);
  for (const [name, side] of [["width", width], ["height", height]]) {
    if (percent === WHOLE) {
      drawing.removeAttribute(name);
    } else {
      drawing.setAttribute(name, Math.round((side * percent) / 100));
    }
  }
  sharpen(drawing);
}

/** The percent at which the whole picture just fits. */
function fitting(drawing) {
  const [width, height] = sides(drawing);
  const view = drawing.parentElement;
  const style = getComputedStyle(view);
  const across = view.offsetWidth - 2 * parseFloat(style.paddingLeft);
  const down = view.offsetHeight - 2 * parseFloat(style.paddingTop);
  return Math.min(across / width, down / height) * 100;
}

/** Draws at a percent; the point of the picture under `at` stays where it is on the screen. */
function zoomTo(drawing, percent, at = middleOf(drawing.parentElement)) {
  const before = placeOf(drawing);
  const x = (at.x - before.left) / before.scale;
  const y = (at.y - before.top) / before.scale;
  drawing.dataset.zoom = percent;
  resize(drawing);
  const after = placeOf(drawing);
  drawing.parentElement.scrollBy(after.left + x * after.scale - at.x, after.top + y * after.scale - at.y);
}

function showSize(percent) {
  const told = document.querySelector("#vista [data-size]");
  if (told) {
    told.textContent = percent === WHOLE ? "100 %" : "Entera";
  }
}

function zoomAll(percent) {
  drawings().forEach((drawing) => zoomTo(drawing, percent));
  showSize(percent);
  say(percent === WHOLE ? "Página entera." : `Página al ${percent} %.`);
}

function step(direction) {
  const first = drawings()[0];
  const now = placeOf(first).scale * 100;
  const fits = fitting(first);
  const stops = direction > 0 ? STOPS : [...STOPS].reverse();
  const next = stops.find((each) => (each - now) * direction > 1 && each > fits);
  if (direction > 0 && !next) {
    say("No se acerca más.");
    return;
  }
  zoomAll(next ?? WHOLE);
}

const wholeOrPixels = () => zoomAll(Number(drawings()[0].dataset.zoom) === WHOLE ? 100 : WHOLE);

function turn() {
  const drawing = active();
  const width = Number(drawing.dataset.width);
  const height = Number(drawing.dataset.height);
  const angle = (Number(drawing.dataset.turn) + 90) % 360;
  const move = { 0: [0, 0], 90: [height, 0], 180: [width, height], 270: [0, width] }[angle];
  drawing.dataset.turn = angle;
  drawing.setAttribute("viewBox", angle % 180 ? `0 0 ${height} ${width}` : `0 0 ${width} ${height}`);
  drawing.querySelector("g").setAttribute("transform", `translate(${move[0]} ${move[1]}) rotate(${angle})`);
  resize(drawing);
  say(`Girada ${angle} grados.`);
}

function showText(link) {
  const shown = drawings()[0].classList.toggle("shows-text");
  link.toggleAttribute("aria-current", shown);
  if (shown) {
    link.setAttribute("aria-current", "true");
  }
  say(shown ? "Se muestra el texto leído." : "Se muestra la imagen.");
}

export const acts = { in: () => step(1), out: () => step(-1), whole: wholeOrPixels, turn, text: showText };

const zoomedViews = () => [...document.querySelectorAll("#vista .view.zoomed")];

/** Where arrows move the picture: on it, on the point in hand, or where nothing has the focus. */
const MOVES = "body, main, #vista, #vista *, #puntos > ul > li";

/** Moves a picture that is nearer than its window; returns whether the key was for that. */
export function pan(event) {
  const way = PANS[event.key];
  const views = zoomedViews();
  if (!way || views.length === 0 || event.shiftKey || !event.target.matches(MOVES) || event.target.matches("select")) {
    return false;
  }
  views.forEach((view) => view.scrollBy(way[0] * PAN_PX, way[1] * PAN_PX));
  return true;
}

/** Nearer and farther under the pointer. With Ctrl the browser enlarges its page, as everywhere. */
export function wheel(event) {
  const drawing = event.target.closest("#vista .view")?.querySelector("svg[data-width]");
  if (!drawing || event.ctrlKey || event.metaKey || event.shiftKey || event.deltaY === 0) {
    return;
  }
  event.preventDefault();
  touched = drawing;
  const notches = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 33;
  const wanted = placeOf(drawing).scale * 100 * Math.exp(-notches * WHEEL_SHARE);
  const most = STOPS.at(-1);
  const percent = wanted <= fitting(drawing) ? WHOLE : Math.round(Math.min(most, wanted));
  for (const each of drawings()) {
    zoomTo(each, percent, each === drawing ? { x: event.clientX, y: event.clientY } : undefined);
  }
  showSize(percent);
}

export function drag(event) {
  const view = event.target.closest("#vista .view");
  touched = view?.querySelector("svg[data-width]") ?? touched;
  const onWord = event.target.closest(".words text");
  if (!view?.matches(".zoomed") || onWord || event.pointerType !== "mouse" || event.button !== 0) {
    return;
  }
  event.preventDefault();
  view.focus({ preventScroll: true });
  const views = zoomedViews();
  let from = event;
  const move = (at) => {
    views.forEach((each) => each.scrollBy(from.clientX - at.clientX, from.clientY - at.clientY));
    from = at;
  };
  const end = () => document.removeEventListener("pointermove", move);
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
  document.addEventListener("pointercancel", end, { once: true });
}
