// Sites as marks of a map: one a site, by tier, filled by the share of its cores that work holds.
import type { Mark } from "../parts/Chart.svelte";
import type { Nouns } from "./api";
import { share } from "./figures";
import { settings } from "./settings.svelte";
import { link } from "./view.svelte";
import { t } from "./words";

type Seen = readonly Nouns["NodeView"][];

export function used(some: Seen): number {
  const all = some.reduce((cpu, one) => cpu + one.node.capacity.cpu_milli, 0);
  return all ? 1 - some.reduce((cpu, one) => cpu + one.cpu_milli_free, 0) / all : 0;
}

/** was: how many jobs were at each site at a moment that is looked back at; without it, what is now. */
export function sites(items: Seen, was?: ReadonlyMap<string, number>): Mark[] {
  const most = Math.max(1, ...(was?.values() ?? []));
  return [...Map.groupBy(items, (one) => one.node.site.name)].map(([name, some]) => {
    const site = some[0]!.node.site;
    const label = settings.lang === "zh" && site.place.name_zh ? `${name} · ${site.place.name_zh}` : name;
    const running = was ? (was.get(name) ?? 0) : some.reduce((n, one) => n + one.running, 0);
    const load = was ? running / most : used(some);
    const told = was ? `${t("console.jobs")} ${running}` : `${t("console.load")} ${share(load)}, ${t("console.running")} ${running}`;
    return {
      id: name, label, kind: site.tier, latitude: site.place.latitude, longitude: site.place.longitude, load,
      live: some.some((one) => one.state !== "silent"), href: link("nodes", "", { "nodes.find": name }),
      about: `${label} (${site.tier}): ${t("console.nodes")} ${some.length}, ${told}`,
    };
  });
}
