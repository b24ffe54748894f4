// The brain's API, with the token of this tab. The types are those of docs/openapi.json.
import type { components } from "../gen/api";
import { settings } from "./settings.svelte";

export type Nouns = components["schemas"];

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly why: string,
    readonly todo: string,
  ) {
    super(`${code} ${why}`);
  }
}

async function called(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const sent: Record<string, string> = { authorization: `Bearer ${settings.token}`, "accept-language": settings.lang, ...headers };
  if (body !== undefined) sent["content-type"] = "application/json";
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers: sent, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem("SUAN-W001", location.origin, "suan doctor");
  }
  if (!answer.ok) throw await problem(answer);
  return answer;
}

async function problem(answer: Response): Promise<Problem> {
  try {
    const told = (await answer.json()) as Nouns["Problem"];
    return new Problem(told.code, told.detail, told.todo);
  } catch {
    return new Problem("SUAN-W002", `HTTP ${answer.status}`, "suan doctor");
  }
}

/** token: another one than this tab's, to try it. */
export async function get<T>(path: string, token = settings.token): Promise<T> {
  return (await (await called("GET", path, undefined, { authorization: `Bearer ${token}` })).json()) as T;
}

export async function post<T>(path: string, body: unknown, key?: string): Promise<T> {
  const headers: Record<string, string> = key ? { "idempotency-key": key } : {};
  return (await (await called("POST", path, body, headers)).json()) as T;
}

/** What a task wrote from `offset` on, where to go on, and whether that was all. */
export async function output(job: string, task: number, stream: string, offset: number) {
  const answer = await called("GET", `/v1/jobs/${job}/logs?task=${task}&stream=${stream}&offset=${offset}`);
  const following = Number(answer.headers.get("suan-next-offset") ?? offset);
  return { text: await answer.text(), following, ended: answer.headers.get("suan-ended") === "true" };
}

const AGAIN_MS = 1000;

/**
 * Server-Sent Events of a job until it has ended (WHATWG HTML 9.2); by fetch, because EventSource can send no token. A connection
 * that breaks is made again, from the event after the last that was heard; quiet: told whether there is one now.
 */
export async function watch(job: string, heard: (told: Nouns["Progress"]) => boolean, quiet: (broken: boolean) => void, stop: AbortSignal): Promise<void> {
  for (let last = "", ended = false; !ended && !stop.aborted; ) {
    try {
      for await (const [id, data] of events(job, last, stop)) {
        quiet(false);
        last = id;
        ended = heard(JSON.parse(data) as Nouns["Progress"]);
      }
    } catch (error) {
      if (error instanceof Problem && !error.code.startsWith("SUAN-W")) throw error;
      quiet(!stop.aborted);
    }
    if (!ended && !stop.aborted) await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

/** (id, data) of each event after the last one. */
async function* events(job: string, last: string, stop: AbortSignal): AsyncGenerator<[string, string]> {
  const headers: Record<string, string> = { authorization: `Bearer ${settings.token}`, "accept-language": settings.lang, ...(last ? { "last-event-id": last } : {}) };
  const answer = await fetch(`/v1/jobs/${job}/events`, { headers, signal: stop });
  if (!answer.ok || !answer.body) throw await problem(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const field = (event: string, name: string): string =>
    event.split("\n").filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).trimStart()).join("\n");
  for (let kept = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const told = (kept + value).replaceAll("\r\n", "\n").split("\n\n");
    kept = told.pop() ?? "";
    for (const event of told) if (field(event, "data")) yield [field(event, "id"), field(event, "data")];
  }
}
