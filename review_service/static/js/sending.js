// Sends one file with progress, and again after a lost connection: always under the same key, so
// that the service keeps one file however often it arrives.

const TRIES = 5;
const WAIT_MS = 1500;
const STALLED_MS = 60000;

/** What the service said no to; trying again would not help. */
export class Refused extends Error {}
/** The connection is gone, also after several tries. */
export class Lost extends Error {}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// When the telephone says that it is offline, wait until it says otherwise, for a minute at most.
const connection = () =>
  navigator.onLine
    ? Promise.resolve()
    : Promise.race([
        new Promise((resolve) => window.addEventListener("online", resolve, { once: true })),
        pause(STALLED_MS),
      ]);

function sendOnce(address, body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let stalled = 0;
    const watch = () => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED_MS);
    };
    request.open("POST", address);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      watch();
      if (event.lengthComputable) {
        onProgress(event.loaded / event.total);
      }
    });
    request.addEventListener("loadend", () => clearTimeout(stalled));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) {
        resolve(request.response);
      } else if (request.status >= 500 || request.status === 0) {
        reject(new Lost(request.response?.message ?? ""));
      } else {
        reject(new Refused(request.response?.message ?? "No se pudo subir. Inténtelo otra vez."));
      }
    });
    request.addEventListener("error", () => reject(new Lost("")));
    request.addEventListener("abort", () => reject(new Lost("")));
    watch();
    request.send(body);
  });
}

export async function send(address, fields, onProgress, onWaiting) {
  for (let tried = 1; ; tried += 1) {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      body.append(name, value);
    }
    try {
      return await sendOnce(address, body, onProgress);
    } catch (error) {
      if (error instanceof Refused || tried === TRIES) {
        throw error;
      }
      onWaiting(tried);
      await pause(WAIT_MS * tried);
      await connection();
    }
  }
}

export const newKey = () =>
  crypto.randomUUID?.() ??
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
