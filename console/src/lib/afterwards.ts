// What can wait, once the page has been painted and nothing else is to be done.
const WAIT_MS = 1000;
/** Safari has no idle callbacks. */
const idle = (act: () => void): unknown => ("requestIdleCallback" in window ? requestIdleCallback(act, { timeout: WAIT_MS }) : setTimeout(act, 50));

/** Gives a function that calls it off. */
export function afterwards(act: () => void): () => void {
  let off = false;
  requestAnimationFrame(() => idle(() => off || act()));
  return () => (off = true);
}
