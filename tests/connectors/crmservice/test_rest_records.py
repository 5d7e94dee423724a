# SPDX-License-Identifier: MIT
"""Requests and answers of the JSON:API: records, counts, relations, files, operations by name."""

from typing import Any

import pytest

from crmdesk.connectors.port import Attachment, Relation
from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.errors import (
    Invalid,
    MalformedReply,
    NotFound,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.values import Value
from tests.connectors.crmservice.office import ACCOUNTS, CITY, NAME, Office
from tests.connectors.crmservice.support import KEY, FakeHttp, Sent, rest_to
from tests.connectors.crmservice.wsdls import URL, reply


def test_records_are_read_with_the_names_of_what_they_point_to() -> None:
    crm, http = rest_to(Office())
    page = crm.fetch_page(Query(ACCOUNTS, (NAME, FieldName("owner_id"))), None, 5)
    acme, berg = page.records
    assert acme.values[NAME] == "Acme"
    assert acme.values[FieldName("owner_id")] == RecordId(ModuleName("users"), "7")
    assert acme.labels[FieldName("owner_id")] == "Iris Integration"
    assert berg.values[FieldName("owner_id")] is None
    asked = next(one for one in http.sent if one.path == "/api/v1/accounts")
    assert asked.query["fields[accounts]"] == "name,owner_id"
    assert asked.query["include"] == "owner"
    assert asked.headers["Accept"] == "application/vnd.api+json"
    assert "Content-Type" not in asked.headers
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert page.next is not None or len(page.records) < 5


def test_one_record_shows_no_secret() -> None:
    crm, _ = rest_to(Office())
    berg = crm.fetch(RecordId(ACCOUNTS, "2"))
    assert "hush" not in berg.raw
    assert FieldName("api_token") not in berg.values
    with pytest.raises(NotFound):
        crm.fetch(RecordId(ACCOUNTS, "77"))
    with pytest.raises(UnknownOperation):
        crm.fetch(RecordId(ACCOUNTS, ".."))


def test_an_include_that_the_server_does_not_know_is_left_out_from_then_on() -> None:
    office, refused = Office(), []

    def picky(sent: Sent) -> Any:
        if "include" in sent.query:
            refused.append(sent)
            return reply({"errors": [{"detail": "The requested relationship (owner) doesn't exist"}]}, 400)
        return office._list(sent, "accounts", office.rows["accounts"])

    office.answers["GET /accounts"] = picky
    crm, _ = rest_to(office)
    for _ in range(3):
        assert len(crm.fetch_page(Query(ACCOUNTS, (FieldName("owner_id"),)), None, 5).records) == 2
    assert len(refused) == 1


def test_a_record_is_made_changed_and_removed() -> None:
    office = Office()
    crm, http = rest_to(office)
    values: dict[FieldName, Value] = {
        NAME: "Neu",
        CITY: None,
        FieldName("owner_id"): RecordId(ModuleName("users"), "7"),
    }
    made = crm.create(Create("t", ACCOUNTS, values))
    post = next(one for one in http.sent if one.verb == "POST")
    assert post.json == {"data": {"type": "accounts", "attributes": {"name": "Neu", "owner_id": "7"}}}
    assert post.headers["Content-Type"] == "application/vnd.api+json"
    assert post.write
    changed = crm.update(Update(made, {CITY: "Turku"}))
    patch = next(one for one in http.sent if one.verb == "PATCH")
    assert patch.json == {"data": {"type": "accounts", "id": "3", "attributes": {"bill_city": "Turku"}}}
    assert changed.values[CITY] == "Turku"
    crm.update(Update(made, {CITY: None}))
    assert office.rows["accounts"]["3"]["bill_city"] is None
    crm.delete(Delete(made))
    assert "3" not in office.rows["accounts"]


def test_what_the_server_would_refuse_or_damage_is_not_sent() -> None:
    crm, http = rest_to(Office())
    crm.describe(ACCOUNTS)
    count = len(http.sent)
    cases: tuple[tuple[dict[FieldName, Value], str], ...] = (
        ({CITY: "Oslo"}, "name"),
        ({NAME: "x" * 21}, "name"),
        ({NAME: "x", FieldName("updated_at"): "2026"}, "updated_at"),
        ({NAME: "x", FieldName("employees"): "many"}, "employees"),
        ({NAME: "x\x00"}, "name"),
        ({NAME: "x", FieldName("owner_id"): RecordId(ACCOUNTS, "1")}, "owner_id"),
        ({NAME: "x", FieldName("nothing"): "1"}, "nothing"),
    )
    for values, name in cases:
        with pytest.raises(Invalid) as caught:
            crm.create(Create("t", ACCOUNTS, values))
        assert name in caught.value.per_field
    assert [one for one in http.sent[count:] if one.path != "/api/v1"] == []
    users = crm.fetch(RecordId(ModuleName("users"), "7"))
    with pytest.raises(Unsupported):
        crm.update(Update(users, {NAME: "Me"}))


def test_counts_come_from_the_reporting_interface() -> None:
    office = Office()
    crm, http = rest_to(office)
    assert crm.count(Query(ACCOUNTS)) == 2
    asked = http.sent[-1]
    assert asked.json == {
        "from": "accounts",
        "select": "$count.distinct(id) as count_value",
        "format": "json",
        "where": [],
        "options": {"kpi": True},
    }
    assert (asked.headers["Accept"], asked.write) == ("application/json", False)
    where = Compare(FieldName("employees"), Op.EQ, 5)
    crm.count(Query(ACCOUNTS, where=where))
    assert http.sent[-1].json["where"] == {"$eq": ["employees", 5]}
    with pytest.raises(Unsupported):
        crm.count(Query(ACCOUNTS, where=Compare(NAME, Op.EQ, "50%_\\")))
    office.answers["POST /reporting"] = reply({"errors": [{"title": "No such module"}]}, 404)
    for _ in range(2):
        with pytest.raises(Unsupported):
            crm.count(Query(ACCOUNTS))
    assert sum(one.path == "/api/v1/reporting" for one in http.sent) == 3


def test_relations_are_listed_linked_and_unlinked() -> None:
    office = Office()
    office.answers["GET /accounts/1/contacts"] = lambda _: {"data": [office._one("contacts", "11")]}
    crm, http = rest_to(office)
    acme = RecordId(ACCOUNTS, "1")
    contacts, activities = crm.list_relations(acme)
    assert (contacts.key, contacts.module, activities.key) == ("contacts", "contacts", "activities")
    (hansen,) = crm.list_related(acme, contacts)
    assert hansen.values[FieldName("last_name")] == "Hansen"
    crm.link(RecordId(ACCOUNTS, "2"), contacts, (hansen.id,))
    assert office.rows["contacts"]["11"]["account_id"] == "2"  # a contact belongs by its own field
    crm.unlink(RecordId(ACCOUNTS, "2"), contacts, hansen.id)
    assert office.rows["contacts"]["11"]["account_id"] is None
    call = RecordId(ModuleName(""), "41")
    office.answers["POST /accounts/1/relationships/activities"] = reply(b"", 204)
    crm.link(acme, activities, (call,))
    assert http.sent[-1].json == {"data": [{"type": "activities", "id": "41"}]}
    office.answers["DELETE /accounts/1/relationships/activities"] = reply({"error": "Not implemented"}, 501)
    with pytest.raises(Unsupported):
        crm.unlink(acme, activities, call)
    with pytest.raises(NotFound):
        crm.list_related(acme, Relation("nothing", "Nothing", ACCOUNTS, None))


def test_files_go_up_with_their_attributes() -> None:
    office = Office()
    office.rows["files"] = {"5": {"name": "offer.pdf", "size": 8, "mime_type": "application/pdf"}}
    office.answers["POST /accounts/1/files"] = lambda _: {"data": office._one("files", "5")}
    office.answers["GET /accounts/1/files"] = lambda _: {"data": [office._one("files", "5")]}
    crm, http = rest_to(office)
    acme = RecordId(ACCOUNTS, "1")
    made = crm.upload(
        "Our offer", "offer.pdf", "application/pdf", b"%PDF-1.4", acme, {FieldName("file_access_type"): "Internal"}
    )
    assert made.id == RecordId(ModuleName("files"), "5")
    post = next(one for one in http.sent if one.verb == "POST")
    assert post.json == {
        "form": {"attributes[file_access_type]": "Internal", "attributes[description]": "Our offer"},
        "files": {"file": ["offer.pdf", 8, "application/pdf"]},
    }
    (one,) = crm.list_attachments(acme)
    assert (one.file_name, one.size_bytes, one.mime_type) == ("offer.pdf", 8, "application/pdf")
    with pytest.raises(Unsupported):
        crm.download(one)
    office.rows["files"]["5"]["url"] = "/files/5/raw"
    office.answers["GET /files/5/raw"] = reply(b"%PDF-1.4", content_type="application/pdf")
    assert crm.download(one) == b"%PDF-1.4"
    office.rows["files"]["5"]["url"] = "https://elsewhere.example/5"
    with pytest.raises(MalformedReply):
        crm.download(one)
    assert all(sent.url.startswith(URL) for sent in http.sent)
    with pytest.raises(NotFound):
        crm.download(Attachment(RecordId(ModuleName("files"), "6"), "", ""))


def test_files_that_cannot_go_up_are_not_sent() -> None:
    crm, http = rest_to(Office())
    for to, content in (
        (None, b"x"),
        (RecordId(ModuleName("users"), "7"), b"x"),
        (RecordId(ACCOUNTS, "1"), b"x" * 26_214_401),
    ):
        with pytest.raises(Invalid):
            crm.upload("t", "t.bin", "", content, to)
    assert not [one for one in http.sent if one.verb == "POST"]
    assert crm.list_attachments(RecordId(ModuleName("users"), "7")) == ()


# call


def test_every_operation_can_be_called_as_it_is() -> None:
    office = Office()
    crm, http = rest_to(office)
    names = {one.name: one for one in crm.operations()}
    assert names["update"].is_write
    assert not names["report"].is_write
    told = crm.call(
        "list", {"module": "accounts", "page[size]": "1", "fields": "name", "filter": '{"$eq":["name","Acme"]}'}
    )
    assert isinstance(told, dict)
    assert http.sent[-1].query == {"page[size]": "1", "fields[accounts]": "name", "filter": '{"$eq":["name","Acme"]}'}
    crm.call("UPDATE", {"module": "accounts", "id": "1", "attributes": '{"employees": 1.50}'})
    assert http.sent[-1].body == b'{"data": {"type": "accounts", "id": "1", "attributes": {"employees": 1.50}}}'
    assert crm.call("delete", {"module": "accounts", "id": "1"}) is None
    assert "hush" not in str(crm.call("get", {"module": "accounts", "id": "2"}))
    assert isinstance(crm.call("report", {"body": '{"from": "accounts"}'}), dict)
    count = len(http.sent)
    for name, parameters in (
        ("get", {"module": "accounts"}),
        ("get", {"module": "accounts", "id": "1", "colour": "red"}),
        ("list", {"module": "accounts", "filter": "name = x"}),
        ("create", {"module": "accounts", "attributes": "[]"}),
        ("relate", {"module": "accounts", "id": "1", "relation": "rows", "data": "{}"}),
    ):
        with pytest.raises(Invalid):
            crm.call(name, parameters)
    with pytest.raises(Unsupported):
        crm.call("drop", {})
    assert len(http.sent) == count


def test_closing_closes_the_transport() -> None:
    crm, http = rest_to(Office())
    crm.close()
    crm.close()
    assert isinstance(http, FakeHttp)
    assert http.closed == 2
