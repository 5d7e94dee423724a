# SPDX-License-Identifier: MIT
"""Asks one configured address whether there is a newer version: at most once a day, and nothing about the person is sent.

The address answers with JSON: ``{"version": "1.2", "url": "https://…", "notes": "plain text"}``. Nothing is installed.
"""

import json
import logging
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crmdesk.connectors.port import Http
from crmdesk.domain.errors import CrmError
from crmdesk.engine.lanes import Lanes

EVERY: Final = timedelta(days=1)
DEADLINE_S: Final = 15.0
LIMIT_BYTES: Final = 64 * 1024
_NOTES_CHARACTERS: Final = 4000
_VERSION: Final = re.compile(r"\d{1,6}(\.\d{1,6}){0,4}")
_log = logging.getLogger("crmdesk.updates")


@dataclass(frozen=True, slots=True)
class Update:
    """A version newer than ours. ``url`` is https; ``notes`` is plain text, maybe empty."""

    version: str
    url: str
    notes: str


def newer(one: str, other: str) -> bool:
    """Whether one version is newer than another; 1.10 is newer than 1.9, 1.0 is not newer than 1."""
    return _parts(one) > _parts(other)


def read(text: str, version: str) -> Update | None:
    """The update that an answer tells of; None where it is none, or makes no sense."""
    with suppress(ValueError, RecursionError):
        data = json.loads(text)
        if isinstance(data, dict):
            told, url, notes = (str(data.get(name, "")) for name in ("version", "url", "notes"))
            if _VERSION.fullmatch(told) and newer(told, version) and _is_page(url):
                return Update(told, url, notes[:_NOTES_CHARACTERS])
    return None


class UpdateCheck:
    """Used on the loop's thread; ``close`` when done.

    Args:
        file: remembers when it was asked and what the person does not want to hear of again.
        make_http: the client; its time and size are bounded.
    """

    def __init__(
        self,
        file: Path,
        version: str,
        *,
        make_http: Callable[[], Http] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file, self._version, self._now = file, version, now
        self._lanes: Lanes[Http] = Lanes(
            make_http or _client,
            lambda http: http.close(),
            count=1,
            name="updates",
            interrupt=lambda http: http.abort(),
        )

    async def look(self, address: str) -> Update | None:
        """Ask, if a day has passed since the last time; None = nothing new, not yet, or no sensible answer."""
        state, now = self._state(), self._now()
        if not address or not _is_page(address) or not _is_due(state.get("asked_at"), now):
            return None
        self._keep({**state, "asked_at": now.isoformat()})  # also where it fails: a dead address is not asked all day
        try:
            text = await self._lanes.call(lambda http: _asked(http, address))
        except CrmError as error:
            _log.info("no news: %s", error.user_text)
            return None
        found = read(text, self._version)
        return None if found is None or found.version == state.get("dismissed") else found

    def dismiss(self, version: str) -> None:
        """Do not tell of this version again."""
        self._keep({**self._state(), "dismissed": version})

    def close(self) -> None:
        """Break off what is asked."""
        self._lanes.close()

    def _state(self) -> dict[str, Any]:
        with suppress(OSError, ValueError, RecursionError):
            data = json.loads(self._file.read_text("utf-8"))
            if isinstance(data, dict):
                return data
        return {}

    def _keep(self, state: dict[str, Any]) -> None:
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = self._file.with_name(self._file.name + ".new")
            beside.write_text(json.dumps(state), "utf-8")
            os.replace(beside, self._file)


def _client() -> Http:
    from crmdesk.connectors.wire.http import HttpClient

    return HttpClient(deadline_s=DEADLINE_S, limit_bytes=LIMIT_BYTES, user_agent="crmdesk")


def _asked(http: Http, address: str) -> str:
    """The answer's text; the client follows redirects within the host, where they stay encrypted.

    Raises:
        CrmError.
    """
    reply = http.get(address, {}, headers={"Accept": "application/json"})
    return reply.body.decode("utf-8", errors="replace") if reply.status == 200 else ""


def _is_page(url: str) -> bool:
    """A web address over TLS, with a host, without a login in it."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and url.isprintable()
    return False


def _is_due(asked_at: object, now: datetime) -> bool:
    """Also where the clock was set back."""
    try:
        last = datetime.fromisoformat(str(asked_at))
        return not timedelta(0) <= now - last < EVERY
    except (ValueError, TypeError):
        return True


def _parts(version: str) -> tuple[int, ...]:
    numbers = [int(part) for part in re.findall(r"\d+", version)]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
