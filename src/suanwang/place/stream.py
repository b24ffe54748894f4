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
from suanwang.place.idle import judge_of
from suanwang.place.rank import figures, scores, weights
from suanwang.place.room import ROOM, kinds
from suanwang.place.rules import RULES
from suanwang.place.waste import Waste
from suanwang.world.compiled import compiled
from suanwang.world.scramble import GOLDEN, scrambled
from suanwang.world.supply import WHOLE, Shares, widened
from suanwang.world.world import Floats, Ints, World

BLOCK = 32
DEVICES_MOST = 62
"""Devices of a kind in one node: which a task holds is one number, a bit each."""
NOWHERE = -1
_scrambled = compiled(scrambled)


class Board(NamedTuple):
    """Columns for machine code; what is free, the scores and the lowest of them change as demands are decided.

    Of [node, shape]: fixed, the terms before waste, infinite where it may never go; later, the one after; task_s; lasts_s;
    score, infinite where it may not go now. low[block, shape]. Of a shape: cpu_milli, memory, many accelerators and the share
    of each (thousandths) that it needs; wanted, numbers of the kinds that will do, in order, -1 after the last; waste_weight.
    Of a node: mix; cpu_left, memory_left, below 0 where more is held than there is; devices[node, kind] in all; held[node,
    kind, device], thousandths. judged: whether there are tables of place.waste; of_kind to core_step: they, see `_tables`.
    """

    fixed: Floats
    later: Floats
    task_s: Floats
    lasts_s: Floats
    score: Floats
    low: Floats
    cpu_milli: Ints
    memory: Ints
    many: Ints
    share: Ints
    wanted: Ints
    waste_weight: Floats
    mix: NDArray[np.uint64]
    cpu_left: Ints
    memory_left: Ints
    devices: Ints
    held: Shares
    judged: bool
    of_kind: Ints
    cuts: Ints
    whole: Floats
    part: Floats
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
    assert not world.reserved, "room that is reserved for later is choose's affair"
    nodes, names = len(world.ids), sorted(world.accelerators)
    number = {name: at for at, name in enumerate(names)}
    fixed, later = np.full((nodes, len(asks)), np.inf), np.zeros((nodes, len(asks)))
    task_s, lasts_s = np.ones((nodes, len(asks))), np.ones((nodes, len(asks)))
    wanted = np.full((len(asks), len(names) + 1), -1)
    for s, ask in enumerate(asks):
        rows, before, after, seconds, until = _settled(world, ask)
        fixed[rows, s], later[rows, s], task_s[rows, s], lasts_s[rows, s] = before, after, seconds, until
        if ask.demand.needs.accelerator:
            here = [number[name] for name in dict.fromkeys(kinds(ask, world))]
            wanted[s, : len(here)] = here
    needs, devices = [ask.demand.needs for ask in asks], [ask.demand.needs.accelerator for ask in asks]
    judge, supplies = judge_of(world), [world.accelerators[name] for name in names]
    width = max((supply.held.shape[1] for supply in supplies), default=1)
    assert width <= DEVICES_MOST, "more devices of a kind in one node than a board knows of"
    made = Board(
        fixed,
        later,
        task_s,
        lasts_s,
        np.full(fixed.shape, np.inf),
        np.full((-(-nodes // BLOCK), len(asks)), np.inf),
        np.array([need.cpu_milli for need in needs], np.int64),
        np.array([need.memory_bytes for need in needs], np.int64),
        np.array([need.count if need else 0 for need in devices], np.int64),
        np.array([need.share_milli if need else WHOLE for need in devices], np.int64),
        wanted,
        np.array([weights(ask.demand.prefer)["waste"] for ask in asks], np.float64),
        world.mix.copy(),
        world.cpu_milli_total - world.cpu_milli_held,
        world.memory_bytes_total - world.memory_bytes_held,
        np.array([supply.total for supply in supplies], np.int64).reshape(len(names), nodes).T.copy(),
        np.array([widened(supply.held, width) for supply in supplies], np.int32)
        .reshape(len(names), nodes, width)
        .swapaxes(0, 1)
        .copy(),
        judge is not None,
        *_tables(judge.tables if judge else None),
    )
    _look(made, 0, nodes)
    return made


def _tables(found: Waste | None) -> tuple[Ints, Ints, Floats, Floats, NDArray[np.float32], int]:
    """(of_kind, cuts, whole, part, run, core_step). whole[set, cut, free]: what place.waste.of_idle says of accelerators that
    are idle as a whole, but for `run`; part[set, cut, idle]: of one that is idle in part."""
    if found is None:
        none = np.zeros((1, 1, 1))
        return np.zeros(1, np.int64), np.zeros(1, np.int64), none, none, np.zeros((1, 1, 1), np.float32), 1
    free: Ints = np.arange(found.several.shape[2], dtype=np.int64)
    whole: Floats = free * found.single[:, :, WHOLE, None] - WHOLE * free * found.several
    return found.of_kind, found.cuts, whole, found.single, found.run, found.core_step


def _settled(world: World, ask: Ask) -> tuple[Ints, Floats, Floats, Floats, Floats]:
    """(rows that every rule but those of room lets pass, the sum of their terms before waste, the term after it, seconds that
    the task runs there, seconds until it has ended: the node may have to wake, and files to come)."""
    fit = world.everyone
    for rule in RULES:
        if rule not in ROOM:
            fit = fit & rule.allows(ask, world)
    rows = np.flatnonzero(fit)
    figured, weight = figures(world, ask, rows, 1), weights(ask.demand.prefer)
    alone = figured.alone()
    names = list(alone)
    at = names.index("waste")
    assert len(names) <= at + 2, "sums must be added up in the order of the terms"
    later = alone[names[-1]] * weight[names[-1]] if len(names) > at + 1 else np.zeros(len(rows))
    return rows, scores({name: alone[name] for name in names[:at]}, weight), later, figured.task_s, alone["finish"]


@compiled
def _in_turn(board: Board, of: Ints, turn: NDArray[np.uint64]) -> Ints:
    found = np.full(len(of), NOWHERE, np.int64)
    for k in range(len(of)):
        row = decided(board, int(of[k]), turn[k])
        if row != NOWHERE:
            hold(board, int(of[k]), row)
            found[k] = row
    return found


@compiled
def decided(board: Board, s: int, turn: np.uint64) -> int:
    """The row of the node for a demand of shape s, NOWHERE if there is none."""
    low, score, mix = board.low, board.score, board.mix
    least = np.inf
    for b in range(len(low)):
        if low[b, s] < least:
            least = low[b, s]
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
def hold(board: Board, s: int, row: int) -> tuple[int, int]:
    """A demand of shape s is placed on that node: (number of the kind of accelerator that it gets, which devices as bits), or
    (NOWHERE, 0) if it needs none."""
    kind, bits = NOWHERE, 0
    if board.many[s]:
        kinds, wide = board.held.shape[1:]
        idle, plenty = np.zeros((kinds, wide), np.int64), np.zeros(kinds, np.int64)
        for k in range(kinds):
            free, _, left = _idle(board.devices, board.held, row, k, idle[k])
            plenty[k] = free if board.share[s] == WHOLE else left
        kind = _plentiest(board.wanted, s, plenty)
        bits = _given(idle[kind], board.many[s], board.share[s])
    _move(board, s, row, kind, bits, 1)
    return kind, bits


@compiled
def give_back(board: Board, s: int, row: int, kind: int, bits: int) -> None:
    """It ends."""
    _move(board, s, row, kind, bits, -1)


@compiled
def _move(board: Board, s: int, row: int, kind: int, bits: int, sign: int) -> None:
    board.cpu_left[row] -= sign * board.cpu_milli[s]
    board.memory_left[row] -= sign * board.memory[s]
    for device in range(board.held.shape[2]):
        if (bits >> device) & 1:
            board.held[row, kind, device] += sign * board.share[s]
    _look(board, row, row + 1)


@compiled
def _idle(devices: Ints, held: Shares, i: int, kind: int, idle: Ints) -> tuple[int, int, int]:
    """Into idle: thousandths that are left of each device of a node. (devices that are wholly idle, what is left of the
    idlest, what is left of all)."""
    free, most, left = 0, 0, 0
    for device in range(len(idle)):
        idle[device] = max(0, WHOLE - held[i, kind, device]) if device < devices[i, kind] else 0
        free += idle[device] == WHOLE
        most = max(most, idle[device])
        left += idle[device]
    return free, most, left


@compiled
def _given(idle: Ints, count: int, share: int) -> int:
    """Bits of the devices that a task gets, as world.supply.devices_for; takes them from `idle`."""
    bits, best = 0, -1
    for device in range(len(idle)):
        if share < WHOLE:
            if idle[device] >= share and (best < 0 or idle[device] < idle[best]):
                best = device
        elif count > 0 and idle[device] == WHOLE:
            idle[device] = 0
            bits |= 1 << device
            count -= 1
    if best >= 0:
        idle[best] -= share
        bits = 1 << best
    return bits


@compiled
def _look(board: Board, first: int, last: int) -> None:
    """Work out anew what the nodes from first to last score for all shapes, and the lowest of their blocks."""
    # by name, once: each look into a tuple of arrays counts who else looks
    fixed, later, task_s, score, low = board.fixed, board.later, board.task_s, board.score, board.low
    need_cpu, need_memory, count, share = board.cpu_milli, board.memory, board.many, board.share
    cpu_left, memory_left, devices, held, judged = board.cpu_left, board.memory_left, board.devices, board.held, board.judged
    of_kind, cuts, whole, part, run, step = board.of_kind, board.cuts, board.whole, board.part, board.run, board.core_step
    wanted, weight, kinds = board.wanted, board.waste_weight, devices.shape[1]
    before, idle, then = np.zeros(kinds), np.zeros((kinds, held.shape[2]), np.int64), np.zeros(held.shape[2], np.int64)
    free, most, left = np.zeros(kinds, np.int64), np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    for i in range(first, last):
        cpu, memory, b = max(0, cpu_left[i]), max(0, memory_left[i]), i // BLOCK
        for k in range(kinds):
            free[k], most[k], left[k] = _idle(devices, held, i, k, idle[k])
            if judged and devices[i, k] > 0:
                before[k] = _waste(cuts, whole, part, run, step, of_kind[k], cpu, free[k], left[k], idle[k])
        for s in range(len(need_cpu)):
            now, was = fixed[i, s], score[i, s]
            if now < np.inf:
                kind = _plentiest(wanted, s, free if share[s] == WHOLE else left) if count[s] else NOWHERE
                short = count[s] > 0 and (
                    kind == NOWHERE or (free[kind] < count[s] if share[s] == WHOLE else most[kind] < share[s])
                )
                if short or cpu < need_cpu[s] or memory < need_memory[s]:
                    now = np.inf
                elif judged:
                    more = 0.0
                    for k in range(kinds):
                        if devices[i, k] == 0:
                            continue
                        if k == kind and count[s] and share[s] < WHOLE:
                            then[:] = idle[k]
                            _given(then, count[s], share[s])
                            whole_then, left_then, parts = 0, left[k] - share[s], then
                            for device in range(len(then)):
                                whole_then += then[device] == WHOLE
                        else:
                            taken = count[s] if k == kind else 0
                            whole_then, left_then, parts = free[k] - taken, left[k] - taken * WHOLE, idle[k]
                        after = _waste(
                            cuts, whole, part, run, step, of_kind[k], cpu - need_cpu[s], whole_then, left_then, parts
                        )
                        more += (after - before[k]) / WHOLE
                    now += more * (task_s[i, s] / 3600.0) * weight[s]
            now += later[i, s]
            score[i, s] = now
            if now <= low[b, s]:
                low[b, s] = now
            elif was == low[b, s]:
                low[b, s] = _least(score, s, b)


@compiled
def _plentiest(wanted: Ints, s: int, plenty: Ints) -> int:
    """The kind of which there is most, of those that will do; the first of equals, NOWHERE if none will do."""
    found, most = NOWHERE, -1
    for x in range(wanted.shape[1]):
        kind = int(wanted[s, x])
        if kind < 0:
            break
        if plenty[kind] > most:
            found, most = kind, int(plenty[kind])
    return found


@compiled
def _least(score: Floats, s: int, b: int) -> float:
    least = np.inf
    for i in range(b * BLOCK, min(b * BLOCK + BLOCK, len(score))):
        if score[i, s] < least:
            least = score[i, s]
    return least


@compiled
def _waste(
    cuts: Ints,
    whole: Floats,
    part: Floats,
    run: NDArray[np.float32],
    step: int,
    at: int,
    cpu: int,
    free: int,
    left: int,
    idle: Ints,
) -> float:
    """As place.waste.of_idle. idle: of each device; the parts are added in their order, as there."""
    low, high = 0, len(cuts)
    while low < high:
        middle = (low + high) // 2
        if cuts[middle] <= cpu:
            low = middle + 1
        else:
            high = middle
    total = whole[at, low, free] + float(run[at, cpu // step, left // 10])
    if left > free * WHOLE:
        for device in range(len(idle)):
            if 0 < idle[device] < WHOLE:
                total += part[at, low, idle[device]]
    return total
