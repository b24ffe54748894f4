"""What clients ask for while everything around them is killed, and what must come of it, computed here without the network.

Each task is a pure function of its arguments, so its result is known beforehand, and so is that it burns the same fuel
wherever and whenever it runs.
"""

import hashlib
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from wasmtime import wat2wasm

from suanwang.model.demand import Demand, Item, Limits, Python, Verify, Wasm, Work, result_path
from suanwang.model.file import FileRef

MULTIPLIER, INCREMENT = 1664525, 1013904223
LCG = f"""(module
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $number (param $at i32) (result i32) (local $value i32) (local $digit i32)
    (loop $next
      (local.set $digit (i32.load8_u (local.get $at)))
      (if (local.get $digit) (then
        (local.set $value (i32.add (i32.mul (local.get $value) (i32.const 10)) (i32.sub (local.get $digit) (i32.const 48))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))))
    (local.get $value))
  (func (export "_start") (local $x i32) (local $rounds i32) (local $at i32)
    (drop (call $args (i32.const 1024) (i32.const 2048)))
    (local.set $x (call $number (i32.load (i32.const 1028))))
    (local.set $rounds (call $number (i32.load (i32.const 1032))))
    (loop $turn
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const {MULTIPLIER})) (i32.const {INCREMENT})))
      (br_if $turn (local.tee $rounds (i32.sub (local.get $rounds) (i32.const 1)))))
    (local.set $at (i32.const 71))
    (loop $digit
      (i32.store8 (local.get $at)
        (i32.add (i32.const 97) (i32.and (local.get $x) (i32.const 15))))
      (local.set $x (i32.shr_u (local.get $x) (i32.const 4)))
      (local.set $at (i32.sub (local.get $at) (i32.const 1)))
      (br_if $digit (i32.gt_u (local.get $at) (i32.const 63))))
    (i32.store8 (i32.const 72) (i32.const 10))
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 9))
    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"""
"""`lcg.wasm SEED ROUNDS` prints the last number of a linear congruential generator, as eight letters a to p."""
SQUARES = """import os, sys

def handler(n):
    return {"squares": sum(i * i for i in range(1500 * n))}

if __name__ == "__main__":
    n = int(sys.argv[1])
    os.makedirs("out", exist_ok=True)
    with open(f"out/{n}.txt", "w") as file:
        file.write(str(handler(n)["squares"]))
    print(n, "is done")
"""
ENDLESS = 4_000_000_000


class Result(NamedTuple):
    """What a task must give back: stdout, and its files by path."""

    stdout: bytes
    files: dict[str, bytes]


@dataclass(frozen=True)
class Asked:
    """A job to ask for. result: of each task. cancel_s: cancel it so long after it was accepted; None: let it end."""

    demand: Demand
    files: tuple[bytes, ...]
    result: Callable[[int], Result]
    cancel_s: float | None = None


def named(data: bytes, path: str) -> FileRef:
    return FileRef(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def a_job(chance: random.Random, name: str) -> Asked:
    """The next job of a client."""
    kinds: tuple[tuple[int, Callable[[random.Random, str], Asked]], ...] = (
        (7, single_wasm),
        (5, single_python),
        (3, wasm_array),
        (3, file_array),
        (1, function_array),
        (4, compared),
        (3, cancelled),
    )
    return chance.choices([kind for _, kind in kinds], [weight for weight, _ in kinds])[0](chance, name)


def single_wasm(chance: random.Random, name: str) -> Asked:
    return lcg(name, (), chance.randrange(100, 120), chance.choice((5, 50, 100)) * 1_000_000)


def single_python(chance: random.Random, name: str) -> Asked:
    n = chance.randrange(10, 60)
    return _squares(chance, name, Python(file="squares.py", argv=(str(n),)), (), lambda _: _filed(n))


def wasm_array(chance: random.Random, name: str) -> Asked:
    return lcg(name, _range(chance, 100), 0, 8_000_000)


def file_array(chance: random.Random, name: str) -> Asked:
    """Results come back in files, one for each task."""
    items = _range(chance, 10)
    return _squares(chance, name, Python(file="squares.py", argv=("{}",)), items, lambda task: _filed(items[task]))


def function_array(chance: random.Random, name: str) -> Asked:
    items = _range(chance, 10)

    def result(task: int) -> Result:
        text = json.dumps({"squares": _sum_of_squares(items[task])})
        return Result(b"", {result_path(task, len(items), array=True): text.encode()})

    return _squares(chance, name, Python(file="squares.py", function="handler"), items, result)


def compared(chance: random.Random, name: str) -> Asked:
    """Two owners do each task, and must agree."""
    verify = Verify(replicas=2, quorum=2)
    if chance.random() < 0.5:
        return lcg(name, tuple(range(100, 100 + chance.randrange(1, 8))), 0, 20_000_000, verify=verify)
    items = tuple(range(10, 10 + chance.randrange(1, 6)))
    work = Python(file="squares.py", argv=("{}",))
    return _squares(chance, name, work, items, lambda task: _filed(items[task]), verify=verify)


def cancelled(chance: random.Random, name: str) -> Asked:
    """Some would run for a long time, some may be done before they are cancelled."""
    rounds = chance.choice((ENDLESS, ENDLESS, 20_000_000))
    made = lcg(name, tuple(range(100, 100 + chance.randrange(1, 6))), 0, rounds)
    return Asked(made.demand, made.files, made.result, cancel_s=chance.uniform(0.0, 2.0))


def _range(chance: random.Random, first: int) -> tuple[int, ...]:
    return tuple(range(first, first + chance.randrange(10, 41)))


def lcg(name: str, items: tuple[int, ...], seed: int, rounds: int, verify: Verify | None = None) -> Asked:
    """An array over seeds, or a single task."""
    work = Wasm(file="lcg.wasm", argv=("{}" if items else str(seed), str(rounds)))

    def result(task: int) -> Result:
        return Result(_letters(_advanced(items[task] if items else seed, rounds)), {})

    return Asked(_demand(name, work, items, (named(MODULE, "lcg.wasm"),), verify), (MODULE,), result)


def _squares(
    chance: random.Random,
    name: str,
    work: Python,
    items: tuple[int, ...],
    result: Callable[[int], Result],
    verify: Verify | None = None,
) -> Asked:
    """With a file that no other job has, so that each brings one that must be kept."""
    script, own = SQUARES.encode(), f"{name} {chance.random():.15f}".ljust(64)[:64].encode()
    files = (named(script, "squares.py"), named(own, "own.txt"))
    return Asked(_demand(name, work, items, files, verify), (script, own), result)


def _demand(name: str, work: Work, items: tuple[int, ...], files: tuple[FileRef, ...], verify: Verify | None) -> Demand:
    return Demand(
        name=name,
        work=work,
        items=tuple(Item(value=str(i)) for i in items),
        files=files,
        limits=Limits(budget_micro=20_000),
        fuel_per_task=300_000_000,
        verify=verify or Verify(),
    )


def _filed(n: int) -> Result:
    return Result(f"{n} is done\n".encode(), {f"out/{n}.txt": str(_sum_of_squares(n)).encode()})


def _sum_of_squares(n: int) -> int:
    last = 1500 * n - 1
    return last * (last + 1) * (2 * last + 1) // 6


def _advanced(x: int, rounds: int) -> int:
    """The generator's number after so many rounds, by doubling the step instead of taking each."""
    times, plus, mask = MULTIPLIER, INCREMENT, 0xFFFFFFFF
    while rounds:
        if rounds & 1:
            x = (x * times + plus) & mask
        times, plus, rounds = times * times & mask, (times * plus + plus) & mask, rounds >> 1
    return x


def _letters(x: int) -> bytes:
    return bytes(97 + (x >> 4 * place & 15) for place in reversed(range(8))) + b"\n"


MODULE = bytes(wat2wasm(LCG))
