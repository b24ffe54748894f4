"""Faults as HTTP: one problem document (RFC 9457) for every way that a request can go wrong."""

import logging
import math
from collections.abc import Mapping

import msgspec
from litestar import Response
from litestar.exceptions import HTTPException

from suanwang.api.callers import Asked
from suanwang.api.catalogue import Words, language
from suanwang.api.queries import taken
from suanwang.api.rate import RateFault
from suanwang.api.render.problem import why_lines
from suanwang.api.whys import why
from suanwang.model import fault as faults
from suanwang.model.trial import Broken
from suanwang.model.view import Problem

_STATUS: tuple[tuple[type[faults.Fault], int], ...] = (
    (faults.UsageFault, 400),
    (faults.AuthorityFault, 403),
    (faults.NotFoundFault, 404),
    (faults.ConflictFault, 409),
    (faults.QuotaFault, 429),
    (faults.LogFault, 503),
    (faults.WireFault, 502),
    (faults.RuntimeFault, 500),
)
_CODE_STATUS = {"SUAN-A050": 401, "SUAN-A051": 401, "SUAN-A052": 401, "SUAN-U032": 413, "SUAN-R017": 503}
_RETRY = {"SUAN-R017": "1"}
"""Seconds after which it is worth asking again."""
_HTTP_CODE = {
    400: "SUAN-U002",
    401: "SUAN-A000",
    403: "SUAN-A040",
    404: "SUAN-N000",
    405: "SUAN-U050",
    413: "SUAN-U051",
    415: "SUAN-U052",
    431: "SUAN-U054",
}
_NAMES = {"among": "state", "ingress": "from"}
"""Parameters whose names our functions cannot have."""
_log = logging.getLogger("suanwang.api")


def status_of(fault: faults.Fault) -> int:
    """The HTTP status for a fault: 401 where credentials are missing or bad, 402 for money, else by its kind."""
    if isinstance(fault, faults.AuthorityFault) and fault.code < "SUAN-A010":
        return 401
    if fault.code.startswith("SUAN-M"):
        return 402
    by_kind = next((status for kind, status in _STATUS if isinstance(fault, kind)), 500)
    return _CODE_STATUS.get(fault.code, by_kind)


def problem(
    status: int,
    code: str,
    detail: str,
    todo: str = "",
    headers: Mapping[str, str] | None = None,
    evidence: tuple[Broken, ...] = (),
) -> Response[bytes]:
    """A problem+json answer."""
    page, shown = f"docs/errors.md#{code.lower()}", evidence or msgspec.UNSET
    body = Problem(type=page, title=code, status=status, detail=detail, code=code, todo=todo, evidence=shown)
    sent = {**({"www-authenticate": "Bearer"} if status == 401 else {}), **(headers or {})}
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/problem+json", headers=sent)


def told(status: int, code: str, detail: str, todo: str) -> bytes:
    """A problem document as HTTP, for where no application answers; the connection ends with it."""
    body = problem(status, code, detail, todo).content
    lines = (f"HTTP/1.1 {status} Refused", "content-type: application/problem+json", f"content-length: {len(body)}",
             "connection: close")  # fmt: skip
    return "\r\n".join((*lines, "", "")).encode() + body


def on_fault(request: Asked, fault: faults.Fault) -> Response[bytes]:
    """Our own faults."""
    words = spoken(request)
    waits = str(max(1, math.ceil(fault.retry_s))) if isinstance(fault, RateFault) else _RETRY.get(fault.code, "")
    headers = {"retry-after": waits} if waits else {}
    detail = fault.why if words.lang == "en" else "; ".join(why_lines(words, fault))
    return problem(status_of(fault), fault.code, detail, why(words, "todo", fault.todo), headers, fault.evidence)


def on_http(request: Asked, error: HTTPException) -> Response[bytes]:
    """What the framework refuses: unknown paths, wrong methods, parameters that are not what they should be."""
    if error.status_code >= 500:
        return on_bug(request, error)
    extra = error.extra if isinstance(error.extra, list) else []
    lines = [_line(request, e.get("key", ""), e.get("message", "")) for e in extra if isinstance(e, dict)]
    code = _HTTP_CODE.get(error.status_code, "SUAN-U002")
    detail = "; ".join(lines)[:500] or _nothing(request, error.status_code) or error.detail[:500]
    allow = next((methods for name, methods in (error.headers or {}).items() if name.lower() == "allow"), "")
    headers = {"allow": ", ".join(sorted({*allow.split(", ")} - {"OPTIONS"}))} if allow else {}
    words = spoken(request)
    return problem(error.status_code, code, why(words, code, detail), why(words, "todo", "see /v1/openapi.json"), headers)


def spoken(request: Asked) -> Words:
    """The words of the language that the caller prefers, if it says so (RFC 9110, 12.5.4): the console's, a browser's."""
    return Words(language({"LANG": request.headers.get("accept-language", "").strip()}))


def _nothing(request: Asked, status: int) -> str:
    """What the framework says in two words."""
    asked = f"{request.method} {request.url.path}"[:200]
    return {404: f"there is nothing at {asked}", 405: f"{asked} is not among what may be done there"}.get(status, "")


def _line(request: Asked, key: str, message: str) -> str:
    if key == "data":
        return "the request needs a body"
    name = _NAMES.get(key, key)
    words = taken(request.route_handler).get(name, ())
    return f"{name}: {message}".strip(": ") + (f"; it is one of {', '.join(words)}" if words else "")


def on_bug(request: Asked, error: Exception) -> Response[bytes]:
    """A bug: nothing of its inside is shown, all of it is logged."""
    _log.error("%s %r", request.method, request.url.path, exc_info=error)
    return problem(
        500, "SUAN-B001", f"an unforeseen {type(error).__name__}", "tell the operator; the brain's output has the details"
    )
