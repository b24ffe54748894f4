"""A kernel for tests that is wrong in the same places as Linux: keyed alike, and it refuses and forgets alike.

a route or group that refers to no next hop    refused
a next hop that is dropped                      leaves its groups; a group left without members goes, and with each the
routes another count of buckets under the same id      refused an interface that is not there                  refused
"""

from collections.abc import Collection, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from suanwang.drivers.kernel.kernel import said
from suanwang.model.fault import KernelFault
from suanwang.model.fib import Change, Drop, Entry, Fib, Group, NextHop, Put, Route, Rule, Sid, key_of

_Key = tuple[str, tuple[int | str, ...]]


class FakeKernel:
    """devices: interfaces that are there; None for any. history: every change that was made."""

    def __init__(self, devices: Collection[str] | None = None) -> None:
        self.devices = devices
        self.history: list[Change] = []
        self._held: dict[_Key, Entry] = {}

    def close(self) -> None: ...

    def read(self) -> Fib:
        held = [self._held[key] for key in sorted(self._held)]
        return Fib(
            next_hops=tuple(e for e in held if isinstance(e, NextHop)),
            groups=tuple(e for e in held if isinstance(e, Group)),
            routes=tuple(sorted((e for e in held if isinstance(e, Route)), key=key_of)),
            sids=tuple(sorted((e for e in held if isinstance(e, Sid)), key=key_of)),
            rules=tuple(e for e in held if isinstance(e, Rule)),
        )

    def apply(self, changes: Sequence[Change]) -> None:
        """KernelFault SUAN-K004 names the first that was refused; those after it were tried."""
        refused = [change for change in changes if not self._made(change)]
        if refused:
            raise KernelFault("SUAN-K004", f"the kernel refused {said(refused[0])}", "suan doctor")

    def buckets(self, group_id: int) -> NDArray[np.int64]:
        """Dealt out to the members in turn, whatever their weights."""
        group = self._held.get(("hop", (group_id,)))
        ids = [id for id, _ in group.members] if isinstance(group, Group) else []
        return np.resize(np.array(ids, np.int64), group.buckets if isinstance(group, Group) else 0)

    def _made(self, change: Change) -> bool:
        self.history.append(change)
        key = _key(change.entry)
        if isinstance(change, Drop):
            if key in self._held:
                del self._held[key]
                self._forget(key)
            return True
        if not self._possible(change):
            return False
        self._held[key] = change.entry
        return True

    def _possible(self, change: Put) -> bool:
        entry = change.entry
        device = getattr(entry, "device", "")
        if device and not isinstance(entry, Rule) and self.devices is not None and device not in self.devices:
            return False
        match entry:
            case NextHop():
                return ("hop", (entry.id,)) not in self._held or isinstance(self._held["hop", (entry.id,)], NextHop)
            case Group():
                return self._group_possible(entry)
            case Route() if entry.next_hop:
                return ("hop", (entry.next_hop,)) in self._held
            case _:
                return True

    def _group_possible(self, group: Group) -> bool:
        before = self._held.get(("hop", (group.id,)))
        if before is not None and not (isinstance(before, Group) and before.buckets == group.buckets):
            return False
        ids = [id for id, _ in group.members]
        there = all(isinstance(self._held.get(("hop", (id,))), NextHop) for id in ids)
        return bool(ids) and there and len(set(ids)) == len(ids) and all(1 <= w <= 256 for _, w in group.members)

    def _forget(self, key: _Key) -> None:
        """What a next hop or group that is gone takes with it."""
        if key[0] != "hop":
            return
        gone = key[1][0]
        for other, entry in list(self._held.items()):
            if isinstance(entry, Route) and entry.next_hop == gone:
                del self._held[other]
            if isinstance(entry, Group) and any(id == gone for id, _ in entry.members):
                self._leave(other, entry, gone)

    def _leave(self, key: _Key, group: Group, gone: int | str) -> None:
        members = tuple((id, weight) for id, weight in group.members if id != gone)
        if members:
            self._held[key] = msgspec.structs.replace(group, members=members)
        else:
            del self._held[key]
            self._forget(key)


def _key(entry: Entry) -> _Key:
    """Next hops and groups share one space of ids; so do routes and SIDs one of prefixes."""
    match entry:
        case NextHop() | Group():
            return "hop", (entry.id,)
        case Sid():
            return "route", (254, entry.prefix, 1024)
        case Route():
            return "route", key_of(entry)
        case Rule():
            return "rule", key_of(entry)
