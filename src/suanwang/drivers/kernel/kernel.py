"""The kernel of one namespace as a table that can be read and changed: ours only, known by our protocol number.

Changes go out in the order in which they are given, in batches; each entry is put or dropped by its own key, so that doing it
twice is doing it once.
"""

import errno
import os
import socket
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from suanwang.drivers.kernel import entries
from suanwang.drivers.kernel.channel import Channel, Request
from suanwang.drivers.kernel.message import AF_INET6, attributes, each, u32
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fault import KernelFault
from suanwang.model.fib import Change, Drop, Entry, Fib, Group, NextHop, Route, Rule, Sid, key_of

PROTOCOL = 83
GONE = frozenset({errno.ENOENT, errno.ESRCH, errno.ENODEV})
_GETBUCKET = 118


class Kernel:
    """namespace: by name, "" for that of this thread. protocol: what our routes, next hops and rules are marked with."""

    def __init__(self, namespace: str = "", protocol: int = PROTOCOL) -> None:
        self.namespace, self.protocol = namespace, protocol
        self._channel = Channel(namespace)
        self._indexes: dict[str, int] = {}
        self._names: dict[int, str] = {}

    def close(self) -> None:
        self._channel.close()

    def read(self) -> Fib:
        """All of ours. KernelFault SUAN-K003 if the kernel does not say."""
        self._names.clear()
        try:
            hops = [entries.hop_of(b, self._name) for b in self._dump(entries.GETHOP, entries.HOP_HEAD.pack(0, 0, 0, 0, 0))
                    if entries.hop_protocol(b) == self.protocol]  # fmt: skip
            head = entries.ROUTE_HEAD.pack(AF_INET6, 0, 0, 0, 0, self.protocol, 0, 0, 0)
            routes = [entries.route_of(b, self._name) for b in self._dump(entries.GETROUTE, head)
                      if entries.route_protocol(b) == self.protocol]  # fmt: skip
            rules = [found for b in self._dump(entries.GETRULE, entries.RULE_HEAD.pack(AF_INET6, *(0,) * 8))
                     if (found := entries.rule_of(b)) and found[0] == self.protocol]  # fmt: skip
        except OSError as error:
            raise KernelFault("SUAN-K003", f"the kernel does not tell its routes: {error.strerror}", "suan doctor") from error
        return Fib(
            next_hops=tuple(sorted((h for h in hops if isinstance(h, NextHop)), key=key_of)),
            groups=tuple(sorted((h for h in hops if isinstance(h, Group)), key=key_of)),
            routes=tuple(sorted((r for r in routes if isinstance(r, Route)), key=key_of)),
            sids=tuple(sorted((r for r in routes if isinstance(r, Sid)), key=key_of)),
            rules=tuple(sorted((rule for _, rule in rules), key=key_of)),
        )

    def apply(self, changes: Sequence[Change]) -> None:
        """Make these changes, in order. KernelFault SUAN-K004 names the first that was refused; those after it were tried."""
        self._indexes.clear()  # an interface that was made anew has another one, under the same name
        requests, meant = list[Request](), list[Change]()
        for change in changes:
            for request in self._requests(change):
                requests.append(request)
                meant.append(change)
        refused = [(meant[at], code) for at, code in self._channel.send(requests) if not _harmless(meant[at], code)]
        if refused:
            change, code = refused[0]
            raise KernelFault("SUAN-K004", f"the kernel refused {said(change)}: {os.strerror(code)}", "suan doctor")

    def buckets(self, group_id: int) -> NDArray[np.int64]:
        """Id of the next hop that each bucket of a resilient group holds. OSError as the kernel says it."""
        body = entries.HOP_HEAD.pack(0, 0, 0, 0, 0) + u32(1, group_id)
        told = self._channel.table(_GETBUCKET, body)
        if not len(told):
            return np.zeros(0, np.int64)
        first = told[0].tobytes()
        held = attributes(first[entries.HOP_HEAD.size :])[13]
        number_at, hop_at = (first.index(held) + at for at in _places_of(held, 1, 3))
        numbers, hops = (told[:, at : at + size].copy().view(f"<u{size}")[:, 0] for at, size in ((number_at, 2), (hop_at, 4)))
        found = np.zeros(len(told), np.int64)
        found[numbers] = hops
        return found

    def _requests(self, change: Change) -> list[Request]:
        entry = change.entry
        if isinstance(change, Drop):
            return [entries.drop(entry, self.protocol)]
        made = entries.put(entry, self.protocol, self._index)
        if isinstance(entry, Rule):  # a rule is known to the kernel by all that it says, so what has its priority goes first
            return [*(entries.drop(r, self.protocol) for r in self._rules_at(entry)), made]
        return [made]

    def _rules_at(self, rule: Rule) -> list[Entry]:
        head = entries.RULE_HEAD.pack(AF_INET6, *(0,) * 8)
        found = [entries.rule_of(b) for b in self._dump(entries.GETRULE, head)]
        return [r for p, r in filter(None, found) if p == self.protocol and r.priority == rule.priority]

    def _dump(self, kind: int, body: bytes) -> list[bytes]:
        return [part for _, part in self._channel.dump(kind, body)]

    def _index(self, device: str) -> int:
        if device not in self._indexes:
            with inside(self.namespace):
                try:
                    self._indexes[device] = socket.if_nametoindex(device)
                except OSError:
                    raise KernelFault("SUAN-K004", f"there is no interface {device!r} to route by", "suan links") from None
        return self._indexes[device]

    def _name(self, index: int) -> str:
        if index not in self._names:
            with inside(self.namespace):
                try:
                    self._names[index] = socket.if_indextoname(index)
                except OSError:
                    self._names[index] = f"#{index}"
        return self._names[index]


def _places_of(data: bytes, *kinds: int) -> list[int]:
    """Where the values of these attributes begin."""
    places, at = dict[int, int](), 0
    for kind, value in each(data):
        places[kind] = at + 4
        at += 4 + (len(value) + 3 & ~3)
    return [places[kind] for kind in kinds]


def said(change: Change) -> str:
    """A change in words."""
    verb = "to drop" if isinstance(change, Drop) else "to put"
    return f"{verb} {type(change.entry).__name__} {'/'.join(map(str, key_of(change.entry)))}"


def _harmless(change: Change, code: int) -> bool:
    """What is dropped may be gone already."""
    return isinstance(change, Drop) and code in GONE
