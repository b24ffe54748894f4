"""The role of a runtime: run tasks, each in its own folder within its bounds, and say truly what they used."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

import msgspec

from suanwang.model.demand import Work


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One task, ready to run.

    argv: complete, argv[0] is the program's name; `{}` is already replaced. folder: absolute path of the task's own folder,
    the only one it can see. stdout, stderr: absolute paths of files to write. item: value of the array element ("" if none).
    fuel_max: stop when so much is burned. cpu_milli: thousandths of a core. output_bytes_max: of each file it writes. own: the
    node's own owner asked for it, who could as well start it by hand.

    drain_s: above 0 for what runs until it is stopped: it is asked to end so many seconds before it is killed, and what it
    prints begins again when it gets long. namespace: name of the network namespace that it runs in, "" for the node's own.
    devices: device files that it may use.
    """

    work: Work
    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    folder: str
    stdout: str
    stderr: str
    item: str
    fuel_max: int
    cpu_milli: int
    memory_bytes_max: int
    output_bytes_max: int
    wall_s_max: float
    own: bool = False
    drain_s: float = 0.0
    namespace: str = ""
    devices: tuple[str, ...] = ()


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """state, code, exit_code: as in model.job.Outcome. note: one line for the user ("" if there is nothing to say)."""

    state: str
    code: str
    exit_code: int
    fuel: int
    cpu_s: float
    wall_s: float
    memory_peak_bytes: int
    note: str = ""


class Runtime(Protocol):
    """Runs tasks. Calls may overlap. A task's failure is a result; only a broken runtime raises RuntimeFault."""

    def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        """Run one after the other, each to its end or until `cancel` is set (state "cancelled", with what was used so far).

        Gives a result each, in order. It may end before the last, but not before the first: the rest were not begun.
        """
        ...

    async def close(self) -> None:
        """Stop everything that is running and free what is held."""
        ...


async def run_one(runtime: Runtime, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
    """Run one task."""
    (result,) = [result async for result in runtime.run((spec,), cancel)]
    return result
