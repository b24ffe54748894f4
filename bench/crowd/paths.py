"""Which paths the lab's routers used in a run. That depends on the runs before it: a path that was down is used again only when
it has held for 1 to 30 s, the longer the oftener it went down lately (agent.forward.probes), and runs follow in seconds.

The product's own tracks are told when links are cut and mended, in the order of the runs; probes are played ten times a second
where a path is down, and not at all where none is.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from crowd.arrivals import END_S, EVENT_S
from crowd.stage import INGRESSES, SITES, Stage
from suanwang.agent.forward.probes import Track, Tracks
from suanwang.model.network import Network
from suanwang.steer.interior import tree

AHEAD_S = 1.1
"""Routers and nodes are told so long before the first request is sent."""
CUTS = {"link cut": (("in1", "t1"),), "site death": (("t1", "e1"), ("t2", "e1"))}
EGRESSES = {"near": "e1", "mid": "e2", "far": "e3"}
CONVERGED_S = 0.3
"""When the modelled routing protocol has gone around a link that was cut (lab.plan.CONVERGE_MS)."""
AFTER_S, MENDED_S, LATE_S = 0.95, 2.1, 1.7
"""Between the end of a schedule and the next run; what mending takes; what requests that wait for their limit add."""
STEP_S = 0.1
Pair = tuple[str, str]


class Way(NamedTuple):
    """From an ingress to a site and back, ms; plain: there as the routing protocol goes; reached: whether any path is up."""

    there_ms: float
    back_ms: float
    plain_ms: float
    reached: bool


class Turn(NamedTuple):
    """From this time of the run on (s, 0 is when requests begin) ways are so."""

    at_s: float
    ways: Mapping[Pair, Way]


class Paths:
    """All routers of the lab through a sequence of runs."""

    def __init__(self, stage: Stage, gaps_s: Iterable[float]) -> None:
        self._stage, self._gaps_s, self._now = stage, tuple(gaps_s), 0.0
        routers = (*INGRESSES, *EGRESSES.values())
        self._tracks = {name: Tracks() for name in routers}
        for name, tracks in self._tracks.items():
            tracks.follow(stage.steering("centralized", name, {}).policies, 0.0)
        self._down = set[Pair]()
        self._plain = self._trees()

    def run(self, event: str, seed: int, late: bool) -> tuple[Turn, ...]:
        """What happens to ways in the next run. late: some requests waited for their limit at its end."""
        gap_s = random.Random(f"{event}/{seed}").choice(self._gaps_s)
        began = self._now + AHEAD_S
        happens = self._happens(CUTS.get(event, ()), began + EVENT_S, gap_s)
        mends = began + END_S + AFTER_S + LATE_S * late
        turns = [Turn(-AHEAD_S, self._ways())]
        turns += self._until(mends, began, happens)
        if event in CUTS:
            self._down.clear()
            list(self._until(mends + CONVERGED_S, began, []))
            self._plain = self._trees()
        list(self._until(mends + (MENDED_S if event in CUTS else 0.0), began, []))
        return tuple(turns)

    def _happens(self, links: Iterable[Pair], at: float, gap_s: float) -> list[tuple[float, object]]:
        """What is found out when: the first path when its stream fell silent, then the one that protects it; then the routing
        protocol."""
        found: list[tuple[float, object]] = [(at, links)] if links else []
        return [*found, *((at + gap_s * k, k) for k in (1, 2)), (at + CONVERGED_S, None)] if links else []

    def _until(self, end: float, began: float, happens: list[tuple[float, object]]) -> Iterator[Turn]:
        """Go on until then; each time that ways change."""
        before = self._ways()
        while self._now < end:
            self._now = min(end, self._now + STEP_S, *(at for at, _ in happens[:1]))
            if happens and self._now >= happens[0][0]:
                self._found(happens.pop(0)[1])
            self._probed()
            if (ways := self._ways()) != before:
                before = ways
                yield Turn(self._now - began, ways)

    def _found(self, what: object) -> None:
        if isinstance(what, tuple):
            self._down |= set(what)
        elif what is None:
            self._plain = self._trees()
        else:
            for name, tracks in self._tracks.items():
                for (end, color, index), track in tracks.of.items():
                    if track.up and self._dead(track) and (what == 2 or tracks.active[end, color] == index):
                        track.fall()
                        track.judge(self._now, 0.0)
                self._tracks[name].choose()

    def _probed(self) -> None:
        """Probes of paths that are down, and not dead, come back."""
        for tracks in self._tracks.values():
            down = [track for track in tracks.of.values() if not track.up]
            for track in down:
                if not self._dead(track):
                    track.back(track.send(self._now, STEP_S), self._now)
                track.judge(self._now, 0.0)
            if down:
                tracks.choose()

    def _dead(self, track: Track) -> bool:
        names = {number: name for name, number in self._stage.numbers.items()}
        hops = list(zip(track.path.routers, track.path.routers[1:], strict=False))
        return any((names[a], names[b]) in self._down or (names[b], names[a]) in self._down for a, b in hops)

    def _ways(self) -> dict[Pair, Way]:
        return {(i, s): self._way(i, s) for i in INGRESSES for s in SITES}

    def _way(self, door: str, site: str) -> Way:
        there, back = (SITES[site], 0), (self._stage.numbers[door], 0)
        mine, theirs = self._tracks[door], self._tracks[EGRESSES[site]]
        return Way(
            there_ms=mine.of[*there, mine.active[there]].path.latency_ms,
            back_ms=theirs.of[*back, theirs.active[back]].path.latency_ms,
            plain_ms=self._plain[door].get(SITES[site], float("inf")),
            reached=there not in mine.unreached(),
        )

    def _trees(self) -> dict[str, dict[int, float]]:
        """One way from each ingress, as the routing protocol goes now."""
        network, numbers = self._stage.network, self._stage.numbers
        down = {frozenset((numbers[a], numbers[b])) for a, b in self._down}
        links = tuple(link for link in network.links if frozenset((link.a, link.b)) not in down)
        left = Network(routers=network.routers, links=links, accesses=network.accesses)
        return {i: {end: ms for end, (ms, _) in tree(left, numbers[i]).items()} for i in INGRESSES}
