# SPDX-License-Identifier: MIT
"""One conversation with one system: address, the three ways to sign in, one POST at a time."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from urllib.parse import urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmdesk.connectors.port import Endpoint, Http, Reply
from crmdesk.connectors.vendors.opencrm import envelope
from crmdesk.connectors.vendors.opencrm.faults import fault
from crmdesk.connectors.vendors.opencrm.operations import LOGIN, spec_of
from crmdesk.connectors.wire.address import typed_address
from crmdesk.connectors.wire.refusals import guarding
from crmdesk.domain.errors import MalformedReply, ProfileError, Redirected, SessionExpired, Unsupported
from crmdesk.domain.sentence import sentence

_ACCEPT = {"Accept": "application/json"}
_HOME = "opencrm.co.uk"
_SYSTEM = re.compile(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)
# The guide prints {"1234…"}, which is no JSON; a public client met "1234…", a JSON text.
_ACCESS_KEY = re.compile(r'[{\[]?\s*"?([A-Za-z0-9._~+/=-]{6,200})"?\s*[}\]]?')
_KEY_NAMES = ("accesskey", "access_key", "accesscode", "session_id", "id")

DATES = {"dateTimeOverride": "c", "dateOverride": "Y-m-d"}
"""ISO 8601 for everything read. With ``c`` for dates too they would come with T00:00:00 behind them (guide), and could
not be told from date-times at midnight."""


def service_url(url: str) -> str:
    """The API's address, from a system's name or whatever of its addresses was pasted.

    Raises:
        ProfileError: it cannot be an address.
    """
    text = url.strip()
    if _SYSTEM.fullmatch(text) and text.lower() != "localhost":
        text = f"{text}.{_HOME}"
    parts = typed_address(text, f"https://yoursystemname.{_HOME}")
    path = parts.path.rstrip("/")
    if "/api/rest" in path:
        path = path[: path.index("/api/rest")]  # behind it may stand keys
    elif path.endswith(".php"):
        path = path.rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/api/rest", "", ""))


def server_zone(name: str) -> tzinfo:
    """The server's time zone; "" is the vendor's own country's.

    Raises:
        ProfileError: no such zone.
    """
    if name.strip().upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name.strip() or "Europe/London")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        if not name.strip():
            return UTC
        raise ProfileError(
            sentence("There is no time zone “{name}”. Write it like Europe/London, or leave it empty.", name=name)
        ) from error


class Session:
    """One pair of keys. Owned by one connector, used on its thread only.

    Attributes:
        url: the API. style: "accesskey", "parameters" or "headers".
    """

    def __init__(self, endpoint: Endpoint, http: Http) -> None:
        self.url = service_url(endpoint.url)
        self.http = http
        self._key = endpoint.secrets.get("key", "").strip()
        self._passkey = endpoint.secrets.get("passkey", "").strip()
        self.style = endpoint.settings.get("sign_in", "").strip() or "accesskey"
        if self.style not in ("accesskey", "parameters", "headers"):
            raise ProfileError(
                sentence("“{style}” is no way of signing in. Choose one of the list in the account.", style=self.style)
            )
        self._access_key = ""
        self._slash = ""
        for secret in (self._key, self._passkey):
            if secret:
                http.add_secret(secret)

    @property
    def is_open(self) -> bool:
        """Whether calls can be made."""
        return self.style != "accesskey" or bool(self._access_key)

    @property
    def fingerprint(self) -> str:
        """Eight hex digits that tell one key from another and tell nobody the key."""
        return hashlib.sha256(self._key.encode()).hexdigest()[:8]

    def login(self) -> None:
        """Get an access key, where that is the way; the other two ways have nothing to begin.

        Raises:
            ProfileError: a key is not set. BadCredentials, MalformedReply, any transport error.
        """
        if not self._key or not self._passkey:
            missing = sentence("API key") if not self._key else sentence("pass key")
            raise ProfileError(
                sentence("The account has no {missing}. Open the account's settings and fill it in.", missing=missing)
            )
        self._access_key = ""
        if self.style != "accesskey":
            return
        keys = {"key": self._key, "passkey": self._passkey}
        reply = self._post(LOGIN, keys, _ACCEPT, write=False)
        found = access_key_of(envelope.text_of(reply)) if reply.status < 400 else ""
        if found:
            self.http.add_secret(found)
            self._access_key = found
            return
        with guarding(self.http.redacted):
            said = envelope.decode(reply, LOGIN)
            if isinstance(said, str) and said:
                raise fault(said, operation=LOGIN, has_session=False)
        raise MalformedReply(sentence("The server sent no access key. Try another way of signing in."), where="login")

    def call(self, operation: str, parameters: Mapping[str, str] | None = None) -> object:
        """Send one method and decode its answer; always a POST, the keys never in the address.

        Raises:
            Unsupported: no method of that name. SessionExpired: no access key yet, or no longer. Any other CrmError.
        """
        spec = spec_of(operation)
        if spec is None:
            raise Unsupported(sentence("the method {operation}", operation=operation))
        if not self.is_open:
            raise SessionExpired(sentence("There is no session yet. Sign in first."))
        form, headers = {**(parameters or {})}, dict(_ACCEPT)
        if self.style == "headers":
            headers |= {"KEY1": self._key, "KEY2": self._passkey}
        elif self.style == "parameters":
            form |= {"key": self._key, "passkey": self._passkey}
        else:
            form["accesskey"] = self._access_key
        reply = self._post(operation, form, headers, write=spec.is_write)
        has_session = self.style == "accesskey"
        with guarding(self.http.redacted, self.forget):
            return envelope.decode(reply, operation, write=spec.is_write, has_session=has_session)

    def _post(self, operation: str, form: Mapping[str, str], headers: Mapping[str, str], *, write: bool) -> Reply:
        """One POST. The guide writes the addresses with a slash behind them and without; where a server insists on one,
        it says so by a redirect, which carried nothing out."""
        address = f"{self.url}/{operation}"
        try:
            return self.http.post_form(address + self._slash, form, headers=headers, write=write)
        except Redirected as error:
            if self._slash or error.may_be_done or not error.detail.endswith(f"Location: {address}/"):
                raise
            self._slash = "/"
            return self.http.post_form(address + self._slash, form, headers=headers, write=write)

    def read(self, operation: str, parameters: Mapping[str, str] | None = None) -> object:
        """``call`` for a method that answers records: dates are asked for in ISO 8601."""
        return self.call(operation, {**(parameters or {}), **DATES})

    def forget(self) -> None:
        """There is no logout; the access key ends by itself."""
        self._access_key = ""


def access_key_of(text: str) -> str:
    """The access key of a login's reply, "" where it is none: ``"…"``, bare, or in braces as the guide prints it."""
    found, is_json = envelope.decoded_json(text)
    if is_json and isinstance(found, dict):
        named = next((str(found[name]) for name in _KEY_NAMES if found.get(name)), "")
        return named if "error" not in found else ""
    if is_json and isinstance(found, list):
        return access_key_of(str(found[0])) if len(found) == 1 else ""
    match = _ACCESS_KEY.fullmatch(found if isinstance(found, str) else text)
    return match[1] if match and match[1].lower() != "unauthorized" else ""
