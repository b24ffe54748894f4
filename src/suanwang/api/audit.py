"""The log as outsiders check it: heads, proofs, tiles, and the signatures that witnesses bring.

A checkpoint is made whenever one is asked for: signing is deterministic, so the same size always gives the same text. Only
what witnesses add is kept, in a small file beside the log; lost, it comes back with their next visit.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, Protocol

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import Parameter

from suanwang.api.callers import Asked, Caller
from suanwang.api.said import Said
from suanwang.brain.jobs import JobState
from suanwang.brain.loop import Brain
from suanwang.brain.state import State
from suanwang.model.audit import Consistency, Cosignature, Included, JobProof
from suanwang.model.fault import AuthorityFault, NotFoundFault, UsageFault
from suanwang.model.view import Checkpoint, Proof
from suanwang.trust.checkpoint import Verifier, make_checkpoint, origin_of, verifier
from suanwang.trust.cosign import COSIGNATURE, cosigned_at, with_lines
from suanwang.trust.merkle import Tree
from suanwang.trust.tiles import ENTRIES, WIDTH, bundle, entry_of, hash_tile, tile_at

Called = NamedDependency[Caller]
Count = Annotated[int, Parameter(ge=0, le=1 << 53)]
OFFER_S = 60.0
"""A checkpoint is offered to the witnesses until all have cosigned it, at most for so long: they all look at the same one."""
SIZES_KEPT = 64
READ_AT_ONCE = 1_000
"""Events looked through before the log's writer gets its turn again."""


class Cosigned:
    """Who the witnesses are, and what they have signed: tree size -> name of the witness -> its line.

    folder: holds `witnesses`, a verifier key a line, written by the operator, and `cosigned.json`; None: nothing is kept.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lines: dict[int, dict[str, str]] = {}
        self._offered, self._offered_at = 0, float("-inf")
        if folder and (folder / "cosigned.json").exists():
            self._lines = msgspec.json.decode((folder / "cosigned.json").read_bytes(), type=dict[int, dict[str, str]])

    def witnesses(self) -> tuple[Verifier, ...]:
        """As the file says now: a line that begins with # is a comment. UsageFault SUAN-U080 for a bad one."""
        file = self._folder / "witnesses" if self._folder else None
        lines = file.read_text().split("\n") if file and file.exists() else []
        return tuple(verifier(line, COSIGNATURE) for line in lines if line.strip() and not line.startswith("#"))

    def lines(self, size: int) -> tuple[str, ...]:
        """The cosignatures of the checkpoint of this size."""
        return tuple(self._lines.get(size, {}).values())

    def newest(self, quorum: int, size: int) -> int:
        """The largest size up to `size` that so many witnesses cosigned. NotFoundFault SUAN-N042 if there is none."""
        enough = [s for s, lines in self._lines.items() if len(lines) >= quorum and s <= size]
        if not enough:
            raise NotFoundFault("SUAN-N042", f"no checkpoint that is kept has {quorum} cosignatures", "suan audit witness")
        return max(enough)

    def offer(self, size: int, now: float) -> int:
        """The size of the checkpoint that the witnesses are to look at."""
        all_signed = len(self.lines(self._offered)) >= len(self.witnesses())
        if self._offered > size or all_signed or now - self._offered_at > OFFER_S:
            self._offered, self._offered_at = size, now
        return self._offered

    def take(self, note: str, size: int, line: str) -> None:
        """Keep a witness's line for the checkpoint. AuthorityFault SUAN-A014 unless it is by a witness that is known here."""
        for witness in self.witnesses():
            if cosigned_at(with_lines(note, [line]), witness) is not None:
                self._lines.setdefault(size, {})[witness.name] = line
                for old in sorted(self._lines)[:-SIZES_KEPT]:
                    del self._lines[old]
                self._save()
                return
        raise AuthorityFault("SUAN-A014", "the line is not by a witness that is known here", "add its key to brain/witnesses")

    def _save(self) -> None:
        if self._folder:
            fresh = self._folder / "cosigned.json.new"
            fresh.write_bytes(msgspec.json.encode(self._lines))
            fresh.replace(self._folder / "cosigned.json")


class Door(Protocol):
    """What these routes need of the server's door."""

    brain: Brain
    key: bytes
    brain_id: str
    clock: Callable[[], float]
    cosigned: Cosigned

    def job(self, name: str, caller: Caller) -> Awaitable[tuple[State, JobState]]:
        """A job that this caller may see."""
        ...


def log_routes(door: Door) -> list[Any]:
    """Heads and consistency for everyone who has a token, the events of a job for its user, all others for the operator."""
    return [*_heads(door), *_contents(door), *_proofs(door)]


def _heads(door: Door) -> list[Any]:
    @get("/v1/log/checkpoint")
    async def head(
        caller: Called, request: Asked, quorum: Annotated[int, Parameter(ge=0, le=64)] = 0, offered: bool = False
    ) -> Response[Checkpoint | str]:
        """As JSON, or with `Accept: text/plain` the signed note itself. offered: the one that witnesses are to look at."""
        tree = await _tree(door)
        size = door.cosigned.newest(quorum, tree.size) if quorum else tree.size
        found = _checkpoint(door, tree, door.cosigned.offer(size, door.clock()) if offered else size)
        if "text/plain" in request.headers.get("accept", ""):
            return Said(found.note, media_type="text/plain")
        return Said(found)

    @get("/v1/log/consistency")
    async def consistency(caller: Called, old: Count, new: Count) -> Consistency:
        tree = await _tree(door)
        hashes = tuple(h.hex() for h in tree.consistency(old, new))
        return Consistency(old=old, new=new, old_root=tree.root(old).hex(), new_root=tree.root(new).hex(), hashes=hashes)

    @post("/v1/log/cosignatures", status_code=200)
    async def cosign(data: Cosignature, caller: Called) -> Checkpoint:
        """From a witness: its key speaks for it, whatever token it comes with."""
        tree = await _tree(door)
        if not data.line.startswith("— "):
            raise UsageFault("SUAN-U002", "the line is not a signature line of a note", "see /v1/openapi.json")
        bare = make_checkpoint(door.key, origin=origin_of(door.brain_id), size=data.size, root=tree.root(data.size))
        door.cosigned.take(bare.note, data.size, data.line)
        return _checkpoint(door, tree, data.size)

    return [head, consistency, cosign]


def _contents(door: Door) -> list[Any]:
    @get("/v1/log/tile/{path:path}", media_type="application/octet-stream")
    async def tile(path: str, caller: Called) -> Response[bytes]:
        """Tiles of hashes and entry bundles, where C2SP tlog-tiles puts them: tile/0/x001/234, tile/entries/005.p/17."""
        caller.must("operator")
        asked, tree = tile_at(f"tile/{path.lstrip('/')}"), await _tree(door)
        if asked.level != ENTRIES:
            return Response(hash_tile(tree, asked), media_type="application/octet-stream")
        first = asked.number * WIDTH
        tree.root(first + asked.width)
        events = await door.brain.events(first + 1, asked.width)
        return Response(bundle([entry_of(e) for e in events]), media_type="application/octet-stream")

    @get("/v1/log/large/{index:str}", media_type="application/octet-stream")
    async def large(index: Annotated[str, Parameter(pattern="^[0-9]{1,15}$")], caller: Called) -> Response[bytes]:
        """An event that is too long for an entry bundle."""
        caller.must("operator")
        return Response(await _event(door, await _tree(door), int(index)), media_type="application/octet-stream")

    return [tile, large]


def _proofs(door: Door) -> list[Any]:
    @get("/v1/log/proof")
    async def proof(caller: Called, index: Count) -> Proof:
        caller.must("operator")
        tree = await _tree(door)
        event = await _event(door, tree, index)
        hashes = tuple(h.hex() for h in tree.inclusion(index))
        return Proof(index=index, size=tree.size, root=tree.root().hex(), hashes=hashes, event=event.decode())

    @get("/v1/jobs/{job_id:str}/proof")
    async def job_proof(job_id: str, caller: Called, quorum: Annotated[int, Parameter(ge=0, le=64)] = 0) -> JobProof:
        """All events of a job, with proofs that they are in the log."""
        _, job = await door.job(job_id, caller)
        last, found = job.changed, await _events_of(door, job)
        tree = await _tree(door)
        size = door.cosigned.newest(quorum, tree.size) if quorum else tree.size
        if size < last:
            why = f"the last event of {job.id} is number {last}; the checkpoint that {quorum} witnesses cosigned ends at {size}"
            raise NotFoundFault("SUAN-N042", why, "try again when the witnesses have looked, or with --quorum 0")
        events = tuple(
            Included(index=i, hashes=tuple(h.hex() for h in tree.inclusion(i, size)), event=event.decode())
            for i, event in found
        )
        return JobProof(job_id=job.id, checkpoint=_checkpoint(door, tree, size).note, events=events)

    return [proof, job_proof]


async def _tree(door: Door) -> Tree:
    """The tree, at a moment when all of it is durable. No await may lie between this and its use."""
    await door.brain.settled()
    return door.brain.tree


def _checkpoint(door: Door, tree: Tree, size: int) -> Checkpoint:
    made = make_checkpoint(door.key, origin=origin_of(door.brain_id), size=size, root=tree.root(size))
    return msgspec.structs.replace(made, note=with_lines(made.note, door.cosigned.lines(size)))


async def _event(door: Door, tree: Tree, index: int) -> bytes:
    if index >= tree.size:
        raise NotFoundFault("SUAN-N005", f"the log has events 0 to {tree.size - 1}; {index} is not one", "suan audit prove JOB")
    return (await door.brain.events(index + 1, 1))[0]


async def _events_of(door: Door, job: JobState) -> list[tuple[int, bytes]]:
    """(index, event) of all that happened to a job, found by going back from the last to its acceptance."""
    named = f'"job_id":"{job.id}"'.encode()
    accepted = b'{"type":"job_accepted",'
    found: list[tuple[int, bytes]] = []
    end = job.changed
    while end > 0:
        first = max(1, end - READ_AT_ONCE + 1)
        for number, event in zip(range(end, 0, -1), reversed(await door.brain.events(first, end - first + 1)), strict=False):
            if named in event and msgspec.json.decode(event, type=_OfJob).job_id == job.id:
                found.append((number - 1, event))
                if event.startswith(accepted):
                    return found[::-1]
        end = first - 1
    return found[::-1]


class _OfJob(msgspec.Struct):
    job_id: str = ""
