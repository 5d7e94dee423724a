# SPDX-License-Identifier: MIT
"""Creates, changes and deletes records for both doors."""

from collections.abc import Mapping
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import MODULES, READ_ONLY, ROW_PARENTS, Module
from crmdesk.demo.dialects.crmservice.office import Office, Refusal, Row, blank, writable
from crmdesk.demo.dialects.crmservice.sales import complete_row, count_totals
from crmdesk.demo.dialects.crmservice.values import cleaned


def create(office: Office, module: Module, sent: Mapping[str, Any], user: int) -> Row:
    """Add a record from values by JSON:API names; what is missing stays empty, the owner becomes the caller.

    Raises:
        Refusal: 403: not in this module; 422: a value is not allowed or one is missing.
    """
    _check_module(module)
    row = blank(module)
    if "owner_id" in module.fields:
        row["owner_id"] = user
    if "currency" in module.fields:
        row["currency"] = "EUR"
    for field in writable(module):
        if field.name in sent:
            row[field.name] = cleaned(office, field, sent[field.name])
        elif field.is_required:
            raise Refusal(422, f"{field.labels[0]} cannot be blank", field.name)
    with office.lock:
        row["id"] = office.count_up(module.name) if module.name in ROW_PARENTS else office.new_number()
        _stamp_new(office, module, row, user)
        office.put(module.name, row)
        _recount(office, module, row)
    return row


def change(office: Office, module: Module, row: Row, sent: Mapping[str, Any], user: int) -> Row:
    """Change the fields given, by JSON:API names; the others stay.

    Raises:
        Refusal: 403: not in this module; 422: a value is not allowed.
    """
    _check_module(module)
    new = {f.name: cleaned(office, f, sent[f.name]) for f in writable(module) if f.name in sent}
    with office.lock:
        if new.get("entity_id", row.get("entity_id")) != row.get("entity_id"):
            raise Refusal(422, "A row cannot move to another document", "entity_id")
        row.update(new)
        if "updated_at" in module.fields:
            row["updated_at"], row["updater_id"] = office.now(), user
        office.changed()
        _recount(office, module, row)
    return row


def delete(office: Office, module: Module, number: int, user: int) -> None:
    """Delete a record.

    Raises:
        Refusal: 403: not in this module; 404.
    """
    _check_module(module)
    with office.lock:
        row = office.find(module.name, number)
        office.remove(module.name, number)
        if module.name in ROW_PARENTS:
            _recount_document(office, module, row)


def _check_module(module: Module) -> None:
    if module.name in READ_ONLY:
        raise Refusal(403, f"You are not allowed to write to {module.name}")


def _stamp_new(office: Office, module: Module, row: Row, user: int) -> None:
    if "created_at" in module.fields:
        row["created_at"] = row["updated_at"] = office.now()
        row["creator_id"] = row["updater_id"] = user
    if "entity_no" in module.fields:
        row["entity_no"] = f"{module.prefix}{office.count_up(module.prefix)}"


def _recount(office: Office, module: Module, row: Row) -> None:
    """Bring totals up to date after a row or a document was written."""
    if module.row_module:
        count_totals(office, module.name, row)
    elif module.name in ROW_PARENTS:
        complete_row(office, row)
        _recount_document(office, module, row)


def _recount_document(office: Office, module: Module, row: Row) -> None:
    parent = ROW_PARENTS[module.name]
    document = office.tables[parent].get(row["entity_id"])
    if document is not None:
        if row["row_no"] is None:
            row["row_no"] = len(office.children(module.name, "entity_id", row["entity_id"]))
        count_totals(office, parent, document)
        document["updated_at"] = office.now()


def module_named(name: str) -> Module:
    """Return a module by its JSON:API name, which is case-sensitive.

    Raises:
        Refusal: 404.
    """
    module = MODULES.get(name)
    if module is None:
        raise Refusal(404, f"The requested module ({name}) doesn't exist")
    return module
