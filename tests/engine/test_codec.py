# SPDX-License-Identifier: MIT
"""Everything that is written to the account's file comes back exactly."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.changes import Change, Create, Delete, SaveDocument, Update
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, SalesDocument, Tax, Totals
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import Value
from crmdesk.engine.codec import (
    change_from_json,
    change_to_json,
    document_to_json,
    dumps,
    loads,
    module_from_json,
    module_to_json,
    record_from_json,
    record_to_json,
    schema_from_json,
    schema_to_json,
    value_from_json,
    value_to_json,
)
from tests.engine.fake_vendor import ACCOUNTS, FIELDS, MODULE, SCHEMA
from tests.engine.values import RECORDS, VALUES


@given(VALUES)
def test_values(value: Value) -> None:
    back = value_from_json(loads(dumps(value_to_json(value))))
    assert back == value
    assert type(back) is type(value)
    if isinstance(value, Decimal):
        assert str(back) == str(value)  # 1.0 and 1.00 are two texts
    if isinstance(value, datetime):
        assert isinstance(back, datetime)
        assert back.utcoffset() == value.utcoffset()


def test_a_moment_is_not_taken_for_a_day() -> None:
    assert type(value_from_json(value_to_json(date(2026, 1, 1)))) is date


@given(RECORDS)
def test_records(record: Record) -> None:
    assert record_from_json(loads(dumps(record_to_json(record)))) == record
    assert record_from_json(record_to_json(replace(record, raw="long"))) == record


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(Create, st.text(), st.just(ACCOUNTS), st.dictionaries(st.text().map(FieldName), VALUES, max_size=4)),
    st.builds(Update, RECORDS, st.dictionaries(st.text().map(FieldName), VALUES, max_size=4)),
    st.builds(Delete, RECORDS),
)


@given(CHANGES)
def test_changes(change: Change) -> None:
    assert change_from_json(loads(dumps(change_to_json(change)))) == change


DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)
LINES = st.builds(
    LineItem,
    key=st.none() | st.text(),
    position=st.integers(1, 99),
    kind=st.sampled_from(LineKind),
    product=st.none() | st.builds(RecordId, st.just(ACCOUNTS), st.text()),
    text=st.text(),
    quantity=DECIMALS,
    unit_price=DECIMALS,
    discount_percent=st.none() | DECIMALS,
    discount_amount=st.none() | DECIMALS,
    taxes=st.lists(st.builds(Tax, st.text(), DECIMALS, st.none() | DECIMALS), max_size=2).map(tuple),
    total=st.none() | DECIMALS,
    extras=st.dictionaries(st.text().map(FieldName), VALUES, max_size=2),
    name=st.text(),
)
DOCUMENTS = st.builds(
    SalesDocument,
    header=RECORDS,
    lines=st.lists(LINES, max_size=3).map(tuple),
    currency=st.text(),
    tax_mode=st.text(),
    server_totals=st.none() | st.builds(Totals, net=st.none() | DECIMALS, gross=st.none() | DECIMALS),
)


@given(st.builds(SaveDocument, st.none() | DOCUMENTS, DOCUMENTS))
def test_documents_with_their_lines(change: SaveDocument) -> None:
    back = change_from_json(loads(dumps(change_to_json(change))))
    assert back == change
    assert isinstance(back, SaveDocument)
    assert [str(line.unit_price) for line in back.after.lines] == [str(line.unit_price) for line in change.after.lines]


def test_a_document_is_read_as_the_record_of_its_header() -> None:
    """The journal's images are read by whoever knows records alone, too."""
    document = SalesDocument(header=Record(SCHEMA_RECORD.id, {FieldName("a"): 1}))
    assert record_from_json(loads(dumps(document_to_json(document)))) == document.header


def test_a_change_of_a_newer_version_is_not_taken_for_a_delete() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        change_from_json({"op": "merge"})


SCHEMA_RECORD = record_from_json({"id": ["Accounts", "1"], "values": {}, "labels": {}, "version": None})


def test_modules_and_schemas() -> None:
    assert module_from_json(loads(dumps(module_to_json(MODULE)))) == MODULE
    assert schema_from_json(loads(dumps(schema_to_json(SCHEMA)))) == SCHEMA
    odd = Schema(
        replace(
            MODULE,
            operations=frozenset(),
            is_sales_document=True,
            group="sales",
            is_listed=False,
            can_be_listed=False,
            notice="Only found by a search.",
        ),
        (
            replace(
                FIELDS[0], max_length=5, block="B", default="d", stores_astral=False, read_only=True, sortable=False
            ),
        ),
        FIELDS[0].name,
        None,
        False,
    )
    assert schema_from_json(loads(dumps(schema_to_json(odd)))) == odd


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        value_from_json({"colour": "red"})
