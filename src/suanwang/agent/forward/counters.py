"""What a forwarder did and what it cost, as anybody on the router can read it."""

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec

STATUS = "forwarder.json"


@dataclass
class Counters:
    """Counts since the start. Messages and bytes are those of the control plane: loads, hellos, reports and steering; probes
    and checks of the data path are counted by themselves. mistakes: paths that were
    taken for down and were not. steered_at: when forwarding last changed, seconds since 1970; 0 for
    never. switch_ms: how long the last change of path took, from the judgement until the kernel had it.
    """

    messages_in: int = 0
    messages_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    probes_out: int = 0
    probes_in: int = 0
    probes_forged: int = 0
    checks: int = 0
    decisions: int = 0
    changes: int = 0
    switches: int = 0
    mistakes: int = 0
    repairs: int = 0
    faults: int = 0
    loads_refused: int = 0
    hellos_refused: int = 0
    asked: int = 0
    steered_at: float = 0.0
    switch_ms: float = 0.0
    late_ms_max: float = 0.0


@dataclass
class Status:
    """The whole of what is shown. under_way: flows from here that wait for an answer, by contact, of services for each of
    whose flows the kernel chooses. rates: new flows a second by service, here and at all ingresses that tell. refused: (service
    or node, code, why)."""

    node_id: str
    router: int
    number: int
    form: str
    at: float
    brain_heard_at: float
    counters: Counters
    active: dict[str, int] = field(default_factory=dict[str, int])
    paths: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    weights: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    under_way: dict[str, int] = field(default_factory=dict[str, int])
    rates: dict[str, float] = field(default_factory=dict[str, float])
    attached: dict[str, str] = field(default_factory=dict[str, str])
    joined: list[str] = field(default_factory=list[str])
    refused: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])


def written(folder: Path, status: Status) -> None:
    """Put it where it is read, at once and whole: folder/forwarder.json."""
    fresh = folder / f".{STATUS}"
    fresh.write_bytes(msgspec.json.encode(asdict(status)))
    os.replace(fresh, folder / STATUS)
