"""The twin's own error: how far its figures were from those of the lab when both ran the same requests, frozen, to be shown
beside whatever it predicts.

Measured in bench/fidelity.py over 256 runs of real routers, servers and clients (4 policies x 5 events x 11 to 14 seeds) on
machines with two cores that nobody else used; one cell calibrated what that machine adds to a request, the other 19 were
predicted. A figure of a cell is that of all its requests. Where a link is cut or a site dies, p99 is that of one request more
or less that was sent again, and the lab itself is not sure of it. Another machine, another service, other times between
requests: another error.
"""

from collections.abc import Iterable

from suanwang.model.trial import LabError, LabFigure, LabKind, WhatIf

MEASURED = "2026-11-27"


ERRORS = (
    LabError(figure="p50", kind="calm", half=0.007, most=0.011, cells=7, close=7),
    LabError(figure="p99", kind="calm", half=0.033, most=0.284, cells=7, close=4),
    LabError(figure="answers", kind="calm", half=0.0, most=0.0, cells=7, close=7),
    LabError(figure="p50", kind="crowd", half=0.028, most=0.04, cells=4, close=4),
    LabError(figure="p99", kind="crowd", half=0.093, most=0.199, cells=4, close=2),
    LabError(figure="answers", kind="crowd", half=0.0, most=0.012, cells=4, close=4),
    LabError(figure="p50", kind="cut", half=0.005, most=0.022, cells=8, close=8),
    LabError(figure="p99", kind="cut", half=0.085, most=0.799, cells=8, close=4),
    LabError(figure="answers", kind="cut", half=0.001, most=0.301, cells=8, close=7),
    LabError(figure="p50", kind="all", half=0.007, most=0.026, cells=19, close=19),
    LabError(figure="p99", kind="all", half=0.045, most=0.521, cells=19, close=10),
    LabError(figure="answers", kind="all", half=0.0, most=0.005, cells=19, close=18),
    LabError(figure="placements", kind="all", half=0.415, most=0.485, cells=2, close=0),
)


def error_of(figure: LabFigure, kind: LabKind = "all") -> LabError:
    """What was measured of a figure. KeyError where nothing was: placements only of all kinds together."""
    return {(error.figure, error.kind): error for error in ERRORS}[figure, kind]


def error_beside(changes: Iterable[WhatIf]) -> tuple[LabError, ...]:
    """What to show beside a prediction for services under these changes: of the kind of event that they are most like."""
    said = {one.what for one in changes}
    lost = any(what.startswith(("kill", "cut")) for what in said)
    kind: LabKind = "cut" if lost else "crowd" if "load" in said else "calm"
    return error_of("p50", kind), error_of("p99", kind)
