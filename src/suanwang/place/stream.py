"""Demands of one task each, of a few shapes, decided one after the other: every one goes where `choose` would send it, seeing
what those before it hold, but a decision looks only at what has changed.

    of a shape    what does not change while others come and go: which nodes every rule but those of room lets pass, and the sum
                  of all terms but waste. Worked out once, by the rules and the ranking themselves
    of a node     what is free; with it a node's score for a shape is one sum: what does not change, and the waste
    low           the lowest score in each block of BLOCK nodes, by shape

A node that got or gave back something is looked at again when its shape comes next. Where scores are equal the draw decides,
as in place.rank. The sums are those of place.rank and place.idle in the same order, so that they are equal to the last bit; a
test holds the two equal on random worlds.
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
from suanwang.place.waste import WHOLE
from suanwang.world.compiled import compiled
from suanwang.world.scramble import GOLDEN, scrambled
from suanwang.world.world import Floats, Ints, World

BLOCK = 64
NOWHERE = -1
_scrambled = compiled(scrambled)


class Board(NamedTuple):
    """Columns for machine code; what is free, and what was last known of every shape, changes as demands are decided.

    Of (shape, node): fixed, the score without waste, infinite where it may never go; task_s. Of a shape: cpu_milli, memory,
    devices that it needs; wanted, numbers of the kinds that will do, in order, -1 after the last; waste_weight. Of a node: mix;
    cpu_left, memory_left, devices_left[kind, node], below 0 where more is held than there is; devices[kind, node] in all.

    of_kind to core_step: the tables of place.waste; judged: whether there are any. score[shape, node], low[shape, block];
    known: how many changes each shape has seen; changed: the rows of the last ones; changes[0]: how many there were.
    """

    fixed: Floats
    task_s: Floats
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
    single: Floats
    several: Floats
    run: NDArray[np.float32]
    core_step: int
    score: Floats
    low: Floats
    known: Ints
    changed: Ints
    changes: Ints


def covers(ask: Ask) -> bool:
    """Whether it is a demand of one task, at one owner. Others are shared out over many nodes, which is `choose`'s affair."""
    return ask.demand.task_count == 1 and ask.replicas == 1


def in_turn(world: World, asks: Sequence[Ask], of: Sequence[int], seeds: Sequence[int]) -> Ints:
    """The row of each demand's node, NOWHERE if it is refused: what `choose` says of asks[of[k]] with seeds[k] on the world
    in which those before it are placed. asks: distinct shapes, each of which place.stream covers."""
    return _in_turn(board(world, asks), np.array(of, np.int64), turns(seeds))


def turns(seeds: Sequence[int]) -> NDArray[np.uint64]:
    """As place.rank.drawn has them."""
    return np.array([(seed + 1) * GOLDEN % 2**64 for seed in seeds], np.uint64)


def board(world: World, asks: Sequence[Ask]) -> Board:
    """Costs about a decision for each shape."""
    assert all(map(covers, asks)), "a demand that is shared out over nodes"
    nodes, names = len(world.ids), sorted(world.accelerators)
    number = {name: at for at, name in enumerate(names)}
    fixed, task_s = np.full((len(asks), nodes), np.inf), np.ones((len(asks), nodes))
    wanted = np.full((len(asks), len(names) + 1), -1)
    for s, ask in enumerate(asks):
        rows, fixed_here, seconds = _settled(world, ask)
        fixed[s, rows], task_s[s, rows] = fixed_here, seconds
        if ask.demand.needs.accelerator:
            here = [number[name] for name in dict.fromkeys(kinds(ask, world))]
            wanted[s, : len(here)] = here
    needs = [ask.demand.needs for ask in asks]
    tables = judge(world)
    nothing = (np.zeros(1, np.int64), np.zeros(1, np.int64), *(np.zeros((1, 1, 1)),) * 2, np.zeros((1, 1, 1), np.float32), 1)
    supplies = [world.accelerators[name] for name in names]
    blocks = -(-nodes // BLOCK)
    return Board(
        fixed,
        task_s,
        np.array([need.cpu_milli for need in needs], np.int64),
        np.array([need.memory_bytes for need in needs], np.int64),
        np.array([need.accelerator.count if need.accelerator else 0 for need in needs], np.int64),
        wanted,
        np.array([weights(ask.demand.prefer)["waste"] for ask in asks], np.float64),
        world.mix.copy(),
        world.cpu_milli_total - world.cpu_milli_held,
        world.memory_bytes_total - world.memory_bytes_held,
        np.array([supply.total - supply.held for supply in supplies], np.int64).reshape(len(names), nodes),
        np.array([supply.total for supply in supplies], np.int64).reshape(len(names), nodes),
        tables is not None,
        *(tables or nothing),
        score=np.full((len(asks), nodes), np.inf),
        low=np.full((len(asks), blocks), np.inf),
        known=np.full(len(asks), -1, np.int64),
        changed=np.zeros(max(1, nodes), np.int64),
        changes=np.zeros(1, np.int64),
    )


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
    _look_again(board, s)
    low, score, mix = board.low, board.score, board.mix
    least = np.inf
    for b in range(low.shape[1]):
        least = min(least, low[s, b])
    if least == np.inf:
        return NOWHERE
    found, lot = NOWHERE, np.uint64(0)
    for b in range(low.shape[1]):
        if low[s, b] == least:
            for i in range(b * BLOCK, min(b * BLOCK + BLOCK, score.shape[1])):
                if score[s, i] == least:
                    mine = _scrambled(mix[i] ^ turn)
                    if found == NOWHERE or mine < lot:
                        found, lot = i, mine
    return found


@compiled
def hold(board: Board, s: int, row: int, sign: int, kind: int = NOWHERE) -> int:
    """A task of shape s holds what it needs on that node (sign 1), or gives it back (-1, with the kind of accelerator that it
    was given). The number of that kind, NOWHERE if it needs none."""
    if sign > 0 and board.count[s]:
        kind = _kind(board, s, row)
    board.cpu_left[row] -= sign * board.cpu_milli[s]
    board.memory_left[row] -= sign * board.memory[s]
    if board.count[s]:
        board.devices_left[kind, row] -= sign * board.count[s]
    board.changed[board.changes[0] % len(board.changed)] = row
    board.changes[0] += 1
    return kind


@compiled
def _look_again(board: Board, s: int) -> None:
    """At the nodes that have changed since a demand of shape s last came."""
    score, low, known, changes = board.score, board.low, int(board.known[s]), int(board.changes[0])
    nodes = score.shape[1]
    if known < 0 or changes - known >= nodes:
        for i in range(nodes):
            score[s, i] = _score(board, s, i)
        for b in range(low.shape[1]):
            low[s, b] = _least(score, s, b)
    else:
        for at in range(known, changes):
            i = int(board.changed[at % len(board.changed)])
            b, was, now = i // BLOCK, score[s, i], _score(board, s, i)
            score[s, i] = now
            if now <= low[s, b]:
                low[s, b] = now
            elif was == low[s, b]:
                low[s, b] = _least(score, s, b)
    board.known[s] = changes


@compiled
def _least(score: Floats, s: int, b: int) -> float:
    least = np.inf
    for i in range(b * BLOCK, min(b * BLOCK + BLOCK, score.shape[1])):
        least = min(least, score[s, i])
    return least


@compiled
def _score(board: Board, s: int, i: int) -> float:
    """What node i scores for shape s as it is now; infinite if there is no room."""
    fixed = board.fixed[s, i]
    cpu, memory = max(0, board.cpu_left[i]), max(0, board.memory_left[i])
    if fixed == np.inf or cpu < board.cpu_milli[s] or memory < board.memory[s]:
        return np.inf
    kind = _kind(board, s, i)
    if board.count[s] and (kind == NOWHERE or board.devices_left[kind, i] < board.count[s]):
        return np.inf
    waste = _added(board, s, i, cpu, kind) if board.judged else 0.0
    return fixed + waste * (board.task_s[s, i] / 3600.0) * board.waste_weight[s]


@compiled
def _kind(board: Board, s: int, i: int) -> int:
    """The kind of which most are free there, of those that will do; the first of equals, NOWHERE if none will do."""
    found, most = NOWHERE, -1
    for x in range(board.wanted.shape[1]):
        kind = int(board.wanted[s, x])
        if kind < 0:
            break
        free = max(0, int(board.devices_left[kind, i]))
        if free > most:
            found, most = kind, free
    return found


@compiled
def _added(board: Board, s: int, i: int, cpu: int, taken: int) -> float:
    """Accelerators by which what will stay idle grows, as place.idle.added."""
    total, after_cpu = 0.0, max(0, cpu - int(board.cpu_milli[s]))
    for kind in range(board.devices.shape[0]):
        if board.devices[kind, i] > 0:
            free = max(0, int(board.devices_left[kind, i]))
            left = max(0, free - int(board.count[s])) if kind == taken else free
            total += (_of_whole(board, kind, after_cpu, left) - _of_whole(board, kind, cpu, free)) / WHOLE
    return total


@compiled
def _of_whole(board: Board, kind: int, cpu: int, idle: int) -> float:
    """As place.waste.of_whole."""
    at, low, high = board.of_kind[kind], 0, len(board.cuts)
    while low < high:
        middle = (low + high) // 2
        if board.cuts[middle] <= cpu:
            low = middle + 1
        else:
            high = middle
    single, several = board.single[at, low, WHOLE], board.several[at, low, idle]
    return idle * single - WHOLE * idle * several + float(board.run[at, cpu // board.core_step, idle * 100])
