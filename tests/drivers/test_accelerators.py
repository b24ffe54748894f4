"""Accelerators: a fake library and a fake /sys tell what is found, what is only noticed, and what breaks without harm."""

from importlib.metadata import EntryPoint
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest

from suanwang.drivers import accelerators
from suanwang.drivers.accelerators import amd, ascend, discover, discover_with_notes, kind_of, nvidia
from suanwang.model.node import Accelerator, Device

GIB = 1 << 30


class FakeNvml:
    """The few calls of pynvml we use. devices: (name, memory bytes, MIG instances or None). It fails where pynvml fails."""

    NVMLError = pynvml.NVMLError

    def __init__(self, *devices: tuple[str, int, list[tuple[str, int] | None] | None], fails: int = 0) -> None:
        self.devices, self.fails, self.open = devices, fails, 0

    def nvmlInit(self) -> None:
        if self.fails:
            raise pynvml.NVMLError(self.fails)
        self.open += 1

    def nvmlShutdown(self) -> None:
        self.open -= 1

    def nvmlDeviceGetCount(self) -> int:
        return len(self.devices)

    def nvmlDeviceGetHandleByIndex(self, index: int) -> Any:
        return self.devices[index]

    def nvmlDeviceGetName(self, device: Any) -> str:
        return device[0]

    def nvmlDeviceGetMemoryInfo(self, device: Any) -> Any:
        return SimpleNamespace(total=device[1])

    def nvmlDeviceGetUUID(self, device: Any) -> str:
        return f"GPU-{[id(d) for d in self.devices].index(id(device))}" if len(device) == 3 else "MIG-x"

    def nvmlDeviceGetMinorNumber(self, device: Any) -> int:
        return [id(d) for d in self.devices].index(id(device))

    def nvmlDeviceGetMigMode(self, device: Any) -> tuple[int, int]:
        if device[2] is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
        return (1, 1) if device[2] else (0, 0)

    def nvmlDeviceGetMaxMigDeviceCount(self, device: Any) -> int:
        return len(device[2])

    def nvmlDeviceGetMigDeviceHandleByIndex(self, device: Any, index: int) -> Any:
        if device[2][index] is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
        return device[2][index]


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def pci(address: str, class_: str, vendor: str, device: str) -> dict[str, str]:
    folder = f"sys/bus/pci/devices/{address}"
    return {f"{folder}/class": f"{class_}\n", f"{folder}/vendor": f"{vendor}\n", f"{folder}/device": f"{device}\n"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("NVIDIA A100-SXM4-80GB", "a100"),
        ("NVIDIA A100 80GB PCIe", "a100"),
        ("NVIDIA H100 80GB HBM3", "h100"),
        ("NVIDIA H200", "h200"),
        ("Tesla V100-SXM2-16GB", "v100"),
        ("GeForce RTX 4090", "rtx-4090"),
        ("NVIDIA GeForce GTX 1080 Ti", "gtx-1080-ti"),
        ("NVIDIA RTX 6000 Ada Generation", "rtx-6000-ada"),
        ("NVIDIA L40S", "l40s"),
        ("NVIDIA H200 MIG 1g.18gb", "h200-mig-1g.18gb"),
        ("AMD Instinct MI300X", "mi300x"),
        ("AMD Instinct MI250X / MI250", "mi250x"),
        ("AMD Radeon RX 7900 XTX", "rx-7900-xtx"),
        ("Ascend 910B", "ascend-910b"),
        ("NVIDIA", "unknown"),
        ("", "unknown"),
    ],
)
def test_the_kind_is_the_class_in_the_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_equal_nvidia_devices_are_counted_together() -> None:
    big = [("NVIDIA A100-SXM4-80GB", 80 * GIB, list[Any]()) for _ in range(2)]
    nvml = FakeNvml(big[0], ("NVIDIA T4", 16 * GIB, None), big[1])
    shared = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools")
    one, two, three = (Device(id=f"GPU-{n}", files=(f"/dev/nvidia{n}", *shared)) for n in range(3))
    assert nvidia(Path("/"), nvml) == (
        Accelerator(
            kind="a100", vendor="nvidia", name="NVIDIA A100-SXM4-80GB", count=2, memory_bytes=80 * GIB, devices=(one, three)
        ),
        Accelerator(kind="t4", vendor="nvidia", name="NVIDIA T4", count=1, memory_bytes=16 * GIB, devices=(two,)),
    )
    assert nvml.open == 0


def test_a_cut_device_is_offered_as_its_instances(tmp_path: Path) -> None:
    write(tmp_path, {"dev/nvidia-caps/nvidia-cap1": ""})
    piece = ("NVIDIA H200 MIG 1g.18gb", 18 * GIB)
    (found,) = nvidia(tmp_path, FakeNvml(("NVIDIA H200", 141 * GIB, [piece, None, piece])))
    assert {"/dev/nvidia0", "/dev/nvidia-caps/nvidia-cap1"} <= set(found.devices[0].files)
    assert (found.kind, found.count, found.memory_bytes) == ("h200-mig-1g.18gb", 2, 18 * GIB)


@pytest.mark.parametrize("code", [pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, pynvml.NVML_ERROR_DRIVER_NOT_LOADED])
def test_no_nvidia_library_or_driver_is_no_device(code: int) -> None:
    assert nvidia(Path("/"), FakeNvml(fails=code)) == ()


def test_a_broken_nvidia_driver_is_reported_and_does_not_hide_the_others(tmp_path: Path) -> None:
    broken = FakeNvml(fails=pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH)
    write(tmp_path, {"dev/davinci0": "", "dev/davinci_manager": ""})
    plugins = (("nvidia", lambda root: nvidia(root, broken)), ("ascend", ascend))
    found, notes = discover_with_notes(tmp_path, plugins)
    assert [each.kind for each in found] == ["ascend"]
    assert len(notes) == 1 and "nvidia failed" in notes[0]


def test_amd_devices_come_from_the_kernel_s_topology(tmp_path: Path) -> None:
    nodes = "sys/class/kfd/kfd/topology/nodes"
    files = {"dev/kfd": "", f"{nodes}/0/properties": "cpu_cores_count 64\nsimd_count 0\n"}
    for number in (1, 2):
        files |= {
            f"{nodes}/{number}/properties": f"simd_count 1216\ngfx_target_version 90402\ndrm_render_minor {127 + number}\n",
            f"{nodes}/{number}/mem_banks/0/properties": f"heap_type 1\nsize_in_bytes {192 * GIB}\n",
            f"{nodes}/{number}/mem_banks/1/properties": f"heap_type 0\nsize_in_bytes {GIB}\n",
        }
    (by_set,) = amd(write(tmp_path, files))
    assert (by_set.kind, by_set.count, by_set.memory_bytes) == ("gfx942", 2, 192 * GIB)
    write(tmp_path, {f"sys/class/drm/renderD{minor}/device/product_name": "AMD Instinct MI300X\n" for minor in (128, 129)})
    assert [d.files for d in by_set.devices] == [("/dev/kfd", "/dev/dri/renderD128"), ("/dev/kfd", "/dev/dri/renderD129")]
    (by_name,) = amd(tmp_path)
    assert (by_name.kind, by_name.name, by_name.count) == ("mi300x", "AMD Instinct MI300X", 2)
    (tmp_path / "dev/kfd").unlink()
    assert amd(tmp_path) == ()


def test_ascend_devices_come_from_their_device_files(tmp_path: Path) -> None:
    files = {f"dev/davinci{number}": "" for number in range(8)} | {"dev/davinci_manager": ""}
    files |= pci("0000:01:00.0", "0x120000", "0x19e5", "0xd802")
    (found,) = ascend(write(tmp_path, files))
    assert (found.kind, found.vendor, found.count) == ("ascend-910b", "huawei", 8)
    assert [d.id for d in found.devices] == [str(n) for n in range(8)] and "/dev/davinci7" in found.devices[7].files


def test_what_no_plugin_knows_is_noticed_not_offered(tmp_path: Path) -> None:
    files = pci("0000:01:00.0", "0x120000", "0x1e52", "0x401e") | pci("0000:02:00.0", "0x020000", "0x8086", "0x1572")
    found, notes = discover_with_notes(write(tmp_path, files), (("amd", amd), ("ascend", ascend)))
    assert found == ()
    assert notes == ("PCI device 0000:01:00.0 (0x1e52:0x401e, class 0x120000) is there, but no plug-in can use it",)


def npu_probe(root: Path) -> tuple[Accelerator, ...]:
    return (Accelerator(kind="npu", vendor="someone", name=f"Some NPU at {root}", count=1),)


def test_another_package_adds_a_plugin_by_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = EntryPoint("someone", "os.path:lexists", accelerators.GROUP)
    bad = EntryPoint("gone", "no_such_package_here:probe", accelerators.GROUP)
    monkeypatch.setattr(
        EntryPoint, "load", lambda self: npu_probe if self.name == "someone" else __import__("no_such_package_here")
    )
    monkeypatch.setattr(accelerators, "entry_points", lambda group: [bad, good] if group == accelerators.GROUP else [])
    monkeypatch.setattr(accelerators, "PLUGINS", (("amd", amd),))
    found, notes = discover_with_notes(tmp_path)
    assert [each.kind for each in found] == ["npu"]
    assert len(notes) == 1 and "gone failed: ModuleNotFoundError" in notes[0]


def test_this_machine_is_looked_at_without_a_fault() -> None:
    found = discover()
    assert all(each.kind and each.vendor and each.count > 0 for each in found)
    if not Path("/dev/nvidiactl").exists():
        assert not [each for each in found if each.vendor == "nvidia"]
