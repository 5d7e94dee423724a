# SPDX-License-Identifier: MIT
"""The last exchanges with servers, for a report of trouble: in memory only, secrets masked before anything is kept."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Final
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from crmdesk.connectors.port import Http, Reply
from crmdesk.connectors.wire.redaction import MASK, Redactor, is_secret
from crmdesk.domain.errors import CrmError
from crmdesk.domain.sentence import sentence

KEPT: Final = 100  # exchanges
_LOOKED_BACK: Final = 20  # exchanges of all lanes, among which the one is that told a secret
_BODY_CHARACTERS: Final = 4000  # of each text kept
_LOOKED_AT: Final = 2 * _BODY_CHARACTERS  # masked before it is cut, so that no half of a secret is left at the edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One exchange. ``address`` is without its query; ``asked`` and ``answered`` may hold record data, the rest not.

    Attributes:
        status: None where no answer came. ms: how long it took. size: bytes of the answer.
        error: the class of what went wrong, "" = nothing.
    """

    at: datetime
    account: str
    method: str
    address: str
    write: bool
    status: int | None
    ms: float
    size: int
    error: str
    asked: str
    answered: str

    def line(self) -> str:
        """Without record data: when, whose, what, how it went."""
        went = str(self.status) if self.status is not None else "no answer"
        tail = f" {self.error}" if self.error else ""
        kind = "write" if self.write else "read"
        return sentence(
            "{at}Z  {account}  {method} {address} ({kind})  {went}  {ms} ms  {size} bytes{tail}",
            at=f"{self.at:%Y-%m-%d %H:%M:%S}",
            account=self.account,
            method=self.method,
            address=self.address,
            kind=kind,
            went=went,
            ms=f"{self.ms:.0f}",
            size=self.size,
            tail=tail,
        )


class CallLog:
    """Filled from the lanes' threads, read on any.

    Attributes:
        redactor: learns every secret that a connector names, for texts of other origin (the log).
    """

    def __init__(self) -> None:
        self.redactor = Redactor()
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._guard = threading.Lock()

    def note(self, call: Call) -> None:
        """One more; the oldest goes where there are too many."""
        with self._guard:
            self._calls.append(call)

    def learn(self, secret: str) -> None:
        """Mask it from now on, and in what was noted last: a server tells a session's key before anybody knows it as one."""
        if self.redactor.knows(secret):
            return
        self.redactor.add(secret)
        with self._guard:
            for at in range(max(0, len(self._calls) - _LOOKED_BACK), len(self._calls)):
                call = self._calls[at]
                self._calls[at] = replace(
                    call,
                    address=self.redactor.redacted(call.address),
                    asked=self.redactor.redacted(call.asked),
                    answered=self.redactor.redacted(call.answered),
                )

    def all(self) -> tuple[Call, ...]:
        """The oldest first."""
        with self._guard:
            return tuple(self._calls)


class LoggedHttp:
    """An ``Http`` that passes everything on to another one and notes it."""

    def __init__(self, http: Http, log: CallLog, account: str) -> None:
        self._http, self._log, self._account = http, log, account

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        """As ``Http.get``."""
        return self._noted(
            "GET", url, self._text(params), write, lambda: self._http.get(url, params, headers=headers, write=write)
        )

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        """As ``Http.post_form``; of files only how many."""
        asked = self._text(form) + (f" [{len(files)} files]" if files else "")
        return self._noted(
            "POST",
            url,
            asked,
            write,
            lambda: self._http.post_form(url, form, files=files, headers=headers, write=write),
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        """As ``Http.request``."""
        asked = "\n".join(part for part in (self._text(params or {}), _decoded(body or b"")) if part)
        return self._noted(
            method,
            url,
            asked,
            write,
            lambda: self._http.request(method, url, params=params, body=body, headers=headers, write=write),
        )

    def add_secret(self, secret: str) -> None:
        """As ``Http.add_secret``."""
        self._http.add_secret(secret)
        self._log.learn(secret)

    def redacted(self, text: str) -> str:
        """As ``Http.redacted``."""
        return self._http.redacted(text)

    def abort(self) -> None:
        """As ``Http.abort``."""
        self._http.abort()

    def close(self) -> None:
        """As ``Http.close``."""
        self._http.close()

    def _noted(self, method: str, url: str, asked: str, write: bool, send: Callable[[], Reply]) -> Reply:
        at, began = datetime.now(UTC), monotonic()
        reply: Reply | None = None
        error = ""
        try:
            reply = send()
            return reply
        except CrmError as failed:
            error = type(failed).__name__
            raise
        finally:
            parts = urlsplit(url)
            self._log.note(
                Call(
                    at=at,
                    account=self._account,
                    method=method,
                    address=self.redacted(urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))),
                    write=write,
                    status=reply.status if reply is not None else None,
                    ms=(monotonic() - began) * 1000,
                    size=len(reply.body) if reply is not None else 0,
                    error=error,
                    asked=self._kept(f"{parts.query}\n{asked}".strip()),
                    answered=self._kept(_decoded(reply.body)) if reply is not None else "",
                )
            )

    def _text(self, pairs: Mapping[str, str]) -> str:
        """Masked before it is written for people: in this mixture of spellings nothing would be found any more."""
        shown = {
            name: MASK if value and is_secret(name) else self.redacted(value[:_LOOKED_AT])
            for name, value in pairs.items()
        }
        return urlencode(shown, safe=" ,.:;/'()*=<>").replace(quote(MASK), MASK)

    def _kept(self, text: str) -> str:
        return self.redacted(text[:_LOOKED_AT])[:_BODY_CHARACTERS]


def _decoded(body: bytes) -> str:
    """The beginning of a body as text; what is no text is told by its length."""
    head = body[: 4 * _LOOKED_AT]
    try:
        return head.decode("utf-8", errors="strict" if len(head) == len(body) else "ignore")
    except UnicodeDecodeError:
        return f"[{len(body)} bytes that are no text]"
