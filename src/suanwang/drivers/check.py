"""Asking an instance of a service whether it is well, and how long it takes to say so."""

import asyncio
import contextlib
import math
import socket
import time
from urllib.parse import urlsplit

LINE_BYTES_MAX = 4096
WELL = (2, 3)
"""First digits of an HTTP status that is well (RFC 9110, 15)."""


async def check(address: str, port: int, path: str, limit_s: float) -> float | None:
    """Seconds from the request to the first line of a good answer, the way there and back once; infinite if it took the
    connection and said nothing within limit_s: it may only be busy. None if nobody is there, or the answer is bad.

    path: asked for by HTTP, and well is a status of 2xx or 3xx; "" to be content with a connection, and the time that it takes.
    """
    began, connected = time.monotonic(), False
    try:
        async with asyncio.timeout(limit_s):
            reader, writer = await asyncio.open_connection(address, port, limit=LINE_BYTES_MAX)
            connected, began = True, time.monotonic() if path else began
            with contextlib.closing(writer):
                well = not path or await _answered(reader, writer, address, port, path)
    except TimeoutError:
        return math.inf if connected else None
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    return time.monotonic() - began if well else None


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, port: int, path: str) -> bool:
    host = f"[{address}]" if ":" in address else address
    writer.write(f"GET {path} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\nuser-agent: suan\r\n\r\n".encode())
    status = (await reader.readuntil(b"\n")).split()
    return len(status) >= 2 and status[0].startswith(b"HTTP/") and status[1][:1] in {b"%d" % n for n in WELL}


def free_port(host: str) -> int:
    """A TCP port that nobody listens on now at this address, "::" or "0.0.0.0". OSError if there is none."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as held:
        held.bind((host, 0))
        return held.getsockname()[1]


def toward(url: str) -> str:
    """The address of this machine that packets to a URL's host carry; "127.0.0.1" while there is no way to it. Sends none."""
    split = urlsplit(url)
    with contextlib.suppress(OSError):
        found = socket.getaddrinfo(split.hostname or "", split.port or 443, type=socket.SOCK_DGRAM)
        for family, kind, _, _, where in found:
            with contextlib.suppress(OSError), socket.socket(family, kind) as held:
                held.connect(where)
                return held.getsockname()[0]
    return "127.0.0.1"
