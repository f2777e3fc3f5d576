// Keeps the keys that somebody presses before officer.js has come, which then answers them.
// Not a module, and asked for at the head of the page: it must be here before the first key.

window.earlyKeys = [];
window.keepEarlyKey = (event) => window.earlyKeys.push(event);
document.addEventListener("keydown", window.keepEarlyKey);
