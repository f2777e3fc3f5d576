// Puts fresh parts of a page in the place of old ones.

import { showKeys } from "./key_choices.js";

// Where the focus is after an action is decided here: it stays on the control that acted, as long
// as that means the same; else it goes to the part that changed, where Enter does nothing.
export const sameControl = (one, other) =>
  one.tagName === other.tagName &&
  ["id", "data-act", "data-key", "data-page", "name", "value"].every(
    (name) => one.getAttribute(name) === other.getAttribute(name),
  );

export const turns = (link) => link.dataset.key?.startsWith("j ") || link.dataset.key?.startsWith("k ");

function focusAgain(region, former) {
  const controls = [...region.querySelectorAll("a, button, input, summary, [tabindex]")];
  const same = controls.find((each) =>
    turns(former) ? each.dataset.key === former.dataset.key : sameControl(each, former),
  );
  focusOn(same ?? region);
}

export function focusOn(element) {
  if (!element.matches("a, button, input, summary, [tabindex]")) {
    element.tabIndex = -1;
  }
  element.focus({ preventScroll: true });
}

/** What stands there, without what is new each time and says nothing. */
const written = (part) => part.outerHTML.replaceAll(/name="csrf_token" value="[^"]*"/g, "");

/** Whether somebody wrote or chose something in a part that is not sent yet. */
export const hasWords = (part) =>
  [...part.querySelectorAll("textarea")].some((each) => each.value !== "") ||
  [...part.querySelectorAll("input:not([type=hidden])")].some((each) => each.value !== each.defaultValue) ||
  [...part.querySelectorAll("select")].some(
    (each) => each.selectedIndex !== Math.max(0, [...each.options].findIndex((one) => one.defaultSelected)),
  );

/** Puts the parts with these ids in place; returns those of them that had changed. */
export function swap(page, ids) {
  const changed = [];
  for (const id of ids) {
    const fresh = page.getElementById(id);
    const stale = document.getElementById(id);
    if (fresh && stale && written(fresh) !== written(stale)) {
      const former = stale.contains(document.activeElement) ? document.activeElement : null;
      stale.replaceWith(document.adoptNode(fresh));
      changed.push(id);
      if (former) {
        focusAgain(fresh, former);
      }
    }
  }
  showKeys();
  return changed;
}
