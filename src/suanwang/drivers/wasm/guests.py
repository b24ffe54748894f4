"""The two kinds of guest: a core module with WASI preview 1, and the Python component with preview 2."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from wasmtime import Engine, Func, Instance, Linker, Memory, Module, Store, WasmtimeError
from wasmtime import component as components

from suanwang.drivers.wasm import flight
from suanwang.drivers.wasm.memory import linear_memory_bytes
from suanwang.drivers.wasm.modules import Corrupt, Invalid, Modules, first_lines, read_module
from suanwang.drivers.wasm.wire import Task

Ending = tuple[str, str, int, str]
"""state, code, exit code, note: as in drivers.runtime.RunResult."""
Bounds = Callable[[], AbstractContextManager[Callable[[], bool]]]
"""Entered around the guest's own work: from there on it is timed and held to its output limit. Gives: is it to stop?"""
DONE: Ending = ("done", "", 0, "")


class Guest(Protocol):
    def run(self, task: Task, store: Store, bounds: Bounds) -> Ending:
        """Run to the end. Invalid, Corrupt: it cannot run at all; Halted, Trap or WasmtimeError: it was stopped or broke."""
        ...

    def memory_bytes(self, store: Store) -> int:
        """Linear memory of the guest that ran last; it never shrinks, so at the end this is the peak."""
        ...


class CoreGuest:
    """A core module with `_start`."""

    def __init__(self, engine: Engine, modules: Modules) -> None:
        self._modules = modules
        self._linker = Linker(engine)
        self._linker.define_wasi()
        self._instance: Instance | None = None
        self._command: Module | None = None

    def run(self, task: Task, store: Store, bounds: Bounds) -> Ending:
        self._instance = None
        module = self._modules.get(read_module(task.file, task.folder))
        if module is not self._command:
            if not any(export.name == "_start" for export in module.exports):
                raise Invalid("it does not export _start (a WASI command does)")
            self._command = module
        with bounds() as halted:
            self._instance = self._instantiate(store, module, halted)
            start = self._instance.exports(store)["_start"]
            if not isinstance(start, Func) or start.type(store).params or start.type(store).results:
                raise Invalid("its _start is not a function without arguments and results")
            flight.call(store, start, halted)
        return DONE

    def _instantiate(self, store: Store, module: Module, halted: Callable[[], bool]) -> Instance:
        try:
            return flight.instantiate(self._linker, store, module, halted)
        except WasmtimeError as error:  # a trap of its start function is not one of these, leaving by exit is
            if "unknown import" in str(error) or "incompatible import" in str(error):
                raise Invalid(first_lines(error)) from error
            raise

    def memory_bytes(self, store: Store) -> int:
        if self._instance is None:
            return 0
        return sum(e.data_len(store) for e in self._instance.exports(store).values() if isinstance(e, Memory))


class PythonGuest:
    """The Python component: asked with a JSON text what to run, it answers how that ended."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._linker = components.Linker(engine)
        self._linker.add_wasip2()
        self._loaded: tuple[str, components.Component] | None = None

    def run(self, task: Task, store: Store, bounds: Bounds) -> Ending:
        component = self._component(task.file)
        with bounds() as halted:
            run = flight.instantiate_component(self._linker, store, component, halted).get_func(store, "run")
            assert run is not None, "the component is not ours"
            answer = json.loads(flight.call_component(store, run, task.ask, halted))
        code, kind = int(answer["exit_code"]), str(answer["kind"])
        return ("failed" if kind else "done", kind, code, "")

    def _component(self, path: str) -> components.Component:
        if self._loaded is None or self._loaded[0] != path:
            try:
                self._loaded = (path, components.Component.deserialize_file(self._engine, path))
            except WasmtimeError as error:
                raise Corrupt(first_lines(error)) from error
        return self._loaded[1]

    def memory_bytes(self, store: Store) -> int:
        return linear_memory_bytes()
