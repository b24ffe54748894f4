"""Files, jobs and reservations, from the other end."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

import httpx

from suanwang.api.client.call import Calls, Params, Quiet, asking, page, part
from suanwang.model.demand import Demand
from suanwang.model.fault import Fault, LogFault, UsageFault, WireFault
from suanwang.model.job import JOB_FINAL, Job
from suanwang.model.money import Bill
from suanwang.model.reservation import ReservationPage, ReservationView, Reserve
from suanwang.model.view import Decision, Hashes, JobPage, Progress, Rehearsal, TaskPage

T = TypeVar("T")

WATCH_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)
"""Pauses between attempts to resume a watch, half a minute in all; any event that arrives starts them afresh."""
CHUNK_BYTES = 256 * 1024
HASHES_MAX = 1000
"""Hashes asked about in one call."""


class LogPart(NamedTuple):
    """data: bytes from the asked offset on; offset: where to go on; ended: nothing will follow."""

    data: bytes
    offset: int
    ended: bool


class WorkCalls(Calls):
    """What is to be run, and what became of it."""

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
                    return self._http.put(f"/v1/blobs/{part(sha256)}", content=parts, headers={"Content-Length": size})
                except httpx.LocalProtocolError as problem:
                    raise UsageFault("SUAN-U025", f"{path} changed while it was being sent", "try again") from problem

        self._checked(send)

    def put_bytes(self, sha256: str, data: bytes) -> None:
        self._call("PUT", f"/v1/blobs/{part(sha256)}", content=data)

    def save_blob(self, sha256: str, size: int, target: BinaryIO) -> None:
        """Write a blob's bytes to `target` and hold them against hash and size on the way; SUAN-W004 if they differ."""
        start = target.tell()

        def fetch() -> httpx.Response:
            target.seek(start)
            target.truncate()
            with self._http.stream("GET", f"/v1/blobs/{part(sha256)}") as response:
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
        return self._get("/v1/jobs", JobPage, page(limit, cursor) | among)

    def job(self, job: str) -> Job:
        return self._get(f"/v1/jobs/{part(job)}", Job)

    def tasks(self, job: str, limit: int = 1000, cursor: str = "") -> TaskPage:
        return self._get(f"/v1/jobs/{part(job)}/tasks", TaskPage, page(limit, cursor))

    def why(self, job: str) -> Decision:
        return self._get(f"/v1/jobs/{part(job)}/why", Decision)

    def bill(self, job: str) -> Bill:
        return self._get(f"/v1/jobs/{part(job)}/bill", Bill)

    def bill_csv(self, job: str) -> str:
        """FOCUS CSV with a header line."""
        return self._call("GET", f"/v1/jobs/{part(job)}/bill", headers={"Accept": "text/csv"}).text

    def cancel(self, job: str, key: str, dry_run: bool = False, step: str = "") -> Job:
        """step: of a graph, only it and what waits for it. dry_run: the job as it is; whether there is anything to stop."""
        params: Params = {**(asking(dry_run=dry_run) or {}), **({"step": step} if step else {})}
        return self._post(f"/v1/jobs/{part(job)}/cancel", Job, None, key, params=params)

    def logs(self, job: str, task: int = 0, stream: str = "stdout", offset: int = 0) -> LogPart:
        """stream: "stdout" or "stderr"; offset: in bytes."""
        params: Params = {"task": task, "stream": stream, "offset": offset}
        response = self._call("GET", f"/v1/jobs/{part(job)}/logs", params=params)
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
            except Quiet:
                failures = 0
                continue
            except (WireFault, LogFault) as fault:
                broken = fault
            if failures >= len(WATCH_PAUSES_S):
                raise broken or WireFault("SUAN-W002", f"{self.url} keeps ending the watch of {job}", f"suan logs {job}")
            self._pause(WATCH_PAUSES_S[failures])
            failures += 1

    def patiently(self, ask: Callable[[], T]) -> T:
        """The answer, asked for again during half a minute in which the brain cannot be reached: a watch waits as long."""
        for pause in WATCH_PAUSES_S:
            try:
                return ask()
            except (WireFault, LogFault):
                self._pause(pause)
        return ask()

    # reservations

    def reserve(self, asked: Reserve, key: str, dry_run: bool = False) -> ReservationView:
        """Faults as those of the brain: SUAN-P016, M001, U098, U099, U100. dry_run: where it would be, and for how much."""
        return self._post("/v1/reservations", ReservationView, asked, key, params=asking(dry_run=dry_run))

    def reservations(self) -> ReservationPage:
        return self._get("/v1/reservations", ReservationPage)

    def unreserve(self, name: str, key: str, dry_run: bool = False) -> ReservationView:
        """dry_run: what would be charged."""
        return self._post(f"/v1/reservations/{part(name)}/cancel", ReservationView, None, key, params=asking(dry_run=dry_run))


def _copy_checked(response: httpx.Response, sha256: str, size: int, target: BinaryIO) -> None:
    digest, seen = hashlib.sha256(), 0
    for piece in response.iter_bytes(CHUNK_BYTES):
        seen += len(piece)
        if seen > size:
            break
        digest.update(piece)
        target.write(piece)
    if seen != size or digest.hexdigest() != sha256:
        raise WireFault(
            "SUAN-W004", f"content {sha256[:12]} arrived with {seen} of {size} bytes or another hash", "run it again"
        )
