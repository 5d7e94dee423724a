# SPDX-License-Identifier: MIT
"""Generated records for a mirror: people and companies of several countries, forty fields wide where asked."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import Value

ACCOUNTS = ModuleName("Accounts")
_FIRST = [
    "Anna",
    "Björn",
    "Käthe",
    "Jürgen",
    "Päivi",
    "Matti",
    "Søren",
    "Łukasz",
    "José",
    "Ida",
    "Ümit",
    "Åse",
    "Grace",
    "Noël",
    "Zoë",
    "Mia",
    "Ole",
    "Eero",
    "Aino",
    "Timo",
]
_LAST = [
    "Müller",
    "Mäkelä",
    "Ørsted",
    "Groß",
    "Öhman",
    "Virtanen",
    "Jensen",
    "Nowak",
    "García",
    "Schmidt",
    "Korhonen",
    "Lindqvist",
    "Dupont",
    "Rossi",
    "Weiß",
    "Berg",
]
_STEMS = [
    "Nord",
    "Wind",
    "Holz",
    "Bau",
    "Metall",
    "Vene",
    "Konepaja",
    "Data",
    "Licht",
    "Korn",
    "Stern",
    "Adler",
    "Salmi",
    "Järvi",
    "Fjord",
    "Elb",
    "Rhein",
    "Alp",
    "Metsä",
    "Kivi",
]
_ENDS = ["GmbH", "AG", "Oy", "Oyj", "ApS", "AB", "A/S", "Ltd", "KG", "S.L.", "Sp.zo.o."]
_CITIES = [
    "Helsinki",
    "Jyväskylä",
    "München",
    "Köln",
    "Århus",
    "Göteborg",
    "Łódź",
    "Málaga",
    "Zürich",
    "Wien",
    "Espoo",
    "Oulu",
    "Berlin",
    "Hamburg",
    "Odense",
]
_TRADES = ("it", "food", "metal", "trade", "energy", "health")


def schema_of(width: int) -> Schema:
    """A module with so many fields, at least sixteen."""
    fields = [
        Field(name=FieldName("accountname"), label="Name", required=True),
        Field(name=FieldName("account_no"), label="Number", read_only=True),
        Field(name=FieldName("phone"), label="Phone", type=FieldType.PHONE),
        Field(name=FieldName("email1"), label="E-mail", type=FieldType.EMAIL),
        Field(name=FieldName("bill_city"), label="City"),
        Field(name=FieldName("bill_code"), label="Postcode"),
        Field(name=FieldName("bill_street"), label="Street"),
        Field(name=FieldName("industry"), label="Industry", type=FieldType.CHOICE,
              choices=tuple(Choice(t, t.title()) for t in _TRADES)),
        Field(name=FieldName("employees"), label="Employees", type=FieldType.INTEGER),
        Field(name=FieldName("annual_revenue"), label="Revenue", type=FieldType.MONEY),
        Field(name=FieldName("parent"), label="Member of", type=FieldType.REFERENCE, refers_to=(ACCOUNTS,)),
        Field(name=FieldName("active"), label="Active", type=FieldType.BOOLEAN),
        Field(name=FieldName("founded"), label="Founded", type=FieldType.DATE),
        Field(name=FieldName("createdtime"), label="Created", type=FieldType.DATETIME, read_only=True),
        Field(name=FieldName("modifiedtime"), label="Modified", type=FieldType.DATETIME, read_only=True),
        Field(name=FieldName("description"), label="Description", type=FieldType.LONG_TEXT),
    ]  # fmt: skip
    fields += [Field(name=FieldName(f"cf_{n}"), label=f"Custom {n}") for n in range(len(fields), width)]
    module = Module(name=ACCOUNTS, label="Account", label_plural="Accounts")
    return Schema(module, tuple(fields), FieldName("accountname"), FieldName("account_no"))


def records(count: int, schema: Schema, seed: int = 7) -> Iterator[Record]:
    """So many, always the same ones."""
    chance = random.Random(seed)
    start = datetime(2020, 1, 1, tzinfo=UTC)
    spare = [field.name for field in schema.fields if field.name.startswith("cf_")]
    for n in range(count):
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        title = f"{chance.choice(_STEMS)}{chance.choice(_STEMS).lower()} {last} {chance.choice(_ENDS)}"
        moment = start + timedelta(seconds=chance.randrange(200_000_000))
        values: dict[FieldName, Value] = {
            FieldName("accountname"): title,
            FieldName("account_no"): f"ACC{n}",
            FieldName(
                "phone"
            ): f"+{chance.choice((358, 49, 45, 46, 34))} {chance.randrange(10, 99)} {chance.randrange(10**6, 10**7)}",
            FieldName("email1"): f"{first}.{last}{n % 997}@{title.split()[0]}.example".lower(),
            FieldName("bill_city"): chance.choice(_CITIES),
            FieldName("bill_code"): f"{chance.randrange(100_000):05}",
            FieldName("bill_street"): f"{last}straße {chance.randrange(1, 200)}",
            FieldName("industry"): chance.choice(_TRADES),
            FieldName("employees"): chance.randrange(5000),
            FieldName("annual_revenue"): Decimal(chance.randrange(10**9)) / 100,
            FieldName("parent"): RecordId(ACCOUNTS, f"3x{chance.randrange(count)}") if n % 3 == 0 else None,
            FieldName("active"): n % 5 != 0,
            FieldName("founded"): date(1900, 1, 1) + timedelta(days=chance.randrange(44_000)),
            FieldName("createdtime"): moment - timedelta(days=30),
            FieldName("modifiedtime"): moment,
            FieldName("description"): f"{first} knows {last}." if n % 4 == 0 else None,
        }
        for place, name in enumerate(spare):
            values[name] = f"{_STEMS[(n + place) % 20]} {(n * 7 + place) % 100_000}" if (n + place) % 3 else None
        yield Record(RecordId(ACCOUNTS, f"3x{n}"), values, version=moment.isoformat())
