"""A lower top speed for the processors, by the kernel's cpufreq: read what there is, hold it down for a while, put it back.

Every policy (a directory of cpufreq, for one or more processors) has files in kHz: the hardware's limits cpuinfo_min_freq and
cpuinfo_max_freq, and scaling_min_freq and scaling_max_freq, which the kernel keeps to (admin-guide/pm/cpufreq.rst).
A host without them (most virtual machines) has no policies, and a cap there does nothing. Writing needs root.
"""

import atexit
import contextlib
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path("/sys/devices/system/cpu")


@dataclass(frozen=True, slots=True)
class Policy:
    """What one policy says. Frequencies in kHz; steps: those it can be set to, rising, empty where any in between will do."""

    path: Path
    governor: str
    governors: tuple[str, ...]
    hardware_min: int
    hardware_max: int
    cap_min: int
    cap_max: int
    steps: tuple[int, ...]

    @property
    def share(self) -> float:
        """The top speed in force, as a share of the hardware's."""
        return self.cap_max / self.hardware_max

    def step_for(self, share: float) -> int:
        """The highest speed that is at most such a share of the hardware's, or its lowest."""
        wanted = int(share * self.hardware_max)
        below = [step for step in self.steps if step <= wanted]
        return max(self.hardware_min, below[-1] if below else self.steps[0] if self.steps else wanted)


def policies(root: Path = ROOT) -> tuple[Policy, ...]:
    """Every policy of the machine once, by name; what cannot be read is passed over."""
    found: dict[Path, Policy] = {}
    for path in sorted((*root.glob("cpufreq/policy*"), *root.glob("cpu[0-9]*/cpufreq"))):
        real = path.resolve()
        if real not in found and (policy := _policy(real)) is not None:
            found[real] = policy
    return tuple(found.values())


class Cap:
    """Holds every policy down to a share of its top speed, from now on until `close`; then each is as it was before.

    share: 1 or more does nothing. A policy that was already lower stays as it is. `held`: the share that is in force, 1.0 where
    nothing can be set.
    """

    def __init__(self, share: float, root: Path = ROOT) -> None:
        self._before: list[Policy] = []
        self.held = 1.0
        if share < 1:
            for policy in policies(root):
                self._hold(policy, policy.step_for(share))
        if self._before:
            self.held = max(now.share for p in self._before if (now := _policy(p.path)) is not None)
        atexit.register(self.close)

    def close(self) -> None:
        """Put back. May be called twice."""
        atexit.unregister(self.close)
        for policy in self._before:
            with contextlib.suppress(OSError):
                _write(policy.path, "scaling_max_freq", policy.cap_max)  # first: the least may not exceed the most
                _write(policy.path, "scaling_min_freq", policy.cap_min)
        self._before = []

    def _hold(self, policy: Policy, khz: int) -> None:
        if khz >= policy.cap_max:
            return
        try:
            if policy.cap_min > khz:
                _write(policy.path, "scaling_min_freq", policy.hardware_min)
            self._before.append(policy)
            _write(policy.path, "scaling_max_freq", khz)
        except OSError:
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Rest:
    """The processors at their lowest speed while nothing is wanted of the machine. Where there are no policies it changes
    nothing, and says so: the speed in force stays 1."""

    def __init__(self, root: Path = ROOT) -> None:
        self._root = root
        self._cap: Cap | None = None

    def __call__(self, resting: bool) -> float:
        """The top speed in force from now on, as a share of the hardware's."""
        if resting and self._cap is None:
            self._cap = Cap(0.01, self._root)
        elif not resting and self._cap is not None:
            self._cap.close()
            self._cap = None
        return self._cap.held if self._cap else 1.0


def _policy(path: Path) -> Policy | None:
    try:
        return Policy(
            path=path,
            governor=_text(path / "scaling_governor"),
            governors=tuple(_text(path / "scaling_available_governors").split()),
            hardware_min=_khz(path, "cpuinfo_min_freq"),
            hardware_max=_khz(path, "cpuinfo_max_freq"),
            cap_min=_khz(path, "scaling_min_freq"),
            cap_max=_khz(path, "scaling_max_freq"),
            steps=tuple(sorted(int(step) for step in _text(path / "scaling_available_frequencies").split())),
        )
    except (OSError, ValueError):
        return None


def _khz(path: Path, name: str) -> int:
    khz = int((path / name).read_text())
    if khz <= 0:
        raise ValueError(f"{path / name} says {khz} kHz")
    return khz


def _text(path: Path) -> str:
    """Empty where the driver does not have it."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def _write(path: Path, name: str, khz: int) -> None:
    (path / name).write_text(f"{khz}\n")
