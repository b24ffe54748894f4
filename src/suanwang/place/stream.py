"""Demands of one task each, of a few shapes, decided one after the other: every one goes where `choose` would send it, seeing
what those before it hold, but a decision looks only at the best of each block of nodes.

    of a shape    what does not change while others come and go: which nodes every rule but those of room lets pass, and the sum
                  of all terms but waste. Worked out once, by the rules and the ranking themselves
    of a node     what is free; with it a node's score for a shape is one sum: what does not change, and the waste
    low           the lowest score in each block of BLOCK nodes, by shape

Whoever gets or gives back something changes one node: its scores for all shapes lie side by side, and are worked out anew.
Where scores are equal the draw decides, as in place.rank. The sums are those of place.rank and place.idle in the same order,
so that they are equal to the last bit; a test holds the two equal on random worlds.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from suanwang.place.ask import Ask
from suanwang.place.idle import judge
from suanwang.place.rank import figures, scores, weights
from suanwang.place.room import ROOM, kinds
from suanwang.place.rules import RULES
from suanwang.place.waste import WHOLE, Waste
from suanwang.world.compiled import compiled
from suanwang.world.scramble import GOLDEN, scrambled
from suanwang.world.world import Floats, Ints, World

BLOCK = 64
NOWHERE = -1
_scrambled = compiled(scrambled)


class Board(NamedTuple):
    """Columns for machine code; what is free, the scores and the lowest of them change as demands are decided.

    Of [node, shape]: fixed, the score without waste, infinite where it may never go; task_s; score, infinite where it may not
    go now. low[block, shape]. Of a shape: cpu_milli, memory, count, that it needs; wanted, numbers of the kinds of
    accelerator that will do, in order, -1 after the last; waste_weight. Of a node: mix; cpu_left, memory_left,
    devices_left[node, kind], below 0 where more is held than there is; devices[node, kind] in all. judged: whether there are
    tables of place.waste; of_kind to core_step: they, see `_tables`.
    """

    fixed: Floats
    task_s: Floats
    score: Floats
    low: Floats
    cpu_milli: Ints
    memory: Ints
    count: Ints
    wanted: Ints
    waste_weight: Floats
    mix: NDArray[np.uint64]
    cpu_left: Ints
    memory_left: Ints
    devices_left: Ints
    devices: Ints
    judged: bool
    of_kind: Ints
    cuts: Ints
    whole: Floats
    run: NDArray[np.float32]
    core_step: int


def covers(ask: Ask) -> bool:
    """Whether it is a demand of one task, at one owner. Others are shared out over many nodes, which is `choose`'s affair."""
    return ask.demand.task_count == 1 and ask.replicas == 1


def in_turn(world: World, asks: Sequence[Ask], of: Sequence[int], seeds: Sequence[int]) -> Ints:
    """The row of each demand's node, NOWHERE if it is refused: what `choose` says of asks[of[k]] with seeds[k] on the world
    in which those before it are placed. asks: distinct shapes, each of which place.stream covers."""
    return _in_turn(board(world, asks), np.array(of, np.int64), turns(seeds))


def turns(seeds: Sequence[int] | Ints) -> NDArray[np.uint64]:
    """As place.rank.drawn has them; seeds from 0 to 2^64 - 1."""
    return (np.array(seeds, np.uint64) + np.uint64(1)) * np.uint64(GOLDEN)


def board(world: World, asks: Sequence[Ask]) -> Board:
    """Costs about a decision for each shape."""
    assert all(map(covers, asks)), "a demand that is shared out over nodes"
    nodes, names = len(world.ids), sorted(world.accelerators)
    number = {name: at for at, name in enumerate(names)}
    fixed, task_s = np.full((nodes, len(asks)), np.inf), np.ones((nodes, len(asks)))
    wanted = np.full((len(asks), len(names) + 1), -1)
    for s, ask in enumerate(asks):
        rows, fixed_here, seconds = _settled(world, ask)
        fixed[rows, s], task_s[rows, s] = fixed_here, seconds
        if ask.demand.needs.accelerator:
            here = [number[name] for name in dict.fromkeys(kinds(ask, world))]
            wanted[s, : len(here)] = here
    needs = [ask.demand.needs for ask in asks]
    tables, supplies = judge(world), [world.accelerators[name] for name in names]
    made = Board(
        fixed,
        task_s,
        np.full(fixed.shape, np.inf),
        np.full((-(-nodes // BLOCK), len(asks)), np.inf),
        np.array([need.cpu_milli for need in needs], np.int64),
        np.array([need.memory_bytes for need in needs], np.int64),
        np.array([need.accelerator.count if need.accelerator else 0 for need in needs], np.int64),
        wanted,
        np.array([weights(ask.demand.prefer)["waste"] for ask in asks], np.float64),
        world.mix.copy(),
        world.cpu_milli_total - world.cpu_milli_held,
        world.memory_bytes_total - world.memory_bytes_held,
        np.array([supply.total - supply.held for supply in supplies], np.int64).reshape(len(names), nodes).T.copy(),
        np.array([supply.total for supply in supplies], np.int64).reshape(len(names), nodes).T.copy(),
        tables is not None,
        *_tables(tables),
    )
    _look(made, 0, nodes)
    return made


def _tables(found: Waste | None) -> tuple[Ints, Ints, Floats, NDArray[np.float32], int]:
    """(of_kind, cuts, whole, run, core_step); whole[set, cut, idle]: what place.waste.of_whole adds to `run`."""
    if found is None:
        return np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros((1, 1, 1)), np.zeros((1, 1, 1), np.float32), 1
    idle = np.arange(found.several.shape[2])
    whole = idle * found.single[:, :, WHOLE, None] - WHOLE * idle * found.several
    return found.of_kind, found.cuts, whole, found.run, found.core_step


def _settled(world: World, ask: Ask) -> tuple[Ints, Floats, Floats]:
    """(rows that every rule but those of room lets pass, their score without waste, seconds that the task runs there)."""
    fit = world.everyone
    for rule in RULES:
        if rule not in ROOM:
            fit = fit & rule.allows(ask, world)
    rows = np.flatnonzero(fit)
    figured, weight = figures(world, ask, rows, 1), weights(ask.demand.prefer)
    assert list(weight)[-1] == "waste", "the waste is added last"
    del weight["waste"]
    return rows, scores(figured.alone(), weight), figured.task_s


@compiled
def _in_turn(board: Board, of: Ints, turn: NDArray[np.uint64]) -> Ints:
    found = np.full(len(of), NOWHERE, np.int64)
    for k in range(len(of)):
        row = decided(board, int(of[k]), turn[k])
        if row != NOWHERE:
            hold(board, int(of[k]), row, 1)
            found[k] = row
    return found


@compiled
def decided(board: Board, s: int, turn: np.uint64) -> int:
    """The row of the node for a demand of shape s, NOWHERE if there is none."""
    low, score, mix = board.low, board.score, board.mix
    least = np.inf
    for b in range(len(low)):
        least = min(least, low[b, s])
    if least == np.inf:
        return NOWHERE
    found, lot = NOWHERE, np.uint64(0)
    for b in range(len(low)):
        if low[b, s] == least:
            for i in range(b * BLOCK, min(b * BLOCK + BLOCK, len(score))):
                if score[i, s] == least:
                    mine = _scrambled(mix[i] ^ turn)
                    if found == NOWHERE or mine < lot:
                        found, lot = i, mine
    return found


@compiled
def hold(board: Board, s: int, row: int, sign: int, kind: int = NOWHERE) -> int:
    """A task of shape s holds what it needs on that node (sign 1), or gives it back (-1, with the kind of accelerator that it
    was given). The number of that kind, NOWHERE if it needs none."""
    count = int(board.count[s])
    if sign > 0 and count:
        kind = _kind(board.wanted, board.devices_left, s, row)
    board.cpu_left[row] -= sign * board.cpu_milli[s]
    board.memory_left[row] -= sign * board.memory[s]
    if count:
        board.devices_left[row, kind] -= sign * count
    _look(board, row, row + 1)
    return kind


@compiled
def _look(board: Board, first: int, last: int) -> None:
    """Work out anew what the nodes from first to last score for all shapes, and the lowest of their blocks."""
    # by name, once: each look into a tuple of arrays counts who else looks
    fixed, task_s, score, low, wanted = board.fixed, board.task_s, board.score, board.low, board.wanted
    need_cpu, need_memory, count, weight = board.cpu_milli, board.memory, board.count, board.waste_weight
    cpu_left, memory_left, devices, devices_left = board.cpu_left, board.memory_left, board.devices, board.devices_left
    of_kind, cuts, whole, run, step, judged = board.of_kind, board.cuts, board.whole, board.run, board.core_step, board.judged
    kinds = devices.shape[1]
    before = np.zeros(kinds)
    for i in range(first, last):
        cpu, memory = max(0, cpu_left[i]), max(0, memory_left[i])
        if judged:
            for k in range(kinds):
                if devices[i, k] > 0:
                    before[k] = _of_whole(cuts, whole, run, step, of_kind[k], cpu, max(0, devices_left[i, k]))
        for s in range(len(need_cpu)):
            now, was, b = fixed[i, s], score[i, s], i // BLOCK
            if now < np.inf:
                kind = _kind(wanted, devices_left, s, i) if count[s] else NOWHERE
                short = count[s] > 0 and (kind == NOWHERE or devices_left[i, kind] < count[s])
                if short or cpu < need_cpu[s] or memory < need_memory[s]:
                    now = np.inf
                elif judged:
                    more = 0.0
                    for k in range(kinds):
                        if devices[i, k] > 0:
                            free = max(0, devices_left[i, k])
                            left = max(0, free - count[s]) if k == kind else free
                            after = _of_whole(cuts, whole, run, step, of_kind[k], cpu - need_cpu[s], left)
                            more += (after - before[k]) / WHOLE
                    now += more * (task_s[i, s] / 3600.0) * weight[s]
            score[i, s] = now
            if now <= low[b, s]:
                low[b, s] = now
            elif was == low[b, s]:
                low[b, s] = _least(score, s, b)


@compiled
def _least(score: Floats, s: int, b: int) -> float:
    least = np.inf
    for i in range(b * BLOCK, min(b * BLOCK + BLOCK, len(score))):
        least = min(least, score[i, s])
    return least


@compiled
def _kind(wanted: Ints, devices_left: Ints, s: int, i: int) -> int:
    """The kind of which most are free there, of those that will do; the first of equals, NOWHERE if none will do."""
    found, most = NOWHERE, -1
    for x in range(wanted.shape[1]):
        kind = int(wanted[s, x])
        if kind < 0:
            break
        free = max(0, int(devices_left[i, kind]))
        if free > most:
            found, most = kind, free
    return found


@compiled
def _of_whole(cuts: Ints, whole: Floats, run: NDArray[np.float32], step: int, at: int, cpu: int, idle: int) -> float:
    """As place.waste.of_whole. whole[set, cut, idle]: its first two terms."""
    low, high = 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        if cuts[middle] <= cpu:
            low = middle + 1
        else:
            high = middle
    return whole[at, low, idle] + float(run[at, cpu // step, idle * 100])
