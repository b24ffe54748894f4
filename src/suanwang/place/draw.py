"""What a demand makes a node draw, so that few sockets and accelerators are at work, and thrifty ones first.

Watts go by steps, as in world.power.watts_stepped: a socket or an accelerator that is touched draws all that it is rated for.
What stays idle of it is then free for others, and counts as worth SPARE of its watts: so a demand that fills what is at work
already costs nearly nothing, and one that opens a new socket or accelerator little more than its part, if that is a thrifty
one. Without that, the first small share on an accelerator would bear all its watts.

A watt counts for less and less the more of the accelerators is taken: near the end what is wasted is demands turned away.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from suanwang.world.power import Kind
from suanwang.world.world import Floats, Ints

SPARE = 0.85
"""What is idle of a socket or an accelerator at work counts for that part of its watts."""
PRICE = (10.0, 8.0, 6.0, 4.0, 2.0, 1.0)
"""Thousandths of an accelerator that a watt counts for, in the first, second, ... sixth of their filling. SPARE and PRICE were
chosen on three runs (default 42, gpushare40 43, multigpu20 44); half or twice as much does about as well."""


class Draw(NamedTuple):
    """Columns, a row per node. cpu_milli: of the whole node. socket_milli: thousandths of cores of a socket; socket_w,
    device_w: watts of one more socket, one more accelerator at work. price: as PRICE, any number of parts."""

    cpu_milli: Ints
    socket_milli: Ints
    socket_w: Floats
    device_w: Floats
    price: Floats


def draw(kinds: Sequence[Kind], price: Sequence[float] = PRICE) -> Draw:
    """kinds: of each node."""
    sockets = [kind.processor for kind in kinds]
    return Draw(
        cpu_milli=np.array([1000 * kind.vcpus for kind in kinds], np.int64),
        socket_milli=np.array([2000 * one.cores for one in sockets], np.int64),
        socket_w=np.array([one.peak_w - one.idle_w for one in sockets], np.float64),
        device_w=np.array([k.device.peak_w - k.device.idle_w if k.device else 0.0 for k in kinds], np.float64),
        price=np.array(price, np.float64),
    )


def nothing(cpu_milli: Ints) -> Draw:
    """Watts do not count."""
    none = np.zeros(len(cpu_milli))
    return Draw(cpu_milli, np.maximum(cpu_milli, 1), none, none, np.zeros(1))
