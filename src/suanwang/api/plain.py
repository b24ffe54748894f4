"""Plain requests: a person with a token, the path of a route that is marked so, and at most a page's size of a read, or a key
and one noun in JSON of a write. They are answered by the route's own function and the door's own checks, without what the
framework does for requests of every kind.

Whatever is not exactly that is left to the framework: a name that is odd, another parameter, a header given twice.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple, cast

from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import Receive, Scope, Send

from suanwang.api.callers import LARGE_BYTES, Asked, bearer, hung_up, noun_of
from suanwang.api.door import Door
from suanwang.api.said import JSON, Said, Sent, read

Handlers = Mapping[type[Exception], Callable[[Any, Any], Response[Any]]]
_NAMED = re.compile(r"\{[a-z_]+:str\}")
_LIMIT = re.compile(rb"limit=([1-9][0-9]{0,2}|1000)")
_HOST = re.compile(rb"[0-9A-Za-z.:\[\]-]*")
_KEY = re.compile(rb"[!-~]{1,200}")
_LENGTH = re.compile(rb"[1-9][0-9]{0,6}")


class _Route(NamedTuple):
    """path: as it is declared. names: of what its function takes; named: what its path names, "" if nothing. noun: the class
    of what it takes in a body, None of a read."""

    function: Callable[..., Awaitable[Any]]
    path: str
    names: frozenset[str]
    named: str
    noun: Any


class Ask(NamedTuple):
    """given: what the route's function takes of the request, but for its body. known: the tag of what a reader has."""

    route: _Route
    token: str
    given: dict[str, Any]
    known: str


class Plain:
    """handlers: what is answered to which exception, the first that fits."""

    def __init__(self, door: Door, routes: Iterable[HTTPRouteHandler], handlers: Handlers) -> None:
        self._door, self._handlers = door, handlers
        marked = [_route(one) for one in routes if one.opt.get("plain")]
        self._routes = {f"r{number}": one for number, one in enumerate(marked)}
        self._reads = self._finder(lambda one: one.noun is None)
        self._writes = self._finder(lambda one: one.noun is not None)

    def _finder(self, which: Callable[[_Route], bool]) -> Callable[[str], re.Match[str] | None]:
        of = [(key, one) for key, one in self._routes.items() if which(one)]
        paths = (f"(?P<{key}>{_NAMED.sub('([0-9A-Za-z_-]{1,64})', one.path)})" for key, one in of)
        return re.compile("|".join(paths)).fullmatch

    def find(self, scope: Scope) -> Ask | None:
        """What a request asks for; None if that is not plain."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "POST"):
            return None
        writes = scope["method"] == "POST"
        if not (found := (self._writes if writes else self._reads)(scope["path"])):
            return None
        headers = dict(scope["headers"])
        token = bearer(headers.get(b"authorization", b"").decode("latin-1"))
        if token is None or len(headers) != len(scope["headers"]) or not _HOST.fullmatch(headers.get(b"host", b"")):
            return None
        route, given = self._routes[cast(str, found.lastgroup)], dict[str, Any]()
        if route.named:
            given[route.named] = found[cast(int, found.lastindex) + 1]
        query = scope["query_string"]
        if not (_of_write(headers, query, given) if writes else _of_read(route, query, given)):
            return None
        return Ask(route, token, given, headers.get(b"if-none-match", b"").decode("latin-1"))

    async def answer(self, of: Ask, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer it; in the framework's words, if that fails."""
        cast(dict[str, Any], scope)["path_template"] = of.route.path.replace(":str", "")
        try:
            answer = await self._answer(of, scope, receive, send)
        except Exception as error:
            request = Asked(scope, receive, send)
            told = next(handler for kind, handler in self._handlers.items() if isinstance(error, kind))(request, error)
            answer = told.to_asgi_response(app=None, request=request)
        await answer(scope, receive, send)

    async def _answer(self, of: Ask, scope: Scope, receive: Receive, send: Send) -> Sent:
        given, names = of.given, of.route.names
        given["caller"] = self._door.person(of.token)  # before any of a body is read
        if of.route.noun is not None:
            given["data"] = noun_of(await _body(receive), of.route.noun)
        if "request" in names:
            given["request"] = Asked(scope, receive, send)
        content = await of.route.function(**given)
        if isinstance(content, Said):
            return content.sent(of.known if of.route.noun is None else None)
        return read(content, JSON, of.known)


def _of_read(route: _Route, query: bytes, given: dict[str, Any]) -> bool:
    """Whether a read asks for nothing else than its route can be given here, which is added."""
    if not query:
        return True
    limit = _LIMIT.fullmatch(query)
    if limit is None or "limit" not in route.names:
        return False
    given["limit"] = int(limit[1])
    return True


def _of_write(headers: Mapping[bytes, bytes], query: bytes, given: dict[str, Any]) -> bool:
    """Whether a write has a key, which is added, a body in JSON whose length is known and not large, and nothing else."""
    key, length = headers.get(b"idempotency-key", b""), headers.get(b"content-length", b"")
    if query or headers.get(b"content-type") != JSON.encode() or not _KEY.fullmatch(key):
        return False
    if not _LENGTH.fullmatch(length) or int(length) > LARGE_BYTES or b"transfer-encoding" in headers:
        return False
    given["key"] = key.decode()
    return True


async def _body(receive: Receive) -> bytes:
    """All of it. UsageFault SUAN-U002 if it does not come."""
    pieces, more = list[bytes](), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise hung_up()
        pieces.append(message["body"])
        more = message["more_body"]
    return b"".join(pieces)


def _route(handler: HTTPRouteHandler) -> _Route:
    assert not handler.opt.get("open") and not handler.opt.get("nodes"), "these are for people"
    (path,) = handler.paths
    taken = inspect.signature(handler.fn).parameters
    assert handler.http_methods <= ({"POST"} if "data" in taken else {"GET", "HEAD", "OPTIONS"}), "what it takes tells its kind"
    named = _NAMED.findall(path)
    noun = taken["data"].annotation if "data" in taken else None
    return _Route(handler.fn, path, frozenset(taken), named[0][1:-5] if named else "", noun)
