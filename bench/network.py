"""A real network in a folder, for benchmarks: a brain and nodes as processes, started with the commands that a person types."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from suanwang.api.client import Client
from suanwang.api.config import Config, load_config
from suanwang.drivers.tls import client_context
from suanwang.model.fault import Fault

SUAN = Path(sys.executable).with_name("suan")
WAIT_S = 60.0


class Network:
    """All of it is in `folder`, and all that was started is stopped at the end. Compiled code is shared with the user's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not k.startswith("SUAN_")}
        self.env = {**kept, "XDG_CONFIG_HOME": str(folder / "config"), "SUAN_LANG": "en"}

    def __enter__(self) -> "Network":
        return self

    def __exit__(self, *_: object) -> None:
        for ready in [*self.folder.glob("*/node/ready"), *self.folder.glob("*/brain/ready")]:
            self._stop(ready)

    def suan(self, *arguments: str) -> str:
        """Run a command to its end and give its output; RuntimeError with its words if it fails."""
        done = subprocess.run([SUAN, *arguments], cwd=self.folder, env=self.env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"suan {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def up(self) -> None:
        """Start the brain and return when it has answered a call."""
        self.suan("up", "--no-node", "--detach", "--port", "0", "--dir", "brain")
        with self.client() as client:
            until(client.domain)

    def join(self, *more: str) -> None:
        """Start a node that lends the whole machine and return when it is ready for work."""
        self.suan("join", "--detach", "--dir", "node", "--name", "node", *more)

    def stop(self, what: str) -> None:
        """End the brain or the node and wait until it is gone."""
        self._stop(self.folder / what / what / "ready")

    def _stop(self, ready: Path) -> None:
        with contextlib.suppress(OSError, ValueError):
            os.kill(pid := int(ready.read_text()), signal.SIGTERM)
            end = time.monotonic() + WAIT_S
            while Path(f"/proc/{pid}").exists() and _state(pid) != "Z" and time.monotonic() < end:
                time.sleep(0.01)

    def pid(self, what: str) -> int:
        """The process number of the brain or the node."""
        return int((self.folder / what / what / "ready").read_text())

    def config(self) -> Config:
        """The brain's URL and the operator's token."""
        return load_config(self.env)

    def client(self, token: str = "") -> Client:
        """A client as programs use it, on one kept-alive connection; the operator's without a token."""
        return Client(self.config().url, token or self.config().token, self.config().peer)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection to the brain."""
        url = urlsplit(self.config().url)
        context = client_context(self.config().peer) if url.scheme == "https" else None
        return await asyncio.open_connection(url.hostname, url.port, ssl=context)


def until(call: Callable[[], object], pause_s: float = 0.005) -> None:
    """Repeat a call until it does not fail, for WAIT_S at most."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            call()
            return
        except Fault:
            if time.monotonic() > end:
                raise
            time.sleep(pause_s)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def memory_mib(pid: int) -> dict[str, float]:
    """Resident memory of a process in MiB: rss counts shared pages whole, pss by its share of them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kib = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return {"rss": kib["Rss"] / 1024, "pss": kib["Pss"] / 1024}


def children(pid: int) -> list[int]:
    """Processes started by a process."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
