"""A real brain behind its real door, in this process, with people and nodes who can be made to lie."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec
from httpx import Response
from litestar.testing import TestClient

from suanwang.api.door import Door
from suanwang.api.rate import NODES, USERS, Rate
from suanwang.api.server import app
from suanwang.api.session import Session, upgraded
from suanwang.brain.loop import Brain
from suanwang.brain.replay import restore
from suanwang.drivers.frames import Frames, frame
from suanwang.model.demand import Demand
from suanwang.model.file import FileRef
from suanwang.model.job import Job, Outcome
from suanwang.model.node import Node, Reading
from suanwang.model.order import DesiredState
from suanwang.model.session import FromBrain, Tell, Told, Wished, Wrong
from suanwang.model.view import Acknowledged, Chunk, Joining, Problem, Report
from suanwang.store.blobs import Blobs
from suanwang.store.log import SqliteLog
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.request import sign_request, verify_desired
from suanwang.trust.statement import sign
from tests.brain.sample import a_demand, a_node, key_of

BRAIN_KEY = key_of("brain")
BRAIN_ID = id_of("brain", public_of(BRAIN_KEY))
CODE = b"\0asm"
OPERATOR = "root"


def hashed(data: bytes) -> str:
    return sha256(data).hexdigest()


def file_of(data: bytes, path: str = "job.wasm") -> FileRef:
    return FileRef(path=path, sha256=hashed(data), size=len(data))


def demand(tasks: int = 1, code: bytes = CODE, **more: object) -> Demand:
    return msgspec.structs.replace(a_demand(tasks), files=(file_of(code),), **more)


class Stage:
    """now: the brain's clock, moved by hand."""

    def __init__(self, folder: Path, users: Rate = USERS, nodes: Rate = NODES) -> None:
        self.now, self.folder = 1_000_000.0, folder
        self.brain = Brain(SqliteLog(folder / "log.sqlite"), lambda: self.now, tick_s=0.02)
        self.blobs = Blobs(folder / "blobs")
        self.door = Door(self.brain, self.blobs, BRAIN_KEY, lambda: self.now, 10_000_000, users=users, nodes=nodes)
        self.app = app(self.door, OPERATOR)
        self.client = TestClient(self.app, raise_server_exceptions=False)
        self.operator = Person(self, self.token(OPERATOR, "user operator"))

    def token(
        self, user: str, roles: str = "user", *, key: bytes = BRAIN_KEY, age_s: float = 0.0, life_s: float = 3600.0
    ) -> str:
        start = self.now - age_s
        return sign(key, "user", user, {"roles": roles}, start, start + life_s)

    def person(self, name: str) -> "Person":
        made = self.operator.post("/v1/tokens", {"kind": "user", "user": name})
        assert made.status_code == 201, made.text
        return Person(self, made.json()["token"])

    def join_token(self, owner: str = "olga", trust: str = "identified", life_s: float = 3600.0) -> str:
        made = self.operator.post("/v1/tokens", {"kind": "join", "user": owner, "trust": trust, "expires_s": life_s})
        assert made.status_code == 201, made.text
        return made.json()["token"]

    def node(self, name: str = "n1", **more: int) -> "PlayedNode":
        """A node that has joined and is heard."""
        played = PlayedNode(self, name, **more)
        played.join(self.join_token())
        played.report()
        return played

    def log_size(self) -> int:
        return self.brain.tree.size


class Person:
    def __init__(self, stage: Stage, token: str) -> None:
        self.stage, self.token = stage, token

    def ask(self, method: str, path: str, content: bytes | None = None, **headers: str) -> Response:
        sent = {"authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.stage.client.request(method, path, content=content, headers=sent)

    def get(self, path: str, **headers: str) -> Response:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> Response:
        content = b"" if body is None else msgspec.json.encode(body)
        return self.ask("POST", path, content, content_type="application/json", **headers)

    def put(self, data: bytes) -> str:
        """Bring a file; its name."""
        assert self.ask("PUT", f"/v1/blobs/{hashed(data)}", data).status_code == 204
        return hashed(data)

    def submit(self, wanted: Demand, key: str = "k", dry_run: bool = False) -> Response:
        return self.post(f"/v1/jobs{'?dry_run=true' if dry_run else ''}", wanted, idempotency_key=key)

    def job(self, wanted: Demand, key: str = "k") -> Job:
        """Bring the code, submit."""
        self.put(CODE)
        made = self.submit(wanted, key)
        assert made.status_code == 201, made.text
        return msgspec.json.decode(made.content, type=Job)


class PlayedNode:
    """A node's key and what it says of itself; it does whatever the test wants."""

    def __init__(self, stage: Stage, name: str, **more: int) -> None:
        self.stage, self.key = stage, key_of(name)
        self.node: Node = a_node(name, **more)
        self.id = self.node.id
        self._session: PlayedSession | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        signed_method: str = "",
        signed_path: str = "",
        signed_body: str = "",
        audience: str | None = None,
        age_s: float = 0.0,
    ) -> Response:
        """One request; what is signed is the same unless said otherwise."""
        how = {"signed_method": signed_method, "signed_path": signed_path, "signed_body": signed_body}
        text = self.signed(method, path, body, audience=audience, age_s=age_s, **how)
        headers = {"authorization": f"Node {text}", "content-type": "application/json"}
        return self.stage.client.request(method, path, content=body, headers=headers)

    def signed(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        signed_method: str = "",
        signed_path: str = "",
        signed_body: str = "",
        audience: str | None = None,
        age_s: float = 0.0,
    ) -> str:
        """What proves a request, or another one."""
        joins = (method, path) == ("POST", "/v1/nodes")
        return sign_request(
            self.key,
            method=signed_method or method,
            path=signed_path or path,
            body_sha256=signed_body or hashed(body),
            audience=("" if joins else BRAIN_ID) if audience is None else audience,
            now=self.stage.now - age_s,
        )

    def try_join(self, token: str, **changes: object) -> Response:
        node = msgspec.structs.replace(self.node, **changes)
        return self.ask("POST", "/v1/nodes", msgspec.json.encode(Joining(node=node, token=token)))

    def join(self, token: str = "", **changes: object) -> Node:
        made = self.try_join(token, **changes)
        assert made.status_code == 201, made.text
        return msgspec.convert(made.json()["node"], Node)

    def opening(self, path: str = "", **signed: object) -> "Answered | PlayedSession":
        """Begin a session. The same may be said of what is signed as in `ask`."""
        path = path or f"/v1/nodes/{self.id}/session?after=0"
        authorization = f"Node {self.signed('GET', path, b'', **signed)}"
        return self.stage.client.blocking_portal.call(open_session, self.stage, path, authorization)

    @property
    def session(self) -> "PlayedSession":
        """The session that this node keeps."""
        if self._session is None or self._session.transport.closed:
            opened = self.opening()
            assert isinstance(opened, PlayedSession), opened.text
            self._session = opened
        return self._session

    def desired(self, after: int = 0) -> DesiredState:
        """The state of now, told whole to who asks for what is newer than `after`."""
        state = self.stage.brain.state
        if state.generations[self.id] <= after:
            return DesiredState(node_id=self.id, generation=after, orders=tuple(state.live[self.id]), fresh=())
        opened = self.opening(f"/v1/nodes/{self.id}/session?after={after}")
        assert isinstance(opened, PlayedSession), opened.text
        told = opened.next(Wished)
        opened.close()
        verify_desired(told.statement, node_id=self.id, generation=(d := decoded(told)).generation, body=told.body,
                       brain_id=BRAIN_ID, now=self.stage.now)  # fmt: skip
        return d

    def put(self, data: bytes) -> FileRef:
        assert self.ask("PUT", f"/v1/blobs/{hashed(data)}", data).status_code == 204
        return file_of(data, "out/x")

    def tell(self, report: Report) -> Told | Wrong:
        """What the brain says to a report that holds outcomes, or gives something back."""
        return self.session.tell(report)

    def report(
        self,
        *outcomes: Outcome,
        running: tuple[tuple[str, int], ...] = (),
        output: tuple[Chunk, ...] = (),
        returned: tuple[tuple[str, str], ...] = (),
    ) -> Acknowledged:
        reading = Reading(node_id=self.id, generation=0, running=running)
        report = Report(reading=reading, outcomes=outcomes, output=output, returned=returned)
        if not outcomes and not returned:
            self.session.beat(report)
            return Acknowledged()
        made = self.tell(report)
        assert isinstance(made, Told), made
        return made.acknowledged


class PlayedTransport:
    """A connection whose other end is the test."""

    def __init__(self) -> None:
        self.written = bytearray()
        self.closed = False

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str) -> None:
        return None

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...


class Answered(NamedTuple):
    """What was answered instead of a session; as much of httpx.Response as `problem` looks at."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


class PlayedSession:
    """A node's end of a session."""

    def __init__(self, stage: Stage, session: Session, transport: PlayedTransport) -> None:
        self.stage, self.session, self.transport = stage, session, transport
        self._frames, self._came, self._number = Frames(), list[FromBrain](), 0

    def send(self, data: bytes) -> None:
        """Any bytes at all."""
        self.stage.client.blocking_portal.call(self.session.data_received, data)

    def beat(self, report: Report) -> int:
        self._number += 1
        self.send(frame(msgspec.msgpack.encode(Tell(number=self._number, report=report))))
        return self._number

    def tell(self, report: Report) -> Told | Wrong:
        number = self.beat(report)
        while not isinstance(made := self.next(Told, Wrong), Wished) and made.number not in (number, 0):
            continue
        assert isinstance(made, Told | Wrong)
        return made

    def next(self, *kinds: type[FromBrain]) -> FromBrain:
        """The next message of one of these kinds."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            for at, message in enumerate(self._came):
                if isinstance(message, kinds):
                    del self._came[: at + 1]
                    return message
            data, self.transport.written = bytes(self.transport.written), bytearray()
            self._came += [msgspec.msgpack.decode(body, type=FromBrain) for body in self._frames.feed(data)]
            time.sleep(0 if self._came else 0.002)
        raise AssertionError("the brain says nothing")

    def close(self) -> None:
        self.transport.close()
        self.stage.client.blocking_portal.call(self.session.connection_lost, None)


async def open_session(stage: Stage, path: str, authorization: str) -> "Answered | PlayedSession":
    """As the server does it when a request asks for an upgrade."""
    name, _, query = path.partition("?")
    scope = {"type": "http", "method": "GET", "path": name, "query_string": query.encode(), "server": ("testserver", 80),
             "scheme": "http", "client": ("test", 1), "headers": [(b"authorization", authorization.encode())]}  # fmt: skip
    transport = PlayedTransport()
    session = upgraded(stage.door, scope, transport)  # type: ignore[arg-type]
    head, _, rest = bytes(transport.written).partition(b"\r\n\r\n")
    transport.written = bytearray(rest)
    if session is not None:
        return PlayedSession(stage, session, transport)
    status, *lines = head.decode().split("\r\n")
    return Answered(int(status.split(" ")[1]), dict(line.split(": ", 1) for line in lines), rest)


def decoded(told: Wished) -> DesiredState:
    return msgspec.json.decode(told.body, type=DesiredState)


def done(placement: str, task: int = 0, fuel: int = 10**6, **more: object) -> Outcome:
    fields = {"state": "done", "started_at": 1_000_000.0, **more}
    return Outcome(placement_id=placement, task=task, fuel=fuel, **fields)  # type: ignore[arg-type]


def problem(response: "Response | Answered | PlayedSession", status: int, code: str) -> Problem:
    """The problem document of an answer, which must have this status and code."""
    assert not isinstance(response, PlayedSession), "it was let in"
    assert response.headers["content-type"] == "application/problem+json", (response.status_code, response.text[:300])
    told = msgspec.json.decode(response.content, type=Problem)
    assert (response.status_code, told.code, told.status) == (status, code, status), told
    assert told.detail and told.type == f"docs/errors.md#{code.lower()}"
    return told


@contextmanager
def staged(folder: Path, **more: Rate) -> Generator[Stage]:
    """A serving stage. At its end the brain must still live, its books sum to zero, and its log replay to the same."""
    stage = Stage(folder, **more)
    with stage.client:
        yield stage
        stage.operator.token = stage.token(OPERATOR, "user operator")
        assert stage.operator.get("/v1/domain").status_code == 200, "the brain's loop has ended"
    assert stage.brain.state.ledger.total() == 0
    again = restore(SqliteLog(folder / "log.sqlite"))
    assert again.tree.root() == stage.brain.tree.root()
    assert again.state.ledger.rows() == stage.brain.state.ledger.rows()
    assert again.state.unfinished_of == stage.brain.state.unfinished_of
