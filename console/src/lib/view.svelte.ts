// The view is in the URL, after "#/": a page, what it is about, and how it is shown. "#token=..." logs in and is removed.
import { settings } from "./settings.svelte";

export interface View {
  page: string;
  about: string;
  how: Record<string, string>;
}

function read(): View {
  const hash = location.hash;
  if (hash.startsWith("#token=")) {
    settings.enter(decodeURIComponent(hash.slice("#token=".length)));
    history.replaceState(null, "", "#/overview");
    return { page: "overview", about: "", how: {} };
  }
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [page = "", about = ""] = path.split("/");
  return { page: page || "overview", about: decodeURIComponent(about), how: Object.fromEntries(new URLSearchParams(query)) };
}

export const view = $state<View>(read());
addEventListener("hashchange", () => Object.assign(view, read()));

export function link(page: string, about = "", how: Record<string, string> = {}): string {
  const query = new URLSearchParams(Object.entries(how).filter(([, value]) => value)).toString();
  return `#/${page}${about ? `/${encodeURIComponent(about)}` : ""}${query ? `?${query}` : ""}`;
}

/** The same page, shown otherwise. */
export function show(how: Record<string, string>): void {
  location.replace(link(view.page, view.about, { ...view.how, ...how }));
}
