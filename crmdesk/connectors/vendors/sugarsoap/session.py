# SPDX-License-Identifier: MIT
"""One session with one server: its WSDL, family and SOAP version, the login, one call at a time.

Facts that shape it (sugarsoap.md): five failed logins lock a user, the count has no end (9.4): a refused login is
never sent again by itself, neither by this lane nor, for a minute, by another. SplendidCRM's rights live in the web
session: its cookie goes with every call, and a new one in an answer means that the old web session is gone (9.3).
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from datetime import tzinfo
from threading import Lock

from crmdesk.connectors.port import Endpoint, Http
from crmdesk.connectors.vendors.sugarsoap import faults, parse
from crmdesk.connectors.vendors.sugarsoap.address import addresses
from crmdesk.connectors.vendors.sugarsoap.clock import Clock, learnt, zone_set
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.wire.refusals import guarded
from crmdesk.connectors.wire.soap import Decoded, SoapFault, SoapReply, SoapService, SoapVersion, Wsdl, load_wsdl
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    MalformedReply,
    NotACrm,
    NotPermitted,
    ProfileError,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.sentence import sentence

IDLE_S = 1140
"""Seconds: an ASP.NET web session ends after 20 minutes without a call (sugarsoap.md 9.3); a minute to be safe."""
_REFUSED_S = 60.0
_NEEDED = ("login", "get_available_modules", "get_module_fields", "get_entry_list", "get_entries", "set_entry")
_COOKIE = re.compile(r"(?:^|,)\s*([\w.\-]+)=([^;,\s]*)")
_WEB_SESSION = "ASP.NET_SessionId"


class RefusedLogins:
    """Which logins were refused a moment ago; every lane of the program looks here before it sends one."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._lock = now, Lock()
        self._until: dict[tuple[str, str, str], tuple[float, str]] = {}

    def check(self, login: tuple[str, str, str]) -> None:
        """Raises:
        BadCredentials: this very login was refused less than a minute ago.
        """
        with self._lock:
            until, text = self._until.get(login, (0.0, ""))
        if self._now() < until:
            raise BadCredentials(sentence("{given} It was refused a moment ago and is not sent again.", given=text))

    def note(self, login: tuple[str, str, str], text: str) -> None:
        """Remember a refusal."""
        with self._lock:
            self._until[login] = (self._now() + _REFUSED_S, text)

    def forget(self, login: tuple[str, str, str]) -> None:
        """It works after all."""
        with self._lock:
            self._until.pop(login, None)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._until.clear()


REFUSED = RefusedLogins()
"""One for the program: its lanes log in one after the other, each with the same password."""


class Session:
    """One login. Owned by one connector, used on its thread only.

    Attributes:
        url: the service. family, version, clock: known after ``open``.
        key: the server's id of the session, "" = none. user_id: whose it is.
    """

    def __init__(self, endpoint: Endpoint, http: Http, refused: RefusedLogins = REFUSED) -> None:
        settings = endpoint.settings
        self._addresses = addresses(endpoint.url, settings.get("interface", ""))
        self.url = self._addresses[0]
        self.user = settings.get("user", "").strip()
        self._password = endpoint.secrets.get("password", "")
        self._sent_as_is = settings.get("password_form", "") == "plain"
        self._wanted_version = settings.get("soap_version", "")
        self._zone: tzinfo | None = zone_set(settings.get("time_zone", ""))
        self._cache_dir = endpoint.cache_dir
        self.http = http
        self._refused = refused
        self.family, self.version, self.clock = Family.SPLENDID, SoapVersion.V11, Clock()
        self.wsdl: Wsdl | None = None
        self._service: SoapService | None = None
        self.key = self.user_id = ""
        self.gmt_time = ""
        self._cookies: dict[str, str] = {}
        self._last_call_s = 0.0
        for secret in (self._password, self._secret()):
            if secret:
                http.add_secret(secret)

    def _secret(self) -> str:
        """What the servers compare: MD5 of the password, in small letters (sugarsoap.md 4, login)."""
        if not self._password or self._sent_as_is:
            return self._password
        return hashlib.md5(self._password.encode(), usedforsecurity=False).hexdigest()

    def open(self) -> None:
        """Read the WSDL, find out whose it is and which SOAP it truly speaks, and learn the server's clock. Once.

        Raises:
            NotACrm: nothing of this kind answers. ProfileError, and what the transport raises.
        """
        if self._service is not None:
            return
        wsdl = self._load()
        result = wsdl.operations["get_entry_list"].result
        self.family = Family.SUGAR if result is not None and result.name == "return" else Family.SPLENDID
        self.wsdl = wsdl
        wanted = self._versions(wsdl)
        for version in wanted:
            self.version, self._service = version, SoapService(self.http, self.url, wsdl, version=version)
            try:
                self.gmt_time = parse.text_of(self.call("get_gmt_time", {}, write=False))
                break
            except (ServerFault, NotPermitted):
                self._service = None
                if version is wanted[-1]:
                    raise
        server_time = parse.text_of(self.call("get_server_time", {}, write=False))
        self.clock = learnt(server_time, self.gmt_time, self._zone)

    def _load(self) -> Wsdl:
        first: CrmError | None = None
        for address in self._addresses:
            try:
                wsdl = load_wsdl(self.http, f"{address}?wsdl", params={}, cache_dir=self._cache_dir)
                self._check(wsdl)
            except (ServerFault, NotPermitted) as error:
                first = first or error
                continue
            self.url = address
            return wsdl
        assert first is not None  # there is at least one address
        if isinstance(first, (NotACrm, MalformedReply)) or len(self._addresses) > 1:
            names = " and ".join(one.rpartition("/")[2] for one in self._addresses)
            raise NotACrm(
                sentence(
                    "No service of this kind answers there ({names}). {reason}", names=names, reason=first.user_text
                ),
                first.detail,
            ) from first
        raise first

    def _check(self, wsdl: Wsdl) -> None:
        missing = [name for name in _NEEDED if name not in wsdl.operations]
        if missing:
            raise NotACrm(
                sentence("The service at this address lacks {missing}. Check the address.", missing=", ".join(missing))
            )
        if wsdl.operations["get_entry_list"].parameter("link_name_to_fields_array") is not None:
            raise NotACrm(sentence("This is SugarCRM's newer service. Give the address that ends in /soap.php."))

    def _versions(self, wsdl: Wsdl) -> tuple[SoapVersion, ...]:
        """1.2 first where there is a choice: its answers are a third smaller and need no references (sugarsoap.md 2)."""
        offered = wsdl.versions
        chosen = {"1.1": (SoapVersion.V11,), "1.2": (SoapVersion.V12,)}.get(
            self._wanted_version, (SoapVersion.V12, SoapVersion.V11)
        )
        found = tuple(one for one in chosen if one in offered)
        if not found:
            raise ProfileError(
                sentence("This server does not offer the SOAP version of the account's settings. Choose “any”.")
            )
        return found

    def login(self) -> None:
        """Begin a session; sent once and never again by itself.

        Raises:
            ProfileError: user or password is not set. BadCredentials, NotACrm, any transport error.
        """
        if not self.user or not self._password:
            what = (
                sentence("user name") if not self.user else sentence("password")
            )  # an empty one would fit users without any
            raise ProfileError(
                sentence("The account has no {what}. Open the account's settings and fill it in.", what=what)
            )
        self.open()
        mine = (self.url, self.user.lower(), self._secret())
        self._refused.check(mine)
        self.key, self._cookies = "", {}
        auth = {"user_name": self.user, "password": self._secret(), "version": "1.0"}
        try:
            result = self.call("login", {"user_auth": auth, "application_name": "crmdesk"}, write=False)
        except BadCredentials as error:
            self._refused.note(mine, error.user_text)
            raise
        key = parse.saved_key(result, "login")
        if not key:
            raise MalformedReply(sentence("The server sent no session. Try again."), where="login.id")
        self._refused.forget(mine)
        self.http.add_secret(key)
        self.key, self._last_call_s = key, time.monotonic()
        self.user_id = parse.text_of(self.read("get_user_id", {}))

    def has(self, operation: str) -> bool:
        """Whether the server's WSDL lists it."""
        return self.wsdl is not None and operation in self.wsdl.operations

    def sole(self, operation: str, value: object) -> dict[str, object]:
        """The argument of an operation that takes one beside the session, under whatever name its WSDL has for it."""
        described = self.wsdl.operations.get(operation) if self.wsdl is not None else None
        names = [part.name for part in described.parameters if part.name != "session"] if described else []
        if len(names) != 1:
            raise UnknownOperation(
                sentence("This server does not offer {operation} as it is documented.", operation=operation)
            )
        return {names[0]: value}

    def read(self, operation: str, arguments: Mapping[str, object]) -> Decoded:
        """Call an operation that changes nothing."""
        return self.call(operation, arguments, write=False)

    def write(self, operation: str, arguments: Mapping[str, object]) -> Decoded:
        """Call an operation that changes data."""
        return self.call(operation, arguments, write=True)

    def by_password(self, operation: str, arguments: Mapping[str, object]) -> Decoded:
        """Call an operation that takes user name and password instead of the session."""
        return self.call(operation, {"user_name": self.user, "password": self._secret(), **arguments}, write=False)

    def password_pair(self) -> Mapping[str, str]:
        """User name and password as the service takes them."""
        return {"user_name": self.user, "password": self._secret()}

    def call(self, operation: str, arguments: Mapping[str, object], *, write: bool) -> Decoded:
        """Send one operation; the session is filled in where it belongs.

        Raises:
            SessionExpired: there is none, or no longer. UnknownOperation: the server's WSDL lacks it. Any CrmError.
        """
        if self.wsdl is None or self._service is None:
            raise SessionExpired(sentence("There is no session yet. Sign in first."))
        described = self.wsdl.operations.get(operation)
        if described is None:
            raise UnknownOperation(sentence("This server does not offer {operation}.", operation=operation))
        sent = dict(arguments)
        if described.parameter("session") is not None:
            self._check_alive()
            sent["session"] = self.key
        try:
            reply = self._service.call(operation, sent, write=write, headers=self._headers())
        except SoapFault as fault:
            raise self._refusal(faults.of_fault(fault, operation), operation) from fault
        except ServerFault as error:
            if not write and faults.refuses_query(error):
                raise faults.query_refused(error) from error
            raise
        self._last_call_s = time.monotonic()
        self._keep_cookies(reply, operation, write=write)
        failed = faults.of_result(reply.result, operation)
        if failed is not None:
            raise self._refusal(failed, operation)
        return reply.result

    def _check_alive(self) -> None:
        if not self.key:
            raise SessionExpired(sentence("There is no session yet. Sign in first."))
        if self.family is Family.SPLENDID and time.monotonic() - self._last_call_s > IDLE_S:
            self.key = ""
            raise SessionExpired(sentence("The session has rested for too long. Sign in again."))

    def _refusal(self, error: CrmError, operation: str) -> CrmError:
        """The error as it goes on; "no right" may mean that the session is gone."""
        guarded(error, self.http.redacted)
        if isinstance(error, NotPermitted) and self.key and operation != "seamless_login" and not self.is_alive():
            error = SessionExpired(sentence("The session on the server is over. Sign in again."), error.detail)
        if isinstance(error, SessionExpired):
            self.key = ""
        return error

    def is_alive(self) -> bool:
        """Ask the server whether it knows the session; a doubtful answer is a yes."""
        if not self.has("seamless_login"):
            return True
        try:
            return parse.text_of(self.read("seamless_login", {})) != "0"
        except SessionExpired:
            return False
        except CrmError:
            return True

    def _headers(self) -> Mapping[str, str]:
        if not self._cookies:
            return {}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}

    def _keep_cookies(self, reply: SoapReply, operation: str, *, write: bool) -> None:
        """SuiteCRM's session is its parameter alone; with its cookie two logins would share one session (9.3)."""
        if self.family is not Family.SPLENDID:
            return
        told = next((value for name, value in reply.headers.items() if name.lower() == "set-cookie"), "")
        before = self._cookies.get(_WEB_SESSION)
        for name, value in _COOKIE.findall(told):
            self._cookies[name] = value
            if value:
                self.http.add_secret(value)
        if before and self._cookies[_WEB_SESSION] != before and operation != "login" and self.key:
            self.key = ""  # the rights are gone with the web session
            if not write:
                raise SessionExpired(sentence("The web session on the server is over. Sign in again."))

    def logout(self) -> None:
        """End the session; never raises."""
        if not self.key:
            return
        try:
            self.call("logout", {}, write=False)
        except CrmError:
            pass
        finally:
            self.key, self._cookies = "", {}
