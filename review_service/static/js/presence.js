// Who has which case open: asks again while somebody looks, holds the own case while its page is
// used, and gives it back on leaving. Without it each form that is sent holds the case.

import { follow } from "./following.js";

const HOLD_MS = 60000;
/** The page before says that it was left, perhaps later than this one says that it is used. */
const SETTLE_MS = 5000;

const line = () => document.getElementById("presencia");
let used = true;
let keeps = false;

function words(act) {
  const data = new FormData();
  data.set("csrf_token", document.querySelector("[name=csrf_token]").value);
  data.set("caso", line().dataset.case);
  data.set("acto", act);
  return data;
}

async function hold() {
  if (!line()?.hasAttribute("data-mine")) {
    return;
  }
  used = false;
  try {
    const headers = { Accept: "application/json" };
    await fetch(line().dataset.keep, { method: "POST", headers, body: words("usar") });
  } catch {
    // The next round says it again; until then the case is held for its quarter of an hour.
  }
}

function tell(found) {
  const told = line();
  told.dataset.mark = found.mark;
  told.textContent = found.words;
  if (told.hasAttribute("data-mine") && !found.mine) {
    told.removeAttribute("data-mine");
    told.className = "note doubt";
    told.setAttribute("role", "alert");
    told.textContent = `${found.words || "Usted soltó el caso"}. Lo que envíe desde aquí se guarda y no se aplica.`;
  }
}

/** Follows the case of this page; `renew` shows it anew, once nobody writes there. */
function followCase(renew) {
  follow(
    () => line()?.dataset.presence,
    (answer) => {
      const found = answer.cases[line().dataset.case];
      if (!found) {
        return;
      }
      if (found.mine && !found.words && used) {
        hold(); // another page of it was left, or nobody used this one for a while
      }
      if (found.mark === line().dataset.mark) {
        line().textContent = found.words;
      } else {
        if (!renew || document.activeElement?.matches("textarea, #buscar")) {
          tell(found);
        }
        renew?.();
      }
    },
  );
  hold();
  setTimeout(hold, SETTLE_MS);
  setInterval(() => used && !document.hidden && hold(), HOLD_MS);
  for (const sign of ["keydown", "pointerdown", "wheel", "touchmove"]) {
    document.addEventListener(sign, () => (used = true), { passive: true });
  }
  document.addEventListener("submit", (event) => (keeps = event.target.hasAttribute("data-keeps")));
  window.addEventListener("pageshow", (event) => {
    keeps = false;
    if (event.persisted) {
      hold();
    }
  });
  window.addEventListener("pagehide", () => {
    if (!keeps && line()?.hasAttribute("data-mine")) {
      navigator.sendBeacon(line().dataset.keep, words("salir"));
    }
  });
}

function followQueue(table) {
  const places = () => [...table.querySelectorAll("[data-case]")];
  follow(
    () => {
      const asked = new URLSearchParams(places().map((each) => ["caso", each.dataset.case]));
      return `${table.dataset.presence}?${asked}`;
    },
    (answer) => {
      for (const place of places()) {
        const told = answer.cases[place.dataset.case]?.words ?? "";
        if (place.textContent !== told) {
          place.textContent = told;
        }
      }
    },
  );
}

export function attend(renew) {
  const table = document.querySelector("table[data-presence]");
  if (table) {
    followQueue(table);
  } else if (line()) {
    followCase(renew);
  }
}
