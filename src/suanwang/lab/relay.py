"""The relay, which gives links their length: compiled once for this machine, started for one lab, told what to change by
datagrams."""

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from suanwang.lab.plan import QUEUE_BYTES, Cable, Plan
from suanwang.model.fault import KernelFault

ANSWER_S = 1.0


class Traffic(NamedTuple):
    """Frames, bytes and drops from a to b, and from b to a."""

    frames: int
    bytes: int
    dropped: int
    frames_back: int
    bytes_back: int
    dropped_back: int


def built(cache: Path) -> Path:
    """The relay's program, compiled from its source where it is not there. KernelFault SUAN-K010: it cannot be compiled
    here."""
    source = resources.files("suanwang.lab").joinpath("native/relay.c").read_bytes()
    program = cache / f"relay-{hashlib.sha256(source).hexdigest()[:16]}"
    if program.exists():
        return program
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise KernelFault("SUAN-K010", "links with a length need a C compiler, and there is none", "apt install gcc libc6-dev")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        text, made = Path(folder, "relay.c"), Path(folder, "relay")
        text.write_bytes(source)
        done = subprocess.run([compiler, "-O2", "-o", made, text], capture_output=True, text=True, check=False)
        if done.returncode:
            raise KernelFault("SUAN-K010", f"the relay cannot be compiled: {done.stderr[:300]}", "apt install gcc libc6-dev")
        os.replace(made, program)
    return program


def lines(plan: Plan, cables: Sequence[Cable]) -> str:
    """What the relay reads: one line for each cable."""
    return "".join(
        f"{plan.space(c.a)} {c.b} {mac(at, 1)} {plan.space(c.b)} {c.a} {mac(at, 2)} {figures(c)} {QUEUE_BYTES}\n"
        for at, c in enumerate(cables)
    )


def figures(cable: Cable) -> str:
    """Delay and jitter in microseconds, loss in millionths, rate in kbit/s."""
    values = (cable.latency_ms * 1e3, cable.jitter_ms * 1e3, cable.loss * 1e6, cable.rate_mbit * 1e3)
    return " ".join(str(round(v)) for v in values)


def mac(at: int, end: int) -> str:
    """Locally administered."""
    return f"02:5a:{at >> 8:02x}:{at & 255:02x}:00:{end:02x}"


class Relay:
    """The running relay of a lab, by its socket."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def set(self, number: int, cable: Cable) -> None:
        self._said(f"set {number} {figures(cable)}")

    def up(self, number: int, up: bool) -> None:
        self._said(f"up {number} {int(up)}")

    def traffic(self, number: int) -> Traffic:
        return Traffic(*(int(n) for n in self._said(f"stat {number}").split()))

    def _said(self, line: str) -> str:
        """KernelFault SUAN-K011: it does not answer."""
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as talk:
            talk.bind(f"{folder}/s")
            talk.settimeout(ANSWER_S)
            try:
                talk.sendto(line.encode(), str(self._place))
                answer = talk.recv(256).decode().strip()
            except OSError as error:
                why = f"the lab's relay does not answer: {error}"
                raise KernelFault("SUAN-K011", why, "suan lab down; suan lab up") from error
        if answer == "not understood":
            raise KernelFault("SUAN-K011", f"the lab's relay does not understand {line!r}", "suan lab down; suan lab up")
        return answer
