"""How fast this core burns fuel: the reference kernel, repeated for a given time."""

import time
from pathlib import Path

from wasmtime import Engine, Func, Instance, Module, Store, wat2wasm

KERNEL = Path(__file__).with_name("kernel.wat")
STEPS = 500_000
"""Of one repetition: some ten milliseconds, long against a timer's grain and short against a scheduler's slice."""
FUEL_MAX = 1 << 62
REPETITIONS_MIN = 5
WARM_UP = 0.3
"""Share of the time that is burned before the count begins: code is cold, and a capped process starts with quota in hand."""


def measure(engine: Engine, seconds: float, repetitions_min: int = REPETITIONS_MIN) -> tuple[tuple[int, float, float], ...]:
    """(fuel, wall seconds, CPU seconds) of each repetition; the same work each time. The warm-up is left out."""
    store = Store(engine)
    store.set_epoch_deadline(1 << 40)
    store.set_fuel(FUEL_MAX)
    kernel = Instance(store, Module(engine, bytes(wat2wasm(KERNEL.read_text()))), []).exports(store)["run"]
    assert isinstance(kernel, Func)
    samples: list[tuple[int, float, float]] = []
    warm = time.monotonic() + seconds * WARM_UP
    while time.monotonic() < warm:
        kernel(store, STEPS, 1)
    end = time.monotonic() + seconds * (1 - WARM_UP)
    while time.monotonic() < end or len(samples) < repetitions_min:
        store.set_fuel(FUEL_MAX)
        wall, cpu = time.monotonic(), time.thread_time()
        kernel(store, STEPS, 1)
        samples.append((FUEL_MAX - store.get_fuel(), time.monotonic() - wall, time.thread_time() - cpu))
    return tuple(samples)
