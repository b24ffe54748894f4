"""What is asked for, and the copy that is not renewed with every job."""

from hypothesis import given
from hypothesis import strategies as st

from suanwang.model.demand import AcceleratorNeed, Needs
from suanwang.world.asked import NOTHING, RENEWED, SHAPES_MOST, TASKS_MOST, Want, noted, want

SMALL, LARGE = Want(1000, 2**30, 0, ()), Want(4000, 2**30, 2, ("a100",))


def test_a_shape_is_what_a_task_needs() -> None:
    assert want(Needs(cpu_milli=1000, memory_bytes=2**30)) == SMALL
    device = AcceleratorNeed(count=2, kinds=("a100",))
    assert want(Needs(cpu_milli=4000, memory_bytes=2**30, accelerator=device)) == LARGE


@given(st.lists(st.tuples(st.sampled_from((SMALL, LARGE)), st.integers(1, 50)), max_size=30))
def test_the_copy_lags_behind_by_less_than_a_quarter(jobs: list[tuple[Want, int]]) -> None:
    asked, renewed = NOTHING, 0
    for shape, tasks in jobs:
        before, asked = asked, noted(asked, shape, tasks)
        renewed += asked.mix is not before.mix
        assert asked.total == sum(asked.counts.values()) < RENEWED * asked.mix.tasks
    assert asked.counts == {
        shape: sum(tasks for other, tasks in jobs if other == shape) for shape in {shape for shape, _ in jobs}
    }
    assert renewed <= 1 + sum(tasks for _, tasks in jobs).bit_length() * 4


def test_a_busy_past_fades_and_rare_shapes_are_forgotten() -> None:
    asked = noted(noted(NOTHING, SMALL, int(TASKS_MOST)), LARGE, 1)
    assert asked.total == sum(asked.counts.values()) < TASKS_MOST and asked.counts[LARGE] == 0.5
    for at in range(SHAPES_MOST):
        asked = noted(asked, Want(at, 0, 0, ()), 2)
    assert len(asked.counts) == SHAPES_MOST and LARGE not in asked.counts and asked.counts[SMALL] > 1
