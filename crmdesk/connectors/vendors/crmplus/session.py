# SPDX-License-Identifier: MIT
"""One session with one server: address, login, one call at a time, and which family the server is of."""

import hashlib
import time
from collections.abc import Mapping
from enum import Enum
from threading import Lock
from urllib.parse import urlunsplit

from crmdesk.connectors.port import Endpoint, Http, Reply
from crmdesk.connectors.vendors.crmplus.envelope import EMPTY, decode
from crmdesk.connectors.vendors.crmplus.faults import TOKEN_RACE_CODES
from crmdesk.connectors.vendors.crmplus.operations import ONLY_CRMPLUS, WITHOUT_SESSION, spec_of
from crmdesk.connectors.wire.address import typed_address
from crmdesk.connectors.wire.refusals import guarding
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    MalformedReply,
    NotPermitted,
    ProfileError,
    ServerFault,
    SessionExpired,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.sentence import sentence

_HEADERS = {"Accept": "application/json"}

# Another getchallenge of the same user voids the first one's token, so six logins at once meant five refusals
# (measured on vtiger 8). The lanes of one program therefore log in one after the other; striped, so that a server
# that hangs holds up few others.
_LOGIN_LOCKS = tuple(Lock() for _ in range(16))


class Family(Enum):
    """Whose operations the server speaks."""

    CRMPLUS = "CRM+"
    VTIGER = "vtiger"
    COREBOS = "coreBOS"


def service_url(url: str) -> str:
    """The web service's address, from whatever of the CRM's addresses was pasted.

    Raises:
        ProfileError: it cannot be an address.
    """
    parts = typed_address(url)
    path = parts.path
    if path.rstrip("/").endswith(".php"):
        path = path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{path.rstrip('/')}/webservice.php", "", ""))


class Session:
    """One login. Owned by one connector, used on its thread only.

    Attributes:
        url: the web service. name: the server's name of the session, "" = none.
        family: known after ``login``.
    """

    def __init__(self, endpoint: Endpoint, http: Http) -> None:
        self.url = service_url(endpoint.url)
        self.user = endpoint.settings.get("user", "").strip()
        self._access_key = endpoint.secrets.get("access_key", "").strip()
        self.http = http
        self.name = ""
        self.user_id = ""
        self.family = Family.CRMPLUS
        if self._access_key:
            http.add_secret(self._access_key)

    def login(self) -> tuple[Mapping[str, object], float]:
        """Begin a session; the login's reply, and how many seconds the server's clock runs ahead.

        Raises:
            ProfileError: user or key is not set. BadCredentials, NotACrm, any transport error.
        """
        if not self.user or not self._access_key:
            what = sentence("user name") if not self.user else sentence("access key")
            raise ProfileError(
                sentence("The account has no {what}. Open the account's settings and fill it in.", what=what)
            )
        self.name = ""
        with _LOGIN_LOCKS[hash((self.url, self.user.lower())) % len(_LOGIN_LOCKS)]:
            try:
                return self._login_once()
            except BadCredentials as refusal:
                # Another program took a token in between: once more with a new one.
                if not refusal.detail.startswith(tuple(TOKEN_RACE_CODES)):
                    raise
                return self._login_once()

    def _login_once(self) -> tuple[Mapping[str, object], float]:
        asked = time.time()
        challenge = self._dict("getchallenge", {"username": self.user})
        token = str(challenge.get("token") or "")
        if not token:
            raise MalformedReply(
                sentence("The server sent no login token. Check the address."), where="getchallenge.token"
            )
        self.http.add_secret(token)
        key = hashlib.md5((token + self._access_key).encode(), usedforsecurity=False).hexdigest()
        self.http.add_secret(key)
        reply = self._dict("login", {"username": self.user, "accessKey": key})
        name = str(reply.get("sessionName") or "")
        if not name:
            raise MalformedReply(sentence("The server sent no session. Try again."), where="login.sessionName")
        self.http.add_secret(name)
        self.name, self.user_id = name, str(reply.get("userId") or "")
        server_time = str(challenge.get("serverTime") or "")
        ahead = float(server_time) - asked if server_time.isdigit() else 0.0
        return reply, ahead

    def detect_family(self) -> Family:
        """Find out once, by reads alone, whose operations the server speaks."""
        self.family = Family.CRMPLUS
        found = Family.CRMPLUS
        for operation, parameters in (("getStreamProperties", {}), ("getaccesslist", {"elementType": "Modules"})):
            try:
                self.call(operation, parameters)
            except SessionExpired:
                raise
            except UnknownOperation:
                # JSON that says so: coreBOS. vtiger 8 says it with an empty HTTP 500.
                found = Family.COREBOS
                continue
            except ServerFault as error:
                if error.code == EMPTY:
                    found = Family.VTIGER
                    continue
            except NotPermitted:
                pass  # known, but not for this user
            return self.family
        self.family = found
        return found

    def call(
        self,
        operation: str,
        parameters: Mapping[str, str] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> object:
        """Send one operation as documented and decode its result.

        Raises:
            Unsupported: no operation of that name. SessionExpired: no session yet, or no longer.
            UnknownOperation, and any other CrmError.
        """
        spec = spec_of(operation)
        if spec is None:
            raise Unsupported(sentence("the operation {operation}", operation=operation))
        if self.family is not Family.CRMPLUS and spec.name in ONLY_CRMPLUS:
            # Not sent: what comes back would look like a breakdown in the middle of a write.
            raise UnknownOperation(
                sentence(
                    "This server is a {family} and does not know {spec}.", family=self.family.value, spec=spec.name
                )
            )
        sent = {"operation": spec.name.removesuffix("Posted")}
        if spec.name not in WITHOUT_SESSION:
            if not self.name:
                raise SessionExpired(sentence("There is no session yet. Sign in first."))
            sent["sessionName"] = self.name
        sent |= parameters or {}
        if spec.verb == "GET":
            reply = self.http.get(self.url, sent, headers=_HEADERS, write=spec.is_write)
        else:
            reply = self.http.post_form(self.url, sent, files=files, headers=_HEADERS, write=spec.is_write)
        return self._decoded(reply, spec.name, spec.is_write)

    def _decoded(self, reply: Reply, operation: str, write: bool) -> object:
        with guarding(self.http.redacted, self._forget):
            return decode(reply, operation, write=write)

    def _forget(self) -> None:
        self.name = ""

    def _dict(self, operation: str, parameters: Mapping[str, str]) -> Mapping[str, object]:
        result = self.call(operation, parameters)
        if not isinstance(result, dict):
            raise MalformedReply(sentence("The server's login answer is not what it should be."), where=operation)
        return result

    def logout(self) -> None:
        """End the session; never raises."""
        if not self.name:
            return
        try:
            self.call("logout")
        except CrmError:
            pass
        finally:
            self.name = ""
