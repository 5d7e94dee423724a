# SPDX-License-Identifier: MIT
"""A scope's promises: one error one report, slots replace, closing waits, nothing starts afterwards."""

import asyncio
import gc

from crmdesk.ui.tasks import TaskScope
from tests.conftest import RunAsync
from tests.ui.waiting import until


class Reports(list[BaseException]):
    """Collects what a scope reports."""


async def fails(after_s: float = 0) -> None:
    await asyncio.sleep(after_s)
    raise ValueError("no")


def test_each_error_is_reported_once(run_async: RunAsync[None]) -> None:
    async def go() -> None:
        reports = Reports()
        scope = TaskScope(reports.append)
        scope.start(fails())
        scope.start(fails())
        await asyncio.sleep(0.02)
        assert [str(e) for e in reports] == ["no", "no"]
        await scope.aclose()
        assert len(reports) == 2

    run_async(go())


def test_same_slot_cancels_the_older_silently(run_async: RunAsync[None]) -> None:
    async def go() -> None:
        reports, seen = Reports(), []
        scope = TaskScope(reports.append)

        async def note(word: str) -> None:
            await asyncio.sleep(0.01)
            seen.append(word)

        scope.start(note("old"), slot="rows")
        scope.start(note("new"), slot="rows")
        scope.start(note("other"))
        assert scope.running("rows")
        gc.collect()
        await asyncio.sleep(0.05)
        assert sorted(seen) == ["new", "other"]
        assert not reports
        assert not scope.busy

    run_async(go())


def test_each_task_is_told_when_it_begins_and_ends(run_async: RunAsync[None]) -> None:
    async def go() -> None:
        told: list[tuple[bool, bool]] = []
        scope = TaskScope(Reports().append)
        scope.tasks_changed.connect(lambda: told.append((scope.running("a"), scope.running("b"))))
        gate = asyncio.Event()
        scope.start(gate.wait(), slot="a")
        scope.start(asyncio.sleep(5), slot="b")  # what is told of it does not wait until the other has ended
        scope.cancel("b")
        scope.cancel("no such slot")
        gate.set()
        await until(lambda: not scope.busy)
        assert told == [(True, False), (True, True), (True, False), (False, False)]
        await scope.aclose()
        assert len(told) == 4

    run_async(go())


def test_aclose_waits_for_the_cleaning_up_and_reports_its_errors(run_async: RunAsync[None]) -> None:
    async def go() -> None:
        reports = Reports()
        scope = TaskScope(reports.append)
        steps: list[str] = []

        async def tidy() -> None:
            try:
                await asyncio.sleep(5)
            finally:
                await asyncio.sleep(0.01)
                steps.append("tidied")
                raise OSError("disk")

        scope.start(tidy())
        await asyncio.sleep(0)
        await scope.aclose()
        assert steps == ["tidied"]
        assert [str(e) for e in reports] == ["disk"]
        scope.start(fails())  # closed: never runs, no "never awaited" warning either
        assert not scope.busy

    run_async(go())


def test_work_whose_owner_is_gone_goes_no_further(run_async: RunAsync[None]) -> None:
    async def go() -> None:
        reports, seen = Reports(), []
        scope = TaskScope(reports.append)
        answer = asyncio.get_running_loop().create_future()

        async def work() -> None:
            await answer
            seen.append("went on")

        scope.start(work())
        await asyncio.sleep(0)
        answer.set_result(None)  # the answer is on its way when the owner goes
        scope.abandon()
        scope.start(work())
        await asyncio.sleep(0.01)
        assert (seen, list(reports), scope.busy) == ([], [], False)

    run_async(go())
