"""The commands that hold the log to its word: copy it, check it, prove a job's events, and witness it for others."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from suanwang.api.cli.door import Door
from suanwang.api.cli.flags import Json
from suanwang.model.fault import QuotaFault, UsageFault, WireFault

if TYPE_CHECKING:
    from suanwang.api.auditor import Trusted
    from suanwang.api.client import Client
    from suanwang.model.fault import Fault
    from suanwang.model.view import Checkpoint
    from suanwang.trust.checkpoint import Verifier

TOO_OFTEN_S = 1.0
Log = Annotated[str, typer.Option("--log")]
Witness = Annotated[list[str], typer.Option("--witness")]
Quorum = Annotated[int, typer.Option("--quorum", min=0, max=64)]
Since = Annotated[str, typer.Option("--since")]
Url = Annotated[str, typer.Option("--url")]


def key(ctx: typer.Context, witness: Annotated[str, typer.Option("--witness")] = "") -> None:
    from suanwang.drivers.keys import load_or_make
    from suanwang.trust.cosign import witness_of
    from suanwang.trust.key import public_of

    door: Door = ctx.obj
    if witness:
        door.out.write(witness_of(public_of(load_or_make(Path(witness)))).text + "\n")
        return
    with door.client() as client:
        door.out.write(_log_key(client).text + "\n")


def export(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR")],
    log: Log = "",
    witness: Witness = [],  # noqa: B006 - typer reads the default and never changes it
    quorum: Quorum = 0,
    since: Since = "",
    json: Json = False,
) -> None:
    from suanwang.api.auditor import Copy, export

    door: Door = ctx.obj
    with door.client() as client:
        trusted = _trusted(door, client, log, witness, quorum, since)
        note = client.checkpoint(quorum).note
        head = export(_Live(door, client), note, Copy(Path(folder)), trusted, lambda fault: door.say(_told(door, fault)))
    if json:
        door.json(head)
    else:
        door.say(door.words("audit.exported", n=head.size, folder=folder))


def verify(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="[DIR]")] = "",
    live: Annotated[bool, typer.Option("--live")] = False,
    log: Log = "",
    witness: Witness = [],  # noqa: B006 - as above
    quorum: Quorum = 0,
    since: Since = "",
    keep: Annotated[str, typer.Option("--keep")] = "",
    json: Json = False,
) -> None:
    from suanwang.api.auditor import Copy, verify

    door: Door = ctx.obj
    if live == bool(folder):
        raise UsageFault("SUAN-U024", "either a folder is verified, or --live the log of the brain", "suan audit verify --live")
    if live:
        with door.client() as client:
            trusted = _trusted(door, client, log, witness, quorum, since)
            head = _live(client, trusted)
    else:
        with door.client() as client:
            trusted = _trusted(door, client, log, witness, quorum, since)
        head = verify(Copy(Path(folder)), trusted)
    if keep:
        Copy(Path(keep).parent).put(Path(keep).name, head.note.encode())
    said = door.words("audit.live" if live else "audit.whole", n=head.size, witnesses=len(trusted.signers(head.note)))
    grown = (door.words("audit.since", n=trusted.since.size),) if trusted.since else ()
    door.answer(head, lambda: (said, *grown), json)


def prove(
    ctx: typer.Context,
    job: str,
    log: Log = "",
    witness: Witness = [],  # noqa: B006 - as above
    quorum: Quorum = 0,
    since: Since = "",
) -> None:
    import msgspec

    from suanwang.api.auditor import check_proof

    door: Door = ctx.obj
    with door.client() as client:
        trusted = _trusted(door, client, log, witness, quorum, since)
        proof = client.job_proof(job, quorum)
        if old := trusted.since:
            grown = client.consistency(old.size, trusted.open(proof.checkpoint).size)
            proof = msgspec.structs.replace(proof, consistency=grown)
    head = check_proof(proof, trusted)
    door.json(proof)
    door.say(door.words("audit.proved", n=len(proof.events), job=proof.job_id, size=head.size))


def witness(
    ctx: typer.Context,
    key: Annotated[str, typer.Option("--key")],
    url: Url = "",
    log: Log = "",
    interval: Annotated[str, typer.Option("--interval")] = "10s",
    once: Annotated[bool, typer.Option("--once")] = False,
) -> None:
    from suanwang.api.process import alone
    from suanwang.api.witness import Seen, look
    from suanwang.drivers.keys import load_or_make
    from suanwang.model.quantity import duration_s
    from suanwang.trust.checkpoint import verifier
    from suanwang.trust.cosign import witness_of
    from suanwang.trust.key import public_of

    door: Door = ctx.obj
    if url:
        door = dataclasses.replace(door, environ={**door.environ, "SUAN_URL": url})
    secret, pause_s, folder = load_or_make(Path(key)), duration_s(interval, "interval"), Path(f"{key}.seen")
    door.say(witness_of(public_of(secret)).text)
    with alone(folder), door.client() as client:
        seen = Seen(folder)
        watched: Verifier | None = None
        while True:
            try:
                watched = watched or seen.log(verifier(log) if log else _log_key(client))
                head = look(client, secret, watched, seen, door.now)
                door.say(door.words("audit.cosigned", n=head.size, root=head.root[:16]))
            except (WireFault, QuotaFault) as fault:
                if once:
                    raise
                door.say(_told(door, fault))
            if once:
                return
            door.pause(pause_s)


def _told(door: Door, fault: "Fault") -> str:
    from suanwang.api.whys import why

    return f"{fault.code}: {why(door.words, fault.code, fault.why)}"


class _Live:
    """The brain's log as a source of files; a brain that says "not so often" is given time."""

    def __init__(self, door: Door, client: "Client") -> None:
        self._door, self._client = door, client

    def get(self, path: str) -> bytes:
        while True:
            try:
                return self._client.log_file(path)
            except QuotaFault:
                self._door.pause(TOO_OFTEN_S)


def _live(client: "Client", trusted: "Trusted") -> "Checkpoint":
    """The brain's newest checkpoint with enough witnesses; it continues the one that the reader kept."""
    from suanwang.trust.cosign import check_growth

    head = trusted.open(client.checkpoint(trusted.quorum).note)
    if old := trusted.since:
        hashes = client.consistency(old.size, head.size).hashes if old.size <= head.size else ()
        check_growth(old, head, hashes)
    return head


def _trusted(door: Door, client: "Client", log: str, witnesses: list[str], quorum: int, since: str) -> "Trusted":
    """Whom to believe. Without --log it is the key that the brain itself tells: enough to find damage, not a false brain."""
    from suanwang.api.auditor import believed
    from suanwang.trust.checkpoint import verifier
    from suanwang.trust.cosign import COSIGNATURE

    if quorum > len(witnesses):
        raise UsageFault("SUAN-U024", f"a quorum of {quorum} needs so many --witness KEY", "suan audit key --witness FILE")
    if not log:
        door.say(door.words("audit.own_key"))
    known = verifier(log) if log else _log_key(client)
    return believed(known, [verifier(one, COSIGNATURE) for one in witnesses], quorum, _text(since) if since else "")


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageFault("SUAN-U022", f"{path} cannot be read: {error}", "suan audit verify --live --keep FILE") from error


def _log_key(client: "Client") -> "Verifier":
    from suanwang.trust.checkpoint import Verifier, origin_of
    from suanwang.trust.identity import id_of

    public = bytes.fromhex(client.domain().public_key)
    return Verifier(origin_of(id_of("brain", public)), public)
