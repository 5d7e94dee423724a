# SPDX-License-Identifier: MIT
"""`crmdesk accounts`: list, add, remove, test."""

import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm


class MemoryKeychain(keyring.backend.KeyringBackend):
    """A keychain that works, for one test."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


@pytest.fixture
def keychain() -> Iterator[MemoryKeychain]:
    """The system's keychain is this one until the test is over."""
    before = keyring.get_keyring()
    chain = MemoryKeychain()
    keyring.set_keyring(chain)
    try:
        yield chain
    finally:
        keyring.set_keyring(before)


def test_add_list_use_test_and_remove(
    crm: Crm, account: list[str], keychain: MemoryKeychain, demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No account is saved yet" in crm("accounts", "list").err
    added = crm("accounts", "add", "Demo Oy", *account, "--environment", "sandbox")
    assert (added.code, added.err) == (0, "crmdesk: Saved “Demo Oy”.\n".removeprefix("crmdesk: "))
    key = demo.account("crmplus")["secrets"]["access_key"]
    assert list(keychain.kept.values()) == [key]
    text = (Path(os.environ["CRMDESK_CONFIG_DIR"]) / "accounts.json").read_text()
    assert key not in text
    (one,) = json.loads(crm("accounts", "list", "--json").out)
    assert list(one) == ["name", "id", "vendor", "url", "settings", "environment"]
    assert (one["name"], one["environment"], one["settings"]) == ("Demo Oy", "sandbox", {"user": "admin"})
    assert "Demo Oy" in crm("accounts", "list").out
    monkeypatch.delenv("DEMO_KEY")
    assert crm("query", "Accounts", "--count", "--account", "Demo Oy").out == "1200\n"
    assert "signed in as Administrator (admin)" in crm("accounts", "test", "Demo Oy").out
    assert json.loads(crm("accounts", "test", "--account", "Demo Oy", "--json").out)["user"] == "admin"
    assert crm("accounts", "remove", "Demo Oy").code == 0
    assert keychain.kept == {}
    assert crm("accounts", "remove", "Demo Oy").code == 2


def test_add_asks_without_echo(
    crm: Crm, account: list[str], keychain: MemoryKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "typed-secret"

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("crmdesk.cli.account.getpass", answer)
    assert crm("accounts", "add", "Typed", *account[:-2]).code == 0
    assert asked == ["Access key: "]
    assert list(keychain.kept.values()) == ["typed-secret"]


def test_add_at_a_terminal_that_is_closed_is_code_2(
    crm: Crm, account: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def closed(prompt: str) -> str:
        raise EOFError

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("crmdesk.cli.account.getpass", closed)
    answer = crm("accounts", "add", "Typed", *account[:-2])
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert crm("accounts", "list", "--json").out == "[]\n"


def test_add_without_a_keychain_says_so(crm: Crm, account: list[str]) -> None:
    answer = crm("accounts", "add", "Demo", *account)
    assert answer.code == 0
    assert "without its secrets" in answer.err
    assert "--secret-env" in answer.err
    assert crm("query", "Accounts", "--count", "--account", "Demo", *account[-2:]).out == "1200\n"
    missing = crm("query", "Accounts", "--count", "--account", "Demo")
    assert missing.code == 1
    assert "access key of this account is missing" in missing.err


def test_names_are_given_once(crm: Crm, account: list[str]) -> None:
    crm("accounts", "add", "Demo", *account)
    assert "already" in crm("accounts", "add", "Demo", *account).err
    assert crm("accounts", "add", "  ", *account).code == 2
    assert crm("accounts", "test", "Demo", "--account", "Other").code == 2
    assert "belongs to --vendor" in crm("accounts", "test", "Demo", "--url", "http://x").err


def test_test_of_a_wrong_key_is_code_1(crm: Crm, account: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_KEY", "wrong")
    answer = crm("accounts", "test", *account)
    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)


def test_a_damaged_accounts_file_is_named(crm: Crm, account: list[str]) -> None:
    folder = Path(os.environ["CRMDESK_CONFIG_DIR"])
    folder.mkdir(parents=True)
    (folder / "accounts.json").write_text("{half")
    answer = crm("accounts", "list")
    assert answer.code == 1
    assert "accounts.json" in answer.err


_CLEAR = (
    "crmdesk: This address is not encrypted: everybody on the way can read key and data. Use https:// if you can.\n"
)


def test_an_address_in_the_clear_is_warned_of_whenever_it_is_used(
    crm: Crm, account: list[str], keychain: MemoryKeychain
) -> None:
    """In one line, on standard error; nothing is said of this computer itself, nor of what asks no server."""
    account[account.index("--url") + 1] = "http://127.nowhere.invalid"
    added = crm("accounts", "add", "Open", *account, "--environment", "sandbox")
    assert (added.code, added.err) == (0, f"{_CLEAR}Saved “Open”.\n")
    for words in (["accounts", "test", "Open"], ["query", "Accounts", "--account", "Open"]):
        used = crm(*words)
        assert used.code
        assert used.err.startswith(_CLEAR), used.err
        assert used.err.count("not encrypted") == 1
    assert "not encrypted" not in crm("journal", "--account", "Open").err
    assert "not encrypted" not in crm("accounts", "list").err
    for words in (["accounts", "add", "Live", *account, "--environment", "production"], ["query", "A", *account]):
        refused = crm(*words)
        assert refused.code
        assert refused.err.count("not encrypted") == 1, "the refusal says it"
    assert keychain.kept
