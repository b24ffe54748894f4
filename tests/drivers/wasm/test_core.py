"""Core modules: what they see, what stops them, and what is said of them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wasmtime import wat2wasm

from suanwang.drivers.runtime import RunSpec, run_one
from suanwang.drivers.wasm.runtime import WasmRuntime
from suanwang.model.demand import Command, Wasm
from suanwang.model.fault import RuntimeFault

from . import programs
from .conftest import Bench


def test_it_sees_its_arguments_its_environment_and_nothing_else(bench: Bench) -> None:
    said = bench.wasm(programs.says_first("args_get"), argv=("abcdefgh", "x"))
    assert (said.result.state, said.out) == ("done", "abcdefgh")
    assert bench.wasm(programs.says_first("environ_get"), env=(("KEY", "worth"),)).out == "KEY=wort"
    assert bench.wasm(programs.says_first("environ_get"), item="abc").out == "SUAN_ITE"


@pytest.mark.parametrize("code", [0, 1, 7, 125])
def test_its_exit_code_is_told(bench: Bench, code: int) -> None:
    result = bench.wasm(programs.quits(code)).result
    assert (result.state, result.code, result.exit_code) == (("failed", "exit", code) if code else ("done", "", 0))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 30_000_000))
def test_fuel_is_a_property_of_the_program(bench: Bench, steps: int) -> None:
    """Seven per step of this loop and the same few around it, also across the slices that it runs in."""
    one, more = (bench.wasm(programs.spins(n)).result.fuel for n in (1, steps))
    assert more - one == 7 * (steps - 1)


def test_fuel_is_the_same_in_fresh_processes(bench: Bench) -> None:
    fuel = set[int]()
    for runtime in (bench.fresh(), bench.fresh()):
        fuel.update(bench.wasm(programs.spins(20_000_000), runtime=runtime).result.fuel for _ in range(2))
        bench.runner.run(runtime.close())
    assert len(fuel) == 1


def test_out_of_fuel(bench: Bench) -> None:
    result = bench.wasm(programs.spins(0), fuel_max=123_456_789).result
    assert (result.state, result.code, result.fuel) == ("failed", "fuel", 123_456_789)


def test_the_deadline_stops_an_endless_loop_and_knows_its_fuel(bench: Bench) -> None:
    result = bench.wasm(programs.spins(0), wall_s_max=0.3, fuel_max=10**15).result
    assert (result.state, result.code) == ("failed", "time")
    assert 10**7 < result.fuel < 10**12
    assert result.wall_s >= 0.3
    assert "0.3 s" in result.note


def test_cancelling_stops_an_endless_loop(bench: Bench) -> None:
    result = bench.wasm(programs.spins(0), cancel_after_s=0.2, fuel_max=10**15).result
    assert (result.state, result.code) == ("cancelled", "cancelled")
    assert result.fuel > 10**7


@pytest.mark.parametrize("how", ["deadline", "cancel"])
def test_a_guest_that_sleeps_in_one_long_call_is_left_with_its_fuel_known(bench: Bench, how: str) -> None:
    limits = {"wall_s_max": 0.2} if how == "deadline" else {"cancel_after_s": 0.2}
    result = bench.wasm(programs.sleeps(3600), **limits).result
    assert result.code == {"deadline": "time", "cancel": "cancelled"}[how]
    assert 0 < result.fuel < 100
    assert bench.wasm(programs.quits(0)).result.state == "done"


def test_a_task_cancelled_before_a_worker_is_free_never_runs(bench: Bench) -> None:
    runtime = bench.fresh(workers=1)
    folder = bench.folder(m__wasm=b"")
    spec = bench.spec(Wasm(file="m.wasm"), folder)

    async def scene() -> tuple[str, bool]:
        set_already = asyncio.Event()
        set_already.set()
        result = await run_one(runtime, spec, set_already)
        return result.state, os.path.exists(spec.stdout)

    assert bench.runner.run(scene()) == ("cancelled", False)
    bench.runner.run(runtime.close())


def test_memory_is_bounded_from_the_start_and_while_it_grows(bench: Bench) -> None:
    limit = 8 << 20
    start = bench.wasm(programs.module("", memory=200), memory_bytes_max=limit).result
    assert (start.state, start.code) == ("failed", "memory")
    grown = bench.wasm(programs.hogs(), memory_bytes_max=limit).result
    assert (grown.state, grown.code) == ("failed", "memory")
    assert limit - (1 << 20) < grown.memory_peak_bytes <= limit


def test_an_output_flood_ends_at_the_limit(bench: Bench) -> None:
    seen = bench.wasm(programs.floods(), output_bytes_max=200_000)
    assert (seen.result.state, seen.result.code) == ("failed", "output")
    assert len(seen.out) == 200_000
    assert "stdout" in seen.result.note


@pytest.mark.parametrize("root", [3, 4])
def test_it_reads_its_folder_and_nothing_outside(bench: Bench, root: int) -> None:
    folder = bench.folder(in__txt="hello")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "up").symlink_to("..")
    assert bench.wasm(programs.opens("in.txt", root), folder).result.exit_code == 0
    for path in ("/etc/passwd", "../../../../../../../etc/passwd", "link", "up/other", "x/../../etc/passwd", "nothing"):
        assert bench.wasm(programs.opens(path, root), folder).result.exit_code > 0, path


def test_there_are_no_sockets(bench: Bench) -> None:
    assert bench.wasm(programs.accepts()).result.exit_code == 1


def test_what_cannot_run_is_refused_with_the_reason(bench: Bench) -> None:
    unknown = '(module (import "env" "fork" (func (result i32))) (func (export "_start")))'
    for wat, reason in (
        ('(module (memory (export "memory") 1))', "_start"),
        ('(module (func (export "_start") (param i32)))', "_start"),
        (unknown, "env::fork"),
    ):
        result = bench.wasm(wat).result
        assert (result.state, result.code, result.exit_code) == ("failed", "invalid", -1)
        assert reason in result.note
    for content, reason in ((b"", "magic"), (b"(module)", "magic"), (b"\0asm\1\0\0\0\7\7", "m.wasm"), (THREADS, "threads")):
        result = bench.run(bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=content))).result
        assert (result.code, result.fuel) == ("invalid", 0)
        assert reason in result.note


THREADS = bytes.fromhex("0061736d0100000005040103 0101".replace(" ", ""))
"""A module with a shared memory."""


def test_a_module_is_not_read_through_a_link_out_of_the_folder(bench: Bench) -> None:
    outside = bench.folder(m__wasm=b"\0asm\1\0\0\0")
    folder = bench.folder()
    (folder / "m.wasm").symlink_to(outside / "m.wasm")
    assert "folder" in bench.run(bench.spec(Wasm(file="m.wasm"), folder)).result.note


def test_native_work_is_not_for_this_runtime(bench: Bench) -> None:
    with pytest.raises(RuntimeFault) as fault:
        bench.run(bench.spec(Command(argv=("true",)), bench.folder()))
    assert fault.value.code == "SUAN-R024"


def test_compiled_code_is_kept_and_a_damaged_copy_replaced(bench: Bench, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for _ in range(2):
        runtime = WasmRuntime(cache, 1)
        assert bench.wasm(programs.quits(3), runtime=runtime).result.exit_code == 3
        bench.runner.run(runtime.close())
        (kept,) = cache.glob("*.cwasm")
        assert kept.stat().st_size > 1000
        kept.write_bytes(b"damaged")
    assert cache.stat().st_mode & 0o777 == 0o700


def test_a_cache_that_others_can_write_to_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(RuntimeFault) as fault:
        WasmRuntime(tmp_path, 1)
    assert fault.value.code == "SUAN-R025"
    assert str(tmp_path) in fault.value.todo


def endless() -> bytes:
    return bytes(wat2wasm(programs.spins(0)))


def test_tasks_run_side_by_side_and_workers_are_reused(bench: Bench) -> None:
    runtime, before = bench.fresh(workers=2), len(bench.pids)
    module = bytes(wat2wasm(programs.quits(9)))
    specs = [bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=module)) for _ in range(8)]

    async def scene() -> list[int]:
        never = asyncio.Event()
        return [r.exit_code for r in await asyncio.gather(*(run_one(runtime, s, never) for s in specs))]

    assert bench.runner.run(scene()) == [9] * 8
    assert len(bench.pids) - before == 2
    bench.runner.run(runtime.close())


Told = tuple[str, str, int]
"""State, code and exit code."""


def together(bench: Bench, specs: list[RunSpec], cancel_after_s: float | None = None) -> list[Told]:
    """How tasks end that are handed to one worker at once."""

    async def scene() -> list[Told]:
        cancel = asyncio.Event()
        if cancel_after_s is not None:
            asyncio.get_running_loop().call_later(cancel_after_s, cancel.set)
        return [(r.state, r.code, r.exit_code) async for r in bench.runtime.run(specs, cancel)]

    return bench.runner.run(scene())


def test_tasks_handed_over_together_each_end_in_their_own_way(bench: Bench) -> None:
    modules = [programs.quits(0), programs.quits(7), programs.spins(0), programs.spins(0), "(module)", programs.quits(0)]
    specs = [bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=bytes(wat2wasm(m))), wall_s_max=0.3) for m in modules]
    specs[3] = msgspec.structs.replace(specs[3], fuel_max=1000)
    ends: list[Told] = [("done", "", 0), ("failed", "exit", 7), ("failed", "time", -1), ("failed", "fuel", -1)]
    assert together(bench, specs) == [*ends, ("failed", "invalid", -1), ("done", "", 0)]


def test_tasks_handed_over_together_are_cancelled_together(bench: Bench) -> None:
    modules = [bytes(wat2wasm(programs.quits(0))), endless(), endless(), endless()]
    specs = [bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=m), fuel_max=10**15) for m in modules]
    assert together(bench, specs, cancel_after_s=0.3) == [("done", "", 0), *[("cancelled", "cancelled", -1)] * 3]
    assert together(bench, specs[:1]) == [("done", "", 0)], "and the next are not"


def test_those_behind_one_that_is_lost_are_not_begun(bench: Bench) -> None:
    modules = [programs.quits(0), programs.sleeps(3600), programs.quits(0)]
    specs = [bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=bytes(wat2wasm(m))), wall_s_max=0.2) for m in modules]
    assert together(bench, specs) == [("done", "", 0), ("failed", "time", -1)]
    assert together(bench, specs[2:]) == [("done", "", 0)]


def test_a_task_cancelled_while_all_workers_are_busy_gives_its_place_up(bench: Bench) -> None:
    runtime = bench.fresh(workers=1)
    first, second = (bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=endless()), fuel_max=10**15) for _ in range(2))

    async def scene() -> list[tuple[str, bool]]:
        stop, give_up = asyncio.Event(), asyncio.Event()
        busy = asyncio.ensure_future(run_one(runtime, first, stop))
        await asyncio.sleep(0.3)
        waits = asyncio.ensure_future(run_one(runtime, second, give_up))
        await asyncio.sleep(0.1)
        give_up.set()
        waited = await waits
        stop.set()
        return [(r.state, r.fuel > 0) for r in (waited, await busy)]

    assert bench.runner.run(scene()) == [("cancelled", False), ("cancelled", True)]
    assert bench.wasm(programs.quits(0), runtime=runtime).result.state == "done"
    bench.runner.run(runtime.close())


def test_a_worker_that_is_killed_is_a_fault_and_is_replaced(bench: Bench) -> None:
    runtime = bench.fresh(workers=1)
    bench.wasm(programs.quits(0), runtime=runtime)
    victim = bench.pids[-1]
    spec = bench.spec(Wasm(file="m.wasm"), bench.folder(m__wasm=endless()))

    async def scene() -> None:
        asyncio.get_running_loop().call_later(0.2, os.kill, victim, signal.SIGKILL)
        await run_one(runtime, spec, asyncio.Event())

    with pytest.raises(RuntimeFault) as fault:
        bench.runner.run(scene())
    assert fault.value.code == "SUAN-R023"
    assert bench.wasm(programs.quits(0), runtime=runtime).result.state == "done"
    assert bench.pids[-1] != victim
    bench.runner.run(runtime.close())


def test_a_worker_held_still_for_a_while_is_not_given_up(bench: Bench) -> None:
    """As a duty cycle does: stopped for 100 ms of every 120."""
    runtime = WasmRuntime(bench.cache, 1, cap=0.15, on_spawn=bench.pids.append)
    bench.wasm(programs.quits(0), runtime=runtime)
    pid = bench.pids[-1]
    folder = bench.folder(m__wasm=endless())

    async def hold() -> None:
        while True:
            os.kill(pid, signal.SIGSTOP)
            await asyncio.sleep(0.1)
            os.kill(pid, signal.SIGCONT)
            await asyncio.sleep(0.02)

    async def scene() -> tuple[str, int]:
        holding = asyncio.ensure_future(hold())
        result = await run_one(runtime, bench.spec(Wasm(file="m.wasm"), folder, wall_s_max=0.5), asyncio.Event())
        holding.cancel()
        os.kill(pid, signal.SIGCONT)
        return result.code, result.fuel

    code, fuel = bench.runner.run(scene())
    assert code == "time"
    assert fuel > 10**6
    assert bench.wasm(programs.quits(0), runtime=runtime).result.state == "done"
    assert bench.pids[-1] == pid
    bench.runner.run(runtime.close())


PARENT = """
import asyncio, sys
from pathlib import Path
from suanwang.drivers.wasm.runtime import WasmRuntime
runtime = WasmRuntime(Path(sys.argv[1]), 1, on_spawn=lambda pid: print(pid, flush=True))
asyncio.run(runtime.fuel_rate(60.0))
"""


def test_workers_die_with_their_parent(bench: Bench) -> None:
    argv = [sys.executable, "-c", PARENT, str(bench.cache)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 10
    while alive(worker) and time.monotonic() < end:
        time.sleep(0.05)
    assert not alive(worker)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_the_reference_kernel_measures_the_core(bench: Bench) -> None:
    per_wall_s, per_cpu_s, spread = bench.runner.run(bench.runtime.fuel_rate(0.3))
    assert 1e8 < per_wall_s <= per_cpu_s * 1.5
    assert 0 <= spread < 1
