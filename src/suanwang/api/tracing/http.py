"""A span for each answer of the API, in the trace that its caller says or in one of its own."""

import secrets
from collections.abc import Callable
from typing import Any

from suanwang.api.tracing.spans import CURRENT, Span, Tracer, parsed, traceparent
from suanwang.api.whole import WHOLE

QUIET = ("/metrics", "/v1/nodes/")
"""What is asked for by machines all the time is not traced unless they ask for it."""


class TracedApp:
    """An ASGI application whose answers are looked at."""

    def __init__(self, app: Any, tracer: Tracer, clock: Callable[[], float]) -> None:
        self._app, self._tracer, self._clock = app, tracer, clock

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        said = dict(scope["headers"]).get(b"traceparent", b"").decode("latin-1")
        caller = parsed(said)
        if caller is None and (said or scope["path"].startswith(QUIET)):
            return await self._app(scope, receive, send)
        trace, above = caller or (secrets.token_hex(16), "")
        own, began, status = secrets.token_hex(8), self._clock(), 500
        first: list[float] = []
        scope.get("extensions", {}).pop(WHOLE, None)  # it is looked at in its two parts

        async def sent(message: dict[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif not first and message.get("body"):
                first.append(self._clock())
            await send(message)

        token = CURRENT.set(traceparent(trace, own))
        try:
            await self._app(scope, receive, sent)
        finally:
            CURRENT.reset(token)
            route = str(scope.get("path_template") or scope["path"])
            said_of = {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status,
                       "url.path": scope["path"]}  # fmt: skip
            self._tracer.take(
                Span(trace, own, above, f"{scope['method']} {route}", began, self._clock(), said_of, "server",
                     tuple((at, "first byte") for at in first), str(status) if status >= 500 else "")
            )  # fmt: skip
