"""The log, checked by outsiders: two verifiers that share no code, two witnesses, and every way of cheating that we know of."""

import asyncio
import importlib.util
import json
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from suanwang.api.audit import Cosigned
from suanwang.api.auditor import Copy, Trusted, export, verify
from suanwang.api.cli import main
from suanwang.api.door import Door
from suanwang.api.server import app
from suanwang.brain import commands
from suanwang.brain.loop import Brain
from suanwang.drivers.keys import load_or_make
from suanwang.model import event as ev
from suanwang.model.fault import Fault, LogFault
from suanwang.model.job import Outcome
from suanwang.model.node import Reading
from suanwang.model.view import Checkpoint, Report
from suanwang.store.blobs import Blobs
from suanwang.store.log import SqliteLog
from suanwang.trust.checkpoint import Verifier, make_checkpoint
from suanwang.trust.cosign import cosign, with_lines, witness_of
from suanwang.trust.identity import id_of
from suanwang.trust.key import public_of
from suanwang.trust.merkle import leaf_hash
from suanwang.trust.tiles import ENTRIES, bundle, entry_of, hash_tile, tile_at
from tests.brain.sample import a_demand, a_node
from tests.trust.trees import tree_over

TOOL = Path(__file__).parents[2] / "tools" / "verify_log.py"
NOW = 1_000.0
SECRET = b"\x09" * 32
ORIGIN = "suanwang/" + id_of("brain", public_of(SECRET))
LOG = Verifier(ORIGIN, public_of(SECRET))
WITNESS_SECRETS = (b"\x0a" * 32, b"\x0b" * 32)
WITNESSES = tuple(witness_of(public_of(s)) for s in WITNESS_SECRETS)
WITNESS_FLAGS = [flag for w in WITNESSES for flag in ("--witness", w.text)]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_log", TOOL)
    assert spec and spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


THEIRS = tool()


def ours_says(folder: Path, quorum: int = 0, since: Checkpoint | None = None) -> str:
    """ "" if our verifier finds nothing wrong, else the fault's code."""
    try:
        verify(Copy(folder), Trusted(LOG, WITNESSES, quorum, since))
    except Fault as fault:
        return fault.code
    return ""


def theirs_says(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What the independent verifier prints."""
    capsys.readouterr()
    code = THEIRS.main([*arguments, "--key", LOG.text])
    said = capsys.readouterr().out
    assert said.startswith("good: " if code == 0 else "WRONG: "), said
    return said


# --- a brain with a history -------------------------------------------------------------------------------------------


def lived(folder: Path, *acts: Callable[[Brain], object]) -> None:
    """Let a brain on this folder's log carry out some acts, and stop."""

    async def live() -> None:
        brain = Brain(SqliteLog(folder / "log"), lambda: NOW)
        serving = asyncio.create_task(brain.run())
        async with asyncio.timeout(30):
            for act in acts:
                await act(brain)  # type: ignore[misc]
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(live())


def granting(count: int, amount: int = 1) -> Callable[[Brain], object]:
    return lambda brain: brain.command(lambda _, now: [ev.Granted(at=now, user="ann", amount_micro=amount)] * count)


async def a_life(brain: Brain) -> None:
    """A user, a node, a job that is done and paid, and one whose acceptance alone is longer than an entry may be."""
    node = a_node("n1")
    await brain.command(commands.add_user("ann", ("user",), 10_000_000))
    await brain.command(commands.join(node, "t"))
    brain.hear(Reading(node_id=node.id, generation=0))
    await brain.command(commands.submit("job-a", "ann", a_demand(), "a"))
    placement = next(iter(brain.state.jobs["job-a"].placements))
    outcome = Outcome(placement_id=placement, task=0, state="done", fuel=10**9, started_at=NOW)
    told = Report(reading=Reading(node_id=node.id, generation=0), outcomes=(outcome,))
    await brain.command(commands.report(node.id, told, lambda _: True, []))
    await brain.command(commands.submit("job-wide", "ann", a_demand(5_000), "w"))
    await granting(600)(brain)  # type: ignore[misc]


class Served:
    """A brain behind its real door, and the command line in front of it."""

    def __init__(self, client: TestClient, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
        self.client, self.door = client, door
        self.tokens = {
            user: door.token("user", user, {"roles": roles}, 3600).token
            for user, roles in (("olga", "user operator"), ("ann", "user"))
        }
        monkeypatch.setenv("SUAN_URL", "http://127.0.0.1:9")
        monkeypatch.setenv("SUAN_LANG", "en")
        monkeypatch.setenv("SUAN_TOKEN", self.tokens["olga"])

    def suan(self, *argv: str) -> int:
        def never(_: float) -> None:
            raise AssertionError("nothing here is worth waiting for")

        transport = httpx.MockTransport(self.client._transport.handle_request)
        return main(argv, transport=transport, now=lambda: NOW, pause=never)

    def get(self, path: str, user: str = "olga", **params: object) -> object:
        headers = {"authorization": f"Bearer {self.tokens[user]}"}
        answer = self.client.get(path, params=params or None, headers=headers)  # type: ignore[arg-type]
        return answer.json() if answer.is_success else answer.json()["code"]

    def grow(self, count: int = 1) -> None:
        for _ in range(count):
            headers = {"authorization": f"Bearer {self.tokens['olga']}", "idempotency-key": uuid.uuid4().hex}
            answer = self.client.post("/v1/accounts/ann/grants", json={"amount_micro": 5}, headers=headers)
            assert answer.is_success, answer.text


@contextmanager
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    (folder / "witnesses").write_text("# who watches\n" + "".join(w.text + "\n" for w in WITNESSES))
    brain = Brain(SqliteLog(folder / "log"), lambda: NOW)
    door = Door(brain, Blobs(folder / "blobs"), SECRET, lambda: NOW, cosigned=Cosigned(folder))
    with TestClient(app(door, "olga")) as client:
        yield Served(client, door, monkeypatch)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the log of a_life; never served itself."""
    folder = tmp_path_factory.mktemp("history")
    lived(folder, a_life)
    return folder


def copied(history: Path, target: Path) -> Path:
    """The same log in another folder, as a backup makes it."""
    target.mkdir()
    with sqlite3.connect(history / "log") as source, sqlite3.connect(target / "log") as copy:
        source.backup(copy)
    return target


@pytest.fixture
def brain(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Served]:
    with served(copied(history, tmp_path / "brain"), monkeypatch) as one:
        yield one


@pytest.fixture
def keys(tmp_path: Path) -> tuple[str, str]:
    """The key files of two witnesses."""
    for name, secret in zip(("w1", "w2"), WITNESS_SECRETS, strict=True):
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(secret.hex() + "\n")
        assert load_or_make(tmp_path / name) == secret
    return str(tmp_path / "w1"), str(tmp_path / "w2")


@pytest.fixture
def exported(brain: Served, keys: tuple[str, str], tmp_path: Path) -> Path:
    """A copy of the log at a checkpoint that both witnesses cosigned."""
    for key in keys:
        assert brain.suan("audit", "witness", "--key", key, "--once") == 0
    folder = tmp_path / "copy"
    assert brain.suan("audit", "export", str(folder), "--log", LOG.text, *WITNESS_FLAGS, "--quorum", "2") == 0
    return folder


# --- what holds -------------------------------------------------------------------------------------------------------


def test_a_log_is_exported_cosigned_by_two_and_verified_by_both(
    brain: Served, exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    head = verify(Copy(exported), Trusted(LOG, WITNESSES, 2))
    assert head.size == brain.door.brain.tree.size > 512 and len(list((exported / "large").iterdir())) >= 1
    argv = ["dir", str(exported), "--key", LOG.text, *WITNESS_FLAGS, "--quorum", "2"]
    alone = subprocess.run([sys.executable, "-I", "-S", TOOL, *argv], capture_output=True, text=True, timeout=60)
    assert alone.returncode == 0 and f"good: {head.size} entries" in alone.stdout and "2 witnesses" in alone.stdout, alone
    capsys.readouterr()
    assert brain.suan("audit", "verify", str(exported), "--log", LOG.text, *WITNESS_FLAGS, "--quorum", "2", "--json") == 0
    assert json.loads(capsys.readouterr().out)["size"] == head.size
    assert brain.suan("audit", "key") == 0 and capsys.readouterr().out == LOG.text + "\n"


def test_a_copy_goes_on_where_it_stopped_and_mends_what_was_damaged(
    brain: Served, exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old"
    shutil.copy(exported / "checkpoint", old)
    full = exported / "tile" / "entries" / "000"
    full.write_bytes(full.read_bytes().replace(b"granted", b"grabbed"))
    (exported / "tile" / "0" / "001").write_bytes(b"short")
    untouched = exported / "tile" / "entries" / "001"
    before = untouched.stat().st_ino
    brain.grow(300)
    assert brain.suan("audit", "export", str(exported), "--since", str(old)) == 0
    assert "is not the one that was logged" in capsys.readouterr().err
    assert untouched.stat().st_ino == before, "what was there and whole is not fetched again"
    assert ours_says(exported, since=Trusted(LOG).open(old.read_text())) == ""
    assert "continues the checkpoint" in theirs_says(capsys, "dir", str(exported), "--since", str(old))


def test_a_live_log_continues_what_was_kept(brain: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = str(tmp_path / "kept")
    assert brain.suan("audit", "verify", "--live", "--keep", kept) == 0
    brain.grow(3)
    assert brain.suan("audit", "verify", "--live", "--since", kept, "--keep", kept, "--log", LOG.text) == 0
    assert "it continues the checkpoint" in capsys.readouterr().out
    assert brain.suan("audit", "verify", "--live", *WITNESS_FLAGS, "--quorum", "1") == 3
    assert "SUAN-N042" in capsys.readouterr().err


class Made:
    """A log without a brain: any entries."""

    def __init__(self, events: list[bytes]) -> None:
        self.events, self.tree = events, tree_over(leaf_hash(entry_of(e)) for e in events)

    def get(self, path: str) -> bytes:
        if path.startswith("large/"):
            return self.events[int(path.split("/")[1])]
        tile = tile_at(path)
        first = tile.number * 256
        chosen = self.events[first : first + tile.width]
        assert len(chosen) == tile.width or tile.level > 0
        return bundle([entry_of(e) for e in chosen]) if tile.level == ENTRIES else hash_tile(self.tree, tile)

    def note(self, size: int) -> str:
        return make_checkpoint(SECRET, origin=ORIGIN, size=size, root=self.tree.root(size)).note


def check_sizes(capsys: pytest.CaptureFixture[str], old: int, new: int) -> None:
    made = Made([b'{"n":%d}' % i for i in range(new)])
    with TemporaryDirectory() as name:
        folder, kept = Path(name) / "copy", Path(name) / "kept"
        kept.write_text(made.note(old))
        for size in (old, new):
            export(made, made.note(size), Copy(folder), Trusted(LOG), print)
            assert ours_says(folder) == ""
        assert ours_says(folder, since=Trusted(LOG).open(made.note(old))) == ""
        assert f"good: {new} entries" in theirs_says(capsys, "dir", str(folder), "--since", str(kept))


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (1, 255), (255, 256), (256, 257), (257, 65_536), (65_535, 65_537)])
def test_every_size_at_a_border(capsys: pytest.CaptureFixture[str], old: int, new: int) -> None:
    check_sizes(capsys, old, new)


def test_any_two_sizes(capsys: pytest.CaptureFixture[str]) -> None:
    @given(st.integers(0, 1_100), st.integers(0, 1_100))
    @settings(max_examples=15, deadline=None)
    def sizes(one: int, other: int) -> None:
        check_sizes(capsys, min(one, other), max(one, other))

    sizes()


# --- what is found ----------------------------------------------------------------------------------------------------


def test_one_byte_flipped_anywhere_is_found_by_both(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["dir", str(exported), *WITNESS_FLAGS, "--quorum", "2"]
    files = [p for p in exported.rglob("*") if p.is_file()]
    assert {p.parts[len(exported.parts)] for p in files} == {"checkpoint", "tile", "large"} and len(files) >= 8
    assert ours_says(exported, 2) == "" and "good" in theirs_says(capsys, *argv)
    for file in files:
        data = file.read_bytes()
        places = {0, 1, 2, len(data) // 3, len(data) // 2, len(data) - 33, len(data) - 1} & set(range(len(data)))
        for place in range(0, len(data), 3) if file.name == "checkpoint" else places:
            file.write_bytes(data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :])
            assert ours_says(exported, 2) != "", (file, place)
            assert "WRONG" in theirs_says(capsys, *argv), (file, place)
        file.write_bytes(data)
    assert ours_says(exported, 2) == "" and "good" in theirs_says(capsys, *argv)


def cut(folder: Path) -> None:
    last = next((folder / "tile" / "entries").glob("*.p/*"))
    last.write_bytes(last.read_bytes()[:-1])


def drop_a_bundle(folder: Path) -> None:
    (folder / "tile" / "entries" / "001").unlink()


def drop_the_end(folder: Path) -> None:
    for kind in ("entries", "0"):
        shutil.rmtree(next((folder / "tile" / kind).glob("*.p")))


def reorder(folder: Path) -> None:
    """Two events of equal length change places, and the leaf hashes with them."""
    file, tile = folder / "tile" / "entries" / "000", folder / "tile" / "0" / "000"
    data, hashes = file.read_bytes(), tile.read_bytes()
    size = 2 + int.from_bytes(data[:2], "big")
    second = size + 2 + int.from_bytes(data[size : size + 2], "big")
    file.write_bytes(data[size:second] + data[:size] + data[second:])
    tile.write_bytes(hashes[32:64] + hashes[:32] + hashes[64:])


def replace_an_event(folder: Path) -> None:
    """Another amount, with the right leaf hash."""
    file, tile = folder / "tile" / "entries" / "001", folder / "tile" / "0" / "001"
    data = file.read_bytes()
    first = data[2 : 2 + int.from_bytes(data[:2], "big")]
    other = first.replace(b'"amount_micro":1,', b'"amount_micro":9,')
    assert other != first
    file.write_bytes(data.replace(first, other, 1))
    tile.write_bytes(sha256(b"\0" + other).digest() + tile.read_bytes()[32:])


def add_a_file(folder: Path) -> None:
    (folder / "tile" / "entries" / "900").write_bytes(b"")


@pytest.mark.parametrize("harm", [cut, drop_a_bundle, drop_the_end, reorder, replace_an_event, add_a_file])
def test_a_copy_that_was_changed_is_found_by_both(
    harm: Callable[[Path], None], exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    harm(exported)
    assert ours_says(exported) == "SUAN-L020"
    assert "WRONG" in theirs_says(capsys, "dir", str(exported))


def test_too_few_witnesses_or_false_ones_are_found_by_both(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    note = (exported / "checkpoint").read_text().splitlines(keepends=True)
    (exported / "checkpoint").write_text("".join(note[:-1]))
    assert ours_says(exported, 1) == "" and ours_says(exported, 2) == "SUAN-A013"
    argv = ["dir", str(exported), *WITNESS_FLAGS]
    assert "good" in theirs_says(capsys, *argv, "--quorum", "1")
    assert "1 of 2 known witnesses" in theirs_says(capsys, *argv, "--quorum", "2")
    other = cosign(Made([b"x"]).note(1), WITNESS_SECRETS[1], 7)
    (exported / "checkpoint").write_text(with_lines("".join(note[:-1]), [other]))
    assert ours_says(exported, 1) == "SUAN-A014" and "is false" in theirs_says(capsys, *argv, "--quorum", "1")


def test_a_fork_is_refused_by_witnesses_copies_and_readers(
    history: Path, keys: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The operator has the log's key, and signs a second history with the same beginning and a changed event."""
    kept, copy, other = str(tmp_path / "kept"), tmp_path / "copy", tmp_path / "other"
    one, two = copied(history, tmp_path / "one"), copied(history, tmp_path / "two")
    lived(one, granting(3, amount=1))
    lived(two, granting(5, amount=2))
    with served(one, monkeypatch) as honest:
        assert honest.suan("audit", "witness", "--key", keys[0], "--once") == 0
        assert honest.suan("audit", "verify", "--live", "--keep", kept) == 0
        assert honest.suan("audit", "export", str(copy)) == 0
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    capsys.readouterr()
    with served(two, monkeypatch) as forked:
        assert forked.suan("audit", "witness", "--key", keys[0], "--once") == 1
        assert "SUAN-L021" in capsys.readouterr().err
        assert forked.get("/v1/log/checkpoint", quorum=1) == "SUAN-N042", "nothing was signed"
        assert forked.suan("audit", "verify", "--live", "--since", kept) == 1
        assert forked.suan("audit", "export", str(copy)) == 1
        assert capsys.readouterr().err.count("error SUAN-L021") == 2
        assert forked.suan("audit", "export", str(other)) == 0
    evidence = next(Path(keys[0] + ".seen").glob("evidence-*")).read_text()
    assert evidence.count(f"— {ORIGIN} ") == 2, "both signed checkpoints are kept"
    assert before == {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}, "the copy was left alone"
    assert ours_says(other, since=Trusted(LOG).open(Path(kept).read_text())) == "SUAN-L021"
    assert "rewritten" in theirs_says(capsys, "dir", str(other), "--since", kept)


def test_a_brain_restored_from_an_old_copy_is_refused(
    history: Path, keys: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = str(tmp_path / "kept")
    old, new = copied(history, tmp_path / "old"), copied(history, tmp_path / "new")
    lived(new, granting(4))
    with served(new, monkeypatch) as today:
        assert today.suan("audit", "witness", "--key", keys[0], "--once") == 0
        assert today.suan("audit", "verify", "--live", "--keep", kept) == 0
    capsys.readouterr()
    with served(old, monkeypatch) as yesterday:
        assert yesterday.suan("audit", "witness", "--key", keys[0], "--once") == 1
        assert yesterday.suan("audit", "verify", "--live", "--since", kept) == 1
        assert capsys.readouterr().err.count("error SUAN-L022") == 2
        assert yesterday.suan("audit", "export", str(tmp_path / "copy")) == 0
    assert "went back" in theirs_says(capsys, "dir", str(tmp_path / "copy"), "--since", kept)
    assert ours_says(tmp_path / "copy", since=Trusted(LOG).open(Path(kept).read_text())) == "SUAN-L022"


# --- witnesses --------------------------------------------------------------------------------------------------------


def test_both_witnesses_see_the_same_checkpoint_while_the_log_grows(brain: Served, keys: tuple[str, str]) -> None:
    for key in (keys[0], keys[0], keys[1]):
        assert brain.suan("audit", "witness", "--key", key, "--once") == 0
        brain.grow()
    first = brain.get("/v1/log/checkpoint", quorum=2)
    assert isinstance(first, dict) and first["note"].count("— witness-") == 2
    assert brain.get("/v1/log/checkpoint", quorum=2, user="ann") == first
    for key in keys:
        assert brain.suan("audit", "witness", "--key", key, "--once") == 0
    second = brain.get("/v1/log/checkpoint", quorum=2)
    assert isinstance(second, dict) and second["size"] > first["size"]
    again = Cosigned(Path(brain.door.cosigned._folder or ""))  # pyright: ignore[reportPrivateUsage]
    assert again.lines(second["size"]) == brain.door.cosigned.lines(second["size"]), "they outlive the brain"


def test_what_a_witness_signs_is_on_disk_first(brain: Served, keys: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Path(keys[0] + ".seen") / "checkpoint"
    on_disk: list[bool] = []
    take = Cosigned.take

    def spy(self: Cosigned, note: str, size: int, line: str) -> None:
        on_disk.append(seen.exists() and seen.read_text().startswith(note.partition("\n\n")[0]))
        take(self, note, size, line)

    monkeypatch.setattr(Cosigned, "take", spy)
    assert brain.suan("audit", "witness", "--key", keys[0], "--once") == 0
    assert on_disk == [True]


def test_only_known_witnesses_are_heard(brain: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert brain.suan("audit", "witness", "--key", str(tmp_path / "stranger"), "--once") == 4
    assert "SUAN-A014" in capsys.readouterr().err
    headers = {"authorization": f"Bearer {brain.tokens['ann']}"}
    line = cosign(Made([b"x"]).note(1), WITNESS_SECRETS[0], 7)
    for body, code in (({"size": 1, "line": line}, "SUAN-A014"), ({"size": 10**9, "line": line}, "SUAN-N040"),
                       ({"size": 1, "line": "x y z\n"}, "SUAN-U002")):  # fmt: skip
        assert brain.client.post("/v1/log/cosignatures", json=body, headers=headers).json()["code"] == code


def test_a_witness_of_another_log_does_not_sign_this_one(brain: Served, keys: tuple[str, str]) -> None:
    stranger = Verifier("suanwang/brain-other", public_of(b"\x0c" * 32))
    assert brain.suan("audit", "witness", "--key", keys[0], "--log", stranger.text, "--once") == 4
    assert brain.suan("audit", "witness", "--key", keys[0], "--log", LOG.text, "--once") == 4, "it keeps to its log"


# --- what the log shows to whom ---------------------------------------------------------------------------------------


def test_events_are_for_the_operator_and_hashes_of_hashes_for_all(brain: Served) -> None:
    for path in ("tile/entries/000", "tile/0/000", "large/5", "proof?index=0"):
        assert brain.get(f"/v1/log/{path}", user="ann") == "SUAN-A040"
    assert isinstance(brain.get("/v1/log/consistency", user="ann", old=3, new=9), dict)
    assert brain.get("/v1/log/consistency", old=9, new=3) == brain.get("/v1/log/tile/0/900") == "SUAN-N040"
    assert brain.get("/v1/log/tile/entries/900") == "SUAN-N040" and brain.get("/v1/log/tile/x/000") == "SUAN-N041"
    assert brain.get("/v1/log/large/99999") == "SUAN-N005"
    headers = {"authorization": f"Bearer {brain.tokens['ann']}", "accept": "text/plain"}
    assert brain.client.get("/v1/log/checkpoint", headers=headers).text.startswith(ORIGIN + "\n")


def test_the_events_behind_a_bill_are_proved_to_its_user(
    brain: Served, keys: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUAN_TOKEN", brain.tokens["ann"])
    kept, file = tmp_path / "kept", tmp_path / "job.proof"
    assert brain.suan("audit", "verify", "--live", "--keep", str(kept)) == 0
    brain.grow(2)
    for key in keys:
        assert brain.suan("audit", "witness", "--key", key, "--once") == 0
    bill = brain.get("/v1/jobs/job-a/bill", user="ann")
    assert isinstance(bill, dict)
    for job in ("job-a", "job-wide"):
        capsys.readouterr()
        argv = ["audit", "prove", job, "--log", LOG.text, *WITNESS_FLAGS, "--quorum", "2", "--since", str(kept)]
        assert brain.suan(*argv) == 0
        file.with_name(job).write_text(capsys.readouterr().out)
    file = tmp_path / "job-a"
    argv = ["proof", str(file), *WITNESS_FLAGS, "--quorum", "2", "--since", str(kept)]
    said = theirs_says(capsys, *argv)
    assert f"held {bill['held_micro']} micro, used {bill['fuel']} fuel, done" in said and "2 witnesses" in said
    assert "good" in theirs_says(capsys, "proof", str(tmp_path / "job-wide")), "an event too long for an entry"
    good = json.loads(file.read_text())
    for harm in PROOF_HARMS:
        bad = json.loads(file.read_text())
        harm(bad)
        assert bad != good
        file.write_text(json.dumps(bad))
        assert "WRONG" in theirs_says(capsys, *argv), harm
        file.write_text(json.dumps(good))


PROOF_HARMS: tuple[Callable[[dict], object], ...] = (  # type: ignore[type-arg]
    lambda p: p["events"].reverse(),
    lambda p: p["events"].pop(0),
    lambda p: p["events"].clear(),
    lambda p: p.update(job_id="job-b"),
    lambda p: p["events"][0].update(index=p["events"][0]["index"] + 1),
    lambda p: p["events"][2].update(event=p["events"][2]["event"].replace("0", "1", 1)),
    lambda p: p["events"][1].update(hashes=p["events"][1]["hashes"][1:]),
    lambda p: p["events"][1].update(hashes=[*p["events"][1]["hashes"], "00" * 32]),
    lambda p: p["consistency"].update(hashes=p["consistency"]["hashes"][:-1]),
    lambda p: p["consistency"].update(hashes=["00" * 32, *p["consistency"]["hashes"][1:]]),
    lambda p: p.update(consistency=None),
    lambda p: p.update(checkpoint=p["checkpoint"].replace("\n6", "\n7", 1)),
)


def test_a_stranger_gets_no_proof_of_my_job(brain: Served) -> None:
    brain.tokens["bob"] = brain.door.token("user", "bob", {"roles": "user"}, 3600).token
    headers = {"authorization": f"Bearer {brain.tokens['olga']}"}
    brain.client.post("/v1/tokens", json={"kind": "user", "user": "bob", "expires_s": 60}, headers=headers)
    assert brain.get("/v1/jobs/job-a/proof", user="bob") == "SUAN-N001"
    assert isinstance(brain.get("/v1/jobs/job-a/proof"), dict)


def test_a_source_that_lies_leaves_no_file(tmp_path: Path) -> None:
    made = Made([b"%d" % i for i in range(300)])
    honest = made.get

    def lies(path: str) -> bytes:
        return honest(path).replace(b"\x03299", b"\x03298") if path.startswith("tile/entries/001") else honest(path)

    made.get = lies  # type: ignore[method-assign]
    with pytest.raises(LogFault, match="SUAN-L020"):
        export(made, made.note(300), Copy(tmp_path), Trusted(LOG), print)
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["000"], "the bundle that was true"
