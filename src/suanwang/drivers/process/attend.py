"""Attending one running task: look now and then at what it has used, stop it when a bound is broken, and say how it ended."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple

from suanwang.drivers.process.folder import cut_off
from suanwang.drivers.process.limit import cut_at
from suanwang.drivers.process.meter import Meter, Use
from suanwang.drivers.process.start import Live
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.quantity import show_bytes, show_fuel

POLL_S, POLL_LONG_S = 0.05, 0.25
"""Between two looks at a task; at one that runs until it is stopped."""
PRINTED_BYTES_MAX = 16 << 20
"""What it prints begins again after so much."""
NOT_FOUND = 127
NOTE_CHARS_MAX = 300
KNOWN = ("sh", "bash", "python3", "perl", "awk", "gcc", "make", "node", "java", "Rscript", "julia", "ffmpeg", "blender")


class End(NamedTuple):
    """code: why it was stopped, "" if it ended by itself. exit_code: None where it never ran."""

    code: str
    exit_code: int | None
    use: Use
    wall_s: float


async def attend(
    live: Live,
    meter: Meter,
    spec: RunSpec,
    fuel_per_cpu_s: float,
    stopped: Callable[[], bool],
    cancel: asyncio.Event,
    pool: Executor,
    seen: Callable[[Use], None],
) -> End:
    """Let it run, to its end. stopped: whether the whole runtime is closing. seen: told what it has used, at every look.
    TimeoutError if it cannot be killed."""
    begun = time.monotonic()
    live.go()
    ended, cancelled = asyncio.ensure_future(live.ended.wait()), asyncio.ensure_future(cancel.wait())
    code = ""
    try:
        while not code and not live.ended.is_set():
            poll_s = POLL_LONG_S if spec.drain_s else POLL_S
            await asyncio.wait({ended, cancelled}, timeout=poll_s, return_when=asyncio.FIRST_COMPLETED)
            if not live.ended.is_set():
                use = await asyncio.get_running_loop().run_in_executor(pool, meter.read)
                seen(use)
                code = _broken(spec, use, time.monotonic() - begun, fuel_per_cpu_s)
                code = code or ("cancelled" if cancel.is_set() or stopped() else "")
    finally:
        ended.cancel()
        cancelled.cancel()
    if code == "cancelled" and spec.drain_s:
        await live.drain(spec.drain_s)
    if code:
        await live.stop()
    exit_code, rusage = await live.end()
    return End(code, exit_code, meter.settle(rusage), time.monotonic() - begun)


def result(spec: RunSpec, end: End, fuel_per_cpu_s: float) -> RunResult:
    """In words of model.job.Outcome. Burned fuel above fuel_max is not told: whoever looked too late, the provider, bears it.

    A task that reached its end in peace is done, even if it then turns out to have passed fuel_max between two looks.
    """
    fuel = round(end.use.cpu_s * fuel_per_cpu_s)
    exit_code = -1 if end.exit_code is None else end.exit_code
    code = end.code or _why(spec, end, exit_code, fuel)
    return RunResult(
        state="done" if not code else "cancelled" if code == "cancelled" else "failed",
        code=code,
        exit_code=exit_code,
        fuel=min(fuel, spec.fuel_max),
        cpu_s=end.use.cpu_s,
        wall_s=end.wall_s,
        memory_peak_bytes=end.use.memory_peak_bytes,
        note=_note(spec, code, exit_code),
    )


def _broken(spec: RunSpec, use: Use, wall_s: float, fuel_per_cpu_s: float) -> str:
    """The first bound that is broken, or ""."""
    if use.cpu_s * fuel_per_cpu_s > spec.fuel_max:
        return "fuel"
    if use.memory_over:
        return "memory"
    if wall_s > spec.wall_s_max:
        return "time"
    long = [p for p in (spec.stdout, spec.stderr) if _size(p) > (PRINTED_BYTES_MAX if spec.drain_s else spec.output_bytes_max)]
    if not spec.drain_s:
        return "output" if long else ""
    for path in long:
        os.truncate(path, 0)
    return ""


def _why(spec: RunSpec, end: End, exit_code: int, fuel: int) -> str:
    """Why it failed although nobody stopped it; "" if it did not."""
    if end.exit_code is None:
        return "sandbox"
    if end.use.memory_over:
        return "memory"
    if cut_off(Path(spec.folder), cut_at(spec)):
        return "output"
    if exit_code == 0:
        return ""
    return "fuel" if fuel > spec.fuel_max else "exit"


def _note(spec: RunSpec, code: str, exit_code: int) -> str:
    if code == "sandbox":
        said = _last_line(spec.stderr) or "a word holds a zero byte, or the name of a variable is not one"
        return f"the sandbox could not be built: {said}"
    if code == "exit" and exit_code == NOT_FOUND:
        here = ", ".join(name for name in KNOWN if shutil.which(name, path="/usr/local/bin:/usr/bin"))
        return (
            f"{spec.argv[0]}: command not found. A node offers the programs in its /usr (here: {here}), what its provider "
            "exposes, and the files of the job (./name)"
        )
    bounds = {
        "fuel": f"stopped after {show_fuel(spec.fuel_max)}",
        "memory": f"needs more than {show_bytes(spec.memory_bytes_max)} of memory",
        "time": f"stopped after {spec.wall_s_max:g} s",
        "output": f"wrote a file of more than {show_bytes(spec.output_bytes_max)}",
    }
    return bounds.get(code, "")


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def _last_line(path: str) -> str:
    """Of what bubblewrap itself said; the task never ran, so the file is ours."""
    try:
        lines = Path(path).read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return lines[-1][:NOTE_CHARS_MAX] if lines else ""
