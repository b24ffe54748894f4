"""The twin's own error: how far its figures were from those of the lab when both ran the same requests, frozen, to be shown
beside whatever it predicts.

Measured in bench/fidelity.py over 810 runs of real routers, servers and clients (9 policies x 9 events x 10 seeds) on one
machine with two cores; one cell calibrated what that machine adds to a request, the other 80 were predicted. A figure of a
cell is its median over ten runs. Another machine, another service, other times between requests: another error.
"""

from typing import Literal

import msgspec

Figure = Literal["p50", "p99", "answers", "placements"]
Kind = Literal["calm", "crowd", "cut", "all"]
MEASURED = "2026-11-26"


class Error(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Relative. half, most: what half, and nine of ten, of the cells do not exceed. cells: how many were predicted; close:
    how many of them within a tenth.

    kind: "calm", a steady load, or one machine that is slow or lies; "crowd", five times the load at once; "cut", a site or a
    link that is lost. Of "placements": the part of jobs that went elsewhere than foreseen, half where tasks last as long as
    was said, most where they last a fifth longer or shorter (two scenarios of 200 jobs).
    """

    figure: Figure
    kind: Kind
    half: float
    most: float
    cells: int
    close: int


ERRORS = (
    Error(figure="p50", kind="calm", half=0.036, most=0.261, cells=44, close=30),
    Error(figure="p99", kind="calm", half=0.086, most=0.253, cells=44, close=24),
    Error(figure="answers", kind="calm", half=0.0, most=0.0, cells=44, close=44),
    Error(figure="p50", kind="crowd", half=0.142, most=0.230, cells=18, close=6),
    Error(figure="p99", kind="crowd", half=0.117, most=0.271, cells=18, close=8),
    Error(figure="answers", kind="crowd", half=0.0, most=0.071, cells=18, close=16),
    Error(figure="p50", kind="cut", half=0.005, most=0.032, cells=18, close=18),
    Error(figure="p99", kind="cut", half=0.115, most=2.559, cells=18, close=9),
    Error(figure="answers", kind="cut", half=0.0, most=0.005, cells=18, close=17),
    Error(figure="p50", kind="all", half=0.041, most=0.190, cells=80, close=54),
    Error(figure="p99", kind="all", half=0.093, most=0.386, cells=80, close=41),
    Error(figure="answers", kind="all", half=0.0, most=0.010, cells=80, close=77),
    Error(figure="placements", kind="all", half=0.065, most=0.370, cells=2, close=1),
)


def error_of(figure: Figure, kind: Kind = "all") -> Error:
    """What was measured of a figure. KeyError where nothing was: placements only of all kinds together."""
    return {(error.figure, error.kind): error for error in ERRORS}[figure, kind]
