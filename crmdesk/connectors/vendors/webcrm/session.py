# SPDX-License-Identifier: MIT
"""One login and the requests that carry its token."""

import time
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit, urlunsplit

from crmdesk.connectors.port import Endpoint, Http, Reply
from crmdesk.connectors.vendors.webcrm import faults
from crmdesk.connectors.vendors.webcrm.limiter import Limiter, limiter_for
from crmdesk.connectors.vendors.webcrm.operations import Spec, all_specs, spec
from crmdesk.connectors.wire.address import typed_address
from crmdesk.connectors.wire.json_text import beginning, dumped, json_of
from crmdesk.connectors.wire.refusals import guarded
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    MalformedReply,
    NotACrm,
    NotFound,
    OutcomeUnclear,
    ProfileError,
    RateLimited,
    ServerFault,
    SessionExpired,
)
from crmdesk.domain.sentence import sentence

T = TypeVar("T")

DEFAULT_URL = "https://api.webcrm.com"
_LIFE_S = 3600
"""An access token's life where the login does not tell it (the vendor's document)."""
_MARGIN_S = 60
_JSON = {"Accept": "application/json"}
_LOGIN: Spec = all_specs()["authapiloginpost"]


def base_url(url: str) -> str:
    """The API's address, from what was typed or pasted; the vendor's own where nothing was.

    Raises:
        ProfileError: it cannot be an address.
    """
    parts = typed_address(url.strip() or DEFAULT_URL, DEFAULT_URL)
    path = parts.path.rstrip("/")
    for tail in ("/Auth/ApiLogin", "/swagger/index.html", "/swagger"):
        path = path.removesuffix(tail)
    return urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", ""))


class Session:
    """One access token. Owned by one connector, used on its thread only.

    Args:
        limiter: None = the one of this application token.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        http: Http,
        *,
        limiter: Limiter | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.url = base_url(endpoint.url)
        self.http = http
        self._code = endpoint.secrets.get("application_token", "").strip()
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0
        self._limiter = limiter or limiter_for(self.url, self._code)
        if self._code:
            http.add_secret(self._code)

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.url).netloc

    def login(self) -> None:
        """Exchange the application token for an access token.

        ``authCode`` is a field of a form in the body (the vendor's document; urlencoded, as its example shows it).

        Raises:
            ProfileError: there is no token. BadCredentials, NotACrm, RateLimited, any transport error.
        """
        if not self._code:
            raise ProfileError(
                sentence("The account has no application token. Open the account's settings and fill it in.")
            )
        self._token = ""
        self._limiter.pass_one(write=False)
        reply = self.http.post_form(self.url + _LOGIN.path, {"authCode": self._code}, headers=_JSON, write=False)
        body = json_of(reply)
        message = faults.message_of(body, beginning(reply))
        if reply.status in (400, 401, 403) or faults.hidden_failure(body):
            raise self._guarded(
                BadCredentials(
                    sentence(
                        "The server refuses the application token. Copy it anew from webCRM: Configuration, Integration, API, REST."
                    ),
                    f"HTTP {reply.status}. {message}",
                )
            )
        if reply.status != 200:
            raise self._failed(_LOGIN, reply, body)
        token = to_text(body.get("AccessToken")).strip() if isinstance(body, dict) else ""
        if not token:
            if isinstance(body, dict) and ("AccessToken" in body or "IsError" in body):
                raise self._guarded(
                    BadCredentials(sentence("The server gave no access token. Check the application token."), message)
                )
            raise self._guarded(
                NotACrm(
                    sentence("What answers at {host} is no webCRM. Check the address.", host=self.host),
                    f"HTTP 200. {message}",
                )
            )
        self.http.add_secret(token)
        refresh = to_text(body.get("RefreshToken")) if isinstance(body, dict) else ""
        if refresh:
            self.http.add_secret(refresh)
        life_s = to_int(body.get("ExpiresIn")) if isinstance(body, dict) else None
        life_s = life_s if life_s and life_s > 0 else _LIFE_S
        self._ends_at = self._clock() + max(life_s - _MARGIN_S, life_s / 2)
        self._token = token

    def call(
        self,
        one: Spec,
        values: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
    ) -> object:
        """Send one operation and decode its answer; None where it has no body.

        Args:
            values: the path's parameters. body: sent as JSON.

        Raises:
            SessionExpired: the token is over; nothing was carried out. Any other CrmError.
        """
        reply = self._sent(one, values or {}, params or {}, body)
        text = reply.body.strip()
        if not text:
            if one.verb == "GET" and reply.status == 200 and not one.path.endswith(("/{id}", "/Auth")):
                # A list that is empty says so ([], null or 204): here its rows were lost on the way.
                raise MalformedReply(sentence("The server sent nothing. Try again."), one.name, where=one.name)
            return None
        decoded = json_of(reply)
        if decoded is None and text != b"null":
            raise self._guarded(
                MalformedReply(
                    sentence("The server's answer is not what it should be. Try again."),
                    f"{one.name}: {beginning(reply)}",
                    where=one.name,
                )
            )
        hidden = faults.hidden_failure(decoded)
        if hidden:
            # In a 200, so the server says itself that it failed: a write was refused, as far as one can tell.
            raise self._guarded(
                ServerFault(
                    sentence("The server refused: {hidden}", hidden=hidden), f"{one.name}: {hidden}", text=hidden
                )
            )
        return decoded

    def after_write(self, step: Callable[[], T]) -> T:
        """What comes behind a write. Where the token ends in between, it is signed in here, once: nobody else may begin
        anew, for that would send the write again."""
        try:
            return step()
        except SessionExpired:
            self.login()
            return step()

    def download(self, one: Spec, values: Mapping[str, str]) -> bytes:
        """The bytes of an answer that is a file."""
        return self._sent(one, values, {}, None).body

    def get(self, path: str, key: str = "", **params: str) -> object:
        """Read a path with at most one parameter."""
        one = spec("GET", path)
        return self.call(one, dict.fromkeys(one.places, key), params=params)

    def _sent(self, one: Spec, values: Mapping[str, str], params: Mapping[str, str], body: object) -> Reply:
        path = one.filled(values)
        if not self._token or self._clock() >= self._ends_at:
            self._token = ""
            raise SessionExpired(sentence("The session on the server is over. Sign in again."))
        headers = {**_JSON, "Authorization": f"Bearer {self._token}"}
        sent = dumped(body) if one.has_body else None
        if sent is not None:
            headers["Content-Type"] = "application/json"
        self._limiter.pass_one(write=one.is_write)
        reply = self.http.request(
            one.verb, self.url + path, params=params, body=sent, headers=headers, write=one.is_write
        )
        if 200 <= reply.status < 300:
            return reply
        raise self._failed(one, reply, json_of(reply))

    def _failed(self, one: Spec, reply: Reply, body: object) -> CrmError:
        failed = faults.fault(
            reply.status,
            body,
            beginning(reply),
            operation=one.name,
            write=one.is_write and one is not _LOGIN,
            headers=reply.headers,
            names_one=bool(one.places),
        )
        if isinstance(failed, RateLimited):
            self._limiter.refused(failed.retry_after_s)
        if isinstance(failed, SessionExpired):
            self._token = ""
        return self._guarded(failed)

    def _guarded(self, error: CrmError) -> CrmError:
        return guarded(error, self.http.redacted)

    def logout(self) -> None:
        """Forget the token; the API has no operation for it."""
        self._token = ""


def rows(decoded: object, where: str, id_field: str = "") -> tuple[Mapping[str, object], ...]:
    """The objects of a list; a single one counts as a list of one.

    Raises:
        MalformedReply: it is something else.
    """
    if decoded is None:
        return ()
    if isinstance(decoded, list) and all(isinstance(row, dict) for row in decoded):
        return tuple(decoded)
    if isinstance(decoded, dict) and (not id_field or id_field in decoded):
        return (decoded,)
    raise MalformedReply(sentence("The server's list is not what it should be. Try again."), where=where)


def one_row(decoded: object, where: str) -> Mapping[str, object]:
    """The object of one record.

    Raises:
        NotFound: there is none: an answer without a body. MalformedReply.
    """
    if decoded is None or decoded == []:
        raise NotFound(
            sentence("The record is not there: it was deleted, or it never existed. Reload the list."), where
        )
    if isinstance(decoded, list) and len(decoded) == 1 and isinstance(decoded[0], dict):
        return decoded[0]
    if isinstance(decoded, dict):
        return decoded
    raise MalformedReply(sentence("The server's answer is not a record. Reload the list."), where=where)


def unclear(what: str) -> OutcomeUnclear:
    """A write was taken, but what became of it cannot be seen."""
    return OutcomeUnclear(sentence("{what} Reload the list and look before you try again.", what=what))
