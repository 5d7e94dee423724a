# SPDX-License-Identifier: MIT
"""Reading and writing through whatever operations an installation has; what cannot be checked is said."""

import json
from typing import Any

import pytest

from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.errors import (
    BadCredentials,
    Invalid,
    MalformedReply,
    NotFound,
    NotPermitted,
    OutcomeUnclear,
    SessionExpired,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, FieldType, Operation
from tests.connectors.crmservice.support import Installation, Sent, soap_to
from tests.connectors.crmservice.wsdls import answered, fault, reply, wsdl

LEADS, PRODUCTS, ACCOUNTS = ModuleName("Leads"), ModuleName("Products"), ModuleName("Accounts")
LASTNAME = FieldName("lastname")


def crm_field(name: str, uitype: int = 1, **more: str) -> dict[str, str]:
    plain = {
        "active": "1",
        "custom": "0",
        "datatype": "V~O",
        "label": name.title(),
        "name": name,
        "uitype": str(uitype),
    }
    return {**plain, "picklist_id": "", "readonly": "0", "required": "0", "translations": "", "lenght": "", **more}


FIELDS = [
    crm_field("lastname", 2, required="1", translations='{"en_us": "Last name", "fi_fi": "Sukunimi"}', lenght="80"),
    crm_field("leadstatus", 15, picklist_id="17"),
    crm_field("secret_token", 1),
    crm_field("old", 1, active="0"),
    crm_field("kept", 1, readonly="1"),
    crm_field("agreed", 56),
    crm_field("born", 5),
]


def leads(**handlers: Any) -> Installation:
    return Installation(
        handlers={
            "getCrmFields": lambda sent: FIELDS if sent.arguments["module"] == "Leads" else fault("no such module"),
            "getPicklistValues": lambda sent: [
                {"id": "1", "value": "Hot", "label": f"Hot ({sent.arguments['language']})"}
            ],
            "searchProducts": lambda _: [],
            **handlers,
        }
    )


def test_fields_are_described_in_the_users_language() -> None:
    crm, http = soap_to(leads(), language="fi")
    schema = crm.describe(LEADS)
    assert [field.name for field in schema.fields] == ["lastname", "leadstatus", "kept", "agreed", "born"]
    lastname, status, kept, agreed, born = schema.fields
    assert (lastname.label, lastname.required, lastname.max_length) == ("Sukunimi", True, 80)
    assert status.type is FieldType.CHOICE
    assert status.choices == (Choice("Hot", "Hot (fi_fi)"),)
    assert kept.read_only
    assert (agreed.type, born.type) == (FieldType.BOOLEAN, FieldType.DATE)
    assert schema.title_field == "lastname"
    count = len(http.sent)
    crm.describe(LEADS)
    assert len(http.sent) == count


def test_modules_say_what_they_offer() -> None:
    crm, _ = soap_to(leads())
    modules = {module.name: module for module in crm.list_modules()}
    assert set(modules) == {"Products", "SalesOrder", "Leads", "Potentials"}
    assert modules[LEADS].operations == {Operation.CREATE}
    assert not modules[LEADS].can_be_listed
    assert "does not show them" in modules[LEADS].notice
    products = modules[PRODUCTS]
    assert products.operations >= {Operation.READ}
    assert not products.can_be_listed
    assert "only a search" in products.notice
    assert modules[ModuleName("SalesOrder")].is_sales_document


def test_a_search_that_lists_everything_without_a_condition_is_a_list() -> None:
    rows = [{"id": str(number), "productname": f"Pump {number}"} for number in range(1, 6)]

    def search(sent: Sent) -> object:
        told = sent.arguments["searchCriteria"]
        return rows[int(told["offset"]) : int(told["offset"]) + int(told["limit"])]

    crm, http = soap_to(leads(searchProducts=search))
    products = next(module for module in crm.list_modules() if module.name == PRODUCTS)
    assert products.can_be_listed
    assert products.notice == ""
    found, cursor = [], None
    for _ in range(5):
        page = crm.fetch_page(Query(PRODUCTS), cursor, 2)
        found += [record.id.key for record in page.records]
        cursor = page.next
        if cursor is None:
            break
    assert found == ["1", "2", "3", "4", "5"]
    assert http.sent[-1].arguments["searchCriteria"]["field"] == ""
    wanted = Compare(FieldName("productname"), Op.EQ, "Pump 3")
    crm.fetch_page(Query(PRODUCTS, where=wanted), None, 2)
    assert http.sent[-1].arguments["searchCriteria"]["value"] == ""  # how it compares names is not told


def test_a_server_that_takes_no_notice_of_the_offset_does_not_go_on_for_ever() -> None:
    crm, _ = soap_to(leads(searchProducts=lambda _: [{"id": "1", "productname": "Pump"}]))
    first = crm.fetch_page(Query(PRODUCTS), None, 5)
    assert first.next is not None
    assert crm.fetch_page(Query(PRODUCTS), first.next, 5).records == ()


def test_what_cannot_be_listed_asks_for_a_condition() -> None:
    crm, _ = soap_to(leads())
    with pytest.raises(Unsupported, match="add a condition with ="):
        crm.fetch_page(Query(PRODUCTS), None, 5)
    with pytest.raises(Unsupported):
        crm.fetch_page(Query(LEADS), None, 5)
    with pytest.raises(Unsupported):
        crm.count(Query(PRODUCTS))
    assert "cannot be listed" in crm.explain(Query(LEADS), 5)
    text = crm.explain(Query(PRODUCTS, where=Compare(FieldName("product_no"), Op.EQ, "PRO1")), 5)
    assert '"field": "product_no"' in text


def test_a_single_hit_that_came_as_an_object_is_a_list_of_one() -> None:
    crm, _ = soap_to(leads(searchProducts=lambda _: {"id": "7", "product_no": "PRO1"}))
    where = Compare(FieldName("product_no"), Op.EQ, "PRO1")
    assert [r.id.key for r in crm.fetch_page(Query(PRODUCTS, where=where), None, 5).records] == ["7"]


def new_lead() -> Create:
    return Create("t", LEADS, {LASTNAME: "Virtanen", FieldName("agreed"): True, FieldName("leadstatus"): "Hot"})


def test_a_bulk_save_is_a_json_text_of_an_array() -> None:
    """The vendor's plugin: ``bulkEntitySave($session, 'Leads', json_encode([$data]))``, true and false for a checkbox."""
    crm, http = soap_to(leads(bulkEntitySave=lambda _: "[10525]"))
    with pytest.raises(OutcomeUnclear, match="10525"):
        crm.create(new_lead())
    called = http.sent[-1] if http.sent[-1].verb == "POST" else http.sent[-2]
    assert called.write
    assert called.arguments["type"] == "Leads"
    told = json.loads(called.arguments["datas"])
    assert told == [{"lastname": "Virtanen", "agreed": True, "leadstatus": "Hot"}]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("not JSON", MalformedReply),
        ('{"saved": 1}', MalformedReply),
        ("[]", MalformedReply),
        ("[true]", OutcomeUnclear),
        ('[{"id": 10525}]', OutcomeUnclear),
        ("", MalformedReply),
        (reply(b"", 500), OutcomeUnclear),
        (reply(b"<html>Log in</html>"), Exception),
    ],
)
def test_a_bulk_save_that_answers_something_else_may_have_been_done(told: object, kind: type[Exception]) -> None:
    crm, _ = soap_to(leads(bulkEntitySave=lambda _: told))
    with pytest.raises(kind) as caught:
        crm.create(new_lead())
    assert caught.value.may_be_done  # type: ignore[attr-defined]


def test_a_missing_field_is_refused_before_sending() -> None:
    crm, http = soap_to(leads())
    crm.describe(LEADS)
    count = len(http.sent)
    for values, name in (
        ({}, "lastname"),
        ({LASTNAME: "x" * 81}, "lastname"),
        ({LASTNAME: "x", FieldName("kept"): "y"}, "kept"),
        ({LASTNAME: "bell \x07"}, "lastname"),
        ({LASTNAME: "x", FieldName("nowhere"): "y"}, "nowhere"),
    ):
        with pytest.raises(Invalid) as caught:
            crm.create(Create("t", LEADS, values))
        assert name in caught.value.per_field
    assert len(http.sent) == count
    lead = Record(RecordId(LEADS, "5"), {})
    for refused in (lambda: crm.update(Update(lead, {LASTNAME: "y"})), lambda: crm.delete(Delete(lead))):
        with pytest.raises(Unsupported):
            refused()


# An installation with more than the documents tell

_S = {"session": "tns:Sess"}
_ACCOUNT = {"id": "int", "accountname": "string", "bill_city": "string", "employees": "int", "contact_id": "int"}
ACCOUNT_WSDL = wsdl(
    {
        "getAccount": ({"id": "int", **_S}, "tns:Account"),
        "getAccounts": ({**_S, "limit": "int", "offset": "int"}, "tns:AccountArray"),
        "createAccount": ({**_S, "account": "tns:Account"}, "int"),
        "updateAccount": ({**_S, "account": "tns:Account"}, "boolean"),
        "deleteAccount": ({**_S, "id": "int"}, "boolean"),
    },
    {"Sess": {"sessionID": "string"}, "Account": _ACCOUNT, "AccountArray": "tns:Account"},
)
SESSION_WSDL = wsdl(
    {"createSession": ({"apiKey": "string"}, "tns:Sess"), "destroySession": (_S, "boolean")},
    {"Sess": {"sessionID": "string"}},
)


def accounts(**more: Any) -> tuple[Installation, dict[str, dict[str, str]]]:
    held = {
        str(key): {"id": str(key), "accountname": f"Firma {key}", "bill_city": "Oslo", "employees": str(key)}
        for key in range(1, 8)
    }

    def update(sent: Sent) -> object:
        told = sent.arguments["account"]
        held[told["id"]] = told
        return "true"

    def create(sent: Sent) -> object:
        held["99"] = {**sent.arguments["account"], "id": "99"}
        return "99"

    handlers: dict[str, Any] = {
        "getAccount": lambda sent: held.get(sent.arguments["id"]) or fault("No account with this id was not found"),
        "getAccounts": lambda sent: list(held.values())[int(sent.arguments["offset"]) :][
            : int(sent.arguments["limit"])
        ],
        "createAccount": create,
        "updateAccount": update,
        "deleteAccount": lambda sent: "true" if held.pop(sent.arguments["id"], None) else fault("not found"),
        **more,
    }
    return Installation(wsdls={"sessionManager": SESSION_WSDL, "accountManager": ACCOUNT_WSDL}, handlers=handlers), held


def test_lists_reads_and_writes_found_in_a_wsdl_are_browsing_and_editing() -> None:
    """No fieldManager, no entityManager: the WSDL's own types are the fields."""
    installation, held = accounts()
    crm, http = soap_to(installation)
    (module,) = crm.list_modules()
    assert (module.name, module.operations, module.can_be_listed) == ("Accounts", frozenset(Operation), True)
    schema = crm.describe(ACCOUNTS)
    assert {field.name: field.type for field in schema.fields} == {
        "id": FieldType.INTEGER,
        "accountname": FieldType.TEXT,
        "bill_city": FieldType.TEXT,
        "employees": FieldType.INTEGER,
        "contact_id": FieldType.INTEGER,
    }
    assert schema.title_field == "accountname"
    page = crm.fetch_page(Query(ACCOUNTS), None, 3)
    assert [record.id.key for record in page.records] == ["1", "2", "3"]
    before = crm.fetch(RecordId(ACCOUNTS, "2"))
    assert before.values[FieldName("employees")] == 2
    after = crm.update(Update(before, {FieldName("bill_city"): "Bergen"}))
    assert after.values[FieldName("bill_city")] == "Bergen"
    assert held["2"] == {"id": "2", "accountname": "Firma 2", "bill_city": "Bergen", "employees": "2"}
    made = crm.create(Create("t", ACCOUNTS, {FieldName("accountname"): "Neu", FieldName("employees"): 5}))
    assert made.id.key == "99"
    crm.delete(Delete(made))
    with pytest.raises(NotFound):
        crm.fetch(made.id)
    assert not any(one.write for one in http.sent if b"getAccount" in (one.body or b""))


def test_an_update_sends_the_record_whole_as_it_was_just_read() -> None:
    """What is left out may be emptied there; what somebody else changed meanwhile stays."""
    installation, held = accounts()
    crm, _ = soap_to(installation)
    before = crm.fetch(RecordId(ACCOUNTS, "2"))
    held["2"]["employees"] = "77"
    crm.update(Update(before, {FieldName("bill_city"): None}))
    assert held["2"] == {"id": "2", "accountname": "Firma 2", "bill_city": "", "employees": "77"}


def test_a_create_that_tells_no_number_is_unclear() -> None:
    installation, _ = accounts(createAccount=lambda _: answered("createAccount", None))
    crm, _ = soap_to(installation)
    with pytest.raises(OutcomeUnclear):
        crm.create(Create("t", ACCOUNTS, {FieldName("accountname"): "Neu"}))


def test_a_record_of_another_number_is_not_taken_for_the_one_asked() -> None:
    installation, _ = accounts(getAccount=lambda _: {"id": "1", "accountname": "Other"})
    crm, _ = soap_to(installation)
    with pytest.raises(NotFound):
        crm.fetch(RecordId(ACCOUNTS, "2"))


def test_a_bulk_save_that_makes_a_new_record_instead_is_told() -> None:
    installation, held = accounts(bulkEntitySave=lambda _: "[555]")
    narrow = wsdl(
        {"getAccount": ({"id": "int", **_S}, "tns:Account"), "getAccounts": (_S, "tns:AccountArray")},
        {"Sess": {"sessionID": "string"}, "Account": _ACCOUNT, "AccountArray": "tns:Account"},
    )
    entities = wsdl(
        {"bulkEntitySave": ({**_S, "type": "string", "datas": "string"}, "string")}, {"Sess": {"sessionID": "string"}}
    )
    fields = wsdl(
        {"getCrmFields": ({**_S, "module": "string"}, "tns:FArray")},
        {"Sess": {"sessionID": "string"}, "F": {"name": "string", "uitype": "string"}, "FArray": "tns:F"},
    )
    installation.wsdls |= {"accountManager": narrow, "entityManager": entities, "fieldManager": fields}
    installation.handlers["getCrmFields"] = lambda _: [{"name": "accountname", "uitype": "2"}]
    installation.handlers["getAccounts"] = lambda _: list(held.values())
    crm, http = soap_to(installation)
    before = crm.fetch_page(Query(ACCOUNTS), None, 5).records[0]
    with pytest.raises(OutcomeUnclear, match="555"):
        crm.update(Update(before, {FieldName("accountname"): "Neu"}))
    assert json.loads(http.sent[-1].arguments["datas"]) == [{"id": "1", "accountname": "Neu"}]
    installation.handlers["bulkEntitySave"] = lambda _: '["1"]'
    held["1"]["accountname"] = "Neu"
    assert crm.update(Update(before, {FieldName("accountname"): "Neu"})).values[FieldName("accountname")] == "Neu"


def test_the_portal_is_told_from_the_key() -> None:
    refusals = {
        "The API key has no permission to this method": NotPermitted,
        "Access denied: wrong password": BadCredentials,
        "Session expired": SessionExpired,
    }
    for text, kind in refusals.items():
        crm, _ = soap_to(leads(authenticatePortalUser=lambda _, text=text: fault(text)))
        with pytest.raises(kind):
            crm.check_portal_login("a@b.example", "s3cret", "7")
    crm, http = soap_to(
        leads(authenticatePortalUser=lambda _: {"id": "1", "password": "x", "account": {"name": "Acme"}})
    )
    assert crm.check_portal_login("a@b.example", "s3cret", "7") == {"id": "1", "account.name": "Acme"}
    count = len(http.sent)
    for email, password, portal in (("", "x", "7"), ("a", "", "7"), ("a", "x", "")):
        with pytest.raises(Invalid):
            crm.check_portal_login(email, password, portal)
    assert len(http.sent) == count
    crm, _ = soap_to(accounts()[0])
    with pytest.raises(Unsupported):
        crm.check_portal_login("a@b.example", "s3cret", "7")
