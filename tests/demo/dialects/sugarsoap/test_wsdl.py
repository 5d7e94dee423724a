# SPDX-License-Identifier: MIT
"""Both WSDLs: zeep reads them and calls by them, with the encoding schema at hand instead of from the internet."""

from collections.abc import Callable
from typing import Any

import pytest
import zeep
from zeep.transports import Transport

from crmdesk.demo.dialects.sugarsoap.contract import SPLENDID_OPERATIONS, SUITE_OPERATIONS
from crmdesk.demo.dialects.sugarsoap.splendid.server import WORK as SPLENDID_WORK
from crmdesk.demo.dialects.sugarsoap.suite.server import WORK as SUITE_WORK
from crmdesk.demo.dialects.sugarsoap.wsdl import SITE_URL
from crmdesk.demo.server import DemoServer
from tests.demo.dialects.sugarsoap.caller import SPLENDID, SUITE, Soap

_ENCODING = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:tns="http://schemas.xmlsoap.org/soap/encoding/"
 targetNamespace="http://schemas.xmlsoap.org/soap/encoding/"><xs:attribute name="arrayType" type="xs:string"/>
 <xs:attributeGroup name="commonAttributes"><xs:attribute name="id" type="xs:ID"/><xs:attribute name="href" type="xs:anyURI"/>
 <xs:anyAttribute namespace="##other" processContents="lax"/></xs:attributeGroup>
 <xs:complexType name="Array"><xs:sequence><xs:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence>
 <xs:attribute ref="tns:arrayType"/><xs:attributeGroup ref="tns:commonAttributes"/></xs:complexType></xs:schema>"""
_WSDL = b'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://schemas.xmlsoap.org/wsdl/"/>'


class _Bundled(Transport):
    """Takes the two schemas from here and everything else from the pretended server."""

    def load(self, url: str) -> bytes:
        if url.startswith("http://schemas.xmlsoap.org/soap/encoding/"):
            return _ENCODING
        if url.startswith("http://schemas.xmlsoap.org/wsdl/"):
            return _WSDL
        assert url.startswith("http://127.0.0.1"), url
        loaded: bytes = super().load(url)  # type: ignore[no-untyped-call]  # zeep has no types
        return loaded


@pytest.fixture
def client(shared_server: DemoServer) -> Callable[[str], Any]:
    """Return a function entry -> zeep client."""
    transport = _Bundled()  # type: ignore[no-untyped-call]  # zeep has no types
    return lambda entry: zeep.Client(f"http://127.0.0.1:{shared_server.port}{entry}?wsdl", transport=transport)  # type: ignore[no-untyped-call]


def test_every_operation_of_the_wsdl_is_done() -> None:
    assert len(SPLENDID_OPERATIONS) == 41
    assert set(SPLENDID_OPERATIONS) == set(SPLENDID_WORK)
    assert set(SUITE_OPERATIONS) == set(SUITE_WORK)


def test_splendids_has_two_ports_at_the_address_that_was_asked(
    client: Callable[[str], Any], shared_server: DemoServer
) -> None:
    found = client(SPLENDID)
    ports = found.wsdl.services["sugarsoap"].ports
    assert list(ports) == ["sugarsoapSoap", "sugarsoapSoap12"]
    assert {port.binding_options["address"] for port in ports.values()} == {f"http://127.0.0.1:{shared_server.port}{SPLENDID}"}  # fmt: skip
    for port in ports.values():
        assert set(port.binding._operations) == set(SPLENDID_OPERATIONS)
    signature = ports["sugarsoapSoap"].binding._operations["get_entry_list"].input.signature()
    assert signature == "session: xsd:string, module_name: xsd:string, query: xsd:string, order_by: xsd:string, offset: xsd:int, select_fields: ns0:ArrayOfString, max_results: xsd:int, deleted: xsd:int"  # fmt: skip


def test_suites_is_labelled_latin_and_lies_about_its_address(client: Callable[[str], Any], suite_reader: Soap) -> None:
    status, body = suite_reader.raw(b"", {}, "GET", "?wsdl")
    assert (status, suite_reader.headers["content-type"]) == (200, "text/xml; charset=ISO-8859-1")
    assert body.startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    port = client(SUITE).wsdl.services["sugarsoap"].ports["sugarsoapPort"]
    assert port.binding_options["address"] == SITE_URL
    assert set(port.binding._operations) == set(SUITE_OPERATIONS)
    assert port.binding._operations["login"].soapaction == f"{SITE_URL}/login"


def test_zeep_logs_in_at_splendid_and_lists(client: Callable[[str], Any], reader: Soap) -> None:
    service = client(SPLENDID).service
    auth = {"user_name": "admin", "password": reader.password("admin"), "version": "1"}
    found = service.login(user_auth=auth, application_name="zeep")
    assert found["error"]["number"] == "0"
    assert service.seamless_login(session=found["id"]) == 1
    assert service.get_server_version() == "6.0.0"
    with pytest.raises(zeep.exceptions.Fault, match="Invalid username"):
        service.login(user_auth={**auth, "password": "x"}, application_name="zeep")
    fields = service.get_module_fields(session=found["id"], module_name="Accounts")
    assert fields["module_name"] == "Accounts"


def test_zeep_logs_in_at_suite_at_the_address_we_know(
    client: Callable[[str], Any], suite_reader: Soap, shared_server: DemoServer
) -> None:
    found = client(SUITE)
    service = found.create_service("{http://www.sugarcrm.com/sugarcrm}sugarsoapBinding", f"http://127.0.0.1:{shared_server.port}{SUITE}")  # fmt: skip
    auth = {"user_name": "admin", "password": suite_reader.password("admin"), "version": "1"}
    result = service.login(user_auth=auth, application_name="zeep")
    assert result["error"]["number"] == "0"
    assert service.get_user_id(session=result["id"]) == "1"
