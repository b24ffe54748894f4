// What can wait: until nothing else is to be done; or until the page has been painted, and whoever looks at it keeps still.
interface Left {
  timeRemaining(): number;
}
const WAIT_MS = 1000, SOON_MS = 50, MOMENT_MS = 10;
/** Who moves the pointer is about to press something. */
const STILL_MS = 300, LATEST_MS = 3000, MOVES = ["pointermove", "pointerdown", "keydown", "wheel"] as const;

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

/** What is heard within the box is meant for what is waited for, and does not put it off. */
export function settled(box: Element, act: () => void): () => void {
  let timer = 0;
  let off = (): void => {};
  const end = performance.now() + LATEST_MS;
  const begin = (): void => {
    stop();
    off = idle(act);
  };
  const again = (): void => {
    clearTimeout(timer);
    timer = setTimeout(begin, Math.max(0, Math.min(STILL_MS, end - performance.now())));
  };
  const heard = (event: Event): void => {
    if (!box.contains(event.target as Node)) again();
  };
  const stop = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    off();
    for (const name of MOVES) removeEventListener(name, heard);
  };
  const frame = requestAnimationFrame(again);
  for (const name of MOVES) addEventListener(name, heard, { passive: true });
  return stop;
}
