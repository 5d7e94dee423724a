# SPDX-License-Identifier: MIT
"""Everything that is written to the account's file comes back exactly."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.changes import Change, Create, Delete, SaveDocument, Update
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import Value
from crmdesk.engine.codec import (
    change_from_json,
    change_to_json,
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


def test_sales_documents_are_not_kept_here() -> None:
    document = SalesDocument(header=Record(SCHEMA_RECORD.id, {}))
    with pytest.raises(TypeError):
        change_to_json(SaveDocument(document, document))


SCHEMA_RECORD = record_from_json({"id": ["Accounts", "1"], "values": {}, "labels": {}, "version": None})


def test_modules_and_schemas() -> None:
    assert module_from_json(loads(dumps(module_to_json(MODULE)))) == MODULE
    assert schema_from_json(loads(dumps(schema_to_json(SCHEMA)))) == SCHEMA
    odd = Schema(
        replace(MODULE, operations=frozenset(), is_sales_document=True, group="sales", is_listed=False),
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
