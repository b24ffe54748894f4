"""The experiment in simulated time: the same schedule, policies, selectors, checks and signed tellings as in the lab
(crowd.run), on a model of machines and network.

    twin.engine      requests over TCP; each machine one process under its CPU quota; what is lost is sent again
    here             who looks, tells, hears, checks and chooses when: an agenda, worked off between two stretches of the engine

    crowd.paths      which paths are in use, and when it is found out that one is cut

Modelled: quotas as the kernel keeps them (twin.quota), the two cores that all of the lab wants (twin.cores), and what a round
trip costs beyond its links, the last two calibrated on one cell; connections that stay, and checks, as a little less CPU; how
long a cut goes unnoticed, by what was measured apart (bench/results/failover.json). Left out: what churn costs routers, and
that routers work harder in a crowd. Told: how fast the lab's machine was and what others took of it, as agents tell the brain
of theirs.
"""

import heapq
import itertools
import json
import random
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import NamedTuple

import msgspec
import numpy as np

import report
from crowd.arrivals import END_S, EVENT_S, LIMIT_S, RATE, schedules
from crowd.judge import Rows
from crowd.paths import AHEAD_S, CONVERGED_S, Pair, Turn, Way
from crowd.policies import EVERY_S, chooser
from crowd.stage import CPU_MS, INGRESSES, QUOTAS, SITES, Stage
from suanwang.agent.forward.checks import Seen as Check
from suanwang.agent.forward.loop import CHECK_S, CHOOSE_S
from suanwang.agent.forward.rates import TELL_S, Telling
from suanwang.agent.forward.selector import Selector
from suanwang.agent.serve.measure import answers_ms
from suanwang.model.steering import End, Load, Loads
from suanwang.steer.address import router_of
from suanwang.steer.choose import Listed
from suanwang.steer.interior import tree
from suanwang.steer.loads import JUMP, TIMES, due
from suanwang.trust.loads import pack
from suanwang.twin.engine import NUMBER
from suanwang.twin.fleet import Change, Fleet, Shared
from suanwang.twin.laws import unfolded
from suanwang.twin.quota import USED, Costs
from suanwang.twin.run import Run, rule

AFTER_MS = 0.5
"""What of a request's CPU time follows the answer, since the connection is closed then: as WAY_MS, CLOCK_MS and HOST.turn_ms
fitted to the latencies of the cell that calibrates, by machine."""
ALONE_MS = 1.615
"""CPU time of a request that follows another: so that all of that cell take CPU_MS in the mean, as the kernel says."""
WOKEN, TORN = 0.2, 0.065
"""How much more of its CPU time a request takes if it wakes its machine, and each time that it is held: of one server alone, by
a first measurement. Asked all the time without a quota, a request took 1.95 ms, and now and then 2.35; under quotas 2.08 to
2.24, as it was held 1.0 to 2.2 times. Measured again (bench/results/held.json) it is 0.14 and 0.03."""
WAY_MS = 0.3
"""What a round trip takes beyond the delays of its links."""
CLOCK_MS = (-0.6, 1.1)
"""How much later than meant a request is sent, since the clock of the client's loop has steps of 1 ms: uniform."""
HOST = Shared(cores=2, busy=0.74, way_ms=1.1, ask_ms=0.17, turn_ms=1.2, breaks=2.0, break_ms=0.05, torn=1.0, broken=2.3)
"""The machine that all of the lab is on. busy: what ran when nobody asked; way_ms (clients 0.51, the relay 0.4, interrupts
0.18) and ask_ms (a third of the clients'): what ran more in the cell that calibrates, by request; turn_ms: fitted (by how long
clients alone waited for a core it would be 0.5); breaks: the kernel counts 5.6 turns of a server for each request there where
nobody else uses the machine, of which two are its waking and 0.7 that it was held; break_ms: what ran then, by turn; broken:
the same where others took 0.9 cores (15.5 turns); torn: fitted to seen runs of cells that nothing is lost in, of 0.4, 1 and
1.6."""
LIGHT_MS, CHECKED_MS = 0.15, 0.38
"""CPU time of a request on a connection that stays, by what machines took when nobody asked; of a check, measured alone."""
HELD, HELD_S = 8, 0.25
LOOK_S, LOOKS = 0.0625, 2
AGAIN_MS = 1000.0
"""When TCP asks for a connection again (RFC 6298)."""


class Machine(NamedTuple):
    """What the lab's machine was like in a run. cpu_ms: CPU time of a request that follows another; others: cores that others
    took."""

    cpu_ms: float = ALONE_MS
    others: float = 0.0

    @property
    def costs(self) -> Costs:
        return Costs(AFTER_MS, WOKEN * self.cpu_ms, TORN * self.cpu_ms)

    @property
    def host(self) -> Shared:
        """A machine that is slower is so for clients and relays as well."""
        slow = self.cpu_ms / ALONE_MS
        return msgspec.structs.replace(
            HOST,
            way_ms=HOST.way_ms * slow,
            ask_ms=HOST.ask_ms * slow,
            turn_ms=HOST.turn_ms * slow,
            break_ms=HOST.break_ms * slow,
            others=max(0.0, self.others),
        )


CALIBRATED = Machine()
NAMES = tuple(QUOTAS)
DOORS = tuple(INGRESSES)
SLOWER = 200 / (200 // 3)


class Rehearsal(Stage):
    """A run that is to come. share: of the static split. chance: of all that is not in the schedule."""

    def __init__(
        self, name: str, event: str, seed: int, share: float, turns: tuple[Turn, ...], chance: int, machine: Machine
    ) -> None:
        super().__init__()
        self.machine = machine
        self.name, self.event = name, event
        self.random = random.Random(f"{name}/{event}/{seed}/{chance}")
        self.direct = name in ("dns", "two choices")
        self.form = name if name in ("distributed", "hybrid") else "centralized"
        self._at, self._agenda, self._order = 0.0, list[tuple[float, int, Callable[[], None]]](), itertools.count()
        self._gone, self._turns = False, turns
        self.ways = turns[0].ways
        self.choose = chooser(name, self, share)
        self.weights = self.choose(self)
        self.own = np.zeros((len(DOORS), len(NAMES)), np.int64)
        self.selectors = {i: Selector() for i in DOORS}
        self.plain = dict.fromkeys(NAMES, 0.0)
        self.last: dict[str, Loads] = {}
        self.looks: dict[str, list[tuple[float, ...]]] = {n: [] for n in NAMES}
        self.told_at, self.done = dict.fromkeys(NAMES, 0.0), dict.fromkeys(NAMES, 0)
        self._looked = 0
        self._telling, self._counted = {i: Telling(i) for i in DOORS}, dict.fromkeys(DOORS, 0)
        self.between_ms = tree(self.network, self.numbers[DOORS[0]])[self.numbers[DOORS[1]]][0]
        for i in DOORS:
            self._follow(i)
        self.run = Run(self.fleet(), self.random.getrandbits(60), sum(map(len, schedules(event, seed).values())),
                       trace=traced(schedules(event, seed)))  # fmt: skip
        self.own = self.run.live.own

    def now(self) -> float:
        return self._at

    # the world

    def fleet(self) -> Fleet:
        ms = self.rtt_ms(self.ways)
        return Fleet(
            servers=np.ones(len(NAMES), np.int64), service_ms=np.full(len(NAMES), self.machine.cpu_ms), rtt_ms=ms,
            rates=np.array(list(RATE.values())) / 1000, law="fixed", turns=2.0, again_ms=AGAIN_MS,
            cores=np.array([QUOTAS[n] / 1000 for n in NAMES]), others=self.upkeep(), costs=self.machine.costs,
            changes=self.changes(ms), shared=self.machine.host,
        )  # fmt: skip

    def rtt_ms(self, ways: Mapping[Pair, Way]) -> np.ndarray:
        """By ingress and machine."""
        found = [[ways[i, site(n)] for n in NAMES] for i in DOORS]
        return np.array([[(w.plain_ms if self.direct else w.there_ms) + w.back_ms + WAY_MS for w in row] for row in found])

    def upkeep(self) -> np.ndarray:
        """Cores that connections which stay, and checks, take of each machine."""
        first = np.array([[self.effective(i).get(n, 0) for n in NAMES] for i in DOORS], float)
        held = np.zeros(len(NAMES))
        for at in range(HELD):
            part = first[at % len(DOORS)]
            if self.name == "dns":
                part = np.array([float(n == "near-1") for n in NAMES])
            elif self.name == "two choices":
                part = np.ones(len(NAMES))
            held[self.random.choices(range(len(NAMES)), part)[0]] += 1
        checks = 2 * len(DOORS) if self.form != "centralized" else 0
        return (held / HELD_S * LIGHT_MS + checks * CHECKED_MS) / 1000

    def changes(self, ms: np.ndarray) -> tuple[Change, ...]:
        at = 1000 * (AHEAD_S + EVENT_S)
        found = [
            Change(at_ms=1000 * (AHEAD_S + turn.at_s), turn="longer", client=i, site=s, times=times)
            for turn in self._turns[1:]
            for (i, s), times in np.ndenumerate(self.rtt_ms(turn.ways) / ms)
            if np.isfinite(times)
        ]
        match self.event:
            case "site death":
                found += [Change(at_ms=at, turn="site dies", site=s) for s, n in enumerate(NAMES) if site(n) == "near"]
            case "grey failure":
                found.append(Change(at_ms=at, turn="slow", site=NAMES.index("near-1"), times=SLOWER))
            case "link cut":
                back = at + 1000 * CONVERGED_S if self.direct else self._noticed_ms(at)
                found += [Change(at_ms=at, turn="link cut", client=0), Change(at_ms=back, turn="link mends", client=0)]
            case _:
                pass
        return tuple(found)

    def _noticed_ms(self, at_ms: float) -> float:
        """When ways change next; at once where they were gone around before."""
        turned = (1000 * (AHEAD_S + turn.at_s) for turn in self._turns)
        return next((t for t in turned if at_ms <= t < at_ms + 1000 * CONVERGED_S), at_ms)

    # what each does, and when

    def at(self, when: float, do: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (when, next(self._order), do))

    def every(self, first: float, step: float, do: Callable[[], None]) -> None:
        def again() -> None:
            do()
            self.every(self._at + step, step, do)

        self.at(first, again)

    def played(self) -> Rows:
        """The rows of the run."""
        end = AHEAD_S + END_S
        self.at(AHEAD_S + EVENT_S, self._happens)
        for turn in self._turns[1:]:
            self.at(AHEAD_S + turn.at_s, lambda turn=turn: self._turned(turn))
        if self.name in EVERY_S:
            self.every(self.random.uniform(0, EVERY_S[self.name]), EVERY_S[self.name] + 0.01, self._steer)
        if self.name in EVERY_S or self.name == "two choices" or self.form != "centralized":
            self.every(self.random.uniform(0, LOOK_S), LOOK_S, self._look)
        if self.form != "centralized":
            for i in DOORS:
                self.every(self.random.uniform(0, CHOOSE_S), CHOOSE_S, lambda i=i: self._choose(i))
                self.every(self.random.uniform(0, CHECK_S), CHECK_S, lambda i=i: self._check(i))
                self.every(self.random.uniform(0, TELL_S), TELL_S, lambda i=i: self._count(i))
        self._pick()
        while self._agenda and self._agenda[0][0] < end:
            when, _, do = heapq.heappop(self._agenda)
            self.run.until(1000 * when, self.pick)
            self._at = when
            do()
        self.run.until(np.inf, self.pick)
        return self._rows()

    def _rows(self) -> Rows:
        seen = self.run.seen()
        late = np.random.default_rng(self.random.getrandbits(60)).uniform(*CLOCK_MS, len(seen.at_ms))
        took = np.where(np.isnan(seen.latency_ms), np.inf, seen.latency_ms + late) / 1000
        where = [NAMES[s] if t <= LIMIT_S else "" for s, t in zip(seen.site, took, strict=True)]
        at = seen.at_ms / 1000 - AHEAD_S
        return list(zip(at.tolist(), np.minimum(took, LIMIT_S).tolist(), where, strict=True))

    def accounted_ms(self) -> float:
        """CPU time of a request in the mean, of all that were answered."""
        return float(self.run.live.quota[:, USED].sum()) / int(np.isfinite(self.run.live.latency).sum())

    def _happens(self) -> None:
        self._gone = self.event == "brain gone"

    def _turned(self, turn: Turn) -> None:
        """Probes have told the ingresses."""
        self.ways = turn.ways
        for i in DOORS:
            self._choose(i)
        self._pick()

    # ingresses

    def _follow(self, door: str) -> None:
        self.steered += 1
        self.selectors[door].follow(self.steering(self.form, door, self.weights.get(door, {})), self._at)
        self._weighed(door)

    def _weighed(self, door: str) -> bool:
        """Whether it chose otherwise: weights, and what each new flow is chosen for by."""
        selector = self.selectors[door]
        under_way = {self.contact(n): int(k) for n, k in zip(NAMES, self.own[DOORS.index(door)], strict=True)}
        return selector.chosen(self._at, self.latency_ms(door), self.unreached(door), under_way) or bool(selector.lists)

    def latency_ms(self, door: str) -> Mapping[End, float]:
        return {(SITES[s], 0): self.ways[door, s].there_ms + WAY_MS / 2 for s in SITES}

    def unreached(self, door: str) -> frozenset[End]:
        return frozenset((SITES[s], 0) for s in SITES if not self.ways[door, s].reached)

    def _choose(self, door: str) -> None:
        if self._weighed(door):
            self._pick()

    def _check(self, door: str) -> None:
        """Each that is due meets the queue that is there."""
        for check in self.selectors[door].due(self._at):
            self.at(*self._asked(door, check))

    def _count(self, door: str) -> None:
        """New flows that came in there since it last looked, and what it tells the other."""
        live, number, mine = self.run.live, int(self.run.live.counts[NUMBER]), DOORS.index(door)
        came = int(np.sum(live.client[self._counted[door] : number] == mine))
        self._counted[door] = number
        rates, service = self.selectors[door].rates, self.served({})
        rates.count({self.cs_id: came}, (service,), self._at)
        told = self._telling[door].due(rates.own(), self._at, self._at, 3.0)
        for other in DOORS if told is not None else ():
            if other != door:
                way_s = self.between_ms / 1000
                datagram = pack(sha256(door.encode()).digest(), told)
                self.at(self._at + way_s, lambda other=other, datagram=datagram: self._heard(other, datagram))

    def _asked(self, door: str, check: Check) -> tuple[float, Callable[[], None]]:
        s = NAMES.index(self.names[check.contact.node_id])
        way_s, live = float(self.run.live.rtt_ms[DOORS.index(door), s]) / 1000, self.run.live
        limit_s = check.limit_s(self.latency_ms(door)[router_of(check.contact.locator), 0] / 1000)
        wait_s = max(0.0, float(live.free[s, 0]) / 1000 - self._at - 1.5 * way_s) + CHECKED_MS / 1000
        took = None if not live.up[s] else way_s + wait_s if 2 * way_s + wait_s < limit_s else np.inf
        when = self._at + (limit_s if took is None or took == np.inf else way_s + took)
        return when, lambda: self._came(door, check, took)

    def _came(self, door: str, check: Check, took: float | None) -> None:
        if self.selectors[door].checks.came(check, took, self._at):
            self._choose(door)

    def effective(self, door: str) -> dict[str, int]:
        """Weights by machine."""
        return {c.partition("@")[0]: w for weights in self.selectors[door].weights.values() for c, w in weights.items()}

    def _listed(self, door: str) -> Listed | None:
        """By what the kernel chooses for each new flow, machines in order."""
        if (one := next(iter(self.selectors[door].lists.values()), None)) is None:
            return None
        return one._replace(ids=NAMES, rows=one.rows[[one.ids.index(self.contact(n)) for n in NAMES]])

    def _pick(self) -> None:
        if self.name == "dns":
            weights = np.tile([float(n == "near-1") for n in NAMES], (2, 1))
        elif self.name == "two choices":
            weights = np.tile(of_two([self.plain[n] for n in NAMES]), (2, 1))
        else:
            lists = [self._listed(i) for i in DOORS]
            if all(one is not None for one in lists):
                self.pick = rule("prices", self.run.fleet, price=unfolded([one for one in lists if one is not None]))
                return
            weights = np.array([[self.effective(i).get(n, 0) for n in NAMES] for i in DOORS], float)
        self.pick = rule("shares", self.run.fleet, weights=weights)

    # the brain

    def _steer(self) -> None:
        if not self._gone and (fresh := self.choose(self)) != self.weights:
            self.weights = fresh
            for i in DOORS:
                self._follow(i)
            self._pick()

    # machines

    def _look(self) -> None:
        """As crowd/nodes.py does: two looks make a window, and what cannot wait is told at once."""
        self._looked += 1
        live, numbers = self.run.live, self.run.there()
        where, client = live.site[numbers], live.client[numbers]
        waited = 1000 * self._at - live.at[numbers] - 1.5 * live.rtt_ms[client, where]
        for s, n in enumerate(NAMES):
            if not live.up[s]:
                continue
            self.looks[n].append(tuple(np.maximum(0.0, waited[where == s]).tolist()))
            before = self.last[n].loads[0].in_flight if n in self.last else np.inf
            hasty = len(self.looks[n][-1]) > TIMES * before + JUMP
            if hasty:
                self.looks[n] = self.looks[n][-1:]
            if hasty or self._looked % LOOKS == 0:
                self._tell(s, n)

    def _tell(self, s: int, n: str) -> None:
        looks, self.looks[n] = self.looks[n], []
        load = Load(contact=self.contact(n), in_flight=sum(map(len, looks)) / max(1, len(looks)), latency_ms=answers_ms(looks),
                    cpu=self._used(s, n))  # fmt: skip
        if self.event == "liar" and n == "far-2" and self._at >= AHEAD_S + EVENT_S:
            load = Load(contact=load.contact, in_flight=0.0, latency_ms=1.0, cpu=0.0)
        loads = Loads(
            node_id=self.ids[n], number=round(1e6 * self._at), at=self._at, lifetime_s=3.0, window_s=0.125, loads=(load,)
        )
        if due(self.last.get(n), loads):
            self.last[n] = loads
            self._sent(n, loads)

    def _used(self, s: int, n: str) -> float:
        """Cores, since the last telling: by the requests that were done."""
        live, number = self.run.live, int(self.run.live.counts[1])
        done = live.at[:number] + live.latency[:number] - live.rtt_ms[live.client[:number], s] / 2
        ended = int(np.sum((live.site[:number] == s) & (done <= 1000 * self._at)))
        passed, new = self._at - self.told_at[n], ended - self.done[n]
        self.told_at[n], self.done[n] = self._at, ended
        used = new * CPU_MS / ALONE_MS * self.machine.cpu_ms / 1000 / max(1e-3, passed)
        return used + float(self.run.fleet.others[s]) * self.random.expovariate(1.0)

    def _sent(self, n: str, loads: Loads) -> None:
        if self.name == "two choices":
            self.at(self._at + self.ways["in1", site(n)].back_ms / 1000, lambda: self._plainly(n, loads.loads[0].in_flight))
            return
        if self.name in EVERY_S:
            self.at(self._at + (self.ways["in1", site(n)].back_ms - 0.5) / 1000, lambda: self._brain(n, loads.loads[0]))
        if self.form != "centralized":
            datagram = pack(self.keys[n], loads)
            for i in DOORS:
                self.at(self._at + self.ways[i, site(n)].back_ms / 1000, lambda i=i: self._heard(i, datagram))

    def _plainly(self, n: str, in_flight: float) -> None:
        self.plain[n] = in_flight
        self._pick()

    def _brain(self, n: str, load: Load) -> None:
        self.loads[load.contact], self.cpu[n] = (load, self._at), load.cpu

    def _heard(self, door: str, datagram: bytes) -> None:
        if self.selectors[door].hear(datagram, self._at, self._at):
            self._choose(door)


def traced(times: Mapping[str, list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """Arrivals of all users in order of time, as simulated time counts it."""
    found = sorted((1000 * (t + AHEAD_S), c) for c, users in enumerate(RATE) for t in times[users])
    return np.array([t for t, _ in found]), np.array([c for _, c in found], np.int64)


def of_two(told: list[float]) -> np.ndarray:
    """With which probability the less busy of two is each machine; of two that are alike either is as likely."""
    part = np.zeros(len(told))
    for one, other in itertools.permutations(range(len(told)), 2):
        part[one if told[one] <= told[other] else other] += 1
    return part


def site(machine: str) -> str:
    return machine.split("-")[0]


APART_MS, LONGER_MS = 2.0, 2.0
"""Of the stream that a cut was felt by: between two datagrams, and what the way around takes longer."""
GAPS_S = [(ms - APART_MS - LONGER_MS) / 1000 for ms in json.loads((report.RESULTS / "failover.json").read_text())["gaps_ms"]]
"""How long a cut goes unnoticed: as long as a stream was silent, but for that."""


def rehearsed(
    name: str, event: str, seed: int, share: float, turns: tuple[Turn, ...], chance: int, machine: Machine = CALIBRATED
) -> Rows:
    """The rows of a run in simulated time. turns: of crowd.paths. chance: as in Rehearsal."""
    return Rehearsal(name, event, seed, share, turns, chance, machine).played()


def like(name: str, event: str, seed: int, share: float, turns: tuple[Turn, ...], cpu_ms: float, others: float) -> Machine:
    """The machine on which requests take so much CPU time in the mean over such a run, as the kernel says of the lab's: found
    by running it on one that is near."""
    near = Machine(ALONE_MS * cpu_ms / CPU_MS, others)
    run = Rehearsal(name, event, seed, share, turns, 0, near)
    run.played()
    return near._replace(cpu_ms=near.cpu_ms * cpu_ms / run.accounted_ms())
