# SPDX-License-Identifier: MIT
"""The query texts, word for word."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from crmdesk.connectors.vendors.crmplus import meta, query
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order, Query
from crmdesk.domain.values import Value
from tests.connectors.crmplus.support import CRMPLUS, LEADS, TYPES, FakeHttp, connect

MODULE = ModuleName("Leads")
SCHEMA = meta.described(LEADS).schema


def compare(name: str, op: Op, value: Value | tuple[Value, ...]) -> Compare:
    return Compare(FieldName(name), op, value)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (compare("city", Op.EQ, "Köln"), "city = 'Köln'"),
        (compare("city", Op.EQ, "O'Reilly"), "city = 'O''Reilly'"),
        (compare("city", Op.EQ, "100% _x"), "city like '100_ _x'"),
        (compare("city", Op.EQ, "C:\\Temp"), "city like 'C:_Temp'"),
        (compare("city", Op.EQ, "Müller & Co <b>"), "city like 'Müller % Co %b%'"),
        (compare("city", Op.EQ, "a😀b\nc"), "city like 'a_b_c'"),
        (compare("city", Op.EQ, "Straße"), "city like 'Stra_e'"),
        (compare("city", Op.EQ, "東京"), "city = '東京'"),
        (compare("city", Op.EQ, "がか"), "city like '__'"),
        (compare("city", Op.CONTAINS, "ürz"), "city like '%ürz%'"),
        (compare("city", Op.STARTS_WITH, "W'"), "city like 'W''%'"),
        (compare("city", Op.IN, ("Ulm", "Bonn")), "city in ('Ulm', 'Bonn')"),
        (compare("annualrevenue", Op.GE, Decimal("1E+3")), "annualrevenue >= '1000'"),
        (compare("annualrevenue", Op.LT, Decimal("-0.50")), "annualrevenue < '-0.50'"),
        (compare("noofemployees", Op.GT, 4900), "noofemployees > '4900'"),
        (compare("emailoptout", Op.EQ, True), "emailoptout = '1'"),
        (compare("emailoptout", Op.EQ, False), "emailoptout = '0'"),
        (compare("cf_857", Op.LE, date(2026, 11, 30)), "cf_857 <= '2026-11-30'"),
        (compare("partner_id", Op.EQ, RecordId(ModuleName("Partner"), "41x7")), "partner_id = '41x7'"),
        (compare("cf_853", Op.CONTAINS, "Größe"), "cf_853 like '%Grö_e%'"),
        (compare("modifiedtime", Op.GE, datetime(2026, 6, 1, 10, tzinfo=UTC)), "modifiedtime >= '2026-06-01 12:00:00'"),
    ],
)
def test_each_condition(condition: Compare, text: str) -> None:
    assert query.conditions(condition, SCHEMA, ZoneInfo("Europe/Berlin")).parts == (text,)


@pytest.mark.parametrize(
    "condition",
    [
        compare("nosuch", Op.EQ, "x"),
        compare("partner_id", Op.EQ, RecordId(ModuleName("Partner"), "1 or 1=1")),
        compare("partner_id", Op.IN, (RecordId(ModuleName("Partner"), "41x7"), "x")),
        compare("noofemployees", Op.GT, "many"),
        compare("city", Op.IN, ("a\\", "b")),
        compare("city", Op.IN, ()),
    ],
)
def test_what_the_server_cannot_be_asked_is_not_asked(condition: Compare) -> None:
    """The engine holds every row against the whole filter, so leaving a condition out finds too much, never too little."""
    both = And((compare("city", Op.EQ, "Ulm"), condition))
    assert query.conditions(both, SCHEMA).parts == ("city = 'Ulm'",)
    either = Or((compare("city", Op.EQ, "Ulm"), condition))
    assert query.conditions(either, SCHEMA).parts == ()


@pytest.mark.parametrize(
    "tree",
    [
        And((Or((compare("city", Op.EQ, "a"), compare("city", Op.EQ, "b"))), compare("city", Op.EQ, "c"))),
        Or((And((compare("city", Op.EQ, "a"), compare("city", Op.EQ, "b"))), compare("city", Op.EQ, "c"))),
        Not(compare("city", Op.EQ, "a")),
        Or(()),
        compare("city", Op.NE, "a"),
    ],
)
def test_what_the_language_cannot_say_is_refused(tree: Filter) -> None:
    with pytest.raises(Unsupported):
        query.conditions(tree, SCHEMA)


def test_names_cannot_break_out() -> None:
    for name in ("city; drop", "a b", "", "x'"):
        with pytest.raises(Unsupported):
            query.render(MODULE, (name,), query.Terms())
        with pytest.raises(Unsupported):
            query.render(ModuleName(name), ("id",), query.Terms())


def explained(asked: Query) -> str:
    answers: Mapping[str, object] = {**CRMPLUS, "listtypes": TYPES, "describe": LEADS}
    return connect(FakeHttp(answers)).explain(asked, 100)


def test_explain_shows_the_first_page() -> None:
    where = compare("city", Op.EQ, "Ulm")
    fields = (FieldName("lastname"),)
    assert explained(Query(MODULE, fields, where)) == (
        "select id, lastname from Leads where city = 'Ulm' order by id limit 100;"
    )
    assert explained(Query(MODULE, fields, where, (Order(FieldName("lastname")), Order(FieldName("city"))))) == (
        "select id, lastname, city from Leads where city = 'Ulm' order by lastname, city, id limit 100;"
    )
    down = explained(Query(MODULE, fields, where, (Order(FieldName("lastname"), True),)))
    assert down.splitlines()[:2] == [
        "select count(*) from Leads where city = 'Ulm';",
        "select id, lastname from Leads where city = 'Ulm' order by lastname, id limit N-100, 100;",
    ]
    long = compare("city", Op.CONTAINS, "y" * 9000)
    assert "applied here" in explained(Query(MODULE, where=long))
