# SPDX-License-Identifier: MIT
"""Likely duplicates: found through other spellings, and not everywhere."""

import random

import pytest

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.engine.duplicates import email_of, find, name_of, phone_of

NAME, PHONE, EMAIL, CITY = (FieldName(n) for n in ("name", "phone", "email", "bill_city"))
SCHEMA = Schema(
    Module(name=ModuleName("Accounts"), label="Account", label_plural="Accounts"),
    (
        Field(name=NAME, label="Name"),
        Field(name=PHONE, label="Phone", type=FieldType.PHONE),
        Field(name=EMAIL, label="E-mail", type=FieldType.EMAIL),
        Field(name=CITY, label="City"),
    ),
    NAME,
)


def record(key: str, name: str = "", phone: str = "", email: str = "", city: str = "") -> Record:
    values = {NAME: name or None, PHONE: phone or None, EMAIL: email or None, CITY: city or None}
    return Record(RecordId(ModuleName("Accounts"), key), dict(values))


def clusters(*records: Record, region: str = "FI") -> list[set[str]]:
    return [{r.id.key for r in cluster.records} for cluster in find(records, SCHEMA, region)]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Nordwind Oy", "NORDWIND OY AB"),
        ("Müller & Söhne GmbH", "Mueller und Soehne"),
        ("Koch, Anna", "Anna Koch"),
        ("A. B. C. Ltd", "ABC Limited"),
        ("Äijälä Oy", "aijala"),
    ],
)
def test_names_in_one_spelling(left: str, right: str) -> None:
    assert name_of(left) == name_of(right)


def test_phones_and_emails_in_one_spelling() -> None:
    assert phone_of("040 123 4567", "fi") == phone_of("+358 40 1234567") == "+358401234567"
    assert phone_of("(040) 123-4567") == phone_of("0401234567") == "401234567"
    assert phone_of("ext. 12") == ""
    assert email_of(" Anna.Koch+crm@Nordwind.FI ") == "anna.koch@nordwind.fi"
    assert email_of("none") == ""


def test_likely_ones_hang_together_and_say_why() -> None:
    found = find(
        [
            record("1", "Nordwind Oy", phone="040 123 4567", city="Espoo"),
            record("2", "Nordwindt", phone="+358401234567", city="Espoo"),
            record("3", "Südwind", city="Turku"),
        ],
        SCHEMA,
        "FI",
    )
    (cluster,) = found
    assert {r.id.key for r in cluster.records} == {"1", "2"}
    assert set(cluster.pairs[0].reasons) == {"like names", "same phone", "same place"}
    assert cluster.score >= 95


def test_the_fullest_record_comes_first() -> None:
    (cluster,) = find(
        [record("1", "Nordwind"), record("2", "Nordwind", city="Espoo", phone="040 123 4567")], SCHEMA, "FI"
    )
    assert [r.id.key for r in cluster.records] == ["2", "1"]


def test_an_e_mail_brings_different_names_together() -> None:
    assert clusters(record("1", "Anna Koch", email="a@x.fi"), record("2", "A. Koch", email="A+news@x.fi")) == [
        {"1", "2"}
    ]


def test_a_shared_switchboard_alone_is_not_enough() -> None:
    assert (
        clusters(record("1", "Anna Koch", phone="09 123 4567"), record("2", "Berta Lehto", phone="09 123 4567")) == []
    )


def test_the_same_name_elsewhere_is_less_likely() -> None:
    assert clusters(record("1", "Smith", city="Oslo"), record("2", "Smith", city="Turku")) == []


def test_three_spellings_are_one_cluster() -> None:
    assert clusters(record("1", "Nordwind"), record("2", "Nordwindt"), record("3", "Nordwindt Oy")) == [{"1", "2", "3"}]


def test_legal_forms_and_nothing_bring_nobody_together() -> None:
    assert clusters(record("1", "GmbH"), record("2", "Oy"), record("3"), record("4")) == []


def test_ten_thousand_records_meet_only_where_they_share_something() -> None:
    some = random.Random(7)
    syllables = [
        "nor",
        "sud",
        "wes",
        "ost",
        "wind",
        "berg",
        "tal",
        "see",
        "hof",
        "feld",
        "bach",
        "stein",
        "kir",
        "lau",
        "mio",
        "zen",
    ]
    records = [
        record(
            str(n),
            "".join(some.choices(syllables, k=4)) + " " + "".join(some.choices(syllables, k=3)),
            phone=f"+3584{n:08}",
        )
        for n in range(10_000)
    ]
    records.append(record("twin", records[123].values[NAME].__str__() + " Oy"))
    assert {"123", "twin"} in clusters(*records)
