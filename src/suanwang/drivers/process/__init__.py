"""Native work: a sandbox, bounds, an account of what was used."""

from suanwang.drivers.process.runtime import ProcessRuntime

__all__ = ["ProcessRuntime"]
