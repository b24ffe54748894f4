"""Where to cut a neural network between device, edge and cloud: exact, as the cheapest cut of a graph made for it.

The idea of splitting at the layer where computing saved outweighs bytes sent: Neurosurgeon (Kang et al., ASPLOS '17), for
chains; that branches make it a minimum cut: DADS (Hu et al., INFOCOM '19). Here for any number of tiers in a line, with the
way back.

Layers run one after the other, and data only move away from the device until the result comes back, so the cost of a split is

    sum of the layers' work, each at its tier  +  for each way: tensors that cross it, once each  +  results that come back
    over it  +  one round trip if it is used at all

A layer has a node for each way, "beyond this way or not"; on the sink's side is beyond. That k tiers are k - 1 such nodes in a
row is Ishikawa's construction (IEEE TPAMI 2003). What is not in the model: that pieces start, queue, and may work at the same
time on different inferences.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from suanwang.model.graph import Graph, makers
from suanwang.model.split import Figures, Flip, Goal, Layers, Split, Tier, Way
from suanwang.place.flow import NEVER, Cutter

_UNIT = 1 << 50
"""Whole units of cost in a second, joule or CNY: a double's own precision."""
_LITTLE = 1e-6
_WEIGHTS: Mapping[Goal, tuple[float, float, float]] = {
    "latency": (1.0, 0.0, 0.0),
    "energy": (_LITTLE, 1.0, 0.0),
    "money": (_LITTLE, 0.0, 1e-6),
}
"""Cost of a second, a joule, a millionth of the currency. The little is for the faster one of two that are equally good."""
_BYTES_PER_MBIT = 125_000.0
_SCALES = (1e-6, 1e6)
"""So far a flip is looked for: the first way a million times slower or faster."""
_SAME = 1e-9


def split(layers: Layers, tiers: Sequence[Tier], ways: Sequence[Way], goal: Goal = "latency") -> Split:
    """The best split. tiers: one or more, the first is where the input is and the result is wanted; ways: between neighbours,
    one less."""
    case = Case(layers, tuple(tiers), tuple(ways), goal)
    best = case.best(1.0)
    return Split(
        goal=goal,
        tiers=case.tiers,
        ways=case.ways,
        best=best,
        whole=tuple(case.figures((tier,) * len(layers.graph.tasks)) for tier in range(len(tiers))),
        slower=case.flip(best, _SCALES[0]) if ways else None,
        faster=case.flip(best, _SCALES[1]) if ways else None,
    )


class Case:
    """One model on one line of tiers. Costs are linear in what is computed and what is sent, so each has a rate."""

    def __init__(self, layers: Layers, tiers: tuple[Tier, ...], ways: tuple[Way, ...], goal: Goal) -> None:
        assert tiers and len(ways) == len(tiers) - 1, "a way between each tier and the next"
        self.layers, self.tiers, self.ways, self.weights = layers, tiers, ways, _WEIGHTS[goal]
        self.size = {file.name: file.size_bytes for file in layers.graph.files}
        self.made = makers(layers.graph)
        self.readers = _readers(layers.graph)

    def figures(self, at: Sequence[int], faster: float = 1.0) -> Figures:
        """What a split costs. at: tier of each layer. faster: the first way's rate times this."""
        tasks, count = self.layers.graph.tasks, len(self.ways)
        compute = [0.0] * len(self.tiers)
        for task, tier in zip(tasks, at, strict=True):
            compute[tier] += task.work_s / self.tiers[tier].speed
        up, down = [0] * count, [0] * count
        for name, readers in self.readers.items():
            source = at[self.made[name]] if name in self.made else 0
            for way in range(source, max(at[reader] for reader in readers)):
                up[way] += self.size[name]
        for name in self.layers.outputs:
            for way in range(at[self.made[name]] if name in self.made else 0):
                down[way] += self.size[name]
        used = range(max(at, default=0))
        return self._summed(tuple(at), compute, up, down, used, faster)

    def _summed(
        self, at: tuple[int, ...], compute: list[float], up: list[int], down: list[int], used: range, faster: float
    ) -> Figures:
        rates = [faster if not way else 1.0 for way in range(len(self.ways))]
        up_s = [_sending_s(b, w.up_mbit * r) for b, w, r in zip(up, self.ways, rates, strict=True)]
        down_s = [_sending_s(b, w.down_mbit * r) for b, w, r in zip(down, self.ways, rates, strict=True)]
        trips = sum(self.ways[way].round_trip_ms for way in used) / 1e3
        latency = sum(compute) + sum(up_s) + sum(down_s) + trips
        energy = self.tiers[0].watts_busy * compute[0]
        if self.ways:
            sending = self.ways[0].watts_up * up_s[0] + self.ways[0].watts_down * down_s[0]
            energy += sending + self.tiers[0].watts_waiting * (latency - compute[0] - up_s[0] - down_s[0])
        money = sum(t.price_micro_per_s * s for t, s in zip(self.tiers, compute, strict=True))
        money += sum(w.price_micro_per_gb * (u + d) / 1e9 for w, u, d in zip(self.ways, up, down, strict=True))
        second, joule, micro = self.weights
        return Figures(
            at=at,
            compute_s=tuple(compute),
            up_bytes=tuple(up),
            down_bytes=tuple(down),
            sending_s=tuple(u + d for u, d in zip(up_s, down_s, strict=True)),
            round_trip_s=trips,
            latency_s=latency,
            energy_j=energy,
            money_micro=money,
            cost=second * latency + joule * energy + micro * money,
        )

    def best(self, faster: float) -> Figures:
        """The cheapest split if the first way has its rate times `faster`."""
        cutter, tasks = Cutter(), self.layers.graph.tasks
        beyond = [[cutter.node() for _ in self.ways] for _ in tasks]
        for task, own in zip(tasks, beyond, strict=True):
            for nearer, farther in pairwise(own):
                cutter.arc(nearer, farther, NEVER)
            for way, node in enumerate(own):
                here, there = (task.work_s * self._second(tier) / self.tiers[tier].speed for tier in (way, way + 1))
                _either(cutter, node, here, there)
        for way in range(len(self.ways)):
            self._crossing(cutter, way, [own[way] for own in beyond], faster)
        _, cut_off = cutter.cut()
        return self.figures([sum(cut_off[node] for node in own) for own in beyond], faster)

    def _crossing(self, cutter: Cutter, way: int, nodes: list[int], faster: float) -> None:
        """What may go over one way: tensors up, results down, and the round trip. nodes: of each layer, for this way."""
        up, down, trip = self._byte(way, faster, up=True), self._byte(way, faster, up=False), cutter.node()
        for name, readers in self.readers.items():
            maker = nodes[self.made[name]] if name in self.made else 0
            any_beyond = cutter.node()
            cutter.arc(maker, any_beyond, _whole(self.size[name] * up))
            for reader in readers:
                cutter.arc(any_beyond, nodes[reader], NEVER)
                if maker:
                    cutter.arc(nodes[reader], maker, NEVER)
        for name in self.layers.outputs:
            if name in self.made:
                cutter.arc(0, nodes[self.made[name]], _whole(self.size[name] * down))
                cutter.arc(trip, nodes[self.made[name]], NEVER)
        cutter.arc(0, trip, _whole(self.ways[way].round_trip_ms / 1e3 * self._waiting()))

    def _second(self, tier: int) -> float:
        """Cost of a second of computing at a tier."""
        second, joule, micro = self.weights
        watts = self.tiers[0].watts_waiting if tier else self.tiers[0].watts_busy
        return second + joule * watts + micro * self.tiers[tier].price_micro_per_s

    def _waiting(self) -> float:
        """Cost of a second in which the device only waits."""
        second, joule, _ = self.weights
        return second + joule * self.tiers[0].watts_waiting

    def _byte(self, way: int, faster: float, *, up: bool) -> float:
        """Cost of sending a byte over a way."""
        second, joule, micro = self.weights
        over = self.ways[way]
        watts = self.tiers[0].watts_waiting if way else over.watts_up if up else over.watts_down
        byte_s = _sending_s(1, (over.up_mbit if up else over.down_mbit) * (1.0 if way else faster))
        return byte_s * (second + joule * watts) + micro * over.price_micro_per_gb / 1e9

    def flip(self, best: Figures, far: float) -> Flip | None:
        """The nearest rate of the first way, towards `far` times of it, at which another split is as good as the best.

        The cost of a split is a line over the first way's slowness, and the least cost is the lower side of all such lines:
        from far off, go to where the best there and the best here cross, until none is lower at the crossing.
        """
        other = self.best(far)
        while True:
            (here, slope), (there, other_slope) = self._line(best), self._line(other)
            if abs(slope - other_slope) <= _SAME * max(slope, other_slope):
                return None
            slowness = (there - here) / (slope - other_slope)
            lowest = self.best(1.0 / slowness)
            if lowest.cost >= (here + slope * slowness) * (1.0 - _SAME) or lowest.at == other.at:
                return Flip(up_mbit=self.ways[0].up_mbit / slowness, instead=self.figures(other.at, 1.0 / slowness))
            other = lowest

    def _line(self, of: Figures) -> tuple[float, float]:
        """(cost with no bytes on the first way, what they cost at its present rate)."""
        present, twice = self.figures(of.at).cost, self.figures(of.at, 0.5).cost
        return 2.0 * present - twice, twice - present


def _readers(graph: Graph) -> dict[str, tuple[int, ...]]:
    """Tensor -> the layers that read it."""
    found: dict[str, list[int]] = {}
    for at, task in enumerate(graph.tasks):
        for name in task.reads:
            found.setdefault(name, []).append(at)
    return {name: tuple(readers) for name, readers in found.items()}


def _either(cutter: Cutter, node: int, here: float, there: float) -> None:
    """Costs `here` before the way, `there` beyond it; only their difference can be cut."""
    if there > here:
        cutter.arc(0, node, _whole(there - here))
    else:
        cutter.arc(node, 1, _whole(here - there))


def _whole(cost: float) -> int:
    return round(cost * _UNIT)


def _sending_s(size: int, mbit: float) -> float:
    return size / (mbit * _BYTES_PER_MBIT)
