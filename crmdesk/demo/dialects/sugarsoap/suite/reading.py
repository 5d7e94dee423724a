# SPDX-License-Identifier: MIT
"""Lists, entries, counts, fields and modules of SuiteCRM (wire/suitecrm/legacy_soap_php_plugin)."""

import re
from collections.abc import Iterable
from typing import Any

from crmdesk.demo.dialects.sugarsoap.database import BadSql, Row, pieces
from crmdesk.demo.dialects.sugarsoap.suite.catalogue import MODULES, FieldDef, ModuleDef
from crmdesk.demo.dialects.sugarsoap.suite.office import Call, Refusal, no_access, no_login, success
from crmdesk.demo.dialects.sugarsoap.suite.replies import Died
from crmdesk.demo.dialects.sugarsoap.values import Many, Struct, Value, entry, pairs, strings, struct

_DEFAULT_ROWS = 20
_FAILURE = "Database failure. Please refer to suitecrm.log for details."
_FORBIDDEN = re.compile(r";|\bselect\b", re.IGNORECASE)
_NO_ROWS = Many("entry_value", ())
_NO_FIELDS = Many("field", ())
_NO_ERROR = struct("error_value", number=None, name=None, description=None)
_GONE = (("warning", "Access to this object is denied since it has been deleted or does not exist"), ("deleted", "1"))


def get_available_modules(call: Call) -> Value:
    """Return the user's modules; without a session none, and error 11."""
    try:
        user = call.user()
    except Refusal as refusal:
        return struct("module_list", modules=strings(()), error=refusal.error)
    return struct("module_list", modules=strings(n for n in MODULES if n not in user.unseen), error=success())


def get_module_fields(call: Call) -> Value:
    """Return the fields; the error of a success is nothing but nil, that of a failure stands without the module's name."""
    try:
        module = call.module(call.user(), call.text("module_name"))
    except Refusal as refusal:
        return struct("module_fields", module_fields=_NO_FIELDS, error=refusal.error)
    return struct("module_fields", module_name=module.name, module_fields=_field_list(module), error=_NO_ERROR)


def _field_list(module: ModuleDef) -> Many:
    return Many("field", tuple(_field(f) for f in module.fields))


def _field(f: FieldDef) -> Struct:
    common: dict[str, Value] = {
        "name": f.name,
        "type": f.kind,
        "label": f.label,
        "required": int(f.is_required),
        "options": pairs(f.choices),
    }
    return struct("field", **common, **({"default_value": f.default} if f.default is not None else {}))


def get_entry_list(call: Call) -> Value:
    """Return a slice; field_list is complete whatever was selected, and empty where there are no rows."""
    offset, most = max(call.number("offset"), 0), call.number("max_results")
    try:
        user = call.user(no_login)
        module = call.module(user, call.text("module_name"))
    except Refusal as refusal:
        return struct("get_entry_list_result", result_count=-1, entry_list=_NO_ROWS, error=refusal.error)
    try:
        rows = listed(call, module, call.text("query"), call.number("deleted"), call.text("order_by"))
    except Refusal as refusal:
        return struct("get_entry_list_result", result_count=-1, error=refusal.error)
    page = rows[offset : offset + (most if most > 0 else _DEFAULT_ROWS)]
    chosen = selected(module.listed, call.sent.get("select_fields"))
    entries = tuple(entry(row["id"], module.name, call.office.values(module, row, chosen)) for row in page)
    return struct(
        "get_entry_list_result", result_count=len(page), next_offset=offset + len(page),
        field_list=_field_list(module) if page else _NO_FIELDS, entry_list=Many("entry_value", entries), error=success(),
    )  # fmt: skip


def selected(fields: Iterable[FieldDef], sent: Any) -> list[FieldDef]:
    """Return the fields that are selected, in the server's order; nothing sent means all.

    An array that did not say so arrives as {"item": [...]}, in which no field is found, or as {"item": "one"}.
    """
    if not sent:
        return list(fields)
    names = list(sent.values()) if isinstance(sent, dict) else sent
    return [f for f in fields if f.name in names]


def listed(call: Call, module: ModuleDef, query: str, deleted: int, order_by: str = "") -> list[Row]:
    """Return all rows that fit.

    Raises:
        Refusal: 40: the query holds a sub-select or a semicolon.
        Died: The database refuses it: HTTP 500 with a sentence.
    """
    if any(_FORBIDDEN.search(piece) for piece in pieces(query, is_mysql=True) if not piece.startswith("'")):
        raise no_access()
    join = "" if module.table == "users" else f" LEFT JOIN users jt0 ON {module.table}.assigned_user_id = jt0.id"
    if "assigned_user_id" not in module.by_name:
        join = ""
    where = [f"({_mysql(query)})"] if query.strip() else []
    where += [f"{module.table}.deleted = {deleted}"] if deleted in (0, 1) else []
    sql = f"SELECT {module.table}.* FROM {module.table}{join}"
    sql += f" WHERE {' AND '.join(where)}" if where else ""
    try:
        return call.office.db.ask(sql + _order(order_by, module))
    except BadSql as problem:
        raise Died(_FAILURE) from problem


def _mysql(query: str) -> str:
    r"""Return MySQL's literals as SQLite reads them: \' becomes '', other backslashes go unless LIKE needs them."""
    out = []
    for piece in pieces(query, is_mysql=True):
        text = re.sub(r"\\(.)", lambda found: "''" if found.group(1) == "'" else found.group() if found.group(1) in "%_" else found.group(1), piece, flags=re.DOTALL)  # fmt: skip
        out.append(text if piece.startswith("'") else piece)
    return "".join(out)


def _order(order_by: str, module: ModuleDef) -> str:
    """Return the ORDER BY; what is no field's bare name is dropped (recorded: "accounts.name desc" has no effect)."""
    parts = []
    for text in order_by.split(","):
        name, _, direction = text.strip().partition(" ")
        f = module.by_name.get(name)
        if f is not None and f.is_stored:
            parts.append(f'{module.table}."{name}" {"DESC" if direction.strip().lower() == "desc" else "ASC"}')
    return f" ORDER BY {', '.join(parts)}" if parts else ""


def get_entries_count(call: Call) -> Value:
    """Return how many rows fit."""
    try:
        module = call.module(call.user(), call.text("module_name"))
        count = len(listed(call, module, call.text("query"), call.number("deleted")))
    except Refusal as refusal:
        return struct("get_entries_count_result", result_count=-1, error=refusal.error)
    return struct("get_entries_count_result", result_count=count, error=success())


def get_entry(call: Call) -> Value:
    """Return one record; of one that is not there, or not any more, an entry that says so if it is asked to."""
    return _entries(call, [call.text("id")])


def get_entries(call: Call) -> Value:
    """Return many records."""
    sent = call.sent.get("ids")
    keys = list(sent.values()) if isinstance(sent, dict) else sent or []
    return _entries(call, [key for key in keys if isinstance(key, str)])


def _entries(call: Call, keys: list[str]) -> Struct:
    try:
        module = call.module(call.user(), call.text("module_name"))
    except Refusal as refusal:
        return struct("get_entry_result", field_list=_NO_FIELDS, entry_list=_NO_ROWS, error=refusal.error)
    sent = call.sent.get("select_fields")
    chosen = selected(module.fields, sent)
    names = list(sent.values()) if isinstance(sent, dict) else sent or [name for name, _ in _GONE]
    entries: list[Value] = []
    is_there = False
    for key in keys:
        row = call.office.db.get(module.table, key)
        if row is None or row["deleted"]:
            entries.append(entry(key, module.name, [(name, text) for name, text in _GONE if name in names]))
            continue
        is_there = True
        entries.append(entry(key, module.name, call.office.values(module, row, chosen)))
    fields = _field_list(module) if is_there else _NO_FIELDS
    return struct("get_entry_result", field_list=fields, entry_list=Many("entry_value", tuple(entries)), error=success())  # fmt: skip
