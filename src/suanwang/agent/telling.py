"""Outcomes are told until they are heard: their files are brought first, those that the brain refuses for good are done with.

What ends together is told together. A file that is lost on this node makes its outcome a failure that says so.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

import msgspec

from suanwang.agent.cache import Cache
from suanwang.agent.holding import OUTCOMES_PER_REPORT, Holding
from suanwang.agent.pulse import Pulse
from suanwang.agent.serve import Serving, Unserved
from suanwang.agent.work import explain
from suanwang.model.fault import Fault, RuntimeFault, WireFault
from suanwang.model.job import Outcome
from suanwang.model.order import DesiredState
from suanwang.model.view import Acknowledged, Report

GONE = ("SUAN-N020", "SUAN-U031", "SUAN-U032")
"""A file that is not here any more, is not what it was, or is more than the brain takes: bringing it again would not help."""
UPLOADS = 4
"""Files brought to the brain at the same time."""
GATHER_S = 0.05
_log = logging.getLogger("suanwang.agent")


class BrainSide(Protocol):
    """What the agent needs of the wire."""

    async def desired(self, node_id: str, after: int) -> DesiredState: ...
    async def report(self, node_id: str, report: Report) -> Acknowledged: ...
    def fetch(self, sha256: str) -> AsyncIterator[bytes]: ...
    async def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]: ...
    async def put(self, sha256: str, file: Path) -> None: ...


class Telling:
    """Whatever this node says to the brain goes through `report`."""

    def __init__(
        self, node_id: str, wire: BrainSide, holding: Holding, cache: Cache, serving: Serving | Unserved, pulse: Pulse
    ) -> None:
        self._node_id, self._wire, self._holding, self._cache = node_id, wire, holding, cache
        self._serving, self._pulse = serving, pulse

    async def deliver(self) -> None:
        """Wait until there is something to tell, and tell it."""
        holding = self._holding
        await holding.news.wait()
        if holding.untold < OUTCOMES_PER_REPORT and any(run.waiting for run in holding.runs()):
            await asyncio.sleep(GATHER_S)  # more is about to end: what ends together is written and told together
        holding.news.clear()
        try:
            if await self._tell():
                holding.news.set()
        except Fault:
            holding.news.set()
            raise

    async def _tell(self) -> bool:
        """One report of outcomes and of orders given back; False if there was nothing to tell."""
        returned = self._holding.returned()
        if not self._holding.untold and not returned:
            return False
        outcomes = self._holding.next(waits=not returned)
        sayable = await self._upload(outcomes)
        back = tuple((h.id, h.why) for h in returned)
        answer = await self.report(Report(reading=self._pulse.reading(), outcomes=sayable, returned=back))
        self._holding.given_back(returned)
        self._settle(answer, outcomes)
        return True

    def _settle(self, answer: Acknowledged, outcomes: tuple[Outcome, ...]) -> None:
        """Outcomes that the brain has, or refuses for good, are told. RuntimeFault SUAN-R034, WireFault SUAN-W002: others are
        to be told again."""
        refused = {(placement, task): code for placement, task, code in answer.refused}
        known = {*answer.outcomes, *(key for key, code in refused.items() if code != "SUAN-R034")}
        for key, code in refused.items():
            _log.warning("outcome of %s task %d was refused: %s", *key, code)
        for outcome in outcomes:
            if (outcome.placement_id, outcome.task) in known:
                self._holding.heard(outcome)
        if "SUAN-R034" in refused.values():
            raise RuntimeFault("SUAN-R034", "the brain lacks files of outcomes; they are brought again", "nothing: wait")
        if outcomes and not known:
            raise WireFault("SUAN-W002", f"the brain said nothing about {len(outcomes)} outcomes", "suan --version")

    async def _upload(self, outcomes: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
        """Bring the files that the brain lacks. An outcome whose files are lost on this node becomes a failure that says so."""
        named = dict.fromkeys(f.sha256 for o in outcomes for f in o.files)
        asked = [h for h in await self._wire.missing(tuple(named)) if h in named] if named else []
        lost: dict[str, str] = {}

        async def one_by_one() -> None:
            while asked:
                sha256 = asked.pop()
                try:
                    await self._wire.put(sha256, self._cache.path(sha256))
                except Fault as fault:
                    if fault.code not in GONE:
                        raise
                    lost[sha256] = explain(fault)

        await _together([one_by_one() for _ in range(min(UPLOADS, len(asked)))])
        return tuple(_lost(o, lost) for o in outcomes) if lost else outcomes

    async def report(self, report: Report) -> Acknowledged:
        """Say it. Word of services that did not get through is news again."""
        fresh = self._serving.news.is_set()
        self._serving.news.clear()
        try:
            answer = await self._wire.report(self._node_id, report)
        except BaseException:
            if fresh:
                self._serving.news.set()
            raise
        self._pulse.said(report.reading)
        return answer


def _lost(outcome: Outcome, lost: Mapping[str, str]) -> Outcome:
    why = next((lost[f.sha256] for f in outcome.files if f.sha256 in lost), "")
    if not why:
        return outcome
    return msgspec.structs.replace(
        outcome, state="failed", code="missing", outputs=(), stdout=None, stderr=None, result_sha256="", note=why
    )


async def _together(works: Iterable[Awaitable[None]]) -> None:
    """All of them, to the end of the slowest; then the first Fault, if any."""
    for ended in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(ended, BaseException):
            raise ended
