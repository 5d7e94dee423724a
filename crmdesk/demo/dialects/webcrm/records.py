# SPDX-License-Identifier: MIT
"""Lists, sub-lists, single records, create, put, bulk patch, delete."""

import json
from collections.abc import Iterable
from typing import Any

from crmdesk.demo.dialect import Reply
from crmdesk.demo.dialects.webcrm.catalogue import BY_PATH, Resource, shape_of
from crmdesk.demo.dialects.webcrm.documents import keep_file
from crmdesk.demo.dialects.webcrm.linked import line_data
from crmdesk.demo.dialects.webcrm.office import Call, Refusal, Row, Table, as_number, not_found
from crmdesk.demo.dialects.webcrm.values import cleaned, moment, reset

_NO_RIGHTS = {"Activity": "ActivitySecurityInfo", "Event": "EventSecurityInfo"}
_JSON = "application/json; charset=utf-8"


def answer(value: Any) -> Reply:
    """Return a reply with `value` as JSON."""
    return Reply(200, json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), _JSON)


def rows_reply(call: Call, resource: Resource, numbers: Iterable[int]) -> Reply:
    """Return one page of these records as a bare array."""
    first, last = call.page()
    page = list(numbers)[first:last]
    table = call.office.table(resource.path)
    if resource.entity in _NO_RIGHTS and "SecurityInfo" in call.url.get("include", ""):
        texts = [json.dumps(_with_rights(call, resource, table.rows[n]), ensure_ascii=False) for n in page]
    else:
        texts = [table.text(n) for n in page]
    return Reply(200, f"[{','.join(texts)}]".encode(), _JSON)


def list_all(call: Call, resource: Resource) -> Reply:
    """GET /X."""
    return rows_reply(call, resource, call.office.table(resource.path).order)


def list_below(call: Call, parent: Resource, number: int, segment: str) -> Reply:
    """GET /X/{id}/Y."""
    find(call, parent, number)
    path, fields = parent.below[segment]
    rows = call.office.table(path).rows
    return rows_reply(call, BY_PATH[path], (n for n in sorted(rows) if any(rows[n].get(f) == number for f in fields)))


def list_by(call: Call, resource: Resource, segment: str, value: str) -> Reply:
    """GET /X/BySomething/{value}."""
    field = resource.by[segment]
    kind = shape_of(resource).kinds[field]
    if kind == "int" and as_number(value) is None:
        raise Refusal(400, f"The value '{value}' is not valid.")
    if "|" in kind and value not in kind.split("|"):
        raise Refusal(400, f"The value '{value}' is not valid.")
    wanted: Any = as_number(value) if kind == "int" else value
    table = call.office.table(resource.path)
    return rows_reply(call, resource, (n for n in table.order if table.rows[n].get(field) == wanted))


def list_active(call: Call, resource: Resource) -> Reply:
    """GET /X/AllActive: support cases that are not closed, users who are not absent."""
    table = call.office.table(resource.path)
    field, off = (
        ("SupportCaseStatus", "Closed") if resource.entity == "SupportCase" else ("UserSupportCaseStatus", "Absent")
    )
    return rows_reply(call, resource, (n for n in table.order if table.rows[n].get(field) != off))


def list_by_dates(call: Call, resource: Resource, segment: str, start: str, end: str) -> Reply:
    """GET /X/FindBy…Dates/{start}/{end}: start <= x < end."""
    field, habits = resource.found_by_dates[segment], call.office.habits
    try:
        first, last = moment(start, habits), moment(end, habits)
    except ValueError:
        raise Refusal(400, "The dates must be in ISO 8601 format.") from None
    table = call.office.table(resource.path)
    return rows_reply(call, resource, (n for n in table.order if first <= (table.rows[n].get(field) or "") < last))


def get(call: Call, resource: Resource, number: int) -> Reply:
    """GET /X/{id}."""
    row = find(call, resource, number)
    if resource.entity in _NO_RIGHTS and "SecurityInfo" in call.url.get("include", ""):
        row = _with_rights(call, resource, row)
    return answer(row)


def create(call: Call, resource: Resource) -> Reply:
    """POST /X: the new number, or nothing at all for some resources."""
    number = _insert(call, resource, _object(call.json()))
    return answer(number) if resource.answers_id else Reply(200)


def put(call: Call, resource: Resource, number: int) -> Reply:
    """PUT /X/{id}: what is missing or null is cleared or kept, as the switch says; no body in the answer."""
    sent, shape = _object(call.json()), shape_of(resource)
    if sent.get(shape.id_field) != number:
        raise Refusal(400, f"{shape.id_field} must be the id in the address.")
    with call.office.lock:
        row = find(call, resource, number)
        values = cleaned(shape, sent, call.office.habits)
        if call.office.habits.omitted == "cleared":
            row = reset(shape, row, values)
        _save(call, resource, number, {**row, **values}, sent)
    return Reply(200)


def patch(call: Call, resource: Resource) -> Reply:
    """PATCH /X: each item inserted or updated; an array of ids and error texts, and 200 whatever happens."""
    items = call.json()
    if not isinstance(items, list):
        raise Refusal(400, "An array is expected.")
    return answer([_patched(call, resource, item) for item in items])


def delete(call: Call, resource: Resource, number: int) -> Reply:
    """DELETE /X/{id}."""
    with call.office.lock:
        find(call, resource, number)
        call.office.table(resource.path).remove(number)
        if resource.entity == "Document":
            call.office.files.pop(number, None)
    return Reply(200)


def find(call: Call, resource: Resource, number: int) -> Row:
    """Return a record.

    Raises:
        Refusal: 404.
    """
    row = call.office.table(resource.path).rows.get(number)
    if row is None:
        raise not_found(resource.entity, number)
    return row


def _patched(call: Call, resource: Resource, item: Any) -> str:
    shape = shape_of(resource)
    try:
        sent = _object(item)
        number = sent.get(shape.id_field)
        if not isinstance(number, int):
            raise Refusal(400, f"{shape.id_field} is required.")
        if number == 0:
            return str(_insert(call, resource, sent))
        with call.office.lock:
            row = find(call, resource, number)
            _save(call, resource, number, {**row, **cleaned(shape, sent, call.office.habits)}, sent)
        return str(number)
    except Refusal as refusal:
        return refusal.message


def _insert(call: Call, resource: Resource, sent: Row) -> int:
    office, shape = call.office, shape_of(resource)
    if sent.get(shape.id_field) != 0:
        raise Refusal(400, f"{shape.id_field} must be 0.")
    with office.lock:
        office.tally.creates += 1
        every = office.habits.creates_fail_every
        if every and office.tally.creates % every == 0:
            raise Refusal(500, "The id could not be generated.", "InvalidOperationException")
        row = {**shape.blank(), **cleaned(shape, sent, office.habits)}
        _check_new(call, resource, row, sent)
        number = office.new_number(resource.sequence)
        row[shape.id_field] = number
        for name in (f"{shape.entity}CreatedAt", f"{shape.entity}UploadedAt"):
            if name in row:
                row[name] = office.stamp()
        if f"{shape.entity}CreatedBy" in row:
            row[f"{shape.entity}CreatedBy"] = call.user
        _save(call, resource, number, row, sent)
    return number


def _check_new(call: Call, resource: Resource, row: Row, sent: Row) -> None:
    """Hold what the vendor is known to insist on.

    Raises:
        Refusal: A line without its quotation or without its linked data, a person of no organisation.
    """
    office = call.office
    if resource.entity == "QuotationLine":
        row |= line_data(office, sent)
        number = row["QuotationLineOpportunityId"]
        if not any(number in office.table(path).rows for path in ("Opportunities", "Deliveries")):
            raise Refusal(400, "Possible quotation not found", "InvalidOperationException")
    place = row.get(f"{resource.entity}OrganisationId")
    if resource.entity == "Person" and place not in office.table("Organisations").rows:
        raise not_found("Organisation", place)


def _save(call: Call, resource: Resource, number: int, row: Row, sent: Row) -> None:
    """Stamp and keep a record.

    Raises:
        Refusal: 400: it is one of two deliveries with the same number and keeps it.
    """
    office, entity = call.office, resource.entity
    table = office.table(resource.path)
    if entity == "Delivery" and number in table.rows and row["DeliveryNumber"]:
        _check_number(table, number, row["DeliveryNumber"])
    if entity == "QuotationLine" and sent.get("QuotationLineLinkedDataId"):
        row = {**row, **line_data(office, sent)}
    if entity in ("Person", "PersonB2C") and f"{entity}Name" in row:
        names = (row[f"{entity}{part}"] for part in ("FirstName", "MiddleName", "LastName"))
        row[f"{entity}Name"] = " ".join(name for name in names if name)
    if entity == "Document":
        row = keep_file(call, number, row, sent)
    for name, value in ((f"{entity}UpdatedAt", office.stamp()), (f"{entity}UpdatedBy", call.user)):
        if name in row:
            row[name] = value
    table.put(number, row)


def _check_number(table: Table, number: int, wanted: str) -> None:
    same = [n for n, row in table.rows.items() if row["DeliveryNumber"] == wanted and n != number]
    if same and table.rows[number]["DeliveryNumber"] == wanted:
        raise Refusal(400, f"The delivery number {wanted} is not unique.", "InvalidOperationException")


def _object(item: Any) -> Row:
    if not isinstance(item, dict):
        raise Refusal(400, "An object is expected.")
    return item


def _with_rights(call: Call, resource: Resource, row: Row) -> Row:
    return {**row, _NO_RIGHTS[resource.entity]: {"CanEdit": "reader" not in call.user}}
