# SPDX-License-Identifier: MIT
"""Fields, keys, conditions and values of SOAP calls, each on its own."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.connectors.vendors.crmservice.soap import meta, parse, payload, query
from crmdesk.connectors.vendors.crmservice.soap.planner import ModulePlan
from crmdesk.connectors.wire.soap import SoapPart
from crmdesk.domain.errors import (
    MalformedReply,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import And, Compare, Op
from crmdesk.domain.schema import Field, FieldType, Module, Schema

LEADS, PRODUCTS, ACCOUNTS = ModuleName("Leads"), ModuleName("Products"), ModuleName("Accounts")


def test_translations_that_are_no_json_fall_back_to_the_label() -> None:
    assert meta.translated('{"en_us": "City", "de_de": "Stadt"}', "de-AT") == "Stadt"
    assert meta.translated('{"en_us": "City"}', "fi") == ""
    for text in ("", "no JSON", "[1]", "7", "null"):
        assert meta.translated(text, "de") == ""
    assert [meta.locale_of(code) for code in ("", "de", "sv", "pt_BR", "fr")] == [
        "en_us", "de_de", "sv_se", "pt_br", "fr_fr",
    ]  # fmt: skip


def test_an_answer_without_a_number_tells_none() -> None:
    told = {"7": "7", "": "", "0": "", "true": "", "no such thing": ""}
    assert {text: parse.new_key(text, "id") for text in told} == told
    assert parse.new_key({"salesorderid": "9"}, "salesorderid") == "9"
    assert parse.new_key([{"id": "9"}], "") == "9"
    assert parse.new_key([{"id": "9"}, {"id": "8"}], "") == ""
    assert parse.new_key(None, "id") == ""


def test_a_list_that_is_none_is_refused() -> None:
    assert parse.rows_of("", "x") == parse.rows_of(None, "x") == parse.rows_of([], "x") == ()
    assert parse.rows_of({"item": [{"id": "1"}]}, "x") == ({"id": "1"},)
    for told in ("text", ["text"], [["a"]]):
        with pytest.raises(MalformedReply):
            parse.rows_of(told, "x")  # type: ignore[arg-type]


def test_only_what_compares_alike_everywhere_is_asked_of_a_list() -> None:
    fields = (
        Field(name=FieldName("product_no"), label="No"),
        Field(name=FieldName("name"), label="Name"),
        Field(name=FieldName("stock"), label="Stock", type=FieldType.INTEGER),
        Field(name=FieldName("email"), label="E-mail", type=FieldType.EMAIL),
        Field(name=FieldName("fixed_no"), label="x", filterable=False),
    )
    schema = Schema(Module(name=PRODUCTS, label="P", label_plural="Ps"), fields, FieldName("name"))

    def asked(name: str, value: Any, op: Op = Op.EQ, *, only: bool = False) -> object:
        where = And((Compare(FieldName("name"), Op.CONTAINS, "x"), Compare(FieldName(name), op, value)))
        return query.condition(where, schema, is_only_way=only)

    assert asked("product_no", "PRO1") == ("product_no", "PRO1")
    assert asked("stock", 5) == ("stock", "5")
    assert asked("email", "a@b.example") == ("email", "a@b.example")
    assert asked("name", "Pump") is None
    assert asked("name", "Pump", only=True) == ("name", "Pump")
    assert asked("product_no", "PRÖ1") is None
    assert asked("product_no", "PRO1", Op.CONTAINS) is None
    assert asked("fixed_no", "1", only=True) is None
    assert asked("nowhere", "1", only=True) is None


def test_values_go_out_as_the_type_wants_them() -> None:
    number, text, truth = (SoapPart(name="x", kind=kind) for kind in ("integer", "text", "boolean"))
    assert payload.argument(RecordId(ACCOUNTS, "17"), number, UTC) == 17
    assert payload.argument(RecordId(ACCOUNTS, "17"), text, UTC) == "17"
    assert payload.argument(True, truth, UTC) is True
    assert payload.argument(True, text, UTC) == "true"
    assert payload.argument(Decimal("1.50"), text, UTC) == "1.50"
    assert payload.argument(date(2026, 1, 2), text, UTC) == "2026-01-02"
    assert payload.argument(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), text, UTC) == "2026-01-02 03:04:05"
    assert payload.argument(time(7, 30), text, UTC) == "07:30:00"
    assert payload.argument(("a", "b"), text, UTC) == "a |##| b"
    assert payload.argument(None, text, UTC) == ""
    assert payload.argument(None, number, UTC) is None


def test_a_module_without_any_field_still_has_a_title() -> None:
    module = Module(name=LEADS, label="Lead", label_plural="Leads")
    schema = meta.schema_of(module, ModulePlan(stem=""), (), lambda _: (), stems={}, takes_any=False)
    assert schema.field(schema.title_field) is not None
