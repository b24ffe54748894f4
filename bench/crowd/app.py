"""The service of the experiment: each request burns the same amount of computing, one after the other; over TCP, and UDP
echoes.

    python app.py NAME PORT ROUNDS CS-ID      ROUNDS of SHA-256 over 4 KiB for each request
"""

import asyncio
import hashlib
import sys

NAME, PORT, ROUNDS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
BLOCK = bytes(4096)


def burn() -> None:
    for _ in range(ROUNDS):
        hashlib.sha256(BLOCK).digest()


class Answer(asyncio.Protocol):
    """HTTP/1.1, keep-alive unless told otherwise. "/light" burns nothing: for connections that only must stay."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.held = transport, b""

    def data_received(self, data: bytes) -> None:
        self.held += data
        while b"\r\n\r\n" in self.held:
            head, _, self.held = self.held.partition(b"\r\n\r\n")
            if not head.startswith(b"GET /light"):
                burn()
            body = NAME.encode()
            close = b"connection: close" in head.lower()
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
            if close:
                self.transport.close()


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.transport.sendto(data, addr)


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answer, "::", PORT, backlog=4096)
    await loop.create_datagram_endpoint(Echo, local_addr=(sys.argv[4], PORT))
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
