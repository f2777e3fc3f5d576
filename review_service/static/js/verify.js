// Compares a PDF without sending it: only its SHA-256 and the identifiers it claims leave the device.
// The identifiers are found as review_service/domain/file_identity.py finds them.

const MAX_CLAIMS = 64;
const HEX = /\/ID[\0\t\n\f\r ]{0,16}\[[\0\t\n\f\r ]{0,16}<((?:[0-9A-Fa-f][\0\t\n\f\r ]{0,2}){32})>/g;
const LITERAL = /\/ID[\0\t\n\f\r ]{0,16}\[[\0\t\n\f\r ]{0,16}\(/g;
const XMP = /uuid:([0-9a-f]{32})(?![0-9a-f])/g;
const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
const LITERAL_SIGNS = 128;
const CHUNK = 32768;

const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function escaped(after) {
  const octal = /^[0-7]{1,3}/.exec(after);
  if (octal) {
    return [String.fromCharCode(Number.parseInt(octal[0], 8) & 0xff), octal[0].length];
  }
  if (after.startsWith("\r\n")) {
    return ["", 2];
  }
  const sign = after.slice(0, 1);
  if (sign === "\n" || sign === "\r") {
    return ["", 1];
  }
  return [ESCAPES[sign] ?? sign, sign.length];
}

// What follows an opening parenthesis, or null unless it stands for 16 bytes.
function literal(raw) {
  let decoded = "";
  let depth = 1;
  let at = 0;
  while (at < raw.length && decoded.length <= 16) {
    let sign = raw[at];
    at += 1;
    if (sign === "\\") {
      const [text, used] = escaped(raw.slice(at, at + 3));
      decoded += text;
      at += used;
      continue;
    }
    depth += { "(": 1, ")": -1 }[sign] ?? 0;
    if (depth === 0) {
      return decoded.length === 16 ? decoded : null;
    }
    if (sign === "\r") {
      sign = "\n";
      at += raw[at] === "\n" ? 1 : 0;
    }
    decoded += sign;
  }
  return null;
}

function* spellings(text) {
  for (const match of text.matchAll(HEX)) {
    yield match[1].replace(/[\0\t\n\f\r ]/g, "").toLowerCase();
  }
  for (const match of text.matchAll(XMP)) {
    yield match[1];
  }
  for (const match of text.matchAll(LITERAL)) {
    const start = match.index + match[0].length;
    const found = literal(text.slice(start, start + LITERAL_SIGNS));
    if (found !== null) {
      yield hexOf(Array.from(found, (sign) => sign.charCodeAt(0)));
    }
  }
}

export function identifiersIn(bytes) {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  }
  const claims = new Set();
  for (const claim of spellings(pieces.join(""))) {
    claims.add(claim);
    if (claims.size >= MAX_CLAIMS) {
      break;
    }
  }
  return [...claims];
}

export async function fingerprint(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return { sha256: hexOf(new Uint8Array(digest)), identifiers: identifiersIn(bytes) };
}

function watch(form) {
  const input = form.elements.archivo;
  const problem = form.querySelector("[data-problem]");
  // The sentences stand in the page, in its language.
  const say = (name) => {
    problem.textContent = name ? form.querySelector(`[data-say="${name}"]`).textContent : "";
    problem.hidden = !name;
  };
  form.querySelector("[data-with-script]").hidden = false;
  form.querySelector("[data-without-script]").hidden = true;

  const compare = async () => {
    const file = input.files[0];
    if (!file) {
      say("empty");
      return;
    }
    if (file.size > Number(form.dataset.maxBytes)) {
      say("large");
      return;
    }
    say("");
    try {
      const found = await fingerprint(file);
      form.elements.sha256.value = found.sha256;
      form.elements.identifiers.value = found.identifiers.join(",");
    } catch {
      say("unread");
      return;
    }
    // A disabled field is not sent: the file stays where it is.
    input.disabled = true;
    form.submit();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    compare();
  });
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length === 1) {
      input.files = event.dataTransfer.files;
      compare();
    }
  });
  window.addEventListener("pageshow", () => {
    input.disabled = false;
  });
}

// Outside https and localhost a browser computes no SHA-256: then the file is sent and not kept.
const form = globalThis.document?.querySelector("[data-fingerprint]");
if (form && globalThis.crypto?.subtle) {
  watch(form);
}
