"""Policies: weights by ingress and machine, as functions of what is known."""

from collections.abc import Callable

from crowd.stage import INGRESSES, QUOTAS, SITES, Stage
from suanwang.steer import choose
from suanwang.steer.interior import tree

POLICIES = ("nearest", "static", "round robin", "dns", "least cpu", "two choices", "centralized", "distributed", "hybrid")
OURS = POLICIES[-3:]
Weights = dict[str, dict[str, int]]
Chooser = Callable[[Stage], Weights]


def nearest(stage: Stage) -> Weights:
    """As anycast by the routing protocol: all to the site with the shortest way, its instances alike."""
    found = {}
    for ingress in INGRESSES:
        ms = {site: tree(stage.network, stage.numbers[ingress])[end][0] for site, end in SITES.items()}
        best = min(ms, key=ms.__getitem__)
        found[ingress] = {n: 256 if n.startswith(best) else 0 for n in QUOTAS}
    return found


def alike(_: Stage) -> Weights:
    return {i: dict.fromkeys(QUOTAS, 100) for i in INGRESSES}


def static(share: float) -> Chooser:
    """`share` by capacity, the rest to the nearest site; which share is best is found by trying (see `swept`)."""

    def weights(stage: Stage) -> Weights:
        close, total = nearest(stage), sum(QUOTAS.values())
        made = {}
        for ingress, near in close.items():
            own = {n: QUOTAS[n] for n in QUOTAS if near[n]}
            parts = {n: share * QUOTAS[n] / total + (1 - share) * own.get(n, 0) / sum(own.values()) for n in QUOTAS}
            made[ingress] = {n: round(256 * p / max(parts.values())) for n, p in parts.items()}
        return made

    return weights


def least_cpu(stage: Stage) -> Weights:
    """New flows to the machine whose instance used the least of its quota over the last second's reports. The others keep
    theirs."""
    used = {n: stage.cpu.get(n, 0.0) / QUOTAS[n] for n in QUOTAS}
    best = min(used, key=lambda n: (used[n], n))
    return {i: {n: 256 if n == best else choose.LEAST for n in QUOTAS} for i in INGRESSES}


class Centralized:
    """Ours in the brain: the product's selector, once for each ingress, on the loads that reached the brain."""

    def __init__(self, stage: Stage) -> None:
        self.memory = {i: choose.Memory() for i in INGRESSES}
        self.ms = {i: {(e, 0): m for e, (m, _) in tree(stage.network, stage.numbers[i]).items()} for i in self.memory}
        self.decisions = 0

    def __call__(self, stage: Stage) -> Weights:
        found = {}
        for ingress, memory in self.memory.items():
            seen = choose.Seen(services=(stage.served({}),), loads=dict(stage.loads), latency_ms=self.ms[ingress])
            self.memory[ingress], chosen = choose.step(memory, seen, stage.now())
            found[ingress] = {c.partition("@")[0]: w for weights in chosen.values() for c, w in weights.items()}
            self.decisions += len(found[ingress])
        return found


def chooser(name: str, stage: Stage, share: float) -> Chooser:
    """A policy by its name; where the client picks, routers follow `nearest`."""
    if name in ("centralized", "hybrid"):
        return Centralized(stage)
    fixed = {"static": static(share), "round robin": alike, "least cpu": least_cpu, "distributed": lambda _: {}}
    return fixed.get(name, nearest)


EVERY_S = {"least cpu": 1.0, "hybrid": 1.0, "centralized": 0.1}
"""How often the brain chooses; the others are told once."""
