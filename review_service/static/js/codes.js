// Reads QR codes from pictures: by the browser's own detector where there is one, else by the kept
// library beside this file, which is loaded then and not before.

const LIBRARY = "./vendor/qr/decode.js";
const PHOTO_SIDES = [1600, 3200, 800];
const FRAME_SIDE = 960;

async function ownDetector() {
  try {
    const formats = await globalThis.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

// A reader: text of one code on a canvas, or null. Rejects when the library cannot be loaded.
export async function reader() {
  const detector = await ownDetector();
  if (detector) {
    return async (canvas) => (await detector.detect(canvas))[0]?.rawValue ?? null;
  }
  const { decodeQR } = await import(LIBRARY);
  return async (canvas) => {
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(pixels);
    } catch {
      return null;
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
    return null;
  }
  return read(drawn(video, width, height, FRAME_SIDE, turn % 2 === 0 ? 1 : 0.5));
}

// Rejects when the browser cannot open the file as a picture.
export async function inPhoto(read, file) {
  const picture = await createImageBitmap(file);
  try {
    for (const side of PHOTO_SIDES) {
      const text = await read(drawn(picture, picture.width, picture.height, side, 1));
      if (text !== null) {
        return text;
      }
    }
    return null;
  } finally {
    picture.close();
  }
}

// What a code leads to: the token of a document of ours, or the host it names, empty for none.
export function judged(text, ourHost) {
  let address;
  try {
    address = new URL(text.trim());
  } catch {
    return { token: null, host: "" };
  }
  const token = /^\/(?:.*\/)?v\/([a-z2-7]{26})\/?$/.exec(address.pathname)?.[1] ?? null;
  const isOurs = /^https?:$/.test(address.protocol) && address.host === ourHost.toLowerCase();
  return { token: isOurs ? token : null, host: address.host };
}
