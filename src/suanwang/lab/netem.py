"""Links with a length where the kernel has netem (tc-netem(8)): the kernel holds frames back itself, and no relay is needed.

Each end of a cable is an interface with a queue that delays, loses and paces what leaves by it. A cable that is cut in silence
loses all. Does what the relay does, in the same words.
"""

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import cast

from suanwang.drivers.kernel.namespace import inside
from suanwang.lab.plan import QUEUE_BYTES, Cable, Plan
from suanwang.lab.relay import Traffic
from suanwang.model.fault import KernelFault

FRAMES_MAX = QUEUE_BYTES // 100
"""netem counts frames: as many small ones as the relay's bytes hold."""


def there() -> bool:
    """Whether this kernel has it, and tc is installed. Tried in a network namespace that is gone at once."""
    if shutil.which("tc") is None or shutil.which("unshare") is None:
        return False
    words = ["unshare", "--net", "tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def figures(cable: Cable, up: bool = True) -> list[str]:
    """What tc is told of one end. A rate of 0 is none."""
    told = ["netem", "limit", str(FRAMES_MAX), "delay", f"{cable.latency_ms * 1e3:.0f}us"]
    if cable.jitter_ms:
        told.append(f"{cable.jitter_ms * 1e3:.0f}us")
    loss = cable.loss if up else 1.0
    if loss:
        told += ["loss", f"{loss * 100:.6g}%"]
    if cable.rate_mbit:
        told += ["rate", f"{cable.rate_mbit * 1e3:.0f}kbit"]
    return told


class Netem:
    """The queues of a lab's cables, by number; each begins as its cable says."""

    def __init__(self, plan: Plan, cables: Sequence[Cable]) -> None:
        self._plan, self._cables, self._up = plan, list(cables), [True] * len(cables)

    def begin(self) -> None:
        """Every cable as it was planned."""
        for number in range(len(self._cables)):
            self._told(number)

    def set(self, number: int, cable: Cable) -> None:
        self._cables[number] = cable
        self._told(number)

    def up(self, number: int, up: bool) -> None:
        self._up[number] = up
        self._told(number)

    def traffic(self, number: int) -> Traffic:
        cable = self._cables[number]
        return Traffic(*self._counted(cable.a, cable.b), *self._counted(cable.b, cable.a))

    def _told(self, number: int) -> None:
        cable = self._cables[number]
        for box, other in ((cable.a, cable.b), (cable.b, cable.a)):
            self._tc(box, "qdisc", "replace", "dev", other, "root", *figures(cable, self._up[number]))

    def _counted(self, box: str, device: str) -> tuple[int, int, int]:
        told = cast(list[dict[str, int]], json.loads(self._tc(box, "-s", "-j", "qdisc", "show", "dev", device)))
        return told[0]["packets"], told[0]["bytes"], told[0]["drops"]

    def _tc(self, box: str, *words: str) -> str:
        """KernelFault SUAN-K011: it is refused."""
        with inside(self._plan.space(box)):
            done = subprocess.run(["tc", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise KernelFault("SUAN-K011", f"tc refuses a link of the lab: {done.stderr[:200]}", "suan lab down; suan lab up")
        return done.stdout
