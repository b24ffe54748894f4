"""Plain requests are answered as the framework answers them, to the byte; whole answers leave the server as two messages do."""

import gc
import json
import socket
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from suanwang.api.rate import Rate
from suanwang.api.server import routes
from suanwang.api.tracing.http import TracedApp
from suanwang.api.tracing.spans import Span
from suanwang.api.whole import WHOLE
from suanwang.model.statement import Caveat
from suanwang.trust.narrow import narrow as narrowed
from tests.api.stage import Person, Stage, demand, staged
from tests.api.test_secure import Served, serving

WAIT_S = 60.0
PATHS = ("jobs", "jobs/{job}", "jobs/{job}/why", "jobs/{job}/bill", "jobs/{job}/tasks", "nodes", "nodes/n1", "services",
         "jobs/{other}", "jobs/nothing", "nodes/nothing", "services/nothing")  # fmt: skip
QUERIES = ("", "limit=1", "limit=1000", "limit=0", "limit=1001", "limit=01", "limit=x", "limit=1&limit=2", "state=queued",
           "limit=1&cursor=nothing", "Limit=1", "limit=%31", "&", "odd=1")  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        yield made


def asked(path: str, query: str, *headers: tuple[str, str], method: str = "GET") -> dict[str, Any]:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return {"type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": raw, "server": ("testserver", 80), "client": ("test", 1), "scheme": "http", "root_path": "",
            "http_version": "1.1", "extensions": {}, "state": {}}  # fmt: skip


def told(stage: Stage, plain: bool, scope: dict[str, Any], *body: bytes | None) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body, as the plain way or the framework gives them. body: piece by piece; None: it hangs up."""
    sent: list[dict[str, Any]] = []
    coming = list(body) or [b""]

    async def receive() -> dict[str, Any]:
        piece = coming.pop(0)
        return (
            {"type": "http.request", "body": piece, "more_body": bool(coming)}
            if piece is not None
            else {"type": "http.disconnect"}
        )

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        scope_now = {**scope, "extensions": {}, "state": {}}
        if not plain:
            await Litestar.__call__(stage.app, scope_now, receive, send)  # type: ignore[arg-type]
        elif ask := stage.app.plain.find(scope_now):  # type: ignore[arg-type]
            await stage.app.plain.answer(ask, scope_now, receive, send)  # type: ignore[arg-type]

    stage.client.blocking_portal.call(ask)
    if not sent:
        return 0, [], b""
    return sent[0]["status"], sorted(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:])


def people(stage: Stage) -> tuple[Person, Person, dict[str, str]]:
    """Two who have jobs, and the ids of these."""
    ann, bob = stage.person("ann"), stage.person("bob")
    stage.node(cores=1)
    names = {"job": ann.job(demand(2), "a").id, "other": bob.job(demand(), "b").id}
    ann.job(demand(), "c")
    return ann, bob, names


def test_a_plain_read_is_what_the_framework_answers(stage: Stage) -> None:
    ann, bob, names = people(stage)
    seen = 0
    for who in (ann, bob, stage.operator):
        for path in PATHS:
            for query in QUERIES:
                scope = asked(f"/v1/{path.format(**names)}", query, ("host", "h"), ("authorization", f"Bearer {who.token}"))
                plain = told(stage, True, scope)
                if plain[0]:
                    seen += 1
                    assert plain == told(stage, False, scope), (path, query)
    assert seen == 3 * (len(PATHS) + 4 * 2), "each as it is, and the four that give pages with two sizes"
    scope = asked(f"/v1/jobs/{names['job']}/bill", "", ("authorization", f"Bearer {ann.token}"), ("accept", "text/csv"))
    table = told(stage, True, scope)
    assert table == told(stage, False, scope) and (b"content-type", b"text/csv; charset=utf-8") in table[1]


def posted(token: str, body: bytes, *more: tuple[str, str], key: str = "k") -> dict[str, Any]:
    """A submit with this body; more: headers instead of, or beside, the usual ones."""
    usual = {"host": "h", "authorization": f"Bearer {token}", "content-type": "application/json", "idempotency-key": key,
             "content-length": str(len(body))}  # fmt: skip
    return asked("/v1/jobs", "", *{**usual, **dict(more)}.items(), method="POST")


def test_a_plain_submit_is_what_the_framework_answers(stage: Stage) -> None:
    ann, _, _ = people(stage)
    good = msgspec.json.encode(demand(2))
    other = msgspec.json.encode(demand(1, b"not brought"))
    bodies = {201: (good, b" " + good), 404: (other,),
              400: (b"{", b"[]", b"\xff", b"[" * 5000, good.replace(b'"wasm"', b'"often"'), good.replace(b'"job"', b"1"),
                    good[:-1] + b', "unknown": 1}')}  # fmt: skip
    for status, some in bodies.items():
        for number, body in enumerate(some):
            for pieces in ((body,), (body[:9], b"", body[9:])):
                scope = posted(ann.token, body, key=f"{status}-{number}")
                plain = told(stage, True, scope, *pieces)
                assert plain[0] == status and plain == told(stage, False, scope, *pieces), (body, plain)
    before = stage.log_size()
    scope = posted(ann.token, good, key="never")
    assert told(stage, True, scope, good[:9], None) == told(stage, False, scope, good[:9], None)
    wrong = posted(ann.token, other, key="201-0")
    assert told(stage, True, wrong, other) == told(stage, False, wrong, other)
    assert stage.log_size() == before, "of what does not come, or is not taken, nothing is left"


def test_a_plain_submit_is_one_job_of_the_caller_s(stage: Stage) -> None:
    ann, bob, _ = people(stage)
    body = msgspec.json.encode(demand())
    ids = [
        json.loads(told(stage, plain, posted(who.token, body, key="same"), body)[2])["id"]
        for who in (ann, bob)
        for plain in (True, True, False)
    ]
    assert len(set(ids[:3])) == len(set(ids[3:])) == 1 and ids[0] != ids[3]
    assert {json.loads(ann.get(f"/v1/jobs/{ids[0]}").content)["user"]} == {"ann"}


def test_who_may_not_submit_is_told_before_its_body_is_read(stage: Stage) -> None:
    ann, _, _ = people(stage)
    body = msgspec.json.encode(demand())
    narrow = narrowed(ann.token, Caveat(jobs=("other",)))
    for token in ("", "garbage", stage.token("nobody"), stage.join_token("ann"), narrow):
        scope = posted(token, body)
        pieces = (body,) if token == narrow else (None,)
        plain = told(stage, True, scope, *pieces)
        assert plain[0] in (401, 403) and plain == told(stage, False, scope, *pieces), (token, plain)


@pytest.mark.parametrize(
    "more",
    [
        ("content-type", "application/json; charset=utf-8"),
        ("content-type", "text/plain"),
        ("content-type", ""),
        ("idempotency-key", ""),
        ("idempotency-key", "k" * 201),
        ("idempotency-key", "schlüssel"),
        ("idempotency-key", "a b"),
        ("content-length", ""),
        ("content-length", "0"),
        ("content-length", "-1"),
        ("content-length", str((1 << 20) + 1)),
        ("transfer-encoding", "chunked"),
        ("authorization", "Node x"),
        ("host", "a b"),
    ],
)
def test_an_odd_submit_is_left_to_the_framework(stage: Stage, more: tuple[str, str]) -> None:
    assert stage.app.plain.find(posted("x", b"{}")) is not None  # type: ignore[arg-type]
    assert stage.app.plain.find(posted("x", b"{}", more)) is None  # type: ignore[arg-type]
    assert stage.app.plain.find({**posted("x", b"{}"), "query_string": b"dry_run=true"}) is None  # type: ignore[arg-type]


def test_of_another_s_job_a_plain_read_tells_nothing(stage: Stage) -> None:
    ann, _, names = people(stage)
    for more in ("", "/why", "/bill", "/tasks"):
        scope = asked(f"/v1/jobs/{names['other']}{more}", "", ("authorization", f"Bearer {ann.token}"))
        status, _, body = told(stage, True, scope)
        assert status == 404 and json.loads(body)["code"] == "SUAN-N001"
    _, _, page = told(stage, True, asked("/v1/jobs", "", ("authorization", f"Bearer {ann.token}")))
    assert {job["user"] for job in json.loads(page)["items"]} == {"ann"}


def test_bad_tokens_are_refused_alike(stage: Stage) -> None:
    ann, _, names = people(stage)
    revoked = stage.operator.post("/v1/tokens", {"kind": "user", "user": "ann"}).json()
    assert stage.operator.ask("DELETE", f"/v1/tokens/{revoked['id']}").status_code == 204
    bad = ("", "garbage", f"{ann.token}x", revoked["token"], stage.token("ann", age_s=7200.0), stage.token("nobody"),
           stage.token("ann", ""), stage.join_token("ann"))  # fmt: skip
    for token in bad:
        for scheme in ("Bearer", "bearer", "BEARER"):
            scope = asked(f"/v1/jobs/{names['job']}", "", ("authorization", f"{scheme} {token}"))
            plain = told(stage, True, scope)
            assert plain[0] in (401, 403) and plain == told(stage, False, scope), (token, plain)


def test_who_has_the_answer_is_told_only_that(stage: Stage) -> None:
    ann, _, names = people(stage)
    mine = ("authorization", f"Bearer {ann.token}")
    _, headers, _ = told(stage, True, asked(f"/v1/jobs/{names['job']}", "", mine))
    tag = dict(headers)[b"etag"].decode()
    for known in (tag, f"W/{tag}", "*", '"other"'):
        scope = asked(f"/v1/jobs/{names['job']}", "", mine, ("if-none-match", known))
        plain = told(stage, True, scope)
        assert plain == told(stage, False, scope) and plain[0] == (200 if known == '"other"' else 304)


@pytest.mark.parametrize(
    ("headers", "method", "path"),
    [
        ((("authorization", "Node x"),), "GET", "/v1/jobs"),
        ((), "GET", "/v1/jobs"),
        ((("authorization", "Bearer x"), ("authorization", "Bearer y")), "GET", "/v1/jobs"),
        ((("authorization", "Bearer x"), ("host", "a b")), "GET", "/v1/jobs"),
        ((("authorization", "Bearer x"),), "POST", "/v1/jobs"),
        ((("authorization", "Bearer x"),), "HEAD", "/v1/jobs"),
        ((("authorization", "Bearer x"),), "OPTIONS", "/v1/jobs"),
        ((("authorization", "Bearer x"),), "GET", "/v1/jobs/"),
        ((("authorization", "Bearer x"),), "GET", "//v1/jobs"),
        ((("authorization", "Bearer x"),), "GET", "/v1/jobs/a/b"),
        ((("authorization", "Bearer x"),), "GET", f"/v1/jobs/{'x' * 65}"),
        ((("authorization", "Bearer x"),), "GET", "/v1/jobs/a\n"),
        ((("authorization", "Bearer x"),), "GET", "/v1/jobs/作业"),
        ((("authorization", "Bearer x"),), "GET", "/v1/account"),
    ],
)
def test_what_is_not_plain_is_left_to_the_framework(stage: Stage, headers, method: str, path: str) -> None:
    assert stage.app.plain.find(asked(path, "", *headers, method=method)) is None  # type: ignore[arg-type]


def test_no_other_route_is_taken_for_a_plain_one(stage: Stage) -> None:
    """Nor is one that is open, or for nodes."""
    every = routes(stage.door)
    plain = [route for route in every if route.opt.get("plain")]
    assert len(plain) == 10
    for route in every:
        for path in route.paths:
            path = path.replace("{name:str}", "x").replace("{job_id:str}", "x").replace("{node_id:str}", "x")
            if "{" in path:
                continue
            for method in route.http_methods & {"GET", "POST"}:
                scope = {**posted("x", b"{}"), "path": path, "method": method}
                found = stage.app.plain.find(scope)  # type: ignore[arg-type]
                assert bool(found) == (route in plain), (method, path)
    marked = [r for r in every if r.opt.get("nodes") or r.opt.get("open")]
    assert marked and not set(map(id, marked)) & set(map(id, plain))


def test_each_is_counted_once_and_bugs_show_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with staged(tmp_path, users=Rate(per_s=0.001, burst=20.0)) as stage:
        ann = stage.person("ann")
        scope = asked("/v1/jobs", "", ("authorization", f"Bearer {ann.token}"))
        missing = asked("/v1/jobs/nothing", "", ("authorization", f"Bearer {ann.token}"))
        assert [told(stage, True, one)[0] for one in (scope, missing) * 11] == [200, 404] * 10 + [429] * 2
        assert told(stage, True, scope) == told(stage, False, scope)
        stage.door.buckets = type(stage.door.buckets)()

        async def broken() -> None:
            raise ValueError("secret")

        with monkeypatch.context() as patched:
            patched.setattr(stage.brain, "settled", broken)
            failed = told(stage, True, scope)
            assert failed == told(stage, False, scope) and failed[0] == 500 and b"secret" not in failed[2]


def test_a_plain_read_is_traced_under_the_name_of_its_route(stage: Stage) -> None:
    ann, _, names = people(stage)
    spans: list[Span] = []

    class Kept:
        def take(self, span: Span) -> None:
            spans.append(span)

        def close(self) -> None: ...

    def ask(path: str) -> None:
        async def unseen(*_: object) -> None:
            raise AssertionError("what goes out in one piece is not seen")

        scope = asked(path, "", ("authorization", f"Bearer {ann.token}"))
        sent, receive = list[Any](), None

        async def send(message: Any) -> None:
            sent.append(message)

        traced = TracedApp(stage.app, Kept(), lambda: 0.0)
        stage.client.blocking_portal.call(traced, {**scope, "extensions": {WHOLE: unseen}}, receive, send)
        assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]

    for path in ("/v1/jobs", f"/v1/jobs/{names['job']}/why", "/v1/jobs/nothing"):
        ask(path)
    assert [(span.name, span.attributes["http.response.status_code"]) for span in spans] == [
        ("GET /v1/jobs", 200),
        ("GET /v1/jobs/{job_id}/why", 200),
        ("GET /v1/jobs/{job_id}", 404),
    ]


class Line:
    """A bare connection to a brain that is served."""

    def __init__(self, served: Served) -> None:
        self.socket = socket.create_connection(("127.0.0.1", int(served.url.rsplit(":", 1)[1])), timeout=WAIT_S)
        self.token = served.token()

    def ask(self, path: str, *more: str) -> None:
        lines = (f"GET {path} HTTP/1.1", "Host: brain", f"Authorization: Bearer {self.token}", *more, "", "")
        self.socket.sendall("\r\n".join(lines).encode())

    def answer(self) -> tuple[bytes, bytes]:
        """Head and body of one."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(x.split(b":")[1]) for x in head.lower().split(b"\r\n") if x.startswith(b"content-length"))
        while len(body) < length:
            body += self._more()
        assert len(body) == length
        return head, body

    def _more(self) -> bytes:
        piece = self.socket.recv(65536)
        assert piece, "it hung up"
        return piece


def test_whole_answers_leave_a_connection_as_it_was(tmp_path: Path) -> None:
    with serving(Served(tmp_path, plain=True)) as served:
        line = Line(served)
        for path in ("/v1/jobs", "/v1/jobs/nothing", "/v1/account", "/v1/nothing", "/v1/jobs?limit=7") * 3:
            line.ask(path)
            head, body = line.answer()
            assert head.startswith(b"HTTP/1.1 404" if "nothing" in path else b"HTTP/1.1 200"), head
            assert b"date:" in head and b"connection: close" not in head and json.loads(body)
        line.ask("/v1/jobs", "Connection: close")
        head, _ = line.answer()
        assert b"connection: close" in head and line.socket.recv(1) == b""


def test_requests_that_were_sent_together_are_answered_in_their_order(tmp_path: Path) -> None:
    with serving(Served(tmp_path, plain=True)) as served:
        line = Line(served)
        asking = ["/v1/jobs", "/v1/nodes", "/v1/account", "/v1/services"]
        head = f"Host: brain\r\nAuthorization: Bearer {line.token}\r\n\r\n"
        line.socket.sendall("".join(f"GET {path} HTTP/1.1\r\n{head}" for path in asking * 5).encode())
        data = b""
        while data.count(b"HTTP/1.1 200") < 20 or not data.endswith(b"}"):
            data += line._more()
        bodies = [part.partition(b"\r\n\r\n")[2] for part in data.split(b"HTTP/1.1 200")[1:]]
        assert ["balance_micro" in json.loads(body) for body in bodies] == [False, False, True, False] * 5


def test_an_answer_leaves_nothing_for_the_collector(tmp_path: Path) -> None:
    """What refers to itself stays until it is looked for, and that holds everybody up."""
    with serving(Served(tmp_path, plain=True)) as served:
        line = Line(served)

        def ask(count: int) -> None:
            for _ in range(count):
                for path in ("/v1/jobs", "/v1/account"):
                    line.ask(path)
                    line.answer()

        ask(20)
        gc.collect()
        gc.disable()
        try:
            ask(50)
            assert gc.collect() < 100
        finally:
            gc.enable()
