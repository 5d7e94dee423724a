# SPDX-License-Identifier: MIT
"""Values, records and changes as JSON and back, exactly; for the account's own file."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from crmdesk.domain.changes import Change, Create, Delete, SaveDocument, Update
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, SalesDocument, Tax, Totals
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Operation, Schema
from crmdesk.domain.sentence import packed, unpacked
from crmdesk.domain.values import Value

Json = Any  # what the json module gives


def value_to_json(value: Value) -> Json:
    """Text, numbers and None as they are; everything else as ``{"type": text}``."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"decimal": str(value)}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case RecordId(module, key):
            return {"record": [module, key]}
        case tuple():
            return {"list": list(value)}


def value_from_json(data: Json) -> Value:
    """The inverse of ``value_to_json``."""
    if not isinstance(data, dict):
        return data  # type: ignore[no-any-return]  # written by value_to_json
    ((kind, text),) = data.items()
    match kind:
        case "decimal":
            return Decimal(text)
        case "datetime":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case "time":
            return time.fromisoformat(text)
        case "record":
            return _id(*text)
        case "list":
            return tuple(text)
        case _:
            raise ValueError(f"unknown kind of value: {kind}")


def values_to_json(values: Mapping[FieldName, Value]) -> Json:
    """A map of values by field."""
    return {name: value_to_json(value) for name, value in values.items()}


def values_from_json(data: Json) -> dict[FieldName, Value]:
    """The inverse of ``values_to_json``."""
    return {FieldName(name): value_from_json(value) for name, value in data.items()}


def record_to_json(record: Record) -> Json:
    """A record without its raw reply."""
    return {
        "id": [record.id.module, record.id.key],
        "values": values_to_json(record.values),
        "labels": dict(record.labels),
        "version": record.version,
    }


def record_from_json(data: Json) -> Record:
    """The inverse of ``record_to_json``."""
    module, key = data["id"]
    labels = {FieldName(name): text for name, text in data["labels"].items()}
    return Record(_id(module, key), values_from_json(data["values"]), labels, data["version"])


def _id(module: Json, key: Json) -> RecordId:
    if not isinstance(module, str) or not isinstance(key, str):
        raise TypeError("an id is no text")
    return RecordId(ModuleName(module), key)


def change_to_json(change: Change) -> Json:
    """Any change."""
    match change:
        case Create(temp_id, module, values):
            return {"op": "create", "temp_id": temp_id, "module": module, "values": values_to_json(values)}
        case Update(before, values):
            return {"op": "update", "before": record_to_json(before), "values": values_to_json(values)}
        case Delete(before):
            return {"op": "delete", "before": record_to_json(before)}
        case SaveDocument(was, after):
            loaded = None if was is None else document_to_json(was)
            return {"op": "document", "before": loaded, "after": document_to_json(after)}


def change_from_json(data: Json) -> Change:
    """The inverse of ``change_to_json``.

    Raises:
        ValueError: a kind of change that only a newer version knows.
    """
    match data["op"]:
        case "create":
            return Create(data["temp_id"], ModuleName(data["module"]), values_from_json(data["values"]))
        case "update":
            return Update(record_from_json(data["before"]), values_from_json(data["values"]))
        case "delete":
            return Delete(record_from_json(data["before"]))
        case "document":
            before = data["before"]
            loaded = None if before is None else document_from_json(before)
            return SaveDocument(loaded, document_from_json(data["after"]))
        case other:
            raise ValueError(f"unknown kind of change: {other}")


def document_to_json(document: SalesDocument) -> Json:
    """A sales document: its header as a record, and beside it what makes it a document."""
    totals = document.server_totals
    return {
        **record_to_json(document.header),
        "lines": [line_to_json(line) for line in document.lines],
        "currency": document.currency,
        "tax_mode": document.tax_mode,
        "totals": None if totals is None else {n: value_to_json(getattr(totals, n)) for n in _FIGURES},
    }


def document_from_json(data: Json) -> SalesDocument:
    """The inverse of ``document_to_json``."""
    totals = data["totals"]
    figures = {} if totals is None else {name: _decimal(value) for name, value in totals.items()}
    return SalesDocument(
        header=record_from_json(data),
        lines=tuple(line_from_json(line) for line in data["lines"]),
        currency=data["currency"],
        tax_mode=data["tax_mode"],
        server_totals=None if totals is None else Totals(**figures),
    )


def line_to_json(line: LineItem) -> Json:
    """One line of a sales document."""
    return {
        **{name: value_to_json(getattr(line, name)) for name in _LINE_VALUES},
        "kind": line.kind.name,
        "taxes": [[tax.name, value_to_json(tax.percent), value_to_json(tax.amount)] for tax in line.taxes],
        "extras": values_to_json(line.extras),
    }


def line_from_json(data: Json) -> LineItem:
    """The inverse of ``line_to_json``."""
    taxes = (Tax(name, Decimal(percent["decimal"]), _decimal(amount)) for name, percent, amount in data["taxes"])
    values: dict[str, Json] = {name: value_from_json(data[name]) for name in _LINE_VALUES}
    return LineItem(
        **values,
        kind=LineKind[data["kind"]],
        taxes=tuple(taxes),
        extras=values_from_json(data["extras"]),
    )


def _decimal(data: Json) -> Decimal | None:
    value = value_from_json(data)
    return value if isinstance(value, Decimal) else None


_FIGURES = ("net", "discount", "tax", "charges", "adjustment", "gross")
_LINE_VALUES = (
    "key",
    "position",
    "product",
    "text",
    "quantity",
    "unit_price",
    "discount_percent",
    "discount_amount",
    "total",
    "name",
)


def module_to_json(module: Module) -> Json:
    """One module."""
    return {
        "name": module.name,
        "label": packed(module.label),
        "label_plural": packed(module.label_plural),
        "operations": sorted(o.value for o in module.operations),
        "is_sales_document": module.is_sales_document,
        "group": module.group,
        "is_listed": module.is_listed,
        "can_be_listed": module.can_be_listed,
        "notice": packed(module.notice),
    }


def module_from_json(data: Json) -> Module:
    """The inverse of ``module_to_json``."""
    texts = {name: unpacked(data[name]) for name in ("label", "label_plural", "notice")}
    return Module(**{**data, **texts, "operations": frozenset(Operation(o) for o in data["operations"])})


def schema_to_json(schema: Schema) -> Json:
    """A module's fields."""
    return {
        "module": module_to_json(schema.module),
        "title_field": schema.title_field,
        "number_field": schema.number_field,
        "is_complete": schema.is_complete,
        "fields": [field_to_json(field) for field in schema.fields],
    }


def schema_from_json(data: Json) -> Schema:
    """The inverse of ``schema_to_json``."""
    fields = tuple(field_from_json(field) for field in data["fields"])
    return Schema(
        module_from_json(data["module"]), fields, data["title_field"], data["number_field"], data["is_complete"]
    )


def field_to_json(field: Field) -> Json:
    """One field."""
    return {
        **{n: getattr(field, n) for n in _PLAIN},
        "type": field.type.name,
        "label": packed(field.label),
        "block": packed(field.block),
        "choices": [[c.value, packed(c.label)] for c in field.choices],
        "refers_to": list(field.refers_to),
    }


def field_from_json(data: Json) -> Field:
    """The inverse of ``field_to_json``."""
    return Field(
        **{n: data[n] for n in _PLAIN},
        label=unpacked(data["label"]),
        block=unpacked(data["block"]),
        type=FieldType[data["type"]],
        choices=tuple(Choice(value, unpacked(label)) for value, label in data["choices"]),
        refers_to=tuple(ModuleName(name) for name in data["refers_to"]),
    )


_PLAIN = (
    "name",
    "required",
    "read_only",
    "filterable",
    "sortable",
    "max_length",
    "default",
    "stores_astral",
)


def dumps(data: Json) -> str:
    """Compact JSON text."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def loads(text: str) -> Json:
    """JSON text read.

    Raises:
        ValueError: it is none, or nested without end.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the readers here raise over data that another version, a hand or a failing disk has written."""
