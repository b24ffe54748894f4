"""Compute routing against what is done without it: real HTTP over TCP through real routers, one command, one table.

    python bench/steering.py                     9 policies x 9 events x 10 repeats (an hour); resumed where it was stopped
    python bench/steering.py --repeats 2         shorter
    python bench/steering.py --only failover     how long a cut link is felt, by a stream of datagrams
    python bench/steering.py --only crowd        how soon new flows go elsewhere when a crowd comes
    python bench/steering.py --only partition    the brain is cut off for a minute, in which a crowd comes and a site dies

The lab three-sites, without its domain; six machines with one instance each, made unequal by CPU quota; the product's
forwarders, kernel driver, path selector and C-SMA. A policy is a function that says what each ingress is to follow; the path
of the packets is the same for all but DNS and two choices, where the client picks. Within a repeat the policies run in random
order on the same schedule. docs/benchmarks.md says what each means. Nothing is left out: a run that failed is a row that says
so. As root.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import numpy as np

import report
from suanwang.drivers.kernel.namespace import inside
from suanwang.lab import build
from suanwang.lab.file import read_plan
from suanwang.lab.keeper import Told
from suanwang.lab.tell import tell
from suanwang.model.fault import AuthorityFault
from suanwang.model.network import Network
from suanwang.model.order import LOADS_PORT
from suanwang.model.steering import Contact, Load, Member, Served, Steering
from suanwang.steer import choose
from suanwang.steer.address import contact, home, machine, number_of, user
from suanwang.steer.interior import tree
from suanwang.steer.paths import policy
from suanwang.trust.identity import cs_id, id_of
from suanwang.trust.key import public_of
from suanwang.trust.loads import opened

LAB = "crowd"
HERE = Path(__file__).parent / "crowd"
ROWS = report.RESULTS / "steering.jsonl"
PORT, ROUNDS = 8080, 480
QUOTAS = {"near-1": 200, "near-2": 100, "mid-1": 150, "mid-2": 100, "far-1": 200, "far-2": 100}
"""Thousandths of a core."""
SITES = {"near": 7, "mid": 8, "far": 9}
RATE = {"home-1": 34.0, "home-2": 22.0}
CROWD = 5.5
"""Times the rate of home-1 in a flash crowd."""
EVENT_S, END_S, LIMIT_S = 1.2, 4.2, 2.0
DEADLINE_MS = 100.0
DNS_S = 30.0
"""What a resolver keeps an answer for: longer than a run, so that it has the answer that was best when the run began."""
POLICIES = ("nearest", "static", "round robin", "dns", "least cpu", "two choices", "centralized", "distributed", "hybrid")
OURS = POLICIES[-3:]
EVENTS = ("steady", "flash crowd", "site death", "link cut", "grey failure", "liar", "churn", "brain gone", "client moves")
KEY = bytes(range(32))


class Child:
    """A process that is told by lines and answers by lines."""

    def __init__(self, words: Sequence[str], space: str = "", log: Path | None = None) -> None:
        with inside(space), (log or Path(os.devnull)).open("ab") as err:
            self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err, cwd=HERE.parent)
        assert self.answer().strip() == "ready", words

    def tell(self, line: bytes) -> None:
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        return self.process.stdout.readline().decode()

    def ask(self, **told: object) -> str:
        self.tell(json.dumps(told).encode())
        return self.answer()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Scene:
    """The lab with its routers, machines and users, all told by this process, which plays the brain."""

    def __init__(self) -> None:
        self.plan = msgspec.structs.replace(read_plan("three-sites", LAB))
        self.network: Network = self.plan.network
        self.cs_id, self.public = cs_id(public_of(KEY)), public_of(KEY).hex()
        self.numbers = {r.name: r.number for r in self.network.routers}
        self.locators = {name: number_of(SITES[name.split("-")[0]], int(name[-1])) for name in QUOTAS}
        self.keys = {name: bytes([n + 1] * 32) for n, name in enumerate(QUOTAS)}
        self.ids = {name: id_of("node", public_of(key)) for name, key in self.keys.items()}
        self.names = {node_id: name for name, node_id in self.ids.items()}
        self.addresses = {name: contact(locator, 1) for name, locator in self.locators.items()}
        self.members = tuple(
            Member(node_id=self.ids[n], name=n, locator=self.locators[n], public_key=public_of(k).hex())
            for n, k in self.keys.items()
        )
        self.steered = int(time.time() * 1000)
        self.cpu: dict[str, float] = {}
        self.loads: dict[str, tuple[Load, float]] = {}
        self.run_id = 0
        self.extra: list[Served] = []
        with contextlib.suppress(Exception):
            build.down(LAB)
        self.folder = build.up(self.plan, Path.home() / ".cache" / "suanwang")
        self._started()

    def _started(self) -> None:
        space, python = self.plan.space, sys.executable
        for name in ("in1", "in2", "e1", "e2", "e3"):
            (self.folder / name).mkdir()
        self.routers = {
            name: Child(
                [python, str(HERE / "router.py"), name, str(self.folder / name)], space(name), self.folder / f"{name}.log"
            )
            for name in ("in1", "in2", "e1", "e2", "e3")
        }
        self.clients = {
            n: Child([python, str(HERE / "load.py")], space(n), self.folder / f"{n}.log") for n in ("home-1", "home-2")
        }
        with inside(space("brain")):
            self.ear = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            self.ear.bind(("::", LOADS_PORT))
            self.ear.setblocking(False)
        told = {
            "cs_id": self.cs_id, "port": PORT, "rounds": ROUNDS, "contact": {}, "brain": machine(self.numbers["t1"], 1),
            "selectors": [home(number_of(self.numbers[n])) for n in ("in1", "in2")],
            "clients": [user(self.numbers["in1"], 1, 2), user(self.numbers["in2"], 1, 2)],
            "machines": {n: {"space": space(n), "locator": self.locators[n], "key": self.keys[n].hex(), "node_id": self.ids[n],
                             "milli": QUOTAS[n]} for n in QUOTAS},
        }  # fmt: skip
        (self.folder / "nodes.json").write_text(json.dumps(told))
        self.nodes = Child([python, str(HERE / "nodes.py"), str(self.folder / "nodes.json")], log=self.folder / "nodes.log")
        self.steer("centralized", {})
        time.sleep(1.5)  # hellos

    def close(self) -> None:
        for child in (*self.routers.values(), *self.clients.values(), self.nodes):
            child.close()
        build.down(LAB)

    # what routers follow

    def contacts(self) -> tuple[Contact, ...]:
        return tuple(
            Contact(id=self.contact(n), node_id=self.ids[n], address=self.addresses[n], port=PORT, locator=self.locators[n],
                    function=1, speed=float(QUOTAS[n]))
            for n in QUOTAS
        )  # fmt: skip

    def contact(self, name: str) -> str:
        """Another id in each run, so that nothing is remembered from the one before."""
        return f"{name}@{self.run_id}"

    def served(self, weights: dict[str, int]) -> Served:
        given = tuple(sorted((self.contact(n), w) for n, w in weights.items()))
        return Served(id=f"s{self.run_id}", name="s", cs_id=self.cs_id, public_key=self.public, port=PORT, health="/light",
                      affinity_s=2.0, contacts=self.contacts(), weights=given)  # fmt: skip

    def steer(self, form: str, weights: dict[str, dict[str, int]], only: Sequence[str] = ()) -> int:
        """Tell routers; weights by ingress and machine. Returns the bytes told."""
        self.steered += 1
        told = 0
        for name, child in self.routers.items():
            if only and name not in only:
                continue
            ends = [SITES[s] for s in SITES] if name.startswith("in") else [self.numbers["in1"], self.numbers["in2"]]
            policies = tuple(p for end in ends if (p := policy(self.network, self.numbers[name], end)))
            steering = Steering(
                number=self.steered, form=form, router=self.numbers[name], network=self.network,  # type: ignore[arg-type]
                services=(self.served(weights.get(name, {})), *self.extra), policies=policies, members=self.members,
            )  # fmt: skip
            line = msgspec.json.encode(steering)
            told += len(line)
            child.tell(line)
        return told

    def hear(self) -> None:
        """Loads that reached the brain, over the emulated net."""
        keys = {m.node_id: m.public_key for m in self.members}
        with contextlib.suppress(BlockingIOError):
            while True:
                try:
                    said = opened(self.ear.recv(2000), keys, {}, time.time())
                except AuthorityFault:  # it lay here between two runs
                    continue
                for load in said.loads:
                    self.loads[load.contact] = (load, time.monotonic())
                    self.cpu[self.names[said.node_id]] = load.cpu

    def counters(self) -> dict[str, float]:
        found: dict[str, float] = {"messages": 0, "bytes": 0, "decisions": 0}
        for name in ("in1", "in2"):
            told = json.loads((self.folder / name / "forwarder.json").read_text())["counters"]
            found["messages"] += told["messages_in"] + told["messages_out"]
            found["bytes"] += told["bytes_in"] + told["bytes_out"]
            found["decisions"] += told["decisions"]
        return found

    def link(self, do: str, name: str) -> None:
        tell(self.folder, Told(do=do, link=name))


# --- policies: weights by ingress, as functions of what is known ------------------------------------------------------------


def nearest(scene: Scene) -> dict[str, dict[str, int]]:
    """As anycast by the routing protocol: all to the site with the shortest way, its instances alike."""
    found = {}
    for ingress in ("in1", "in2"):
        ms = {site: tree(scene.network, scene.numbers[ingress])[end][0] for site, end in SITES.items()}
        best = min(ms, key=ms.__getitem__)
        found[ingress] = {n: 256 if n.startswith(best) else 0 for n in QUOTAS}
    return found


def alike(_: Scene) -> dict[str, dict[str, int]]:
    return {i: dict.fromkeys(QUOTAS, 100) for i in ("in1", "in2")}


def static(share: float) -> Callable[[Scene], dict[str, dict[str, int]]]:
    """`share` by capacity, the rest to the nearest site; which share is best is found by trying (see `swept`)."""

    def weights(scene: Scene) -> dict[str, dict[str, int]]:
        close, total = nearest(scene), sum(QUOTAS.values())
        made = {}
        for ingress, near in close.items():
            own = {n: QUOTAS[n] for n in QUOTAS if near[n]}
            parts = {n: share * QUOTAS[n] / total + (1 - share) * own.get(n, 0) / sum(own.values()) for n in QUOTAS}
            made[ingress] = {n: round(256 * p / max(parts.values())) for n, p in parts.items()}
        return made

    return weights


def least_cpu(scene: Scene) -> dict[str, dict[str, int]]:
    """New flows to the machine whose instance used the least of its quota over the last second's reports. The others keep
    theirs."""
    used = {n: scene.cpu.get(n, 0.0) / QUOTAS[n] for n in QUOTAS}
    best = min(used, key=lambda n: (used[n], n))
    return {i: {n: 256 if n == best else choose.LEAST for n in QUOTAS} for i in ("in1", "in2")}


class Centralized:
    """Ours in the brain: the product's selector, once for each ingress, on the loads that reached the brain."""

    def __init__(self, scene: Scene) -> None:
        self.memory = {i: choose.Memory() for i in ("in1", "in2")}
        self.ms = {i: {(e, 0): m for e, (m, _) in tree(scene.network, scene.numbers[i]).items()} for i in self.memory}
        self.decisions = 0

    def __call__(self, scene: Scene) -> dict[str, dict[str, int]]:
        found = {}
        for ingress, memory in self.memory.items():
            seen = choose.Seen(services=(scene.served({}),), loads=dict(scene.loads), latency_ms=self.ms[ingress])
            self.memory[ingress], chosen = choose.step(memory, seen, time.monotonic())
            found[ingress] = {c.partition("@")[0]: w for weights in chosen.values() for c, w in weights.items()}
            self.decisions += len(found[ingress])
        return found


# --- one run ---------------------------------------------------------------------------------------------------------------


def schedule(chance: random.Random, rate: Callable[[float], float], most: float, end_s: float = END_S) -> list[float]:
    """Poisson arrivals of a rate that changes (thinning, Lewis and Shedler 1979)."""
    found, at = [], 0.0
    while (at := at + chance.expovariate(most)) < end_s:
        if chance.random() < rate(at) / most:
            found.append(at)
    return found


def schedules(event: str, seed: int) -> dict[str, list[float]]:
    crowd = {"flash crowd", "brain gone"}
    chance = {users: random.Random(f"{users}/{event}/{seed}") for users in RATE}

    def rate(users: str) -> Callable[[float], float]:
        def at(t: float) -> float:
            after = t >= EVENT_S
            if event in crowd and users == "home-1" and after:
                return CROWD * RATE[users]
            if event == "client moves" and after:
                return 0.0 if users == "home-1" else RATE["home-1"] + RATE["home-2"]
            return RATE[users]

        return at

    return {users: schedule(chance[users], rate(users), CROWD * sum(RATE.values())) for users in RATE}


LINKS_OF = {"near": ("t1-e1", "t2-e1"), "mid": ("t3-e2", "t2-e2")}


def dies(scene: Scene, site: str) -> None:
    for link in LINKS_OF[site]:
        scene.link("cut", link)
    for node in (f"{site}-1", f"{site}-2"):
        scene.nodes.ask(do="kill", node=node)


def lives(scene: Scene, site: str) -> None:
    for link in LINKS_OF[site]:
        scene.link("mend", link)
    for node in (f"{site}-1", f"{site}-2"):
        scene.nodes.ask(do="start", node=node)
    time.sleep(2.0)


def happens(scene: Scene, event: str) -> None:
    match event:
        case "site death":
            dies(scene, "near")
        case "link cut":
            scene.link("cut", "in1-t1")
        case "grey failure":
            scene.nodes.ask(do="quota", node="near-1", milli=QUOTAS["near-1"] // 3)
        case "liar":
            scene.nodes.ask(do="lie", node="far-2", on=True)


def undone(scene: Scene, event: str) -> None:
    match event:
        case "site death":
            lives(scene, "near")
        case "link cut":
            scene.link("mend", "in1-t1")
            time.sleep(2.0)
        case "grey failure":
            scene.nodes.ask(do="quota", node="near-1", milli=QUOTAS["near-1"])
        case "liar":
            scene.nodes.ask(do="lie", node="far-2", on=False)


def churned(scene: Scene, turn: int) -> None:
    """Registrations of other services: 25 come and 25 go each second, told in batches as they are in the product (4 a
    second)."""
    made = []
    for k in range(6):
        key = bytes([turn % 256, k, 7]) + bytes(29)
        public = public_of(key)
        node = sorted(QUOTAS)[k]
        made.append(Served(id=f"x{turn}-{k}", name="x", cs_id=cs_id(public), public_key=public.hex(), port=PORT, contacts=(
            Contact(id=f"x{turn}-{k}/1", node_id=scene.ids[node], address=scene.addresses[node], port=PORT,
                    locator=scene.locators[node], function=1),)))  # fmt: skip
    scene.extra = (scene.extra + made)[-24:]


def run(scene: Scene, name: str, event: str, seed: int, share: float) -> dict[str, object]:
    scene.run_id += 1
    scene.extra, scene.loads = [], {}
    mine = Centralized(scene)
    pick = {"dns": "dns", "two choices": "two"}.get(name, "any")
    form = name if name in ("distributed", "hybrid") else "centralized"
    chooser = {"nearest": nearest, "static": static(share), "round robin": alike, "least cpu": least_cpu, "centralized": mine,
               "hybrid": mine, "distributed": lambda _: {}}.get(name, nearest)  # fmt: skip
    scene.nodes.ask(do="contacts", contacts={n: scene.contact(n) for n in QUOTAS})
    weights = chooser(scene)
    scene.steer(form, weights)
    time.sleep(0.5)
    before, told = scene.counters(), [0, 0]
    start = time.monotonic() + 0.6
    times = schedules(event, seed)
    for users, client in scene.clients.items():
        client.tell(json.dumps({
            "service": [scene.cs_id, PORT], "times": times[users], "limit_s": LIMIT_S, "until_s": END_S, "held": 4,
            "pick": pick, "targets": {n: [a, PORT] for n, a in scene.addresses.items()}, "dns": [[0.0, "near-1"]],
            "start": start, "seed": seed,
        }).encode())  # fmt: skip
    happened, turn, looked = False, 0, 0.0
    while (now := time.monotonic() - start) < END_S:
        time.sleep(0.02)
        if not happened and now >= EVENT_S:
            happens(scene, event)
            happened = True
        gone = event == "brain gone" and now >= EVENT_S
        scene.hear()
        if event == "churn" and now * 4 >= turn:
            turn += 1
            churned(scene, seed * 100 + turn)
            told[1] += scene.steer(form, weights)
            told[0] += 5
        every = {"least cpu": 1.0, "hybrid": 1.0}.get(name, 0.1)
        if name in ("least cpu", "centralized", "hybrid") and not gone and time.monotonic() - looked >= every:
            looked = time.monotonic()
            fresh = chooser(scene)
            if fresh != weights:
                weights = fresh
                told[1] += scene.steer(form, weights, only=("in1", "in2"))
                told[0] += 2
    answers = {users: json.loads(client.answer()) for users, client in scene.clients.items()}
    time.sleep(0.6)
    after = scene.counters()
    undone(scene, event)
    rows = [(meant, took, where) for a in answers.values() for meant, took, where in a["rows"]]
    lost = [one for a in answers.values() for one in a["broken"]]
    return {
        "policy": name, "event": event, "seed": seed, **judged(rows),
        "broken": len(lost), "held": sum(a["held"] for a in answers.values()), "why": lost[:4],
        "at_dead": sum(event == "site death" and why.startswith("near") for _, why in lost),
        "late_ms": max(a["late_ms"] for a in answers.values()),
        "messages_s": (after["messages"] - before["messages"] + told[0]) / END_S,
        "bytes_s": (after["bytes"] - before["bytes"] + told[1]) / END_S,
        "decisions_s": (after["decisions"] - before["decisions"] + mine.decisions) / END_S,
    }  # fmt: skip


def judged(rows: list[tuple[float, float, str]]) -> dict[str, object]:
    """Of the time after the event; a request without an answer took its time limit."""
    after = [(m, (t if w else LIMIT_S) * 1000, w) for m, t, w in rows if m >= EVENT_S]
    ms = np.array([t for _, t, _ in after])
    return {
        "requests": len(after),
        "p50_ms": float(np.percentile(ms, 50)),
        "p99_ms": float(np.percentile(ms, 99)),
        "missed": float(np.mean(ms > DEADLINE_MS)),
        "failed": sum(not w for _, _, w in after),
        "resteer_s": resteered(after),
        "reversals_min": reversals(rows),
        "moved_s": moved(rows),
    }


def resteered(after: list[tuple[float, float, str]]) -> float:
    """Seconds from the event until nine of ten requests of each later quarter of a second meet the deadline."""
    bins = [[t for m, t, _ in after if EVENT_S + b <= m < EVENT_S + b + 0.25] for b in np.arange(0, END_S - EVENT_S, 0.25)]
    bad = [i for i, b in enumerate(bins) if b and np.mean(np.array(b) > DEADLINE_MS) > 0.1]
    return 0.25 * (bad[-1] + 1) if bad else 0.0


def moved(rows: list[tuple[float, float, str]]) -> float:
    """Seconds from the event until the nearest site's part of what is sent, over 0.2 s, has come three quarters of the way from
    what it was before to what it is in the end; 0 where that is the same."""

    def part(since: float, until: float) -> float:
        return float(np.mean([w.startswith("near") for m, _, w in rows if since <= m < until and w] or [0.0]))

    before, end = part(0.0, EVENT_S), part(END_S - 1.5, END_S)
    ways = (
        [(part(at, at + 0.2) - end) / (before - end) for at in np.arange(EVENT_S, END_S - 0.2, 0.05)] if before != end else []
    )
    there = [i for i, way in enumerate(ways) if way <= 0.25]
    return 0.0 if abs(before - end) < 0.1 else round(0.2 + 0.05 * there[0], 2) if there else END_S - EVENT_S


def reversals(rows: list[tuple[float, float, str]]) -> float:
    """How often a site's share of the answers turned by more than a fifth and back, from one half second to the next, a
    minute."""
    steps = np.arange(0.0, END_S, 0.5)
    turns = 0
    for site in SITES:
        shares = []
        for at in steps:
            here = [w for m, _, w in rows if at <= m < at + 0.5 and w]
            shares.append(np.mean([w.startswith(site) for w in here]) if here else 0.0)
        moves = [d for d in np.diff(shares) if abs(d) > 0.2]
        turns += sum(a * b < 0 for a, b in itertools.pairwise(moves))
    return turns * 60 / END_S


def swept(scene: Scene) -> float:
    """The best static split, by trying: the share by capacity with the least p99, over a steady run and a crowd."""
    tried = {}
    for share in (0.25, 0.5, 0.75, 1.0):
        found = [run(scene, "static", event, 1000 + k, share) for event in ("steady", "flash crowd") for k in range(2)]
        tried[share] = statistics.mean(float(f["p99_ms"]) for f in found)  # type: ignore[arg-type]
    print("static split, share by capacity -> mean p99 ms:", {k: round(v) for k, v in tried.items()}, flush=True)
    return min(tried, key=tried.__getitem__)


# --- a cut link, felt by a stream ---------------------------------------------------------------------------------------------


def failover(scene: Scene, times: int) -> list[float]:
    """Longest silence, ms, of a stream of a datagram each 2 ms to the service and back, over a silent cut of the link it
    uses."""
    gaps = []
    scene.run_id += 1
    scene.steer("centralized", {i: {n: 256 if n == "mid-1" else 0 for n in QUOTAS} for i in ("in1", "in2")})
    time.sleep(3.0)
    with inside(scene.plan.space("home-1")):
        stream = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    stream.connect((scene.cs_id, PORT))
    stream.setblocking(False)
    for _ in range(times):
        came, cut, next_at, begun = [], False, time.monotonic(), time.monotonic()
        while (now := time.monotonic()) - begun < 1.0:
            if now >= next_at:
                next_at += 0.002
                with contextlib.suppress(OSError):
                    stream.send(b"x")
            with contextlib.suppress(BlockingIOError):
                while stream.recv(16):
                    came.append(time.monotonic())
            if not cut and now - begun > 0.4:
                scene.link("cut", "in1-t1")
                cut = True
            time.sleep(0.0003)
        gaps.append(1000 * max(b - a for a, b in itertools.pairwise(came)))
        scene.link("mend", "in1-t1")
        time.sleep(4.5)
    return gaps


# --- a minute without the brain ----------------------------------------------------------------------------------------------

GONE_S, CROWD_S, DEATH_S, BACK_S, OVER_S = 5.0, (15.0, 30.0), 45.0, 65.0, 75.0
PHASES = {"with the brain": (0.0, GONE_S), "without": (GONE_S, CROWD_S[0]), "a crowd": CROWD_S, "calm": (CROWD_S[1], DEATH_S),
          "a site is dead": (DEATH_S, BACK_S), "the brain is back": (BACK_S, OVER_S)}  # fmt: skip


def partition(scene: Scene, form: str) -> dict[str, object]:
    """Nothing is told by the brain between GONE_S and BACK_S. In each phase: p99 ms, and the part that missed the deadline;
    flows that were held all the while, and how many of them broke that were not at the site that died."""
    scene.run_id += 1
    scene.loads, mine = {}, Centralized(scene)
    scene.nodes.ask(do="contacts", contacts={n: scene.contact(n) for n in QUOTAS})
    weights = mine(scene) if form != "distributed" else {}
    scene.steer(form, weights)
    time.sleep(0.5)
    start = time.monotonic() + 0.6
    for users, client in scene.clients.items():
        high = CROWD * RATE[users] if users == "home-1" else RATE[users]
        times = schedule(
            random.Random(users), lambda t, u=users, h=high: h if CROWD_S[0] <= t < CROWD_S[1] else RATE[u], high, OVER_S
        )
        client.tell(json.dumps({
            "service": [scene.cs_id, PORT], "times": times, "limit_s": LIMIT_S, "until_s": OVER_S, "held": 8, "pick": "any",
            "targets": {}, "dns": [], "start": start, "seed": 1,
        }).encode())  # fmt: skip
    dead, looked = False, 0.0
    while (now := time.monotonic() - start) < OVER_S:
        time.sleep(0.02)
        scene.hear()
        if not dead and now >= DEATH_S:
            dies(scene, "mid")
            dead = True
        if form != "distributed" and not GONE_S <= now < BACK_S and time.monotonic() - looked >= 0.5:
            looked, fresh = time.monotonic(), mine(scene)
            if fresh != weights:
                weights = fresh
                scene.steer(form, weights)
        if form == "distributed" and now >= BACK_S and not looked:
            looked = time.monotonic()
            scene.steer(form, {})
    answers = [json.loads(client.answer()) for client in scene.clients.values()]
    lives(scene, "mid")
    rows = [row for a in answers for row in a["rows"]]
    lost = [why for a in answers for _, why in a["broken"]]
    told = {}
    for phase, (since, until) in PHASES.items():
        ms = np.array([(t if w else LIMIT_S) * 1000 for m, t, w in rows if since <= m < until])
        told[phase] = {"requests": len(ms), "p99_ms": float(np.percentile(ms, 99)), "missed": float(np.mean(ms > DEADLINE_MS))}
    elsewhere = [why for why in lost if not why.startswith("mid")]
    return {"form": form, "phases": told, "held": sum(a["held"] for a in answers), "at_dead": len(lost) - len(elsewhere),
            "broken_elsewhere": elsewhere}  # fmt: skip


def partitioned(scene: Scene) -> list[dict[str, object]]:
    found = [partition(scene, form) for form in OURS]
    print("form         " + "".join(f"{phase:>24}" for phase in PHASES) + "   flows held / at the dead site / broken elsewhere")
    for one in found:
        cells = "".join(f"{p['p99_ms']:.0f} ms, {p['missed']:.1%} late".rjust(24) for p in one["phases"].values())
        print(f"{one['form']:13}{cells}   {one['held']} / {one['at_dead']} / {len(one['broken_elsewhere'])}")
    return found


# --- the table ----------------------------------------------------------------------------------------------------


def table(rows: list[dict], policies: Sequence[str], events: Sequence[str]) -> list[tuple[str, ...]]:
    shown = []
    for event in events:
        by = {p: [r for r in rows if r["policy"] == p and r["event"] == event] for p in policies}
        for name in policies:
            mine = by[name]
            good = [r for r in mine if "error" not in r]
            if not good:
                shown.append((event, name, f"{len(mine)} failed", *("-",) * 9))
                continue
            p99 = [r["p99_ms"] for r in good]
            pair = [ratio(good, by[other]) for other in ("nearest", "static")]
            shown.append((
                event, name, f"{len(good)}", f"{median(good, 'p50_ms'):.0f}",
                f"{statistics.median(p99):.0f} [{min(p99):.0f}-{max(p99):.0f}]",
                *pair, f"{median(good, 'missed'):.1%}",
                "/".join(str(sum(r[k] - r["at_dead"] for r in good)) for k in ("broken", "held")),
                f"{median(good, 'resteer_s'):.2f}", f"{median(good, 'reversals_min'):.0f}",
                f"{median(good, 'messages_s'):.0f} / {median(good, 'bytes_s') / 1000:.1f} / {median(good, 'decisions_s'):.0f}",
            ))  # fmt: skip
    return shown


def median(rows: list[dict], key: str) -> float:
    return statistics.median(r[key] for r in rows)


def ratio(mine: list[dict], other: list[dict]) -> str:
    """Median over the seeds of the quotient of p99 on the same schedule."""
    base = {r["seed"]: r["p99_ms"] for r in other if "error" not in r}
    quotients = [r["p99_ms"] / base[r["seed"]] for r in mine if r["seed"] in base]
    return f"{statistics.median(quotients):.2f}" if quotients else "-"


TITLES = ("event", "policy", "runs", "p50 ms", "p99 ms [spread]", "/nearest", "/static", "missed", "broken", "re-steer s",
          "reversals/min", "messages / kB / choices per s")  # fmt: skip


COLOURS = ("#8a8a8a", "#b0b0b0", "#c9a66b", "#b58ac9", "#c98a8a", "#8ab0c9", "#1b6ca8", "#2a9d8f", "#e76f51")
WIDE, TALL, LEFT = 1180, 420, 60


def drawn(rows: list[dict], policies: Sequence[str], events: Sequence[str]) -> str:
    """p99 of every policy in every event as an SVG: the median, and a line from the least to the most, on a logarithmic
    scale."""
    size = f'width="{WIDE}" height="{TALL + 70}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="11">',
             f'<rect {size} fill="white"/>']  # fmt: skip
    for ms in (10, 30, 100, 300, 1000, 3000):
        parts.append(f'<line x1="{LEFT}" x2="{WIDE}" y1="{_y(ms):.0f}" y2="{_y(ms):.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="8" y="{_y(ms) + 4:.0f}">{ms} ms</text>')
    step = (WIDE - LEFT) / len(events)
    for e, event in enumerate(events):
        parts.append(f'<text x="{LEFT + step * e + 4:.0f}" y="{TALL + 16}">{event}</text>')
        for p, name in enumerate(policies):
            found = [r["p99_ms"] for r in rows if r["policy"] == name and r["event"] == event and "error" not in r]
            parts += _bar(
                found, LEFT + step * e + 6 + p * (step - 14) / len(policies), (step - 20) / len(policies), COLOURS[p % 9]
            )
    for p, name in enumerate(policies):
        parts.append(f'<rect x="{LEFT + p * 120}" y="{TALL + 34}" width="10" height="10" fill="{COLOURS[p % 9]}"/>')
        parts.append(f'<text x="{LEFT + p * 120 + 14}" y="{TALL + 43}">{name}</text>')
    return "\n".join((*parts, "</svg>"))


def _y(ms: float) -> float:
    return TALL - (np.log10(max(ms, 10)) - 1) / (np.log10(3000) - 1) * (TALL - 30)


def _bar(found: list[float], x: float, wide: float, colour: str) -> list[str]:
    if not found:
        return []
    top = _y(statistics.median(found))
    box = f'<rect x="{x:.1f}" width="{wide:.1f}" y="{top:.1f}" height="{TALL - top:.1f}" fill="{colour}"/>'
    ends = f'y1="{_y(min(found)):.1f}" y2="{_y(max(found)):.1f}"'
    return [box, f'<line x1="{x + wide / 2:.1f}" x2="{x + wide / 2:.1f}" {ends} stroke="black"/>']


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--repeats", type=int, default=10)
    asked.add_argument("--policies", default=",".join(POLICIES))
    asked.add_argument("--events", default=",".join(EVENTS))
    asked.add_argument("--only", default="")
    asked.add_argument("--share", type=float, default=0.0, help="static split by capacity; found by trying if not given")
    asked.add_argument("--fresh", action="store_true", help="forget rows of earlier runs")
    asked.add_argument("--rows", default=str(ROWS))
    told = asked.parse_args()
    policies, events, file = told.policies.split(","), told.events.split(","), Path(told.rows)
    if told.fresh:
        file.unlink(missing_ok=True)
    facts = report.machine()
    scene = Scene()
    try:
        if told.only == "failover":
            gaps = failover(scene, told.repeats)
            print(
                "longest silence of a stream over a cut, ms:",
                [round(g) for g in gaps],
                "median",
                round(statistics.median(gaps)),
            )
            (report.RESULTS / "failover.json").write_text(json.dumps({"machine": facts, "gaps_ms": gaps}, indent=2) + "\n")
            return
        if told.only == "crowd":
            crowds = [run(scene, form, "flash crowd", 2000 + k, 0.0) for k in range(told.repeats) for form in OURS]
            took = {form: sorted(float(r["moved_s"]) for r in crowds if r["policy"] == form) for form in OURS}  # type: ignore[arg-type]
            print("new flows go elsewhere after, s:", took)
            (report.RESULTS / "crowd.json").write_text(json.dumps({"machine": facts, "moved_s": took}, indent=2) + "\n")
            return
        if told.only == "partition":
            found = {"machine": facts, "phases_s": PHASES, "forms": partitioned(scene)}
            (report.RESULTS / "partition.json").write_text(json.dumps(found, indent=2) + "\n")
            return
        rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        share = told.share or next((r["share"] for r in rows if r.get("share")), 0.0) or swept(scene)
        done = {(r["policy"], r["event"], r["seed"]) for r in rows}
        for seed in range(told.repeats):
            cells = [(p, e) for e in events for p in policies if (p, e, seed) not in done]
            random.Random(seed).shuffle(cells)
            for name, event in cells:
                try:
                    made = {**run(scene, name, event, seed, share), "share": share}
                except Exception as error:
                    made = {"policy": name, "event": event, "seed": seed, "error": f"{type(error).__name__}: {error}"[:300]}
                    scene.close()
                    scene = Scene()
                rows.append(made)
                with file.open("a") as out:
                    out.write(json.dumps(made) + "\n")
            print(f"repeat {seed + 1} of {told.repeats} is done", flush=True)
    finally:
        scene.close()
    shown = table(rows, policies, events)
    print(report.line(facts))
    widths = [max(len(str(r[i])) for r in (TITLES, *shown)) for i in range(len(TITLES))]
    for row in (TITLES, *shown):
        print("  ".join(str(cell).ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip())
    (report.RESULTS / "steering.svg").write_text(drawn(rows, policies, events) + "\n")
    result = {"machine": facts, "titles": TITLES, "table": shown, "quotas": QUOTAS, "rates": RATE, "deadline_ms": DEADLINE_MS}
    (report.RESULTS / "steering.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
