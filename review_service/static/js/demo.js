// The demo's start page: acts that are ready, fresh one-time codes and new mail, without loading the page again.

const mails = document.getElementById("correos");
const acts = document.getElementById("actos");
let shown = "";
const EVERY_MS = 3000;

async function refresh() {
  const answer = await fetch("/demo/estado", { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    return;
  }
  const now = await answer.json();
  for (const place of document.querySelectorAll("[data-code]")) {
    place.textContent = now.codes[place.dataset.code] ?? "";
  }
  for (const place of document.querySelectorAll("[data-left]")) {
    place.textContent = `${now.seconds_left} s`;
  }
  // Form tokens differ in each answer: only what is seen counts.
  const seen = now.acts.replace(/value="[^"]*"/g, "");
  // The first answer always counts: an act may have become ready since the page was made.
  if (acts && seen !== shown && !acts.contains(document.activeElement)) {
    acts.innerHTML = now.acts;
    shown = seen;
  }
  // The list is ours: the server escapes every word of it.
  if (mails && mails.innerHTML.trim() !== now.mails.trim() && !mails.contains(document.activeElement)) {
    const known = new Set([...mails.querySelectorAll("a")].map((link) => link.href));
    mails.innerHTML = now.mails;
    for (const link of mails.querySelectorAll("a")) {
      if (!known.has(link.href)) {
        link.closest("li").classList.add("fresh");
      }
    }
  }
}

setInterval(() => {
  if (document.visibilityState === "visible") {
    // The server may be gone for a moment: the next turn asks again.
    refresh().catch(() => {});
  }
}, EVERY_MS);
