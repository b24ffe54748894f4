"""A machine that offers compute: who it is, where it stands, what it has, how fast it measured, what it asks."""

from typing import Annotated, Literal

import msgspec

from suanwang.model.metric import Metric
from suanwang.model.steering import INSTANCES_MAX, Contact
from suanwang.model.told import Figure, Named, Ordinal
from suanwang.model.where import Site

FILES_TOLD = 256
"""Files that a reading names at most. Another file has the same four bytes as one of them with a chance of 256 / 2^32."""


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One accelerator. id: what its vendor's library calls it. files: device files that a task needs to use it."""

    id: str
    files: tuple[str, ...] = ()


class Accelerator(msgspec.Struct, frozen=True, kw_only=True):
    """Equal devices in one node. kind: lower case class, e.g. "a100"; vendor: "nvidia" and so on. devices: each of them, where
    it is known which they are. A placement's devices are numbered through all entries of its kind, from 0."""

    kind: str
    vendor: str
    name: str
    count: int
    memory_bytes: int = 0
    devices: tuple[Device, ...] = ()


class Capacity(msgspec.Struct, frozen=True, kw_only=True):
    """What the node lends out. cpu_milli: thousandths of a core."""

    cpu_milli: int
    memory_bytes: int
    accelerators: tuple[Accelerator, ...] = ()


class Speed(msgspec.Struct, frozen=True, kw_only=True):
    """The calibrated speed of one core (docs/unit.md).

    fuel_per_cpu_s: fuel burned in one second of CPU time; turns native CPU time into fuel.
    fuel_per_s: fuel burned in one second of wall time under the node's cap; predicts when work finishes.
    spread: relative, see Metric.spread.
    """

    fuel_per_cpu_s: float
    fuel_per_s: float
    spread: float = 0.0


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """The ask: millionths of the currency for 10^12 fuel (one Tfuel), and for an hour of one accelerator.

    price_micro_by_hour: for 10^12 fuel in each hour of the day (UTC), 24 of them, in place of the first; empty: it never
    changes.
    egress_micro_per_gb: what the provider bills, by its own meter, for 10^9 bytes of data that leave the node for others.
    """

    price_micro_per_tfuel: int
    price_micro_per_accelerator_hour: int = 0
    currency: str = "CNY"
    price_micro_by_hour: tuple[int, ...] = ()
    egress_micro_per_gb: int = 0


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """id: derived from `public_key` (trust.identity.id_of). owner: the user who is paid.

    runtimes: of "wasm", "python", "process", "onnx". sandbox: "bubblewrap", or "" where native work cannot be contained.
    wake_s: what it takes from rest to full power; 0: it is never put at rest.
    watts_per_core: modelled, not measured. embodied_g: gCO2e of making the machine, 0 where that is not told. cap: share of
    each core that the provider lends, 0-1. trust: one of demand.TRUST_LEVELS, set by the brain at joining, never by the node.
    role: a forwarder is the agent on a router, and takes no work. router: the number of the router that it is, or stands
    behind; 0 where there is no SRv6 domain.
    """

    id: str
    name: str
    public_key: str
    owner: str = ""
    site: Site
    capacity: Capacity
    arch: str
    runtimes: tuple[str, ...]
    sandbox: str = ""
    speed: Speed
    offer: Offer
    watts_per_core: float = 4.0
    embodied_g: float = 0.0
    wake_s: float = 0.0
    cap: float = 1.0
    trust: str = "identified"
    metrics: tuple[Metric, ...] = ()
    version: str = ""
    role: Literal["compute", "forwarder"] = "compute"
    router: int = 0


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent says of itself with each heartbeat. Not logged; told again within one heartbeat of a restart.

    generation: of the desired state that it follows. running: (job id, task index) of tasks in progress; cpu_used: 0-1 share of
    the whole machine. ending: orders that this state names no more, of which it may still tell; None if it does not say.
    stuck: code of why it can take no orders now, "" if it can. top_speed: of its
    processors, as a share of the hardware's. contacts: instances of services that can be reached here.
    pull_bytes_per_s: at which files came here from the brain, median of the last few times; 0 if not known. files: the first
    four bytes of the SHA-256 of files that it has, one after the other; None: as it said last.
    """

    node_id: Named
    generation: Ordinal
    running: Annotated[tuple[tuple[Named, Ordinal], ...], msgspec.Meta(max_length=10_000)] = ()
    ending: Annotated[tuple[Named, ...], msgspec.Meta(max_length=10_000)] | None = None
    queued: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0
    stuck: Annotated[str, msgspec.Meta(max_length=64)] = ""
    cpu_used: Figure = 0.0
    top_speed: Figure = 1.0
    memory_used_bytes: Ordinal = 0
    contacts: Annotated[tuple[Contact, ...], msgspec.Meta(max_length=INSTANCES_MAX)] = ()
    pull_bytes_per_s: Annotated[float, msgspec.Meta(ge=0, le=1e12)] = 0.0
    files: Annotated[bytes, msgspec.Meta(max_length=4 * FILES_TOLD)] | None = None
