"""What is written is what is meant: exact readings, refusals that teach, and writers that read back."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suanwang.model import quantity as q
from suanwang.model.fault import UsageFault


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (q.latency_ms, "20ms", 20.0),
        (q.latency_ms, "0.5 s", 500.0),
        (q.rate_mbit, "100Mb", 100.0),
        (q.rate_mbit, "2.5 Gb", 2500.0),
        (q.rate_mbit, "64kbit", 0.064),
        (q.latency_ms, "２０毫秒", 20.0),
        (q.latency_ms, "250 µs", 0.25),
        (q.duration_s, "90 s", 90.0),
        (q.duration_s, "2h", 7200.0),
        (q.duration_s, "1h30min", 5400.0),
        (q.duration_s, "2 min 5 s", 125.0),
        (q.duration_s, "10分钟", 600.0),
        (q.size_bytes, "8GiB", 8 * 2**30),
        (q.size_bytes, "500 MB", 500_000_000),
        (q.size_bytes, "1.5gb", 1_500_000_000),
        (q.size_bytes, "0.3 KiB", 308),
        (q.money_micro, "30 CNY", 30_000_000),
        (q.money_micro, "0.5 yuan", 500_000),
        (q.money_micro, "¥5", 5_000_000),
        (q.money_micro, "￥ 5.1", 5_100_000),
        (q.money_micro, "20 元", 20_000_000),
        (q.money_micro, "20块", 20_000_000),
        (q.money_micro, "0.000001 CNY", 1),
        (q.carbon_g, "100 gCO2e", 100.0),
        (q.carbon_g, "1.2 kgCO₂e", 1200.0),
        (q.carbon_g, "100g", 100.0),
        (q.fuel, "20 Gfuel", 20 * 10**9),
        (q.fuel, "1.5 Tfuel", 1_500_000_000_000),
        (q.price_micro_per_tfuel, "0.5 CNY/Tfuel", 500_000),
        (q.price_micro_per_tfuel, "2 元/Gfuel", 2_000_000_000),
        (q.cpu_milli, 4, 4000),
        (q.cpu_milli, "4", 4000),
        (q.cpu_milli, "500m", 500),
        (q.cpu_milli, 1.5, 1500),
        (q.count, "4", 4),
    ],
)
def test_reads(read: Callable[[object], float], text: object, value: float) -> None:
    assert read(text) == value
    assert type(read(text)) is type(value)


@pytest.mark.parametrize(
    ("read", "text", "code", "says"),
    [
        (q.latency_ms, "20", "SUAN-U010", '"20"'),
        (q.size_bytes, 4096, "SUAN-U010", '"4096"'),
        (q.money_micro, "5", "SUAN-U010", '"5"'),
        (q.price_micro_per_tfuel, "5 CNY", "SUAN-U010", "per how much fuel"),
        (q.latency_ms, "20mz", "SUAN-U011", "Did you mean ms?"),
        (q.rate_mbit, "20", "SUAN-U010", '"20"'),
        (q.rate_mbit, "0.1kb", "SUAN-U013", "at least 8kb"),
        (q.size_bytes, "8G", "SUAN-U011", "Did you mean"),
        (q.money_micro, "5 USD", "SUAN-U011", "ledger is kept in CNY"),
        (q.money_micro, "$5", "SUAN-U011", "ledger is kept in CNY"),
        (q.money_micro, "nan CNY", "SUAN-U012", "nan"),
        (q.latency_ms, float("nan"), "SUAN-U012", "nan"),
        (q.carbon_g, float("inf"), "SUAN-U012", "inf"),
        (q.latency_ms, "ms", "SUAN-U012", "ms"),
        (q.latency_ms, True, "SUAN-U012", "True"),
        (q.latency_ms, ["20ms"], "SUAN-U012", "a list"),
        (q.duration_s, "1h 2h", "SUAN-U012", "twice"),
        (q.money_micro, "1,000 CNY", "SUAN-U012", "1,000"),
        (q.count, 1.5, "SUAN-U012", "whole"),
        (q.count, "4x", "SUAN-U012", "plain number"),
        (q.fuel, "9" * 65 + " fuel", "SUAN-U012", "characters long"),
        pytest.param(q.cpu_milli, 10**5000, "SUAN-U013", "digits", id="5001 digits"),
        (q.money_micro, "-5 CNY", "SUAN-U013", "negative"),
        (q.size_bytes, "1e999GB", "SUAN-U013", "more than"),
        (q.cpu_milli, "0.0001", "SUAN-U013", "finer"),
        (q.money_micro, "0.0000001 CNY", "SUAN-U013", "finer"),
        (q.money_micro, "5." + "0" * 40 + "1 CNY", "SUAN-U013", "finer"),
    ],
)
def test_refuses_and_teaches(read: Callable[[object], object], text: object, code: str, says: str) -> None:
    with pytest.raises(UsageFault) as caught:
        read(text)
    assert caught.value.code == code
    assert says in caught.value.why
    assert caught.value.todo


@pytest.mark.parametrize(
    ("read", "fault"),
    [(q.latency_ms, "20"), (q.duration_s, "20"), (q.size_bytes, "1"), (q.money_micro, "1"), (q.carbon_g, "1"), (q.fuel, "1")],
)
def test_the_example_in_a_fault_works(read: Callable[[object], object], fault: str) -> None:
    with pytest.raises(UsageFault) as caught:
        read(fault)
    assert read(caught.value.todo.split(": ")[1])


def test_a_bare_number_is_money_only_where_it_is_said() -> None:
    assert q.money_micro(5, bare=True) == q.money_micro("5", bare=True) == 5_000_000
    assert q.money_micro(0.1, bare=True) == 100_000


@given(st.integers(0, q.MONEY_MICRO_LIMIT))
def test_money_is_exact_both_ways(micro: int) -> None:
    assert q.money_micro(q.money_text(micro)) == micro


@given(st.integers(0, q.BYTES_LIMIT), st.integers(0, q.FUEL_LIMIT), st.integers(0, q.CPU_MILLI_LIMIT))
def test_whole_numbers_read_back(size: int, fuel: int, milli: int) -> None:
    assert q.size_bytes(q.bytes_text(size)) == size
    assert q.fuel(q.fuel_text(fuel)) == fuel
    assert q.cpu_milli(q.cpu_text(milli)) == milli


@given(st.floats(0, 1e6), st.floats(0, 3e7), st.integers(0, q.DURATION_S_LIMIT))
def test_floats_read_back(value: float, seconds: float, whole: int) -> None:
    assert q.latency_ms(q.ms_text(value)) == value
    assert q.carbon_g(q.carbon_text(value)) == value
    assert q.duration_s(q.s_text(seconds)) == seconds
    assert q.duration_s(q.s_text(float(whole))) == whole


@given(st.floats(0.001, 1e12), st.integers(1, q.BYTES_LIMIT // 2), st.floats(0.001, 3e6), st.integers(1, q.FUEL_LIMIT // 2))
def test_what_a_table_shows_is_near_the_truth_and_can_be_typed(grams: float, size: int, ms: float, fuel: int) -> None:
    assert q.carbon_g(q.show_carbon(grams / 2)) == pytest.approx(grams / 2, rel=0.06)
    assert q.size_bytes(q.show_bytes(size)) == pytest.approx(size, rel=0.06, abs=1)
    assert q.fuel(q.show_fuel(fuel)) == pytest.approx(fuel, rel=0.06)
    assert q.duration_s(q.show_duration(ms)) == pytest.approx(ms, rel=0.06)
    if ms < 10_000:
        assert q.latency_ms(q.show_ms(ms)) == pytest.approx(ms, rel=0.06)


@given(st.integers(1, q.MONEY_MICRO_LIMIT))
def test_no_sum_is_shown_as_nothing(micro: int) -> None:
    assert q.money_micro(q.show_money(micro)) == pytest.approx(micro, rel=0.006)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (q.show_bytes(8 * 2**30), "8.0 GiB"),
        (q.show_bytes(2**30 - 1), "1.0 GiB"),
        (q.show_money(4_350_000), "4.35 CNY"),
        (q.show_money(-4_350_000), "-4.35 CNY"),
        (q.show_money(4_213), "0.004213 CNY"),
        (q.show_money(0), "0.00 CNY"),
        (q.show_price(500_000), "0.50 CNY/Tfuel"),
        (q.show_fuel(1_234_000_000_000), "1.2 Tfuel"),
        (q.show_ms(312.2), "312 ms"),
        (q.show_ms(3.44), "3.4 ms"),
        (q.show_duration(125), "2 min 5 s"),
        (q.show_duration(59.7), "1 min"),
        (q.show_duration(3599.9), "1 h"),
        (q.show_duration(5400), "1 h 30 min"),
        (q.show_duration(100_000), "1 d 4 h"),
        (q.show_carbon(1200), "1.2 kgCO2e"),
    ],
)
def test_shows(shown: str, text: str) -> None:
    assert shown == text


@given(st.text(max_size=70) | st.integers() | st.floats() | st.none() | st.lists(st.integers(), max_size=2))
def test_nothing_else_ever_comes_out(value: object) -> None:
    for read in (q.latency_ms, q.duration_s, q.size_bytes, q.money_micro, q.carbon_g, q.fuel, q.cpu_milli, q.count):
        try:
            assert read(value) >= 0
        except UsageFault as fault:
            assert fault.code in {"SUAN-U010", "SUAN-U011", "SUAN-U012", "SUAN-U013"}
