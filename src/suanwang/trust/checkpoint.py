"""A signed tree head that other tools can read: C2SP tlog-checkpoint, inside a C2SP signed note.

    suanwang/brain-k3f…                      origin, also the name of the key
    1042                                     number of leaves
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=   root, base64
                                             empty line
    — suanwang/brain-k3f… Az3grlg…           em dash, name, base64(4 bytes key id | Ed25519 signature over the text above)

Further signatures may follow ours: those of witnesses, see cosign.py. Lines of keys that we do not know are left alone.
"""

import binascii
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from suanwang.model.fault import AuthorityFault, UsageFault
from suanwang.model.view import Checkpoint
from suanwang.trust.key import KEY_BYTES, checked, is_signed, public_of, sign_bytes
from suanwang.trust.merkle import HASH_BYTES

ED25519 = b"\x01"
"""Signature type byte of plain Ed25519 in C2SP signed notes."""
NOTE_MOST = 16 * 1024
SIGNATURES_MOST = 64


def origin_of(brain_id: str) -> str:
    """The origin line, and key name, of a brain's log."""
    return "suanwang/" + brain_id


class Verifier(NamedTuple):
    """Who a signature line is by. kind: the signature type, one byte."""

    name: str
    public_key: bytes
    kind: bytes = ED25519

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name | newline | type | key): tells keys apart, proves nothing."""
        return sha256(self.name.encode() + b"\n" + self.kind + checked(self.public_key)).digest()[:4]

    @property
    def text(self) -> str:
        """The key in the form that note tools take: name+key id in hex+base64(type | key)."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(self.kind + self.public_key).decode()}"

    def line(self, signature: bytes) -> str:
        """A signature as a line of a note, without its newline."""
        return f"— {self.name} {b64encode(self.key_id + signature).decode()}"


def verifier(text: str, kind: bytes = ED25519) -> Verifier:
    """Read what Verifier.text writes. UsageFault SUAN-U080 unless it is such a key, of this kind."""
    name, key_id, data = [*text.strip().split("+", 2), "", ""][:3]
    try:
        raw = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    made = Verifier(name, raw[1:], raw[:1]) if len(raw) == 1 + KEY_BYTES else None
    if made is None or made.kind != kind or not name or any(map(str.isspace, name)) or made.key_id.hex() != key_id:
        raise UsageFault("SUAN-U080", f"{text[:80]!r} is not a verifier key of type {kind[0]}", "suan audit key")
    return made


def make_checkpoint(private_key: bytes, *, origin: str, size: int, root: bytes) -> Checkpoint:
    """The signed tree head over `size` leaves. root: 32 bytes. origin: no spaces and no plus sign, not empty."""
    assert len(root) == HASH_BYTES and size >= 0, "a checkpoint needs a 32-byte root and a size"
    note = sign_note(f"{origin}\n{size}\n{b64encode(root).decode()}\n", origin, private_key)
    return Checkpoint(size=size, root=root.hex(), note=note)


def open_checkpoint(note: str, *, origin: str, public_key: bytes) -> Checkpoint:
    """Size and root of a checkpoint that this key signed for this origin.

    AuthorityFault SUAN-A010: not a checkpoint; SUAN-A011: no valid signature by this key; SUAN-A012: another origin.
    """
    lines = open_note(note, origin, public_key).split("\n")
    if len(lines) < 4:
        raise _malformed("a checkpoint has at least three lines")
    if lines[0] != origin:
        raise AuthorityFault("SUAN-A012", f"this checkpoint is of {lines[0][:80]!r}, not of {origin!r}", _AGAIN)
    if not (lines[1].isascii() and lines[1].isdigit() and str(int(lines[1][:20])) == lines[1]):
        raise _malformed("the size is not a plain number")
    root = _unbase64(lines[2])
    if len(root) != HASH_BYTES or "" in lines[3:-1]:
        raise _malformed("the root has not 32 bytes, or there is an empty line")
    return Checkpoint(size=int(lines[1]), root=root.hex(), note=note)


def sign_note(text: str, name: str, private_key: bytes) -> str:
    """The text (ending in a newline) with one signature line, as C2SP signed-note has it."""
    assert text.endswith("\n") and name and "+" not in name and not any(map(str.isspace, name)), "no such note"
    signer = Verifier(name, public_of(private_key))
    return f"{text}\n{signer.line(sign_bytes(private_key, text.encode()))}\n"


def open_note(note: str, name: str, public_key: bytes) -> str:
    """The text of a note that this key signed under this name. AuthorityFault SUAN-A010 or SUAN-A011, as above.

    Every signature that claims our name and key id must be valid; others are ignored, as the standard asks.
    """
    text, lines = split_note(note)
    ours = signatures(lines, Verifier(name, public_key))
    if not ours or not all(is_signed(public_key, signature, text.encode()) for signature in ours):
        raise AuthorityFault("SUAN-A011", f"no valid signature by {name}: it was altered, or another key signed it", _AGAIN)
    return text


def split_note(note: str) -> tuple[str, tuple[str, ...]]:
    """(the text that is signed, the signature lines), nothing verified. AuthorityFault SUAN-A010 if it is not a note."""
    if len(note) > NOTE_MOST:
        raise _malformed(f"longer than {NOTE_MOST} characters")
    head, gap, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not gap or len(lines) < 2 or len(lines) > SIGNATURES_MOST + 1 or lines[-1] != "":
        raise _malformed("it has no signature lines after an empty line")
    _utf8(head)
    return head + "\n", tuple(lines[:-1])


def signatures(lines: tuple[str, ...], by: Verifier) -> tuple[bytes, ...]:
    """What follows the key id in the lines that claim to be by this key. AuthorityFault SUAN-A010 if any line is malformed."""
    return tuple(data for line in lines if (data := _claimed(line, by)))


_AGAIN = "fetch the checkpoint again from the brain you joined"


def _claimed(line: str, by: Verifier) -> bytes:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise _malformed("a signature line is not: dash, name, base64")
    data = _unbase64(parts[2])
    return data[4:] if parts[1] == by.name and data[:4] == by.key_id and len(data) > 4 else b""


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise _malformed("not UTF-8") from None


def _unbase64(text: str) -> bytes:
    try:
        data = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise _malformed("not base64") from None
    if b64encode(data).decode() != text:
        raise _malformed("not base64 in its one allowed form")
    return data


def _malformed(why: str) -> AuthorityFault:
    return AuthorityFault("SUAN-A010", f"this is not a checkpoint: {why}", _AGAIN)
