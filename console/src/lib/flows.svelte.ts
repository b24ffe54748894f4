// Links, and what is steered over them: for each service and ingress the shares of new flows, along the paths that the brain tells.
import { type Line, STEPS } from "../parts/Chart.svelte";
import { PALETTE } from "../parts/Bars.svelte";
import { get, type Nouns } from "./api";
import { ms, share } from "./figures";
import { Live } from "./live.svelte";
import { t } from "./words";

type Network = Nouns["Network"];
type Router = Nouns["Router"];
/** Services and ingresses asked about at once. */
const MOST = 24;

export interface Steered {
  service: string;
  ingress: string;
  candidates: Nouns["RouteView"]["candidates"];
}

const at = (router: Router): readonly [number, number] => [router.longitude, router.latitude];
const placed = (router: Router | undefined): router is Router => Boolean(router && (router.latitude || router.longitude));
const key = (a: number, b: number): string => (a < b ? `${a}-${b}` : `${b}-${a}`);

export async function steered(): Promise<readonly Steered[]> {
  const { network } = await get<Nouns["NetworkView"]>("/v1/network");
  const ingresses = network.routers.filter((router) => router.roles.includes("ingress"));
  if (!ingresses.length) return [];
  const { items } = await get<Nouns["ServicePage"]>("/v1/services");
  const asked = items.flatMap((service) => ingresses.map((ingress) => ({ service: service.name, ingress: ingress.name }))).slice(0, MOST);
  return Promise.all(
    asked.map(async ({ service, ingress }) => {
      const route = await get<Nouns["RouteView"]>(`/v1/route?${new URLSearchParams({ service, from: ingress })}`);
      return { service, ingress, candidates: route.candidates };
    }),
  );
}

/** Steering as it is now, asked for every few seconds while it is looked at. */
export const following = (): Live<readonly Steered[]> => new Live("steered", 3, steered);

/** Share of all new flows that crosses each link, by ends: every service at every ingress counts the same. */
export function crossed(all: readonly Steered[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const { candidates } of all) {
    for (const { path, share: part } of candidates) {
      path?.routers.forEach((to, i, way) => {
        if (i) found.set(key(way[i - 1]!, to), (found.get(key(way[i - 1]!, to)) ?? 0) + part / all.length);
      });
    }
  }
  return found;
}

export function links(network: Network | undefined, over: ReadonlyMap<string, number>): Line[] {
  const routers = new Map((network?.routers ?? []).map((router) => [router.number, router]));
  return (network?.links ?? []).flatMap((one) => {
    const [a, b, part] = [routers.get(one.a), routers.get(one.b), over.get(key(one.a, one.b)) ?? 0];
    if (!placed(a) || !placed(b)) return [];
    const { colour, width } = STEPS.find((step) => part < step.below)!;
    const rate = one.rate_mbit ? `, ${one.rate_mbit} Mbit/s` : "";
    return [{ path: [at(a), at(b)], colour, width, up: one.up, about: `${a.name} - ${b.name}: ${ms(one.latency_ms)}${rate}, ${t("console.crossed")} ${share(part)}` }];
  });
}

export function flows(network: Network | undefined, all: readonly Steered[]): Line[] {
  const routers = new Map((network?.routers ?? []).map((router) => [router.number, router]));
  const names = [...new Set(all.map((one) => one.service))];
  return all.flatMap(({ service, ingress, candidates }) =>
    candidates.flatMap(({ instance, path, share: part }) => {
      const way = (path?.routers ?? []).map((number) => routers.get(number)).filter(placed).map(at);
      if (way.length < 2 || part < 0.005) return [];
      const [colour, offset] = [PALETTE[names.indexOf(service) % PALETTE.length]!, 3 + 2 * (names.indexOf(service) % 4)];
      return [{ path: way, colour, offset, width: 1 + 4 * part, up: true, about: `${service}: ${ingress} → ${instance.node} ${share(part)}` }];
    }),
  );
}

/** New flows a second over all ingresses that tell; null where none does. */
export const comingIn = (service: Nouns["ServiceView"]): number | null =>
  service.flows?.length ? service.flows.reduce((sum, [, perS]) => sum + perS, 0) : null;

export const overLink = (over: ReadonlyMap<string, number>, link: Nouns["Link"]): number => over.get(key(link.a, link.b)) ?? 0;
