// What an intent holds to, as the command line says it.
import { measures } from "../gen/measures";
import type { Nouns } from "./api";
import { why } from "./why";
import { said, t, unit } from "./words";

type Measure = Nouns["Target"]["measure"];

const figure = (measure: Measure, value: number): string => `${Number(value.toPrecision(4))} ${unit(measures[measure].unit)}`;

/** Such as "latency <= 15 ms". */
export const target = (one: { measure: Measure; limit: number }): string =>
  `${said(`target.${one.measure}`, one.measure)} ${measures[one.measure].least ? ">=" : "<="} ${figure(one.measure, one.limit)}`;

export const found = (one: Nouns["Found"]): string => (one.value === null ? "-" : figure(one.measure, one.value));

/** Those that are missed, else all. */
export function brief(view: Nouns["IntentView"]): string {
  const missed = (view.found ?? []).filter((one) => !one.met).map((one) => `${said(`target.${one.measure}`, one.measure)} ${found(one)}`);
  return (missed.length ? missed : view.intent.targets.map(target)).join(", ") || "-";
}

/** What would help, "" if nothing is known to. */
export const proposed = (one: Nouns["Proposal"] | null | undefined): string =>
  one ? t("intents.proposal", { field: one.field, was: one.was, to: one.to, why: why("proposal", one.why ?? "") }).trim() : "";

export const tone = (state: string): string => (state === "compliant" ? "good" : state === "degraded" || state === "rejected" ? "bad" : "");

/** The page of what it is about. */
export const page = (view: Nouns["IntentView"]): string => (view.intent.kind === "service" ? "services" : "jobs");
