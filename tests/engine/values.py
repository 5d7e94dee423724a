# SPDX-License-Identifier: MIT
"""Random values, records and filters over the fake vendor's fields, for property tests."""

from datetime import UTC, timedelta, timezone

from hypothesis import strategies as st

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import Value
from tests.engine.fake_vendor import ACCOUNTS, FIELDS

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12)
"""Any text that a person could type and a file can hold."""
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-3))])
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=ZONES),
    st.times(),
    st.builds(RecordId, st.just(ACCOUNTS), st.text()),
    st.lists(st.text(), max_size=4).map(tuple),
)
RECORDS = st.builds(
    Record,
    st.builds(RecordId, st.just(ACCOUNTS), st.text(min_size=1)),
    st.dictionaries(st.text(min_size=1).map(FieldName), VALUES, max_size=5),
    st.dictionaries(st.text(min_size=1).map(FieldName), st.text(), max_size=3),
    st.none() | st.text(),
)

BY_TYPE: dict[FieldType, st.SearchStrategy[Value]] = {
    FieldType.TEXT: WORDS,
    FieldType.INTEGER: st.integers(-(10**12), 10**12),
    FieldType.MONEY: DECIMALS,
    FieldType.DATE: st.dates(),
    FieldType.DATETIME: st.datetimes(timezones=ZONES),
    FieldType.TIME: st.times().map(lambda clock: clock.replace(microsecond=0)),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.CHOICE: st.sampled_from(["it", "food", "something else"]),
    FieldType.REFERENCE: st.from_regex(r"[0-9]{1,2}x[0-9]{1,5}", fullmatch=True).map(lambda k: RecordId(ACCOUNTS, k)),
}


@st.composite
def compares(draw: st.DrawFn) -> Compare:
    """One condition with a value of the field's own type."""
    field: Field = draw(st.sampled_from([f for f in FIELDS if f.type in BY_TYPE]))
    values = BY_TYPE[field.type]
    op = draw(st.sampled_from(list(Op)))
    if op is Op.IS_EMPTY:
        return Compare(field.name, op)
    if op is Op.IN:
        return Compare(field.name, op, tuple(draw(st.lists(values, min_size=1, max_size=4))))
    if op in (Op.CONTAINS, Op.STARTS_WITH):
        return Compare(field.name, op, draw(WORDS))
    return Compare(field.name, op, draw(values))


def filters() -> st.SearchStrategy[Filter]:
    """Trees of conditions; a group has at least two parts, as the text form writes it."""

    def larger(inner: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
        parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(parts.map(And), parts.map(Or), inner.map(Not))

    leaves: st.SearchStrategy[Filter] = compares()
    return st.recursive(leaves, larger, max_leaves=8)
