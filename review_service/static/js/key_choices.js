// Which keys an officer chose, or that single ones are switched off (WCAG 2.1.4). Kept in this
// browser for each account: hands and keyboards differ by place, and the service need not know.

const SINGLE = /^(?:.|Shift\+\d)$/u;

const place = () => `atajos:${document.querySelector("[data-officer]")?.dataset.officer ?? ""}`;

export function choices() {
  try {
    const kept = JSON.parse(localStorage.getItem(place()) ?? "{}");
    return { off: kept.off === true, keys: kept.keys ?? {} };
  } catch {
    return { off: false, keys: {} };
  }
}

/** Keeps them; returns whether this browser did. */
export function choose(next) {
  try {
    localStorage.setItem(place(), JSON.stringify(next));
  } catch {
    return false;
  }
  showKeys();
  return true;
}

/** Returns the key that the pages know for the one that was pressed; null where it says nothing. */
export function meant(name) {
  const { off, keys } = choices();
  if (off && SINGLE.test(name)) {
    return null;
  }
  const known = Object.keys(keys).find((each) => keys[each] === name);
  return known ?? (name in keys ? null : name);
}

/** Writes on the page the keys that count here. */
export function showKeys() {
  const { off, keys } = choices();
  document.documentElement.classList.toggle("no-single-keys", off);
  for (const drawn of document.querySelectorAll("kbd")) {
    drawn.dataset.known ??= drawn.textContent.trim().toLowerCase();
    const own = keys[drawn.dataset.known];
    const words = (own ?? drawn.dataset.known).toUpperCase();
    if (drawn.dataset.known.length === 1 && drawn.textContent !== words) {
      drawn.textContent = words;
    }
  }
}
