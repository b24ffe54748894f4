"""Paths under suspicion: what is only late was never down, a link that is known to be down is left without waiting, and where
nothing is up the first sign of life counts."""

from suanwang.agent.forward.probes import ACTIVE_S, LOST_MAX, LOST_MIN, enough
from tests.agent.forward.test_parts import Air


def test_what_comes_late_was_never_down_and_is_used_again_at_once() -> None:
    air = Air()
    air.run(2.0)
    for _ in range(4):
        air.flying = [(at + 0.08, number, probe) for at, number, probe in air.flying]  # the network held its breath
        held = air.now
        air.rtt = {0: 0.1, 1: 0.112}
        air.run(0.02)
        air.rtt = {0: 0.020, 1: 0.032}
        air.run(0.3)
        assert air.tracks.active[4, 0] == 0
        away = [at for at, active in air.actives if at > held and active == 1]
        assert len(away) * ACTIVE_S < 0.2
    assert air.tracks.mistakes > 0 and air.tracks.unreached() == frozenset()


def test_a_link_that_is_known_to_be_down_takes_its_paths_along_at_once() -> None:
    air = Air()
    air.run(1.0)
    assert air.tracks.device_down(2, air.now) and air.tracks.choose() and air.tracks.active[4, 0] == 1
    assert not air.tracks.device_down(2, air.now), "that is known"
    assert air.tracks.mistakes == 0


def test_where_no_path_is_up_the_first_that_answers_is_used() -> None:
    air = Air()
    air.run(1.0)
    air.cut_now(0)
    air.cut_now(1)
    air.run(1.0)
    assert not any(track.up for track in air.tracks.of.values())
    assert air.tracks.unreached() == frozenset(), "where everything is down it is more likely ourselves"
    air.cut.remove(1)
    air.run(0.3)
    assert air.tracks.active[4, 0] == 1
    air.run(1.5)
    assert air.tracks.of[4, 0, 1].up


def test_a_lossy_path_is_left_for_a_sound_one_and_figures_say_so() -> None:
    air = Air()
    air.run(1.0)
    air.loss = {0: 0.2, 1: 0.0}
    air.run(4.0)
    assert air.tracks.active[4, 0] == 1
    first, second = air.tracks.states(1)
    assert first.loss > 0.05 and not first.active and second.active and second.loss < 0.02
    assert 19 < first.rtt_ms < 22 and 31 < second.rtt_ms < 34 and second.jitter_ms < 1.0


def test_the_more_single_probes_are_lost_the_more_it_takes_to_believe_in_a_cut() -> None:
    needed = [enough(loss) for loss in (0.0, 0.001, 0.01, 0.03, 0.1, 0.9)]
    assert needed == sorted(needed) and needed[0] == LOST_MIN and needed[-1] == LOST_MAX
