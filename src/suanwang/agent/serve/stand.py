"""Where an instance stands: with others on the node's own addresses, each on a port of its own; or in a network of its own."""

from collections.abc import Callable
from typing import Protocol

import msgspec

from suanwang.drivers.check import free_port
from suanwang.model.demand import Serve

Waits = tuple[int, ...]
"""Of requests that an instance has taken and not answered: for how long they have been there, milliseconds, in any order."""


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """address, port: where the instance is reached from outside. host: the address that it is to listen on.

    namespace: name of its network namespace, "" for the node's. locator, function: of its SID (model.steering.Contact).
    number: of the instance on its node, 0 where it has none.
    """

    address: str
    port: int
    host: str
    namespace: str = ""
    locator: int = 0
    function: int = 0
    number: int = 0


class Ground(Protocol):
    """Has room for instances. Faults, and OSErrors of the node's system, mean that there is none now."""

    def take(self, serve: Serve) -> Stand:
        """Room for one more."""
        ...

    def give_back(self, stand: Stand) -> None:
        """Nothing runs there any more."""
        ...

    def in_flight(self, stands: tuple[Stand, ...]) -> tuple[Waits, ...]:
        """Requests that each has taken and not answered, now."""
        ...

    def alive(self, now: float) -> None:
        """Called a few times in a second; now: steady seconds."""
        ...

    def close(self) -> None:
        """Leave nothing behind."""
        ...


class Plain:
    """The node's own addresses. address: by which it is reached from outside, now. sockets: port -> requests in flight."""

    def __init__(self, address: Callable[[], str], sockets: Callable[[tuple[int, ...]], dict[int, Waits]]) -> None:
        self._address, self._sockets = address, sockets
        self._ports: set[int] = set()

    def take(self, serve: Serve) -> Stand:
        address = self._address()
        host = "::" if ":" in address else "0.0.0.0"
        port = next(p for p in iter(lambda: free_port(host), None) if p not in self._ports)
        self._ports.add(port)
        return Stand(address=address, port=port, host=host)

    def give_back(self, stand: Stand) -> None:
        self._ports.discard(stand.port)

    def in_flight(self, stands: tuple[Stand, ...]) -> tuple[Waits, ...]:
        found = self._sockets(tuple(s.port for s in stands))
        return tuple(found.get(s.port, ()) for s in stands)

    def alive(self, now: float) -> None: ...

    def close(self) -> None: ...
