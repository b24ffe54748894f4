"""What runs well moves only where that pays: one at a time, nothing to and fro, and never with fewer up than wanted."""

import math
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.brain import commands
from suanwang.brain.apply import apply
from suanwang.brain.decide import lost
from suanwang.brain.rebalance import LEAST, MOVES_MAX, REST_S, rebalance
from suanwang.brain.state import State
from suanwang.model import event as ev
from suanwang.model.data import Data
from suanwang.model.demand import Limits
from suanwang.model.event import Event
from suanwang.model.node import Node, Reading
from suanwang.model.serving import Service
from suanwang.model.where import Site
from suanwang.world.fold import heard
from tests.brain.sample import SHENZHEN, a_node
from tests.brain.test_near import Played
from tests.brain.test_tend import Scene, a_service

PRICE = 30_000
HALL = Site(name="hall", place=SHENZHEN)


def here(name: str, price: float = PRICE, **more: object) -> Node:
    """All at one site, so that nothing but what they ask tells them apart."""
    return msgspec.structs.replace(a_node(name, price=round(price), cores=8), site=HALL, **more)  # type: ignore[arg-type]


def served(least: int = 1, **more: object) -> Service:
    """With money for a day: 0.8 of it at full load are the lease."""
    service = a_service(least=least, most=8, drain_s=10.0)
    demand = msgspec.structs.replace(service.demand, limits=Limits(budget_micro=3_000_000), **more)  # type: ignore[arg-type]
    return msgspec.structs.replace(service, demand=demand)


class Watched(Scene):
    """Every step is followed by a look at what would be better elsewhere."""

    def __init__(self, *nodes: Node) -> None:
        super().__init__(*nodes)
        self.moves = list[ev.InstanceMoved]()
        self.fewest = math.inf

    def price(self, name: str, price: float) -> None:
        self.do(commands.join(here(name, price), "t"))

    def step(self, seconds: float = 1.0) -> list[ev.Event]:
        events = super().step(seconds)
        found = rebalance(self.state, self.seen(), self.now)
        for event in found:
            apply(self.state, event)
        self.moves += [e for e in found if isinstance(e, ev.InstanceMoved)]
        return events

    def up(self) -> int:
        service = next(iter(self.state.fleet.services.values()))
        return sum(not i.retired_at and j in self.seen().contacts for j, i in service.instances.items())

    def names(self) -> list[str]:
        live = (h for job in self.state.jobs.values() for h in job.placements.values() if h.live)
        return sorted(self.state.node_of(h).name for h in live)


def test_a_price_that_wobbles_by_a_twentieth_moves_nothing_in_a_day() -> None:
    scene = Watched(here("a"), here("b"))
    scene.publish(served(2))
    for minute in range(1440):
        scene.price("a", PRICE * (1 + 0.05 * math.sin(minute / 7)))
        scene.price("b", PRICE * (1 - 0.05 * math.sin(minute / 7)))
        scene.step(60.0)
    assert scene.moves == [] and scene.state.ledger.total() == 0


def test_a_node_that_is_a_third_cheaper_gets_them_one_at_a_time_and_none_is_missed() -> None:
    scene = Watched(here("a"), here("b"))
    service = scene.publish(served(3))
    scene.step()
    for _ in range(30):
        scene.step(60.0)
    assert scene.moves == [] and scene.up() == 3
    scene.price("c", 0.7 * PRICE)
    fewest = 3
    for _ in range(3600):
        scene.step()
        fewest = min(fewest, scene.up())
        assert len(service.instances) <= 3 + 2  # one that comes, one that drains
    assert fewest == 3 and scene.names() == ["c", "c", "c"]
    ats = [move.at for move in scene.moves]
    assert len(ats) == 3 and all(b - a >= REST_S for a, b in pairwise(ats))
    assert {(m.move.source in "ab", m.move.target) for m in scene.moves} == {(True, "c")}
    scene.price("a", 0.7 * 0.9 * PRICE)  # cheaper again, but not by as much as moving must gain
    for _ in range(60):
        scene.step(60.0)
    assert len(scene.moves) == 3 and scene.state.ledger.total() == 0


def test_the_figures_of_a_move_add_up_and_are_told() -> None:
    scene = Watched(here("a"))
    service = scene.publish(served())
    scene.step()
    scene.price("b", 0.5 * PRICE)
    for _ in range(20):
        scene.step(60.0)
    (event,) = scene.moves
    move = event.move
    stays, moves = (sum(term.contribution for term in terms) for terms in (move.stays, move.moves))
    assert move.gain == pytest.approx(stays - moves - move.cost, rel=1e-12) and move.gain > LEAST * stays
    assert {t.name: t.value for t in move.stays}["price"] == pytest.approx(2 * {t.name: t.value for t in move.moves}["price"])
    assert move.cost == pytest.approx(moves * 20.0 / move.left_s)
    assert service.moved == move and (move.source, move.target) == ("a", "b")
    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


def test_data_hold_it_where_they_are() -> None:
    """Half the price would draw it; ten gigabytes that someone bills for hold it."""
    scene = Watched(here("a"))
    scene.publish(served(data=(Data(size_bytes=10 * 10**9, node="a", egress_micro_per_gb=500_000),)))
    scene.step()
    scene.price("b", 0.5 * PRICE)
    for _ in range(60):
        scene.step(60.0)
    assert scene.moves == []


def test_if_nobody_takes_its_place_it_stays() -> None:
    scene = Watched(here("a"))
    service = scene.publish(served())
    scene.step()
    (first,) = service.instances
    scene.price("b", 0.5 * PRICE)
    while not scene.moves:
        scene.step(60.0)
    for _ in range(400):
        scene.step()
        scene.broken |= {j for j in service.instances if j != first}  # what is started there is never reached
        assert scene.up() == 1
    assert not service.instances[first].retired_at


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0.3, 2.0)), max_size=12), st.integers(1, 4))
@settings(max_examples=25, deadline=None)
def test_however_prices_go_moves_gain_and_money_sums_to_zero(prices: list[tuple[str, float]], least: int) -> None:
    scene = Watched(here("a"), here("b"), here("c"))
    service = scene.publish(served(least))
    scene.step()
    for name, factor in prices:
        scene.price(name, factor * PRICE)
        for _ in range(15):
            before = len(scene.moves)
            scene.step(60.0)
            assert len(scene.moves) - before <= MOVES_MAX and scene.up() >= least
        assert scene.state.ledger.total() == 0
    assert all(m.move.gain > 0 for m in scene.moves)
    for _ in range(20):
        scene.step(60.0)
    assert isinstance(scene.state, State) and len([i for i in service.instances.values() if not i.retired_at]) >= least


def test_a_placement_that_has_not_begun_is_taken_back_once_and_placed_where_it_is_cheaper() -> None:
    played = Played()
    job = played.submit("j")
    (first,) = played.state.jobs[job].placements.values()
    played.do(commands.join(a_node("d", price=10_000), "t"))

    def look(running: tuple[tuple[str, int], ...], generation: int) -> list[ev.Event]:
        told = Reading(node_id=first.placement.node_id, generation=generation, running=running)
        played.state.world = heard(played.state.world, [told], played.now)
        return rebalance(played.state, None, played.now)

    has = first.generation
    assert look((), has) == []
    played.now += 61.0
    assert look(((job, 0),), has) == [] and look((), has - 1) == []  # it runs; its node does not have it yet
    (event,) = look((), has)
    assert isinstance(event, ev.PlacementLost) and event.moved is not None
    assert (event.moved.source, event.moved.target) == ("a", "d") and event.moved.gain > 0
    apply(played.state, event)
    played.look(job)
    assert played.where(job) == {"d": 1} and played.state.record(first.placement.node_id).lost == 0
    assert played.state.ledger.total() == 0
    played.do(commands.join(a_node("e", price=1_000), "t"))
    second = next(h for h in played.state.jobs[job].placements.values() if h.live)
    told = Reading(node_id=second.placement.node_id, generation=second.generation)
    played.now += 600.0
    played.state.world = heard(played.state.world, [told], played.now)
    assert rebalance(played.state, None, played.now) == []


def apart(*names: str, cores: int = 8) -> list[Node]:
    """Each at a site of its own, the first the cheapest."""
    return [a_node(name, price=PRICE * at, cores=cores) for at, name in enumerate(names, 1)]


def mute(scene: Watched, name: str) -> None:
    """A node leaves, and what it had is lost."""
    node_id = scene.state.named[name]
    for event in [*lost(scene.state, node_id, "gone", scene.now), ev.NodeLeft(at=scene.now, node_id=node_id, reason="gone")]:
        apply(scene.state, event)


def test_instances_that_a_lost_site_left_together_part_when_it_is_back() -> None:
    first, second = apart("a", "b")
    scene = Watched(first, second)
    scene.publish(served(2))
    scene.step()
    assert scene.names() == ["a", "b"]
    mute(scene, "b")
    for _ in range(10):
        scene.step()
    assert scene.names() == ["a", "a"] and scene.moves == []  # it may stand there, since nowhere else would do
    scene.do(commands.join(second, "t"))
    fewest = 2
    for _ in range(200):
        scene.step()
        fewest = min(fewest, scene.up())
    assert scene.names() == ["a", "b"] and fewest == 2 and len(scene.moves) == 1
    (term,) = scene.moves[0].move.stays
    assert (term.name, term.value, scene.moves[0].move.moves[0].value) == ("beside", 1.0, 0.0)


def test_many_part_one_after_the_other_until_they_stand_as_evenly_as_can_be() -> None:
    scene = Watched(*apart("a"))
    scene.publish(served(5))
    scene.step()
    assert scene.names() == ["a"] * 5
    for node in apart("x", "b", "c")[1:]:
        scene.do(commands.join(node, "t"))
    for _ in range(1000):
        scene.step()
    assert sorted(map(scene.names().count, "abc")) == [1, 2, 2] and len(scene.moves) == 3


def test_where_a_move_did_not_come_to_be_it_is_seldom_tried_again() -> None:
    """The second node gives back whatever it is given."""
    scene = Watched(*apart("a"))
    scene.publish(served(2))
    scene.step()
    (second,) = apart("x", "b")[1:]
    scene.do(commands.join(second, "t"))
    for _ in range(1800):
        scene.step()
        for placement in list(scene.state.live[second.id]):
            job = placement.rsplit("/", 1)[0]
            apply(scene.state, ev.PlacementLost(at=scene.now, job_id=job, placement_id=placement, reason="", returned=True))
    assert scene.names() == ["a", "a"] and 2 <= len(scene.moves) <= 4


def test_of_sites_that_will_do_those_with_the_fewest_come_first() -> None:
    """Sites that no rule lets it stand at are not counted among the empty ones."""
    scene = Watched(*apart("a", "b"), msgspec.structs.replace(a_node("c"), runtimes=("wasm",)))
    scene.publish(served(6))
    scene.step()
    assert scene.names() == ["a"] * 3 + ["b"] * 3
