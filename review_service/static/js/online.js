// Leaving for a page that needs the connection.

/** Goes at once or, without a connection, when it is back: a browser that finds none shows a page of
 * its own, from which nothing goes on. */
export function whenOnline(go) {
  if (navigator.onLine) {
    go();
  } else {
    window.addEventListener("online", go, { once: true });
  }
}
