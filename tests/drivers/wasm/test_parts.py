"""The small parts that need no engine."""

from hypothesis import given
from hypothesis import strategies as st

from suanwang.drivers.frames import Frames
from suanwang.drivers.wasm import engine, rate, settings
from suanwang.drivers.wasm.memory import largest_before_reservation
from suanwang.drivers.wasm.wire import Stop, decode_request, frame


@given(st.lists(st.integers(0, 2**40), max_size=8), st.lists(st.integers(1, 9), min_size=1))
def test_messages_arrive_whole_however_they_are_cut(numbers: list[int], cuts: list[int]) -> None:
    stream = b"".join(frame(Stop(number=n)) for n in numbers)
    frames, heard, at = Frames(), list[Stop](), 0
    for size in cuts * (len(stream) + 1):
        heard += [m for m in map(decode_request, frames.feed(stream[at : at + size])) if isinstance(m, Stop)]
        at += size
    assert [m.number for m in heard] == numbers


MAPS = """\
10000-30000 rw-p 00000000 00:00 0 [heap]
100000000-100100000 rw-p 00000000 08:01 7 /cache/x.cwasm
100100000-100180000 rw-p 00000000 00:00 0
100180000-300000000 ---p 00000000 00:00 0
400000000-400010000 rw-p 00000000 00:00 0
400010000-500000000 ---p 00000000 00:00 0
500000000-600000000 rw-p 00000000 00:00 0
"""


def test_linear_memory_is_found_in_the_address_space() -> None:
    assert largest_before_reservation(MAPS) == 0x180000
    assert largest_before_reservation("") == 0


def test_the_reference_kernel_burns_the_same_fuel_each_time() -> None:
    samples = rate.measure(engine.build(), 0.0, repetitions_min=3)
    assert len({fuel for fuel, _, _ in samples}) == 1
    assert samples[0][0] > 10 * rate.STEPS


def test_the_digest_names_the_configuration() -> None:
    assert settings.digest() == settings.digest()
    assert len(settings.digest()) == 12
