// Which pages of a case were on the screen, alone and for half a second. Kept in this tab for the
// visit: it helps whoever reads, and proves nothing to anybody.

const LONG_ENOUGH_MS = 500;
const SHARE = 0.5;
/** Of the picture, or of the window where the picture is larger. */
const STEPS = [0, 0.25, SHARE, 0.75, 1];

const strip = () => document.getElementById("tira");
const entries = () => [...document.querySelectorAll("#tira [data-leaf]")];
const placeOf = (id) => `paginas-vistas:${id}`;
const place = () => placeOf(strip().dataset.case);

let timer;
let observer;
let tell = () => {};

function seen(at = place()) {
  try {
    return new Set(JSON.parse(sessionStorage.getItem(at) ?? "[]"));
  } catch {
    return new Set();
  }
}

/** Which of these pages of a case were not looked at in this tab. */
export function unseenOf(id, leaves) {
  const known = seen(placeOf(id));
  return leaves.filter((leaf) => !known.has(leaf));
}

/** Positions of the pages that were not looked at, in their order. */
export function unseen() {
  const known = seen();
  return entries()
    .filter((entry) => !known.has(entry.dataset.leaf))
    .map((entry) => entry.dataset.position);
}

/** Dots the pages that were not looked at; the strip may be another than before. */
export function dot() {
  const left = new Set(unseen());
  const counts = document.querySelector("#decidir[data-unseen]") !== null;
  for (const entry of entries()) {
    const is = counts && left.has(entry.dataset.position);
    entry.classList.toggle("unseen", is);
    entry.querySelector(".not-seen").textContent = is ? "sin ver" : "";
  }
}

function note(leaf) {
  const known = seen().add(leaf);
  try {
    sessionStorage.setItem(place(), JSON.stringify([...known]));
  } catch {
    return; // a browser that keeps nothing: what it says stays dotted
  }
  dot();
  tell();
}

/** Measures the page that is shown now; called again whenever another one is. */
export async function watch() {
  clearTimeout(timer);
  observer?.disconnect();
  const view = document.querySelector("#vista[data-leaf] .view");
  // Of two side by side each stands in a figure, which has no leaf: a page is seen alone.
  const leaf = view?.parentElement.dataset.leaf;
  if (!leaf || !strip() || seen().has(leaf)) {
    return;
  }
  try {
    // While a sharper one comes both are there, the sharper one last.
    await [...view.querySelectorAll("image.full")].at(-1)?.decode?.();
  } catch {
    return; // no picture came: it was not seen
  }
  if (!view.isConnected) {
    return;
  }
  let isInSight = false;
  const measure = () => {
    clearTimeout(timer);
    if (isInSight && !document.hidden && view.isConnected) {
      timer = setTimeout(() => note(leaf), LONG_ENOUGH_MS);
    }
  };
  observer = new IntersectionObserver(
    ([{ intersectionRect, boundingClientRect }]) => {
      const most = Math.min(boundingClientRect.height, window.innerHeight);
      isInSight = most > 0 && intersectionRect.height >= most * SHARE;
      measure();
    },
    { threshold: STEPS },
  );
  observer.observe(view);
  document.onvisibilitychange = measure;
}

/** Begins to measure; `then` is called after each page that was looked at. */
export function countPages(then) {
  tell = then;
  dot();
  watch();
}
