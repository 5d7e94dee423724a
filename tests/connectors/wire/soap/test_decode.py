# SPDX-License-Identifier: MIT
"""Replies of every shape become values."""

import pytest

from crmdesk.connectors.wire.soap import SoapVersion, decode
from crmdesk.domain.errors import MalformedReply
from tests.connectors.wire.soap.support import NAMES, envelope

MULTI_REF = """<t:get_listResponse><get_listResult href="#id1" /></t:get_listResponse>
<t:entries id="id1" xsi:type="t:entries"><count xsi:type="xsd:int">2</count><entries href="#id2" /></t:entries>
<soapenc:Array id="id2" soapenc:arrayType="t:entry[2]"><Item href="#id3" /><Item href="#id4" /></soapenc:Array>
<t:entry id="id3" xsi:type="t:entry"><id xsi:type="xsd:string">a</id><pairs href="#id5" /></t:entry>
<t:entry id="id4" xsi:type="t:entry"><id xsi:type="xsd:string">b</id><pairs href="#id6" /></t:entry>
<soapenc:Array id="id5" soapenc:arrayType="t:pair[1]"><Item href="#id7" /></soapenc:Array>
<soapenc:Array id="id6" soapenc:arrayType="t:pair[0]">
</soapenc:Array>
<t:pair id="id7" xsi:type="t:pair"><name xsi:type="xsd:string">city</name><value xsi:type="xsd:string">Köln</value></t:pair>"""

INLINE = """<t:get_listResponse><return xsi:type="t:entries"><count xsi:type="xsd:int">2</count>
<entries xsi:type="soapenc:Array" soapenc:arrayType="t:entry[2]">
<item xsi:type="t:entry"><id xsi:type="xsd:string">a</id><pairs xsi:type="soapenc:Array" soapenc:arrayType="t:pair[1]">
<item xsi:type="t:pair"><name>city</name><value>Köln</value></item></pairs></item>
<item xsi:type="t:entry"><id xsi:type="xsd:string">b</id><pairs xsi:type="soapenc:Array" soapenc:arrayType="t:pair[0]"/></item>
</entries></return></t:get_listResponse>"""

TWELVE = """<t:get_listResponse><rpc:result xmlns:rpc="http://www.w3.org/2003/05/soap-rpc">get_listResult</rpc:result>
<get_listResult enc12:id="id1" xsi:type="t:entries"><count>2</count>
<entries enc12:id="id2" enc12:itemType="t:entry" enc12:arraySize="2">
<Item enc12:id="id3"><id>a</id><pairs enc12:id="id4" enc12:itemType="t:pair" enc12:arraySize="1">
<Item enc12:id="id5"><name>city</name><value>Köln</value></Item></pairs></Item>
<Item><id>b</id><pairs enc12:itemType="t:pair" enc12:arraySize="0" /></Item></entries></get_listResult></t:get_listResponse>"""

WANTED = {
    "count": "2",
    "entries": [{"id": "a", "pairs": [{"name": "city", "value": "Köln"}]}, {"id": "b", "pairs": []}],
}


@pytest.mark.parametrize(
    ("inside", "version"),
    [(MULTI_REF, SoapVersion.V11), (INLINE, SoapVersion.V11), (TWELVE, SoapVersion.V12)],
    ids=["multi-ref", "inline", "1.2"],
)
def test_the_same_result_in_every_shape(inside: str, version: SoapVersion) -> None:
    found = decode(envelope(inside, version))
    assert found.result == WANTED
    assert (found.version, found.name, found.cleaned, found.fault) == (version, "get_listResponse", 0, None)
    assert len(found.outputs) == 1


def test_nil_is_none_and_empty_is_the_empty_text() -> None:
    found = decode(
        envelope('<t:r><a xsi:nil="true"/><b xsi:nil="1"></b><c/><d></d><e xsi:nil="false">f</e><g>  </g></t:r>')
    )
    assert found.outputs == {"a": None, "b": None, "c": "", "d": "", "e": "f", "g": "  "}


def test_a_nil_value_with_an_id_can_be_referred_to() -> None:
    found = decode(envelope('<t:r><a href="#1"/></t:r><x id="1" xsi:nil="true"/>'))
    assert found.outputs == {"a": None}


def test_texts_may_be_shared_by_reference() -> None:
    found = decode(envelope('<t:r><a href="#1"/><b href="#1"/></t:r><s id="1" xsi:type="xsd:string">same</s>'))
    assert found.outputs == {"a": "same", "b": "same"}


def test_a_reference_of_soap_1_2() -> None:
    found = decode(envelope('<t:r><a enc12:id="x"><n>1</n></a><b enc12:ref="x"/></t:r>', SoapVersion.V12))
    assert found.outputs == {"a": {"n": "1"}, "b": {"n": "1"}}


def test_values_that_stand_before_the_wrapper_are_no_wrapper() -> None:
    found = decode(envelope('<s1 id="1">text</s1><t:r><a href="#1"/></t:r>'))
    assert (found.name, found.outputs) == ("r", {"a": "text"})


def test_a_map_becomes_a_dict() -> None:
    item = "<item><key xsi:type='xsd:string'>{}</key><value xsi:type='xsd:string'>{}</value></item>"
    inside = f"<t:r><m xsi:type='apache:Map'>{item.format('a', '1')}{item.format('b', '')}</m><n xsi:type='apache:Map'/></t:r>"
    assert decode(envelope(inside)).outputs == {"m": {"a": "1", "b": ""}, "n": {}}


def test_a_type_called_map_of_somebody_else_is_a_group() -> None:
    assert decode(envelope("<t:r><m xsi:type='t:Map'><a>1</a></m></t:r>")).outputs == {"m": {"a": "1"}}


def test_members_that_repeat_are_a_list() -> None:
    assert decode(envelope("<t:r><row>1</row><x>2</x><row>3</row></t:r>")).outputs == {"row": ["1", "3"], "x": "2"}


def test_arrays_of_arrays() -> None:
    inner = '<item xsi:type="soapenc:Array" soapenc:arrayType="xsd:string[{}]">{}</item>'
    inside = f'<t:r><a soapenc:arrayType="xsd:string[][2]">{inner.format(1, "<i>x</i>")}{inner.format(0, "")}</a></t:r>'
    assert decode(envelope(inside)).outputs == {"a": [["x"], []]}


def test_headers_are_passed_over() -> None:
    body = envelope("<t:r><a>1</a></t:r>").replace(b"<s:Body>", b"<s:Header><x><y>1</y><y/></x><z/></s:Header><s:Body>")
    assert decode(body + b"<!-- after -->").outputs == {"a": "1"}


def test_comments_and_instructions_are_passed_over() -> None:
    assert decode(
        b"<?xml version='1.0'?><!-- x --><?pi y?>" + envelope("<t:r><!--c--><a>1<!--d-->2</a><?p q?></t:r>")
    ).outputs == {"a": "12"}


def test_an_empty_body_has_no_result() -> None:
    found = decode(envelope(""))
    assert (found.name, found.result, found.value) == ("", None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?>' + envelope("<t:r><a>Köln</a></t:r>").decode()
    assert decode(text.encode(encoding)).outputs == {"a": "Köln"}


def test_forbidden_characters_are_taken_out_and_counted() -> None:
    found = decode(envelope("<t:r><a>x&#xB;y&#11;z\x0c!&#0;&#xD800;&#xFFFE;\x00</a><b>&#13;&#x9;&#x1F600;</b></t:r>"))
    assert found.outputs == {"a": "xyz!", "b": "\r\t\U0001f600"}
    assert found.cleaned == 7


def test_what_looks_like_a_forbidden_reference_is_kept_where_it_is_none() -> None:
    found = decode(envelope("<t:r><a><![CDATA[&#xB;]]></a></t:r>"))
    assert (found.outputs, found.cleaned) == ({"a": "&#xB;"}, 0)


def test_bytes_that_are_no_utf_8_are_replaced_and_counted() -> None:
    found = decode(envelope("<t:r><a>K#ln, schön</a></t:r>").replace(b"#", b"\xf6"))
    assert (found.outputs, found.cleaned) == ({"a": "K\ufffdln, schön"}, 1)


def test_a_long_reply_is_the_same_in_pieces() -> None:
    """Many times the parser's piece, so that elements are open at every cut."""
    rows = [{"name": f"n{n}", "value": f"ä{n}" * 20} for n in range(20_000)]
    inside = "".join(f"<row><name>{row['name']}</name><value>{row['value']}</value></row>" for row in rows)
    body = envelope(f'<t:r><rows soapenc:arrayType="t:row[20000]">\n {inside}\n</rows><after>x</after></t:r>')
    assert len(body) > 1_000_000
    assert decode(body).outputs == {"rows": rows, "after": "x"}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", "XML"),
        (b"no xml", "XML"),
        (b"<html></html>", "Envelope"),
        (b"<Envelope><Body/></Envelope>", "Envelope"),
        (f'<s:Envelope xmlns:s="{SoapVersion.V11.value}" {NAMES}/>'.encode(), "Body"),
        (envelope("<t:r><a></t:r>"), "XML"),
        (envelope("<t:r><a></b></t:r>"), "XML"),
        (envelope("<t:r>")[:-30], "XML"),
        (envelope("<t:r/>") + b"<more/>", "XML"),
        (envelope("<t:r><a>&nope;</a></t:r>"), "XML"),
        (envelope('<t:r><a href="#nope"/></t:r>'), "reference"),
        (envelope('<t:r><a href="#1"/></t:r><x id="1">a</x><y id="1">b</y>'), "reference"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + envelope(""), "encoding"),
        (b'<?xml version="1.0" encoding="ibm037"?>' + envelope(""), "encoding"),
    ],
)
def test_what_cannot_be_read_says_where(body: bytes, where: str) -> None:
    with pytest.raises(MalformedReply) as caught:
        decode(body)
    assert caught.value.where == where
