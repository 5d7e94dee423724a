# SPDX-License-Identifier: MIT
"""Typed forms: what a WSDL's parts become, and what the texts typed into them become."""

from decimal import Decimal

import pytest

from crmdesk.connectors.wire import soap
from crmdesk.connectors.wire.soap import SoapOperation, SoapPart, arguments_of, to_part
from crmdesk.domain.errors import Invalid
from tests.connectors.wire.soap.support import service, wsdl


def test_a_part_for_a_form() -> None:
    made = to_part(wsdl("manager").operations["createOrder"].parameters[1], labels={"order": "Sales order"})
    assert (made.name, made.label, made.kind, made.hint, made.required) == (
        "order",
        "Sales order",
        "group",
        "Order",
        True,
    )
    rows = made.parts[2]
    assert (rows.label, rows.kind, rows.parts[0].kind) == ("rows", "list", "group")
    assert [part.kind for part in rows.parts[0].parts] == ["text", "decimal"]


def test_every_kind_has_one_in_a_form() -> None:
    parts = wsdl("encoded").operations["set_everything"].parameters[0].parts
    made = {part.name: to_part(part) for part in parts}
    assert made["colour"].choices == {"red": "red", "green": "green"}
    assert made["whatever"].kind == "lines"
    assert {part.kind for part in made.values()} <= soap.parts.KINDS | {"lines"}
    assert not to_part(SoapPart(name="query", is_required=True)).required


def operation(name: str, wsdl_name: str = "manager") -> SoapOperation:
    return wsdl(wsdl_name).operations[name]


def test_the_texts_of_a_form_become_arguments() -> None:
    given = {"session": '{"sessionID": "k"}', "order": '{"rows": [{"productid": "7", "qty": 2.50}]}'}
    made = arguments_of(operation("createOrder"), given)
    assert made == {"session": {"sessionID": "k"}, "order": {"rows": [{"productid": "7", "qty": Decimal("2.50")}]}}
    assert b">2.50<" in service("manager").build("createOrder", made)


def test_lists_may_be_lines() -> None:
    get_list = operation("get_list", "encoded")
    assert arguments_of(get_list, {"session": "", "offset": "5", "fields": "id\n name \n\n"}) == {
        "session": "",
        "offset": "5",
        "fields": ["id", "name"],
    }
    assert arguments_of(get_list, {"fields": '["a"]'}) == {"session": "", "offset": None, "fields": ["a"]}
    assert arguments_of(get_list, {})["fields"] == ()


def test_what_may_be_left_out_is() -> None:
    save = operation("save", "literal")
    assert arguments_of(save, {"session": "s", "by_id": "1", "by_name": " ", "when": ""}) == {
        "session": "s",
        "rows": (),
        "by_id": "1",
        "by_name": " ",
    }


@pytest.mark.parametrize("given", [{"order": "{"}, {"order": "x"}, {"nope": "1"}, {"session": "[" * 100_000}])
def test_what_is_no_json_or_unknown_is_named(given: dict[str, str]) -> None:
    with pytest.raises(Invalid) as caught:
        arguments_of(operation("createOrder"), given)
    assert list(caught.value.per_field) == list(given)


def test_the_public_names() -> None:
    assert soap.__all__ == sorted(soap.__all__)
    assert all(hasattr(soap, name) for name in soap.__all__)
