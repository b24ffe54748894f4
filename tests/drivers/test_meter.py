"""The meter: kernels compute what they say, readings are honest about failure, reports are used only where they belong."""

import asyncio
import bz2
import hashlib
import math
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.drivers.meter import kernels, measure, parent, repeat, report, unit
from suanwang.drivers.meter.disk import disk_sync, disk_write
from suanwang.drivers.meter.machine import MachineKey, cpu_model, machine_key, memory_bytes
from suanwang.drivers.meter.tasks import task_starts
from suanwang.drivers.runtime import RunResult, RunSpec
from suanwang.model.fault import RuntimeFault
from suanwang.model.node import Speed
from suanwang.world.score import ANCHORS, category_points, levels

SPEED = Speed(fuel_per_cpu_s=3e9, fuel_per_s=1.5e9, spread=0.02)
KEY = MachineKey(cpu_model="Test CPU", cores=4, memory_bytes=8 << 30, arch="x86_64", versions=(("python", "3.11"),))


class FakeFuel:
    """Answers at once what a real runtime would say under a cap of one half."""

    def __init__(self) -> None:
        self.asked: list[float] = []

    async def fuel_rate(self, seconds: float) -> tuple[float, float, float]:
        self.asked.append(seconds)
        return SPEED.fuel_per_s, SPEED.fuel_per_cpu_s, SPEED.spread


async def nothing() -> None:
    """A start-up that costs nothing."""


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets that give the fewest repetitions: what is tested is the shape, not the number."""
    monkeypatch.setattr(measure, "KERNEL_S", dict.fromkeys(measure.KERNEL_S, 0.001))
    monkeypatch.setattr(measure, "DISK_S", 0.001)
    monkeypatch.setattr(measure, "START_S", 0.001)
    monkeypatch.setattr(measure, "ARRAY_BYTES_MAX", 1 << 20)


def take(profile: report.Profile, folder: Path, **more: object) -> report.MeterReport:
    taking = measure.measure(profile, taken_at=1.0, key=KEY, fuel=FakeFuel(), folder=folder, **more)  # pyright: ignore[reportArgumentType]
    return asyncio.run(taking)


# --- repeating


@given(st.lists(st.floats(min_value=1e-3, max_value=1e6), min_size=1, max_size=50))
def test_the_middle_lies_among_the_values_and_the_spread_follows_its_definition(values: list[float]) -> None:
    median, spread = repeat.middle(tuple(values))
    assert min(values) <= median <= max(values)
    if len(values) > 1:
        p10, p90 = np.percentile(values, [10, 90])
        assert spread == pytest.approx((p90 - p10) / 2 / median, rel=1e-9, abs=1e-9)
    else:
        assert spread == 0


def test_a_warm_up_is_not_counted_and_a_fixed_count_is_kept() -> None:
    calls: list[int] = []
    seconds, _, _ = repeat.seconds_each(lambda: calls.append(1), budget_s=0, repetitions=7)
    assert (len(seconds), len(calls)) == (7, 8)
    seconds, _, _ = repeat.seconds_each(lambda: None, budget_s=0)
    assert len(seconds) == repeat.REPETITIONS_MIN
    seconds, _, _ = repeat.seconds_each(lambda: None, budget_s=60, repetitions_max=5)
    assert len(seconds) == 5


# --- kernels


def test_kernels_compute_what_their_rate_claims() -> None:
    for name, exact in (("fp64", 1e-10), ("fp32", 1e-3)):
        work_each, work = kernels.KERNELS[name].prepare(0)
        product = work()
        assert isinstance(product, np.ndarray) and product.dtype == ("float64" if name == "fp64" else "float32")
        assert work_each == pytest.approx(2 * kernels.ORDER**3 / 1e9)
        assert abs(product - product.T).max() <= exact * abs(product).max()  # A x A^T is symmetric
    work_each, work = kernels.KERNELS["int8"].prepare(0)
    product = work()
    assert isinstance(product, np.ndarray) and product.dtype == np.int32
    assert abs(product).max() > np.iinfo(np.int16).max  # accumulated wider than its data
    a = kernels._bytes(kernels.INT8_ORDER**2).view(np.int8).reshape(kernels.INT8_ORDER, -1).astype(np.int64)
    assert (product == a @ a[::-1].T).all()


def test_the_triad_is_the_triad() -> None:
    work_each, work = kernels.memory_bandwidth(8 * 1000)
    assert work_each == pytest.approx(5 * 8000 / 1e9)
    arrays = {id(cell.cell_contents): cell.cell_contents for cell in work.__closure__ or ()}  # pyright: ignore[reportFunctionMemberAccess]
    work()
    assert sorted({float(array[0]) for array in arrays.values()}) == [1.0, 2.0, 7.0]


def test_the_scalar_work_is_the_same_bytes_everywhere() -> None:
    work_each, work = kernels.scalar(0)
    packed = work()
    assert isinstance(packed, bytes)
    assert hashlib.sha256(bz2.decompress(packed)).hexdigest()[:16] == "3812777351491907"
    assert 0.2 < len(packed) / (work_each * 1e6) < 0.5  # neither noise nor nothing: the branches depend on the data


def test_every_reading_has_an_anchor() -> None:
    anchors = {(anchor.type, anchor.unit) for anchor in ANCHORS}
    assert {(kernel.type, kernel.unit) for kernel in kernels.KERNELS.values()} <= anchors
    assert {(name, "ms") for name in ("disk_sync", "process_start", "sandbox_start", "wasm_start", "python_call")} <= anchors
    assert set(measure.KERNEL_S) == set(kernels.KERNELS)


def test_asking_does_not_load_numpy_into_the_caller() -> None:
    code = "import sys, suanwang.drivers.meter.measure, suanwang.drivers.meter.unit; sys.exit('numpy' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- the child


def test_a_child_that_fails_says_why() -> None:
    with pytest.raises(RuntimeFault, match=r"SUAN-R041.*KeyError"):
        parent.ask(parent.start(), parent.Request(orders=(parent.Order(kernel="no such"),)))


def test_a_child_that_hangs_is_stopped() -> None:
    child = parent.start()
    with pytest.raises(RuntimeFault, match="SUAN-R041"):
        parent.ask(child, parent.Request(orders=(parent.Order(kernel="scalar", repetitions=10**9),), patience_s=0.3))
    assert child.poll() is not None


def test_no_child_is_left_when_it_cannot_be_confined() -> None:
    seen: list[int] = []

    def refuse(pid: int) -> None:
        seen.append(pid)
        raise PermissionError("no cap here")

    with pytest.raises(PermissionError):
        parent.start(refuse)
    assert not Path(f"/proc/{seen[0]}").exists()


# --- measuring


def test_quick_is_fuel_cores_and_memory(tmp_path: Path) -> None:
    taken = take("quick", tmp_path, cap=0.5)
    assert taken.speed == SPEED
    assert {m.type: (m.value, m.source) for m in taken.metrics} == {
        "cores": (2.0, "nominal"),
        "memory": (8.0, "nominal"),
        "wasm_fuel": (3e9, "directly measured"),
    }
    assert all(metric.level == 0 for metric in taken.metrics)


def test_full_has_a_reading_for_every_kernel(brief: None, tmp_path: Path) -> None:
    confined: list[int] = []
    taken = take("full", tmp_path, starts=(("python_call", nothing),), confine=confined.append)
    found = {metric.type: metric for metric in taken.metrics}
    needed = {*kernels.KERNELS, "wasm_fuel", "cores", "memory", "disk_write", "disk_sync", "process_start", "python_call"}
    assert needed <= set(found), taken.notes
    assert all(math.isfinite(metric.value) and metric.value > 0 for metric in taken.metrics)
    assert len(confined) == 1
    assert list(tmp_path.iterdir()) == []
    assert set(category_points(taken.metrics)) == {"computing", "service"}
    assert {metric.type for metric in levels(taken.metrics)} == {"computing_comb", "service_comb", "norm_fi"}


def test_what_fails_is_a_note_and_the_rest_is_there(brief: None, tmp_path: Path) -> None:
    async def broken() -> None:
        raise OSError("worker is gone")

    def refuse(pid: int) -> None:
        raise PermissionError("no cap here")

    taken = take("full", tmp_path / "absent", starts=(("wasm_start", broken),), confine=refuse)
    assert {note.partition(":")[0] for note in taken.notes} == {
        ", ".join(measure.KERNEL_S),
        "disk_write",
        "disk_sync",
        "wasm_start",
    }
    assert "process_start" in {metric.type for metric in taken.metrics}


def test_the_disk_is_left_as_it_was(tmp_path: Path) -> None:
    assert disk_write(tmp_path, 0).unit == "MB/s"
    assert len(disk_sync(tmp_path, 60).values) > 1
    assert list(tmp_path.iterdir()) == []


class FakeRuntime:
    """Ends every task as it is told to."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.specs: list[RunSpec] = []

    async def run(self, specs: Sequence[RunSpec], cancel: asyncio.Event) -> AsyncGenerator[RunResult]:
        for spec in specs:
            self.specs.append(spec)
            yield RunResult(state=self.state, code="", exit_code=0, fuel=1, cpu_s=0.0, wall_s=0.0, memory_peak_bytes=0)

    async def close(self) -> None: ...


def test_a_task_that_does_not_succeed_is_no_reading(brief: None, tmp_path: Path) -> None:
    runtime = FakeRuntime("failed")
    taken = take("full", tmp_path, starts=task_starts(runtime, tmp_path))
    assert [note[:22] for note in taken.notes] == ["wasm_start: SUAN-R042:", "python_call: SUAN-R042"]
    assert [type(spec.work).__name__ for spec in runtime.specs] == ["Wasm", "Python"]


def test_the_real_runtime_runs_what_the_meter_times(tmp_path: Path) -> None:
    wasm = pytest.importorskip("suanwang.drivers.wasm.runtime", reason="the WebAssembly runtime is not built yet")
    cache, folder = tmp_path / "cache", tmp_path / "work"
    cache.mkdir(mode=0o700)
    folder.mkdir()

    async def scene() -> report.MeterReport:
        runtime = wasm.WasmRuntime(cache, workers=1)
        try:
            ((name, once),) = task_starts(runtime, folder, python=False)
            await repeat.awaited_ms(name, once, 0)
            return await measure.measure("quick", taken_at=1.0, key=KEY, fuel=runtime, folder=folder)
        finally:
            await runtime.close()

    speed = asyncio.run(scene()).speed
    assert 1e6 < speed.fuel_per_s <= speed.fuel_per_cpu_s * 1.1


# --- the report


def test_a_report_is_used_again_only_on_the_same_machine(tmp_path: Path) -> None:
    path = tmp_path / "state" / "meter.json"
    taken = take("quick", tmp_path)
    report.save(path, taken)
    assert report.load(path, KEY) == taken
    for other in (
        {"cores": 8},
        {"cpu_model": "Other"},
        {"versions": (("python", "3.12"),)},
        {"memory_bytes": 1},
        {"arch": "arm"},
    ):
        assert report.load(path, msgspec.structs.replace(KEY, **other)) is None
    assert [entry.name for entry in path.parent.iterdir()] == ["meter.json"]


@pytest.mark.parametrize("content", [b"", b"{", b'{"taken_at": 1}', b"\xff\xfe"])
def test_a_damaged_report_is_no_report(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "meter.json").write_bytes(content)
    assert report.load(tmp_path / "meter.json", KEY) is None
    assert report.load(tmp_path / "absent.json", KEY) is None


# --- the machine


def test_the_machine_is_read_from_its_own_files(tmp_path: Path) -> None:
    (tmp_path / "proc/device-tree").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text("MemTotal:       1000 kB\nMemFree:  1 kB\n")
    (tmp_path / "proc/cpuinfo").write_text("processor\t: 0\nCPU implementer\t: 0x48\nCPU part\t: 0xd01\n")
    assert (memory_bytes(tmp_path), cpu_model(tmp_path)) == (1_024_000, "0x48 0xd01")
    (tmp_path / "proc/device-tree/model").write_text("Raspberry Pi 5\0")
    (tmp_path / "sys/fs/cgroup").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("500000\n")
    assert (memory_bytes(tmp_path), cpu_model(tmp_path)) == (500_000, "Raspberry Pi 5")
    (tmp_path / "proc/cpuinfo").write_text("model name\t: AMD EPYC\nmodel name\t: other\n")
    (tmp_path / "sys/fs/cgroup/memory.max").write_text("max\n")
    assert (memory_bytes(tmp_path), cpu_model(tmp_path)) == (1_024_000, "AMD EPYC")


def test_the_key_of_this_machine_is_steady() -> None:
    assert machine_key() == machine_key()
    assert machine_key().cores >= 1


# --- the unit


def test_fuel_of_native_work_is_cpu_time_at_the_node_s_speed() -> None:
    assert unit.fuel_of(6.0, SPEED) == 18 * 10**9
    assert unit.fuel_of(0.0, SPEED) == 0
    assert unit.fuel_of(-1e-9, SPEED) == 0  # clocks of two processes may differ by a tick


@pytest.fixture(params=["control group", "by hand"])
def hold_at_half(request: pytest.FixtureRequest) -> Iterator[parent.Confine]:
    """Puts a process at half a core, by each of the two ways a cap can work."""
    cap = pytest.importorskip("suanwang.drivers.cap", reason="there is no cap to test with")
    tree = cap.find() if request.param == "control group" else None
    if request.param == "control group" and tree is None:
        pytest.skip("no control group can be written here")
    with cap.Cap(0.5, tree) as half:
        yield half.hold


def test_a_cap_stretches_native_work_but_not_its_price(hold_at_half: parent.Confine) -> None:
    """The same work free and at half a core. The bounds are wide for a busy machine; charging wall time would miss them."""
    free, capped = unit.fixed_work(120), unit.fixed_work(120, hold_at_half)
    ratio = unit.fuel_of(capped.cpu_s, SPEED) / unit.fuel_of(free.cpu_s, SPEED)
    print(f"free {free}, capped {capped}, fuel ratio {ratio:.3f}")
    assert capped.wall_s > 1.6 * capped.cpu_s  # the cap was in force
    assert 0.6 < ratio < 1.5
