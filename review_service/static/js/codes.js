// Reads QR codes from pictures: by the browser's own detector where there is one, else by the kept
// library beside this file, which is loaded then and not before.

const LIBRARY = "./vendor/qr/decode.js";
const PHOTO_SIDES = [1600, 3200, 800];
const FRAME_SIDE = 960;
const MOST_SHOWN = 60;
const TOKEN = /^\/(?:.*\/)?v\/([a-z2-7]{26})\/?$/;

async function ownDetector() {
  try {
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

// A reader: the texts of the codes on a canvas; the library finds one at most. Rejects when it
// cannot be loaded.
export async function reader() {
  const detector = await ownDetector();
  if (detector) {
    return async (canvas) => (await detector.detect(canvas)).map((each) => each.rawValue);
  }
  const { decodeQR } = await import(LIBRARY);
  return async (canvas) => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    try {
      return [decodeQR(pixels)];
    } catch {
      return [];
    }
  };
}

// Draws a part of the picture, given as shares of its sides, no larger than the side allows.
function drawn(picture, width, height, side, share) {
  const canvas = document.createElement("canvas");
  const wide = width * share;
  const high = height * share;
  const scale = Math.min(1, side / Math.max(wide, high));
  canvas.width = Math.max(1, Math.round(wide * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const place = [(width - wide) / 2, (height - high) / 2, wide, high];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, ...place, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// By turns the whole of what the camera sees, and its middle with all its pixels.
export function inFrame(read, video, turn) {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) {
    return [];
  }
  return read(drawn(video, width, height, FRAME_SIDE, turn % 2 === 0 ? 1 : 0.5));
}

// Rejects when the browser cannot open the file as a picture.
export async function inPhoto(read, file) {
  const picture = await createImageBitmap(file);
  try {
    for (const side of PHOTO_SIDES) {
      const texts = await read(drawn(picture, picture.width, picture.height, side, 1));
      if (texts.length) {
        return texts;
      }
    }
    return [];
  } finally {
    picture.close();
  }
}

// A web address as browsers write it, or null for anything else that stands in a code.
function webAddress(text) {
  try {
    const address = new URL(text.trim());
    return /^https?:$/.test(address.protocol) ? address : null;
  } catch {
    return null;
  }
}

// The end of a host says whose it is.
function shown(host) {
  return host.length > MOST_SHOWN ? `…${host.slice(-MOST_SHOWN)}` : host;
}

// What the codes in sight lead to: the token of the one document of ours among them, else the host
// that the first of them names, empty for none. Codes of two documents: neither of them is meant.
export function judged(texts, ourHosts) {
  const addresses = texts.map(webAddress);
  const tokens = new Set(
    addresses
      .filter((each) => each && ourHosts.some((host) => isAt(each, host)))
      .map((each) => TOKEN.exec(each.pathname)?.[1])
      .filter(Boolean),
  );
  return {
    token: tokens.size === 1 ? [...tokens][0] : null,
    isSeveral: tokens.size > 1,
    host: shown(addresses[0]?.host ?? ""),
  };
}

function isAt(address, host) {
  return address.host === webAddress(`${address.protocol}//${host}`)?.host;
}
