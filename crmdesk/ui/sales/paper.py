# SPDX-License-Identifier: MIT
"""What stands on a printed sales document, as texts in the person's own format; how it is laid out is ``printing``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from crmdesk.domain.currencies import as_money, places_of
from crmdesk.domain.line_edit import PERCENT, PRICE, QUANTITY
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, Totals
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.totals import TaxMode
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.line_parts import DISCOUNT, LineParts
from crmdesk.ui.sales.totals_panel import Figure, figure_rows, server_rows
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

_COMPANIES = ("account", "company", "organisation", "organization", "customer", "vendor", "supplier")
_PEOPLE = ("contact", "person")
_OWNERS = ("assigned", "owner", "responsible")
_TERMS = ("terms", "condition")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """One row of the table; a heading or a text has its words alone.

    Attributes:
        detail: what stands smaller below the name. mark: why it does not count, "" = it does.
    """

    place: str = ""
    name: str
    detail: str = ""
    number: str = ""
    quantity: str = ""
    unit: str = ""
    price: str = ""
    discount: str = ""
    tax: str = ""
    total: str = ""
    mark: str = ""
    is_heading: bool = False
    is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document as it is printed. ``facts``: (label, value), the number first. ``notes``: (label, text) below all."""

    title: str
    subject: str
    sender: tuple[str, ...]
    recipient: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    rows: tuple[PaperRow, ...]
    totals: tuple[Figure, ...]
    notes: tuple[tuple[str, str], ...] = ()
    currency: str = ""

    @property
    def number(self) -> str:
        """The document's number, "" = it has none yet."""
        return self.facts[0][1] if self.facts else ""

    def has(self, part: str) -> bool:
        """Whether any row fills that column."""
        return any(getattr(row, part) for row in self.rows)


def paper_of(whole: WholeDocument, formats: Formats, sender: str = "") -> Paper:
    """The words of a document.

    Args:
        sender: the lines of the sender's address, as the person wrote them.
    """
    header, schema = whole.document.header, whole.schema
    number = _text(header, schema.field(schema.number_field) if schema.number_field else None, formats)
    totals = (
        figure_rows(whole.figures, whole.terms, formats, whole.document.currency)
        if whole.figures is not None and whole.terms is not None
        else _told(whole.totals, formats, whole.document.currency)
    )
    return Paper(
        title=f"{schema.module.label} {number}".strip(),
        subject=_text(header, schema.field(schema.title_field), formats),
        sender=tuple(line.strip() for line in sender.splitlines() if line.strip()),
        recipient=_recipient(header, schema, formats),
        facts=_facts(header, schema, formats, number),
        rows=tuple(_rows(whole, formats)),
        totals=tuple(totals),
        notes=_notes(header, schema, formats),
        currency=whole.document.currency,
    )


# ---- the head --------------------------------------------------------------------------------------------------------


def _text(header: Record, field: Field | None, formats: Formats) -> str:
    if field is None:
        return ""
    return formats.text(header.values.get(field.name), field, header.labels.get(field.name, "")).strip()


def _reference(header: Record, schema: Schema, words: Sequence[str]) -> str:
    """What the first reference of such a name points to, as people call it."""
    for field in schema.fields:
        if field.type is FieldType.REFERENCE and any(word in field.name.casefold() for word in words):
            label = header.labels.get(field.name, "").strip()
            if label:
                return label
    return ""


def _recipient(header: Record, schema: Schema, formats: Formats) -> tuple[str, ...]:
    def billing(*endings: str) -> str:
        for field in schema.fields:
            name = field.name.casefold()
            if "bill" in name and name.endswith(endings) and field.type.is_text:
                return _text(header, field, formats)
        return ""

    box = billing("pobox")
    town = " ".join(one for one in (billing("code", "zip", "postcode"), billing("city", "town")) if one)
    lines = [
        _reference(header, schema, _COMPANIES),
        _reference(header, schema, _PEOPLE),
        *billing("street", "address").splitlines(),
        tr("PO Box {box}", box=box) if box else "",
        town,
        billing("state", "region"),
        billing("country"),
    ]
    return tuple(line.strip() for line in lines if line.strip())


def _facts(header: Record, schema: Schema, formats: Formats, number: str) -> tuple[tuple[str, str], ...]:
    found = [(tr("Number"), number)]
    for field in schema.fields:
        if field.type is FieldType.DATE and not field.read_only and (shown := _text(header, field, formats)):
            found.append((field.label, shown))
    if owner := _reference(header, schema, _OWNERS):
        found.append((tr("Your contact"), owner))
    return tuple(found)


def _notes(header: Record, schema: Schema, formats: Formats) -> tuple[tuple[str, str], ...]:
    """Terms are for the reader; a description may be for colleagues only, so it stays out."""
    fields = (
        field
        for field in schema.fields
        if field.type is FieldType.LONG_TEXT and any(word in field.name.casefold() for word in _TERMS)
    )
    return tuple((field.label, text) for field in fields if (text := _text(header, field, formats)))


def _told(theirs: Totals, formats: Formats, currency: str) -> list[Figure]:
    """The server's figures; what it leaves out between them is said, so that the reader's sum is ours."""
    rows = server_rows(theirs, formats, currency)
    if theirs.net is None or theirs.gross is None:
        return rows
    told = (-(theirs.discount or 0), theirs.tax or 0, theirs.charges or 0, theirs.adjustment or 0)
    rest = round(theirs.gross - theirs.net - sum(told, Decimal(0)), 2)
    if rest:
        rows.insert(len(rows) - 1, Figure(tr("Other discounts and surcharges"), formats.number(rest, 2)))
    return rows


# ---- the lines -------------------------------------------------------------------------------------------------------


def _rows(whole: WholeDocument, formats: Formats) -> list[PaperRow]:
    parts = LineParts(whole.shape, formats)
    headings = ((whole.shape.heading_field, True), (whole.shape.heading_text_field, False))
    found: list[PaperRow] = []
    place = 0
    for at, line in enumerate(whole.document.lines):
        for field, is_title in headings:
            above = line.extras.get(field) if field is not None else None
            if isinstance(above, str) and above.strip():
                found.append(PaperRow(name=above.strip(), is_heading=is_title, is_text=not is_title))
        if line.kind in (LineKind.HEADING, LineKind.TEXT):
            is_heading = line.kind is LineKind.HEADING
            found.append(PaperRow(name=(line.text or line.name).strip(), is_heading=is_heading, is_text=not is_heading))
            continue
        place += 1
        found.append(replace(_row(whole, at, parts), place=str(place)))
    return found


def _row(whole: WholeDocument, at: int, parts: LineParts) -> PaperRow:
    line, formats = whole.document.lines[at], parts.formats
    is_offer = whole.terms is not None and at in whole.terms.uncounted
    known = whole.products.get(line.product) if line.product is not None else None
    name = line.called
    rest = line.text.strip() if line.name else "\n".join(line.text.strip().splitlines()[1:])
    total, places = _total(whole, at), places_of(whole.document.currency)
    return PaperRow(
        name=name,
        detail=rest if rest != name else "",
        number=known.number if known is not None else "",
        quantity=parts.text(QUANTITY, line.quantity),
        unit=known.unit if known is not None else "",
        price=parts.text(PRICE, round(line.unit_price, 2) if _in_cents(line.unit_price) else line.unit_price),
        discount=parts.line_text(line, DISCOUNT),
        tax=_tax(whole, line, parts),
        total="" if total is None else formats.number(as_money(total, places), places),
        mark=_mark(whole, line) if is_offer else "",
    )


def _mark(whole: WholeDocument, line: LineItem) -> str:
    """Why a line is in no sum: what is ticked of it."""
    ticked = (f.label for f in whole.shape.fields if f.type is FieldType.BOOLEAN and line.extras.get(f.name) is True)
    what = next(ticked, "")
    return tr("{what}, not included", what=told(what)) if what else tr("optional, not included")


def _in_cents(amount: Decimal) -> bool:
    return amount == round(amount, 2)


def _total(whole: WholeDocument, at: int) -> Decimal | None:
    """Without tax: as we compute it, else as the server told it."""
    return whole.figures.lines[at].net if whole.figures is not None else whole.document.lines[at].total


def _tax(whole: WholeDocument, line: LineItem, parts: LineParts) -> str:
    """The line's rates, where each line has its own."""
    if whole.terms is not None and whole.terms.tax_mode is not TaxMode.INDIVIDUAL:
        return ""
    return " + ".join(parts.text(PERCENT, tax.percent) for tax in line.taxes if tax.percent)
