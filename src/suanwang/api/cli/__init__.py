"""The command line: a client of the API, and the switch that starts a brain or an agent on this machine."""

from suanwang.api.cli.main import main

__all__ = ["main"]
