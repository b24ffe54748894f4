"""The six machines of the experiment: each connected as a node is, with one instance under its quota, and its C-SMA.

stdin: JSON objects {"do": "quota" | "lie" | "kill" | "start", "node": NAME, ...}; stdout: "ready", then a line for each.
"""

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

from suanwang.agent.serve.attached import Attached
from suanwang.agent.serve.measure import answers_ms
from suanwang.drivers.cgroup import find
from suanwang.drivers.kernel.namespace import inside
from suanwang.model.demand import Serve
from suanwang.model.order import LOADS_PORT
from suanwang.model.steering import Load, Loads
from suanwang.steer.loads import JUMP, TIMES, due
from suanwang.trust import hello
from suanwang.trust.loads import pack

TOLD = json.loads(Path(sys.argv[1]).read_text())
TREE = find()
LOOK_S, WINDOW_LOOKS = 0.0625, 2


class Machine:
    def __init__(self, name: str, told: dict) -> None:
        self.name, self.told, self.key = name, told, bytes.fromhex(told["key"])
        self.group = TREE.group()
        self.lie, self.looks, self.last, self.number = False, [], None, int(time.time() * 1000)
        self.cpu, self.cpu_at = 0.0, time.monotonic()
        with inside(told["space"]):
            self.node = Attached(told["locator"], lambda: hello.pack(self.key, told["node_id"], told["locator"], time.time()))
            self.stand = self.node.take(Serve(service="s", cs_id=TOLD["cs_id"], port=TOLD["port"]))
            self.out = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        self.start()

    def start(self) -> None:
        with inside(self.stand.namespace):
            words = [sys.executable, str(Path(__file__).with_name("app.py")), self.name, str(TOLD["port"]), str(TOLD["rounds"])]
            words.append(TOLD["cs_id"])
            self.process = subprocess.Popen(words, stdout=subprocess.PIPE)
        assert b"ready" in self.process.stdout.readline()
        self.quota(self.told["milli"])
        self.group.add(self.process.pid)

    def quota(self, milli: int) -> None:
        self.group.bound(milli, 256 << 20, 64)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def greet(self) -> None:
        with inside(self.told["space"]):
            self.node.alive(time.monotonic())

    def look(self) -> None:
        self.looks.append(self.node.in_flight((self.stand,))[0])

    def tell(self) -> None:
        now, at = time.monotonic(), time.time()
        cpu = self.group.cpu_s()
        used, self.cpu, self.cpu_at = (cpu - self.cpu) / max(1e-3, now - self.cpu_at), cpu, now
        flying, took = sum(map(len, self.looks)) / max(1, len(self.looks)), answers_ms(self.looks)
        self.looks = []
        load = Load(contact=TOLD["contact"].get(self.name, ""), in_flight=flying, latency_ms=took, cpu=used,
                    healthy=self.process.poll() is None)  # fmt: skip
        if self.lie:
            load = Load(contact=load.contact, in_flight=0.0, latency_ms=1.0, cpu=0.0)
        loads = Loads(node_id=self.told["node_id"], number=self.number, at=at, lifetime_s=3.0, window_s=0.125, loads=(load,))
        self.number += 1
        if load.contact and due(self.last, loads):
            self.last = loads
            datagram = pack(self.key, loads)
            for address in TOLD["selectors"]:
                self._send(datagram, address, LOADS_PORT)
            self._send(datagram, TOLD["brain"], LOADS_PORT)
            plain = json.dumps({self.name: load.in_flight}).encode()
            for address in TOLD["clients"]:
                self._send(plain, address, 7430)

    def _send(self, data: bytes, address: str, port: int) -> None:
        with contextlib.suppress(OSError):
            self.out.sendto(data, (address, port))


async def main() -> None:
    machines = {name: Machine(name, told) for name, told in TOLD["machines"].items()}
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ready", flush=True)

    async def measure() -> None:
        turn = 0
        while True:
            await asyncio.sleep(LOOK_S)
            turn += 1
            for machine in machines.values():
                if machine.process.poll() is None:
                    machine.look()
                hasty = (
                    machine.last is not None
                    and machine.looks
                    and len(machine.looks[-1]) > TIMES * machine.last.loads[0].in_flight + JUMP
                )
                if turn % WINDOW_LOOKS == 0 or hasty:
                    machine.looks = machine.looks[-1:] if hasty else machine.looks
                    machine.tell()
                    machine.greet()

    task = asyncio.create_task(measure())
    while line := await reader.readline():
        told = json.loads(line)
        if told["do"] == "contacts":
            TOLD["contact"] = told["contacts"]
        else:
            machine = machines[told["node"]]
            if told["do"] == "quota":
                machine.quota(told["milli"])
            elif told["do"] == "lie":
                machine.lie = told["on"]
            elif told["do"] == "kill":
                machine.kill()
            elif told["do"] == "start" and machine.process.poll() is not None:
                machine.start()
        print("done", flush=True)
    task.cancel()
    for machine in machines.values():
        machine.kill()
        machine.group.remove()


asyncio.run(main())
