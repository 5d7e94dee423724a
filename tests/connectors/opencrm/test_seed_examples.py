# SPDX-License-Identifier: MIT
"""The vendor's own document: every method it names, its example requests, its example replies."""

import json
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from crmdesk import connectors
from crmdesk.connectors.vendors.opencrm import line_items, parse
from crmdesk.connectors.vendors.opencrm.operations import DOCUMENTED, EDITS, PLAIN, SALES, infos, spec_of
from crmdesk.connectors.vendors.opencrm.query import Window
from crmdesk.connectors.vendors.opencrm.session import access_key_of
from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.errors import MalformedReply, NotFound
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.sales import LineItem
from tests.beside import beside
from tests.connectors.opencrm.support import ACCESS_KEY, KEY, PASSKEY, FakeHttp, connect, one_hit, reply

_METHOD = re.compile(r"\b(?:get|edit|add)_[a-z0-9]+(?:_[a-z0-9]+)*\b")
# In the document's prose, but no methods: "you could first use the get_module_list function".
_NO_METHODS = {"get_module_list"}


@lru_cache(maxsize=1)
def text() -> str:
    return next(beside("seeds").glob("003_*.txt")).read_text(encoding="utf-8").replace("\xa0", " ")


def block(heading: str, begin: str, end: str) -> str:
    """What stands between two marks behind a heading."""
    rest = text()[text().index(heading) :]
    rest = rest[rest.index(begin) :]
    return rest[: rest.index(end) + len(end)]


def test_every_method_of_the_document_is_spoken() -> None:
    named = set(_METHOD.findall(text())) - _NO_METHODS
    spoken = {spec.name for spec in DOCUMENTED}
    assert named - spoken == set()
    assert spoken - named == {"login", "edit_ticket"}
    assert "/login" in text()


def test_there_are_as_many_of_each_kind_as_the_document_lists() -> None:
    names = [info.name for info in infos()]
    assert len(names) == len(set(names))
    assert sum(name.endswith("_list_count") for name in names) == 14
    assert sum(name.endswith("_list") for name in names) == 15
    assert sum(name.endswith("_list_full") for name in names) == 14
    gets = [n for n in names if re.fullmatch(r"get_[a-z]+", n)]
    assert len(gets) == 10 + 4
    assert {n for n in names if n.startswith("edit_")} >= {n for tried in EDITS.values() for n in tried}
    assert all(info.is_write == info.name.startswith(("edit_", "add_")) for info in infos())


def test_every_documented_parameter_is_named() -> None:
    login, count, report = spec_of("login"), spec_of("get_contact_list_count"), spec_of("get_record_list_from_report")
    assert login is not None and count is not None and report is not None  # noqa: PT018
    assert set(login.parameters) == {"key", "passkey"}
    assert set(count.parameters) == {"query_string", "limit_start", "limit_end", "keywords"}
    assert {"reportid", "isCustomReport"} <= set(report.parameters)
    for spec in DOCUMENTED:
        if not spec.is_write and spec.name not in ("login",) and not spec.name.endswith("_count"):
            assert {"dateTimeOverride", "dateOverride", "change_assignedidtouser"} <= set(spec.parameters)


# ---- the four forms of a request ------------------------------------------------------------------------------------


def _get_example() -> tuple[str, dict[str, str]]:
    url = re.search(r"Example GET request:\s+(\S.*)", text())
    assert url is not None
    parts = urlsplit(url[1]).path.split("/api/rest/")[1].split("/")
    return parts[0], dict(zip(parts[1::2], parts[2::2], strict=True))


def _raw_example() -> tuple[str, dict[str, str]]:
    data = re.search(r'\$curl_post_data = "(key=[^"]+)"', text())
    assert data is not None
    return "get_contact_list", dict(parse_qsl(data[1]))


def _fields_example() -> tuple[str, dict[str, str]]:
    data = block("Example POST request (post fields)", "array(", ");")
    return "get_contact_list", dict(re.findall(r'"(\w+)" => "([^"]*)"', data))


def _json_example() -> tuple[str, dict[str, str]]:
    return "get_contact_list", json.loads(block("Sample JSON:", "{", "}"))


@pytest.mark.parametrize("example", [_get_example, _raw_example, _fields_example, _json_example])
def test_each_form_of_the_documents_request_is_one_post_with_the_same_parameters(example: object) -> None:
    """The address carries the method alone, whatever form the document shows."""
    assert callable(example)
    operation, parameters = example()
    http = FakeHttp({operation: []})
    connector = connect(http, sign_in="parameters")
    connector.call(operation, parameters)
    sent = http.last(operation)
    assert sent.verb == "POST"
    assert sent.url == f"https://demo.opencrm.co.uk/api/rest/{operation}"
    own = {"key": KEY, "passkey": PASSKEY}
    assert dict(sent.params) == {**parameters, **own}
    assert set(parameters) >= {"key", "passkey"}


def test_the_headers_carry_the_keys_under_the_documents_names() -> None:
    http = FakeHttp({"get_contact_list": []})
    connect(http, sign_in="headers").call("get_contact_list", {})
    sent = http.last("get_contact_list")
    assert (sent.headers["KEY1"], sent.headers["KEY2"]) == (KEY, PASSKEY)
    assert not {"key", "passkey", "accesskey"} & set(sent.params)
    assert "KEY1" in text()


def test_the_access_key_stands_for_both_keys() -> None:
    http = FakeHttp({"get_contact_list": []})
    connect(http).call("get_contact_list", {})
    assert http.last("login").params == {"key": KEY, "passkey": PASSKEY}
    sent = http.last("get_contact_list")
    assert sent.params == {"accesskey": ACCESS_KEY}
    assert not {KEY, PASSKEY} & set(sent.headers.values())


# ---- replies ---------------------------------------------------------------------------------------------------------


def test_the_documents_login_reply_is_understood_though_it_is_no_json() -> None:
    sample = block("Sample Response", '{"', '"}')
    assert access_key_of(sample) == ACCESS_KEY
    assert access_key_of(f'"{ACCESS_KEY}"') == access_key_of(ACCESS_KEY) == ACCESS_KEY


def test_the_documents_count_is_a_number() -> None:
    assert parse.count_of(json.loads("123")) == 123


@pytest.mark.parametrize(
    "heading", ["List Functions - Basic\n\nRetrieve", "List Functions - Full\n\nOverview", "Reporting Functions"]
)
def test_the_documents_rows_are_read(heading: str) -> None:
    rows = parse.rows(json.loads(block(heading, "[\n", "\n]")), "list")
    assert [parse.key_of(row) for row in rows] == ["12345", "45678"]
    assert all("Field Value" in row.values() for row in rows)


def test_the_documents_record_is_read() -> None:
    sample = block("Consult / Retrieve  Functions", '{\n  "fieldname"', "}")
    row = parse.one_row(json.loads(re.sub(r",\s*}", "}", sample)))
    assert row is not None
    record = parse.record(row, ModuleName("quote"), parse.Reading())
    assert record.id.key == "21707"
    assert record.values["fieldname"] == "fieldvalue"  # type: ignore[index]  # a plain name
    assert not {"record_id", "record_module"} & set(record.values)


def test_the_documents_product_lines_are_read() -> None:
    sample = block("Consult / Retrieve Sales Records", "[\n", "\n  ]")
    (line,) = line_items.from_rows(json.loads(re.sub(r",(\s*})", r"\1", sample)))
    assert (line.key, line.position, line.product) == ("381", 1, RecordId(ModuleName("product"), "9109"))
    assert line.extras["productname"] == "Product name"  # type: ignore[index]


@pytest.mark.parametrize("answer", [123456, "123456"])
def test_the_documents_answer_to_an_edit_is_the_records_number(answer: object) -> None:
    assert parse.saved_id(answer, "edit_contact") == "123456"


# ---- product lines ---------------------------------------------------------------------------------------------------


def _products(start: str) -> list[dict[str, str]]:
    found = json.loads(block(start, "[\n", "]"))
    assert isinstance(found, list)
    return found


def test_the_documents_amended_lines_are_what_our_code_sends() -> None:
    """Both lines of its quote 8660, with their new descriptions, as a JSON text in a form."""
    wanted = _products("Products as JSON String")
    rows = [{"lineid": w["lineid"], "productid": w["productid"], "linenumber": str(i)} for i, w in enumerate(wanted, 1)]
    http = FakeHttp({"get_quote": {"record_id": "8660", "subject": "S", "products": rows}, "edit_quote": 8660,
                     "get_quote_list": [], "get_quote_list_full": []})  # fmt: skip
    connector = connect(http)
    before = connector.fetch_document(RecordId(ModuleName("quote"), "8660"))
    after = before.__class__(
        header=before.header, lines=tuple(_described(line, "Updated from API") for line in before.lines)
    )
    connector.save_document(SaveDocument(before, after))
    sent = http.last("edit_quote")
    assert sent.params["crmid"] == "8660"
    assert sent.json("products") == wanted
    assert not {"module", "code", "assigned_user_id"} & set(sent.params)


def _described(line: LineItem, description: str) -> LineItem:
    from dataclasses import replace

    return replace(line, text=description)


def test_the_documents_price_change_is_what_our_code_sends() -> None:
    (wanted,) = _products("Entire post as JSON string")
    row = {"lineid": wanted["lineid"], "productid": wanted["productid"], "linenumber": "1", "listprice1": "100000"}
    before = line_items.from_rows([row])[0]
    after = line_items.from_rows([{**row, "listprice1": "200000"}])[0]
    told = line_items.sent(row, before, after)
    assert told == {name: value for name, value in wanted.items() if name != "linenumber"}


def test_every_line_field_of_the_document_is_known() -> None:
    table = block("Product line fields\n", "lineid REQUIRED", "Return Format")
    settable = set(re.findall(r"^(\w+) ", table.split("minimummargin")[0], re.MULTILINE))
    named = {name for name in settable if re.fullmatch(r"[a-z_0-9]+", name)}
    ours = line_items.SETTABLE | {
        "lineid",
        "productid",
        "linenumber",
        "description",
        "quantity",
        "listprice1",
        "discount",
    }
    assert {name for name in named if name != "prd_cf_1"} <= ours
    assert {f"prd_cf_{n}" for n in range(1, 11)} <= ours
    never = re.findall(r"\w+", "minimummargin maximumdiscount taxpercent taxvalue margin_percent markup commission_percent"
                       " pricebookid saved_pricing_used despatched_quantity remaining_quantity")  # fmt: skip
    assert not set(never) & ours


# ---- lists -----------------------------------------------------------------------------------------------------------


def test_the_limits_are_the_documents_words() -> None:
    """ "Start results returned after this number of records", "End results … after this number of records"."""
    assert Window(50, 100).parameters() == {"limit_start": "50", "limit_end": "100"}


def test_the_documents_condition_is_what_our_sync_sends() -> None:
    sample = re.search(r"query_string/(crmentity\.modifiedtime\|>\|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", text())
    assert sample is not None
    moment = sample[1].rpartition("|")[2]
    http = FakeHttp({"get_contact_list_full": []})
    token = json.dumps({"since": moment, "newest": moment})
    connect(http).changes_since(ModuleName("contact"), token)
    assert http.last("get_contact_list_full").params["query_string"] == sample[1]


@pytest.mark.parametrize(("op", "word"), [(Op.EQ, "="), (Op.STARTS_WITH, "BEGINS"), (Op.CONTAINS, "CONTAINS")])
def test_the_operators_are_the_documents(op: Op, word: str) -> None:
    assert f"{word}," in block("Supported operators", "=,", "\n") or word in block("Supported operators", "=,", "\n")
    rows = [{"crmid": 1, "city": "London"}]
    http = FakeHttp({"get_contact_list": rows, "get_contact_list_full": rows, "get_contact_list_count": one_hit})
    connector = connect(http)
    connector.fetch_page(Query(ModuleName("contact"), where=Compare("city", op, "London")), None, 10)  # type: ignore[arg-type]
    assert http.last("get_contact_list_full").params["query_string"] == f"city|{word}|London"


def test_everything_read_is_asked_in_iso_dates() -> None:
    http = FakeHttp({"get_contact": {"record_id": "1", "lastname": "x"}})
    connect(http).fetch(RecordId(ModuleName("contact"), "1"))
    sent = http.last("get_contact").params
    assert (sent["dateTimeOverride"], sent["dateOverride"], sent["crmid"]) == ("c", "Y-m-d", "1")


def test_a_report_is_run_by_number_and_kind() -> None:
    http = FakeHttp({"get_record_list_from_report": [{"id": 1, "crmid": 1, "Module_fieldname": "Field Value"}]})
    connector = connect(http, reports="12; custom 7")
    modules = [m.name for m in connector.list_modules() if m.group == "reports"]
    assert modules == ["report-12", "report-custom-7"]
    for name in modules:
        connector.fetch_page(Query(name), None, 10)
    first, second = http.of("get_record_list_from_report")
    assert (first.params["reportid"], first.params.get("isCustomReport")) == ("12", None)
    assert (second.params["reportid"], second.params["isCustomReport"]) == ("7", "true")


def test_links_and_campaigns_carry_the_documents_parameters() -> None:
    http = FakeHttp({"edit_record_link": 1, "add_to_campaign": "Success"})
    connector = connect(http)
    company = RecordId(ModuleName("company"), "1")
    connector.link(company, connector.list_relations(company)[0], (RecordId(ModuleName("contact"), "2"),))
    assert http.last("edit_record_link").params == {"accesskey": ACCESS_KEY, "parent_id": "1", "child_id": "2"}
    given = {"campaignid": "5", "relationship": "Invited", "status": "Open", "probability": "50"}
    (joining,) = connector.list_actions(company.module)
    assert [part.name for part in joining.parts] == list(given)
    connector.act(company, joining.key, given)
    assert http.last("add_to_campaign").params == {"accesskey": ACCESS_KEY, "recordid": "1", **given}


def test_the_table_of_operations_names_every_method() -> None:
    """``crmdesk/connectors/README.md``, this vendor's section, with {m} and {s} written out."""
    readme = (Path(connectors.__file__).parent / "README.md").read_text(encoding="utf-8")
    section = readme[readme.index("## OpenCRM") :].split("\n## ")[0]
    named = set(re.findall(r"`([a-z_0-9{}]+)`", section))
    named |= {name.replace("{m}", m) for name in named for m in PLAIN} | {
        name.replace("{s}", s) for name in named for s in SALES
    }
    assert {spec.name for spec in DOCUMENTED} - named == set()


def test_replies_are_read_as_the_guide_prints_them() -> None:
    """Its samples are no JSON: lines stand before the record, without braces around both, and commas are too many."""
    sales = block("Consult / Retrieve Sales Records", '"products"', "],") + block("],\n{", "\n{", "}")
    document = connect(FakeHttp({"get_quote": reply(sales)})).fetch_document(RecordId(ModuleName("quote"), "21707"))
    assert document.header.values[FieldName("fieldname")] == "fieldvalue"
    (line,) = document.lines
    assert (line.key, line.product, line.name) == ("381", RecordId(ModuleName("product"), "9109"), "Product name")
    single = block("Consult / Retrieve  Functions", "{", "}")
    record = connect(FakeHttp({"get_company": reply(single)})).fetch(RecordId(ModuleName("company"), "21707"))
    assert record.values[FieldName("fieldname")] == "fieldvalue"


@pytest.mark.parametrize(
    "damaged", ['"products": [', '"products": {"a": 1}, {}', '{"a": 1,, }', "[,]", '{"a": "x,]', '"products": [], 7']
)
def test_what_no_guide_prints_stays_damaged(damaged: str) -> None:
    with pytest.raises((MalformedReply, NotFound)):
        connect(FakeHttp({"get_quote": reply(damaged)})).fetch(RecordId(ModuleName("quote"), "1"))
