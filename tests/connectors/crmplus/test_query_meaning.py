# SPDX-License-Identifier: MIT
"""For any filter and any records: what the server finds, held against the whole filter here, is what the filter means.

The server is the independent reading in ``vtql.py``; both readings of and/or are tried.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crmdesk.connectors.vendors.crmplus import PLUGIN, parse, query
from crmdesk.connectors.wire.text import from_datetime
from crmdesk.domain.matching import matches
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.planning import plan
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Query
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.values import Value
from tests.connectors.crmplus import vtql

LEADS = ModuleName("Leads")
ACCOUNTS = ModuleName("Accounts")
KINDS = {
    "lastname": FieldType.TEXT,
    "city": FieldType.TEXT,
    "leadstatus": FieldType.CHOICE,
    "interests": FieldType.MULTI_CHOICE,
    "budget": FieldType.DECIMAL,
    "employees": FieldType.INTEGER,
    "optout": FieldType.BOOLEAN,
    "follow_up": FieldType.DATE,
    "modified": FieldType.DATETIME,
    "account_id": FieldType.REFERENCE,
}
SCHEMA = Schema(
    Module(name=LEADS, label="Lead", label_plural="Leads"),
    tuple(
        Field(name=FieldName(name), label=name, type=kind, refers_to=(ACCOUNTS,) if name == "account_id" else ())
        for name, kind in KINDS.items()
    ),
    FieldName("lastname"),
)
# Letters that matter: quotes, wildcards, entities, accents, case pairs, scripts whose marks the server keeps apart.
# U+212A and U+212B are left out: ``folded`` takes them for k and å, and no collation was asked about them.
LETTERS = "aAäÄeéEiİıoøsßSkK zZ'\"\\%_&<>;()=-,.0123\t\nάΑйиЙёЕかがア字آا😀\u0301\uffee|#"
texts = st.text(st.sampled_from(LETTERS), max_size=6) | st.text(max_size=4).filter(
    lambda text: not set(text) & {"\u212a", "\u212b", "\x00"} and all(not 0xD800 <= ord(c) < 0xE000 for c in text)
)
members = st.lists(st.sampled_from(["A & B", "Größe", "漢字", "Plain", "a|b"]), unique=True, max_size=3).map(tuple)
numbers = st.decimals(-1000, 1000, places=2, allow_nan=False) | st.sampled_from([Decimal("0.00"), Decimal("1.50")])
moments = st.builds(
    lambda start, seconds: start + timedelta(seconds=seconds),
    st.sampled_from([datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)]),
    st.integers(0, 3 * 86_400) | st.decimals(0, 3 * 86_400, places=1).map(float),
)
days = st.dates(date(2026, 1, 1), date(2026, 1, 9))
references = st.integers(1, 4).map(lambda number: RecordId(ACCOUNTS, f"11x{number}"))
OF_KIND: dict[FieldType, st.SearchStrategy[Value]] = {
    FieldType.TEXT: texts,
    FieldType.CHOICE: texts,
    FieldType.MULTI_CHOICE: members,
    FieldType.DECIMAL: numbers,
    FieldType.INTEGER: st.integers(-5, 5),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: days,
    FieldType.DATETIME: moments,
    FieldType.REFERENCE: references,
}
zones = st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")])


@st.composite
def stored_rows(draw: st.DrawFn, zone: tzinfo) -> dict[str, str | Decimal | None]:
    """A row as the database holds it; texts may carry blanks at the end."""
    row: dict[str, str | Decimal | None] = {}
    for name, kind in KINDS.items():
        value = draw(st.none() | OF_KIND[kind])
        row[name] = _stored(value, zone)
    return row


def _stored(value: Value, zone: tzinfo) -> str | Decimal | None:
    match value:
        case None:
            return None
        case bool():
            return Decimal(int(value))
        case int() | Decimal():
            return Decimal(value)
        case datetime():
            return from_datetime(value, zone)
        case tuple():
            return parse.MULTI_SEPARATOR.join(value)
        case _:
            return str(value)


def _told(row: dict[str, str | Decimal | None]) -> dict[str, object]:
    """The row as the server tells it."""
    return {"id": "10x1", **{name: "" if value is None else str(value) for name, value in row.items()}}


@st.composite
def compares(draw: st.DrawFn) -> Compare:
    name = draw(st.sampled_from(sorted(KINDS)))
    op = draw(st.sampled_from(list(Op)))
    other = OF_KIND[KINDS[draw(st.sampled_from(sorted(KINDS)))]]
    values = OF_KIND[KINDS[name]] | st.none() | texts | other
    if op is Op.IS_EMPTY:
        return Compare(FieldName(name), op)
    if op is Op.IN:
        return Compare(FieldName(name), op, tuple(draw(st.lists(values, max_size=3))))
    return Compare(FieldName(name), op, draw(values))


filters: st.SearchStrategy[Filter] = st.recursive(
    compares(),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts)))
        | inner.map(Not)
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None)
@given(st.data(), filters, zones)
def test_pushed_part_and_local_check_are_the_filter(data: st.DataObject, where: Filter, zone: tzinfo) -> None:
    rows = data.draw(st.lists(stored_rows(zone), min_size=1, max_size=4))
    check_meaning(where, rows, zone)


def check_meaning(where: Filter, rows: list[dict[str, str | Decimal | None]], zone: tzinfo = UTC) -> None:
    planned = plan(Query(LEADS, where=where), PLUGIN.capabilities, SCHEMA)
    text = query.render(LEADS, ("*",), query.conditions(planned.pushed.where, SCHEMA, zone))
    asked = vtql.parse(text)
    for row in rows:
        record = parse.record(_told(row), SCHEMA, parse.Reading(zone))
        meant = matches(where, record.values)
        for and_first in (True, False):
            found = vtql.holds(asked, row, and_first=and_first) and matches(planned.check, record.values)
            assert found == meant, (text, row)


@settings(max_examples=300, deadline=None)
@given(texts.filter(bool), st.sampled_from([Op.EQ, Op.CONTAINS, Op.STARTS_WITH, Op.IN]))
@example("\\", Op.EQ)
@example("\\'", Op.EQ)
@example("' or 1=1 -- ", Op.CONTAINS)
@example("x'; delete from Leads;", Op.EQ)
@example("\\' or id > '10x0", Op.IN)
def test_a_value_stays_one_literal(text: str, op: Op) -> None:
    """Injection through a value is impossible: the lexer sees the tokens of a harmless value, whatever is inside."""
    value: Value | tuple[Value, ...] = (text, text + "x") if op is Op.IN else text
    terms = query.conditions(Compare(FieldName("lastname"), op, value), SCHEMA)
    rendered = query.render(LEADS, ("id",), terms)
    assert "\\" not in rendered
    found = vtql.parse(rendered)
    assert (found.module, found.columns, found.order, found.limit) == ("Leads", ("id",), ("id",), (0, 100))
    assert len(found.conditions) <= 1
    for condition in found.conditions:
        assert condition.column == "lastname"
        if condition.operator == "=":
            assert condition.values == (text,)
        if condition.operator == "in":
            assert condition.values == (text, text + "x")


@settings(max_examples=200, deadline=None)
@given(filters.filter(lambda f: isinstance(f, (Or, And, Compare))), st.integers(1, 6))
def test_the_keyset_holds_in_both_readings(where: Filter, after: int) -> None:
    """(a or b) and id > x, said without brackets."""
    planned = plan(Query(LEADS, where=where), PLUGIN.capabilities, SCHEMA)
    terms = query.conditions(planned.pushed.where, SCHEMA)
    plain = vtql.parse(query.render(LEADS, ("id",), terms))
    keyed = vtql.parse(query.render(LEADS, ("id",), terms, after=f"10x{after}"))
    for lastname in ("a", "Z", None):
        for number in (1, 3, 7):
            row: dict[str, str | Decimal | None] = {"lastname": lastname, "city": "a", "id": f"10x{number}"}
            for and_first in (True, False):
                expected = vtql.holds(plain, row, and_first=and_first) and number > after
                assert vtql.holds(keyed, row, and_first=and_first) == expected


def test_a_moment_is_rounded_outwards() -> None:
    noon = datetime(2026, 6, 1, 12, 0, 0, 400_000, tzinfo=UTC)
    told = {op: query.conditions(Compare(FieldName("modified"), op, noon), SCHEMA).parts for op in (Op.LT, Op.GT)}
    assert told == {Op.LT: ("modified < '2026-06-01 12:00:01'",), Op.GT: ("modified > '2026-06-01 12:00:00'",)}


def test_the_hour_that_comes_twice_loses_nothing() -> None:
    """02:30 on the night summer time ends is two moments; the server has the reading only."""
    zone = ZoneInfo("Europe/Berlin")
    second = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    rows: list[dict[str, str | Decimal | None]] = [
        {"modified": from_datetime(second + timedelta(minutes=m), zone)} for m in range(-180, 181, 7)
    ]
    for op in (Op.LT, Op.LE, Op.GT, Op.GE):
        check_meaning(Compare(FieldName("modified"), op, second), rows, zone)


def test_a_long_list_is_asked_in_parts_that_mean_the_same() -> None:
    """A list of 2,000 values does not fit into an address; the parts do, and no row comes twice."""
    values = tuple(f"Müller & Söhne {number}" if number % 50 == 0 else f"Name {number}" for number in range(2000))
    plain = tuple(value for value in values if "&" not in value)
    where = And((Compare(FieldName("city"), Op.EQ, "Ulm"), Compare(FieldName("lastname"), Op.IN, plain)))
    parts = query.split(where, SCHEMA)
    assert len(parts) > 1
    for part in parts:
        text = query.render(LEADS, ("*",), query.conditions(part, SCHEMA), after="10x123456789")
        assert len(text) < 6000
        assert "city = 'Ulm' and lastname in (" in text
    for name in ("Name 1", "name 1999", "NAME 777", "Name 2000", ""):
        row: dict[FieldName, Value] = {FieldName("city"): "Ulm", FieldName("lastname"): name}
        assert (query.part_of(row, parts) < len(parts)) == matches(where, row)
    short = Compare(FieldName("lastname"), Op.IN, ("a", "b"))
    assert query.split(short, SCHEMA) == (short,)
    assert query.split(None, SCHEMA) == (None,)


def test_what_is_too_long_and_cannot_be_cut_is_filtered_here() -> None:
    where = Compare(FieldName("lastname"), Op.CONTAINS, "x" * 7000)
    assert query.split(where, SCHEMA) == (where,)
    terms = query.conditions(where, SCHEMA)
    assert (terms.parts, terms.dropped) == ((), 1)
