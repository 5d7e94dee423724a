# SPDX-License-Identifier: MIT
"""One pretended CRM-service: two doors, one set of data."""

from dataclasses import fields

from crmdesk.demo.dialect import Reply, Request, Settings
from crmdesk.demo.dialects.crmservice import FULL, LIMITED, LOCKED, rest, soap, token_of
from crmdesk.demo.dialects.crmservice.doorman import Doorman
from crmdesk.demo.dialects.crmservice.fill import fill
from crmdesk.demo.dialects.crmservice.office import Habits, Office
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.seed import World
from crmdesk.demo.warm import WarmSite


class CrmServiceSite(WarmSite):
    """The whole dialect behind one address.

    Attributes:
        office: The data and the switches; tests look at it.
        doorman: Keys, sessions and tokens.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.rows)
        known = {f.name for f in fields(Habits)}
        habits = Habits(**{name: value for name, value in settings.options.items() if name in known})
        self.office = Office(habits, settings.clock)
        keys = {settings.keys[name]: name for name in (FULL, LIMITED, LOCKED)}
        tokens = {token_of(key): name for key, name in keys.items()} | (keys if habits.key_as_token else {})
        self.doorman = Doorman({name: key for key, name in keys.items()}, tokens, habits.session_s, settings.clock)
        self._soap = soap.SoapDoor(self.office, self.doorman)
        self._rest = rest.RestDoor(self.office, self.doorman)

    def _fill(self, world: World) -> None:
        fill(self.office, world)

    def operation(self, request: Request) -> str:
        """Return "soap productmanager.searchproducts", "wsdl productmanager" or "get /accounts/{id}"."""
        if _is_rest(request.path):
            return rest.operation_name(request)
        return soap.operation_name(request) if request.path.startswith(soap.ROOT) else ""

    def break_session(self, request: Request, kind: FaultKind) -> None:
        """End the session in the envelope; of a bearer token, refuse this one request."""
        self.doorman.spoil(request.headers.get("authorization", ""), soap.session_of(request))

    def handle(self, request: Request) -> Reply:
        """Answer at the door that the path leads to."""
        if _is_rest(request.path):
            self.warm_up()
            with self.office.lock:  # reading goes over tables that another thread might be adding to
                return self._rest.handle(request)
        if request.path == soap.ROOT or request.path.startswith(f"{soap.ROOT}/"):
            self.warm_up()
            with self.office.lock:
                return self._soap.handle(request)
        return Reply(404, b"<html><body><h1>Not Found</h1></body></html>", "text/html; charset=utf-8")


def _is_rest(path: str) -> bool:
    return path == rest.ROOT or path.startswith(f"{rest.ROOT}/")
