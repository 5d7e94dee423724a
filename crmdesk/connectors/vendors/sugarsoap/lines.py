# SPDX-License-Identifier: MIT
"""Sales documents of SuiteCRM: AOS_Quotes and AOS_Invoices with their lines, which are records of AOS_Products_Quotes.

A line is a record of its own that names its document in ``parent_type`` and ``parent_id``; single ones are made, changed
and taken out by set_entry. The server adds nothing up (see ``totals``), so the header's figures are sent behind the
lines, as the web page does. A change of the header alone sends no line and no figure.
GUESS: that saving a document's header over SOAP leaves its lines alone; its ``save`` hands the lines of the web form to
``save_groups`` and there is no form (modules/AOS_Quotes/AOS_Quotes.php). Lines are read back and compared after each save.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from crmdesk.connectors.vendors.sugarsoap import catalog, payload, products, totals
from crmdesk.connectors.vendors.sugarsoap import line_items as li
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.reader import Reader
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.connectors.wire.behind_write import in_part, partly
from crmdesk.domain.changes import SaveDocument, Update, diff
from crmdesk.domain.errors import Conflict, CrmError, Invalid, NotFound, OutcomeUnclear, Unsupported
from crmdesk.domain.line_pairs import different_parts
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.totals import compute
from crmdesk.domain.values import Value, plain

_MOST = 5_000
"""Lines looked through for one document's, where the server does not filter."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LineDesk:
    """What documents need of the connector.

    Attributes:
        add: makes a record. update: changes fields of one, after looking at it.
    """

    session: Session
    modules: Modules
    reader: Reader
    fetch: Callable[[RecordId], Record]
    add: Callable[[ModuleName, Mapping[FieldName, Value]], RecordId]
    update: Callable[[Update], Record]

    def check(self, module: ModuleName) -> None:
        """Raises Unsupported: its records have no lines that this server tells."""
        if not self.modules.has_lines(module):
            raise Unsupported(sentence("lines of sales documents"))


def shape_of(desk: LineDesk, module: ModuleName) -> LineShape:
    """What the lines of a module's documents can hold."""
    desk.check(module)
    return products.shape(desk.modules.described(li.LINES).schema)


def find_products(desk: LineDesk, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
    """Products with these words."""
    desk.check(module)
    return products.find(desk.modules, desk.reader, words, limit)


def fetch(desk: LineDesk, record: RecordId) -> SalesDocument:
    """A document with its lines.

    Raises:
        Unsupported: such records have none. NotFound.
    """
    desk.check(record.module)
    header = desk.fetch(record)
    lines = li.lines_of(_rows(desk, record))
    return SalesDocument(
        header=header, lines=lines, currency=_currency(header), server_totals=totals.totals_of(dict(header.values))
    )


def _currency(header: Record) -> str:
    told = header.labels.get(li.CURRENCY) or plain(header.values.get(li.CURRENCY))
    return "" if told in ("", "-99") else told  # -99: the company's own


def _rows(desk: LineDesk, record: RecordId) -> tuple[Record, ...]:
    return desk.reader.holding(li.LINES, li.PARENT_ID, record, _MOST)


def save(desk: LineDesk, change: SaveDocument) -> SalesDocument:
    """Bring header and lines to ``change.after``.

    Raises:
        Invalid, NotFound, Conflict: before anything is sent. OutcomeUnclear: after a part of it was.
    """
    after, before = change.after, change.before
    record = after.header.id
    desk.check(record.module)
    rates = products.rates_of(desk.modules.described(li.LINES).schema)
    _check(desk, before.lines if before is not None else (), after, rates)
    if before is None or not record.key:
        values = {n: v for n, v in after.header.values.items() if v is not None}
        made = desk.add(record.module, values)
        in_part(lambda: _save_lines(desk, made, (), (), after, rates))
        return in_part(lambda: fetch(desk, made))
    rows = _rows(desk, record)
    _check_untouched(before, after, rows)
    changed = {one.field: one.after for one in diff(before.header.values, after.header.values)}
    if changed:
        desk.update(Update(before.header, changed))
    if before.lines != after.lines:
        if changed:
            in_part(lambda: _save_lines(desk, record, rows, before.lines, after, rates))
        else:
            _save_lines(desk, record, rows, before.lines, after, rates)
    return in_part(lambda: fetch(desk, record))


def _check(desk: LineDesk, before: tuple[LineItem, ...], document: SalesDocument, rates: Mapping[Decimal, str]) -> None:
    """What is to be sent; a line that stays as it is may hold anything."""
    known = desk.modules.described(li.LINES)
    figures = compute(document, totals.terms(document))
    held = {line.key: line for line in before}
    for line, one in zip(document.lines, figures.lines, strict=True):
        old = held.get(line.key)
        if old is not None and replace(old, position=line.position) == line:
            continue
        why = li.problem(line, rates)
        if why:
            raise Invalid(sentence("Line {position}: {why}. Nothing was sent.", position=line.position, why=why))
        wanted = li.values_of(line, one, rates)
        before_it = li.values_of(old, one, rates) if old is not None else {}
        payload.changed({n: v for n, v in wanted.items() if before_it.get(n) != v}, known, desk.session.clock)


def _check_untouched(before: SalesDocument, after: SalesDocument, rows: tuple[Record, ...]) -> None:
    """Lines to be changed or taken out must stand as they did."""
    now = {line.key: line for line in li.lines_of(rows)}
    wanted = {line.key: line for line in after.lines}
    for old in before.lines:
        new, held = wanted.get(old.key), now.get(old.key)
        if new == old:
            continue
        if held is None and new is not None:
            raise NotFound(
                sentence("Line {position} is gone: somebody removed it meanwhile. Reload the document.",
                         position=old.position)
            )  # fmt: skip
        if held is not None and different_parts(old, held, old):
            raise Conflict(
                sentence("Somebody changed line {position} meanwhile. Nothing was sent: review it again.",
                         position=old.position),
                server=before.header,
            )  # fmt: skip


def _save_lines(
    desk: LineDesk,
    record: RecordId,
    rows: tuple[Record, ...],
    before: tuple[LineItem, ...],
    after: SalesDocument,
    rates: Mapping[Decimal, str],
) -> None:
    """Changes and additions in their order, then removals, then the header's figures."""
    held, done = {row.id.key: row for row in rows}, 0
    figures = compute(after, totals.terms(after))
    group: Value = next((line.extras.get(li.GROUP) for line in before), None)
    try:
        for line, one in zip(after.lines, figures.lines, strict=True):
            wanted = li.values_of(line, one, rates)
            old = held.get(line.key or "")
            group = line.extras.get(li.GROUP) or group
            if old is None:
                _add(desk, record, after, {**wanted, **({li.GROUP: group} if group else {})})
                done += 1
            elif values := li.changes(old, wanted):
                _set(
                    desk, line.key or "", payload.changed(values, desk.modules.described(li.LINES), desk.session.clock)
                )
                done += 1
        kept = {line.key for line in after.lines}
        for key in (one.key for one in before if one.key in held and one.key not in kept):
            _set(desk, key or "", {catalog.DELETED: "1"})
            done += 1
        told = {n: v for n, v in totals.header_values(figures).items() if _has(desk, record.module, n)}
        pairs = payload.changed(told, desk.modules.described(record.module), desk.session.clock)
        _set(desk, record.key, pairs, record.module)
    except CrmError as error:
        if done and not isinstance(error, OutcomeUnclear):
            raise partly(error) from error
        raise


def _has(desk: LineDesk, module: ModuleName, name: FieldName) -> bool:
    field = desk.modules.described(module).schema.field(name)
    return field is not None and not field.read_only


def _add(desk: LineDesk, record: RecordId, document: SalesDocument, values: Mapping[FieldName, Value]) -> None:
    schema = desk.modules.described(li.LINES).schema
    told = {n: v for n, v in values.items() if schema.field(n) is not None}
    told |= {li.PARENT_ID: record, li.PARENT_TYPE: str(record.module)}
    if (currency := document.header.values.get(li.CURRENCY)) is not None:
        told[li.CURRENCY] = currency
    desk.add(li.LINES, told)


def _set(desk: LineDesk, key: str, pairs: Mapping[str, str], module: ModuleName = li.LINES) -> None:
    told = payload.listed({catalog.ID: key, **pairs})
    desk.session.write("set_entry", {"module_name": module, "name_value_list": told})
    desk.modules.forget_name(RecordId(module, key))
