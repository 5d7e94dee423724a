# SPDX-License-Identifier: MIT
"""The one request under way: its total deadline, the socket it uses, and how another thread can end it.

    begin ──> (connect: hold) ──> (send: leave) ──> answer ──> end
                 │ deadline passes, or abort()
                 └──> the socket is shut; whoever reads or writes it fails at once

A read time-out of a socket begins anew with each byte, so a server that drips bytes would hold a call for ever; here
one watching thread shuts the socket down when the whole time is over. It works through a duplicate of the socket,
because the original changes hands when TLS is put around it, and because a number that was closed may be reused.
"""

import contextlib
import math
import socket
import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class End(Enum):
    """How a request ended."""

    BY_ITSELF = "by itself"
    DEADLINE = "deadline"
    ABORTED = "aborted"


class GivenUp(OSError):
    """The request was ended from here; an OSError so that HTTP libraries clean up after it."""


class Flight:
    """Belongs to one client, which runs one request at a time; ``abort`` alone may be called from other threads.

    Attributes:
        sent: the request has begun to leave.
        is_fresh: the connection was opened for this request.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._due = math.inf
        self._wakes_at = math.inf
        self._end = End.BY_ITSELF
        self._active = False
        self._watcher: threading.Thread | None = None
        self._held: socket.socket | None = None
        self._is_orphan = False
        self.sent = False
        self.is_fresh = False

    @property
    def end_so_far(self) -> End:
        """Whether the request under way was ended from here, and why."""
        return self._end

    def begin(self, deadline_s: float) -> None:
        """A request starts now and may take this long."""
        with self._changed:
            self._active, self._end = True, End.BY_ITSELF
            self.sent = self.is_fresh = False
            self._due = time.monotonic() + deadline_s
            if self._watcher is None:
                self._wakes_at = self._due
                self._watcher = threading.Thread(target=self._watch, name="http-deadline", daemon=True)
                self._watcher.start()
            elif self._due < self._wakes_at:
                self._changed.notify_all()

    def end(self) -> End:
        """The request is over; how it ended."""
        with self._changed:
            self._active, self._due = False, math.inf
            self._let_go()
            return self._end

    def abort(self) -> None:
        """End the request under way, from any thread; nothing happens where there is none."""
        with self._changed:
            if self._active and self._end is End.BY_ITSELF:
                self._cut(End.ABORTED)

    def close(self) -> None:
        """End the request under way and the watching thread."""
        self.abort()
        with self._changed:
            self._wakes_at = -math.inf
            self._changed.notify_all()

    def left_s(self) -> float:
        """Seconds until the deadline, never quite 0.

        Raises:
            GivenUp: it has passed, or the request was aborted.
        """
        left = self._due - time.monotonic()
        if self._end is not End.BY_ITSELF or left <= 0:
            with self._changed:
                if self._end is End.BY_ITSELF:
                    self._end = End.DEADLINE
            raise GivenUp("the request was given up")
        return left

    def rest(self, seconds: float) -> None:
        """Wait.

        Raises:
            GivenUp: it was aborted meanwhile.
        """
        with self._changed:
            self._changed.wait_for(self._is_over, timeout=seconds)
        self.left_s()

    def aside(self, work: Callable[[], T]) -> T:
        """Run something that knows no time-out (a name look-up) in a thread that can be left behind.

        Raises:
            GivenUp: the deadline passed or the request was aborted.
            OSError: whatever the work raised.
        """
        results: list[T] = []
        errors: list[OSError] = []

        def run() -> None:
            try:
                results.append(work())
            except OSError as error:
                errors.append(error)
            except UnicodeError as error:  # a host name that cannot be encoded
                errors.append(socket.gaierror(socket.EAI_NONAME, str(error)))
            with self._changed:
                self._changed.notify_all()

        threading.Thread(target=run, name="http-aside", daemon=True).start()
        with self._changed:
            self._changed.wait_for(lambda: bool(results or errors) or self._is_over(), timeout=self.left_s())
        if results:
            return results[0]
        if errors:
            raise errors[0]
        self.left_s()
        raise GivenUp("the request was given up")

    def hold(self, handle: socket.socket) -> None:
        """This duplicate leads to the connection that is used from now on."""
        with self._changed:
            self._let_go()
            self._held = handle
        self.left_s()

    def drop(self, handle: socket.socket) -> None:
        """The connection is closed; its duplicate goes now, or with the request that still reads from it."""
        with self._changed:
            if handle is self._held:
                self._is_orphan = True
                if self._active:
                    return
                self._let_go()
            else:
                handle.close()

    def _is_over(self) -> bool:
        return self._end is not End.BY_ITSELF

    def _let_go(self) -> None:
        if self._held is not None and self._is_orphan:
            self._held.close()
        self._held, self._is_orphan = None, False

    def _cut(self, why: End) -> None:
        self._end = why
        if self._held is not None:
            with contextlib.suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)
        self._changed.notify_all()

    def _watch(self) -> None:
        """Shut the socket at the deadline; the thread ends when its time comes with nothing to guard."""
        with self._changed:
            while True:
                now = time.monotonic()
                if self._active and self._end is End.BY_ITSELF:
                    if self._due <= now:
                        self._cut(End.DEADLINE)
                        continue
                    self._wakes_at = self._due
                elif self._wakes_at <= now:
                    self._watcher = None
                    return
                self._changed.wait(self._wakes_at - now)
