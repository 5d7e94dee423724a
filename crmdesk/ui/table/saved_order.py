# SPDX-License-Identifier: MIT
"""Sort keys, columns and layout as a remembered view keeps them; what no longer fits is left out. A click on a title."""

from collections.abc import Mapping, Sequence
from typing import Any

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.query import Order
from crmdesk.domain.schema import Schema

SEARCHED = "searched"
"""Key of a view's quick search, which only a window that is made anew keeps."""


def saved_columns(saved: object, schema: Schema) -> tuple[FieldName, ...]:
    """Remembered columns (``[field, …]``) that still fit the module."""
    names = saved if isinstance(saved, list) else []
    return tuple(FieldName(name) for name in names if isinstance(name, str) and schema.field(name) is not None)


def saved_layout(saved: object) -> list[Mapping[str, Any]] | None:
    """A remembered layout as the grid takes it; None = there is none, widths are to be chosen."""
    return [entry for entry in saved if isinstance(entry, dict)] if isinstance(saved, list) else None


def saved_orders(saved: object, schema: Schema) -> tuple[Order, ...]:
    """Remembered sort keys (``[[field, descending], …]``) that still fit the module."""
    keys = saved if isinstance(saved, list) else []
    pairs = [key for key in keys if isinstance(key, list) and len(key) == 2 and schema.field(str(key[0]))]
    return tuple(Order(FieldName(str(name)), bool(descending)) for name, descending in pairs)


def turned(order: tuple[Order, ...], field: FieldName, *, add: bool) -> tuple[Order, ...]:
    """The order after a click on a column: up, then down, then not at all; ``add``: the column joins the others."""
    mine = next((key for key in order if key.field == field), None)
    if mine is None:
        now: tuple[Order, ...] = (Order(field),)
    else:
        now = () if mine.descending else (Order(field, True),)
    if not add:
        return now
    keys = list(order)
    place = keys.index(mine) if mine is not None else len(keys)
    keys[place : place + 1] = now
    return tuple(keys)


def view_of(
    module: ModuleName, columns: Sequence[FieldName], order: Sequence[Order], where: str, layout: object
) -> dict[str, Any]:
    """A table's view as it is remembered; ``where`` is the filter as text."""
    return {
        "module": str(module),
        "columns": [str(name) for name in columns],
        "order": [[str(key.field), key.descending] for key in order],
        "filter": where,
        "layout": layout,
    }
