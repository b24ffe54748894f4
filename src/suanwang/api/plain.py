"""Plain reads: a person with a token, the path of a route that is marked so, at most a page's size. They are answered by the
route's own function and the door's own checks, without what the framework does for requests of every kind.

Whatever is not exactly that is left to the framework: a name that is odd, another parameter, a header given twice.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import Receive, Scope, Send

from suanwang.api.callers import Asked, bearer
from suanwang.api.door import Door
from suanwang.api.said import JSON, Said, read

Handlers = Mapping[type[Exception], Callable[[Any, Any], Response[Any]]]
_NAMED = re.compile(r"\{[a-z_]+:str\}")
_LIMIT = re.compile(rb"limit=([1-9][0-9]{0,2}|1000)")
_HOST = re.compile(rb"[0-9A-Za-z.:\[\]-]*")


class _Route(NamedTuple):
    """path: as it is declared. names: of what its function takes; named: what its path names, "" if nothing."""

    function: Callable[..., Awaitable[Any]]
    path: str
    names: frozenset[str]
    named: str


class Read(NamedTuple):
    """given: what the route's function takes of the request."""

    route: _Route
    token: str
    given: dict[str, Any]
    known: str


class Plain:
    """handlers: what is answered to which exception, the first that fits."""

    def __init__(self, door: Door, routes: Iterable[HTTPRouteHandler], handlers: Handlers) -> None:
        self._door, self._handlers = door, handlers
        self._routes = {f"r{number}": _route(one) for number, one in enumerate(r for r in routes if r.opt.get("plain"))}
        paths = (f"(?P<{key}>{_NAMED.sub('([0-9A-Za-z_-]{1,64})', one.path)})" for key, one in self._routes.items())
        self._find = re.compile("|".join(paths)).fullmatch

    def find(self, scope: Scope) -> Read | None:
        """What a request reads; None if that is not plain."""
        if scope["type"] != "http" or scope["method"] != "GET" or not (found := self._find(scope["path"])):
            return None
        headers = dict(scope["headers"])
        token = bearer(headers.get(b"authorization", b"").decode("latin-1"))
        if token is None or len(headers) != len(scope["headers"]) or not _HOST.fullmatch(headers.get(b"host", b"")):
            return None
        route, given = self._routes[cast(str, found.lastgroup)], dict[str, Any]()
        if route.named:
            given[route.named] = found[cast(int, found.lastindex) + 1]
        if scope["query_string"]:
            limit = _LIMIT.fullmatch(scope["query_string"])
            if limit is None or "limit" not in route.names:
                return None
            given["limit"] = int(limit[1])
        return Read(route, token, given, headers.get(b"if-none-match", b"").decode("latin-1"))

    async def answer(self, of: Read, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it; in the framework's words, if that fails."""
        cast(dict[str, Any], scope)["path_template"] = of.route.path.replace(":str", "")
        try:
            caller = self._door.person(of.token)
            more = {"request": Asked(scope, receive, send)} if "request" in of.route.names else {}
            content = await of.route.function(caller=caller, **of.given, **more)
            if isinstance(content, Said):
                answer = read(content.content, str(content.media_type or JSON), of.known)
            else:
                answer = read(content, JSON, of.known)
        except Exception as error:
            request = Asked(scope, receive, send)
            told = next(handler for kind, handler in self._handlers.items() if isinstance(error, kind))(request, error)
            answer = told.to_asgi_response(app=None, request=request)
        await answer(scope, receive, send)


def _route(handler: HTTPRouteHandler) -> _Route:
    assert not handler.opt.get("open") and not handler.opt.get("nodes"), "these are for people"
    (path,) = handler.paths
    names = frozenset(inspect.signature(handler.fn).parameters)
    named = _NAMED.findall(path)
    return _Route(handler.fn, path, names, named[0][1:-5] if named else "")
