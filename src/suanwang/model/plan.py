"""A plan leaves nothing to choose: whoever carries it out, once or twice, today or after a crash, does the same."""

import msgspec

from suanwang.model.explanation import Explanation


class Placement(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Some tasks of a job on one node. This is also the lease and the hold.

    id: "<job>/<number>", unique for ever. tasks: indexes into the demand's items. attempt: 1, 2, ... for these tasks.
    width: how many run at once. cpu_milli, memory_bytes, accelerators: held on the node for the whole placement.
    accelerators: (kind, how many for all that run at once). devices: their numbers among the node's devices of that kind,
    task by task; share_milli: thousandths of each that it holds. fuel_max: the agent stops the placement when so much is
    burned. hold_micro: money held for it. finish_s, carbon_g, price_micro: predicted. quorum: so many equal results settle
    each of its tasks. reservation: id of the one whose room it is part of, "" for none. move_bytes: of files and data that
    are to come to the node first; egress_micro: what whoever holds the data will bill for that, by the demand's word; it is
    no part of the hold.
    """

    id: str
    job_id: str
    node_id: str
    tasks: tuple[int, ...]
    attempt: int
    width: int
    runtime: str
    cpu_milli: int
    memory_bytes: int
    accelerators: tuple[str, int] = ("", 0)
    price_micro_per_tfuel: int
    fuel_max: int
    hold_micro: int
    latency_ms: float
    finish_s: float
    carbon_g: float
    price_micro: int
    quorum: int = 1
    devices: tuple[int, ...] = ()
    share_milli: int = 1000
    reservation: str = ""
    move_bytes: int = 0
    egress_micro: int = 0

    @property
    def held_devices(self) -> tuple[int, ...]:
        """Numbers of the devices that it holds; of one that does not say, the first."""
        return self.devices or tuple(range(self.accelerators[1]))


class Preempted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A placement that gives way to an urgent job, which pays for it.

    node: name of where it is. tasks: how many it had not ended; they wait again. fuel_max: at most so much can it have burned
    on them; its provider is paid for what it tells, up to that. compensation_micro: to its user. hold_micro: held for both.
    """

    placement_id: str
    node: str
    tasks: int
    fuel_max: int
    compensation_micro: int
    hold_micro: int


class Plan(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="plan"):
    """world_version: of the snapshot it was thought on. hold_micro: sum over the placements; with what is held for those that
    are preempted at most the budget. preempted: they give way, and their room is part of what it takes."""

    job_id: str
    world_version: int
    placements: tuple[Placement, ...]
    hold_micro: int
    price_micro: int
    finish_s: float
    carbon_g: float
    explanation: Explanation
    preempted: tuple[Preempted, ...] = ()


class Refusal(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag="refusal"):
    """A "no", expected, a value. passing: true if some node is only full now, so that waiting may help. step: of a graph, that
    it is about, "" for the whole.

    code: "SUAN-P012" no node can take it; "SUAN-P013" together they cannot keep a bound; "SUAN-P014" too few owners
    for the replicas; "SUAN-P015" no room for all of a gang at once; "SUAN-M002" no money.
    """

    job_id: str
    code: str
    passing: bool
    explanation: Explanation
    step: str = ""
