# SPDX-License-Identifier: MIT
"""Own WSDLs, own envelopes, a client that answers from a list, and the recordings where they lie beside the checkout."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from lxml import etree

from crmdesk.connectors.port import Http, Reply
from crmdesk.connectors.wire.redaction import Redactor
from crmdesk.connectors.wire.soap import SoapService, SoapVersion, Wsdl
from crmdesk.connectors.wire.soap.names import ENCODING_11, ENCODING_12, XSD, XSI
from tests.beside import SHARED

HERE = Path(__file__).resolve().parent
ADDRESS = "https://crm.example.com/soap"
XML = {"Content-Type": "text/xml; charset=utf-8"}
NAMES = (
    f'xmlns:soapenc="{ENCODING_11}" xmlns:enc12="{ENCODING_12}" xmlns:t="urn:example:desk" '
    f'xmlns:xsi="{XSI}" xmlns:xsd="{XSD}" xmlns:apache="http://xml.apache.org/xml-soap"'
)


def text_of(name: str) -> bytes:
    return (HERE / "wsdl" / f"{name}.wsdl").read_bytes()


def wsdl(name: str) -> Wsdl:
    return Wsdl(text_of(name), address=ADDRESS, fetched_at=datetime.now(UTC))


def envelope(inside: str, version: SoapVersion = SoapVersion.V11) -> bytes:
    return f'<s:Envelope xmlns:s="{version.value}" {NAMES}><s:Body>{inside}</s:Body></s:Envelope>'.encode()


@dataclass
class FakeHttp:
    """Answers from a list; notes what was asked."""

    replies: list[Reply] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    redactor: Redactor = field(default_factory=Redactor)

    def get(self, url: str, params: Mapping[str, str], **more: Any) -> Reply:
        return self.request("GET", url, params=params, write=False, **more)

    def request(self, method: str, url: str, **more: Any) -> Reply:
        self.asked.append({"method": method, "url": url, **more})
        return self.replies.pop(0)

    def redacted(self, text: str) -> str:
        return self.redactor.redacted(text)

    @property
    def http(self) -> Http:
        return cast("Http", self)


def reply(body: bytes | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    raw = body.encode() if isinstance(body, str) else body
    return Reply(status=status, headers=XML if headers is None else headers, body=raw, url=ADDRESS)


def service(
    name: str, *replies: Reply, version: SoapVersion = SoapVersion.V11, fake: FakeHttp | None = None
) -> SoapService:
    made = fake or FakeHttp()
    made.replies += replies
    return SoapService(made.http, ADDRESS, wsdl(name), version=version)


def exchanges(*folders: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and exchange; skips the test where the recordings are absent."""
    for folder in folders:
        if not (SHARED / "wire" / folder).is_dir():
            pytest.skip("the recordings of real servers are not beside this checkout")
        for path in sorted((SHARED / "wire" / folder).glob("*.jsonl")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                yield f"{folder}/{path.name}:{number}", json.loads(line)


def unmarked_arrays(request: bytes) -> list[str]:
    """Paths of the elements that repeat a name, or are empty although their type is an array's, and have no mark."""
    found = []
    for element in etree.fromstring(request).iter():
        tags = [child.tag for child in element]
        marks = (f"{{{ENCODING_11}}}arrayType", f"{{{ENCODING_12}}}arraySize")
        is_map = str(element.get(f"{{{XSI}}}type", "")).endswith(":Map")
        if len(tags) > len(set(tags)) and not is_map and not any(mark in element.attrib for mark in marks):
            found.append(str(element.tag))
    return found
