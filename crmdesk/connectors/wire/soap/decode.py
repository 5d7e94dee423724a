# SPDX-License-Identifier: MIT
"""Reads a SOAP reply in one pass: 1.1 with its references, 1.1 inline, 1.2. Everything in it may be hostile.

bytes ── UTF-8, no DTD ── parser, piece by piece ── finished elements become values and leave the tree ── references

Tried and left, November 2026: expat with handlers (a tenth quicker for 1.2, slower for references), ElementTree (as quick,
more memory). Figures: tests/bench/soap.py.
"""

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from lxml import etree

from crmdesk.connectors.wire.soap.clean import (
    cleaned,
    malformed,
    refuse_doctype,
    refuse_floods,
    to_utf8,
    without_declaration,
)
from crmdesk.connectors.wire.soap.fault import SoapFault, to_fault
from crmdesk.connectors.wire.soap.names import APACHE, ENCODING_11, ENCODING_12, RPC_12, XSI, SoapVersion
from crmdesk.connectors.wire.soap.references import References

Decoded = Union[None, str, list["Decoded"], dict[str, "Decoded"]]  # noqa: UP007  # it names itself
"""nil is None, an empty element "", an array a list, a group and a map a dict; texts stay texts.

A value that the reply refers to twice is there once: do not change what ``decode`` gives.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a reply may be at most.

    Attributes:
        body_bytes: its length. tags: how many ``<`` it holds; 1,000 records of 53 fields have 380,000. names: different
            names of elements. depth: elements inside each other, references followed.
        values: what it would hold if every reference were a copy.
        prefixes: namespaces in scope, summed over the maps: each looks at all of them.
    """

    body_bytes: int = 32 * 1024 * 1024
    tags: int = 600_000
    names: int = 20_000
    depth: int = 100
    values: int = 3_000_000
    prefixes: int = 3_000_000


DEFAULT = Limits()

_Element = Any
"""The stubs allow bytes and QNames for what is always text here."""
_CHUNK_BYTES = 16 * 1024
"""Pieces of 256 KB and more take the parser three times as long."""
_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_ID_12, _REF_12 = f"{{{ENCODING_12}}}id", f"{{{ENCODING_12}}}ref"
_ARRAY_MARKS = frozenset({f"{{{ENCODING_11}}}arrayType", f"{{{ENCODING_12}}}arraySize", f"{{{ENCODING_12}}}itemType"})
_ARRAY_TAGS = frozenset({f"{{{ENCODING_11}}}Array", f"{{{ENCODING_12}}}Array"})
_RPC_RESULT = f"{{{RPC_12}}}result"
_ENVELOPES = {f"{{{version.value}}}Envelope": version for version in SoapVersion}


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A decoded reply.

    Attributes:
        name: the local name of what stands in the body ("loginResponse", "Fault"); "" = the body is empty.
        outputs: its members in order. value: the same as one value, for a document whose body is a list or a text.
        result_name: which output SOAP 1.2 names as the result, "" = none.
        cleaned: how many characters were taken out because XML forbids them.
        fault: the fault, if it is one.
    """

    version: SoapVersion
    name: str
    outputs: Mapping[str, Decoded] = field(default_factory=dict)
    value: Decoded = None
    result_name: str = ""
    cleaned: int = 0
    fault: SoapFault | None = None

    @property
    def result(self) -> Decoded:
        """The output that is the result: the one that is named as such, else the first; None = there is none."""
        if self.result_name in self.outputs:
            return self.outputs[self.result_name]
        return next(iter(self.outputs.values()), None)


def decode(body: bytes, *, limits: Limits = DEFAULT) -> Envelope:
    """Decode a reply.

    Raises:
        MalformedReply: no SOAP, damaged, beyond a limit, a DTD, a reference that leads nowhere or to itself. ``where``
            tells which ("XML", "Envelope", "Body", "DTD", "encoding", "size", "depth", "reference").
    """
    if len(body) > limits.body_bytes:
        raise malformed("size", f"{len(body)} bytes")
    text = to_utf8(body)
    refuse_doctype(text)
    if text.count(b"<") > limits.tags:
        raise malformed("size", f"more than {limits.tags} tags")
    # Nothing circular is made here, and looking for it at every 700th of 100,000 groups costs a fifth of the time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _decoded(text, limits)
    finally:
        if was_collecting:
            gc.enable()


def _decoded(text: bytes, limits: Limits) -> Envelope:
    """Decode what is there; where that fails, what is left without the characters that XML forbids."""
    try:
        return _Reader(limits).read(text, 0)
    except etree.XMLSyntaxError as error:
        text, count = cleaned(text)
        if not count:
            raise malformed("XML", str(error)[:200]) from None
    try:
        return _Reader(limits).read(text, count)
    except etree.XMLSyntaxError as error:
        raise malformed("XML", str(error)[:200]) from None


class _Reader:
    """Turns elements into values while they come; only the elements that are still open stay in the tree."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._names: dict[str, str] = {_RPC_RESULT: _RPC_RESULT}
        self._begun: dict[_Element, tuple[list[str], list[Decoded]]] = {}
        self._references = References(limits.depth, limits.values)
        self._has_references = True
        self._version = SoapVersion.V11
        self._id, self._ref = "id", "href"
        self._body: _Element | None = None
        self._entry: tuple[str, Decoded] | None = None
        self._entry_has_identity = False
        self._prefixes = 0

    def read(self, body: bytes, count: int) -> Envelope:
        """Parse and convert UTF-8; ``count`` characters were taken out before.

        Raises:
            etree.XMLSyntaxError, MalformedReply.
        """
        body = without_declaration(body)
        refuse_floods(body)
        self._has_references = b"ref" in body  # href, or ref of SOAP 1.2
        # To be called back for every element costs a fifth of the time; an instruction put in front leads to the root.
        is_plain = b"<?" not in body
        parser: _Element = etree.XMLPullParser(
            events=("pi",) if is_plain else ("start",),
            tag=None if is_plain else list(_ENVELOPES),
            encoding="utf-8",
            remove_comments=True,
            remove_pis=not is_plain,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,  # the limits here are narrower than the parser's
        )
        parser.feed(b"<?begin here?>" if is_plain else b"")
        found, root = parser.read_events(), None
        begin = next(found)[1] if is_plain else None
        for place in range(0, len(body), _CHUNK_BYTES):
            parser.feed(body[place : place + _CHUNK_BYTES])
            if root is None:
                root = begin.getnext() if begin is not None else next((element for _, element in found), None)
                self._begin(root)
            if root is not None:
                self._take(root)
        whole = parser.close()
        if root is None or whole is not root:
            raise malformed("Envelope", whole.tag[:200])
        if root.getroottree().docinfo.doctype:
            raise malformed("DTD")
        if self._body is None:
            raise malformed("Body")
        self._convert(self._body, len(self._body))
        return self._envelope(count)

    def _begin(self, root: _Element | None) -> None:
        """Note what the envelope's version calls ids."""
        if root is not None:
            version = _ENVELOPES.get(root.tag)
            if version is None:
                raise malformed("Envelope", root.tag[:200])
            if version is SoapVersion.V12:
                self._version, self._id, self._ref = version, _ID_12, _REF_12

    def _take(self, root: _Element) -> None:
        """Convert what is complete: all but the last child on every level of the branch that is still open."""
        if self._body is None:
            self._body = root.find(f"{{{self._version.value}}}Body")
        body = self._body
        if body is None or root[-1] is not body:
            self._drop(root, body)
            return
        if len(body) > 1:
            self._convert(body, len(body) - 1)
        depth, node = 1, body[-1] if len(body) else body
        while len(node):
            if depth > self._limits.depth:
                raise malformed("depth")
            if len(node) > 1:
                begun = self._begun.setdefault(node, ([], []))
                self._add(begun[0], begun[1], node[:-1], depth)
                del node[:-1]
            depth, node = depth + 1, node[-1]

    def _drop(self, root: _Element, kept: _Element | None) -> None:
        """Take away what is complete outside the body: nobody reads headers."""
        for child in root[:-1]:
            if child is not kept:
                root.remove(child)
        node, depth = root, 0
        while len(node):
            node, depth = node[-1], depth + 1
            if depth > self._limits.depth:
                raise malformed("depth")
            del node[:-1]

    def _convert(self, body: _Element, count: int) -> None:
        """Convert the body's first children; the entry is the first without an id, else the first."""
        for child in body[:count]:
            found = self._value(child, 1)
            if self._entry is None or self._entry_has_identity:
                has_identity = child.get(self._id) is not None
                if self._entry is None or not has_identity:
                    self._entry, self._entry_has_identity = (self._name(child.tag), found), has_identity
        del body[:count]

    def _name(self, tag: str) -> str:
        if len(self._names) > self._limits.names:
            raise malformed("size", f"more than {self._limits.names} names")
        return self._names.setdefault(tag, tag.rpartition("}")[2])

    def _value(self, element: _Element, depth: int) -> Decoded:
        """An element as a value; one with an id is remembered."""
        identity, is_array, is_map, is_nil = None, element.tag in _ARRAY_TAGS, False, False
        for key, told in element.items():
            if key == _TYPE:
                if told.endswith(":Array"):
                    is_array = True
                elif told.endswith(":Map"):
                    is_map = self._names_map(element, told[:-4])
            elif key == self._id:
                identity = told
            elif key == self._ref and (told.startswith("#") or self._ref is _REF_12):
                return self._references.reference(told.removeprefix("#"))
            elif key in _ARRAY_MARKS:
                is_array = True
            elif key == _NIL:
                is_nil = told.strip() in ("true", "1")
        found: Decoded
        if is_nil:
            found = None
        elif len(element):
            if depth >= self._limits.depth:
                raise malformed("depth")
            names, values = self._begun.pop(element) if element in self._begun else ([], [])
            is_flat = self._add(names, values, element, depth + 1)
            found = values if is_array else _map(values) if is_map else _group(names, values)
            if is_flat and self._has_references:
                self._references.measured(found, len(values))
        else:
            text = element.text or ""
            is_empty = not text or text.isspace()
            found = [] if is_array and is_empty else {} if is_map and is_empty else text
        if identity is not None and self._has_references:
            self._references.remember(identity, found)
        return found

    def _names_map(self, element: _Element, prefix: str) -> bool:
        """Whether the prefix stands for the namespace of maps."""
        in_scope = element.nsmap
        self._prefixes += len(in_scope)
        if self._prefixes > self._limits.prefixes:
            raise malformed("size", "too many namespaces")
        return bool(in_scope.get(prefix) == APACHE)

    def _add(self, names: list[str], values: list[Decoded], children: Iterable[_Element], depth: int) -> bool:
        """Add children as names and values, in order; whether there are plain texts and nothing else."""
        known, identity, is_flat = self._names, self._id, not values
        has_no_references, is_11, refer = not self._has_references, identity == "id", self._references.reference
        for child in children:
            tag = child.tag
            names.append(known.get(tag) or self._name(tag))
            text = child.text
            # The short way for what most of a reply is: a text without an id. It saves a third of the whole time.
            if text and not len(child) and not text.isspace() and (has_no_references or child.get(identity) is None):
                values.append(text)
            else:
                is_flat = False
                # As short for the other half of a 1.1 reply: a reference and nothing else.
                told = child.get("href") if text is None and is_11 else None
                if told is not None and told[0:1] == "#" and not len(child):
                    values.append(refer(told[1:]))
                else:
                    values.append(self._value(child, depth))
        return is_flat

    def _envelope(self, count: int) -> Envelope:
        name, found = self._entry or ("", None)
        value = self._references.resolved(found)
        outputs = dict(value) if isinstance(value, dict) else {}
        named = outputs.pop(_RPC_RESULT, None)
        return Envelope(
            version=self._version,
            name=name,
            outputs=outputs,
            value=value,
            result_name=named.rpartition(":")[2].strip() if isinstance(named, str) else "",
            cleaned=count,
            fault=to_fault(value) if name == "Fault" else None,
        )


def _group(names: list[str], values: list[Decoded]) -> Decoded:
    """Names and values as a dict; a name that comes several times holds a list."""
    group = dict(zip(names, values, strict=True))
    if len(group) == len(values):
        return group
    lists: dict[str, list[Decoded]] = {}
    for name, value in zip(names, values, strict=True):
        lists.setdefault(name, []).append(value)
    return {name: many[0] if len(many) == 1 else many for name, many in lists.items()}


def _map(items: list[Decoded]) -> Decoded:
    """``<item><key/><value/></item>`` as a dict; kept as the list it is where a key is no text."""
    found: dict[str, Decoded] = {}
    for one in items:
        key = one.get("key") if isinstance(one, dict) else None
        if type(key) is not str or not isinstance(one, dict):
            return items
        found[key] = one.get("value")
    return found
