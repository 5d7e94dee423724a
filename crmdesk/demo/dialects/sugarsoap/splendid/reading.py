# SPDX-License-Identifier: MIT
"""Lists, entries, fields and modules of SplendidCRM (sugarsoap.md 4, 5 and 9.6)."""

import re
from collections.abc import Iterable, Mapping

from crmdesk.demo.dialects.sugarsoap import zone
from crmdesk.demo.dialects.sugarsoap.database import BadSql, Row, pieces
from crmdesk.demo.dialects.sugarsoap.splendid.catalogue import MODULES, WITHOUT_TABLE, Column, ModuleDef, shown
from crmdesk.demo.dialects.sugarsoap.splendid.office import Call, guid
from crmdesk.demo.dialects.sugarsoap.splendid.replies import NetFault, refused
from crmdesk.demo.dialects.sugarsoap.values import Many, Struct, Value, entry, error, strings, struct

_NULL = ("System.NullReferenceException", "Object reference not set to an instance of an object")
_ISNULL = re.compile(r"\bISNULL\s*\(")  # an operator in SQLite
_N = re.compile(r"\bN$")  # the mark before a literal
_SQL = "System.Data.SqlClient.SqlException"


def get_available_modules(call: Call) -> Value:
    """Return every module that the user may see, sorted; some of them have no table."""
    user = call.user()
    names = sorted((*MODULES, *WITHOUT_TABLE))
    return struct("module_list", modules=strings(n for n in names if n not in user.unseen), error=error())


def get_module_fields(call: Call) -> Value:
    """Return the columns of the module's view: upper case, nothing required, no options."""
    module = call.module(call.user())
    fields = [_field(c.name, c.soap_type, f"{module.name}.LBL_{c.name}") for c in call.office.columns(module).values()]
    return struct("module_fields", module_name=call.text("module_name"), module_fields1=Many("field", tuple(fields)), error=error())  # fmt: skip


def _field(name: str, kind: str, label: str) -> Struct:
    return struct("field", name=name, type=kind, label=label, required=0, options=Many("name_value", ()))


def get_entry_list(call: Call) -> Value:
    """Return a slice of the rows that fit; every row carries every column, whatever was selected."""
    user = call.user()
    offset, most = call.number("offset"), call.number("max_results")
    if offset < 0:
        raise refused("offset must be a non-negative number")
    if most <= 0:
        raise refused("max_results must be a postive number")  # the server's own spelling
    module = call.module(user)
    try:
        rows = _rows(call, module, offset, most)
        if not rows:
            return _listed(0, 0, (), ())
        chosen = rows if call.office.habits.allow_custom_paging else _slice(rows, offset, most)
        fields = _selected(module.by_name, call.sent.get("select_fields"))
    except BadSql as problem:
        raise _failed("get_entry_list", (_SQL, str(problem))) from problem
    except NetFault as problem:
        raise _failed("get_entry_list", *problem.chain) from problem
    entries = [entry(row["ID"], call.text("module_name"), _values(module.columns, row)) for row in chosen]
    return _listed(len(entries), offset + len(entries), fields, entries)


def _failed(operation: str, *chain: tuple[str, str]) -> NetFault:
    return NetFault(("System.Exception", f"SOAP: Failed {operation}"), *chain)


def _listed(count: int, following: int, fields: Iterable[Value], entries: Iterable[Value]) -> Struct:
    return struct(
        "get_entry_list_result", result_count=count, next_offset=following, field_list=Many("field", tuple(fields)),
        entry_list=Many("entry_value", tuple(entries)), error=error(),
    )  # fmt: skip


def _rows(call: Call, module: ModuleDef, offset: int, most: int) -> list[Row]:
    """Return all rows that fit; with custom paging, those of the page by their number, which counts from 1.

    Raises:
        BadSql: The query, or the column to sort by.
    """
    # Recorded: -1 finds what is deleted too, because it becomes a bit.
    sql = f"select * from {module.table} where DELETED = {int(call.number('deleted') != 0)}"
    sql += _condition(call.needed("query"), module.table)
    column = _sort_column(call.needed("order_by"), module)
    if not call.office.habits.allow_custom_paging:
        return call.office.db.ask(sql + (f' order by "{column}"' if column else ""))
    if not column:
        raise BadSql("The function 'row_number' must have an OVER clause with ORDER BY.")
    rows = call.office.db.ask(f'{sql} order by "{column}"')
    return [row for number, row in enumerate(rows, 1) if offset <= number < offset + most]


def _condition(query: str, table: str) -> str:
    """Return what is appended: the query in upper case, literals too, without the table's name before a column."""
    if not query.strip():
        return ""
    text = query.upper().replace(f"{table}.", "")
    said = [piece if piece.startswith("'") else _ISNULL.sub("IFNULL(", _N.sub("", piece)) for piece in pieces(text)]
    return f" and ({''.join(said)})"


def _sort_column(order_by: str, module: ModuleDef) -> str:
    """Return the one column, always ascending; what is no letter, digit or underscore is dropped.

    Raises:
        BadSql: There is no such column: "NAME, ID" becomes NAMEID.
    """
    text = re.sub(r"[^A-Z0-9_]", "", order_by.upper().replace(" ASC", "").replace(" DESC", ""))
    if text and text not in module.by_name:
        raise BadSql(f"Invalid column name '{text}'.")
    return text


def _slice(rows: list[Row], offset: int, most: int) -> list[Row]:
    if offset > len(rows):
        raise NetFault(("System.OverflowException", "Arithmetic operation resulted in an overflow."))
    return rows[offset : offset + most]


def _selected(columns: Mapping[str, Column], names: list[str | None] | None) -> list[Struct]:
    """Return field_list: what was selected in the spelling it was sent in, or everything.

    Raises:
        NetFault: Nothing was sent, or a name that does not exist.
    """
    if names is None:
        raise NetFault(_NULL)
    if not names:
        return [_field(c.name.lower(), c.net_type, c.name) for c in columns.values()]
    found = []
    for name in names:
        column = columns.get((name or "").upper())
        if column is None:
            raise NetFault(_NULL)
        found.append(_field(column.name.lower(), column.net_type, name or ""))
    return found


def _values(columns: Iterable[Column], row: Row) -> list[tuple[str, str]]:
    """Return names in lower case and values as lists show them: dates in UTC, no date as the year 1."""
    return [
        (column.name.lower(), shown(column, row[column.name], zone.utc_text(row[column.name] or "") if column.kind == "d" else ""))
        for column in columns
    ]  # fmt: skip


def get_entry(call: Call) -> Value:
    """Return one entry for each field, deleted records too; dates in the server's culture and zone."""
    module = call.module(call.user())
    row = call.office.db.get(module.table, guid(call.needed("id")))
    names = call.sent.get("select_fields")
    if row is None:
        return _single((), ())
    if names is None:
        raise _failed("get_entry", _NULL)
    wanted = [name or "" for name in names] or [column.name for column in module.columns]
    fields, entries = [], []
    for name in wanted:
        column = module.by_name.get(name.upper())
        if column is None:
            raise _failed("get_entry", ("System.Exception", f"{name} does not exist in {module.table}"))
        fields.append(_field(column.name.lower(), column.net_type, name))
        value = row[column.name]
        text = shown(column, value, zone.culture_text(value or "") if column.kind == "d" else "")
        entries.append(entry(row["ID"], call.text("module_name"), [(name, text)]))
    return _single(fields, entries)


def _single(fields: Iterable[Value], entries: Iterable[Value]) -> Struct:
    return struct(
        "get_entry_result", field_list=Many("field", tuple(fields)), entry_list=Many("entry_value", tuple(entries)), error=error()
    )  # fmt: skip


def get_entries(call: Call) -> Value:
    """Return the undeleted records of the ids, all columns of the view; an unknown field is a hole in field_list."""
    module = call.module(call.user())
    ids, names = call.sent.get("ids"), call.sent.get("select_fields")
    if ids is None or names is None:
        raise _failed("get_entries", _NULL)
    columns = call.office.columns(module)
    entries = []
    for key in dict.fromkeys(guid(key or "") for key in ids):
        row = call.office.db.get(module.table, key)
        if row is not None and not row["DELETED"]:
            row = call.office.viewed(module, row)
            entries.append(entry(key, call.text("module_name"), _values(columns.values(), row)))
    fields: list[Value] = []
    for name in names or columns:
        column = columns.get((name or "").upper())
        fields.append(None if column is None else _field(column.name.lower(), column.net_type, name or ""))
    return _single(fields, entries)
