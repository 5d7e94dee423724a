# SPDX-License-Identifier: MIT
"""Values to name_value pairs: the server's spelling, and what is refused before it could be damaged."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.sugarsoap.clock import Clock
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import Described, RawField, described, module
from crmdesk.connectors.vendors.sugarsoap.payload import changed, created, is_key, listed
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.values import Value
from tests.connectors.sugarsoap.support import guid, named

SPLENDID = {
    "ID": "Guid", "NAME": "string", "DESCRIPTION": "string", "AMOUNT": "decimal", "EMPLOYEES": "Int32", "DATE_START": "DateTime", "TIME_START": "DateTime",
    "DATE_REMINDED": "DateTime", "BIRTHDATE": "DateTime", "DELETED": "bool", "DO_NOT_CALL": "bool", "PARENT_TYPE": "string", "PARENT_ID": "Guid",
    "ASSIGNED_USER_ID": "Guid", "ACCOUNT_NAME": "string",
}  # fmt: skip
SUGAR = {
    "id": "id", "name": "name", "description": "text", "amount": "currency", "date_start": "datetime", "birthdate": "date", "areas": "multienum",
    "assigned_user_id": "relate", "assigned_user_name": "relate", "starts": "time", "deleted": "bool", "body_html": "text",
}  # fmt: skip
AVAILABLE = ("Accounts", "Contacts", "Calls", "Users")
GERMAN = Clock(timezone(timedelta(hours=1)), True, ",")
MOMENT = datetime(2025, 2, 3, 11, 12, 13, tzinfo=timezone(timedelta(hours=1)))


def known(family: Family) -> Described:
    raw = [RawField(name, kind) for name, kind in (SPLENDID if family is Family.SPLENDID else SUGAR).items()]
    return described(module(ModuleName("Calls")), raw, family, columns=None, available=AVAILABLE)


def sent(family: Family, **values: Value) -> dict[str, str]:
    return changed(named(values), known(family), Clock())


def in_german(family: Family, **values: Value) -> dict[str, str]:
    return changed(named(values), known(family), GERMAN)


def refused(family: Family, **values: Value) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        sent(family, **values)
    assert caught.value.user_text.endswith("Nothing was sent.")
    return {str(name): text for name, text in caught.value.per_field.items()}


def test_dates_of_splendidcrm_keep_their_moment() -> None:
    assert sent(Family.SPLENDID, date_reminded=MOMENT) == {"date_reminded": "2025-02-03T10:12:13Z"}
    assert sent(Family.SPLENDID, birthdate=date(1980, 1, 2)) == {"birthdate": "1980-01-02"}


def test_a_start_goes_with_its_time_and_both_in_utc() -> None:
    """Alone, a start would be ignored (sugarsoap.md 6)."""
    assert sent(Family.SPLENDID, date_start=MOMENT) == {"date_start": "2025-02-03", "time_start": "10:12:13"}
    assert sent(Family.SPLENDID, date_start=None) == {"date_start": "", "time_start": ""}
    assert sent(Family.SUGAR, date_start=MOMENT) == {"date_start": "2025-02-03 10:12:13"}


def test_numbers_are_written_in_the_servers_culture() -> None:
    assert in_german(Family.SPLENDID, amount=Decimal("1234.50"), employees=1234) == {
        "amount": "1234,50",
        "employees": "1234",
    }
    assert sent(Family.SPLENDID, amount=Decimal("1234.50")) == {"amount": "1234.50"}
    assert in_german(Family.SUGAR, amount=Decimal("1234.50")) == {"amount": "1234.50"}


def test_truth_lists_times_and_nothing() -> None:
    assert sent(Family.SPLENDID, do_not_call=True) == {"do_not_call": "1"}
    assert sent(Family.SPLENDID, do_not_call=False, description=None) == {"do_not_call": "0", "description": ""}
    assert sent(Family.SUGAR, areas=("a", "b"), starts=time(14, 30)) == {"areas": "^a^,^b^", "starts": "14:30:00"}


def test_a_parent_brings_its_module() -> None:
    contact = RecordId(ModuleName("Contacts"), guid(1))
    assert sent(Family.SPLENDID, parent_id=contact) == {"parent_id": guid(1), "parent_type": "Contacts"}
    assert sent(Family.SPLENDID, parent_id=contact, parent_type="Accounts")["parent_type"] == "Accounts"
    assert sent(Family.SPLENDID, parent_id=None) == {"parent_id": ""}
    assert "module is known" in refused(Family.SPLENDID, parent_id=RecordId(ModuleName(""), guid(1)))["parent_id"]


@pytest.mark.parametrize("name", ["id", "deleted", "time_start", "account_name", "nope"])
def test_what_the_server_keeps_or_what_would_do_something_else_is_never_sent(name: str) -> None:
    assert name in refused(Family.SPLENDID, **{name: "1"})
    assert (
        name not in created(named({"name": "x", name: None}), known(Family.SPLENDID), Clock(), "")
        if name != "nope"
        else True
    )


def test_damage_is_refused_with_a_sentence_for_each_field() -> None:
    problems = refused(Family.SPLENDID, name=None, amount="1,5", birthdate="3 Feb", do_not_call="yes", assigned_user_id=RecordId(ModuleName("Users"), "1"), description="a\x0bb")  # fmt: skip
    assert set(problems) == {"name", "amount", "birthdate", "do_not_call", "assigned_user_id", "description"}
    assert sent(Family.SPLENDID, description="rocket 🚀 <b>") == {"description": "rocket 🚀 <b>"}
    assert "🚀" in refused(Family.SUGAR, description="rocket 🚀")["description"]
    assert "<b>" in refused(Family.SUGAR, description="a <b>")["description"]
    assert sent(Family.SUGAR, body_html="<b>", description="a < b <3") == {
        "body_html": "<b>",
        "description": "a < b <3",
    }
    assert refused(Family.SUGAR, areas=("a^b",))
    assert refused(Family.SPLENDID, description="half \ud83d")


def test_a_new_record_has_an_owner_and_no_empty_fields() -> None:
    pairs = created(named({"name": "x", "description": None}), known(Family.SUGAR), Clock(), "1")
    assert pairs == {"name": "x", "assigned_user_id": "1"}
    assert created(named({"name": "x"}), known(Family.SPLENDID), Clock(), "") == {"name": "x"}
    with pytest.raises(Invalid) as caught:
        created(named({"description": "x"}), known(Family.SUGAR), Clock(), "1")
    assert "name" in caught.value.per_field


def test_ids_are_never_empty() -> None:
    assert is_key(guid(1), Family.SPLENDID)
    assert is_key("1", Family.SUGAR)
    for key in ("", "1", "00000000-0000-0000-0000-000000000000", f"{guid(1)}'", "{" + guid(1) + "}"):
        assert not is_key(key, Family.SPLENDID)
    for key in ("", "-", "a b", "x'y", "0"):
        assert not is_key(key, Family.SUGAR)
    assert listed({"a": "1", "b": ""}) == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert MOMENT.astimezone(UTC).hour == 10
