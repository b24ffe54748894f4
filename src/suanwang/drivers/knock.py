"""Asking a contact of a service for a first byte, from where its users come in: cheap, and it takes nobody's word."""

import asyncio
import contextlib
import socket
import time

_HEAD_BYTES = 256


async def first_byte(address: str, port: int, path: str, limit_s: float) -> float | None:
    """Seconds from the first packet of a connection to the first bytes of an answer over HTTP that is no failure of the server's.

    None if there is none within limit_s. Any status below 500 is an answer: which path is well is not known here.
    """
    loop, began = asyncio.get_running_loop(), time.monotonic()
    asked = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    request = f"GET {path} HTTP/1.0\r\nhost: [{address}]:{port}\r\nuser-agent: suan\r\n\r\n".encode()
    with contextlib.closing(asked):
        try:
            async with asyncio.timeout(limit_s):
                await loop.sock_connect(asked, (address, port))
                await loop.sock_sendall(asked, request)
                head = await loop.sock_recv(asked, _HEAD_BYTES)
        except (OSError, TimeoutError):
            return None
    return time.monotonic() - began if _answers(head) else None


def _answers(head: bytes) -> bool:
    words = head.split(maxsplit=2)
    return len(words) > 1 and words[0].startswith(b"HTTP/") and words[1][:1] in (b"1", b"2", b"3", b"4")
