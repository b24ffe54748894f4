// Writes src/gen/words.ts from the one catalogue of all doors; a key that is not in it does not pass the type check. Writes
// src/gen/whys.ts, the Chinese of what the brain keeps in English, those that say most first, and src/gen/measures.ts, the units
// of what intents hold to, from the schema of the API.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "smol-toml";

const FAMILIES = ["console.", "ask.", "say.", "term.", "unit.", "kind.", "broken.", "graph.network_", "error.", "basis.", "state.", "ended.", "reason.", "count.", "refused.", "note.", "target.", "intents.", "twin.", "help.twin.", "figure."];
const all = Object.entries(parse(readFileSync("../src/suanwang/api/catalogue.toml", "utf8")));
const kept = all.filter(([key]) => FAMILIES.some((family) => key.startsWith(family)));
const broken = kept.filter(([, text]) => !text.en || !text.zh).map(([key]) => key);
if (broken.length) throw new Error(`in one language only: ${broken.join(", ")}`);
const rows = kept.map(([key, text]) => `  ${JSON.stringify(key)}: [${JSON.stringify(text.en)}, ${JSON.stringify(text.zh)}],`);
mkdirSync("src/gen", { recursive: true });
writeFileSync("src/gen/words.ts", `export const texts = {\n${rows.join("\n")}\n} as const;\n`);

const lines = parse(readFileSync("../src/suanwang/api/whys.toml", "utf8"));
const ofTasks = Object.keys(lines).filter((code) => code.startsWith("SUAN-R"));
const WHYS = ["any", "words", "path", "ended", "done", "proposal", "note", "SUAN-U170", ...ofTasks];
const fixed = (english) => english.split(/\{\d+\}/).map((part) => part.replaceAll("{{", "{").replaceAll("}}", "}"));
const said = (section) => Object.entries(lines[section]).map(([english, chinese]) => [fixed(english), chinese]);
const long = ([parts]) => parts.join("").length;
const sections = Object.fromEntries(WHYS.map((section) => [section, said(section).sort((a, b) => long(b) - long(a))]));
const shape = "export type Fixed = readonly string[];\nexport const whys: Record<string, readonly (readonly [Fixed, string])[]>";
writeFileSync("src/gen/whys.ts", `${shape} = ${JSON.stringify(sections, undefined, 1)};\n`);

const { "x-units": units, "x-least": least } = JSON.parse(readFileSync("../docs/openapi.json", "utf8")).components.schemas.Target.properties.measure;
const row = ([measure, unit]) => `  ${JSON.stringify(measure)}: { unit: ${JSON.stringify(unit)}, least: ${least.includes(measure)} },`;
writeFileSync("src/gen/measures.ts", `export const measures = {\n${Object.entries(units).map(row).join("\n")}\n} as const;\n`);
