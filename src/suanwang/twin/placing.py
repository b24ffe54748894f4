"""Jobs come, are placed, run and end, in simulated time; each is decided as the live network would decide it.

arrival   place.stream says where: the node that `choose` would give it, on what is free at that moment. If there is none,
          it waits
end       what it held is free again; who waits is decided again in the order of arrival. One that is like a job that was
          just refused is refused with it, as in the brain
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.stream import NOWHERE, Board, decided, give_back, hold
from suanwang.twin.heap import pop, push
from suanwang.world.compiled import compiled
from suanwang.world.world import Floats, Ints


class Jobs(NamedTuple):
    """A row each, in order of time. at_s: when it comes; shape: of the board; turn: of its seed (place.stream.turns); longer:
    how many times as long as estimated it runs."""

    at_s: Floats
    shape: Ints
    turn: NDArray[np.uint64]
    longer: Floats


class Ran(NamedTuple):
    """node: where each job went, NOWHERE if it never did; started_s, ended_s: NaN if it never did. decisions: how often
    something was decided; events: arrivals and ends."""

    node: Ints
    started_s: Floats
    ended_s: Floats
    decisions: int
    events: int


def run(board: Board, jobs: Jobs) -> Ran:
    """Until all that could be placed have ended. Changes the board."""
    return Ran(*_run(board, *jobs))


@compiled
def _run(
    board: Board, at_s: Floats, shape: Ints, turn: NDArray[np.uint64], longer: Floats
) -> tuple[Ints, Floats, Floats, int, int]:
    jobs, shapes = len(at_s), len(board.many)
    node, kind, bits = np.full(jobs, NOWHERE, np.int64), np.full(jobs, NOWHERE, np.int64), np.zeros(jobs, np.int64)
    started, ended = np.full(jobs, np.nan), np.full(jobs, np.nan)
    after, first, last = (
        np.full(jobs, NOWHERE, np.int64),
        np.full(shapes, NOWHERE, np.int64),
        np.full(shapes, NOWHERE, np.int64),
    )
    heap_at, heap_of = np.empty(jobs + 1), np.empty(jobs + 1, np.int64)
    refused = np.zeros(shapes, np.bool_)
    size, come, decisions, events = 0, 0, 0, 0
    while come < jobs or size > 0:
        events += 1
        if come < jobs and (size == 0 or at_s[come] < heap_at[0]):
            s, now = int(shape[come]), float(at_s[come])
            if first[s] == NOWHERE:
                first[s] = come
            else:
                after[last[s]] = come
            last[s] = come
            come += 1
        else:
            job, now = int(heap_of[0]), float(heap_at[0])
            size = pop(heap_at, heap_of, size)
            row = int(node[job])
            give_back(board, int(shape[job]), row, int(kind[job]), int(bits[job]))
            for s in range(shapes):  # of all nodes only this one has more room than when they were refused
                refused[s] = first[s] != NOWHERE and board.score[row, s] == np.inf
        while True:
            s = _longest(first, refused)
            if s == NOWHERE:
                break
            job = int(first[s])
            decisions += 1
            row = decided(board, s, turn[job])
            if row == NOWHERE:
                refused[s] = True
                continue
            first[s] = after[job]
            node[job] = row
            kind[job], bits[job] = hold(board, s, row)
            started[job], ended[job] = now, now + board.lasts_s[row, s] * longer[job]
            size = push(heap_at, heap_of, size, float(ended[job]), job)
    return node, started, ended, decisions, events


@compiled
def _longest(first: Ints, refused: NDArray[np.bool_]) -> int:
    """The shape of the job that has waited longest, but for those that were just refused."""
    found, job = NOWHERE, NOWHERE
    for s in range(len(first)):
        if first[s] != NOWHERE and not refused[s] and (job == NOWHERE or first[s] < job):
            found, job = s, int(first[s])
    return found
