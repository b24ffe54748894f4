"""A service file becomes a service: a job file of a command that listens, and beside it how it listens and how many there are.

name: hello                     run, workdir, files, env, needs, limits, near, prefer: as in a job file
port: 8080                      that the command listens on; it also stands in $PORT
health: /healthz                asked each `every`; none: only a connection is tried
every: 1s
sites: [near, far]              only there; left out: wherever its limits allow
scale: {min: 1, max: 4, requests: 4, idle: 60s}
affinity: 10s                   a flow that was silent for longer may go to another instance
deadline: 100ms
drain: 10s
path: {avoid: [hunan], risks: [river-bridge], rate: 10Mb, latency: 20ms}
                                regions and shared risks that no packet may cross; at least; one way at most
"""

from collections.abc import Mapping

import msgspec

from suanwang.intent.demand import demand_from
from suanwang.intent.document import Document, contradiction, section, word, words, wrong_kind
from suanwang.intent.steps import check as check_demand
from suanwang.model import quantity
from suanwang.model.demand import Command, Demand, Serve
from suanwang.model.fault import UsageFault
from suanwang.model.file import FileRef
from suanwang.model.quantity import quoted
from suanwang.model.serving import COUNT_MAX, LEASE_S, Scale, Service
from suanwang.model.steering import PathLimits
from suanwang.world.gazetteer import find_region

SERVICE_KEYS = ("port", "health", "every", "sites", "scale", "affinity", "deadline", "drain", "path")
PATH_KEYS = ("avoid", "risks", "rate", "latency")
SCALE_KEYS = ("min", "max", "requests", "idle")
SITES_MAX = 256


def job_part(document: Document) -> Document:
    """What of a service file a job file could hold."""
    return {key: value for key, value in document.items() if key not in SERVICE_KEYS}


def service_from(document: Document, files: tuple[FileRef, ...]) -> Service:
    """The service that a document means. Faults as those of `demand_from`, each naming the place."""
    if document.get("over") is not None or document.get("verify") is not None:
        raise contradiction("a service has neither over nor verify: its instances are all alike.", "leave them out")
    demand = demand_from(job_part(document), files=files, items=())
    timed = section(document, "limits").get("task") is not None
    made = Service(
        name=demand.name,
        demand=_instance(demand, _serve(document), demand.task_s_max if timed else LEASE_S),
        scale=_scale(section(document, "scale")),
        sites=() if document.get("sites") is None else words(document["sites"], "sites", "[near, far]"),
        affinity_s=_seconds(document, "affinity", 10.0),
        deadline_ms=0.0 if document.get("deadline") is None else quantity.latency_ms(document["deadline"], "deadline"),
        drain_s=_seconds(document, "drain", 10.0),
        path=_path(section(document, "path")),
    )
    return _bounded(made)


def check_service(service: Service) -> Service:
    """A service that came from elsewhere, held to the same bounds. Faults as in `service_from`."""
    serve = service.demand.serve
    if serve is None:
        raise contradiction("the service does not say how it listens.", "use suan serve")
    demand = _instance(check_demand(service.demand), serve, service.demand.task_s_max)
    return _bounded(msgspec.structs.replace(service, name=demand.name, demand=demand))


def _instance(demand: Demand, serve: Serve, lease_s: float) -> Demand:
    if not isinstance(demand.work, Command):
        raise contradiction("a service is a command that listens; python and wasm work has no network.", "use run:")
    work = msgspec.structs.replace(demand.work, network=True)
    plain = msgspec.structs.replace(serve, service="", cs_id="")
    return msgspec.structs.replace(demand, work=work, serve=plain, task_s_max=lease_s, outputs=())


def _serve(document: Document) -> Serve:
    health = document.get("health", "/")
    return Serve(
        service="",
        cs_id="",
        port=quantity.count(document.get("port", 8080), "port", most=65535),
        health="" if health is None or health == "none" else word(health, "health", "/healthz"),
        health_every_s=_seconds(document, "every", 1.0),
    )


def _scale(scale: Document) -> Scale:
    unknown = [key for key in scale if key not in SCALE_KEYS]
    if unknown:
        raise UsageFault("SUAN-U001", f"scale.{unknown[0]} is not known.", f"it can be {', '.join(SCALE_KEYS)}")
    least = _count(scale, "min", 1)
    return Scale(
        least=least,
        most=_count(scale, "max", max(1, least)),
        in_flight=float(_count(scale, "requests", 4)),
        idle_s=_seconds(scale, "idle", 60.0, "scale."),
    )


def _path(path: Document) -> PathLimits:
    unknown = [key for key in path if key not in PATH_KEYS]
    if unknown:
        raise UsageFault("SUAN-U001", f"path.{unknown[0]} is not known.", f"it can be {', '.join(PATH_KEYS)}")
    return PathLimits(
        regions=()
        if path.get("avoid") is None
        else tuple(sorted(set(map(find_region, words(path["avoid"], "path.avoid", "[hunan]"))))),
        risks=() if path.get("risks") is None else tuple(sorted(set(words(path["risks"], "path.risks", "[river-bridge]")))),
        rate_mbit=0.0 if path.get("rate") is None else quantity.rate_mbit(path["rate"], "path.rate"),
        latency_ms=0.0 if path.get("latency") is None else quantity.latency_ms(path["latency"], "path.latency"),
    )


def _count(scale: Mapping[str, object], key: str, plain: int) -> int:
    value = scale.get(key)
    return plain if value is None else quantity.count(value, f"scale.{key}", most=COUNT_MAX)


def _seconds(document: Document, key: str, plain: float, within: str = "") -> float:
    value = document.get(key)
    return plain if value is None else quantity.duration_s(value, within + key)


def _bounded(service: Service) -> Service:
    scale, serve = service.scale, service.demand.serve
    assert serve is not None, "it was made with one"
    if not 0 <= scale.least <= scale.most or not 1 <= scale.most <= COUNT_MAX:
        why = f"scale is from {scale.least} to {scale.most} instances."
        raise contradiction(why, f"write 0 <= min <= max, and 1 <= max <= {COUNT_MAX}")
    bounds = (
        ("port", float(serve.port), 1, 65535),
        ("every", serve.health_every_s, 0.1, 3600),
        ("scale.requests", scale.in_flight, 0.1, 10_000),
        ("scale.idle", scale.idle_s, 1, 86_400),
        ("affinity", service.affinity_s, 0.1, 3600),
        ("deadline", service.deadline_ms, 0, 3_600_000),
        ("drain", service.drain_s, 0, 3600),
    )
    limits = service.path
    bounds += (("path.rate", limits.rate_mbit, 0, 1e6), ("path.latency", limits.latency_ms, 0, 3_600_000))
    for place, value, low, high in bounds:
        if not low <= value <= high:
            raise UsageFault("SUAN-U013", f"{place} is {value:g}; it can be {low:g} to {high:g}.", "write another value")
    if len(service.sites) > SITES_MAX or not all(0 < len(site) <= 80 and site.isprintable() for site in service.sites):
        raise wrong_kind("sites", service.sites[:1], "names of sites", "[near, far]")
    for name in limits.regions:
        if (known := find_region(name)) != name:
            raise UsageFault("SUAN-U013", f"path.avoid has {quoted(name)}, whose name here is {known}.", f"write {known}")
    for place, names in (("path.avoid", limits.regions), ("path.risks", limits.risks)):
        if len(names) > SITES_MAX or not all(0 < len(name) <= 80 and name.isprintable() for name in names):
            raise wrong_kind(place, names[:1], "names", "[hunan]")
    if serve.health and not (serve.health.startswith("/") and serve.health.isascii() and " " not in serve.health):
        raise UsageFault("SUAN-U002", f"health is {quoted(serve.health)}, which is no path.", "write it like this: /healthz")
    return service
