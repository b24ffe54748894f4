"""A netlink socket in one namespace: requests go out in batches, each is acknowledged, and dumps come back whole."""

import errno
import os
import socket
import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from suanwang.drivers.kernel.message import ACK, DONE, DUMP, ERROR, HEADER, message, messages
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.fault import KernelFault

BATCH_BYTES = 60_000
RETRIES, RETRY_S = 50, 0.003
"""Encapsulations take memory of a kind that the kernel refills a moment later: a burst of thousands is refused with ENOMEM."""
BUFFER_BYTES = 4 << 20
_SOL_NETLINK, _CAP_ACK, _STRICT = 270, 10, 12
Request = tuple[int, int, bytes]
"""Kind, flags, body."""


class Channel:
    """namespace: by name, "" for the one of this thread. groups: multicast groups to listen to, as a bit mask."""

    def __init__(self, namespace: str = "", groups: int = 0) -> None:
        self.namespace = namespace
        with inside(namespace):
            self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self.socket.setsockopt(_SOL_NETLINK, _CAP_ACK, 1)
        self.socket.setsockopt(_SOL_NETLINK, _STRICT, 1)
        self.socket.bind((0, groups))
        self._number = 0

    def close(self) -> None:
        self.socket.close()

    def ask(self, kind: int, flags: int, body: bytes) -> None:
        """One request. OSError as the kernel says it."""
        ((_, code),) = self.send([(kind, flags, body)]) or ((0, 0),)
        if code:
            raise OSError(code, os.strerror(code))

    def send(self, requests: Sequence[Request]) -> list[tuple[int, int]]:
        """(place in the list, errno) of each that was refused. What lacked memory for a moment is tried again."""
        todo, refused = list(enumerate(requests)), list[tuple[int, int]]()
        for _ in range(RETRIES):
            answers = self._sent(todo)
            refused += [(at, code) for at, code in answers if code != errno.ENOMEM]
            again = {at for at, code in answers if code == errno.ENOMEM}
            todo = [(at, request) for at, request in todo if at in again]
            if not todo:
                break
            time.sleep(RETRY_S)
        return sorted([*refused, *((at, errno.ENOMEM) for at, _ in todo)])

    def dump(self, kind: int, body: bytes) -> Iterator[tuple[int, bytes]]:
        """(kind, body) of everything there is. OSError as the kernel says it."""
        self._number += 1
        self.socket.send(message(kind, DUMP, body, self._number))
        while True:
            for found, _, number, part in messages(self.socket.recv(1 << 18)):
                if number != self._number:
                    continue
                if found == DONE:
                    return
                if found == ERROR:
                    code = -int.from_bytes(part[:4], "little", signed=True)
                    raise OSError(code, os.strerror(code))
                yield found, part

    def table(self, kind: int, body: bytes) -> NDArray[np.uint8]:
        """The bodies of everything there is, a row each, of a kind whose entries are laid out alike: thousands at once. OSError
        as the kernel says it."""
        self._number += 1
        self.socket.send(message(kind, DUMP, body, self._number))
        found = list[NDArray[np.uint8]]()
        while True:
            data = np.frombuffer(self.socket.recv(1 << 18), np.uint8)
            while len(data) >= HEADER.size:
                size, what, _, number, _ = HEADER.unpack(data[: HEADER.size].tobytes())
                if number == self._number and what in (DONE, ERROR):
                    if what == ERROR and (code := -int.from_bytes(data[16:20].tobytes(), "little", signed=True)):
                        raise OSError(code, os.strerror(code))
                    return np.concatenate(found) if found else np.zeros((0, 0), np.uint8)
                rows = data[: len(data) // size * size].reshape(-1, size)
                alike = np.flatnonzero((rows[:, :12] != rows[0, :12]).any(1))  # size, kind, flags and number of the first
                count = int(alike[0]) if len(alike) else len(rows)
                if number == self._number:
                    found.append(rows[:count, HEADER.size :])
                data = data[count * size :]

    def _sent(self, requests: Sequence[tuple[int, Request]]) -> list[tuple[int, int]]:
        refused: list[tuple[int, int]] = []
        at = 0
        while at < len(requests):
            batch, places, size = list[bytes](), dict[int, int](), 0
            while at < len(requests) and (not batch or size < BATCH_BYTES):
                place, (kind, flags, body) = requests[at]
                self._number += 1
                places[self._number] = place
                batch.append(message(kind, flags | ACK, body, self._number))
                size += len(batch[-1])
                at += 1
            self.socket.send(b"".join(batch))
            refused += self._acknowledged(places)
        return refused

    def _acknowledged(self, places: dict[int, int]) -> list[tuple[int, int]]:
        refused, waiting = list[tuple[int, int]](), set(places)
        while waiting:
            for kind, _, number, body in messages(self.socket.recv(1 << 18)):
                if kind == ERROR and number in waiting:
                    waiting.discard(number)
                    if code := -int.from_bytes(body[:4], "little", signed=True):
                        refused.append((places[number], code))
        return refused


def refused(what: str, error: OSError) -> KernelFault:
    """The fault of a kernel that says no."""
    return KernelFault("SUAN-K003", f"the kernel refused {what}: {error.strerror}", "suan doctor")
