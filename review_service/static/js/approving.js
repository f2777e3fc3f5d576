// The way to the confirmation: it stops where pages were not looked at, and says which.

import { leave } from "./in_turn.js";
import { say } from "./saying.js";
import { unseen } from "./seen_pages.js";

const bar = () => document.getElementById("decidir");
const told = () => document.getElementById("faltan-ver");

export const approveLink = () => bar()?.querySelector("a[data-approve]");

const stops = () => bar()?.dataset.unseen === "stop";

/** Whether nothing stands in the way of the confirmation. */
export const mayConfirm = () => Boolean(approveLink()) && !(stops() && unseen().length > 0);

function words(left) {
  return `${left.length === 1 ? "Falta" : "Faltan"} ver ${left.join(", ")}`;
}

function leaf(position) {
  const link = document.querySelector(`#tira [data-position="${position}"] a`);
  const made = document.createElement("a");
  made.href = link.href;
  made.dataset.page = position;
  made.textContent = position;
  made.setAttribute("aria-label", `Ver la página ${position}`);
  return made;
}

function show(left) {
  let line = told();
  if (!line) {
    line = document.createElement("strong");
    line.id = "faltan-ver";
    bar().querySelector(".why").prepend(line);
  }
  const links = left.flatMap((position, index) => [index ? ", " : "", leaf(position)]);
  line.replaceChildren(left.length === 1 ? "Falta ver " : "Faltan ver ", ...links, ". ");
  return line;
}

/** Goes to the confirmation, or says «Faltan ver 4, 7», and puts the focus on the first of them. */
export function confirmOrStop() {
  if (mayConfirm()) {
    leave(() => window.location.assign(approveLink().href));
    return;
  }
  const left = unseen();
  show(left).querySelector("a").focus();
  say(`${words(left)} antes de aprobar.`);
}

/** Puts fresh parts in place by `act` without losing what was told, nor the focus in it. */
export function keepTold(act) {
  const line = told();
  const at = line?.contains(document.activeElement) ? document.activeElement.dataset.page : "";
  act();
  const left = unseen();
  if (line && !told() && approveLink() && left.length > 0) {
    const fresh = show(left);
    if (at) {
      (fresh.querySelector(`[data-page="${at}"]`) ?? fresh.querySelector("a")).focus();
    }
  }
}

/** After a page was looked at: says what is left of what was told. */
export function lookAgainAtUnseen() {
  const line = told();
  if (!line) {
    return;
  }
  const left = unseen();
  const hadFocus = line.contains(document.activeElement);
  if (left.length > 0) {
    const fresh = show(left);
    if (hadFocus) {
      fresh.querySelector("a").focus();
    }
    return;
  }
  line.remove();
  say("Ya vio todas las páginas: puede aprobar.");
  if (hadFocus) {
    approveLink()?.focus();
  }
}
