# SPDX-License-Identifier: MIT
"""The pretended servers behind one prefix: which family is asked, the path says."""

import re
from dataclasses import fields
from threading import Lock

from crmdesk.demo.dialect import Reply, Request, Settings
from crmdesk.demo.dialects.sugarsoap import SPLENDID_ENTRY, SUITE_ENTRY
from crmdesk.demo.dialects.sugarsoap.doors import Doors
from crmdesk.demo.dialects.sugarsoap.habits import Habits
from crmdesk.demo.dialects.sugarsoap.splendid import server as splendid_server
from crmdesk.demo.dialects.sugarsoap.splendid.fill import fill as fill_splendid
from crmdesk.demo.dialects.sugarsoap.splendid.office import Office
from crmdesk.demo.dialects.sugarsoap.suite import server as suite_server
from crmdesk.demo.dialects.sugarsoap.suite.fill import fill as fill_suite
from crmdesk.demo.dialects.sugarsoap.suite.office import SuiteOffice
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.seed import build_world

_SESSION = re.compile(rb"<(?:\w+:)?session\b[^>]*>([^<]*)<")
_NEVER = 1_000_000  # SuiteCRM locks nobody out as delivered
_OPERATION = re.compile(rb"<(?:[\w.-]+:)?Body\b[^>]*>\s*<(?:[\w.-]+:)?([\w.-]+)")


class SugarSoapSite:
    """Both families.

    Attributes:
        splendid: The data of `soap.asmx`; tests look at it.
        suite: The data of `soap.php`, filled when it is first asked.
    """

    def __init__(self, settings: Settings) -> None:
        known = {f.name for f in fields(Habits)}
        habits = Habits(**{name: value for name, value in settings.options.items() if name in known})
        self.splendid = Office(habits, Doors(settings.keys, habits.lockout, settings.clock), settings.clock)
        self.suite = SuiteOffice(habits, Doors(settings.keys, _NEVER, settings.clock), settings.clock)
        self._rows = settings.rows
        self._filled: set[str] = set()
        self._filling = Lock()

    def warm_up(self) -> None:
        """Build the data of the family that accounts name; others wait meanwhile."""
        self._fill(SPLENDID_ENTRY)

    def _fill(self, entry: str) -> None:
        if entry in self._filled:
            return
        with self._filling:
            if entry in self._filled:
                return
            world = build_world(self._rows)
            if entry == SPLENDID_ENTRY:
                fill_splendid(self.splendid, world)
            else:
                fill_suite(self.suite, world)
            self._filled.add(entry)

    def operation(self, request: Request) -> str:
        """Return the operation's name in lower case; "wsdl" for the description."""
        if request.method == "GET":
            return request.query.lower()
        found = _OPERATION.search(request.body)
        return found.group(1).decode().lower() if found else splendid_server.action_of(request).lower()

    def break_session(self, request: Request, kind: FaultKind) -> None:
        """Forget the session that the request names; it has only one way to end."""
        found = _SESSION.search(request.body)
        if found:
            name = found.group(1).decode("utf-8", "replace")
            self.splendid.doors.end(name)
            self.suite.doors.end(name)

    def handle(self, request: Request) -> Reply:
        """Answer as ASP.NET or as PHP would."""
        path = request.path.lower()
        if path == SPLENDID_ENTRY:
            self._fill(SPLENDID_ENTRY)
            return splendid_server.handle(self.splendid, request)
        if path == SUITE_ENTRY:
            self._fill(SUITE_ENTRY)
            return suite_server.handle(self.suite, request)
        return Reply(404, b"<html><body><h1>Not Found</h1></body></html>", "text/html")
