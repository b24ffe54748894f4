"""How fast routes are programmed from Python: `python bench/routes.py`, table, bench/results/routes.json. As root, in a
throw-away namespace.

Ours (raw rtnetlink, in batches and one by one), beside `ip -batch`, pyroute2 where it is installed, all in one run. And what
moving a service costs: one group replaced, whether one route uses it or ten thousand do.
"""

import importlib
import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import report
from suanwang.drivers.kernel import namespace
from suanwang.drivers.kernel.anchor import anchor
from suanwang.drivers.kernel.kernel import Kernel
from suanwang.drivers.kernel.links import Links
from suanwang.model.fib import Drop, Group, NextHop, Put, Route
from suanwang.steer.routes import ANCHOR

SPACE = "bench-routes"
COUNT, REPEATS = 10_000, 5


def prefix(n: int) -> str:
    return f"fd73:756e:7761:0:0:0:{n >> 8:x}:{n & 255:x}/128"


def rate(work: Callable[[], None], undo: Callable[[], None], count: int) -> list[float]:
    found = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        found.append(count / (time.perf_counter() - began))
        undo()
    return found


def main() -> None:
    facts = report.machine()
    namespace.remove(SPACE)
    namespace.create(SPACE)
    try:
        links = Links(SPACE)
        links.up("lo")
        anchor(links)
        kernel = Kernel(SPACE)
        rows = measured(kernel)
    finally:
        namespace.remove(SPACE)
    print(report.line(facts))
    for name, values in rows.items():
        unit = "ms" if name.startswith("move") else "/s"
        print(f"{name:58s} {statistics.median(values):12,.2f} {unit}  [{min(values):,.2f} - {max(values):,.2f}]")
    (report.RESULTS / "routes.json").write_text(json.dumps({"machine": facts, "rows": rows}, indent=2) + "\n")


def measured(kernel: Kernel) -> dict[str, list[float]]:
    hops = [NextHop(id=n, device=ANCHOR, segments=(f"fcbb:bb00:{n:x}00:e001::",)) for n in range(1, 101)]
    kernel.apply([Put(h) for h in hops])
    by_hop = [Route(prefix=prefix(n), next_hop=1 + n % 100) for n in range(COUNT)]
    encapsulated = [NextHop(id=1000 + n, device=ANCHOR, segments=("fcbb:bb00:100:200:300:e001::",)) for n in range(COUNT)]
    rows = {
        "routes to a next hop, in batches": rate(
            lambda: kernel.apply([Put(r) for r in by_hop]), lambda: kernel.apply([Drop(r) for r in by_hop]), COUNT
        ),
        "routes to a next hop, one by one": rate(
            lambda: [kernel.apply([Put(r)]) for r in by_hop[:2000]],
            lambda: kernel.apply([Drop(r) for r in by_hop[:2000]]),
            2000,
        ),
        "SRv6 next hops, in batches": rate(
            lambda: kernel.apply([Put(h) for h in encapsulated]), lambda: kernel.apply([Drop(h) for h in encapsulated]), COUNT
        ),
    }
    rows |= {"ip -batch: routes to a next hop": rate(by_ip, lambda: kernel.apply([Drop(r) for r in foreign()]), COUNT)}
    if (peer := by_pyroute2()) is not None:
        rows["pyroute2: routes to a device"] = peer
    else:
        print("pyroute2 is not installed here, so it is left out")
    members = tuple((n, 1 + n % 256) for n in range(1, 11))
    group = Group(id=5000, members=members, buckets=8192, idle_s=10.0)
    for count in (1, COUNT):
        kernel.apply([Put(group), *(Put(Route(prefix=prefix(n), next_hop=5000)) for n in range(count))])
        took = []
        for turn in range(20):
            other = Group(id=5000, members=tuple((n, 1 + (n * 37 + turn) % 256) for n, _ in members), buckets=8192, idle_s=10.0)
            began = time.perf_counter()
            kernel.apply([Put(other)])
            took.append(1000 * (time.perf_counter() - began))
        rows[f"move: weights of a group that {count:,} routes use"] = took
        kernel.apply([Drop(Route(prefix=prefix(n), next_hop=5000)) for n in range(count)])
    return rows


def foreign() -> list[Route]:
    return [Route(prefix=prefix(n), next_hop=1 + n % 100) for n in range(COUNT)]


def by_ip() -> None:
    file = Path(f"/tmp/{SPACE}.{os.getpid()}")
    if not file.exists():
        file.write_text("".join(f"route replace {prefix(n)} nhid {1 + n % 100} proto 83\n" for n in range(COUNT)))
    subprocess.run(["ip", "-6", "-n", SPACE, "-batch", str(file)], check=True)


def by_pyroute2() -> list[float] | None:
    try:
        netns = importlib.import_module("pyroute2").NetNS
    except ModuleNotFoundError:
        return None
    with netns(SPACE) as ipr:
        index = ipr.link_lookup(ifname=ANCHOR)[0]
        began = time.perf_counter()
        for n in range(500):
            ipr.route("replace", dst=prefix(n), oif=index, family=10)
        return [500 / (time.perf_counter() - began)]


if __name__ == "__main__":
    main()
