"""Work follows its data when they are many, and cheap work draws the data when they are few: where the figures say."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.place.test_place import GIB, SHENZHEN, SITES, ask_for, decide, node, shares

from suanwang.model.data import Data
from suanwang.model.demand import Demand, Item, Limits, Wasm
from suanwang.model.file import FileRef
from suanwang.model.node import Capacity, Offer, Reading
from suanwang.model.plan import Plan, Refusal
from suanwang.place.gravity import GB, RATE_ASSUMED, moves
from suanwang.world.fold import empty, heard, joined, left
from suanwang.world.stored import UNTOLD, marks, noted
from suanwang.world.world import World

FUEL = 20 * 10**9
DEAR, CHEAP = 900_000, 300_000
SHA = "ab" * 32


def two(**cheap: object) -> World:
    """Dear beside the data in Shenzhen, cheap in Guiyang."""
    dear = node("dear", site=SITES[0], offer=Offer(price_micro_per_tfuel=DEAR, egress_micro_per_gb=400_000))
    other = node("cheap", site=SITES[2], offer=Offer(price_micro_per_tfuel=CHEAP))
    return heard(joined(empty(), dear, other), [Reading(node_id="node-cheap", generation=1, **cheap)], 1.0)


def job(*data: Data, tasks: int = 1, files: tuple[FileRef, ...] = (), **limits: object) -> Demand:
    items = tuple(Item(value=str(i)) for i in range(tasks)) if tasks > 1 else ()
    return Demand(name="j", work=Wasm(file="a"), items=items, data=data, files=files, limits=Limits(**limits))


def winner(world: World, demand: Demand) -> str:
    found = decide(world, ask_for(demand))
    assert isinstance(found, Plan), found
    return found.explanation.winner


@pytest.mark.parametrize(
    "where", [{"site": "sz"}, {"node": "dear"}, {"place": SHENZHEN}], ids=["at a site", "on a node", "in a city"]
)
@pytest.mark.parametrize("price", [None, 400_000, 20_000])
def test_the_crossover_is_where_the_figures_say(where: dict[str, object], price: int | None) -> None:
    """Price and risk (reputation 0.9) are what the dear node costs more; egress and seconds are what moving costs."""
    more = (DEAR - CHEAP) * FUEL / 1e12 / 1e6 * 1000 / 0.9
    a_gb = 1000 * (400_000 if price is None else price) / 1e6 + 1e-5 * GB / RATE_ASSUMED
    carbon = 1e-4 * FUEL * (4 / 1e9 / 3.6e6) * (440 * 1.2 - 120 * 1.1)
    crossover = (more + carbon) / a_gb
    for size, expected in ((0.999 * crossover, "cheap"), (1.001 * crossover, "dear")):
        data = Data(size_bytes=round(size * GB), egress_micro_per_gb=price, **where)
        assert winner(two(), job(data)) == expected


def test_the_terms_add_up_and_say_what_moves() -> None:
    plan = decide(two(pull_bytes_per_s=1e9), ask_for(job(Data(size_bytes=GB // 100, site="sz"))))
    assert isinstance(plan, Plan) and plan.explanation.winner == "cheap"
    cheap = plan.explanation.finalists[0]
    egress = next(term for term in cheap.terms if term.name == "egress")
    assert (egress.value, egress.contribution) == (0.004, 4.0)
    assert (cheap.move_bytes, cheap.move_s, cheap.move_basis) == (GB // 100, 0.01, "measured by the node")
    assert plan.finish_s == cheap.finish_s == 0.01 + 20.0
    (held,) = plan.placements
    assert (held.move_bytes, held.egress_micro) == (
        GB // 100,
        4_000,
    ) and held.hold_micro == 180_000 * 300_000 // 10**6 // 9 * 10


def test_a_job_without_data_has_no_such_term() -> None:
    plan = decide(two(), ask_for(job()))
    assert [t.name for t in plan.explanation.finalists[0].terms][-1] == "waste"
    assert moves(two(), job()) is None


def test_moving_counts_against_the_time_to_finish() -> None:
    """A gigabyte takes 80 s over an assumed line, 1 s over one that was measured."""
    demand = job(Data(size_bytes=GB, node="dear", egress_micro_per_gb=0), finish_s_max=60.0)
    assert winner(two(), demand) == "dear"
    assert winner(two(pull_bytes_per_s=1e9), demand) == "cheap"
    no = decide(left(two(), "node-dear"), ask_for(demand))
    assert isinstance(no, Refusal) and no.explanation.ruled_out[0].reasons[0].have == "1 min 40 s"


def test_who_has_the_files_is_preferred_and_need_not_fetch_them() -> None:
    file = FileRef(path="a", sha256=SHA, size=GB)
    same = Offer(price_micro_per_tfuel=CHEAP)
    world = joined(empty(), *(node(n, offer=same) for n in "abcdef"))
    told = heard(world, [Reading(node_id="node-d", generation=1, files=bytes.fromhex("00" * 4 + SHA[:8]))], 1.0)
    assert winner(told, job(files=(file,))) == "d"
    again = heard(told, [Reading(node_id="node-d", generation=1)], 2.0)
    found = decide(again, ask_for(job(files=(file,)))).explanation.finalists
    assert [(f.node, f.move_s) for f in found][:2] == [("d", 0.0), (found[1].node, 80.0)]
    little = job(files=(FileRef(path="a", sha256=SHA, size=100),))
    assert winner(again, little) == "d" and moves(world, little) is None
    gone = heard(again, [Reading(node_id="node-d", generation=1, files=b"")], 3.0)
    assert moves(gone, little) is None and moves(left(again, "node-d"), little) is None


def test_an_array_stays_together_where_each_node_would_have_to_fetch() -> None:
    room = Capacity(cpu_milli=4000, memory_bytes=16 * GIB)
    there = [node(n, capacity=room, offer=Offer(price_micro_per_tfuel=CHEAP)) for n in "abcd"]
    world = joined(empty(), *there)
    spread_out = msgspec.structs.replace(job(tasks=16), prefer="speed")
    assert sorted(shares(decide(world, ask_for(spread_out))).values()) == [4, 4, 4, 4]
    held = Data(size_bytes=20 * GB, node="a", egress_micro_per_gb=0)
    assert shares(decide(world, ask_for(msgspec.structs.replace(spread_out, data=(held,))))) == {"a": 16}
    hurried = msgspec.structs.replace(spread_out, data=(msgspec.structs.replace(held, size_bytes=GB // 2),))
    plan = decide(world, ask_for(hurried))  # 40 s for the data, 20 s for each round
    assert len(shares(plan)) > 1 and plan.finish_s == 60.0


@given(st.lists(st.tuples(st.integers(0, 3), st.frozensets(st.sampled_from(["0a", "0b", "0c", "0d"]))), max_size=20))
def test_who_holds_what_is_what_each_said_last(news: list[tuple[int, frozenset[str]]]) -> None:
    stored, last = UNTOLD, dict[int, frozenset[str]]()
    for number, names in news:
        last[number] = names
        stored = noted(stored, [(f"n{number}", number, b"".join(bytes.fromhex(n * 4) for n in sorted(names)))])
    for name in ("0a", "0b", "0c", "0d"):
        expected = sorted(number for number, names in last.items() if name in names)
        assert list(stored.holders.get(name * 4, ())) == expected
    assert len(stored.told) == sum(bool(names) for names in last.values())
    assert marks(b"\x01\x02\x03\x04\x05") == {"01020304"}
