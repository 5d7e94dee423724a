# SPDX-License-Identifier: MIT
"""Sales documents whose rows travel inside them: read, made (``createSalesOrder``) and changed as a whole."""

from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.crmservice.soap import line_items as li
from crmdesk.connectors.vendors.crmservice.soap import meta, parse, payload, products
from crmdesk.connectors.vendors.crmservice.soap.catalog import Catalog, Known
from crmdesk.connectors.vendors.crmservice.soap.parse import Row
from crmdesk.connectors.vendors.crmservice.soap.records import Records
from crmdesk.connectors.vendors.crmservice.totals import totals_of
from crmdesk.connectors.wire.soap import SoapPart
from crmdesk.domain.changes import SaveDocument, Update, diff
from crmdesk.domain.errors import Conflict, CrmError, Invalid, OutcomeUnclear, Unsupported
from crmdesk.domain.line_pairs import different_parts
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sales import LineItem, LineShape, SalesDocument
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain

PRODUCTS = meta.crm_name("product")
_CURRENCIES = ("currency", "currency_code", "currencycode")


@dataclass(frozen=True, slots=True)
class Documents:
    """Owned by one connector."""

    catalog: Catalog
    records: Records

    def fetch(self, record: RecordId) -> SalesDocument:
        """A document with its lines.

        Raises:
            Unsupported: such records have none, or they cannot be read. NotFound.
        """
        one = self._known(record)
        part = _rows_part(one, (one.plan.record,))
        if part is None:
            raise Unsupported(
                sentence("reading the lines of {records} over SOAP", records=one.module.label_plural.lower())
            )
        return self._document(one, part, record, self.records.row(record))

    def _document(self, one: Known, part: SoapPart, record: RecordId, row: Row) -> SalesDocument:
        schema = self.catalog.schema(record.module)
        header = parse.record(row, schema, one.plan.id_member, self.records.zone, with_raw=True)
        rows = parse.rows_of(row.get(one.plan.rows), one.plan.rows)
        currency = next(
            (plain(header.values.get(FieldName(name))) for name in _CURRENCIES if name in header.values), ""
        )
        return SalesDocument(
            header=header,
            lines=li.lines_of(rows, li.names_in(part), PRODUCTS),
            currency=currency,
            server_totals=totals_of(header),
        )

    def _known(self, record: RecordId) -> Known:
        one = self.catalog.known(record.module)
        if not one.plan.rows:
            raise Unsupported(sentence("lines in this kind of record"))
        return one

    def shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold.

        Raises:
            Unsupported: its records have no lines.
        """
        one = self._known(RecordId(module, ""))
        calls = (one.plan.update, one.plan.create)
        part = _rows_part(one, (*(call.group for call in calls if call is not None), one.plan.record))
        if part is None:
            raise Unsupported(sentence("lines in this kind of record"))
        made = _rows_part(one, (one.plan.create.group if one.plan.create is not None else None,))
        return replace(products.shape(part, li.names_in(part)), can_begin=made is not None)

    def save(self, change: SaveDocument) -> SalesDocument:
        """Bring header and lines to ``change.after``; the answer is read back where that can be.

        Raises:
            Invalid: before anything is sent. Unsupported. OutcomeUnclear: it was saved, but could not be checked.
        """
        record = change.after.header.id
        one = self._known(record)
        if change.before is None or not record.key:
            return self._create(one, change.after)
        return self._update(one, change.before, change.after)

    def _create(self, one: Known, after: SalesDocument) -> SalesDocument:
        part = _rows_part(one, (one.plan.create.group if one.plan.create is not None else None,))
        if part is None:
            raise Unsupported(
                sentence("adding {records} with lines over SOAP", records=one.module.label_plural.lower())
            )
        schema = self.catalog.schema(one.module.name)
        values = payload.created(after.header.values, schema)
        names = li.names_in(part)
        rows = [_row(line, part, names, None, None) for line in after.lines]
        made = self.records.create(one, schema, values, rows)
        record = RecordId(one.module.name, made.key)
        told = _rows_part(one, (one.plan.record,))
        if made.row is not None and told is not None and not one.plan.can_read_one:
            return self._document(one, told, record, made.row)  # nothing reads it: the answer is the server's own word
        return self._read_back(record)

    def _update(self, one: Known, before: SalesDocument, after: SalesDocument) -> SalesDocument:
        part = _rows_part(one, (one.plan.update.group if one.plan.update is not None else None,))
        read = _rows_part(one, (one.plan.record,))
        if part is None or read is None:
            raise Unsupported(
                sentence("changing the lines of {records} over SOAP", records=one.module.label_plural.lower())
            )
        record, schema = after.header.id, self.catalog.schema(one.module.name)
        changed = {line.field: line.after for line in diff(before.header.values, after.header.values)}
        payload.changed(changed, schema)
        held = self.records.row(record)
        now = self._document(one, read, record, held)
        if _moved(before.lines, now.lines):
            raise Conflict(
                sentence("Somebody changed the lines meanwhile. Reload the document and make the change again."),
                server=now.header,
            )
        rows_held = dict(zip((line.key for line in now.lines), parse.rows_of(held.get(one.plan.rows), ""), strict=True))
        old, names = {line.key: line for line in before.lines}, li.names_in(part)
        rows = [_row(line, part, names, rows_held.get(line.key), old.get(line.key)) for line in after.lines]
        self.records.update(one, schema, Update(before.header, changed), changed, rows, held)
        return self._read_back(record)

    def _read_back(self, record: RecordId) -> SalesDocument:
        try:
            return self.fetch(record)
        except CrmError as error:
            raise OutcomeUnclear(
                sentence(
                    "The server took it (number {record}), but it could not be checked: {reason}",
                    record=record.key,
                    reason=error.user_text,
                ),
                error.detail,
            ) from error


def _row(line: LineItem, part: SoapPart, names: li.LineNames, held: Row | None, before: LineItem | None) -> object:
    why = li.problem(line, names)
    if why:
        raise Invalid(sentence("Line {position}: {why}. Nothing was sent.", position=line.position, why=why))
    return li.row_of(line, part, names, held, before)


def _rows_part(one: Known, groups: tuple[SoapPart | None, ...]) -> SoapPart | None:
    """The type of one row."""
    for group in groups:
        part = group.member(one.plan.rows) if group is not None else None
        if part is not None and part.kind == "list" and part.parts:
            return part.parts[0]
    return None


def _moved(before: tuple[LineItem, ...], now: tuple[LineItem, ...]) -> bool:
    """Whether the rows on the server are others than those the change was made from."""
    if [line.key for line in before] != [line.key for line in now]:
        return True
    return any(different_parts(old, new, old) for old, new in zip(before, now, strict=True))
