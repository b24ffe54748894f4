"""The WebAssembly runtimes: core modules and sandboxed Python, in reused worker processes, metered in exact fuel.

WasmRuntime ── Pool ── Worker (parent's end) ══ pipes ══ worker.py (one task at a time) ── engine, artefacts, execute
runtime.py     pool.py                          wire.py
"""
