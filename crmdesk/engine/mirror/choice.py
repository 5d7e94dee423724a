# SPDX-License-Identifier: MIT
"""What may be mirrored, what is looked through by a search, and what is kept sorted. Pure."""

import re

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field, FieldType, Module, Operation, Schema
from crmdesk.domain.sentence import sentence

_SECRETS = re.compile(
    r"passw(or)?d|passwort|passphrase|salasana|adgangskode|(^|_|user_?)pwd($|_)|secret|token|credential"
    r"|(access|api|private|crypt|licen[cs]e|session)_?-?\s?key|hash($|_|\b)|(^|_)salt($|_)|(^|_)pin_?code",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"name|company|organi[sz]ation|subject|title|city|town|(^|_)ort($|_)|postal|zip|plz|post_?code|vat|tax_?(no|id)"
    r"|number|_no$|phone|mobile|fax|mail",
    re.IGNORECASE,
)
_WHOSE = re.compile(r"account|company|organi[sz]ation|customer", re.IGNORECASE)
_TOWN = re.compile("city|town", re.IGNORECASE)
_STAMP = re.compile(r"modif|updat|chang", re.IGNORECASE)
_BORN = re.compile(r"creat|entered", re.IGNORECASE)
_SEARCHED = frozenset({FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.INTEGER})
_MOST_SEARCHED = 24


def why_not(module: Module) -> str:
    """Why a module is not copied, "" = it may be. Users and whatever else belongs to the system hold keys and hashes."""
    if module.group == "reports":
        return sentence("A report is made anew each time it is asked for: it is never copied.")
    if module.group == "system":
        return sentence(
            "{module} belong to the system and may hold keys: they are never copied.", module=_called(module)
        )
    if Operation.READ not in module.operations:
        return sentence("You may not read {module} on the server.", module=_called(module))
    if not module.can_be_listed:
        return sentence("The server does not list {module}, so they cannot be copied.", module=_called(module))
    if not module.is_listed:
        return sentence("{module} belong to other records and are not copied by themselves.", module=_called(module))
    return ""


def _called(module: Module) -> str:
    return module.label_plural or module.label or module.name


def is_secret(field: Field) -> bool:
    """Whether a field looks like a key, a hash or a password, by its name or its label."""
    return looks_secret(field.name) or looks_secret(field.label)


def looks_secret(name: str) -> bool:
    """The same for a name alone."""
    return bool(_SECRETS.search(name))


def kept_fields(schema: Schema) -> tuple[Field, ...]:
    """The fields that are copied, in the server's order."""
    return tuple(field for field in schema.fields if not is_secret(field))


def searched_fields(schema: Schema) -> tuple[Field, ...]:
    """What a search looks through: title and number first, then people's ways of telling one from another."""
    kept = kept_fields(schema)
    found: dict[FieldName, Field] = {}
    for name in (schema.title_field, schema.number_field):
        found |= {field.name: field for field in kept if field.name == name}
    for kind in (FieldType.EMAIL, FieldType.PHONE):
        found |= {field.name: field for field in kept if field.type is kind}
    for field in kept:
        if field.type in _SEARCHED and field.type is not FieldType.INTEGER and _NAMED.search(field.name):
            found.setdefault(field.name, field)
    for field in kept:
        if field.type is FieldType.REFERENCE and _WHOSE.search(field.name):
            found.setdefault(field.name, field)
            break
    return tuple(found.values())[:_MOST_SEARCHED]


def telling_fields(schema: Schema) -> tuple[tuple[Field, ...], ...]:
    """By what people tell two of one name apart: the company, the town, a phone, an e-mail; each kind's fields in order."""
    heads = {schema.title_field, schema.number_field}
    searched = [field for field in searched_fields(schema) if field.name not in heads]
    return (
        tuple(f for f in searched if f.type in (FieldType.REFERENCE, FieldType.TEXT) and _WHOSE.search(f.name)),
        tuple(f for f in searched if f.type is FieldType.TEXT and _TOWN.search(f.name)),
        tuple(f for f in searched if f.type is FieldType.PHONE),
        tuple(f for f in searched if f.type is FieldType.EMAIL),
    )


def first_name_field(schema: Schema) -> Field | None:
    """The field that stands before the title of a person, None where the title is the whole name."""
    title = schema.field(schema.title_field)
    if title is None or not re.search(r"last_?name$|surname$", title.name, re.IGNORECASE):
        return None
    return next((f for f in kept_fields(schema) if re.search(r"first_?name$", f.name, re.IGNORECASE)), None)


def sorted_fields(schema: Schema) -> tuple[Field, ...]:
    """What is kept in order, so that a table sorted by it stands at once; every one costs room."""
    kept = {field.name: field for field in kept_fields(schema)}
    names = [schema.title_field, schema.number_field, stamp_field(schema)]
    names += [f.name for f in kept.values() if f.type is FieldType.DATETIME and _BORN.search(f.name)][:1]
    names += [f.name for f in kept.values() if f.type is FieldType.TEXT and _TOWN.search(f.name)][:1]
    if schema.module.is_sales_document:
        names += [f.name for f in kept.values() if f.type is FieldType.MONEY and "total" in f.name.lower()][:1]
        names += [f.name for f in kept.values() if f.type is FieldType.DATE][:1]
    return tuple(kept[name] for name in dict.fromkeys(names) if name is not None and name in kept)


def stamp_field(schema: Schema) -> FieldName | None:
    """The field that tells when a record was changed last, None where there is none."""
    moments = [f for f in schema.fields if f.type is FieldType.DATETIME and _STAMP.search(f.name)]
    moments.sort(key=lambda f: not f.read_only)
    return moments[0].name if moments else None
