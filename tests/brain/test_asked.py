"""What is asked for is counted from the first accelerator on, and a restart knows it: from the log alone, and from a
snapshot."""

import msgspec

from suanwang.brain.replay import Restored, fold, restore, saved
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.demand import AcceleratorNeed, Needs
from suanwang.model.node import Accelerator, Node
from suanwang.trust.merkle import Tree
from suanwang.world.asked import Want
from tests.brain.sample import a_demand, a_node
from tests.twin.whole import Disk


def events() -> list[ev.Event]:
    """A job, a node with accelerators, then forty jobs of two shapes, the last an array of five."""
    equal = Accelerator(kind="a100", vendor="nvidia", name="x", count=4)
    node = a_node("one")
    node = msgspec.structs.replace(node, capacity=msgspec.structs.replace(node.capacity, accelerators=(equal,)))
    needs = (Needs(cpu_milli=2000, memory_bytes=1), Needs(cpu_milli=4000, memory_bytes=1, accelerator=AcceleratorNeed(count=2)))
    shapes = [needs[0], *(needs[n % 2] for n in range(40))]
    jobs = [accepted(n, shape, 5 if n == 40 else 1) for n, shape in enumerate(shapes)]
    return [ev.UserAdded(at=0.0, user="ada", roles=()), jobs[0], joined(node), *jobs[1:]]


def accepted(number: int, needs: Needs, tasks: int) -> ev.Event:
    demand = msgspec.structs.replace(a_demand(tasks), needs=needs)
    return ev.JobAccepted(at=1.0, job_id=f"job-{number}", user="ada", key=f"k{number}", digest="0", demand=demand)


def joined(node: Node) -> ev.Event:
    return ev.NodeJoined(at=0.5, node=node, token_id="t")


def known(disk: Disk) -> Restored:
    return restore(disk)  # type: ignore[arg-type]


def test_what_is_asked_for_survives_a_restart_with_and_without_a_snapshot() -> None:
    disk, live = Disk(), Restored(state=State(), tree=Tree(), snapshot_at=0)
    bodies = [msgspec.json.encode(event) for event in events()]
    disk.append(1, bodies[:30])
    fold(live.state, live.tree, disk.read(0))
    snapshot = saved(live.state, live.tree, 0)
    disk.append(31, bodies[30:])
    fold(live.state, live.tree, disk.read(30))
    plain = known(disk).state.world.asked
    disk.snapshot(snapshot)
    kept = known(disk)
    assert kept.snapshot_at == 30
    for asked in (plain, kept.state.world.asked):
        assert asked.counts == live.state.world.asked.counts and asked.total == live.state.world.asked.total
        assert asked.mix.wants == live.state.world.asked.mix.wants
    assert plain.counts == {Want(2000, 1, 0, ()): 20, Want(4000, 1, 2, ()): 24}, "the first was before there were any"
