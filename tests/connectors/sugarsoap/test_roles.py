# SPDX-License-Identifier: MIT
"""Related records, files, changes, searches, actions: what is sent, and what can never be sent."""

import base64
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crmdesk.connectors.port import (
    ActsOnRecords,
    Attachment,
    CallsDocumented,
    FindsAnywhere,
    FindsByKeywords,
    FindsDuplicates,
    LinksToWeb,
    RelatesRecords,
    Relation,
    StoresDocuments,
    SyncsChanges,
)
from crmdesk.connectors.vendors.sugarsoap import relations
from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    NotFound,
    OutcomeUnclear,
    ServerFault,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.values import same
from tests.connectors.sugarsoap.support import (
    ME,
    NO_ERROR,
    FakeHttp,
    connect,
    connected,
    demo,
    entry,
    fault,
    guid,
    listing,
    module_fields,
    named,
    saved,
)

ACCOUNTS, CONTACTS, USERS, TASKS = (ModuleName(name) for name in ("Accounts", "Contacts", "Users", "Tasks"))
NOTES, DOCUMENTS = ModuleName("Notes"), ModuleName("Documents")


@pytest.fixture(scope="module", params=["soap.asmx", "soap.php"])
def site(request: pytest.FixtureRequest) -> Iterator[tuple[DemoServer, str]]:
    with demo(rows=60) as server:
        yield server, request.param


@pytest.fixture
def live(site: tuple[DemoServer, str]) -> Iterator[SugarSoapConnector]:
    connector = connected(site[0], site[1])
    connector.login()
    yield connector
    connector.close()


def first(connector: SugarSoapConnector, module: ModuleName) -> RecordId:
    return connector.fetch_page(Query(module), None, 1).records[0].id


def relation(key: str, module: str) -> Relation:
    return Relation(key, module, ModuleName(module), None)


def test_every_role_is_played(live: SugarSoapConnector) -> None:
    for role in (RelatesRecords, StoresDocuments, SyncsChanges, FindsAnywhere, FindsByKeywords, FindsDuplicates, CallsDocumented, LinksToWeb, ActsOnRecords):  # fmt: skip
        assert isinstance(live, role)


def test_a_link_is_made_and_seen_on_both_families(live: SugarSoapConnector) -> None:
    account = live.create(Create("a", ACCOUNTS, named({"name": "Linked"})))
    people = [live.create(Create("c", CONTACTS, named({"last_name": f"Linked {n}"}))) for n in range(2)]
    contacts = next(one for one in live.list_relations(account.id) if one.key == "Contacts")
    assert live.list_related(account.id, contacts) == ()
    live.link(account.id, contacts, tuple(person.id for person in people))
    assert {one.id for one in live.list_related(account.id, contacts)} == {person.id for person in people}
    with pytest.raises(Unsupported):
        live.unlink(account.id, contacts, people[0].id)


def test_a_records_own_link_can_be_made_and_taken_away(live: SugarSoapConnector) -> None:
    parent, child = (live.create(Create(n, ACCOUNTS, named({"name": n}))) for n in ("Parent", "Child"))
    members = next(one for one in live.list_relations(parent.id) if one.key == "Accounts.parent_id")
    assert members.label == "Member organisations"
    live.link(parent.id, members, (child.id,))
    (found,) = live.list_related(parent.id, members)
    assert found.id == child.id
    assert found.values[FieldName("parent_id")] == parent.id
    live.unlink(parent.id, members, child.id)
    assert live.list_related(parent.id, members) == ()


def test_a_file_becomes_a_document_a_revision_a_note(live: SugarSoapConnector) -> None:
    document = live.upload("Offer", "offer.txt", "text/plain", b"first", None)
    assert document.id.module == DOCUMENTS
    again = live.upload("Offer", "offer2.txt", "text/plain", b"second", document.id)
    assert again.id == document.id
    note = live.create(Create("n", NOTES, named({"name": "Note"})))
    assert live.list_attachments(note.id) == ()
    assert live.upload("Note", "n.txt", "text/plain", b"third", note.id).id == note.id
    (own,) = live.list_attachments(note.id)
    try:
        assert live.download(own) == b"third"
        (of_document,) = live.list_attachments(document.id)
        assert live.download(of_document) == b"second"
    except UnknownOperation:
        assert live.operations()[1].name == "get_splendid_version"  # SplendidCRM hands none out
    with pytest.raises(Invalid):
        live.upload("Empty", "e.txt", "", b"", None)
    with pytest.raises(NotFound):
        live.upload("Lost", "l.txt", "", b"x", RecordId(ACCOUNTS, guid(4711)))


def test_changes_are_found_since_a_mark_and_own_ones_alone(live: SugarSoapConnector) -> None:
    def since(mark: str, only_own: bool = False) -> tuple[set[RecordId], set[RecordId], str]:
        updated: set[RecordId] = set()
        deleted: set[RecordId] = set()
        while True:
            page = live.changes_since(ACCOUNTS, mark, only_own)
            updated |= {record.id for record in page.updated}
            deleted |= set(page.deleted)
            mark = page.token
            if not page.more:
                return updated, deleted, mark

    everyone, none, token = since("")
    assert everyone
    assert none == set()
    made = live.create(Create("a", ACCOUNTS, named({"name": "Newest"})))
    live.update(Update(made, named({"name": "Newest of all"})))
    assert made.id in since(token, only_own=True)[0]
    live.delete(Delete(made))
    updated, deleted, _ = since(token)
    assert made.id in deleted
    assert made.id not in updated
    assert len(updated) < len(everyone)
    for broken in (
        "x",
        "{}",
        '{"since": "soon", "newest": "", "gone": false}',
        '{"since": "", "newest": "", "gone": false, "place": "x"}',
    ):
        with pytest.raises(Invalid):
            live.changes_since(ACCOUNTS, broken)


def test_the_servers_search_finds_people_and_companies(live: SugarSoapConnector) -> None:
    live.create(Create("a", ACCOUNTS, named({"name": "Zyxwerk GmbH"})))
    live.create(Create("c", CONTACTS, named({"last_name": "Zyxmann", "first_name": "Ida"})))
    try:
        found = live.find_anywhere("zyx; ", 10)
    except (UnknownOperation, Unsupported):
        pytest.skip("this server has no search")
    assert {record.id.module for record in found} >= {ACCOUNTS}
    assert all(record.values for record in found)
    assert {record.id.module for record in live.find_by_keywords(ACCOUNTS, "zyxw", 5)} <= {ACCOUNTS}
    assert live.find_anywhere("  ;", 10) == ()
    with pytest.raises(Unsupported):
        live.find_by_keywords(TASKS, "x", 5)


def test_the_same_address_is_a_warning(live: SugarSoapConnector) -> None:
    made = live.create(Create("c", CONTACTS, named({"last_name": "Doppel", "email1": "doppel@nordwind.example"})))
    alike = live.find_duplicates(Create("d", CONTACTS, named({"last_name": "X", "email1": "doppel@nordwind.example"})))
    assert made.id in {record.id for record in alike}
    assert live.find_duplicates(Create("d", CONTACTS, named({"last_name": "X", "email1": "a;b@c"}))) == ()
    assert live.find_duplicates(Create("d", ACCOUNTS, named({"name": "X"}))) == ()


def test_a_note_is_given_to_a_record(live: SugarSoapConnector) -> None:
    note, account = live.create(Create("n", NOTES, named({"name": "Note"}))), first(live, ACCOUNTS)
    (action,) = live.list_actions(NOTES)
    assert live.list_actions(ACCOUNTS) == ()
    live.act(note.id, action.key, {"module": "Accounts", "record": account.key})
    assert same(live.fetch(note.id).values[FieldName("parent_id")], account)
    with pytest.raises(NotFound):
        live.act(RecordId(NOTES, guid(4711)), action.key, {"module": "Accounts", "record": account.key})
    for told in ({}, {"module": "Nope", "record": account.key}):
        with pytest.raises(Invalid):
            live.act(note.id, action.key, told)
    with pytest.raises(Unsupported):
        live.act(note.id, "explode", {})


def test_a_document_gets_a_revision(live: SugarSoapConnector) -> None:
    document = live.upload("Terms", "t.txt", "text/plain", b"1", None)
    (action,) = live.list_actions(DOCUMENTS)
    file = base64.b64encode(b"2").decode()
    live.act(document.id, action.key, {"revision": "2", "file_name": "t2.txt", "file": file})
    with pytest.raises(Invalid):
        live.act(document.id, action.key, {"revision": "2", "file_name": "t2.txt", "file": "***"})


def test_every_documented_read_can_be_called(live: SugarSoapConnector) -> None:
    account = first(live, ACCOUNTS)
    told: Mapping[str, Mapping[str, str]] = {
        "get_module_fields": {"module_name": "Accounts"},
        "get_entry_list": {"module_name": "Accounts", "max_results": "2", "order_by": "id"},
        "get_entry": {"module_name": "Accounts", "id": account.key},
        "get_entries": {"module_name": "Accounts", "ids": f'["{account.key}"]'},
        "get_relationships": {"module_name": "Accounts", "module_id": account.key, "related_module": "Contacts"},
        "search_by_module": {"search_string": "a", "modules": '["Accounts"]', "max_results": "2"},
        "get_entries_count": {"module_name": "Accounts"},
        "contact_by_email": {"email_address": "nobody@nordwind.example"},
        "search": {"name": "nobody"},
        "test": {"s": "Ünïcode & <b>"},
    }
    for operation in live.operations():
        if operation.is_write or operation.name in ("login", "logout"):
            continue
        try:
            answer = live.call(operation.name, dict(told.get(operation.name, {})))
        except CrmError:
            if operation.name in told:
                raise
            continue
        if operation.name == "test":
            assert answer == "Ünïcode & <b>"


# What can never be sent, on the scripted server.


def scripted(family: Family = Family.SPLENDID, **answers: object) -> FakeHttp:
    fields = module_fields(
        family, ID="Guid", NAME="string", PARENT_ID="Guid", PARENT_TYPE="string", CONTACT_ID="Guid", ACCOUNT_ID="Guid"
    )

    def entries(told: Mapping[str, Any]) -> object:
        return listing(*(entry(key, told["module_name"], name="x") for key in told["ids"]))

    usual: dict[str, object] = {
        "get_module_fields": fields, "get_entry_list": listing(), "get_entries": entries, "set_relationship": NO_ERROR, "get_relationships": {"ids": [], "error": NO_ERROR},
        "get_available_modules": {"modules": ["Accounts", "Bugs", "Calls", "Cases", "Contacts", "Contracts", "Leads", "Meetings", "Notes", "Opportunities", "Tasks", "Users"], "error": NO_ERROR},
    }  # fmt: skip
    return FakeHttp(family, {**usual, **answers})


def linked(*keys: str) -> dict[str, object]:
    return {"ids": [{"id": key, "date_modified": "", "deleted": "0"} for key in keys], "error": NO_ERROR}


def test_the_tables_hold_what_the_servers_switches_hold() -> None:
    assert sum(len(others) for others in relations._SPLENDID_LINK.values()) == 62 - 1  # but Tasks to Users
    assert "Users" not in relations._SPLENDID_LINK["Tasks"]
    assert set(relations._SPLENDID_READ["Users"]) == {"Calls", "Meetings", "Contacts", "Tasks"}


def test_a_task_is_never_linked_to_a_user() -> None:
    http = scripted()
    connector = connect(http)
    for one, other in ((TASKS, USERS), (USERS, TASKS)):
        with pytest.raises(Unsupported):
            connector.link(RecordId(one, guid(1)), relation(other, other), (RecordId(other, guid(2)),))
        with pytest.raises(Unsupported):
            connector.unlink(RecordId(one, guid(1)), relation(other, other), RecordId(other, guid(2)))
    assert "set_relationship" not in http.operations()


def test_an_empty_or_foreign_id_is_never_sent() -> None:
    http = scripted()
    connector = connect(http)
    for key in ("", "1", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(Invalid):
            connector.link(RecordId(CONTACTS, guid(1)), relation("Users", "Users"), (RecordId(USERS, key),))
        with pytest.raises(Invalid):
            connector.list_related(RecordId(CONTACTS, key), relation("Users", "Users"))
    assert "set_relationship" not in http.operations()


def test_unsync_is_for_your_own_contacts_alone() -> None:
    http = scripted()
    connector = connect(http)
    users = relation("Users", "Users")
    connector.unlink(RecordId(CONTACTS, guid(1)), users, RecordId(USERS, ME))
    assert http.last("set_relationship").arguments["set_relationship_value"]["module2_id"] == ""
    with pytest.raises(Unsupported):
        connector.unlink(RecordId(CONTACTS, guid(1)), users, RecordId(USERS, guid(7)))


def test_the_second_module_is_spelt_as_the_servers_switch_does() -> None:
    http = scripted(get_relationships=linked(guid(2)))
    connect(http).link(
        RecordId(CONTACTS, guid(1)), relation("Contracts", "Contracts"), (RecordId(ModuleName("Contracts"), guid(2)),)
    )
    assert http.last("set_relationship").arguments["set_relationship_value"]["module2"] == "Contract"


def test_a_link_that_is_known_one_way_only_is_sent_that_way() -> None:
    http = scripted(get_relationships=linked(guid(2)))
    connect(http).link(
        RecordId(ModuleName("Bugs"), guid(1)), relation("Accounts", "Accounts"), (RecordId(ACCOUNTS, guid(2)),)
    )
    assert http.last("set_relationship").arguments["set_relationship_value"]["module1"] == "Bugs"
    http = scripted(get_relationships=linked(guid(2)))
    connect(http).link(
        RecordId(ModuleName("Contracts"), guid(1)), relation("Contacts", "Contacts"), (RecordId(CONTACTS, guid(2)),)
    )
    told = http.last("set_relationship").arguments["set_relationship_value"]
    assert (told["module1"], told["module1_id"], told["module2_id"]) == ("Contacts", guid(2), guid(1))


def test_a_silent_refusal_is_found_out() -> None:
    """Bugs, Cases, Quotes and Orders answer "No Error" to what they do not do."""
    connector = connect(scripted())
    with pytest.raises(ServerFault) as caught:
        connector.link(RecordId(ACCOUNTS, guid(1)), relation("Contacts", "Contacts"), (RecordId(CONTACTS, guid(2)),))
    assert "are not" in caught.value.user_text


def test_a_failure_after_some_were_linked_is_told() -> None:
    http = scripted(set_relationship=iter([NO_ERROR, fault("Something new")]))
    targets = (RecordId(CONTACTS, guid(2)), RecordId(CONTACTS, guid(3)))
    with pytest.raises(OutcomeUnclear) as caught:
        connect(http).link(RecordId(ACCOUNTS, guid(1)), relation("Contacts", "Contacts"), targets)
    assert "1 of 2" in caught.value.user_text


def test_what_is_gone_is_not_linked() -> None:
    http = scripted(get_entries=listing())
    with pytest.raises(NotFound):
        connect(http).link(
            RecordId(ACCOUNTS, guid(1)), relation("Contacts", "Contacts"), (RecordId(CONTACTS, guid(2)),)
        )
    assert "set_relationship" not in http.operations()


def test_a_pair_the_server_does_not_know_is_an_empty_list() -> None:
    http = scripted(get_relationships=fault("Relationship between Accounts and Contacts is not defined"))
    assert connect(http).list_related(RecordId(ACCOUNTS, guid(1)), relation("Contacts", "Contacts")) == ()


def test_a_file_that_could_not_be_attached_leaves_a_note_and_says_so() -> None:
    fields = module_fields(Family.SPLENDID, ID="Guid", NAME="string")
    http = scripted(get_module_fields=fields, set_entry=saved(guid(5)), set_note_attachment=saved(""))
    with pytest.raises(OutcomeUnclear) as caught:
        connect(http).upload("T", "t.txt", "", b"x", RecordId(ACCOUNTS, guid(1)))
    assert guid(5) in caught.value.user_text
    note = http.last("set_note_attachment").arguments["note"]
    assert note == {"id": guid(5), "filename": "t.txt", "file": base64.b64encode(b"x").decode()}


def test_a_damaged_file_is_malformed_and_a_missing_one_not_found() -> None:
    one = Attachment(RecordId(NOTES, "n1"), "T", "t.txt")
    for file, kind in (("***", CrmError), ("", NotFound)):
        told = {"note_attachment": {"id": "n1", "filename": "t.txt", "file": file}, "error": NO_ERROR}
        connector = connect(FakeHttp(Family.SUGAR, {"get_note_attachment": told}))
        with pytest.raises(kind):
            connector.download(one)


def test_a_document_that_needs_a_day_of_publication_gets_today() -> None:
    fields = module_fields(Family.SUGAR, id="id", document_name="varchar", active_date="date")
    fields["module_fields"][2]["required"] = "1"  # type: ignore[index]  # a list of groups
    modules = {"modules": ["Documents", "Users"], "error": NO_ERROR}
    row = entry("d1", "Documents", document_name="Offer")
    http = FakeHttp(
        Family.SUGAR,
        {"get_available_modules": modules, "get_module_fields": fields, "set_entry": saved("d1"), "set_document_revision": saved("r1"), "get_entries": listing(row)},
    )  # fmt: skip
    connect(http).upload("Offer", "o.txt", "text/plain", b"x", None)
    sent = http.last("set_entry").pairs()
    assert date.fromisoformat(sent["active_date"]) - datetime.now(UTC).date() in (timedelta(0), timedelta(days=1))
    (revision,) = (value for name, value in http.last("set_document_revision").arguments.items() if name != "session")
    assert (revision["id"], revision["revision"]) == ("d1", "1")
