"""Exit codes of `suan`: what a script can tell apart without reading what was printed."""

DONE, FAILED, USAGE, NOT_FOUND, REFUSED, NO_PLACE, WIRE, TIME = range(8)
INTERRUPTED = 130
QUESTION = USAGE
"""A sentence that leaves something open is not understood as it stands."""
