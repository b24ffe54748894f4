// Every sentence that is read, in the language chosen: t("key", {n: 3}).
import { texts } from "../gen/words";
import { settings } from "./settings.svelte";

export type Key = keyof typeof texts;
type Values = Record<string, string | number>;

export function t(key: Key, values: Values = {}): string {
  return filled(texts[key][settings.lang === "zh" ? 1 : 0], values);
}

/** For keys made from what the brain said, which may be newer than this catalogue. */
export function said(key: string, otherwise: string, values: Values = {}): string {
  return key in texts ? t(key as Key, values) : otherwise;
}

/** How a figure was come by, or why: a phrase of the brain's, or a state, and after a colon whom or what it is about. */
export function basis(text: string): string {
  const [phrase = "", about] = text.split(": ");
  return said(`basis.${phrase}`, said(`state.${phrase}`, phrase)) + (about ? `: ${about}` : "");
}

export const unit = (name: string): string => said(`unit.${name}`, name);

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}
