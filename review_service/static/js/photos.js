// Photos go up one by one as soon as they are chosen; each card tells how far it is and what the
// checks say. Without this module the same page works as plain forms.

import { follow, refresh } from "./following.js";
import { Lost, newKey, send } from "./sending.js";

// One after the other keeps their order; a telephone's connection is full with one anyway.
const AT_ONCE = 1;
const root = document.getElementById("fotos");
const template = document.getElementById("tarjeta");
const summary = document.getElementById("resumen");
const waiting = [];

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

function fail(card, job, error) {
  const lost = error instanceof Lost;
  card.classList.add("bad");
  card.querySelector("progress").hidden = true;
  show(
    card,
    lost ? "Se cortó la conexión" : "No se pudo subir",
    error.message || "La foto no se perdió: pulse «Reintentar» cuando vuelva la señal.",
    "bad",
  );
  const retry = card.querySelector("[data-retry]");
  const drop = card.querySelector("[data-drop]");
  retry.hidden = !lost;
  drop.hidden = false;
  retry.onclick = () => {
    retry.hidden = true;
    drop.hidden = true;
    card.classList.remove("bad");
    card.querySelector("progress").hidden = false;
    show(card, "Subiendo…");
    waiting.push(job);
    work();
  };
  drop.onclick = () => card.remove();
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
  const fields = { csrf_token: root.dataset.token, theme, upload_key: key, version, photos: file };
  if (replaces) {
    fields.replaces = replaces;
  }
  try {
    const answer = await send(
      root.dataset.upload,
      fields,
      (part) => {
        bar.value = Math.round(part * 100);
        show(card, part < 1 ? `Subiendo… ${Math.round(part * 100)} %` : "Guardando…");
      },
      () => show(card, "Sin conexión. Volvemos a intentar…"),
    );
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
    fail(card, job, error);
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
    const job = { card, file, theme, key: newKey(), version, replaces };
    if (file.size > Number(root.dataset.limit)) {
      fail(card, job, new Error(`Pesa más de ${root.dataset.limitWords}. Elija una más pequeña.`));
    } else {
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

window.addEventListener("beforeunload", (event) => {
  if (busy > 0 || waiting.length > 0) {
    event.preventDefault();
  }
});

poll();
