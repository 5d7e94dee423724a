# SPDX-License-Identifier: MIT
"""Challenges and sessions of the pretended server."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock

from crmdesk.demo.dialects.crmplus.refusals import Refusal
from crmdesk.demo.dialects.crmplus.users import USERS, User
from crmdesk.demo.faults import FaultKind

CHALLENGE_S = 300
IDLE_S = 1800
LIFE_S = 86_400


@dataclass(slots=True)
class Session:
    """One login. `turn` serves one request at a time, as PHP's session lock does."""

    name: str
    user: User
    began: float
    used: float
    broken: str = ""
    turn: Lock = field(default_factory=Lock)


class Sessions:
    """Who is logged in; safe from several threads.

    Attributes:
        keys: Access key by user name.
        passwords: Web password by user name; not what login wants.
    """

    def __init__(self, clock: Callable[[], float], keys: Mapping[str, str]) -> None:
        self.keys = {user.name: keys[user.name] for user in USERS}
        self.passwords = {user.name: secrets.token_hex(6) for user in USERS}
        self.users: dict[str, User] = {user.name: user for user in USERS}
        self._clock = clock
        self._challenges: dict[str, tuple[str, float]] = {}
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def user(self, name: str) -> User | None:
        """Return the user of that name, in whatever case."""
        return self.users.get(name.lower())

    def challenge(self, user: User) -> tuple[str, int]:
        """Issue a token and make the user's former one worthless; return it with the server's time."""
        now = self._clock()
        token = secrets.token_hex(7)[:13]
        with self._lock:
            self._challenges[user.name] = (token, now)
        return token, int(now)

    def login(self, name: str, answer: str) -> Session:
        """Return a new session.

        Raises:
            Refusal: No live token, wrong key, or the user is inactive.
        """
        user = self.user(name)
        with self._lock:
            token, issued = self._challenges.get(user.name, ("", 0.0)) if user else ("", 0.0)
        if user is None or not token or self._clock() - issued > CHALLENGE_S:
            raise Refusal("INVALID_AUTH_TOKEN", "Specified token is invalid or expired")
        expected = hashlib.md5((token + self.keys[user.name]).encode(), usedforsecurity=False).hexdigest()
        if not secrets.compare_digest(expected.encode(), answer.encode()):
            raise Refusal("INVALID_USER_CREDENTIALS", "Invalid username or password")
        if not user.is_active:
            raise Refusal("AUTHENTICATION_REQUIRED", "Given user is inactive")
        now = self._clock()
        session = Session(secrets.token_hex(11)[:21], user, now, now)
        with self._lock:
            self._sessions[session.name] = session
        return session

    def find(self, name: str) -> Session:
        """Return the live session and note that it was used.

        Raises:
            Refusal: None given, unknown, over or idle; the last two are said once, after that it is unknown.
        """
        if name in ("", "null"):
            raise Refusal("AUTHENTICATION_REQUIRED", "Authencation required")  # the server's own spelling
        with self._lock:
            session = self._sessions.get(name)
            if session is None:
                raise Refusal("INVALID_SESSIONID", "Session Identifier provided is Invalid")
            now = self._clock()
            if session.broken == "expired" or now - session.began > LIFE_S:
                del self._sessions[name]
                raise Refusal("SESSION_EXPIRED", "Session has life span over please login again")
            if session.broken == "idle" or now - session.used > IDLE_S:
                del self._sessions[name]
                raise Refusal("SESSION_LEFT_IDLE", "Session has been invalidated to due lack activity")
            session.used = now
            return session

    def end(self, name: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(name, None)

    def end_all_of(self, user: User) -> None:
        """Forget a user and all his sessions."""
        with self._lock:
            self.users.pop(user.name, None)
            for name in [n for n, s in self._sessions.items() if s.user.number == user.number]:
                del self._sessions[name]

    def spoil(self, name: str, kind: FaultKind) -> None:
        """Make a session one that has expired, was left idle, or is forgotten."""
        with self._lock:
            session = self._sessions.get(name)
            if session is None:
                return
            if kind is FaultKind.SESSION_GONE:
                del self._sessions[name]
            else:
                session.broken = "expired" if kind is FaultKind.SESSION_EXPIRED else "idle"
