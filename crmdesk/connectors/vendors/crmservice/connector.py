# SPDX-License-Identifier: MIT
"""Finds out at login which of the two interfaces answers; what it leads to does the work from then on."""

from collections.abc import Callable

from crmdesk.connectors.port import Connector, Endpoint, Http
from crmdesk.connectors.vendors.crmservice.both import BothConnector
from crmdesk.connectors.vendors.crmservice.memory import Memory
from crmdesk.connectors.vendors.crmservice.names import root_url
from crmdesk.connectors.vendors.crmservice.rest.connector import RestConnector
from crmdesk.connectors.vendors.crmservice.soap.connector import SoapConnector
from crmdesk.connectors.wire.zones import zone_named
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import BadCredentials, CrmError, NotACrm, ProfileError
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import Cursor, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence

REST, SOAP, EITHER = "rest", "soap", "either"


class CrmServiceConnector:
    """A ``ChoosesInterface``: REST, SOAP, or whichever answers. Used on one thread.

    Each credential is shown to each interface once at most, and only until one of them takes it; which one did is
    remembered with the account. An interface once chosen stays: a credential that is refused later is not carried to
    the other.
    """

    def __init__(self, endpoint: Endpoint, http: Http, *, rest: Capabilities, soap: Capabilities) -> None:
        wanted = endpoint.settings.get("interface", "") or EITHER
        if wanted not in (REST, SOAP, EITHER):
            raise ProfileError(
                sentence("There is no interface “{wanted}”. Choose REST, SOAP or whichever answers.", wanted=wanted)
            )
        self._wanted, self._http = wanted, http
        zone = zone_named(endpoint.settings.get("time_zone", ""))
        key, token = (endpoint.secrets.get(name, "").strip() for name in ("api_key", "token"))
        self._doors: dict[str, Callable[[], Connector]] = {
            REST: lambda: (
                BothConnector(endpoint, http, rest, zone, soap)
                if key and wanted == EITHER
                else RestConnector(endpoint, http, rest, zone)
            ),
            SOAP: lambda: SoapConnector(endpoint, http, soap, zone),
        }
        self._has_key = bool(key)
        about = f"{root_url(endpoint.url)} {'token' if token else ''} {'key' if key else ''}"
        self._memory = Memory(endpoint.cache_dir if wanted == EITHER else "", about)
        self._chosen: Connector | None = None
        self._idle = self._doors[SOAP if wanted == SOAP else REST]()

    @property
    def chosen(self) -> Connector:
        """What answered; before ``login`` what would be tried first."""
        return self._chosen or self._idle

    def login(self) -> Identity:
        """Sign in over the interface the account names, or over the one that answers.

        Raises:
            ProfileError, BadCredentials, NotACrm, and what the transport raises.
        """
        if self._chosen is not None:
            return self._chosen.login()
        if self._wanted != EITHER:
            return self._enter(self._wanted)
        remembered = self._memory.recall()
        if remembered in self._doors:
            try:
                return self._enter(remembered)
            except BadCredentials:
                self._memory.forget()
                raise
            except NotACrm:
                self._memory.forget()
        return self._try_both([name for name in (REST, SOAP) if name != SOAP or self._has_key])

    def _try_both(self, names: list[str]) -> Identity:
        failures: list[CrmError] = []
        for name in names:
            try:
                identity = self._enter(name)
            except (BadCredentials, NotACrm) as error:
                failures.append(error)
                continue
            self._memory.keep(name)
            return identity
        raise _together(failures)

    def _enter(self, name: str) -> Identity:
        door = self._doors[name]()
        identity = door.login()
        self._chosen = door
        return identity

    # The Connector protocol, for those who do not ask for ``chosen``

    @property
    def capabilities(self) -> Capabilities:
        """What the chosen interface can do."""
        return self.chosen.capabilities

    def list_modules(self) -> tuple[Module, ...]:
        """Every module the account sees."""
        return self.chosen.list_modules()

    def describe(self, module: ModuleName) -> Schema:
        """The fields of a module."""
        return self.chosen.describe(module)

    def fetch_page(self, query: Query, after: Cursor | None, limit: int) -> Page:
        """Rows of a pushed query."""
        return self.chosen.fetch_page(query, after, limit)

    def count(self, query: Query) -> int:
        """Rows the whole query has."""
        return self.chosen.count(query)

    def explain(self, query: Query, limit: int) -> str:
        """What is asked for the first page."""
        return self.chosen.explain(query, limit)

    def fetch(self, record: RecordId) -> Record:
        """One record with every field."""
        return self.chosen.fetch(record)

    def create(self, change: Create) -> Record:
        """Add a record."""
        return self.chosen.create(change)

    def update(self, change: Update) -> Record:
        """Change a record."""
        return self.chosen.update(change)

    def delete(self, change: Delete) -> None:
        """Remove a record."""
        self.chosen.delete(change)

    def fetch_document(self, record: RecordId) -> SalesDocument:
        """A sales document with its lines."""
        return self.chosen.fetch_document(record)

    def save_document(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to ``change.after``."""
        return self.chosen.save_document(change)

    def close(self) -> None:
        """End the session as far as possible; never raises."""
        self.chosen.close()
        self._http.close()


def _together(failures: list[CrmError]) -> CrmError:
    """One error for what both interfaces said: a refused key says more than an interface that is not there."""
    refused = [one for one in failures if isinstance(one, BadCredentials)]
    detail = "\n".join(f"{one.user_text} {one.detail}" for one in failures)
    if len(refused) > 1:
        return BadCredentials(
            sentence("Neither interface takes the key. Copy API key and REST token anew from CRM-service."), detail
        )
    if refused:
        return refused[0]
    if len(failures) > 1:
        return NotACrm(sentence("Neither interface of CRM-service answers at this address. Check the address."), detail)
    return failures[0]
