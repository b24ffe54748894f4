"""The node's spans, from what passes over its wire: an order from its coming to its last outcome, its files, each task, and in
that the moment when the first byte of output was there to be told."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from suanwang.agent.telling import BrainSide
from suanwang.api.tracing.spans import Span, Tracer, Value, parsed, placement_span, span_id
from suanwang.model.job import Outcome
from suanwang.model.order import DesiredState, Order
from suanwang.model.view import Acknowledged, Report


class _Order:
    """A traced order that is here. first: task -> when its first byte was told; left: tasks without an outcome."""

    def __init__(self, order: Order, trace: str, at: float) -> None:
        self.order, self.trace, self.at = order, trace, at
        self.first: dict[int, float] = {}
        self.left = {task for task, _ in order.tasks}
        self.files = {file.sha256 for file in order.files}

    @property
    def about(self) -> str:
        return f"order {self.order.id}"

    def span(self, about: str, name: str, at: float, until: float, said: dict[str, Value], parent: str = "") -> Span:
        above = span_id(self.trace, parent or self.about)
        return Span(self.trace, span_id(self.trace, about), above, name, at, until,
                    {"suan.placement.id": self.order.id, "suan.job.id": self.order.job_id, **said})  # fmt: skip


class TracedWire:
    """A BrainSide whose words are looked at. clock: seconds since 1970."""

    def __init__(self, wire: BrainSide, tracer: Tracer, clock: Callable[[], float]) -> None:
        self._wire, self._tracer, self._clock = wire, tracer, clock
        self._orders: dict[str, _Order] = {}

    async def desired(self, node_id: str, after: int) -> DesiredState:
        told = await self._wire.desired(node_id, after)
        for order in told.fresh:
            context = parsed(order.trace)
            if context is not None and order.id not in self._orders:
                self._orders[order.id] = _Order(order, context[0], self._clock())
        for gone in self._orders.keys() - set(told.orders):
            self._end(self._orders.pop(gone))
        return told

    async def report(self, node_id: str, report: Report) -> Acknowledged:
        at = self._clock()
        for chunk in report.output:
            for known in self._orders.values():
                if known.order.job_id == chunk.job_id and chunk.task in known.left:
                    known.first.setdefault(chunk.task, at)
        answer = await self._wire.report(node_id, report)
        for outcome in report.outcomes:
            self._ended(outcome)
        return answer

    async def fetch(self, sha256: str) -> AsyncIterator[bytes]:
        began, size = self._clock(), 0
        async for piece in self._wire.fetch(sha256):
            size += len(piece)
            yield piece
        for known in self._orders.values():
            if sha256 in known.files:
                about = f"fetch {known.order.id} {sha256}"
                self._tracer.take(known.span(about, "fetch file", began, self._clock(), {"suan.bytes": size}))

    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        return await self._wire.missing(hashes)

    async def put(self, sha256: str, file: Path) -> None:
        await self._wire.put(sha256, file)

    def _ended(self, outcome: Outcome) -> None:
        known = self._orders.get(outcome.placement_id)
        if known is None or outcome.task not in known.left:
            return
        known.left.discard(outcome.task)
        until = outcome.started_at + outcome.wall_s
        first = known.first.get(outcome.task, until if outcome.stdout and outcome.stdout.size else 0.0)
        made = known.span(
            f"task {outcome.placement_id} {outcome.task}", f"task {outcome.task}", outcome.started_at, until,
            {"suan.task": outcome.task, "suan.fuel": outcome.fuel, "process.exit.code": outcome.exit_code,
               "suan.cpu_s": outcome.cpu_s},
        )  # fmt: skip
        events = ((min(first, until), "first byte"),) if first else ()
        self._tracer.take(made._replace(events=events, failed="" if outcome.state == "done" else outcome.code))
        if not known.left:
            self._end(known)
            del self._orders[outcome.placement_id]

    def _end(self, known: _Order) -> None:
        runtime = type(known.order.work).__name__.lower()
        said: dict[str, Value] = {"suan.work": runtime, "suan.tasks": len(known.order.tasks)}
        above = placement_span(known.order.id)
        self._tracer.take(known.span(known.about, "order", known.at, self._clock(), said, above))
