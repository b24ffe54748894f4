"""One engine configuration for all nodes, because what a task computes and what fuel it burns must not depend on where."""

import hashlib

SETTINGS: tuple[tuple[str, bool], ...] = (
    ("consume_fuel", True),
    ("epoch_interruption", True),  # for a guest that does not return and burns no fuel, see stopper.py
    ("cranelift_nan_canonicalization", True),  # NaN bits differ between processors otherwise
    ("wasm_relaxed_simd_deterministic", True),
    ("wasm_threads", False),
    ("shared_memory", False),
    ("wasm_gc", False),  # its heap would escape the memory limit
    ("wasm_exceptions", False),
    ("wasm_function_references", False),
    ("wasm_memory64", False),
    ("wasm_multi_memory", False),  # so that one limit bounds all of a module's memory
)
WASMTIME = "50"
"""Fuel per instruction is wasmtime's choice and may change with its major version; pinned in pyproject.toml."""


def digest() -> str:
    """Names the configuration: 12 hex digits of the SHA-256 over SETTINGS."""
    return hashlib.sha256(repr(SETTINGS).encode()).hexdigest()[:12]
