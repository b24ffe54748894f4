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
  const sent: Record<string, string> = { authorization: `Bearer ${settings.token}`, ...headers };
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

/** Server-Sent Events of a job until it has ended (WHATWG HTML 9.2); by fetch, because EventSource can send no token. */
export async function watch(job: string, heard: (told: Nouns["Progress"]) => void, stop: AbortSignal): Promise<void> {
  const answer = await fetch(`/v1/jobs/${job}/events`, { headers: { authorization: `Bearer ${settings.token}` }, signal: stop });
  if (!answer.ok || !answer.body) throw await problem(answer);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (kept + value.replaceAll("\r\n", "\n")).split("\n\n");
    kept = events.pop() ?? "";
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
      if (data.length) heard(JSON.parse(data.join("\n")) as Nouns["Progress"]);
    }
  }
}
