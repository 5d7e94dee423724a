# SPDX-License-Identifier: MIT
"""PURE: the list of modules and ``/schema/<module>`` -> Module and Schema.

Known of an attribute (the vendor's command line client): ``type``, ``size``, ``scale``, ``nullable``, ``defaultValue``,
``label``, and for links ``relationType`` or ``relationModule(s)`` and ``relationName``; of a module ``attributes``,
``relations`` (name -> ``type``, ``class``) and the primary key. The names of types beyond "string", "integer" and
"relation" are not told: what is unknown stays text, and a name's ending decides where the type says little.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from crmdesk.connectors.vendors.crmservice.names import (
    group_of,
    label_of,
    number_among,
    plural_label,
    singular,
    singular_label,
    title_among,
    words_of,
)
from crmdesk.connectors.vendors.crmservice.values import is_secret
from crmdesk.connectors.wire.text import to_bool, to_int, to_text
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Operation, Schema
from crmdesk.domain.sentence import sentence

_NOT_MODULES = frozenset({"self", "meta", "schema", "reporting", "user", "next", "prev", "first", "last", "related"})
_KEPT = frozenset({"id", "entity_no", "created_at", "updated_at", "creator_id", "updater_id", "deleted", "deleted_at"})
_READ_ONLY = frozenset({"files", "users", "user"})
_HELPER = re.compile(r"_(?:rows|modules|schemes?|banks|links|options|values|settings|unsubscriptions)$|^schema")
_TYPES = {
    FieldType.BOOLEAN: "bool boolean checkbox tinyint bit truth",
    FieldType.INTEGER: "int integer bigint smallint mediumint long number_int",
    FieldType.DECIMAL: "decimal float double numeric number real",
    FieldType.MONEY: "money currency price",
    FieldType.PERCENT: "percent percentage",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime timestamp date_time datetimetz",
    FieldType.TIME: "time",
    FieldType.LONG_TEXT: "text longtext mediumtext textarea html clob memo blob json",
    FieldType.CHOICE: "select enum picklist choice dropdown list radio",
    FieldType.MULTI_CHOICE: "multiselect multi_select multipicklist set array tags multienum",
    FieldType.EMAIL: "email",
    FieldType.PHONE: "phone tel telephone",
    FieldType.URL: "url link website uri",
    FieldType.REFERENCE: "relation reference belongsto hasone foreign foreign_key",
}
_TYPE_OF = {word: kind for kind, words in _TYPES.items() for word in words.split()}
_BY_NAME = (
    (re.compile(r"(?:^|_)e?mail(?:_?\d+)?$|^email"), FieldType.EMAIL),
    (re.compile(r"(?:^|_)(?:phone|mobile|fax|telephone)(?:_?\d+)?$|^phone"), FieldType.PHONE),
    (re.compile(r"(?:^|_)(?:website|www|url|homepage)$"), FieldType.URL),
    (re.compile(r"(?:^|_)(?:description|notes?|comments?|terms_conditions)$"), FieldType.LONG_TEXT),
)
_MONEY = re.compile(r"(?:^|_)(?:price|amount|total|sum|cost|revenue|value|subtotal|balance)(?:$|_)")
_PERCENT = re.compile(r"(?:^|_)(?:percent|percentage|probability|pct)$")
_BLOCKS = (
    (re.compile(r"^(?:bill|billing|invoice)_"), sentence("Billing address")),
    (re.compile(r"^(?:ship|shipping|delivery|mailing|visiting)_"), sentence("Other addresses")),
    (re.compile(r"(?:^|_)(?:street|city|code|zip|postcode|state|country|pobox)$"), "Address"),
    (re.compile(r"^cf_"), sentence("Custom fields")),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One list of related records that a module has.

    Attributes:
        name: of the relation, often not the module's. is_many: a list, else one record.
    """

    name: str
    module: ModuleName
    is_many: bool


@dataclass(frozen=True, slots=True)
class Described:
    """A module as the server describes it.

    Attributes:
        includes: reference field -> the relation's name, for ``include``.
    """

    schema: Schema
    links: tuple[Link, ...] = ()
    includes: Mapping[FieldName, str] = dataclass_field(default_factory=dict)


def module_names(document: Mapping[str, object]) -> tuple[ModuleName, ...]:
    """The modules: the keys of ``links`` in the answer of the base address."""
    links = document.get("links")
    names = links if isinstance(links, dict) else {}
    return tuple(ModuleName(str(name)) for name in names if name not in _NOT_MODULES and "/" not in str(name))


def rows_module(name: str, known: frozenset[str]) -> ModuleName | None:
    """``sales_order_rows`` for ``sales_orders``: where a document's lines are."""
    head, _, last = name.rpartition("_")
    rows = f"{head}_{singular(last)}_rows" if head else f"{singular(last)}_rows"
    return ModuleName(rows) if rows in known else None


def module_of(name: ModuleName, known: frozenset[str]) -> Module:
    """A module by its name; what the token may not do, the server tells when asked."""
    operations = {Operation.READ} if name in _READ_ONLY else set(Operation)
    return Module(
        name=name,
        label=singular_label(name),
        label_plural=plural_label(name),
        operations=frozenset(operations),
        is_sales_document=rows_module(name, known) is not None,
        group=group_of(name),
        is_listed=_HELPER.search(name) is None,
    )


def described(document: Mapping[str, object], module: Module, known: frozenset[str] = frozenset()) -> Described:
    """The fields, lists and links of ``/schema/<module>``; an envelope of JSON:API around it is taken off.

    Args:
        known: every module's name, to which the classes that links name are brought.
    """
    told = _unwrapped(document)
    attributes = told.get("attributes")
    entries = {str(n): one for n, one in attributes.items()} if isinstance(attributes, dict) else {}
    keys = _primary(told)
    fields = tuple(
        _field(name, one if isinstance(one, dict) else {}, keys, known)
        for name, one in entries.items()
        if not is_secret(name)
    )
    if not any(field.name == "id" for field in fields):
        fields = (_id_field(), *fields)
    names = [str(field.name) for field in fields]
    title = title_among(names, module.name) or next((n for n in names if n != "id"), "id")
    number = number_among(names, module.name)
    includes = {
        FieldName(name): to_text(one["relationName"])
        for name, one in entries.items()
        if isinstance(one, dict) and one.get("relationName") and _targets(one)
    }
    schema = Schema(module, fields, FieldName(title), FieldName(number) if number and number != title else None)
    return Described(schema, _links(told.get("relations"), known), includes)


def _unwrapped(document: Mapping[str, object]) -> Mapping[str, object]:
    data = document.get("data")
    if isinstance(data, dict) and "attributes" not in document:
        inner = data.get("attributes")
        nested = isinstance(inner, dict) and isinstance(inner.get("attributes"), dict)
        return inner if nested and isinstance(inner, dict) else data
    return document


def _primary(told: Mapping[str, object]) -> frozenset[str]:
    for name in ("primaryKey", "primary_key", "primary"):
        raw = told.get(name)
        if raw:
            return frozenset(to_text(one) for one in raw) if isinstance(raw, list) else frozenset({to_text(raw)})
    return frozenset({"id"})


def _id_field() -> Field:
    return Field(
        name=FieldName("id"),
        label=sentence("Id"),
        type=FieldType.TEXT,
        read_only=True,
        block=sentence("Kept by the server"),
    )


def _field(name: str, told: Mapping[str, object], keys: frozenset[str], known: frozenset[str]) -> Field:
    if name in keys and name == "id":
        return _id_field()
    targets, choices = tuple(dict.fromkeys(as_module(one, known) for one in _targets(told))), _choices(told)
    kind = _kind(name, told, targets, choices)
    kept = name in keys or name in _KEPT or to_bool(told.get("readonly", told.get("readOnly"))) is True
    has_default = told.get("defaultValue") not in (None, "")
    size = to_int(told.get("size"))
    is_given = (
        has_default or kept or name == "owner_id" or kind is FieldType.BOOLEAN
    )  # by the server, where it is left out
    is_required = told.get("nullable") is False and not is_given
    return Field(
        name=FieldName(name),
        label=to_text(told.get("label")).strip() or label_of(name),
        type=kind,
        required=to_bool(told.get("required")) is True or is_required,
        read_only=kept,
        filterable=kind is not FieldType.MULTI_CHOICE,
        sortable=kind not in (FieldType.MULTI_CHOICE, FieldType.LONG_TEXT, FieldType.REFERENCE),
        choices=choices,
        refers_to=targets,
        block=_block(name, kept=kept),
        max_length=size if size and size > 0 and kind in _SIZED else None,
        default=to_text(told.get("defaultValue")) if has_default and not isinstance(told["defaultValue"], dict) else "",
    )


_SIZED = frozenset({FieldType.TEXT, FieldType.LONG_TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL})


def _targets(told: Mapping[str, object]) -> tuple[ModuleName, ...]:
    many = told.get("relationModules")
    names = [to_text(one) for one in many] if isinstance(many, list) else []
    names += [to_text(told.get(key)) for key in ("relationModule", "relationType")]
    return tuple(dict.fromkeys(ModuleName(name) for name in names if name and name.lower() not in _RELATION_KINDS))


_RELATION_KINDS = frozenset({"hasone", "hasmany", "belongsto", "manytomany"})


def _choices(told: Mapping[str, object]) -> tuple[Choice, ...]:
    """Values of a list, in the forms they may come; the vendor's client reads none of them."""
    for key in ("options", "choices", "values", "enum", "picklist", "allowedValues"):
        raw = told.get(key)
        if isinstance(raw, dict) and raw:
            return tuple(Choice(str(value), to_text(label) or str(value)) for value, label in raw.items())
        if isinstance(raw, list) and raw:
            return tuple(_choice(one) for one in raw)
    return ()


def _choice(one: object) -> Choice:
    if isinstance(one, dict):
        value = next((to_text(one[key]) for key in ("value", "id", "name", "key") if one.get(key) is not None), "")
        label = next((to_text(one[key]) for key in ("label", "title", "text", "name") if one.get(key)), "")
        return Choice(value, label or value)
    return Choice(to_text(one), to_text(one))


def _kind(
    name: str, told: Mapping[str, object], targets: tuple[ModuleName, ...], choices: tuple[Choice, ...]
) -> FieldType:
    word = re.split(r"[\s(]", to_text(told.get("type")).strip().lower())[0]
    if targets:
        return FieldType.REFERENCE
    kind = _TYPE_OF.get(word, FieldType.TEXT)
    if word == "tinyint" and to_int(told.get("size")) not in (None, 1):
        kind = FieldType.INTEGER
    if choices and kind is not FieldType.MULTI_CHOICE:
        return FieldType.CHOICE
    if kind in (FieldType.DECIMAL, FieldType.INTEGER) and _PERCENT.search(name):
        return FieldType.PERCENT
    if kind is FieldType.DECIMAL and _MONEY.search(name):
        return FieldType.MONEY
    if kind is FieldType.TEXT:
        return next((found for pattern, found in _BY_NAME if pattern.search(name)), kind)
    return kind


def _block(name: str, *, kept: bool) -> str:
    if kept:
        return sentence("Kept by the server")
    return next((block for pattern, block in _BLOCKS if pattern.search(name)), "")


def as_module(told: str, known: frozenset[str]) -> ModuleName:
    """The module that a class of the server stands for: ``SalesOrder`` and ``App\\Models\\SalesOrder`` are
    "sales_orders"; what is like none stays as it was told.

    GUESS: the documents show no ``class``; it may be the module's own name, or that of a class in the server's code.
    """
    if told in known:
        return ModuleName(told)
    wanted = _stem(re.split(r"[\\/:.]", told)[-1])
    return ModuleName(next((name for name in sorted(known) if _stem(name) == wanted), told))


def _stem(name: str) -> str:
    words = words_of(name)
    return "_".join([*words[:-1], singular(words[-1])]) if words else ""


def _links(relations: object, known: frozenset[str]) -> tuple[Link, ...]:
    found = []
    for name, told in relations.items() if isinstance(relations, dict) else ():
        module = to_text(told.get("class")) if isinstance(told, dict) else ""
        if module:
            kind = to_text(told.get("type")).lower()
            found.append(Link(str(name), as_module(module, known), "many" in kind))
    return tuple(found)


def back_field(child: Schema, parent: ModuleName) -> FieldName | None:
    """The child's one field that points to the parent; None where there is none, or more than one."""
    fields = [f for f in child.fields if parent in f.refers_to and not f.read_only]
    exact = [f for f in fields if f.name == f"{singular(parent.rpartition('_')[2])}_id" or f.name == "entity_id"]
    if len(exact) == 1:
        return exact[0].name
    return fields[0].name if len(fields) == 1 and len(fields[0].refers_to) == 1 else None
