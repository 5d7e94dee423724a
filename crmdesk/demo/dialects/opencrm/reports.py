# SPDX-License-Identifier: MIT
"""Reports: three standard ones over modules, two "custom SQL" ones with columns of their own making."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from crmdesk.demo.dialects.opencrm.lists import CAP, shown
from crmdesk.demo.dialects.opencrm.modules import MODULES
from crmdesk.demo.dialects.opencrm.office import Call, Refusal

# id -> module, fields, field, value (None: every row)
STANDARD: Mapping[int, tuple[str, tuple[str, ...], str, str | None]] = {
    11: ("company", ("accountname", "city", "country", "phone", "assigned_user_id"), "account_type", "Customer"),
    12: ("opportunity", ("potentialname", "amount", "closingdate", "sales_stage"), "", None),
    13: ("ticket", ("title", "status", "createdtime"), "status", "Open"),
}
_WORDS = {"company": "Accounts", "opportunity": "Potentials", "ticket": "HelpDesk"}


def run(call: Call) -> list[dict[str, Any]]:
    """Return a report's rows: id, crmid and Module_fieldname.

    Raises:
        Refusal: No report of that number; standard and custom ones are numbered apart.
    """
    if not call.text("reportid"):
        raise Refusal("reportid is required")
    number = call.number("reportid")
    start, end = call.number("limit_start"), call.number("limit_end") or CAP
    if call.text("isCustomReport").lower() in ("true", "1"):
        work = CUSTOM.get(number)
        if work is None:
            raise Refusal("Invalid report")
        return work(call)[start:end]
    if number not in STANDARD:
        raise Refusal("Invalid report")
    name, fields, field, value = STANDARD[number]
    module, table = MODULES[name], call.office.store.table(name)
    numbers = [n for n in table.order if value is None or table.rows[n].get(field) == value][start:end]
    rows = zip(numbers, shown(call, module, numbers, fields), strict=True)
    word = _WORDS[name]
    return [{"id": n, "crmid": n, **{f"{word}_{key}": text for key, text in row.items()}} for n, row in rows]


def _companies_by_country(call: Call) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for row in call.office.store.table("company").rows.values():
        counts[row.get("country", "")] = counts.get(row.get("country", ""), 0) + 1
    return [{"Accounts_country": country, "Accounts_number": count} for country, count in sorted(counts.items())]


def _orders_by_company(call: Call) -> list[dict[str, Any]]:
    sums: dict[str, Decimal] = {}
    for row in call.office.store.table("salesorder").rows.values():
        sums[row["accountid"]] = sums.get(row["accountid"], Decimal(0)) + Decimal(row["total"])
    names = call.office.store.table("company").rows
    return [
        {"id": int(key), "crmid": int(key), "Accounts_accountname": names.get(int(key), {}).get("accountname", ""), "SalesOrder_total": f"{total:.2f}"}
        for key, total in sorted(sums.items(), key=lambda pair: -pair[1])
        if key
    ]  # fmt: skip


CUSTOM: Mapping[int, Callable[[Call], list[dict[str, Any]]]] = {1: _companies_by_country, 2: _orders_by_company}
