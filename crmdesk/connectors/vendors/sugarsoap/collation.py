# SPDX-License-Identifier: MIT
"""Finds out how the server's database compares texts, with a record that is there; asked once in a session.

Which database it is nobody tells: SQL Server usually ignores case and holds accents apart, MySQL ignores both,
PostgreSQL and Oracle neither, and then SplendidCRM, which turns every query into capitals, never finds small letters
(sugarsoap.md 5). Until it is known, letters are asked for as ``_``.
"""

import re
from collections.abc import Callable, Sequence

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.connectors.vendors.sugarsoap.meta import Described
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.connectors.vendors.sugarsoap.query import Asking, Collation, by_keys, column
from crmdesk.domain.errors import NotPermitted, ServerFault, Unsupported
from crmdesk.domain.schema import FieldType

Finds = Callable[[str], bool]
"""A condition -> whether the server finds any row."""

_PLAIN = re.compile(r"(?=.*[a-z])(?=.*[aeouAEOU])[A-Za-z0-9 ]{2,60}")
_ACCENTS = str.maketrans("aeouAEOU", "áéóúÁÉÓÚ")


def find_out(rows: Sequence[Entry], known: Described, finds: Finds) -> Collation:
    """What the database does, tried on the best of these rows (at least one); what cannot be tried is not assumed."""
    row = next((one for one in rows if _sample(one, known) is not None), rows[0])
    asking = Asking(known, collation=Collation(finds_ids=True))
    try:
        this_row = by_keys(catalog.ID, (row.key,), asking)
    except Unsupported:
        return Collation()
    if not _asked(finds, this_row):
        return Collation()
    field = _sample(row, known)
    if field is None:
        return Collation(finds_ids=True)
    name, text = column(known.schema.fields[field].name, asking), row.values[known.schema.fields[field].name]
    if not _asked(finds, f"({this_row}) and {name} like '{text.swapcase()}'"):
        return Collation(finds_ids=True)
    if _asked(finds, f"({this_row}) and {name} like '{text.translate(_ACCENTS)}'"):
        return Collation(True, True, True)
    classed = f"({this_row}) and {name} like '[{text[0].upper()}]{text[1:].upper()}'"
    return Collation(True, True, False, asking.is_splendid and _asked(finds, classed))


def _asked(finds: Finds, condition: str) -> bool:
    try:
        return finds(condition)
    except (ServerFault, NotPermitted):
        return False


def _sample(row: Entry, known: Described) -> int | None:
    """The place of a field whose text has letters of both kinds of trouble: cases and accents."""
    for place, field in enumerate(known.schema.fields):
        text = row.values.get(field.name, "")
        is_text = field.type.is_text and field.type not in (FieldType.OPAQUE, FieldType.LONG_TEXT)
        if is_text and field.name in known.raw_types and _PLAIN.fullmatch(text) and text == text.strip():
            return place
    return None
