"""What can be measured of a job or a service while it lasts: its targets, and what two intents of one owner cannot have."""

from collections.abc import Iterable

from suanwang.model.demand import Demand
from suanwang.model.intent import LEAST, Intent, Measure, Target
from suanwang.model.serving import Service

MICRO = 1_000_000


def of_service(service: Service) -> tuple[Target, ...]:
    """An instance's budget, of money and of carbon, is that of its lease, a day; all together have so many times that."""
    limits, most = service.demand.limits, service.scale.most
    found: tuple[tuple[Measure, float | None], ...] = (
        ("available", float(service.scale.least) or None),
        ("latency", limits.latency_ms_max),
        ("answer", service.deadline_ms or None),
        ("spend", None if limits.budget_micro is None else limits.budget_micro * most / MICRO),
        ("carbon", None if limits.carbon_g_max is None else limits.carbon_g_max * most),
        ("region", 1.0 if limits.regions else None),
    )
    return tuple(Target(measure=measure, limit=limit) for measure, limit in found if limit is not None)


def of_job(demand: Demand) -> tuple[Target, ...]:
    """What can be said of it for good only when it has ended."""
    limits = demand.limits
    found: tuple[tuple[Measure, float | None], ...] = (
        ("done", 1.0),
        ("finish", limits.finish_s_max),
        ("cost", None if limits.budget_micro is None else limits.budget_micro / MICRO),
        ("carbon", limits.carbon_g_max),
    )
    return tuple(Target(measure=measure, limit=limit) for measure, limit in found if limit is not None)


def met(target: Target, value: float) -> bool:
    """Whether the condition holds."""
    return value >= target.limit if target.measure in LEAST else value <= target.limit


def contradiction(new: Intent, others: Iterable[Intent]) -> tuple[Intent, Measure, float, float] | None:
    """(the other, the measure, its limit, the new one's) of the first intent about the same service that asks for something
    else of it: one service cannot be kept to two limits of one measure."""
    own = {target.measure: target.limit for target in new.targets}
    for other in others:
        if (other.kind, other.name) == (new.kind, new.name) == ("service", new.name):
            for target in other.targets:
                if target.measure in own and own[target.measure] != target.limit:
                    return other, target.measure, target.limit, own[target.measure]
    return None


def spending(intents: Iterable[Intent]) -> float:
    """What services under these intents may cost in a day, together."""
    return sum(target.limit for intent in intents for target in intent.targets if target.measure == "spend")
