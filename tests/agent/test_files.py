"""What a stranger's task leaves behind, read back: every trick is harmless, and said."""

import errno
import hashlib
import os
import socket
import stat
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.agent import files
from suanwang.agent.files import Gathered, fill, gather, keep_plain, remove, tidy
from suanwang.model.fault import Fault, RuntimeFault
from suanwang.model.file import FileRef
from suanwang.model.outputs import covers


class Store:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def __call__(self, file: BinaryIO) -> tuple[str, int]:
        file.seek(0)
        data = file.read()
        self.kept.append(data)
        return hashlib.sha256(data).hexdigest(), len(data)


def ref(path: str, data: bytes, executable: bool = False) -> FileRef:
    return FileRef(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data), executable=executable)


def gathered(folder: Path, *prefixes: str, given: tuple[FileRef, ...] = ()) -> Gathered:
    return gather(folder, prefixes or ("out/",), given, Store())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "task" / "out"
    folder.mkdir(parents=True)
    (folder / "good").write_bytes(b"good")
    return folder


def test_inputs_land_exactly_as_given_and_only_those(tmp_path: Path) -> None:
    data = {"a": b"\0\xff" * 1000, "b": b""}
    source = {hashlib.sha256(d).hexdigest(): tmp_path / n for n, d in data.items()}
    for name, content in data.items():
        (tmp_path / name).write_bytes(content)
    given = (ref("run.sh", data["a"], executable=True), ref("deep/er/b", data["b"]), ref("名 字", data["a"]))
    fill(tmp_path / "task", given, source.__getitem__)
    found = {
        p.relative_to(tmp_path / "task").as_posix(): (p.read_bytes(), stat.S_IMODE(p.stat().st_mode))
        for p in (tmp_path / "task").rglob("*")
        if p.is_file()
    }
    assert found == {"run.sh": (data["a"], 0o755), "deep/er/b": (b"", 0o644), "名 字": (data["a"], 0o644)}
    assert gathered(tmp_path / "task", ".", given=given) == Gathered((), ())
    (tmp_path / "task" / "run.sh").write_bytes(b"spoiled")
    assert (tmp_path / "a").read_bytes() == data["a"]


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "", "a\0b"])
def test_no_input_leaves_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(RuntimeFault) as caught:
        fill(tmp_path / "task", [ref(path, b"x")], lambda _: tmp_path / "none")
    assert caught.value.code == "SUAN-R020"


def test_inputs_that_exclude_each_other_are_a_fault_without_a_path_of_the_node(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(RuntimeFault) as caught:
        fill(tmp_path / "task", [ref("a", b"x"), ref("a/b", b"x")], lambda _: tmp_path / "x")
    assert caught.value.code == "SUAN-R014" and str(tmp_path) not in caught.value.why


def test_only_new_and_changed_plain_files_under_the_outputs_come_back(out: Path) -> None:
    given = (ref("out/same", b"same"), ref("out/changed", b"before"), ref("out/now-runs", b"x"), ref("in", b"in"))
    (out / "same").write_bytes(b"same")
    (out / "changed").write_bytes(b"after!")
    (out / "now-runs").write_bytes(b"x")
    (out / "now-runs").chmod(0o755)
    (out.parent / "elsewhere").write_bytes(b"not asked for")
    found = gathered(out.parent, given=given)
    assert found.files == (ref("out/changed", b"after!"), ref("out/good", b"good"), ref("out/now-runs", b"x", True))
    assert found.left == ()


def test_links_devices_sockets_pipes_and_second_names_stay_behind(out: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("host only")
    (out / "link").symlink_to(secret)
    (out / "folder-link").symlink_to(tmp_path)
    (out / "hard").hardlink_to(secret)
    os.mkfifo(out / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(out / "socket"))
        if os.geteuid() == 0:
            os.mknod(out / "device", stat.S_IFCHR | 0o666, os.makedev(1, 5))
        found = gathered(out.parent)
    assert found.files == (ref("out/good", b"good"),)
    assert {"out/link (a link)", "out/folder-link (a link)", "out/pipe (no plain file)", "out/socket (no plain file)"} <= {
        *found.left
    }
    assert "out/hard (it has another name elsewhere)" in found.left
    assert found.note.startswith("not given back: out/") and "more" in found.note


def test_names_that_cannot_be_sent_stay_behind(out: Path) -> None:
    for name in (b"\xff\xfe", b"line\nfeed", b"bell\x07", "‮gpj".encode()):
        Path(os.fsdecode(os.path.join(os.fsencode(out), name))).write_bytes(b"x")
    found = gathered(out.parent)
    assert found.files == (ref("out/good", b"good"),) and len(found.left) == 4
    found.note.encode()
    assert found.note.isprintable()


def test_an_outputs_folder_that_is_a_link_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "secret").write_text("host only")
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "out").symlink_to(tmp_path / "host")
    for prefix in ("out/", "out", ".", "out/secret", "./out/", "../host", "/"):
        assert gathered(tmp_path / "task", prefix).files == ()


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_becomes_a_link_while_it_is_read_is_not_followed(
    tmp_path: Path, out: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap happens between listing a folder and opening what was listed."""
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "secret").write_text("host only")
    (out / "sub").mkdir()
    (out / "sub" / "secret").write_text("their own")
    listed = files._listed

    def swapping(folder: int, room: int) -> list[tuple[str, os.stat_result]]:
        found = listed(folder, room)
        if [name for name, _ in found] == (["secret"] if what == "file" else ["good", "sub"]):
            if what == "file":
                (out / "sub" / "secret").unlink()
                (out / "sub" / "secret").symlink_to(tmp_path / "host" / "secret")
            else:
                (out / "sub").rename(out / "moved")
                (out / "sub").symlink_to(tmp_path / "host")
        return found

    monkeypatch.setattr(files, "_listed", swapping)
    store = Store()
    found = gather(out.parent, ("out/",), (), store)
    assert store.kept == [b"good"] and len(found.files) == 1
    assert found.left == (("out/sub/secret (unreadable)",) if what == "file" else ())


def test_a_file_that_was_exchanged_for_another_is_not_taken(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = files._open

    def exchanging(name: str, flags: int, above: int) -> int | None:
        if name == "good":
            (out / "other").write_text("other")
            (out / "other").replace(out / "good")
        return opened(name, flags, above)

    monkeypatch.setattr(files, "_open", exchanging)
    assert gathered(out.parent) == Gathered((), ("out/good (unreadable)",))


def test_unreadable_files_stay_behind_but_a_broken_disk_is_the_nodes_fault(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refusing(number: int):  # type: ignore[no-untyped-def]
        def opening(name: object, flags: int, *more: object, **named: object) -> int:
            if name == "good":
                raise OSError(number, os.strerror(number), "/where/it/is")
            return real(name, flags, *more, **named)  # type: ignore[arg-type]

        return opening

    monkeypatch.setattr(files.os, "open", refusing(errno.EACCES))
    assert gathered(out.parent) == Gathered((), ("out/good (unreadable)",))
    monkeypatch.setattr(files.os, "open", refusing(errno.EIO))
    with pytest.raises(RuntimeFault) as caught:
        gathered(out.parent)
    assert caught.value.code == "SUAN-R014" and "/where" not in caught.value.why


@pytest.mark.parametrize(
    ("bound", "value", "says"),
    [
        ("FILES_MAX", 3, "more than 3 files"),
        ("OUTPUT_BYTES_MAX", 1 << 20, "more than 1 MiB"),
        ("ENTRIES_MAX", 5, "more than 5 names"),
        ("DEPTH_MAX", 4, "folders more than 4 deep"),
    ],
)
def test_more_than_the_bounds_is_refused_before_it_is_read(
    out: Path, bound: str, value: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, bound, value)
    for i in range(6):
        (out / f"{i}").write_bytes(b"x")
    (out / "a/b/c/d/e").mkdir(parents=True)
    if bound == "OUTPUT_BYTES_MAX":
        with (out / "sparse").open("wb") as file:
            file.truncate(1 << 40)  # takes no room, and would fill any disk
    with pytest.raises(RuntimeFault) as caught:
        gathered(out.parent)
    assert caught.value.code == "SUAN-R021" and says in caught.value.why


def test_what_lies_outside_the_outputs_is_not_even_looked_at(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "ENTRIES_MAX", 10)
    (out.parent / "cache").mkdir()
    for i in range(100):
        (out.parent / "cache" / str(i)).touch()
    assert len(gathered(out.parent).files) == 1


@pytest.mark.parametrize("keeps", ["stdout", "link", "pipe", "none", "empty"])
def test_stdout_is_kept_only_if_it_is_a_plain_file_with_something_in_it(tmp_path: Path, keeps: str) -> None:
    (tmp_path / "stdout").write_bytes(b"said")
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to(tmp_path / "stdout")
    os.mkfifo(tmp_path / "pipe")
    try:
        kept = keep_plain(tmp_path / keeps, "stdout", Store())
    except Fault as fault:
        assert keeps == "link" and fault.code == "SUAN-R014"
    else:
        assert kept == (ref("stdout", b"said") if keeps == "stdout" else None)


def test_a_folder_is_removed_however_deep_wide_or_shut_and_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "task"
    folder.mkdir()
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "file").touch()
    (folder / "link").symlink_to(tmp_path / "host")
    (folder / "wide").mkdir()
    for i in range(2500):
        (folder / "wide" / f"{i}").touch()
    (folder / "shut").mkdir()
    (folder / "shut" / "x").touch()
    (folder / "shut").chmod(0)
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3000):  # deeper than a path or a recursion can be
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    remove(folder)
    assert [p.name for p in tmp_path.iterdir()] == ["host"] and (tmp_path / "host" / "file").exists()


names = st.lists(st.sampled_from(["out", "a", "b.txt", "out2", ".x"]), min_size=1, max_size=3).map("/".join)


@given(path=names, prefix=names, slash=st.sampled_from(["", "/"]), dot=st.sampled_from(["", "./"]))
def test_a_prefix_covers_a_path_at_whole_names_only(path: str, prefix: str, slash: str, dot: str) -> None:
    under = path.split("/")[: len(prefix.split("/"))] == prefix.split("/")
    assert covers(dot + prefix + slash, path) == (under and not (slash and path == prefix))
    assert covers(".", path) and covers("./", path)


def test_only_what_was_given_and_is_still_as_it_was_is_kept(tmp_path: Path) -> None:
    given = {name: (ref(name, b"as it was", executable=name == "run"), b"as it was") for name in ("run", "data", "more")}
    for file, content in given.values():
        (tmp_path / "blob").write_bytes(content)
        fill(tmp_path / "task", [file], lambda _: tmp_path / "blob")
    assert tidy(tmp_path / "task", given)
    (tmp_path / "task" / "out").mkdir()
    (tmp_path / "task" / "out" / "result").write_text("mine")
    (tmp_path / "task" / "note").write_text("mine")
    assert tidy(tmp_path / "task", given), "what a task left is removed, what was given stays"
    assert sorted(p.name for p in (tmp_path / "task").iterdir()) == ["data", "more", "run"]


@pytest.mark.parametrize("spoil", ["bytes", "longer", "mode", "link", "other name", "folder", "gone"])
def test_what_was_given_and_is_not_what_it_was_is_removed(tmp_path: Path, spoil: str) -> None:
    folder, file = tmp_path / "task", tmp_path / "task" / "data"
    (tmp_path / "blob").write_bytes(b"as it was")
    fill(folder, [ref("data", b"as it was")], lambda _: tmp_path / "blob")
    if spoil == "bytes":
        file.write_bytes(b"as it is!")
    elif spoil == "longer":
        file.write_bytes(b"as it was, and more")
    elif spoil == "mode":
        file.chmod(0o600)
    elif spoil == "other name":
        os.link(file, tmp_path / "elsewhere")
    else:
        file.unlink()
    if spoil == "link":
        os.symlink(tmp_path / "blob", file)
    if spoil == "folder":
        file.mkdir()
    assert not tidy(folder, {"data": (ref("data", b"as it was"), b"as it was")}) and list(folder.iterdir()) == []
