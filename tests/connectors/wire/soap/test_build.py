# SPDX-License-Identifier: MIT
"""Requests: every array carries its mark, every value its type; what does not fit is refused with its name."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from crmdesk.connectors.wire.soap import SoapService, SoapVersion, Wsdl, decode
from crmdesk.connectors.wire.soap.names import APACHE, ENCODING_11, ENCODING_12, XSD, XSI
from crmdesk.domain.errors import Invalid, ProfileError
from tests.connectors.wire.soap.support import ADDRESS, FakeHttp, exchanges, service, unmarked_arrays

ARRAY_TYPE, TYPE = f"{{{ENCODING_11}}}arrayType", f"{{{XSI}}}type"
LISTS = {"session": "s", "lists": [[{"name": "a", "value": "1"}, {"name": "b", "value": None}], []]}
ORDER = {"session": {"sessionID": "k"}, "order": {"subject": "x", "rows": [{"productid": "7", "qty": Decimal("2.5")}]}}


def built(name: str, operation: str, arguments: Mapping[str, object], version: SoapVersion = SoapVersion.V11) -> Any:
    raw = service(name, version=version).build(operation, arguments)
    assert unmarked_arrays(raw) == []
    return etree.fromstring(raw)


def at(root: Any, *names: str) -> Any:
    node = root[0][0]
    for name in names:
        node = next(child for child in node if etree.QName(child).localname == name)
    return node


def test_arrays_of_arrays() -> None:
    lists = at(built("encoded", "set_many", LISTS), "lists")
    assert (lists.get(ARRAY_TYPE), lists.get(TYPE)) == ("tns:pair[][2]", "soapenc:Array")
    assert [one.get(ARRAY_TYPE) for one in lists] == ["tns:pair[2]", "tns:pair[0]"]
    assert [one.get(TYPE) for one in lists[0]] == ["tns:pair", "tns:pair"]
    assert lists[0][1][1].get(f"{{{XSI}}}nil") == "true"
    assert lists.nsmap["tns"] == "urn:example:desk"
    assert lists.nsmap["soapenc"] == ENCODING_11


def test_arrays_of_named_arrays() -> None:
    many = at(built("manager", "setMany", {"session": {"sessionID": "k"}, "many": [[{"productid": "1"}]]}), "many")
    assert many.get(ARRAY_TYPE) == "tns:RowArray[1]"
    assert many[0].get(ARRAY_TYPE) == "tns:Row[1]"


def test_soap_1_2_marks_arrays_otherwise() -> None:
    root = built("encoded", "set_many", LISTS, SoapVersion.V12)
    lists, item, size = at(root, "lists"), f"{{{ENCODING_12}}}itemType", f"{{{ENCODING_12}}}arraySize"
    assert (lists.get(item), lists.get(size)) == ("soapenc:Array", "2")
    assert [(one.get(item), one.get(size)) for one in lists] == [("tns:pair", "2"), ("tns:pair", "0")]
    # SOAP 1.2 forbids the attribute on the Body.
    assert root[0].attrib == {}
    assert root[0][0].get(f"{{{SoapVersion.V12.value}}}encodingStyle") == ENCODING_12


def test_a_list_of_texts_and_an_empty_one() -> None:
    arguments: dict[str, object] = {"session": "s", "offset": 0, "fields": ("id", "name")}
    fields = at(built("encoded", "get_list", arguments), "fields")
    assert fields.get(ARRAY_TYPE) == "xs:string[2]"
    assert [(one.tag, one.text, one.get(TYPE)) for one in fields] == [
        ("item", "id", "xs:string"),
        ("item", "name", "xs:string"),
    ]
    assert fields.nsmap["xs"] == XSD
    empty = at(built("encoded", "get_list", {**arguments, "fields": []}), "fields")
    assert (empty.get(ARRAY_TYPE), len(empty)) == ("xs:string[0]", 0)


def test_a_session_object_comes_first_and_parts_keep_the_order_of_the_wsdl() -> None:
    root = built("manager", "createOrder", dict(reversed(ORDER.items())))
    call = at(root)
    assert call.tag == "{urn:example:manager}createOrder"
    assert [child.tag for child in call] == ["session", "order"]
    assert (at(root, "session").get(TYPE), at(root, "session", "sessionID").text) == ("tns:Session", "k")
    assert at(root, "order", "rows")[0][1].text == "2.5"
    assert [child.tag for child in at(root, "order")] == ["subject", "rows"]
    assert root[0].get(f"{{{SoapVersion.V11.value}}}encodingStyle") == ENCODING_11


def test_scalars_are_spelt_as_their_types_want() -> None:
    values = {
        "amount": Decimal("1E+2"),
        "many": 2**40,
        "is_open": False,
        "day": date(2026, 11, 30),
        "moment": datetime(2026, 11, 30, 14, 5, tzinfo=UTC),
        "file": b"\x00\x01",
        "hex": b"\xff",
        "colour": "green",
        "whatever": 5,
    }
    node = at(built("encoded", "set_everything", {"everything": values}), "everything")
    assert [(child.text, child.get(TYPE)) for child in node] == [
        ("100", "xs:decimal"),
        ("1099511627776", "xs:long"),
        ("false", "xs:boolean"),
        ("2026-11-30", "xs:date"),
        ("2026-11-30T14:05:00Z", "xs:dateTime"),
        ("AAE=", "xs:base64Binary"),
        ("FF", "xs:hexBinary"),
        ("green", "tns:colour"),
        ("5", "xs:int"),
    ]


def test_maps_and_arrays_of_anything() -> None:
    given: dict[str, object] = {
        "session": {"sessionID": "k"},
        "values": {"a": "x", "n": 2**35, "b": True, "m": {"in": None}, "f": b"x", "d": date(2026, 1, 2)},
        "extra": ["x", Decimal("1.5"), ["y"], []],
    }
    root = built("manager", "saveMap", given)
    assert at(root, "values").get(TYPE) == "apache:Map"
    assert at(root).nsmap["apache"] == APACHE
    assert at(root, "extra").get(ARRAY_TYPE) == "xs:anyType[4]"
    assert [one.get(ARRAY_TYPE) for one in at(root, "extra")] == [None, None, "xs:anyType[1]", "xs:anyType[0]"]
    types = [item[1].get(TYPE) for item in at(root, "values")]
    assert types == ["xs:string", "xs:long", "xs:boolean", "apache:Map", "xs:base64Binary", "xs:date"]
    assert decode(etree.tostring(root)).outputs["values"] == {
        "a": "x", "n": "34359738368", "b": "true", "m": {"in": None}, "f": "eA==", "d": "2026-01-02",
    }  # fmt: skip


def test_literal_requests() -> None:
    arguments: dict[str, object] = {
        "session": "s",
        "rows": [{"product": "p", "quantity": "2"}],
        "grid": [[{"product": "q", "quantity": 1}], []],
        "tag": ["x", "y"],
        "when": None,
        "file": b"abc",
        "by_id": 5,
    }
    root = built("literal", "save", {**arguments, "tag": ["x"], "grid": []})
    assert at(root).tag == "{urn:example:literal}save"
    assert at(root, "file").text == "YWJj"
    assert at(root, "when").get(f"{{{XSI}}}nil") == "true"
    raw = service("literal").build("save", arguments)
    assert decode(raw).outputs["grid"] == {"line": [{"row": {"product": "q", "quantity": "1"}}, ""]}
    assert decode(raw).outputs["tag"] == ["x", "y"]
    assert b"arrayType" not in raw
    assert at(built("literal", "ping", {})).tag == "{urn:example:literal}ping"


def test_rpc_literal() -> None:
    root = built("literal", "sum", {"rows": [{"product": "p", "quantity": 1}], "label": "x"}, SoapVersion.V12)
    assert at(root).tag == "{urn:example:literal}sum"
    assert [child.tag for child in at(root)] == ["rows", "label"]


@pytest.mark.parametrize(
    ("wsdl", "operation", "arguments", "named"),
    [
        ("encoded", "login", {"client": "x"}, "credentials"),
        ("encoded", "login", {"credentials": {}, "client": "x", "more": 1}, "more"),
        ("encoded", "login", {"credentials": "text", "client": "x"}, "credentials"),
        ("encoded", "login", {"credentials": {"usr": "x"}, "client": "x"}, "credentials.usr"),
        ("encoded", "login", {"credentials": {"user": ["x"]}, "client": "x"}, "credentials.user"),
        ("encoded", "login", {"credentials": {}, "client": "a\x0bb"}, "client"),
        ("encoded", "login", {"credentials": {}, "client": "\ud800"}, "client"),
        ("encoded", "login", {"credentials": {}, "client": 1.5}, "client"),
        ("encoded", "get_list", {"session": "s", "offset": "x", "fields": []}, "offset"),
        ("encoded", "get_list", {"session": "s", "offset": 0, "fields": "id"}, "fields"),
        ("encoded", "get_list", {"session": "s", "offset": 0, "fields": ["a", {}]}, "fields[1]"),
        ("encoded", "get_list", {"session": "s", "offset": 0, "fields": {"a": 1}}, "fields"),
        ("encoded", "set_many", {"session": "s", "lists": [{"name": "a"}]}, "lists[0]"),
        ("encoded", "set_many", {"session": "s", "lists": [[{"name": "a"}, "x"]]}, "lists[0][1]"),
        ("encoded", "set_everything", {"everything": {"colour": "blue"}}, "everything.colour"),
        ("encoded", "set_everything", {"everything": {"day": "30.11.2026"}}, "everything.day"),
        ("encoded", "set_everything", {"everything": {"moment": "now"}}, "everything.moment"),
        ("encoded", "set_everything", {"everything": {"amount": "1,5"}}, "everything.amount"),
        ("encoded", "set_everything", {"everything": {"many": "1.5"}}, "everything.many"),
        ("encoded", "set_everything", {"everything": {"is_open": "maybe"}}, "everything.is_open"),
        ("encoded", "set_everything", {"everything": {"file": "ä"}}, "everything.file"),
        ("encoded", "ping", {"x": 1}, "x"),
        ("literal", "save", {"session": "s", "by_id": 1}, "rows"),
        ("literal", "save", {"session": "s", "rows": [{"product": "x"}], "by_id": 1}, "rows[0].quantity"),
        ("literal", "save", {"session": None, "rows": [], "by_id": 1}, "session"),
        ("literal", "save", {"session": "s", "rows": [{"product": "x", "quantity": 1, "q": 2}]}, "rows[0].q"),
    ],
)
def test_what_does_not_fit_is_named_and_not_sent(
    wsdl: str, operation: str, arguments: Mapping[str, object], named: str
) -> None:
    fake = FakeHttp()
    with pytest.raises(Invalid) as caught:
        service(wsdl, fake=fake).call(operation, arguments, write=True)
    assert list(caught.value.per_field) == [named]
    assert named in caught.value.user_text
    assert fake.asked == []


def test_what_the_wsdl_library_refuses_is_invalid() -> None:
    with pytest.raises(Invalid, match="do not fit"):
        service("literal").build("save", {"session": "s", "rows": [], "by_id": 1, "by_name": "both"})


def test_an_endless_argument_is_refused() -> None:
    folder: dict[str, Any] = {"title": "x"}
    folder["inside"] = [folder]
    with pytest.raises(Invalid, match="too deep"):
        service("encoded").build("set_folder", {"folder": folder})


def test_a_version_that_the_wsdl_does_not_have() -> None:
    with pytest.raises(ProfileError, match=r"1\.2"):
        service("manager", version=SoapVersion.V12).build("createOrder", ORDER)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.decimals()
    | st.binary(max_size=3)
    | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_value_is_built_or_refused(value: object) -> None:
    for name, operation, part in (
        ("manager", "saveMap", "values"),
        ("encoded", "set_many", "lists"),
        ("literal", "save", "rows"),
    ):
        given = {"session": {"sessionID": "k"} if name == "manager" else "s", part: value}
        if operation == "saveMap":
            given["extra"] = []
        try:
            raw = SERVICES[name].build(operation, given)
        except Invalid:
            continue
        decode(raw)
        assert unmarked_arrays(raw) == []


SERVICES = {name: service(name) for name in ("encoded", "manager", "literal")}


def test_recorded_requests_of_a_real_server_are_built_alike() -> None:
    """Same operation, same parts, same values, arrays marked: decoded they are equal."""
    compared = dict(_compared())
    assert len(compared) >= 10
    assert any("arrayType" in place for place in compared.values())


def _compared() -> Iterator[tuple[str, str]]:
    wsdl: Wsdl | None = None
    for place, exchange in exchanges("suitecrm"):
        if exchange["method"] == "GET":
            wsdl = Wsdl(exchange["response_body"].encode(), address=ADDRESS, fetched_at=datetime.now(UTC))
        if wsdl is None or "v4_1" not in exchange["url"] or exchange["method"] != "POST" or exchange["status"] != 200:
            continue
        sent = decode(exchange["request_body"].encode())
        made = SoapService(FakeHttp().http, ADDRESS, wsdl).build(sent.name, _filled(sent.outputs, wsdl, sent.name))
        again = decode(made)
        assert (again.name, list(again.outputs)) == (sent.name, list(sent.outputs)), place
        assert _plain(again.outputs) == _plain(sent.outputs), place
        assert unmarked_arrays(made) == []
        yield place, made.decode()


def _filled(outputs: Mapping[str, Any], wsdl: Wsdl, operation: str) -> dict[str, Any]:
    """The arguments of a recorded request, whose arrays were not all marked."""
    kinds = {part.name: part.kind for part in wsdl.operations[operation].parameters}
    empty: dict[str, Any] = {"list": [], "group": {}, "integer": 0, "boolean": False}
    return {name: _plain(value) or empty.get(kinds[name], "") for name, value in outputs.items()}


def _plain(value: Any) -> Any:
    """Lists without the names of their elements; nothing is nothing, however it is written."""
    if isinstance(value, dict):
        if set(value) == {"item"}:
            return _plain(value["item"] if isinstance(value["item"], list) else [value["item"]])
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value] or None
    return value if value not in ("", "0", "false") else None
