"""Witnesses: others who sign a checkpoint only if it continues the one they signed before (C2SP tlog-cosignature, Ed25519).

    cosignature/v1          what a witness signs: this header,
    time 1679315147         when it looked,
    <the checkpoint>        and the text that the log signed

A log that shows two histories needs two sets of witnesses; whoever asks for a quorum that must overlap cannot be shown a fork.
"""

from collections.abc import Iterable, Sequence

from suanwang.model.fault import AuthorityFault, LogFault
from suanwang.model.view import Checkpoint
from suanwang.trust.checkpoint import Verifier, signatures, split_note
from suanwang.trust.identity import short_hash
from suanwang.trust.key import SIGNATURE_BYTES, is_signed, public_of, sign_bytes
from suanwang.trust.merkle import verify_consistency

COSIGNATURE = b"\x04"
"""Signature type byte of a timestamped Ed25519 cosignature."""
TIME_BYTES = 8


def witness_of(public_key: bytes) -> Verifier:
    """A witness under the name that its key gives it. AuthorityFault SUAN-A008 if the key has not 32 bytes."""
    return Verifier(f"witness-{short_hash('suanwang witness v1', public_key)}", public_key, COSIGNATURE)


def cosign(note: str, private_key: bytes, at_s: int) -> str:
    """The witness's line for this checkpoint, with newline. at_s: whole seconds since 1970. The caller has checked the log."""
    text, _ = split_note(note)
    signature = sign_bytes(private_key, _signed(text, at_s))
    return witness_of(public_of(private_key)).line(at_s.to_bytes(TIME_BYTES, "big") + signature) + "\n"


def cosigned_at(note: str, witness: Verifier) -> int | None:
    """When this witness cosigned, in seconds since 1970, the last time if more than once; None if it did not.

    AuthorityFault SUAN-A014 if a line claims to be by this witness and is not.
    """
    text, lines = split_note(note)
    times: list[int] = []
    for data in signatures(lines, witness):
        at_s = int.from_bytes(data[:TIME_BYTES], "big")
        if len(data) != TIME_BYTES + SIGNATURE_BYTES or not is_signed(
            witness.public_key, data[TIME_BYTES:], _signed(text, at_s)
        ):
            raise AuthorityFault("SUAN-A014", f"the cosignature that names {witness.name} is not by it", "")
        times.append(at_s)
    return max(times, default=None)


def with_lines(note: str, lines: Iterable[str]) -> str:
    """The checkpoint with further signature lines, each ending in a newline."""
    return note + "".join(lines)


def quorum(note: str, witnesses: Sequence[Verifier], needed: int) -> tuple[Verifier, ...]:
    """Those of the witnesses that cosigned. AuthorityFault SUAN-A013 if they are fewer than needed; a key counts once."""
    signed = {one.public_key: one for one in witnesses if cosigned_at(note, one) is not None}
    if len(signed) < needed:
        why = f"{len(signed)} of {len(witnesses)} known witnesses have cosigned, {needed} are needed"
        raise AuthorityFault("SUAN-A013", why, "let the witnesses catch up: suan audit witness")
    return tuple(signed.values())


def check_growth(old: Checkpoint, new: Checkpoint, hashes: Sequence[str]) -> None:
    """The new checkpoint continues the old one, as the proof (hashes in hex) shows.

    LogFault SUAN-L022: the new one is shorter; SUAN-L021: it has another past.
    """
    if new.size < old.size:
        why = f"the log had {old.size} events when it was last seen and now shows {new.size}"
        raise LogFault("SUAN-L022", why, "keep both checkpoints: each is signed; ask the operator")
    try:
        proof = tuple(bytes.fromhex(one) for one in hashes)
    except ValueError:
        proof = (b"",)
    if not verify_consistency(old.size, new.size, proof, bytes.fromhex(old.root), bytes.fromhex(new.root)):
        raise rewritten(old, new)


def rewritten(old: Checkpoint, new: Checkpoint) -> LogFault:
    """LogFault SUAN-L021: two signed checkpoints that cannot be of one history."""
    why = (
        f"the signed log of {new.size} events does not begin with the signed log of {old.size} events (root {old.root[:16]}...)"
    )
    return LogFault("SUAN-L021", why, "keep both checkpoints: together they prove it")


def _signed(text: str, at_s: int) -> bytes:
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()
