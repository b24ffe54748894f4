// Web Mercator, as MapLibre has it: at zoom 0 the world is a square of TILE pixels. A camera says where a map looks; with it alone a
// place has its pixel, so that what stands on the map needs no map yet.
export interface Camera {
  longitude: number;
  latitude: number;
  zoom: number;
}
export interface Size {
  wide: number;
  high: number;
}
export type Point = readonly [longitude: number, latitude: number];

export const CHINA: Camera = { longitude: 104, latitude: 34, zoom: 3 };
export const ZOOM = { least: 0.5, most: 12 };
const TILE = 512, POLE = 85.0511;

/** The world's side in pixels. */
export const side = (zoom: number): number => TILE * 2 ** zoom;

/** Of the world's side, from its north-west corner. */
export function unit([longitude, latitude]: Point): [x: number, y: number] {
  const sine = Math.sin((Math.max(-POLE, Math.min(POLE, latitude)) * Math.PI) / 180);
  return [0.5 + longitude / 360, 0.5 - Math.atanh(sine) / (2 * Math.PI)];
}

const latitudeOf = (y: number): number => (Math.asin(Math.tanh((0.5 - y) * 2 * Math.PI)) * 180) / Math.PI;

/** A function from a place to its pixel, from the box's top left corner. */
export function projection(camera: Camera, { wide, high }: Size): (point: Point) => [x: number, y: number] {
  const [left, top] = unit([camera.longitude, camera.latitude]);
  const scale = side(camera.zoom);
  return (point) => {
    const [x, y] = unit(point);
    return [wide / 2 + (x - left) * scale, high / 2 + (y - top) * scale];
  };
}

/** Where all these are in sight, so many pixels from the edges, and no nearer than that zoom. */
export function fitted(points: readonly Point[], { wide, high }: Size, edge: number, most: number): Camera {
  const [x, y] = [points.map((point) => unit(point)[0]), points.map((point) => unit(point)[1])];
  const [left, right, top, bottom] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
  const zoom = Math.min(most, ...[[wide, right - left], [high, bottom - top]].map(([room, part]) => Math.log2(Math.max(1, room! - 2 * edge) / TILE / part!)));
  return held([(left + right) / 2, (top + bottom) / 2], Math.max(ZOOM.least, zoom), { wide, high });
}

/** Nothing beyond the world's edge is shown, as MapLibre holds it. */
function held([x, y]: readonly [number, number], wished: number, { wide, high }: Size): Camera {
  const zoom = Math.max(wished, Math.log2(Math.max(wide, high) / TILE));
  const within = (at: number, room: number): number => Math.max(room / 2 / side(zoom), Math.min(1 - room / 2 / side(zoom), at));
  return { longitude: (within(x, wide) - 0.5) * 360, latitude: latitudeOf(within(y, high)), zoom };
}
