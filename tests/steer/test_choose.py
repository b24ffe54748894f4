"""The path selector as a law: what it may never do, and what it must, whatever is told to it."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.model.steering import Contact, Load, Served
from suanwang.steer.address import number_of
from suanwang.steer.choose import APART, LEAST, MOST, Door, Memory, Probe, Seen, step
from suanwang.steer.columns import Known

LATENCY = {(7, 0): 2.0, (8, 0): 8.0, (9, 0): 20.0}


def served(count: int = 6, **more: object) -> Served:
    contacts = tuple(
        Contact(id=f"c{i}", node_id=f"n{i}", address="::", port=80, locator=number_of(7 + i % 3, 1 + i), function=1, speed=1.0)
        for i in range(count)
    )
    made = Served(id="s", name="s", cs_id="::", public_key="", port=80, contacts=contacts)
    return msgspec.structs.replace(made, **more)


def seen(service: Served, loads: dict[str, Load], now: float, probes: dict[str, Probe] | None = None) -> Seen:
    return Seen(
        services=(service,), loads={c: (load, now) for c, load in loads.items()}, latency_ms=LATENCY, probes=probes or {}
    )


def run(service: Served, loads: dict[str, Load], steps: int = 20, probes: dict[str, Probe] | None = None) -> dict[str, int]:
    """The weights after some steps in which the same is told."""
    memory, weights = Memory(), {}
    for i in range(steps):
        now = 100.0 + 0.25 * i
        fresh = {c: p._replace(at=now) for c, p in (probes or {}).items()}
        memory, chosen = step(memory, seen(service, loads, now, fresh), now)
        weights = chosen["s"]
    return weights


loads = st.builds(
    Load,
    contact=st.just(""),
    in_flight=st.floats(0, 200),
    latency_ms=st.floats(0, 2000),
    healthy=st.booleans(),
    cpu=st.floats(0, 4),
)
tellings = st.lists(st.dictionaries(st.sampled_from([f"c{i}" for i in range(6)]), loads), max_size=8)


@given(tellings, st.sets(st.sampled_from(range(6)), max_size=6))
@settings(max_examples=150, deadline=None)
def test_whatever_is_told_some_contact_gets_flows_and_none_that_is_ill_does(
    told: list[dict[str, Load]], draining: set[int]
) -> None:
    service = served()
    contacts = tuple(msgspec.structs.replace(c, draining=i in draining) for i, c in enumerate(service.contacts))
    service = msgspec.structs.replace(service, contacts=contacts)
    memory, state = Memory(), dict[str, Load]()
    for i, some in enumerate(told):
        now = 100.0 + 0.25 * i
        state |= some
        memory, chosen = step(memory, seen(service, state, now), now)
        weights = chosen["s"]
        assert set(weights) == {c.id for c in contacts} and max(weights.values()) == MOST
        well = {c.id for c in contacts if not c.draining and state.get(c.id, Load(contact="", in_flight=0)).healthy}
        if well:
            assert {c for c, w in weights.items() if w} == well
        assert all(LEAST <= weights[c] <= MOST for c in well)


@given(tellings)
@settings(max_examples=60, deadline=None)
def test_the_order_of_contacts_changes_nothing(told: list[dict[str, Load]]) -> None:
    service = served()
    turned = msgspec.structs.replace(service, contacts=service.contacts[::-1])
    results = []
    for one in (service, turned):
        memory, state, weights = Memory(), dict[str, Load](), {}
        for i, some in enumerate(told):
            state |= some
            memory, weights = step(memory, seen(one, state, 100 + 0.25 * i), 100 + 0.25 * i)
        results.append(weights)
    assert results[0] == results[1]


@given(st.integers(0, 5), st.floats(1.0, 50.0))
@settings(max_examples=60, deadline=None)
def test_who_is_slower_never_gets_more(index: int, factor: float) -> None:
    even = {f"c{i}": Load(contact="", in_flight=2.0, latency_ms=20.0) for i in range(6)}
    worse = even | {f"c{index}": Load(contact="", in_flight=2.0, latency_ms=20.0 * factor)}
    base, changed = run(served(), even), run(served(), worse)
    part = [w[f"c{index}"] / sum(w.values()) for w in (base, changed)]
    assert part[1] <= part[0] + 1e-9


def test_quick_enough_the_nearest_serves_alone() -> None:
    told = {f"c{i}": Load(contact="", in_flight=0.06 if i in (0, 3) else 0.0, latency_ms=5.0) for i in range(6)}
    weights = run(served(), told, steps=30)
    near = weights["c0"] + weights["c3"]
    assert near / sum(weights.values()) > 0.95


def test_overloaded_it_gives_up_most_within_a_second() -> None:
    service = served()
    calm = {f"c{i}": Load(contact="", in_flight=0.5, latency_ms=8.0) for i in range(6)}
    memory = Memory()
    for i in range(20):
        memory, chosen = step(memory, seen(service, calm, 100 + 0.25 * i), 100 + 0.25 * i)
    crowd = calm | {c: Load(contact="", in_flight=40.0, latency_ms=300.0) for c in ("c0", "c3")}
    for i in range(4):
        now = 105.0 + 0.25 * i
        memory, chosen = step(memory, seen(service, crowd, now), now)
    weights = chosen["s"]
    assert (weights["c0"] + weights["c3"]) / sum(weights.values()) < 0.3


def test_a_liar_gains_nothing_beyond_what_it_is_measured_to_be() -> None:
    """It says that it is idle and answers in 1 ms; the selector's own checks of it take 300 ms."""
    told = {f"c{i}": Load(contact="", in_flight=3.0, latency_ms=30.0) for i in range(6)}
    told["c2"] = Load(contact="", in_flight=0.0, latency_ms=1.0)
    probes = {f"c{i}": Probe(30.0 + 2 * LATENCY[7 + i % 3, 0], 0.0) for i in range(6)} | {"c2": Probe(300.0, 0.0)}
    weights = run(served(), told, probes=probes)
    assert weights["c2"] / sum(weights.values()) < 0.05


def test_who_is_not_heard_of_any_more_gets_nothing_unless_nobody_is() -> None:
    service = served(3)
    told = {c.id: (Load(contact="", in_flight=0.5, latency_ms=5.0), 100.0) for c in service.contacts}
    memory, _ = step(Memory(), Seen(services=(service,), loads=told, latency_ms=LATENCY), 100.0)
    told["c1"] = (told["c1"][0], 104.0)
    memory, chosen = step(memory, Seen(services=(service,), loads=told, latency_ms=LATENCY), 104.5)
    assert chosen["s"]["c0"] == chosen["s"]["c2"] == 0 and chosen["s"]["c1"] == MOST
    _, chosen = step(memory, Seen(services=(service,), loads=told, latency_ms=LATENCY), 120.0)
    assert all(chosen["s"].values())


def test_shares_do_not_move_for_noise() -> None:
    service = served(3)
    memory, shown = Memory(), set[tuple[int, ...]]()
    for i in range(40):
        now = 100 + 0.25 * i
        told = {
            f"c{k}": Load(contact="", in_flight=2.0 + 0.02 * ((i + k) % 3), latency_ms=30.0 - 2 * LATENCY[7 + k, 0])
            for k in range(3)
        }
        memory, chosen = step(memory, seen(service, told, now), now)
        if i > 20:
            shown.add(tuple(chosen["s"].values()))
    assert len(shown) == 1


@pytest.mark.parametrize("services", [(), (served(0),)])
def test_nothing_to_choose_from(services: tuple[Served, ...]) -> None:
    assert step(Memory(), Seen(services=services), 1.0)[1] == {s.id: {} for s in services}


def test_what_is_known_stays_while_contacts_come_and_go() -> None:
    service = served(4)
    told = {f"c{i}": Load(contact="", in_flight=float(i), latency_ms=10.0) for i in range(4)}
    memory = Memory()
    for i in range(20):
        memory, chosen = step(memory, seen(service, told, 100 + 0.25 * i), 100 + 0.25 * i)
    fewer = msgspec.structs.replace(service, contacts=service.contacts[:3])
    _, after = step(memory, seen(fewer, told, 105.05), 105.05)
    order = sorted(after["s"], key=lambda c: -after["s"][c])
    assert order == [c for c in sorted(chosen["s"], key=lambda c: -chosen["s"][c]) if c in after["s"]]


def told_of(took_ms: dict[str, float], in_flight: float = 3.0) -> dict[str, Load]:
    return {c: Load(contact="", in_flight=in_flight, latency_ms=ms) for c, ms in took_ms.items()}


def test_one_whose_requests_take_three_times_as_long_gets_much_less_by_what_its_node_tells() -> None:
    even = {f"c{i}": 30.0 for i in range(6)}
    base, grey = run(served(), told_of(even)), run(served(), told_of(even | {"c0": 90.0}))
    assert grey["c0"] / sum(grey.values()) < 0.6 * base["c0"] / sum(base.values())


@given(st.floats(30.0, 120.0))
@settings(max_examples=20, deadline=None)
def test_where_all_requests_are_long_nobody_is_slow(took_ms: float) -> None:
    """Twice and four times as long as expected: how the work is spread follows from where it is, not from who tells it."""
    weights = run(served(), told_of({f"c{i}": took_ms for i in range(6)}))
    pairs = [(weights[f"c{i}"], weights[f"c{i + 3}"]) for i in range(3)]
    assert all(a == b for a, b in pairs) and weights["c0"] == MOST and weights["c2"] > MOST / 8


def test_what_the_brain_says_bars_and_serves_while_nothing_is_heard() -> None:
    service = served(3, weights=(("c0", 30), ("c1", 0), ("c2", 256)))
    memory, blind = step(Memory(), Seen(services=(service,), latency_ms=LATENCY), 100.0)
    assert blind["s"] == {"c0": 30, "c1": 0, "c2": 256}
    told = told_of({"c0": 5.0, "c1": 5.0, "c2": 5.0}, in_flight=0.3)
    for i in range(1, 20):
        memory, chosen = step(memory, seen(service, told, 100 + 0.25 * i), 100 + 0.25 * i)
    assert chosen["s"]["c0"] == MOST and chosen["s"]["c1"] == 0, (
        "the nearest; the brain gave it little, before anything was heard"
    )
    _, silent = step(memory, seen(service, {}, 120.0), 120.0)
    assert silent["s"]["c1"] == 0 and silent["s"]["c2"] == MOST


HERE, THERE = {(7, 0): 2.0, (8, 0): 20.0, (9, 0): 40.0}, {(7, 0): 20.0, (8, 0): 2.0, (9, 0): 40.0}


def told_rates(own: float, other: float, in_flight: float = 1.0, seconds: float = 12.0) -> dict[str, int]:
    """The weights at an ingress next to c0, where another is next to c1, and c0 and c1 are so busy."""
    service, memory, weights = served(3), Memory(), dict[str, int]()
    told = {f"c{i}": Load(contact="", in_flight=in_flight if i < 2 else 0.05, latency_ms=12.0) for i in range(3)}
    for i in range(round(8 * seconds)):
        now = 100.0 + i / 8
        rates = {"flows_per_s": {"s": own}, "doors": (Door({"s": other}, THERE),)} if own + other else {}
        one = Seen(services=(service,), loads={c: (x, now) for c, x in told.items()}, latency_ms=HERE, **rates)
        memory, chosen = step(memory, one, now)
        weights = chosen["s"]
    return weights


def test_what_comes_in_elsewhere_is_left_to_those_who_are_near_there() -> None:
    """Where nobody counts, all might come in here, and must be spread."""
    blind, known = told_rates(0.0, 0.0), told_rates(40.0, 40.0)
    assert known["c0"] / sum(known.values()) > 0.8 > blind["c0"] / sum(blind.values())


def test_an_ingress_where_little_comes_in_makes_room_for_one_where_much_does() -> None:
    """Each has its own contact near; from where all comes it goes further."""
    much, little = told_rates(79.0, 1.0, 2.0), told_rates(1.0, 79.0, 2.0)
    assert much["c1"] / sum(much.values()) > 0.2 and little["c1"] / sum(little.values()) < 0.1


@pytest.mark.parametrize("lie", [1e5, 1e6])
def test_an_ingress_that_makes_up_rates_makes_others_believe_in_no_more_than_so_much_load(lie: float) -> None:
    """It says that a million come in there. All that is seen is little, so its neighbour still uses what is near."""
    service, memory, weights = served(3), Memory(), dict[str, int]()
    told = {f"c{i}": Load(contact="", in_flight=0.1, latency_ms=12.0) for i in range(3)}
    for i in range(120):
        now = 100.0 + i / 8
        other = 40.0 if i < 80 else lie
        one = Seen(
            services=(service,), loads={c: (x, now) for c, x in told.items()}, latency_ms=HERE,
            flows_per_s={"s": 40.0}, doors=(Door({"s": other}, THERE),),
        )  # fmt: skip
        memory, chosen = step(memory, one, now)
        weights = chosen["s"]
    assert memory.state is not None and APART == 2.0
    assert weights["c0"] / sum(weights.values()) > 0.8


def test_where_nothing_comes_in_for_a_while_what_was_learnt_stays() -> None:
    service, memory = served(3), Memory()
    quiet = {f"c{i}": Load(contact="", in_flight=0.0) for i in range(3)}
    busy = {f"c{i}": Load(contact="", in_flight=1.0 if i < 2 else 0.1, latency_ms=12.0) for i in range(3)}
    for i in range(240):
        now = 100.0 + i / 8
        told, rate = (quiet, 0.0) if 80 < i < 200 else (busy, 40.0)
        one = Seen(
            services=(service,), loads={c: (x, now) for c, x in told.items()}, latency_ms=HERE,
            flows_per_s={"s": rate}, doors=(Door({"s": rate}, THERE),),
        )  # fmt: skip
        memory, chosen = step(memory, one, now)
        assert max(chosen["s"].values()) == MOST and min(chosen["s"].values()) >= LEAST
    assert chosen["s"]["c0"] / sum(chosen["s"].values()) > 0.8


def under_way_here(flows: list[float], *, told: float | None = None) -> tuple[Memory, list[dict[str, int]]]:
    """What is given out while so many flows from here, 100 a second, wait at c0, an eighth of a second a step. told: in flight,
    of all three; None: nobody says anything."""
    service, memory, given = served(3), Memory(), list[dict[str, int]]()
    for i, waiting in enumerate(flows):
        now = 100.0 + i / 8
        loads = {} if told is None else {f"c{k}": (Load(contact="", in_flight=told, latency_ms=12.0), now) for k in range(3)}
        one = Seen(
            services=(service,), loads=loads, latency_ms=HERE, flows_per_s={"s": 100.0}, under_way={"c0": round(waiting)},
        )  # fmt: skip
        memory, chosen = step(memory, one, now)
        given.append(chosen["s"])
    return memory, given


def test_own_flows_that_pile_up_are_a_queue_before_anybody_tells_of_it() -> None:
    _, given = under_way_here([0, 30, 60, 90, 120, 150])
    assert given[0]["c0"] > 5 * max(given[0]["c1"], given[0]["c2"]), "the nearest, at first"
    assert given[-1]["c0"] < max(given[-1]["c1"], given[-1]["c2"])


def test_a_queue_of_own_flows_does_not_come_to_be_usual() -> None:
    """Four seconds with thousands under way; then as before."""
    calm, queued = [2.0] * 40, [2.0] * 40 + [3000.0] * 32 + [2.0] * 40
    kept = [Known(*state).kept_ms.max() for memory, _ in map(lambda f: under_way_here(f, told=0.5), (calm, queued))
            if (state := memory.state) is not None]  # fmt: skip
    assert len(kept) == 2 and kept[1] < kept[0] + 3.0


def test_what_chance_has_in_flight_is_not_taken_for_more_load_than_flows_bring() -> None:
    """Once a few more are seen at once; the rate of flows is what it was."""
    service, memory, given = served(3), Memory(), list[dict[str, int]]()
    for i in range(90):
        now = 100.0 + i / 8
        there = 1.0 if i == 80 else 0.7
        loads = {f"c{k}": (Load(contact="", in_flight=there, latency_ms=12.0), now) for k in range(3)}
        one = Seen(services=(service,), loads=loads, latency_ms=HERE, flows_per_s={"s": 60.0})
        memory, chosen = step(memory, one, now)
        given.append(chosen["s"])
    assert given[78] == given[79] == given[80] == given[81]
