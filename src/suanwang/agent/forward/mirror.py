"""The kernel's table as we believe it to be, so that a change costs no reading; looked at again where there is doubt."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from suanwang.agent.forward.counters import Counters
from suanwang.model.fault import KernelFault
from suanwang.model.fib import Change, Fib, Group
from suanwang.steer.change import diff

_log = logging.getLogger("suanwang.forward")


class Table(Protocol):
    """What is needed of a kernel: drivers.kernel.kernel.Kernel, or the fake."""

    def read(self) -> Fib: ...
    def apply(self, changes: Sequence[Change]) -> None: ...
    def buckets(self, group_id: int) -> NDArray[np.int64]: ...


class Mirror:
    """refused: the kernel did not take all that it was given last, so it is to be looked at soon. clock: seconds since 1970."""

    def __init__(self, kernel: Table, counters: Counters, clock: Callable[[], float]) -> None:
        self.held, self.refused = Fib(), False
        self._kernel, self._counters, self._clock = kernel, counters, clock
        self._buckets: dict[int, tuple[Group, NDArray[np.int64]]] = {}

    def buckets(self, ids: Collection[int]) -> Mapping[int, NDArray[np.int64]]:
        """Next hop of each bucket, by group; read again where the group has changed. OSError as the kernel says it."""
        there = {group.id: group for group in self.held.groups if group.id in ids}
        kept = {id: held for id, held in self._buckets.items() if there.get(id) == held[0]}
        fresh = {id: (group, self._kernel.buckets(id)) for id, group in there.items() if id not in kept}
        self._buckets = kept | fresh
        return {id: buckets for id, (_, buckets) in self._buckets.items()}

    def read(self) -> bool:
        """Look at what the kernel has; whether it is not what was believed."""
        try:
            there = self._kernel.read()
        except KernelFault as fault:
            self._fault(fault)
            return False
        changed, self.held, self.refused = there != self.held, there, False
        self._buckets.clear()
        return changed

    def put(self, wanted: Fib) -> int:
        """Bring it to this by the least change; how many changes were made."""
        changes = diff(wanted, self.held)
        if not changes:
            return 0
        self._counters.changes += len(changes)
        self._counters.steered_at = self._clock()
        try:
            self._kernel.apply(changes)
        except KernelFault as fault:
            self.read()
            self._fault(fault)
        else:
            self.held = wanted
        return len(changes)

    def _fault(self, fault: KernelFault) -> None:
        self.refused = True
        self._counters.faults += 1
        _log.warning("%s: %s", fault.code, fault.why)
