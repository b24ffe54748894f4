"""Sandboxed Python: plain Python to its user, the same on every node, and nothing outside its folder."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .conftest import Bench, Seen

Run = Callable[..., Seen]
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_file_runs_as_python3_file_would_run_it(bench: Bench, python: Run) -> None:
    folder = bench.folder(b__txt="", a__txt="words", near__py="from deep.inner import value\n", statistics__py="mean = len")
    (folder / "deep").mkdir()
    (folder / "deep" / "__init__.py").write_text("from . import inner\n")
    (folder / "deep" / "inner.py").write_text("value = 42\n")
    source = """if __name__ == "__main__":
    import os, sys, near, statistics
    print(sys.argv, os.environ["KEY"], os.environ["SUAN_ITEM"], os.getcwd(), near.value, statistics.mean("abc"))
    print(os.listdir(), open("a.txt").read(), [e.name for e in os.scandir("deep")], sys.stdin.read() == "")
    os.makedirs("out/x")
    open("out/x/result", "w").write("written 算网")
    print("talk", file=sys.stderr)
"""
    seen = python(source, folder, argv=("python3", "one", "{two}"), env=(("KEY", "worth"),), item="7")
    assert seen.result.state == "done", seen.err
    assert seen.out.splitlines() == [
        "['main.py', 'one', '{two}'] worth 7 / 42 3",
        "['a.txt', 'b.txt', 'deep', 'main.py', 'near.py', 'statistics.py'] words ['__init__.py', 'inner.py'] True",
    ]
    assert seen.err == "talk\n"
    assert (folder / "out" / "x" / "result").read_text() == "written 算网"
    assert not list(folder.rglob("*.pyc"))
    assert seen.result.memory_peak_bytes > 10 << 20


LIBRARY = """
import abc, argparse, array, ast, base64, binascii, bisect, calendar, cmath, collections, configparser, contextlib, copy, csv
import dataclasses, datetime, decimal, difflib, email.message, enum, fnmatch, fractions, functools, glob, graphlib, gzip
import hashlib, heapq, hmac, html, inspect, io, itertools, json, logging, math, numbers, operator, os, pathlib, pickle, pprint
import queue, random, re, secrets, shutil, sqlite3, statistics, string, struct, tarfile, tempfile, textwrap
import time, tokenize, tomllib, traceback, types, typing, unicodedata, urllib.parse, uuid, wave, weakref
import xml.etree.ElementTree, zipfile, zlib
with tempfile.TemporaryDirectory(dir="/") as place:
    db = sqlite3.connect(place + "/db")
    db.execute("create table t (a)")
    db.execute("insert into t values (?)", (zlib.crc32(hashlib.sha256("算".encode()).digest()),))
    with zipfile.ZipFile(place + "/z.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("x", json.dumps([str(decimal.Decimal(1) / 7), "%.3f" % statistics.stdev([1, 2, 4])]))
    print(db.execute("select a from t").fetchone(), zipfile.ZipFile(place + "/z.zip").read("x").decode())
    db.close()
print("中文".encode("gb18030").hex(), datetime.date(2024, 2, 29).isoformat(), sorted(pathlib.Path("/").glob("*.py")))
"""


def test_the_standard_library_is_there(python: Run) -> None:
    seen = python(LIBRARY)
    assert seen.out.splitlines() == [
        '(3847080212,) ["0.1428571428571428571428571429", "1.528"]',
        "d6d0cec4 2024-02-29 [PosixPath('/main.py')]",
    ], seen.err


@pytest.mark.parametrize(
    ("source", "code", "err"),
    [
        ("import sys; sys.exit()", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("raise SystemExit('no luck')", 1, "no luck\n"),
        ("import os\nos._exit(4)", 4, ""),
        ("import atexit; atexit.register(print, 'bye'); exit = 1", 0, ""),
    ],
)
def test_exit_codes(python: Run, source: str, code: int, err: str) -> None:
    seen = python(source)
    assert (seen.result.exit_code, seen.result.state, seen.err) == (code, "failed" if code else "done", err)
    assert seen.out == ("bye\n" if "bye" in source else "")


def test_a_traceback_shows_the_users_frames_only(bench: Bench, python: Run) -> None:
    folder = bench.folder(near__py="def divide(a):\n    return 1 / a\n")
    seen = python("import near\n\nnear.divide(0)\n", folder)
    frames = [line for line in seen.err.splitlines() if line.startswith("  File")]
    assert frames == ['  File "main.py", line 3, in <module>', '  File "/near.py", line 2, in divide']
    assert seen.err.startswith("Traceback (most recent call last):\n")
    assert seen.err.endswith("ZeroDivisionError: division by zero\n")
    assert (seen.result.state, seen.result.code, seen.result.exit_code) == ("failed", "exit", 1)
    broken = python("x = (\n").err
    assert broken.startswith('  File "main.py", line 1')
    assert "SyntaxError" in broken


def test_a_missing_module_is_explained(python: Run) -> None:
    err = python("import numpy\n").err
    assert "ModuleNotFoundError: No module named 'numpy'" in err
    assert "sandboxed Python" in err and " statistics " in err
    assert err.endswith("suan run -- python3 main.py\n")
    for name in ("app", "folder", "stdlib", "asyncio"):
        assert f"No module named '{name}'" in python(f"import {name}").err


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@QUICK
@given(json_values)
def test_a_function_takes_and_gives_json(python: Run, value: object) -> None:
    seen = python("def same(item):\n    return item\n", function="same", item=json.dumps(value))
    assert seen.result.state == "done", seen.err
    assert json.loads((seen.folder / "result.json").read_text()) == value


def test_a_function_takes_text_that_is_no_json_and_says_what_fails(python: Run) -> None:
    seen = python("print(__name__)\ndef shout(item):\n    return item.upper()\n", function="shout", item="hi there")
    assert (seen.out, (seen.folder / "result.json").read_text()) == ("main\n", '"HI THERE"')
    for source, error in (
        ("", "has no attribute 'f'"),
        ("def f(x): return {1}", "not JSON serializable"),
        ("def f(x): 1/0", "ZeroDiv"),
    ):
        seen = python(source, function="f", item="1")
        assert seen.result.exit_code == 1
        assert error in seen.err
        assert not (seen.folder / "result.json").exists()


ORDERS = """
import random
words = {f"w{i * 7919 % 1009}" for i in range(500)}
objects = {object() for _ in range(50)}
print(list(words)[:20], hash("abc"), random.random(), len(objects), sum(map(float, range(1000))) / 7)
"""


def test_the_same_task_burns_the_same_fuel_and_prints_the_same_anywhere(bench: Bench, python: Run) -> None:
    seen = set[tuple[int, str]]()
    for runtime in (bench.fresh(), bench.fresh()):
        for _ in range(2):
            one = python(ORDERS, runtime=runtime, item="5")
            seen.add((one.result.fuel, one.out))
        bench.runner.run(runtime.close())
    assert len(seen) == 1
    assert python(ORDERS, item="6").out.split("]")[1] != one.out.split("]")[1]  # another item draws other numbers


def test_fuel_does_not_depend_on_what_ran_before_or_lies_in_the_folder(bench: Bench, python: Run) -> None:
    """In forty folders, because one file in sixteen has a number that is a digit shorter."""
    source = "import near\nimport csv\nprint(near.x, open('near.py').read())\nopen('out', 'w').write('1')\n"
    fuel = {python(source, bench.folder(near__py="x = 1")).result.fuel for _ in range(20)}
    python("junk = [str(i) for i in range(10**5)]")
    fuel |= {python(source, bench.folder(near__py="x = 1")).result.fuel for _ in range(20)}
    assert len(fuel) == 1


def test_a_module_that_the_task_writes_can_be_imported(bench: Bench, python: Run) -> None:
    source = "import os\nos.mkdir('made')\nopen('made/late.py', 'w').write('x = 7')\nfrom made.late import x\nprint(x)\n"
    assert python(source).out == "7\n"
    folder = bench.folder()
    (folder / "pack" / "deep").mkdir(parents=True)
    (folder / "pack" / "deep" / "one.py").write_text("x = 8")
    assert python("from pack.deep import one\nprint(one.x)", folder).out == "8\n"


@pytest.mark.parametrize(
    ("source", "changes", "code"),
    [
        ("while True: pass", {"fuel_max": 10**9}, "fuel"),
        ("while True: pass", {"wall_s_max": 0.3}, "time"),
        ("import time\ntime.sleep(1000)", {"wall_s_max": 0.3}, "time"),
        ("try:\n    while True: pass\nexcept BaseException: print('caught')", {"wall_s_max": 0.3}, "time"),
        ("while True: pass", {"cancel_after_s": 0.3}, "cancelled"),
        ("import time\nwhile True: time.sleep(0.2)", {"cancel_after_s": 0.3}, "cancelled"),
        ("x = bytearray(10**9)", {}, "memory"),
        ("x = []\nwhile True: x.append(bytes(10**5))", {}, "memory"),
        ("pass", {"memory_bytes_max": 1 << 20}, "memory"),
        ("while True: print('x' * 1000)", {}, "output"),
        ("import os\nwhile True: os.write(2, b'x' * 1000)", {}, "output"),
        ("with open('big', 'wb') as f:\n    while True: f.write(bytes(10**5))", {}, "output"),
    ],
)
def test_every_bound_holds(python: Run, source: str, changes: dict[str, object], code: str) -> None:
    seen = python(source, **changes)
    assert (seen.result.code, seen.out[:6]) == (code, "xxxxxx" if "print('x'" in source else "")
    assert seen.result.state == ("cancelled" if code == "cancelled" else "failed")
    assert seen.result.fuel <= 10**11
    assert seen.result.memory_peak_bytes <= 256 << 20
    assert all(file.stat().st_size <= 1 << 20 for file in seen.folder.iterdir())


def test_a_failure_beside_a_large_file_that_was_given_is_a_failure(bench: Bench, python: Run) -> None:
    seen = python("raise SystemExit(3)", bench.folder(given=bytes(2 << 20)))
    assert (seen.result.code, seen.result.exit_code) == ("exit", 3)


def test_fuel_of_a_stopped_loop_is_what_it_burned(python: Run) -> None:
    """Not what it had burned before its last call, which is all that a trap would leave."""
    seen = python("while True: pass", wall_s_max=0.5, fuel_max=10**15)
    assert seen.result.fuel > 10**8


ESCAPES = {
    "up": "open('/../etc/passwd')",
    "absolute": "open('/etc/passwd')",
    "relative": "open('../../../../../../etc/passwd')",
    "link": "open('/link')",
    "link to a folder": "open('/up/secret')",
    "own link": "import os; os.symlink('/etc/passwd', 'mine'); open('mine')",
    "rename out": "import os; open('x', 'w').close(); os.rename('x', '../x')",
    "descriptor": "import os; os.read(5, 10)",
    "socket": "import socket; socket.socket().connect(('127.0.0.1', 1))",
    "bare socket": "import _socket; _socket.socket().connect(('127.0.0.1', 1))",
    "names": "import _socket; print(_socket.getaddrinfo('localhost', 80))",
    "fork": "import os; os.fork()",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "system": "import os; os.system('true')",
    "subprocess": "import subprocess; subprocess.run(['true'])",
    "thread": "import _thread; _thread.start_new_thread(print, ())",
    "ctypes": "import ctypes",
    "kill": "import os; os.kill(1, 0)",
}


@pytest.mark.parametrize("way", ESCAPES)
def test_there_is_no_way_out(bench: Bench, python: Run, way: str) -> None:
    folder = bench.folder()
    (folder.parent / "secret").write_text("secret")
    (folder / "link").symlink_to("/etc/passwd")
    (folder / "up").symlink_to(folder.parent)
    seen = python(ESCAPES[way] + "\nprint('out')\n", folder)
    assert (seen.result.state, seen.result.code, seen.result.exit_code, seen.out) == ("failed", "exit", 1, "")
    assert "rror" in seen.err.splitlines()[-1] or "sandboxed" in seen.err


def test_a_crash_of_the_interpreter_is_a_failed_task(python: Run) -> None:
    seen = python("import os\nos.abort()")
    assert (seen.result.state, seen.result.code) == ("failed", "exit")
    assert seen.result.note
