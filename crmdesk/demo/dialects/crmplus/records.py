# SPDX-License-Identifier: MIT
"""create, retrieve, update, revise, delete."""

import base64
from typing import Any

from crmdesk.demo.dialects.crmplus import totals
from crmdesk.demo.dialects.crmplus.catalogue import COREBOS, VTIGER, FieldDef, ModuleDef
from crmdesk.demo.dialects.crmplus.embedded import embedded_lines, line_parts, replace_lines
from crmdesk.demo.dialects.crmplus.office import Call, Office, encoded
from crmdesk.demo.dialects.crmplus.refusals import Refusal, denied, missing
from crmdesk.demo.dialects.crmplus.values import plain, stored
from crmdesk.demo.store import Values

GENERATED = ("createdtime", "modifiedtime", "modifiedby")


def shown(call: Call, module: ModuleDef, number: int, values: Values) -> dict[str, Any]:
    """Return a record as it goes over the wire: every field a string, the id last."""
    row: dict[str, Any] = {**module.defaults, **values}
    for name in call.user.hidden_fields:
        if name.startswith(f"{module.name}."):
            row.pop(name.partition(".")[2], None)
    row["id"] = f"{module.prefix}x{number}"
    return row


def full(call: Call, module: ModuleDef, number: int, values: Values) -> dict[str, Any]:
    """Return a record as retrieve answers it."""
    row = shown(call, module, number, values)
    habits = call.office.habits
    if habits.is_crmplus:
        return row
    row["label"] = encoded(call.office.title(module, values))
    if module.is_sales and habits.family != COREBOS:
        row.update(line_parts(call.office, number))
    if module.plain_name == "Documents" and number in call.office.store.files:
        row["imageattachmentids"] = f"{module.prefix}x{number}"
    return row


def create(call: Call) -> dict[str, Any]:
    """Add a record; options.events is accepted (nothing runs on events here)."""
    module = call.module(call.parameters.get("elementType", ""))
    call.writable(module)
    element = _element(call)
    office = call.office
    with office.store.lock:
        for field in module.fields:
            if field.required and not _given(element, field):
                raise missing(field.name)
        lines = embedded_lines(office, module, element)
        values = _accepted(call, module, element)
        _check_unique(office, module, values, None)
        number = (
            office.store.new_number()
            if module.plain_name != "Users"
            else max(office.store.table(module.name).order) + 1
        )
        now = office.stamp()
        values.update(createdtime=now, modifiedtime=now, modifiedby=office.catalogue.wire_id("Users", call.user.number))
        values = {name: value for name, value in values.items() if name in module.by_name}
        if module.number_field:
            values[module.number_field] = f"{module.number_prefix}{office.store.count_up(module.name)}"
        if _makes_ghost(office, module, element):
            values = {
                name: values[name] for name in ("createdtime", "modifiedtime", "assigned_user_id") if name in values
            }
            office.store.insert(module.name, number, values, listed=False)
            return written(call, module, number, values)
        office.store.insert(module.name, number, values, shared_number=module.plain_name != "Users")
        office.store.note(module.name, number, call.user.number, 1, {})
        if lines is not None:
            replace_lines(office, module, number, lines)
        return written(call, module, number, values)


def written(call: Call, module: ModuleDef, number: int, values: Values) -> dict[str, Any]:
    """Return a record as create, update and revise answer it: the totals of a sales document are JSON numbers there."""
    row = full(call, module, number, values)
    if module.is_sales and not call.office.habits.is_crmplus:
        for name in ("hdnSubTotal", "hdnGrandTotal", "pre_tax_total"):
            row[name] = totals.php_number(float(row[name]))
    return row


def retrieve(call: Call) -> dict[str, Any]:
    """Return one record; options withPermissions and withAttachment."""
    module, number, values = call.record(call.need("id"))
    row = full(call, module, number, values)
    if call.option("withPermissions", False):
        allowed = module.is_entity and call.user.may_write(module.name)
        # GUESS: the document names the option and shows no reply; keys follow its words "edit & delete permissions".
        row["permissions"] = {"edit": allowed, "delete": allowed}
    kept = call.office.store.files.get(number)
    if call.option("withAttachment", False) and kept is not None and module.plain_name == "Documents":
        # GUESS: shaped like the attachment that uploadDocument takes.
        stream = base64.b64encode(kept.content).decode()
        row["attachment"] = {"stream": stream, "mime_type": kept.mime, "filename": kept.name}
    return row


def update(call: Call) -> dict[str, Any]:
    """Change a record. CRM+ without patch overwrites every field; the others keep what is left out, mandatory fields aside."""
    return _change(call, partial=call.option("patch", False))


def revise(call: Call) -> dict[str, Any]:
    """Change the given fields only: vtiger's own partial update."""
    return _change(call, partial=True)


def delete(call: Call) -> dict[str, str]:
    """Delete a record and empty the references to it."""
    module, number, values = call.record(call.need("id"))
    call.writable(module)
    store = call.office.store
    wire_id = f"{module.prefix}x{number}"
    with store.lock:
        store.note(module.name, number, call.user.number, 3, {})
        store.remove(module.name, number, values.get("assigned_user_id", ""))
        for other in call.office.catalogue.modules.values():
            fields = [f.name for f in other.fields if f.kind == "reference" and module.name in f.refers_to]
            for found in list(store.referring(other.name, fields, wire_id)) if fields else ():
                row = store.table(other.name).rows[found]
                for name in fields:
                    if row.get(name) == wire_id:
                        row[name] = ""
    return {"status": "successful"}


def _change(call: Call, *, partial: bool) -> dict[str, Any]:
    element = _element(call)
    wire_id = str(element.get("id") or "")
    if not wire_id:
        raise denied("for id")
    module, number, values = call.record(wire_id)
    call.writable(module)
    office = call.office
    with office.store.lock:
        for field in module.fields:
            if field.required and (
                (not partial and not _given(element, field)) or (field.name in element and not _given(element, field))
            ):
                raise missing(field.name)
        lines = embedded_lines(office, module, element, needed=False)
        accepted = _accepted(call, module, element)
        if module.is_sales and office.habits.family == VTIGER and lines is None:
            for name in ("hdnDiscountAmount", "hdnDiscountPercent"):  # not looked at without lines (measured)
                accepted.pop(name, None)
        _check_unique(office, module, accepted, number)
        if office.habits.is_crmplus and not partial:
            for field in module.fields:
                if not field.fixed and field.name not in GENERATED and not call.hides(module, field.name):
                    accepted.setdefault(field.name, field.default)
        apply(call, module, number, accepted)
        if lines is not None:
            if "hdnTaxType" not in element:
                values["hdnTaxType"] = ""
            replace_lines(office, module, number, lines)
        return written(call, module, number, values)


def apply(call: Call, module: ModuleDef, number: int, accepted: Values) -> None:
    """Store new values of a live record, with time, user and history; hold the lock."""
    office = call.office
    values = office.store.table(module.name).rows[number]
    changed = {
        name: (values.get(name, module.defaults.get(name, "")), value)
        for name, value in accepted.items()
        if values.get(name, module.defaults.get(name, "")) != value
    }
    values.update(accepted)
    touched = {"modifiedtime": office.stamp(), "modifiedby": office.catalogue.wire_id("Users", call.user.number)}
    values.update({name: value for name, value in touched.items() if name in module.by_name})
    office.store.note(module.name, number, call.user.number, 2, changed)


def _makes_ghost(office: Office, module: ModuleDef, element: dict[str, Any]) -> bool:
    """Whether the main row cannot be written while all else is: a lead's company sent as null (vtiger 8.0.0, measured)."""
    null = "company" in element and element["company"] is None
    return office.habits.family == VTIGER and module.plain_name == "Leads" and null


def _element(call: Call) -> dict[str, Any]:
    element = call.json("element")
    return element if isinstance(element, dict) else {}


def _given(element: dict[str, Any], field: FieldDef) -> bool:
    return plain(element.get(field.name), field) != ""


def _accepted(call: Call, module: ModuleDef, element: dict[str, Any]) -> Values:
    """Return what is kept of the element: no unknown, fixed or hidden field, no null."""
    out: Values = {}
    for name, value in element.items():
        field = module.by_name.get(name)
        if field is None or field.fixed or name in GENERATED or call.hides(module, name):
            continue
        if field.kind == "owner":
            out[name] = _owner(call.office, plain(value, field))
        elif field.kind == "reference":
            out[name] = _reference(call.office, field, plain(value, field))
        else:
            out[name] = stored(field, value, keeps_emoji=call.office.habits.keeps_emoji)
    return out


def _owner(office: Office, value: str) -> str:
    """Return what becomes of an owner: only the number counts, and it is not checked (measured)."""
    number = value.rpartition("x")[2]
    catalogue = office.catalogue
    if number.isdigit():
        if office.store.get("Users", int(number)) is not None:
            return catalogue.wire_id("Users", number)
        if office.store.get("Groups", int(number)) is not None:
            return catalogue.wire_id("Groups", number)
    return number


def _reference(office: Office, field: FieldDef, value: str) -> str:
    """Return what becomes of a reference.

    Raises:
        Refusal: Another module's id, or no id at all.
    """
    if value in ("", "0"):
        return ""
    prefix, _, number = value.partition("x")
    module = office.catalogue.by_prefix.get(int(prefix)) if prefix.isdigit() and number.isdigit() else None
    if module is None or module.name not in field.refers_to:
        raise Refusal("REFERENCE_INVALID", f"Invalid reference specified for {field.name}")
    return value if office.store.get(module.name, int(number)) is not None else ""


def _check_unique(office: Office, module: ModuleDef, values: Values, own: int | None) -> None:
    """Refuse a second record with the same value in a unique field; the code is the number 0 (measured)."""
    for field in module.fields:
        if not field.unique or not values.get(field.name):
            continue
        for number, row in office.store.table(module.name).rows.items():
            if number != own and row.get(field.name, "").lower() == values[field.name].lower():
                raise Refusal(0, "Duplicate(s) detected!")
