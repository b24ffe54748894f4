"""What the meter found, and its file: used again only on the very machine and with the very packages that made it."""

import os
from pathlib import Path
from typing import Literal

import msgspec

from suanwang.drivers.meter.machine import MachineKey
from suanwang.model.metric import Metric
from suanwang.model.node import Speed

Profile = Literal["quick", "full"]


class MeterReport(msgspec.Struct, frozen=True, kw_only=True):
    """taken_at: seconds since 1970. metrics: L0 only; world.score.levels gives L1 and L2 of them.

    notes: one sentence for each reading that could not be taken.
    """

    taken_at: float
    profile: Profile
    machine: MachineKey
    metrics: tuple[Metric, ...]
    speed: Speed
    notes: tuple[str, ...] = ()


def load(path: Path, key: MachineKey) -> MeterReport | None:
    """The kept report, or None: there is none, it cannot be read, or it is another machine's. Never fails."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=MeterReport)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return report if report.machine == key else None


def save(path: Path, report: MeterReport) -> None:
    """Keep it; a crash leaves the old file or the new one, never half. OSError as it comes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
