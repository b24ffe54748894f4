"""Requests in flight, as the kernel knows them (sock_diag(7) with TCP_INFO): no packet is looked at, and no service is asked.

A connection on which data came in later than data last went out holds a request that is not answered: so it is for any
protocol of requests and answers. The kernel tells both times in ticks of up to 10 ms; in the same tick (so it is with the first
request of a connection) more segments of data in than out tell. Connections that nobody has accepted yet are among them.
"""

import socket
import struct
from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address
from typing import NamedTuple

from suanwang.drivers.kernel.message import DONE, DUMP, ERROR, attributes, message, messages
from suanwang.drivers.kernel.namespace import inside

_SOCK_DIAG, _BY_FAMILY, _INFO = 4, 20, 2
_ESTABLISHED, _CLOSE_WAIT, _LISTEN = 1, 8, 10
_STATES = 1 << _ESTABLISHED | 1 << _CLOSE_WAIT | 1 << _LISTEN
_REQUEST, _ANSWER = struct.Struct("=BBBxI48x"), struct.Struct("=BBxxHH16s16s12xIIIII")
_TIMES, _SEGMENTS = struct.Struct("=44xI4xI"), struct.Struct("=152xII")
"""Of struct tcp_info: last_data_sent and last_data_recv, milliseconds ago; data_segs_in and data_segs_out."""


class Sample(NamedTuple):
    """Of one listening address: connections; for each that holds a request in flight the milliseconds since it came in; those
    not accepted yet."""

    established: int
    in_flight: tuple[int, ...]
    waiting: int


_NONE = Sample(0, (), 0)


class InFlight:
    """namespace: by name, "" for that of this thread. ports: of services. Needs no privileges."""

    def __init__(self, namespace: str = "", ports: Iterable[int] = ()) -> None:
        self.ports = frozenset(ports)
        with inside(namespace):
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _SOCK_DIAG)
        self._number = 0

    def sample(self) -> Mapping[tuple[str, int], Sample]:
        """Now, by address and port of this side. OSError as the kernel says it."""
        found: dict[tuple[str, int], Sample] = {}
        for family in (socket.AF_INET6, socket.AF_INET):
            for address, port, state, waiting, since_ms in self._of(family):
                before = found.get((address, port), _NONE)
                found[address, port] = (
                    before._replace(waiting=before.waiting + waiting)
                    if state == _LISTEN
                    else before._replace(established=before.established + 1, in_flight=before.in_flight + since_ms)
                )
        return found

    def close(self) -> None:
        self._socket.close()

    def _of(self, family: int) -> list[tuple[str, int, int, int, tuple[int, ...]]]:
        self._number += 1
        body = _REQUEST.pack(family, socket.IPPROTO_TCP, 1 << (_INFO - 1), _STATES)
        self._socket.send(message(_BY_FAMILY, DUMP, body, self._number))
        found: list[tuple[str, int, int, int, tuple[int, ...]]] = []
        while True:
            for kind, _, number, part in messages(self._socket.recv(1 << 17)):
                if number != self._number:
                    continue
                if kind == DONE:
                    return found
                if kind == ERROR:
                    raise OSError(-int.from_bytes(part[:4], "little", signed=True), "sock_diag")
                _, state, sport, _, source, _, _, waiting, _, _, _ = _ANSWER.unpack_from(part)
                port = socket.ntohs(sport)
                if port in self.ports:
                    found.append((_text(family, source), port, state, waiting, _flying(part)))


def _flying(part: bytes) -> tuple[int, ...]:
    """Milliseconds since its request came in; nothing if it holds none."""
    info = attributes(part[72:]).get(_INFO, b"")
    if len(info) < _SEGMENTS.size:
        return ()
    sent, received = _TIMES.unpack_from(info)
    came, went = _SEGMENTS.unpack_from(info)
    return (received,) if received < sent or (received == sent and came > went) else ()


def _text(family: int, packed: bytes) -> str:
    return str(IPv6Address(packed)) if family == socket.AF_INET6 else socket.inet_ntop(family, packed[:4])
