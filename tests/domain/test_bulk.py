# SPDX-License-Identifier: MIT
"""One change to many records: what each would hold, and why some cannot."""

from decimal import Decimal

import pytest

from crmdesk.domain.bulk import BulkEdit, BulkKind, BulkRow, Verdict, needed_fields, planned, problem, tally_of
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import NotAValue, Value

ACCOUNTS = ModuleName("Accounts")
NAME, CITY, ZIP, STAFF, KIND = (FieldName(n) for n in ("name", "city", "zip", "staff", "kind"))
SCHEMA = Schema(
    Module(name=ACCOUNTS, label="Account", label_plural="Accounts"),
    (
        Field(name=NAME, label="Name", required=True),
        Field(name=CITY, label="City", max_length=12),
        Field(name=ZIP, label="Code"),
        Field(name=STAFF, label="Employees", type=FieldType.INTEGER),
        Field(name=KIND, label="Kind", type=FieldType.CHOICE, choices=(Choice("it", "Computers"),)),
        Field(name=FieldName("id_no"), label="Number", read_only=True),
    ),
    NAME,
)


def account(**values: Value) -> Record:
    return Record(RecordId(ACCOUNTS, "3x1"), {FieldName(n): v for n, v in values.items()})


def one(edit: BulkEdit, **values: Value) -> BulkRow:
    (row,) = planned([account(**values)], edit, SCHEMA)
    return row


def after(edit: BulkEdit, **values: Value) -> Value:
    return one(edit, **values).after


def city(kind: BulkKind, **more: object) -> BulkEdit:
    return BulkEdit(field=CITY, kind=kind, **more)  # type: ignore[arg-type]


def test_set_changes_what_differs_and_leaves_the_rest() -> None:
    edit = city(BulkKind.SET, value="Espoo")
    assert one(edit, city="Turku").verdict is Verdict.CHANGES
    assert one(edit, city="Espoo").verdict is Verdict.SAME
    assert one(edit).after == "Espoo"


def test_only_empty_leaves_what_is_filled() -> None:
    edit = city(BulkKind.SET, value="Espoo", only_empty=True)
    assert one(edit, city="Turku").verdict is Verdict.SAME
    assert one(edit, city="  ").verdict is Verdict.CHANGES


def test_clear_empties_and_a_required_field_cannot_be() -> None:
    assert after(city(BulkKind.CLEAR), city="Turku") is None
    assert one(city(BulkKind.CLEAR), city=None).verdict is Verdict.SAME
    assert problem(BulkEdit(field=NAME, kind=BulkKind.CLEAR), SCHEMA) == "Name must stay filled."


@pytest.mark.parametrize(
    ("edit", "before", "wanted"),
    [
        (city(BulkKind.REPLACE, find="str.", put="straße"), "Hagstr. 1", "Hagstraße 1"),
        (city(BulkKind.REPLACE, find="HELSINKI", put="Hki"), "helsinki, Helsinki", "Hki, Hki"),
        (city(BulkKind.REPLACE, find="HELSINKI", put="Hki", match_case=True), "Helsinki", "Helsinki"),
        (city(BulkKind.REPLACE, find="Hki", put="Helsinki", whole_value=True), " hki ", "Helsinki"),
        (city(BulkKind.REPLACE, find="Hki", put="Helsinki", whole_value=True), "Hki 10", "Hki 10"),
        (city(BulkKind.REPLACE, find="a.b", put=r"\1"), "a.b axb", r"\1 axb"),
        (city(BulkKind.REPLACE, find="x", put=""), "x", None),
        (city(BulkKind.PREFIX, text="FI-"), "00100", "FI-00100"),
        (city(BulkKind.PREFIX, text="FI-"), "FI-00100", "FI-00100"),
        (city(BulkKind.PREFIX, text="FI-"), None, None),
        (city(BulkKind.SUFFIX, text=" Oy"), "Koch", "Koch Oy"),
        (city(BulkKind.SUFFIX, text=" Oy"), "Koch Oy", "Koch Oy"),
    ],
)
def test_texts(edit: BulkEdit, before: Value, wanted: Value) -> None:
    assert after(edit, city=before) == wanted


def test_copy_takes_the_other_fields_value_in_this_ones_type() -> None:
    edit = BulkEdit(field=STAFF, kind=BulkKind.COPY, source=ZIP)
    assert after(edit, zip="12", staff=1) == 12
    assert one(edit, zip="twelve", staff=1).verdict is Verdict.REFUSED
    assert after(BulkEdit(field=CITY, kind=BulkKind.COPY, source=STAFF), staff=7) == "7"
    assert after(BulkEdit(field=CITY, kind=BulkKind.COPY, source=ZIP), city="Turku") is None


def test_compute_uses_what_it_is_given_and_its_refusals_are_listed() -> None:
    def computing(values: object) -> Value:
        raise NotAValue("This divides by zero.")

    edit = BulkEdit(field=STAFF, kind=BulkKind.COMPUTE, expression="staff / 0")
    (row,) = planned([account(staff=1)], edit, SCHEMA, computing)
    assert (row.verdict, row.reason, row.after) == (Verdict.REFUSED, "This divides by zero.", 1)
    (row,) = planned([account(staff=1)], edit, SCHEMA, lambda values: Decimal(2))
    assert row.after == 2
    (row,) = planned([account(staff=1)], edit, SCHEMA, lambda values: Decimal("2.5"))
    assert row.verdict is Verdict.REFUSED


def test_what_the_server_would_cut_or_not_know_is_refused() -> None:
    long = one(city(BulkKind.SUFFIX, text=" am Rhein"), city="Ludwigshafen")
    assert (long.verdict, long.reason) == (Verdict.REFUSED, "City holds 12 characters; this would be 21.")
    unknown = one(BulkEdit(field=KIND, kind=BulkKind.SET, value="zoo"), kind="it")
    assert unknown.reason == "“zoo” is not in the list of Kind."
    emptied = one(BulkEdit(field=NAME, kind=BulkKind.REPLACE, find="Koch", put=""), name="Koch")
    assert emptied.reason == "Name must stay filled."


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (BulkEdit(field=FieldName("nope"), kind=BulkKind.CLEAR), "Accounts have no field nope."),
        (BulkEdit(field=FieldName("id_no"), kind=BulkKind.CLEAR), "Number is kept by the server and cannot be changed."),
        (city(BulkKind.SET), "Give a value for City, or choose “Clear”."),
        (city(BulkKind.REPLACE), "Say what to look for."),
        (city(BulkKind.PREFIX), "Say what to put in."),
        (city(BulkKind.COPY), "Choose the field to copy from."),
        (city(BulkKind.COPY, source=CITY), "Choose another field to copy from."),
        (city(BulkKind.COMPUTE), "Write what to compute."),
        (BulkEdit(field=STAFF, kind=BulkKind.REPLACE, find="1", put="2"), "Employees is no text. Set it, or compute it."),
    ],
)  # fmt: skip
def test_edits_that_make_no_sense_are_told_before_anything_is_read(edit: BulkEdit, sentence: str) -> None:
    assert problem(edit, SCHEMA) == sentence
    with pytest.raises(ValueError, match=sentence.replace(".", r"\.").split("“")[0]):
        planned([], edit, SCHEMA)


def test_a_value_the_server_took_is_not_refused_as_long_as_it_stays() -> None:
    edit = city(BulkKind.REPLACE, find="x", put="y")
    assert one(edit, city="longer than twelve").verdict is Verdict.SAME
    assert one(edit, city="longer than twelve x").verdict is Verdict.REFUSED


def test_the_fields_to_read() -> None:
    assert needed_fields(BulkEdit(field=CITY, kind=BulkKind.COPY, source=ZIP)) == (CITY, ZIP)
    assert needed_fields(city(BulkKind.COMPUTE), (ZIP, CITY)) == (CITY, ZIP)


def test_a_tally_counts_every_row_once() -> None:
    some = [account(city="Turku"), account(city="Espoo"), account(city=None)]
    tally = tally_of(planned(some, city(BulkKind.SET, value="Espoo"), SCHEMA))
    assert (tally.changes, tally.same, tally.refused, tally.total) == (2, 1, 0, 3)
