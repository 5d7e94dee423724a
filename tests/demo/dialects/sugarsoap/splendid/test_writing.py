# SPDX-License-Identifier: MIT
"""What soap.asmx keeps of what is sent."""

import base64

import pytest

from tests.demo.dialects.sugarsoap.caller import Soap
from tests.demo.dialects.sugarsoap.conftest import Open

NOBODY = "12345678-1234-4000-8000-123456789abc"


def test_update_changes_what_is_sent_and_nothing_else(splendid: Soap) -> None:
    before = splendid.rows("Accounts", most=1)[0]
    assert splendid.save("Accounts", id=before["id"], phone_office="1", nosuchfield="1") == before["id"]
    after = splendid.record("Accounts", before["id"])
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"phone_office", "date_modified", "date_modified_utc", "modified_user_id"}


def test_insert_gives_an_id_and_the_caller_as_owner(splendid: Soap) -> None:
    key = splendid.save("Accounts", name="Neu & <b>", billing_address_city="Città")
    row = splendid.record("Accounts", key)
    assert (row["name"], row["billing_address_city"], row["assigned_user_id"]) == ("Neu & <b>", "Città", "00000000-0000-0000-0000-000000000001")  # fmt: skip


def test_unknown_id_inserts_with_that_id(splendid: Soap) -> None:
    assert splendid.save("Accounts", id=NOBODY.upper(), name="Mine") == NOBODY
    assert splendid.record("Accounts", NOBODY)["name"] == "Mine"


def test_deleting_gives_no_id_and_no_error_even_for_nobody(splendid: Soap) -> None:
    key = splendid.rows("Accounts", most=1)[0]["id"]
    assert splendid.save("Accounts", id=key, deleted="1") == ""
    assert splendid.rows("Accounts", f"ID = '{key}'") == []
    assert splendid.save("Accounts", id=NOBODY, deleted="1") == ""


def test_many_ignore_deleted_and_stay_where_a_later_one_fails(splendid: Soap) -> None:
    key = splendid.rows("Accounts", most=1)[0]["id"]
    lists = [[{"name": "id", "value": key}, {"name": "deleted", "value": "1"}], [{"name": "name", "value": "Zwei"}]]
    ids = splendid.ask("set_entries", module_name="Accounts", name_value_lists=lists)["ids"]
    assert ids[0] == key
    assert splendid.record("Accounts", key)["deleted"] == "False"
    broken = [[{"name": "name", "value": "Drei"}], [{"name": "parent_id", "value": "x"}]]
    assert splendid.fault("set_entries", module_name="Accounts", name_value_lists=broken).message.startswith("Guid")
    assert len(splendid.rows("Accounts", "NAME = 'Drei'")) == 1


def test_long_text_is_cut_without_a_word(splendid: Soap) -> None:
    key = splendid.save("Accounts", name="n" * 400, description="d" * 40_000)
    row = splendid.record("Accounts", key)
    assert (len(row["name"]), len(row["description"])) == (150, 40_000)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2025-02-03 10:11:12", "2025/02/03 15:11:12"), ("2025-02-03T10:11:12Z", "2025/02/03 10:11:12"), ("03.02.2025", "2025/03/02 05:00:00"),
        ("2025/02/03 10:11:12", "2025/02/03 15:11:12"), ("13/02/2025", "0001/01/01 00:00:00"), ("", "0001/01/01 00:00:00"), ("nonsense", "0001/01/01 00:00:00"),
        ("2025-07-01", "2025/07/01 04:00:00"), ("7/1/2025 1:30 PM", "2025/07/01 17:30:00"), ("2025-02-03T10:11:12+02:00", "2025/02/03 08:11:12"),
    ],
)  # fmt: skip
def test_dates_are_read_in_the_servers_culture_and_zone(splendid: Soap, sent: str, read: str) -> None:
    key = splendid.save("Opportunities", name="d", date_closed=sent)
    assert splendid.record("Opportunities", key)["date_closed"] == read


def test_what_is_read_and_written_back_moves(splendid: Soap) -> None:
    row = splendid.rows("Opportunities", "DATE_CLOSED IS NOT NULL", most=1)[0]
    splendid.save("Opportunities", id=row["id"], date_closed=row["date_closed"])
    assert splendid.record("Opportunities", row["id"])["date_closed"] > row["date_closed"]


def test_start_with_its_time_is_utc(splendid: Soap) -> None:
    key = splendid.save("Meetings", name="m", date_start="2025-02-03", time_start="10:11:12")
    assert splendid.record("Meetings", key)["date_start"] == "2025/02/03 10:11:12"
    key = splendid.save("Meetings", name="m", date_start="2025-02-03 10:11:12")
    assert splendid.record("Meetings", key)["date_start"] == "2025/02/03 15:11:12"


def test_numbers_are_read_in_the_servers_culture(splendid: Soap) -> None:
    key = splendid.save("Opportunities", name="n", amount="1,234.50", probability="12.5")
    row = splendid.record("Opportunities", key)
    assert (row["amount"], row["probability"]) == ("1234.50", "12.5")
    fault = splendid.fault("set_entry", module_name="Opportunities", name_value_list=[{"name": "amount", "value": "1.234,50"}])  # fmt: skip
    assert fault.message == "Input string was not in a correct format."


def test_empty_and_missing_values_clear(splendid: Soap) -> None:
    key = splendid.save("Accounts", name="c", website="www.example", phone_office="1")
    pairs = [{"name": "id", "value": key}, {"name": "website", "value": ""}, {"name": "phone_office", "value": None}]
    splendid.ask("set_entry", module_name="Accounts", name_value_list=pairs)
    row = splendid.record("Accounts", key)
    assert (row["website"], row["phone_office"], row["name"]) == ("", "", "c")
    assert splendid.rows("Accounts", f"ID = '{key}' and WEBSITE IS NULL") != []


def test_contact_brings_its_account_along(splendid: Soap) -> None:
    name = splendid.rows("Accounts", most=1)[0]["name"]
    known = splendid.save("Contacts", last_name="Known", account_name=name)
    new = splendid.save("Contacts", last_name="New", account_name="Firma aus dem Nichts")
    found = splendid.ask("get_entries", module_name="Contacts", ids=[known, new], select_fields=[])["entry_list"]
    names = [next(p["value"] for p in entry["name_value_list"] if p["name"] == "account_name") for entry in found]
    assert names == [name, "Firma aus dem Nichts"]
    assert len(splendid.rows("Accounts", "NAME = 'Firma aus dem Nichts'")) == 1


def test_rights_are_asked(opened: Open) -> None:
    reader = opened(user="lena.lesend")
    assert reader.fault("set_entry", module_name="Accounts", name_value_list=[]).message == "Insufficient Access"
    assert reader.fault("set_entry", module_name="Nope", name_value_list=[]).message == "This module is not available on this server"  # fmt: skip
    anna = reader.log_in("anna.k")
    assert "Campaigns" not in anna.ask("get_available_modules")["modules"]
    assert anna.fault("get_module_fields", module_name="Campaigns").message == "Insufficient Access"
    assert anna.fault("set_entry", module_name="Users", name_value_list=[]).message == "Insufficient Access"


def test_records_of_old_operations_come_back_as_one(splendid: Soap) -> None:
    who = {"session": None, "user_name": "admin", "password": splendid.password("admin")}
    person = {**who, "first_name": "Ada", "last_name": "Neu", "email_address": "ada@x.example"}
    assert splendid.ask("create_contact", **person) == "1"
    assert splendid.ask("create_lead", **person) == "1"
    assert splendid.ask("create_account", **who, name="Neue AG", phone="1", website="w") == "1"
    assert splendid.ask("create_opportunity", **who, name="Deal", amount="1,000.50") == "1"
    assert splendid.ask("create_case", **who, name="Fall") == "1"
    assert splendid.rows("Opportunities", "NAME = 'Deal'")[0]["amount"] == "1000.50"
    assert splendid.rows("Contacts", "EMAIL1 = 'ada@x.example'")[0]["last_name"] == "Neu"


def test_note_keeps_its_file(splendid: Soap) -> None:
    note = splendid.save("Notes", name="n")
    file = base64.b64encode(b"hello").decode()
    key = splendid.ask("set_note_attachment", note={"id": note, "filename": "a.txt", "file": file})["id"]
    assert splendid.record("Notes", note)["note_attachment_id"] == key
    assert splendid.site.splendid.files[key].content == b"hello"
    assert splendid.ask("set_note_attachment", note={"id": NOBODY, "filename": "a", "file": file})["id"] == ""
    assert "not a valid Base-64 string" in splendid.fault("set_note_attachment", note={"id": note, "filename": "a", "file": "***"}).message  # fmt: skip
    account = splendid.rows("Accounts", most=1)[0]["id"]
    splendid.ask("relate_note_to_module", note_id=note, module_name="Accounts", module_id=account)
    assert splendid.record("Notes", note)["parent_id"] == account
    splendid.ask("relate_note_to_module", note_id=note, module_name="Contacts", module_id=NOBODY)
    assert splendid.record("Notes", note)["contact_id"] == NOBODY
    assert splendid.ask("relate_note_to_module", note_id=NOBODY, module_name="Accounts", module_id=account)["number"] == "0"  # fmt: skip


@pytest.mark.parametrize("operation", ["get_note_attachment", "get_related_notes", "update_portal_user", "track_email"])
def test_what_is_only_declared_is_refused(reader: Soap, operation: str) -> None:
    assert reader.fault(operation).message == "Method not implemented."


@pytest.mark.parametrize("name", ["document_revision", "note"])
def test_document_gets_a_revision(splendid: Soap, name: str) -> None:
    document = splendid.rows("Documents", most=1)[0]["id"]
    sent = {"id": document, "document_name": "x", "revision": "2", "filename": "b.pdf", "file": base64.b64encode(b"%PDF").decode()}  # fmt: skip
    key = splendid.ask("set_document_revision", **{name: sent})["id"]
    row = splendid.rows("DocumentRevisions", f"ID = '{key}'")[0]
    assert (row["document_id"], row["revision"], row["filename"], row["file_mime_type"]) == (document, "2", "b.pdf", "application/pdf")  # fmt: skip
    assert splendid.rows("Documents", f"ID = '{document}'")[0]["document_revision_id"] == key
    assert "FOREIGN KEY" in splendid.fault("set_document_revision", **{name: {**sent, "id": NOBODY}}).message
