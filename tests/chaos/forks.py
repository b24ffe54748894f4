"""A fork server for tests that start brains and agents hundreds of times: imports are paid for once, not at every start.

    test --pipe--> this program, which has imported everything and runs no thread and no loop
                     |-- fork --> a brain      a session of its own, output to a file, then exactly what `--detach` runs
                     `-- fork --> an agent     the same; only its speed is not measured but told (measured once, for real)

What is forked is as real as what is started the ordinary way: its own pid, killed by signal, its memory lost with it. Brains
keep a snapshot much more often than they need, so that kills meet that too. The server waits for its children, so that a pid
names the same process until the server has said that it is gone.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import msgspec

from suanwang.api.options import JoinOptions, UpOptions

SNAPSHOT_EVERY = 100
"""Events between two snapshots."""
NOISE = 0.01
"""No two measurements are alike: each start tells a speed that differs by so much at most, and joins with new particulars."""


class Forks:
    """The test's end. May be called from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SUAN_")}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "SUAN_LANG": "en"}  # a thread of a library would not survive a fork
        self._lock = threading.Lock()
        self._log = (folder / "forks.log").open("wb")
        self._server = subprocess.Popen(
            [sys.executable, "-P", __file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment,
            text=True,
        )

    def start(self, options: UpOptions | JoinOptions, log: Path, environment: dict[str, str]) -> int:
        """The pid of a process that does what the options say, with this added to its environment, talking to `log`."""
        return self._ask(
            do="start",
            kind=type(options).__name__,
            options=msgspec.json.encode(options).decode(),
            log=str(log),
            environment=environment,
        )

    def kill(self, *pids: int, number: int = signal.SIGKILL) -> dict[int, int]:
        """Signal them, all before any is waited for; returns when they are gone: pid -> status, negative for a signal."""
        return {int(pid): status for pid, status in self._ask(do="kill", pids=pids, number=int(number)).items()}

    def ended(self) -> dict[int, int]:
        """Who ended by itself since this was last asked: pid -> status."""
        return {int(pid): status for pid, status in self._ask(do="look").items()}

    def close(self) -> None:
        """End the server, which kills whoever is left."""
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(30)
        self._server.stdout.close()
        self._log.close()

    def _ask(self, **request: object) -> Any:
        assert self._server.stdin is not None and self._server.stdout is not None
        with self._lock:
            self._server.stdin.write(json.dumps(request) + "\n")
            self._server.stdin.flush()
            answer = self._server.stdout.readline()
        assert answer, f"the fork server has ended: {Path(self._log.name).read_text()[-2000:]}"
        return json.loads(answer)


class Server:
    """The other end: one request a line, answered in turn."""

    def __init__(self) -> None:
        self._children = set[int]()

    def serve(self) -> str:
        """Answer until nobody asks any more; "" then. In a child: the kind of options that it is to carry out."""
        while line := sys.stdin.readline():
            request = json.loads(line)
            if request["do"] == "start":
                answer = self._start(request)
                if answer == 0:
                    return str(request["kind"])
            elif request["do"] == "kill":
                answer = self._kill(request["pids"], request["number"])
            else:
                answer = self._look()
            print(json.dumps(answer), flush=True)
        self._kill(list(self._children), signal.SIGKILL)
        return ""

    def _start(self, request: dict[str, Any]) -> int:
        assert os.listdir("/proc/self/task") == [str(os.getpid())], "a thread would be missing in the child"
        pid = os.fork()
        if pid:
            self._children.add(pid)
        else:
            _become(request)
        return pid

    def _kill(self, pids: list[int], number: int) -> dict[int, int]:
        mine = [pid for pid in pids if pid in self._children]
        for pid in mine:
            os.kill(pid, number)
        return {pid: self._reaped(pid, 0)[1] for pid in mine}

    def _look(self) -> dict[int, int]:
        found = [self._reaped(pid, os.WNOHANG) for pid in tuple(self._children)]
        return {pid: status for pid, status in found if pid}

    def _reaped(self, pid: int, options: int) -> tuple[int, int]:
        done, status = os.waitpid(pid, options)
        self._children -= {done}
        return done, os.waitstatus_to_exitcode(status)


def _become(request: dict[str, Any]) -> None:
    """The child as a process of its own: session, environment, options to read, a file to write to."""
    os.setsid()
    os.environ.update(request["environment"])
    asked, told = os.pipe()
    os.write(told, request["options"].encode())
    os.close(told)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((asked, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.closerange(3, 64)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)


def _measure(folder: Path) -> bytes:
    """A node's measurements, taken for real in a process of its own, because it takes a loop and threads."""
    file = folder / "measured.json"
    if (pid := os.fork()) == 0:
        _take_measure(folder, file)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0, "no measurement"
    return file.read_bytes()


def _take_measure(folder: Path, file: Path) -> None:
    asyncio, nodeside = importlib.import_module("asyncio"), importlib.import_module("suanwang.api.nodeside")

    async def take() -> None:
        wasm = nodeside.WasmRuntime(nodeside.cache_folder(), 1)
        await wasm.prepare()
        report = await nodeside.measured(wasm, nodeside.machine_key(), folder, 1.0)
        await wasm.close()
        file.write_bytes(msgspec.json.encode(report))

    asyncio.run(take())


def _tell_instead(report: bytes) -> None:
    """Have every agent that is forked tell these measurements, give or take a little, instead of measuring."""
    nodeside, chance = importlib.import_module("suanwang.api.nodeside"), importlib.import_module("random")
    known = msgspec.json.decode(report, type=nodeside.MeterReport)

    async def measured(*_: object) -> Any:
        times = 1.0 + chance.uniform(-NOISE, NOISE)
        speed = msgspec.structs.replace(known.speed, fuel_per_s=known.speed.fuel_per_s * times)
        return msgspec.structs.replace(known, speed=speed)

    nodeside.measured = measured


def main(folder: Path) -> None:
    for name in ("up", "join", "background"):
        importlib.import_module(f"suanwang.api.{name}")
    _tell_instead(_measure(folder))
    vars(importlib.import_module("suanwang.brain.loop"))["SNAPSHOT_EVERY"] = SNAPSHOT_EVERY
    gc.collect()
    gc.freeze()
    if kind := Server().serve():
        importlib.import_module("suanwang.api.background").main(kind)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
