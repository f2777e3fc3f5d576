// One PDF goes up with progress; while its pages are prepared the page asks how far it is.

import { Lost, send } from "./sending.js";

const POLL_MS = 1500;
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
  const button = form.querySelector("button");
  const bar = form.querySelector("[data-bar]");
  const words = form.querySelector("[data-words]");
  const progress = form.querySelector("progress");
  button.setAttribute("aria-disabled", "true");
  bar.hidden = false;
  const fields = Object.fromEntries([...new FormData(form)].filter(([name]) => name !== "pdf"));
  try {
    const answer = await send(
      form.action,
      { ...fields, pdf: file },
      (part) => {
        const percent = Math.round(part * 100);
        progress.value = percent;
        words.textContent = part < 1 ? `Subiendo… ${percent} %` : "Guardando…";
      },
      () => {
        words.textContent = "Sin conexión. Volvemos a intentar…";
      },
    );
    location.assign(answer.next);
    if (new URL(answer.next, location.href).pathname === location.pathname) {
      location.reload();
    }
  } catch (error) {
    bar.hidden = true;
    button.removeAttribute("aria-disabled");
    complain(
      error.message ||
        (error instanceof Lost
          ? "Se cortó la conexión. Pulse «Subir» cuando vuelva la señal: no quedará repetido."
          : "No se pudo subir. Inténtelo otra vez."),
    );
  } finally {
    delete form.dataset.sent;
  }
}

form?.addEventListener("submit", upload);

async function wait(place) {
  const bar = place.querySelector("progress");
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    try {
      const response = await fetch(place.dataset.wait, { headers: { Accept: "application/json" } });
      if (!response.ok && response.status < 500) {
        location.reload();
        return;
      }
      const answer = response.ok ? await response.json() : { settled: false };
      if (answer.settled) {
        location.reload();
        return;
      }
      if (bar && answer.total) {
        bar.max = answer.total;
        bar.value = answer.done;
      }
    } catch {
      // No connection just now: the next round asks again.
    }
  }
}

const waiting = document.querySelector("[data-wait]");
if (waiting) {
  wait(waiting);
}
