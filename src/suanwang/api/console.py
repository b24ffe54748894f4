"""The console: static files that were built from console/, for anybody to load; what they show they ask for with a token."""

import gzip
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from litestar import Response, get

from suanwang.api.callers import Asked
from suanwang.api.catalogue import Words
from suanwang.model.fault import NotFoundFault

BUILT = Path(__file__).with_name("static")
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
"""Nothing comes from, or goes to, anywhere but the brain."""
_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
_SAFE = {"content-security-policy": POLICY, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
_KEPT = "public, max-age=31536000, immutable"
"""For files whose name says what is in them."""


class Page(NamedTuple):
    """small: the same bytes as gzip."""

    kind: str
    body: bytes
    small: bytes


def console_routes(folder: Path = BUILT) -> list[Any]:
    """The first page, and the files that it loads. Read once, when somebody first asks."""

    @cache
    def pages() -> Mapping[str, Page]:
        return built(folder)

    @get("/", opt={"open": True}, sync_to_thread=False)
    def console(request: Asked) -> Response[bytes]:
        return _sent(request, pages().get("index.html") or unbuilt(), "no-cache")

    @get("/assets/{name:str}", opt={"open": True}, sync_to_thread=False)
    def asset(request: Asked, name: str) -> Response[bytes]:
        found = pages().get(f"assets/{name}")
        if found is None:
            raise NotFoundFault("SUAN-N000", f"the console has no file {name[:80]!r}", "load the first page again")
        return _sent(request, found, _KEPT)

    return [console, asset]


def built(folder: Path) -> Mapping[str, Page]:
    """Path below the folder -> page; nothing where the console was not built."""
    files = [file for file in sorted(folder.glob("**/*")) if file.suffix in _TYPES]
    return MappingProxyType(
        {file.relative_to(folder).as_posix(): _page(_TYPES[file.suffix], file.read_bytes()) for file in files}
    )


def unbuilt() -> Page:
    """How to build it, in both languages."""
    lines = "".join(f"<p>{escape(Words(lang)('console.unbuilt'))}</p>" for lang in ("en", "zh"))
    head = "<!doctype html><meta charset=utf-8><title>Suanwang</title>"
    return _page("text/html", f"{head}<h1>Suanwang</h1>{lines}<pre>make console</pre>".encode())


def _page(kind: str, body: bytes) -> Page:
    return Page(kind, body, gzip.compress(body, mtime=0))


def _sent(request: Asked, page: Page, kept: str) -> Response[bytes]:
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = {**_SAFE, "cache-control": kept, "vary": "accept-encoding", **({"content-encoding": "gzip"} if packed else {})}
    return Response(page.small if packed else page.body, media_type=page.kind, headers=headers)
