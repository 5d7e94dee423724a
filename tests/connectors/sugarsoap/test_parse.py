# SPDX-License-Identifier: MIT
"""Decoded results to rows and records, in both families' shapes."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.sugarsoap import parse
from crmdesk.connectors.vendors.sugarsoap.clock import Clock
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.meta import RawField, described, label_of, module, readable
from crmdesk.connectors.vendors.sugarsoap.parse import Entry, Reading, RowReader
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.schema import FieldType, Operation
from tests.connectors.sugarsoap.support import entry, guid, listing, module_fields

ACCOUNTS, USERS = ModuleName("Accounts"), ModuleName("Users")
AVAILABLE = ("Accounts", "Contacts", "Calls", "Users")
NEW_YORK = Clock(timezone(timedelta(hours=-5)), True)


def test_one_entry_for_each_field_is_one_record() -> None:
    """get_entry of SplendidCRM (recorded)."""
    told = listing(entry("k1", name="A"), entry("k1", city="B"), entry("k2", name="C"))
    found = parse.listing(told, "get_entry").entries  # type: ignore[arg-type]  # plain texts and lists
    assert [one.key for one in found] == ["k1", "k2"]
    assert found[0].values == {"id": "k1", "name": "A", "city": "B"}


@pytest.mark.parametrize("nothing", [None, "", []])
def test_an_empty_list_in_any_spelling(nothing: object) -> None:
    found = parse.listing({"result_count": "0", "next_offset": "0", "field_list": nothing, "entry_list": nothing}, "x")  # type: ignore[dict-item]
    assert found.entries == ()
    assert (found.count, found.next_offset, found.columns) == (0, 0, frozenset())


@pytest.mark.parametrize("strange", [None, "text", ["a"]])
def test_what_is_no_group_is_refused(strange: object) -> None:
    for read in (lambda: parse.listing(strange, "x"), lambda: parse.fields(strange), lambda: parse.modules(strange), lambda: parse.related_ids(strange), lambda: parse.saved_key(strange, "x")):  # type: ignore[arg-type]  # fmt: skip
        with pytest.raises(MalformedReply):
            read()


def test_fields_whatever_their_list_is_called() -> None:
    for family in Family:
        told = module_fields(family, NAME="string", ID="Guid")
        assert [one.name for one in parse.fields(told)] == ["NAME", "ID"]  # type: ignore[arg-type]


def test_the_marks_of_no_id() -> None:
    assert [parse.saved_key({"id": key}, "x") for key in ("", "-1", None, parse.EMPTY_GUID, "k")] == [
        "",
        "",
        "",
        "",
        "k",
    ]


def test_related_ids_leave_out_deleted_ones_and_doubles() -> None:
    told = [{"id": "a", "deleted": "0"}, {"id": "b", "deleted": "1"}, {"id": "a", "deleted": "0"}, {"id": ""}]
    assert parse.related_ids({"ids": told}) == ("a",)  # type: ignore[dict-item]
    assert parse.related_ids({"ids": None}) == ()


def test_moments_numbers_and_entities() -> None:
    assert (
        parse.moment("2024/06/01 16:30:15")
        == parse.moment("2024-06-01 16:30:15")
        == datetime(2024, 6, 1, 16, 30, 15, tzinfo=UTC)
    )
    for no_date in ("0001/01/01 00:00:00", "0001/01/01 05:00:00", "0000-00-00", "", "soon", "2024/13/01 00:00:00"):
        assert parse.moment(no_date) is None
    assert [parse.number(text) for text in ("1000.5", "1000,5", "-3", "x", "1,000.5")] == [
        Decimal("1000.5"),
        Decimal("1000.5"),
        Decimal(-3),
        None,
        None,
    ]
    assert (
        parse.decoded_once("a &lt;b&gt; &quot;q&quot; &#039; &amp; &amp;lt; R&D") == 'a <b> "q" \' &amp; &amp;lt; R&D'
    )
    assert parse.members("^a^,^b,c^") == ("a", "b,c")
    assert parse.members("a") == ("a",)
    assert parse.members("^^") is None


def reader(family: Family, **types: str) -> RowReader:
    raw = [RawField(name, kind, options=(("p", "Partner"), ("q", "q"))) for name, kind in types.items()]
    known = described(module(ACCOUNTS), raw, family, columns=frozenset(t.lower() for t in types), available=AVAILABLE)
    return RowReader(known, Reading(family, NEW_YORK, {("Users", guid(1)): "Anna Koch"}))


def test_a_row_of_splendidcrm() -> None:
    made = reader(
        Family.SPLENDID, ID="Guid", NAME="string", BIRTHDATE="DateTime", DATE_MODIFIED="DateTime", DO_NOT_CALL="bool", AMOUNT="decimal",
        EMPLOYEES="Int32", ASSIGNED_USER_ID="Guid", CAMPAIGN_ID="Guid", USER_PASSWORD="string", DATE_MODIFIED_UTC="DateTime",
    ).record(
        Entry("k", "Accounts", {
            "id": "k", "name": "A &lt; B", "birthdate": "1980/01/01 05:00:00", "date_modified": "2024/06/01 16:30:15", "do_not_call": "True",
            "amount": "1000,5", "employees": "12", "assigned_user_id": guid(1), "campaign_id": parse.EMPTY_GUID, "user_password": "geheim",
            "date_modified_utc": "2024/06/01 20:30:15", "unknown": "x",
        }), with_raw=True,
    )  # fmt: skip
    values = {str(name): value for name, value in made.values.items()}
    assert values == {
        "id": "k", "name": "A &lt; B", "birthdate": date(1980, 1, 1), "date_modified": datetime(2024, 6, 1, 16, 30, 15, tzinfo=UTC),
        "do_not_call": True, "amount": Decimal("1000.5"), "employees": 12, "assigned_user_id": RecordId(USERS, guid(1)), "campaign_id": parse.EMPTY_GUID,
    }  # fmt: skip
    assert made.labels == {"assigned_user_id": "Anna Koch"}
    assert made.version == "2024/06/01 16:30:15"
    assert "geheim" not in made.raw


def test_a_row_of_suitecrm() -> None:
    made = reader(
        Family.SUGAR, id="id", name="name", account_type="enum", areas_c="multienum", date_modified="datetime", date_closed="date",
        deleted="bool", assigned_user_id="relate", assigned_user_name="relate", amount="currency", starts_c="time",
    ).record(
        Entry("k", "Accounts", {
            "id": "k", "name": "A &lt; B", "account_type": "p", "areas_c": "^p^,^q^", "date_modified": "2026-11-22 07:34:31",
            "date_closed": "2025-02-03", "deleted": "0", "assigned_user_id": "1", "assigned_user_name": "M&#039;Bo", "amount": "12.500000", "starts_c": "14:30:00",
        })
    )  # fmt: skip
    assert made.values[FieldName("name")] == "A < B"
    assert made.values[FieldName("areas_c")] == ("p", "q")
    assert made.values[FieldName("date_closed")] == date(2025, 2, 3)
    assert made.values[FieldName("deleted")] is False
    assert made.labels == {"account_type": "Partner", "assigned_user_id": "M'Bo"}


def test_what_does_not_fit_its_type_stays_text_and_no_date_is_none() -> None:
    made = reader(
        Family.SPLENDID,
        ID="Guid",
        DATE_CLOSED="DateTime",
        DATE_ENTERED="DateTime",
        EMPLOYEES="Int32",
        DO_NOT_CALL="bool",
    ).record(
        Entry(
            "k",
            "",
            {
                "date_closed": "0001/01/01 00:00:00",
                "date_entered": "6/1/2024 12:30:15 PM",
                "employees": "many",
                "do_not_call": "?",
            },
        )
    )
    assert made.values == {
        "date_closed": None, "date_entered": "6/1/2024 12:30:15 PM", "employees": "many", "do_not_call": "?",
    }  # fmt: skip
    with pytest.raises(MalformedReply):
        reader(Family.SPLENDID, ID="Guid").record(Entry("", "", {}))


def test_a_parent_is_of_the_module_that_the_row_names() -> None:
    raw = [RawField("PARENT_TYPE", "string"), RawField("PARENT_ID", "Guid"), RawField("ID", "Guid")]
    known = described(module(ModuleName("Calls")), raw, Family.SPLENDID, columns=None, available=AVAILABLE)
    read = RowReader(known, Reading(Family.SPLENDID)).record
    link = FieldName("parent_id")
    assert read(Entry("k", "", {"parent_type": "Contacts", "parent_id": guid(1)})).values[link] == RecordId(
        ModuleName("Contacts"), guid(1)
    )
    assert read(Entry("k", "", {"parent_type": "Elsewhere", "parent_id": guid(1)})).values[link] == RecordId(
        ModuleName(""), guid(1)
    )


def test_labels_and_titles_people_can_read() -> None:
    assert label_of("BILLING_ADDRESS_CITY", "Accounts.LBL_BILLING_ADDRESS_CITY") == "Billing address city"
    assert label_of("billing_address_city", "Billing City:") == "Billing City"
    assert label_of("name", "") == "Name"
    assert [readable(name) for name in ("AOS_Quotes", "ProjectTask", "EMAIL1", "x")] == [
        "Quotes",
        "Project task",
        "Email 1",
        "X",
    ]
    assert parse.title({"first_name": "Ann", "last_name": "O&#039;Hara"}, Family.SUGAR) == "Ann O'Hara"
    assert parse.title({"id": "7", "document_name": "Offer"}, Family.SPLENDID) == "Offer"


def test_schema_knows_what_the_server_does_not_tell() -> None:
    raw = [RawField(n, k) for n, k in {"ID": "Guid", "NAME": "string", "DATE_START": "DateTime", "TIME_START": "DateTime", "ASSIGNED_TO": "string", "ASSIGNED_USER_ID": "Guid", "REPORTS_TO_ID": "Guid"}.items()]  # fmt: skip
    known = described(module(ModuleName("Calls")), raw, Family.SPLENDID, columns={"id", "name", "date_start", "time_start", "assigned_user_id"}, available=AVAILABLE)  # fmt: skip
    fields = {field.name: field for field in known.schema.fields}
    assert fields[FieldName("name")].required
    assert known.pairs == {FieldName("date_start"): FieldName("time_start")}
    assert fields[FieldName("time_start")].read_only
    assert fields[FieldName("time_start")].type is FieldType.TEXT
    assert not fields[FieldName("assigned_to")].filterable  # a column of the view alone
    assert fields[FieldName("assigned_user_id")].label == "Assigned user"
    assert fields[FieldName("reports_to_id")].type is FieldType.OPAQUE  # nobody knows where it leads
    assert module(USERS).operations == frozenset({Operation.READ})
    assert not module(ModuleName("Schedulers")).is_listed
    assert module(ModuleName("abc_Machines")).is_listed
    twice = described(
        module(ACCOUNTS),
        [RawField("NAME", "string"), RawField("name", "string")],
        Family.SPLENDID,
        columns=None,
        available=(),
    )
    assert [field.name for field in twice.schema.fields] == ["name"]
    assert not twice.schema.fields[0].filterable  # its rows were never seen


def test_secrets_of_a_called_operation_are_masked_wherever_they_stand() -> None:
    told = {
        "entry_list": [
            {"name_value_list": [{"name": "USER_HASH", "value": "5f4dcc3b"}, {"name": "title", "value": "x"}]}
        ],
        "password": "p",
    }
    shown = str(parse.masked(told))  # type: ignore[arg-type]
    assert "5f4dcc3b" not in shown
    assert "'password': '***'" in shown
    assert "'value': 'x'" in shown
    assert parse.masked("text") == "text"
