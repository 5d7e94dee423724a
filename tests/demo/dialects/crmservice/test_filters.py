# SPDX-License-Identifier: MIT
"""The filter language: every operator, SQL's three values, text without case, relative times, relations."""

import json
from typing import Any

import pytest

from tests.demo.dialects.crmservice.conftest import Caller

_FIRMS = (
    {"name": "Alfa Oy", "account_type": "Customer", "employees": 5, "cf_discount": "2.5", "cf_customer_since": "2026-11-01"},
    {"name": "alfa 100% GmbH", "account_type": "Prospect", "employees": 50, "cf_customer_since": "2026-11-21", "cf_call_after": "09:00:00"},
    {"name": "Beta_Öljy", "employees": 500, "do_not_mail": True, "website": "", "cf_interests": ["Pumps", "Newsletter"]},
)  # fmt: skip


@pytest.fixture(scope="module")
def firms(reader: Caller) -> dict[int, str]:
    """Three accounts of ours: id -> letter."""
    return {reader.create("accounts", **values)["id"]: letter for letter, values in zip("abc", _FIRMS, strict=True)}


def found(reader: Caller, firms: dict[int, str], expression: Any) -> str:
    """Return the letters of those of ours that a filter finds."""
    ours = {"$and": [{"$in": ["id", list(firms)]}, expression]}
    return "".join(firms[number] for number in reader.found("accounts", ours))


@pytest.mark.parametrize(
    ("expression", "letters"),
    [
        ({"$eq": ["name", "ALFA OY"]}, "a"), ({"name": "alfa oy"}, "a"), ({"$eq": ["account_type", "customer"]}, "a"),
        ({"$ne": ["name", "alfa oy"]}, "bc"), ({"$gt": ["employees", 5]}, "bc"), ({"$gte": ["employees", "5"]}, "abc"),
        ({"$lt": ["employees", 50]}, "a"), ({"$lte": ["employees", 50]}, "ab"), ({"$eq": ["cf_discount", "2.50"]}, "a"),
        ({"$gt": ["name", "alfa o"]}, "ac"), ({"$beg": ["name", "ALFA"]}, "ab"), ({"$end": ["name", "öljy"]}, "c"),
        ({"$cts": ["name", "00%"]}, "b"), ({"$not.cts": ["name", "alfa"]}, "c"), ({"$like": ["name", "alfa%"]}, "ab"),
        ({"$like": ["name", "_lfa oy"]}, "a"), ({"$like": ["name", "lfa"]}, ""), ({"$regex": ["name", "^(alfa|beta).?[o0-9]"]}, "ab"),
        ({"$in": ["account_type", ["customer", "PROSPECT"]]}, "ab"), ({"$nin": ["account_type", ["Customer"]]}, "b"), ({"$in": ["employees", []]}, ""),
        ({"$between": ["employees", 5, 50]}, "ab"), ({"$not.between": ["employees", 5, 50]}, "c"),
        ({"$is.null": ["account_type"]}, "c"), ({"$not.null": ["account_type"]}, "ab"), ({"$is.null": ["website"]}, "ab"), ({"$eq": ["website", ""]}, "c"),
        ({"$eq": ["do_not_mail", True]}, "c"), ({"$eq": ["do_not_mail", "1"]}, "c"), ({"$cts": ["cf_interests", "pumps"]}, "c"),
        ({"$gte": ["cf_customer_since", "2026-11-21"]}, "b"), ({"$lt": ["cf_call_after", "10:00:00"]}, "b"),
        ({"name": "alfa oy", "employees": 5}, "a"), ({"name": "alfa oy", "employees": 6}, ""), ([{"employees": 5}, {"name": "Alfa Oy"}], "a"),
        ({"$or": [{"employees": 5}, {"employees": 500}]}, "ac"), ({"$nor": [{"employees": 5}, {"employees": 500}]}, "b"),
        ({"$not": {"$beg": ["name", "alfa"]}}, "c"), ({"$and": [{"$beg": ["name", "alfa"]}, {"$not": {"employees": 5}}]}, "b"),
    ],
)  # fmt: skip
def test_operators(reader: Caller, firms: dict[int, str], expression: Any, letters: str) -> None:
    assert found(reader, firms, expression) == letters


@pytest.mark.parametrize(
    ("expression", "letters"),
    [
        ({"$ne": ["account_type", "Customer"]}, "b"), ({"$not": {"$eq": ["account_type", "Customer"]}}, "b"),
        ({"$eq": ["account_type", None]}, ""), ({"$ne": ["account_type", None]}, ""), ({"$not.cts": ["account_type", "x"]}, "ab"),
        ({"$nor": [{"account_type": "Customer"}]}, "b"), ({"$or": [{"account_type": "x"}, {"employees": 500}]}, "c"),
        ({"$not": {"$and": [{"account_type": "x"}, {"employees": 1}]}}, "abc"),
    ],
)  # fmt: skip
def test_null_is_neither_equal_nor_unequal(reader: Caller, firms: dict[int, str], expression: Any, letters: str) -> None:  # fmt: skip
    assert found(reader, firms, expression) == letters


@pytest.mark.parametrize(
    ("expression", "letters"),
    [
        ({"$gte": ["cf_customer_since", "$now.date"]}, "b"), ({"$lt": ["cf_customer_since", "$now.date -7 days"]}, "a"),
        ({"$between": ["cf_customer_since", "$now.date -1 month", "$now.date"]}, "ab"), ({"$gt": ["cf_customer_since", "$now -1 year"]}, "ab"),
        ({"$gte": ["created_at", "$now"]}, "abc"), ({"$gt": ["created_at", "$now +1 second"]}, ""), ({"$lte": ["created_at", "$now.date +1 day"]}, "abc"),
        ({"$lt": ["cf_call_after", "$now.time"]}, "b"), ({"$eq": ["created_at", "2026-11-22T00:26:40+02:00"]}, "abc"),
        ({"$gte": ["created_at", "2026-11-22"]}, ""), ({"$gte": ["created_at", "$now.date -1 day +1 hour"]}, "abc"),
    ],
)  # fmt: skip
def test_times_may_hang_on_now(reader: Caller, firms: dict[int, str], expression: Any, letters: str) -> None:
    """The clock of these tests stands at 2026-11-21 22:26:40 UTC."""
    assert found(reader, firms, expression) == letters


def test_fields_of_related_records(reader: Caller) -> None:
    accounts = {row["id"]: row for row in reader.rows("accounts")}
    contacts = reader.rows("contacts")
    for path, name in (("account.account_type", "account_type"), ("account.id", "id")):
        for value in (accounts[10000]["account_type"], 10000):
            if isinstance(accounts[10000][name], type(value)):
                wanted = [c["id"] for c in contacts if accounts[c["account_id"]][name] == value]
                assert reader.found("contacts", {"$eq": [path, value]}) == wanted
    activity = reader.rows("activities")[0]
    (account,) = reader.get(f"/activities/{activity['id']}/accounts")["data"]
    assert int(account["id"]) in reader.found("accounts", {"$eq": ["activities.id", str(activity["id"])]})
    assert int(account["id"]) in reader.found("accounts", {"$cts": ["activities.subject", activity["subject"]]})
    order = reader.rows("sales_orders")[0]["id"]
    product = reader.get(f"/sales_orders/{order}/rows")["data"][0]["attributes"]["product_id"]
    assert order in reader.found("sales_orders", {"$eq": ["rows.product_id", product]})


@pytest.mark.parametrize(
    "expression",
    [
        {}, 5, "x", None, {"$and": []}, {"$or": {}}, {"$eq": ["name"]}, {"$eq": "name"}, {"$eq": [5, 5]}, {"$eq": ["", 5]}, {"$is.null": ["name", 1]},
        {"$between": ["name", 1]}, {"$in": ["name", "x"]}, {"$nothing": ["name", 1]}, {"$eq": ["nothing", 1]}, {"nothing": 1}, {"$regex": ["name", "("]},
        {"$eq": ["employees", "many"]}, {"$gt": ["created_at", "yesterday"]}, {"$gt": ["created_at", "$now -1 fortnight"]}, {"$eq": ["account.name", 1]},
        {"$eq": ["owner.nothing", 1]}, {"$eq": ["owner.user_name.x", 1]}, {"$cts": ["name", None]}, {"$cts": ["name", []]}, {"$not": []}, [[]],
        {"$gt": ["created_at", "$now +999999 years"]}, {"$between.x": ["name", 1, 2]}, {"$gt": ["employees", "NaN"]},
    ],
)  # fmt: skip
def test_filters_that_are_none_are_400(reader: Caller, expression: Any) -> None:
    status, text = reader.refusal("GET", "/accounts", None, filter=json.dumps(expression))
    assert status == 400
    assert text.startswith("Invalid filter: ")
