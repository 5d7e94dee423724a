# SPDX-License-Identifier: MIT
"""PURE: what get_module_fields tells, and what ``catalog`` adds -> Module and Schema."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.wire.redaction import is_secret_field
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Operation, Schema


@dataclass(frozen=True, slots=True)
class RawField:
    """One field as get_module_fields tells it; ``options`` maps stored value to label."""

    name: str
    type: str
    label: str = ""
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    default: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """A module's schema and what only this vendor's files need beside it.

    Attributes:
        table: the database's table, in the family's case.
        raw_types: field -> the server's own type, in lower case; only of fields that a query may name.
        pairs: date -> the time that must be sent with it (SplendidCRM's calls, meetings, tasks).
    """

    schema: Schema
    family: Family
    table: str
    raw_types: Mapping[FieldName, str] = field(default_factory=dict)
    pairs: Mapping[FieldName, FieldName] = field(default_factory=dict)


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_SPLENDID_TYPES: Mapping[str, FieldType] = {
    "bool": FieldType.BOOLEAN,
    "int16": FieldType.INTEGER,
    "int32": FieldType.INTEGER,
    "int64": FieldType.INTEGER,
    "short": FieldType.INTEGER,
    "float": FieldType.DECIMAL,
    "double": FieldType.DECIMAL,
    "decimal": FieldType.DECIMAL,
    "datetime": FieldType.DATETIME,
    "byte[]": FieldType.OPAQUE,
}
_SUGAR_TYPES: Mapping[str, FieldType] = {
    "bool": FieldType.BOOLEAN,
    "int": FieldType.INTEGER,
    "tinyint": FieldType.INTEGER,
    "uint": FieldType.INTEGER,
    "long": FieldType.INTEGER,
    "float": FieldType.DECIMAL,
    "double": FieldType.DECIMAL,
    "decimal": FieldType.DECIMAL,
    "currency": FieldType.MONEY,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "datetimecombo": FieldType.DATETIME,
    "time": FieldType.TIME,
    "text": FieldType.LONG_TEXT,
    "longtext": FieldType.LONG_TEXT,
    "html": FieldType.LONG_TEXT,
    "enum": FieldType.CHOICE,
    "radioenum": FieldType.CHOICE,
    "dynamicenum": FieldType.CHOICE,
    "parent_type": FieldType.CHOICE,
    "multienum": FieldType.MULTI_CHOICE,
    "phone": FieldType.PHONE,
    "url": FieldType.URL,
    "email": FieldType.EMAIL,
}
_SUGAR_NO_COLUMN = frozenset({"relate", "assigned_user_name", "link", "function", "parent", "html", "image", "file"})
_SUGAR_LINK_COLUMNS = frozenset({"created_by", "modified_user_id", "assigned_user_id"})


def module(name: ModuleName) -> Module:
    """A module by its name; the servers tell nothing else, rights neither."""
    singular, plural, group = catalog.KINDS.get(name, (readable(name), readable(name), "other"))
    read_only = name in catalog.READ_ONLY_MODULES
    return Module(
        name=name,
        label=singular,
        label_plural=plural,
        operations=frozenset({Operation.READ}) if read_only else frozenset(Operation),
        group="system" if name in catalog.HELPERS else group,
        is_listed=name not in catalog.HELPERS,
    )


def readable(name: str) -> str:
    """``BILLING_ADDRESS_CITY``, ``AOS_PriceLists``, ``lead_source`` as words; the first letter is large."""
    bare = re.sub(r"^[A-Z]{2,4}_(?=[A-Z][a-z])|_c$", "", name)
    words = [word.lower() for part in bare.split("_") for word in _WORDS.findall(part)]
    text = " ".join("ID" if word == "id" else word for word in words) or name
    return text[:1].upper() + text[1:]


def described(
    of: Module,
    raw: Collection[RawField],
    family: Family,
    *,
    columns: Collection[str] | None,
    available: Collection[str],
) -> Described:
    """The schema of a module.

    Args:
        raw: the fields in the server's order.
        columns: what rows of a list carry, in lower case; only these may stand in a query. None = not seen: SuiteCRM's
            are known by their types, of SplendidCRM's none is asked for.
        available: the modules the user may see; a link to another one is a text.
    """
    known: dict[str, RawField] = {}
    for one in raw:
        name = one.name.lower()
        if name and not is_secret(name) and name not in catalog.MISLEADING:
            known.setdefault(name, one)
    types = {n: _type(n, one.type.lower(), of.name, family, available) for n, one in known.items()}
    asked = {n for n in known if _is_column(n, known[n].type.lower(), of.name, family, columns)}
    fields = tuple(
        _field(n, one, of.name, family, types[n], available, n in asked) for n, one in known.items()
    )  # fmt: skip
    title = next((t for t in _titles(of.name) if t in known), next(iter(known), "id"))
    number = next((FieldName(n) for n in known if n == f"{of.label.lower().replace(' ', '_')}_number"), None)
    pairs = {
        FieldName(date): FieldName(time)
        for date, time in catalog.PAIRED_TIMES.items()
        if family is Family.SPLENDID and date in known and time in known
    }
    return Described(
        Schema(of, fields, FieldName(title), number),
        family,
        table_of(of.name, family),
        {FieldName(n): known[n].type.lower() for n in asked},
        pairs,
    )


def table_of(name: str, family: Family) -> str:
    """The table of a module: capitals for SplendidCRM, small letters for SuiteCRM."""
    table = catalog.TABLES.get(name, name.lower())
    return table.upper() if family is Family.SPLENDID else table


def targets(name: str, of: str, available: Collection[str]) -> tuple[ModuleName, ...]:
    """The modules a link may lead to, as far as the user may see them; empty = it is no link for us."""
    own = catalog.OWN_REFERENCES.get((of, name)) or catalog.REFERENCES.get(name)
    if own is not None:
        return (ModuleName(own),) if own in available else ()
    if name == catalog.PARENT_ID:
        return tuple(ModuleName(one) for one in catalog.FLEXIBLE_PARENTS if one in available)
    return ()


def _titles(of: str) -> tuple[str, ...]:
    # A person's full name is put together by views and forms; rows of a list lack it.
    return ("last_name", *catalog.TITLES) if of in catalog.PERSON_MODULES else catalog.TITLES


def _type(name: str, raw: str, of: str, family: Family, available: Collection[str]) -> FieldType:
    links = targets(name, of, available)
    if links and not name.endswith("_name") and raw in ("guid", "id", "relate", "varchar", "assigned_user_name"):
        return FieldType.REFERENCE
    if raw in ("guid", "id"):
        return FieldType.OPAQUE
    told = (_SPLENDID_TYPES if family is Family.SPLENDID else _SUGAR_TYPES).get(raw)
    if family is Family.SPLENDID and told is FieldType.DATETIME:
        if name in catalog.PAIRED_TIMES.values():
            return FieldType.TEXT  # a time of day on some day of 1900: shown as it came
        return FieldType.DATE if name in catalog.PURE_DATES else FieldType.DATETIME
    if told is FieldType.DECIMAL and name in catalog.MONEY:
        return FieldType.MONEY
    return told or _type_by_name(name)


def _type_by_name(name: str) -> FieldType:
    if name in catalog.EMAILS:
        return FieldType.EMAIL
    if name.startswith("phone") or name.endswith("_phone"):
        return FieldType.PHONE
    if name in ("website", "url") or name.endswith("_url"):
        return FieldType.URL
    return FieldType.LONG_TEXT if name in catalog.LONG_TEXTS else FieldType.TEXT


def _is_column(name: str, raw: str, of: str, family: Family, columns: Collection[str] | None) -> bool:
    if family is Family.SPLENDID:
        no_column = raw == "byte[]" or name in catalog.PAIRED_TIMES.values()
        return columns is not None and name in columns and not no_column
    if name in catalog.NOT_COLUMNS or name in catalog.NOT_COLUMNS_OF.get(of, ()):
        return False
    return raw not in _SUGAR_NO_COLUMN or name in _SUGAR_LINK_COLUMNS


def _field(
    name: str, raw: RawField, of: str, family: Family, kind: FieldType, available: Collection[str], is_column: bool
) -> Field:
    read_only = name in catalog.READ_ONLY or _is_computed(name, raw, of, family) or of in catalog.READ_ONLY_MODULES
    choices: tuple[Choice, ...] = ()
    if kind in (FieldType.CHOICE, FieldType.MULTI_CHOICE):
        choices = tuple(Choice(value, label or value) for value, label in raw.options if value)
    return Field(
        name=FieldName(name),
        label=_label(name, raw.label, kind),
        type=kind,
        required=not read_only and _is_required(name, raw, of),
        read_only=read_only,
        filterable=is_column and kind is not FieldType.TIME and (kind is not FieldType.OPAQUE or name == catalog.ID),
        sortable=is_column and kind is not FieldType.LONG_TEXT,  # SQL Server cannot sort its old long texts
        choices=choices,
        refers_to=targets(name, of, available) if kind is FieldType.REFERENCE else (),
        block=next((block for prefix, block in catalog.BLOCKS.items() if name.startswith(prefix)), ""),
        default=raw.default if kind is FieldType.CHOICE else "",
        stores_astral=family is Family.SPLENDID,
    )


def _is_computed(name: str, raw: RawField, of: str, family: Family) -> bool:
    """Names of linked records, and what only views put together; a write would be ignored, or do something else."""
    if name == "name" and of in catalog.PERSON_MODULES:
        return True
    if family is Family.SPLENDID:
        return name in catalog.PAIRED_TIMES.values() or raw.type.lower() == "byte[]" or name == "assigned_to"
    kind = raw.type.lower()
    return (kind in _SUGAR_NO_COLUMN and name not in _SUGAR_LINK_COLUMNS and not name.endswith("_id")) or kind == "id_c"


def _is_required(name: str, raw: RawField, of: str) -> bool:
    if name in catalog.REQUIRED.get(of, ("name",)):
        return True
    return raw.required and not raw.default


def _label(name: str, told: str, kind: FieldType) -> str:
    """A link shows a name, so its label says "Assigned user", not "Assigned user ID"."""
    text = label_of(name, told)
    return text.removesuffix(" ID") if kind is FieldType.REFERENCE else text


def label_of(name: str, told: str) -> str:
    """``Accounts.LBL_BILLING_ADDRESS_CITY`` and ``Billing City:`` as a person reads them."""
    text = told.strip().rstrip(":").strip()
    if not text or ".LBL_" in text or text.upper() == name.upper() or "_" in text:
        return readable(name)
    return text


def is_secret(name: str) -> bool:
    """Whether a field must never be shown."""
    return name.lower() in catalog.SECRET or is_secret_field(name)
