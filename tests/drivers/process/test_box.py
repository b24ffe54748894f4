"""What a task can see and reach: its own folder, the node's programs, and nothing else."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.drivers.cgroup import find
from suanwang.drivers.process import ProcessRuntime
from suanwang.drivers.process.seccomp import program
from suanwang.drivers.process.tree import children
from suanwang.drivers.runtime import run_one
from suanwang.model.fault import RuntimeFault

from .conftest import FUEL_PER_CPU_S, need_sandbox, run_once, spec_for

NUMBERS = {"x86_64": (0xC000003E, {"mount": 165, "read": 0, "clone": 56, "socket": 41}), "aarch64": (0xC00000B7, {"mount": 40})}


def test_the_host_is_not_there(run, tmp_path):
    other = tmp_path / "other-task"
    other.mkdir()
    (other / "secret").write_text("secret")
    places = ["/etc/shadow", str(Path.home()), str(other / "secret"), str(Path(__file__)), "/home", "/var", "/sys", "/run"]
    seen = run("sh", "-c", "for p; do ls -d $p 2>/dev/null; done; exit 0", "sh", *places)
    assert seen.result.state == "done" and seen.stdout == ""
    assert "secret" not in run("sh", "-c", "cat /proc/*/environ /proc/*/cmdline").stdout


def test_only_its_folder_can_be_written(run):
    tries = "for p in / /usr /etc /dev /proc/sys/kernel/hostname; do touch $p/x 2>/dev/null && echo $p; done; touch /tmp/x x"
    seen = run("sh", "-c", tries)
    assert seen.result.state == "done" and seen.stdout == "" and (seen.folder / "x").exists()


def test_it_is_nobody_with_no_powers(run):
    seen = run(
        "sh", "-c", "id -un; id -u; hostname; pwd; echo $HOME; grep -E 'CapEff|CapPrm|NoNewPrivs|Seccomp:' /proc/self/status"
    )
    name, uid, host, where, home, *status = seen.stdout.splitlines()
    assert (name, host, where, home) == ("suan", "suan", "/work", "/work") and int(uid) > 0
    assert dict(line.split(":\t") for line in status) == {
        "CapPrm": "0" * 16, "CapEff": "0" * 16, "NoNewPrivs": "1", "Seccomp": "2"
    }  # fmt: skip


def test_no_open_file_of_the_agent_is_inherited(run):
    """The listing itself opens one more."""
    look = "import os; print(sorted(int(fd) for fd in os.listdir('/proc/self/fd')))"
    assert run("python3", "-c", look).stdout == "[0, 1, 2, 3]\n"


def test_no_network_unless_asked(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2); print('in')"
        assert "in" not in run("python3", "-c", call).stdout
        assert run("python3", "-c", call, network=True).stdout == "in\n"


def test_foreign_processes_are_out_of_reach(run):
    seen = run("sh", "-c", f"kill -9 {os.getpid()}; kill -9 -1; true")
    os.kill(os.getpid(), 0)
    assert seen.result.exit_code in (0, 137)


def test_setuid_programs_give_nothing(run, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("making a setuid root program needs root")
    (tmp_path / "task").mkdir()
    su = tmp_path / "task" / "become"
    shutil.copy("/usr/bin/id", su)
    seen = run("sh", "-c", "./become -u; chmod 4755 become; ./become -u; su -c id; true")
    assert "0" not in seen.stdout.split() and seen.result.state == "done"
    assert su.stat().st_mode & 0o7000 == 0


def test_namespaces_and_mounts_are_refused(run):
    seen = run("sh", "-c", "unshare -U true; unshare -r true; mount -t tmpfs x /tmp; exit 0")
    assert seen.stderr.count("Operation not permitted") + seen.stderr.count("must be superuser") >= 3


def test_sockets_that_no_namespace_holds_are_refused(run):
    call = (
        "import socket\nfor f in (socket.AF_VSOCK, socket.AF_ALG):\n  try: socket.socket(f); print('open')\n"
        "  except OSError: pass"
    )
    seen = run("python3", "-c", call)
    assert seen.result.state == "done" and seen.stdout == ""


def test_what_it_leaves_can_be_read_and_removed(run):
    mess = (
        "mkdir -p d/e out; echo 1 > d/e/f; echo 2 > out/ok; ln -s /etc/passwd out/leak; ln -s ok out/fine; mkfifo out/pipe;"
        "chmod 0 d/e/f; chmod 0 d/e; chmod 0 d; chmod 000 ."
    )
    seen = run("sh", "-c", mess)
    assert seen.result.state == "done"
    assert (seen.folder / "d/e/f").read_text() == "1\n"
    assert sorted(p.name for p in (seen.folder / "out").iterdir()) == ["fine", "ok"]
    assert {p.lstat().st_uid for p in seen.folder.rglob("*")} == {os.geteuid()}
    shutil.rmtree(seen.folder)


def test_a_bottomless_folder_can_be_removed(run):
    dig = "import os\nfor _ in range(3000):\n  os.mkdir('d' * 50); os.chdir('d' * 50)"
    seen = run("python3", "-c", dig)
    assert seen.result.state == "done"
    shutil.rmtree(seen.folder)


def test_a_zero_byte_cannot_add_options_to_the_box(run):
    seen = run("ls", "/host", env=(("A", "x\0--ro-bind\0/\0/host"),))
    assert (seen.result.state, seen.result.code, seen.stdout) == ("failed", "sandbox", "")


@pytest.mark.parametrize("name", ["A=B", "", "A B", "A;touch x", "Ä"])
def test_names_of_variables_cannot_be_commands(run, name):
    assert run("true", env=((name, "x"),)).result.code == "sandbox"


def test_variables_arrive_as_they_are(run):
    value = "a 'b' \"c\" $HOME `id` \\ \n中文;exit 9"
    seen = run(
        "python3", "-c", "import os; print(ascii(os.environ['A']), os.environ['SUAN_ITEM'])", env=(("A", value),), item="7"
    )
    assert seen.stdout == f"{value!a} 7\n"


def test_a_library_of_the_task_is_not_loaded_before_it_is_locked_up(run, tmp_path):
    """LD_PRELOAD must reach the task's own program and nothing that runs as another user before it."""
    if not shutil.which("gcc"):
        pytest.skip("needs gcc")
    (tmp_path / "task").mkdir(exist_ok=True)
    source = tmp_path / "spy.c"
    source.write_text(
        "#include <stdio.h>\n#include <unistd.h>\n__attribute__((constructor)) static void spy(void)"
        '{FILE *f = fopen("/work/uids", "a"); if (f) { fprintf(f, "%d\\n", (int)geteuid()); fclose(f); }}\n'
    )
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "task/spy.so", source], check=True)
    seen = run("id", "-u", env=(("LD_PRELOAD", "/work/spy.so"),))
    assert seen.result.state == "done"
    assert (seen.folder / "uids").read_text() == seen.stdout


def test_exposed_folders_are_there_read_only(tmp_path):
    need_sandbox(tmp_path / "scratch")
    shown = Path(tempfile.mkdtemp(prefix="suan-expose-"))
    shown.chmod(0o755)
    (shown / "data").write_text("shown")

    async def scene():
        runtime = ProcessRuntime(FUEL_PER_CPU_S, tmp_path / "scratch", expose=(shown,), name="far-edge")
        argv = ("sh", "-c", f"hostname; cat {shown}/data; touch {shown}/x")
        result = await run_one(runtime, spec_for(tmp_path, argv), asyncio.Event())
        await runtime.close()
        return result

    result = asyncio.run(scene())
    assert result.exit_code == 1 and (tmp_path / "stdout").read_text() == "far-edge\nshown"
    assert not (shown / "x").exists()
    shutil.rmtree(shown)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device file")
def test_a_task_can_use_the_device_files_it_was_given_and_sees_no_others(tmp_path):
    need_sandbox(tmp_path / "scratch")
    for name in ("suan-given", "suan-other"):
        os.mknod(f"/dev/{name}", 0o666 | stat.S_IFCHR, os.makedev(1, 5))  # as /dev/zero
        os.chmod(f"/dev/{name}", 0o666)
    argv = ("sh", "-c", "ls /dev | grep -c suan; head -c 3 /dev/suan-given | wc -c; cat /dev/suan-other")

    async def scene():
        runtime = ProcessRuntime(FUEL_PER_CPU_S, tmp_path / "scratch")
        result = await run_one(runtime, spec_for(tmp_path, argv, devices=("/dev/suan-given", "/dev/gone")), asyncio.Event())
        await runtime.close()
        return result

    try:
        result = asyncio.run(scene())
    finally:
        for name in ("suan-given", "suan-other"):
            os.unlink(f"/dev/{name}")
    assert (tmp_path / "stdout").read_text().split() == ["1", "3"] and result.exit_code == 1


def test_without_a_sandbox_only_the_owner_may_run(tmp_path):
    async def scene(own):
        runtime = ProcessRuntime(FUEL_PER_CPU_S, tmp_path, bwrap=None)
        assert runtime.sandbox() == ""
        spec = spec_for(tmp_path, ("sh", "-c", "(setsid sleep 600 &) ; pwd; exit 3"), own=own)
        try:
            return await run_one(runtime, spec, asyncio.Event())
        finally:
            await runtime.close()

    with pytest.raises(RuntimeFault) as caught:
        asyncio.run(scene(False))
    assert caught.value.code == "SUAN-R010" and "doctor" in caught.value.todo
    result = asyncio.run(scene(True))
    assert (result.code, result.exit_code) == ("exit", 3)
    assert (tmp_path / "stdout").read_text().strip() == str(tmp_path / "task")


@pytest.mark.parametrize("cgroups", ["find", None])
def test_bare_work_leaves_no_process_and_its_family_is_paid_for(tmp_path, cgroups):
    async def scene():
        runtime = ProcessRuntime(FUEL_PER_CPU_S, tmp_path, bwrap=None, cgroups=cgroups)
        orphan = (
            "import os, time\nwhile time.process_time() < 0.5: pass\n"
            'open("new", "w").write(str(os.getpid())); os.rename("new", "alive"); time.sleep(600)'
        )
        wait = "until [ -e alive ]; do sleep 0.05; done; sleep 0.2"
        spec = spec_for(tmp_path, ("sh", "-c", f"(setsid {sys.executable} -c '{orphan}' &); {wait}"), own=True)
        result = await run_one(runtime, spec, asyncio.Event())
        await runtime.close()
        return result

    result = asyncio.run(scene())
    pid = int((tmp_path / "task/alive").read_text())
    assert result.state == "done" and result.cpu_s > 0.45
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_and_giving_up_leave_nothing_behind(tmp_path):
    need_sandbox(tmp_path / "scratch")
    before = set(children(os.getpid()))

    async def scene():
        runtime = ProcessRuntime(FUEL_PER_CPU_S, tmp_path / "scratch")
        bases = [tmp_path / name for name in "ab"]
        for base in bases:
            base.mkdir()
        left, kept = (asyncio.create_task(run_one(runtime, spec_for(b, ("sleep", "60")), asyncio.Event())) for b in bases)
        await asyncio.sleep(0.4)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left
        await runtime.close()
        with pytest.raises(RuntimeFault):
            await run_one(runtime, spec_for(tmp_path, ("true",)), asyncio.Event())
        return await kept

    assert asyncio.run(scene()).state == "cancelled"
    assert set(children(os.getpid())) == before
    tree = find()
    groups = [p.name for top in (tree.tops.values() if tree else ()) for p in top.iterdir() if p.is_dir()]
    assert not [g for g in groups if g.startswith(f"{os.getpid()}.")]


@pytest.mark.parametrize("bwrap", ["find", None])
def test_an_agent_that_is_killed_takes_its_tasks_along(tmp_path, bwrap):
    if bwrap:
        need_sandbox(tmp_path / "scratch")
    (tmp_path / "task").mkdir()
    agent = os.fork()
    if agent == 0:
        try:
            runtime = ProcessRuntime(FUEL_PER_CPU_S, tmp_path / "scratch", bwrap=bwrap)
            spec = spec_for(tmp_path, ("sh", "-c", "echo > alive; exec sleep 601.25"), own=True)
            asyncio.run(run_one(runtime, spec, asyncio.Event()))
        finally:
            os._exit(0)
    _until(lambda: (tmp_path / "task/alive").exists() and _sleepers())
    os.kill(agent, signal.SIGKILL)
    os.waitpid(agent, 0)
    _until(lambda: not _sleepers())
    tree = find()
    if tree is not None:  # the kernel lets a group go a moment after the last process in it has died
        _until(lambda: not _swept(tree, agent))


def _swept(tree, agent):
    tree.sweep()
    return [p for top in tree.tops.values() for p in top.iterdir() if p.name.startswith(f"{agent}.")]


def test_a_plain_user_gets_the_same_box():
    """Everything loaded, we become another user: the sandbox is then built with a user namespace."""
    if os.geteuid() != 0:
        pytest.skip("needs root to become another user; the other tests show the plain user's box then")
    base = Path(tempfile.mkdtemp(prefix="suan-user-"))
    need_sandbox(base / "root-scratch")
    os.chown(base, 65534, 65534)
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            seen = run_once(base, ("sh", "-c", "id -u; touch f; ls /root /home; unshare -U true; true"), "find")
            hog = "import time\nkept = []\nwhile True:\n  kept.append(bytearray(b'x') * (1 << 20))\n  time.sleep(0.003)"
            fat = run_once(base, ("python3", "-c", hog), "find", memory_bytes_max=64 << 20)
            many = "import os, time\nn = 0\nwhile n < 2000:\n  try:\n    if os.fork() == 0: time.sleep(9); os._exit(0)\n"
            many += "    n += 1\n  except OSError: break\nprint(n)"
            few = run_once(
                base, ("python3", "-c", many), "find", memory_bytes_max=8 << 30
            )  # copies count as if all were written
            told = [seen.stdout, seen.stderr, seen.result.state, seen.result.note, fat.result.code, few.stdout]
        except BaseException:
            told = [traceback.format_exc()]
        finally:
            with contextlib.suppress(BaseException):
                (base / "told").write_text(json.dumps(told))
            os._exit(0)
    os.waitpid(pid, 0)
    told = json.loads((base / "told").read_text())
    if len(told) == 1 and ("Permission denied" in told[0] or "SUAN-R010" in told[0]):
        pytest.skip(f"another user has no user namespaces here, or cannot reach this checkout: {told[0].splitlines()[-1]}")
    assert len(told) == 6, told[0]
    stdout, stderr, state, note, hogged, forked = told
    if state == "failed":
        pytest.skip(f"user namespaces are forbidden here: {note}")
    assert stdout == "1000\n" and stderr.count("cannot access") == 2 and "unshare failed" in stderr
    assert (base / "task/f").stat().st_uid == 65534
    assert hogged == "memory"
    assert 100 < int(forked) < 256
    shutil.rmtree(base)


@given(st.sampled_from(["x86_64", "aarch64"]), st.integers(0, 500), st.integers(0, 2**64 - 1))
def test_the_filter_always_decides(machine, number, argument):
    audit, _ = NUMBERS[machine]
    assert _filter(program(machine), audit, number, argument) in ("allow", "refuse")


def test_the_filter_refuses_what_it_should():
    audit, numbers = NUMBERS["x86_64"]
    code = program("x86_64")
    assert _filter(code, audit, numbers["mount"], 0) == "refuse"
    assert _filter(code, audit, numbers["read"], 0) == "allow"
    assert _filter(code, audit, numbers["clone"], 0x01200011) == "allow"
    assert _filter(code, audit, numbers["clone"], 0x10000011) == "refuse"
    assert [_filter(code, audit, numbers["socket"], family) for family in (1, 2, 10, 16, 40)] == ["allow"] * 4 + ["refuse"]
    assert _filter(code, audit, numbers["read"] | 0x40000000, 0) == "refuse"
    assert _filter(code, 0x40000003, numbers["read"], 0) == "kill"
    assert _filter(program("aarch64"), NUMBERS["aarch64"][0], 40, 0) == "refuse"
    assert program("riscv64") == b""


def _filter(code: bytes, audit: int, number: int, argument: int) -> str:
    """A small reading of the BPF machine, to know what the kernel would decide."""
    data = {0: number, 4: audit, 16: argument & 0xFFFFFFFF, 24: argument & 0xFFFFFFFF}
    at, word = 0, 0
    while True:
        op, then, other, k = int.from_bytes(code[at : at + 2], "little"), code[at + 2], code[at + 3], code[at + 4 : at + 8]
        value = int.from_bytes(k, "little")
        at += 8
        if op == 0x06:
            return {0x7FFF0000: "allow", 0x80000000: "kill"}.get(value, "refuse")
        if op == 0x20:
            word = data[value]
            continue
        holds = {0x15: word == value, 0x35: word >= value, 0x45: bool(word & value)}[op]
        at += 8 * (then if holds else other)


def _sleepers() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if path.read_bytes() == b"sleep\x00601.25\x00":
                found.append(path.parent.name)
    return found


def _until(holds, tries: int = 500) -> None:
    for _ in range(tries):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to be")
