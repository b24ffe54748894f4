// What an intent holds to, as the command line says it.
import type { Nouns } from "./api";
import { said, t } from "./words";

/** As model/intent.py has them. */
const UNITS: Record<string, string> = {
  available: "instances", latency: "ms", answer: "ms", spend: "CNY/day", region: "share", done: "share", finish: "s", cost: "CNY", carbon: "gCO2e",
};
const LEAST = ["available", "region", "done"];

const figure = (measure: string, value: number): string => `${Number(value.toPrecision(4))} ${UNITS[measure] ?? ""}`.trimEnd();

/** Such as "latency <= 15 ms". */
export const target = (one: { measure: string; limit: number }): string =>
  `${said(`target.${one.measure}`, one.measure)} ${LEAST.includes(one.measure) ? ">=" : "<="} ${figure(one.measure, one.limit)}`;

export const found = (one: Nouns["Found"]): string => (one.value === null ? "-" : figure(one.measure, one.value));

/** Those that are missed, else all. */
export function brief(view: Nouns["IntentView"]): string {
  const missed = (view.found ?? []).filter((one) => !one.met).map((one) => `${said(`target.${one.measure}`, one.measure)} ${found(one)}`);
  return (missed.length ? missed : view.intent.targets.map(target)).join(", ") || "-";
}

/** What would help, "" if nothing is known to. */
export const proposed = (one: Nouns["Proposal"] | null | undefined): string =>
  one ? t("intents.proposal", { field: one.field, was: one.was, to: one.to, why: one.why ?? "" }).trim() : "";

export const tone = (state: string): string => (state === "compliant" ? "good" : state === "degraded" || state === "rejected" ? "bad" : "");

/** The page of what it is about. */
export const page = (view: Nouns["IntentView"]): string => (view.intent.kind === "service" ? "services" : "jobs");
