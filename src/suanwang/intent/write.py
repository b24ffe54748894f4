"""A demand becomes a document again: what `suan run --show-yaml` prints, as short as it can be without losing anything.

For every demand that came from a document `demand_from(document_from(d), files=d.files, items=d.items) == d`. Two things have
no written form: a place that the gazetteer does not know is written as its coordinates, and an array where only some items
have a file, or one under another name, is written as its values.
"""

import re
import shlex

from msgspec import structs

from suanwang.intent.near import data_document
from suanwang.intent.over import items_from, read_over
from suanwang.intent.work import work_of
from suanwang.model import quantity
from suanwang.model.demand import (
    OUTPUTS,
    AcceleratorNeed,
    Command,
    Demand,
    Item,
    Limits,
    Needs,
    Onnx,
    Serve,
    Step,
    Steps,
    Verify,
    Wasm,
    Work,
)
from suanwang.model.fault import Fault
from suanwang.model.serving import LEASE_S, Scale, Service
from suanwang.model.steering import PathLimits
from suanwang.model.where import Place
from suanwang.world.gazetteer import find


def document_from(demand: Demand) -> dict[str, object]:
    """Text, whole numbers, truth values, lists and mappings only. Defaults are left out; `files` never is."""
    if isinstance(demand.work, Steps):
        return _graph(demand, demand.work)
    document: dict[str, object] = {"name": demand.name, **_work(demand.work)}
    if demand.items:
        document["over"] = _over(demand.items)
    document["files"] = [_plain(file.path) for file in demand.files]
    if demand.outputs != OUTPUTS:
        document["outputs"] = list(demand.outputs)
    if demand.env:
        document["env"] = dict(demand.env)
    if demand.near is not None:
        document["near"] = _near(demand.near)
    document |= {key: part for key, part in (("needs", _needs(demand.needs)), ("limits", _limits(demand))) if part}
    if demand.prefer != "price":
        document["prefer"] = demand.prefer
    if demand.priority != "normal":
        document["priority"] = demand.priority
    if demand.gang:
        document["gang"] = True
    if demand.reservation:
        document["reservation"] = demand.reservation
    if demand.app:
        document["app"] = demand.app
    if demand.fuel_per_task:
        document["work"] = quantity.fuel_text(demand.fuel_per_task)
    if demand.verify != Verify():
        document["verify"] = _verify(demand.verify)
    return document | _company(demand)


def service_document(service: Service) -> dict[str, object]:
    """The same of a service: `service_from(service_document(s), s.demand.files) == s` if a document made it."""
    plain, serve = Service(name="", demand=service.demand), service.demand.serve or Serve(service="", cs_id="")
    demand = structs.replace(service.demand, serve=None, task_s_max=3600.0, outputs=OUTPUTS)
    document = {**document_from(demand), "port": serve.port, "health": serve.health or "none"}
    document.pop("network", None)
    if service.demand.task_s_max != LEASE_S:
        document["limits"] = {**_limits(demand), "task": quantity.s_text(service.demand.task_s_max)}
    if serve.health_every_s != 1.0:
        document["every"] = quantity.s_text(serve.health_every_s)
    if service.sites:
        document["sites"] = list(service.sites)
    document["scale"] = _scale(service.scale)
    times = (("affinity", service.affinity_s, plain.affinity_s), ("drain", service.drain_s, plain.drain_s))
    document |= {key: quantity.s_text(value) for key, value, usual in times if value != usual}
    if service.deadline_ms:
        document["deadline"] = quantity.ms_text(service.deadline_ms)
    return document | ({"path": path} if (path := _path(service.path)) else {})


def _scale(scale: Scale) -> dict[str, object]:
    written: dict[str, object] = {"min": scale.least, "max": scale.most}
    if scale.in_flight != Scale().in_flight:
        written["requests"] = int(scale.in_flight) if scale.in_flight.is_integer() else scale.in_flight
    return written if scale.idle_s == Scale().idle_s else written | {"idle": quantity.s_text(scale.idle_s)}


def _path(path: PathLimits) -> dict[str, object]:
    names = {key: list(names) for key, names in (("avoid", path.regions), ("risks", path.risks)) if names}
    rate: dict[str, object] = {"rate": quantity.rate_text(path.rate_mbit)} if path.rate_mbit else {}
    return names | rate | ({"latency": quantity.ms_text(path.latency_ms)} if path.latency_ms else {})


def _company(demand: Demand) -> dict[str, object]:
    """What it is to be near, beside and apart from."""
    document: dict[str, object] = {}
    if demand.data:
        document["data"] = [data_document(data, _near(data.place) if data.place else "") for data in demand.data]
    if demand.spread is not None:
        document["spread"] = {"by": demand.spread.by, "most": demand.spread.most}
    document |= {key: name for key, name in (("with", demand.beside), ("apart", demand.apart)) if name}
    return document


def _graph(demand: Demand, work: Steps) -> dict[str, object]:
    """A job graph: what all steps share is written at each of them."""
    document: dict[str, object] = {"name": demand.name, "outputs": list(demand.outputs)}
    if demand.near is not None:
        document["near"] = _near(demand.near)
    if limits := _limits(demand):
        document["limits"] = limits
    if demand.prefer != "speed":
        document["prefer"] = demand.prefer
    if demand.priority != "normal":
        document["priority"] = demand.priority
    if demand.app:
        document["app"] = demand.app
    return document | {"tasks": {step.name: _step(step) for step in work.steps}}


def _step(step: Step) -> dict[str, object]:
    document: dict[str, object] = {**_work(step.work), "reads": list(step.reads)}
    document["writes"] = {w.name: quantity.bytes_text(w.size_bytes) if w.size_bytes else None for w in step.writes}
    if step.after:
        document["after"] = list(step.after)
    if step.env:
        document["env"] = dict(step.env)
    if step.near is not None:
        document["near"] = _near(step.near)
    parts = (("needs", _needs(step.needs)), ("limits", _bounds(step.limits, step.task_s_max)))
    document |= {key: part for key, part in parts if part}
    if step.fuel_per_task:
        document["work"] = quantity.fuel_text(step.fuel_per_task)
    return document


def _verify(verify: Verify) -> dict[str, object]:
    adaptive: dict[str, object] = {"adaptive": True} if verify.adaptive else {}
    return {"replicas": verify.replicas, "quorum": verify.quorum, **adaptive}


def _work(work: Work) -> dict[str, object]:
    if isinstance(work, Command):
        return {"run": _run(work.argv), "network": True} if work.network else {"run": _run(work.argv)}
    if isinstance(work, Onnx):
        said: dict[str, object] = {} if work.optimise else {"optimise": False}
        said |= {} if work.runs == 1 else {"runs": work.runs}
        inputs: dict[str, object] = {"args": list(work.inputs)} if work.inputs else {}
        return {"onnx": {"file": work.file, **said} if said else work.file, **inputs}
    args: dict[str, object] = {"args": list(work.argv)} if work.argv else {}
    if isinstance(work, Wasm):
        return {"wasm": work.file, **args}
    return {"python": f"{work.file}:{work.function}" if work.function else work.file, **args}


def _run(argv: tuple[str, ...]) -> str | list[str]:
    """One line where it reads as the same arguments, else the list."""
    line = shlex.join(argv)
    try:
        same = work_of({"run": line}) == Command(argv=argv)
    except Fault:
        same = False
    return line if same else list(argv)


def _over(items: tuple[Item, ...]) -> object:
    """A range where the items are one, patterns where each is its own file, else the list of values."""
    if all(item.file is not None and item.file.path == item.value for item in items):
        return {"files": [_plain(item.value) for item in items]}
    first, last = items[0].value.partition("-")[0], items[-1].value.rpartition("-")[2]
    for text in (f"{first}-{last}", f"{first}-{last}/{len(items)}"):
        if len(text) <= 40 and _means(text, items):
            return text
    return [item.value for item in items]


def _means(text: str, items: tuple[Item, ...]) -> bool:
    try:
        return items_from(read_over(text)) == items
    except Fault:
        return False


def _near(place: Place) -> str:
    try:
        if find(place.name) == place:
            return place.name
    except Fault:
        pass
    return f"{_degrees(place.latitude)},{_degrees(place.longitude)}"


def _degrees(value: float) -> str:
    """Six places: a tenth of a metre."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _needs(needs: Needs) -> dict[str, object]:
    plain, found = Needs(), dict[str, object]()
    if needs.cpu_milli != plain.cpu_milli:
        found["cpu"] = quantity.cpu_text(needs.cpu_milli) if needs.cpu_milli % 1000 else needs.cpu_milli // 1000
    if needs.memory_bytes != plain.memory_bytes:
        found["memory"] = quantity.bytes_text(needs.memory_bytes)
    if needs.accelerator is not None:
        found["gpu"] = _gpu(needs.accelerator)
    if needs.arch:
        found["arch"] = needs.arch
    return found


def _gpu(need: AcceleratorNeed) -> dict[str, object]:
    much: dict[str, object] = {"count": need.count} if need.share_milli == 1000 else {"share": need.share_milli / 1000}
    return {**much, "kind": list(need.kinds)} if need.kinds else much


def _limits(demand: Demand) -> dict[str, object]:
    return _bounds(demand.limits, demand.task_s_max)


def _bounds(limits: Limits, task_s_max: float) -> dict[str, object]:
    plain, found = Limits(), dict[str, object]()
    if limits.latency_ms_max is not None:
        found["latency"] = quantity.ms_text(limits.latency_ms_max)
    if limits.budget_micro is not None:
        found["budget"] = quantity.money_text(limits.budget_micro)
    if limits.finish_s_max is not None:
        found["finish"] = quantity.s_text(limits.finish_s_max)
    if limits.carbon_g_max is not None:
        found["carbon"] = quantity.carbon_text(limits.carbon_g_max)
    if limits.regions:
        found["region"] = list(limits.regions)
    if limits.nodes:
        found["node"] = list(limits.nodes)
    if limits.spare_micro is not None:
        found["spare"] = quantity.money_text(limits.spare_micro)
    if limits.tiers:
        found["tier"] = list(limits.tiers)
    if limits.trust != plain.trust:
        found["trust"] = limits.trust
    if task_s_max != 3600.0:
        found["task"] = quantity.s_text(task_s_max)
    return found


def _plain(path: str) -> str:
    """As a pattern that matches only this path."""
    return re.sub(r"([*?[])", r"[\1]", path)
