// Asks a small question again and again: quickly while something changes, ever slower while
// nothing does, not at all while nobody looks, at once when the connection is back.

import { unsentCount } from "./sending.js";

const FIRST_MS = 400;
const LONGEST_MS = 5000;
const SLOWER = 1.5;
/** A line that is gone without a word answers nothing and ends nothing: then it is asked anew. */
const ANSWER_MS = 15000;

/** What `take` returns when there is nothing more to ask. */
export const SETTLED = Symbol("settled");

function pause(ms) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    }
    window.addEventListener("online", done);
  });
}

const looked = () =>
  document.hidden
    ? new Promise((resolve) => {
        document.addEventListener("visibilitychange", resolve, { once: true });
      })
    : Promise.resolve();

/** Asks `address()` until it is empty or `take` says so; what is held already costs no body. */
export async function follow(address, take) {
  let wait = FIRST_MS;
  let tag = "";
  for (;;) {
    await pause(wait);
    await looked();
    const target = address();
    if (!target) {
      return;
    }
    wait = Math.min(wait * SLOWER, LONGEST_MS);
    try {
      const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
      const response = await fetch(target, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
      if (response.ok) {
        tag = response.headers.get("ETag") ?? "";
        const taken = take(await response.json());
        if (taken === SETTLED) {
          return;
        }
        if (taken) {
          wait = FIRST_MS;
        }
      } else if (response.status !== 304 && response.status < 500) {
        if (unsentCount() === 0) {
          location.reload();
          return;
        }
        // What is not sent yet would go with the page: it is asked again later.
      }
    } catch {
      // No connection just now: the next round asks again.
    }
  }
}

/** Shows a fresh look at a card without taking away what somebody is typing into the old one. */
export function refresh(card, html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const fresh = holder.content.firstElementChild;
  const busy = card.contains(document.activeElement) || card.querySelector("details[open]");
  if (!busy) {
    card.replaceWith(fresh);
    return fresh;
  }
  card.className = fresh.className;
  card.dataset.mark = fresh.dataset.mark;
  if (!("waits" in fresh.dataset)) {
    delete card.dataset.waits;
  }
  for (const part of [".pixels", ".about"]) {
    card.querySelector(part)?.replaceWith(fresh.querySelector(part));
  }
  return card;
}
