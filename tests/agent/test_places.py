"""Places are lent again and again, and nobody finds what another left."""

import os
from pathlib import Path

import pytest

from suanwang.agent.places import IDLE_MAX, Place, Places


def litter(place: Place) -> None:
    """What a task might leave."""
    deep = place.files / "a" / "b"
    deep.mkdir(parents=True)
    for file in (place.files / "result", deep / "more", place.stdout, place.stderr):
        file.write_text("a secret")
    os.symlink("/etc/passwd", place.files / "link")
    os.chmod(deep, 0o500)


def inside(place: Place) -> list[Path]:
    """All but the folder for files, and what is printed to, which stays and is empty."""
    printed = (place.stdout, place.stderr)
    found = place.folder.rglob("*") if place.folder.exists() else ()
    return [p for p in found if p != place.files and not (p in printed and p.read_bytes() == b"")]


def test_a_place_that_is_lent_again_has_nothing_in_it(tmp_path: Path) -> None:
    places = Places(tmp_path / "work")
    first = places.take()
    litter(first)
    places.give_back(first, again=True)
    second = places.take()
    assert second == first and inside(second) == [] and places.take() != first


@pytest.mark.parametrize("again", [True, False])
def test_one_that_is_not_lent_again_is_gone(tmp_path: Path, again: bool) -> None:
    places = Places(tmp_path / "work")
    lent = [places.take() for _ in range(IDLE_MAX + 3)]
    for place in lent:
        litter(place)
    for place in lent:
        places.give_back(place, again)
    assert len(list((tmp_path / "work").iterdir())) == (IDLE_MAX if again else 0)


def test_one_whose_folder_is_something_else_now_is_not_lent_again(tmp_path: Path) -> None:
    places = Places(tmp_path / "work")
    first = places.take()
    first.folder.mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "kept").write_text("x")
    os.symlink(tmp_path / "other", first.files)
    places.give_back(first, again=True)
    assert places.take() != first and not first.folder.exists() and (tmp_path / "other" / "kept").exists()


def test_what_an_earlier_agent_left_is_removed(tmp_path: Path) -> None:
    litter(Places(tmp_path / "work").take())
    Places(tmp_path / "work")
    assert not (tmp_path / "work").exists()
