# SPDX-License-Identifier: MIT
"""What can go wrong between a client and a CRM, as switches for tests and for `--fault`."""

import random
from collections import Counter, deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """One way of going wrong; the value is the name on the command line."""

    DELAY = "delay"  # the answer comes late (delay_ms)
    LATENCY = "latency"  # the answer comes a little late (a tenth of delay_ms)
    JITTER = "jitter"  # ... by any time up to delay_ms, another one each time
    DROP = "drop"  # the connection closes before anything was done
    RESET = "reset"  # the connection is reset before anything was done
    RESET_HEADERS = "reset_headers"  # ... in the middle of the answer's head, after the work was done
    RESET_BODY = "reset_body"  # ... in the middle of the answer's body, after the work was done
    DROP_AFTER = "drop_after"  # the connection closes after the work was done: the outcome is unknown to the client
    HTTP500 = "http500"  # empty body, nothing done
    HTTP500_AFTER = "http500_after"  # empty body, but the work was done
    SESSION_EXPIRED = "session_expired"  # the session's life is over
    SESSION_IDLE = "session_idle"  # the session was left idle
    SESSION_GONE = "session_gone"  # the server has forgotten the session
    HALF_PAGE = "half_page"  # the body breaks off in the middle, its length header agrees
    SHORT_BODY = "short_body"  # the header promises more than is sent before the connection closes
    WRONG_TYPE = "wrong_type"  # right body, wrong content type
    HTML_NOISE = "html_noise"  # PHP's warnings before the body, HTTP 200
    PLAIN_TEXT = "plain_text"  # one sentence instead of data, HTTP 200
    HUGE = "huge"  # a reply of huge_bytes
    SLOW_DRIP = "slow_drip"  # the reply arrives byte by byte, drip_ms apart
    REDIRECT = "redirect"  # to another host, for now (302)
    MOVED = "moved"  # to another host, for good (301)
    HTML_LOGIN = "html_login"  # somebody's login page, HTTP 200
    PROXY_LOGIN = "proxy_login"  # HTTP 407
    UNAVAILABLE = "unavailable"  # HTTP 503, Retry-After
    TOO_MANY = "too_many"  # HTTP 429, Retry-After
    GZIP_LIES = "gzip_lies"  # the head says gzip, the body is none
    GZIP_CUT = "gzip_cut"  # gzip that breaks off
    RESTART = "restart"  # every connection and session is gone, and for restart_ms nobody answers
    TLS_EXPIRED = "tls_expired"  # the server speaks TLS with a certificate that has expired; from its start on
    TLS_WRONG_HOST = "tls_wrong_host"  # ... with another server's certificate


AT_START = frozenset({FaultKind.TLS_EXPIRED, FaultKind.TLS_WRONG_HOST})
"""What a server is started with; it befalls connections, not answers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One switch that is on."""

    kind: FaultKind
    operation: str = ""  # lower case; empty means every operation
    skip: int = 0  # answers that go well first
    every: int = 1  # it befalls each such answer: every tenth, for example


def fault_of(text: str) -> Fault:
    """A fault as the command line spells it: ``KIND`` or ``KIND:every=10``; also ``skip=N`` and ``operation=NAME``.

    Raises:
        ValueError: no such kind, or anything else behind the colon.
    """
    name, _, more = text.partition(":")
    given = dict(part.split("=", 1) for part in more.split(",")) if more else {}
    if given.keys() - {"every", "skip", "operation"} or int(given.get("every", 1)) < 1:
        raise ValueError(text)
    return Fault(
        FaultKind(name), given.get("operation", "").lower(), int(given.get("skip", 0)), int(given.get("every", 1))
    )


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None
    skip: int
    passed: int = 0


class Faults:
    """The switches of one server; thread-safe.

    Attributes:
        latency_ms: Delay of each answer, on top of any fault.
        delay_ms: How late a DELAY answer comes.
        drip_ms: Pause between the bytes of SLOW_DRIP.
        huge_bytes: Size of a HUGE reply.
        redirect_to: Where REDIRECT and MOVED point; a host that cannot exist.
        restart_ms: How long RESTART lets nobody in.
        seen: The faults delivered, newest last (the last 100).
        counts: How many of each kind were delivered.
    """

    def __init__(self, latency_ms: float = 0) -> None:
        self.latency_ms = latency_ms
        self.delay_ms = 2000.0
        self.drip_ms = 50.0
        self.huge_bytes = 20_000_000
        self.redirect_to = "http://elsewhere.invalid/webservice"
        self.restart_ms = 300.0
        self.seen: deque[Fault] = deque(maxlen=100)
        self.counts: Counter[FaultKind] = Counter()
        self._draw = random.Random(1)
        self._armed: list[_Armed] = []
        self._lock = Lock()

    def add(
        self, kind: FaultKind | str, times: int | None = 1, *, operation: str = "", skip: int = 0, every: int = 1
    ) -> None:
        """Switch on `kind` for the next `times` answers (None: until cleared), after `skip` that go well.

        Args:
            every: of those that it might befall only each such one, the tenth and the twentieth with 10.

        Raises:
            ValueError: `kind` is not one of FaultKind.
        """
        fault = Fault(FaultKind(kind), operation.lower(), skip, max(1, every))
        with self._lock:
            self._armed.append(_Armed(fault, times, skip))

    def clear(self) -> None:
        """Switch everything off but the latency."""
        with self._lock:
            self._armed.clear()

    def take(self, operation: str) -> Fault | None:
        """Return the fault that befalls this request and use it up; None where all goes well."""
        if not self._armed:
            return None
        with self._lock:
            for armed in self._armed:
                if armed.fault.operation not in ("", operation.lower()):
                    continue
                if armed.skip > 0:
                    armed.skip -= 1
                    continue
                armed.passed += 1
                if armed.passed % armed.fault.every:
                    continue
                if armed.left is not None:
                    armed.left -= 1
                    if armed.left <= 0:
                        self._armed.remove(armed)
                self.seen.append(armed.fault)
                self.counts[armed.fault.kind] += 1
                return armed.fault
        return None

    def wait_ms(self, kind: FaultKind | None) -> float:
        """How late an answer comes that meets this fault."""
        with self._lock:
            late = {
                FaultKind.DELAY: self.delay_ms,
                FaultKind.LATENCY: self.delay_ms / 10,
                FaultKind.JITTER: self._draw.uniform(0, self.delay_ms),
            }
        return self.latency_ms + (late.get(kind, 0.0) if kind is not None else 0.0)
