// A long list that the brain gives page by page, newest first: all of it once, then only what is new or not settled yet.
import { get } from "./api";
import { Live } from "./live.svelte";

interface Page<R> {
  items: readonly R[];
  next?: string;
}

const WHOLE = 1000, NEWEST = 100;

/** rows: all that are known so far, newest first. */
export class Pages<R> {
  rows = $state.raw<readonly R[]>([]);
  #complete = false;
  #live: Live<readonly R[]>;

  constructor(
    readonly path: string,
    readonly id: (row: R) => string,
    readonly settled: (row: R) => boolean,
    readonly one: (id: string) => string,
  ) {
    this.#live = new Live(`${path} all`, 2, () => (this.#complete ? this.#newer() : this.#all()));
    this.rows = this.#live.value ?? [];
    this.#complete = this.rows.length > 0;
  }

  get problem() {
    return this.#live.problem;
  }

  async #all(): Promise<readonly R[]> {
    const found: R[] = [];
    for (let cursor = "", first = true; first || cursor; first = false) {
      const page = await get<Page<R>>(`${this.path}?limit=${first ? NEWEST : WHOLE}&cursor=${encodeURIComponent(cursor)}`);
      found.push(...page.items);
      if (found.length > this.rows.length) this.rows = [...found];
      cursor = page.next ?? "";
    }
    this.#complete = true;
    return this.rows;
  }

  /** The newest, and those further down that were still moving. */
  async #newer(): Promise<readonly R[]> {
    const page = await get<Page<R>>(`${this.path}?limit=${NEWEST}`);
    const fresh = new Map(page.items.map((row) => [this.id(row), row]));
    const known = new Set(this.rows.map(this.id));
    if (page.items.length === NEWEST && page.items.every((row) => !known.has(this.id(row)))) return this.#all();
    const moving = this.rows.filter((row) => !this.settled(row) && !fresh.has(this.id(row))).slice(0, NEWEST);
    for (const row of await Promise.all(moving.map((old) => get<R>(this.one(this.id(old)))))) fresh.set(this.id(row), row);
    const born = page.items.filter((row) => !known.has(this.id(row)));
    this.rows = [...born, ...this.rows.map((row) => fresh.get(this.id(row)) ?? row)];
    return this.rows;
  }
}
