# SPDX-License-Identifier: MIT
"""PURE: fields and lists as ``fieldManager`` and ``picklistManager`` tell them, and as the WSDL does -> Schema.

``CrmField {active, custom, datatype, label, lenght, name, picklist_id, readonly, required, translations, uitype}``, with
``translations`` a JSON text "language -> label"; ``PicklistValue {id, label, value}``: the value is stored, the label is
shown (the vendor's WordPress plugin, ``inc/connector.php``). Its table of uitypes is ``_UITYPES``.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.crmservice.names import (
    group_of,
    label_of,
    number_among,
    plural_label,
    singular_label,
    title_among,
    words_of,
)
from crmdesk.connectors.vendors.crmservice.soap.planner import ModulePlan
from crmdesk.connectors.vendors.crmservice.values import is_secret
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.soap import Decoded, SoapPart
from crmdesk.connectors.wire.text import to_bool, to_int, to_text
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Operation, Schema
from crmdesk.domain.sentence import sentence

_UITYPES: Mapping[int, FieldType] = {
    **dict.fromkeys((1, 2), FieldType.TEXT),
    **dict.fromkeys((19, 20, 21, 22, 24), FieldType.LONG_TEXT),
    5: FieldType.DATE,
    7: FieldType.DECIMAL,
    **dict.fromkeys((53, 101, 510, 700, 701, 702, 704), FieldType.INTEGER),
    9: FieldType.PERCENT,
    11: FieldType.PHONE,
    13: FieldType.EMAIL,
    **dict.fromkeys((15, 16), FieldType.CHOICE),
    17: FieldType.URL,
    33: FieldType.MULTI_CHOICE,
    56: FieldType.BOOLEAN,
    63: FieldType.TIME,
    792: FieldType.DATETIME,
}
_KINDS: Mapping[str, FieldType] = {
    "integer": FieldType.INTEGER,
    "decimal": FieldType.DECIMAL,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "choice": FieldType.CHOICE,
}
_CRM_NAMES = {
    "account": "Accounts", "contact": "Contacts", "product": "Products", "salesorder": "SalesOrder", "lead": "Leads",
    "potential": "Potentials", "invoice": "Invoice", "quote": "Quotes", "ticket": "HelpDesk", "helpdesk": "HelpDesk",
    "purchaseorder": "PurchaseOrder", "campaign": "Campaigns", "project": "Project", "document": "Documents",
    "user": "Users", "pricebook": "PriceBooks", "vendor": "Vendors", "activity": "Calendar", "calendar": "Calendar",
}  # fmt: skip
"""``fieldManager`` and ``entityManager`` call modules as the family does: "Leads" and "Potentials" are known."""
_LABELS = {
    "SalesOrder": (sentence("Sales order"), sentence("Sales orders")),
    "HelpDesk": (sentence("Ticket"), sentence("Tickets")),
    "Invoice": (sentence("Invoice"), sentence("Invoices")),
    "PurchaseOrder": (sentence("Purchase order"), sentence("Purchase orders")),
    "PriceBooks": (sentence("Price book"), sentence("Price books")),
    "Calendar": (sentence("Activity"), sentence("Activities")),
}
WRITE_ONLY = ("Leads", "Potentials")
"""Modules that the vendor's own plugin saves to by ``bulkEntitySave`` alone."""
_REGIONS = {"en": "en_us", "fi": "fi_fi", "sv": "sv_se", "de": "de_de", "nl": "nl_nl", "da": "da_dk", "et": "et_ee"}


@dataclass(frozen=True, slots=True)
class CrmField:
    """One field as ``getCrmFields`` tells it."""

    name: str
    label: str
    uitype: int
    datatype: str
    picklist: int
    is_read_only: bool
    is_required: bool
    is_custom: bool
    length: int


def crm_name(stem: str) -> ModuleName:
    """What ``fieldManager`` calls the module of a manager: "salesorder" is "SalesOrder"."""
    return ModuleName(_CRM_NAMES.get(stem, plural_label(stem)))


def crm_fields(result: Decoded, language: str) -> tuple[CrmField, ...]:
    """The active fields; rows that are none are passed over."""
    rows = result if isinstance(result, list) else [result]
    return tuple(_crm_field(row, language) for row in rows if isinstance(row, dict) and _is_field(row))


def _is_field(row: Mapping[str, Decoded]) -> bool:
    return bool(_text(row, "name")) and to_bool(_text(row, "active")) is not False and not is_secret(_text(row, "name"))


def _crm_field(row: Mapping[str, Decoded], language: str) -> CrmField:
    return CrmField(
        name=_text(row, "name"),
        label=translated(_text(row, "translations"), language) or _text(row, "label"),
        uitype=to_int(_text(row, "uitype")) or 0,
        datatype=_text(row, "datatype"),
        picklist=to_int(_text(row, "picklist_id")) or 0,
        is_read_only=to_bool(_text(row, "readonly")) is True,
        is_required=to_bool(_text(row, "required")) is True,
        is_custom=to_bool(_text(row, "custom")) is True,
        length=to_int(_text(row, "lenght") or _text(row, "length")) or 0,
    )


def _text(row: Mapping[str, Decoded], name: str) -> str:
    raw = row.get(name)
    return raw.strip() if isinstance(raw, str) else ""


def translated(translations: str, language: str) -> str:
    """The label in the user's language, of ``{"en_us": "City", "fi_fi": "Kaupunki"}``; "" = none, or no JSON."""
    try:
        told = json.loads(translations, cls=Decoder) if translations else {}
    except ValueError:
        return ""
    if not isinstance(told, dict):
        return ""
    by_code = {str(code).lower().replace("-", "_"): to_text(label).strip() for code, label in told.items()}
    wanted = language.lower().replace("-", "_")
    exact = by_code.get(wanted) or by_code.get(locale_of(language))
    if exact:
        return exact
    short = wanted.partition("_")[0]
    return next((label for code, label in by_code.items() if short and code.partition("_")[0] == short and label), "")


def locale_of(language: str) -> str:
    """``de`` is ``de_de``, as ``getPicklistValues`` wants it; nothing is ``en_us``."""
    code = language.lower().replace("-", "_").partition(".")[0]
    if len(code) == 5 and code[2] == "_":
        return code
    return _REGIONS.get(code[:2], f"{code[:2]}_{code[:2]}" if len(code) >= 2 else "en_us")


def choices_of(result: Decoded) -> tuple[Choice, ...]:
    """The values of a list, each once."""
    found: dict[str, Choice] = {}
    for row in result if isinstance(result, list) else [result]:
        if isinstance(row, dict) and _text(row, "value"):
            value = _text(row, "value")
            found.setdefault(value, Choice(value, _text(row, "label") or value))
    return tuple(found.values())


def schema_of(
    module: Module,
    plan: ModulePlan,
    told: Iterable[CrmField],
    picklist: Callable[[int], tuple[Choice, ...]],
    *,
    stems: Mapping[str, ModuleName],
    takes_any: bool,
) -> Schema:
    """A module's fields: those of ``fieldManager``, and those that only the WSDL's types know.

    Args:
        picklist: a list's number -> its values. takes_any: ``bulkEntitySave`` writes fields that no operation has.
        stems: the modules that can be read, by their managers' stems: ``account_id`` points to one of "account".
    """
    members = {part.name: part for part in plan.record.parts} if plan.record is not None else {}
    writable = {part.name for call in (plan.create, plan.update) if call and call.group for part in call.group.parts}
    fields: dict[str, Field] = {}
    for one in told:
        choices = picklist(one.picklist) if one.picklist else ()
        held = members.get(one.name)
        is_scalar = held is None or held.kind not in ("group", "list")
        can_write = is_scalar and (takes_any or one.name in writable)
        fields[one.name] = _pointing(_field(one, choices, plan, can_write=can_write), plan, stems)
    for name, part in members.items():
        if name not in fields and name != plan.rows and not is_secret(name) and part.kind not in ("group", "list"):
            fields[name] = _pointing(_member(part, plan, can_write=name in writable), plan, stems)
    for part in _unread(plan, fields):
        fields[part.name] = _pointing(_member(part, plan, can_write=True), plan, stems)
    names, stem = list(fields), plan.stem or "".join(words_of(module.name))
    title = title_among(names, stem) or next(iter(names), "id")
    number = number_among(names, stem)
    if not fields:
        fields[title] = Field(name=FieldName(title), label=label_of(title), read_only=True)
    return Schema(
        module,
        tuple(fields.values()),
        FieldName(title),
        FieldName(number) if number and number != title else None,
        is_complete=True,
    )


def _pointing(field: Field, plan: ModulePlan, stems: Mapping[str, ModuleName]) -> Field:
    """A number or text named after a module is a link to it."""
    stem = re.sub(r"_?id$", "", field.name.lower()).replace("_", "")
    is_link = stem != field.name.lower() and stem in stems and field.name != plan.id_member and not field.choices
    return replace(field, type=FieldType.REFERENCE, refers_to=(stems[stem],)) if is_link else field


def _unread(plan: ModulePlan, known: Mapping[str, Field]) -> list[SoapPart]:
    """Members that are written and never read."""
    groups = [call.group for call in (plan.create, plan.update) if call is not None and call.group is not None]
    parts = {part.name: part for group in groups for part in group.parts}
    scalar = (p for p in parts.values() if p.kind not in ("group", "list") and not is_secret(p.name))
    return [part for part in scalar if part.name not in known and part.name != plan.rows]


def _field(one: CrmField, choices: tuple[Choice, ...], plan: ModulePlan, *, can_write: bool) -> Field:
    own_id = one.name == (plan.id_member or "id")
    kind = FieldType.INTEGER if own_id else _kind(one, choices)
    return Field(
        name=FieldName(one.name),
        label=one.label or label_of(one.name),
        type=kind,
        required=one.is_required and not one.is_read_only and not own_id,
        read_only=one.is_read_only or own_id or not can_write,
        filterable=plan.listing is not None and plan.listing.is_search,
        sortable=False,
        choices=choices,
        block=sentence("Custom fields") if one.is_custom else "",
        max_length=one.length if one.length > 0 and kind.is_text else None,
    )


def _kind(one: CrmField, choices: tuple[Choice, ...]) -> FieldType:
    kind = _UITYPES.get(one.uitype)
    if kind is None or (kind is FieldType.DECIMAL and _by_datatype(one.datatype) is FieldType.INTEGER):
        kind = _by_datatype(one.datatype)
    return FieldType.CHOICE if choices and kind.is_text else kind


def _by_datatype(datatype: str) -> FieldType:
    """Of a uitype that is not in the table; ``V~O`` and ``DT~M`` are the family's spelling, else a name."""
    word = datatype.partition("~")[0].strip().lower()
    known = {
        "i": FieldType.INTEGER, "n": FieldType.DECIMAL, "nn": FieldType.DECIMAL, "d": FieldType.DATE,
        "dt": FieldType.DATETIME, "t": FieldType.TIME, "c": FieldType.BOOLEAN, "e": FieldType.EMAIL,
        "int": FieldType.INTEGER, "integer": FieldType.INTEGER, "decimal": FieldType.DECIMAL, "date": FieldType.DATE,
        "datetime": FieldType.DATETIME, "time": FieldType.TIME, "bool": FieldType.BOOLEAN, "boolean": FieldType.BOOLEAN,
    }  # fmt: skip
    return known.get(word, FieldType.TEXT)


def _member(part: SoapPart, plan: ModulePlan, *, can_write: bool) -> Field:
    own_id = part.name == plan.id_member
    return Field(
        name=FieldName(part.name),
        label=label_of(part.name),
        type=_KINDS.get(part.kind, FieldType.TEXT),
        read_only=own_id or not can_write,
        filterable=plan.listing is not None and plan.listing.is_search,
        sortable=False,
        choices=tuple(Choice(value, value) for value in part.choices),
        block=sentence("Kept by the server") if own_id else "",
    )


def module_of(name: ModuleName, plan: ModulePlan, *, takes_any: bool, can_be_listed: bool, is_document: bool) -> Module:
    """A module with what can be done in it, and a sentence on what cannot."""
    operations = {
        Operation.READ: plan.can_read,
        Operation.CREATE: plan.create is not None or takes_any,
        Operation.UPDATE: plan.can_read and (plan.update is not None or takes_any),
        Operation.DELETE: plan.delete is not None,
    }
    label, label_plural = _LABELS.get(name, (singular_label(name), plural_label(name)))
    return Module(
        name=name,
        label=label,
        label_plural=label_plural,
        operations=frozenset(operation for operation, is_offered in operations.items() if is_offered),
        is_sales_document=is_document,
        group=group_of(name),
        can_be_listed=can_be_listed,
        notice=notice_of(label_plural.lower(), plan, can_be_listed=can_be_listed),
    )


def notice_of(plural: str, plan: ModulePlan, *, can_be_listed: bool) -> str:
    """Why rows do not come by themselves; "" = they do."""
    if can_be_listed:
        return ""
    if plan.listing is not None and plan.listing.is_search:
        return sentence(
            "This server offers no list of {plural} over SOAP, only a search for one field: add a condition with = to find some, or use the REST interface (account settings).",
            plural=plural,
        )
    if plan.fetch is not None:
        return sentence(
            "This server offers no list of {plural} over SOAP, only single ones by their number.", plural=plural
        )
    return sentence("This server takes new {plural} over SOAP, but does not show them.", plural=plural)
