// What can wait: until nothing else is to be done, or until the page has been painted as well.
interface Left {
  timeRemaining(): number;
}
const WAIT_MS = 1000, SOON_MS = 50, MOMENT_MS = 10;

/** Gives a function that calls it off. Safari has no idle callbacks: there it is soon, and for a moment. */
export function idle(act: (left: Left) => void): () => void {
  if ("requestIdleCallback" in window) {
    const asked = requestIdleCallback(act, { timeout: WAIT_MS });
    return () => cancelIdleCallback(asked);
  }
  const timer = setTimeout(() => {
    const end = performance.now() + MOMENT_MS;
    act({ timeRemaining: () => end - performance.now() });
  }, SOON_MS);
  return () => clearTimeout(timer);
}

export function painted(act: () => void): () => void {
  let off = (): void => cancelAnimationFrame(frame);
  const frame = requestAnimationFrame(() => (off = idle(act)));
  return () => off();
}
