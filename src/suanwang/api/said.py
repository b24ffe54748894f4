"""How a noun is said: encoded once, with a tag of its content, so that who has it already is told only that.

The tag is a hash of the bytes that would be sent, so it is right for every route without a word in any of them, whatever the
answer depends on; what is spared is the way, not the work (RFC 9110, 8.8.3 and 13.1.2). It is the interpreter's own hash of 64
bits under a key that each process draws: another process tells the same noun by another tag, and it is sent once more.
"""

from typing import Any

import msgspec
from litestar import Response
from litestar.types import Receive, Scope, Send

from suanwang.api.whole import WHOLE

JSON = "application/json"
BODILESS = (204, 304)
KEPT = (b"cache-control", b"private, no-cache")
"""Whoever asked may keep it, and is to ask each time whether it still holds."""
MASK = (1 << 64) - 1
Headers = list[tuple[bytes, bytes]]
_encode = msgspec.json.Encoder().encode


class Sent:
    """An answer as it goes out, as an ASGI application."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(self, status: int, headers: Headers, body: bytes) -> None:
        self._status, self._headers, self._body = status, headers, body

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        whole: Any = (scope.get("extensions") or {}).get(WHOLE)
        if whole is not None:
            return await whole(self._status, self._headers, self._body)
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


class Said(Response[Any]):
    """The answer of every route that gives a noun, bytes or text, and nothing else: no cookies, no hooks."""

    def to_asgi_response(self, app: Any, request: Any, *, media_type: Any = None, **_: Any) -> Any:
        """See Response.to_asgi_response."""
        known = request.headers.get("if-none-match", "") if request.method == "GET" else None
        return self.sent(known, str(media_type or JSON))

    def sent(self, known: str | None, kind: str = JSON) -> Sent:
        """known: its If-None-Match header, "" if it has none; None if it was no read. kind: of an answer that says none."""
        if (status := self.status_code or 200) in BODILESS:
            return Sent(status, [], b"")
        kind = str(self.media_type or kind)
        if known is not None and status == 200:
            return read(self.content, kind, known)
        body = _bytes(self.content)
        return Sent(status, [(b"content-type", _kind(kind)), _length(body)], body)


def read(content: Any, kind: str, known: str) -> Sent:
    """The answer to a read. known: its If-None-Match header, "" if it has none."""
    body = _bytes(content)
    tag = f'"{hash(body) & MASK:016x}"'
    told = (b"etag", tag.encode())
    if is_known(known, tag):
        return Sent(304, [told, KEPT], b"")
    return Sent(200, [(b"content-type", _kind(kind)), told, KEPT, _length(body)], body)


def is_known(asked: str, tag: str) -> bool:
    """Whether the tag is one of those of an If-None-Match header; a weak one is as good there."""
    return bool(asked) and (asked.strip() == "*" or tag in (one.strip().removeprefix("W/") for one in asked.split(",")))


def _bytes(content: Any) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else _encode(content)


def _kind(kind: str) -> bytes:
    return (f"{kind}; charset=utf-8" if kind.startswith("text/") else kind).encode()


def _length(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % len(body)
