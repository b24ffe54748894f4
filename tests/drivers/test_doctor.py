"""The doctor tells what is there, what follows, and what to do; and is never ill itself."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec

from suanwang.drivers import doctor
from suanwang.drivers.process.runtime import ProcessRuntime

MEMINFO = "MemTotal: {total} kB\nMemFree: 1 kB\nMemAvailable: 100000 kB\n"


def test_everything_is_looked_at_and_says_what_it_means(tmp_path):
    seen = doctor.checks(tmp_path)
    keys = [check.key for check in seen if check.key != "accelerator_note"]
    assert len(keys) == len(set(keys)) == 13
    for check in seen:
        assert check.found and check.means and check.state in ("ok", "limited", "missing")
        assert check.state != "missing" or check.todo
    assert msgspec.json.decode(msgspec.json.encode(seen), type=tuple[doctor.Check, ...]) == seen


def test_it_agrees_with_the_runtime_about_the_sandbox(tmp_path):
    assert (doctor.bubblewrap().state != "missing") == (ProcessRuntime(1.0, tmp_path).sandbox() == "bubblewrap")


def test_a_sandbox_that_is_not_there_or_does_not_start(tmp_path):
    absent = doctor.bubblewrap(None)
    assert absent.state == "missing" and "bubblewrap" in absent.todo
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n")
    broken.chmod(0o755)
    check = doctor.bubblewrap(str(broken))
    assert check.state == "missing" and "setting up uid map: Permission denied" in check.found and check.todo


def test_no_control_group_is_a_limit_with_a_way_out():
    check = doctor.control_groups(None)
    assert check.state == "limited" and "Delegate=yes" in check.todo


def test_the_switch_that_forbids_namespaces_is_named(tmp_path):
    kernel, user = tmp_path / "kernel", tmp_path / "user"
    kernel.mkdir()
    user.mkdir()
    allow = doctor._allow_namespaces
    (user / "max_user_namespaces").write_text("96365\n")
    assert "container" in allow(tmp_path)
    (kernel / "apparmor_restrict_unprivileged_userns").write_text("1\n")
    assert allow(tmp_path) == "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    (kernel / "apparmor_restrict_unprivileged_userns").write_text("0\n")
    (user / "max_user_namespaces").write_text("0\n")
    assert allow(tmp_path) == "sudo sysctl -w user.max_user_namespaces=15000"


def test_little_memory_little_disk_and_a_wrong_clock_are_said(tmp_path):
    info = tmp_path / "meminfo"
    info.write_text(MEMINFO.format(total=512 * 1024))
    assert doctor.memory(info).state == "limited" and doctor.memory(info).found.startswith("0.5 GiB")
    info.write_text(MEMINFO.format(total=4 << 20))
    assert doctor.memory(info).state == "ok"
    assert doctor.disk(tmp_path / "not" / "there").found.endswith("GiB free")
    wrong = doctor.clock(now=86400.0)
    assert wrong.state == "missing" and wrong.found.startswith("1970-01-02") and wrong.todo


def test_a_broken_wasmtime_does_not_break_the_doctor():
    block = "import sys; sys.modules['wasmtime'] = None\n"
    ask = "from suanwang.drivers import doctor\nprint(doctor.wasmtime().state, len(doctor.checks()) >= 12)"
    done = subprocess.run([sys.executable, "-c", block + ask], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout.split() == ["missing", "True"], done.stderr


def test_texts_are_plain():
    for check in doctor.checks():
        assert len(check.means) < 130 and not re.search(r"[A-Z]{6,}", check.means)
