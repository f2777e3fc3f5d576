// What must be here before the first key: keeps the keys that somebody presses before officer.js
// has come, which then answers them. Not a module, and asked for at the head of the page.

window.earlyKeys = [];
window.keepEarlyKey = (event) => window.earlyKeys.push(event);
document.addEventListener("keydown", window.keepEarlyKey);

// A key that is held says one thing: the page that it leads to does not take it for an answer, nor
// for words of the field that has the focus there.
let isFromBefore = true;
document.addEventListener("keydown", (event) => {
  isFromBefore &&= event.repeat;
  if (isFromBefore || (event.repeat && event.key === "Enter" && !event.target.matches("textarea"))) {
    event.preventDefault();
  }
});

// Nor does a key that is pressed twice: what others receive is not sent by the keyboard before anybody
// can have read it. Counted from the first frame that shows the page; a pointer may click.
const READING_MS = 800;
let shownAt = Infinity;
document.addEventListener(
  "click",
  (event) => {
    const { detail, target } = event;
    const isByItsKey = detail === 0 && target === document.activeElement; // not by Enter in a field
    if (isByItsKey && target.matches("[data-read-first]") && !(event.timeStamp - shownAt > READING_MS)) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

/** Lets a page begin at its heading where the focus on sending would scroll that out of sight. */
function beginAtHeading() {
  if (scrollY > 0 && document.activeElement.matches("[data-read-first]")) {
    document.querySelector("h1[tabindex]").focus();
    scrollTo(0, 0);
  }
}

/** Notes the first frame with such a button, without waiting for scripts that a slow line brings later. */
function lookForIt(now) {
  if (document.readyState === "loading" && !document.querySelector("[data-read-first]")) {
    requestAnimationFrame(lookForIt);
    return;
  }
  shownAt = now;
  beginAtHeading();
}

requestAnimationFrame(lookForIt);
