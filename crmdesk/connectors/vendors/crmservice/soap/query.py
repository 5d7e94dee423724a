# SPDX-License-Identifier: MIT
"""PURE: a pushed Query -> the one field and value of a search operation.

How the server compares is told nowhere ("find the product ID" by ``product_no`` is the documents' only example). Where
everything can be listed, it is therefore asked only what compares in one way on every server: whole numbers, days, and
codes without accents. Where nothing can be listed, it is asked whatever the person asks, as it compares.
"""

import re
from datetime import date, datetime

from crmdesk.connectors.vendors.crmservice.soap.planner import Listing
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import And, Compare, Filter, Op
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import plain

_CODES = re.compile(r"(?:^|_)(?:id|no|number|code|sku|serial)$|(?:id|_no)$", re.IGNORECASE)
_CODE_TYPES = (FieldType.EMAIL, FieldType.PHONE, FieldType.URL)


def condition(where: Filter | None, schema: Schema, *, is_only_way: bool) -> tuple[FieldName, str] | None:
    """The field and the text to search for; None = nothing can be asked.

    Args:
        is_only_way: without a condition the server gives nothing.
    """
    parts = where.parts if isinstance(where, And) else (where,) if where is not None else ()
    for part in parts:
        if not isinstance(part, Compare) or part.op is not Op.EQ or isinstance(part.value, tuple):
            continue
        known = schema.field(part.field)
        if known is None or not known.filterable or part.value is None:
            continue
        text = spelled(part)
        if text and (is_only_way or is_certain(known, text)):
            return known.name, text
    return None


def spelled(one: Compare) -> str:
    """The value as the server writes it: ``Y-m-d``, ``Y-m-d H:i:s``, true and false."""
    value = one.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return "" if isinstance(value, tuple) else plain(value)


def is_certain(known: Field, text: str) -> bool:
    """Whether every server finds at least what ``matching`` holds equal."""
    if known.type in (FieldType.INTEGER, FieldType.DATE):
        return True
    is_code = known.type in _CODE_TYPES or (known.type is FieldType.TEXT and _CODES.search(known.name) is not None)
    return is_code and text.isascii() and text.isprintable() and text == text.strip() and "\\" not in text


def criteria(listing: Listing, asked: tuple[FieldName, str] | None, *, limit: int, offset: int) -> dict[str, object]:
    """The arguments of a list or search: ``{field, value, limit, offset}``, inside their group where there is one."""
    told: dict[str, object] = {}
    if listing.is_search:
        told[listing.field] = str(asked[0]) if asked else ""
        told[listing.value] = asked[1] if asked else ""
    if listing.limit:
        told[listing.limit] = limit
    if listing.offset:
        told[listing.offset] = offset
    return {listing.call.subject: told} if listing.in_group else told
