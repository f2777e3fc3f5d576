// What must be here before the first key: keeps the keys that somebody presses before officer.js
// has come, which then answers them. Not a module, and asked for at the head of the page.

window.earlyKeys = [];
window.keepEarlyKey = (event) => window.earlyKeys.push(event);
document.addEventListener("keydown", window.keepEarlyKey);

// A key that is held says one thing: the page that it leads to does not take it for an answer, nor
// for words of the field that has the focus there.
let isFromBefore = true;
document.addEventListener("keydown", (event) => {
  isFromBefore &&= event.repeat;
  if (isFromBefore || (event.repeat && event.key === "Enter" && !event.target.matches("textarea"))) {
    event.preventDefault();
  }
});
