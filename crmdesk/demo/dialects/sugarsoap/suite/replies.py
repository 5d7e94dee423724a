# SPDX-License-Identifier: MIT
"""Writes replies as NuSOAP does: inline, the result called `return`, faults with all four parts.

Shapes: wire/suitecrm (SuiteCRM 7.14.6, November 2026).
"""

import html
import re

from crmdesk.demo.dialect import Reply
from crmdesk.demo.dialects.sugarsoap.contract import NAMESPACE
from crmdesk.demo.dialects.sugarsoap.values import Many, Struct, Value

_PHP = {
    "X-Powered-By": "PHP/8.2.36",
    "Expires": "Thu, 19 Nov 1981 08:52:00 GMT",
    "Cache-Control": "no-store, no-cache, must-revalidate",
    "Pragma": "no-cache",
}
_NUSOAP = {**_PHP, "X-SOAP-Server": "NuSOAP/0.9.5 (58622)"}
_XML = "text/xml; charset=UTF-8"
_SCHEMAS = (
    'xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"',
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"',
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    'xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"',
)
_STYLE = 'SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope {_STYLE} {" ".join(_SCHEMAS)} xmlns:tns="{NAMESPACE}"><SOAP-ENV:Body>'  # fmt: skip
_FAULT_HEAD = '<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope ' + "\n  ".join((_STYLE, *_SCHEMAS)) + ">\n<SOAP-ENV:Body>"  # fmt: skip
_TAIL = "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class Died(Exception):
    """PHP ended in the middle: HTTP 500 with this text, which may be empty."""


def _escaped(text: str) -> str:
    return _CONTROL.sub("", html.escape(text, quote=True).replace("&#x27;", "&#039;"))


def _write(out: list[str], tag: str, value: Value) -> None:
    if isinstance(value, Struct):
        out.append(f'<{tag} xsi:type="tns:{value.type}">')
        for name, part in value.members:
            _write(out, name, part)
        out.append(f"</{tag}>")
    elif isinstance(value, Many):
        kind = f"xsd:{value.type}" if value.type in ("string", "int") else f"tns:{value.type}"
        out.append(f'<{tag} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="{kind}[{len(value.items)}]">')
        for item in value.items:
            _write(out, "item", item)
        out.append(f"</{tag}>")
    elif isinstance(value, int):
        out.append(f'<{tag} xsi:type="xsd:int">{value}</{tag}>')
    elif value is None:
        out.append(f'<{tag} xsi:nil="true" xsi:type="xsd:string"/>')
    else:
        out.append(f'<{tag} xsi:type="xsd:string">{_escaped(value)}</{tag}>')


def reply(operation: str, namespace: str, result: Value, cookie: str = "") -> Reply:
    """Return the HTTP answer; `cookie` is the PHP session's name, "" where none is set."""
    out = [_HEAD, f'<ns1:{operation}Response xmlns:ns1="{namespace}">']
    _write(out, "return", result)
    out.append(f"</ns1:{operation}Response>{_TAIL}")
    headers = _NUSOAP | ({"Set-Cookie": f"PHPSESSID={cookie}; path=/"} if cookie else {})
    return Reply(200, "".join(out).encode(), _XML, headers)


def fault(text: str) -> Reply:
    """Return HTTP 500 with a fault that blames the client."""
    parts = "".join(
        f'<{name} xsi:type="xsd:string">{value}</{name}>'
        for name, value in (("faultcode", "SOAP-ENV:Client"), ("faultactor", ""), ("faultstring", _escaped(text)), ("detail", ""))
    )  # fmt: skip
    return Reply(500, f"{_FAULT_HEAD}<SOAP-ENV:Fault>{parts}</SOAP-ENV:Fault>{_TAIL}".encode(), _XML, _NUSOAP)


def died(text: str) -> Reply:
    """Return HTTP 500 with plain text, or with nothing at all."""
    return Reply(500, text.encode(), "text/html; charset=UTF-8", _PHP)


def sent_elsewhere(location: str) -> Reply:
    """Return the redirect to a web page that a login with the plain password ends in."""
    return Reply(302, b"", "text/html; charset=UTF-8", {**_PHP, "Location": location})
