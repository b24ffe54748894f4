"""The role of a runtime: run one task in its own folder within its bounds, and say truly what it used."""

import asyncio
from typing import Protocol

import msgspec

from suanwang.model.demand import Work


class RunSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One task, ready to run.

    argv: complete, argv[0] is the program's name; `{}` is already replaced. folder: absolute path of the task's own folder,
    the only one it can see. stdout, stderr: absolute paths of files to write. item: value of the array element ("" if none).
    fuel_max: stop when so much is burned. cpu_milli: thousandths of a core. output_bytes_max: of each file it writes. own: the
    node's own owner asked for it, who could as well start it by hand.
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

    async def run(self, spec: RunSpec, cancel: asyncio.Event) -> RunResult:
        """Run to the end, or until `cancel` is set (state "cancelled", with what was used so far)."""
        ...

    async def close(self) -> None:
        """Stop everything that is running and free what is held."""
        ...
