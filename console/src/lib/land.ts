// The land of the earth as one SVG path in degrees (Natural Earth, public domain, by npm world-atlas): loaded when a map is drawn.
import { feature } from "topojson-client";
import url from "world-atlas/land-50m.json?url";
import type { GeometryCollection, Topology } from "topojson-specification";

type Ring = readonly (readonly number[])[];
let made: Promise<string> | undefined;

export function outline(): Promise<string> {
  made ??= fetch(url).then(async (answer) => path((await answer.json()) as Topology<{ land: GeometryCollection }>));
  return made;
}

function path(topology: Topology<{ land: GeometryCollection }>): string {
  const rings: Ring[] = [];
  for (const { geometry } of feature(topology, topology.objects.land).features) {
    if (geometry.type === "Polygon") rings.push(...geometry.coordinates);
    if (geometry.type === "MultiPolygon") rings.push(...geometry.coordinates.flat());
  }
  return rings.map((ring) => `M${ring.map((point) => point.map((n) => n.toFixed(2)).join(" ")).join("L")}Z`).join("");
}
