// Tells a screen reader what a key did; the line is in the page before its words.

const line = () => document.getElementById("dicho");

export function say(words) {
  const told = line();
  if (told) {
    // The same words twice are two events: without the change nothing is read.
    told.textContent = told.textContent === words ? `${words}\u00a0` : words;
  }
}
