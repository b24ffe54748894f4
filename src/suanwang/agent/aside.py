"""Work beside the loop, and how to give it up without leaving anything half done behind."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


async def aside(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Do it in a thread; if we are cancelled meanwhile, only when it is through, so that nobody works behind our back."""
    thread = asyncio.create_task(asyncio.to_thread(work, *args, **named))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.gather(thread, return_exceptions=True)
        raise


async def near(quick: bool, work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """Work that is done sooner here than a thread would begin with it, if it is quick; else in a thread."""
    return work(*args, **named) if quick else await aside(work, *args, **named)


async def unless(cancel: asyncio.Event, work: Coroutine[object, object, None]) -> None:
    """Await the work, or give it up when `cancel` is set."""
    working, cancelled = asyncio.create_task(work), asyncio.create_task(cancel.wait())
    try:
        await asyncio.wait((working, cancelled), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        cancelled.cancel()
        await asyncio.gather(working, cancelled, return_exceptions=True)
