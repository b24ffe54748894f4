"""How a call is made: one typed answer or a fault, instead of status codes.

Only calls that may be repeated without harm are repeated, only when the connection itself failed, and only a bounded number
of times. A watch resumes where it was cut off, so that a brain may be restarted under a running client.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from ssl import SSLError
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from suanwang.api.answers import never_sent, nonsense, sse, wire_fault, worth_repeating
from suanwang.drivers.addresses import Addresses
from suanwang.drivers.problem import fault_from
from suanwang.drivers.tls import NOBODY, Peer, client_context
from suanwang.model.fault import AuthorityFault, UsageFault, WireFault
from suanwang.model.view import Progress

T = TypeVar("T")
Params = dict[str, str | int]

PAUSES_S = (0.2, 0.8)
"""Pauses before the second and the third attempt of a call that may be repeated."""
TIMEOUT_S = 60.0
TRIAL_S = 130.0
"""A trial may take so long; the brain gives up before."""


class Quiet(Exception):
    """A watch that was accepted, and then nothing happened for so long that it is worth asking again: no failure."""


class Calls:
    """One brain, or the first of several that can be reached, and how it is asked. peer: who must be at the other end. hooks:
    of httpx, called with each "request" and "response". transport, pause: for tests."""

    def __init__(
        self,
        url: str,
        token: str = "",
        peer: Peer = NOBODY,
        *,
        transport: httpx.BaseTransport | None = None,
        timeout_s: float = TIMEOUT_S,
        pause: Callable[[float], None] = time.sleep,
        hooks: Mapping[str, list[Callable[[Any], None]]] | None = None,
    ) -> None:
        if not token.isascii():
            raise AuthorityFault("SUAN-A001", "a token has plain letters and digits only", "copy the whole text of the token")
        headers = {"Accept": "application/json", "User-Agent": "suan"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._brains = Addresses(url)
        self._pause = pause
        try:
            self._http = httpx.Client(
                base_url=self.url,
                headers=headers,
                verify=client_context(peer) if peer.ca else True,
                transport=transport,
                timeout=timeout_s,
                event_hooks=dict(hooks or {}),
                trust_env=not all(map(_is_near, self._brains.all)),
            )
        except (httpx.InvalidURL, ValueError, SSLError) as problem:
            why = f"{self.url!r} cannot be used: {problem}"
            raise UsageFault("SUAN-U028", why, "say it as in https://127.0.0.1:7420") from problem

    @property
    def url(self) -> str:
        """Of the brain that is talked to now."""
        return self._brains.now

    def _lost(self, used: str, problem: Exception) -> WireFault:
        """Turn to the next brain, for the next call; what became of this one."""
        self._brains.lost(used)
        self._http.base_url = self.url
        return wire_fault(used, problem)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def _get(self, path: str, shape: type[T], params: Params | None = None) -> T:
        return read(self._call("GET", path, params=params), shape)

    def _post(
        self,
        path: str,
        shape: type[T],
        body: object,
        key: str,
        *,
        params: Params | None = None,
        repeat: bool = True,
        timeout_s: float | None = None,
    ) -> T:
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        content = b"" if body is None else msgspec.json.encode(body)
        sent = self._call("POST", path, params=params, content=content, headers=headers, repeat=repeat, timeout_s=timeout_s)
        return read(sent, shape)

    def _put(self, path: str, shape: type[T], body: object, *, rehearse: bool = False, dry_run: bool = False) -> T:
        params, timeout_s = asking(rehearse=rehearse, dry_run=dry_run), TRIAL_S if rehearse else None
        content, kind = msgspec.json.encode(body), {"Content-Type": "application/json"}
        return read(self._call("PUT", path, params=params, content=content, headers=kind, timeout_s=timeout_s), shape)

    def _go(self, method: str, path: str, shape: type[T], *, rehearse: bool, dry_run: bool) -> T | None:
        """Something is to go; a noun only where it is only asked about."""
        params, timeout_s = asking(rehearse=rehearse, dry_run=dry_run), TRIAL_S if rehearse else None
        sent = self._call(method, path, params=params, timeout_s=timeout_s)
        return read(sent, shape) if dry_run else None

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        repeat: bool = True,
        timeout_s: float | None = None,
    ) -> httpx.Response:
        """timeout_s: another one than this client's."""
        within = self._http.timeout if timeout_s is None else httpx.Timeout(timeout_s)
        return self._checked(
            lambda: self._http.request(method, path, params=params, content=content, headers=headers, timeout=within),
            repeat=repeat,
        )

    def _checked(self, send: Callable[[], httpx.Response], *, repeat: bool = True) -> httpx.Response:
        others = (0.0,) * (len(self._brains.all) - 1)
        for pause in (*others, *(PAUSES_S if repeat else ()), None):
            used = self.url
            try:
                response = send()
            except (httpx.HTTPError, httpx.InvalidURL) as problem:
                fault = self._lost(used, problem)
                if pause is None or not (worth_repeating(problem) if repeat else never_sent(problem)):
                    raise fault from problem
                self._pause(pause)
                continue
            if response.is_error:
                raise fault_from(response.status_code, response.content)
            if response.is_redirect:
                raise nonsense(f"it sends us on to {response.headers.get('Location', '?')}", response)
            return response
        raise AssertionError("a loop with a last attempt always returns or raises")

    def _watch(self, job: str, last: str) -> Iterator[tuple[str, Progress]]:
        headers = {"Accept": "text/event-stream"} | ({"Last-Event-ID": last} if last else {})
        used = self.url
        try:
            with self._http.stream("GET", f"/v1/jobs/{part(job)}/events", headers=headers) as response:
                if response.is_error:
                    response.read()
                    raise fault_from(response.status_code, response.content)
                try:
                    for number, data in sse(response.iter_lines()):
                        yield number or last, decode(data.encode(), Progress, response)
                except httpx.ReadTimeout as problem:
                    raise Quiet from problem
        except httpx.HTTPError as problem:
            raise self._lost(used, problem) from problem


def read(response: httpx.Response, shape: type[T]) -> T:
    return decode(response.content, shape, response)


def decode(content: bytes, shape: type[T], response: httpx.Response) -> T:
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError as problem:
        raise nonsense(str(problem), response) from problem


def page(limit: int, cursor: str) -> Params:
    page: Params = {"limit": limit}
    return page | {"cursor": cursor} if cursor else page


def asking(*, rehearse: bool = False, dry_run: bool = False) -> Params | None:
    """rehearse: the twin tries it first; dry_run: it is only asked about."""
    asked = {"rehearse": rehearse, "dry_run": dry_run}
    return {name: "true" for name, said in asked.items() if said} or None


def part(text: str) -> str:
    """One segment of a path, whatever the user typed. UsageFault SUAN-U002: nothing, which would be the path of all of them."""
    if not text:
        raise UsageFault("SUAN-U002", "the name is empty", "say which one is meant")
    return quote(text, safe="")


def _is_near(url: str) -> bool:
    """A brain on this machine is never asked for through a proxy."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
