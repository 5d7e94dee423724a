# SPDX-License-Identifier: MIT
"""Answers the query operation: which rows, in which order, which columns."""

from bisect import bisect_left
from typing import Any

from crmdesk.demo.dialects.crmplus import vtql
from crmdesk.demo.dialects.crmplus.catalogue import COREBOS, CRMPLUS, VTIGER, ModuleDef
from crmdesk.demo.dialects.crmplus.embedded import line_row
from crmdesk.demo.dialects.crmplus.matching import folded, test_for
from crmdesk.demo.dialects.crmplus.office import Call
from crmdesk.demo.dialects.crmplus.records import shown
from crmdesk.demo.dialects.crmplus.refusals import Refusal, database_error, denied
from crmdesk.demo.dialects.crmplus.vtql import Condition, Select
from crmdesk.demo.store import Values

PAGE = 100
_LEAD_ADDRESS = ("lane", "code", "city", "country", "state", "pobox", "phone", "mobile", "fax")


def query(call: Call) -> tuple[list[dict[str, Any]], int]:
    """Return the rows and the number of rows without the limit (coreBOS tells it)."""
    text = call.need("query")
    family = call.office.habits.family
    if not call.office.habits.needs_semicolon and not text.rstrip().endswith(";"):
        text += ";"
    module = call.module(vtql.module_name(text))
    select = vtql.parse(text, family)
    if module.plain_name == "LineItem":
        return _lines(call, module, select)
    _check_columns(call, module, select)
    order = _order(module, select, family)
    if order is None:
        return [], 0
    rows = call.office.store.table(module.name).rows
    with call.office.store.lock:
        return _run(call, module, select, order, rows)


def _run(
    call: Call, module: ModuleDef, select: Select, order: tuple[str, ...], rows: dict[int, Values]
) -> tuple[list[dict[str, Any]], int]:
    numbers = _matching(call, module, select, rows)
    if select.is_count:
        return [{"count": str(len(numbers))}], len(numbers)
    limit = PAGE if select.limit is None else select.limit
    if call.office.habits.family != COREBOS:
        limit = min(limit, PAGE)  # silently
    if limit <= 0 or select.offset < 0:
        return [], len(numbers)
    ordered = _sorted(call, module, select, order, rows, numbers)
    window = ordered[select.offset : select.offset + limit]
    return [_picked(call, module, select, number, rows[number]) for number in window], len(numbers)


def _picked(call: Call, module: ModuleDef, select: Select, number: int, values: Values) -> dict[str, Any]:
    if select.columns is None:
        return shown(call, module, number, values)
    row: dict[str, Any] = {}
    for name in select.columns:
        if name != "id":
            row[name] = values.get(name, module.defaults[name])
    row["id"] = f"{module.prefix}x{number}"
    return row


def _check_columns(call: Call, module: ModuleDef, select: Select) -> None:
    """Refuse unknown and hidden columns, as a lack of permission."""
    for name in select.columns or ():
        if name != "id" and (name not in module.by_name or call.hides(module, name)):
            raise Refusal("ACCESS_DENIED", f"Permission to access '.{name}.' attribute denied.")
    for condition in select.conditions():
        if condition.column != "id" and (
            condition.column not in module.by_name or call.hides(module, condition.column)
        ):
            raise Refusal("ACCESS_DENIED", f"Permission to access {condition.column} attribute denied.")


def _order(module: ModuleDef, select: Select, family: str) -> tuple[str, ...] | None:
    """Return the columns to sort by; None where vtiger answers an empty list for them."""
    unknown = [name for name in select.order if name != "id" and name not in module.by_name]
    if unknown and family == CRMPLUS:
        raise database_error()
    if unknown:
        return None if family == VTIGER else tuple(name for name in select.order if name not in unknown)
    if family == VTIGER and select.columns is not None:
        joined = {_side_table(module, name) for name in (*select.columns, *(c.column for c in select.conditions()))}
        if any(_side_table(module, name) not in joined for name in select.order if _side_table(module, name)):
            return None
    return select.order


def _side_table(module: ModuleDef, name: str) -> str:
    """Return which joined table a column lives in, "" for the main one."""
    if name.startswith(("bill_", "ship_", "cf_")):
        return name[:4]
    if module.plain_name == "Contacts" and name.startswith(("mailing", "other")):
        return "address"
    return "address" if module.plain_name == "Leads" and name in _LEAD_ADDRESS else ""


def _matching(call: Call, module: ModuleDef, select: Select, rows: dict[int, Values]) -> list[int]:
    """Return the numbers of the rows that the conditions let through, ascending."""
    numbers = call.office.store.table(module.name).order
    if select.where is None:
        return numbers
    test = test_for(select.where, module, call.office.catalogue)
    start = _lowest_id(select.where)
    if start:
        numbers = numbers[bisect_left(numbers, start) :]
    return [number for number in numbers if test(number, rows[number])]


def _lowest_id(where: vtql.Where) -> int:
    """Return a number below which no row can match: what makes reading page after page by id quick."""
    if isinstance(where, Condition):
        found = where.column == "id" and where.operator in (">", ">=", "=")
        number = where.values[0].partition("x")[2] if found else ""
        return int(number) if number.isdigit() else 0
    if where.word == "and" or len(where.parts) == 1:
        return max(_lowest_id(part) for part in where.parts)
    return 0


def _sorted(
    call: Call, module: ModuleDef, select: Select, order: tuple[str, ...], rows: dict[int, Values], numbers: list[int]
) -> list[int]:
    """Return the rows in order. What the order leaves open is anybody's guess, and differs from page to page."""
    shuffles = call.office.habits.shuffles_ties and "id" not in order
    out = _shuffled(numbers, select.offset) if shuffles else numbers
    if not order:
        return out
    if order == ("id",):
        return numbers[::-1] if select.descending else numbers
    out = list(out)
    for name in reversed(order):
        out.sort(key=_key(module, name, rows), reverse=select.descending)
    return out


def _key(module: ModuleDef, name: str, rows: dict[int, Values]) -> Any:
    if name == "id":
        return lambda number: number
    field = module.by_name[name]
    default = field.default
    if field.is_numeric or field.kind == "boolean":
        return lambda number: float(rows[number].get(name) or default or 0)
    return lambda number: folded(rows[number].get(name, default))


def _shuffled(numbers: list[int], offset: int) -> list[int]:
    """Move every 32nd row to the other end on odd pages: of 52 pages read so from a real server, 3 % of the rows came twice or never."""
    if offset // PAGE % 2 == 0:
        return numbers
    strays = [number for number in numbers if number % 32 == 5]
    return (
        [number for number in numbers if number % 32 != 5] + strays
        if offset // PAGE % 4 == 1
        else strays + [n for n in numbers if n % 32 != 5]
    )


def _lines(call: Call, module: ModuleDef, select: Select) -> tuple[list[dict[str, Any]], int]:
    """vtiger's LineItem module: every line of every document, found by its parent."""
    found: list[dict[str, Any]] = []
    wanted = {c.column: c.values for c in select.conditions()}
    if any(name not in ("parent_id", "productid", "id") for name in wanted):
        raise denied("for query")
    with call.office.store.lock:
        for number, lines in sorted(call.office.store.lines.items()):
            owner = call.office.catalogue.modules[call.office.store.module_of(number) or ""]
            rows = (line_row(call.office, owner, number, line, place + 1) for place, line in enumerate(lines))
            found += [row for row in rows if all(row[name] in values for name, values in wanted.items())]
    if select.is_count:
        return [{"count": str(len(found))}], len(found)
    limit = min(PAGE if select.limit is None else select.limit, PAGE)
    return found[select.offset : select.offset + max(limit, 0)], len(found)
