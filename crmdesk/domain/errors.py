# SPDX-License-Identifier: MIT
"""Every error a person may meet.

CrmError                 .user_text  .detail (redacted wire excerpt)  .retryable
├─ ProfileError          bad URL, missing secret, unknown vendor
├─ ConnectionFailed      NotReachable · TlsRefused · ProxyRefused · TimedOut(sent) · TooLarge(limit_bytes) · Redirected
├─ AccessDenied          BadCredentials · SessionExpired (engine logs in again once) · NotPermitted
├─ ServerFault           code, text · RateLimited(retry_after_s) · MalformedReply(where) · NotACrm
├─ RecordProblem         NotFound · Conflict(server) · Invalid(per_field)
└─ Unsupported           capability  (programming error if the ui shows it)

``user_text`` is one or two sentences: what happened, and what to do next. ``may_be_done`` tells whether a write that
met this error may have been carried out all the same.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import sentence

if TYPE_CHECKING:
    from crmdesk.domain.record import Record


class CrmError(Exception):
    """The root; never raised itself.

    Attributes:
        user_text: what happened and what to do next, for the person.
        detail: an excerpt of the exchange, secrets taken out; may be empty.
        retryable: asking again later may help.
        may_be_done: a write may have been carried out on the server all the same.
    """

    retryable = False
    may_be_done = False

    def __init__(self, user_text: str, detail: str = "") -> None:
        super().__init__(user_text)
        self.user_text = user_text
        self.detail = detail


class ProfileError(CrmError):
    """The account's own settings cannot work."""


class ConnectionFailed(CrmError):
    """No usable answer came."""

    retryable = True


class NotReachable(ConnectionFailed):
    """Name not found, refused, no route: nothing was sent."""


class TlsRefused(ConnectionFailed):
    """The certificate or the handshake failed: nothing was sent.

    Attributes:
        shown: SHA-256 of the certificate that came instead of the one this account accepts, 64 hexadecimal digits; or "".
    """

    retryable = False
    shown = ""


class ProxyRefused(ConnectionFailed):
    """The proxy asks for a login or refuses: nothing reached the server."""

    retryable = False


class TimedOut(ConnectionFailed):
    """The deadline passed, or the connection broke.

    Attributes:
        sent: the request had left, so a write may have been carried out.
    """

    def __init__(self, user_text: str, detail: str = "", *, sent: bool = True) -> None:
        super().__init__(user_text, detail)
        self.sent = sent
        self.may_be_done = sent


class TooLarge(ConnectionFailed):
    """The answer is longer than we accept."""

    retryable = False
    may_be_done = True

    def __init__(self, user_text: str, detail: str = "", *, limit_bytes: int) -> None:
        super().__init__(user_text, detail)
        self.limit_bytes = limit_bytes


class Redirected(ConnectionFailed):
    """The server sends us elsewhere; secrets are not carried there."""

    retryable = False


class AccessDenied(CrmError):
    """The server knows us or not, and says no."""


class BadCredentials(AccessDenied):
    """Wrong user or key."""


class SessionExpired(AccessDenied):
    """The session is over; nothing was carried out."""

    retryable = True


class NotPermitted(AccessDenied):
    """The user may not, or the thing is not there: some servers do not tell which."""


class ServerFault(CrmError):
    """The server reports a failure of its own."""

    def __init__(self, user_text: str, detail: str = "", *, code: str = "", text: str = "") -> None:
        super().__init__(user_text, detail)
        self.code = code
        self.text = text


class OutcomeUnclear(ServerFault):
    """The server broke down in the middle: a write may have been carried out."""

    retryable = True
    may_be_done = True


class UnknownOperation(ServerFault):
    """The server does not have this operation."""


class RateLimited(ServerFault):
    """Too many requests; try again after ``retry_after_s`` seconds."""

    retryable = True

    def __init__(self, user_text: str, detail: str = "", *, retry_after_s: float) -> None:
        super().__init__(user_text, detail)
        self.retry_after_s = retry_after_s


class MalformedReply(ServerFault):
    """An answer came that is not what it should be; ``where`` names the place."""

    may_be_done = True

    def __init__(self, user_text: str, detail: str = "", *, where: str = "") -> None:
        super().__init__(user_text, detail)
        self.where = where


class NotACrm(ServerFault):
    """Something answers at this address, but it is no CRM of this kind."""


class RecordProblem(CrmError):
    """It is about one record."""


class NotFound(RecordProblem):
    """The record is gone or never was."""


class Conflict(RecordProblem):
    """Somebody else changed the record meanwhile; ``server`` is what it holds now."""

    def __init__(self, user_text: str, detail: str = "", *, server: "Record") -> None:
        super().__init__(user_text, detail)
        self.server = server


class Invalid(RecordProblem):
    """Values the server does not take, or would damage; a sentence for each field where it is known."""

    def __init__(self, user_text: str, detail: str = "", *, per_field: Mapping[FieldName, str] | None = None) -> None:
        super().__init__(user_text, detail)
        self.per_field = dict(per_field or {})


class Unsupported(CrmError):
    """This vendor cannot do it; the window should not have offered it."""

    def __init__(self, capability: str) -> None:
        super().__init__(sentence("This CRM does not offer: {capability}.", capability=capability))
        self.capability = capability
