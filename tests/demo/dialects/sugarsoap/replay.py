# SPDX-License-Identifier: MIT
"""Sends recorded requests to a pretended server, its own ids and secrets put in, and compares the shapes of replies."""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from lxml import etree

from tests.beside import SHARED
from tests.demo.dialects.sugarsoap.caller import Soap

_ILLEGAL = re.compile(r"&#x(?:[0-8BCEFbcef]|1[0-9A-Fa-f]);")
_DIGITS = re.compile(r"\d+")
_PREFIXED = ("type", "arrayType", "itemType")
Shape = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One exchange with the real server."""

    note: str
    method: str
    headers: dict[str, str]
    sent: str
    status: int
    kind: str
    body: str

    @property
    def operation(self) -> str:
        """The name of the body's first element."""
        found = re.search(r"<[\w-]+:Body[^>]*>\s*<(?:[\w-]+:)?(\w+)", self.sent)
        return found.group(1) if found else ""


def recorded(folder: str, name: str) -> list[Recorded]:
    """Return the exchanges of one file; skip the test where the recordings are absent."""
    path = SHARED / "wire" / folder / f"{name}.jsonl"
    if not path.exists():
        pytest.skip("the recordings of real servers are not beside this checkout")
    out = []
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        headers = {n: v for n, v in entry["request_headers"].items() if n.lower() in ("content-type", "soapaction")}
        kind = entry["response_headers"].get("Content-Type") or entry["response_headers"].get("Content-type") or ""
        out.append(Recorded(entry.get("note") or "", entry["method"], headers, entry["request_body"] or "", entry["status"], kind, entry["response_body"] or ""))  # fmt: skip
    return out


def send(caller: Soap, one: Recorded, changes: dict[str, str]) -> tuple[int, str]:
    """Send a recorded request with texts exchanged; return status and body."""
    text = one.sent
    for old, new in changes.items():
        text = text.replace(old, new)
    text = re.sub(r"(<session[^>]*>)(?!nope|0{8})[^<]+(?=</session>)", rf"\g<1>{caller.session}", text)
    status, body = caller.raw(text.encode(), one.headers, one.method)
    return status, body.decode()


def _parsed(body: str) -> etree._Element:
    return etree.fromstring(_ILLEGAL.sub("?", body).encode())


def _mark(element: etree._Element) -> Shape:
    """Return an element's name and attributes; prefixes become namespaces, counts and ids are dropped."""
    marks = []
    for name, value in sorted(element.attrib.items()):
        local = etree.QName(name).localname
        text = str(value)
        if local in _PREFIXED:
            prefix, _, rest = text.rpartition(":")
            text = "{" + str(element.nsmap.get(prefix)) + "}" + _DIGITS.sub("", rest) if prefix else text
        elif local in ("id", "href", "arraySize", "ref"):
            text = "#"
        marks.append((str(name), text))
    return (str(element.tag), tuple(marks))


def _shape(element: etree._Element) -> Shape:
    """Return an element with its members; what comes again is named once."""
    return (*_mark(element), tuple(dict.fromkeys(_shape(child) for child in element)))


def shape(body: str) -> Shape:
    """Return the shape of a whole reply: every kind of element in the order of its first appearance."""
    root = _parsed(body)
    held = next(child for child in root if etree.QName(child).localname == "Body")
    return (_mark(root), _mark(held), tuple(dict.fromkeys(_shape(child) for child in held)))


def fault_text(body: str) -> str:
    """Return a fault's text, "" where the reply is none."""
    for element in _parsed(body).iter():
        if etree.QName(element).localname in ("faultstring", "Text"):
            return element.text or ""
    return ""


def innermost(text: str) -> str:
    """Return the message of the exception that was thrown first."""
    return text.partition("\n")[0].rpartition("---> ")[2]
