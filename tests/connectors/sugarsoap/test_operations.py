# SPDX-License-Identifier: MIT
"""Every operation is reachable, typed by the server's own WSDL, with session and password filled in."""

import re
from pathlib import Path

import pytest

import crmdesk.connectors
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.operations import DOCUMENTED, SUGAR_ONLY, infos, is_write, spec_of
from crmdesk.domain.errors import Invalid, UnknownOperation
from tests.connectors.sugarsoap.support import (
    PASSWORD,
    SESSION,
    FakeHttp,
    connect,
    failed,
    guid,
    md5,
    new_connector,
    saved,
)


def test_the_document_has_41_operations_and_the_relative_eleven_more() -> None:
    assert len({spec.name for spec in DOCUMENTED}) == 41
    assert len({spec.name for spec in SUGAR_ONLY}) == 11
    assert {one.name for one in infos()} == {spec.name for spec in (*DOCUMENTED, *SUGAR_ONLY)}


@pytest.mark.parametrize("family", list(Family), ids=lambda family: family.name)
def test_the_wsdl_lists_what_is_documented_and_nothing_is_missing(family: Family) -> None:
    offered = {one.name for one in connect(FakeHttp(family)).operations()}
    documented = {spec.name for spec in DOCUMENTED}
    if family is Family.SPLENDID:
        assert offered == documented
    else:
        assert offered <= (documented - {"get_splendid_version"}) | {spec.name for spec in SUGAR_ONLY}
        assert offered >= {"get_entries_count", "get_document_revision", "is_user_admin", "set_entries", "search"}


def test_parts_are_typed_and_the_session_is_not_asked_for() -> None:
    offered = {one.name: one for one in connect(FakeHttp(Family.SPLENDID)).operations()}
    listed = {part.name: part for part in offered["get_entry_list"].parts}
    assert listed["max_results"].kind == "integer"
    assert listed["select_fields"].kind == "list"
    assert "session" not in listed
    assert "session" in offered["get_entry_list"].parameters
    pairs = offered["set_entry"].parts[1]
    assert (pairs.kind, [part.name for part in pairs.parts[0].parts]) == ("list", ["name", "value"])
    assert [part.name for part in offered["search"].parts] == ["name"]
    assert offered["set_entry"].is_write
    assert not offered["get_entry_list"].is_write


def test_before_the_login_the_documented_operations_are_told() -> None:
    assert len(new_connector(FakeHttp(Family.SPLENDID)).operations()) == 52


def test_a_call_is_typed_and_completed() -> None:
    http = FakeHttp(Family.SPLENDID, {"set_entry": saved("k"), "search": [], "get_entry_list": {"result_count": "0"}})
    connector = connect(http)
    connector.call("set_entry", {"module_name": "Accounts", "name_value_list": '[{"name": "name", "value": "x"}]'})
    assert http.last("set_entry").arguments["session"] == SESSION
    assert http.last("set_entry").pairs() == {"name": "x"}
    assert http.last("set_entry").write
    connector.call("search", {"name": "x"})
    assert http.last("search").arguments == {"user_name": "admin", "password": md5(PASSWORD), "name": "x"}
    connector.call("get_entry_list", {"module_name": "Accounts"})
    sent = http.last("get_entry_list").arguments
    assert (sent["query"], sent["select_fields"], sent["max_results"], sent["offset"]) == ("", [], "20", "0")
    assert connector.call("login", {}) == "***"
    assert connector.call("test", {"s": "Ü"}) if http.answers.setdefault("test", "Ü") else True


@pytest.mark.parametrize(
    ("operation", "told"),
    [
        ("get_entry_list", {"nope": "1"}), ("get_entry_list", {"offset": "ten"}), ("get_entries", {"ids": "[1"}),
        # What would delete or unlink without a word is not sent at all.
        ("set_relationship", {"set_relationship_value": f'{{"module1": "Tasks", "module1_id": "{guid(1)}", "module2": "Users", "module2_id": ""}}'}),
        ("set_relationship", {"set_relationship_value": f'{{"module1": "Contacts", "module1_id": "{guid(1)}", "module2": "Users"}}'}),
        ("set_relationships", {"set_relationship_list": f'[{{"module1": "Tasks", "module1_id": "{guid(1)}", "module2": "Users", "module2_id": "{guid(2)}"}}]'}),
        ("set_relationships", {"set_relationship_list": f'[{{"module1": "Accounts", "module1_id": "{guid(0)}", "module2": "Contacts", "module2_id": ""}}]'}),
    ],
)  # fmt: skip
def test_a_wrong_or_dangerous_call_is_refused_before_it_is_sent(operation: str, told: dict[str, str]) -> None:
    http = FakeHttp(Family.SPLENDID)
    connector = connect(http)
    before = len(http.sent)
    with pytest.raises(Invalid):
        connector.call(operation, told)
    assert len(http.sent) == before


def test_what_the_wsdl_lacks_is_unknown() -> None:
    connector = connect(FakeHttp(Family.SPLENDID))
    for name in ("get_entries_count", "no such operation"):
        with pytest.raises(UnknownOperation):
            connector.call(name, {})


def test_an_undocumented_operation_counts_as_a_write_unless_its_name_says_otherwise() -> None:
    assert is_write("frobnicate")
    assert not is_write("get_frobs")
    assert not is_write("contact_by_email")
    assert is_write("create_contact")
    assert spec_of("frobnicate") is None


def test_a_call_that_fails_inside_its_result_is_an_error() -> None:
    connector = connect(FakeHttp(Family.SUGAR, {"get_entries_count": failed(20)}))
    with pytest.raises(Exception, match="does not offer this module"):
        connector.call("get_entries_count", {"module_name": "Nope"})


def test_the_readmes_table_names_every_operation() -> None:
    text = (Path(crmdesk.connectors.__path__[0]) / "README.md").read_text(encoding="utf-8")
    ours = text.partition("(sugarsoap)")[2]
    told = set(
        re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in ours.splitlines() if line.startswith("| `")))
    )
    assert {spec.name for spec in (*DOCUMENTED, *SUGAR_ONLY)} <= told
