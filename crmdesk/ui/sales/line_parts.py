# SPDX-License-Identifier: MIT
"""The parts of a line in the person's words: what they are called, how they look, how what is typed is read."""

from dataclasses import dataclass
from decimal import Decimal

from crmdesk.domain.line_edit import (
    AMOUNT,
    LINE,
    OWN,
    PERCENT,
    PLACE,
    PRICE,
    PRODUCT,
    QUANTITY,
    TAX,
    TEXT,
    LineChange,
    part,
)
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, LineShape
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import NotAValue, Value, plain
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.tax_choices import rates_words
from crmdesk.ui.translation import within
from crmdesk.ui.wording import tr

DISCOUNT = "discount"
"""The column of both kinds of discount."""
_LARGEST = Decimal(10) ** 15
_NUMBER = Field(name=FieldName("number"), label="", type=FieldType.DECIMAL)
_MONEY = Field(name=FieldName("money"), label="", type=FieldType.MONEY)


@dataclass(frozen=True, slots=True)
class LineParts:
    """Words and values of one vendor's lines for one person."""

    shape: LineShape
    formats: Formats

    def field(self, name: str) -> Field | None:
        """The vendor's own field that a part names, None for any other part."""
        if not name.startswith(OWN):
            return None
        wanted = name[len(OWN) :]
        return next((field for field in self.shape.fields if field.name == wanted), None)

    def label(self, name: str) -> str:
        """What a part is called."""
        if name.startswith(TAX):
            return self.shape.taxes.get(name[len(TAX) :], tr("Tax"))
        if name.startswith(OWN):
            field = self.field(name)
            return field.label if field is not None else name[len(OWN) :]
        words = {
            PRODUCT: tr("Product"),
            TEXT: self.shape.text_label or tr("Text"),
            QUANTITY: tr("Quantity"),
            PRICE: tr("Price"),
            PERCENT: tr("Discount"),
            AMOUNT: tr("Discount"),
            DISCOUNT: tr("Discount"),
            PLACE: tr("Place"),
            LINE: tr("Line"),
        }
        return words.get(name, name)

    def text(self, name: str, value: Value) -> str:
        """A part's value in one line; "" = empty."""
        if value is None or value == "":
            return ""
        if isinstance(value, Decimal):
            if name == PERCENT or name.startswith(TAX):
                return f"{self.formats.number(value)} %"
            if name in (PRICE, AMOUNT):
                return self.formats.number(value, 2)
        field = self.field(name)
        if field is not None:
            shown = self.formats.text(value, field)
        else:
            shown = self.formats.number(value) if isinstance(value, (int, Decimal)) else plain(value)
        return " ⏎ ".join(line.strip() for line in shown.splitlines() if line.strip())

    def line_text(self, line: LineItem, name: str) -> str:
        """A part of a line as it is shown; a product by its name."""
        if name == PRODUCT:
            return line.called
        if name == DISCOUNT:
            return self.text(PERCENT, part(line, PERCENT)) or self.text(AMOUNT, part(line, AMOUNT))
        return self.text(name, part(line, name))

    def edit_text(self, line: LineItem, name: str) -> str:
        """What an editor begins with."""
        if name == PRODUCT:
            return line.called
        if name == DISCOUNT:
            percent = part(line, PERCENT)
            if percent is not None:
                return f"{self.formats.edit_text(percent, _NUMBER)}%"
            return self.formats.edit_text(part(line, AMOUNT), _NUMBER)
        return self.formats.edit_text(part(line, name), self.field(name) or _NUMBER)

    def read(self, name: str, text: str) -> tuple[str, Value]:
        """Typed text as (part, value).

        Raises:
            NotAValue: with a sentence that says what would be right.
        """
        if name == TEXT:
            return TEXT, text.strip()
        if name == DISCOUNT:
            return self._discount(text)
        if name.startswith(TAX):
            return name, self._rate(name, self._percent(text, self.label(name)))
        field = self.field(name)
        if field is not None:
            return name, self.formats.read(text, field)
        number = self._number(text, self.label(name))
        if name == QUANTITY and number is not None:
            self._check_quantity(number)
        return name, number if number is not None else Decimal(0)

    def _rate(self, name: str, percent: Value) -> Value:
        rates = self.shape.rates.get(name[len(TAX) :], ())
        if rates and percent and percent not in rates:
            raise NotAValue(rates_words(self.label(name), rates, self.formats))
        return percent

    def _check_quantity(self, number: Decimal) -> None:
        places = self.shape.quantity_places
        if places is not None and number != round(number, places):
            raise NotAValue(
                tr(
                    "The quantity keeps {places} decimals there; {number} has more.",
                    places=places,
                    number=self.formats.number(number),
                )
            )

    def _discount(self, text: str) -> tuple[str, Value]:
        """ "5 %" is a percentage; "5" is an amount where the vendor has them."""
        body = text.strip()
        is_percent = body.endswith("%") or not self.shape.has_amount
        if not body.rstrip("%").strip():
            return PERCENT, None
        if is_percent and not self.shape.has_percent:
            raise NotAValue(tr("A discount is an amount there, not a percentage."))
        if is_percent:
            return PERCENT, self._percent(body, tr("The discount"))
        return AMOUNT, self._number(body, tr("The discount"))

    def _percent(self, text: str, what: str) -> Value:
        number = self._number(text.strip().removesuffix("%"), what)
        if number is not None and not 0 <= number <= 100:
            raise NotAValue(tr("{what} is between 0 and 100 %.", what=what))
        return number

    def _number(self, text: str, what: str) -> Decimal | None:
        value = self.formats.read(text, _NUMBER)
        if value is None:
            return None
        assert isinstance(value, Decimal)
        if abs(value) >= _LARGEST:
            raise NotAValue(tr("{what}: {number} is more than any server keeps.", what=what, number=text.strip()))
        return value


# ---- changes in words ----------------------------------------------------------------------------------------------------


def change_label(change: LineChange, parts: LineParts | None) -> str:
    """ "line 2 · quantity"."""
    what = parts.label(change.part) if parts is not None else plain_label(change.part)
    number = tr("line {n}", n=change.number)
    return number if change.part == LINE else f"{number} · {within(what)}"


def plain_label(name: str) -> str:
    """What a part is called while nothing is known of the vendor's lines."""
    words = {TEXT: tr("Text"), QUANTITY: tr("Quantity"), PRICE: tr("Price"), PRODUCT: tr("Product")}
    if name in (PERCENT, AMOUNT):
        return tr("Discount")
    if name == PLACE:
        return tr("Place")
    return words.get(name, name.removeprefix(OWN).removeprefix(TAX))


def whole_line(line: LineItem, formats: Formats) -> str:
    """ "2 × Pump housing · 118,00"."""
    count = formats.number(line.quantity)
    return f"{count} × {line.called} · {formats.number(line.unit_price, 2)}"


def change_text(change: LineChange, parts: LineParts) -> str:
    """What becomes of it: "3 → 4", "new: 2 × Pump housing · 118,00", "removed: …"."""
    if change.part == LINE:
        said = whole_line(change.line, parts.formats)
        return tr("new: {line}", line=said) if change.before is None else tr("removed: {line}", line=said)
    if change.part == PLACE:
        return f"{change.before} → {change.after}"
    before = parts.text(change.part, change.before) or tr("(empty)")
    after = parts.text(change.part, change.after) or tr("(empty)")
    return f"{before} → {after}"
