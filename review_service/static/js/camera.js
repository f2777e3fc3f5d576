// The camera, or a photo, reads the code of a paper. Only the token of a document of ours leads on,
// to this service's own page: no address that stands in a code is ever opened.

import { inFrame, inPhoto, judged, reader } from "./codes.js";

const PAUSE_MS = 120;
const SLOW_MS = 15000;
const REFUSALS = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};
const WISHES = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } };

function why() {
  if (!globalThis.isSecureContext) {
    return "insecure";
  }
  return navigator.mediaDevices?.getUserMedia ? null : "unsupported";
}

function watch(panel) {
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const video = part("video");
  const [start, stop, photo] = [part("start"), part("stop"), part("photo")];
  let stream = null;
  let round = 0;

  const say = (name, host = "") => {
    const words = panel.querySelector(`[data-say="${name}"]`)?.textContent.trim() ?? "";
    const [told, troubled] = [part("told"), part("trouble")];
    const isTrouble = !["looking", "opening", "slow", "reading", ""].includes(name);
    told.textContent = isTrouble ? "" : words;
    troubled.textContent = isTrouble ? words.replace("{host}", () => host) : "";
    troubled.hidden = !isTrouble;
  };

  const close = () => {
    round += 1;
    for (const track of stream?.getTracks() ?? []) {
      track.stop();
    }
    stream = null;
    video.srcObject = null;
    video.hidden = true;
    stop.hidden = true;
    start.hidden = false;
  };

  const follow = (texts) => {
    const { token, isSeveral, host } = judged(texts, panel.dataset.hosts.split(" "));
    if (token) {
      say("opening");
      location.assign(panel.dataset.way.replace("TOKEN", token));
    } else if (isSeveral) {
      say("several");
    } else {
      say(host ? "foreign" : "nowhere", host);
    }
  };

  const look = async (read, mine) => {
    const began = performance.now();
    let isSlow = false;
    for (let turn = 0; mine === round; turn += 1) {
      const texts = await inFrame(read, video, turn);
      if (mine !== round) {
        return;
      }
      if (texts.length) {
        close();
        follow(texts);
        start.focus();
        return;
      }
      if (!isSlow && performance.now() - began > SLOW_MS) {
        isSlow = true;
        say("slow");
      }
      await new Promise((wait) => setTimeout(wait, PAUSE_MS));
    }
  };

  const open = async () => {
    const refused = why();
    if (refused) {
      say(refused);
      return;
    }
    close();
    const mine = round;
    let opened;
    try {
      opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: WISHES });
    } catch (error) {
      say(REFUSALS[error.name] ?? "failed");
      return;
    }
    stream = opened;
    if (mine !== round) {
      close();
      return;
    }
    // In sight before it plays: some telephones play no hidden film.
    video.hidden = false;
    video.srcObject = stream;
    let read;
    try {
      [read] = await Promise.all([reader(), video.play()]);
    } catch {
      close();
      say("unread");
      return;
    }
    if (mine !== round) {
      return;
    }
    stop.hidden = false;
    start.hidden = true;
    stop.focus();
    say("looking");
    look(read, mine).catch(() => {
      close();
      say("failed");
    });
  };

  const openPhoto = async () => {
    const file = photo.files[0];
    if (!file) {
      return;
    }
    close();
    say("reading");
    let read;
    try {
      read = await reader();
    } catch {
      say("unread");
      return;
    }
    try {
      const texts = await inPhoto(read, file);
      photo.value = "";
      if (texts.length) {
        follow(texts);
      } else {
        say("empty");
      }
    } catch {
      photo.value = "";
      say("unopened");
    }
  };

  panel.hidden = false;
  start.addEventListener("click", open);
  stop.addEventListener("click", () => {
    close();
    say("");
    start.focus();
  });
  photo.addEventListener("change", openPhoto);
  // Nobody's camera stays on behind another page.
  window.addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      close();
    }
  });
}

const panel = globalThis.document?.querySelector("[data-camera]");
if (panel) {
  watch(panel);
}
