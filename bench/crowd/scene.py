"""The lab with its routers, machines and users, all told by this process, which plays the brain."""

import contextlib
import json
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from crowd.child import HERE, Child
from crowd.stage import LAB, PORT, QUOTAS, ROUNDS, Stage
from suanwang.drivers.kernel.namespace import inside
from suanwang.lab import build
from suanwang.lab.keeper import Told
from suanwang.lab.tell import tell
from suanwang.model.fault import AuthorityFault
from suanwang.model.order import LOADS_PORT
from suanwang.steer.address import home, machine, number_of, user
from suanwang.trust.loads import opened

FRESH_S_MAX = 10.0


class Scene(Stage):
    """With processes behind the names."""

    def __init__(self) -> None:
        super().__init__()
        self.steered = int(time.time() * 1000)
        with contextlib.suppress(Exception):
            build.down(LAB)
        self.folder = build.up(self.plan, Path.home() / ".cache" / "suanwang")
        self._started()

    def _started(self) -> None:
        space, python = self.plan.space, sys.executable
        for name in ("in1", "in2", "e1", "e2", "e3"):
            (self.folder / name).mkdir()
        self.routers = {
            name: Child(
                [python, str(HERE / "router.py"), name, str(self.folder / name)], space(name), self.folder / f"{name}.log"
            )
            for name in ("in1", "in2", "e1", "e2", "e3")
        }
        self.clients = {
            n: Child([python, str(HERE / "load.py")], space(n), self.folder / f"{n}.log") for n in ("home-1", "home-2")
        }
        with inside(space("brain")):
            self.ear = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            self.ear.bind(("::", LOADS_PORT))
            self.ear.setblocking(False)
        told = {
            "cs_id": self.cs_id, "port": PORT, "rounds": ROUNDS, "contact": {}, "brain": machine(self.numbers["t1"], 1),
            "selectors": [home(number_of(self.numbers[n])) for n in ("in1", "in2")],
            "clients": [user(self.numbers["in1"], 1, 2), user(self.numbers["in2"], 1, 2)],
            "machines": {n: {"space": space(n), "locator": self.locators[n], "key": self.keys[n].hex(), "node_id": self.ids[n],
                             "milli": QUOTAS[n]} for n in QUOTAS},
        }  # fmt: skip
        (self.folder / "nodes.json").write_text(json.dumps(told))
        self.nodes = Child([python, str(HERE / "nodes.py"), str(self.folder / "nodes.json")], log=self.folder / "nodes.log")
        self.steer("centralized", {})
        time.sleep(1.5)  # hellos

    def close(self) -> None:
        for child in (*self.routers.values(), *self.clients.values(), self.nodes):
            child.close()
        build.down(LAB)

    # what routers follow

    def now(self) -> float:
        return time.monotonic()

    def steer(self, form: str, weights: dict[str, dict[str, int]], only: Sequence[str] = ()) -> int:
        """Tell routers; weights by ingress and machine. Returns the bytes told."""
        self.steered += 1
        told = 0
        for name, child in self.routers.items():
            if only and name not in only:
                continue
            line = msgspec.json.encode(self.steering(form, name, weights.get(name, {})))
            told += len(line)
            child.tell(line)
        return told

    def fresh(self) -> None:
        """Forget all paths and measure them anew, as routers that begin do: one that was down would be kept waiting for up to
        30 s, and the next run begin on a detour. Returns when all are up and the first of each is in use. TimeoutError."""
        for policies in (False, True):
            self.steered += 1
            for name, child in self.routers.items():
                told = self.steering("centralized", name, {})
                told = msgspec.structs.replace(told, services=(), policies=told.policies if policies else ())
                child.tell(msgspec.json.encode(told))
        began = self.now()
        while not all(map(self._sound, self.routers)):
            if self.now() - began > FRESH_S_MAX:
                raise TimeoutError("paths are not up")
            time.sleep(0.1)

    def _sound(self, router: str) -> bool:
        """Whether it follows the last steering, all its paths are up, and none is gone around."""
        try:
            told = json.loads((self.folder / router / "forwarder.json").read_text())
        except (OSError, ValueError):
            return False
        paths = told["paths"]
        return (
            told["number"] == self.steered and bool(paths) and all(p["up"] and p["active"] == (p["index"] == 0) for p in paths)
        )

    def hear(self) -> None:
        """Loads that reached the brain, over the emulated net."""
        keys = {m.node_id: m.public_key for m in self.members}
        with contextlib.suppress(BlockingIOError):
            while True:
                try:
                    said = opened(self.ear.recv(2000), keys, {}, time.time())
                except AuthorityFault:  # it lay here between two runs
                    continue
                for load in said.loads:
                    self.loads[load.contact] = (load, self.now())
                    self.cpu[self.names[said.node_id]] = load.cpu

    def counters(self) -> dict[str, float]:
        found: dict[str, float] = {"messages": 0, "bytes": 0, "decisions": 0}
        for name in ("in1", "in2"):
            told = json.loads((self.folder / name / "forwarder.json").read_text())["counters"]
            found["messages"] += told["messages_in"] + told["messages_out"]
            found["bytes"] += told["bytes_in"] + told["bytes_out"]
            found["decisions"] += told["decisions"]
        return found

    def link(self, do: str, name: str) -> None:
        tell(self.folder, Told(do=do, link=name))
