// Whatever carries data-key answers to that key; rows of a list are walked with J, K and Enter.

import { isBusy, later } from "./in_turn.js";
import { meant } from "./key_choices.js";
import { pan } from "./page_image.js";

const TYPING = "input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select";

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
        if (element.matches(".filters > summary")) {
          element.focus(); // what it opens is next
        }
        element.click();
      }
      return true;
    }
  }
  return false;
}

function answer(event) {
  if (isBusy()) {
    if (!event.repeat) {
      later(() => answer(event));
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return;
  }
  const sheet = document.querySelector("details.keys[open]");
  if (sheet && event.key === "Escape") {
    sheet.open = false;
    sheet.querySelector("summary").focus();
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
  if (pan(event)) {
    event.preventDefault();
    return;
  }
  const name = meant(nameOf(event));
  if (name === null) {
    return;
  }
  // A key that is held walks the rows; anything else it says once.
  if (moveRow(name, event.target) || (!event.repeat && press(name))) {
    event.preventDefault();
  }
}

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

/** Answers keys from now on, and first those that came before this script did. */
export function answerKeys() {
  document.addEventListener("keydown", answer);
  document.removeEventListener("keydown", window.keepEarlyKey);
  window.earlyKeys.forEach(answer);
}
