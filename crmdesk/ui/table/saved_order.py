# SPDX-License-Identifier: MIT
"""Sort keys, columns and layout as a remembered view keeps them; what no longer fits is left out."""

from collections.abc import Mapping
from typing import Any

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Order
from crmdesk.domain.schema import Schema


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
