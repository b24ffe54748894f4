// Something of the brain's that is asked for again and again while it is looked at. Answers are taken whole, never changed.
import { get, Problem } from "./api";

/** Pauses last at least so many times as long as the answer took: a page never keeps a brain busy. */
const REST = 8;

export class Live<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();

  constructor(path: string, every_s = 2, ask: (before: T | undefined) => Promise<T> = () => get<T>(path)) {
    $effect(() => {
      let timer = 0;
      let gone = false;
      const again = async (): Promise<void> => {
        const began = performance.now();
        if (!document.hidden) await this.#look(ask);
        if (!gone) timer = setTimeout(() => void again(), Math.max(every_s * 1000, REST * (performance.now() - began)));
      };
      void again();
      return () => {
        gone = true;
        clearTimeout(timer);
      };
    });
  }

  async #look(ask: (before: T | undefined) => Promise<T>): Promise<void> {
    try {
      this.value = await ask(this.value);
      this.problem = undefined;
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem("SUAN-B001", String(error), "");
    }
  }
}
