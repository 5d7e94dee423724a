# SPDX-License-Identifier: MIT
"""The WSDLs as a SOAP library reads them: zeep loads each, and its calls work in both styles."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from zeep import Client
from zeep.exceptions import Fault, ValidationError
from zeep.transports import Transport
from zeep.xsd import AnyObject, Element

from crmdesk.demo.dialects.crmservice.contract import MANAGERS
from tests.demo.dialects.crmservice.conftest import NAMESPACE, SERVICE, Caller, Open

_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
# What zeep asks for when a WSDL names SOAP-ENC:Array without importing it; ours to say, so that no test goes out.
_SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:e="{_ENCODING}" targetNamespace="{_ENCODING}">
<xs:attribute name="arrayType" type="xs:string"/><xs:complexType name="Array"><xs:sequence>
<xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
<xs:attribute ref="e:arrayType"/><xs:anyAttribute namespace="##other" processContents="lax"/></xs:complexType></xs:schema>"""


class _Local(Transport):
    """Goes to 127.0.0.1 and nowhere else."""

    def load(self, url: str) -> bytes:
        if url == _ENCODING:
            return _SCHEMA.encode()
        assert url.startswith("http://127.0.0.1:"), url
        found: bytes = super().load(url)  # type: ignore[no-untyped-call]
        return found


class Library:
    """zeep's clients of one server."""

    def __init__(self, crm: Caller, web: requests.Session) -> None:
        self._base = f"{crm.server.url('crmservice')}{SERVICE}"
        self._transport = _Local(session=web)  # type: ignore[no-untyped-call]
        self.key = crm.key

    def client(self, manager: str) -> Any:
        """Return zeep's client of a manager."""
        return Client(f"{self._base}?class={manager}&wsdl", transport=self._transport)  # type: ignore[no-untyped-call]

    def session(self) -> Any:
        """Open a session; zeep unwraps objects with one element, so its text has to be wrapped again to be sent."""
        number = self.client("sessionManager").service.createSession(self.key)
        assert isinstance(number, str)
        return {"sessionID": number}


@pytest.fixture
def web() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("style", ["rpc", "document"])
@pytest.mark.parametrize("operations", ["rich", "poor"])
def test_every_wsdl_loads_and_lists_its_operations(opened: Open, web: requests.Session, style: str, operations: str) -> None:  # fmt: skip
    library = Library(opened(style=style, operations=operations), web)
    for manager, all_of_them in MANAGERS.items():
        (service,) = library.client(manager).wsdl.services.values()
        (port,) = service.ports.values()
        wanted = {op.name for op in all_of_them if operations == "rich" or not op.is_extra}
        assert (service.name, set(port.binding._operations)) == (manager, wanted)


@pytest.mark.parametrize("style", ["rpc", "document"])
def test_zeep_walks_through_the_documents_example(opened: Open, web: requests.Session, style: str) -> None:
    library = Library(opened(style=style, multiref=False), web)
    session = library.session()
    products = library.client("productManager").service.searchProducts(
        session, {"field": "product_no", "value": "PRO2124", "limit": 1, "offset": 0}
    )
    (product,) = products
    assert (product.product_no, product.discontinued) == ("PRO2124", True)
    assert product.vat.percent > 0

    orders = library.client("salesorderManager")
    kind = orders.get_type(f"{{{NAMESPACE}}}OrderProductRow")
    row = kind(productid=product.id, description=product.description, qty=2, value_period=1, unit_price=200)
    # What an encoded array holds is anything, says its schema.
    item = AnyObject(Element("item", kind), row)  # type: ignore[no-untyped-call]
    made = orders.service.createSalesOrder(
        session,
        {
            "account_id": 10000, "assigned_user_id": 1, "bill_city": "Helsinki", "contact_id": 10001, "duedate": "2026-11-22",
            "status": "Created", "subject": "Test Order", "rows": {"_value_1": [item]} if style == "rpc" else {"item": [row]},
        },
    )  # fmt: skip
    assert (made.subject, made.hdnsubtotal) == ("Test Order", 400)
    again = orders.service.getSalesOrder(session, made.id)
    rows = again.rows if style == "rpc" else again.rows.item
    assert [(each.productid, each.qty, each.unit_price, each.total) for each in rows] == [(product.id, 2, 200, 400)]


@pytest.mark.parametrize("style", ["rpc", "document"])
def test_fields_and_picklists_come_as_lists(opened: Open, web: requests.Session, style: str) -> None:
    library = Library(opened(style=style), web)
    session = library.session()
    fields = library.client("fieldManager").service.getCrmFields(session, "Leads")
    by_name = {field.name: field for field in fields}
    status = by_name["leadstatus"]
    assert (status.uitype, status.required, status.readonly, status.custom) == ("15", False, False, False)
    values = library.client("picklistManager").service.getPicklistValues(session, status.picklist_id, "fi_fi")
    labels = {value.value: value.label for value in values}
    assert labels["Hot"] == "Kuuma"
    assert library.client("sessionManager").service.destroySession(session) is True


def test_fault_reaches_the_library(opened: Open, web: requests.Session) -> None:
    library = Library(opened(), web)
    with pytest.raises(Fault) as caught:
        library.client("sessionManager").service.createSession("wrong")
    assert (caught.value.code, caught.value.message) == ("SERVER", "Invalid API key")


def test_wsdl_may_require_every_element(opened: Open, web: requests.Session) -> None:
    library = Library(opened(required_elements=True), web)
    with pytest.raises(ValidationError, match="Missing element"):
        library.client("salesorderManager").service.createSalesOrder(library.session(), {"subject": "x", "account_id": 10000})  # fmt: skip


def test_wsdl_names_what_the_habits_say(opened: Open) -> None:
    crm = opened(wsdl_address="crm.internal.invalid", soap_action="method")
    text = crm.raw("GET", f"{SERVICE}?class=accountManager&wsdl")[1].decode()
    address = f"http://crm.internal.invalid/crmservice{SERVICE}?class=accountManager"
    assert f'<soap:address location="{address}"/>' in text
    assert f'soapAction="{address}&amp;method=getAccount"' in text
    usual = opened()
    text = usual.raw("GET", f"{SERVICE}?class=accountManager&wsdl")[1].decode()
    assert f'location="http://127.0.0.1:{usual.server.port}/crmservice{SERVICE}?class=accountManager"' in text
    assert 'soapAction="" style="rpc"' in text
    assert "import" not in text
