# SPDX-License-Identifier: MIT
"""A scripted server for this vendor's tests, the demo server, and the way to the documents beside the checkout."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from crmdesk.connectors.port import Endpoint, Reply
from crmdesk.connectors.vendors.sugarsoap import PLUGIN
from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.connectors.wire.soap import decode
from crmdesk.demo.dialects.sugarsoap.wsdl import splendid_wsdl, suite_wsdl
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName
from crmdesk.domain.values import Value
from tests.beside import beside
from tests.connectors import fake_http
from tests.connectors.fake_http import all_of, last_of, resolved

PASSWORD = "Geheim-42-ü"
BASE = "https://crm.nordwind.example"
NAMESPACE = "http://www.sugarcrm.com/sugarcrm"
ME = "00000000-0000-0000-0000-000000000001"
SESSION = "5b0a3bb5-0000-4000-8000-00000000abcd"
NO_ERROR = {"number": "0", "name": "No Error", "description": "No Error"}


def md5(text: str) -> str:
    """As the servers compare passwords."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@lru_cache(maxsize=2)
def _wsdl(family: Family) -> bytes:
    text = splendid_wsdl(f"{BASE}/soap.asmx") if family is Family.SPLENDID else suite_wsdl()
    return text.encode()


def guid(number: int) -> str:
    """An id in SplendidCRM's form."""
    return f"{number:08x}-0000-4000-8000-000000000000"


def entry(key: str, module: str = "Accounts", **values: str) -> dict[str, object]:
    """An entry_value."""
    pairs = [{"name": "id", "value": key}, *({"name": name, "value": value} for name, value in values.items())]
    return {"id": key, "module_name": module, "name_value_list": pairs}


def listing(*entries: Mapping[str, object], offset: int = 0, columns: tuple[str, ...] = ()) -> dict[str, object]:
    """A get_entry_list_result."""
    fields = [{"name": name, "type": "System.String", "label": name.upper()} for name in columns]
    return {
        "result_count": str(len(entries)),
        "next_offset": str(offset + len(entries)),
        "field_list": fields,
        "entry_list": list(entries),
        "error": NO_ERROR,
    }


def saved(key: str) -> dict[str, object]:
    """A set_entry_result."""
    return {"id": key, "error": NO_ERROR}


def failed(number: int, description: str = "because") -> dict[str, object]:
    """Any result with an error, SuiteCRM's way."""
    return {"result_count": "-1", "error": {"number": str(number), "name": "Name", "description": description}}


def module_fields(family: Family, **types: str) -> dict[str, object]:
    """A module_fields result: field -> type."""
    fields = [
        {"name": name, "type": kind, "label": name, "required": "0", "options": []} for name, kind in types.items()
    ]
    return {"module_fields1" if family is Family.SPLENDID else "module_fields": fields, "error": NO_ERROR}


def written(value: object) -> str:
    """A value as XML, the way NuSOAP writes it."""
    match value:
        case None:
            return ""
        case dict():
            return "".join(
                f"<{name} soapenc:arrayType='xsd:anyType[{len(inner)}]'>{written(inner)}</{name}>"
                if isinstance(inner, list)
                else f"<{name}>{written(inner)}</{name}>"
                for name, inner in value.items()
            )
        case list():
            return "".join(f"<item>{written(one)}</item>" for one in value)
        case _:
            return escape(str(value))


def envelope(inside: str, status: int = 200, **headers: str) -> Reply:
    """A SOAP 1.1 answer."""
    text = (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:tns="{NAMESPACE}"><soap:Body>{inside}</soap:Body></soap:Envelope>'
    )
    told = {"Content-Type": "text/xml; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return Reply(status=status, headers=told, body=text.encode(), url=BASE)


def fault(text: str, code: str = "soap:Server") -> Reply:
    """SplendidCRM's way to say no, with its stack trace."""
    whole = (
        "System.Web.Services.Protocols.SoapException: Server was unable to process request. ---> System.Exception: "
        f"{text}\n  at SplendidCRM.soap.SomeMethod (System.String session) [0x00033] in <3cc8d1a8>:0"
    )
    inside = f"<faultcode>{code}</faultcode><faultstring>{escape(whole)}</faultstring>"
    return envelope(f"<soap:Fault>{inside}</soap:Fault>", 500)


def plain(body: str, status: int = 500, content_type: str = "text/html; charset=UTF-8") -> Reply:
    """An answer that is no SOAP."""
    return Reply(status=status, headers={"Content-Type": content_type}, body=body.encode(), url=BASE)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left."""

    operation: str
    arguments: Mapping[str, Any]
    headers: Mapping[str, str]
    write: bool
    body: bytes

    def pairs(self) -> dict[str, str]:
        """The name_value_list as a mapping."""
        return {one["name"]: one["value"] for one in self.arguments["name_value_list"]}


class FakeHttp(fake_http.FakeHttp):
    """Answers by operation and keeps what was sent.

    Args:
        answers: operation -> result, Reply, exception, or a function of the arguments; an iterator is used up.
    """

    def __init__(self, family: Family, answers: Mapping[str, object] | None = None) -> None:
        super().__init__()
        self.family = family
        is_splendid = family is Family.SPLENDID
        self.answers: dict[str, object] = {
            "get_gmt_time": "2026-11-22 07:25:04Z" if is_splendid else "2026-11-22 07:25:04",
            "get_server_time": "11/22/2026 2:25:04 AM" if is_splendid else "2026-11-22 07:25:04",
            "get_server_version": "6.0.0",
            "get_splendid_version": "15.2",
            "get_sugar_flavor": "CE",
            "login": saved(SESSION),
            "get_user_id": ME,
            "is_user_admin": "0",
            "logout": NO_ERROR,
            "seamless_login": "1",
            "get_available_modules": {
                "modules": ["Accounts", "Contacts", "Notes", "Tasks", "Users"],
                "error": NO_ERROR,
            },
            "get_entries": listing(),
            **(answers or {}),
        }
        self.sent: list[Sent] = []

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        wanted = "soap.asmx" if self.family is Family.SPLENDID else "soap.php"
        if url != f"{BASE}/{wanted}?wsdl":
            return plain("<html><body>Not found</body></html>", 404)
        return Reply(status=200, headers={"Content-Type": "text/xml"}, body=_wsdl(self.family), url=url)

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
        asked = decode(body or b"")
        self.sent.append(Sent(asked.name, dict(asked.outputs), dict(headers or {}), write, body or b""))
        answer = resolved(self.answers.get(asked.name, fault("Method not implemented.")), self.sent[-1].arguments)
        if isinstance(answer, Reply):
            return answer
        name = f"{asked.name}Result" if self.family is Family.SPLENDID else "return"
        inside = written({name: answer})
        return envelope(f"<tns:{asked.name}Response>{inside}</tns:{asked.name}Response>")

    def last(self, operation: str) -> Sent:
        """The last request of an operation."""
        return last_of(self.sent, operation)

    def of(self, operation: str) -> list[Sent]:
        """Every request of an operation, in order."""
        return all_of(self.sent, operation)

    def operations(self) -> list[str]:
        """The operations that were asked, in order."""
        return [one.operation for one in self.sent]


Answer = Callable[[Mapping[str, Any]], object]


def named(values: Mapping[str, Value]) -> dict[FieldName, Value]:
    """Values by field name."""
    return {FieldName(name): value for name, value in values.items()}


def new_connector(http: FakeHttp, *, url: str = BASE, **settings: str) -> SugarSoapConnector:
    """A connector over the scripted server, not signed in; SOAP 1.1 unless told otherwise."""
    endpoint = Endpoint(
        url=url,
        settings={"user": "admin", "soap_version": "1.1", **settings},
        secrets={"password": PASSWORD},
    )
    made = PLUGIN.connect(endpoint, http)
    assert isinstance(made, SugarSoapConnector)
    return made


def connect(http: FakeHttp, **settings: str) -> SugarSoapConnector:
    """The same, signed in."""
    connector = new_connector(http, **settings)
    connector.login()
    return connector


def demo(options: Mapping[str, object] | None = None, *, rows: int = 150) -> DemoServer:
    """The demo server; ``options`` are the dialect's habits."""
    return DemoServer(rows=rows, keys={"admin": PASSWORD}, options=dict(options or {}))


def connected(
    server: DemoServer, entry: str = "soap.asmx", *, user: str = "admin", password: str = PASSWORD, **settings: str
) -> SugarSoapConnector:
    """A connector over the demo server, not signed in."""
    endpoint = Endpoint(
        url=f"http://127.0.0.1:{server.port}/sugarsoap/{entry}",
        settings={"user": user, **settings},
        secrets={"password": password},
    )
    made = PLUGIN.connect(endpoint, HttpClient(proxy=""))
    assert isinstance(made, SugarSoapConnector)
    return made


def recordings(folder: str) -> list[dict[str, Any]]:
    """Every recorded exchange of a folder of wire/; skips where it is absent."""
    files = sorted(beside(f"wire/{folder}").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_bytes().splitlines() if line.strip()]
