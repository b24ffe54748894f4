// What can be looked back at: jobs from the brain's own record, as long as it keeps them; load and steering as this tab saw them.
import type { Nouns } from "./api";
import type { Steered } from "./flows.svelte";

interface Sample {
  at: number;
  nodes: readonly Nouns["NodeView"][];
  steered: readonly Steered[];
}

const MOST = 600, APART_S = 2, NEAR_S = 6;
const samples: Sample[] = [];

export function keep(nodes: Sample["nodes"], steered: Sample["steered"]): void {
  const now = Date.now() / 1000;
  if (now - (samples.at(-1)?.at ?? 0) < APART_S) return;
  samples.push({ at: now, nodes, steered });
  if (samples.length > MOST) samples.shift();
}

/** The last that was seen before that moment, if that was not long before. */
export function seen(at: number): Sample | undefined {
  const found = samples.findLast((one) => one.at <= at);
  return found && at - found.at < NEAR_S ? found : undefined;
}

export const earliest = (jobs: readonly Nouns["Job"][]): number =>
  Math.min(Date.now() / 1000 - 60, ...jobs.map((job) => job.accepted_at), ...samples.slice(0, 1).map((one) => one.at));

/** Site -> jobs that ran there at that moment. */
export function ran(jobs: readonly Nouns["Job"][], siteOf: ReadonlyMap<string, string>, at: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const job of jobs) {
    if (!job.placed_at || job.placed_at > at || (job.ended_at && job.ended_at < at)) continue;
    for (const site of new Set(job.nodes.map((node) => siteOf.get(node) ?? node))) found.set(site, (found.get(site) ?? 0) + 1);
  }
  return found;
}
