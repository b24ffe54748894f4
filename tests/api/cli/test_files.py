"""What goes along with a job and what comes back: neither may leave its folder, whatever names and links there are."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.api.cli import files as going
from suanwang.api.cli.files import everything, expand, hashed
from suanwang.api.cli.output import write_below
from suanwang.api.cli.package import package
from suanwang.intent import Flags
from suanwang.model.fault import Fault, UsageFault
from suanwang.model.file import FileRef


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """job/ with a few files, beside a secret."""
    (tmp_path / "secret").write_text("secret")
    job = tmp_path / "job"
    for name in ("a.py", "lib/b.py", "lib/.env", ".git/config", "data/1.csv", "data/2.csv"):
        (job / name).parent.mkdir(parents=True, exist_ok=True)
        (job / name).write_text(name)
    monkeypatch.chdir(job)
    return job


def test_patterns_name_files_and_folders_but_no_hidden_ones(folder):
    assert expand(folder, ("*",)) == ("a.py", "data/1.csv", "data/2.csv", "lib/b.py")
    assert expand(folder, ("lib",)) == ("lib/b.py",)
    assert expand(folder, ("**/*.csv", "data/1.csv")) == ("data/1.csv", "data/2.csv")
    assert expand(folder, ("lib/.env",)) == ("lib/.env",)


@pytest.mark.parametrize("pattern", ["../secret", "/etc/passwd", "lib/../../secret", "out", "loop", "pipe"])
def test_nothing_outside_the_folder_goes_along(folder, pattern):
    (folder / "out").symlink_to(folder.parent / "secret")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    with pytest.raises(UsageFault, match=r"U02[12]"):
        expand(folder, (pattern,))


def test_a_folder_behind_a_link_is_outside_too(folder):
    (folder.parent / "more").mkdir()
    (folder.parent / "more" / "x.py").write_text("x")
    (folder / "link").symlink_to(folder.parent / "more")
    with pytest.raises(UsageFault, match="U021"):
        expand(folder, ("link/*.py",))
    (folder / "away.py").symlink_to(folder.parent / "secret")
    (folder / "near.py").symlink_to("a.py")
    names, skipped = everything(folder)
    assert names == ("a.py", "data/1.csv", "data/2.csv", "lib/b.py", "near.py") and skipped == ("away.py",)


@pytest.mark.parametrize(
    ("kept", "secret"), [("brain", "key"), ("brain", "log.sqlite"), ("node", "key"), ("suanwang", "client.json")]
)
def test_what_suan_keeps_beside_the_files_stays_here(folder, kept, secret):
    (folder / "mine" / kept / "blobs").mkdir(parents=True)
    for name in (secret, "blobs/x"):
        (folder / "mine" / kept / name).write_text("private")
    (folder / kept).mkdir()
    (folder / kept / "data.csv").write_text("a folder of the user's own that is called so")
    assert everything(folder)[0] == tuple(sorted(("a.py", "data/1.csv", "data/2.csv", "lib/b.py", f"{kept}/data.csv")))
    with pytest.raises(UsageFault, match="U022"):
        expand(folder, ("mine",))


def test_number_and_size_are_bounded(folder, monkeypatch):
    monkeypatch.setattr(going, "FILES_MAX", 3)
    with pytest.raises(UsageFault, match="U020"):
        everything(folder)
    monkeypatch.setattr(going, "FILES_MAX", 100)
    monkeypatch.setattr(going, "BYTES_MAX", 5)
    with pytest.raises(UsageFault, match="U020"):
        hashed(folder, ("a.py", "lib/b.py"))


def test_a_script_elsewhere_brings_its_own_folder(folder, monkeypatch):
    packed = package(Flags(target="a.py"))
    assert [ref.path for ref in packed.demand.files] == ["a.py"] and not packed.whole
    monkeypatch.chdir(folder / "data")
    for target in ("../a.py:main", str(folder / "a.py:main")):
        packed = package(Flags(target=target))
        assert packed.demand.work.file == "a.py" and packed.demand.work.function == "main"
    monkeypatch.chdir(folder.parent)
    assert [ref.path for ref in package(Flags(target="job/a.py")).demand.files] == ["job/a.py"]
    assert [ref.path for ref in package(Flags(target="job/a.py", workdir="job")).demand.files] == ["a.py"]
    with pytest.raises(UsageFault, match="U021"):
        package(Flags(target="job/a.py", workdir="job/lib"))


def test_a_job_file_takes_its_folder_and_each_item_its_file(folder, monkeypatch):
    (folder / "job.yaml").write_text("run: python3 a.py {}\nover: data/*.csv\n")
    monkeypatch.chdir(folder.parent)
    packed = package(Flags(target="job/job.yaml"))
    assert [ref.path for ref in packed.demand.files] == ["a.py", "job.yaml", "lib/b.py"] and packed.whole
    assert [item.file.path for item in packed.demand.items] == ["data/1.csv", "data/2.csv"]
    everyone = {ref.sha256 for ref in packed.demand.files} | {item.file.sha256 for item in packed.demand.items}
    assert set(packed.paths) == everyone


def fill(file):
    file.write(b"new")


def test_an_output_is_written_whole_or_not_at_all(tmp_path):
    def broken(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    write_below(tmp_path / "new", "out/deep/a.txt", fill, executable=True)
    assert (tmp_path / "new/out/deep/a.txt").stat().st_mode & 0o100
    with pytest.raises(UsageFault, match=r"U027.*No space"):
        write_below(tmp_path / "new", "out/deep/a.txt", broken)
    assert [path.name for path in (tmp_path / "new/out/deep").iterdir()] == ["a.txt"]
    assert (tmp_path / "new/out/deep/a.txt").read_bytes() == b"new"


def test_an_output_never_goes_through_a_link(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("old")
    here = tmp_path / "here"
    here.mkdir()
    (here / "out").symlink_to(outside)
    with pytest.raises(UsageFault, match="U027"):
        write_below(here, "out/kept", fill)
    (here / "kept").symlink_to(outside / "kept")
    write_below(here, "kept", fill)
    assert (outside / "kept").read_text() == "old" and not (here / "kept").is_symlink()


def sent(brain, suan, *outputs, flags=()):
    Path("x.py").write_text("print(1)")
    brain.outputs[:] = [(task, path, path.encode()) for task, path in outputs]
    return suan("run", *flags, "x.py")


EVIL = ["/etc/x", "../x", "out/../../x", "out//x", "out/./x", "elsewhere/x", "outer/x", "out/\x1b[2J", "", "out/" + "a" * 2000]


@pytest.mark.parametrize("path", EVIL)
def test_an_output_outside_the_declared_ones_is_refused(brain, suan, path):
    said = sent(brain, suan, (0, path))
    assert said.code == 6 and "SUAN-W005" in said.err and "\x1b" not in said.err
    assert sorted(os.listdir()) == ["x.py"]


def test_outputs_with_the_wrong_bytes_are_not_kept(brain, suan):
    brain.lies = True
    said = sent(brain, suan, (0, "out/a.txt"))
    assert said.code == 6 and "SUAN-W004" in said.err and not list(Path("out").iterdir())


def test_two_tasks_with_the_same_path_are_both_kept(brain, suan):
    Path("x.py").write_text("print(1)")
    brain.outputs[:] = [(0, "out/a", b"one"), (1, "out/a", b"one"), (2, "out/a", b"two")]
    said = suan("run", "--over", "0-2", "--out", "there", "x.py")
    assert said.code == 0 and "out/a.~2" in said.err
    assert {path.name: path.read_bytes() for path in Path("there/out").iterdir()} == {"a": b"one", "a.~2": b"two"}


def test_the_result_of_each_call_of_an_array_is_its_own_and_of_no_other_task(brain, suan):
    Path("x.py").write_text("def f(i): return i")
    brain.outputs[:] = [(task, f"result-{task:02d}.json", b"%d" % task) for task in range(11)]
    assert suan("run", "--over", "0-10", "--out", "there", "x.py:f").code == 0
    assert {path.name: path.read_text() for path in Path("there").iterdir()} == {
        f"result-{i:02d}.json": str(i) for i in range(11)
    }
    for task, path in ((1, "result-02.json"), (1, "result-1.json"), (1, "result.json")):
        brain.outputs[:] = [(task, path, b"x")]
        assert "SUAN-W005" in suan("run", "--over", "0-10", "--out", "other", "x.py:f").err


def test_only_a_function_has_a_result(brain, suan):
    Path("x.py").write_text("def f(i): return i")
    brain.outputs[:] = [(0, "result.json", b"7")]
    assert suan("run", "x.py:f").code == 0 and Path("result.json").read_text() == "7"
    assert "SUAN-W005" in suan("run", "x.py").err


def test_what_a_task_says_of_itself_is_passed_on(brain, suan):
    Path("x.py").write_text("print(1)")
    brain.note = "not given back: out/link (a link)"
    said = suan("run", "--over", "0-9", "x.py")
    assert said.err.count("not given back: out/link (a link)") == 3 and "task 0: " in said.err


@given(st.text(min_size=1, max_size=40))
def test_whatever_a_pattern_is_it_stays_inside(tmp_path_factory, pattern):
    folder = tmp_path_factory.mktemp("job")
    try:
        found = expand(folder, (pattern,))
    except (Fault, ValueError, OSError, NotImplementedError):
        return
    assert all((folder / name).resolve().is_relative_to(folder) for name in found)


def test_a_reference_says_what_the_file_is(folder):
    (folder / "a.py").chmod(0o755)
    digest = hashlib.sha256(b"a.py").hexdigest()
    assert hashed(folder, ("a.py",)).refs == (FileRef(path="a.py", sha256=digest, size=4, executable=True),)
