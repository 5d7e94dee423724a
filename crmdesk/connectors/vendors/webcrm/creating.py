# SPDX-License-Identifier: MIT
"""Adding a record, and finding out which one it became where the server does not say.

``POST`` answers the new id as a bare number, but for organisations, events, relations and users, whose answer has no
declared body. If one comes all the same it is read. Else those records are looked for that hold what was sent; what was
there before the create is taken away; one must be left. Two equal ones cannot be told apart: then it is said so.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from crmdesk.connectors.vendors.webcrm import paging, query
from crmdesk.connectors.vendors.webcrm.catalog import Catalog
from crmdesk.connectors.vendors.webcrm.operations import has, spec
from crmdesk.connectors.vendors.webcrm.parse import new_id
from crmdesk.connectors.vendors.webcrm.payload import sent_alike
from crmdesk.connectors.vendors.webcrm.query import MAX_PAGE, Folding
from crmdesk.connectors.vendors.webcrm.resources import Resource
from crmdesk.connectors.vendors.webcrm.session import Session, rows, unclear
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.errors import ConnectionFailed, CrmError, RateLimited, SessionExpired
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Op
from crmdesk.domain.sentence import sentence

Row = Mapping[str, object]
_DAY = timedelta(days=1)


class Creator:
    """Owned by one connector; remembers which kinds answer an id although it is not declared."""

    def __init__(self, session: Session, catalog: Catalog) -> None:
        self._session, self._catalog = session, catalog
        self._telling: set[str] = set()

    def create(self, one: Resource, body: Mapping[str, object]) -> str:
        """Add a record; its id.

        Raises:
            OutcomeUnclear: it was added, but which one it is cannot be told.
        """
        is_told = one.told_id or one.name in self._telling
        before = frozenset() if is_told else frozenset(self._alike(one, body))
        key = new_id(self._session.call(spec("POST", one.path), body=body), one.id_field)
        if key:
            self._telling.add(one.name)
            return key
        try:
            now = self._session.after_write(lambda: self._alike(one, body)) if not is_told else ()
            found = [k for k in now if k not in before]
        except CrmError as error:
            raise unclear(
                sentence(
                    "The {what} was added, but looking for it failed: {reason}",
                    what=one.label.lower(),
                    reason=error.user_text,
                )
            ) from error
        if len(found) != 1:
            raise unclear(
                sentence("The server took the {what} but did not say which one it is.", what=one.label.lower())
            )
        return found[0]

    def _alike(self, one: Resource, body: Mapping[str, object]) -> tuple[str, ...]:
        """The ids of the records that hold what is sent."""
        found = self._by_query(one, body)
        if found is None:
            found = self._by_list(one)
        return tuple(to_text(row.get(one.id_field)) for row in found if sent_alike(_without_id(one, body), row))

    def _by_query(self, one: Resource, body: Mapping[str, object]) -> tuple[Row, ...] | None:
        if not self._catalog.can_query(one):
            return None
        schema = self._catalog.schema(one.name)
        parts = []
        for name, sent in body.items():
            known = schema.field(name)
            if known is None or name == one.id_field:
                continue
            if isinstance(sent, str) and sent and known.type.is_text and not known.choices and sent[10:11] != "T":
                parts.append(Compare(FieldName(name), Op.EQ, sent))
            elif isinstance(sent, int) and not isinstance(sent, bool) and sent:
                parts.append(Compare(FieldName(name), Op.EQ, sent if known.type.is_number else str(sent)))
        if not parts:
            return None
        terms = query.conditions(And(tuple(parts[:6])), schema, Folding())
        if not terms.text:
            return None
        try:
            return self._catalog.queried(query.select(one, ("*",), terms), 1, MAX_PAGE)
        except (SessionExpired, ConnectionFailed, RateLimited):
            raise
        except CrmError:
            return None

    def _by_list(self, one: Resource) -> tuple[Row, ...]:
        """Those of the last day where the server can tell, all of them else."""
        path = f"{one.path}/FindByCreateDates/{{startDate}}/{{endDate}}"
        now = datetime.now(UTC)
        span = {"startDate": _iso(now - _DAY), "endDate": _iso(now + _DAY)}  # its clock may be wrong by hours
        is_dated = has("GET", path)

        def window(page: int, size: int) -> tuple[Row, ...]:
            params = {"Page": str(page), "Size": str(size)}
            if is_dated:
                return rows(self._session.call(spec("GET", path), span, params=params), path)
            return rows(self._session.get(one.path, **params), one.path)

        return paging.everything(window, one.id_field)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _without_id(one: Resource, body: Mapping[str, object]) -> Mapping[str, object]:
    return {name: value for name, value in body.items() if name != one.id_field or to_int(value)}
