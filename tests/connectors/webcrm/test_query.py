# SPDX-License-Identifier: MIT
"""Queries: what is asked, quoted safely, never less than the filter means; run by a database that is not ours."""

import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import quote

import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.vendors.webcrm import meta, query
from crmdesk.connectors.vendors.webcrm.query import Folding, Terms
from crmdesk.connectors.vendors.webcrm.resources import resources
from crmdesk.domain.errors import Unsupported
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order
from crmdesk.domain.values import Value

ONE = resources()[ModuleName("Organisations")]
SCHEMA = meta.schema(ONE, {}, can_query=True)
NAME, CITY, OWNER = FieldName("OrganisationName"), FieldName("OrganisationCity"), FieldName("OrganisationOwner")
FULL, CLASSES, NOTHING = Folding(case=True, accents=True), Folding(case=True, classes=True), Folding()
FOLDINGS = st.sampled_from([FULL, CLASSES, NOTHING, Folding(case=True), Folding(classes=True)])
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
NASTY = st.one_of(TEXTS, st.text("'\\\";%_[]-/* \n\0DELETE", min_size=1, max_size=20))


def asked(where: Filter, folding: Folding = FULL) -> str:
    return query.conditions(where, SCHEMA, folding).text


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Compare(NAME, Op.EQ, "12-34"), "OrganisationName = '12-34'"),
        (Compare(NAME, Op.EQ, "O'Hara"), "OrganisationName = 'O''Hara'"),
        (Compare(NAME, Op.STARTS_WITH, "Ha"), "OrganisationName LIKE 'ha%'"),
        (Compare(NAME, Op.CONTAINS, "50%"), "OrganisationName LIKE '%50_%'"),
        (Compare(NAME, Op.CONTAINS, "a[b]"), "OrganisationName LIKE '%a_b_%'"),
        (Compare(OWNER, Op.EQ, RecordId(ModuleName("Users"), "7")), "OrganisationOwner = 7"),
        (Compare(OWNER, Op.EQ, RecordId(ModuleName("Users"), "7 OR 1=1")), ""),
        (Compare(FieldName("OrganisationSla"), Op.GE, 3), "OrganisationSla >= 3"),
        (Compare(NAME, Op.IN, ("a", "b")), "(OrganisationName = 'a' OR OrganisationName = 'b')"),
        (Compare(NAME, Op.EQ, None), ""),
        (Compare(FieldName("OrganisationNoAds"), Op.EQ, True), ""),
        (Compare(FieldName("NoSuchField"), Op.EQ, "x"), ""),
        (
            Compare(FieldName("OrganisationUpdatedAt"), Op.GE, datetime(2018, 10, 5, 12, tzinfo=UTC)),
            "OrganisationUpdatedAt >= '2018-10-04T12:00:00.0000000Z'",
        ),
        (
            Compare(FieldName("OrganisationXDate1"), Op.EQ, date(2018, 10, 5)),
            "(OrganisationXDate1 >= '2018-10-04T00:00:00.0000000Z' AND OrganisationXDate1 <= '2018-10-07T00:00:00.0000000Z')",
        ),
    ],
)
def test_one_condition(where: Compare, text: str) -> None:
    assert asked(where) == text


def test_groups_are_bracketed() -> None:
    a, b, c = (Compare(NAME, Op.EQ, text) for text in ("1", "2", "3"))
    assert (
        asked(And((a, Or((b, c))))) == "OrganisationName = '1' AND (OrganisationName = '2' OR OrganisationName = '3')"
    )
    assert (
        asked(Or((a, And((b, c))))) == "(OrganisationName = '1' OR (OrganisationName = '2' AND OrganisationName = '3'))"
    )


def test_an_alternative_that_cannot_be_asked_opens_the_whole() -> None:
    unasked = Compare(FieldName("OrganisationNoAds"), Op.EQ, True)
    assert asked(Or((Compare(NAME, Op.EQ, "1"), unasked))) == ""
    found = query.conditions(And((Compare(NAME, Op.EQ, "1"), unasked)), SCHEMA, FULL)
    assert (found.text, found.dropped) == ("OrganisationName = '1'", 1)


def test_a_negation_is_never_made() -> None:
    with pytest.raises(Unsupported):
        asked(Not(Compare(NAME, Op.EQ, "x")))


def test_too_much_for_an_address_is_left_out() -> None:
    many = Compare(NAME, Op.IN, tuple(f"company {number}" for number in range(500)))
    found = query.conditions(And((many, Compare(CITY, Op.EQ, "5"))), SCHEMA, FULL)
    assert (found.text, found.dropped) == ("OrganisationCity = '5'", 1)


def test_the_order_is_total() -> None:
    order = (Order(CITY, descending=True), Order(NAME))
    text = query.select(ONE, ("*",), Terms(), order)
    assert text == "SELECT * FROM Organisation ORDER BY OrganisationCity DESC, OrganisationName ASC, OrganisationId ASC"
    own = query.select(ONE, ("*",), Terms(), (Order(FieldName("OrganisationId"), descending=True),))
    assert own == "SELECT * FROM Organisation ORDER BY OrganisationId DESC"


def test_a_name_that_is_none_is_never_asked() -> None:
    with pytest.raises(Unsupported):
        query.select(ONE, ("OrganisationId; DELETE",), Terms())


@given(NASTY, FOLDINGS, st.sampled_from([Op.EQ, Op.CONTAINS, Op.STARTS_WITH]))
def test_no_text_leaves_its_quotes(text: str, folding: Folding, op: Op) -> None:
    """Whatever is typed, each dialect sees one SELECT with one comparison, and nothing else."""
    condition = asked(Compare(NAME, op, text), folding)
    if not condition:
        return
    script = query.select(ONE, ("OrganisationId",), Terms(condition))
    assert not any(letter in script for letter in "\\\0\n")
    for dialect in ("tsql", "mysql", "postgres", "sqlite"):
        (parsed,) = sqlglot.parse(script, read=dialect)
        assert isinstance(parsed, sqlglot.exp.Select)
        where = parsed.args["where"].this
        assert isinstance(where, sqlglot.exp.EQ | sqlglot.exp.Like)
        assert len(list(parsed.find_all(sqlglot.exp.Literal))) == 1


class Base:
    """A table of one column, compared as one of the foldings says."""

    def __init__(self, texts: list[str], folding: Folding) -> None:
        self._base = sqlite3.connect(":memory:")
        collate = "NOCASE" if folding.case else "BINARY"
        self._base.execute(f"PRAGMA case_sensitive_like = {0 if folding.case else 1}")
        self._base.execute(f"CREATE TABLE Organisation (OrganisationId, OrganisationName TEXT COLLATE {collate})")
        self._base.executemany("INSERT INTO Organisation VALUES (?, ?)", list(enumerate(texts)))

    def ids(self, condition: str) -> set[int]:
        script = f"SELECT OrganisationId FROM Organisation WHERE {condition or '1'}"
        found = {int(row[0]) for row in self._base.execute(script)}
        self._base.close()
        return found


@given(
    st.lists(st.text("aAeEéÉåzZßø '%_[x1", min_size=1, max_size=6), min_size=1, max_size=12),
    st.text("aAeEéÉåzZßø '%_[x1", min_size=1, max_size=4),
    st.sampled_from([Op.EQ, Op.CONTAINS, Op.STARTS_WITH, Op.IN]),
    st.sampled_from([Folding(), Folding(case=True)]),
)
def test_nothing_that_is_meant_is_missed(texts: list[str], text: str, op: Op, folding: Folding) -> None:
    value: Value | tuple[Value, ...] = (text, "no such") if op is Op.IN else text
    where = Compare(NAME, op, value)
    wanted = {number for number, have in enumerate(texts) if matches(where, {NAME: have})}
    assert wanted <= Base(texts, folding).ids(asked(where, folding))


@given(st.decimals(-(10**9), 10**9, places=3), st.sampled_from([Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE]))
def test_amounts_that_are_meant_are_found(number: Decimal, op: Op) -> None:
    deal = meta.schema(resources()[ModuleName("Opportunities")], {}, can_query=True)
    text = query.conditions(Compare(FieldName("OpportunityOrderValue"), op, number), deal, FULL).text
    base = sqlite3.connect(":memory:")
    for have in (number, number - Decimal("0.001"), number + Decimal("0.001")):
        (found,) = base.execute(f"SELECT {text} FROM (SELECT {float(have)!r} AS OpportunityOrderValue)").fetchone()
        if matches(Compare(FieldName("x"), op, number), {FieldName("x"): have}):
            assert found
    base.close()


def test_the_seeds_own_query_travels_encoded() -> None:
    """The seed shows raw spaces; an address has none."""
    assert quote("select * from product where ProductUpdatedAt = 43853.4536689814") == (
        "select%20%2A%20from%20product%20where%20ProductUpdatedAt%20%3D%2043853.4536689814"
    )


@pytest.mark.parametrize(
    ("module", "field", "value", "path"),
    [
        ("Activities", "ActivityStatus", "planned", ("/Activities/ByStatus/{status}", "Planned")),
        ("Opportunities", "OpportunityLevel", 3, ("/Opportunities/ByPipelineLevel/{pipelineLevel}", "3")),
        ("SupportCases", "SupportCaseChannel", 2, ("/SupportCases/ByChannel/{channel}", "2")),
        ("Activities", "ActivityStatus", "Abandoned", None),
        ("Activities", "ActivityComment", "x", None),
    ],
)
def test_lists_by_one_value(module: str, field: str, value: Value, path: tuple[str, str] | None) -> None:
    one = resources()[ModuleName(module)]
    schema = meta.schema(one, {}, can_query=False)
    assert query.route(Compare(FieldName(field), Op.EQ, value), one, schema) == path
