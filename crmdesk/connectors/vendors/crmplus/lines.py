# SPDX-License-Identifier: MIT
"""Sales documents: reading header and lines, and bringing both to a wanted state, for three families.

CRM+ changes single lines by operations, each followed by reading the lines anew, because their ids may change. Its
relatives replace all lines at once: with every line, the tax type and each line's taxes, or the tax disappears.
A change of the header alone never sends lines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from crmdesk.connectors.vendors.crmplus import alternatives, line_items, parse, payload
from crmdesk.connectors.vendors.crmplus.catalog import Catalog
from crmdesk.connectors.vendors.crmplus.line_steps import Step, key_now, steps
from crmdesk.connectors.vendors.crmplus.session import Family, Session
from crmdesk.connectors.wire.behind_write import partly, read_back
from crmdesk.connectors.wire.text import has_astral, to_text
from crmdesk.domain.changes import SaveDocument, diff
from crmdesk.domain.errors import CrmError, Invalid, MalformedReply, OutcomeUnclear, SessionExpired, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_TAX_TYPE = FieldName("hdnTaxType")
_CURRENCY = FieldName("currency_id")
_RECALCULATE = payload.dumped({"recalculate": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDesk:
    """What saving lines needs of the connector.

    Attributes:
        send_changes: a partial update of a record's own fields: id, element -> the write's answer.
        workflows: whether a create runs the server's workflows.
    """

    session: Session
    catalog: Catalog
    zone: tzinfo
    send_changes: Callable[[str, Mapping[str, str]], object]
    workflows: bool


def fetch(desk: LineDesk, record: RecordId) -> SalesDocument:
    """A document with its lines.

    Raises:
        NotFound, NotPermitted.
    """
    row = desk.session.call("retrieve", {"id": record.key})
    if not isinstance(row, dict):
        raise MalformedReply(sentence("The server's answer is not a document. Reload the list."), where="retrieve")
    module = record.module or desk.catalog.module_of(record.key) or ModuleName("")
    schema = desk.catalog.described(module).schema
    header = desk.catalog.with_names((parse.record(row, schema, desk.catalog.reading, with_raw=True),))[0]
    return SalesDocument(
        header=header,
        lines=_lines(desk, record.key, row),
        currency=header.labels.get(_CURRENCY, to_text(row.get(_CURRENCY))),
        tax_mode=to_text(row.get(_TAX_TYPE)),
        server_totals=line_items.totals_of(row),
    )


def _lines(desk: LineDesk, key: str, row: Mapping[str, object]) -> tuple[LineItem, ...]:
    if desk.session.family is Family.CRMPLUS:
        return line_items.from_crmplus(desk.session.call("getLineItems", {"recordId": key}))
    if "LineItems" in row:
        return line_items.from_vtiger(row["LineItems"])
    return line_items.from_corebos(row.get("pdoInformation"))


def save(desk: LineDesk, change: SaveDocument) -> SalesDocument:
    """Bring header and lines to ``change.after``.

    Raises:
        Invalid: before anything is sent. OutcomeUnclear: after a part of it was.
    """
    _check(change.after)
    if change.before is None or not change.after.header.id.key:
        record = _create(desk, change.after)
    else:
        record = change.after.header.id
        if desk.session.family is Family.CRMPLUS:
            _save_by_operations(desk, record, change.before, change.after)
        else:
            _save_at_once(desk, record, change.before, change.after)
    return read_back(lambda: fetch(desk, record), document=True)


def _check(document: SalesDocument) -> None:
    """What the server would take and make nonsense of: a line without a product, without a quantity (recorded)."""
    for line in document.lines:
        for text in (line.text, *(v for v in line.extras.values() if isinstance(v, str))):
            if has_astral(text):
                raise Invalid(
                    sentence(
                        "Line {position} holds a character that this server cannot store. Take it out.",
                        position=line.position,
                    )
                )
        if line.discount_percent and line.discount_amount:
            raise Invalid(sentence("Line {position} has two discounts. Keep one of them.", position=line.position))


def _header_changes(desk: LineDesk, before: Record, after: Record) -> dict[str, str]:
    schema = desk.catalog.described(after.id.module).schema
    wanted: dict[FieldName, Value] = {
        d.field: d.after
        for d in diff(before.values, after.values)
        if (field := schema.field(d.field)) is not None and not field.read_only
    }
    return payload.changed(wanted, schema, desk.zone)


def _save_by_operations(desk: LineDesk, record: RecordId, before: SalesDocument, after: SalesDocument) -> None:
    element = _header_changes(desk, before.header, after.header)
    joined = alternatives.parents(before.lines, after.lines)
    started = False
    try:
        if element:
            desk.send_changes(record.key, element)
            started = True
        for step in steps(before.lines, after.lines):
            _run(desk, record, step)
            started = True
        if joined or any(alternatives.is_alternative(line) for line in before.lines):
            _join_alternatives(desk, record, len(after.lines), joined)
    except CrmError as error:
        if started and not error.may_be_done:
            raise partly(error) from error
        raise


def _run(desk: LineDesk, record: RecordId, step: Step) -> None:
    base = {"recordId": record.key}
    options = {"options": _RECALCULATE}
    if step.before is None and step.after is not None:
        told = payload.dumped(line_items.attributes(step.after))
        desk.session.call("addLineItem", base | {"attributes": told} | options)
    elif step.before is not None:
        # Ids may have changed with the step before: find the line as it is called now.
        current = line_items.from_crmplus(desk.session.call("getLineItems", base))
        at = base | {"lineItemId": key_now(step, current)}
        if step.after is None:
            desk.session.call("deleteLineItem", at | options)
        else:
            told = payload.dumped(line_items.changed_fields(step.before, step.after))
            desk.session.call("updateLineItem", at | {"fields": told} | options)


def _join_alternatives(desk: LineDesk, record: RecordId, count: int, joined: Mapping[int, int]) -> None:
    """Tell each alternative which line it stands for, by the ids that lines have by now."""
    base = {"recordId": record.key}
    for _ in range(count):
        current = line_items.from_crmplus(desk.session.call("getLineItems", base))
        wrong = alternatives.first_wrong(current, joined) if len(current) == count else None
        if wrong is None:
            return  # or lines are gone: what is compared after each save tells
        told = payload.dumped({line_items.PARENT: wrong[1]})
        desk.session.call("updateLineItem", base | {"lineItemId": wrong[0], "fields": told, "options": _RECALCULATE})


def _save_at_once(desk: LineDesk, record: RecordId, before: SalesDocument, after: SalesDocument) -> None:
    element: dict[str, object] = dict(_header_changes(desk, before.header, after.header))
    if before.lines != after.lines:
        element |= _all_lines(desk, after)
        tax_type = after.tax_mode or before.tax_mode
        if tax_type:
            element["taxtype" if desk.session.family is Family.COREBOS else _TAX_TYPE] = tax_type
    if element:
        desk.session.call("revise", {"element": payload.dumped({**element, "id": record.key})})


def _all_lines(desk: LineDesk, document: SalesDocument) -> dict[str, object]:
    if not document.lines:
        # Both relatives take an empty list for "not sent", or refuse it.
        raise Unsupported(sentence("a document without lines"))
    for line in document.lines:
        if line.product is None:
            raise Invalid(sentence("Line {position} needs a product or a service. Choose one.", position=line.position))
    ordered = sorted(document.lines, key=lambda line: line.position)
    if desk.session.family is Family.COREBOS:
        return {"pdoInformation": [line_items.to_corebos(line) for line in ordered]}
    return {"LineItems": [line_items.to_vtiger(line) for line in ordered]}


def _create(desk: LineDesk, document: SalesDocument) -> RecordId:
    """A new document: CRM+ gets header and lines one by one, its relatives all at once."""
    module = document.header.id.module
    schema = desk.catalog.described(module).schema
    element: dict[str, object] = dict(payload.created(document.header.values, schema, desk.zone, desk.session.user_id))
    at_once = desk.session.family is not Family.CRMPLUS
    joined = {} if at_once else alternatives.parents((), document.lines)
    if at_once:
        element |= _all_lines(desk, document)
        # vtiger 8 refuses a create without a productid on the header itself (recorded).
        first = document.lines[0].product
        element["productid"] = first.key if first else ""
        element["taxtype" if desk.session.family is Family.COREBOS else _TAX_TYPE] = document.tax_mode or "group"
    options = payload.write_options(workflows=desk.workflows or at_once)
    answer = desk.session.call("create", {"elementType": module, "element": payload.dumped(element)} | options)
    key = to_text(answer.get("id")) if isinstance(answer, dict) else ""
    if not key:
        raise OutcomeUnclear(
            sentence("The server took the document but did not say its id. Reload the list and look first.")
        )
    record = RecordId(module, key)
    if not at_once:
        try:
            for line in document.lines:
                _run(desk, record, Step(None, line))
            if joined:
                _join_alternatives(desk, record, len(document.lines), joined)
        except SessionExpired as error:
            raise OutcomeUnclear(
                sentence(
                    "The document was created as {key}, then the session ended before all its lines were saved. Reload it and look before you go on.",
                    key=key,
                ),
                error.detail,
            ) from error
        except CrmError as error:
            raise OutcomeUnclear(
                sentence(
                    "The document was created as {key}, but not all its lines: {reason}",
                    key=key,
                    reason=error.user_text,
                ),
                error.detail,
            ) from error
    return record
