# SPDX-License-Identifier: MIT
"""One session of an API key and the calls that carry it.

``sessionManager.createSession(apiKey)`` answers a session object, which is the first argument of every call. It lives
for an hour after the last call (the vendor's .NET library refreshes it); before that it is opened anew here.
"""

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from crmdesk.connectors.port import Endpoint, Http
from crmdesk.connectors.vendors.crmservice.names import root_url
from crmdesk.connectors.vendors.crmservice.soap import faults, planner
from crmdesk.connectors.vendors.crmservice.soap.managers import Managers, is_passing
from crmdesk.connectors.wire.refusals import guarded
from crmdesk.connectors.wire.soap import Decoded, SoapFault, SoapOperation, SoapPart
from crmdesk.domain.errors import (
    CrmError,
    MalformedReply,
    NotACrm,
    ProfileError,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.sentence import sentence

SESSIONS = "sessionManager"
REFRESH_S = 55 * 60.0
"""Idle seconds after which a session is opened anew; it dies at 3,600."""


class SoapSession:
    """Owned by one connector, used on its thread only."""

    def __init__(self, endpoint: Endpoint, http: Http, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.root = root_url(endpoint.url)
        self.http = http
        self.managers = Managers(http, self.root, endpoint.cache_dir)
        self._key = endpoint.secrets.get("api_key", "").strip()
        self._clock = clock
        self._value: Decoded = None
        self._last_s = 0.0
        self._type: str | None = None
        if self._key:
            http.add_secret(self._key)

    @property
    def host(self) -> str:
        """The server's name."""
        return urlsplit(self.root).netloc

    @property
    def session_type(self) -> str:
        """The type of the session object, as the WSDL calls it; "" = a plain text."""
        if self._type is None:
            result = self._creating().result
            self._type = result.type_name if result is not None and result.kind == "group" else ""
        return self._type

    def login(self) -> None:
        """Open a session.

        Raises:
            ProfileError: there is no key. BadCredentials: it is refused. NotACrm: this interface is not there.
        """
        if not self._key:
            raise ProfileError(sentence("The account has no API key. Open the account's settings and fill it in."))
        self._value = None
        operation = self._creating()
        names = [part.name for part in operation.parameters]
        if len(names) != 1:
            raise NotACrm(
                sentence("The session service at {host} is not the one that was expected.", host=self.host),
                ", ".join(names),
            )
        try:
            reply = self.managers.service(SESSIONS).call(operation.name, {names[0]: self._key}, write=False)
        except SoapFault as error:
            raise self._guarded(faults.refused_key(error)) from error
        except CrmError as error:
            raise self._guarded(error) from error
        if not reply.result:
            raise MalformedReply(sentence("The server opened no session. Try again."), where="createSession")
        for text in _texts(reply.result):
            self.http.add_secret(text)
        self._value, self._last_s = reply.result, self._clock()

    def _creating(self) -> SoapOperation:
        try:
            operations = self.managers.needed(SESSIONS).operations
        except CrmError as error:
            if is_passing(error):
                raise
            raise self._guarded(
                NotACrm(
                    sentence(
                        "The SOAP interface (/CrmIntegrationWebservice) does not answer at {host}. Check the address.",
                        host=self.host,
                    ),
                    f"{error.user_text} {error.detail}",
                )
            ) from error
        found = next((one for name, one in operations.items() if name.lower() == "createsession"), None)
        if found is None:
            raise NotACrm(
                sentence("The session service at {host} opens no sessions. Check the address.", host=self.host)
            )
        return found

    def call(
        self,
        manager: str,
        operation: SoapOperation | str,
        arguments: Mapping[str, object],
        *,
        write: bool,
        translate: Callable[[SoapFault], CrmError] | None = None,
    ) -> Decoded:
        """One call with the session put in.

        Args:
            translate: what a fault means here; None = as everywhere.

        Raises:
            SessionExpired: the session is over; nothing was carried out. Any other CrmError.
        """
        known = self.operation(manager, operation) if isinstance(operation, str) else operation
        what = f"{manager}.{known.name}"
        name = planner.session_name(known, self.session_type)
        sent = dict(arguments)
        if name:
            self._keep_alive()
            part = known.parameter(name)
            sent = {name: _shaped(self._value, part), **{k: v for k, v in sent.items() if k != name}}
        try:
            reply = self.managers.service(manager).call(known.name, sent, write=write)
        except SoapFault as error:
            meant = (translate or (lambda fault: faults.translated(fault, what)))(error)
            if isinstance(meant, SessionExpired):
                self._value = None
            raise self._guarded(meant) from error
        except CrmError as error:
            raise self._guarded(error) from error
        self._last_s = self._clock()
        if known.name.lower() == "destroysession":
            self._value = None
        return reply.result

    def operation(self, manager: str, name: str) -> SoapOperation:
        """A manager's operation; case does not matter.

        Raises:
            UnknownOperation.
        """
        wsdl = self.managers.wsdl(manager)
        found = wsdl.operations.get(name) if wsdl is not None else None
        if found is None and wsdl is not None:
            found = next((one for own, one in wsdl.operations.items() if own.lower() == name.lower()), None)
        if found is None:
            raise UnknownOperation(
                sentence("This server does not offer {manager}.{name}.", manager=manager, name=name),
                code=f"{manager}.{name}",
            )
        return found

    def has(self, manager: str, name: str) -> bool:
        """Whether the installation has this operation."""
        try:
            return bool(manager) and self.operation(manager, name) is not None
        except UnknownOperation:
            return False

    def _keep_alive(self) -> None:
        if self._value is None:
            raise SessionExpired(sentence("The session on the server is over. Sign in again."))
        if self._clock() - self._last_s >= REFRESH_S:
            self.login()

    def logout(self) -> None:
        """Close the session as far as possible; never raises."""
        if self._value is None:
            return
        try:
            self.call(SESSIONS, "destroySession", {}, write=False)
        except CrmError:
            pass  # it ends by itself within the hour
        finally:
            self._value = None

    def _guarded(self, error: CrmError) -> CrmError:
        return guarded(error, self.http.redacted)


def _shaped(value: Decoded, part: SoapPart | None) -> object:
    """The session in the form this parameter wants: an object, or the text inside it."""
    if part is None or part.kind == "any":
        return value
    if part.kind == "group" and isinstance(value, str):
        inside = part.parts[0].name if part.parts else "sessionID"
        return {inside: value}
    if part.kind != "group" and isinstance(value, dict):
        return next(iter(_texts(value)), "")
    if part.kind == "group" and isinstance(value, dict) and part.parts:
        known = {one.name for one in part.parts}
        return {name: one for name, one in value.items() if name in known}
    return value


def _texts(value: Decoded) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    return [text for one in value or () for text in _texts(one)]
