# SPDX-License-Identifier: MIT
"""Who is let in: log-in by application token, access tokens with an end, the sliding limit of calls."""

import json
import math
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.dialects.webcrm.office import Habits, Refusal

_WINDOW_S = 60


class Doorman:
    """Tokens in use and calls made; safe from several threads."""

    def __init__(self, codes: Mapping[str, str], habits: Habits, clock: Callable[[], float]) -> None:
        self.codes = dict(codes)  # application token -> user
        self._habits = habits
        self._clock = clock
        self._tokens: dict[str, tuple[str, float]] = {}
        self._refresh: dict[str, str] = {}
        self._calls: dict[str, deque[float]] = {}
        self._lock = Lock()

    def log_in(self, request: Request) -> Reply:
        """Answer ApiLogin: the application token is a form field of the body, not JSON and not a header."""
        user = self.codes.get(form(request).get("authCode", ""))
        return self._welcome(user, "invalid_grant", "The application token is not valid.")

    def refresh(self, request: Request) -> Reply:
        """Answer ApiRefresh; a refresh token works once."""
        token = request.headers.get("refreshtoken") or form(request).get("refreshToken", "")
        with self._lock:
            user = self._refresh.pop(token, None)
        return self._welcome(user, "invalid_grant", "The refresh token is not valid.")

    def refuse(self) -> Reply:
        """Answer a log-in by name and password: this system has none."""
        return self._welcome(None, "invalid_grant", "Invalid user name or password.")

    def check(self, request: Request) -> str:
        """Return whose access token the request carries.

        Raises:
            Refusal: 401: none, unknown or over.
        """
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        with self._lock:
            user, ends = self._tokens.get(token.strip(), ("", 0.0))
        if kind.lower() != "bearer" or not user or self._clock() >= ends:
            raise Refusal(401, "Authorization has been denied for this request.", "UnauthorizedException")
        return user

    def spoil(self, request: Request) -> None:
        """Make the request's access token one that is over; without one given, all of them."""
        token = request.headers.get("authorization", "").partition(" ")[2].strip()
        with self._lock:
            if token:
                self._tokens.pop(token, None)
            else:
                self._tokens.clear()

    def count_call(self, user: str) -> Reply | None:
        """Note a call; return the answer to it if it is one too many in the last minute."""
        limit = self._habits.calls_per_minute
        if limit is None:
            return None
        now = self._clock()
        with self._lock:
            calls = self._calls.setdefault(user, deque())
            while calls and now - calls[0] >= _WINDOW_S:
                calls.popleft()
            if len(calls) < limit:
                calls.append(now)
                return None
            wait_s = max(1, math.ceil(calls[0] + _WINDOW_S - now))
        body = {"RetryAfterSeconds": wait_s, "Message": f"The request was throttled. Retry after {wait_s} seconds.", "Type": "TooManyRequestsException"}  # fmt: skip
        headers = {"Retry-After": str(wait_s)} if self._habits.retry_after_header else {}
        return Reply(429, json.dumps(body).encode(), headers=headers)

    def _welcome(self, user: str | None, error: str, description: str) -> Reply:
        if user is None:
            body = {"AccessToken": None, "RefreshToken": None, "Error": error, "ErrorDescription": description, "IsError": True, "ExpiresIn": 0, "TokenType": None}  # fmt: skip
            return Reply(401 if self._habits.login_failure == "401" else 200, json.dumps(body).encode())
        access, refresh = secrets.token_hex(32), secrets.token_hex(32)
        with self._lock:
            self._tokens[access] = (user, self._clock() + self._habits.token_s)
            self._refresh[refresh] = user
        body = {"AccessToken": access, "RefreshToken": refresh, "Error": None, "ErrorDescription": None, "IsError": False, "ExpiresIn": self._habits.token_s, "TokenType": "Bearer"}  # fmt: skip
        return Reply(200, json.dumps(body).encode())


def form(request: Request) -> dict[str, str]:
    """Return the fields of an urlencoded or multipart form; nothing of any other body."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        message = BytesParser(policy=HTTP).parsebytes(
            b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + request.body
        )
        found: dict[str, Any] = {}
        for part in message.iter_parts() if message.is_multipart() else ():
            name, content = part.get_param("name", header="content-disposition"), part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(content, bytes):
                found[name] = content.decode("utf-8", "replace").strip()
        return found
    if kind and not kind.startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace").strip(), keep_blank_values=True))
