"""What a demand makes a node draw, so that few sockets and accelerators are at work, and thrifty ones first.

Watts go by steps, as in world.power.watts_stepped: a socket or an accelerator that is touched draws all that it is rated for.
What stays idle of it may still be taken, and is worth as much of its watts as is thought to be taken before another socket
opens: if demands drawn from the mix go on to come until the sockets at work have no cores for more (place.waste.ends). So a
demand is cheap where cores and accelerators run out together, and a demand for cores alone where no accelerator is left that
would want them; half an accelerator beside sockets that are full is worth nothing.

    drawn = socket_w x (sockets at work - cores of theirs that will be taken / cores of one)
          + device_w x (accelerators at work - what will be taken of them)

It counts against what it would be on average over all nodes, so that what is gained is told finely where it is decided.
A watt counts for less and less the more of the accelerators is taken: near the end what is wasted is demands turned away.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.waste import Ends
from suanwang.world.power import Kind
from suanwang.world.world import Floats, Ints

PRICE = (12.0, 12.0, 12.0, 8.0, 3.0, 1.0)
"""Thousandths of an accelerator that a watt counts for, in the first, second, ... sixth of their filling. Chosen of
some thirty on five runs (default 42 and 43, cpu050 42, gpushare40 43, multigpu20 44); more of it late loses allocation."""


class Draw(NamedTuple):
    """Columns, a row per node, but for the last five. cpu_milli: of the whole node. socket_milli: thousandths of cores of a
    socket; socket_w, device_w: watts of one more socket, one more accelerator at work. price: as PRICE, any number of parts.
    usual_w: watts of a core and of an accelerator, over all nodes. cores, idle: as place.waste.Ends."""

    cpu_milli: Ints
    socket_milli: Ints
    socket_w: Floats
    device_w: Floats
    price: Floats
    usual_w: tuple[float, float]
    cores: NDArray[np.float32]
    idle: NDArray[np.float32]


def draw(kinds: Sequence[Kind], ends: Ends, price: Sequence[float] = PRICE) -> Draw:
    """kinds: of each node."""
    sockets = [kind.processor for kind in kinds]
    socket_w = np.array([one.peak_w - one.idle_w for one in sockets], np.float64)
    device_w = np.array([k.device.peak_w - k.device.idle_w if k.device else 0.0 for k in kinds], np.float64)
    cores, devices = sum(kind.vcpus for kind in kinds), sum(kind.devices for kind in kinds)
    of_core = float(socket_w @ [kind.sockets for kind in kinds]) / max(1, cores)
    return Draw(
        cpu_milli=np.array([1000 * kind.vcpus for kind in kinds], np.int64),
        socket_milli=np.array([2000 * one.cores for one in sockets], np.int64),
        socket_w=socket_w,
        device_w=device_w,
        price=np.array(price, np.float64),
        usual_w=(of_core, float(device_w @ [kind.devices for kind in kinds]) / max(1, devices)),
        cores=ends.cores,
        idle=ends.idle,
    )


def nothing(cpu_milli: Ints) -> Draw:
    """Watts do not count."""
    none, table = np.zeros(len(cpu_milli)), np.zeros((1, 1, 1), np.float32)
    return Draw(cpu_milli, np.maximum(cpu_milli, 1), none, none, np.zeros(1), (0.0, 0.0), table, table)
