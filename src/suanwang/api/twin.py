"""The doors of the twin: take the world as it is, try a change on it, run the log again. For operators: they see all of it."""

from collections.abc import AsyncIterator
from typing import Any, Protocol

import msgspec
from litestar import get, post
from litestar.di import NamedDependency

from suanwang.api.callers import Caller
from suanwang.api.trials import Trials
from suanwang.brain.loop import Brain
from suanwang.brain.trial.known import packed, unpacked
from suanwang.brain.trial.work import Again, Doing, Try
from suanwang.intent.whatif import whatifs
from suanwang.model.trial import ReplayAsk, Replayed, Trial, TrialAsk

Called = NamedDependency[Caller]
READ_AT_ONCE = 500
"""Events of the log that are read in one go."""
REHEARSED = TrialAsk(seeds=3, span_s=120.0, gate=True)
"""How something is rehearsed before it is done."""


class Doors(Protocol):
    """What these routes need of the server's door."""

    brain: Brain
    trials: Trials

    def clock(self) -> float: ...


async def rehearsed(door: Doors, caller: Caller, doing: Doing) -> None:
    """ConflictFault SUAN-U132, with the twin's evidence, if this would break something promised; nothing if it would not."""
    await _tried(door, REHEARSED, (doing,), None if "operator" in caller.roles else caller.user)


def twin_routes(door: Doors) -> list[Any]:
    """All of it writes nothing."""

    @post("/v1/twin/try", status_code=200)
    async def twin_try(data: TrialAsk, caller: Called) -> Trial:
        """In simulated time, from the world as it is now. One at a time."""
        caller.must("operator")
        whatifs(data.changes)  # what cannot be understood is refused at once
        return await _tried(door, data)

    @get("/v1/twin/world", media_type="application/json")
    async def twin_world(caller: Called) -> bytes:
        """All that a trial begins from, as a file for `suan twin try --world`; its form is the twin's own."""
        caller.must("operator")
        return msgspec.json.encode(unpacked(packed(await door.brain.settled(), door.brain.ear, door.clock())))

    @post("/v1/twin/replay", status_code=200)
    async def twin_replay(data: ReplayAsk, caller: Called) -> Replayed:
        """The log is run again, and each decision in it taken again."""
        caller.must("operator")
        whatifs(data.changes)
        last = (await door.brain.settled()).seq
        return await door.trials.ask(Again(ask=data, now=door.clock()), Replayed, _events(door.brain, last))

    return [twin_try, twin_world, twin_replay]


async def _tried(door: Doors, ask: TrialAsk, doing: tuple[Doing, ...] = (), reader: str | None = None) -> Trial:
    known = packed(await door.brain.settled(), door.brain.ear, door.clock())
    return await door.trials.ask(Try(known=known, ask=ask, doing=doing, reader=reader), Trial)


async def _events(brain: Brain, last: int) -> AsyncIterator[bytes]:
    for first in range(1, last + 1, READ_AT_ONCE):
        for body in await brain.events(first, min(READ_AT_ONCE, last + 1 - first)):
            yield body
