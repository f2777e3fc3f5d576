// A PDF, or the photos of sheets, go up with progress; the pages then come in one by one, each with
// its verdict.

import { follow, refresh, SETTLED } from "./following.js";
import { whenOnline } from "./online.js";
import { hold, release, send, unsentCount, wake } from "./sending.js";

const forms = document.querySelectorAll("form[data-send]");

function complain(form, text) {
  const why = form.querySelector("[data-why]");
  why.hidden = !text;
  why.textContent = text;
}

async function upload(event) {
  const form = event.currentTarget;
  const { send: name, what, missing, limit, most = 1, tooLarge } = form.dataset;
  const input = form.querySelector("input[type=file]");
  const files = [...input.files];
  event.preventDefault();
  if (files.length === 0) {
    complain(form, missing);
    input.focus();
    return;
  }
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size > Number(limit) || files.length > Number(most)) {
    complain(form, tooLarge);
    return;
  }
  complain(form, "");
  const button = form.querySelector("button:not([type=button])");
  const bar = form.querySelector("[data-bar]");
  const words = form.querySelector("[data-words]");
  const progress = form.querySelector("progress");
  const retry = form.querySelector("[data-retry]");
  const signIn = form.querySelector("[data-sign-in]");
  const show = (text, { waits = false, signedOut = false } = {}) => {
    words.textContent = text;
    retry.hidden = !waits;
    signIn.hidden = !signedOut;
  };
  retry.onclick = wake;
  button.setAttribute("aria-disabled", "true");
  bar.hidden = false;
  hold(form);
  const fields = Object.fromEntries([...new FormData(form)].filter(([field]) => field !== name));
  try {
    const answer = await send(
      form.action,
      { ...fields, [name]: files },
      {
        what,
        signal: new AbortController().signal,
        onProgress: (part) => {
          const percent = Math.round(part * 100);
          progress.value = percent;
          show(part < 1 ? `Subiendo… ${percent} %` : "Guardando…");
        },
        onWaiting: ({ words: state, why, signedOut }) => {
          progress.value = 0;
          show(`${state}. ${why}`, { waits: true, signedOut });
        },
        othersWait: () => false,
      },
    );
    release(form);
    location.assign(answer.next);
    if (new URL(answer.next, location.href).pathname === location.pathname) {
      location.reload();
    }
  } catch (error) {
    bar.hidden = true;
    button.removeAttribute("aria-disabled");
    complain(form, error.message || "No se pudo subir. Inténtelo otra vez.");
    release(form);
  } finally {
    delete form.dataset.sent;
  }
}

for (const form of forms) {
  form.addEventListener("submit", upload);
}

// Whether somebody chose or sends more files on this page: drawing it anew would lose them.
const isBusy = () =>
  unsentCount() > 0 || [...forms].some((form) => form.querySelector("input[type=file]").files.length);

// Where a page belongs among those that are there already: they do not come in order.
function place(list, number, html) {
  const present = document.getElementById(`pagina-${number}`);
  if (present) {
    refresh(present, html);
    return;
  }
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const later = [...list.children].find((card) => Number(card.dataset.page) > number);
  list.insertBefore(holder.content.firstElementChild, later ?? null);
}

function wait(box) {
  const list = box.querySelector("[data-pages]");
  const words = box.querySelector("[data-progress]");
  const bar = box.querySelector("progress");
  const summary = box.querySelector("[data-summary]");
  const held = () =>
    [...list.children].map((card) => `${card.dataset.page}.${card.dataset.mark}`).join(",");
  return follow(
    () => `${box.dataset.wait}?tiene=${held()}`,
    (answer) => {
      if (answer.settled && isBusy()) {
        words.textContent = "listo; verá el resultado cuando envíe las fotos que eligió";
        bar.hidden = true;
        return SETTLED;
      }
      if (answer.settled) {
        whenOnline(() => location.reload());
        return SETTLED;
      }
      for (const { number, html } of answer.pages) {
        place(list, number, html);
      }
      if (answer.total) {
        words.textContent = `${answer.done} de ${answer.total} revisadas`;
        bar.max = answer.total;
        bar.value = answer.done;
        bar.hidden = false;
      }
      if (summary.innerHTML.trim() !== answer.summary.trim()) {
        summary.innerHTML = answer.summary;
      }
      return answer.pages.length > 0;
    },
  );
}

const waiting = document.querySelector("[data-wait]");
if (waiting) {
  wait(waiting);
}
