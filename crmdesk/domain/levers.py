# SPDX-License-Identifier: MIT
"""Which levers a vendor's documents have for reaching a total, and what turning one changes. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from crmdesk.domain.aiming import Lever
from crmdesk.domain.line_edit import AMOUNT, PERCENT, PRICE
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, LineKind, LineShape, SalesDocument
from crmdesk.domain.schema import Schema
from crmdesk.domain.totals import Terms

_PROBE = Decimal("7.13")  # nobody's default
_OF_DOCUMENT = (Lever.DOCUMENT_PERCENT, Lever.DOCUMENT_AMOUNT)
_PARTS = {Lever.LINE_PERCENT: PERCENT, Lever.LINE_AMOUNT: AMOUNT, Lever.LINE_PRICE: PRICE}


def lever_fields(
    document: SalesDocument, terms_of: Callable[[SalesDocument], Terms | None], schema: Schema
) -> dict[Lever, FieldName]:
    """The header fields that hold an overall discount: those by which the vendor's own rule moves.

    The rule itself is asked, with each number that may be set in turn, so that no field need be known by its name.
    """
    numbers = [field.name for field in schema.fields if field.type.is_number and not field.read_only]
    empty = {**document.header.values, **dict.fromkeys(numbers, None)}
    found: dict[Lever, FieldName] = {}
    for name in numbers:
        header = replace(document.header, values={**empty, name: _PROBE})
        terms = terms_of(replace(document, header=header))
        if terms is not None and terms.discount_percent == _PROBE:
            found.setdefault(Lever.DOCUMENT_PERCENT, name)
        elif terms is not None and terms.discount_amount == _PROBE:
            found.setdefault(Lever.DOCUMENT_AMOUNT, name)
    return found


def line_levers(line: LineItem, shape: LineShape) -> tuple[Lever, ...]:
    """What can be turned of one line; none of a heading or a text."""
    if line.kind in (LineKind.HEADING, LineKind.TEXT):
        return ()
    percent = (Lever.LINE_PERCENT,) if shape.has_percent else ()
    amount = (Lever.LINE_AMOUNT,) if shape.has_amount else ()
    return (*percent, *amount, Lever.LINE_PRICE)


def header_values(lever: Lever, value: Decimal, fields: Mapping[Lever, FieldName]) -> dict[FieldName, Decimal | None]:
    """The fields of the header to set; of the two kinds of discount the other one goes.

    Raises:
        KeyError: the vendor's documents have no such field.
    """
    return {name: (value if kind is lever else None) for kind, name in fields.items()} | {fields[lever]: value}


def line_part(lever: Lever) -> str:
    """The part of a line that a lever turns, as ``line_edit`` names it.

    Raises:
        KeyError: it turns the document.
    """
    return _PARTS[lever]


def is_of_document(lever: Lever) -> bool:
    """Whether it turns the document as a whole."""
    return lever in _OF_DOCUMENT
