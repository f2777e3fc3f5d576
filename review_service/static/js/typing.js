// Keeps what somebody types into a form while it is not sent, and says so. What is sent is kept by
// the service itself: this is for the page that is closed, and the battery that ends.

const WAIT_MS = 1500;
const address = document.body.dataset.keep;
const TYPED = "textarea, select, input:not([type=hidden], [type=file], [type=submit])";

const isKept = (form) =>
  form.elements.kept_for &&
  !form.querySelector("input[type=file], input[type=password], input[name=code]");

const lines = new WeakMap();

function lineOf(form) {
  if (!lines.has(form)) {
    const line = document.createElement("p");
    line.className = "soft";
    line.setAttribute("role", "status");
    form.append(line);
    lines.set(form, line);
  }
  return lines.get(form);
}

function words(form) {
  const data = new FormData(form);
  data.set("kept_path", new URL(form.action, location.href).pathname);
  return data;
}

const waiting = new Map();

async function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (form.dataset.sent) {
    return;
  }
  const line = lineOf(form);
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(address, { method: "POST", headers, body: words(form), keepalive: true });
    if (response.ok) {
      line.textContent = `Guardado a las ${(await response.json()).at}`;
    } else if (response.status === 401 || response.status === 400) {
      line.textContent = "Su sesión terminó. Envíe el formulario: guardamos lo que escribió y le pedimos ingresar.";
    } else {
      line.textContent = "Lo que escribe no se guarda solo. Envíelo cuando termine.";
    }
  } catch {
    line.textContent = "Sin conexión: lo que escribe todavía no se guarda. No cierre esta página.";
    later(form);
  }
}

function later(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), WAIT_MS * (navigator.onLine ? 1 : 10)));
}

if (address) {
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form && event.target.matches(TYPED) && isKept(form)) {
      lineOf(form); // a line that is announced must be there before its words
      later(form);
    }
  });
  const now = () => {
    for (const form of [...waiting.keys()]) {
      keep(form);
    }
  };
  window.addEventListener("online", now);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      now();
    }
  });
}
