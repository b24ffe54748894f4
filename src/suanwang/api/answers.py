"""What comes back over the wire, put into our own words: faults from broken connections, SSE events."""

import contextlib
from collections.abc import Iterator

import httpx

from suanwang.drivers.tls import tls_fault
from suanwang.model.fault import WireFault


def sse(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """(last event id, data) of each event of a Server-Sent Event stream (WHATWG HTML, 9.2.6); an unfinished one is dropped."""
    number, data = "", list[str]()
    for line in lines:
        if not line:
            if data:
                yield number, "\n".join(data)
            data = []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            number = value
        elif field == "data":
            data.append(value)


def nonsense(why: str, response: httpx.Response) -> WireFault:
    asked = ""
    with contextlib.suppress(RuntimeError):
        asked = f"{response.request.method} {response.request.url.path}: "
    return WireFault("SUAN-W002", asked + why, "suan --version and the brain's version should agree")


def worth_repeating(problem: Exception) -> bool:
    """A connection that failed may work the next time; a brain that is too slow will not be helped by being asked twice."""
    if tls_fault("", problem):
        return False
    return isinstance(problem, httpx.NetworkError | httpx.RemoteProtocolError | httpx.ConnectTimeout)


def never_sent(problem: Exception) -> bool:
    """Nobody was connected to, so nobody can have done anything."""
    return isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout)


def wire_fault(url: str, problem: Exception) -> WireFault:
    if isinstance(problem, httpx.TimeoutException) and not isinstance(problem, httpx.ConnectTimeout):
        return WireFault("SUAN-W003", f"{url} did not answer in time", "try again, or see: suan doctor")
    if fault := tls_fault(url, problem):
        return fault
    if isinstance(problem, httpx.RemoteProtocolError) and url.startswith("http://"):
        why = f"{url}: {problem}; so ends plain HTTP where TLS is spoken"
        return WireFault("SUAN-W033", why, f"export SUAN_URL={url.replace('http:', 'https:')}")
    if isinstance(problem, httpx.TransportError):
        return WireFault("SUAN-W001", f"{url}: {problem}", "suan up, or point SUAN_URL at a running brain")
    return WireFault("SUAN-W002", f"{url}: {problem}", "suan doctor")
