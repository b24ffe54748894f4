"""The few cores that everything on one machine wants: a MODEL of how long who wakes up waits for one of them.

    load     a = what is always there + of each site what its requests take, on their way and at the site, within its quota
    waits    with the probability that all m cores are busy (Erlang's C at this load), and then exponentially, in the mean
             turn / (m - a)                                                        (M/M/m, first come first served)
    breaks   who runs is put aside now and then, for a moment, and each time the kernel looks at its quota
    torn     others who give way tear turns apart all the same: waits are 1 + torn x the cores that they want times as many,
             and breaks 1 + broken x these
    moved    who is woken goes to another core if its own is busy and another is not

So waiting grows with the requests that came lately, which is what a crowd does to a machine on which clients, network and
sites are together. Left out: who is preferred by the scheduler, and that what interrupts most keeps to one core.
"""

import math

from suanwang.steer.columns import Floats
from suanwang.twin.chance import CORE, MOVE, uniform
from suanwang.world.compiled import compiled

CORES, BUSY, WAY_MS, TURN_MS, SITE_MS, ASK_MS, BREAKS, BREAK_MS, TURNS = range(9)
"""The first row: how many there are, how many are always busy, CPU time of a request beside its site's, how long a turn is,
CPU time of a request at its site, and of its client for each of its turns; how often who runs is put aside, a ms, and for how
long; how many turns become of one, since others tear it."""
RATE, AT, MOST = range(3)
"""A row for each site: requests a ms lately, when that was, the part of a core that it may use at most."""
LATELY_MS = 100.0
FULL = 0.05
"""Cores that are thought to be free at least, so that nothing waits for ever."""
_TURNS = 5
_SITES = 32


@compiled
def came(now: float, site: int, shared: Floats) -> None:
    """A request is on its way to a site."""
    row = shared[site + 1]
    row[RATE] = row[RATE] * math.exp((row[AT] - now) / LATELY_MS) + 1.0 / LATELY_MS
    row[AT] = now


@compiled
def load(now: float, shared: Floats) -> float:
    """Cores that are wanted."""
    found = shared[0, BUSY]
    for s in range(1, len(shared)):
        rate = shared[s, RATE] * math.exp((shared[s, AT] - now) / LATELY_MS)
        found += rate * shared[0, WAY_MS] + min(rate * shared[0, SITE_MS], shared[s, MOST])
    return found


@compiled
def pace(shared: Floats) -> tuple[float, float]:
    """(how many times as long what runs takes, ms between two breaks in the mean)."""
    if len(shared) == 0 or shared[0, BREAKS] == 0.0:
        return 1.0, math.inf
    return 1.0 + shared[0, BREAKS] * shared[0, BREAK_MS], 1.0 / shared[0, BREAKS]


@compiled
def moved(now: float, seed: int, number: int, shared: Floats) -> bool:
    """Whether this request wakes its process on another core."""
    if len(shared) == 0:
        return False
    busy = min(1.0, load(now, shared) / shared[0, CORES])
    return uniform(seed, number, MOVE) < busy * (1.0 - busy ** (shared[0, CORES] - 1.0))


@compiled
def all_busy(cores: int, wanted: float) -> float:
    """The probability that all are, of Poisson arrivals (Erlang 1917)."""
    blocked = 1.0
    for k in range(1, cores + 1):
        blocked = wanted * blocked / (k + wanted * blocked)
    return cores * blocked / (cores - wanted * (1.0 - blocked))


@compiled
def waited(now: float, seed: int, number: int, turn: int, shared: Floats) -> float:
    """Of a request, for its turn of this number, in ms; 0 where cores are not modelled."""
    if len(shared) == 0:
        return 0.0
    cores = int(shared[0, CORES])
    free = max(FULL, cores - load(now, shared))
    busy = all_busy(cores, cores - free)
    part = uniform(seed, (number << _TURNS) + turn % _SITES, CORE) / busy
    return -math.log(1.0 - part) * shared[0, TURN_MS] * shared[0, TURNS] / free if part < 1.0 else 0.0
