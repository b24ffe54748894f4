"""Which machines to keep awake, slow down or park: idle ones draw a quarter of their peak, so few full ones beat many idle.

Load fills machines in one order, the fewest watts per core at full load first. One that load reaches is needed; one that it
does not reach is parked if that pays:

    saved = (idle - parked watts) x hours until it is needed again    against    HYSTERESIS x energy of waking it

Hours until needed come from the forecast, with its measured error on top, as far as it is believed. Where it is not, a machine
is parked once it has idled away the energy of one waking: then the waste is never more than twice what hindsight would have had
(ski rental: Karlin et al., "Competitive snoopy caching", 1988; for machines, Lin, Wierman, Andrew and Thereska, "Dynamic
right-sizing for power-proportional data centers", INFOCOM 2011). The watts are modelled.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from suanwang.world.world import Bools, Floats, Ints

State = Literal["keep", "cap", "park", "wake"]

HYSTERESIS = 1.2
"""Parking must save so many times what waking costs: what barely pays is not worth the wear."""
SAFE = 2.0
"""Errors of the forecast that are kept in hand."""
CAPS: tuple[float, ...] = (0.6, 0.7, 0.8, 0.9, 1.0)
"""Shares of the highest frequency that a machine may be held to."""
CAPPED = 1.0
"""Energy for the same work goes with this power of the frequency. Our assumption: 0 if the voltage stays, 2 if it follows."""


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Machines, a row each. cores; watts idle, at full load and parked; wake_kwh: of going down and coming back; wake_slots:
    how many slots ahead waking must begin."""

    cores: Floats
    idle_w: Floats
    peak_w: Floats
    parked_w: Floats
    wake_kwh: Floats
    wake_slots: Ints

    def order(self) -> Ints:
        """Rows in the order in which load fills them."""
        return np.lexsort((self.idle_w / self.cores, self.peak_w / self.cores))

    def before(self) -> Floats:
        """Shape (machines,): cores of all machines that fill earlier."""
        order, total = self.order(), np.zeros(len(self.cores))
        total[order] = np.concatenate(([0.0], np.cumsum(self.cores[order])[:-1]))
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Load:
    """What is asked for in this slot (column 0, known) and foreseen for the next ones, in cores.

    error: mean absolute, of each; believed: whether the forecast's measured error says that it helps.
    """

    cores: Floats
    error: Floats
    believed: Bools

    def high(self) -> Floats:
        """Shape (slots,): as much as may well come."""
        return self.cores + SAFE * self.error

    def seen(self) -> int:
        """How many slots, this one included, can be reckoned with."""
        wrong = np.flatnonzero(~self.believed[1:])
        return 1 + (int(wrong[0]) if len(wrong) else len(self.cores) - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Parking:
    """What to do with each machine. cap: share of its highest frequency; saved_kwh: what parking saves until it is needed,
    less waking (below 0: it does not pay); until: slots until it is needed, as far as seen."""

    state: tuple[State, ...]
    cap: Floats
    saved_kwh: Floats
    until: Ints


def park(fleet: Fleet, awake: Bools, idle_slots: Ints, load: Load, slot_h: float = 1.0) -> Parking:
    """idle_slots: for how many slots, up to this one, each machine has been awake and not needed."""
    before, high, seen = fleet.before(), load.high(), load.seen()
    until = np.full(len(before), seen, np.int64)
    for slot in range(seen - 1, -1, -1):
        until[high[slot] > before + 1e-9] = slot
    wasted_w = fleet.idle_w - fleet.parked_w
    saved = wasted_w * until * slot_h / 1000 - fleet.wake_kwh
    if seen > 1:
        pays = wasted_w * until * slot_h / 1000 > HYSTERESIS * fleet.wake_kwh
    else:
        pays = wasted_w * idle_slots * slot_h / 1000 >= fleet.wake_kwh
    needed = (until < seen) & (until <= np.where(awake, 0, fleet.wake_slots))
    share = np.clip((high[0] - before) / fleet.cores, 0.0, 1.0)
    cap = np.array([min(c for c in CAPS if c >= s - 1e-9) for s in share])
    return Parking(
        state=tuple(_state(*row) for row in zip(awake.tolist(), needed.tolist(), pays.tolist(), cap.tolist(), strict=True)),
        cap=np.where(needed, cap, 1.0),
        saved_kwh=saved,
        until=until,
    )


def _state(awake: bool, needed: bool, pays: bool, cap: float) -> State:
    if not awake:
        return "wake" if needed else "park"
    if needed:
        return "keep" if cap >= 1 else "cap"
    return "park" if pays else "keep"


def fleet_watts(fleet: Fleet, awake: Bools, cap: Floats, cores: float) -> Floats:
    """Shape (machines,): modelled watts when so many cores are busy, filled in order over the machines that are awake."""
    busy, rest = np.zeros(len(fleet.cores)), cores
    for row in fleet.order():
        if awake[row]:
            busy[row] = min(rest, float(fleet.cores[row]))
            rest -= busy[row]
    moving = (fleet.peak_w - fleet.idle_w) * busy / fleet.cores * cap**CAPPED
    return np.where(awake, fleet.idle_w + moving, fleet.parked_w)
