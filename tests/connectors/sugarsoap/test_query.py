# SPDX-License-Identifier: MIT
"""The text of a condition: quoting, widening, what is never asked."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.sugarsoap.clock import Clock
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described, RawField, described, module
from crmdesk.connectors.vendors.sugarsoap.query import (
    Asking,
    Collation,
    by_keys,
    column,
    condition,
    is_exact,
    order_by,
    pattern,
    since,
)
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from tests.connectors.sugarsoap.support import guid

SPLENDID_TYPES = {
    "ID": "Guid", "NAME": "string", "DESCRIPTION": "string", "EMPLOYEES": "Int32", "AMOUNT": "decimal", "DATE_CLOSED": "DateTime",
    "DATE_MODIFIED": "DateTime", "DO_NOT_CALL": "bool", "ASSIGNED_USER_ID": "Guid", "TEAM_ID": "Guid", "PICTURE": "byte[]",
    "ASSIGNED_TO": "string",
}  # fmt: skip
SUGAR_TYPES = {
    "id": "id", "name": "name", "industry": "enum", "areas_c": "multienum", "employees": "int", "amount": "currency",
    "date_closed": "date", "date_modified": "datetime", "deleted": "bool", "assigned_user_id": "relate",
    "assigned_user_name": "relate", "email1": "varchar", "level_c": "varchar",
}  # fmt: skip
AVAILABLE = ("Accounts", "Users")
FOLDS, ONLY_CASE = Collation(True, True, True), Collation(True, True, False)
CLASSES = Collation(True, True, False, True)
NEW_YORK = Clock(timezone(timedelta(hours=-5)), True)
NAME = FieldName("name")


def known(family: Family) -> Described:
    types = SPLENDID_TYPES if family is Family.SPLENDID else SUGAR_TYPES
    raw = [RawField(name, kind) for name, kind in types.items()]
    columns = frozenset(name.lower() for name in types if name != "ASSIGNED_TO")
    return described(module(ModuleName("Accounts")), raw, family, columns=columns, available=AVAILABLE)


def splendid(where: Filter | None, collation: Collation = FOLDS) -> str:
    return condition(where, Asking(known(Family.SPLENDID), NEW_YORK, collation)).text


def sugar(where: Filter | None, collation: Collation = FOLDS) -> str:
    return condition(where, Asking(known(Family.SUGAR), Clock(), collation)).text


def one(field: str, op: Op, value: object = None) -> Compare:
    return Compare(FieldName(field), op, value)  # type: ignore[arg-type]  # tests hand in wrong ones too


def test_nothing_asked_is_no_text() -> None:
    assert splendid(None) == sugar(None) == splendid(And(())) == ""


def test_letters_are_spelt_out_only_where_the_database_is_known_to_fold_them() -> None:
    where = one("name", Op.STARTS_WITH, "Ab 12")
    assert splendid(where) == "NAME like 'Ab 12%'"
    assert splendid(where, ONLY_CASE) == splendid(where, Collation()) == "NAME like '__ 12%'"
    assert splendid(where, CLASSES).startswith("NAME like '[AÀÁÂ")
    assert sugar(where) == "accounts.name like 'Ab 12%'"
    assert sugar(where, ONLY_CASE) == "accounts.name like '__ 12%'"


def test_quotes_are_doubled_and_nothing_ends_a_literal() -> None:
    asking = Asking(known(Family.SPLENDID), NEW_YORK, FOLDS)
    assert pattern("O'Neal", asking) == "O''Neal"
    assert pattern("a;b\\c", asking) == "a_b_c"
    assert pattern("x' or '1'='1", asking) == "x'' or ''1''=''1"
    assert pattern("50%_[x]", asking) == "50___x_"
    assert pattern("a\nb😀ü", asking) == "a%b%_"
    assert pattern("Iı i", asking) == "__ _"


def test_suitecrm_stores_entities_and_watches_for_sql() -> None:
    asking = Asking(known(Family.SUGAR), Clock(), FOLDS)
    assert pattern("O'Neal & <Sons>", asking) == "O%Neal % %Sons%"
    assert pattern("Select Union", asking) == "_elect _nion"


def test_a_literal_that_holds_the_tables_name_is_not_asked() -> None:
    made = condition(one("name", Op.CONTAINS, "Nordic Accounts.eu"), Asking(known(Family.SPLENDID), NEW_YORK, FOLDS))
    assert (made.text, made.dropped) == ("", 1)
    assert "accounts.eu" in sugar(one("name", Op.CONTAINS, "accounts.eu"))


def test_times_are_widened_by_what_is_not_known_of_the_clock() -> None:
    at = datetime(2025, 2, 3, 12, 0, 0, tzinfo=UTC)
    assert splendid(one("date_modified", Op.GE, at)) == "DATE_MODIFIED >= '2025-02-03T04:59:59'"
    assert splendid(one("date_modified", Op.LT, at)) == "DATE_MODIFIED <= '2025-02-03T09:00:01'"
    assert sugar(one("date_modified", Op.GE, at)) == "accounts.date_modified >= '2025-02-03 11:59:59'"
    unknown = Asking(known(Family.SPLENDID), Clock(), FOLDS)
    assert condition(one("date_modified", Op.GE, at), unknown).text == "DATE_MODIFIED >= '2025-02-02T20:59:59'"
    assert since(at, unknown) == "DATE_MODIFIED >= '2025-02-02T20:59:59'"
    day = date(2025, 2, 3)
    assert (
        splendid(one("date_closed", Op.EQ, day))
        == "DATE_CLOSED >= '2025-02-02T00:00:00' and DATE_CLOSED <= '2025-02-04T00:00:00'"
    )
    assert (
        sugar(one("date_closed", Op.EQ, day))
        == "accounts.date_closed >= '2025-02-03' and accounts.date_closed <= '2025-02-03 23:59:59'"
    )


def test_numbers_are_widened_by_what_a_float_may_lose() -> None:
    assert splendid(one("amount", Op.EQ, Decimal("0.1"))) == "AMOUNT >= 0.0999999989 and AMOUNT <= 0.1000000011"
    assert sugar(one("employees", Op.GT, 5)) == "accounts.employees >= 4.9999999940"


def test_truth_links_and_ids() -> None:
    assert splendid(one("do_not_call", Op.EQ, False)) == "DO_NOT_CALL = 0"
    user = RecordId(ModuleName("Users"), guid(7))
    assert splendid(one("assigned_user_id", Op.EQ, user)) == f"ASSIGNED_USER_ID = '{guid(7)}'"
    assert splendid(one("assigned_user_id", Op.EQ, user), Collation()) == ""
    assert splendid(one("assigned_user_id", Op.EQ, RecordId(ModuleName("Users"), "x' or 1=1"))) == ""
    assert (
        sugar(one("assigned_user_id", Op.IN, (RecordId(ModuleName("Users"), "1"),)))
        == "(accounts.assigned_user_id = '1')"
    )
    assert splendid(one("id", Op.IN, (guid(1), guid(2)))) == f"(ID = '{guid(1)}') or (ID = '{guid(2)}')"
    assert splendid(one("id", Op.CONTAINS, "0000")) == ""


def test_custom_fields_of_suitecrm_are_in_a_table_of_their_own() -> None:
    assert sugar(one("level_c", Op.EQ, "7")) == "accounts_cstm.level_c like '7'"


def test_emptiness() -> None:
    assert splendid(one("name", Op.IS_EMPTY)) == "NAME is null or NAME like ''"
    assert splendid(one("amount", Op.IS_EMPTY)) == "AMOUNT is null"
    assert splendid(one("assigned_user_id", Op.IS_EMPTY)).endswith("= '00000000-0000-0000-0000-000000000000'")
    assert sugar(one("areas_c", Op.IS_EMPTY)).endswith("accounts_cstm.areas_c like '^^'")
    assert "0000-00-00" in sugar(one("date_closed", Op.IS_EMPTY))
    assert sugar(one("assigned_user_id", Op.IS_EMPTY)).endswith("accounts.assigned_user_id = ''")


def test_groups_get_brackets_and_an_alternative_that_cannot_be_asked_opens_them() -> None:
    digits, more = one("name", Op.CONTAINS, "12"), one("description", Op.CONTAINS, "34")
    assert (
        splendid(And((digits, Or((digits, more)))))
        == "(NAME like '%12%') and ((NAME like '%12%') or (DESCRIPTION like '%34%'))"
    )
    hidden = one("assigned_to", Op.EQ, "Anna")  # a column of the view alone
    assert splendid(Or((digits, hidden))) == ""
    assert splendid(And((digits, hidden))) == "(NAME like '%12%')"
    assert splendid(one("name", Op.IN, ("1", None))) == ""


@pytest.mark.parametrize(
    "where",
    [
        one("nope", Op.EQ, "x"), one("email1", Op.EQ, "x"), one("assigned_user_name", Op.EQ, "x"), one("name", Op.EQ, None), one("name", Op.EQ, ""),
        one("employees", Op.EQ, "five"), one("employees", Op.EQ, True), one("deleted", Op.EQ, "1"), one("date_closed", Op.EQ, "soon"),
        one("date_closed", Op.GE, datetime(2025, 1, 1, tzinfo=UTC)), one("date_modified", Op.GE, date(2025, 1, 1)),
        one("name", Op.CONTAINS, "ü%"), one("name", Op.CONTAINS, "x" * 70_000), one("name", Op.IN, ()),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_dropped_not_guessed(where: Compare) -> None:
    made = condition(where, Asking(known(Family.SUGAR), Clock(), FOLDS))
    assert (made.text, made.dropped) == ("", 1)


def test_the_order_is_one_column_and_never_missing() -> None:
    asmx, php = (Asking(known(family)) for family in (Family.SPLENDID, Family.SUGAR))
    assert order_by((), asmx) == "ID"
    assert order_by((), php) == "id asc"
    assert order_by((Order(NAME),), asmx) == "NAME"
    assert order_by((Order(NAME, True),), php) == "name desc, id asc"
    for orders, asking in (
        ((Order(NAME, True),), asmx),
        ((Order(NAME), Order(NAME)), php),
        ((Order(FieldName("a b")),), asmx),
    ):
        with pytest.raises(Unsupported):
            order_by(orders, asking)


def test_what_planning_never_makes_is_refused() -> None:
    for where in (Not(one("name", Op.EQ, "x")), Or(()), one("name", Op.NE, "x")):
        with pytest.raises(Unsupported):
            sugar(where)
    asking = Asking(known(Family.SPLENDID), collation=FOLDS)
    with pytest.raises(Unsupported):
        column(FieldName("a; drop"), asking)
    for keys in ((), ("1",), (guid(1), "x'")):
        with pytest.raises(Unsupported):
            by_keys(FieldName("id"), keys, asking)


def test_the_servers_count_is_taken_where_it_counts_what_is_meant() -> None:
    asking = Asking(known(Family.SUGAR), Clock(), FOLDS)
    exact = (
        None,
        one("name", Op.EQ, "Oulu 12"),
        one("deleted", Op.EQ, False),
        And((one("name", Op.CONTAINS, "a"), one("deleted", Op.EQ, True))),
    )
    doubtful = (one("name", Op.EQ, "Müller"), one("name", Op.EQ, "O'Neal"), one("name", Op.EQ, "x "), one("employees", Op.GT, 5), one("email1", Op.EQ, "x"), one("name", Op.IS_EMPTY), one("name", Op.EQ, "a_b"))  # fmt: skip
    assert all(is_exact(where, asking) for where in exact)
    assert not any(is_exact(where, asking) for where in doubtful)
    assert not is_exact(one("name", Op.EQ, "Oulu"), Asking(known(Family.SUGAR), Clock(), ONLY_CASE))
