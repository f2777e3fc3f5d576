// One action at a time: while a verdict or a page is on its way, what is pressed waits.

let busy = false;
const waiting = [];

export const isBusy = () => busy;

/** Does it once what is on its way has come: until then the page is an old one. */
export function later(act) {
  waiting.push(act);
}

export async function inTurn(act) {
  busy = true;
  await act();
  busy = false;
  while (waiting.length > 0 && !busy) {
    waiting.shift()();
  }
}

/** Goes to the server's own page; nothing that was pressed for this one is done any more. */
export function leave(go) {
  waiting.length = 0;
  go();
}
