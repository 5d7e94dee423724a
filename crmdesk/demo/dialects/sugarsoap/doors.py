# SPDX-License-Identifier: MIT
"""Who is let in, at both families: passwords, lock-out, sessions and the cookies beside them."""

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from crmdesk.demo.dialects.sugarsoap.users import USERS, User, user_named

SESSION_S = 86_400.0
"""How long SplendidCRM's cache knows a session."""


@dataclass(slots=True)
class _Session:
    user: User
    began: float


class Doors:
    """Sessions and failed logins of one server; safe from several threads.

    Attributes:
        failures: Failed logins by user name, known or not; only a good login clears them (sugarsoap.md 9.4).
    """

    def __init__(self, keys: Mapping[str, str], lockout: int, clock: Callable[[], float]) -> None:
        self.failures: dict[str, int] = {}
        self._hashes = {user.name: md5(keys[user.name]) if user.has_password else "" for user in USERS}
        self._plain = {user.name: keys.get(user.name, "") for user in USERS}
        self._lockout = lockout
        self._clock = clock
        self._sessions: dict[str, _Session] = {}
        self._cookies: set[str] = set()
        self._lock = Lock()

    def is_locked(self, name: str) -> bool:
        """Whether too many logins of that name have failed."""
        with self._lock:
            return self.failures.get(name.lower(), 0) >= self._lockout

    def check(self, name: str, password: str) -> User | None:
        """Return the user whose hash this is, None where it is not; counts.

        Args:
            password: The MD5 in hexadecimal digits of either case; empty fits a user who never had one.
        """
        user = user_named(name)
        fits = user is not None and user.is_active and secrets.compare_digest(
            self._hashes[user.name].encode(), password.lower().encode()
        )  # fmt: skip
        with self._lock:
            if fits:
                self.failures.pop(name.lower(), None)
            else:
                self.failures[name.lower()] = self.failures.get(name.lower(), 0) + 1
        return user if fits else None

    def is_plain(self, name: str, password: str) -> bool:
        """Whether this is the user's password itself, not its hash."""
        user = user_named(name)
        return user is not None and user.has_password and self._plain[user.name] == password

    def open_guid(self, user: User) -> str:
        """Return a new session, a GUID."""
        return self._open(str(uuid.uuid4()), user)

    def open_php(self, user: User, cookie: str) -> str:
        """Return a session of 32 digits: the one of the cookie, where PHP knows it."""
        return self._open(cookie if cookie in self._sessions else secrets.token_hex(16), user)

    def _open(self, name: str, user: User) -> str:
        with self._lock:
            self._sessions[name] = _Session(user, self._clock())
        return name

    def new_cookie(self) -> str:
        """Return a new web session's name, as ASP.NET makes them."""
        cookie = secrets.token_hex(12).upper()
        with self._lock:
            self._cookies.add(cookie)
        return cookie

    def knows_cookie(self, cookie: str) -> bool:
        """Whether the web session is one of ours."""
        with self._lock:
            return cookie in self._cookies

    def find(self, name: str) -> User | None:
        """Return whose session it is, None where it is over or never was."""
        with self._lock:
            session = self._sessions.get(name)
            if session is None or self._clock() - session.began > SESSION_S:
                return None
            return session.user

    def end(self, name: str) -> None:
        """Forget a session; harmless where there is none."""
        with self._lock:
            self._sessions.pop(name, None)


def md5(text: str) -> str:
    """Return what a login sends for a password."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
