// The moving ground of the map: land only (tools/land.js), drawn by MapLibre GL. Loaded when a map is first looked at. Its worker is a
// file of our own, as the page's policy allows no other, and is kept from map to map.
import type { FeatureCollection } from "geojson";
import type { Map as Ground, StyleSpecification } from "maplibre-gl";
import maplibre from "maplibre-gl/dist/maplibre-gl-csp";
import worker from "maplibre-gl/dist/maplibre-gl-csp-worker?url";
import "maplibre-gl/dist/maplibre-gl.css";
import land from "../gen/land.json?url";
import { type Camera, ZOOM } from "./mercator";

export type Colours = Record<"land" | "paper" | "bad", string>;

maplibre.setWorkerUrl(worker);
maplibre.setWorkerCount(1);
maplibre.prewarm();

const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
/** Land is cut into tiles no finer than this: nearer, there is no more to see. */
const FINEST = 6;

/** Links lie below what is steered over them; a link that is down is dashed, so that colour is not all that tells. */
function style(colours: Colours): StyleSpecification {
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const colour: ["get", "colour"] = ["get", "colour"];
  return {
    version: 8,
    sources: { land: { type: "geojson", data: new URL(land, location.href).href, maxzoom: FINEST }, lines: { type: "geojson", data: EMPTY }, flows: { type: "geojson", data: EMPTY } },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colours.paper } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": colours.land } },
      { id: "lines", type: "line", source: "lines", filter: ["get", "up"], layout: round, paint: { "line-color": colour, "line-width": ["get", "width"] } },
      { id: "down", type: "line", source: "lines", filter: ["!", ["get", "up"]], paint: { "line-color": colours.bad, "line-width": 2, "line-dasharray": [2, 2] } },
      { id: "flows", type: "line", source: "flows", layout: round, paint: { "line-color": colour, "line-width": ["get", "width"], "line-offset": ["get", "offset"], "line-dasharray": [1, 2] } },
    ],
  };
}

/** The one ground of this tab: making it is what takes long, so that it goes from page to page. */
let kept: { map: Ground; words: string; whole: boolean } | undefined;

/** The ground in this box, looking where the camera does. whole: that it has been made already. Error without WebGL. */
export function ground(box: HTMLElement, colours: Colours, words: Record<string, string>, camera: Camera): { map: Ground; whole: boolean } {
  const [spoken, old] = [JSON.stringify(words), kept];
  if (old?.words === spoken) {
    box.append(old.map.getContainer());
    old.map.jumpTo({ center: [camera.longitude, camera.latitude], zoom: camera.zoom });
    return old;
  }
  old?.map.remove();
  const container = Object.assign(document.createElement("div"), { className: "whole" });
  box.append(container);
  const fresh = { map: made(container, colours, words, camera), words: spoken, whole: false };
  fresh.map.once("load", () => (fresh.whole = true));
  return (kept = fresh);
}

/** It is looked at no more. Nothing of it is given back: that, too, would take long. */
export function rest(map: Ground): void {
  map.stop();
  map.getContainer().remove();
}

function made(container: HTMLElement, colours: Colours, words: Record<string, string>, camera: Camera): Ground {
  const map = new maplibre.Map({
    container, style: style(colours), center: [camera.longitude, camera.latitude], zoom: camera.zoom, minZoom: ZOOM.least, maxZoom: ZOOM.most, trackResize: false,
    attributionControl: false, renderWorldCopies: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, locale: words, fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  return map;
}
