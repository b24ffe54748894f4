"""A network in a folder, whose processes can be killed and started again in an instant: a brain, and agents of some owners."""

import contextlib
import os
import random
import signal
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

from suanwang.api.client import Client
from suanwang.api.config import Config, load_config
from suanwang.api.options import JoinOptions, NodeOptions, UpOptions
from suanwang.drivers.tls import client_context
from suanwang.model.fault import Fault
from suanwang.model.view import TokenAsk
from tests.chaos.forks import Forks

T = TypeVar("T")
BRAIN = "brain"
WORKER = b"suanwang.drivers.wasm.worker"
PORTS = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections: one of ours must not sit on the brain's port while it is down."""
WAIT_S = 60.0


class Fall(NamedTuple):
    """A process that ended without being killed by us."""

    name: str
    status: int
    words: str


class Network:
    """owners: node's name -> the owner's. Every process keeps all that it knows in the folder of its name.

    dead: pids of all that have ended; falls: those that ended by themselves; struck: what the killed ones were doing.
    """

    def __init__(self, folder: Path, forks: Forks, owners: Mapping[str, str] | None = None) -> None:
        self.folder, self.owners = folder, dict(owners or {})
        self.pids: dict[str, int] = {}
        self.dead = set[int]()
        self.falls: list[Fall] = []
        self.struck = Counter[str]()
        self._hit = set[int]()
        self._forks, self.port = forks, free_port()
        self._environment = {"XDG_CONFIG_HOME": str(folder / "config")}
        folder.mkdir(parents=True, exist_ok=True)

    def begin(self) -> None:
        """The brain, then every node with a token of its owner."""
        self.start(BRAIN)
        self.until_up()
        with self.client() as client:
            for name in self.owners:
                self.start(name, self.join_token(client, name), self.config().url)
                self.until(name, "ready")
            until(lambda: len(client.nodes().items) == len(self.owners))

    def options(self, name: str, token: str, url: str) -> UpOptions | JoinOptions:
        folder = str(self.folder / name)
        if name == BRAIN:
            return UpOptions(folder=folder, port=self.port, with_node=False)
        node = NodeOptions(name=name, cpu_milli=1000, memory_bytes=1 << 30)
        return JoinOptions(url=url, token=token, folder=folder, node=node)

    def start(self, name: str, token: str = "", url: str = "") -> None:
        """Start the brain, or a node: without a token and a URL it goes where it was."""
        self.ready(name).unlink(missing_ok=True)
        self.pids[name] = self._forks.start(self.options(name, token, url), self.log(name), self._environment)

    def kill(self, *names: str) -> None:
        """SIGKILL them all at once."""
        self.struck.update(self._doing(name) for name in names if name in self.pids)
        self._end(names, signal.SIGKILL)

    def hit(self, *names: str) -> None:
        """SIGKILL, and nothing else, at once; to be followed by `kill`. From any thread, while nobody else starts or kills."""
        for name in names:
            self._hit.add(self.pids[name])
            os.kill(self.pids[name], signal.SIGKILL)

    def stop(self, *names: str) -> None:
        """Ask them to end, and wait."""
        self._end(names, signal.SIGTERM)

    def _end(self, names: Iterable[str], number: int) -> None:
        """Those that had ended by themselves before have fallen."""
        pids = {self.pids.pop(name): name for name in names if name in self.pids}
        self.dead |= pids.keys()
        found = self._forks.kill(*pids, number=number)
        self.falls += [self._fall(pids[pid], status) for pid, status in found.items() if status not in (0, -number)]

    def _doing(self, name: str) -> str:
        """What a process is at: "starting", "working" (an agent with a busy worker), or "waiting"."""
        if not self.ready(name).exists():
            return "starting"
        return "working" if any(busy(pid) for pid in children(self.pids[name])) else "waiting"

    def fallen(self) -> tuple[str, ...]:
        """Names of those that have ended by themselves since the last look."""
        names = {pid: name for name, pid in self.pids.items() if pid not in self._hit}
        ended = {names[pid]: status for pid, status in self._forks.ended().items() if pid in names}
        self.falls += [self._fall(name, status) for name, status in ended.items()]
        self.dead |= {self.pids.pop(name) for name in ended}
        return tuple(ended)

    def _fall(self, name: str, status: int) -> Fall:
        return Fall(name, status, self.log(name).read_text()[-1500:])

    def end(self) -> None:
        """Kill all that is left."""
        self._end(tuple(self.pids), signal.SIGKILL)

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def home(self, name: str) -> Path:
        return self.folder / name / (BRAIN if name == BRAIN else "node")

    def ready(self, name: str) -> Path:
        return self.home(name) / "ready"

    def until(self, name: str, file: str) -> None:
        until((self.home(name) / file).exists)

    def until_up(self) -> None:
        """Until the brain answers."""
        self.until(BRAIN, "ready")
        with self.client() as client:
            until(lambda: self.answers(client))

    def answers(self, client: Client) -> bool:
        with contextlib.suppress(Fault):
            return bool(client.domain())
        return False

    def join_token(self, client: Client, name: str) -> str:
        return client.make_token(TokenAsk(kind="join", user=self.owners[name]), name).token

    def connection(self) -> ssl.SSLSocket:
        """A bare connection to the brain."""
        raw = socket.create_connection(("127.0.0.1", self.port))
        return client_context(self.config().peer).wrap_socket(raw)

    def config(self) -> Config:
        return load_config(self._environment)

    def client(self, token: str = "") -> Client:
        """The operator's client, or of whoever the token is."""
        config = self.config()
        return Client(config.url, token or config.token, config.peer)

    def orphans(self) -> list[str]:
        """Command lines of what still runs in the sessions of processes that are dead, and of workers whose agent is."""
        return [line for pid in processes() if (line := self._orphan(pid))]

    def _orphan(self, pid: int) -> str:
        with contextlib.suppress(OSError, ValueError, IndexError):
            state, parent, session = _status(pid)
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            ours = session in self.dead or (WORKER in words and int(words[words.index(WORKER) + 2]) in self.dead)
            if ours and state not in "ZX" and pid not in self.pids.values():
                return f"{pid} (child of {parent}): {b' '.join(words).decode()}"
        return ""


def _status(pid: int) -> tuple[str, int, int]:
    """(state, parent, session) of a process; proc(5)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return fields[0], int(fields[1]), int(fields[3])


def busy(pid: int) -> bool:
    """Whether it runs or waits for a disk, right now."""
    with contextlib.suppress(OSError, IndexError):
        return _status(pid)[0] in "RD"
    return False


def children(pid: int) -> list[int]:
    """What a process's main thread has started."""
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def free_port() -> int:
    """A port that nobody listens on now."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def until(true: Callable[[], object], limit_s: float = WAIT_S, pause_s: float = 0.01) -> None:
    """Wait until it is so."""
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, f"not so after {limit_s:g} s"
        time.sleep(pause_s)


class Patience:
    """Asks again until there is an answer, and counts with which code there was none."""

    def __init__(self, stop_s: float = 120.0) -> None:
        self.codes: dict[str, int] = {}
        self._stop_s, self._lock = stop_s, threading.Lock()

    def __call__(self, ask: Callable[[], T]) -> T:
        end = time.monotonic() + self._stop_s
        while True:
            try:
                return ask()
            except Fault as fault:
                self.count(fault)
                if time.monotonic() > end or not passing(fault):
                    raise
            time.sleep(0.05)

    def count(self, fault: Fault) -> None:
        with self._lock:
            self.codes[fault.code] = self.codes.get(fault.code, 0) + 1


def passing(fault: Fault) -> bool:
    """Whether a caller may ask again: the brain was not there, or could not write."""
    return fault.code.startswith(("SUAN-W", "SUAN-L"))
