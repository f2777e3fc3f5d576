// Photos go up one by one as soon as they are chosen; each card tells how far it is and what the
// checks say. Without this module the same page works as plain forms.

import { follow, refresh } from "./following.js";
import { Dropped, Failed, hold, Later, newKey, release, send, unsentCount, wake } from "./sending.js";

// One after the other keeps their order; a telephone's connection is full with one anyway.
const AT_ONCE = 1;
const root = document.getElementById("fotos");
const template = document.getElementById("tarjeta");
const summary = document.getElementById("resumen");
const unsaid = document.getElementById("por-enviar");
const waiting = [];
const stuck = new Set();

root.classList.add("live");

let busy = 0;
let polling = false;

function fromHtml(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

function show(card, words, why, tone = "wait") {
  card.querySelector(".verdict").className = `verdict ${tone}`;
  card.querySelector(".verdict use").setAttribute("href", `#icon-${tone}`);
  card.querySelector("[data-words]").textContent = words;
  const reason = card.querySelector("[data-why]");
  reason.hidden = !why;
  reason.textContent = why ?? "";
}

// What a card offers while its photo is not sent: another try, giving it up, signing in.
function offer(card, { retry, drop, signIn = false }) {
  for (const [name, act] of [["[data-retry]", retry], ["[data-drop]", drop]]) {
    const button = card.querySelector(name);
    button.hidden = !act;
    button.onclick = act ?? null;
  }
  card.querySelector("[data-sign-in]").hidden = !signIn;
}

// Said for the whole page too: the card may be out of sight.
function sayHowMany() {
  const count = stuck.size > 0 ? unsentCount() : 0;
  const words =
    count === 1 ? "1 foto todavía no se envía." : `${count} fotos todavía no se envían.`;
  unsaid.className = count > 0 ? "note doubt" : "";
  unsaid.textContent = count > 0 ? `${words} No cierre esta página.` : "";
}

function settled(job) {
  release(job);
  stuck.delete(job);
  sayHowMany();
}

function giveUp(job) {
  job.giving.abort();
  if (waiting.includes(job)) {
    waiting.splice(waiting.indexOf(job), 1);
  }
  settled(job);
  job.card.remove();
}

function fail(job, error) {
  const { card } = job;
  const again = error instanceof Failed;
  card.classList.add("bad");
  card.querySelector("progress").hidden = true;
  show(card, "No se pudo subir", error.message, "bad");
  const retry = () => {
    card.classList.remove("bad");
    card.querySelector("progress").hidden = false;
    show(card, "En espera…");
    offer(card, {});
    waiting.push(job);
    work();
  };
  offer(card, { retry: again ? retry : null, drop: () => giveUp(job) });
  if (again) {
    stuck.add(job);
    sayHowMany();
  } else {
    settled(job);
  }
}

function wait(job, { words, why, signedOut }) {
  job.card.querySelector("progress").value = 0;
  show(job.card, words, why);
  offer(job.card, { retry: wake, drop: () => giveUp(job), signIn: signedOut });
  stuck.add(job);
  sayHowMany();
}

// Until the service has made its own small picture, the one on this telephone stands in for it.
function keepPreview(former, card) {
  const own = card.querySelector(".pixels img");
  const preview = former.querySelector("img[src^='blob:']");
  if (!own && preview) {
    card.querySelector(".pixels").prepend(preview);
  } else if (own && preview) {
    own.addEventListener("load", () => URL.revokeObjectURL(preview.src), { once: true });
  }
}

async function upload(job) {
  const { card, file, theme, key, version, replaces } = job;
  const bar = card.querySelector("progress");
  const fields = { theme, upload_key: key, version, photos: file };
  if (replaces) {
    fields.replaces = replaces;
  }
  try {
    const answer = await send(root.dataset.upload, fields, {
      what: "Esta foto",
      signal: job.giving.signal,
      onProgress: (part) => {
        bar.value = Math.round(part * 100);
        show(card, part < 1 ? `Subiendo… ${Math.round(part * 100)} %` : "Guardando…");
        offer(card, {});
      },
      onWaiting: (told) => wait(job, told),
      othersWait: () => waiting.length > 0,
    });
    settled(job);
    const [fresh] = answer.cards;
    if (replaces && !(replaces in answer.numbers)) {
      document.getElementById(`foto-${replaces}`)?.remove();
    }
    if (fresh && !document.getElementById(`foto-${fresh.id}`)) {
      const placed = fromHtml(fresh.html);
      keepPreview(card, placed);
      card.replaceWith(placed);
    } else {
      card.remove();
    }
    tell(answer);
    poll();
  } catch (error) {
    if (error instanceof Later) {
      waiting.push(job);
    } else if (!(error instanceof Dropped)) {
      fail(job, error);
    }
  }
}

// The photo whose place a new one wanted: gone once that was accepted, back if it was refused.
function settle(card, former) {
  if (!former) {
    return;
  }
  const shown = document.getElementById(`foto-${former.id}`);
  if (!former.html) {
    shown?.remove();
  } else if (!shown) {
    card.before(fromHtml(former.html));
  }
}

function work() {
  while (busy < AT_ONCE && waiting.length > 0) {
    busy += 1;
    upload(waiting.shift()).finally(() => {
      busy -= 1;
      work();
    });
  }
}

function take(files, list, theme, { version, replaces, at }) {
  for (const file of files) {
    const card = template.content.firstElementChild.cloneNode(true);
    const preview = URL.createObjectURL(file);
    const image = card.querySelector("img");
    image.src = preview;
    image.alt = file.name;
    image.addEventListener("error", () => image.remove());
    list.insertBefore(card, at ?? list.querySelector(".adding"));
    const giving = new AbortController();
    const job = { card, file, theme, key: newKey(), version, replaces, giving };
    if (file.size > Number(root.dataset.limit)) {
      fail(job, new Error(`Pesa más de ${root.dataset.limitWords}. Elija una más pequeña.`));
    } else {
      hold(job);
      waiting.push(job);
    }
  }
  work();
}

function tell(answer) {
  for (const [id, number] of Object.entries(answer.numbers)) {
    const shown = document.querySelector(`#foto-${CSS.escape(id)} .number`);
    if (shown) {
      shown.textContent = number;
    }
  }
  if (summary.innerHTML.trim() !== answer.summary.trim()) {
    summary.innerHTML = answer.summary;
  }
}

// One question for all cards that wait, with the mark of what each of them shows already.
function question() {
  const cards = [...root.querySelectorAll("[data-waits][data-id]")];
  const held = cards.map((card) => `${card.dataset.id}.${card.dataset.mark ?? ""}`);
  return held.length > 0 ? `${root.dataset.state}?ids=${held.join(",")}` : "";
}

async function poll() {
  if (polling) {
    return;
  }
  polling = true;
  await follow(question, (answer) => {
    for (const { id, html, former } of answer.cards) {
      const card = document.getElementById(`foto-${id}`);
      if (card) {
        const before = card.cloneNode(true);
        const fresh = refresh(card, html);
        keepPreview(before, fresh);
        settle(fresh, former);
      }
    }
    tell(answer);
    return answer.cards.length > 0;
  });
  polling = false;
}

// A card that a fresh look brings in has forms of its own: listen on the whole, not on each.
root.addEventListener("change", (event) => {
  const input = event.target;
  if (input.type !== "file" || input.files.length === 0) {
    return;
  }
  const list = input.closest(".photos");
  const card = input.closest(".photo");
  const version = input.form.elements.version.value;
  const options = card ? { version, replaces: card.dataset.id, at: card } : { version };
  take(input.files, list, list.dataset.theme, options);
  input.value = "";
});

for (const area of root.querySelectorAll(".add")) {
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, () => area.classList.add("over"));
  }
  for (const name of ["dragleave", "drop"]) {
    area.addEventListener(name, () => area.classList.remove("over"));
  }
}

poll();
