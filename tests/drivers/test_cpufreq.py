"""cpufreq on a made-up /sys: what is there is read, a cap is set and taken back, and where nothing can be done nothing is."""

import os
from pathlib import Path

import pytest

from suanwang.drivers.cpufreq import Cap, policies

STEPS = "1500000 2000000 2600000 3000000"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two policies: one with steps, one without, linked from the processors as the kernel does it."""
    for name, extra in (("policy0", {"scaling_available_frequencies": STEPS}), ("policy1", {})):
        told = {"scaling_governor": "schedutil", "scaling_available_governors": "performance schedutil",
                "cpuinfo_min_freq": "1500000", "cpuinfo_max_freq": "3000000", "scaling_min_freq": "1500000",
                "scaling_max_freq": "3000000", **extra}  # fmt: skip
        (tmp_path / "cpufreq" / name).mkdir(parents=True)
        for file, text in told.items():
            (tmp_path / "cpufreq" / name / file).write_text(text + "\n")
        cpu = tmp_path / f"cpu{name[-1]}"
        cpu.mkdir()
        (cpu / "cpufreq").symlink_to(tmp_path / "cpufreq" / name)
    return tmp_path


def khz(root: Path, policy: str, name: str) -> int:
    return int((root / "cpufreq" / policy / name).read_text())


def test_what_is_there_is_read_once(root: Path) -> None:
    first, second = policies(root)
    assert first.governor == "schedutil" and first.governors == ("performance", "schedutil")
    assert first.steps == (1500000, 2000000, 2600000, 3000000) and second.steps == ()
    assert (first.share, first.step_for(0.8), second.step_for(0.8), first.step_for(0.1)) == (1.0, 2000000, 2400000, 1500000)


def test_a_cap_is_set_and_taken_back(root: Path) -> None:
    (root / "cpufreq/policy1/scaling_max_freq").write_text("2700000\n")
    with Cap(0.9, root) as cap:
        assert (khz(root, "policy0", "scaling_max_freq"), khz(root, "policy1", "scaling_max_freq")) == (2600000, 2700000)
        assert cap.held == pytest.approx(2.6 / 3)
    assert (khz(root, "policy0", "scaling_max_freq"), khz(root, "policy1", "scaling_max_freq")) == (3000000, 2700000)
    cap.close()


def test_the_least_makes_way_and_comes_back(root: Path) -> None:
    (root / "cpufreq/policy0/scaling_min_freq").write_text("2600000\n")
    with Cap(0.7, root):
        assert (khz(root, "policy0", "scaling_min_freq"), khz(root, "policy0", "scaling_max_freq")) == (1500000, 2000000)
    assert (khz(root, "policy0", "scaling_min_freq"), khz(root, "policy0", "scaling_max_freq")) == (2600000, 3000000)


def test_a_whole_share_does_nothing(root: Path) -> None:
    with Cap(1.0, root) as cap:
        assert cap.held == 1.0 and khz(root, "policy0", "scaling_max_freq") == 3000000


def test_a_host_without_it_is_left_alone(tmp_path: Path) -> None:
    assert policies(tmp_path) == ()
    with Cap(0.5, tmp_path) as cap:
        assert cap.held == 1.0


def test_a_policy_that_makes_no_sense_is_passed_over(root: Path) -> None:
    (root / "cpufreq/policy0/cpuinfo_max_freq").write_text("<unsupported>\n")
    assert [p.path.name for p in policies(root)] == ["policy1"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write any file")
def test_without_the_right_to_write_nothing_is_held(root: Path) -> None:
    for policy in ("policy0", "policy1"):
        (root / "cpufreq" / policy / "scaling_max_freq").chmod(0o444)
    with Cap(0.5, root) as cap:
        assert khz(root, "policy0", "scaling_max_freq") == 3000000 and cap.held == 1.0
