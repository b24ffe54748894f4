"""The twin's own error: how far its figures were from those of the lab when both ran the same requests, frozen, to be shown
beside whatever it predicts.

Measured in bench/fidelity.py over 810 runs of real routers, servers and clients (9 policies x 9 events x 10 seeds) on one
machine with two cores; one cell calibrated what that machine adds to a request, the other 80 were predicted. A figure of a
cell is its median over ten runs. Another machine, another service, other times between requests: another error.
"""

from collections.abc import Iterable

from suanwang.model.trial import LabError, LabFigure, LabKind, WhatIf

MEASURED = "2026-11-26"


ERRORS = (
    LabError(figure="p50", kind="calm", half=0.036, most=0.261, cells=44, close=30),
    LabError(figure="p99", kind="calm", half=0.086, most=0.253, cells=44, close=24),
    LabError(figure="answers", kind="calm", half=0.0, most=0.0, cells=44, close=44),
    LabError(figure="p50", kind="crowd", half=0.142, most=0.230, cells=18, close=6),
    LabError(figure="p99", kind="crowd", half=0.117, most=0.271, cells=18, close=8),
    LabError(figure="answers", kind="crowd", half=0.0, most=0.071, cells=18, close=16),
    LabError(figure="p50", kind="cut", half=0.005, most=0.032, cells=18, close=18),
    LabError(figure="p99", kind="cut", half=0.115, most=2.559, cells=18, close=9),
    LabError(figure="answers", kind="cut", half=0.0, most=0.005, cells=18, close=17),
    LabError(figure="p50", kind="all", half=0.041, most=0.190, cells=80, close=54),
    LabError(figure="p99", kind="all", half=0.093, most=0.386, cells=80, close=41),
    LabError(figure="answers", kind="all", half=0.0, most=0.010, cells=80, close=77),
    LabError(figure="placements", kind="all", half=0.065, most=0.370, cells=2, close=1),
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
