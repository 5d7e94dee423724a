# SPDX-License-Identifier: MIT
"""How quickly SOAP replies are decoded, beside the WSDL library's own way; how quickly a service opens; hostile replies."""

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crmdesk.connectors.wire.soap import SoapVersion
from crmdesk.connectors.wire.soap.cache import Kept, write_kept
from tests.bench.children import Children
from tests.bench.table import Line, at_most, spread, told
from tests.connectors.wire.soap.hostile import HOSTILE
from tests.connectors.wire.soap.support import HERE, envelope

_ROWS, _FIELDS = 1_000, 53
_DECODE_S, _DECODE_MB = 1.5, 150
_HOSTILE_S, _HOSTILE_MB = 2.0, 200
_OPEN_S = 0.5
_TIMES_FASTER = {SoapVersion.V11: 40, SoapVersion.V12: 10}
_NAMES = {SoapVersion.V11: "multi-ref 1.1", SoapVersion.V12: "1.2 inline"}


def figures(made: Children, slice_rows: int, rounds: int) -> Iterator[Line]:
    """Every figure. Of 1.1 zeep reads ``slice_rows`` rows; its time is multiplied, which favours it where they are few."""
    for version in SoapVersion:
        yield from _decoding(made, version, slice_rows if version is SoapVersion.V11 else _ROWS, rounds)
    yield from _opening(made, rounds)
    yield from _hostile(made)


def _decoding(made: Children, version: SoapVersion, slice_rows: int, rounds: int) -> Iterator[Line]:
    write = multi_ref if version is SoapVersion.V11 else inline
    whole, part = (
        _file(made, f"{version.name}-whole", write(_ROWS)),
        _file(made, f"{version.name}-part", write(slice_rows)),
    )
    ours = [made.run("soap_child", "decode", whole) for _ in range(rounds)]
    wsdl = str(HERE / "wsdl" / "encoded.wsdl")
    zeep = made.run("soap_child", "zeep", part, wsdl, "get_list", version.name)
    again = made.run("soap_child", "decode", whole)
    if (again["rows"], zeep["rows"]) != (_ROWS, slice_rows):
        raise RuntimeError(f"{again['rows']} and {zeep['rows']} rows were read")
    seconds = [one for child in (*ours, again) for one in child["seconds"]]
    what = f"SOAP {_NAMES[version]}, {_ROWS:,} x {_FIELDS}, {again['bytes'] / 1e6:.1f} MB"
    note = spread([one * 1000 for one in seconds])
    if version is SoapVersion.V11:
        yield at_most(f"{what}: decode", statistics.median(seconds), _DECODE_S, "s", f"processor time, {note}")
    else:
        yield told(f"{what}: decode", note)
    most = max(child["mb"] for child in (*ours, again))
    yield at_most(f"{what}: memory while decoding", most, _DECODE_MB, "MB", "three replies, one after the other")
    scaled = zeep["seconds"][0] * _ROWS / slice_rows
    ratio, bound = scaled / statistics.median(seconds), _TIMES_FASTER[version]
    seen = f"{ratio:.1f} x   zeep {zeep['seconds'][0]:.1f} s for {slice_rows:,} rows"
    if slice_rows < _ROWS:
        seen += f", so at least {scaled:.1f} s for {_ROWS:,}"
    yield Line(f"{what}: faster than zeep", f"≥ {bound} x", seen, ratio >= bound)


def _opening(made: Children, rounds: int) -> Iterator[Line]:
    folder = made.folder / "wsdls"
    body = (HERE / "wsdl" / "encoded.wsdl").read_bytes().replace(_END_OF_TYPES, _padding() + _END_OF_TYPES)
    kept = Kept(address="https://bench.example/soap", fetched_at=datetime.now(UTC), body=body)
    write_kept(str(folder), "https://bench.example/soap", {"wsdl": ""}, kept)
    said = [made.run("soap_child", "open", str(folder), "get_list") for _ in range(rounds + 1)][1:]
    seconds = [child["seconds"][0] for child in said]
    note = f"{spread([one * 1000 for one in seconds])}, {len(body) / 1000:.0f} kB; imports, types and a first request included"
    figure = "opening a service, WSDL on disk, nothing imported"
    yield at_most(figure, statistics.median(seconds), _OPEN_S, "s", note)


_END_OF_TYPES = b"</s:schema>"


def _padding() -> bytes:
    """Types up to the size of a real WSDL (143 kB)."""
    members = "".join(f'<s:element name="member_{n}" type="s:string" />' for n in range(20))
    kinds = (f'<s:complexType name="more_{n}"><s:sequence>{members}</s:sequence></s:complexType>' for n in range(130))
    return "".join(kinds).encode()


def _hostile(made: Children) -> Iterator[Line]:
    """The slowest and the largest of all; each in a process of its own."""
    said: dict[str, dict[str, Any]] = {name: made.run("soap_child", "hostile", name) for name in HOSTILE}
    slowest = max(said, key=lambda name: said[name]["seconds"][0])
    largest = max(said, key=lambda name: said[name]["mb"])
    figure = f"{len(said)} hostile SOAP replies"
    yield at_most(f"{figure}: slowest", said[slowest]["seconds"][0], _HOSTILE_S, "s", slowest)
    yield at_most(f"{figure}: most memory", said[largest]["mb"], _HOSTILE_MB, "MB", largest)


def _file(made: Children, name: str, body: bytes) -> str:
    place = Path(made.folder) / f"{name}.xml"
    place.write_bytes(body)
    return str(place)


def _pair(row: int, place: int) -> str:
    return (
        f'<name xsi:type="xsd:string">field_name_{place}</name>'
        f'<value xsi:type="xsd:string">value {place} of row {row}</value>'
    )


def multi_ref(rows: int) -> bytes:
    """As the .NET family writes it: every entry, list and pair stands by itself in the body."""
    parts = [
        '<t:get_listResponse><get_listResult href="#id1" /></t:get_listResponse><t:entries id="id1" xsi:type="t:entries">'
        f'<count xsi:type="xsd:int">{rows}</count><entries href="#id2" /></t:entries>'
        f'<soapenc:Array id="id2" soapenc:arrayType="t:entry[{rows}]">',
        *(f'<Item href="#e{row}" />' for row in range(rows)),
        "</soapenc:Array>",
    ]
    for row in range(rows):
        parts.append(f'<t:entry id="e{row}" xsi:type="t:entry"><id xsi:type="xsd:string">{row:036}</id>')
        parts.append(f'<pairs href="#l{row}" /></t:entry>')
    for row in range(rows):
        items = "".join(f'<Item href="#p{row}-{place}" />' for place in range(_FIELDS))
        parts.append(f'<soapenc:Array id="l{row}" soapenc:arrayType="t:pair[{_FIELDS}]">{items}</soapenc:Array>')
    for row in range(rows):
        for place in range(_FIELDS):
            parts.append(f'<t:pair id="p{row}-{place}" xsi:type="t:pair">{_pair(row, place)}</t:pair>')
    return envelope("".join(parts))


def inline(rows: int) -> bytes:
    """As the same family writes SOAP 1.2."""
    parts = [
        '<t:get_listResponse><rpc:result xmlns:rpc="http://www.w3.org/2003/05/soap-rpc">get_listResult</rpc:result>'
        f'<get_listResult enc12:id="id1"><count>{rows}</count>'
        f'<entries enc12:id="id2" enc12:itemType="t:entry" enc12:arraySize="{rows}">'
    ]
    for row in range(rows):
        parts.append(f'<Item enc12:id="e{row}"><id>{row:036}</id>')
        parts.append(f'<pairs enc12:id="l{row}" enc12:itemType="t:pair" enc12:arraySize="{_FIELDS}">')
        parts += [f'<Item enc12:id="p{row}-{place}">{_pair(row, place)}</Item>' for place in range(_FIELDS)]
        parts.append("</pairs></Item>")
    parts.append("</entries></get_listResult></t:get_listResponse>")
    return envelope("".join(parts), SoapVersion.V12)
