# SPDX-License-Identifier: MIT
"""Who is let in: the pair of keys, or an access key that log-in gave for it."""

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from crmdesk.demo.dialects.opencrm.office import Refusal, plain

_WRONG = "Invalid User Details - AUTHENTICATION FAILED"
UNAUTHORIZED = "Unauthorized"


class Keys:
    """The pair of keys and the access keys in use; safe from several threads."""

    def __init__(self, key: str, passkey: str, idle_s: float, clock: Callable[[], float]) -> None:
        self.key = key
        self.passkey = passkey
        self._idle_s = idle_s
        self._clock = clock
        self._used: dict[str, float] = {}
        self._calls: deque[float] = deque()
        self._lock = Lock()

    def log_in(self, sent: Mapping[str, Any], headers: Mapping[str, str]) -> str:
        """Return a new access key.

        Raises:
            Refusal: Keys missing or wrong.
        """
        self._check_pair(sent, headers)
        token = secrets.token_hex(16)
        with self._lock:
            self._used[token] = self._clock()
        return token

    def check(self, sent: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        """Let the request in, or not.

        Raises:
            Refusal: "Unauthorized" without keys or with a dead access key; wrong keys have words of their own.
        """
        token = plain(sent.get("accesskey"))
        if not token:
            self._check_pair(sent, headers)
            return
        now = self._clock()
        with self._lock:
            used = self._used.get(token)
            if used is None or now - used > self._idle_s:
                self._used.pop(token, None)
                raise Refusal(UNAUTHORIZED)
            self._used[token] = now

    def forget(self, token: str) -> None:
        """Make an access key one that is not known; without one given, all of them."""
        with self._lock:
            if token:
                self._used.pop(token, None)
            else:
                self._used.clear()

    def count_call(self, limit: int) -> bool:
        """Note a call; return whether it is within `limit` calls in the last minute."""
        now = self._clock()
        with self._lock:
            while self._calls and now - self._calls[0] >= 60:
                self._calls.popleft()
            if len(self._calls) >= limit:
                return False
            self._calls.append(now)
            return True

    def _check_pair(self, sent: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        key = plain(sent.get("key")) or headers.get("key1", "")
        passkey = plain(sent.get("passkey")) or headers.get("key2", "")
        if not key or not passkey:
            raise Refusal(UNAUTHORIZED)
        good = secrets.compare_digest(key.encode(), self.key.encode())
        if not (good and secrets.compare_digest(passkey.encode(), self.passkey.encode())):
            raise Refusal(_WRONG)
