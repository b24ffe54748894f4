"""A ground that never ends, checks that answer as told, and an agent that serves on it."""

import time
from collections.abc import Callable
from pathlib import Path

from suanwang.agent.serve import Serving
from suanwang.agent.serve.instance import Check, Instance
from suanwang.agent.serve.stand import Ground, Stand, Waits
from suanwang.model.demand import Command, Serve
from suanwang.model.order import Order
from suanwang.model.steering import Loads
from tests.agent.stage import NODE, FakeRuntime, order

SERVE = Serve(service="service-a", cs_id="fd00:c5::1", health_every_s=0.01)
STAND = Stand(address="127.0.0.1", port=1, host="0.0.0.0")


def serve_order(number: int = 1, command: str = "serve", serve: Serve = SERVE, **changes: object) -> Order:
    """An order that is an instance of a service."""
    work = Command(argv=("sh", "-c", command))
    return order(number, work=work, serve=serve, fuel_max=10**12, outputs=(), **changes)


class FakeGround:
    """locator: of the stands that it gives. busy: requests in flight by stand number. taken: numbers in use."""

    def __init__(self, locator: int = 0) -> None:
        self.locator = locator
        self.taken: set[int] = set()
        self.busy: dict[int, int] = {}
        self.alive_at: list[float] = []
        self.closed = False

    def take(self, serve: Serve) -> Stand:
        number = next(n for n in range(1, 100) if n not in self.taken)
        self.taken.add(number)
        return Stand(address=f"fd00::{number}", port=serve.port, host="::", locator=self.locator, number=number)

    def give_back(self, stand: Stand) -> None:
        self.taken.remove(stand.number)

    def in_flight(self, stands: tuple[Stand, ...]) -> tuple[Waits, ...]:
        return tuple((20,) * self.busy.get(s.number, 0) for s in stands)

    def alive(self, now: float) -> None:
        self.alive_at.append(now)

    def close(self) -> None:
        self.closed = True


class Metered(FakeRuntime):
    """Says that every task has used so many CPU seconds."""

    used = 0.0

    def cpu_s(self, folder: str) -> float:
        return self.used


class Health:
    """Answers every check with `takes` seconds, None for ill; knows how often it was asked."""

    def __init__(self, takes: float | None = 0.002) -> None:
        self.takes = takes
        self.asked = 0

    async def __call__(self, address: str, port: int, path: str, limit_s: float) -> float | None:
        self.asked += 1
        return self.takes


def instance(check: Check, told: list[bool | None] | None = None, id: str = "job-x/1") -> Instance:
    """By itself. told: its state whenever it is told."""
    heard = told if told is not None else []
    one = Instance(id, SERVE, STAND, check=check, tell=lambda: heard.append(one.well), speed=1.0)
    return one


def serving_on(
    folder: Path,
    runtime: FakeRuntime,
    *,
    plain: Ground | None = None,
    attach: Callable[[int], Ground] = FakeGround,
    check: Check | None = None,
    sent: list[tuple[Loads, tuple[tuple[str, int], ...]]] | None = None,
) -> Serving:
    """sent: what selectors were told."""
    folder.mkdir(exist_ok=True, parents=True)
    heard = sent if sent is not None else []
    return Serving(
        node_id=NODE,
        runtime=runtime,  # type: ignore[arg-type]
        plain=plain or FakeGround(),
        attach=attach,
        file=folder / "attachment",
        check=check or Health(),
        due=lambda before, now: True,
        send=lambda loads, selectors: heard.append((loads, selectors)),
        clock=time.time,
    )
