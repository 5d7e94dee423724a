# SPDX-License-Identifier: MIT
"""What a vendor's dialect gives the demo server, and how dialects are found."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from crmdesk.demo.faults import FaultKind


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it came; `path` is what follows the dialect's prefix, header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def url_parameters(self) -> dict[str, str]:
        """Return the URL's parameters; of a doubled name the last one counts, as in PHP."""
        return dict(parse_qsl(self.query, keep_blank_values=True, errors="replace"))


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a server was started with.

    Attributes:
        rows: Number of leads; None means the usual world.
        keys: Secrets by user name, of every user.
        clock: Unix seconds.
        options: A dialect's own switches by name; unknown names are ignored.
    """

    rows: int | None
    keys: Mapping[str, str]
    clock: Callable[[], float]
    options: Mapping[str, Any]


class Site(Protocol):
    """One pretended CRM server."""

    def operation(self, request: Request) -> str:
        """Return the operation's name in lower case, for faults and the log; empty where there is none."""

    def handle(self, request: Request) -> Reply:
        """Do what the request asks."""

    def break_session(self, request: Request, kind: FaultKind) -> None:
        """Make the request's session one that has expired, was left idle or is forgotten."""

    def warm_up(self) -> None:
        """Build the data, if that has not been done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A vendor's wire format.

    Attributes:
        path: The prefix under which it is served, "/name".
        entry: What follows the prefix in the address an account names.
        users: Everybody who has a key.
        account: (user, key) -> {"set": ..., "secrets": ...}, the profile fields that log him in.
        open: Makes one pretended server; called once, not before it is needed.
    """

    vendor: str
    path: str
    entry: str
    default_user: str
    users: tuple[str, ...]
    account: Callable[[str, str], dict[str, dict[str, str]]]
    open: Callable[[Settings], Site]


def find_dialects() -> tuple[Dialect, ...]:
    """Return every dialect in crmdesk.demo.dialects, by vendor name."""
    package = importlib.import_module("crmdesk.demo.dialects")
    found = [
        importlib.import_module(f"{package.__name__}.{info.name}").DIALECT
        for info in pkgutil.iter_modules(package.__path__)
    ]
    return tuple(sorted(found, key=lambda dialect: dialect.vendor))
