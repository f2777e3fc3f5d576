// Files that are being read: the page asks how each goes, and is drawn anew when one is done, or goes
// on to `data-next` when all are.

import { follow, SETTLED } from "./following.js";
import { whenOnline } from "./online.js";

const waiting = new Set(document.querySelectorAll("[data-wait]"));

function show(box, { done, total }) {
  const words = box.querySelector("[data-progress]");
  if (words && total) {
    words.textContent = `${done} de ${total} ${total === 1 ? "página leída" : "páginas leídas"}`;
  }
}

function end(box) {
  const { next } = box.dataset;
  waiting.delete(box);
  if (!next) {
    whenOnline(() => location.reload());
  } else if (waiting.size === 0) {
    whenOnline(() => location.assign(next));
  }
}

for (const box of [...waiting]) {
  follow(
    () => box.dataset.wait,
    (answer) => {
      if (!answer.settled) {
        show(box, answer);
        return false;
      }
      end(box);
      return SETTLED;
    },
  );
}
