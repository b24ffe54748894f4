"""Callers who mean harm, over real sockets: floods of headers, bodies that drip, more connections than there may be. The brain
refuses with a reason, hangs up, and goes on serving the others."""

import asyncio
import contextlib
import json
import socket
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from suanwang.api import bounds, callers
from tests.api.test_secure import Served, serving

WAIT_S = 60.0


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Served]:
    """A brain whose bounds are small."""
    monkeypatch.setattr(bounds, "HEAD_S", 1.0)
    monkeypatch.setattr(bounds, "SILENT_S", 1.0)
    monkeypatch.setattr(bounds, "LINES_MAX", 8)
    with serving(Served(tmp_path, plain=True)) as made:
        yield made


class Line:
    """A bare connection."""

    def __init__(self, served: Served) -> None:
        self.socket = socket.create_connection(("127.0.0.1", int(served.url.rsplit(":", 1)[1])), timeout=WAIT_S)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def rest(self) -> bytes:
        """All that comes until the brain hangs up."""
        found = b""
        try:
            while piece := self.socket.recv(65536):
                found += piece
        except ConnectionResetError:
            pass
        return found

    def refusal(self) -> tuple[int, str]:
        """Status and code of the problem document that ends the connection."""
        head, _, body = self.rest().partition(b"\r\n\r\n")
        assert b"content-type: application/problem+json" in head.lower(), head
        return int(head[9:12]), json.loads(body)["code"]


def well(served: Served) -> bool:
    """Whether it serves: on a slow machine not at the first try, since its bounds are small."""
    with httpx.Client(base_url=served.url, headers={"authorization": f"Bearer {served.token()}"}, timeout=WAIT_S) as client:
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end:
            with contextlib.suppress(httpx.TransportError):
                return client.get("/v1/domain").status_code == 200
    return False


def test_a_head_without_end_is_cut_off(served: Served) -> None:
    line = Line(served)
    line.send(b"GET /v1/domain HTTP/1.1\r\nx-long: ")
    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        for _ in range(10_000):
            line.send(b"x" * 8192)
    many = Line(served)
    many.send(b"GET /v1/domain HTTP/1.1\r\n" + b"".join(b"x-%d: y\r\n" % i for i in range(5_000)))
    many.send(b"".join(b"y-%d: y\r\n" % i for i in range(5_000)))
    assert many.refusal() == (431, "SUAN-U054")
    assert well(served)


def test_a_head_that_does_not_come_is_not_waited_for(served: Served) -> None:
    silent, slow = Line(served), Line(served)
    slow.send(b"GET /v1/domain HTTP/1.1\r\n")
    assert slow.refusal() == (408, "SUAN-U055")
    assert silent.rest() == b""
    assert well(served)


def test_what_is_not_http_is_told_so(served: Served) -> None:
    line = Line(served)
    line.send(b"\x16\x03\x01 hello\r\n\r\n")
    assert line.refusal() == (400, "SUAN-U002")
    assert well(served)


def test_a_body_that_pauses_for_too_long_is_given_up(served: Served) -> None:
    line = Line(served)
    head = f"POST /v1/jobs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {served.token()}\r\nidempotency-key: k\r\n"
    line.send(f"{head}content-type: application/json\r\ncontent-length: 1000\r\n\r\n".encode() + b'{"name": ')
    line.rest()  # it ends, or this would never return
    assert well(served)


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused(served: Served, told: bool) -> None:
    """Whether or not it says how large it is, and before it is read when it does."""
    headers = {"authorization": f"Bearer {served.token()}", "idempotency-key": "k", "content-type": "application/json"}
    size = (64 << 20) + 1
    with httpx.Client(base_url=served.url, headers=headers, timeout=WAIT_S) as client:
        if told:
            line = Line(served)
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            line.send(f"POST /v1/jobs HTTP/1.1\r\nhost: x\r\n{head}content-length: {size}\r\n\r\n".encode())
            assert b"413" in line.socket.recv(12)
            return
        answer = client.post("/v1/jobs", content=iter([b" " * (1 << 20)] * 65))
        assert (answer.status_code, answer.json()["code"]) == (413, "SUAN-U051")


def test_nobody_unknown_has_a_body_read(served: Served) -> None:
    line = Line(served)
    line.send(b"POST /v1/jobs HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 60000000\r\n\r\n")
    assert b"401" in line.socket.recv(12)


def test_of_too_many_connections_the_idle_ones_go_first(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "HEAD_S", WAIT_S)
    lines = [Line(served) for _ in range(30)]
    assert well(served)
    assert len(served.server.server_state.connections) <= bounds.LINES_MAX + 1
    for line in lines:
        line.socket.close()


def test_large_bodies_are_read_a_few_at_a_time(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """More of them at once than there are turns: all are served, none is refused."""
    monkeypatch.setattr(callers, "LARGE_BYTES", 1000)
    monkeypatch.setattr(bounds, "LINES_MAX", 1000)
    monkeypatch.setattr(bounds, "SILENT_S", WAIT_S)
    headers = {"authorization": f"Bearer {served.token()}", "content-type": "application/json"}
    body = json.dumps({"sha256": ["0" * 64] * 2000}).encode()

    async def all_of_them() -> list[int]:
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(base_url=served.url, headers=headers, timeout=WAIT_S, limits=limits) as client:
            answers = await asyncio.gather(*(client.post("/v1/blobs/missing", content=body) for _ in range(50)))
        return [answer.status_code for answer in answers]

    assert set(asyncio.run(all_of_them())) == {200}
