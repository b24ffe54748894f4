// What the brain keeps in English of jobs, tasks, ways and intents, found again in Chinese: as api/whys.py does it. Problems come in
// the language that is asked for.
import { type Fixed, whys } from "../gen/whys";
import type { Nouns } from "./api";
import { settings } from "./settings.svelte";
import { said } from "./words";

const DEEP_MAX = 8;
const TEXT_MAX = 4000;

export function why(section: string, text: string, deep = DEEP_MAX): string {
  if (settings.lang !== "zh" || text.length > TEXT_MAX || !deep) return text;
  for (const [fixed, chinese] of [...(whys.any ?? []), ...(whys[section] ?? [])]) {
    const holes = holesOf(fixed, text);
    if (holes) return chinese.replace(/\{(\d+)(?::(\w+))?\}/g, (_, at: string, kind?: string) => hole(section, holes[Number(at)] ?? "", kind, deep - 1));
  }
  return text;
}

/** Each of several that may stand in one text. */
export function listed(section: string, text: string): string {
  const whole = why(section, text);
  return whole !== text || settings.lang !== "zh" ? whole : text.split("; ").map((one) => why(section, one)).join("；");
}

/** Of a code, ": " and a why, the why. */
export function coded(text: string): string {
  const [code = "", ...rest] = text.split(": ");
  return rest.length && code.startsWith("SUAN-") ? `${code}: ${why(code, rest.join(": "))}` : text;
}

/** Why a task failed, in words, or what one that is done says of itself. */
export function noted(ended: Nouns["Outcome"]): string {
  const note = ended.note.startsWith("SUAN-") ? coded(ended.note) : listed("note", ended.note);
  const code = ended.code && said(`ended.${ended.code}`, ended.code, { exit: ended.exit_code });
  return [code, note].filter(Boolean).join(": ");
}

function hole(section: string, text: string, kind: string | undefined, deep: number): string {
  if (!kind) return text;
  const within = kind === "why" ? section : kind;
  return within in whys ? why(within, text, deep) : said(`${within}.${text}`, text);
}

/** What stands between the fixed parts, each taken where it comes first; undefined if the text is not made of them. */
function holesOf(fixed: Fixed, text: string): string[] | undefined {
  const first = fixed[0] ?? "";
  const last = fixed.at(-1) ?? "";
  if (fixed.length === 1) return text === first ? [] : undefined;
  const end = text.length - last.length;
  let at = first.length;
  if (at > end || !text.startsWith(first) || !text.endsWith(last)) return undefined;
  const holes: string[] = [];
  for (const part of fixed.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return undefined;
    holes.push(text.slice(at, found));
    at = found + part.length;
  }
  return [...holes, text.slice(at, end)];
}
