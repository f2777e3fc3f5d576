// Sends one file, or the few of one form, with progress, and again and again while the page lives:
// always under the same key, so that the service keeps one however often it arrives. Between two tries it waits ever
// longer; the connection that is back, the page that is looked at again, or a press end the wait.

const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 30000;
const STALLED_MS = 60000;
/** After so many tries of one file another that waits gets its turn. */
const TURN = 3;
/** So often a file is sent again that the service fails on: the fault may be the file's. */
const FAULTS = 5;
const AGAIN_LATER = [408, 425, 429, 502, 503, 504];
const WHY_NOT = "No se pudo subir. Inténtelo otra vez.";
/** A proxy that takes less than the service says so with a page, not with a sentence for here. */
const TOO_LARGE = "El archivo es demasiado grande. Elija uno más pequeño.";

/** What the service said no to; trying again would not help. */
export class Refused extends Error {}
/** What failed inside the service several times; the person may try again. */
export class Failed extends Error {}
/** What waits still, while another file is sent. */
export class Later extends Error {}
/** What the person gave up. */
export class Dropped extends Error {}
/** One try that came to nothing; `reason` is connection, answer, service, fault or signed_out. */
class Missed extends Error {
  constructor(reason, message = "", seconds = 0) {
    super(message);
    this.reason = reason;
    this.seconds = seconds;
  }
}

// --- leaving the page while something is not sent ---

const unsent = new Set();

function warn(event) {
  event.preventDefault();
  event.returnValue = "no";
}

/** Notes that something is not sent: whoever leaves the page is asked first. */
export function hold(thing) {
  unsent.add(thing);
  window.addEventListener("beforeunload", warn);
}

export function release(thing) {
  unsent.delete(thing);
  if (unsent.size === 0) {
    window.removeEventListener("beforeunload", warn);
  }
}

export const unsentCount = () => unsent.size;

// --- waiting ---

let missed = 0;
const wakers = new Set();

/** Ends every wait: the next try is now, and those after it follow quickly again. */
export function wake() {
  missed = 0;
  for (const waker of [...wakers]) {
    waker();
  }
}

window.addEventListener("online", wake);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    wake();
  }
});

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = Number.isFinite(ms) ? setTimeout(done, ms) : 0;
    function done() {
      clearTimeout(timer);
      wakers.delete(done);
      signal.removeEventListener("abort", done);
      resolve();
    }
    wakers.add(done);
    signal.addEventListener("abort", done);
  });
}

// Tokens of forms change when somebody signs in, also in another tab.
const tokens = () => document.querySelectorAll("input[name=csrf_token]");

async function freshToken() {
  let page = null;
  try {
    const response = await fetch(location.href, { headers: { Accept: "text/html" } });
    const isHere = new URL(response.url).pathname === location.pathname;
    if (response.ok && isHere) {
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    }
  } catch {
    throw new Missed("connection");
  }
  const fresh = page?.querySelector("input[name=csrf_token]")?.value;
  if (!fresh) {
    throw new Missed("signed_out");
  }
  for (const field of tokens()) {
    field.value = fresh;
  }
}

// --- one try ---

function refusalOf(request) {
  const { status, response } = request;
  const said = response?.message ?? "";
  const heading = response?.heading ? `${response.heading}.` : "";
  if (status === 401) {
    return new Missed("signed_out");
  }
  if (response?.code === "budget_spent") {
    return new Refused(said); // the sentence says from when on; waiting here would be hours
  }
  if (AGAIN_LATER.includes(status)) {
    return new Missed("service", heading, Number(request.getResponseHeader("Retry-After")) || 0);
  }
  if (status >= 500) {
    return new Missed("fault", said);
  }
  if (status === 413) {
    return new Refused(said || TOO_LARGE);
  }
  return response?.code === "form_expired" ? new Missed("token") : new Refused(said || WHY_NOT);
}

function sendOnce(address, fields, onProgress, signal) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) {
      body.append(name, each);
    }
  }
  body.set("csrf_token", tokens()[0].value);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled = 0;
    let isOut = false;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    const miss = () => reject(new Missed(isOut ? "answer" : "connection"));
    const stop = () => request.abort();
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      watch();
      if (event.lengthComputable) {
        onProgress(event.loaded / event.total);
      }
    });
    request.upload.addEventListener("load", () => {
      isOut = true;
    });
    request.addEventListener("loadend", () => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", stop);
    });
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300 && request.response) {
        resolve(request.response);
      } else {
        reject(refusalOf(request));
      }
    });
    request.addEventListener("error", miss);
    request.addEventListener("abort", miss);
    signal.addEventListener("abort", stop);
    watch();
    request.send(body);
  });
}

async function sendWithToken(address, fields, onProgress, signal) {
  try {
    return await sendOnce(address, fields, onProgress, signal);
  } catch (error) {
    if (error.reason !== "token") {
      throw error;
    }
  }
  await freshToken();
  try {
    return await sendOnce(address, fields, onProgress, signal);
  } catch (error) {
    throw error.reason === "token" ? new Refused(WHY_NOT) : error;
  }
}

// --- what the person is told while a file waits ---

function told(what, { reason, message }, ms) {
  const seconds = Math.max(1, Math.round(ms / 1000));
  const when = `Probamos otra vez en ${seconds} ${seconds === 1 ? "segundo" : "segundos"}`;
  const state = `${what} todavía no está en su solicitud.`;
  if (reason === "signed_out") {
    const how = "Ingrese en otra pestaña, vuelva aquí y pulse «Reintentar».";
    return { words: "Su sesión terminó", why: `${state} ${how} No cierre esta página.` };
  }
  if (!navigator.onLine) {
    const how = "El envío sigue apenas vuelva la señal.";
    return { words: "Sin conexión", why: `${state} ${how} No cierre esta página.` };
  }
  if (reason === "answer") {
    const how = "Ya salió de aquí, pero no llegó la respuesta.";
    return { words: "Sin respuesta todavía", why: `${how} ${when}; no quedará repetida. No cierre esta página.` };
  }
  const why = message || "No hay respuesta del servicio.";
  return { words: "Todavía no se envía", why: `${why} ${state} ${when}. No cierre esta página.` };
}

/** Sends until it arrived. `what` names it («Esta foto»); `onWaiting` is told what to say, and
 * `othersWait` whether another file could go first. Throws Refused, Failed, Later or Dropped. */
export async function send(address, fields, { what, signal, onProgress, onWaiting, othersWait }) {
  let faults = 0;
  let signedOut = false;
  for (let tried = 1; ; tried += 1) {
    try {
      if (signedOut) {
        await freshToken(); // a small question first: a file is not sent only to be sent away
      }
      const answer = await sendWithToken(address, fields, onProgress, signal);
      missed = 0;
      return answer;
    } catch (error) {
      if (signal.aborted) {
        throw new Dropped();
      }
      if (!(error instanceof Missed)) {
        missed = 0;
        throw error;
      }
      faults += error.reason === "fault" ? 1 : 0;
      if (faults === FAULTS) {
        throw new Failed(error.message);
      }
      missed += 1;
      const longer = Math.min(FIRST_WAIT_MS * 2 ** Math.min(missed - 1, 10), LONGEST_WAIT_MS);
      signedOut = error.reason === "signed_out";
      const ms = signedOut ? Number.POSITIVE_INFINITY : Math.max(longer, error.seconds * 1000);
      onWaiting({ ...told(what, error, ms), signedOut });
      await pause(ms, signal);
      if (signal.aborted) {
        throw new Dropped();
      }
      if (tried % TURN === 0 && othersWait()) {
        throw new Later();
      }
    }
  }
}

export const newKey = () =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
