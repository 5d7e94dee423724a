# SPDX-License-Identifier: MIT
"""The same work for many things, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def each(
    things: Sequence[T],
    work: Callable[[T], Awaitable[R]],
    *,
    workers: int,
    progress: Callable[[int], None] | None = None,
) -> tuple[R, ...]:
    """Do ``work`` for every thing, at most ``workers`` at once.

    Args:
        progress: told how many are done.

    Returns:
        The results in the order of ``things``.

    Raises:
        Whatever ``work`` raises first; the others are broken off.
    """
    results: dict[int, R] = {}
    waiting = iter(enumerate(things))

    async def worker() -> None:
        for place, thing in waiting:
            results[place] = await work(thing)
            if progress is not None:
                progress(len(results))

    crew = [asyncio.ensure_future(worker()) for _ in range(max(1, min(workers, len(things))))]
    try:
        await asyncio.gather(*crew)
    except BaseException:
        await dismissed(crew)
        raise
    return tuple(results[place] for place in range(len(things)))


async def dismissed(crew: Iterable["asyncio.Future[None]"]) -> None:
    """Break off what still runs, and wait until it has ended."""
    left = [one for one in crew if not one.done()]
    for one in left:
        one.cancel()
    if left:
        await asyncio.wait(left)
