# SPDX-License-Identifier: MIT
"""The price list for quotation lines, and what a line can hold.

The price list is the linked data of quotation lines; a company without it types its lines. Which of the nine data fields
is a number, a name or a unit is each company's own affair (FieldsMetadata tells their labels), so a hit shows the first
two that are filled.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from time import monotonic

from crmdesk.connectors.vendors.webcrm import line_items as li
from crmdesk.connectors.vendors.webcrm.parse import EMPTY_DATA
from crmdesk.connectors.vendors.webcrm.resources import PRICE_LIST
from crmdesk.connectors.wire.text import to_decimal, to_text
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import LineItem, LineShape, ProductHit
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import Value

_ITEM = f"{li.P}LinkedDataItem"
_FIELDS = (*li.DATA[1:], f"{li.P}Comment", f"{li.P}Memo", f"{li.P}CostPrice", f"{li.P}StockStatus")
_FRESH_S = 300.0

Row = Mapping[str, object]


def shape(lines: Schema) -> LineShape:
    """What a quotation line can hold, by the company's own labels."""
    fields = tuple(field for name in _FIELDS if (field := lines.field(name)) is not None)
    text: Field | None = lines.field(li.TEXT)
    return LineShape(
        taxes={"VAT": "VAT"},
        needs_product=False,
        text_label=text.label if text is not None else "",
        fields=fields,
        shown=tuple(FieldName(name) for name in li.DATA[1:3]),
    )


class PriceList:
    """The items of linked data, read whole and kept for some minutes. Owned by one connector.

    Args:
        read: every item as it came.
    """

    def __init__(self, read: Callable[[], tuple[Row, ...]]) -> None:
        self._read = read
        self._rows: tuple[Row, ...] = ()
        self._read_at: float | None = None

    def find(self, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Items one of whose data fields holds every word; empty where the company has no price list."""
        wanted = words.casefold().split()
        found = [row for row in self._known() if all(word in _text(row) for word in wanted)]
        first = words.casefold().strip()
        found.sort(key=lambda row: not any(text.casefold().startswith(first) for text in _data(row).values()))
        return tuple(_hit(row) for row in found[:limit])

    def known(self, products: Iterable[RecordId]) -> tuple[ProductHit, ...]:
        """Items by their numbers."""
        keys = {record.key for record in products if record.module == PRICE_LIST}
        return tuple(_hit(row) for row in self._known() if to_text(row.get(f"{_ITEM}Id")) in keys) if keys else ()

    def _known(self) -> tuple[Row, ...]:
        if self._read_at is None or monotonic() - self._read_at > _FRESH_S:
            try:
                self._rows = self._read()
            except CrmError as error:
                if error.retryable:
                    raise
                self._rows = ()  # no linked data there: lines are typed
            self._read_at = monotonic()
        return self._rows


def _data(row: Row) -> dict[str, str]:
    told = ((own, to_text(row.get(f"{_ITEM}Data{place}")).strip()) for place, own in enumerate(li.DATA, 1))
    return {own: text for own, text in told if text and text != EMPTY_DATA}


def _text(row: Row) -> str:
    return " ".join(_data(row).values()).casefold()


def _hit(row: Row) -> ProductHit:
    data = _data(row)
    extras: dict[FieldName, Value] = {FieldName(name): text for name, text in data.items() if name != li.TEXT}
    cost = to_decimal(row.get(f"{_ITEM}CostPrice"))
    if cost:
        extras[FieldName(f"{li.P}CostPrice")] = cost
    shown = list(data.values())
    line = LineItem(
        key=None,
        position=0,
        product=RecordId(PRICE_LIST, to_text(row.get(f"{_ITEM}Id"))),
        text=data.get(li.TEXT, ""),
        unit_price=to_decimal(row.get(f"{_ITEM}Price")) or Decimal(0),
        extras=extras,
    )
    title = shown[1] if len(shown) > 1 else "".join(shown[:1])
    return ProductHit(line, shown[0] if len(shown) > 1 else "", "", " · ".join(shown[2:4]), title)
