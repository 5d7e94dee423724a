# SPDX-License-Identifier: MIT
"""PURE: the description's tables and a FieldsMetadata reply -> Schema.

The tables tell every field and its type on the wire; FieldsMetadata tells, for nine of the kinds, what a company calls
its fields, which custom ones it uses, how they are shown and what their lists hold. Its display types are codes nobody
explains: those read here are GUESSES from the five types of the vendor's document (List, String, Integer, Double,
Checkbox) and from the codes themselves; a value that does not fit its guessed type stays text.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crmdesk.connectors.vendors.webcrm import dto
from crmdesk.connectors.vendors.webcrm.dto import Property
from crmdesk.connectors.vendors.webcrm.parse import is_secret
from crmdesk.connectors.vendors.webcrm.resources import ROUTES, Resource, resources
from crmdesk.connectors.wire.text import to_int, to_text
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType, Schema
from crmdesk.domain.sentence import sentence

_KEPT = re.compile(
    r"Id|(?:Created|Updated|LastUpdated)(?:At|By)|History|CompareName|TelephoneSearch|LevelText|LastItem\w+"
    r"|LastDisplayedAt|\w*LoginLog|\w*LastLoginDateTime|LastTryDateTime|LoginCount|\w*WrongPasswordCount"
    r"|ImageFileExtension|FileSize|FileCode|UploadedAt|UploadCount|PublicLink|PasswordUpdatedAt"
)
"""Kept by the server, as the names and the official client's recorded data say; and see ``_is_kept``."""
_LONG = re.compile(r"\w*(?:Memo\d?|Comment|Note|History|LoginLog|Address|Body|Solution|DataMemo)")
_PHONE = re.compile(r"\w*(?:Phone|Telephone|Fax|SoftCall)")
_DAYS = re.compile(r"OrderDate|LostDate|WonDate|XDate\d|RepeatUntil|MemberStartDate")
_MONEY = re.compile(r"\w*(?:Price|Value|Revenue\d*|Reveue|Revenue)")
_PERCENT = re.compile(r"\w*(?:Discount|Percent\d?|Percentage)")
_LINKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"Organisation[12]?Id", ("Organisations",)),
    (r"Person[12]?Id", ("Persons",)),
    (r"EventId", ("Events",)),
    (r"MilestoneId", ("Milestones",)),
    (r"SupportCaseId", ("SupportCases",)),
    (r"AssignedTo2?|Owner2?|Responsible|UserId|OwnerId|ApproverId|LockerId", ("Users",)),
)
_OF_BOTH = frozenset({"QuotationLine", "Milestone", "TimeExpense", "Revenue"})
"""Their OpportunityId holds the id of a delivery just as well (the official client)."""

_SHOWN: Mapping[str, FieldType] = {
    "C": FieldType.BOOLEAN,
    "D": FieldType.DECIMAL,
    "I": FieldType.INTEGER,
    "L": FieldType.CHOICE,
    "M": FieldType.LONG_TEXT,
    "HM": FieldType.LONG_TEXT,
    "HTML": FieldType.LONG_TEXT,
    "DA": FieldType.DATE,
    "DAT": FieldType.DATE,
    "DT": FieldType.DATETIME,
    "TM": FieldType.TIME,
    "EMA": FieldType.EMAIL,
    "TELE": FieldType.PHONE,
}
_BLOCKS = (
    (r"(?:Gm|Actual|Planned)?Revenue\d+", sentence("Revenue by month")),
    (r"(?:Member|Campaign)\w+", "Membership"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What FieldsMetadata tells about one field."""

    label: str
    shown: str
    order: int | None
    max_length: int | None
    choices: tuple[Choice, ...]


def told(rows: Iterable[Mapping[str, object]]) -> Mapping[str, Told]:
    """A FieldsMetadata reply by field name, in lower case; unknown codes and extra properties are let be."""
    found: dict[str, Told] = {}
    for row in rows:
        name = to_text(row.get("FieldMetadataFriendlyFieldName")) or to_text(row.get("FieldMetadataDbFieldName"))
        raw = row.get("FieldMetadataDropdownListData")
        entries = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
        length = to_int(row.get("FieldMetadataTextFieldMaxLength"))
        if name:
            found[name.lower()] = Told(
                label=to_text(row.get("FieldMetadataLabel")).strip(),
                shown=to_text(row.get("FieldMetadataDisplayType")),
                order=to_int(row.get("FieldMetadataSortOrder")),
                max_length=length if length and length > 0 else None,
                choices=tuple(Choice(to_text(e.get("Value")), to_text(e.get("Text"))) for e in entries),
            )
    return found


def schema(resource: Resource, metadata: Mapping[str, Told], *, can_query: bool) -> Schema:
    """The fields of a kind of record.

    Args:
        metadata: empty = the server told nothing.
        can_query: the server answers queries about this kind.
    """
    found: list[tuple[tuple[int, int], Field]] = []
    for place, one in enumerate(dto.properties(resource.entity)):
        if one.kind == "object" or is_secret(one.name) or one.short == "File":
            continue
        about = metadata.get(one.name.lower()) or metadata.get(one.short.lower())
        if one.is_custom and metadata and (about is None or not about.label or about.shown == "NONE"):
            continue  # the company does not use it
        first = 0 if one.name == resource.title_field else 2 if _is_kept(one) else 1
        order = about.order if about is not None and about.order is not None else 10_000
        found.append(((first, order * 1000 + place), _field(resource, one, about, can_query)))
    fields = [field for _, field in sorted(found, key=lambda pair: pair[0])]
    if resource.entity == "ActivityNote":
        fields.insert(0, _note_of())
    number = FieldName(resource.prefix + resource.number) if resource.number else None
    return Schema(resource.module(), tuple(fields), resource.title_field, number)


def _is_kept(one: Property) -> bool:
    """A person's whole name follows from its parts."""
    return one.name == "PersonName" or _KEPT.fullmatch(one.short) is not None


def _note_of() -> Field:
    return Field(
        name=FieldName("ActivityId"), label=sentence("Activity"), type=FieldType.REFERENCE, required=True,
        refers_to=(ModuleName("Activities"),), filterable=False, sortable=False,
    )  # fmt: skip


def _field(resource: Resource, one: Property, about: Told | None, can_query: bool) -> Field:
    links = _links(resource, one)
    choices = _choices(one, about)
    kind = FieldType.REFERENCE if links else _type(one, about, choices)
    note = resource.entity == "ActivityNote"
    return Field(
        name=FieldName(one.name),
        label=(about.label if about else "") or label_of(one.short),
        type=kind,
        required=one.short in resource.required,
        read_only=_is_kept(one) or (note and one.short != "Comment"),
        filterable=_filterable(resource, one, kind, can_query),
        sortable=can_query and _sortable(one, kind),
        choices=choices if kind in (FieldType.CHOICE, FieldType.MULTI_CHOICE) else (),
        refers_to=links,
        block=_block(one),
        max_length=about.max_length if about and one.kind in ("text", "any") else None,
    )


def _links(resource: Resource, one: Property) -> tuple[ModuleName, ...]:
    if one.kind != "integer" or one.name == resource.id_field:
        return ()
    if one.short == "OpportunityId":
        names = ("Opportunities", "Deliveries") if resource.entity in _OF_BOTH else ("Opportunities",)
        return tuple(ModuleName(name) for name in names)
    if one.short == "LinkedEntityId":
        return tuple(r.name for r in resources().values() if r.linked_kind)
    found = next((names for pattern, names in _LINKS if re.fullmatch(pattern, one.short)), ())
    return tuple(ModuleName(name) for name in found)


def _choices(one: Property, about: Told | None) -> tuple[Choice, ...]:
    if one.kind == "choice":
        return tuple(Choice(value, label_of(value)) for value in one.choices)
    if about is None:
        return ()
    found: dict[str, Choice] = {}
    for entry in about.choices:
        # GUESS: a text field holds the text where the value beside it is only its number in the list.
        numbered = one.kind in ("text", "any") and entry.value.isdecimal() and not entry.label.isdecimal()
        value = entry.label if (numbered and entry.label) or not entry.value else entry.value
        if value:
            found.setdefault(value, Choice(value, entry.label or value))
    return tuple(found.values())


def _type(one: Property, about: Told | None, choices: tuple[Choice, ...]) -> FieldType:
    shown = _SHOWN.get(about.shown) if about is not None else None
    match one.kind:
        case "truth":
            return FieldType.BOOLEAN
        case "choice":
            return FieldType.CHOICE
        case "list":
            return FieldType.MULTI_CHOICE
        case "moment":
            return FieldType.DATE if shown is FieldType.DATE or _DAYS.fullmatch(one.short) else FieldType.DATETIME
        case "number":
            is_money = _MONEY.fullmatch(one.short)
            return (
                FieldType.MONEY
                if is_money
                else FieldType.PERCENT
                if _PERCENT.fullmatch(one.short)
                else FieldType.DECIMAL
            )
        case "integer":
            if choices:
                return FieldType.CHOICE
            return FieldType.PERCENT if _PERCENT.fullmatch(one.short) else FieldType.INTEGER
    if choices:
        return FieldType.CHOICE
    if one.is_custom:
        return FieldType.TEXT if shown in (None, FieldType.CHOICE) else shown
    if shown in (FieldType.EMAIL, FieldType.PHONE, FieldType.LONG_TEXT):
        return shown
    return _type_by_name(one.short)


def _type_by_name(short: str) -> FieldType:
    if short.startswith("Email") and not short.endswith("Bounces"):
        return FieldType.EMAIL
    if _PHONE.fullmatch(short):
        return FieldType.PHONE
    if short in ("Www", "OverlayUrl", "PublicLink"):
        return FieldType.URL
    return FieldType.LONG_TEXT if _LONG.fullmatch(short) else FieldType.TEXT


def _filterable(resource: Resource, one: Property, kind: FieldType, can_query: bool) -> bool:
    if (resource.name, one.name) in ROUTES and one.kind == "choice":
        return True
    # Kinds of a closed list and truths are numbers in the tables, and which ones is not told.
    if one.kind in ("choice", "truth", "list", "object"):
        return False
    if one.is_custom and not (kind.is_text or kind is FieldType.BOOLEAN):
        return False  # text in the tables: "10" comes before "9" there
    return can_query and kind is not FieldType.TIME


def _sortable(one: Property, kind: FieldType) -> bool:
    if one.kind in ("choice", "truth", "list", "object", "any") or kind is FieldType.LONG_TEXT:
        return False
    return kind is not FieldType.REFERENCE and (not one.is_custom or kind.is_text)


def _block(one: Property) -> str:
    if one.is_custom:
        return sentence("Custom fields")
    if _KEPT.fullmatch(one.short):
        return sentence("Kept by the server")
    return next((block for pattern, block in _BLOCKS if re.fullmatch(pattern, one.short)), "")


def label_of(short: str) -> str:
    """``PostCode`` is "Post code", ``GmRevenue1`` "Gm revenue 1"."""
    words = re.findall(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+", short)
    text = " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words) or short
    text = text.removesuffix(" id") if text.endswith(" id") and text != "id" else text
    return text[:1].upper() + text[1:]
