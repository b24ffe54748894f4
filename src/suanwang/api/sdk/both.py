"""One definition, two ways to call it: `x(...)` waits, `await x.aio(...)` lets the event loop go on meanwhile.

The call itself is the same and runs in a thread of its own, so both do the same to the last detail; types are kept.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial, update_wrapper
from typing import Concatenate, Generic, ParamSpec, TypeVar, overload

from suanwang.api.sdk.spoken import spoken, words_of

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")


class Call(Generic[P, R]):
    """A bound method, to be waited for or awaited."""

    def __init__(self, work: Callable[P, R]) -> None:
        self._work = work
        update_wrapper(self, work)

    def __call__(self, *args: P.args, **named: P.kwargs) -> R:
        return self._work(*args, **named)

    def aio(self, *args: P.args, **named: P.kwargs) -> Awaitable[R]:
        """The same, awaited. A call that is cancelled goes on in its thread; its result is dropped."""
        return asyncio.to_thread(self._work, *args, **named)


class both(Generic[S, P, R]):
    """Makes a method callable in both ways."""

    def __init__(self, work: Callable[Concatenate[S, P], R]) -> None:
        self._work = work
        update_wrapper(self, work)  # pyright: ignore[reportArgumentType]

    def __call__(self, owner: S, *args: P.args, **named: P.kwargs) -> R:
        """As a plain method is called through its class; so its signature is found, too."""
        with spoken(words_of(owner)):
            return self._work(owner, *args, **named)

    @overload
    def __get__(self, owner: None, kind: type[S]) -> "both[S, P, R]": ...
    @overload
    def __get__(self, owner: S, kind: type[S]) -> Call[P, R]: ...
    def __get__(self, owner: S | None, kind: type[S]) -> "both[S, P, R] | Call[P, R]":
        return self if owner is None else Call(partial(self, owner))  # pyright: ignore[reportArgumentType, reportReturnType]
