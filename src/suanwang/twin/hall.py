"""A hall of machines: virtual machines are put on hosts, tasks run in them, all in machine code.

    place     each virtual machine goes to the first host that has room for it (first fit)
    run       tasks are dealt out to the machines in turn; one that finds too few free processors there waits, first come first
              served (space-shared); what it needs divided by the machine's speed is how long it runs

First fit looks through a tree whose nodes hold the most that is free below them, kind by kind: log hosts steps, not hosts. The
scenario is the one that CloudSim Plus publishes times for.
"""

import msgspec
import numpy as np

from suanwang.steer.columns import Floats, Ints
from suanwang.twin.heap import pop, push
from suanwang.world.compiled import compiled

NOWHERE = -1


class Hall(msgspec.Struct, frozen=True, kw_only=True):
    """hosts, machines: one row each, in units of one kind a column (processors first, then memory, bandwidth, disk).
    machine_mips: speed of each processor of a machine. tasks: processors that each needs; task_length: millions of
    instructions on each of them. submitted_s: when each comes, in order of time."""

    hosts: Ints
    machines: Ints
    machine_mips: Floats
    tasks: Ints
    task_length: Floats
    submitted_s: Floats


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """host: of each machine, NOWHERE if there was no room. machine, started_s, ended_s: of each task, NOWHERE and NaN if no
    machine could run it. events: that were worked off."""

    host: Ints
    machine: Ints
    started_s: Floats
    ended_s: Floats
    events: int


def simulate(hall: Hall) -> Ran:
    """Place the machines, then run the tasks on those that were placed."""
    host = first_fit(hall.hosts, hall.machines)
    up = np.flatnonzero(host != NOWHERE)
    processors = hall.machines[up, 0].copy()
    count = len(hall.tasks)
    machine, started, ended = np.full(count, NOWHERE, np.int64), np.full(count, np.nan), np.full(count, np.nan)
    events = 0
    if len(up):
        events = _run(
            processors, hall.machine_mips[up], hall.tasks, hall.task_length, hall.submitted_s, machine, started, ended
        )
        machine = np.where(machine == NOWHERE, NOWHERE, up[machine])
    return Ran(host=host, machine=machine, started_s=started, ended_s=ended, events=events + len(hall.machines))


@compiled
def first_fit(hosts: Ints, wanted: Ints) -> Ints:
    """The host of each row of `wanted`, one after the other: the first that has room in every column; NOWHERE if none has."""
    count, kinds = hosts.shape
    leaves = 1
    while leaves < count:
        leaves *= 2
    free = np.full((2 * leaves, kinds), -1)  # node k's children are 2 k and 2 k + 1
    free[leaves : leaves + count] = hosts
    for node in range(leaves - 1, 0, -1):
        for k in range(kinds):
            free[node, k] = max(free[2 * node, k], free[2 * node + 1, k])
    found = np.full(len(wanted), NOWHERE)
    for one in range(len(wanted)):
        node = _leftmost(free, wanted[one], leaves)
        if node < 0:
            continue
        found[one] = node - leaves
        free[node] -= wanted[one]
        node >>= 1
        while node > 0:
            for k in range(kinds):
                free[node, k] = max(free[2 * node, k], free[2 * node + 1, k])
            node >>= 1
    return found


@compiled
def _leftmost(free: Ints, want: Ints, leaves: int) -> int:
    """The first leaf with room in every column. A node's most of each kind may be of different hosts, so one may have to turn
    back: to the next subtree on the right."""
    node = 1
    while True:
        fits = True
        for k in range(len(want)):
            if free[node, k] < want[k]:
                fits = False
                break
        if fits and node >= leaves:
            return node
        if fits:
            node *= 2
            continue
        while node & 1:  # a right child, or the root: its parent is done with
            node >>= 1
        if node == 0:
            return -1
        node += 1


@compiled
def _run(
    free: Ints, mips: Floats, needs: Ints, length: Floats, submitted: Floats, machine: Ints, started: Floats, ended: Floats
) -> int:
    """Task k goes to machine k modulo their number. Returns the events: submissions and ends."""
    machines, tasks = len(free), len(needs)
    room = free.copy()
    after, first, last = np.full(tasks, NOWHERE), np.full(machines, NOWHERE), np.full(machines, NOWHERE)
    at, of = np.empty(tasks + 1), np.empty(tasks + 1, np.int64)
    size, events, come = 0, 0, 0
    while come < tasks or size > 0:
        if come < tasks and (size == 0 or submitted[come] <= at[0]):
            task, now = come, float(submitted[come])
            m = task % machines
            come += 1
            events += 1
            if needs[task] > room[m]:
                continue  # never
            machine[task] = m
            if first[m] == NOWHERE:
                first[m] = task
            else:
                after[last[m]] = task
            last[m] = task
        else:
            task, now = int(of[0]), float(at[0])
            m = int(machine[task])
            size = pop(at, of, size)
            events += 1
            free[m] += needs[task]
        while first[m] != NOWHERE and needs[first[m]] <= free[m]:
            task = int(first[m])
            first[m] = after[task]
            free[m] -= needs[task]
            started[task], ended[task] = now, now + length[task] / mips[m]
            size = push(at, of, size, float(ended[task]), task)
    return events
