"""Trials run in a process of their own: the brain goes on deciding, stays small, and nothing that goes wrong there reaches it.

in     a frame with the work; for a replay, a frame for each event of the log; the end
out    "+" and the answer, or "-" and the problem, as JSON             a frame: its length in four bytes, then its bytes
"""

import asyncio
import contextlib
import importlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, TypeVar

import msgspec

from suanwang.brain.trial.work import LIMIT_S, Try, Work
from suanwang.drivers.problem import named
from suanwang.model.fault import Fault, QuotaFault
from suanwang.model.trial import Broken, Replayed, Trial

T = TypeVar("T", Trial, Replayed)
KILL_S = 20.0
"""Beyond its own limit, before it is killed."""


class Trouble(msgspec.Struct, frozen=True):
    """A fault, as it crosses."""

    code: str
    why: str
    todo: str
    status: int
    evidence: tuple[Broken, ...] = ()


class Trials:
    """One at a time. QuotaFault SUAN-U134 while another one runs."""

    def __init__(self) -> None:
        self._busy = asyncio.Lock()

    async def ask(self, work: Work, shape: type[T], events: AsyncIterator[bytes] | None = None) -> T:
        """Faults as they were raised there; QuotaFault SUAN-U131 if it takes too long."""
        if self._busy.locked():
            raise QuotaFault("SUAN-U134", "another trial runs at this moment", "try again in a minute")
        async with self._busy:
            out = await _asked(work, events)
        if out[:1] == b"-":
            trouble = msgspec.json.decode(out[1:], type=Trouble)
            fault = named(trouble.code, trouble.why, trouble.todo, trouble.status)
            fault.evidence = trouble.evidence
            raise fault
        return msgspec.json.decode(out[1:], type=shape)


async def _asked(work: Work, events: AsyncIterator[bytes] | None) -> bytes:
    pipe = asyncio.subprocess.PIPE
    child = await asyncio.create_subprocess_exec(sys.executable, "-P", "-m", __name__, stdin=pipe, stdout=pipe)
    assert child.stdin is not None and child.stdout is not None, "both are pipes"
    try:
        async with asyncio.timeout(LIMIT_S + KILL_S):
            out, _ = await asyncio.gather(child.stdout.read(), _send(child.stdin, work, events))
            status = await child.wait()
    except TimeoutError:
        why = f"the trial was not over after {LIMIT_S + KILL_S:g} s"
        raise QuotaFault("SUAN-U131", why, "ask for less: --span 2min, --seeds 2") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
    if status != 0 or out[:1] not in (b"+", b"-"):
        raise RuntimeError(f"a trial ended with status {status}")  # a bug; what it said is in the brain's own output
    return out


async def _send(pipe: asyncio.StreamWriter, work: Work, events: AsyncIterator[bytes] | None) -> None:
    """One that has heard enough closes its end."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        pipe.write(_frame(msgspec.msgpack.encode(work)))
        await pipe.drain()
        if events is not None:
            async for body in events:
                pipe.write(_frame(body))
                await pipe.drain()
        pipe.close()


def _frame(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def main() -> None:
    """In the process of its own. It is in nobody's way: others come first."""
    os.nice(5)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it goes when it is told to
    end = time.monotonic() + LIMIT_S
    source = sys.stdin.buffer
    try:
        out = b"+" + msgspec.json.encode(_answer(source, end))
    except Fault as fault:
        out = b"-" + msgspec.json.encode(Trouble(fault.code, fault.why, fault.todo, status_of(fault), fault.evidence))
    sys.stdout.buffer.write(out)


def _answer(source: BinaryIO, end: float) -> Trial | Replayed:
    work = msgspec.msgpack.decode(next(_frames(source)), type=Work)
    doing = importlib.import_module("suanwang.brain.trial.answer")
    enough = lambda: time.monotonic() > end  # noqa: E731 - a clock is for the shell to read
    if isinstance(work, Try):
        return doing.answered(work, enough)
    return doing.replayed_for(work, _frames(source), enough)


def _frames(source: BinaryIO) -> Iterator[bytes]:
    while len(head := source.read(4)) == 4:
        yield source.read(int.from_bytes(head, "big"))


def status_of(fault: Fault) -> int:
    """The status that says of a code's family what the code does not: 409, 429, or none."""
    kinds = {"ConflictFault": 409, "QuotaFault": 429}
    return kinds.get(type(fault).__name__, 0)


if __name__ == "__main__":
    main()
