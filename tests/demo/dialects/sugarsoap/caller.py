# SPDX-License-Identifier: MIT
"""A client for the pretended soap.asmx and soap.php that knows nothing of our connectors."""

import hashlib
import http.client
import re
from typing import Any, Self
from xml.sax.saxutils import escape

from lxml import etree

from crmdesk.demo.dialects.sugarsoap.site import SugarSoapSite
from crmdesk.demo.server import DemoServer

ENVELOPES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
ENCODINGS = {"1.1": "http://schemas.xmlsoap.org/soap/encoding/", "1.2": "http://www.w3.org/2003/05/soap-encoding"}
TYPES = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
TNS = "http://www.sugarcrm.com/sugarcrm"
SPLENDID, SUITE = "/sugarsoap/soap.asmx", "/sugarsoap/soap.php"
_ILLEGAL = re.compile(r"&#x(?:[0-8BCEF]|1[0-9A-F]);")
_INNERMOST = re.compile(r"(?:.*---> )?[\w.]+: ([^\n]*)")

Row = dict[str, str]


class Fault(Exception):
    """A SOAP fault; the text is what a person would be told: that of the innermost exception."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text
        found = _INNERMOST.match(text)
        self.message = found.group(1) if found else text


def decoded(body: bytes) -> Any:
    """Return what a reply's wrapper holds, references followed, structs as dicts and arrays as lists.

    Raises:
        Fault: It is one.
    """
    root = etree.fromstring(_ILLEGAL.sub("?", body.decode()).encode())
    by_id = {element.get("id"): element for element in root.iter() if element.get("id") is not None}

    def value(element: etree._Element) -> Any:
        reference = element.get("href")
        if reference is not None:
            return value(by_id[reference[1:]])
        marks = [etree.QName(name).localname for name in element.attrib]
        children = [child for child in element if etree.QName(child).namespace != "http://www.w3.org/2003/05/soap-rpc"]
        if "arrayType" in marks or "arraySize" in marks:
            return [value(child) for child in children]
        if "nil" in marks:
            return None
        return {etree.QName(c).localname: value(c) for c in children} if children else element.text or ""

    first = next(child for child in root if etree.QName(child).localname == "Body")[0]
    held = value(first)
    if etree.QName(first).localname == "Fault":
        text = held["faultstring"] if "faultstring" in held else held["Reason"]["Text"]
        raise Fault(500, held["faultcode"] if "faultcode" in held else held["Code"]["Value"], text)
    return next(iter(held.values()))


class Soap:
    """One keep-alive connection to one family and, after log_in(), one session."""

    def __init__(self, server: DemoServer, entry: str = SPLENDID, version: str = "1.1") -> None:
        self.server, self.entry, self.version = server, entry, version
        self.session = ""
        self.cookie = ""
        self.headers: dict[str, str] = {}
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def site(self) -> SugarSoapSite:
        """The server's inside."""
        site = self.server.site("sugarsoap")
        assert isinstance(site, SugarSoapSite)
        return site

    def password(self, user: str) -> str:
        """Return what a login sends for a user of the house."""
        return hashlib.md5(self.server.keys[user].encode(), usedforsecurity=False).hexdigest()

    def raw(self, body: bytes, headers: dict[str, str] | None = None, verb: str = "POST", query: str = "") -> tuple[int, bytes]:  # fmt: skip
        """Send bytes; return status and body."""
        sent = {"Content-Type": TYPES[self.version]} if headers is None else dict(headers)
        if self.cookie:
            sent["Cookie"] = self.cookie
        self.connection.request(verb, self.entry + query, body, sent)
        reply = self.connection.getresponse()
        self.headers = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, reply.read()

    def envelope(self, operation: str, **parameters: Any) -> bytes:
        """Return a request; dicts become structs, lists arrays with their mark, None is left out."""
        inner = "".join(self._member(name, value) for name, value in parameters.items())
        return (
            f'<s:Envelope xmlns:s="{ENVELOPES[self.version]}" xmlns:enc="{ENCODINGS[self.version]}" xmlns:tns="{TNS}"'
            f' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><s:Body><tns:{operation}>{inner}</tns:{operation}></s:Body></s:Envelope>'
        ).encode()

    def _member(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, dict):
            return f"<{name}>{''.join(self._member(key, part) for key, part in value.items())}</{name}>"
        if isinstance(value, list):
            mark = (
                f'enc:arrayType="xsd:anyType[{len(value)}]"'
                if self.version == "1.1"
                else f'enc:arraySize="{len(value)}"'
            )
            return f"<{name} {mark}>{''.join(self._member('item', part) for part in value)}</{name}>"
        return f"<{name}>{escape(str(value))}</{name}>"

    def answer(self, operation: str, **parameters: Any) -> tuple[int, bytes]:
        """Send one operation as it stands; return status and body."""
        return self.raw(
            self.envelope(operation, **parameters),
            {"Content-Type": TYPES[self.version], "SOAPAction": f'"{TNS}/{operation}"'},
        )

    def ask(self, operation: str, **parameters: Any) -> Any:
        """Send one operation with the session; return the result.

        Raises:
            Fault: The server's.
        """
        status, body = self.answer(operation, **({"session": self.session} | parameters))
        assert status in (200, 500), (status, body[:300])
        return decoded(body)

    def fault(self, operation: str, **parameters: Any) -> Fault:
        """Send one operation that ends in a fault; return it."""
        try:
            result = self.ask(operation, **parameters)
        except Fault as fault:
            return fault
        raise AssertionError(result)

    def enter(self, user: str = "admin", password: str | None = None) -> Any:
        """Call login; return its result."""
        auth = {"user_name": user, "password": self.password(user) if password is None else password, "version": "1"}
        return self.ask("login", session=None, user_auth=auth, application_name="tests")

    def log_in(self, user: str = "admin") -> Self:
        """Keep a session, and the cookie that comes with it."""
        self.session = self.enter(user)["id"]
        self.cookie = self.headers.get("set-cookie", self.cookie).partition(";")[0]
        return self

    def listed(self, module: str, query: str = "", order_by: str = "", offset: int = 0, most: int = 1000, deleted: int = 0, fields: list[str] | None = None) -> Any:  # fmt: skip
        """Return get_entry_list's result."""
        return self.ask(
            "get_entry_list", module_name=module, query=query, order_by=order_by, offset=offset,
            select_fields=[] if fields is None else fields, max_results=most, deleted=deleted,
        )  # fmt: skip

    def rows(self, module: str, query: str = "", order_by: str = "", **more: Any) -> list[Row]:
        """Return rows as dicts."""
        return [values(entry) for entry in self.listed(module, query, order_by, **more)["entry_list"]]

    def save(self, module: str, **fields: str) -> str:
        """Call set_entry; return the id."""
        pairs = [{"name": name, "value": value} for name, value in fields.items()]
        key: str = self.ask("set_entry", module_name=module, name_value_list=pairs)["id"]
        return key

    def record(self, module: str, key: str) -> Row:
        """Return one record through the list, so as it is kept."""
        quoted = f"{module.upper()}.ID = '{key}'" if self.entry == SPLENDID else f"{module.lower()}.id = '{key}'"
        return self.rows(module, quoted)[0]


def values(entry: Any) -> Row:
    """Return an entry's names and values."""
    return {pair["name"]: pair["value"] for pair in entry["name_value_list"]}
