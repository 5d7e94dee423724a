# SPDX-License-Identifier: MIT
"""The prefix behind which both families stand, and the account that opens it."""

from crmdesk.demo.dialect import find_dialects
from crmdesk.demo.server import DemoServer
from tests.demo.dialects.sugarsoap.caller import SUITE, Soap
from tests.demo.dialects.sugarsoap.conftest import Open


def test_account_names_the_address_the_user_and_his_password() -> None:
    with DemoServer(rows=20, keys={"admin": "0123"}) as server:
        account = server.account("sugarsoap")
        assert account == {
            "vendor": "sugarsoap", "url": f"http://127.0.0.1:{server.port}/sugarsoap/soap.asmx", "set": {"user": "admin"}, "secrets": {"password": "0123"},
        }  # fmt: skip
        assert account in server.accounts()
    assert "terminal" not in next(d for d in find_dialects() if d.vendor == "sugarsoap").users


def test_families_share_no_session_and_no_data(opened: Open) -> None:
    crm = opened()
    crm.save("Accounts", name="Only here")
    with Soap(crm.server, SUITE) as other:
        other.session = crm.session
        assert other.ask("get_user_id") == "-1"
        assert other.log_in().rows("Accounts", "accounts.name = 'Only here'") == []


def test_operations_are_named_for_faults_and_the_log(reader: Soap) -> None:
    reader.raw(reader.envelope("get_server_version"))
    assert reader.server.seen[-1].operation == "get_server_version"
    reader.raw(b"", {}, "GET", "?WSDL")
    assert reader.server.seen[-1].operation == "wsdl"
    reader.answer("test", s="x")
    assert reader.server.seen[-1].operation == "test"


def test_ids_are_the_same_at_every_start(opened: Open) -> None:
    one, other = opened(), opened()
    assert [row["id"] for row in one.rows("Contacts")] == [row["id"] for row in other.rows("Contacts")]
    assert one.save("Accounts", name="x") == other.save("Accounts", name="x")
