# SPDX-License-Identifier: MIT
"""A SOAP fault as an error of ours: the sentence that says something, and the stack trace in the details only."""

import re
from typing import TYPE_CHECKING

from crmdesk.domain.errors import ServerFault
from crmdesk.domain.sentence import sentence

if TYPE_CHECKING:
    from crmdesk.connectors.wire.soap.decode import Decoded

_LONGEST_TEXT = 500
_LONGEST_DETAIL = 4000
_CHAIN = "--->"
_CLASS = re.compile(r"\s*[A-Za-z_][\w.+`]*(?:Exception|Error|Fault)?(?:\s*\(0x[0-9A-Fa-f]+\))?:\s+")
_TRACE = re.compile(r"\s*(?:\r?\n\s*(?:at |--- |in ).*|\s---\s*End of inner exception.*)", re.DOTALL)


class SoapFault(ServerFault):
    """The server answered with a fault.

    Attributes:
        code: the local part of the faultcode ("Server", "Client", "10"); of SOAP 1.2 the Code's Value.
        subcode: of SOAP 1.2 the innermost Subcode's local part, else "".
        text: the useful sentence; ``detail`` holds the whole text with its stack trace.
        is_ours: the server says that the request, not the server, was wrong ("Client" or "Sender").
    """

    def __init__(self, code: str, whole_text: str, more: str = "", *, subcode: str = "") -> None:
        text = useful_part(whole_text)
        said = "\n".join(part for part in (whole_text.strip(), more.strip()) if part)
        detail = f"{code}: {said}"[:_LONGEST_DETAIL]
        super().__init__(
            sentence("The server refused: {given}", given=text or sentence("no reason given")),
            detail,
            code=code,
            text=text,
        )
        self.subcode = subcode

    @property
    def is_ours(self) -> bool:
        """The server blames the request."""
        return self.code.partition(".")[0] in ("Client", "Sender")


def useful_part(whole_text: str) -> str:
    """What of a fault's text a person can use.

    A chain of exceptions is written ``A.B: outer ---> C.D: inner`` with the trace on the lines below (the .NET family,
    seen on an ASP.NET stack): the part behind the last ``---> X: `` up to the line's end. Any other text is kept.
    """
    text = whole_text.strip()
    if _CHAIN in text:
        last = next((part.strip() for part in reversed(text.split(_CHAIN)) if part.strip()), "")
        named = _CLASS.match(last)
        text = last[named.end() :] if named else last
        text = text.partition("\n")[0]
    elif _TRACE.search(text):
        named = _CLASS.match(text)
        text = _TRACE.sub("", text[named.end() :] if named else text)
    return " ".join(text.split())[:_LONGEST_TEXT]


def to_fault(value: "Decoded") -> SoapFault:
    """A decoded ``Fault`` element of either version."""
    told = value if isinstance(value, dict) else {}
    if "Code" in told or "Reason" in told:
        return _fault_12(told)
    code = _local(flat(told.get("faultcode")))
    return SoapFault(code, flat(told.get("faultstring")), flat(told.get("detail")))


def flat(value: "Decoded") -> str:
    """Every text inside a value, one a line."""
    if isinstance(value, str):
        return value.strip()
    inside = value.values() if isinstance(value, dict) else value or ()
    return "\n".join(text for one in inside if (text := flat(one)))


def _fault_12(told: "dict[str, Decoded]") -> SoapFault:
    code = told.get("Code")
    values: list[str] = []
    while isinstance(code, dict):
        values.append(_local(flat(code.get("Value"))))
        code = code.get("Subcode")
    reason = told.get("Reason")
    texts = reason.get("Text") if isinstance(reason, dict) else reason
    text = flat(texts[0]) if isinstance(texts, list) and texts else flat(texts)
    subcode = values[-1] if len(values) > 1 else ""
    return SoapFault(values[0] if values else "", text, flat(told.get("Detail")), subcode=subcode)


def _local(code: str) -> str:
    """The part behind the prefix."""
    return code.strip().rpartition(":")[2]
