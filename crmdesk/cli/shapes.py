# SPDX-License-Identifier: MIT
"""The shapes of the JSON output, and values as people read them. Scripts depend on the shapes: add, never change."""

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import Enum

from crmdesk.connectors import port
from crmdesk.connectors.port import OperationInfo, Part, VendorPlugin
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, Totals
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.values import plain
from crmdesk.engine.profiles import Profile
from crmdesk.engine.row_files import Json, value_shape


def module_shape(module: Module, count: int | None) -> dict[str, Json]:
    """``count`` None = the server does not tell."""
    operations = [o.value for o in type(next(iter(module.operations)))] if module.operations else []
    allowed = {o.value for o in module.operations}
    return {
        "name": module.name,
        "label": module.label_plural or module.label,
        "count": count,
        "operations": [o for o in operations if o in allowed],
    }


def field_shape(field: Field) -> dict[str, Json]:
    """``type`` in lower case; ``choices`` are stored values with their labels."""
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type.name.lower(),
        "required": field.required,
        "read_only": field.read_only,
        "choices": [{"value": c.value, "label": c.label} for c in field.choices],
        "refers_to": list(field.refers_to),
    }


def vendor_shape(plugin: VendorPlugin) -> dict[str, Json]:
    """The profile fields and the abilities, enumerations by their names in lower case. ``interfaces``: what can be done
    over each way in, with the roles (what only some vendors can do)."""
    return {
        "vendor": plugin.vendor,
        "title": plugin.title,
        "summary": plugin.summary,
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "secret": f.secret,
                "required": f.required,
                "default": f.default,
                "hint": f.hint,
                "choices": dict(f.choices),
            }
            for f in plugin.profile_fields
        ],
        "capabilities": _abilities(plugin.capabilities),
        "interfaces": [
            {"title": one.title, "roles": roles_of_class(one.connector), "capabilities": _abilities(one.capabilities)}
            for one in plugin.interfaces()
        ],
    }


def _abilities(capabilities: Capabilities) -> dict[str, Json]:
    return {name: _ability(value) for name, value in asdict(capabilities).items()}


def roles_of_class(connector: type) -> list[Json]:
    """The names of the roles that connectors of a class play, such as RunsQueries."""
    known = (role for role in vars(port).values() if getattr(role, "_is_runtime_protocol", False))
    return [
        *sorted(role.__name__ for role in known if role is not port.ChoosesInterface and issubclass(connector, role))
    ]


def profile_shape(profile: Profile) -> dict[str, Json]:
    """A saved account; secrets are not in it and never were."""
    return {
        "name": profile.name,
        "id": profile.id,
        "vendor": profile.vendor,
        "url": profile.url,
        "settings": dict(profile.settings),
        "environment": profile.environment.value,
    }


def line_shape(line: LineItem) -> dict[str, Json]:
    """One line of a sales document; figures as texts."""
    return {
        "line": line.key,
        "position": line.position,
        "kind": line.kind.name.lower(),
        "product": None if line.product is None else line.product.key,
        "text": line.text or None,
        "quantity": plain(line.quantity),
        "unit_price": plain(line.unit_price),
        "discount_percent": value_shape(line.discount_percent),
        "discount_amount": value_shape(line.discount_amount),
        "taxes": [{"name": t.name, "percent": plain(t.percent), "amount": value_shape(t.amount)} for t in line.taxes],
        "total": value_shape(line.total),
        "extras": {name: value_shape(value) for name, value in line.extras.items()},
        "name": line.name or None,
    }


def totals_shape(totals: Totals | None) -> Json:
    """The figures a server tells; null where it tells none."""
    return None if totals is None else {name: value_shape(value) for name, value in asdict(totals).items()}


def operation_shape(operation: OperationInfo) -> dict[str, Json]:
    """One documented operation."""
    return {
        "name": operation.name,
        "write": operation.is_write,
        "summary": operation.summary,
        "parameters": dict(operation.parameters),
    }


def part_shape(part: Part) -> dict[str, Json]:
    """One value that an operation takes, with those inside it."""
    return {
        "name": part.name,
        "kind": part.kind,
        "required": part.required,
        "secret": part.secret,
        "hint": part.hint,
        "choices": dict(part.choices),
        "parts": [part_shape(inner) for inner in part.parts],
    }


def shown(record: Record, name: FieldName, field: Field | None) -> str:
    """A value as people read it: labels for references and choices, yes and no, one line, nothing a terminal obeys."""
    value = record.values.get(name)
    label = record.labels.get(name)
    if label and value is not None:
        return one_line(label)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and field is not None:
        return one_line(field.choice_label(value))
    if isinstance(value, tuple) and field is not None:
        return one_line("; ".join(field.choice_label(member) for member in value))
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, Decimal):
        return short(value)
    return one_line(plain(value))


def one_line(text: str) -> str:
    """The text without line breaks and control characters."""
    if text.isprintable():
        return text
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).split())


def every_field(schema: Schema) -> tuple[FieldName, ...]:
    """All fields in the server's order, without the id, which comes first by itself."""
    return tuple(field.name for field in schema.fields if field.name != "id")


def telling_fields(schema: Schema, looked_at: Iterable[FieldName], most: int = 6) -> tuple[FieldName, ...]:
    """What a table shows by itself: number, title, what the filter and the order look at, then short fields."""
    names = dict.fromkeys((schema.number_field or schema.title_field, schema.title_field, *looked_at))
    for kind in _TELLING:
        one = next((f.name for f in schema.fields if f.type is kind and f.name not in names), None)
        if one is not None and len(names) < most:
            names[one] = None
    return tuple(name for name in names if name != "id")


_TELLING = (FieldType.PHONE, FieldType.EMAIL, FieldType.CHOICE, FieldType.MONEY, FieldType.DATE, FieldType.REFERENCE)
_MONEY_PLACES = 2


def short(number: Decimal) -> str:
    """Without the zeros that a database adds, but with two places where there are any."""
    whole, _, places = format(number, "f").partition(".")
    kept = places.rstrip("0").ljust(_MONEY_PLACES, "0") if places else ""
    return f"{whole}.{kept}" if kept else whole


def _ability(value: object) -> Json:
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, frozenset):
        return sorted(str(member.value) for member in value)
    return value if value is None or isinstance(value, (bool, int)) else str(value)
