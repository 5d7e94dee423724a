# SPDX-License-Identifier: MIT
"""What soap.php keeps of what is sent."""

import base64

import pytest

from crmdesk.demo.dialects.sugarsoap.suite.cleaning import cleaned
from tests.demo.dialects.sugarsoap.caller import SUITE, Soap, decoded, values
from tests.demo.dialects.sugarsoap.conftest import Open


def test_values_are_purified_and_escaped(suite: Soap) -> None:
    key = suite.save("Accounts", name='raw & <b> "q" \' Ü 日本 😀', website="http://x/?a=1&b=2")
    row = suite.record("Accounts", key)
    assert row["name"] == "raw & &lt;b&gt; &quot;q&quot; &#039; Ü 日本 ????&lt;/b&gt;"
    assert (row["website"], row["created_by"], row["deleted"]) == ("http://x/?a=1&b=2", "1", "0")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("plain", "plain"), ("a<script>evil()</script>b", "ab"), ("<i>x</i>", "&lt;i&gt;x&lt;/i&gt;"), ("1 < 2", "1 &lt; 2"), ("a & b", "a & b"), ("<b><i>", "&lt;b&gt;&lt;i&gt;&lt;/i&gt;&lt;/b&gt;")],
)  # fmt: skip
def test_cleaning(sent: str, kept: str) -> None:
    assert cleaned(sent) == kept


def test_update_keeps_the_rest_and_ignores_unknown_names(suite: Soap) -> None:
    before = suite.rows("Accounts", most=1)[0]
    assert suite.save("Accounts", id=before["id"], name="changed", nosuch="1") == before["id"]
    after = suite.record("Accounts", before["id"])
    assert {n for n in before if before[n] != after[n]} <= {"name", "date_modified", "modified_user_id", "modified_by_name"}  # fmt: skip


def test_deletion_returns_the_id(suite: Soap) -> None:
    key = suite.save("Accounts", name="x")
    assert suite.save("Accounts", id=key, deleted="1") == key
    assert suite.rows("Accounts", f"accounts.id = '{key}'") == []
    assert suite.save("Accounts", id="nobody", name="x") == "nobody"
    assert suite.rows("Accounts", "accounts.id = 'nobody'") == []


def test_array_that_does_not_say_so_inserts_a_blank_record_without_an_error(suite: Soap) -> None:
    key = suite.save("Accounts", name="there")
    pairs = [{"name": "id", "value": key}, {"name": "name", "value": "update"}]
    marked = suite.envelope("set_entry", session=suite.session, module_name="Accounts", name_value_list=pairs)
    bare = marked.replace(b' enc:arrayType="xsd:anyType[2]"', b"")
    assert bare != marked
    found = decoded(suite.raw(bare)[1])
    assert (found["error"]["number"], found["id"] != key) == ("0", True)
    assert suite.record("Accounts", found["id"])["name"] == ""
    assert suite.record("Accounts", key)["name"] == "there"


def test_many_are_saved(suite: Soap) -> None:
    lists = [[{"name": "name", "value": "Eins"}], [{"name": "name", "value": "Zwei"}]]
    ids = suite.ask("set_entries", module_name="Accounts", name_value_lists=lists)["ids"]
    assert [suite.record("Accounts", key)["name"] for key in ids] == ["Eins", "Zwei"]


def test_dates_numbers_and_booleans(suite: Soap) -> None:
    key = suite.save("Opportunities", name="n", amount="12.5x", date_closed="2025-02-03", probability="nothing")
    row = suite.record("Opportunities", key)
    assert (row["amount"], row["date_closed"], row["probability"]) == ("12.50", "2025-02-03", "")
    suite.save("Opportunities", id=key, date_closed="03.02.2025")
    assert suite.record("Opportunities", key)["date_closed"] == ""
    person = suite.save("Contacts", last_name="c", do_not_call="true", email1="c@x.example")
    assert (suite.record("Contacts", person)["do_not_call"], suite.record("Contacts", person)["email1"]) == ("1", "c@x.example")  # fmt: skip


def test_account_of_a_contact_is_set_and_cleared(suite: Soap) -> None:
    account = suite.rows("Accounts", most=1)[0]
    person = suite.save("Contacts", last_name="c", account_id=account["id"])
    assert suite.record("Contacts", person)["account_name"] == account["name"]
    suite.save("Contacts", id=person, account_id="")
    assert suite.record("Contacts", person)["account_name"] == ""


def test_rights_are_a_number(opened: Open) -> None:
    reader = opened(SUITE, user="lena.lesend")
    found = reader.ask("set_entry", module_name="Accounts", name_value_list=[{"name": "name", "value": "x"}])
    assert (found["id"], found["error"]["number"]) == ("-1", "40")
    assert reader.ask("set_entry", module_name="Nope", name_value_list=[])["error"]["number"] == "20"
    assert reader.ask("set_entries", module_name="Accounts", name_value_lists=[])["error"]["number"] == "40"
    assert reader.ask("create_account", session=None, user_name="lena.lesend", password=reader.password("lena.lesend"), name="x", phone="", website="") == "0"  # fmt: skip


def test_records_of_old_operations_come_back_as_one(suite: Soap) -> None:
    who = {"session": None, "user_name": "admin", "password": suite.password("admin")}
    person = {**who, "first_name": "Ada", "last_name": "Neu", "email_address": "ada@x.example"}
    assert [suite.ask("create_contact", **person), suite.ask("create_lead", **person)] == ["1", "1"]
    assert suite.ask("create_account", **who, name="Neue AG", phone="1", website="w") == "1"
    assert suite.ask("create_opportunity", **who, name="Deal", amount="1000.50") == "1"
    assert suite.ask("create_case", **who, name="Fall") == "1"
    assert suite.ask("create_case", **{**who, "password": "x"}, name="Fall") == "0"
    assert suite.rows("Opportunities", "opportunities.name = 'Deal'")[0]["amount"] == "1000.50"


def test_files_of_notes_and_documents_come_back(suite: Soap) -> None:
    note = suite.save("Notes", name="n")
    file = base64.b64encode(b"hello").decode()
    assert suite.ask("set_note_attachment", note={"id": note, "filename": "a.txt", "file": file})["id"] == note
    assert suite.ask("get_note_attachment", id=note)["note_attachment"] == {"id": note, "filename": "a.txt", "file": file}  # fmt: skip
    assert suite.ask("set_note_attachment", note={"id": "nobody", "filename": "a", "file": file})["id"] == "-1"
    account = suite.rows("Accounts", most=1)[0]["id"]
    suite.ask("relate_note_to_module", note_id=note, module_name="Accounts", module_id=account)
    related = suite.ask(
        "get_related_notes", module_name="Accounts", module_id=account, select_fields=["id", "filename"]
    )
    assert {"id": note, "filename": "a.txt"} in [values(entry) for entry in related["entry_list"]]
    document = suite.rows("Documents", most=1)[0]["id"]
    key = suite.ask("set_document_revision", note={"id": document, "revision": "2", "filename": "b.pdf", "file": file})["id"]  # fmt: skip
    found = suite.ask("get_document_revision", id=key)["document_revision"]
    assert (found["revision"], found["filename"], base64.b64decode(found["file"])) == ("2", "b.pdf", b"hello")
    assert suite.ask("get_document_revision", id="nobody")["error"]["number"] == "21"
