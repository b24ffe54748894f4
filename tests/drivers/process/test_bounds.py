"""What a task uses is measured, and every bound ends it with its own code."""

import os
import time
from pathlib import Path

from .conftest import run_once

SPIN = "import time\nend = time.process_time() + {s}\nwhile time.process_time() < end: pass"


def test_a_good_task_is_done_and_its_cpu_time_is_its_fuel(run):
    seen = run("python3", "-c", SPIN.format(s=0.5) + "\nprint('hello'); open('out.txt', 'w').write('x')")
    assert (seen.result.state, seen.result.code, seen.result.exit_code) == ("done", "", 0)
    assert seen.stdout == "hello\n" and (seen.folder / "out.txt").read_text() == "x"
    assert 0.5 <= seen.result.cpu_s < 0.9
    assert seen.result.fuel == round(seen.result.cpu_s * 1e9)


def test_children_are_paid_for_too(run):
    seen = run("sh", "-c", f"for i in 1 2 3; do python3 -c '{SPIN.format(s=0.2)}' & done; wait")
    assert seen.result.state == "done" and 0.6 <= seen.result.cpu_s < 1.5


def test_an_orphan_is_paid_for_too(run):
    orphan = SPIN.format(s=0.5) + '\nopen("burned", "w").close(); time.sleep(600)'
    seen = run("sh", "-c", f"(setsid python3 -c '{orphan}' &); until [ -e burned ]; do sleep 0.05; done; sleep 0.2")
    assert seen.result.state == "done" and seen.result.cpu_s > 0.45


def test_exit_codes_and_signals_are_told(run):
    seen = run("sh", "-c", "exit 7")
    assert (seen.result.state, seen.result.code, seen.result.exit_code) == ("failed", "exit", 7)
    assert run("sh", "-c", "kill -SEGV $$").result.exit_code == 128 + 11


def test_an_unknown_command_says_which_there_are(run):
    seen = run("no-such-program")
    assert (seen.result.code, seen.result.exit_code) == ("exit", 127)
    assert "no-such-program: command not found" in seen.result.note and "sh" in seen.result.note


def test_words_of_the_shell_are_not_commands(run):
    assert run("eval", "echo broken").result.exit_code == 127


def test_an_endless_loop_burns_its_fuel_and_no_more(run):
    seen = run("sh", "-c", "while :; do :; done", fuel_max=400_000_000)
    assert (seen.result.state, seen.result.code) == ("failed", "fuel")
    assert seen.result.fuel == 400_000_000 and seen.result.cpu_s > 0.4


def test_time_runs_out(run):
    seen = run("sleep", "60", wall_s_max=0.3)
    assert (seen.result.state, seen.result.code) == ("failed", "time")
    assert 0.3 <= seen.result.wall_s < 10


def test_cancelled_with_what_was_used(run):
    seen = run("sh", "-c", "while :; do :; done", cancel_s=0.4)
    assert (seen.result.state, seen.result.code) == ("cancelled", "cancelled")
    assert seen.result.fuel > 0


def test_a_memory_hog_is_stopped(run):
    hog = "import time\nkept = []\nwhile True: kept.append(bytearray(b'x') * (4 << 20)); time.sleep(0.002)"
    seen = run("python3", "-c", hog, memory_bytes_max=64 << 20)
    assert (seen.result.state, seen.result.code) == ("failed", "memory")
    assert seen.result.memory_peak_bytes > 50 << 20


def test_hogs_share_one_bound(run):
    hog = "import time; kept = bytearray(b'x') * (40 << 20); time.sleep(5)"
    seen = run("sh", "-c", f'for i in 1 2 3 4; do python3 -c "{hog}" & done; wait', memory_bytes_max=100 << 20)
    assert seen.result.code == "memory"


def test_an_output_flood_is_cut(run):
    seen = run("yes")
    assert (seen.result.state, seen.result.code) == ("failed", "output")
    assert len(seen.stdout) == 1 << 20


def test_a_file_that_is_too_large_is_an_output_fault(run):
    seen = run("sh", "-c", "head -c 3000000 /dev/zero > big || true")
    assert (seen.result.state, seen.result.code) == ("failed", "output")
    assert (seen.folder / "big").stat().st_size == (1 << 20) + 1


def test_a_file_that_just_fits_is_fine(run):
    assert run("sh", "-c", "head -c 1048576 /dev/zero > big").result.state == "done"


def test_what_was_given_may_be_larger_than_what_may_be_written(run, tmp_path):
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "given").write_bytes(bytes(3 << 20))
    seen = run("sh", "-c", "wc -c < given; cp given copy 2> said || true")
    assert (seen.result.code, seen.stdout) == ("output", "3145728\n")
    assert run("sh", "-c", "rm copy; wc -c < given").result.state == "done"


def test_what_was_given_may_be_larger_without_a_sandbox_too(tmp_path):
    (tmp_path / "task").mkdir()
    (tmp_path / "task" / "given").write_bytes(bytes(3 << 20))
    seen = run_once(tmp_path, ("sh", "-c", "wc -c < given"), None, own=True)
    assert (seen.result.state, seen.stdout) == ("done", "3145728\n")


def test_a_fork_bomb_stays_small(run):
    bomb = "import os,time\nwhile True:\n  try: os.fork()\n  except OSError: time.sleep(0.01)"
    seen = run("python3", "-c", bomb, fuel_max=600_000_000, memory_bytes_max=2 << 30, wall_s_max=5)
    assert seen.result.state == "failed" and seen.result.code in ("fuel", "time")
    assert _named("python3", bomb) == []


def test_a_daemon_does_not_survive_its_task(run):
    mark = f"suan-daemon-{os.getpid()}-{time.monotonic_ns()}"
    double = (
        f"import os, time\nname = '{mark}'\nif os.fork() == 0:\n  os.setsid()\n  if os.fork() == 0:\n"
        "    open('alive', 'w').close(); time.sleep(600)\n  os._exit(0)\n"
        "while not os.path.exists('alive'): time.sleep(0.01)"
    )
    seen = run("python3", "-c", double)
    assert seen.result.state == "done" and (seen.folder / "alive").exists()
    assert _named("python3", mark) == []


def _named(program: str, word: str) -> list[str]:
    """Living processes of that program whose command line holds the word."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if words[0].endswith(program) and any(word in w for w in words):
            found.append(folder.name)
    return found
