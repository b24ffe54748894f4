"""Which paths the lab's routers use in a run, which begins with paths that are all up (crowd.scene.fresh).

The product's own tracks are told when links are cut; probes are played ten times a second where a path is down, and not at all
where none is.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from crowd.arrivals import END_S, EVENT_S, LIMIT_S
from crowd.stage import INGRESSES, SITES, Stage
from suanwang.agent.forward.probes import MARGIN_S_MAX, Track, Tracks
from suanwang.model.network import Network
from suanwang.steer.interior import tree

AHEAD_S = 1.1
"""Routers and nodes are told so long before the first request is sent."""
CUTS = {"link cut": (("in1", "t1"),), "site death": (("t1", "e1"), ("t2", "e1"))}
EGRESSES = {"near": "e1", "mid": "e2", "far": "e3"}
CONVERGED_S = 0.3
"""When the modelled routing protocol has gone around a link that was cut (lab.plan.CONVERGE_MS)."""
AFTER_S = LIMIT_S
"""Ways still matter for so long after the last request was sent."""
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
    """All routers of the lab through a run. gaps_s: for how long a cut may go unnoticed."""

    def __init__(self, stage: Stage, gaps_s: Iterable[float]) -> None:
        self._stage, self._gaps_s, self._now = stage, tuple(gaps_s), 0.0
        routers = (*INGRESSES, *EGRESSES.values())
        self._tracks = {name: Tracks() for name in routers}
        for name, tracks in self._tracks.items():
            tracks.follow(stage.steering("centralized", name, {}).policies, 0.0)
        self._down = set[Pair]()
        self._plain = self._trees()

    def run(self, event: str, seed: int) -> tuple[Turn, ...]:
        """What happens to ways."""
        gap_s = random.Random(f"{event}/{seed}").choice(self._gaps_s)
        happens = self._happens(CUTS.get(event, ()), AHEAD_S + EVENT_S, gap_s)
        return (Turn(-AHEAD_S, self._ways()), *self._until(AHEAD_S + END_S + AFTER_S, AHEAD_S, happens))

    def _happens(self, links: Iterable[Pair], at: float, gap_s: float) -> list[tuple[float, object]]:
        """What is found out when: the first path when its stream fell silent, then the one that protects it, which is given the
        widest margin since it was seldom probed; then the routing protocol."""
        found: list[tuple[float, object]] = [(at, links)] if links else []
        return [*found, (at + gap_s, 1), (at + 2 * gap_s + MARGIN_S_MAX, 2), (at + CONVERGED_S, None)] if links else []

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
