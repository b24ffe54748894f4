"""Calls into a guest that can be stopped with its fuel known to the unit.

An epoch trap leaves the fuel since the last call in a register, lost. So guests run on a fiber that yields whenever another
FUEL_PER_SLICE is burned; there the count is in memory, and there we look whether to go on. wasmtime's Python binding has no
such calls yet, its C library has: this file is the only one that speaks to that library directly (see its async.h).
"""

import ctypes
from collections.abc import Callable

from wasmtime import Func, Instance, Linker, Module, Store, Trap, WasmtimeError
from wasmtime import _ffi as ffi  # pyright: ignore[reportPrivateUsage]
from wasmtime import component as components

FUEL_PER_SLICE = 1 << 24
"""Some milliseconds; a stop waits for so long at most, and a yield costs a few microseconds."""


class Halted(Exception):
    """The guest was stopped on request, between two slices."""


def sliced(store: Store) -> None:
    """Let guests of this store yield; after Store.set_fuel."""
    _check(ffi.wasmtime_context_fuel_async_yield_interval(store._context(), FUEL_PER_SLICE))


def _check(error: object) -> None:
    if error:
        raise WasmtimeError._from_ptr(error)  # type: ignore[arg-type]


class _Flight:
    """One asynchronous call: where its trap or error will be put, and the loop that carries it to its end."""

    def __init__(self, halted: Callable[[], bool]) -> None:
        self._halted = halted
        self.trap = ctypes.POINTER(ffi.wasm_trap_t)()
        self.error = ctypes.POINTER(ffi.wasmtime_error_t)()

    def fly(self, future: object) -> None:
        """Halted, Trap or WasmtimeError unless it arrives."""
        try:
            while not ffi.wasmtime_call_future_poll(future):
                if self._halted():
                    raise Halted
        finally:
            ffi.wasmtime_call_future_delete(future)
        if self.trap:
            raise Trap._from_ptr(self.trap)
        _check(self.error)


def instantiate(linker: Linker, store: Store, module: Module, halted: Callable[[], bool]) -> Instance:
    """Instantiate a core module, running its start function."""
    flight, made = _Flight(halted), ffi.wasmtime_instance_t()
    out = (ctypes.byref(made), ctypes.byref(flight.trap), ctypes.byref(flight.error))
    flight.fly(ffi.wasmtime_linker_instantiate_async(linker.ptr(), store._context(), module.ptr(), *out))
    return Instance._from_raw(made)


def call(store: Store, function: Func, halted: Callable[[], bool]) -> None:
    """Call a function of a core module that takes and gives nothing."""
    flight, none = _Flight(halted), (ffi.wasmtime_val_t * 0)()
    out = (ctypes.byref(flight.trap), ctypes.byref(flight.error))
    flight.fly(ffi.wasmtime_func_call_async(store._context(), ctypes.byref(function._func), none, 0, none, 0, *out))


def instantiate_component(
    linker: components.Linker, store: Store, component: components.Component, halted: Callable[[], bool]
) -> components.Instance:
    """Instantiate a component."""
    flight, made = _Flight(halted), ffi.wasmtime_component_instance_t()
    out = (ctypes.byref(made), ctypes.byref(flight.error))
    flight.fly(ffi.wasmtime_component_linker_instantiate_async(linker.ptr(), store._context(), component.ptr(), *out))
    return components.Instance._from_raw(made)


def call_component(store: Store, function: components.Func, text: str, halted: Callable[[], bool]) -> str:
    """Call a component's function from string to string."""
    flight, kind = _Flight(halted), function.type(store)
    ((_, parameter),) = kind.params
    arguments, answer = (ffi.wasmtime_component_val_t * 1)(), ffi.wasmtime_component_val_t()
    parameter.convert_to_c(store, text, ctypes.pointer(arguments[0]))
    out = (ctypes.byref(answer), 1, ctypes.byref(flight.error))
    try:
        flight.fly(ffi.wasmtime_component_func_call_async(ctypes.byref(function._func), store._context(), arguments, 1, *out))
    finally:
        ffi.wasmtime_component_val_delete(ctypes.byref(arguments[0]))
    assert kind.result is not None
    return str(kind.result.convert_from_c(answer))
