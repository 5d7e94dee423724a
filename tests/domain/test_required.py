# SPDX-License-Identifier: MIT
"""Required fields: what a new record lacks, what a change would empty."""

import pytest

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.required import emptied, is_blank, unfilled
from crmdesk.domain.schema import Field, Module, Schema
from crmdesk.domain.values import Value

NAME, CITY = FieldName("name"), FieldName("city")
MODULE = Module(name=ModuleName("M"), label="Thing", label_plural="Things")
SCHEMA = Schema(MODULE, (Field(name=NAME, label="Name", required=True), Field(name=CITY, label="City")), NAME)


@pytest.mark.parametrize(
    ("value", "blank"), [(None, True), ("", True), (" \t", True), ((), True), (0, False), (False, False)]
)
def test_nought_and_no_are_something(value: Value, blank: bool) -> None:
    assert is_blank(value) is blank


def test_a_new_record_is_told_each_required_field_it_lacks() -> None:
    assert unfilled({CITY: "Oulu"}, SCHEMA) == {NAME: "Name must be filled."}
    assert unfilled({NAME: "A"}, SCHEMA) == {}


def test_a_change_is_told_only_what_it_would_empty() -> None:
    assert emptied({NAME: " ", CITY: None, FieldName("unknown"): None}, SCHEMA) == {NAME: "Name must stay filled."}
    assert emptied({CITY: None}, SCHEMA) == {}
