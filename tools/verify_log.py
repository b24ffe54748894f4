"""Checks a Suanwang log, or the proof of one job, without any of Suanwang's code: standard library only, no network.

    python3 verify_log.py dir DIR --key LOGKEY [--witness KEY ...] [--quorum N] [--since OLD_CHECKPOINT]
    python3 verify_log.py proof FILE --key LOGKEY [--witness KEY ...] [--quorum N] [--since OLD_CHECKPOINT]

Written from the specifications: RFC 6962 (trees and proofs), RFC 8032 (Ed25519), and C2SP signed-note, tlog-checkpoint,
tlog-tiles and tlog-cosignature. Keys are C2SP verifier keys, which must reach you by another way than the log itself.
Exit code 0: everything holds. 1: something does not, and it says what. 2: it was not called properly.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path


class Wrong(Exception):
    """Something does not hold; the text says what."""


# --- Ed25519, RFC 8032 section 5.1, checking only -------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point(data):
    """Extended coordinates (x, y, 1, x y) of a compressed point, or None."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if len(data) != 32 or y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def plus(a, b):
    k, m = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    n, o = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = m - k, o - n, o + n, m + k
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(factor, a):
    total = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            total = plus(total, a)
        a, factor = plus(a, a), factor >> 1
    return total


BASE = point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def signed_by(public, signature, message):
    """Whether this Ed25519 signature is by this key over this message."""
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or len(signature) != 64 or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(s, BASE), plus(r, times(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# --- signed notes, checkpoints, cosignatures ------------------------------------------------------------------------------

LOG, WITNESS = 1, 4  # the type bytes of the two kinds of signature


class Key:
    """A C2SP verifier key: name+id+base64(type | public key)."""

    def __init__(self, text, kind):
        match = re.fullmatch(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44}=*)", text.strip())
        data = base64.b64decode(match[3]) if match else b""
        if len(data) != 33 or data[0] != kind:
            raise Wrong(f"not a verifier key of type {kind}: {text}")
        self.name, self.public = match[1], data[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if self.id.hex() != match[2]:
            raise Wrong(f"the key's id does not fit the key: {text}")


class Checkpoint:
    """A signed tree head: origin, size, root; and the times at which known witnesses cosigned it."""

    def __init__(self, note, key, witnesses=()):
        text, gap, tail = note.rpartition("\n\n")
        if not gap or not tail.endswith("\n"):
            raise Wrong("the checkpoint is not a signed note")
        self.text = text + "\n"
        self.signatures = [self.signature(line) for line in tail[:-1].split("\n")]
        self.by_log(key)
        self.by_witnesses = {}
        for one in witnesses:
            self.by_witness(one)
        lines = self.text.split("\n")
        if len(lines) < 4 or "" in lines[:-1] or lines[0] != key.name:
            raise Wrong(f"the checkpoint is not one of {key.name}")
        if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
            raise Wrong("the checkpoint's size is not a number")
        self.size, self.root = int(lines[1]), unbase64(lines[2], 32)

    def signature(self, line):
        match = re.fullmatch(r"— (\S+) (\S+)", line)
        if not match:
            raise Wrong("the checkpoint has a line that is not a signature")
        data = unbase64(match[2])
        return match[1], data[:4], data[4:]

    def of(self, key):
        return [data for name, key_id, data in self.signatures if name == key.name and key_id == key.id]

    def by_log(self, key):
        found = self.of(key)
        if not found or not all(signed_by(key.public, data, self.text.encode()) for data in found):
            raise Wrong(f"the checkpoint is not signed by {key.name}")

    def by_witness(self, key):
        for data in self.of(key):
            when = int.from_bytes(data[:8], "big")
            message = f"cosignature/v1\ntime {when}\n{self.text}".encode()
            if len(data) != 72 or not signed_by(key.public, data[8:], message):
                raise Wrong(f"the cosignature of {key.name} is false")
            self.by_witnesses[key.public] = when


def unbase64(text, size=None):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Wrong(f"not base64: {text[:60]!r}") from None
    if base64.b64encode(data).decode() != text or size not in (None, len(data)):
        raise Wrong(f"not base64 of the right length: {text[:60]!r}")
    return data


# --- trees, RFC 6962 section 2.1 ------------------------------------------------------------------------------------------


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def parent(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Growing:
    """The root of a tree that grows leaf by leaf: only the complete subtrees along its right edge are kept."""

    def __init__(self):
        self.size, self.edge = 0, []

    def add(self, hashed):
        rest = self.size
        while rest & 1:
            hashed, rest = parent(self.edge.pop(), hashed), rest >> 1
        self.edge.append(hashed)
        self.size += 1

    def root(self):
        if not self.edge:
            return hashlib.sha256().digest()
        right = self.edge[-1]
        for left in self.edge[-2::-1]:
            right = parent(left, right)
        return right


def left_part(size):
    """The largest power of two below size."""
    return 1 << (size - 1).bit_length() - 1


def root_by_inclusion(hashed, index, size, proof):
    """The root that a leaf and its audit path lead to: section 2.1.1 read backwards."""
    if not 0 <= index < size:
        raise Wrong(f"leaf {index} is not in a tree of {size}")
    if size == 1:
        if proof:
            raise Wrong("the inclusion proof is too long")
        return hashed
    if not proof:
        raise Wrong("the inclusion proof is too short")
    half = left_part(size)
    if index < half:
        return parent(root_by_inclusion(hashed, index, half, proof[:-1]), proof[-1])
    return parent(proof[-1], root_by_inclusion(hashed, index - half, size - half, proof[:-1]))


def roots_by_consistency(old, size, proof, old_root, whole=True):
    """(old root, new root) that a consistency proof leads to: section 2.1.2 read backwards."""
    if old == size:
        if len(proof) != (0 if whole else 1):
            raise Wrong("the consistency proof has the wrong length")
        return (old_root, old_root) if whole else (proof[0], proof[0])
    if not proof:
        raise Wrong("the consistency proof is too short")
    half = left_part(size)
    if old <= half:
        was, now = roots_by_consistency(old, half, proof[:-1], old_root, whole)
        return was, parent(now, proof[-1])
    was, now = roots_by_consistency(old - half, size - half, proof[:-1], old_root, False)
    return parent(proof[-1], was), parent(proof[-1], now)


# --- an exported log ------------------------------------------------------------------------------------------------------


def tile_paths(size, level, kind):
    """(path, first, width) of the tiles of one level of a tree of `size` leaves."""
    count = size >> 8 * level
    for number in range(-(-count // 256)):
        width = min(256, count - 256 * number)
        digits = f"{number:03d}" if number < 1000 else ""
        if not digits:
            groups = []
            while number:
                groups.insert(0, f"{number % 1000:03d}")
                number //= 1000
            digits = "/".join([*("x" + one for one in groups[:-1]), groups[-1]])
        yield f"tile/{kind}/{digits}" + (f".p/{width}" if width < 256 else ""), width


def read(folder, path, seen):
    seen.add(path)
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise Wrong(f"{path}: {error.strerror}") from None


def entries_of(data, path):
    while data:
        length = int.from_bytes(data[:2], "big")
        if len(data) < 2 + length:
            raise Wrong(f"{path} ends within an entry")
        yield data[2 : 2 + length]
        data = data[2 + length :]


def check_large(folder, index, entry, seen):
    """An entry that only names its event: the event must be there, and be the one that is named."""
    try:
        named = json.loads(entry)
    except ValueError:
        raise Wrong(f"entry {index} is not JSON") from None
    if not isinstance(named, dict) or named.get("type") != "large_event":
        return
    event = read(folder, f"large/{index}", seen)
    if (len(event), hashlib.sha256(event).hexdigest()) != (named.get("size"), named.get("sha256")):
        raise Wrong(f"large/{index} is not the event that the log names")


def check_entries(folder, size, seen):
    """The leaf hashes, made from the entries themselves."""
    hashes = []
    for path, width in tile_paths(size, 0, "entries"):
        entries = list(entries_of(read(folder, path, seen), path))
        if len(entries) != width:
            raise Wrong(f"{path} has {len(entries)} entries, not {width}")
        for entry in entries:
            check_large(folder, len(hashes), entry, seen)
            hashes.append(leaf(entry))
    return hashes


def check_tiles(folder, size, hashes, seen):
    """Every tile of hashes, level by level, against what the entries give."""
    level = 0
    while size >> 8 * level:
        at = 0
        for path, width in tile_paths(size, level, level):
            if read(folder, path, seen) != b"".join(hashes[at : at + width]):
                raise Wrong(f"{path} does not fit the entries")
            at += width
        above = []
        for start in range(0, len(hashes) - 255, 256):
            tree = Growing()
            for one in hashes[start : start + 256]:
                tree.add(one)
            above.append(tree.root())
        hashes, level = above, level + 1


def check_folder(folder, key, witnesses, quorum, since):
    seen = set()
    head = Checkpoint(read(folder, "checkpoint", seen).decode("utf-8", "replace"), key, witnesses)
    enough(head, witnesses, quorum)
    hashes = check_entries(folder, head.size, seen)
    tree, old_root = Growing(), None
    for one in [*hashes, None]:
        if since and tree.size == since.size:
            old_root = tree.root()
        if one is not None:
            tree.add(one)
    if tree.root() != head.root:
        raise Wrong(f"the {head.size} entries do not give the signed root")
    check_tiles(folder, head.size, hashes, seen)
    if since:
        same_log(since, head)
        if old_root != since.root:
            raise Wrong(f"the first {since.size} entries are not those of the older checkpoint: the log was rewritten")
    strange = {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()} - seen
    if strange:
        raise Wrong(f"not part of this log: {', '.join(sorted(strange)[:5])}")
    return f"{head.size} entries, every tile, and the signed root agree" + told(head, since)


def same_log(old, new):
    if old.size > new.size:
        raise Wrong(f"the log went back: it had {old.size} entries and now has {new.size}")


def enough(head, witnesses, quorum):
    if len(head.by_witnesses) < quorum:
        raise Wrong(f"{len(head.by_witnesses)} of {len(witnesses)} known witnesses cosigned, {quorum} are needed")


def told(head, since):
    signed = f"; {len(head.by_witnesses)} witnesses cosigned" if head.by_witnesses else ""
    return signed + (f"; it continues the checkpoint of {since.size} entries" if since else "")


# --- the proof of a job ---------------------------------------------------------------------------------------------------


def check_proof(file, key, witnesses, quorum, since):
    try:
        told_us = json.loads(file.read_text("utf-8"))
        head = Checkpoint(told_us["checkpoint"], key, witnesses)
        enough(head, witnesses, quorum)
        events = [check_included(one, head) for one in told_us["events"]]
        if since:
            check_consistency(told_us["consistency"], since, head)
        check_job(told_us, events)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Wrong(f"{file.name} is not a proof: {type(error).__name__} {error}") from None
    lines = [f"{len(events)} events of {told_us['job_id']} are in the log of {head.size} entries" + told(head, since)]
    return "\n".join(lines + account(events))


def check_included(one, head):
    """One event, as it was logged, is where it says it is."""
    event = one["event"].encode()
    entry = event
    if len(event) > 65535:
        digest = hashlib.sha256(event).hexdigest()
        entry = b'{"type":"large_event","size":%d,"sha256":"%s"}' % (len(event), digest.encode())
    proof = [bytes.fromhex(x) for x in one["hashes"]]
    if any(len(x) != 32 for x in proof) or root_by_inclusion(leaf(entry), one["index"], head.size, proof) != head.root:
        raise Wrong(f"event {one['index']} is not in the log")
    return json.loads(event)


def check_consistency(told_us, since, head):
    same_log(since, head)
    if told_us is None:
        raise Wrong("the proof does not say how the log grew from the older checkpoint")
    proof = [bytes.fromhex(x) for x in told_us["hashes"]]
    if since.size == 0:
        return
    if any(len(x) != 32 for x in proof):
        raise Wrong("a hash has not 32 bytes")
    if roots_by_consistency(since.size, head.size, proof, since.root) != (since.root, head.root):
        raise Wrong(f"the log does not continue the checkpoint of {since.size} entries: it was rewritten")


def check_job(told_us, events):
    """All events are of this job, in order, from its acceptance on."""
    places = [one["index"] for one in told_us["events"]]
    if not events or places != sorted(set(places)) or {one["job_id"] for one in events} != {told_us["job_id"]}:
        raise Wrong("the events are not those of one job in order")
    if events[0]["type"] != "job_accepted":
        raise Wrong("the job's acceptance is missing")


def account(events):
    """What the events say was held, used and ended, for comparing with a bill."""
    placed = {p["id"]: p for e in events if e["type"] == "job_placed" for p in e["plan"]["placements"]}
    fuel = dict.fromkeys(placed, 0)
    for event in events:
        if event["type"] == "tasks_ended":
            fuel[event["placement_id"]] += sum(outcome.get("fuel", 0) for outcome in event["outcomes"])
    held = sum(p["hold_micro"] for p in placed.values())
    ended = next((e["state"] for e in events if e["type"] == "job_ended"), "not ended")
    lines = [f"{i}: {fuel[i]} fuel at {p['price_micro_per_tfuel']} micro per Tfuel" for i, p in placed.items()]
    return [*lines, f"held {held} micro, used {sum(fuel.values())} fuel, {ended}"]


# --- the command line -----------------------------------------------------------------------------------------------------


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["dir", "proof"])
    parser.add_argument("path", type=Path)
    parser.add_argument("--key", required=True, help="the log's verifier key")
    parser.add_argument("--witness", action="append", default=[], help="a witness's verifier key; may be repeated")
    parser.add_argument("--quorum", type=int, default=0, help="how many of the witnesses must have cosigned")
    parser.add_argument("--since", type=Path, help="an older checkpoint of the same log, kept by you")
    asked = parser.parse_args(arguments)
    try:
        key = Key(asked.key, LOG)
        witnesses = [Key(text, WITNESS) for text in asked.witness]
        since = Checkpoint(asked.since.read_text("utf-8"), key) if asked.since else None
        check = check_folder if asked.what == "dir" else check_proof
        print("good: " + check(asked.path, key, witnesses, asked.quorum, since))
    except (Wrong, OSError) as wrong:
        print(f"WRONG: {wrong}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
