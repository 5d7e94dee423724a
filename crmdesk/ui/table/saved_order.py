# SPDX-License-Identifier: MIT
"""Sort keys as a remembered view keeps them."""

from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Order
from crmdesk.domain.schema import Schema


def saved_orders(saved: object, schema: Schema) -> tuple[Order, ...]:
    """Remembered sort keys (``[[field, descending], …]``) that still fit the module."""
    keys = saved if isinstance(saved, list) else []
    pairs = [key for key in keys if isinstance(key, list) and len(key) == 2 and schema.field(str(key[0]))]
    return tuple(Order(FieldName(str(name)), bool(descending)) for name, descending in pairs)
