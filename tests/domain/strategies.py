# SPDX-License-Identifier: MIT
"""Records, fields, filters and abilities for property tests: few names and few values, so that things meet."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from hypothesis import strategies as st

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.values import Value

TEXTS = ["", "a", "A", "á", "ab", "Ab c", "b", "ß", "10", "9", "%", "'", "😀"]
_ZONE = timezone(timedelta(hours=2))

BY_TYPE: dict[FieldType, st.SearchStrategy[Value]] = {
    FieldType.TEXT: st.sampled_from([None, *TEXTS]),
    FieldType.INTEGER: st.sampled_from([None, 0, 1, -1, 9, 10]),
    FieldType.MONEY: st.sampled_from([None, Decimal(0), Decimal("1.00"), Decimal(1), Decimal("9.5"), Decimal(10)]),
    FieldType.BOOLEAN: st.sampled_from([None, True, False]),
    FieldType.DATE: st.sampled_from([None, date(2025, 12, 31), date(2026, 1, 1), date(2026, 10, 1)]),
    FieldType.DATETIME: st.sampled_from(
        [
            None,
            datetime(2026, 1, 1, 12, tzinfo=UTC),
            datetime(2026, 1, 1, 14, tzinfo=_ZONE),
            datetime(2026, 2, 1, tzinfo=UTC),
        ]
    ),
    FieldType.TIME: st.sampled_from([None, time(8, 30), time(9), time(17, 45)]),
    FieldType.MULTI_CHOICE: st.sampled_from([None, (), ("a",), ("a", "b"), ("b", "a"), ("B",)]),
    FieldType.REFERENCE: st.sampled_from(
        [
            None,
            RecordId(ModuleName("Accounts"), "11x1"),
            RecordId(ModuleName(""), "11x1"),
            RecordId(ModuleName("Leads"), "2x1"),
        ]
    ),
}
TYPES = list(BY_TYPE)
NAMES = {kind: FieldName(kind.name.lower()) for kind in TYPES}
UNKNOWN = FieldName("unknown")


_mostly = st.sampled_from([True, True, True, False])


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """One field of each type, some of which cannot be filtered or sorted by."""
    fields = tuple(
        Field(
            name=NAMES[kind],
            label=kind.name.title(),
            type=kind,
            filterable=draw(_mostly),
            sortable=draw(st.booleans()),
        )
        for kind in TYPES
    )
    module = Module(name=ModuleName("Things"), label="Thing", label_plural="Things")
    return Schema(module, fields, NAMES[FieldType.TEXT])


@st.composite
def compares(draw: st.DrawFn) -> Compare:
    """A condition, mostly sensible, sometimes on a field that nobody knows."""
    kind = draw(st.sampled_from(TYPES))
    name = draw(st.sampled_from([NAMES[kind]] * 9 + [UNKNOWN]))
    op = draw(st.sampled_from(Op))
    if op is Op.IS_EMPTY:
        return Compare(name, op)
    if op is Op.IN:
        return Compare(name, op, tuple(draw(st.lists(BY_TYPE[kind], max_size=3))))
    if op in (Op.CONTAINS, Op.STARTS_WITH):
        return Compare(name, op, draw(st.sampled_from(TEXTS)))
    return Compare(name, op, draw(BY_TYPE[kind]))


filters: st.SearchStrategy[Filter] = st.recursive(
    compares(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)

rows = st.fixed_dictionaries({}, optional={NAMES[kind]: values for kind, values in BY_TYPE.items()})
"""Values of one record; some fields were not read."""

abilities = st.builds(
    Capabilities,
    filters=st.just(frozenset(Op)) | st.frozensets(st.sampled_from(Op)),
    can_or=st.booleans(),
    can_not=st.booleans(),
    can_nest=st.booleans(),
    max_conditions=st.sampled_from([None, None, 1, 2]),
    orders_text=st.booleans(),
    max_order_fields=st.integers(0, 3),
    can_mix_directions=st.booleans(),
)
