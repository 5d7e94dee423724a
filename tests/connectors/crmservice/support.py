# SPDX-License-Identifier: MIT
"""A fake transport, and an installation as the vendor's documents describe it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crmdesk.connectors.port import Connector, Endpoint, Reply, in_use
from crmdesk.connectors.vendors.crmservice import PLUGIN
from crmdesk.connectors.vendors.crmservice.rest.connector import RestConnector
from crmdesk.connectors.vendors.crmservice.soap.connector import SoapConnector
from tests.connectors import fake_http
from tests.connectors.crmservice.wsdls import SOAP, URL, answered, fault, reply, wsdl

KEY, TOKEN, SESSION = "the-api-key-of-acme", "the-token-of-acme", "5e551on-1d-0f-acme"


@dataclass(frozen=True)
class Sent:
    """One request as the connector made it."""

    verb: str
    url: str
    params: Mapping[str, str]
    body: bytes | None
    headers: Mapping[str, str]
    write: bool

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def query(self) -> Mapping[str, str]:
        return {**dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True)), **self.params}

    @property
    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def call(self) -> Any:
        """The element of the operation in the SOAP body."""
        body: Any = etree.fromstring(self.body or b"").find(f"{{{SOAP}}}Body")
        return body[0]

    @property
    def arguments(self) -> dict[str, Any]:
        """The SOAP arguments: texts, dicts, lists."""
        return {part.tag: plain(part) for part in self.call}

    def __str__(self) -> str:
        return f"{self.verb} {self.path}"


def plain(element: Any) -> Any:
    """An element's value: a text, a dict of members, a list where members are called item."""
    if len(element) == 0:
        return element.text or ""
    tags = [child.tag for child in element]
    if set(tags) == {"item"}:
        return [plain(child) for child in element]
    return {child.tag: plain(child) for child in element}


HTML = reply(b"<html><body><form>Log in to CRM-service</form></body></html>")
Answer = Callable[[Sent], Reply]


@dataclass
class FakeHttp(fake_http.FakeHttp):
    """Implements ``port.Http``: asks ``answer``, keeps what was sent."""

    answer: Answer
    sent: list[Sent] = field(default_factory=list)

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        return self.request("GET", url, params=params, headers=headers, write=write)

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        body = json.dumps({"form": dict(form), "files": {n: [f[0], len(f[1]), f[2]] for n, f in (files or {}).items()}})
        return self.request("POST", url, body=body.encode(), headers=headers, write=write)

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        self.sent.append(Sent(method, url, dict(params or {}), body, dict(headers or {}), write))
        return self.answer(self.sent[-1])

    def lines(self) -> list[str]:
        """What was sent, in short."""
        return [str(one) for one in self.sent]


# An installation as the vendor's document describes it

_SESSION_TYPE = {"CrmIntegrationWebserviceSession": {"sessionID": "string"}}
_OURS = {"session": "tns:CrmIntegrationWebserviceSession"}
SALES_ORDER = dict.fromkeys(
    ["bill_city", "bill_code", "bill_country", "bill_street", "description", "duedate", "status", "subject"], "string"
)
WSDLS: dict[str, bytes] = {
    "sessionManager": wsdl(
        {
            "createSession": ({"apiKey": "string"}, "tns:CrmIntegrationWebserviceSession"),
            "destroySession": (_OURS, "boolean"),
        },
        _SESSION_TYPE,
    ),
    "contactManager": wsdl(
        {"authenticatePortalUser": ({**_OURS, "login": "tns:PortalUserLoginDetails"}, "tns:AuthenticatedCustomer")},
        {
            **_SESSION_TYPE,
            "PortalUserLoginDetails": {"email": "string", "password": "string", "portal_id": "int"},
            "AuthenticatedCustomer": {"id": "int", "firstname": "string", "lastname": "string", "account_id": "int"},
        },
    ),
    "productManager": wsdl(
        {"searchProducts": ({**_OURS, "searchCriteria": "tns:ProductSearchCriteria"}, "tns:ProductArray")},
        {
            **_SESSION_TYPE,
            "ProductSearchCriteria": {"field": "string", "value": "string", "limit": "int", "offset": "int"},
            "Product": {"id": "int", "product_no": "string", "productname": "string", "description": "string"},
            "ProductArray": "tns:Product",
        },
    ),
    "salesorderManager": wsdl(
        {"createSalesOrder": ({**_OURS, "salesOrder": "tns:SalesOrder"}, "tns:SalesOrder")},
        {
            **_SESSION_TYPE,
            "SalesOrder": {
                "id": "int",
                "account_id": "int",
                "assigned_user_id": "int",
                "contact_id": "int",
                **SALES_ORDER,
                "rows": "tns:OrderProductRowArray",
            },
            "OrderProductRow": {
                "productid": "int",
                "description": "string",
                "qty": "float",
                "value_period": "int",
                "unit_price": "float",
            },
            "OrderProductRowArray": "tns:OrderProductRow",
        },
        docs={"createSalesOrder": "Creates a new sales order."},
    ),
    "entityManager": wsdl(
        {"bulkEntitySave": ({**_OURS, "type": "string", "datas": "string"}, "string")}, _SESSION_TYPE
    ),
    "fieldManager": wsdl(
        {"getCrmFields": ({**_OURS, "module": "string"}, "tns:CrmFieldArray")},
        {
            **_SESSION_TYPE,
            "CrmField": dict.fromkeys(
                [
                    "active",
                    "custom",
                    "datatype",
                    "label",
                    "lenght",
                    "name",
                    "picklist_id",
                    "readonly",
                    "required",
                    "translations",
                    "uitype",
                ],
                "string",
            ),
            "CrmFieldArray": "tns:CrmField",
        },
    ),
    "picklistManager": wsdl(
        {"getPicklistValues": ({**_OURS, "picklist_id": "int", "language": "string"}, "tns:PicklistValueArray")},
        {
            **_SESSION_TYPE,
            "PicklistValue": {"id": "string", "label": "string", "value": "string"},
            "PicklistValueArray": "tns:PicklistValue",
        },
    ),
}
Handler = Callable[[Sent], object]


@dataclass
class Installation:
    """The server: WSDLs by class, one handler for each operation; what a handler returns is answered.

    Attributes:
        page: the documentation page. rest: answers what is not SOAP.
    """

    wsdls: dict[str, bytes] = field(default_factory=lambda: dict(WSDLS))
    handlers: dict[str, Handler] = field(default_factory=dict)
    page: Reply = field(default_factory=lambda: reply(b"", 404))
    rest: Answer = field(default=lambda _: reply(b"<html>no such page</html>", 404))
    sessions: int = 0

    def __call__(self, sent: Sent) -> Reply:
        if sent.path.endswith("/CrmIntegrationWebservice/"):
            return self.page
        if not sent.path.endswith("/CrmIntegrationWebservice/service.php"):
            return self.rest(sent)
        body = self.wsdls.get(sent.query.get("class", ""))
        if body is None:
            return HTML
        if sent.verb == "GET":
            return reply(body, content_type="text/xml")
        operation = etree.QName(sent.call).localname
        return self._call(operation, sent)

    def _call(self, operation: str, sent: Sent) -> Reply:
        if operation in self.handlers:
            told = self.handlers[operation](sent)
        elif operation == "createSession":
            if sent.arguments["apiKey"] != KEY:
                return fault("Invalid API key")
            self.sessions += 1
            told = {"sessionID": f"{SESSION}-{self.sessions}"}
        elif operation == "destroySession":
            told = "true"
        else:
            raise AssertionError(f"nobody answers {operation}")
        return told if isinstance(told, Reply) else answered(operation, told)


def endpoint(interface: str = "soap", *, cache_dir: str = "", language: str = "", **settings: str) -> Endpoint:
    secrets = {"api_key": KEY}
    return Endpoint(
        url=URL, settings={"interface": interface, **settings}, secrets=secrets, cache_dir=cache_dir, language=language
    )


def connector_to(answer: Answer, where: Endpoint | None = None) -> tuple[Connector, FakeHttp]:
    """What login leads to, signed in, and the transport."""
    http = FakeHttp(answer)
    made = PLUGIN.connect(where or endpoint(), http)
    made.login()
    return in_use(made), http


def soap_to(installation: Installation, **more: str) -> tuple[SoapConnector, FakeHttp]:
    """The SOAP interface of an installation, signed in, with what was sent so far forgotten."""
    made, http = connector_to(installation, endpoint(**more))
    assert isinstance(made, SoapConnector)
    http.sent.clear()
    return made, http


def rest_to(answer: Answer) -> tuple[RestConnector, FakeHttp]:
    """The REST interface, signed in, with what was sent so far forgotten."""
    made, http = connector_to(answer, endpoint("rest"))
    assert isinstance(made, RestConnector)
    http.sent.clear()
    return made, http
