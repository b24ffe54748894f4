"""What a user wants: the work, what it needs, the limits it must stay in, and what to prefer within them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from suanwang.model.data import Data
from suanwang.model.file import FileRef
from suanwang.model.graph import GraphFile
from suanwang.model.where import Place

Preference = Literal["price", "latency", "speed", "carbon"]
Priority = Literal["urgent", "normal", "deferrable"]
"""deferrable: may start later, within its time to finish, and gives way to what is urgent."""
TRUST_LEVELS: tuple[str, ...] = ("identified", "vouched", "attested")
"""Rising. identified: has a key and joined by a token. vouched: the operator answers for it. attested: proved its state."""


class Command(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag="command"):
    """A native command, run in a sandbox with only its own folder. network: may open sockets."""

    argv: tuple[str, ...]
    network: bool = False


OUTPUTS = ("out/",)
"""What comes back if the job does not say. The result of a function comes back in any case."""
RESULT = "result.json"
"""What a function gives back is written here, in the task's folder."""


class Python(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag="python"):
    """A plain Python file, run as `__main__` by the CPython that is compiled to WebAssembly.

    file: path in the job's folder. function: call this function with the item and write its JSON result to
    `result.json`, instead of only running the file. argv: arguments after the file name.
    """

    file: str
    function: str = ""
    argv: tuple[str, ...] = ()


class Wasm(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag="wasm"):
    """A WebAssembly core module with WASI preview 1 (`_start`). file: path in the job's folder."""

    file: str
    argv: tuple[str, ...] = ()


class Onnx(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag="onnx"):
    """An ONNX model, run by onnxruntime on as many threads as the task has whole cores.

    file: path in the job's folder. inputs: paths there too: .npz, whose arrays have the names of the model's inputs, or .npy,
    which is the input of its name, or the only one. output: path of the .npz that the model's outputs are written to; in an
    array job its task's number goes before the ending. optimise: whether the runtime may join layers before it begins; what was
    cut out of a model that was optimised whole is run as it is. runs: how often it is run, to tell its time.
    """

    file: str
    inputs: tuple[str, ...] = ()
    output: str = "out/outputs.npz"
    optimise: bool = True
    runs: int = 1


Work = Command | Python | Wasm | Onnx
RUNTIME_OF: Mapping[type[object], str] = MappingProxyType({Command: "process", Python: "python", Wasm: "wasm", Onnx: "onnx"})
"""The runtime that a node must have for a kind of work."""
NATIVE = (Command, Onnx)
"""Work that is the processor's own code: it needs a sandbox, may use every core that it reserves, and two honest runs of it may
differ in their last bits."""


TIERS: tuple[str, ...] = ("device", "far-edge", "edge", "cloud")
"""From what a person holds to a far data centre, as sites say of themselves (model.where.Site)."""


class Serve(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """The work is an instance of a service: a command that listens, and runs until it is stopped.

    service: its id. cs_id: its anycast address. port: that the command listens on, where it has an address of its own; where it
    has not, the agent picks one and says it in $PORT. health: path that answers 2xx or 3xx when asked by HTTP; "" to try a
    connection only. health_every_s: between two checks.
    """

    service: str
    cs_id: str
    port: int = 8080
    health: str = "/"
    health_every_s: float = 1.0


class Item(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """One element of an array job. `{}` in argv and $SUAN_ITEM become `value`; `file`, if any, goes only to its own task."""

    value: str
    file: FileRef | None = None


def result_path(index: int, tasks_total: int, *, array: bool) -> str:
    """Where a function's result comes back: RESULT; from an array "result-07.json", its task's index, so that none collide."""
    return f"result-{index:0{len(str(tasks_total - 1))}d}.json" if array else RESULT


class AcceleratorNeed(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """count: how many; kinds: any of these (lower case, e.g. "a100"); empty means any kind. share_milli: thousandths of the
    device; less than all only of a single one."""

    count: int = 1
    kinds: tuple[str, ...] = ()
    share_milli: int = 1000


class Needs(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """What one task occupies while it runs. cpu_milli: thousandths of a core. arch: "x86_64", "aarch64" or "" for any."""

    cpu_milli: int = 1000
    memory_bytes: int = 512 * 1024 * 1024
    accelerator: AcceleratorNeed | None = None
    arch: str = ""


class Limits(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """Bounds that a plan must keep; None or empty means no bound.

    latency_ms_max: round trip between `near` and the node. budget_micro: all the money the job may cost, in millionths.
    finish_s_max: seconds from acceptance to the last result. carbon_g_max: grams of CO2e for the whole job (modelled).
    nodes: names of those that may, for a part of something that was planned whole. tiers: of TIERS, where the work may run.
    spare_micro: within the budget, what second copies of late tasks may cost beyond the result that counts; None for no copies
    (docs/graphs.md).
    """

    latency_ms_max: float | None = None
    budget_micro: int | None = None
    finish_s_max: float | None = None
    carbon_g_max: float | None = None
    regions: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    trust: str = "identified"
    tiers: tuple[str, ...] = ()
    spare_micro: int | None = None


class Verify(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """How results are checked: by doing the work several times, at different owners, and comparing.

    replicas: how often each task is done. quorum: so many equal results settle it; 1 <= quorum <= replicas. adaptive: an owner
    with a good record does it alone, with spot checks (docs/trust.md).
    """

    replicas: int = 1
    quorum: int = 1
    adaptive: bool = False


class Spread(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """At most so many tasks of the job (or instances of the service) on each node, at each site, at each owner's or in each
    region."""

    by: Literal["site", "node", "owner", "region"] = "site"
    most: int = 1


class Step(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """One task of a job graph, with work of its own.

    reads: files that lie in its folder when it starts: given ones, or what other steps write; "out/" is all that is below.
    writes: what it must leave there, each with its expected size, 0 for unknown. after: steps that it waits for without
    reading from them. limits: of one task: latency, region, trust, tier; those of money, time and carbon are the graph's.
    """

    name: str
    work: Work
    reads: tuple[str, ...] = ()
    writes: tuple[GraphFile, ...] = ()
    after: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    near: Place | None = None
    needs: Needs = Needs()
    limits: Limits = Limits()
    fuel_per_task: int = 0
    task_s_max: float = 3600.0


class Steps(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag="steps"):
    """The work is a graph of steps (model.steps). Each is one task of the job, with the index that it has here."""

    steps: tuple[Step, ...]


class Demand(msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True):
    """One job, complete: nothing outside it is needed to decide, run and bill it.

    items: one task each; empty means a single task, or one for each step of a graph. files: given to every task. outputs:
    path prefixes in the job's folder from which files come back. fuel_per_task: the user's estimate of the fuel one task
    burns; 0 means unknown. task_s_max: a task is stopped after so many seconds of wall time. serve: it is an instance of a
    service. gang: all tasks run at the same time, or none does. reservation: name or id of the user's reservation that it runs
    in, "" for none. app: what it belongs to, by its user's word, "" for nothing. data: inputs that live elsewhere; each node
    that takes a task reads all of them. beside, apart: another job or service of the same user, by name, whose sites are the
    only ones that will do, and whose nodes will not.
    """

    name: str
    work: Work | Steps
    items: tuple[Item, ...] = ()
    files: tuple[FileRef, ...] = ()
    outputs: tuple[str, ...] = OUTPUTS
    env: tuple[tuple[str, str], ...] = ()
    near: Place | None = None
    needs: Needs = Needs()
    limits: Limits = Limits()
    prefer: Preference = "price"
    priority: Priority = "normal"
    fuel_per_task: int = 0
    task_s_max: float = 3600.0
    verify: Verify = Verify()
    serve: Serve | None = None
    gang: bool = False
    reservation: str = ""
    app: str = ""
    data: tuple[Data, ...] = ()
    spread: Spread | None = None
    beside: str = ""
    apart: str = ""

    @property
    def task_count(self) -> int:
        """At least 1."""
        return len(self.work.steps) if isinstance(self.work, Steps) else max(1, len(self.items))
