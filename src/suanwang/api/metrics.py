"""What a monitor scrapes: the state of the network as Prometheus metrics, worked out anew each time; nothing is counted
elsewhere."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from suanwang import __version__
from suanwang.api.callers import Caller
from suanwang.brain.loop import Brain
from suanwang.brain.network import Ear
from suanwang.brain.state import State
from suanwang.model.job import JOB_STATES
from suanwang.world.supply import WHOLE

Called = NamedDependency[Caller]
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Doors(Protocol):
    """What this route needs of the server's door."""

    brain: Brain


def metric_routes(door: Doors) -> list[Any]:
    """Metrics: for operators, as the rest of what concerns everybody."""

    @get("/metrics", media_type=TEXT, include_in_schema=False)
    async def metrics(caller: Called) -> Response[bytes]:
        caller.must("operator")
        state = await door.brain.settled()
        return Response(text(state, door.brain.ear, door.brain.steady(), door.brain.silent_s), media_type=TEXT)

    return [metrics]


def text(state: State, ear: Ear, now: float, silent_s: float) -> bytes:
    """The page. now: by the brain's steady clock; a node that was not heard for silent_s is silent."""
    registry = CollectorRegistry()
    registry.register(_Once(tuple(families(state, ear, now, silent_s))))  # pyright: ignore[reportArgumentType]
    return generate_latest(registry)


class _Once:
    """A collector of what is known already."""

    def __init__(self, found: tuple[Metric, ...]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def families(state: State, ear: Ear, now: float, silent_s: float) -> Iterator[Metric]:
    """Every metric, with what it says."""
    yield _one("suanwang_build_info", "The version, as a label; always 1.", ("version",), {(__version__,): 1})
    yield CounterMetricFamily("suanwang_events", "Events in the log.", value=state.seq)
    yield from _nodes(state, now, silent_s)
    yield from _jobs(state)
    services = [service for service in state.fleet.services.values() if not service.withdrawn]
    instances: dict[tuple[str, ...], float] = {(s.user, s.service.name): len(s.instances) for s in services}
    yield _one("suanwang_service_instances", "Instances of a service that run or start.", ("user", "service"), instances)
    yield _one(
        "suanwang_service_flows_per_second",
        "New flows of users to a service, where they come in.",
        ("user", "service", "ingress"),
        {
            (s.user, s.service.name, ingress): per_s
            for s in services
            for ingress, per_s in ear.rates_of(state, s.id, now).items()
        },
    )


def _nodes(state: State, now: float, silent_s: float) -> Iterator[Metric]:
    world = state.world
    heard = Counter("ready" if now - at < silent_s else "silent" for at in world.heard_at.tolist())
    yield _one("suanwang_nodes", "Nodes that compute.", ("state",), {(s,): heard[s] for s in ("ready", "silent")})
    sites = [node.site.name for node in world.nodes]
    for name, about, column, scale in (
        ("suanwang_cores", "Cores that nodes lend.", world.cpu_milli_total, 1000),
        ("suanwang_cores_free", "Cores that nothing holds.", world.cpu_milli_free, 1000),
        ("suanwang_memory_bytes", "Memory that nodes lend.", world.memory_bytes_total, 1),
        ("suanwang_memory_free_bytes", "Memory that nothing holds.", world.memory_bytes_free, 1),
    ):
        yield _one(name, about, ("site",), _sums(sites, column.tolist(), scale))
    kinds = sorted(world.accelerators.items())
    yield _one("suanwang_accelerators", "Accelerators.", ("kind",), {(k,): int(s.total.sum()) for k, s in kinds})
    idle = {(kind,): int(supply.left.sum()) / WHOLE for kind, supply in kinds}
    yield _one("suanwang_accelerators_free", "Accelerators that nothing holds, shares added up.", ("kind",), idle)
    grams = {(n.site.name,): float(world.carbon_g_kwh[i]) for i, n in enumerate(world.nodes)}
    yield _one("suanwang_carbon_g_kwh", "Carbon intensity of a site's grid now, as told or assumed.", ("site",), grams)


def _sums(sites: list[str], values: list[int], scale: int) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for site, value in zip(sites, values, strict=True):
        found[(site,)] = found.get((site,), 0.0) + value / scale
    return found


def _jobs(state: State) -> Iterator[Metric]:
    states = Counter(job.state for job in state.jobs.values())
    yield _one("suanwang_jobs", "Jobs that are remembered.", ("state",), {(s,): states[s] for s in JOB_STATES})
    yield GaugeMetricFamily("suanwang_jobs_parked", "Jobs that wait for room.", value=len(state.parked))
    yield GaugeMetricFamily("suanwang_jobs_deferred", "Jobs that wait for a better hour.", value=len(state.deferred))
    held = sum(len(live) for live in state.live.values())
    yield GaugeMetricFamily("suanwang_placements", "Placements that hold room.", value=held)
    posted = sum(job.posted_micro for job in state.jobs.values()) / 1e6
    yield CounterMetricFamily("suanwang_posted_cny", "Money paid for jobs that are remembered, CNY.", value=posted)
    fuel = sum(job.fuel for job in state.jobs.values())
    yield CounterMetricFamily("suanwang_fuel", "Fuel burned by jobs that are remembered.", value=fuel)


def _one(name: str, about: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]) -> Metric:
    made = GaugeMetricFamily(name, about, labels=labels)
    for key, value in values.items():
        made.add_metric(key, value)
    return made
