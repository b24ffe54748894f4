// Something of the brain's that is asked for again and again while it is looked at.
import { get, Problem } from "./api";

export class Live<T> {
  value = $state<T>();
  problem = $state<Problem>();

  constructor(
    readonly path: string,
    every_s = 2,
  ) {
    $effect(() => {
      void this.look();
      const timer = setInterval(() => document.hidden || void this.look(), every_s * 1000);
      return () => clearInterval(timer);
    });
  }

  async look(): Promise<void> {
    try {
      this.value = await get<T>(this.path);
      this.problem = undefined;
    } catch (error) {
      this.problem = error instanceof Problem ? error : new Problem("SUAN-B001", String(error), "");
    }
  }
}
