"""Loops over columns as machine code: a pure function of arrays and numbers is compiled once, and the code kept beside it."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The same function, run without the interpreter and without its lock. Compiled at the first call with new types, which
    takes seconds; kept in __pycache__, or in the user's cache where that cannot be written.

    What is kept is not renewed when only a function that it calls, in another file, was changed: `make` throws all of it away
    whenever a source is newer.
    """
    return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]
