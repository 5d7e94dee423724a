# SPDX-License-Identifier: MIT
"""The vendor's own examples (in PHP) as the calls this program makes."""

from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from crmdesk.domain.changes import Create, SaveDocument
from crmdesk.domain.errors import BadCredentials, NotPermitted, OutcomeUnclear
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument
from tests.connectors.crmservice.support import KEY, SESSION, Installation, Sent, connector_to, soap_to
from tests.connectors.crmservice.wsdls import NS, fault

PRODUCT = {"id": "12345", "product_no": "PRO2124", "productname": "Pump", "description": "A pump"}


def found_by_number(sent: Sent) -> object:
    criteria = sent.arguments["searchCriteria"]
    rows = [PRODUCT] if criteria["field"] == "product_no" and criteria["value"] == "PRO2124" else []
    return rows[int(criteria["offset"]) :]


def an_installation() -> Installation:
    return Installation(handlers={"searchProducts": found_by_number, "getCrmFields": lambda _: None})


def test_create_your_session() -> None:
    """``$session = $sessionManager->createSession($apiKey);``"""
    _, http = connector_to(an_installation())
    wanted, called = http.sent
    assert (wanted.verb, wanted.query) == ("GET", {"class": "sessionManager", "wsdl": ""})
    assert called.call.tag == f"{{{NS}}}createSession"
    assert called.arguments == {"apiKey": KEY}
    assert called.headers["SOAPAction"] == '""'
    assert called.path == "/CrmIntegrationWebservice/service.php"
    assert called.query == {"class": "sessionManager"}
    assert KEY in http.secrets
    assert f"{SESSION}-1" in http.secrets


def test_authenticate_your_customers() -> None:
    """``$user = $contactManager->authenticatePortalUser($session, $login);``"""
    installation = an_installation()
    installation.handlers["authenticatePortalUser"] = lambda _: {"id": "10001", "firstname": "Anna", "lastname": "Berg"}
    crm, http = soap_to(installation)
    told = crm.check_portal_login("anna@acme.example", "s3cret", "7")
    assert told == {"id": "10001", "firstname": "Anna", "lastname": "Berg"}
    called = http.sent[-1]
    assert called.call.tag == f"{{{NS}}}authenticatePortalUser"
    assert called.arguments == {
        "session": {"sessionID": f"{SESSION}-1"},
        "login": {"email": "anna@acme.example", "password": "s3cret", "portal_id": "7"},
    }
    assert list(called.arguments) == ["session", "login"]
    assert not called.write
    assert "s3cret" in http.secrets


def test_authentication_that_fails_says_why() -> None:
    installation = an_installation()
    installation.handlers["authenticatePortalUser"] = lambda _: fault("Wrong password or portal")
    crm, _ = soap_to(installation, portal_id="3")
    with pytest.raises(BadCredentials) as caught:
        crm.check_portal_login("anna@acme.example", "s3cret", "")
    assert "Wrong password or portal" in caught.value.user_text


def test_a_product_is_found_by_its_number() -> None:
    """``$productManager->searchProducts($session, $productSearchCriteria)``; the document's criteria, limit and offset."""
    crm, http = soap_to(an_installation())
    where = Compare(FieldName("product_no"), Op.EQ, "PRO2124")
    page = crm.fetch_page(Query(ModuleName("Products"), where=where), None, 1)
    assert [record.id.key for record in page.records] == ["12345"]
    assert page.records[0].values[FieldName("description")] == "A pump"
    arguments = http.sent[-1].arguments
    assert arguments == {
        "session": {"sessionID": f"{SESSION}-1"},
        "searchCriteria": {"field": "product_no", "value": "PRO2124", "limit": "1", "offset": "0"},
    }


def test_a_product_that_is_not_there_is_an_empty_page() -> None:
    """``$product = $products[0];`` fails there."""
    crm, _ = soap_to(an_installation())
    where = Compare(FieldName("product_no"), Op.EQ, "PRO9999")
    page = crm.fetch_page(Query(ModuleName("Products"), where=where), None, 1)
    assert (page.records, page.next) == ((), None)


HEADER: dict[str, Any] = {
    "account_id": 10000,
    "assigned_user_id": 1,
    "bill_city": "Helsinki",
    "bill_code": "00100",
    "bill_country": "Finland",
    "bill_street": "Mannerheimintie 55",
    "contact_id": 10001,
    "description": "Test sales order from PHP example file",
    "duedate": "2026-11-22",
    "status": "Created",
    "subject": "Test Order from PHP example",
}


def the_order() -> SaveDocument:
    orders = ModuleName("SalesOrder")
    header = Record(RecordId(orders, ""), {FieldName(name): value for name, value in HEADER.items()})
    line = LineItem(
        key=None,
        position=1,
        product=RecordId(ModuleName("Products"), "12345"),
        text="A pump",
        quantity=Decimal(2),
        unit_price=Decimal("200.00"),
        extras={FieldName("value_period"): 1},
    )
    return SaveDocument(None, SalesDocument(header=header, lines=(line,)))


def test_a_sales_order_with_one_row() -> None:
    """``$newSalesOrder = $salesOrderManager->createSalesOrder($session, $salesOrder);``

    The document's server reads no orders back, so that it could not be checked is said, with the number it has.
    """
    installation = an_installation()
    installation.handlers["createSalesOrder"] = lambda sent: {"id": "20001", "subject": "Test Order from PHP example"}
    crm, http = soap_to(installation)
    with pytest.raises(OutcomeUnclear) as caught:
        crm.save_document(the_order())
    assert "20001" in caught.value.user_text
    called = next(one for one in http.sent if one.body and b"createSalesOrder" in one.body)
    assert called.write
    assert called.call.tag == f"{{{NS}}}createSalesOrder"
    row = {"productid": "12345", "description": "A pump", "qty": "2", "value_period": "1", "unit_price": "200"}
    given = called.arguments["salesOrder"]
    assert given.pop("rows") == [row]
    assert given == {name: str(value) for name, value in HEADER.items()}
    (rows,) = called.call.iter("rows")
    array = "{http://schemas.xmlsoap.org/soap/encoding/}arrayType"
    assert etree.tostring(rows).count(b"productid") == 2
    assert rows.get(array, "").endswith("OrderProductRow[1]")


def test_an_order_that_the_answer_tells_whole_needs_no_reading_back() -> None:
    """``$newSalesOrder`` is the order as the server made it; the document's server has no other way to see one."""
    installation = an_installation()

    def made(sent: Sent) -> dict[str, Any]:
        return {**sent.arguments["salesOrder"], "id": "20001", "status": "Approved"}

    installation.handlers["createSalesOrder"] = made
    crm, _ = soap_to(installation)
    document = crm.save_document(the_order())
    assert document.header.id == RecordId(ModuleName("SalesOrder"), "20001")
    assert document.header.values[FieldName("status")] == "Approved"
    (line,) = document.lines
    assert (line.product, line.quantity, line.unit_price) == (
        RecordId(ModuleName("Products"), "12345"),
        Decimal(2),
        Decimal(200),
    )
    record = crm.create(Create("new", ModuleName("SalesOrder"), {FieldName("subject"): "Without rows"}))
    assert (record.id.key, record.values[FieldName("subject")]) == ("20001", "Without rows")


def test_a_key_that_may_not_create_orders_is_told_so() -> None:
    """The session works all the same: each key has its own list of permitted services."""
    installation = an_installation()
    installation.handlers["createSalesOrder"] = lambda _: fault("API key has no permission to this web service method")
    crm, _ = soap_to(installation)
    with pytest.raises(NotPermitted) as caught:
        crm.save_document(the_order())
    assert "no permission" in caught.value.user_text
    where = Compare(FieldName("product_no"), Op.EQ, "PRO2124")
    assert crm.fetch_page(Query(ModuleName("Products"), where=where), None, 1).records


def test_the_example_can_be_called_by_name() -> None:
    """Each operation of each WSDL, with typed parts; groups and lists as JSON; the session is put in by itself."""
    installation = an_installation()
    installation.handlers["createSalesOrder"] = lambda _: {"id": "20001"}
    crm, http = soap_to(installation)
    known = {one.name: one for one in crm.operations()}
    info = known["salesorderManager.createSalesOrder"]
    assert info.is_write
    assert info.summary == "Creates a new sales order."
    (order,) = info.parts
    assert order.kind == "group"
    rows = next(part for part in order.parts if part.name == "rows")
    assert rows.kind == "list"
    assert [part.name for part in rows.parts[0].parts][:3] == ["productid", "description", "qty"]
    assert not known["productManager.searchProducts"].is_write
    told = crm.call(
        "salesordermanager.createSalesOrder",
        {"salesOrder": '{"subject": "Test", "account_id": 10000, "rows": [{"productid": 12345, "qty": 2}]}'},
    )
    assert told == {"id": "20001"}
    assert http.sent[-1].arguments["salesOrder"]["rows"] == [{"productid": "12345", "qty": "2"}]
    assert http.sent[-1].arguments["session"] == {"sessionID": f"{SESSION}-1"}
