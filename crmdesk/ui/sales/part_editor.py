# SPDX-License-Identifier: MIT
"""The editor of one cell of a line where it is more than a line to type in: choices, links, taxes."""

from collections.abc import Mapping
from decimal import Decimal

from crmdesk.domain.line_edit import TAX, part
from crmdesk.domain.sales import LineItem
from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value, plain
from crmdesk.ui.form.field_editors import FieldEditor, make_editor
from crmdesk.ui.form.reference_picker import ReferenceSearch
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.sales.tax_choices import class_field, rate_field
from crmdesk.ui.table.grid_editor import PLAIN_TYPES


def part_editor(
    line: LineItem, key: str, parts: LineParts, search: ReferenceSearch, classes: Mapping[str, Decimal]
) -> FieldEditor | None:
    """Holding what the line does; None = a line to type in is right.

    Args:
        classes: tax classes and their percentages, as far as they were seen.
    """
    field = _field_of(key, parts, classes)
    if field is None or field.type in PLAIN_TYPES:
        return None
    editor = make_editor(field, parts.formats, None, search=search)
    held = part(line, key)
    editor.set_value(plain(held.normalize() + 0) if key.startswith(TAX) and isinstance(held, Decimal) else held)
    return editor


def typed_value(key: str, value: Value) -> Value:
    """What an editor holds, as the part takes it: a chosen tax is a percentage."""
    if not key.startswith(TAX):
        return value
    return Decimal(str(value)) if value else None


def _field_of(key: str, parts: LineParts, classes: Mapping[str, Decimal]) -> Field | None:
    rates = parts.shape.rates.get(key[len(TAX) :], ()) if key.startswith(TAX) else ()
    if rates:
        return rate_field(key, parts.label(key), rates, parts.formats)
    field = parts.field(key)
    if field is not None and field.name == parts.shape.tax_field:
        return class_field(field, classes, parts.formats)
    return field
