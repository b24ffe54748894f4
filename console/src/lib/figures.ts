// Figures as people read them; the same steps as the command line's.
type Step = readonly string[];

function scaled(value: number, base: number, units: Step, places = 1): string {
  let at = 0;
  while (Math.abs(value) >= base && at < units.length - 1) {
    value /= base;
    at += 1;
  }
  return `${value !== 0 && Math.abs(value) < 0.1 ? Number(value.toPrecision(2)) : value.toFixed(places)} ${units[at]}`;
}

/** Millionths: whole cents from one up, four places below, six below a hundredth. */
export function money(micro: number): string {
  const size = Math.abs(micro);
  const places = size >= 1e6 || size === 0 ? 2 : size >= 1e4 ? 4 : 6;
  return `${(micro / 1e6).toFixed(places).replace(/(\.\d\d\d*?)0+$/, "$1")} CNY`;
}

export const bytes = (n: number): string => (n < 1024 ? `${n} B` : scaled(n / 1024, 1024, ["KiB", "MiB", "GiB", "TiB", "PiB"]));
export const fuel = (n: number): string =>
  n < 1000 ? `${n.toFixed(0)} fuel` : scaled(n / 1000, 1000, ["kfuel", "Mfuel", "Gfuel", "Tfuel", "Pfuel", "Efuel"]);
export const carbon = (g: number): string => (g === 0 ? "0 gCO2e" : scaled(g * 1000, 1000, ["mgCO2e", "gCO2e", "kgCO2e", "tCO2e"]));
export const energy = (kwh: number): string => (kwh === 0 ? "0 Wh" : scaled(kwh * 1e6, 1000, ["mWh", "Wh", "kWh", "MWh"]));
export const cores = (milli: number): string => (milli / 1000).toFixed(milli % 1000 ? 1 : 0);
export const ms = (n: number): string => (n === 0 ? "0 ms" : Math.abs(n) >= 9.95 ? `${n.toFixed(0)} ms` : `${n.toPrecision(2)} ms`);
/** Of new flows. A half goes to the even digit, as the command line has it. */
export function perSecond(n: number | null | undefined): string {
  if (n === null || n === undefined) return "-";
  const [tenths, whole] = [n * 10, Math.floor(n * 10)];
  return `${((tenths - whole === 0.5 ? whole + (whole % 2) : Math.round(tenths)) / 10).toFixed(1)}/s`;
}
export const share = (n: number): string => `${(100 * n).toFixed(0)} %`;

export function duration(s: number): string {
  if (s < 1) return ms(s * 1000);
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 60) return `${s.toFixed(0)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${Math.floor(s % 60)} s`;
  return s < 86400 ? `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min` : `${Math.floor(s / 86400)} d`;
}

/** Made once: to make it anew for each of 10,000 rows takes longer than to show them. */
const CLOCK = new Intl.DateTimeFormat("sv", { dateStyle: "short", timeStyle: "medium" });

/** Seconds since 1970 as local time, to the second. */
export const time = (at: number): string => (at ? CLOCK.format(at * 1000) : "-");
