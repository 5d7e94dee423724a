# SPDX-License-Identifier: MIT
"""What only some resources can do: moves, conversions, notes, downloads, hooks, the description of fields."""

from typing import Any

from crmdesk.demo.dialect import Reply
from crmdesk.demo.dialects.webcrm import records
from crmdesk.demo.dialects.webcrm.catalogue import BY_PATH, RESOURCES, STAMPS, Resource, shape_of
from crmdesk.demo.dialects.webcrm.office import Call, Refusal, Row, as_number, not_found
from crmdesk.demo.dialects.webcrm.setup import custom_field, set_up

_TYPES = {"text": "T", "int": "I", "float": "D", "bool": "C", "time": "DT", "list": "NONE", "object": "NONE"}
_MEMOS = ("Comment", "Memo", "History", "Note", "Description", "Solution", "Address")


def move(call: Call, resource: Resource, number: int) -> Reply:
    """POST /X/{id}/Move: to another organisation; its person does not come along."""
    sent = call.json()
    target = sent.get("NewOrganisationId") if isinstance(sent, dict) else None
    if not isinstance(target, int) or target not in call.office.table("Organisations").rows:
        raise not_found("Organisation", target)
    with call.office.lock:
        row = {
            **records.find(call, resource, number),
            f"{resource.entity}OrganisationId": target,
            f"{resource.entity}PersonId": 0,
        }
        row[f"{resource.entity}UpdatedAt"] = call.office.stamp()
        call.office.table(resource.path).put(number, row)
    return Reply(204)


def convert(call: Call, resource: Resource, number: int, level: int) -> Reply:
    """Make a delivery of an opportunity or the reverse; both share one sequence, so number and lines stay."""
    office, into = call.office, BY_PATH["Deliveries" if resource.entity == "Opportunity" else "Opportunities"]
    with office.lock:
        old = records.find(call, resource, number)
        row = shape_of(into).blank()
        for name, value in old.items():
            new_name = into.entity + name.removeprefix(resource.entity)
            if new_name in row:
                row[new_name] = value
        if into.entity == "Delivery":
            row |= {
                "DeliveryWonDate": office.stamp(),
                "DeliveryStatus": "New",
                "DeliveryResponsible": old["OpportunityAssignedTo"],
            }
            row["DeliveryNumber"] = old["OpportunityNumber"] or f"D{number}"
        else:
            row["OpportunityLevel"] = level
        row[f"{into.entity}UpdatedAt"] = office.stamp()
        office.table(resource.path).remove(number)
        office.table(into.path).put(number, row)
    return records.answer(number)


def notes(call: Call, number: int) -> Reply:
    """GET /Activities/{id}/Notes, newest first."""
    records.find(call, BY_PATH["Activities"], number)
    first, last = call.page()
    found = call.office.notes.get(number, [])[::-1][first:last]
    if call.office.habits.notes_as_object:
        return records.answer(found[0] if found else {})
    return records.answer(found)


def add_note(call: Call, number: int) -> Reply:
    """POST /Activities/{id}/Notes."""
    activity, sent = records.find(call, BY_PATH["Activities"], number), call.json()
    text = sent.get("Comment") if isinstance(sent, dict) else None
    if not isinstance(text, str) or not text:
        raise Refusal(400, "Comment must not be empty.")
    stamp = call.office.stamp()
    note = {
        "Action": activity["ActivityAction"],
        "Comment": text,
        "CreatedAt": stamp,
        "CreatedBy": call.user,
        "DateTime": stamp,
    }
    with call.office.lock:
        call.office.notes.setdefault(number, []).append(
            {**note, "PersonName": "", "StatusText": activity["ActivityStatus"]}
        )
    return Reply(204)


def delete_newest_note(call: Call, number: int) -> Reply:
    """DELETE /Activities/{id}/NewestNote."""
    records.find(call, BY_PATH["Activities"], number)
    with call.office.lock:
        if not call.office.notes.get(number):
            raise not_found("Note of Activity", number)
        call.office.notes[number].pop()
    return Reply(204)


def download(call: Call, number: int) -> Reply:
    """GET /Documents/{id}/Download: the file's bytes."""
    records.find(call, BY_PATH["Documents"], number)
    file = call.office.files.get(number)
    if file is None:
        raise not_found("File of Document", number)
    name = file.name.encode("ascii", "replace").decode().replace('"', "'")
    return Reply(200, file.content, file.mime, {"Content-Disposition": f'attachment; filename="{name}"'})


def hooks(call: Call, resource: Resource) -> Reply:
    """/X/Hooks and /X/Hooks/{id}: kept and given back, never fired."""
    name = f"{resource.path}/Hooks"
    table, rest, method = call.office.table(name), call.parts[2:], call.method
    with call.office.lock:
        if not rest:
            if method == "GET":
                first, last = call.page()
                return records.answer([table.rows[n] for n in table.order[first:last]])
            number = call.office.new_number(name)
            table.put(number, _hook(call, number))
            return records.answer(number)
        number = as_number(rest[0]) or 0
        if number not in table.rows:
            raise not_found("Hook", rest[0])
        if method == "PUT":
            table.put(number, _hook(call, number))
        elif method == "DELETE":
            table.remove(number)
        return records.answer(table.rows[number]) if method == "GET" else Reply(200)


def _hook(call: Call, number: int) -> Row:
    sent = call.json()
    if not isinstance(sent, dict) or not sent.get("TargetUrl"):
        raise Refusal(400, "TargetUrl must not be empty.")
    stamp = call.office.stamp()
    kept = {name: sent.get(name) for name in ("Filter", "EventType", "IsEnabled", "TargetUrl")}
    return {
        **kept,
        "Id": number,
        "CreatedAt": stamp,
        "CreatedBy": call.user,
        "UpdatedAt": stamp,
        "UpdatedBy": call.user,
    }


_DESCRIBED = (
    "Activity",
    "Delivery",
    "Event",
    "Opportunity",
    "Organisation",
    "Person",
    "Product",
    "SupportCase",
    "User",
)


def fields_metadata(call: Call) -> Reply:
    """GET /FieldsMetadata and /FieldsMetadata/{entityTypes}, not in pages; custom fields that nobody set up are NONE."""
    wanted = call.parts[1] if len(call.parts) > 1 else "All"
    names = _DESCRIBED if wanted == "All" else tuple(wanted.split(","))
    if any(name not in _DESCRIBED for name in names):
        raise Refusal(400, f"The value '{wanted}' is not valid.")
    resources = {resource.entity: resource for resource in RESOURCES.values()}
    return records.answer([item for name in names for item in _described(resources[name])])


def _described(resource: Resource) -> list[Row]:
    """Return a resource's fields; those that were set up stand first in the form, in the order of their set-up."""
    base = _DESCRIBED.index(resource.entity) * 1000
    kinds = shape_of(resource).kinds
    first = set_up(resource.entity)
    order = {name: place for place, name in enumerate((*first, *(n for n in kinds if n not in first)), 1)}
    return [_field(base, order[name], resource.entity, name, kind) for name, kind in kinds.items()]


def _field(base: int, order: int, entity: str, name: str, kind: str) -> Row:
    short = name.removeprefix(entity)
    field = custom_field(name)
    choices: list[dict[str, Any]] = []
    if field is not None:
        display, label, longest = field.kind, field.label, field.max_length
        choices = [{"Text": choice, "Value": choice} for choice in field.choices]
    elif "|" in kind:
        display, label, longest = "L", _label(short), 0
        choices = [{"Text": _label(choice), "Value": choice} for choice in kind.split("|")]
    elif short.rstrip("0123456789") in ("Custom", "Plus", "ExtraCustom"):
        display, label, longest = "NONE", "", 50
    else:
        display = "M" if short in _MEMOS else "EMA" if short == "Email" else "R" if short in STAMPS else _TYPES[kind]
        label, longest = _label(short), 0
    return {
        "FieldMetadataDbFieldName": f"{entity[:2].lower()}_{short.lower()}", "FieldMetadataFriendlyFieldName": name, "FieldMetadataId": base + order,
        "FieldMetadataLabel": label, "FieldMetadataSortOrder": order, "FieldMetadataDisplayType": display,
        "FieldMetadataTextFieldMaxLength": longest, "FieldMetadataDropdownListData": choices,
    }  # fmt: skip


def _label(short: str) -> str:
    """Return "OrganisationId" as "Organisation id"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in short).strip()
    return words[:1].upper() + words[1:]
