# SPDX-License-Identifier: MIT
"""Brings the bytes of a reply into a form that may be parsed: UTF-8, no DTD; and takes out what XML does not allow."""

import codecs
import re

from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.sentence import sentence

_DAMAGED = sentence(
    "The server's answer is damaged or no SOAP at all. Try again; if it stays, show the details to your administrator."
)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z][\w.:-]{0,40})["'][^>]{0,100}\?>""")
_BYTES_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]{0,300}\?>")
_ANY_DECLARATION = re.compile(r"\s*<\?xml\s[^>]{0,300}\?>")
# Every other encoding could hide a DTD from the look at the prolog, or a bomb behind a converter.
_ENCODINGS = re.compile(
    r"utf-?8|us-ascii|ascii|iso-?8859-?\d{1,2}|latin-?1|(?:windows-?|cp)12\d\d|utf-?(?:16|32)-?(?:le|be)?"
)
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
MOST_ATTRIBUTES = 256
"""Of one element, namespaces counted as well. Real ones have ten; to read an element's attributes takes their number squared."""
_LONG_PIECE = re.compile(rb"<[^<]{%d,}" % (5 * MOST_ATTRIBUTES))  # the shortest attribute has five bytes
_FLOOD = re.compile(rb"""<[^\s<>!?/="']+(?:\s+[^\s<>/="']+\s*=\s*(?:"[^"]*"|'[^']*+')){%d}""" % (MOST_ATTRIBUTES + 1))
_CONTROLS = bytes(set(range(32)) - {9, 10, 13})
_REFERENCE = re.compile(rb"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")


def malformed(where: str, detail: str = "") -> MalformedReply:
    """The error for a reply that cannot be read; ``where`` names the place."""
    return MalformedReply(_DAMAGED, f"{where}: {detail}" if detail else where, where=where)


def to_utf8(body: bytes) -> bytes:
    """The body in UTF-8 without mark and, where it was converted, without its declaration.

    Raises:
        MalformedReply: an encoding that is not read here, or bytes that are not in it.
    """
    encoding = next((name for mark, name in _MARKS if body.startswith(mark)), "")
    declared = _DECLARATION.match(body)
    if not encoding and declared:
        encoding = declared[1].decode("ascii").lower()
    if not encoding or encoding.replace("_", "-") in ("utf-8", "utf8", "us-ascii", "ascii"):
        return body.removeprefix(codecs.BOM_UTF8)
    if not _ENCODINGS.fullmatch(encoding.replace("_", "-")):
        raise malformed("encoding", encoding)
    try:
        text = body.decode(encoding)
    except (UnicodeError, LookupError) as error:
        raise malformed("encoding", str(error)) from None
    return _ANY_DECLARATION.sub("", text.removeprefix("\ufeff"), count=1).encode("utf-8", errors="replace")


def without_declaration(body: bytes) -> bytes:
    """The body without its XML declaration."""
    found = _BYTES_DECLARATION.match(body)
    return body[found.end() :] if found else body


def refuse_doctype(body: bytes) -> None:
    """Look at what stands before the first element.

    Raises:
        MalformedReply: there is a DTD, so entities could be defined.
    """
    place = 0
    while skipped := _PROLOG.match(body, place):
        place = skipped.end()
    if body[place : place + 2] == b"<!":
        raise malformed("DTD", "document type declarations are not accepted")


def refuse_floods(body: bytes) -> None:
    """Look at the tags before anything is parsed: no attribute holds a ``<``, so a tag ends in front of the next one.

    Raises:
        MalformedReply: an element with too many attributes.
    """
    for piece in _LONG_PIECE.finditer(body):
        if body.count(b"=", *piece.span()) > MOST_ATTRIBUTES and _FLOOD.match(body, *piece.span()):
            raise malformed("size", f"an element with more than {MOST_ATTRIBUTES} attributes")


def cleaned(body: bytes) -> tuple[bytes, int]:
    """The body without the characters that XML forbids, raw or as references, and how many there were.

    Bytes that are no UTF-8 become U+FFFD and are counted as well.
    """
    count = 0

    def without(found: re.Match[bytes]) -> bytes:
        nonlocal count
        number = int(found[1], 16) if found[1] is not None else int(found[2])
        if (
            number in (9, 10, 13)
            or 0x20 <= number <= 0xD7FF
            or 0xE000 <= number <= 0xFFFD
            or 0x10000 <= number <= 0x10FFFF
        ):
            return found[0]
        count += 1
        return b""

    kept = body.translate(None, _CONTROLS)
    count += len(body) - len(kept)
    if b"&#" in kept:
        kept = _REFERENCE.sub(without, kept)
    try:
        kept.decode("utf-8")
    except UnicodeDecodeError:
        text = kept.decode("utf-8", errors="replace")
        count += text.count("\ufffd") - kept.count(b"\xef\xbf\xbd")
        kept = text.encode("utf-8")
    for character in _NO_CHARACTERS:
        count += kept.count(character)
        kept = kept.replace(character, b"")
    return kept, count
