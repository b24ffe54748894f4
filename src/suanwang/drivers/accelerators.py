"""Accelerators of this machine, asked of a row of plug-ins: each looks for its own vendor's devices and finds them or nothing.

A plug-in is a name and a function (root of the file system) -> devices. Ours stand in PLUGINS; another package adds one by an
entry point of the group "suanwang.accelerators" that names such a function. Absent hardware or an absent library is simply
absent; a plug-in that raises is contained and reported. Devices on the PCI bus that no plug-in knows are noticed, not offered.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from suanwang.model.node import Accelerator, Device

Probe = Callable[[Path], tuple[Accelerator, ...]]
Plugin = tuple[str, Probe]

GROUP = "suanwang.accelerators"

_MAKERS = {"nvidia", "geforce", "tesla", "quadro", "amd", "ati", "instinct", "radeon", "gpu", "generation", "graphics"}
_FORM = re.compile(r"sxm\d*|pcie|nvl|oam|hbm\w*|\d+gi?b")
"""Words of a product name that tell its line or its form, not its class: they are left out of the kind."""

_DRIVER = ("dev/nvidiactl", "proc/driver/nvidia", "dev/dxg")
"""What there is where a driver of NVIDIA's is; the last is Linux on Windows."""
_SHARED = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools")
_ABSENT = ("NVMLError_LibraryNotFound", "NVMLError_DriverNotLoaded")


def discover(root: Path = Path("/")) -> tuple[Accelerator, ...]:
    """What can be offered; equal devices are one entry with a count. Never fails."""
    return discover_with_notes(root)[0]


def discover_with_notes(
    root: Path = Path("/"), plugins: tuple[Plugin, ...] | None = None
) -> tuple[tuple[Accelerator, ...], tuple[str, ...]]:
    """(what can be offered, one sentence for each plug-in that broke and each device that is only noticed). Never fails."""
    found: list[Accelerator] = []
    notes: list[str] = []
    for name, load in _loaders() if plugins is None else [(name, lambda probe=probe: probe) for name, probe in plugins]:
        try:
            found += load()(root)
        except Exception as trouble:  # a foreign plug-in may raise anything; it must not stop the node
            notes.append(f"accelerator plug-in {name} failed: {type(trouble).__name__}: {trouble}")
    return tuple(found), (*notes, *_noticed(root, {each.vendor for each in found}))


def kind_of(name: str) -> str:
    """The class in a product name: "NVIDIA A100-SXM4-80GB" -> "a100", "GeForce RTX 4090" -> "rtx-4090"."""
    words = re.split(r"[\s_-]+", name.partition(" / ")[0].lower().strip())
    kept = [word for word in words if word and word not in _MAKERS and not _FORM.fullmatch(word)]
    return "-".join(kept) or "unknown"


def nvidia(root: Path, nvml: Any = None) -> tuple[Accelerator, ...]:
    """By NVIDIA's management library. A device cut into MIG instances is offered as those: "h200-mig-1g.18gb".

    Raises what NVML raises, except that no library or no driver is no device. nvml: in place of its binding, which is large and
    only loaded where a driver is.
    """
    if nvml is None:
        if not any((root / trace).exists() for trace in _DRIVER):
            return ()
        nvml = importlib.import_module("pynvml")
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as trouble:
        if type(trouble).__name__ in _ABSENT:
            return ()
        raise
    try:
        devices = [nvml.nvmlDeviceGetHandleByIndex(index) for index in range(nvml.nvmlDeviceGetCount())]
        parts = [(part, _files(root, nvml, device, part)) for device in devices for part in _instances(nvml, device)]
        return _grouped("nvidia", [_nvidia(nvml, part, files) for part, files in parts])
    finally:
        nvml.nvmlShutdown()


def amd(root: Path) -> tuple[Accelerator, ...]:
    """By the kernel's compute driver: /dev/kfd and the nodes of /sys/class/kfd that have compute units.

    The name is the card's own if the driver knows it, else the instruction set, such as "gfx942".
    """
    if not (root / "dev/kfd").exists():
        return ()
    nodes = sorted((root / "sys/class/kfd/kfd/topology/nodes").glob("*"), key=_number)
    gpus = [(node, properties) for node in nodes if (properties := _properties(node)).get("simd_count", 0) > 0]
    found = enumerate(gpus)
    return _grouped("amd", [(_amd_name(root, p), _amd_memory(node), _amd_device(number, p)) for number, (node, p) in found])


def ascend(root: Path) -> tuple[Accelerator, ...]:
    """By the device files /dev/davinci0, ...; the kind by PCI id. Memory is not known without the vendor's tools, so 0."""
    numbers = sorted(int(n) for path in (root / "dev").glob("davinci*") if (n := path.name.removeprefix("davinci")).isdecimal())
    names = {_ASCEND.get(device, "Ascend") for _, _, vendor, device in _pci(root) if vendor == _HUAWEI and device in _ASCEND}
    name = names.pop() if len(names) == 1 else "Ascend"
    common = ("/dev/davinci_manager", "/dev/devmm_svm", "/dev/hisi_hdc")
    return _grouped("huawei", [(name, 0, Device(id=str(n), files=(f"/dev/davinci{n}", *common))) for n in numbers])


PLUGINS: tuple[Plugin, ...] = (("nvidia", nvidia), ("amd", amd), ("ascend", ascend))

_HUAWEI = "0x19e5"
_ASCEND = {
    "0xd100": "Ascend 310",
    "0xd500": "Ascend 310P",
    "0xd801": "Ascend 910",
    "0xd802": "Ascend 910B",
    "0xd803": "Ascend 910C",
}
_VENDORS = {"0x10de": "nvidia", "0x1002": "amd", _HUAWEI: "huawei"}
_NOTICED = ("0x03", "0x12")
"""PCI base classes: display controller, processing accelerator."""


def _loaders() -> Iterator[tuple[str, Callable[[], Probe]]]:
    """Ours, then those of other packages; loading one may fail, so it is left to the caller."""
    for name, probe in PLUGINS:
        yield name, lambda probe=probe: probe
    for entry in entry_points(group=GROUP):
        yield entry.name, entry.load


def _grouped(vendor: str, found: list[tuple[str, int, Device]]) -> tuple[Accelerator, ...]:
    """Equal (name, memory bytes) become one entry, in the order they were first seen."""
    alike: dict[tuple[str, int], list[Device]] = {}
    for name, memory, device in found:
        alike.setdefault((name, memory), []).append(device)
    return tuple(
        Accelerator(kind=kind_of(name), vendor=vendor, name=name, count=len(d), memory_bytes=memory, devices=tuple(d))
        for (name, memory), d in alike.items()
    )


def _nvidia(nvml: Any, part: Any, files: tuple[str, ...]) -> tuple[str, int, Device]:
    memory = int(nvml.nvmlDeviceGetMemoryInfo(part).total)
    return nvml.nvmlDeviceGetName(part), memory, Device(id=nvml.nvmlDeviceGetUUID(part), files=files)


def _files(root: Path, nvml: Any, device: Any, part: Any) -> tuple[str, ...]:
    """The device's own file, those that all devices share, and for an instance those of the capabilities it stands for."""
    own = f"/dev/nvidia{nvml.nvmlDeviceGetMinorNumber(device)}"
    caps = sorted((root / "dev/nvidia-caps").glob("nvidia-cap*")) if part is not device else ()
    return (own, *_SHARED, *(f"/{path.relative_to(root)}" for path in caps))


def _instances(nvml: Any, device: Any) -> list[Any]:
    """The device itself, or the MIG instances it is cut into."""
    try:
        cut, _ = nvml.nvmlDeviceGetMigMode(device)
    except nvml.NVMLError:  # most devices cannot be cut and say so by an error
        return [device]
    if not cut:
        return [device]
    instances: list[Any] = []
    for index in range(nvml.nvmlDeviceGetMaxMigDeviceCount(device)):
        try:
            instances.append(nvml.nvmlDeviceGetMigDeviceHandleByIndex(device, index))
        except nvml.NVMLError:  # an empty slot
            continue
    return instances


def _amd_name(root: Path, properties: dict[str, int]) -> str:
    card = root / f"sys/class/drm/renderD{properties.get('drm_render_minor', 0)}/device/product_name"
    return _text(card) or _instruction_set(properties.get("gfx_target_version", 0))


def _instruction_set(version: int) -> str:
    """90402 -> "gfx942", 90010 -> "gfx90a": major, minor, and the step in hexadecimal."""
    return f"gfx{version // 10000}{version // 100 % 100}{version % 100:x}"


def _amd_device(number: int, properties: dict[str, int]) -> Device:
    return Device(id=str(number), files=("/dev/kfd", f"/dev/dri/renderD{properties.get('drm_render_minor', 0)}"))


def _amd_memory(node: Path) -> int:
    """Bytes of the device's own memory: banks of heap type 1 (visible to the host) and 2 (not visible)."""
    banks = [_properties(bank) for bank in (node / "mem_banks").glob("*")]
    return sum(bank.get("size_in_bytes", 0) for bank in banks if bank.get("heap_type") in (1, 2))


def _noticed(root: Path, offered: set[str]) -> Iterator[str]:
    for address, class_, vendor, device in _pci(root):
        if class_.startswith(_NOTICED) and _VENDORS.get(vendor) not in offered:
            yield f"PCI device {address} ({vendor}:{device}, class {class_}) is there, but no plug-in can use it"


def _pci(root: Path) -> Iterator[tuple[str, str, str, str]]:
    """(address, class, vendor, device) of every device on the bus, hexadecimal with 0x as the kernel writes them."""
    for path in sorted((root / "sys/bus/pci/devices").glob("*")):
        yield path.name, _text(path / "class"), _text(path / "vendor"), _text(path / "device")


def _properties(node: Path) -> dict[str, int]:
    """A file of "name number" lines."""
    pairs = (line.split() for line in _text(node / "properties").splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}


def _number(path: Path) -> int:
    return int(path.name) if path.name.isdecimal() else 0


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""
