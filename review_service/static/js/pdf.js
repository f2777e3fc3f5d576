// One PDF goes up with progress; its pages then come in one by one, each with its verdict.

import { follow, refresh, SETTLED } from "./following.js";
import { hold, release, send, wake } from "./sending.js";

const form = document.querySelector("form[data-pdf]");

function complain(text) {
  const why = form.querySelector("[data-why]");
  why.hidden = !text;
  why.textContent = text;
}

async function upload(event) {
  const input = form.querySelector("input[type=file]");
  const file = input.files[0];
  event.preventDefault();
  if (!file) {
    complain("Elija el archivo PDF.");
    input.focus();
    return;
  }
  if (file.size > Number(form.dataset.limit)) {
    complain(`Ese archivo pesa más de ${form.dataset.limitWords}. Use menos fotos o más pequeñas.`);
    return;
  }
  complain("");
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
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "pdf"));
  try {
    const answer = await send(
      form.action,
      { ...fields, pdf: file },
      {
        what: "Su PDF",
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
    complain(error.message || "No se pudo subir. Inténtelo otra vez.");
    release(form);
  } finally {
    delete form.dataset.sent;
  }
}

form?.addEventListener("submit", upload);

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
      if (answer.settled) {
        location.reload();
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
