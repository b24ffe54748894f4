"""An array on nodes of unequal and suddenly slow speed: divided once, in chunks, and in chunks with copies of what is late.

The decisions are the brain's own (brain.decide, brain.chunks, brain.late over brain.state), one after the other as events; the
nodes are played, in simulated seconds: a slot does one task after the other at its real speed, and every word between brain and
node takes DELAY_S. Left out: files, start-up, the log. The bound is all work over all real speed from the begin on, which no
way of dividing can beat.
"""

import heapq
import itertools
from collections.abc import Callable
from typing import NamedTuple

import report
from suanwang.brain.apply import apply
from suanwang.brain.chunks import next_chunk
from suanwang.brain.decide import conclude, decide
from suanwang.brain.late import late
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Item, Limits, Wasm
from suanwang.model.file import FileRef
from suanwang.model.job import Outcome
from suanwang.model.node import Capacity, Node, Offer, Reading, Speed
from suanwang.model.where import Place, Site
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.world.fold import heard

DELAY_S, TICK_S = 0.1, 1.0
TASKS, TASK_S = 400, 1.0
"""A task takes so long on a slot of speed 1."""
FUEL_PER_S = 2e9
FUEL = int(FUEL_PER_S * TASK_S)
PLACE = Place(name="shenzhen", region="guangdong", latitude=22.5, longitude=114.1)


class Played(NamedTuple):
    """A node as it is. claimed, real: speed of a slot, 1 is FUEL_PER_S; from `slow_at` on it does `slow` of that."""

    cores: int
    claimed: float
    real: float
    slow_at: float = float("inf")
    slow: float = 1.0

    def ends(self, start: float, work: float) -> float:
        """When so much work ends that began at `start`."""
        before = max(0.0, self.slow_at - start) * self.real
        if work <= before:
            return start + work / self.real
        return max(start, self.slow_at) + (work - before) / (self.real * self.slow)


PLAIN = (Played(2, 1.0, 1.0),) * 3
CASES: dict[str, tuple[Played, ...]] = {
    "equal": (*PLAIN, Played(2, 1.0, 1.0)),
    "unequal, as claimed": (Played(4, 2.0, 2.0), Played(2, 1.0, 1.0), Played(2, 0.5, 0.5), Played(1, 0.25, 0.25)),
    "one claims four times its speed": (*PLAIN, Played(2, 1.0, 0.25)),
    "one turns five times slower early": (*PLAIN, Played(2, 1.0, 1.0, 10.0, 0.2)),
    "one turns five times slower late": (*PLAIN, Played(2, 1.0, 1.0, 40.0, 0.2)),
    "one all but stops late": (*PLAIN, Played(2, 1.0, 1.0, 45.0, 0.01)),
}
WAYS = ("once", "chunks", "copies")


def node(at: int, played: Played) -> Node:
    public, speed = public_of(f"n{at}".encode().ljust(32, b"\0")), FUEL_PER_S * played.claimed
    return Node(
        id=id_of("node", public), name=f"n{at}", public_key=public.hex(), owner=f"o{at}", site=Site(name=f"s{at}", place=PLACE),
        capacity=Capacity(cpu_milli=1000 * played.cores, memory_bytes=64 << 30), arch="x86_64", runtimes=("wasm",),
        speed=Speed(fuel_per_cpu_s=speed, fuel_per_s=speed), offer=Offer(price_micro_per_tfuel=30_000),
    )  # fmt: skip


def demand(spare: bool) -> Demand:
    return Demand(
        name="array", work=Wasm(file="a.wasm"), files=(FileRef(path="a.wasm", sha256="0" * 64, size=1),),
        items=tuple(Item(value=str(k)) for k in range(TASKS)), prefer="speed", fuel_per_task=FUEL,
        limits=Limits(budget_micro=1_000_000_000, spare_micro=100_000_000 if spare else None),
    )  # fmt: skip


class Play:
    """One array, from the first decision to the end."""

    def __init__(self, nodes: tuple[Played, ...], way: str) -> None:
        self.nodes = {node(at, played).id: played for at, played in enumerate(nodes)}
        self.state, self.copies, self.now, self.last = State(), way == "copies", 0.0, 0.0
        self.judge: Callable[..., ev.Event | None] = decide if way == "once" else next_chunk
        self.happenings = list[tuple[float, int, Callable[[], None]]]()
        self.number, self.todo, self.stopping = itertools.count(), dict[str, list[int]](), set[str]()
        self._do(ev.UserAdded(at=0.0, user="ann", roles=("user",)), ev.Granted(at=0.0, user="ann", amount_micro=10**12))
        for at, played in enumerate(nodes):
            self._do(ev.NodeJoined(at=0.0, node=node(at, played), token_id="t"))
        readings = tuple(Reading(node_id=node_id, generation=0) for node_id in self.nodes)
        self.state.world = heard(self.state.world, readings, 0.0)
        self._do(ev.JobAccepted(at=0.0, job_id="j", user="ann", key="k", digest="", demand=demand(self.copies)))
        self.job = self.state.jobs["j"]

    def run(self) -> float:
        """Simulated seconds until the last result."""
        self._follow()
        self._later(TICK_S, self._tick)
        while not self.job.final:
            self.now, _, happens = heapq.heappop(self.happenings)
            happens()
        assert self.job.state == "done" and all(o and o.state == "done" for o in self.job.outcomes)
        assert self.state.ledger.total() == 0
        return self.last

    def _do(self, *events: ev.Event) -> None:
        for event in events:
            apply(self.state, event)

    def _later(self, at: float, what: Callable[[], None]) -> None:
        heapq.heappush(self.happenings, (at, next(self.number), what))

    def _tick(self) -> None:
        if self.copies:
            self._do(*late(self.state, self.now))
        self._follow()
        self._later(self.now + TICK_S, self._tick)

    def _follow(self) -> None:
        """What is decided, and what the nodes hear of it after a while."""
        while not self.job.final and (event := self.judge(self.state, self.job, self.now) or conclude(self.job, self.now)):
            self._do(event)
        for name, held in self.job.placements.items():
            if name not in self.todo:
                self.todo[name] = list(held.placement.tasks)
                for _ in range(held.placement.width):
                    self._later(self.now + DELAY_S, lambda name=name: self._next(name))
            if held.live and held.unnamed and name not in self.stopping:
                self.stopping.add(name)
                self._later(self.now + DELAY_S, lambda name=name: self._stop(name))

    def _next(self, name: str) -> None:
        """A slot takes its next task."""
        held = self.job.placements[name]
        if self.todo[name] and name not in self.stopping:
            task = self.todo[name].pop(0)
            ends = self.nodes[held.placement.node_id].ends(self.now, TASK_S)
            self._later(ends, lambda began=self.now: self._end(name, task, began))

    def _end(self, name: str, task: int, began: float) -> None:
        self._later(self.now + DELAY_S, lambda: self._told(name, task, "done", began))
        self._next(name)

    def _stop(self, name: str) -> None:
        """It tells that it has stopped; that half of each task was burned is an assumption."""
        for task in self.job.placements[name].placement.tasks:
            self._told(name, task, "cancelled", self.now)

    def _told(self, name: str, task: int, state: str, began: float) -> None:
        held, took = self.job.placements[name], max(0.0, self.now - DELAY_S - began)
        if not held.live or task in held.told:
            return
        fuel = FUEL if state == "done" else FUEL // 2
        outcome = Outcome(
            placement_id=name, task=task, state=state, fuel=fuel, started_at=began, wall_s=took, cpu_s=took
        )  # fmt: skip
        if state == "done" and self.job.outcomes[task] is None:
            self.last = self.now
        self._do(ev.TasksEnded(at=self.now, job_id="j", placement_id=name, outcomes=(outcome,)))
        self._follow()


def bound(nodes: tuple[Played, ...]) -> float:
    """Seconds: when all work is done if every slot is busy from the begin on, tasks as small as one likes."""
    low, high = 0.0, 1e6
    while high - low > 1e-6:
        middle = (low + high) / 2
        done = sum(n.cores * n.real * (min(middle, n.slow_at) + max(0.0, middle - n.slow_at) * n.slow) for n in nodes)
        low, high = (low, middle) if done >= TASKS * TASK_S else (middle, high)
    return high


def row(name: str, nodes: tuple[Played, ...]) -> dict[str, float | str]:
    """What each way comes to; extra: of the fuel that is paid, what is beyond one result for each task."""
    found: dict[str, float | str] = {"case": name, "bound_s": bound(nodes)}
    for way in WAYS:
        play = Play(nodes, way)
        found[f"{way}_s"] = play.run()
        found[f"{way}_placements"], found[f"{way}_extra"] = len(play.job.placements), play.job.fuel / (TASKS * FUEL) - 1
    return found


def shown(found: dict[str, float | str]) -> tuple[str, ...]:
    seconds = (f"{found[key]:.1f}" for key in ("bound_s", "once_s", "chunks_s", "copies_s"))
    ratios = (f"{found[f'{way}_s'] / found['once_s']:.2f}" for way in WAYS[1:])
    counts = " ".join(str(found[f"{way}_placements"]) for way in WAYS)
    return (str(found["case"]), *seconds, *ratios, counts, f"{found['copies_extra']:.1%}")


def main() -> None:
    facts = report.machine()
    print(report.line(facts))
    found = [row(name, nodes) for name, nodes in CASES.items()]
    header = ("seconds, simulated ", "bound", *WAYS, "chunks/once", "copies/once", "placements", "paid more for copies")
    print(report.table(header, [shown(one) for one in found]))
    report.save("chunks", facts, tasks=TASKS, task_s=TASK_S, delay_s=DELAY_S, cases=found)


if __name__ == "__main__":
    main()
