# SPDX-License-Identifier: MIT
"""Creating and editing records: nothing is validated, only what is sent changes, empty text blanks."""

from collections.abc import Mapping
from typing import Any

from crmdesk.demo.dialects.opencrm import grid
from crmdesk.demo.dialects.opencrm.dates import kept_date
from crmdesk.demo.dialects.opencrm.modules import COMPUTED, NUMBERED, OWNER, ModuleDef
from crmdesk.demo.dialects.opencrm.office import Call, Refusal, find, plain

_STATES = {"quote": "quotestage", "salesorder": "sostatus", "invoice": "invoicestatus", "purchaseorder": "postatus"}


def edit(call: Call, module: ModuleDef) -> int:
    """Create (crmid 0) or change a record and return its id; parameters that are no field are ignored.

    Raises:
        Refusal: No crmid, no such record, or product lines that cannot be kept; then nothing was done.
    """
    office = call.office
    if not call.text("crmid").strip():
        raise Refusal("crmid is required")
    number = call.number("crmid")
    with office.store.lock:
        is_new = call.text("crmid").strip() == "0"
        before: Mapping[str, str] = {} if is_new else find(call, module, number)
        lines = (
            grid.wanted_lines(call, number) if module.is_sales and call.sent.get("products") not in (None, "") else None
        )
        values = {**before, **_sent_fields(call, module), "modifiedtime": office.stamp()}
        if is_new:
            number = office.store.new_number()
            values = _born(call, module, values)
            office.store.insert(module.name, number, values)
        else:
            office.store.table(module.name).rows[number] = values
        if lines is not None:
            grid.replace(call, number, lines)
        if module.is_sales:
            values.update(grid.totals(office.store.lines.get(number, [])))
    return number


def _sent_fields(call: Call, module: ModuleDef) -> dict[str, str]:
    """Return the known fields among the parameters; dates as a date column keeps them, everything else as it came."""
    out: dict[str, str] = {}
    for name, value in call.sent.items():
        if name in module.fields and name not in COMPUTED and not isinstance(value, dict | list):
            out[name] = kept_date(plain(value).strip()) if name in module.dates else plain(value)
    return out


def _born(call: Call, module: ModuleDef, values: dict[str, str]) -> dict[str, str]:
    office = call.office
    values = {OWNER: "", **values, "createdtime": office.stamp()}
    name = NUMBERED.get(module.name)
    if name and not values.get(name):
        values[name] = f"{module.name[:2].upper()}{office.store.count_up(module.name)}"
    state = _STATES.get(module.name)
    if state and not values.get(state):
        values[state] = "Created"
    return values


def link(call: Call) -> int:
    """Link two records and return the parent's id.

    Raises:
        Refusal: One of them is not there.
    """
    parent, child = call.number("parent_id"), call.number("child_id")
    store = call.office.store
    for number, name in ((parent, "parent_id"), (child, "child_id")):
        if not number:
            raise Refusal(f"{name} is required")
        if store.module_of(number) is None:
            raise Refusal(f"Invalid {name}")
    store.relate(parent, child)
    return parent


def add_to_campaign(call: Call) -> str:
    """Link a record to a campaign; an error is said as a string of its own, not as {"error": …} (document)."""
    store = call.office.store
    campaign, record = call.number("campaignid"), call.number("recordid")
    if store.module_of(campaign) != "campaign":
        return "Invalid campaignid"
    if store.module_of(record) is None:
        return "Invalid recordid"
    store.relate(campaign, record)
    detail: dict[str, object] = {name: call.text(name) for name in ("relationship", "status", "probability")}
    with store.lock:
        members = store.lines.setdefault(campaign, [])
        members[:] = [member for member in members if member["recordid"] != record]
        members.append({"recordid": record, **detail})
    return "Success"


def user_list(call: Call) -> list[dict[str, Any]]:
    """Return the users, id as a number."""
    rows = call.office.store.table("user").rows
    return [{"id": number, "crmid": number, **row} for number, row in rows.items()]
