// Keys and small comforts for officers. Without it every action is a link or a form.

import "./choosing.js";
import "./ready_words.js";
import "./key_form.js";
import "./issuing.js";
import "./undoing.js";
import { sitDown } from "./desk.js";
import { answerKeys } from "./keys.js";
import { showKeys } from "./key_choices.js";
import { swap } from "./swapping.js";

showKeys();
const showAnew = sitDown();
answerKeys();

// Loaded aside: keys answer before its own modules have come.
import("./presence.js").then(({ attend }) => attend(showAnew));

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
