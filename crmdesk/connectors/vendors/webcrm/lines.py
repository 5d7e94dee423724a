# SPDX-License-Identifier: MIT
"""Sales documents: opportunities and deliveries with their quotation lines, read and brought to a wanted state.

A line is a record of its own. Lines that others added meanwhile stay; one to be changed that is gone stops the save
before anything is sent. With linked data on, a new line is made of an item of linked data, whose data the server copies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crmdesk.connectors.vendors.webcrm import line_items as li
from crmdesk.connectors.vendors.webcrm.catalog import Catalog
from crmdesk.connectors.vendors.webcrm.faults import LINKED_DATA_ON
from crmdesk.connectors.vendors.webcrm.operations import spec
from crmdesk.connectors.vendors.webcrm.parse import new_id
from crmdesk.connectors.vendors.webcrm.relations import rows_of
from crmdesk.connectors.vendors.webcrm.resources import DELIVERIES, OPPORTUNITIES, PRICE_LIST
from crmdesk.connectors.vendors.webcrm.session import Session, unclear
from crmdesk.connectors.wire.behind_write import in_part, partly, read_back
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.changes import Create, SaveDocument, Update, diff
from crmdesk.domain.errors import (
    Conflict,
    CrmError,
    Invalid,
    NotFound,
    OutcomeUnclear,
    ServerFault,
    SessionExpired,
    Unsupported,
)
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain

Row = Mapping[str, object]


@dataclass(slots=True, kw_only=True)
class LineDesk:
    """What saving documents needs of the connector.

    Attributes:
        linked: whether linked data is on; None = not asked yet.
    """

    session: Session
    catalog: Catalog
    fetch: Callable[[RecordId], Record]
    create: Callable[[Create], Record]
    update: Callable[[Update], Record]
    linked: bool | None = field(default=None)

    def is_linked(self) -> bool:
        """Whether linked data is on for lines; the setup is read once, before the first line is made."""
        if self.linked is None:
            try:
                self.linked = li.is_linked(self.session.get("/QuotationLines/LinkedSetup"))
            except (Invalid, NotFound):
                self.linked = False  # found out by the first line, see ``add_line``
        return self.linked


def fetch(desk: LineDesk, record: RecordId) -> SalesDocument:
    """A document with its lines.

    Raises:
        Unsupported: it is neither an opportunity nor a delivery. NotFound, NotPermitted.
    """
    if record.module not in (OPPORTUNITIES, DELIVERIES):
        raise Unsupported(sentence("lines in this kind of record"))
    header = desk.fetch(record)
    prefix = desk.catalog.resource(record.module).prefix
    currency = plain(header.values.get(FieldName(f"{prefix}CurrencyName")))
    return SalesDocument(header=header, lines=li.lines_of(_rows(desk, record)), currency=currency)


def _rows(desk: LineDesk, record: RecordId) -> tuple[Row, ...]:
    return rows_of(desk.session, f"/{record.module}/{{id}}/QuotationLines", record.key, li.ID)


def save(desk: LineDesk, change: SaveDocument) -> SalesDocument:
    """Bring header and lines to ``change.after``.

    Raises:
        Invalid: before anything is sent. OutcomeUnclear: after a part of it was.
    """
    after = change.after
    _check(after)
    record = after.header.id
    if change.before is None or not record.key:
        module = record.module
        values = {name: value for name, value in after.header.values.items() if value is not None}
        record = desk.create(Create("document", module, values)).id
        before: tuple[LineItem, ...] = ()
        in_part(lambda: _save_lines(desk, record, before, after.lines, {}))
        return _read_back(desk, record)
    changed = diff(change.before.header.values, after.header.values)
    now = {to_text(row.get(li.ID)): row for row in _rows(desk, record)}
    _check_still_there(change.before.lines, after.lines, now)
    if changed:
        desk.update(Update(change.before.header, {one.field: one.after for one in changed}))
        in_part(lambda: _save_lines(desk, record, change.before.lines if change.before else (), after.lines, now))
    else:
        _save_lines(desk, record, change.before.lines, after.lines, now)
    return _read_back(desk, record)


def _read_back(desk: LineDesk, record: RecordId) -> SalesDocument:
    """The document after it was saved. Whatever fails now, the save must not be taken for refused and sent again: its
    new lines would come twice."""
    return read_back(lambda: desk.session.after_write(lambda: fetch(desk, record)), document=True)


def _check(document: SalesDocument) -> None:
    for line in document.lines:
        if line.discount_amount:
            raise Invalid(
                sentence(
                    "Line {position}: a discount is a percentage there, not an amount. Nothing was sent.",
                    position=line.position,
                )
            )
        if line.discount_percent and not 0 <= line.discount_percent <= 100:
            raise Invalid(
                sentence("Line {position}: the discount is no percentage. Nothing was sent.", position=line.position)
            )
        if len(line.taxes) > 1:
            raise Invalid(
                sentence("Line {position}: a line has one VAT there. Nothing was sent.", position=line.position)
            )
        if line.product is not None and line.product.module != PRICE_LIST:
            raise Invalid(
                sentence(
                    "Line {position}: choose the product from the price list. Nothing was sent.", position=line.position
                )
            )
        texts = [line.text, *(value for value in line.extras.values() if isinstance(value, str))]
        if any("\x00" in text or any("\ud800" <= c <= "\udfff" for c in text) for text in texts):
            raise Invalid(
                sentence(
                    "Line {position} holds a broken character. Type it anew. Nothing was sent.", position=line.position
                )
            )


def _check_still_there(before: tuple[LineItem, ...], after: tuple[LineItem, ...], now: Mapping[str, Row]) -> None:
    wanted = {line.key: line for line in after if line.key}
    for old in before:
        new = wanted.get(old.key or "")
        if new is not None and old.key not in now and li.changes(old, new):
            raise NotFound(
                sentence(
                    "Line {position} is gone: somebody removed it meanwhile. Reload the document.",
                    position=old.position,
                )
            )


def _save_lines(
    desk: LineDesk,
    record: RecordId,
    before: tuple[LineItem, ...],
    after: tuple[LineItem, ...],
    now: Mapping[str, Row],
) -> None:
    old = {line.key: line for line in before if line.key}
    kept = {line.key for line in after if line.key}
    sorts = li.sort_orders(after, {key: to_int(row.get(li.SORT)) or 0 for key, row in now.items()})
    done = 0
    try:
        changed = [
            (key, _changes(old[key], line, sorts[place], now))
            for place, line in enumerate(after)
            if (key := line.key) in old
        ]
        done += _change_lines(desk, record, old, [(key, values) for key, values in changed if key and values])
        for place, line in enumerate(after):
            if line.key not in old:
                _add(desk, record, line, sorts[place])
                done += 1
        for key in (key for key in old if key not in kept):
            desk.session.call(spec("DELETE", "/QuotationLines/{id}"), {"id": key or ""})
            done += 1
    except CrmError as error:
        if done and not isinstance(error, OutcomeUnclear):
            raise partly(error) from error
        raise


def _changes(old: LineItem, line: LineItem, sort: int, now: Mapping[str, Row]) -> dict[str, object]:
    """What of a line differs; its sort order where that must be another one."""
    found, row = li.changes(old, line), now.get(line.key or "")
    if row is not None and sort != (to_int(row.get(li.SORT)) or 0):
        found[li.SORT] = sort
    return found


def _change_lines(
    desk: LineDesk, record: RecordId, old: Mapping[str, LineItem], changes: list[tuple[str, dict[str, object]]]
) -> int:
    """Each line is read anew and sent whole: one by PUT, several in one PATCH.

    Raises:
        Conflict: somebody changed the same of a line since it was read into ``old``; no line was sent.
    """
    bodies = []
    for key, values in changes:
        row = desk.session.get("/QuotationLines/{id}", key)
        if not isinstance(row, dict):
            raise NotFound(sentence("A line is gone: somebody removed it meanwhile. Reload the document."))
        (now,) = li.lines_of((row,))
        if li.changes(old[key], now).keys() & values.keys():
            raise Conflict(
                sentence(
                    "Somebody changed line {position} at the same moment. Nothing was sent: review it again.",
                    position=old[key].position,
                ),
                server=desk.fetch(record),
            )
        bodies.append({n: v for n, v in row.items() if v is not None} | values)
    if len(bodies) == 1:
        desk.session.call(spec("PUT", "/QuotationLines/{id}"), {"id": changes[0][0]}, body=bodies[0])
    elif bodies:
        failed = li.failures(desk.session.call(spec("PATCH", "/QuotationLines"), body=bodies))
        if failed:
            what = sentence(
                "{n} of {n_2} lines were not saved: {failed}", n=len(failed), n_2=len(bodies), failed=failed[0]
            )
            if len(failed) == len(bodies):
                raise ServerFault(what, "; ".join(failed), text=failed[0])
            raise OutcomeUnclear(sentence("{what} Reload the document and look.", what=what), "; ".join(failed))
    return len(bodies)


def _add(desk: LineDesk, record: RecordId, line: LineItem, sort: int) -> None:
    body = {**li.body_of(line), li.SORT: sort, li.OF: int(record.key)}
    header = desk.catalog.resource(record.module).prefix
    row = desk.session.get(f"/{record.module}/{{id}}", record.key)
    for name in ("OrganisationId", "PersonId"):
        number = to_int(row.get(f"{header}{name}")) if isinstance(row, dict) else None
        if number:
            body[f"{li.P}{name}"] = number
    if line.product is not None:
        body[li.LINKED_ID] = int(line.product.key)
    add_line(desk, body)


def add_line(desk: LineDesk, body: Mapping[str, object]) -> str:
    """Make a line, the linked way where linked data is on; its id.

    Raises:
        OutcomeUnclear: no id was told.
    """
    if body.get(li.LINKED_ID) or not desk.is_linked():
        if body.get(li.LINKED_ID) and not desk.is_linked():
            raise Invalid(
                sentence("This system has no price list (linked data is off): type the line instead of choosing it.")
            )
        try:
            return _posted(desk, body)
        except SessionExpired:
            raise
        except CrmError as error:
            if desk.linked or LINKED_DATA_ON.lower() not in f"{error.user_text} {error.detail}".lower():
                raise
            desk.linked = True  # the server says so: nothing was made
    item = new_id(
        desk.session.call(spec("POST", "/QuotationLines/LinkedData"), body=li.linked_item(body)),
        f"{li.P}LinkedDataItemId",
    )
    if not item:
        raise unclear(sentence("The server took the line's data, but did not say under which number."))
    rest = {name: value for name, value in body.items() if name not in li.DATA}
    try:
        return desk.session.after_write(lambda: _posted(desk, {**rest, li.LINKED_ID: int(item)}))
    except CrmError as error:
        if error.may_be_done:
            raise
        raise OutcomeUnclear(
            sentence(
                "The line's data is in the price list now (item {item}), but the line was not made: {reason} Look before you try again.",
                item=item,
                reason=error.user_text,
            ),
            error.detail,
        ) from error


def _posted(desk: LineDesk, body: Mapping[str, object]) -> str:
    key = new_id(desk.session.call(spec("POST", "/QuotationLines"), body=body), li.ID)
    if not key:
        raise unclear(sentence("The server took the line, but did not say which one it is."))
    return key
