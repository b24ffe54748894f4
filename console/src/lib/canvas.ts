// The moving ground of the map: land only (Natural Earth, public domain, by npm world-atlas), drawn by MapLibre GL. Loaded when a
// map is first looked at. MapLibre's worker is a file of our own, as the page's policy allows no other.
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as Ground, StyleSpecification } from "maplibre-gl";
import maplibre from "maplibre-gl/dist/maplibre-gl-csp";
import worker from "maplibre-gl/dist/maplibre-gl-csp-worker?url";
import "maplibre-gl/dist/maplibre-gl.css";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlas from "world-atlas/land-50m.json?url";

export type Colours = Record<"land" | "paper" | "quiet" | "bad", string>;

maplibre.setWorkerUrl(worker);
let land: Promise<FeatureCollection> | undefined;

async function outline(): Promise<FeatureCollection> {
  const topology = (await (await fetch(atlas)).json()) as Topology<{ land: GeometryCollection }>;
  return feature(topology, topology.objects.land);
}

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Links lie below what is steered over them; a link that is down is dashed, so that colour is not all that tells. */
function style(colours: Colours): StyleSpecification {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const colour: ["get", "colour"] = ["get", "colour"];
  return {
    version: 8,
    sources: { land: { type: "geojson", data: EMPTY }, lines: { type: "geojson", data: EMPTY }, flows: { type: "geojson", data: EMPTY } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colours.paper } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colours.land } },
      { id: "lines", type: "line", source: "lines", filter: ["get", "up"], layout: round, paint: { "line-color": colour, "line-width": ["get", "width"] } },
      { id: "down", type: "line", source: "lines", filter: ["!", ["get", "up"]], paint: { "line-color": colours.bad, "line-width": 2, "line-dasharray": [2, 2] } },
      { id: "flows", type: "line", source: "flows", layout: round, paint: { "line-color": colour, "line-width": ["get", "width"], "line-offset": ["get", "offset"], "line-dasharray": [1, 2] } },
    ],
  };
}

/** A ground in this box, where things can be placed at once; the land comes when it is there. Error without WebGL. */
export function ground(container: HTMLElement, colours: Colours, words: Record<string, string>): Ground {
  const made = new maplibre.Map({
    container, style: style(colours), center: [104, 34], zoom: 3, maxZoom: 12, minZoom: 0.5, attributionControl: false,
    renderWorldCopies: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, locale: words, fadeDuration: 0,
  });
  made.touchZoomRotate.disableRotation();
  made.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  land ??= outline();
  void Promise.all([land, made.once("load")]).then(([all]) => (made.getSource("land") as GeoJSONSource | undefined)?.setData(all));
  return made;
}
