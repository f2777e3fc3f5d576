// What every page gets when scripts run: nothing here is needed to use the service.

import { whenOnline } from "./online.js";

document.documentElement.classList.add("js");

const summary = document.querySelector("[data-focus]");
if (summary) {
  document.title = `Error: ${document.title}`;
  summary.focus();
}

// A second click on «Enviar» does nothing; the server would not mind, but the person might.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  // What downloads a file leaves the page and its form where they are: it would stay locked.
  if (
    event.defaultPrevented ||
    form.dataset.answer === "file" ||
    event.submitter?.hasAttribute("data-downloads")
  ) {
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button");
  if (button) {
    button.setAttribute("aria-disabled", "true");
  }
});

// Coming back with the «Atrás» button must not find a form that is still locked.
window.addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("button[aria-disabled]")?.removeAttribute("aria-disabled");
  }
});

const offline = document.getElementById("sin-conexion");
if (offline) {
  const tell = () => {
    offline.hidden = navigator.onLine;
  };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
  tell();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Where something is about to be ready, the page looks again by itself.
const again = document.querySelector("[data-again]");
if (again) {
  setTimeout(() => whenOnline(() => location.reload()), Number(again.dataset.again));
}
