"""The meter: short kernels that say how fast this machine is, in readings with a spread, cached under the machine's key.

    measure(profile) -> kernels in a child process, disk, start-ups, wasm fuel -> MeterReport (L0 metrics, Speed)

`measure.measure` is the door; `report` keeps what it found; `tasks` times a runtime's start-ups; `unit` turns CPU time into
fuel. docs/unit.md tells why.
"""
