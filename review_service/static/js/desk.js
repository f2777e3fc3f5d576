// The desk: turns pages and judges points without losing one's place.

import { approveLink, confirmOrStop, keepTold, lookAgainAtUnseen, mayConfirm } from "./approving.js";
import { inTurn, isBusy, later, leave } from "./in_turn.js";
import { acts, drag, sharpenAll, wheel } from "./page_image.js";
import { say } from "./saying.js";
import { countPages, dot, watch } from "./seen_pages.js";
import { focusOn, hasWords, sameControl, swap, turns } from "./swapping.js";

/** A line that is gone without a word answers nothing: then the server's own page is asked for. */
const ANSWER_MS = 15000;
/** So soon after somebody stopped writing, what colleagues did meanwhile is shown. */
const OWED_MS = 1000;
/** Here the parts of a case stand one below the other: a point is not beside its page. */
const BELOW = window.matchMedia("(max-width: 60rem), (max-height: 30rem)");

const PARTS_OF_A_PAGE = ["vista", "puntos", "texto"];

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

/** Says where one is: «Página 3 de 7: Personas». */
function pageInWords() {
  const told = document.getElementById("vista")?.dataset.says;
  if (told) {
    return told;
  }
  const drawn = document.querySelector("#vista [role=img]")?.getAttribute("aria-label");
  const where = document.querySelector("#vista nav span:not(.off)")?.textContent ?? "";
  return drawn ? drawn.replace(":", ` (${where}):`) : `Página ${where}`;
}

const headingOf = (point) => point?.querySelector("h3").lastChild.textContent.trim() ?? "";

const stateOf = (point) => point?.querySelector(".tag").textContent.trim().toLowerCase() ?? "";

/** Returns the way to the next page from the one that is shown now; any other link stays itself. */
const asItIsNow = (link) =>
  turns(link) ? document.querySelector(`#vista a[data-key="${link.dataset.key}"]`) : link;

async function turnTo(link) {
  const address = link.href.split("#")[0];
  try {
    const { page } = await load(address);
    changes += 1;
    swap(page, PARTS_OF_A_PAGE);
    mark(link.dataset.page);
    sharpenAll();
    watch();
    say(`${pageInWords()}.`);
    document.getElementById("marca")?.scrollIntoView({ block: "center", inline: "center" });
    history.replaceState(null, "", address);
  } catch {
    leave(() => window.location.assign(link.href));
  }
}

/** Counts what put another page or verdict here: an answer that was asked for before it is old. */
let changes = 0;

/**
 * Shows these parts as they are now, unless something done meanwhile has made the answer old.
 * Returns those that are shown so.
 */
async function lookAgain(ids) {
  if (isBusy()) {
    return [];
  }
  const before = changes;
  try {
    const { page } = await load(window.location.href);
    if (before === changes && !isBusy()) {
      const free = ids.filter((id) => !isAtWork(id));
      let changed = [];
      keepTold(() => (changed = swap(page, free)));
      dot();
      tellShared(changed);
      return free;
    }
  } catch {
    // The next round asks again; the page as it stands stays readable, and a late form is told so.
  }
  return [];
}

/** Whether a part waits: words stand in it that were not sent, or a shared one has the focus. */
function isAtWork(id) {
  const part = document.getElementById(id);
  const hasFocus = "shared" in (part?.dataset ?? {}) && part.contains(document.activeElement);
  return Boolean(part) && (hasFocus || hasWords(part));
}

/** Says where a colleague changed something. */
function tellShared(ids) {
  const names = ids.map((id) => document.querySelector(`#${id}[data-shared] h2`)?.textContent).filter(Boolean);
  if (names.length > 0) {
    say(`Cambió: ${names.join(", ")}.`);
  }
}

/** Parts that a colleague may have changed and that are not shown anew yet. */
const owed = new Set();

async function showOwed() {
  const ids = [...owed].filter((id) => !isAtWork(id));
  if (ids.length > 0 && !document.activeElement?.matches("textarea, #buscar")) {
    for (const id of await lookAgain(ids)) {
      owed.delete(id);
    }
  }
}

/** Shows everything anew that colleagues change; what somebody works in, once that is done. */
function showAnew() {
  for (const part of desk.querySelectorAll("#cabecera, #toma, #tira, #puntos, #decidir, [data-shared]")) {
    owed.add(part.id);
  }
  return showOwed();
}

/** Returns the same button in the page as it is now; a verdict that came meanwhile may have none. */
function inPlaceOf(button) {
  const point = document.getElementById(button.closest("li")?.id);
  return [...(point?.querySelectorAll("button") ?? [])].find((each) => sameControl(each, button));
}

/** Returns what comes after the last verdict where nothing can be approved here. */
function nextInBar() {
  const bar = document.getElementById("decidir");
  const isObserved = document.querySelector("#puntos li[data-verdict=observed]");
  const waits = bar.querySelector("[aria-disabled]");
  const way = isObserved ? "a[data-key=c]" : waits ? null : "[data-key=n]";
  return (way && bar.querySelector(way)) ?? bar;
}

/** Puts the focus where the server says that one goes on: a point, or the bar of decisions. */
function goOn(place) {
  if (place === "decidir") {
    focusOn(nextInBar());
    return;
  }
  const view = document.querySelector("#vista .view");
  if (BELOW.matches && view) {
    view.scrollIntoView({ block: "nearest" });
    focusOn(view);
    return;
  }
  const point = document.getElementById(place);
  focusOn(point);
  point.scrollIntoView({ block: "nearest" });
}

async function judge(form, button) {
  const data = new FormData(form, button);
  const point = button.closest("li")?.id;
  const before = document.querySelector("#vista")?.dataset.leaf;
  try {
    const { page, address } = await load(form.action, { method: "POST", body: data });
    const asked = new URL(address).searchParams;
    const walks = page.getElementById("vista")?.dataset.leaf !== before;
    changes += 1;
    swap(page, [...form.dataset.swap.split(" "), ...(walks ? PARTS_OF_A_PAGE : [])]);
    if (walks) {
      mark(asked.get("pagina"));
      history.replaceState(null, "", `?pagina=${asked.get("pagina")}`);
    }
    sharpenAll();
    watch();
    tellVerdict(point, asked.get("sigue"));
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

/** Goes on after a verdict, never onto its button: the next Enter would turn it round. */
function tellVerdict(id, next) {
  const point = document.getElementById(id);
  const said = `${headingOf(point)}: ${stateOf(point)}.`;
  if (next === "decidir" && approveLink()) {
    if (!mayConfirm()) {
      say(said);
    }
    confirmOrStop();
    return;
  }
  goOn(next ?? id);
  const onward = next?.startsWith("punto-") ? document.getElementById(next) : null;
  say(onward ? `${said} Sigue ${headingOf(onward)}. ${pageInWords()}.` : said);
}

/** Returns what comes next in the case as it was opened: a point, the decision, or taking it. */
function firstThing() {
  const points = document.querySelector("#puntos");
  const open = points.querySelector("li[data-verdict=pending]");
  if (open) {
    return open;
  }
  if (points.querySelector("[data-verdict]:not([data-verdict=''])")) {
    return approveLink() ?? nextInBar();
  }
  return document.querySelector("#decidir button[form=tomar][data-free]");
}

/** Whether the address leads to a part of the case: then the next Tab goes on from there. */
const leadsToAPart = () => {
  const place = window.location.hash.slice(1);
  return place !== desk.id && document.getElementById(place) !== null;
};

/** Puts the focus on what comes next, unless something else has it. */
function begin() {
  const at = document.activeElement;
  if ((at === document.body || at === desk) && !leadsToAPart()) {
    const next = firstThing();
    if (next) {
      focusOn(next);
    }
  }
}

/** Takes over the links and forms of a case; returns what shows it anew, or null on other pages. */
export function sitDown() {
  if (!desk) {
    return null;
  }
  desk.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-page], a[data-act], a[data-approve]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) {
      return;
    }
    event.preventDefault();
    if ("approve" in link.dataset) {
      confirmOrStop();
    } else if (link.dataset.page && isBusy()) {
      later(() => asItIsNow(link)?.click());
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
      if (isBusy()) {
        later(() => inPlaceOf(submitter)?.click());
      } else {
        inTurn(() => judge(target, submitter));
      }
    }
  });
  desk.addEventListener("pointerdown", drag);
  // Where the parts stand one below the other the wheel moves the page, as everywhere.
  desk.addEventListener("wheel", (event) => BELOW.matches || wheel(event), { passive: false });
  if (desk.querySelector(".partial, .strip .waiting")) {
    setInterval(() => {
      if (!document.hidden && !document.activeElement?.matches("#puntos :is(a, button, input), #vista *")) {
        lookAgain(["tira", "puntos", "decidir"]);
      }
    }, 5000);
  }
  setInterval(() => !document.hidden && showOwed(), OWED_MS);
  addEventListener("resize", sharpenAll);
  sharpenAll();
  countPages(lookAgainAtUnseen);
  begin();
  // The browser goes to the part that the address names once all has come, and takes the focus along.
  const beginAgain = () => requestAnimationFrame(() => setTimeout(begin));
  addEventListener("load", beginAgain);
  addEventListener("pointerdown", () => removeEventListener("load", beginAgain), { once: true });
  return showAnew;
}
