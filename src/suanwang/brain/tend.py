"""Keeping services as they are wanted: which instance is to start, to go quietly, or to stop; pure, and run again and again.

Each instance is a job like any other, so that it is placed, metered, billed and found again after a loss as every job is. A
newer version replaces an older one by starting one more and letting one go, never below what is wanted.
"""

import hashlib
from collections.abc import Iterator, Mapping

import msgspec

from suanwang.brain.fleet import ServiceState
from suanwang.brain.jobs import JobState
from suanwang.brain.near import stays
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.demand import Demand, Serve
from suanwang.model.steering import INSTANCES_MAX, Contact
from suanwang.steer.address import contact as contact_address
from suanwang.trust.identity import short_hash

STARTS_MAX = 16
"""Instances of one service that are started at once."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is known now and in no log. contacts: of instances that can be reached, by job id. unfit: jobs of instances whose
    checks fail. wanted: by service id, how many instances its load asks for."""

    contacts: Mapping[str, Contact]
    unfit: frozenset[str] = frozenset()
    wanted: Mapping[str, int] = msgspec.field(default_factory=dict[str, int])

    def up(self, job_id: str) -> bool:
        """Whether an instance can be given work."""
        return job_id in self.contacts and job_id not in self.unfit


def tend(state: State, seen: Seen, now: float) -> list[ev.Event]:
    """All that is to happen to services now."""
    return [event for service in state.fleet.services.values() for event in _tend(state, service, seen, now)]


def _tend(state: State, service: ServiceState, seen: Seen, now: float) -> Iterator[ev.Event]:
    staying = [j for j, instance in service.instances.items() if not instance.retired_at]
    wanted = 0 if service.withdrawn else seen.wanted.get(service.id, service.service.scale.least)
    old = [j for j in staying if not stays(state, service, service.instances[j], state.jobs[j], now)]
    fresh = [j for j in staying if j not in old]
    up = [j for j in fresh if seen.up(j)]
    if service.failing is None or now >= service.failing.again_at:
        yield from _started(service, _lacking(wanted, len(fresh), len(up), bool(old)), now)
    yield from _retired(old[: max(0, len(up) + len(old) - wanted)], "replaced", now)
    spare = max(0, len(fresh) - wanted) if not old else 0
    unready_first = sorted(fresh, key=lambda j: (seen.up(j), -state.jobs[j].number))
    yield from _retired(unready_first[:spare], "not needed", now)
    yield from _stopped(state, service, seen, now)


def _lacking(wanted: int, fresh: int, up: int, rolling: bool) -> int:
    """How many to start. While older ones are replaced, a quarter at a time."""
    lack = wanted - fresh
    return max(0, min(lack, max(1, wanted // 4) - (fresh - up)) if rolling else min(lack, STARTS_MAX))


def _started(service: ServiceState, count: int, now: float) -> Iterator[ev.Event]:
    demand = demand_of(service)
    digest = hashlib.sha256(msgspec.json.encode(demand)).hexdigest()
    for number in range(service.started, service.started + count):
        key = f"{service.id}/{service.published_at!r}/{number}"  # published again after it was gone, it counts from 0
        job_id = f"job-{short_hash('suanwang instance v1', key.encode())[:10]}"
        yield ev.JobAccepted(at=now, job_id=job_id, user=service.user, key=key, digest=digest, demand=demand)


def demand_of(service: ServiceState) -> Demand:
    """What each instance asks for: as it was published, and with the address that it serves."""
    demand = service.service.demand
    serve = msgspec.structs.replace(demand.serve or Serve(service="", cs_id=""), service=service.id, cs_id=service.cs_id)
    return msgspec.structs.replace(demand, name=service.service.name, serve=serve)


def _retired(job_ids: list[str], reason: str, now: float) -> Iterator[ev.Event]:
    return (ev.InstanceRetired(at=now, job_id=job_id, reason=reason) for job_id in job_ids)


def _stopped(state: State, service: ServiceState, seen: Seen, now: float) -> Iterator[ev.Event]:
    """Those that were let go: when the flows that they had may be over, or at once if they never had any."""
    for job_id, instance in service.instances.items():
        over = now - instance.retired_at >= service.service.drain_s or job_id not in seen.contacts
        if instance.retired_at and over and not state.jobs[job_id].cancelling:
            yield ev.CancelAsked(at=now, job_id=job_id, user=service.user)


def contacts(state: State) -> dict[str, Contact]:
    """By job id, every instance that its node says can be reached, as far as the node may say so: it holds the placement, and
    the address is its own."""
    found: dict[str, Contact] = {}
    for node_id, reading in state.world.readings.items():
        live, locator = state.live.get(node_id, {}), state.fleet.locators.get(node_id, 0)
        for told in reading.contacts:
            job = state.jobs.get(told.id.rsplit("/", 1)[0])
            if told.id not in live or job is None or job.demand.serve is None or not _own(told, locator):
                continue
            service = state.fleet.services.get(job.demand.serve.service)
            instance = service.instances.get(job.id) if service else None
            found[job.id] = msgspec.structs.replace(
                told,
                node_id=node_id,
                locator=locator,
                speed=_speed(state, node_id, job),
                servers=max(1, job.demand.needs.cpu_milli // 1000),
                draining=instance is None or instance.retired_at > 0,
            )
    return found


def _own(told: Contact, locator: int) -> bool:
    """Whether a node may say that it is reached there: in a domain, only under the prefix that it was given."""
    if not locator or not told.function:
        return not told.function and 0 < told.port < 65536
    return 0 < told.function <= INSTANCES_MAX and told.address == contact_address(locator, told.function)


def _speed(state: State, node_id: str, job: JobState) -> float:
    node = state.node(node_id)
    return node.speed.fuel_per_cpu_s * min(1.0, node.cap) * job.demand.needs.cpu_milli / 1000 if node else 1.0
