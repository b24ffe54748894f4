// Prints what the first load weighs as gzip, and fails above the bar.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const OUT = "../src/suanwang/api/static";
const BAR_KB = 600;
const html = readFileSync(`${OUT}/index.html`, "utf8");
const files = readdirSync(`${OUT}/assets`).map((name) => `assets/${name}`);
const size = (name) => gzipSync(readFileSync(`${OUT}/${name}`)).length / 1000;
const first = ["index.html", ...files.filter((name) => html.includes(name))];
const later = files.filter((name) => !html.includes(name));
const sum = (names) => names.reduce((kb, name) => kb + size(name), 0);
console.log(`first load ${sum(first).toFixed(1)} kB gzip (bar ${BAR_KB}); loaded when needed, the map: ${sum(later).toFixed(1)} kB`);
if (sum(first) > BAR_KB) process.exit(1);
