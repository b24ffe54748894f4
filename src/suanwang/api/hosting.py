"""What a node needs to host services: where instances stand, who asks them whether they are well, whom their load is told."""

from pathlib import Path

from suanwang.agent.serve import Serving
from suanwang.agent.serve.attached import Attached
from suanwang.agent.serve.selectors import Selectors
from suanwang.agent.serve.stand import Plain
from suanwang.drivers.check import check, toward
from suanwang.drivers.clock import now
from suanwang.drivers.kernel.diag import InFlight
from suanwang.drivers.process.runtime import ProcessRuntime
from suanwang.model.node import Node
from suanwang.steer.loads import due
from suanwang.trust import hello


def hosting(node: Node, key: bytes, url: str, runtime: ProcessRuntime, folder: Path) -> Serving:
    """key: the node's private key. url: of the brain, toward which the node's address is that by which it is reached."""
    sockets = Sockets()
    return Serving(
        node_id=node.id,
        runtime=runtime,
        plain=Plain(lambda: toward(url), sockets),
        attach=lambda locator: Attached(locator, lambda: hello.pack(key, node.id, locator, now())),
        file=folder / "attachment.json",
        check=check,
        due=due,
        send=Selectors(key),
        clock=now,
        speed=node.speed.fuel_per_cpu_s,
    )


class Sockets:
    """Requests in flight on this machine's own addresses, by port."""

    def __init__(self) -> None:
        self._counter: InFlight | None = None

    def __call__(self, ports: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
        """OSError as the kernel says it."""
        if self._counter is None:
            self._counter = InFlight()
        self._counter.ports = frozenset(ports)
        found: dict[int, tuple[int, ...]] = {}
        for (_, port), sample in self._counter.sample().items():
            found[port] = found.get(port, ()) + sample.in_flight
        return found
