"""What a monitor scrapes: the state of the network as Prometheus metrics, worked out anew each time; nothing is counted
elsewhere. What each of them says is in the catalogue, "metric.<name>"."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from suanwang import __version__
from suanwang.api.callers import Caller
from suanwang.api.catalogue import Words
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
    yield _one("suanwang_build_info", ("version",), {(__version__,): 1})
    yield _counted("suanwang_events", state.seq)
    yield from _nodes(state, now, silent_s)
    yield from _jobs(state)
    services = [service for service in state.fleet.services.values() if not service.withdrawn]
    instances: dict[tuple[str, ...], float] = {(s.user, s.service.name): len(s.instances) for s in services}
    yield _one("suanwang_service_instances", ("user", "service"), instances)
    yield _one(
        "suanwang_service_flows_per_second",
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
    yield _one("suanwang_nodes", ("state",), {(s,): heard[s] for s in ("ready", "silent")})
    sites = [node.site.name for node in world.nodes]
    for name, column, scale in (
        ("suanwang_cores", world.cpu_milli_total, 1000),
        ("suanwang_cores_free", world.cpu_milli_free, 1000),
        ("suanwang_memory_bytes", world.memory_bytes_total, 1),
        ("suanwang_memory_free_bytes", world.memory_bytes_free, 1),
    ):
        yield _one(name, ("site",), _sums(sites, column.tolist(), scale))
    kinds = sorted(world.accelerators.items())
    yield _one("suanwang_accelerators", ("kind",), {(k,): int(s.total.sum()) for k, s in kinds})
    idle = {(kind,): int(supply.left.sum()) / WHOLE for kind, supply in kinds}
    yield _one("suanwang_accelerators_free", ("kind",), idle)
    grams = {(n.site.name,): float(world.carbon_g_kwh[i]) for i, n in enumerate(world.nodes)}
    yield _one("suanwang_carbon_g_kwh", ("site",), grams)


def _sums(sites: list[str], values: list[int], scale: int) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for site, value in zip(sites, values, strict=True):
        found[(site,)] = found.get((site,), 0.0) + value / scale
    return found


def _jobs(state: State) -> Iterator[Metric]:
    states = Counter(job.state for job in state.jobs.values())
    yield _one("suanwang_jobs", ("state",), {(s,): states[s] for s in JOB_STATES})
    yield _one("suanwang_jobs_parked", (), {(): len(state.parked)})
    yield _one("suanwang_jobs_deferred", (), {(): len(state.deferred)})
    yield _one("suanwang_placements", (), {(): sum(len(live) for live in state.live.values())})
    yield _counted("suanwang_posted_cny", sum(job.posted_micro for job in state.jobs.values()) / 1e6)
    yield _counted("suanwang_fuel", sum(job.fuel for job in state.jobs.values()))


def _counted(name: str, value: float) -> Metric:
    return CounterMetricFamily(name, _about(name), value=value)


def _about(name: str) -> str:
    return Words("en")(f"metric.{name}")


def _one(name: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]) -> Metric:
    made = GaugeMetricFamily(name, _about(name), labels=labels)
    for key, value in values.items():
        made.add_metric(key, value)
    return made
