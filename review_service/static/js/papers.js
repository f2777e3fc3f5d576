// The list of papers: while one is being read it asks how it goes, and is drawn anew when it is done.

import { follow, SETTLED } from "./following.js";

for (const box of document.querySelectorAll("[data-wait]")) {
  follow(
    () => box.dataset.wait,
    (answer) => {
      if (!answer.settled) {
        return false;
      }
      location.reload();
      return SETTLED;
    },
  );
}
