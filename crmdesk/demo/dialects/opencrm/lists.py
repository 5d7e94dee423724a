# SPDX-License-Identifier: MIT
"""Lists, counts and single records: search, limits, what a row looks like in a reply."""

import re
from collections.abc import Callable, Iterable
from operator import ge, gt, le, lt
from typing import Any

from crmdesk.demo.dialects.opencrm.dates import shown_date, shown_moment
from crmdesk.demo.dialects.opencrm.modules import OWNER, TIMES, ModuleDef
from crmdesk.demo.dialects.opencrm.office import Call, Refusal, find

CAP = 50_000
"""Rows of a list where limit_end does not ask for more (document)."""

Row = dict[str, str]
Test = Callable[[str], bool]
_COMPARE: dict[str, Callable[[str, str], bool]] = {">": gt, "<": lt, ">=": ge, "<=": le}
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def count(call: Call, module: ModuleDef) -> int:
    """Return how many rows the list would have."""
    return len(_limited(call, _found(call, module)))


def basic_list(call: Call, module: ModuleDef) -> list[dict[str, Any]]:
    """Return rows with ids as numbers and the few fields of a basic list."""
    numbers = _limited(call, _found(call, module))
    return [
        _row(number, values) for number, values in zip(numbers, shown(call, module, numbers, module.basic), strict=True)
    ]


def full_list(call: Call, module: ModuleDef) -> list[dict[str, Any]]:
    """Return rows with every field."""
    numbers = _limited(call, _found(call, module))
    return [
        _row(number, values)
        for number, values in zip(numbers, shown(call, module, numbers, module.fields), strict=True)
    ]


def single(call: Call, module: ModuleDef) -> dict[str, Any]:
    """Return one record: every field as text, record_id, record_module, no crmid.

    Raises:
        Refusal: It is not there.
    """
    number = call.number("crmid")
    find(call, module, number)
    values = shown(call, module, [number], module.fields)[0]
    return {**values, "record_id": str(number), "record_module": module.label}


def shown(call: Call, module: ModuleDef, numbers: list[int], fields: Iterable[str]) -> list[Row]:
    """Return the records' fields as a reply shows them: dates, names of owners, the owner's field name."""
    names = tuple(fields)
    dates = [name for name in module.dates if name in names]
    moments = [name for name in TIMES if name in names]
    date_format, moment_format = call.text("dateOverride"), call.text("dateTimeOverride")
    to_names = [name for name in call.text("change_assignedidtouser").replace(" ", "").split(",") if name]
    owner_name = call.office.habits.owner_name
    users, table = call.office.user_names, call.office.store.table(module.name).rows
    out = []
    for number in numbers:
        kept = table[number]
        row = {name: kept.get(name, "") for name in names}
        for name in dates:
            row[name] = shown_date(row[name], date_format)
        if moment_format:
            for name in moments:
                row[name] = shown_moment(row[name], moment_format)
        if owner_name != OWNER and OWNER in row:
            row = {owner_name if name == OWNER else name: value for name, value in row.items()}
        for name in to_names:
            wire = next((n for n in row if n.lower() == name.lower()), "")
            if wire:
                row[wire] = users.get(row[wire], row[wire])
        out.append(row)
    return out


def _row(number: int, values: Row) -> dict[str, Any]:
    return {"id": number, "crmid": number, **values}


def _limited(call: Call, numbers: list[int]) -> list[int]:
    """Return the rows from limit_start (rows to skip) to limit_end (the absolute end, not a count)."""
    start = call.number("limit_start")
    end = call.number("limit_end") or CAP
    return numbers[start:end]


def _found(call: Call, module: ModuleDef) -> list[int]:
    """Return the numbers of the records that query_string and keywords leave, in the server's order."""
    table = call.office.store.table(module.name)
    rows, numbers = table.rows, table.order
    if call.text("query_string"):
        name, test = _condition(call, module)
        if name == "crmid":
            numbers = [number for number in numbers if test(str(number))]
        else:
            numbers = [number for number in numbers if test(rows[number].get(name, ""))]
    for word in call.text("keywords").casefold().split():
        numbers = [n for n in numbers if any(word in rows[n].get(f, "").casefold() for f in module.keywords)]
    if call.office.habits.order == "modified":
        return sorted(numbers, key=lambda n: (rows[n].get("modifiedtime", ""), n), reverse=True)
    return list(numbers)


def _condition(call: Call, module: ModuleDef) -> tuple[str, Test]:
    """Return field and test of query_string; what follows a third bar is lost, so only one condition is reliable.

    Raises:
        Refusal: Not FIELD|OPERATOR|VALUE, an operator that is not known, no such field.
    """
    parts = call.text("query_string").split("|")
    if len(parts) < 3:
        raise Refusal("Invalid query string")
    name = _query_name(call, module, parts[0].strip())
    return name, _test(parts[1].strip().upper(), parts[2])


def _query_name(call: Call, module: ModuleDef, text: str) -> str:
    table, _, name = text.rpartition(".")
    if name == "smownerid":
        name = OWNER
    elif name == OWNER and call.office.habits.query_names == "strict":
        name = ""
    known = name in module.fields or name == "crmid"
    if not known or table not in ("", "crmentity", module.table, f"{module.table}cf"):
        raise Refusal(f"Invalid query string: unknown field {text}")
    return name


def _test(operator: str, wanted: str) -> Test:
    """Return a test as MySQL would make it: case is ignored, numbers compare as numbers."""
    folded = wanted.casefold()
    match operator:
        case "=":
            return lambda value: value.casefold() == folded or _same_number(value, wanted)
        case "LIKE":
            pattern = re.compile(re.escape(folded).replace("%", ".*").replace("_", "."), re.DOTALL)
            return lambda value: pattern.fullmatch(value.casefold()) is not None
        case "BEGINS":
            return lambda value: value.casefold().startswith(folded)
        case "ENDS":
            return lambda value: value.casefold().endswith(folded)
        case "CONTAINS":
            return lambda value: folded in value.casefold()
        case ">" | "<" | ">=" | "<=":
            return _comparison(_COMPARE[operator], wanted)
    raise Refusal(f"Invalid query string: unknown operator {operator}")


def _comparison(compare: Callable[..., bool], wanted: str) -> Test:
    """Used by the document itself for modifiedtime, though it is not among the operators listed."""
    if _NUMBER.fullmatch(wanted):
        limit = float(wanted)
        return lambda value: compare(float(value) if _NUMBER.fullmatch(value) else 0.0, limit)
    return lambda value: compare(value.casefold(), wanted.casefold())


def _same_number(value: str, wanted: str) -> bool:
    return bool(_NUMBER.fullmatch(value) and _NUMBER.fullmatch(wanted)) and float(value) == float(wanted)
