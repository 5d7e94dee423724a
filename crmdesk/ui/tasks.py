# SPDX-License-Identifier: MIT
"""TaskScope: the async work that belongs to one tab, dialog or window."""

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:  # costs 50 ms, which the window's first picture need not wait for
    import asyncio

_LOOP_SOON_MS = 10


class TaskScope(QObject):
    """Owns tasks so that none outlives its tab and no error goes unseen. Used on the Qt thread with its loop running.

    Owner: the tab or dialog whose work it holds; before that widget is deleted, `await scope.aclose()`.

    Signals:
        tasks_changed(): A task began, ended or was cancelled.
    """

    tasks_changed = Signal()

    def __init__(self, report: Callable[[BaseException], None], parent: QObject | None = None) -> None:
        """`report` is told each error once; cancellation is not an error."""
        super().__init__(parent)
        self._report = report
        self._tasks: dict[object, asyncio.Task[object]] = {}
        self._leaving: set[asyncio.Task[object]] = set()  # replaced or cancelled, not finished yet
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether any task runs that was not cancelled."""
        return bool(self._tasks)

    def running(self, slot: str) -> bool:
        """Whether the named slot has a task."""
        return slot in self._tasks

    def start(self, work: Coroutine[object, object, object], *, slot: str | None = None) -> None:
        """Run `work`. A task already in the same slot is cancelled first; after `aclose` nothing starts.

        The window stands some moments before the loop does: what somebody asks for by then begins with the loop.
        """
        import asyncio

        if self._closed:
            work.close()
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            QTimer.singleShot(_LOOP_SOON_MS, self, lambda: self.start(work, slot=slot))
            return
        key: object = object() if slot is None else slot
        self._drop(key)
        task: asyncio.Task[object] = loop.create_task(work)
        self._tasks[key] = task
        task.add_done_callback(lambda done: self._on_done(key, done))
        self.tasks_changed.emit()

    def cancel(self, slot: str) -> None:
        """Cancel the task in a slot, if there is one."""
        if self.running(slot):
            self._drop(slot)
            self.tasks_changed.emit()

    def seal(self) -> None:
        """Nothing starts any more; what runs goes on, and can still be cancelled."""
        self._closed = True

    def abandon(self) -> None:
        """The owner is gone, with its window perhaps: nothing starts any more, and what runs is cancelled."""
        self._closed = True
        for key in tuple(self._tasks):
            with suppress(RuntimeError):  # the loop has ended as well
                self._drop(key)

    async def aclose(self) -> None:
        """Cancel everything and wait until it has ended. Errors met on the way are still reported.

        What was asked for a moment ago begins first: an edit that reached the stage is written whole.
        """
        import asyncio

        self._closed = True
        if self.busy:
            await asyncio.sleep(0)
            for key in tuple(self._tasks):
                self._drop(key)
            self.tasks_changed.emit()
        while self._leaving:
            await asyncio.wait(self._leaving)

    def _drop(self, key: object) -> None:
        task = self._tasks.pop(key, None)
        if task is not None:
            self._leaving.add(task)
            task.cancel()

    def _on_done(self, key: object, task: "asyncio.Task[object]") -> None:
        self._leaving.discard(task)
        mine = self._tasks.get(key) is task
        if mine:
            del self._tasks[key]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._report(error)
        if mine:
            self.tasks_changed.emit()
