"""Simulated time: every request the same as in SimPy, queues as the formulas have them, and nothing lost on the way unseen."""

from collections.abc import Iterator

import numpy as np
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from suanwang.steer.prices import prices
from suanwang.steer.queues import wait_ms
from suanwang.twin.chance import NEED, exponential
from suanwang.twin.compare import mean
from suanwang.twin.fleet import RULES, TURNS, Change, Fleet, Pick, Rule, Seen
from suanwang.twin.laws import best
from suanwang.twin.run import Run, rule, run
from tests.twin.stage import even, two


def rule_of(name: Rule, fleet: Fleet, age_ms: float = 50.0) -> Pick:
    if name != "prices":
        return rule(name, fleet, age_ms=age_ms)
    flow = fleet.rates[:, None] * best(fleet.rates, fleet.rtt_ms, fleet.servers, fleet.service_ms)
    busy, none = flow.sum(0) * fleet.service_ms / fleet.servers, np.zeros(len(fleet.servers), int)
    rows = [prices(way, fleet.service_ms, fleet.servers, busy, one / flow.sum(0), one * (way + 10), none)
            for way, one in zip(fleet.rtt_ms, flow, strict=True)]  # fmt: skip
    return rule(name, fleet, price=np.array(rows))


def in_simpy(fleet: Fleet, seen: Seen, seed: int) -> np.ndarray:
    """What the same requests take at the same sites."""
    world, found = simpy.Environment(), np.empty(len(seen.at_ms))
    sites = [simpy.Resource(world, int(c)) for c in fleet.servers]

    def one(number: int) -> Iterator[simpy.Event]:
        site = int(seen.site[number])
        rtt = float(fleet.rtt_ms[seen.client[number], site])
        yield world.timeout(float(seen.at_ms[number]) + rtt / 2)
        with sites[site].request() as turn:
            yield turn
            yield world.timeout(exponential(seed, number, NEED) * float(fleet.service_ms[site]))
        found[number] = world.now + rtt / 2 - seen.at_ms[number]

    for number in range(len(found)):
        world.process(one(number))
    world.run()
    return found


@pytest.mark.parametrize("name", RULES)
def test_every_request_takes_what_it_takes_in_simpy(name: Rule) -> None:
    fleet = two(0.8)
    seen = run(fleet, rule_of(name, fleet), 5, 3000)
    assert np.allclose(seen.latency_ms, in_simpy(fleet, seen, 5), rtol=0, atol=1e-6)
    assert len(np.unique(seen.site)) > 1


@pytest.mark.parametrize(("law", "worse"), [("exponential", 1.0), ("fixed", 0.5), ("lognormal", 2.5)])
def test_queues_are_as_the_formulas_have_them(law: str, worse: float) -> None:
    """M/M/c by Erlang C; of one server by Pollaczek and Khinchine, waiting is (1 + spread^2) / 2 times that of M/M/1."""
    fleet = even(0.7, sites=2, servers=1, law=law, spread=2.0)
    waits = [float(run(fleet, rule("shares", fleet), seed, 300_000).latency_ms[30_000:].mean()) - 21.0 for seed in range(8)]
    found = mean(waits, 0.999)
    assert abs(found.value - worse * wait_ms(1, 0.7, 10.0)) < found.half


def test_many_servers_wait_as_erlang_says() -> None:
    fleet = even(0.85, sites=3, servers=5)
    waits = [float(run(fleet, rule("shares", fleet), seed, 200_000).latency_ms[20_000:].mean()) - 21.0 for seed in range(8)]
    found = mean(waits, 0.999)
    assert abs(found.value - wait_ms(5, 4.25, 10.0)) < found.half


CHANGES = st.lists(
    st.builds(
        Change,
        at_ms=st.floats(0, 400),
        turn=st.sampled_from(TURNS),
        site=st.integers(0, 2),
        client=st.integers(-1, 1),
        times=st.sampled_from((0.0, 0.5, 3.0)),
    ).filter(lambda c: c.times > 0 if c.turn == "slow" else c.times > 1 if c.turn == "longer" else True),
    max_size=6,
)


@given(CHANGES, st.sampled_from(RULES), st.integers(0, 2**62), st.floats(0.2, 1.5), st.booleans())
@settings(max_examples=80, deadline=None)
def test_every_request_comes_once_and_ends_once(changes: list[Change], name: Rule, seed: int, load: float, tcp: bool) -> None:
    more = {"turns": 2.0, "again_ms": 40.0} if tcp else {}
    fleet = two(load, changes=tuple(changes), **more)
    one = Run(fleet, seed, 400, old_ms=50.0)
    pick = rule_of(name, fleet)
    for stop in (150.0, 300.0, np.inf):
        one.until(stop, pick)
        seen = one.seen()
        answered = int(np.isfinite(seen.latency_ms).sum())
        assert answered + seen.lost + seen.under_way == len(seen.at_ms)
        assert one.live.own.min() >= 0 and one.live.present.min() >= 0 and len(one.there()) <= seen.under_way
    assert seen.under_way == 0 and np.all(one.live.own == 0) and np.all(one.live.present == 0)
    assert np.all(np.diff(seen.at_ms) >= 0)
    took = seen.latency_ms
    assert np.all(np.isnan(took) | (took >= fleet.rtt_ms.min()))


def test_the_same_seed_is_the_same_run_and_stopping_changes_nothing() -> None:
    fleet = two(0.9, changes=(Change(at_ms=80.0, turn="rate", times=2.0), Change(at_ms=200.0, turn="slow", site=1, times=4.0)))
    pick = rule_of("joint", fleet)
    whole = Run(fleet, 7, 2000, old_ms=50.0)
    whole.until(np.inf, pick)
    parts = Run(fleet, 7, 2000, old_ms=50.0)
    for stop in np.arange(13.0, 6000.0, 13.0):
        parts.until(float(stop), pick)
    parts.until(np.inf, pick)
    assert np.array_equal(whole.seen().latency_ms, parts.seen().latency_ms)
    assert whole.seen().swing(0.0, 1000.0) == parts.seen().swing(0.0, 1000.0) > 0.5
    other = Run(fleet, 8, 2000, old_ms=50.0)
    other.until(np.inf, pick)
    assert not np.array_equal(whole.seen().latency_ms, other.seen().latency_ms)


def test_a_state_that_is_known_is_as_old_as_it_is_said_to_be() -> None:
    """Who is present is counted in two ways: by events as they come, and by looking back; and Little's law holds."""
    fleet = two(0.8)
    one = Run(fleet, 3, 20_000, old_ms=20.0)
    watched = rule("joint", fleet)
    for stop in (100.0, 333.0, 1000.0):
        one.until(stop, watched)
        assert np.array_equal(np.bincount(one.live.site[one.there()], minlength=3), one.live.present)
    one.until(np.inf, watched)
    seen, end = one.seen(), float(one.seen().at_ms[-1])
    spent = seen.latency_ms - fleet.rtt_ms[seen.client, seen.site]
    by_little = np.bincount(seen.site, spent, 3) / end
    assert np.allclose(seen.load(0.0, end), by_little, rtol=0.01)


def test_under_one_seed_two_rules_see_the_same_requests() -> None:
    fleet = two()
    a, b = (run(fleet, rule(name, fleet), 3, 500) for name in ("nearest", "shares"))
    assert np.array_equal(a.at_ms, b.at_ms) and np.array_equal(a.client, b.client) and not np.array_equal(a.site, b.site)


@pytest.mark.parametrize("name", ["joint", "nearest"])
def test_a_dead_site_gets_nothing_once_that_is_known(name: Rule) -> None:
    fleet = two(changes=(Change(at_ms=100.0, turn="site dies", site=1), Change(at_ms=600.0, turn="site lives", site=1)))
    seen = run(fleet, rule(name, fleet, age_ms=50.0), 1, 2000)
    sent = seen.site == 1
    known = (seen.at_ms > 161.0) & (seen.at_ms < 650.0)
    assert sent.any() and not sent[known].any() and sent[seen.at_ms > 700].any()
    assert seen.lost > 0 and np.isnan(seen.latency_ms[sent & (seen.at_ms > 100) & (seen.at_ms < 160)]).all()


def test_a_cut_link_loses_what_is_sent_over_it_and_no_more() -> None:
    fleet = two(
        changes=(Change(at_ms=50.0, turn="link cut", client=0, site=0), Change(at_ms=90.0, turn="link mends", client=0))
    )
    seen = run(fleet, rule("shares", fleet), 2, 1000)
    over = (seen.client == 0) & (seen.site == 0) & (seen.at_ms >= 50) & (seen.at_ms < 90)
    assert over.any() and np.array_equal(np.isnan(seen.latency_ms), over) and seen.lost == over.sum()


def test_a_rate_that_doubles_and_one_that_stops() -> None:
    fleet = two(changes=(Change(at_ms=1000.0, turn="rate", times=2.0), Change(at_ms=2000.0, turn="rate", client=0, times=0.0)))
    one = Run(fleet, 1, 10_000)
    one.until(3000.0, rule("shares", fleet))
    seen = one.seen()
    counts = np.histogram(seen.at_ms, [0, 1000, 2000, 3000])[0]
    assert counts[0] == pytest.approx(540, rel=0.15) and counts[1] == pytest.approx(1080, rel=0.12)
    assert counts[2] == pytest.approx(432, rel=0.17) and not np.any(seen.client[seen.at_ms > 2000] == 0)


def test_a_trace_is_followed_to_the_letter() -> None:
    fleet = two()
    times, clients = np.array([3.0, 4.0, 4.0, 10.0]), np.array([1, 0, 0, 1])
    seen = run(fleet, rule("nearest", fleet), 1, 100, trace=(times, clients))
    assert np.array_equal(seen.at_ms, times) and np.array_equal(seen.client, clients) and seen.lost == 0
    assert np.array_equal(seen.site, [1, 0, 0, 1])
