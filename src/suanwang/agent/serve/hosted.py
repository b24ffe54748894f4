"""A runtime for one order that is an instance of a service: the same work, but given a place to listen, and never done."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

import msgspec

from suanwang.agent.serve.instance import Instance
from suanwang.drivers.runtime import RunResult, RunSpec, Runtime, run_one
from suanwang.model.demand import Command
from suanwang.model.fault import RuntimeFault

DRAIN_S = 5.0
"""From being asked to end until it is killed."""
Stood = Callable[[RunSpec], Awaitable[contextlib.AbstractContextManager[Instance]]]
"""Where the instance that runs so is to stand, until it is over."""


class Hosted:
    """The role in drivers.runtime, for `Command` work that listens. inner: runs it."""

    def __init__(self, inner: Runtime, stood: Stood) -> None:
        self._inner, self._stood = inner, stood

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        """See drivers.runtime. RuntimeFault SUAN-R011: not a command."""
        for spec in specs:
            yield await self._run(spec, cancel)

    async def close(self) -> None:
        """What runs is the inner runtime's."""

    async def _run(self, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        if not isinstance(spec.work, Command):
            raise RuntimeFault("SUAN-R011", "an instance of a service is a native command", "give it a command")
        with await self._stood(spec) as instance:
            stop = asyncio.Event()
            ending = asyncio.create_task(_then(lambda: instance.until(cancel), stop))
            try:
                result = await run_one(self._inner, placed(spec, instance), stop)
            finally:
                ending.cancel()
                await asyncio.gather(ending, return_exceptions=True)
            return judged(result, "" if ending.cancelled() else ending.result())


async def _then(work: Callable[[], Awaitable[str]], stop: asyncio.Event) -> str:
    try:
        return await work()
    finally:
        stop.set()


def placed(spec: RunSpec, instance: Instance) -> RunSpec:
    """With the network, in the instance's namespace, told where to listen ($HOST, $PORT)."""
    stand = instance.stand
    assert isinstance(spec.work, Command)
    return msgspec.structs.replace(
        spec,
        work=msgspec.structs.replace(spec.work, network=True),
        env=(*spec.env, ("HOST", stand.host), ("PORT", str(stand.port))),
        drain_s=DRAIN_S,
        namespace=stand.namespace,
    )


def judged(result: RunResult, given_up: str) -> RunResult:
    """A service that ends unasked has failed, however it ended. given_up: why it was killed, if it was."""
    if given_up and result.state == "cancelled":
        return msgspec.structs.replace(result, state="failed", code="exit", note=given_up)
    if result.state == "done":
        return msgspec.structs.replace(result, state="failed", code="exit", note="a service runs until it is stopped; it ended")
    return result
