# SPDX-License-Identifier: MIT
"""Schema: how types compare, and finding fields and labels."""

from dataclasses import replace

import pytest

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Operation, Schema

RATING = Field(name=FieldName("rating"), label="Rating", type=FieldType.CHOICE, choices=(Choice("Hot", "Heiß"),))
SCHEMA = Schema(
    Module(name=ModuleName("Leads"), label="Lead", label_plural="Leads"),
    (RATING, Field(name=FieldName("name"), label="Name")),
    FieldName("name"),
)


@pytest.mark.parametrize("kind", list(FieldType))
def test_a_type_compares_in_one_way_at_most(kind: FieldType) -> None:
    assert kind.is_text + kind.is_number + kind.is_moment <= 1


def test_types_that_compare_in_a_way_of_their_own() -> None:
    own = {kind for kind in FieldType if not (kind.is_text or kind.is_number or kind.is_moment)}
    assert own == {FieldType.BOOLEAN, FieldType.MULTI_CHOICE, FieldType.REFERENCE}


def test_a_module_is_listed_unless_told_otherwise() -> None:
    assert SCHEMA.module.is_listed


def test_field_is_found_by_its_exact_name() -> None:
    assert SCHEMA.field("rating") is RATING
    assert SCHEMA.field("Rating") is None
    assert SCHEMA.field("") is None


def test_label_of_a_choice_or_the_value_itself() -> None:
    assert RATING.choice_label("Hot") == "Heiß"
    assert RATING.choice_label("Lukewarm") == "Lukewarm"


def test_an_incomplete_schema_keeps_what_an_earlier_look_saw() -> None:
    seen = Field(name=FieldName("cf_1"), label="Custom field 1")
    earlier = replace(SCHEMA, fields=(seen, Field(name=FieldName("name"), label="Old label")))
    assert SCHEMA.joined(earlier) is SCHEMA
    joined = replace(SCHEMA, is_complete=False).joined(earlier)
    assert joined.fields == (*SCHEMA.fields, seen)
    assert not joined.is_complete


def test_module_may_do_everything_until_told_otherwise() -> None:
    assert SCHEMA.module.operations == frozenset(Operation)
