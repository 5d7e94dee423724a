# SPDX-License-Identifier: MIT
"""Sales documents: reading header and lines, and bringing both to a wanted state without losing a line.

An edit without ``products`` leaves the lines alone; with it, every line that is not named is deleted for good (guide,
"Removing product lines"). So lines are sent only where a line changed, then always all of them, read anew in the same
breath; where anything differs from what the person saw, nothing is sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from decimal import Decimal

from crmdesk.connectors.vendors.opencrm import catalog, line_items, parse, payload
from crmdesk.connectors.vendors.opencrm.parse import Row
from crmdesk.connectors.wire.text import to_decimal, to_int, to_text
from crmdesk.domain.changes import SaveDocument, diff
from crmdesk.domain.errors import Conflict, CrmError, Invalid, NotFound, OutcomeUnclear
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.sales import LineItem, SalesDocument
from crmdesk.domain.schema import Schema
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value, plain, same

_COMPANIES = ModuleName("company")
_CURRENCY = FieldName("def_currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDesk:
    """What sales documents need of the connector.

    Attributes:
        row_of: one record as it came. record_of: the same as a Record. edit: module, form -> the record's number.
        schema_of: the fields known of a module.
    """

    row_of: Callable[[RecordId], Row]
    record_of: Callable[[Row, RecordId], Record]
    edit: Callable[[ModuleName, Mapping[str, str]], str]
    schema_of: Callable[[ModuleName], Schema]
    zone: tzinfo
    owner: str


def fetch(desk: LineDesk, record: RecordId) -> SalesDocument:
    """A document with its lines.

    Raises:
        NotFound, MalformedReply.
    """
    return _document(desk, record, desk.row_of(record))


def _document(desk: LineDesk, record: RecordId, row: Row) -> SalesDocument:
    return SalesDocument(
        header=desk.record_of(row, record),
        lines=line_items.from_rows(row.get(catalog.LINES)),
        currency=to_text(row.get(_CURRENCY)),
        tax_mode="individual",
        server_totals=line_items.totals_of(row),
    )


def save(desk: LineDesk, change: SaveDocument) -> SalesDocument:
    """Bring header and lines to ``change.after``; the answer is read back from the server.

    Raises:
        Invalid: before anything is sent. Conflict: the document changed meanwhile, nothing was sent.
        OutcomeUnclear: it was sent, but could not be read back.
    """
    before, after = change.before, change.after
    if before is None or not after.header.id.key:
        key = _create(desk, after)
    else:
        key = _change(desk, before, after)
        if key != after.header.id.key:
            raise OutcomeUnclear(
                sentence(
                    "The server answers that it saved document {key}, which is not the one. Reload it and look.",
                    key=key,
                )
            )
    try:
        return fetch(desk, RecordId(after.header.id.module, key))
    except CrmError as error:
        raise OutcomeUnclear(
            sentence(
                "The document was saved ({key}), but could not be read back: {reason} Reload it and look.",
                key=key,
                reason=error.user_text,
            ),
            error.detail,
        ) from error


def _create(desk: LineDesk, after: SalesDocument) -> str:
    module = after.header.id.module
    form = payload.created(after.header.values, desk.schema_of(module), desk.zone, desk.owner)
    if after.lines:
        _check(desk, (), after.lines)
        form[catalog.LINES] = line_items.dumped(line_items.added(line) for line in after.lines)
    return desk.edit(module, {**form, "crmid": "0"})


def _change(desk: LineDesk, before: SalesDocument, after: SalesDocument) -> str:
    record = after.header.id
    schema = desk.schema_of(record.module)
    wanted = _header_changes(before.header, after.header, schema)
    form = payload.changed(wanted, schema, desk.zone)
    moved = not _same_lines(before.lines, after.lines)
    if not form and not moved:
        return record.key
    if moved:
        _check(desk, before.lines, after.lines)
    row = desk.row_of(record)
    now = _document(desk, record, row)
    _refuse_conflict(before, now, wanted, with_lines=moved)
    if moved:
        form[catalog.LINES] = _all_lines(line_items.grid(row.get(catalog.LINES)), before.lines, after.lines)
    return desk.edit(record.module, {**form, "crmid": record.key})


def _header_changes(before: Record, after: Record, schema: Schema) -> dict[FieldName, Value]:
    changes = diff(before.values, after.values)
    return {d.field: d.after for d in changes if (f := schema.field(d.field)) is None or not f.read_only}


def _same_lines(left: tuple[LineItem, ...], right: tuple[LineItem, ...]) -> bool:
    return len(left) == len(right) and all(line_items.same_line(a, b) for a, b in zip(left, right, strict=True))


def _refuse_conflict(
    before: SalesDocument, now: SalesDocument, wanted: Mapping[FieldName, Value], *, with_lines: bool
) -> None:
    held, seen = now.header.values, before.header.values
    if any(not same(held.get(name), seen.get(name)) for name in wanted):
        raise Conflict(
            sentence("Somebody changed this document meanwhile. Nothing was sent: review it again."), server=now.header
        )
    if with_lines and not _same_lines(before.lines, now.lines):
        raise Conflict(
            sentence(
                "Somebody changed the lines of this document meanwhile. Nothing was sent, so that no line is lost: review it again."
            ),
            server=now.header,
        )


def _all_lines(rows: tuple[Row, ...], before: tuple[LineItem, ...], after: tuple[LineItem, ...]) -> str:
    """Every line that is to stay or to come; those of ``before`` that ``after`` lacks are the ones to go."""
    now = {to_text(row.get("lineid")).strip(): row for row in rows}
    held = {line.key: line for line in before}
    told: list[dict[str, str]] = []
    for line in after:
        if line.key is None:
            told.append(line_items.added(line))
        elif line.key in now and line.key in held:
            told.append(line_items.sent(now[line.key], held[line.key], line))
        else:
            raise Invalid(
                sentence(
                    "Line {position} is not one of this document's lines. Reload the document.", position=line.position
                )
            )
    return line_items.dumped(told)


def _check(desk: LineDesk, before: tuple[LineItem, ...], after: tuple[LineItem, ...]) -> None:
    """What the server would take and make nonsense of.

    Raises:
        Invalid.
    """
    held = {line.key: line for line in before}
    keys = [line.key for line in after if line.key is not None]
    if len(set(keys)) < len(keys):
        raise Invalid(sentence("A line is there twice. Reload the document."))
    seen: set[RecordId] = set()
    for line in after:
        old = held.get(line.key) if line.key else None
        problem = _problem(line, old)
        if problem:
            raise Invalid(
                sentence("Line {position}: {problem} Nothing was sent.", position=line.position, problem=problem)
            )
        for record in _referred(line, old) - seen:
            seen.add(record)
            _check_exists(desk, record, line.position)


def _problem(line: LineItem, old: LineItem | None) -> str:
    """Why this line cannot be sent; what it held before is not judged."""
    if line.product is None or not parse.is_id(line.product.key):
        return "" if old is not None and old.product is None else sentence("choose a product.")
    if (old is None or line.quantity != old.quantity) and line.quantity != line.quantity.quantize(Decimal("0.1")):
        return sentence("the quantity takes one decimal; {plain} has more.", plain=plain(line.quantity))
    if line.discount_percent and line.discount_amount:
        return sentence("it has two discounts; keep one of them.")
    for name, value in line.extras.items():
        if name not in line_items.SETTABLE or is_blank(value):
            continue
        if old is not None and same(old.extras.get(name), value):
            continue
        if name in line_items.NUMERIC and to_decimal(plain(value)) is None:
            return sentence("{name} takes a number; “{plain}” is none.", name=name, plain=plain(value))
        if name == "contract_term" and to_int(plain(value)) is None:
            return sentence("the contract term takes a whole number.")
    return ""


def _referred(line: LineItem, old: LineItem | None) -> set[RecordId]:
    """The records a line newly points to."""
    found = {line.product} if line.product is not None and (old is None or old.product != line.product) else set()
    supplier = line.extras.get(FieldName("supplierid"))
    if not is_blank(supplier) and (old is None or not same(old.extras.get(FieldName("supplierid")), supplier)):
        found.add(RecordId(_COMPANIES, plain(supplier)))
    return {replace(record, module=record.module or line_items.PRODUCTS) for record in found}


def _check_exists(desk: LineDesk, record: RecordId, position: int) -> None:
    what = sentence("company") if record.module == _COMPANIES else sentence("product")
    try:
        desk.row_of(record)
    except NotFound as error:
        raise Invalid(
            sentence(
                "Line {position}: there is no {what} {record} (any longer). Choose another one.",
                position=position,
                what=what,
                record=record.key,
            )
        ) from error
