"""The HTTP door: routes under /v1, each a few lines between a caller, the brain and a noun; OpenAPI from the same."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncGenerator, Callable
from functools import cache, partial
from typing import Any

import msgspec
from litestar import Litestar, get
from litestar.di import Provide
from litestar.exceptions import HTTPException

from suanwang.api.asking import ask_routes
from suanwang.api.audit import log_routes
from suanwang.api.callers import Asked, Caller
from suanwang.api.console import console_routes
from suanwang.api.domain import domain_routes
from suanwang.api.door import OPEN, Called, Door, has_failed
from suanwang.api.files import blob_routes
from suanwang.api.intending import intent_routes
from suanwang.api.jobs import job_routes, reading_routes, rehearsal
from suanwang.api.metrics import metric_routes
from suanwang.api.nodes import node_routes
from suanwang.api.openapi import described
from suanwang.api.plain import Handlers, Plain
from suanwang.api.problems import on_bug, on_fault, on_http
from suanwang.api.reserving import reservation_routes
from suanwang.api.said import Said
from suanwang.api.serving import network_routes, redirect_routes, service_routes
from suanwang.api.twin import twin_routes
from suanwang.brain import commands
from suanwang.model.fault import Fault
from suanwang.model.network import Network

BODY_BYTES_MAX = 64 << 20
HANDLERS: Handlers = {Fault: on_fault, HTTPException: on_http, Exception: on_bug}


class App(Litestar):
    """Plain requests, and whatever else the framework answers."""

    plain: Plain

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        ask = self.plain.find(scope)
        await (super().__call__(scope, receive, send) if ask is None else self.plain.answer(ask, scope, receive, send))


def app(door: Door, operator: str = "", python: Callable[[], str] = str, network: Network | None = None) -> App:
    """The application. Its lifetime runs the brain's loop; if that loop ends, so does the process.

    operator: a user to be made known as operator, with opening credit, before the first request. python: makes the domain's
    sandboxed Python and gives its SHA-256; run in a thread, joining nodes wait for it. network: as the operator says it is
    built.
    """

    def caller(request: Asked) -> Caller:
        return request.user

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncGenerator[None]:
        running = asyncio.create_task(door.brain.run())
        running.add_done_callback(_ended)
        door.make_python = python
        door.python().add_done_callback(has_failed)
        if operator:
            await door.brain.command(commands.add_user(operator, ("user", "operator"), door.grant_micro))
        if network is not None:
            await door.brain.command(commands.tell_network(network))
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    told = routes(door)
    made = App(
        route_handlers=[
            *told,
            *redirect_routes(door),
            *console_routes(),
            *metric_routes(door),
            _schema(door),
            _ca(door),
        ],
        before_request=door.admit,
        request_class=Asked,
        response_class=Said,
        dependencies={"caller": Provide(caller, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers=HANDLERS,  # type: ignore[arg-type]
        openapi_config=None,
        logging_config=None,
        request_max_body_size=BODY_BYTES_MAX,
        etag=None,
    )
    made.plain = Plain(door, told, HANDLERS)
    return made


def routes(door: Door) -> list[Any]:
    """Every route that the schema tells of."""
    own = (*domain_routes(door), *blob_routes(door), *job_routes(door), *reading_routes(door), *node_routes(door))
    doors = (*log_routes(door), *service_routes(door), *network_routes(door), *reservation_routes(door), *twin_routes(door),
             *ask_routes(door, partial(rehearsal, door)), *intent_routes(door, partial(rehearsal, door)))  # fmt: skip
    return [*own, *doors]


def _ended(running: asyncio.Task[None]) -> None:
    """A loop that ends by itself has met a bug: stop serving, and start again from the log."""
    if not running.cancelled():
        logging.critical("the brain's loop ended", exc_info=running.exception())
        os.kill(os.getpid(), signal.SIGTERM)


def _schema(door: Door) -> Any:
    @cache
    def text() -> bytes:
        return msgspec.json.encode(described(routes(door)))

    @get("/v1/openapi.json", media_type="application/json")
    async def schema(caller: Called) -> bytes:
        return text()

    return schema


def _ca(door: Door) -> Any:
    @get("/v1/ca", media_type="application/x-pem-file", opt=OPEN)
    async def ca() -> str:
        return door.authority.certificate if door.authority else ""

    return ca
