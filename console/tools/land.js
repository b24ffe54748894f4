// Writes the land of the map in two sizes, both from Natural Earth 1:50m (npm world-atlas) by topojson-simplify (Visvalingam's
// effective area, in steradians): src/gen/land.json, GeoJSON that MapLibre's worker reads by itself, and src/gen/land.ts, one path
// that stands in the page until the map is drawn. Both are rounded to what can be seen.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { feature } from "topojson-client";
import { presimplify, simplify, sphericalTriangleArea } from "topojson-simplify";

const KM2 = 1 / 6371 ** 2;
/** least: triangles below it are left out. places: of degrees. island: smaller ones are left out, in the path's units squared. */
const FINE = { least: 8 * KM2, places: 2 }, COARSE = { least: 500 * KM2, island: 30 };
/** The world's side in the path's units. */
const WORLD = 8192, POLE = 85.0511;

const topology = JSON.parse(readFileSync("node_modules/world-atlas/land-50m.json", "utf8"));
const weighed = presimplify(topology, sphericalTriangleArea);

/** [x, y] of Web Mercator, in the path's units. */
function placed([longitude, latitude]) {
  const sine = Math.sin((Math.max(-POLE, Math.min(POLE, latitude)) * Math.PI) / 180);
  return [0.5 + longitude / 360, 0.5 - Math.atanh(sine) / (2 * Math.PI)].map((part) => Math.round(part * WORLD));
}

function path(ring) {
  const points = ring.map(placed);
  const steps = points.slice(1).map(([x, y], i) => [x - points[i][0], y - points[i][1]]);
  const area = Math.abs(steps.reduce((sum, [x, y], i) => sum + points[i][0] * y - points[i][1] * x, 0) / 2);
  return area > COARSE.island ? `M${points[0].join(" ")}l${steps.filter(([x, y]) => x || y).flat().join(" ").replaceAll(" -", "-")}z` : "";
}

/** All polygons, as one shape of GeoJSON. */
const shape = (least) => feature(simplify(weighed, least), weighed.objects.land.geometries[0]).geometry;
const outline = shape(COARSE.least).coordinates.flat().map(path).join("");
const fine = JSON.stringify(shape(FINE.least), (_key, value) => (typeof value === "number" ? Number(value.toFixed(FINE.places)) : value));
mkdirSync("src/gen", { recursive: true });
writeFileSync("src/gen/land.json", fine);
writeFileSync("src/gen/land.ts", `export const WORLD = ${WORLD};\nexport const land = "${outline}";\n`);
console.log(`land: ${(fine.length / 1000).toFixed(0)} kB for the map, ${(outline.length / 1000).toFixed(0)} kB before it`);
