"""Both generations of control groups; the second one's bounds on a made-up folder, where the kernel here has none."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from suanwang.drivers.cgroup import V2_CONTROLLERS, Tree, V2Group, find

V1_LINE = "32 31 0:29 / {mount}/{c} rw,relatime - cgroup cgroup rw,{c}\n"
V2_LINE = "41 31 0:38 / {mount} rw,relatime - cgroup2 cgroup2 rw\n"


def made_up(tmp_path: Path, lines: str, membership: str = "0::/\n") -> Tree | None:
    info, own = tmp_path / "mountinfo", tmp_path / "membership"
    info.write_text(lines)
    own.write_text(membership)
    return find(info, own)


def test_without_any_there_is_none(tmp_path):
    assert made_up(tmp_path, "23 1 254:0 / / rw - ext4 /dev/root rw\n") is None
    assert made_up(tmp_path, V1_LINE.format(mount=tmp_path, c="cpu") + V2_LINE.format(mount=tmp_path / "gone")) is None


def test_version_2_without_controllers_is_none(tmp_path):
    (tmp_path / "cgroup.controllers").write_text("hugetlb\n")
    assert made_up(tmp_path, V2_LINE.format(mount=tmp_path)) is None


def test_version_2_is_asked_for_its_controllers_and_told_the_bounds(tmp_path):
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
    tree = made_up(tmp_path, V2_LINE.format(mount=tmp_path))
    assert tree is not None and tree.version == 2
    for place in (tmp_path, tmp_path / "suanwang"):
        assert (place / "cgroup.subtree_control").read_text() == " ".join(f"+{c}" for c in V2_CONTROLLERS)
    group = tree.group()
    group.bound(250, 64 << 20, 256)
    folder = next((tmp_path / "suanwang").glob(f"{os.getpid()}.*"))
    told = {p.name: p.read_text() for p in folder.iterdir()}
    assert told["cpu.max"] == "2500 10000" and told["memory.max"] == str(64 << 20) and told["pids.max"] == "256"
    assert told["memory.swap.max"] == "0" and told["memory.oom.group"] == "1"
    (folder / "cpu.stat").write_text("usage_usec 1500000\nuser_usec 1\n")
    (folder / "memory.events").write_text("low 0\nhigh 0\nmax 7\noom 1\noom_kill 1\n")
    (folder / "memory.peak").write_text("123\n")
    assert (group.cpu_s(), group.memory_peak_bytes(), group.memory_killed()) == (1.5, 123, True)
    group.quota(0)
    assert (folder / "cpu.max").read_text() == "max 100000"


def test_version_2_for_real_counts_and_kills():
    """The kernel counts CPU time in every group of version 2, controllers or not."""
    mount = next(
        (p for p in (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")) if (p / "cgroup.controllers").exists()), None
    )
    if mount is None or not os.access(mount / "cgroup.procs", os.W_OK):
        pytest.skip("no group of version 2 can be written here")
    group = V2Group(mount / f"suan-test-{os.getpid()}")
    busy = subprocess.Popen(["sh", "-c", "while :; do :; done"])
    try:
        group.add(busy.pid)
        assert group.pids() == (busy.pid,)
        while group.cpu_s() < 0.2:
            time.sleep(0.02)
    finally:
        group.remove()
    assert busy.wait() == -9
    assert not (mount / f"suan-test-{os.getpid()}").exists()


def test_what_a_dead_process_left_is_swept_and_the_living_are_not():
    tree = find()
    if tree is None:
        pytest.skip("no control group can be written here")
    dead = subprocess.Popen(["true"])
    dead.wait()
    tops = tuple(tree.tops.values())
    for top in tops:
        (top / f"{dead.pid}.1").mkdir()
    mine = tree.group()
    tree.sweep()
    assert not any((top / f"{dead.pid}.1").exists() for top in tops)
    assert mine.pids() == ()
    mine.remove()
