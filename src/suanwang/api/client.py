"""The other end of the API, for programs and the command line: one typed method per door, faults instead of status codes.

Only calls that may be repeated without harm are repeated, only when the connection itself failed, and only a bounded number
of times. A watch resumes where it was cut off, so that a brain may be restarted under a running client.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from ssl import SSLError
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from suanwang.api.answers import never_sent, nonsense, sse, unusable, wire_fault, worth_repeating
from suanwang.drivers.addresses import Addresses
from suanwang.drivers.problem import fault_from
from suanwang.drivers.tls import NOBODY, Peer, client_context
from suanwang.model.audit import Consistency, Cosignature, JobProof
from suanwang.model.demand import Demand
from suanwang.model.fault import Fault, LogFault, UsageFault, WireFault
from suanwang.model.grid import Grid, GridPage
from suanwang.model.intent import IntentAbout, IntentAsk, IntentPage, IntentReport, IntentView
from suanwang.model.job import JOB_FINAL, Job
from suanwang.model.money import Bill
from suanwang.model.network import Network
from suanwang.model.reservation import ReservationPage, ReservationView, Reserve
from suanwang.model.serving import NetworkView, Publishing, RouteView, ServicePage, ServiceView
from suanwang.model.trial import ReplayAsk, Replayed, Trial, TrialAsk
from suanwang.model.view import (
    Account,
    BillPage,
    Checkpoint,
    Decision,
    Domain,
    Grant,
    Hashes,
    JobPage,
    NodePage,
    NodeView,
    Progress,
    Proof,
    Rehearsal,
    TaskPage,
    Token,
    TokenAsk,
)

T = TypeVar("T")
Params = dict[str, str | int]

PAUSES_S = (0.2, 0.8)
"""Pauses before the second and the third attempt of a call that may be repeated."""
WATCH_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Pauses between attempts to resume a watch, half a minute in all; any event that arrives starts them afresh."""
TIMEOUT_S = 60.0
TRIAL_S = 130.0
"""A trial may take so long; the brain gives up before."""
CHUNK_BYTES = 256 * 1024
HASHES_MAX = 1000
"""Hashes asked about in one call."""


class _Quiet(Exception):
    """A watch that was accepted, and then nothing happened for so long that it is worth asking again: no failure."""


class LogPart(NamedTuple):
    """data: bytes from the asked offset on; offset: where to go on; ended: nothing will follow."""

    data: bytes
    offset: int
    ended: bool


class Client:
    """Talks to the brain at `url`, or to the first of several, with commas between them, that can be reached.

    Every method raises a Fault: of the family of the brain's own code, or
    WireFault SUAN-W001 it cannot be reached, SUAN-W002 the answer makes no sense, SUAN-W003 it did not answer in time,
    SUAN-W004 content does not match its hash, SUAN-W030 to W034 TLS did not come about. peer: who must be at the other end.
    hooks: of httpx, called with each "request" and "response". transport, pause: for tests.
    """

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
            raise unusable(self.url, problem) from problem

    @property
    def url(self) -> str:
        """Of the brain that is talked to now."""
        return self._brains.now

    def _lost(self, used: str, problem: Exception) -> WireFault:
        """Turn to the next brain, for the next call; what became of this one."""
        self._brains.lost(used)
        self._http.base_url = self.url
        return wire_fault(used, problem)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # the domain, its people and their money

    def domain(self) -> Domain:
        return self._get("/v1/domain", Domain)

    def account(self) -> Account:
        return self._get("/v1/account", Account)

    def make_token(self, ask: TokenAsk, key: str) -> Token:
        """Not repeated on a broken connection: the secret is shown once."""
        return self._post("/v1/tokens", Token, ask, key, repeat=False)

    def revoke_token(self, token_id: str) -> None:
        self._call("DELETE", f"/v1/tokens/{_part(token_id)}")

    def grant(self, user: str, amount_micro: int, key: str) -> Account:
        """Credit a user's account, in millionths; for operators. The account afterwards."""
        return self._post(f"/v1/accounts/{_part(user)}/grants", Account, Grant(amount_micro=amount_micro), key)

    def bills(self, limit: int = 100, cursor: str = "") -> BillPage:
        return self._get("/v1/bills", BillPage, _page(limit, cursor))

    # files, by content

    def missing(self, hashes: tuple[str, ...]) -> tuple[str, ...]:
        """Those of `hashes` that the brain does not hold yet."""
        found: list[str] = []
        for at in range(0, len(hashes), HASHES_MAX):
            ask = Hashes(sha256=hashes[at : at + HASHES_MAX])
            found += self._post("/v1/blobs/missing", Hashes, ask, "").sha256
        return tuple(found)

    def put_file(self, sha256: str, path: Path) -> None:
        """Send a file's bytes as they are; the brain refuses them if they no longer match `sha256`."""
        size = str(path.stat().st_size)

        def send() -> httpx.Response:
            with path.open("rb") as file:
                parts = iter(lambda: file.read(CHUNK_BYTES), b"")
                try:
                    return self._http.put(f"/v1/blobs/{_part(sha256)}", content=parts, headers={"Content-Length": size})
                except httpx.LocalProtocolError as problem:
                    raise UsageFault("SUAN-U025", f"{path} changed while it was being sent", "try again") from problem

        self._checked(send)

    def put_bytes(self, sha256: str, data: bytes) -> None:
        self._call("PUT", f"/v1/blobs/{_part(sha256)}", content=data)

    def save_blob(self, sha256: str, size: int, target: BinaryIO) -> None:
        """Write a blob's bytes to `target` and hold them against hash and size on the way; SUAN-W004 if they differ."""
        start = target.tell()

        def fetch() -> httpx.Response:
            target.seek(start)
            target.truncate()
            with self._http.stream("GET", f"/v1/blobs/{_part(sha256)}") as response:
                if response.is_error:
                    response.read()
                    return response
                _copy_checked(response, sha256, size, target)
                return response

        self._checked(fetch)

    # jobs

    def submit(self, demand: Demand, key: str, wait_s: float = 0.0) -> Job:
        """The same key with the same demand gives the same job, however often it is sent.

        wait_s: up to 60; the job comes back when it has ended, or as it is after so long.
        """
        return self._post("/v1/jobs", Job, demand, key, params={"wait": f"{wait_s:g}"} if wait_s else None)

    def dry_run(self, demand: Demand, key: str) -> Rehearsal:
        return self._post("/v1/jobs", Rehearsal, demand, key, params={"dry_run": "true"})

    def jobs(self, state: str = "", limit: int = 100, cursor: str = "", app: str = "") -> JobPage:
        """Newest first. state: of model.job.JOB_STATES, "" for all. app: only those that belong to it."""
        among = {key: value for key, value in (("state", state), ("app", app)) if value}
        return self._get("/v1/jobs", JobPage, _page(limit, cursor) | among)

    def job(self, job: str) -> Job:
        return self._get(f"/v1/jobs/{_part(job)}", Job)

    def tasks(self, job: str, limit: int = 1000, cursor: str = "") -> TaskPage:
        return self._get(f"/v1/jobs/{_part(job)}/tasks", TaskPage, _page(limit, cursor))

    def why(self, job: str) -> Decision:
        return self._get(f"/v1/jobs/{_part(job)}/why", Decision)

    def bill(self, job: str) -> Bill:
        return self._get(f"/v1/jobs/{_part(job)}/bill", Bill)

    def bill_csv(self, job: str) -> str:
        """FOCUS CSV with a header line."""
        return self._call("GET", f"/v1/jobs/{_part(job)}/bill", headers={"Accept": "text/csv"}).text

    def cancel(self, job: str, key: str) -> Job:
        return self._post(f"/v1/jobs/{_part(job)}/cancel", Job, None, key)

    def logs(self, job: str, task: int = 0, stream: str = "stdout", offset: int = 0) -> LogPart:
        """stream: "stdout" or "stderr"; offset: in bytes."""
        params: Params = {"task": task, "stream": stream, "offset": offset}
        response = self._call("GET", f"/v1/jobs/{_part(job)}/logs", params=params)
        following = response.headers.get("Suan-Next-Offset", "")
        data = response.content
        return LogPart(
            data=data,
            offset=int(following) if following.isdecimal() else offset + len(data),
            ended=response.headers.get("Suan-Ended") == "true",
        )

    def events(self, job: str) -> Iterator[Progress]:
        """Every change of a job until it reaches a final state, across broken connections. SUAN-W001 after half a minute of
        nothing but failures."""
        last, failures = "", 0
        while True:
            broken: Fault | None = None
            try:
                for number, progress in self._watch(job, last):
                    last, failures = number, 0
                    yield progress
                    if progress.job.state in JOB_FINAL:
                        return
            except _Quiet:
                failures = 0
                continue
            except (WireFault, LogFault) as fault:
                broken = fault
            if failures >= len(WATCH_PAUSES_S):
                raise broken or WireFault("SUAN-W002", f"{self.url} keeps ending the watch of {job}", f"suan logs {job}")
            self._pause(WATCH_PAUSES_S[failures])
            failures += 1

    # nodes

    def nodes(self, limit: int = 1000, cursor: str = "") -> NodePage:
        return self._get("/v1/nodes", NodePage, _page(limit, cursor))

    def node(self, node: str) -> NodeView:
        return self._get(f"/v1/nodes/{_part(node)}", NodeView)

    def leave(self, node_id: str, rehearse: bool = False) -> None:
        """Let a node go. rehearse: ConflictFault SUAN-U132 if that would break something promised."""
        timeout_s = TRIAL_S if rehearse else None
        self._call("POST", f"/v1/nodes/{_part(node_id)}/leave", params=_rehearse(rehearse), timeout_s=timeout_s)

    # reservations

    def reserve(self, asked: Reserve, key: str) -> ReservationView:
        """Faults as those of the brain: SUAN-P016, M001, U098, U099, U100."""
        return self._post("/v1/reservations", ReservationView, asked, key)

    def reservations(self) -> ReservationPage:
        return self._get("/v1/reservations", ReservationPage)

    def unreserve(self, name: str, key: str) -> ReservationView:
        return self._post(f"/v1/reservations/{_part(name)}/cancel", ReservationView, None, key)

    # services and the network

    def receive_intent(self, asked: IntentAsk, key: str) -> IntentView:
        return self._post("/v1/intents", IntentView, asked, key)

    def accept_intent(self, intent: str, about: str, key: str) -> IntentView:
        return self._post(f"/v1/intents/{_part(intent)}/accept", IntentView, IntentAbout(about=about), key)

    def withdraw_intent(self, intent: str, key: str) -> IntentView:
        return self._post(f"/v1/intents/{_part(intent)}/withdraw", IntentView, None, key)

    def intents(self) -> IntentPage:
        return self._get("/v1/intents", IntentPage)

    def intent_report(self, intent: str, window_s: float = 3600.0, last: int = 24) -> IntentReport:
        params: Params = {"window": f"{window_s:g}", "last": last}
        return self._get(f"/v1/intents/{_part(intent)}/report", IntentReport, params)

    # services

    def publish(self, publishing: Publishing, rehearse: bool = False) -> ServiceView:
        """The same again changes nothing. rehearse: ConflictFault SUAN-U132 if it would break something promised."""
        path, content = f"/v1/services/{_part(publishing.service.name)}", msgspec.json.encode(publishing)
        return _read(self._put(path, content, rehearse), ServiceView)

    def services(self) -> ServicePage:
        return self._get("/v1/services", ServicePage)

    def service(self, name: str) -> ServiceView:
        return self._get(f"/v1/services/{_part(name)}", ServiceView)

    def withdraw(self, name: str, rehearse: bool = False) -> None:
        """rehearse: see publish."""
        timeout_s = TRIAL_S if rehearse else None
        self._call("DELETE", f"/v1/services/{_part(name)}", params=_rehearse(rehearse), timeout_s=timeout_s)

    def network(self) -> NetworkView:
        return self._get("/v1/network", NetworkView)

    def tell_network(self, network: Network, rehearse: bool = False) -> NetworkView:
        """rehearse: see publish."""
        return _read(self._put("/v1/network", msgspec.json.encode(network), rehearse), NetworkView)

    def grid(self) -> GridPage:
        return self._get("/v1/grid", GridPage)

    def tell_grid(self, grid: Grid) -> GridPage:
        content = msgspec.json.encode(grid)
        return _read(self._call("PUT", "/v1/grid", content=content, headers={"Content-Type": "application/json"}), GridPage)

    def route(self, ingress: str, service: str) -> RouteView:
        """ingress: name of a router or an access network."""
        return self._get("/v1/route", RouteView, {"from": ingress, "service": service})

    # the twin

    def twin_try(self, ask: TrialAsk) -> Trial:
        """Writes nothing, so it may be asked again."""
        return self._post("/v1/twin/try", Trial, ask, "", timeout_s=TRIAL_S)

    def twin_world(self) -> bytes:
        """What `suan twin try --world FILE` takes."""
        return self._call("GET", "/v1/twin/world").content

    def twin_replay(self, ask: ReplayAsk) -> Replayed:
        return self._post("/v1/twin/replay", Replayed, ask, "", timeout_s=TRIAL_S)

    # the log

    def checkpoint(self, quorum: int = 0, offered: bool = False) -> Checkpoint:
        """The head of the log; or the newest that so many witnesses cosigned; or the one that is offered to witnesses now."""
        return self._get("/v1/log/checkpoint", Checkpoint, {"quorum": quorum, "offered": str(offered).lower()})

    def consistency(self, old: int, new: int) -> Consistency:
        return self._get("/v1/log/consistency", Consistency, {"old": old, "new": new})

    def log_file(self, path: str) -> bytes:
        """path: of a tile, an entry bundle or a large event; see trust.tiles."""
        return self._call("GET", f"/v1/log/{quote(path)}").content

    def bring_cosignature(self, brought: Cosignature) -> Checkpoint:
        return self._post("/v1/log/cosignatures", Checkpoint, brought, "")

    def job_proof(self, job: str, quorum: int = 0) -> JobProof:
        return self._get(f"/v1/jobs/{_part(job)}/proof", JobProof, {"quorum": quorum})

    def proof(self, index: int) -> Proof:
        return self._get("/v1/log/proof", Proof, {"index": index})

    # how a call is made

    def _get(self, path: str, shape: type[T], params: Params | None = None) -> T:
        return _read(self._call("GET", path, params=params), shape)

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
        return _read(sent, shape)

    def _put(self, path: str, content: bytes, rehearse: bool) -> httpx.Response:
        kind, timeout_s = {"Content-Type": "application/json"}, TRIAL_S if rehearse else None
        return self._call("PUT", path, params=_rehearse(rehearse), content=content, headers=kind, timeout_s=timeout_s)

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
            with self._http.stream("GET", f"/v1/jobs/{_part(job)}/events", headers=headers) as response:
                if response.is_error:
                    response.read()
                    raise fault_from(response.status_code, response.content)
                try:
                    for number, data in sse(response.iter_lines()):
                        yield number or last, _decode(data.encode(), Progress, response)
                except httpx.ReadTimeout as problem:
                    raise _Quiet from problem
        except httpx.HTTPError as problem:
            raise self._lost(used, problem) from problem


def _copy_checked(response: httpx.Response, sha256: str, size: int, target: BinaryIO) -> None:
    digest, seen = hashlib.sha256(), 0
    for part in response.iter_bytes(CHUNK_BYTES):
        seen += len(part)
        if seen > size:
            break
        digest.update(part)
        target.write(part)
    if seen != size or digest.hexdigest() != sha256:
        raise WireFault(
            "SUAN-W004", f"content {sha256[:12]} arrived with {seen} of {size} bytes or another hash", "run it again"
        )


def _read(response: httpx.Response, shape: type[T]) -> T:
    return _decode(response.content, shape, response)


def _decode(content: bytes, shape: type[T], response: httpx.Response) -> T:
    try:
        return msgspec.json.decode(content, type=shape)
    except msgspec.DecodeError as problem:
        raise nonsense(str(problem), response) from problem


def _page(limit: int, cursor: str) -> Params:
    page: Params = {"limit": limit}
    return page | {"cursor": cursor} if cursor else page


def _rehearse(rehearse: bool) -> Params | None:
    return {"rehearse": "true"} if rehearse else None


def _part(text: str) -> str:
    """One segment of a path, whatever the user typed."""
    return quote(text, safe="")


def _is_near(url: str) -> bool:
    """A brain on this machine is never asked for through a proxy."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
