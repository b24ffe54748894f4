"""An honest open-loop client in a network of users: it sends when the schedule says, whatever has become of what was sent
before.

A request's time begins when it was meant to be sent, so that waiting that the client itself causes counts (no coordinated
omission); how late it was is told. Each request is a connection of its own, as of a plain client; besides, some connections
stay, and must.

stdin: one JSON object a run: {"service": [address, port], "times": [...], "limit_s": 2, "until_s": 5, "held": 6, "pick":
"any" | "dns" | "two", "targets": {name: [address, port]}, "dns": [[at_s, name], ...], "start": monotonic seconds}; stdout:
one JSON object with what came of it.
"""

import asyncio
import json
import random
import socket
import sys
import time

import uvloop

HELD_EVERY_S = 0.25
LOADS_PORT = 7430


class Reply(asyncio.Protocol):
    def __init__(self) -> None:
        self.done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def ask(self, path: str, close: bool) -> "asyncio.Future[str]":
        self.data, self.done = b"", asyncio.get_running_loop().create_future()
        self.transport.write(
            b"GET %b HTTP/1.1\r\nhost: s\r\n%b\r\n" % (path.encode(), b"connection: close\r\n" if close else b"")
        )
        return self.done

    def data_received(self, data: bytes) -> None:
        self.data += data
        head, gap, body = self.data.partition(b"\r\n\r\n")
        if gap and len(body) >= int(head.lower().partition(b"content-length: ")[2].split(b"\r")[0]) and not self.done.done():
            self.done.set_result(body.decode())

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionResetError(str(exc)))
            self.done.exception()


class Run:
    def __init__(self, told: dict, loads: dict[str, float]) -> None:
        self.told, self.loads = told, loads
        self.rows: list[tuple[float, float, str]] = []
        self.held: list[tuple[float, str]] = []
        self.late = 0.0
        self.random = random.Random(told.get("seed", 0))

    def target(self, at: float) -> tuple[str, int]:
        told = self.told
        if told["pick"] == "dns":
            name = [n for t, n in told["dns"] if t <= at][-1]
            return tuple(told["targets"][name])
        if told["pick"] == "two":
            one, other = self.random.sample(sorted(told["targets"]), 2)
            return tuple(told["targets"][one if self.loads.get(one, 0) <= self.loads.get(other, 0) else other])
        return tuple(told["service"])

    async def one(self, meant: float, start: float) -> None:
        loop = asyncio.get_running_loop()
        name, transport = "", None
        try:
            async with asyncio.timeout(self.told["limit_s"]):
                transport, reply = await loop.create_connection(Reply, *self.target(meant))
                name = await reply.ask("/", True)
        except (OSError, TimeoutError):
            name = ""
        finally:
            if transport is not None:
                transport.close()
        self.rows.append((meant, time.monotonic() - start - meant, name))

    async def stay(self, number: int, start: float) -> None:
        """A connection that must not break, nor change its instance."""
        loop = asyncio.get_running_loop()
        first, transport = "", None
        try:
            transport, reply = await loop.create_connection(Reply, *self.target(0.0))
            while time.monotonic() - start < self.told["until_s"]:
                async with asyncio.timeout(3.0):
                    name = await reply.ask("/light", False)
                first = first or name
                if name != first:
                    raise ConnectionResetError("another instance answered")
                await asyncio.sleep(HELD_EVERY_S)
        except (OSError, TimeoutError, RuntimeError) as error:  # the last: it was closed while it waited to ask
            self.held.append((time.monotonic() - start, f"{first}: {type(error).__name__}"))
        finally:
            if transport is not None:
                transport.close()

    async def run(self) -> dict:
        start, tasks = self.told["start"], []
        await asyncio.sleep(max(0.0, start - 0.4 - time.monotonic()))
        tasks += [asyncio.create_task(self.stay(n, start)) for n in range(self.told["held"])]
        for meant in self.told["times"]:
            wait = start + meant - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
            self.late = max(self.late, time.monotonic() - start - meant)
            tasks.append(asyncio.create_task(self.one(meant, start)))
        await asyncio.gather(*tasks)
        return {"rows": self.rows, "broken": self.held, "held": self.told["held"], "late_ms": self.late * 1000}


class Loads(asyncio.DatagramProtocol):
    """Requests in flight, as told in the open: for the client that picks the less busy of two."""

    def __init__(self, loads: dict[str, float]) -> None:
        self.loads = loads

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.loads.update(json.loads(data))


async def main() -> None:
    loop = asyncio.get_running_loop()
    loads: dict[str, float] = {}
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind(("::", LOADS_PORT))
    await loop.create_datagram_endpoint(lambda: Loads(loads), sock=sock)
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    print("ready", flush=True)
    while line := await reader.readline():
        print(json.dumps(await Run(json.loads(line), loads).run()), flush=True)


uvloop.run(main())
