# SPDX-License-Identifier: MIT
"""Relations: CRM+'s three operations, and the ones its relatives have instead."""

from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import ModuleDef
from crmdesk.demo.dialects.crmplus.office import Call
from crmdesk.demo.dialects.crmplus.records import apply, shown
from crmdesk.demo.dialects.crmplus.refusals import Refusal, denied

_ALWAYS = ("createdtime", "modifiedtime", "assigned_user_id")


def add_related_record(call: Call) -> None:
    """Link records, by a field where the target has one for it, else as a pair; targetId is one id or a list of them."""
    module, number, _ = call.record(call.need("sourceId"))
    call.writable(module)
    targets = call.json("targetId")
    wanted = [targets or call.need("targetId")] if not isinstance(targets, list) else targets
    found = [call.record(str(target)) for target in wanted]
    with call.office.store.lock:
        for target, other, values in found:
            if target.name not in call.office.catalogue.related.get(module.name, ()):
                raise denied()
            field = _linking_field(module, target)
            if field is not None:
                call.writable(target)
                if values.get(field) != f"{module.prefix}x{number}":
                    apply(call, target, other, {field: f"{module.prefix}x{number}"})
            else:
                call.office.store.relate(number, other)


def get_all_relations(call: Call) -> list[dict[str, Any]]:
    """Return the related lists of a record with their counts."""
    module, number, _ = call.record(call.need("sourceId"))
    out = []
    for name in call.office.catalogue.related.get(module.name, ()):
        target = call.office.catalogue.modules[name]
        if call.may_see(target):
            label = call.office.catalogue.translate(target.label, call.user.language)
            shown_name = "Activities" if name == "Calendar" else name  # as the document spells it
            out.append({"name": shown_name, "label": label, "relation": len(_related(call, module, number, target))})
    return out


def get_related_records(call: Call) -> dict[str, Any]:
    """Return one related list: the fields it shows, and its records with only these and three more."""
    module, number, _ = call.record(call.need("sourceId"))
    name = call.need("moduleName")
    plain = "Calendar" if name == "Activities" else name
    if plain not in call.office.catalogue.related.get(module.name, ()):
        raise Refusal("UNKOWN_ENTITY", "Relation specified is incorrect")
    target = call.module(plain)
    columns = [
        f for f in target.fields if f.name in (target.number_field, *(part.strip() for part in target.title.split(",")))
    ]
    columns += [
        f for f in target.fields if f.kind in ("picklist", "phone", "email") and not call.hides(target, f.name)
    ][:3]
    columns = list({field.name: field for field in columns}.values())
    relations = []
    for other in _related(call, module, number, target):
        row = shown(call, target, other, call.office.store.table(target.name).rows[other])
        relations.append({"id": row["id"], **{n: row[n] for n in (*(f.name for f in columns), *_ALWAYS) if n in row}})
    fields = [{"name": f.name, "label": call.office.catalogue.translate(f.label, call.user.language)} for f in columns]
    return {"name": name, "module": target.name, "fields": fields, "relations": relations}


def related_types(call: Call) -> dict[str, Any]:
    """vtiger: the related lists of a module, by the label that retrieve_related wants."""
    module = call.module(call.need("elementType"))
    names = call.office.catalogue.related.get(module.name, ())
    information = {}
    for name in names:
        label = _label(call, name)
        information[label] = {"name": name, "label": label, "isEntity": "1"}
    return {"types": list(names), "information": information}


def retrieve_related(call: Call) -> list[dict[str, Any]]:
    """vtiger: the records of one related list; the label must be right."""
    module, number, _ = call.record(call.need("id"))
    name = call.need("relatedType")
    if name not in call.office.catalogue.related.get(module.name, ()) or call.parameters.get("relatedLabel") != _label(
        call, name
    ):
        raise Refusal("UNKOWN_ENTITY", "Relation specified is incorrect")
    target = call.module(name)
    rows = call.office.store.table(target.name).rows
    return [shown(call, target, other, rows[other]) for other in _related(call, module, number, target)]


def add_related(call: Call) -> dict[str, str]:
    """vtiger: link two records; says yes to everything, even to a record that is not there (measured)."""
    module, number, _ = call.record(call.need("sourceRecordId"))
    call.writable(module)
    try:
        _, other, _ = call.record(call.need("relatedRecordId"))
    except Refusal:
        return {"message": "successfull"}
    call.office.store.relate(number, other)
    return {"message": "successfull"}


def set_relation(call: Call) -> bool:
    """coreBOS: link a record with others."""
    module, number, _ = call.record(call.need("relate_this_id"))
    call.writable(module)
    others = call.json("with_these_ids")
    for target in others if isinstance(others, list) else []:
        _, other, _ = call.record(str(target))
        call.office.store.relate(number, other)
    return True


def _label(call: Call, name: str) -> str:
    return "Activities" if name == "Calendar" else call.office.catalogue.modules[name].label


def _linking_field(module: ModuleDef, target: ModuleDef) -> str | None:
    """Return the target's field that points to `module`, None where they are linked as a pair."""
    pairs = {("Contacts", "Products"), ("Accounts", "Products"), ("Contacts", "Campaigns"), ("Accounts", "Campaigns")}
    if (module.plain_name, target.plain_name) in pairs:
        return None
    for field in target.fields:
        if field.kind == "reference" and module.name in field.refers_to and not field.fixed:
            return field.name
    return None


def _related(call: Call, module: ModuleDef, number: int, target: ModuleDef) -> list[int]:
    """Return the records of one related list, by number: those that point here, and those linked as pairs."""
    store = call.office.store
    with store.lock:
        field = _linking_field(module, target)
        pointing = store.referring(target.name, (field,), f"{module.prefix}x{number}") if field else ()
        out = dict.fromkeys(pointing)
        for other in store.neighbours(number, target.name):
            out[other] = None
        own = _linking_field(target, module)  # this record's own field pointing there counts as well
        value = store.table(module.name).rows[number].get(own, "") if own else ""
        prefix, _, there = value.partition("x")
        if prefix == str(target.prefix) and there.isdigit() and store.get(target.name, int(there)) is not None:
            out[int(there)] = None
    return sorted(out)
