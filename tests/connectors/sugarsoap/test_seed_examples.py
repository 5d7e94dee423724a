# SPDX-License-Identifier: MIT
"""The vendor's own sample envelopes (login, SOAP 1.1 and 1.2), decoded and built by their meaning."""

import re

import pytest
from lxml import etree

from crmdesk.connectors.vendors.sugarsoap import faults, parse
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.wire.soap import SoapService, SoapVersion, decode
from tests.beside import beside
from tests.connectors.sugarsoap.support import BASE, FakeHttp, connect

AUTH = {"user_name": "string", "password": "string", "version": "string"}
ASKED = {"user_auth": AUTH, "application_name": "string"}
ERROR = {"number": "string", "name": "string", "description": "string"}
VERSIONS = (SoapVersion.V11, SoapVersion.V12)


def samples() -> list[bytes]:
    """The four envelopes: request and response of 1.1, then of 1.2."""
    (file,) = beside("seeds").glob("002_*.txt")
    text = file.read_text(encoding="utf-8")
    found = re.findall(r"<\?xml.*?</soap(?:12)?:Envelope>", text, re.DOTALL)
    assert len(found) == 4
    return [one.encode() for one in found]


@pytest.mark.parametrize("place", [0, 2], ids=["1.1", "1.2"])
def test_the_sample_requests_say_what_we_say(place: int) -> None:
    asked = decode(samples()[place])
    assert asked.name == "login"
    assert dict(asked.outputs) == ASKED
    connector = connect(FakeHttp(Family.SPLENDID))
    wsdl = connector._session.wsdl
    assert wsdl is not None
    service = SoapService(FakeHttp(Family.SPLENDID), f"{BASE}/soap.asmx", wsdl, version=VERSIONS[place // 2])
    ours = service.build("login", ASKED)
    assert dict(decode(ours).outputs) == ASKED
    theirs = etree.fromstring(samples()[place])
    assert etree.fromstring(ours).tag == theirs.tag  # the same envelope
    operation = etree.fromstring(ours)[-1][0]
    assert operation.tag == theirs[-1][0].tag  # the same namespace and name


def test_what_our_login_sends_has_the_parts_of_the_sample() -> None:
    http = FakeHttp(Family.SPLENDID)
    connect(http)
    sent = http.last("login")
    assert sent.arguments.keys() == ASKED.keys()
    assert sent.arguments["user_auth"].keys() == AUTH.keys()
    assert sent.headers["SOAPAction"] == '"http://www.sugarcrm.com/sugarcrm/login"'
    assert sent.headers["Content-Type"].startswith("text/xml")


@pytest.mark.parametrize("place", [1, 3], ids=["1.1 with references", "1.2"])
def test_the_sample_responses_mean_the_same(place: int) -> None:
    got = decode(samples()[place])
    assert got.name == "loginResponse"
    result = next(iter(got.outputs.values()))
    assert result == {"id": "string", "error": ERROR}
    assert parse.saved_key(result, "login") == "string"
    assert faults.of_result(result, "login") is None  # "string" is no number, so no error
