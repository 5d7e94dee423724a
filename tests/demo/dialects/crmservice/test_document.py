# SPDX-License-Identifier: MIT
"""The vendor's own PHP examples, as the envelopes that PHP's SoapClient makes of them."""

import re

import pytest

from tests.beside import SHARED
from tests.demo.dialects.crmservice.conftest import ENVELOPE, NAMESPACE, Caller

_PHP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="{envelope}" xmlns:ns1="{namespace}" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" '
    'SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><SOAP-ENV:Body><ns1:{method}>{inside}'
    "</ns1:{method}></SOAP-ENV:Body></SOAP-ENV:Envelope>\n"
)


def php(method: str, inside: str) -> str:
    """Return an envelope as PHP's SoapClient writes it."""
    return _PHP.format(envelope=ENVELOPE, namespace=NAMESPACE, method=method, inside=inside)


def said(name: str, value: object, kind: str = "string") -> str:
    """Return one element with its type."""
    return f'<{name} xsi:type="xsd:{kind}">{value}</{name}>'


def text_of(body: bytes, name: str) -> str:
    """Return the text of the first element of that name."""
    found = re.search(rf"<{name}[^>]*>([^<]*)</{name}>", body.decode())
    assert found, body
    return found[1]


def test_documents_examples_in_their_order(crm: Caller) -> None:
    status, body = crm.post("sessionManager", php("createSession", said("apiKey", crm.key)))
    assert status == 200
    assert crm.headers["content-type"] == "text/xml; charset=utf-8"
    assert b'<createSessionReturn xsi:type="ns1:CrmIntegrationWebserviceSession">' in body
    session = f'<session xsi:type="ns1:CrmIntegrationWebserviceSession">{said("sessionID", text_of(body, "sessionID"))}</session>'

    criteria = said("field", "product_no") + said("value", "PRO2124") + said("limit", 1, "int") + said("offset", 0, "int")  # fmt: skip
    search = php("searchProducts", f'{session}<criteria xsi:type="ns1:ProductSearchCriteria">{criteria}</criteria>')
    status, body = crm.post("productManager", search)
    assert status == 200
    assert b'<searchProductsReturn SOAP-ENC:arrayType="ns1:Product[1]" xsi:type="ns1:ProductArray"><item xsi:type="ns1:Product"><id xsi:type="xsd:int">' in body  # fmt: skip
    product, description = text_of(body, "id"), text_of(body, "description")

    row = said("productid", product, "int") + said("description", description) + said("qty", 2, "float") + said("value_period", 1, "int") + said("unit_price", 200, "float")  # fmt: skip
    order = "".join((
        said("account_id", 10000, "int"), said("assigned_user_id", 1, "int"), said("bill_city", "Helsinki"), said("bill_code", "00100"),
        said("bill_country", "Finland"), said("bill_street", "Mannerheimintie 55"), said("contact_id", 10001, "int"),
        said("description", "Test sales order from PHP example file"), said("duedate", "2026-11-22"), said("status", "Created"),
        said("subject", "Test Order from PHP example"),
        f'<rows SOAP-ENC:arrayType="ns1:OrderProductRow[1]" xsi:type="ns1:OrderProductRowArray"><item xsi:type="ns1:OrderProductRow">{row}</item></rows>',
    ))  # fmt: skip
    create = php("createSalesOrder", f'{session}<salesOrder xsi:type="ns1:SalesOrder">{order}</salesOrder>')
    status, body = crm.post("salesorderManager", create)
    assert status == 200
    assert text_of(body, "subject") == "Test Order from PHP example"
    assert text_of(body, "hdnsubtotal") == "400"
    assert text_of(body, "qty") == "2"
    number = int(text_of(body, "id"))
    kept = crm.get(f"/sales_orders/{number}", include="rows")
    assert kept["data"]["attributes"]["bill_city"] == "Helsinki"
    assert (kept["data"]["attributes"]["account_id"], kept["data"]["attributes"]["owner_id"]) == (10000, 1)
    assert [entry["attributes"]["product_id"] for entry in kept["included"]] == [int(product)]
    assert kept["included"][0]["attributes"]["entity_id"] == number

    contact = crm.get("/contacts/10001")["data"]["attributes"]
    login = said("email", contact["email"]) + said("password", "portal-10001") + said("portal_id", 1, "int")
    enter = php("authenticatePortalUser", f'{session}<login xsi:type="ns1:PortalUserLoginDetails">{login}</login>')
    status, body = crm.post("contactManager", enter)
    assert status == 200
    assert b'<authenticatePortalUserReturn xsi:type="ns1:authenticatedCustomer">' in body
    assert (text_of(body, "contact_id"), text_of(body, "lastname")) == ("10001", contact["last_name"])


def test_documents_names_are_the_servers(reader: Caller) -> None:
    path = SHARED / "seeds" / "000_ba64144de6b3b334.txt"
    if not path.exists():
        pytest.skip("the vendor's document is not beside this checkout")
    document = path.read_text(encoding="utf-8")
    wsdls = "".join(
        reader.raw("GET", f"/CrmIntegrationWebservice/service.php?class={name}Manager&wsdl")[1].decode()
        for name in ("session", "contact", "product", "salesorder")
    )
    for holder in ("login", "productSearchCriteria", "salesOrder", "orderProductRow1"):
        for name in set(re.findall(rf"\${holder}->(\w+) =", document)):
            assert f'<xsd:element name="{name}"' in wsdls, (holder, name)
    for method in ("createSession", "authenticatePortalUser", "searchProducts", "createSalesOrder"):
        assert method in document
        assert f'<wsdl:operation name="{method}">' in wsdls
