# SPDX-License-Identifier: MIT
"""A fake transport, WSDLs written from a few lines, and SOAP answers: an installation as the documents describe it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from lxml import etree

from crmdesk.connectors.port import Connector, Endpoint, Reply, in_use
from crmdesk.connectors.vendors.crmservice import PLUGIN
from crmdesk.connectors.vendors.crmservice.rest.connector import RestConnector
from crmdesk.connectors.vendors.crmservice.soap.connector import SoapConnector

URL = "https://acme.crmservice.fi"
KEY, TOKEN, SESSION = "the-api-key-of-acme", "the-token-of-acme", "5e551on-1d-0f-acme"
NS = "https://crmservice.fi/CrmIntegrationWebservice"
_XSD = "http://www.w3.org/2001/XMLSchema"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


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
        return etree.fromstring(self.body or b"").find(f"{{{SOAP}}}Body")[0]

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


def reply(body: object = b"", status: int = 200, content_type: str = "", **headers: str) -> Reply:
    """An answer; anything but bytes becomes JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = content_type or ("text/html" if raw.startswith(b"<html") else "application/vnd.api+json")
    return Reply(status=status, headers={"Content-Type": kind, **headers}, body=raw, url=URL)


HTML = reply(b"<html><body><form>Log in to CRM-service</form></body></html>")
Answer = Callable[[Sent], Reply]


@dataclass
class FakeHttp:
    """Implements ``port.Http``: asks ``answer``, keeps what was sent."""

    answer: Answer
    sent: list[Sent] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    closed: int = 0

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

    def add_secret(self, secret: str) -> None:
        self.secrets.append(secret)

    def redacted(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, "•••") if secret else text
        return text

    def abort(self) -> None:
        raise AssertionError("nobody aborts here")

    def close(self) -> None:
        self.closed += 1

    def lines(self) -> list[str]:
        """What was sent, in short."""
        return [str(one) for one in self.sent]


# WSDLs and envelopes

Members = Mapping[str, str]
"""Member -> type: "string", "int", "tns:SalesOrder", "tns:OrderProductRowArray"."""


def wsdl(
    operations: Mapping[str, tuple[Members, str]],
    types: Mapping[str, Members | str] | None = None,
    *,
    use: str = "encoded",
    docs: Mapping[str, str] | None = None,
) -> bytes:
    """A manager's WSDL.

    Args:
        operations: name -> its parameters and the type of what it returns. types: a group's members, or of an array the
            type of its items.
    """
    known = "".join(_type(name, told) for name, told in (types or {}).items())
    messages = "".join(_messages(name, given, back) for name, (given, back) in operations.items())
    style = f'use="{use}" namespace="{NS}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
    ports = "".join(
        f'<operation name="{n}"><documentation>{(docs or {}).get(n, "")}</documentation>'
        f'<input message="tns:{n}Request"/><output message="tns:{n}Response"/></operation>'
        for n in operations
    )
    bound = "".join(
        f'<operation name="{n}"><soap:operation soapAction=""/><input><soap:body {style}/></input>'
        f"<output><soap:body {style}/></output></operation>"
        for n in operations
    )
    return (
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
        f'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" '
        f'xmlns:xsd="{_XSD}" xmlns:tns="{NS}" targetNamespace="{NS}">'
        f'<types><xsd:schema targetNamespace="{NS}">{known}</xsd:schema></types>{messages}'
        f'<portType name="P">{ports}</portType><binding name="B" type="tns:P">'
        f'<soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>{bound}</binding>'
        f'<service name="S"><port name="P" binding="tns:B"><soap:address location="http://elsewhere.example/"/></port>'
        f"</service></definitions>"
    ).encode()


def _type(name: str, told: Members | str) -> str:
    if isinstance(told, str):
        return (
            f'<xsd:complexType name="{name}"><xsd:complexContent><xsd:restriction base="enc:Array">'
            f'<xsd:attribute ref="enc:arrayType" wsdl:arrayType="{_named(told)}[]"/></xsd:restriction>'
            f"</xsd:complexContent></xsd:complexType>"
        )
    inside = "".join(f'<xsd:element name="{n}" type="{_named(kind)}"/>' for n, kind in told.items())
    return f'<xsd:complexType name="{name}"><xsd:all>{inside}</xsd:all></xsd:complexType>'


def _messages(name: str, given: Members, back: str) -> str:
    parts = "".join(f'<part name="{n}" type="{_named(kind)}"/>' for n, kind in given.items())
    result = f'<part name="{name}Return" type="{_named(back)}"/>' if back else ""
    return f'<message name="{name}Request">{parts}</message><message name="{name}Response">{result}</message>'


def _named(kind: str) -> str:
    return kind if ":" in kind else f"xsd:{kind}"


def answered(operation: str, value: object) -> Reply:
    """The answer of an operation: None, a text, a dict, or a list of dicts."""
    inside = "" if value is None else f"<{operation}Return{_typed(value)}>{_inner(value)}</{operation}Return>"
    return envelope(f'<ns:{operation}Response xmlns:ns="{NS}">{inside}</ns:{operation}Response>')


def _typed(value: object) -> str:
    return ' xsi:type="enc:Array" enc:arrayType="tns:Row[]"' if isinstance(value, list) else ""


def _inner(value: object) -> str:
    if isinstance(value, list):
        return "".join(f"<item>{_inner(one)}</item>" for one in value)
    if isinstance(value, dict):
        return "".join(
            f'<{n} xsi:nil="true"/>' if one is None else f"<{n}{_typed(one)}>{_inner(one)}</{n}>"
            for n, one in value.items()
        )
    return escape(str(value))


def fault(text: str, code: str = "Server") -> Reply:
    """A fault as PHP's SoapServer sends it: with HTTP 500."""
    inside = f"<env:Fault><faultcode>{code}</faultcode><faultstring>{escape(text)}</faultstring></env:Fault>"
    return envelope(inside, 500)


def envelope(inside: str, status: int = 200) -> Reply:
    text = (
        f'<?xml version="1.0"?><env:Envelope xmlns:env="{SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:tns="{NS}"><env:Body>{inside}</env:Body>'
        f"</env:Envelope>"
    )
    return reply(text.encode(), status, "text/xml")


# An installation as the vendor's document describes it

_SESSION_TYPE = {"CrmIntegrationWebserviceSession": {"sessionID": "string"}}
_OURS = {"session": "tns:CrmIntegrationWebserviceSession"}
SALES_ORDER = dict.fromkeys(
    "bill_city bill_code bill_country bill_street description duedate status subject".split(), "string"
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
                "active custom datatype label lenght name picklist_id readonly required translations uitype".split(),
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
