# SPDX-License-Identifier: MIT
"""User words for operators and field types. Apart from ``wording``, which the window's first picture waits for."""

from collections.abc import Mapping
from typing import Final

from crmdesk.domain.query import Op
from crmdesk.domain.schema import FieldType
from crmdesk.ui.translation import mark, tr

_OPERATORS: Final[Mapping[Op, str]] = {
    Op.EQ: mark("is"),
    Op.NE: mark("is not"),
    Op.LT: mark("is less than"),
    Op.LE: mark("is at most"),
    Op.GT: mark("is more than"),
    Op.GE: mark("is at least"),
    Op.CONTAINS: mark("contains"),
    Op.STARTS_WITH: mark("starts with"),
    Op.IN: mark("is any of"),
    Op.IS_EMPTY: mark("is empty"),
}
_MOMENT_OPERATORS: Final[Mapping[Op, str]] = {
    Op.LT: mark("before"),
    Op.LE: mark("until"),
    Op.GT: mark("after"),
    Op.GE: mark("from"),
    Op.EQ: mark("on"),
    Op.NE: mark("not on"),
}
_TEXT_OPERATORS: Final[Mapping[Op, str]] = {
    Op.LT: mark("sorts before"),
    Op.LE: mark("sorts up to"),
    Op.GT: mark("sorts after"),
    Op.GE: mark("sorts from"),
}
_LIST_OPERATORS: Final[Mapping[Op, str]] = {Op.CONTAINS: mark("includes"), Op.EQ: mark("is exactly")}


def operator_word(op: Op, field_type: FieldType) -> str:
    """How a filter says this comparison for a field of this type: "is any of", "before"."""
    special: Mapping[Op, str] = {}
    if field_type.is_moment:
        special = _MOMENT_OPERATORS
        if field_type is not FieldType.DATE and op in (Op.EQ, Op.NE):
            special = {Op.EQ: mark("at"), Op.NE: mark("not at")}
    elif field_type.is_text:
        special = _TEXT_OPERATORS
    elif field_type is FieldType.MULTI_CHOICE:
        special = _LIST_OPERATORS
    return tr(special.get(op) or _OPERATORS[op])


_FIELD_TYPES: Final[Mapping[FieldType, str]] = {
    FieldType.TEXT: mark("Text"),
    FieldType.LONG_TEXT: mark("Long text"),
    FieldType.INTEGER: mark("Whole number"),
    FieldType.DECIMAL: mark("Decimal number"),
    FieldType.MONEY: mark("Money"),
    FieldType.PERCENT: mark("Percent"),
    FieldType.BOOLEAN: mark("Yes or no"),
    FieldType.DATE: mark("Date"),
    FieldType.DATETIME: mark("Date and time"),
    FieldType.TIME: mark("Time"),
    FieldType.CHOICE: mark("Choice"),
    FieldType.MULTI_CHOICE: mark("Several choices"),
    FieldType.REFERENCE: mark("Link to a record"),
    FieldType.EMAIL: mark("Email"),
    FieldType.PHONE: mark("Phone"),
    FieldType.URL: mark("Web address"),
    FieldType.OPAQUE: mark("Vendor's own"),
}


def field_type_word(field_type: FieldType) -> str:
    """What kind of field it is."""
    return tr(_FIELD_TYPES[field_type])
