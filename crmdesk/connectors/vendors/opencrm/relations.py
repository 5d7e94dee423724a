# SPDX-License-Identifier: MIT
"""Related records: no method lists them, so they are found by the fields that point to a record; links.

Links are made (``edit_record_link``) and never taken away: no method does that.
"""

from collections.abc import Callable

from crmdesk.connectors.port import Relation
from crmdesk.connectors.vendors.opencrm import catalog, parse
from crmdesk.connectors.vendors.opencrm.operations import LINK
from crmdesk.connectors.vendors.opencrm.session import Session
from crmdesk.domain.errors import CrmError, OutcomeUnclear, ServerFault, SessionExpired
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Page, Record
from crmdesk.domain.sentence import sentence

_PAGE, _MOST_PAGES = 200, 10

_FROM: dict[str, tuple[tuple[str, str], ...]] = {
    "company": (
        ("contact", "accountid"),
        ("opportunity", "accountid"),
        ("quote", "accountid"),
        ("salesorder", "accountid"),
        ("invoice", "accountid"),
        ("ticket", "parent_id"),
        ("activity", "accountid"),
        ("asset", "accountid"),
        ("contract", "accountid"),
        ("project", "accountid"),
        ("company", "parentid"),
    ),
    "contact": (
        ("opportunity", "contactid"),
        ("quote", "contactid"),
        ("salesorder", "contactid"),
        ("invoice", "contactid"),
        ("ticket", "contactid"),
        ("activity", "contact_id"),
        ("contact", "reportsto"),
    ),
    "lead": (("activity", "parent_id"),),
    "opportunity": (("quote", "potentialid"), ("activity", "parent_id")),
    "quote": (("salesorder", "quoteid"),),
    "salesorder": (("invoice", "salesorderid"),),
    "product": (("asset", "productid"), ("ticket", "productid")),
}
"""Module -> what points to its records: module and field. GUESS where documents do not name the field."""


def list_relations(record: RecordId) -> tuple[Relation, ...]:
    """The relations of a record's module; the server tells no counts."""
    return tuple(
        Relation(f"{module}.{field}", catalog.KINDS[module].plural, ModuleName(module), None)
        for module, field in _FROM.get(record.module, ())
    )


def list_related(
    record: RecordId, relation: Relation, page_of: Callable[[Query, Cursor | None, int], Page]
) -> tuple[Record, ...]:
    """The records whose field points to this one.

    Raises:
        ServerFault: the server cannot filter by that field, and there are too many rows to look through.
    """
    field = FieldName(relation.key.partition(".")[2])
    where = Compare(field, Op.EQ, RecordId(record.module, record.key))
    found: dict[str, Record] = {}
    after: Cursor | None = None
    for _ in range(_MOST_PAGES):
        page = page_of(Query(relation.module, where=where), after, _PAGE)
        found |= {one.id.key: one for one in page.records if matches(where, one.values)}
        after = page.next
        if after is None:
            return tuple(found.values())
    raise ServerFault(
        sentence(
            "The server does not filter {plural} by this record, and there are too many to look through. Filter their own list instead.",
            plural=catalog.KINDS[relation.module].plural.lower(),
        )
    )


def link(session: Session, record: RecordId, targets: tuple[RecordId, ...]) -> None:
    """Link records to ``record``, which is the one that would be on the screen (guide, "Record Linking", beta).

    Raises:
        Invalid: refused. OutcomeUnclear: after some were linked, or the answer is none.
    """
    for done, target in enumerate(targets):
        try:
            answer = session.call(LINK, {"parent_id": record.key, "child_id": target.key})
            parse.saved_id(answer, LINK)
        except SessionExpired:
            raise  # signed in again, everything is linked anew: linking twice does no harm
        except CrmError as error:
            if done and not error.may_be_done:
                raise OutcomeUnclear(
                    sentence(
                        "{done} of {n} were linked, then: {reason}", done=done, n=len(targets), reason=error.user_text
                    )
                ) from error
            raise
