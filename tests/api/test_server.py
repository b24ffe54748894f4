"""What the door does with those who may pass: jobs, files, nodes' reports, the log, and a clear no to everything else."""

import asyncio
import threading
from collections.abc import Generator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.exceptions import InternalServerException

from suanwang.api.answers import sse
from suanwang.api.rate import Buckets, Rate, RateFault
from suanwang.brain import commands
from suanwang.brain.loop import Brain
from suanwang.drivers.frames import frame
from suanwang.model.demand import Limits
from suanwang.model.fault import LogFault
from suanwang.model.session import Wished, Wrong
from suanwang.model.view import Chunk, Progress
from suanwang.model.where import Place
from suanwang.store import blobs as blobs_module
from suanwang.trust.checkpoint import open_checkpoint, origin_of
from suanwang.trust.key import public_of
from suanwang.trust.merkle import leaf_hash, verify_inclusion
from tests.api.stage import (
    BRAIN_ID,
    BRAIN_KEY,
    CODE,
    Person,
    PlayedSession,
    Stage,
    decoded,
    demand,
    done,
    file_of,
    hashed,
    problem,
    staged,
)


@pytest.fixture
def stage(tmp_path: Path) -> Generator[Stage]:
    with staged(tmp_path) as made:
        yield made


# jobs


def test_a_key_names_one_demand_of_one_user(stage: Stage) -> None:
    ann, bob = stage.person("ann"), stage.person("bob")
    job = ann.job(demand(), "k")
    size = stage.log_size()
    assert ann.submit(demand(), "k").json()["id"] == job.id
    problem(ann.submit(demand(2), "k"), 409, "SUAN-U043")
    assert stage.log_size() == size
    assert bob.job(demand(2), "k").id != job.id
    problem(ann.post("/v1/jobs", demand()), 400, "SUAN-U002")
    problem(ann.submit(demand(), "k" * 201), 400, "SUAN-U002")


def test_a_dry_run_writes_nothing(stage: Stage) -> None:
    ann = stage.person("ann")
    size = stage.log_size()
    assert ann.submit(demand(), "k", dry_run=True).json()["refusal"]["code"] == "SUAN-P011"
    node = stage.node()
    stage.operator.get("/v1/nodes")  # who looks sees what has been heard by then
    size, version = stage.log_size(), stage.brain.state.world.version
    told = ann.submit(demand(), "k", dry_run=True)
    assert told.status_code == 200 and told.json()["plan"]["placements"][0]["node_id"] == node.id
    assert (stage.log_size(), stage.brain.state.world.version) == (size, version)
    assert ann.get("/v1/jobs").json()["items"] == [] and node.desired().orders == ()


def test_by_a_name_that_was_used_again_the_job_is_stopped_that_runs(stage: Stage) -> None:
    node, ann = stage.node(), stage.person("ann")
    first, second = (ann.job(demand(), key) for key in ("k", "l"))
    orders = {order.split("/")[0]: order for order in node.desired().orders}
    node.report(done(orders[second.id], 0))
    for dry_run in ("?dry_run=true", ""):
        assert ann.post(f"/v1/jobs/{second.demand.name}/cancel{dry_run}").json()["id"] == first.id
    node.report(msgspec.structs.replace(done(orders[first.id], 0), state="failed", code="cancelled"))
    assert ann.get(f"/v1/jobs/{first.id}").json()["state"] == "cancelled"
    assert ann.post(f"/v1/jobs/{second.demand.name}/cancel").json()["id"] == second.id, "where none runs, the newest"
    assert ann.get(f"/v1/jobs/{second.demand.name}").json()["id"] == second.id


def test_pages_follow_each_other_without_gap_or_repeat(stage: Stage) -> None:
    ann = stage.person("ann")
    ids = [ann.job(demand(), f"k{i}").id for i in range(5)]
    stage.person("bob").job(demand())
    found, cursor = list[str](), ""
    while True:
        page = ann.get(f"/v1/jobs?limit=2&cursor={cursor}").json()
        found += [j["id"] for j in page["items"]]
        if not (cursor := page.get("next", "")):
            break
    assert found == ids[::-1]
    assert ann.get("/v1/jobs?state=refused").json()["items"] and not ann.get("/v1/jobs?state=done").json()["items"]
    for query in ("limit=0", "limit=1001", "limit=many", "state=happy"):
        problem(ann.get(f"/v1/jobs?{query}"), 400, "SUAN-U002")


def test_a_cursor_that_names_nothing_of_ones_own_is_refused_and_never_an_empty_page(stage: Stage) -> None:
    ann, bob, node = stage.person("ann"), stage.person("bob"), stage.node()
    mine, other = ann.job(demand(2)), bob.job(demand())
    for path in ("jobs", "jobs?state=running", "bills"):
        for cursor in ("job-nothing", other.id, "x" * 300):
            problem(ann.get(f"/v1/{path}{'&' if '?' in path else '?'}cursor={cursor}"), 400, "SUAN-U002")
        assert ann.get(f"/v1/{path}{'&' if '?' in path else '?'}cursor={mine.id}").json()["items"] == []
    assert stage.operator.get(f"/v1/jobs?cursor={other.id}").json()["items"][0]["id"] == mine.id
    problem(stage.operator.get(f"/v1/bills?cursor={other.id}"), 400, "SUAN-U002")
    for cursor in ("2", "-1", "one", "9" * 30, "٣"):
        problem(ann.get(f"/v1/jobs/{mine.id}/tasks?cursor={cursor}"), 400, "SUAN-U002")
    assert [t["index"] for t in ann.get(f"/v1/jobs/{mine.id}/tasks?cursor=0").json()["items"]] == [1]
    problem(ann.get("/v1/nodes?cursor=node-nothing"), 400, "SUAN-U002")
    assert ann.get(f"/v1/nodes?cursor={node.id}").json()["items"] == []


def adds_up(bill: dict[str, Any]) -> bool:
    return (
        bill["held_micro"] == bill["posted_micro"] + bill["voided_micro"] + bill["held_now_micro"] and bill["voided_micro"] >= 0
    )


def test_what_is_held_is_given_back_on_the_bill_only_when_it_is(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    job = ann.job(demand(2))
    seen = list[tuple[bool, bool, bool]]()
    for report in ((), (done(placement := node.desired().orders[0], 0, 10**9),), (done(placement, 1),)):
        node.report(*report)
        bill, account = ann.get(f"/v1/jobs/{job.id}/bill").json(), ann.get("/v1/account").json()
        assert adds_up(bill) and bill["held_now_micro"] == account["held_micro"]
        seen.append((bill["posted_micro"] > 0, bill["voided_micro"] > 0, bill["held_now_micro"] > 0))
    assert seen == [(False, False, True), (True, False, True), (True, True, False)]


def test_a_watch_resumes_after_the_last_event_seen(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    job = ann.job(demand(2))
    placement = node.desired().orders[0]
    watched: list[bytes] = []
    watch = threading.Thread(target=lambda: watched.append(ann.get(f"/v1/jobs/{job.id}/events").content))
    watch.start()
    node.report(done(placement, 0))
    node.report(done(placement, 1))
    watch.join(20)
    events = list(sse(iter(watched[0].decode().splitlines())))
    told = [msgspec.json.decode(data, type=Progress) for _, data in events]
    assert told[-1].event == "done" and told[-1].job.tasks_done == 2
    numbers = [int(number) for number, _ in events]
    assert numbers == sorted(numbers)
    after = ann.get(f"/v1/jobs/{job.id}/events", last_event_id=str(numbers[-1]))
    assert after.headers["content-type"].startswith("text/event-stream")
    resumed = list(sse(iter(after.text.splitlines())))
    assert [number for number, _ in resumed] == [str(numbers[-1])], "the end is told again, and nothing else"
    for wrong in ("-1", "x", "9" * 19):
        problem(ann.get(f"/v1/jobs/{job.id}/events", last_event_id=wrong), 400, "SUAN-U002")


def test_output_is_read_by_offset_while_it_runs_and_after(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    job = ann.job(demand(2))
    placement = node.desired().orders[0]

    def read(offset: int, task: int = 0, stream: str = "stdout") -> tuple[bytes, str, str]:
        got = ann.get(f"/v1/jobs/{job.id}/logs?task={task}&stream={stream}&offset={offset}")
        return got.content, got.headers["suan-next-offset"], got.headers["suan-ended"]

    def chunk(offset: int, data: bytes, task: int = 0) -> Chunk:
        return Chunk(job_id=job.id, task=task, stream="stdout", offset=offset, data=data)

    assert read(0) == (b"", "0", "false")
    node.report(running=((job.id, 0),), output=(chunk(0, b"hello "), chunk(6, b"world")))
    assert read(0) == (b"hello world", "11", "false") and read(6) == (b"world", "11", "false")
    node.report(running=((job.id, 0),), output=(chunk(11, b"x" * 100_000),))
    data, following, _ = read(0)
    assert data == b"x" * 65536 and following == "100011", "the tail is bounded, and says where it ends"
    node.report(output=(chunk(0, b"not running", task=1),))
    assert read(0, 1) == (b"", "0", "false")
    whole = node.put(b"hello world")
    node.report(done(placement, 0, stdout=whole))
    assert read(0) == (b"hello world", "11", "true") and read(6) == (b"world", "11", "true")
    assert read(11) == (b"", "11", "true") and read(1 << 53)[0] == b"" and read(0, stream="stderr") == (b"", "0", "true")
    problem(ann.get(f"/v1/jobs/{job.id}/logs?task=2"), 404, "SUAN-N004")
    for query in ("task=-1", "offset=-1", f"offset={1 << 70}", "stream=stdin"):
        problem(ann.get(f"/v1/jobs/{job.id}/logs?{query}"), 400, "SUAN-U002")


def test_a_bill_comes_as_a_noun_or_as_a_table(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    job = ann.job(demand())
    node.report(done(node.desired().orders[0], fuel=10**9))
    assert ann.get(f"/v1/jobs/{job.id}/bill").json()["posted_micro"] == 30
    table = ann.get(f"/v1/jobs/{job.id}/bill", accept="text/csv")
    assert table.headers["content-type"].startswith("text/csv") and table.text.startswith("BillingAccountId,")
    assert ann.get("/v1/account").json()["balance_micro"] == 10_000_000 - 30


# files


def test_files_are_what_their_name_says_or_leave_nothing_behind(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = stage.person("ann")
    problem(ann.ask("PUT", f"/v1/blobs/{hashed(b'a')}", b"b"), 400, "SUAN-U031")
    for name in ("x", "..", "A" * 64, hashed(b"a").upper(), hashed(b"a") + "0"):
        assert ann.ask("PUT", f"/v1/blobs/{name}", b"a").status_code in (400, 404, 405)
    monkeypatch.setattr(blobs_module, "BLOB_BYTES_MAX", 1000)
    big = b"x" * 1001
    problem(ann.ask("PUT", f"/v1/blobs/{hashed(big)}", big), 413, "SUAN-U032")
    for name in (hashed(b"a"), hashed(b"b"), hashed(big)):
        problem(ann.get(f"/v1/blobs/{name}"), 404, "SUAN-N020")
    assert stored(stage) == []
    assert ann.put(b"") == hashed(b"") and ann.get(f"/v1/blobs/{hashed(b'')}").content == b""
    assert stored(stage) == [hashed(b"")]


def test_an_upload_that_breaks_off_leaves_nothing_behind(stage: Stage) -> None:
    ann = stage.person("ann")
    said: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"half of ", "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> dict[str, Any]:
        return said.pop(0)

    async def send(_: dict[str, Any]) -> None:
        pass

    path = f"/v1/blobs/{hashed(b'half of it')}"
    request = stage.client.build_request("PUT", path, headers={"authorization": f"Bearer {ann.token}"})
    headers = [(name.lower(), value) for name, value in request.headers.raw if name.lower() != b"content-length"]
    scope = {"type": "http", "method": "PUT", "path": path, "headers": headers, "query_string": b"", "root_path": ""}
    scope |= {"scheme": "http", "server": ("test", 80), "client": ("test", 1), "http_version": "1.1", "state": {}}
    asyncio.run(stage.app(scope, receive, send))  # type: ignore[arg-type]
    assert stored(stage) == [] and said == []


def stored(stage: Stage) -> list[str]:
    """Names of all files in the store, unfinished ones too."""
    files = [f for f in (stage.folder / "blobs").rglob("*") if f.is_file() and not f.name.startswith("readers.sqlite")]
    return sorted(f.parent.name + f.name if len(f.parent.name) == 2 else f.name for f in files)


def test_a_job_has_the_files_that_its_user_brought(stage: Stage) -> None:
    ann = stage.person("ann")
    problem(ann.submit(demand()), 404, "SUAN-N021")
    ann.put(CODE)
    lying = msgspec.structs.replace(file_of(CODE), size=len(CODE) + 1)
    problem(ann.submit(msgspec.structs.replace(demand(), files=(lying,))), 404, "SUAN-N021")
    assert ann.submit(demand()).status_code == 201


# nodes


def test_a_node_reads_the_files_of_its_orders_and_no_others(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    other = stage.node("n2", price=90_000)
    ann.put(b"unrelated")
    problem(node.ask("GET", f"/v1/blobs/{hashed(CODE)}"), 404, "SUAN-N020")
    ann.job(demand())
    node.desired()
    assert node.ask("GET", f"/v1/blobs/{hashed(CODE)}").content == CODE
    problem(node.ask("GET", f"/v1/blobs/{hashed(b'unrelated')}"), 404, "SUAN-N020")
    problem(other.ask("GET", f"/v1/blobs/{hashed(CODE)}"), 404, "SUAN-N020")
    asked = msgspec.json.encode({"sha256": [hashed(b"unrelated")]})
    assert node.ask("POST", "/v1/blobs/missing", asked).json()["sha256"], "a node is not told what others have"


def test_outcomes_that_cannot_be_are_refused_by_name(stage: Stage) -> None:
    ann, node, other = stage.person("ann"), stage.node(), stage.node("n2", price=90_000)
    ann.job(demand(3))
    placement = node.desired().orders[0]
    secret = file_of(b"never brought")

    def codes(*told: Any) -> list[str]:
        return [code for _, _, code in node.report(*told).refused]

    assert [c for _, _, c in other.report(done(placement)).refused] == ["SUAN-R030"]
    assert codes(done("job-nothing/1"), done(placement, 7), done(placement, -1)) == ["SUAN-R030"] * 3
    assert codes(done(placement, stdout=secret)) == ["SUAN-R034"]
    ann.put(b"never brought")
    assert codes(done(placement, stdout=secret)) == ["SUAN-R034"], "what others brought does not count"
    node.put(b"never brought")
    assert codes(done(placement, stdout=msgspec.structs.replace(secret, size=1))) == ["SUAN-R034"]
    assert codes(done(placement, stdout=msgspec.structs.replace(secret, sha256="../../etc/passwd"))) == ["SUAN-R034"]
    assert codes(done(placement, 0, stdout=secret), done(placement, 0, fuel=10**18)) == ["SUAN-R031"], "a repeat is not a lie"
    assert codes(done(placement, 0)) == ["SUAN-R031"]
    assert node.report(done(placement, 1), done(placement, 2)).outcomes == ((placement, 1), (placement, 2))
    assert codes(done(placement, 2)) == ["SUAN-R031"]
    assert ann.get("/v1/jobs/job").json()["state"] == "done"


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ({"fuel": 10**18}, "SUAN-R032"),
        ({"fuel": -1}, "SUAN-R032"),
        ({"state": "splendid"}, "SUAN-R033"),
        ({"started_at": 1e300}, "SUAN-R033"),
        ({"wall_s": -1.0}, "SUAN-R033"),
        ({"cpu_s": 1e308}, "SUAN-R033"),
        ({"memory_peak_bytes": 1 << 63}, "SUAN-R033"),
        ({"note": "x" * 10_000}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, "../elsewhere"),)}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, "/etc/passwd"),)}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, "job.wasm"),)}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, "out/../../x"),)}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, "out/\x1b[2J"),)}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, f"out/{'x' * 2000}"),)}, "SUAN-R033"),
        ({"outputs": (file_of(CODE, "out/x"), file_of(b"", "out/x"))}, "SUAN-R033"),
        ({"stdout": file_of(CODE, "x" * 2000)}, "SUAN-R033"),
    ],
)
def test_a_lie_costs_the_node_the_placement(stage: Stage, lie: dict[str, Any], code: str) -> None:
    ann, node = stage.person("ann"), stage.node()
    job = ann.job(demand(2))
    placement = node.desired().orders[0]
    told = node.report(done(placement, 0), done(placement, 1, **lie))
    assert [c for _, _, c in told.refused] == [code] and node.desired().orders == ()
    bill = ann.get(f"/v1/jobs/{job.id}/bill").json()
    assert bill["fuel"] == 10**6 and adds_up(bill)
    assert ann.get("/v1/account").json()["held_micro"] == bill["held_now_micro"]
    assert ann.get(f"/v1/jobs/{job.id}/bill", accept="text/csv").status_code == 200


def test_a_report_cannot_end_a_placement_twice(stage: Stage) -> None:
    """Each of these, taken at its word, would contradict the books."""
    ann, node = stage.person("ann"), stage.node()
    for number, told in enumerate(
        (
            lambda p: {"outcomes": (done(p), done(p, fuel=10**18))},
            lambda p: {"outcomes": (done(p),), "returned": ((p, "cannot"),)},
            lambda p: {"returned": ((p, "cannot"), (p, "cannot"))},
            lambda p: {"outcomes": (done(p, fuel=10**18),), "returned": ((p, "cannot"), (p, "cannot"))},
        )
    ):
        ann.job(demand(), f"k{number}")
        (placement,) = node.desired().orders
        fields = told(placement)
        node.report(*fields.get("outcomes", ()), returned=fields.get("returned", ()))
        assert node.desired().orders == ()


def test_what_a_node_names_is_not_what_it_may_show(stage: Stage) -> None:
    """A node that knows the hash of a stranger's file cannot have it shown as the output of its own accomplice's job."""
    ann, mallory, node = stage.person("ann"), stage.person("mallory"), stage.node()
    ann.put(b"secret")
    mallory.job(demand())
    placement = node.desired().orders[0]
    assert node.report(done(placement, stdout=file_of(b"secret"))).refused[0][2] == "SUAN-R034"
    assert mallory.get("/v1/jobs/job/logs").content == b""


def test_readings_are_bounded_and_of_the_node_that_sends_them(stage: Stage) -> None:
    node, other = stage.node(), stage.node("n2")
    stage.now += 60
    node.report()
    states = {n["node"]["name"]: n["state"] for n in stage.operator.get("/v1/nodes").json()["items"]}
    assert states == {"n1": "ready", "n2": "silent"}
    reading = {"node_id": other.id, "generation": 0}
    for absurd in ({}, {"queued": -1}, {"queued": 2**64 - 1}, {"cpu_used": "nan"}, {"running": [["j", 1]] * 10_001}):
        told = {"type": "tell", "number": 1, "report": {"reading": reading | absurd}}
        kept = node.session
        kept.send(frame(msgspec.msgpack.encode(told)))
        if absurd:
            wrong = kept.next(Wrong)
            assert isinstance(wrong, Wrong) and wrong.code == "SUAN-U002" and kept.transport.closed
        assert stage.operator.get("/v1/nodes/n2").json()["state"] == "silent"
    for after in ("nan", "-1", "1" * 17):
        problem(node.opening(f"/v1/nodes/{node.id}/session?after={after}"), 404, "SUAN-N000")


@pytest.mark.parametrize("garbage", [b"\0\0\0\1\xff", b"\xff\xff\xff\xff", b"\0\0\0\0", b"GET / HTTP/1.1\r\n\r\n"])
def test_a_session_ends_with_whoever_talks_nonsense(stage: Stage, garbage: bytes) -> None:
    node = stage.node()
    kept = node.session
    kept.send(garbage[:2])
    assert not kept.transport.closed, "half a message is not nonsense yet"
    kept.send(garbage[2:])
    wrong = kept.next(Wrong)
    assert isinstance(wrong, Wrong) and wrong.code in ("SUAN-U002", "SUAN-W012") and kept.transport.closed
    node.report()


def test_a_node_keeps_one_session(stage: Stage) -> None:
    node = stage.node()
    first, second = node.session, node.opening()
    assert isinstance(second, PlayedSession) and first.transport.closed and not second.transport.closed
    first.close()
    assert list(stage.door.sessions) == [node.id]
    second.close()
    assert not stage.door.sessions


def test_a_session_tells_each_state_once_it_is_there(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    kept = node.session
    jobs = [ann.job(demand(), f"k{i}") for i in range(2)]
    seen = list[tuple[int, tuple[str, ...]]]()
    while not seen or len(seen[-1][1]) < 2:
        told = kept.next(Wished)
        assert isinstance(told, Wished)
        seen.append((decoded(told).generation, decoded(told).orders))
    assert [generation for generation, _ in seen] == sorted({generation for generation, _ in seen})
    assert seen[-1][1] == tuple(f"{job.id}/1" for job in jobs)
    node.report(done(f"{jobs[0].id}/1"))  # of which there is nothing to stop, so nothing is told for its sake
    assert ann.post(f"/v1/jobs/{jobs[1].id}/cancel").status_code == 200
    told = kept.next(Wished)
    assert isinstance(told, Wished) and decoded(told).orders == () and decoded(told).fresh == ()


# how the door says no


def test_every_no_is_a_problem_document(stage: Stage) -> None:
    ann = stage.person("ann")
    problem(ann.get("/v1/nothing"), 404, "SUAN-N000")
    problem(ann.get("/unused/swagger"), 404, "SUAN-N000")
    problem(ann.ask("PATCH", "/v1/jobs"), 405, "SUAN-U050")
    for method in ("PATCH", "OPTIONS", "DELETE"):
        assert ann.ask(method, "/v1/jobs").headers["allow"] == "GET, POST"
        assert ann.ask(method, "/v1/jobs/x").headers["allow"] == "GET"
    problem(ann.ask("POST", "/v1/jobs", b"a=b", content_type="application/x-www-form-urlencoded"), 415, "SUAN-U052")
    for body in (b"{", b"[]", b"null", b'"\xff"', b"[" * 100_000, b'{"name":' + b"[" * 100_000, b'{"name":' + b"9" * 5000):
        told = problem(
            ann.ask("POST", "/v1/jobs", body, content_type="application/json", idempotency_key="k"), 400, "SUAN-U002"
        )
        assert "Traceback" not in told.detail
    told = problem(ann.ask("POST", "/v1/jobs", b"", idempotency_key="k"), 400, "SUAN-U002")
    assert told.detail == "the request needs a body"
    assert stage.client.get("/v1/nothing").status_code == 404


def test_what_is_wrong_in_a_demand_is_named(stage: Stage) -> None:
    ann, size = stage.person("ann"), stage.log_size()

    def refused(change: dict[str, object], code: str, *words: str) -> None:
        said = msgspec.to_builtins(demand()) | change
        told = problem(ann.post("/v1/jobs", said, idempotency_key="k"), 404 if code[5] == "N" else 400, code)
        text = told.detail + told.todo
        assert all(word in text for word in words), told

    refused({"nmae": "x"}, "SUAN-U002", "nmae")
    refused({"limits": {"latency_max": 5}}, "SUAN-U002", "latency_max", "limits")
    refused({"limits": {"trust": "vouchd"}}, "SUAN-U005", "vouchd", "vouched")
    refused({"limits": {"budget_micro": "5"}}, "SUAN-U002", "int", "budget_micro")
    refused({"limits": {"budget_micro": -5}}, "SUAN-U013", "limits.budget")
    refused({"limits": {"regions": ["guangdnog"]}}, "SUAN-N011", "guangdong")
    refused({"limits": {"latency_ms_max": 5}}, "SUAN-U003", "near")
    refused({"needs": {"cpu_milli": 10**40}}, "SUAN-U013", "needs.cpu")
    refused({"work": {"type": "wsm", "file": "x"}}, "SUAN-U002", "wsm")
    refused({"files": [{"path": "../x", "sha256": "0" * 64, "size": 1}]}, "SUAN-U002", "../x")
    refused({"near": {"name": "shenzhen", "latitude": 91, "longitude": 0}}, "SUAN-U002", "latitude")
    refused({"near": {"name": "x" * 10**6, "latitude": 0, "longitude": 0}}, "SUAN-U002", "name")
    assert stage.log_size() >= size


@pytest.mark.parametrize("bug", [KeyError, InternalServerException])
def test_a_bug_shows_nothing_of_its_inside(
    stage: Stage, bug: type[Exception], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann = stage.person("ann")

    async def broken(_: Brain) -> None:
        raise bug("the secret of the house")

    with monkeypatch.context() as patch:
        patch.setattr(Brain, "settled", broken)
        told = problem(ann.get("/v1/jobs"), 500, "SUAN-B001")
    assert "secret" not in told.detail + told.todo
    assert "the secret of the house" in caplog.text, "the operator sees it"


def test_a_log_that_cannot_be_written_is_a_503_and_nothing_happened(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = stage.person("ann")
    ann.put(CODE)

    def full(first: int, bodies: object) -> None:
        raise LogFault("SUAN-L001", "disk full")

    with monkeypatch.context() as patch:
        patch.setattr(stage.brain._log, "append", full)
        problem(ann.submit(demand()), 503, "SUAN-L001")
    assert ann.get("/v1/jobs").json()["items"] == [] and ann.submit(demand()).status_code == 201


# the log


def test_every_event_is_proved_against_the_signed_head(stage: Stage) -> None:
    ann, node = stage.person("ann"), stage.node()
    ann.job(demand(3))
    node.report(done(node.desired().orders[0]))
    note = ann.get("/v1/log/checkpoint").json()["note"]
    head = open_checkpoint(note, origin=origin_of(BRAIN_ID), public_key=public_of(BRAIN_KEY))
    assert head.size == stage.log_size() > 8 and ann.get("/v1/domain").json()["log_root"] == head.root
    for index in range(head.size):
        proof = stage.operator.get(f"/v1/log/proof?index={index}").json()
        hashes = [bytes.fromhex(h) for h in proof.get("hashes", [])]
        event = proof["event"].encode()

        def holds(leaf: bytes, index: int = index, hashes: list[bytes] = hashes) -> bool:
            return verify_inclusion(leaf_hash(leaf), index, head.size, hashes, bytes.fromhex(head.root))

        assert holds(event)
        flipped = bytes([event[0] ^ 1]) + event[1:]
        assert not holds(flipped) and not holds(event, (index + 1) % head.size)
    problem(stage.operator.get(f"/v1/log/proof?index={head.size}"), 404, "SUAN-N005")
    problem(stage.operator.get("/v1/log/proof?index=-1"), 400, "SUAN-U002")


# how much


def test_a_caller_in_a_hurry_is_told_when_to_come_back(tmp_path: Path) -> None:
    with staged(tmp_path, users=Rate(per_s=0.5, burst=4), nodes=Rate(per_s=10, burst=3)) as stage:
        ann, bob = Person(stage, ""), Person(stage, "")
        ann.token, bob.token = stage.person("ann").token, stage.person("bob").token
        assert [ann.get("/v1/account").status_code for _ in range(5)] == [200] * 4 + [429]
        again = Person(stage, stage.token("ann", life_s=60.0))
        got = again.get("/v1/account")  # another token is the same caller
        assert got.headers["retry-after"] == "2" and problem(got, 429, "SUAN-U053").todo
        assert bob.get("/v1/account").status_code == 200, "one caller's haste is not another's"
        stage.now += 2.0
        assert [ann.get("/v1/account").status_code for _ in range(2)] == [200, 429]
        node = stage.node()  # joining counts for the address, what follows for the node: to open a session, and a first report
        for _ in range(2):
            node.report()
        wrong = node.session.next(Wrong)
        assert isinstance(wrong, Wrong) and wrong.code == "SUAN-U053" and not node.session.transport.closed
        stage.now += 100.0
        node.report()


def test_buckets_are_bounded_and_fill_up_no_further_than_their_burst() -> None:
    buckets, rate = Buckets(most=10), Rate(per_s=1.0, burst=2.0)
    for n in range(100):
        buckets.take(f"caller {n}", rate, 0.0)
    assert len(buckets) == 10
    for now in (0.0, -5.0, 1000.0, 1000.0):  # a clock that goes back gives nothing
        buckets.take("a", rate, now)
    with pytest.raises(RateFault) as caught:
        buckets.take("a", rate, 1000.25)
    assert caught.value.retry_s == pytest.approx(0.75)


def test_a_users_unfinished_jobs_are_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "UNFINISHED_MAX", 2)
    ann, bob = stage.person("ann"), stage.person("bob")
    stage.node(cores=1)
    for n in range(2):
        ann.job(demand(), f"k{n}")
    problem(ann.submit(demand(), "k2"), 429, "SUAN-U044")
    assert ann.submit(demand(), "k1").status_code == 201, "the same key is no new job"
    assert bob.job(demand()).state == "queued"
    assert ann.post("/v1/jobs/job/cancel").status_code == 200
    assert ann.submit(demand(), "k2").status_code == 201


def test_a_place_is_kept_as_it_came_within_the_globe(stage: Stage) -> None:
    ann = stage.person("ann")
    ann.put(CODE)
    near = Place(name="my roof", latitude=22.5, longitude=114.1)
    asked = msgspec.structs.replace(demand(), near=near, limits=Limits(latency_ms_max=5.0))
    assert msgspec.convert(ann.submit(asked).json()["demand"]["near"], Place) == near
