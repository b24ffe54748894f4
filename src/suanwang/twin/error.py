"""The twin's own error: how far its figures were from those of the lab when both ran the same requests, frozen, to be shown
beside whatever it predicts.

Measured in bench/fidelity.py over 234 runs of real routers, servers and clients (4 policies x 5 events x 11 or 12 seeds) on
one machine with two cores, which others used heavily during 163 of them, so that much of it is the lab's own; one cell
calibrated what that machine adds to a request, the other 19 were predicted. A figure of a cell is that of all its requests.
Another machine, another service, other times between requests: another error.
"""

from collections.abc import Iterable

from suanwang.model.trial import LabError, LabFigure, LabKind, WhatIf

MEASURED = "2026-11-26"


ERRORS = (
    LabError(figure="p50", kind="calm", half=0.019, most=0.255, cells=7, close=6),
    LabError(figure="p99", kind="calm", half=0.377, most=0.954, cells=7, close=2),
    LabError(figure="answers", kind="calm", half=0.0, most=0.0, cells=7, close=7),
    LabError(figure="p50", kind="crowd", half=0.265, most=0.3, cells=4, close=1),
    LabError(figure="p99", kind="crowd", half=0.497, most=0.904, cells=4, close=1),
    LabError(figure="answers", kind="crowd", half=0.005, most=0.038, cells=4, close=4),
    LabError(figure="p50", kind="cut", half=0.01, most=0.049, cells=8, close=7),
    LabError(figure="p99", kind="cut", half=0.806, most=0.915, cells=8, close=2),
    LabError(figure="answers", kind="cut", half=0.003, most=0.304, cells=8, close=7),
    LabError(figure="p50", kind="all", half=0.017, most=0.278, cells=19, close=14),
    LabError(figure="p99", kind="all", half=0.398, most=0.914, cells=19, close=5),
    LabError(figure="answers", kind="all", half=0.0, most=0.018, cells=19, close=18),
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
