// Keys and small comforts for officers. Without it every action is a link or a form.

const TYPING = "input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select";
const ZOOMS = 4;
/** A line that is gone without a word answers nothing: then the server's own page is asked for. */
const ANSWER_MS = 15000;

/** While a verdict or a page is on its way, what is pressed waits: the page would be an old one. */
let busy = false;
const waiting = [];

async function inTurn(act) {
  busy = true;
  await act();
  busy = false;
  while (waiting.length > 0 && !busy) {
    waiting.shift()();
  }
}

/** Goes to the server's own page; nothing that was pressed for this one is done any more. */
function leave(go) {
  waiting.length = 0;
  go();
}

// --- keys: whatever carries data-key answers to it ---

function nameOf(event) {
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  if (digit) {
    // With Shift a digit key gives another sign on every keyboard; the key itself is meant.
    return event.shiftKey ? `Shift+${digit[1]}` : digit[1];
  }
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

function press(name) {
  for (const element of document.querySelectorAll("[data-key]")) {
    if (element.dataset.key.split(" ").includes(name) && element.offsetParent !== null) {
      if (element.matches("input")) {
        element.focus();
        element.select();
      } else {
        element.click();
      }
      return true;
    }
  }
  return false;
}

function answer(event) {
  if (busy) {
    if (!event.repeat) {
      waiting.push(() => answer(event));
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return;
  }
  const typing = event.target.matches(TYPING);
  if (typing && event.key === "Escape" && event.target.type === "search") {
    event.target.blur();
    return;
  }
  if (typing && event.key !== "Escape") {
    return;
  }
  const name = nameOf(event);
  if (moveRow(name, event.target) || press(name)) {
    event.preventDefault();
  }
}

document.addEventListener("keydown", answer);

// --- the list: J, K, Enter ---

function moveRow(name, target) {
  const rows = [...document.querySelectorAll("tr[data-row]")];
  if (rows.length === 0) {
    return false;
  }
  const here = rows.findIndex((row) => row.classList.contains("on"));
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[name];
  if (step) {
    const next = Math.min(rows.length - 1, Math.max(0, here + step));
    rows[here]?.classList.remove("on");
    rows[next].classList.add("on");
    rows[next].querySelector("a").focus();
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
  }
  if (name === "Enter" && here >= 0 && !target.matches("a, button, summary")) {
    rows[here].querySelector("a").click();
    return true;
  }
  return false;
}

// --- the desk: turn pages and judge items without losing one's place ---

const desk = document.querySelector("[data-desk]");

async function load(address, options) {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const response = await fetch(address, { credentials: "same-origin", signal, ...options });
  const text = await response.text();
  const page = new DOMParser().parseFromString(text, "text/html");
  if (!response.ok || !page.querySelector("[data-desk]")) {
    throw new Error("another page came back");
  }
  return { page, address: response.url };
}

// Where the focus is after an action is decided here: it stays on the control that acted, as long
// as that means the same; else it goes to the part that changed, where Enter does nothing.
const sameControl = (one, other) =>
  one.tagName === other.tagName &&
  ["id", "data-act", "data-key", "data-page", "name", "value"].every(
    (name) => one.getAttribute(name) === other.getAttribute(name),
  );

const turns = (link) => link.dataset.key?.startsWith("j ") || link.dataset.key?.startsWith("k ");

function focusAgain(region, former) {
  const controls = [...region.querySelectorAll("a, button, input, summary, [tabindex]")];
  const same = controls.find((each) =>
    turns(former) ? each.dataset.key === former.dataset.key : sameControl(each, former),
  );
  focusOn(same ?? region);
}

function focusOn(element) {
  if (!element.matches("a, button, input, summary, [tabindex]")) {
    element.tabIndex = -1;
  }
  element.focus({ preventScroll: true });
}

function swap(page, ids) {
  for (const id of ids) {
    const fresh = page.getElementById(id);
    const stale = document.getElementById(id);
    if (fresh && stale) {
      const former = stale.contains(document.activeElement) ? document.activeElement : null;
      stale.replaceWith(document.adoptNode(fresh));
      if (former) {
        focusAgain(fresh, former);
      }
    }
  }
}

function mark(position) {
  for (const entry of document.querySelectorAll("#tira [data-position]")) {
    const here = entry.dataset.position === String(position);
    entry.classList.toggle("on", here);
    const link = entry.querySelector("a");
    if (here) {
      link.setAttribute("aria-current", "true");
      entry.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

/** Returns the way to the next page from the one that is shown now; any other link stays itself. */
const asItIsNow = (link) =>
  turns(link) ? document.querySelector(`#vista a[data-key="${link.dataset.key}"]`) : link;

async function turnTo(link) {
  const address = link.href.split("#")[0];
  try {
    const { page } = await load(address);
    swap(page, ["vista", "puntos", "texto"]);
    mark(link.dataset.page);
    document.getElementById("marca")?.scrollIntoView({ block: "center", inline: "center" });
    history.replaceState(null, "", address);
  } catch {
    leave(() => window.location.assign(link.href));
  }
}

let verdicts = 0;

/** Shows these parts as they are now, unless a verdict given meanwhile has made the answer old. */
async function lookAgain(ids) {
  const before = verdicts;
  try {
    const { page } = await load(window.location.href);
    if (before === verdicts && !busy) {
      swap(page, ids);
    }
  } catch {
    // The next round asks again; the page as it stands stays readable, and a late form is told so.
  }
}

/** Returns the same button in the page as it is now; a verdict that came meanwhile may have none. */
function inPlaceOf(button) {
  const point = document.getElementById(button.closest("li")?.id);
  return [...(point?.querySelectorAll("button") ?? [])].find((each) => sameControl(each, button));
}

async function judge(form, button) {
  verdicts += 1;
  const data = new FormData(form, button);
  const point = button.closest("li")?.id;
  try {
    const { page } = await load(form.action, { method: "POST", body: data });
    swap(page, form.dataset.swap.split(" "));
    // Not on a button: the next Enter would turn the verdict round.
    focusOn(document.getElementById(point));
  } catch {
    // Somebody else decided, or the session ended: the server's own page says so.
    const again = document.createElement("input");
    again.type = "hidden";
    again.name = button.name;
    again.value = button.value;
    form.append(again);
    leave(() => form.submit());
  }
}

// --- the page image: nearer, farther, turned, with its text ---

const image = () => document.querySelector("#vista svg[data-width]");

function zoom(step) {
  const drawing = image();
  const next = Math.min(ZOOMS - 1, Math.max(0, Number(drawing.dataset.zoom) + step));
  drawing.dataset.zoom = next;
  const view = drawing.parentElement;
  view.className = `view zoom-${next}`;
  view.scrollTo((view.scrollWidth - view.clientWidth) / 2, (view.scrollHeight - view.clientHeight) / 2);
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
}

function showText(link) {
  const shown = image().classList.toggle("shows-text");
  link.toggleAttribute("aria-current", shown);
  if (shown) {
    link.setAttribute("aria-current", "true");
  }
}

const acts = { in: () => zoom(1), out: () => zoom(-1), turn, text: showText };

function drag(event) {
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

if (desk) {
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page], a[data-act]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) {
      return;
    }
    event.preventDefault();
    if (link.dataset.page && busy) {
      waiting.push(() => asItIsNow(link)?.click());
    } else if (link.dataset.page) {
      inTurn(() => turnTo(link));
    } else {
      acts[link.dataset.act](link);
    }
  });
  desk.addEventListener("submit", (event) => {
    if (event.target.dataset.swap) {
      event.preventDefault();
      const { target, submitter } = event;
      if (busy) {
        waiting.push(() => inPlaceOf(submitter)?.click());
      } else {
        inTurn(() => judge(target, submitter));
      }
    }
  });
  desk.addEventListener("pointerdown", drag);
  if (desk.querySelector(".partial, .strip .waiting")) {
    setInterval(() => {
      if (!document.hidden && !document.activeElement?.matches("#puntos *, #vista *")) {
        lookAgain(["tira", "puntos", "decidir"]);
      }
    }, 5000);
  }
}

// --- who has the case open, and what a colleague changed ---

const showAnew = () => lookAgain(["cabecera", "toma", "tira", "puntos", "decidir"]);
// Loaded aside: keys answer before its own modules have come.
import("./presence.js").then(({ attend }) => attend(desk ? showAnew : null));

// --- what is on its way: ask again until it has arrived ---

async function refresh() {
  const waiting = document.querySelector("[data-refresh]");
  if (!waiting) {
    return;
  }
  await new Promise((resolve) => setTimeout(resolve, Number(waiting.dataset.refresh)));
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.ok && page.getElementById(waiting.id)) {
      swap(page, [waiting.id]);
    }
  } finally {
    refresh();
  }
}
refresh();

// --- ready words for a correction ---

document.addEventListener("click", (event) => {
  const ready = event.target.closest("button[data-for]");
  if (ready) {
    for (const field of ["reason", "instruction"]) {
      const box = document.getElementById(`${ready.dataset.for}_${field}`);
      const words = ready.dataset[field];
      if (!box.value.includes(words)) {
        box.value = [box.value.trim(), words].filter(Boolean).join(" ");
      }
    }
  }
});

// --- keys that came before this script did ---

document.removeEventListener("keydown", window.keepEarlyKey);
window.earlyKeys.forEach(answer);
