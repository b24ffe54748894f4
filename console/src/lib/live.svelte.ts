// Something of the brain's that is asked for again and again while it is looked at. Answers are taken whole, never changed.
import { get, Problem } from "./api";
import { settings } from "./settings.svelte";

/** Pauses last at least so many times as long as the answer took: a page never keeps a brain busy. */
const REST = 8;

/** What was answered last, for a page that is opened again: shown at once, while it is asked for anew. */
const known = new Map<string, unknown>();

export class Live<T> {
  value = $state.raw<T>();
  problem = $state.raw<Problem>();

  /** ask: how, if not by reading the path, which is then only its name. */
  constructor(
    readonly path: string,
    every_s = 2,
    ask: () => Promise<T> = () => get<T>(path),
  ) {
    this.value = known.get(this.#key()) as T | undefined;
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

  /** Nobody sees what was answered to somebody else. */
  #key(): string {
    return `${settings.token} ${this.path}`;
  }

  async #look(ask: () => Promise<T>): Promise<void> {
    try {
      this.value = await ask();
      known.set(this.#key(), this.value);
      this.problem = undefined;
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem("SUAN-B001", String(error), "");
    }
  }
}
