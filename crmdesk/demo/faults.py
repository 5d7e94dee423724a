# SPDX-License-Identifier: MIT
"""What can go wrong between a client and a CRM, as switches for tests and for `--fault`."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock


class FaultKind(StrEnum):
    """One way of going wrong; the value is the name on the command line."""

    DELAY = "delay"  # the answer comes late (delay_ms)
    DROP = "drop"  # the connection closes before anything was done
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
    REDIRECT = "redirect"  # to another host
    HTML_LOGIN = "html_login"  # somebody's login page, HTTP 200
    PROXY_LOGIN = "proxy_login"  # HTTP 407
    UNAVAILABLE = "unavailable"  # HTTP 503, Retry-After


@dataclass(frozen=True, slots=True)
class Fault:
    """One switch that is on."""

    kind: FaultKind
    operation: str = ""  # lower case; empty means every operation
    skip: int = 0  # answers that go well first


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int | None
    skip: int


class Faults:
    """The switches of one server; thread-safe.

    Attributes:
        latency_ms: Delay of each answer, on top of any fault.
        delay_ms: How late a DELAY answer comes.
        drip_ms: Pause between the bytes of SLOW_DRIP.
        huge_bytes: Size of a HUGE reply.
        redirect_to: Where REDIRECT points; a host that cannot exist.
        seen: The faults delivered, newest last (the last 100).
    """

    def __init__(self, latency_ms: float = 0) -> None:
        self.latency_ms = latency_ms
        self.delay_ms = 2000.0
        self.drip_ms = 50.0
        self.huge_bytes = 20_000_000
        self.redirect_to = "http://elsewhere.invalid/webservice"
        self.seen: deque[Fault] = deque(maxlen=100)
        self._armed: list[_Armed] = []
        self._lock = Lock()

    def add(self, kind: FaultKind | str, times: int | None = 1, *, operation: str = "", skip: int = 0) -> None:
        """Switch on `kind` for the next `times` answers (None: until cleared), after `skip` that go well.

        Raises:
            ValueError: `kind` is not one of FaultKind.
        """
        fault = Fault(FaultKind(kind), operation.lower(), skip)
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
                if armed.left is not None:
                    armed.left -= 1
                    if armed.left <= 0:
                        self._armed.remove(armed)
                self.seen.append(armed.fault)
                return armed.fault
        return None
