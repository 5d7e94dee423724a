# SPDX-License-Identifier: MIT
"""Planning: pushed part and local rest together mean what the filter means, whatever a server can do."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.matching import is_empty, matches
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.planning import is_pushed, plan, pushed_among, why_local
from crmdesk.domain.query import And, Compare, Filter, Not, Op, Or, Order, Query, compares
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.values import Value
from tests.domain import strategies as some

ModuleOfTests = ModuleName("Things")
A, B, C, N = (FieldName(name) for name in "abcn")
SCHEMA = Schema(
    Module(name=ModuleOfTests, label="Thing", label_plural="Things"),
    (
        Field(name=A, label="Aa"),
        Field(name=B, label="Bb", filterable=False, sortable=False),
        Field(name=C, label="Cc", type=FieldType.MULTI_CHOICE),
        Field(name=N, label="Nn", type=FieldType.MONEY),
    ),
    A,
)
EQ_ONLY = Capabilities(filters=frozenset({Op.EQ}))
ALL = Capabilities(
    filters=frozenset(Op), can_or=True, can_not=True, can_nest=True, max_order_fields=2, can_mix_directions=False
)


def asked(where: Filter | None) -> Query:
    return Query(ModuleOfTests, where=where)


@settings(max_examples=400)
@given(some.filters, some.abilities, some.schemas(), some.rows, st.booleans())
def test_pushed_part_and_rest_mean_the_whole(
    where: Filter, can: Capabilities, schema: Schema, row: dict[FieldName, Value], generous: bool
) -> None:
    made = plan(asked(where), can, schema)
    truth = matches(where, row)
    # Exact server: what it finds and the rest keeps is what the filter means.
    assert (matches(made.pushed.where, row) and matches(made.rest, row)) == truth
    # Server that finds too much: the check takes it out again.
    finds = generous or matches(made.pushed.where, row)
    assert (finds and matches(made.check, row)) == truth


@settings(max_examples=400)
@given(some.filters, some.abilities, some.schemas())
def test_server_is_asked_only_what_it_can(where: Filter, can: Capabilities, schema: Schema) -> None:
    pushed = plan(asked(where), can, schema).pushed.where
    for one in compares(pushed):
        field = schema.field(one.field)
        assert field is not None
        assert field.filterable
        assert one.op in can.filters
        if one.op is Op.IN:
            assert isinstance(one.value, tuple)
            assert one.value
        elif one.op is not Op.IS_EMPTY:
            assert not isinstance(one.value, tuple) or one.value
            assert one.value not in (None, "", ())
    assert can.max_conditions is None or sum(1 for _ in compares(pushed)) <= can.max_conditions
    _check_shape(pushed, can, top=True)


def _check_shape(where: Filter | None, can: Capabilities, top: bool) -> None:
    """Or and Not only where allowed; without nesting a conjunction or an alternative of bare conditions."""
    match where:
        case Not(part):
            assert can.can_not
            assert can.can_nest or isinstance(part, Compare)
            _check_shape(part, can, top=False)
        case Or(parts):
            assert can.can_or
            assert parts
            if not can.can_nest:
                assert top
                assert all(isinstance(part, Compare) for part in parts)
            for part in parts:
                _check_shape(part, can, top=False)
        case And(parts):
            assert parts
            if not can.can_nest:
                assert top
                assert all(isinstance(part, (Compare, Not)) for part in parts)
            for part in parts:
                _check_shape(part, can, top=False)
        case _:
            return


@settings(max_examples=200)
@given(some.filters, some.abilities, some.schemas())
def test_what_is_called_pushed_leaves_no_rest(where: Filter, can: Capabilities, schema: Schema) -> None:
    made = plan(asked(where), can, schema)
    assert is_pushed(where, can, schema) == (made.rest is None)
    if made.rest is not None:
        assert why_local(where, can, schema).endswith("filtered on this computer.")


@pytest.mark.parametrize("down", [False, True])
def test_a_server_that_sorts_upwards_only_is_never_asked_to_sort_downwards(down: bool) -> None:
    can = Capabilities(max_order_fields=1, can_sort_down=False)
    order = (Order(A, down),)
    made = plan(Query(ModuleOfTests, order=order), can, SCHEMA)
    assert (made.pushed.order, made.local_order) == (((), order) if down else (order, ()))


@settings(max_examples=200)
@given(
    st.lists(st.builds(Order, st.sampled_from([*some.NAMES.values(), some.UNKNOWN]), st.booleans()), max_size=4),
    some.abilities,
    some.schemas(),
)
def test_order_is_the_servers_or_ours_as_a_whole(keys: list[Order], can: Capabilities, schema: Schema) -> None:
    order = tuple(keys)
    made = plan(Query(ModuleOfTests, order=order), can, schema)
    assert (made.pushed.order, made.local_order) in ((order, ()), ((), order))
    if made.pushed.order:
        assert len(order) <= can.max_order_fields
        assert can.can_mix_directions or len({key.descending for key in order}) == 1
        fields = [schema.field(key.field) for key in order]
        assert all(field is not None and field.sortable for field in fields)


def test_nothing_asked_is_nothing_filtered() -> None:
    made = plan(asked(None), EQ_ONLY, SCHEMA)
    assert made.pushed.where is None
    assert made.rest is None
    assert made.check is None


def test_conjunction_is_taken_apart() -> None:
    """The example of the design: a vendor with = alone gets a = x, the alternative stays here."""
    first, rest = Compare(A, Op.EQ, "x"), Or((Compare(A, Op.EQ, "y"), Compare(N, Op.GT, 2)))
    made = plan(asked(And((first, rest))), EQ_ONLY, SCHEMA)
    assert made.pushed.where == first
    assert made.rest == rest


def test_alternative_goes_over_whole_or_not_at_all() -> None:
    either = Or((Compare(A, Op.EQ, "x"), Compare(B, Op.EQ, "y")))
    made = plan(asked(either), ALL, SCHEMA)
    assert made.pushed.where is None
    assert made.rest == either


def test_everything_goes_over_where_the_server_can() -> None:
    where = And((Compare(A, Op.EQ, "x"), Or((Compare(A, Op.CONTAINS, "y"), Not(Compare(N, Op.GT, 2))))))
    made = plan(asked(where), ALL, SCHEMA)
    assert made.pushed.where == where
    assert made.rest is None


@pytest.mark.parametrize("nested_first", [True, False])
def test_alternative_beside_a_condition_stays_where_nesting_means_something_else(nested_first: bool) -> None:
    """a AND (b OR c) without parentheses would be (a AND b) OR c there."""
    can = Capabilities(filters=frozenset(Op), can_or=True)
    either = Or((Compare(A, Op.EQ, "x"), Compare(A, Op.EQ, "y")))
    single = Compare(N, Op.EQ, 1)
    made = plan(asked(And((either, single) if nested_first else (single, either))), can, SCHEMA)
    assert made.pushed.where == single
    assert made.rest == either


@pytest.mark.parametrize(
    "where",
    [
        Compare(A, Op.EQ, None),
        Compare(A, Op.NE, ""),
        Compare(A, Op.IN, ()),
        Compare(A, Op.IN, ("x", None)),
        Compare(A, Op.LT, "x"),
        Compare(C, Op.EQ, ("x",)),
        Compare(C, Op.IN, (("x",),)),
        Compare(N, Op.CONTAINS, "1"),
        Compare(C, Op.STARTS_WITH, "x"),
        Compare(B, Op.EQ, "x"),
        Compare(FieldName("nobody"), Op.EQ, "x"),
    ],
)
def test_conditions_servers_see_differently_stay_here(where: Compare) -> None:
    made = plan(asked(where), ALL, SCHEMA)
    assert made.pushed.where is None
    assert made.rest == where


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (Compare(FieldName("nobody"), Op.EQ, "x"), "does not know a field nobody"),
        (Compare(B, Op.EQ, "x"), "cannot filter by Bb"),
        (Compare(A, Op.CONTAINS, "x"), "ask for “contains”"),
        (Or((Compare(A, Op.EQ, "x"), Compare(A, Op.EQ, "y"))), "cannot ask for this combination"),
        (Compare(C, Op.EQ, ("x",)), "compares Cc in another way"),
    ],
)
def test_reason_is_told(where: Filter, words: str) -> None:
    assert words in why_local(where, EQ_ONLY, SCHEMA)


def test_fields_that_filter_and_order_look_at_are_read_too() -> None:
    query = Query(ModuleOfTests, (A,), Compare(B, Op.EQ, "x"), (Order(N), Order(FieldName("nobody"))))
    assert plan(query, EQ_ONLY, SCHEMA).pushed.fields == (A, B, N)
    assert plan(Query(ModuleOfTests), EQ_ONLY, SCHEMA).pushed.fields == ()


def test_empty_values_of_the_strategies_are_empty() -> None:
    assert is_empty(None)
    assert is_empty("")
    assert is_empty(())
    assert not is_empty(0)
    assert not is_empty(False)


ONE = Capabilities(filters=frozenset({Op.EQ, Op.CONTAINS}), max_conditions=1)


def test_a_server_that_takes_one_condition_is_asked_the_sharpest() -> None:
    blunt, sharp, other = (Compare(A, op, text) for op, text in ((Op.CONTAINS, "x"), (Op.EQ, "y"), (Op.EQ, "z")))
    made = plan(asked(And((blunt, sharp, other))), ONE, SCHEMA)
    assert made.pushed.where == sharp
    assert made.rest == And((blunt, other))
    assert pushed_among((blunt, sharp, other), ONE, SCHEMA) == (False, True, False)
    assert why_local(blunt, ONE, SCHEMA) == "The server takes one condition at a time: filtered on this computer."


def test_a_server_without_limit_takes_every_condition() -> None:
    parts = (Compare(A, Op.EQ, "x"), Compare(B, Op.EQ, "y"), Compare(N, Op.EQ, 1))
    assert pushed_among(parts, ALL, SCHEMA) == (True, False, True)
