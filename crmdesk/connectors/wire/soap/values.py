# SPDX-License-Identifier: MIT
"""PURE: one Python value as the text that a WSDL's type wants; what does not fit is refused with its name."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from crmdesk.connectors.wire.text import to_bool, to_decimal
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import joined, sentence

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,30}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*")


def refused(path: str, why: str) -> Invalid:
    """The error for one argument; ``path`` is its name, with those of the groups around it."""
    return Invalid(joined(f"{path}:", why), per_field={FieldName(path): why})


def scalar(value: object, kind: str, path: str, *, builtin: str = "string", choices: tuple[str, ...] = ()) -> str:
    """The text of a value that is neither a group nor a list.

    Args:
        kind: as of ``SoapPart``. builtin: which XML Schema type a binary is made of.

    Raises:
        Invalid: it cannot be written so.
    """
    if kind == "binary":
        return _binary(value, path, is_hex=builtin == "HexBinary")
    if not isinstance(value, (str, int, Decimal, date)):
        raise refused(path, sentence("this takes one value, not {named}.", named=_named(value)))
    text = _WRITERS.get(kind, _text)(value, path)
    if choices and text not in choices:
        raise refused(
            path,
            sentence(
                "“{given}” is none of the values allowed: {choices}.", given=text, choices=", ".join(choices[:20])
            ),
        )
    return text


def _named(value: object) -> str:
    if isinstance(value, Mapping):
        return sentence("a group")
    if isinstance(value, (list, tuple)):
        return sentence("a list")
    return sentence("a value of the type {type}", type=type(value).__name__)


def _text(value: object, path: str) -> str:
    if isinstance(value, str):
        if _FORBIDDEN.search(value):
            raise refused(path, sentence("this holds a control character, which cannot be sent. Take it out."))
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _boolean(value: object, path: str) -> str:
    known = to_bool(value) if not isinstance(value, bool) else value
    if known is None:
        raise refused(path, sentence("this is neither true nor false."))
    return "true" if known else "false"


def _integer(value: object, path: str) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    text = _text(value, path).strip()
    if isinstance(value, Decimal) and value.is_finite() and value == value.to_integral_value():
        text = str(int(value))
    if not _INTEGER.fullmatch(text):
        raise refused(path, sentence("this is not a whole number."))
    return text


def _decimal(value: object, path: str) -> str:
    known = to_decimal(value) if not isinstance(value, date) else None
    if known is None:
        raise refused(path, sentence("this is not a number."))
    return format(known, "f")


def _date(value: object, path: str) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    try:
        return (value if isinstance(value, date) else date.fromisoformat(_text(value, path).strip())).isoformat()
    except ValueError:
        raise refused(path, sentence("this is not a date. Write it like 2026-11-30.")) from None


def _datetime(value: object, path: str) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat() + "T00:00:00"
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value, path).strip())
    except ValueError:
        raise refused(path, sentence("this is not a date with a time. Write it like 2026-11-30 14:05:00.")) from None
    text = moment.isoformat()
    return text.removesuffix("+00:00") + "Z" if moment.tzinfo is UTC else text


def _binary(value: object, path: str, *, is_hex: bool) -> str:
    if isinstance(value, str) and (is_hex or _BASE64.fullmatch(value)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return value.hex().upper() if is_hex else base64.b64encode(value).decode("ascii")
    raise refused(path, sentence("this takes bytes, or their base64 text."))


_WRITERS: Mapping[str, Callable[[object, str], str]] = {
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "datetime": _datetime,
}
