# SPDX-License-Identifier: MIT
"""Whether somebody was faster."""

import pytest

from crmdesk.domain.changes import Update
from crmdesk.domain.errors import Conflict
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.overtaken import overtaken, refuse_overtaken
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value

ID = RecordId(ModuleName("Accounts"), "3x1")
CITY, STREET = FieldName("city"), FieldName("street")


def record(**values: Value) -> Record:
    return Record(ID, {FieldName(name): value for name, value in values.items()})


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"city": "Espoo"}, ()),
        ({"city": "Turku"}, (CITY,)),
        ({"city": "Vantaa"}, ()),  # what is wanted, already
        ({"city": "Espoo", "street": "other"}, ()),  # nobody wants to write that
        ({}, ()),
        ({"city": None}, (CITY,)),
    ],
)
def test_only_a_wanted_field_with_a_third_value_was_overtaken(now: dict[str, Value], found: tuple[FieldName]) -> None:
    change = Update(record(city="Espoo", street="1"), {CITY: "Vantaa"})
    assert overtaken(change, record(**now).values) == found


def test_what_was_never_read_cannot_be_overtaken() -> None:
    assert overtaken(Update(record(), {CITY: "Vantaa"}), record(city="Turku").values) == ()


def test_being_overtaken_is_refused_with_what_the_server_holds() -> None:
    change, now = Update(record(city="Espoo"), {CITY: "Vantaa"}), record(city="Turku")
    with pytest.raises(Conflict, match="Nothing was sent") as caught:
        refuse_overtaken(change, now)
    assert caught.value.server is now
    refuse_overtaken(change, record(city="Espoo"))
