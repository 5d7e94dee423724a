# SPDX-License-Identifier: MIT
"""Lanes: daemon threads, one blocking conversation each; the one place where blocking work meets asyncio.

A call that is cancelled while it waits is never sent. One that is running is abandoned: its late answer is dropped,
and ``interrupt`` (where given) frees the lane at once instead of at the deadline. Threads are daemons, so that a hung
server never holds up the end of the program; asyncio's own executors would (cpython #107505, qasync #115).
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Generic, TypeVar, cast

from crmdesk.domain.sentence import sentence

C = TypeVar("C")
T = TypeVar("T")


REST_S = 5.0
"""A lane that had no call for so long lays down what it can."""


class LanesClosed(RuntimeError):
    """A call came after ``close``."""


class _Job(Generic[C]):
    """One call on its way: the work, and the answer's place."""

    def __init__(self, work: Callable[[C], object]) -> None:
        self.work = work
        self.answer: Future[object] = Future()
        self.lane: _Lane[C] | None = None


class _Lane(Generic[C]):
    """One thread and what it talks over. ``seat`` is made, used and closed on this thread."""

    def __init__(self, lanes: "Lanes[C]", name: str) -> None:
        self._lanes = lanes
        self.seat: C | None = None
        self.current: _Job[C] | None = None
        self.lock = threading.Lock()
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self._lanes.free()
        patience_s: float | None = None  # nothing to lay down before the first call
        while True:
            try:
                if (job := self._lanes.take(patience_s)) is None:
                    break
            except queue.Empty:
                patience_s = None
                if self.seat is not None:
                    self._lanes.rest(self.seat)
                continue
            self._do(job)
            del job  # no reference to the last answer while waiting for the next call
            patience_s = REST_S
        if self.seat is not None:
            self._lanes.leave(self.seat)

    def _do(self, job: _Job[C]) -> None:
        with self.lock:
            if not job.answer.set_running_or_notify_cancel():
                self._lanes.free()
                return  # cancelled while it waited: never sent
            self.current, job.lane = job, self
        try:
            if self.seat is None:
                self.seat = self._lanes.enter()
            result = job.work(self.seat)
        except BaseException as error:  # noqa: BLE001  every failure belongs to the one who waits
            self._end()
            job.answer.set_exception(error)
        else:
            self._end()
            job.answer.set_result(result)

    def _end(self) -> None:
        with self.lock:
            self.current = None
        self._lanes.free()  # before it answers, so that the next call finds this lane and signs in nowhere else


class Lanes(Generic[C]):
    """A few daemon threads that share one queue of calls.

    Args:
        enter: makes what a lane talks over, on the lane's own thread, at its first call.
        leave: closes it, on the same thread; must not raise.
        interrupt: breaks off what a lane is waiting for, called from any thread.
        rest: lays down what is only held to be quick, on the lane's thread, once it had no call for ``REST_S``; must
            not raise.
        count: number of threads; each starts with the first call that finds no free lane.
    """

    def __init__(
        self,
        enter: Callable[[], C],
        leave: Callable[[C], None],
        *,
        count: int,
        name: str,
        interrupt: Callable[[C], None] | None = None,
        rest: Callable[[C], None] = lambda _: None,
    ) -> None:
        self.enter, self.leave, self.rest, self._interrupt = enter, leave, rest, interrupt
        self._jobs: queue.SimpleQueue[_Job[C] | None] = queue.SimpleQueue()
        self._count, self._name = count, name
        self._lanes: list[_Lane[C]] = []
        self._closed = False
        self._waiting = 0
        self._guard = threading.Lock()

    async def call(self, work: Callable[[C], T], *, abandon: bool = True) -> T:
        """Do ``work`` on a lane and return its result.

        Args:
            abandon: when the caller is cancelled, break off a running call. False for writes: the caller shields them.

        Raises:
            LanesClosed, and whatever ``work`` raises.
        """
        job: _Job[C] = _Job(work)
        self._submit(job)
        try:
            return await asyncio.wrap_future(cast("Future[T]", job.answer))
        except asyncio.CancelledError:
            if abandon:
                self._break_off(job)
            raise

    def take(self, patience_s: float | None) -> _Job[C] | None:
        """The next call for a lane, None = go home. For lanes only, once after each ``free``.

        Raises:
            queue.Empty: none came in so many seconds (None = however long it takes).
        """
        job = self._jobs.get(timeout=patience_s)
        with self._guard:
            self._waiting -= 1
        return job

    def free(self) -> None:
        """A lane can take a call. For lanes only."""
        with self._guard:
            self._waiting += 1

    @property
    def busy(self) -> int:
        """Calls under way."""
        return sum(lane.current is not None for lane in self._lanes)

    @property
    def alive(self) -> int:
        """Threads that have not gone home."""
        return sum(lane.thread.is_alive() for lane in self._lanes)

    def close(self) -> None:
        """No further calls; running ones are abandoned, waiting threads go home."""
        for lane in self._lanes:
            if lane.current is not None:
                self._break_off(lane.current)
        self.retire()

    def retire(self) -> None:
        """No further calls; what was asked for is still done, then every thread leaves its seat and goes home."""
        self._closed = True
        for _ in self._lanes:
            self._jobs.put(None)

    def join(self, timeout_s: float) -> None:
        """After ``close``: wait until the threads have gone home, at most so long. Blocks."""
        until = monotonic() + timeout_s
        for lane in self._lanes:
            lane.thread.join(max(0.0, until - monotonic()))

    def _submit(self, job: _Job[C]) -> None:
        if self._closed:
            raise LanesClosed(sentence("The account is closed."))
        with self._guard:
            short = self._jobs.qsize() >= self._waiting and len(self._lanes) < self._count
        self._jobs.put(job)
        if short:
            self._lanes.append(_Lane(self, f"{self._name}-{len(self._lanes)}"))

    def _break_off(self, job: _Job[C]) -> None:
        lane = job.lane
        if lane is None or self._interrupt is None:
            return
        with lane.lock:
            if lane.current is job and lane.seat is not None:
                self._interrupt(lane.seat)
