# SPDX-License-Identifier: MIT
"""Who is let in: API keys with their rights, sessions that end an hour after their last call, bearer tokens."""

import secrets
from collections.abc import Callable, Mapping
from threading import Lock

from crmdesk.demo.dialects.crmservice import FULL, LIMITED, LOCKED
from crmdesk.demo.dialects.crmservice.office import Refusal

# What the web shop's key may call; the vendor gives each key its own list of methods.
_LIMITED_METHODS = frozenset({
    "sessionManager.createSession", "sessionManager.destroySession", "contactManager.authenticatePortalUser",
    "productManager.searchProducts", "fieldManager.getCrmFields", "picklistManager.getPicklistValues",
})  # fmt: skip
USER_OF_KEY = {FULL: 1, LIMITED: 2, LOCKED: 2}
"""Whose records the keys create: the number of the user."""


class Doorman:
    """Keys, sessions and tokens; safe from several threads.

    Attributes:
        locked: Keys, by name, that are locked; tests lock and unlock them.
        last_used: When a key last opened a session, Unix seconds, by name: the stamp that the vendor's settings show.
    """

    def __init__(
        self, keys: Mapping[str, str], tokens: Mapping[str, str], session_s: float, clock: Callable[[], float]
    ) -> None:
        self.locked = {LOCKED}
        self.last_used: dict[str, float] = {}
        self._name_of_key = {secret: name for name, secret in keys.items()}
        self._name_of_token = dict(tokens)
        self._session_s = session_s
        self._clock = clock
        self._sessions: dict[str, tuple[str, float]] = {}
        self._spoiled: set[str] = set()
        self._lock = Lock()

    def open_session(self, key: str) -> str:
        """Return the id of a new session.

        Raises:
            Refusal: No such key, or it is locked. GUESS: the texts.
        """
        name = self._name_of_key.get(key)
        if name is None:
            raise Refusal(401, "Invalid API key")
        if name in self.locked:
            raise Refusal(403, "API key is locked")
        number = secrets.token_hex(16)
        with self._lock:
            self._sessions[number] = (name, self._clock())
            self.last_used[name] = self._clock()
        return number

    def check_session(self, number: str, method: str) -> str:
        """Return whose session it is, and count its hour anew.

        Args:
            method: "salesorderManager.createSalesOrder".

        Raises:
            Refusal: The session is unknown or over, the key is locked by now or may not call the method. GUESS: texts.
        """
        now = self._clock()
        with self._lock:
            name, last = self._sessions.get(number, ("", 0.0))
            if not name or now - last >= self._session_s:
                self._sessions.pop(number, None)
                raise Refusal(401, "Invalid or expired session")
            self._sessions[number] = (name, now)
        if name in self.locked:
            raise Refusal(403, "API key is locked")
        if name == LIMITED and method not in _LIMITED_METHODS:
            raise Refusal(403, f"Permission denied: the API key is not allowed to call {method}")
        return name

    def close_session(self, number: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(number, None)

    def sessions_open(self) -> int:
        """Return how many sessions live, for tests that look for clients which never say goodbye."""
        now = self._clock()
        return sum(now - last < self._session_s for _, last in self._sessions.values())

    def check_token(self, header: str, method: str) -> str:
        """Return whose bearer token it is.

        Raises:
            Refusal: 401: none, or not one of ours; 403: the key is locked, or may only read.
        """
        kind, _, token = header.partition(" ")
        name = self._name_of_token.get(token.strip()) if kind.lower() == "bearer" else None
        with self._lock:
            spoiled = token.strip() in self._spoiled
            self._spoiled.discard(token.strip())
        if name is None or spoiled:
            raise Refusal(401, "Your request was made with invalid credentials.")
        if name in self.locked:
            raise Refusal(403, "API key is locked")
        if name == LIMITED and method != "GET":
            raise Refusal(403, "You are not allowed to perform this action.")
        return name

    def spoil(self, header: str, session: str) -> None:
        """End the session given, and refuse the token's next request: tokens do not end, administrators change them."""
        with self._lock:
            self._sessions.pop(session, None)
            if header:
                self._spoiled.add(header.partition(" ")[2].strip())
