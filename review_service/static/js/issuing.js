// Issuing what a colleague recommends: it stops where pages were not looked at in this tab, and
// says which. Without it the service asks whether they were opened at all.

import { unseenOf } from "./seen_pages.js";

const form = document.querySelector("form[data-issues]");

function pageLink(position) {
  const made = document.createElement("a");
  made.href = `${form.dataset.issues}?pagina=${position}`;
  made.textContent = position;
  made.setAttribute("aria-label", `Ver la página ${position}`);
  return made;
}

/** Says «Faltan ver 4, 7», each with the way there, and puts the focus on the first of them. */
function show(left) {
  const line = document.getElementById("faltan-ver");
  const links = left.flatMap((position, index) => [index ? ", " : "", pageLink(position)]);
  line.replaceChildren(left.length === 1 ? "Falta ver " : "Faltan ver ", ...links, ". ");
  line.hidden = false;
  line.querySelector("a").focus();
}

form?.addEventListener("submit", (event) => {
  const pages = form.dataset.leaves.split(" ").filter(Boolean).map((each) => each.split(":"));
  const unseen = new Set(unseenOf(form.dataset.case, pages.map(([leaf]) => leaf)));
  const left = pages.filter(([leaf]) => unseen.has(leaf)).map(([, position]) => position);
  if (left.length > 0) {
    event.preventDefault();
    show(left);
  }
});
