"""Node and path as one choice: nothing over its room, near the most there is, and never wiser than what has come so far."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack
from tests.place.nets import a_case

from suanwang.place.batch.joint import Chosen, in_turn, together
from suanwang.place.batch.options import Demands, Options, options_of

cases = st.tuples(
    st.integers(0, 2**32), st.integers(2, 9), st.integers(0, 12), st.integers(1, 4), st.integers(1, 30),
    st.sampled_from([0.5, 1.5, 4.0]),
)  # fmt: skip


def takes(options: Options) -> csr_array:
    """What each option takes: resources x options."""
    of = np.repeat(np.arange(len(options.gain)), np.diff(options.start))
    return csr_array((options.amount, (options.link, of)), shape=(len(options.room), len(options.gain)))


def most(options: Options) -> float:
    """The exact answer, by integer programming."""
    if not len(options.gain):
        return 0.0
    of = np.repeat(np.arange(len(options.first) - 1), np.diff(options.first))
    one = csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(len(options.first) - 1, len(of)))
    limits = LinearConstraint(vstack([takes(options), one]), ub=np.r_[options.room, np.ones(one.shape[0])])
    solved = milp(-options.gain, constraints=limits, integrality=np.ones(len(of)), bounds=Bounds(0, 1))
    return float(-solved.fun)


def check(options: Options, found: Chosen) -> None:
    """One option of its own for each, nothing over its room, and the gain is the sum."""
    chosen = np.flatnonzero(found.option >= 0)
    option = found.option[chosen]
    assert ((options.first[chosen] <= option) & (option < options.first[chosen + 1])).all()
    used = takes(options)[:, option].sum(axis=1)
    assert (used <= options.room * (1 + 1e-9)).all()
    assert found.gain == pytest.approx(options.gain[option].sum())


@given(cases)
@settings(max_examples=60, deadline=None)
def test_an_option_leads_to_its_site_in_time_and_has_a_gain(case: tuple[int, int, int, int, int, float]) -> None:
    net, sites, demands = a_case(*case)
    options = options_of(net, sites, demands)
    for i in range(len(demands.work)):
        for c in range(options.first[i], options.first[i + 1]):
            *way, end = options.link[options.start[c] : options.start[c + 1]].tolist()
            site, here, far, toll = options.site[c], demands.router[i], 0.0, 0.0
            for e in way:
                assert here in (net.a[e], net.b[e])
                here = net.a[e] + net.b[e] - here
                far, toll = far + net.latency_ms[e], toll + net.price[e]
            assert end == len(net.a) + site and here == sites.router[site] and far <= demands.latency_ms_max[i]
            gain = demands.value[i] - demands.work[i] * sites.price[site] - demands.rate_mbit[i] * toll
            assert options.gain[c] == pytest.approx(gain) and options.gain[c] > 0


@given(cases)
@settings(max_examples=80, deadline=None)
def test_all_at_once_it_fits_and_the_bound_holds(case: tuple[int, int, int, int, int, float]) -> None:
    options = options_of(*a_case(*case))
    found, best = together(options), most(options)
    check(options, found)
    assert found.gain <= best * (1 + 1e-6) + 1e-9 and best <= found.bound * (1 + 1e-9) + 1e-9
    assert found.gain >= 0.6 * best  # a handful of demands, each as large as a link: no more is promised


@pytest.mark.parametrize("tight", [0.7, 1.5, 3.0])
def test_of_many_it_is_near_the_most(tight: float) -> None:
    options = options_of(*a_case(1, 20, 25, 5, 300, tight))
    found = together(options)
    check(options, found)
    assert found.gain >= 0.97 * found.bound


@given(cases, st.booleans())
@settings(max_examples=60, deadline=None)
def test_in_turn_it_fits_and_does_not_know_what_comes(case: tuple[int, int, int, int, int, float], told: bool) -> None:
    options = options_of(*a_case(*case))
    count = len(options.first) - 1
    order = np.random.default_rng(case[0]).permutation(count)
    found = in_turn(options, order, count if told else 0)
    check(options, found)
    some = in_turn(options, order[: count // 2], count if told else 0)
    assert (some.option[order[: count // 2]] == found.option[order[: count // 2]]).all()


def test_in_turn_worth_beats_taking_whatever_has_a_gain() -> None:
    options, like = two_days(2)
    order = np.random.default_rng(3).permutation(600)
    learned, known = in_turn(options, order, 600), in_turn(options, order, 600, like)
    check(options, learned)
    check(options, known)
    assert known.gain > learned.gain
    assert learned.gain > 1.2 * greedy(options, order) and learned.gain >= 0.85 * together(options).bound


def test_in_turn_from_a_day_alike_it_is_near_the_bound() -> None:
    """Small networks, where a demand may fill a link: 0.945. Prices that rise with use, in place of values: 0.920."""
    order, parts = np.random.default_rng(3).permutation(600), []
    for options, like in map(two_days, range(2, 7)):
        parts.append(in_turn(options, order, 600, like).gain / together(options).bound)
    assert np.mean(parts) >= 0.935


def two_days(seed: int) -> tuple[Options, ...]:
    """600 demands on a network, and 600 others that are like them."""
    net, sites, both = a_case(seed, 20, 25, 5, 1200, 6.0)
    return tuple(options_of(net, sites, Demands(*(x[day] for x in astuple(both)))) for day in np.s_[:600, 600:])


def greedy(options: Options, order: np.ndarray) -> float:
    """The gain of taking, each time, the option of most gain that fits."""
    left, total, per = options.room.copy(), 0.0, takes(options).tocsc()
    for i in order:
        for c in sorted(range(options.first[i], options.first[i + 1]), key=lambda c: -options.gain[c]):
            need = per[:, [c]].toarray()[:, 0]
            if (need <= left).all():
                left, total = left - need, total + options.gain[c]
                break
    return total


def test_without_any_option_all_are_refused() -> None:
    net, sites, demands = a_case(4, 3, 0, 1, 5)
    options = options_of(net, sites, type(demands)(*(x * 0 if k == 4 else x for k, x in enumerate(astuple(demands)))))
    assert (together(options).option == -1).all() and (in_turn(options, np.arange(5), 5).option == -1).all()


def astuple(demands: object) -> tuple[np.ndarray, ...]:
    return tuple(getattr(demands, name) for name in ("router", "work", "rate_mbit", "latency_ms_max", "value"))
