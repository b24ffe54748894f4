"""What a function refers to goes along with it, in the order in which it is needed; what cannot is refused by name."""

import dataclasses
import enum
import functools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

import suanwang
from suanwang.api.sdk.source import script_of
from suanwang.model.fault import UsageFault
from tests.api import stage

CONST = 3
connection = object()


class Base:
    kept = CONST


class Derived(Base):
    pass


class Colour(enum.Enum):
    RED = CONST


@dataclasses.dataclass
class Point:
    x: int
    y: int = CONST


@functools.lru_cache
def remembered(n: int) -> int:
    return n + CONST


def tenfold(work: Callable[[int], int]) -> Callable[[int], int]:
    @functools.wraps(work)
    def wrapped(n: int) -> int:
        return work(n) * 10

    return wrapped


@tenfold
def decorated(n: int) -> int:
    return n + 1


@suanwang.function()
def nested(n: int, more: int = CONST) -> int:
    return n + more


def uses_it_all(n: int, colour: Colour = Colour.RED, unsent: "SimpleNamespace | None" = None) -> list[int]:
    return [Derived.kept, colour.value, Point(n).y, remembered(n), decorated(n), nested(n)]


def abs(n: int) -> int:
    return n + 100


def shadows(n: int) -> int:
    return abs(n)


def has_an_attribute_of_that_name(n: int) -> int:
    return SimpleNamespace(connection=n).connection


def there(function: Callable[..., Any], *args: object) -> Any:
    """What the script of a function gives, where nothing else is."""
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(script_of(function), "function.py", "exec"), space)
    return space["suan_entry"]({"args": args, "named": {}})


@pytest.mark.parametrize("function", [uses_it_all, shadows, has_an_attribute_of_that_name, nested, decorated])
def test_it_gives_there_what_it_gives_here(function: Callable[..., Any]) -> None:
    assert there(function, 7) == function(7)


def test_annotations_bring_nothing_along() -> None:
    assert "SimpleNamespace\n" not in script_of(uses_it_all).split("def ")[0]


def gives_one_by_one(n: int) -> Iterator[int]:
    yield n


async def awaited(n: int) -> int:
    return n


def asks_from_there(n: int) -> int:
    return nested.remote(n)


def uses_a_module_of_ours() -> object:
    return stage


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (gives_one_by_one, "gives_one_by_one"),
        (awaited, "awaited"),
        (asks_from_there, "nested.remote"),
        (uses_a_module_of_ours, "stage"),
        (len, "len"),
        (functools.partial(nested, 1), "partial"),
    ],
)
def test_what_cannot_work_there_is_refused_here(function: Callable[..., Any], named: str) -> None:
    with pytest.raises(UsageFault, match=f"^SUAN-U126: {named} cannot be sent") as raised:
        script_of(function)
    assert raised.value.code == "SUAN-U126"


def adding(base: int) -> Callable[[], int]:
    def helper() -> int:
        return base

    return helper


def test_one_name_means_one_thing() -> None:
    base, helper = 1, adding(2)

    def both() -> int:
        return base + helper()

    with pytest.raises(UsageFault, match="base cannot be sent with the function: two things of that name"):
        script_of(both)


def test_arguments_that_it_does_not_take_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(TypeError, match=r"nested\(\): missing a required argument: 'n'"):
        nested.on(SimpleNamespace()).remote()  # pyright: ignore[reportArgumentType]
