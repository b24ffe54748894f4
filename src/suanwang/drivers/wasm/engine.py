"""The engine that the settings describe."""

from wasmtime import Config, Engine

from suanwang.drivers.wasm.settings import SETTINGS


def build(parallel: bool = False) -> Engine:
    """An engine. parallel: compile with several threads (never in a worker: its thread is what gets billed and capped)."""
    config = Config()
    for name, value in SETTINGS:
        setattr(config, name, value)
    config.parallel_compilation = parallel
    return Engine(config)
