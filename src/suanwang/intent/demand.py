"""A document becomes a demand: each field read once, by the one reader that knows its unit, or refused by its place."""

import re
from collections.abc import Mapping
from typing import TypeVar, cast

from suanwang.intent.document import (
    PATH_MAX,
    Document,
    checked_keys,
    choice,
    contradiction,
    paths,
    scalar,
    section,
    truth,
    word,
    words,
    wrong_kind,
)
from suanwang.intent.near import company_from, data_from, spread_from
from suanwang.intent.over import ITEMS_MAX, VALUE_MAX, items_from, read_over
from suanwang.intent.work import name_for, script_of, work_of
from suanwang.model import quantity
from suanwang.model.demand import (
    NATIVE,
    OUTPUTS,
    TIERS,
    TRUST_LEVELS,
    AcceleratorNeed,
    Demand,
    Item,
    Limits,
    Needs,
    Preference,
    Priority,
    Verify,
)
from suanwang.model.fault import UsageFault
from suanwang.model.file import FileRef
from suanwang.model.quantity import quoted
from suanwang.model.steps import side_effects, tied
from suanwang.model.where import Place
from suanwang.world.gazetteer import find, find_region

Number = TypeVar("Number", int, float)

PREFERENCES = ("price", "latency", "speed", "carbon")
PRIORITIES = ("urgent", "normal", "deferrable")
REPLICAS_MAX = 7
ARCHES = {"any": "", "x86_64": "x86_64", "aarch64": "aarch64", "amd64": "x86_64", "x86-64": "x86_64", "arm64": "aarch64"}
ENV_MAX = 256
ACCELERATORS_MAX = 1024

_NAME = re.compile(r"\w[\w.-]{0,63}")
_ENV = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_KIND = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


def demand_from(document: Document, *, files: tuple[FileRef, ...], items: tuple[Item, ...]) -> Demand:
    """The demand that a document means.

    files: what the door found for `wanted(document)`, the script among it. items: likewise; () lets a range or a list speak for
    itself. Faults: SUAN-U001 to U005, U010 to U013 (UsageFault), N010, N011, N012 (NotFoundFault), each naming the place.
    """
    checked_keys(document)
    work = work_of(document)
    near = _near(document)
    beside, apart = company_from(document)
    demand = Demand(
        name=_name(document) or name_for(work),
        work=work,
        items=items or _items(document),
        files=files,
        outputs=OUTPUTS if document.get("outputs") is None else paths(document["outputs"], "outputs", "out/"),
        env=_env(document.get("env")),
        near=near,
        needs=_needs(section(document, "needs")),
        limits=_limits(section(document, "limits")),
        prefer=_preference(document),
        priority=_priority(document),
        fuel_per_task=0 if document.get("work") is None else quantity.fuel(document["work"], "work"),
        task_s_max=_task_s(section(document, "limits")),
        verify=_verify(section(document, "verify")),
        gang=document.get("gang") is not None and truth(document["gang"], "gang"),
        reservation="" if document.get("reservation") is None else _named(document["reservation"], "reservation", "evening"),
        app="" if document.get("app") is None else _named(document["app"], "app", "shop"),
        data=data_from(document.get("data")),
        spread=spread_from(document),
        beside=beside,
        apart=apart,
    )
    _check_verify(demand)
    _check_spare(demand)
    _check_gang(demand)
    _check_near(demand)
    _check_files(demand)
    return demand


def _name(document: Document) -> str:
    if document.get("name") is None:
        return ""
    return _named(document["name"], "name", "render")


def _named(value: object, place: str, example: str) -> str:
    name = word(value, place, example)
    if not _NAME.fullmatch(name):
        why = (
            f"{place} is {quoted(name)}; a name has 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit "
            "first."
        )
        raise UsageFault("SUAN-U002", why, f"write it like this: {place}: {example}-42")
    return name


def _items(document: Document) -> tuple[Item, ...]:
    return () if document.get("over") is None else items_from(read_over(document["over"]))


def _near(document: Document) -> Place | None:
    return None if document.get("near") is None else find(word(document["near"], "near", "shenzhen"))


def _preference(document: Document) -> Preference:
    value = document.get("prefer")
    return "price" if value is None else cast(Preference, choice(value, "prefer", PREFERENCES))


def _priority(document: Document) -> Priority:
    value = document.get("priority")
    return "normal" if value is None else cast(Priority, choice(value, "priority", PRIORITIES))


def _env(value: object) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, Mapping):
        raise wrong_kind("env", value, "a mapping", "{THREADS: 4}")
    pairs = cast(Mapping[object, object], value)
    if len(pairs) > ENV_MAX:
        raise UsageFault("SUAN-U013", f"env has {len(pairs)} variables; at most {ENV_MAX} are given.", "put them into a file")
    return tuple(
        (_env_key(key), "" if text is None else scalar(text, f"env.{key}", "KEY: text")) for key, text in pairs.items()
    )


def _env_key(key: object) -> str:
    if not isinstance(key, str) or not _ENV.fullmatch(key):
        raise UsageFault(
            "SUAN-U002", f"env has the key {quoted(key)}, which is no name of a variable.", "write it like this: THREADS: 4"
        )
    if key.startswith("SUAN_"):
        raise contradiction(f"env sets {key}, but names that begin with SUAN_ are set by the network.", "choose another name")
    return key


def _needs(needs: Document) -> Needs:
    plain = Needs()
    cpu, memory, arch = (needs.get(key) for key in ("cpu", "memory", "arch"))
    return Needs(
        cpu_milli=plain.cpu_milli if cpu is None else _some(quantity.cpu_milli(cpu, "needs.cpu"), "needs.cpu", cpu),
        memory_bytes=plain.memory_bytes
        if memory is None
        else _some(quantity.size_bytes(memory, "needs.memory"), "needs.memory", memory),
        accelerator=_accelerator(needs),
        arch="" if arch is None else ARCHES[choice(arch, "needs.arch", tuple(ARCHES))],
    )


def _accelerator(needs: Document) -> AcceleratorNeed | None:
    """1, 0.5, "a100", "2:a100,h100" or {count: 2, kind: [a100, h100]} or {share: 0.5}; a count of 0 is no need."""
    value = needs.get("gpu")
    if value is None:
        return None
    if isinstance(value, Mapping):
        gpu = section(needs, "gpu", "needs.")
        kinds = () if gpu.get("kind") is None else words(gpu["kind"], "needs.gpu.kind", "a100")
        count, share = gpu.get("count", 1), gpu.get("share")
        return _accelerators(1 if count is None else count, kinds, 1 if share is None else share)
    count, kinds = _short(value) if isinstance(value, str) else (value, ())
    part = _is_part(count)
    return _accelerators(1 if part else count, kinds, count if part else 1)


def _short(value: str) -> tuple[object, tuple[str, ...]]:
    """Count or share, and kinds; the count is 1 where only kinds are written."""
    count, colon, kinds = value.strip().partition(":")
    if not colon and not count[:1].isdecimal():
        count, kinds = "1", count
    return count, tuple(kind.strip() for kind in kinds.split(",")) if kinds else ()


def _is_part(count: object) -> bool:
    """Whether it is written as a part of one: 0.5."""
    try:
        return 0 < float(str(count)) < 1
    except ValueError:
        return False


def _accelerators(count: object, kinds: tuple[str, ...], share: object) -> AcceleratorNeed | None:
    found = quantity.count(count, "needs.gpu.count", most=ACCELERATORS_MAX)
    part = quantity.share_milli(share, "needs.gpu.share")
    if part < 1000 and found > 1:
        why = f"needs.gpu asks for a share of {found} devices; only a single one is shared."
        raise contradiction(why, "write {share: 0.5}, or whole devices: {count: 2}")
    lower = tuple(dict.fromkeys(kind.lower() for kind in kinds))
    for kind in lower:
        if not _KIND.fullmatch(kind):
            raise UsageFault(
                "SUAN-U002", f"needs.gpu.kind has {quoted(kind)}, which is no kind.", "write it like this: kind: [a100, h100]"
            )
    return AcceleratorNeed(count=found, kinds=lower, share_milli=part) if found else None


def _limits(limits: Document) -> Limits:
    latency, budget, finish, carbon, region, spare, node, tier, trust = (
        limits.get(k) for k in ("latency", "budget", "finish", "carbon", "region", "spare", "node", "tier", "trust")
    )
    return Limits(
        latency_ms_max=None
        if latency is None
        else _some(quantity.latency_ms(latency, "limits.latency"), "limits.latency", latency),
        budget_micro=None if budget is None else quantity.money_micro(budget, "limits.budget", bare=True),
        finish_s_max=None if finish is None else _some(quantity.duration_s(finish, "limits.finish"), "limits.finish", finish),
        carbon_g_max=None if carbon is None else quantity.carbon_g(carbon, "limits.carbon"),
        regions=() if region is None else tuple(dict.fromkeys(map(find_region, words(region, "limits.region", "guangdong")))),
        nodes=() if node is None else tuple(dict.fromkeys(words(node, "limits.node", "edge-1"))),
        spare_micro=None if spare is None else quantity.money_micro(spare, "limits.spare", bare=True),
        tiers=() if tier is None else _tiers(tier),
        trust=TRUST_LEVELS[0] if trust is None else choice(trust, "limits.trust", TRUST_LEVELS),
    )


def _tiers(tier: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(choice(one, "limits.tier", TIERS) for one in words(tier, "limits.tier", "edge")))


def _task_s(limits: Document) -> float:
    task = limits.get("task")
    return 3600.0 if task is None else _some(quantity.duration_s(task, "limits.task"), "limits.task", task)


def _some(number: Number, place: str, read: object) -> Number:
    if not number:
        raise UsageFault("SUAN-U013", f"{place} is {quoted(read)}; it must be more than 0.", "write more, or leave it out")
    return number


def _verify(verify: Document) -> Verify:
    adaptive = verify.get("adaptive") is not None and truth(verify["adaptive"], "verify.adaptive")
    written, needed = verify.get("replicas"), verify.get("quorum")
    replicas = (2 if adaptive else 1) if written is None else quantity.count(written, "verify.replicas", most=REPLICAS_MAX)
    majority = 2 if adaptive else replicas // 2 + 1
    return Verify(
        replicas=replicas,
        quorum=majority if needed is None else quantity.count(needed, "verify.quorum", most=REPLICAS_MAX),
        adaptive=adaptive,
    )


def _check_verify(demand: Demand) -> None:
    verify = demand.verify
    if not 1 <= verify.quorum <= verify.replicas:
        why = f"verify asks for {verify.quorum} equal results of {verify.replicas} replicas."
        raise contradiction(why, "write 1 <= quorum <= replicas, such as --replicas 3 --quorum 2")
    if verify.adaptive and verify.quorum < 2:
        raise contradiction("verify.adaptive is true, but one result has nothing to be equal to.", "write quorum: 2 or more")
    if verify.replicas > 1 and isinstance(demand.work, NATIVE):
        why = "verify compares replicas, but two honest runs of native work may differ: only python and wasm never do."
        raise contradiction(why, "use python: or wasm: work, or leave verify out")


def _check_spare(demand: Demand) -> None:
    if demand.limits.spare_micro is not None and (demand.verify.replicas > 1 or tied(demand) or side_effects(demand)):
        why = (
            "limits.spare pays for copies of late tasks, but only python and wasm work is copied, without replicas, and not "
            "tied to reserved room or to where other tasks are."
        )
        raise contradiction(why, "leave limits.spare out")


def _check_gang(demand: Demand) -> None:
    if demand.gang and demand.task_count < 2:
        why = "gang is true, but there is one task only: a gang is an array whose tasks run at the same time."
        raise contradiction(why, "write over: 0-7, or --over 0-7, or leave gang out")
    if demand.gang and demand.verify.replicas > 1:
        why = "gang and verify do not go together: what tasks say to each other is not said twice the same way."
        raise contradiction(why, "leave one of them out")
    if demand.gang and not isinstance(demand.work, NATIVE) and demand.needs.cpu_milli < 1000:
        why = "gang is true and a task needs less than a core; python and wasm tasks that share a core take turns on it."
        raise contradiction(why, "write cpu: 1 or more, or run a native command")


def _check_near(demand: Demand) -> None:
    if demand.near is None and (demand.limits.latency_ms_max is not None or demand.prefer == "latency"):
        said = "prefer is latency" if demand.limits.latency_ms_max is None else "limits.latency is set"
        raise contradiction(
            f"{said}, but near is not: a latency is measured from a place.", "add near: shenzhen, or --near shenzhen"
        )


def _check_files(demand: Demand) -> None:
    """Every file is sound and has its own path; the script is among them; an array has a bounded number of sound items."""
    if len(demand.items) > ITEMS_MAX:
        raise UsageFault("SUAN-U013", f"the job has {len(demand.items)} items; at most {ITEMS_MAX} are taken.", "split the job")
    shared = {file.path: file for file in demand.files}
    if len(shared) < len(demand.files):
        raise contradiction("two of the job's files have the same path.", "name each file once")
    for file in demand.files:
        _check_file(file, shared)
    for item in demand.items:
        _check_item(item, shared)
    script = script_of(demand.work)
    if script and script not in shared:
        raise contradiction(
            f"{quoted(script)} is to be run, but is not among the job's {len(shared)} files.", "look at workdir and files"
        )


def _check_item(item: Item, shared: Mapping[str, FileRef]) -> None:
    if not 0 < len(item.value) <= VALUE_MAX or "\0" in item.value:
        raise UsageFault(
            "SUAN-U013", f"an item is {quoted(item.value)}; an item has 1 to {VALUE_MAX} characters.", "use a file"
        )
    if item.file is not None:
        _check_file(item.file, shared)
        if shared.get(item.file.path, item.file) != item.file:
            raise contradiction(f"{quoted(item.file.path)} is both a shared file and another item's.", "name each file once")


def _check_file(file: FileRef, shared: Mapping[str, FileRef]) -> None:
    parts = file.path.split("/")
    if len(file.path) > PATH_MAX or not file.path.isprintable() or any(part in ("", ".", "..") for part in parts):
        raise UsageFault(
            "SUAN-U002", f"the file {quoted(file.path)} does not lie inside the job's folder.", "use relative paths"
        )
    if not _SHA256.fullmatch(file.sha256) or not 0 <= file.size <= quantity.BYTES_LIMIT:
        raise UsageFault("SUAN-U002", f"the file {quoted(file.path)} has no sound SHA-256 and size.", "hash the file again")
    above = next((up for up in map("/".join, (parts[:i] for i in range(1, len(parts)))) if up in shared), None)
    if above is not None:
        raise contradiction(f"{quoted(above)} is both a file and the folder of {quoted(file.path)}.", "name each file once")
