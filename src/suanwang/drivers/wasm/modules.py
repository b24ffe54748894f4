"""Core modules, compiled: the last few in memory, more on disk, each found by the SHA-256 of its bytes."""

import contextlib
import hashlib
import os
from collections import OrderedDict
from pathlib import Path

from wasmtime import Engine, Module, WasmtimeError

from suanwang.drivers.wasm.cache import artefact, put, trusted

MODULE_BYTES_MAX = 64 * 1024 * 1024
IN_MEMORY_MAX = 8
ON_DISK_MAX = 200
"""Compiled core modules kept; the least recently used go first. The Python component is not counted."""


class Invalid(Exception):
    """Not a WebAssembly module that could run here; the text says why."""


class Corrupt(Exception):
    """The compiled Python component cannot be loaded: damaged, or made for another processor."""


def read_module(file: str, folder: str) -> bytes:
    """The module's bytes. Invalid: not there, not in the task's folder, or larger than MODULE_BYTES_MAX."""
    plain = os.path.dirname(file) == folder and not os.path.islink(file)
    real = file if plain else os.path.realpath(file)
    if not (plain or real.startswith(os.path.realpath(folder) + os.sep)):
        raise Invalid("it is not in the job's folder")
    try:
        with open(real, "rb") as opened:
            content = opened.read(MODULE_BYTES_MAX + 1)
    except OSError as error:
        raise Invalid(f"it cannot be read: {error.strerror}") from error
    if len(content) > MODULE_BYTES_MAX:
        raise Invalid(f"it is larger than {MODULE_BYTES_MAX} bytes")
    return content


class Modules:
    """Compiled core modules: the last few in memory, more on disk."""

    def __init__(self, engine: Engine, cache: Path, tag: str) -> None:
        self._engine = engine
        self._cache = trusted(cache)
        self._tag = tag
        self._near: OrderedDict[str, Module] = OrderedDict()

    def get(self, content: bytes) -> Module:
        """The compiled module. Invalid: it is no module, or needs a feature that is off."""
        key = hashlib.sha256(content).hexdigest()
        module = self._near.pop(key, None) or self._stored(key) or self._compiled(key, content)
        self._near[key] = module
        if len(self._near) > IN_MEMORY_MAX:
            self._near.popitem(last=False)
        return module

    def _stored(self, key: str) -> Module | None:
        path = artefact(self._cache, key, self._tag)
        try:
            module = Module.deserialize_file(self._engine, str(path))
            os.utime(path)
        except (WasmtimeError, OSError):  # absent, damaged, or made for another processor
            return None
        return module

    def _compiled(self, key: str, content: bytes) -> Module:
        if not content.startswith(b"\0asm"):  # text would be taken for WAT
            raise Invalid("it does not begin with the WebAssembly magic number")
        try:
            module = Module(self._engine, content)
        except WasmtimeError as error:
            raise Invalid(first_lines(error)) from error
        with contextlib.suppress(OSError):  # a full disk costs speed, not the task
            put(artefact(self._cache, key, self._tag), module.serialize())
            self._trim()
        return module

    def _trim(self) -> None:
        """Keep ON_DISK_MAX artefacts, the most recently used."""
        compiled = [e for e in os.scandir(self._cache) if e.name.endswith(".cwasm") and not e.name.startswith("python-")]
        for _, path in sorted((e.stat().st_mtime, e.path) for e in compiled)[:-ON_DISK_MAX]:
            os.unlink(path)


def first_lines(error: Exception) -> str:
    """The first two sentences of wasmtime's message, on one line."""
    text = " ".join(line.strip() for line in str(error).splitlines() if line.strip() and "Caused by" not in line)
    return text[:300]
