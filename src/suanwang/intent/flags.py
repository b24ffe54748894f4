"""Command-line flags become the same document that a job file is, so the two cannot differ; flags win over the file.

A flag that was not given (None, or an empty tuple) leaves the file's word standing. A list on the command line replaces the
file's list; `--env` adds to the file's variables, name by name.
"""

import re

import msgspec

from suanwang.intent.document import Document, contradiction, section
from suanwang.intent.near import data_flag, spread_flag
from suanwang.intent.work import KINDS
from suanwang.model.fault import UsageFault
from suanwang.model.quantity import quoted

ENDINGS = {".py": "python", ".wasm": "wasm", ".onnx": "onnx"}
"""What the ending of FILE says of the kind of work."""


class Flags(msgspec.Struct, frozen=True, kw_only=True):
    """The flags of `suan run`, as typed.

    target: FILE, as x.py, x.py:function, x.wasm or x.onnx. command: what follows `--`; the arguments where there is a target.
    """

    target: str = ""
    command: tuple[str, ...] = ()
    name: str | None = None
    near: str | None = None
    within: str | None = None
    budget: str | None = None
    finish: str | None = None
    carbon: str | None = None
    region: tuple[str, ...] = ()
    tier: tuple[str, ...] = ()
    spare: str | None = None
    trust: str | None = None
    cpu: str | None = None
    memory: str | None = None
    gpu: str | None = None
    arch: str | None = None
    prefer: str | None = None
    priority: str | None = None
    gang: bool | None = None
    reservation: str | None = None
    over: str | None = None
    file: tuple[str, ...] = ()
    workdir: str | None = None
    outputs: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    network: bool | None = None
    work: str | None = None
    task_limit: str | None = None
    replicas: str | None = None
    quorum: str | None = None
    adaptive: bool | None = None
    data: tuple[str, ...] = ()
    spread: str | None = None
    beside: str | None = None
    apart: str | None = None


def flags_to_document(flags: Flags, document: Document | None = None) -> dict[str, object]:
    """The document that flags and job file mean together.

    document: the parsed job file, if there is one. Without one the files are those of `--file` and nothing else; with one and
    without `files` in it, the whole folder. UsageFault SUAN-U002 for a target or variable that cannot be read; whatever else is
    wrong is found by `demand_from`.
    """
    found: dict[str, object] = {"files": []} if document is None else dict(document)
    found |= _given(name=flags.name, near=flags.near, prefer=flags.prefer, priority=flags.priority, gang=flags.gang)
    found |= _given(reservation=flags.reservation)
    found |= _given(workdir=flags.workdir, work=flags.work)
    found |= _given(files=list(flags.file), outputs=list(flags.outputs), network=flags.network, over=_over(flags.over))
    found |= _given(data=[data_flag(text) for text in flags.data], apart=flags.apart, **{"with": flags.beside})
    found |= {} if flags.spread is None else {"spread": spread_flag(flags.spread)}
    needs = _given(cpu=flags.cpu, memory=flags.memory, gpu=flags.gpu, arch=flags.arch)
    limits = _given(latency=flags.within, budget=flags.budget, finish=flags.finish, carbon=flags.carbon, trust=flags.trust)
    limits |= _given(spare=flags.spare)
    limits |= _given(region=list(flags.region), tier=list(flags.tier), task=flags.task_limit)
    verify = _given(replicas=flags.replicas, quorum=flags.quorum, adaptive=flags.adaptive)
    for key, part in (("needs", needs), ("limits", limits), ("verify", verify), ("env", _env(flags.env))):
        if part:
            found[key] = {**section(found, key), **part}
    return _with_work(found, flags)


def _given(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None and value != []}


def _over(over: str | None) -> object:
    """`--over a,b,c` is a list; a range or a pattern stays text."""
    if over is None or "," not in over or re.search(r"[*?\[]", over):
        return over
    return [value.strip() for value in over.split(",") if value.strip()]


def _env(pairs: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageFault("SUAN-U002", f"--env is {quoted(pair)}, which has no =.", "write it like this: --env THREADS=4")
        if key in found:
            raise contradiction(f"env sets {quoted(key)} twice.", "say it once")
        found[key] = value
    return found


def _with_work(document: dict[str, object], flags: Flags) -> dict[str, object]:
    """Work on the command line takes the place of all work in the file."""
    if not flags.target and not flags.command:
        return document
    rest = {key: value for key, value in document.items() if key not in (*KINDS, "args")}
    if not flags.target:
        return {"run": list(flags.command), **rest}
    args: dict[str, object] = {"args": list(flags.command)} if flags.command else {}
    return {_kind(flags.target): flags.target, **args, **rest}


def _kind(target: str) -> str:
    file = target.partition(":")[0]
    kind = next((kind for ending, kind in ENDINGS.items() if file.endswith(ending)), "")
    if kind:
        return kind
    why = f"FILE is {quoted(target)}, which is neither a job (.yaml), nor Python (.py), WebAssembly (.wasm) or a model (.onnx)."
    raise UsageFault("SUAN-U002", why, "run any other program like this: suan run -- ./program")
