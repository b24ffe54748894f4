"""The spans of one command: the whole of it, what it thinks about, and each call, which hands the trace on to the brain."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from suanwang.api.tracing.spans import Span, Tracer, Value, traceparent


class Command:
    """A command that is traced from now on."""

    def __init__(self, tracer: Tracer, name: str, clock: Callable[[], float]) -> None:
        self._tracer, self._name, self._clock = tracer, name, clock
        self._trace, self._root, self._at = secrets.token_hex(16), secrets.token_hex(8), clock()
        self._calls: dict[int, tuple[str, float]] = {}

    @property
    def hooks(self) -> dict[str, list[Callable[[Any], None]]]:
        """For httpx: each request carries the trace, and is a span once it is answered."""
        return {"request": [self._asked], "response": [self._answered]}

    @contextmanager
    def span(self, name: str) -> Generator[None]:
        """What is done within is a span."""
        at = self._clock()
        try:
            yield
        finally:
            self._take(secrets.token_hex(8), name, at, {})

    def close(self, code: int) -> None:
        """The command is over. code: its exit code."""
        self._take("", self._name, self._at, {"process.exit.code": code})
        self._tracer.close()

    def _asked(self, request: Any) -> None:
        own = secrets.token_hex(8)
        request.headers["traceparent"] = traceparent(self._trace, own)
        self._calls[id(request)] = own, self._clock()

    def _answered(self, response: Any) -> None:
        own, at = self._calls.pop(id(response.request))
        said: dict[str, Value] = {"http.request.method": response.request.method,
                                  "http.response.status_code": response.status_code}  # fmt: skip
        self._take(own, f"{response.request.method} {response.request.url.path}", at, said, "client")

    def _take(self, own: str, name: str, at: float, attributes: dict[str, Value], kind: str = "internal") -> None:
        self._tracer.take(
            Span(self._trace, own or self._root, self._root if own else "", name, at, self._clock(), attributes, kind)
        )
