"""Prices are exact: no float, no drift, and a budget buys as much fuel as it can and never a unit more."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.market.price import FUEL_MOST, TFUEL, accelerator_micro, cost_micro, fuel_for, predicted_micro

FUEL = st.integers(0, 10**18)
PRICE = st.integers(0, 10**15)
MONEY = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("fuel", "price", "cost"),
    [
        (0, 10**6, 0),
        (TFUEL, 1_500_000, 1_500_000),  # one Tfuel costs its price
        (TFUEL // 2, 1, 1),  # exactly half a millionth: up
        (TFUEL // 2 - 1, 1, 0),
        (3 * TFUEL // 2, 1, 2),
        (10**18 + 1, 10**15, 10**21 + 1000),  # far beyond what a float holds exactly
    ],
)
def test_cost_is_exact_and_rounds_half_up(fuel: int, price: int, cost: int):
    assert cost_micro(fuel, price) == cost


@given(FUEL, PRICE)
def test_cost_is_within_half_a_millionth_of_the_fraction(fuel: int, price: int):
    off = cost_micro(fuel, price) - Fraction(fuel * price, TFUEL)
    assert -Fraction(1, 2) < off <= Fraction(1, 2)


@given(MONEY, PRICE)
def test_a_budget_buys_the_most_fuel_it_can(budget: int, price: int):
    fuel = fuel_for(budget, price)
    assert 0 <= fuel <= FUEL_MOST
    assert cost_micro(fuel, price) <= budget
    assert fuel == FUEL_MOST or cost_micro(fuel + 1, price) > budget


@given(FUEL, st.integers(1, 10**6), st.integers(1, 10**12))
def test_cost_never_falls_as_fuel_rises(fuel: int, more: int, price: int):
    assert cost_micro(fuel, price) <= cost_micro(fuel + more, price)


def test_no_budget_buys_nothing_that_costs_and_everything_that_is_free():
    assert fuel_for(-1, 5) == 0
    assert fuel_for(0, 0) == FUEL_MOST
    assert cost_micro(fuel_for(0, 10**6), 10**6) == 0


def test_prediction_and_accelerator_hours():
    assert predicted_micro(TFUEL // 4, 10, 2_000_000) == 5_000_000
    assert accelerator_micro(8, 1_800_000, 12_000_000) == 48_000_000  # 8 devices, half an hour, 12.00 an hour
    assert accelerator_micro(1, 1, 1_800_000) == 1  # half a millionth


def test_a_negative_quantity_is_a_bug():
    with pytest.raises(AssertionError):
        cost_micro(-1, 5)
