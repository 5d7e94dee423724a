# SPDX-License-Identifier: MIT
"""`crmdesk mirror`, `search` and `--offline`: a copy, what it finds, and work on it with the server gone."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Crm


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test's copy is kept for the others."""
    return tmp_path_factory.mktemp("copy") / "accounts"


@pytest.fixture
def copied(crm: Crm, account: list[str], kept: Path) -> list[str]:
    """The account with two modules copied."""
    data = Path(os.environ["CRMDESK_DATA_DIR"])
    if kept.exists():
        shutil.copytree(kept, data)
        return account
    answer = crm("mirror", "update", "accounts", "Contacts", *account)
    assert answer.code == 0, answer.err
    shutil.copytree(data, kept)
    return account


def test_update_says_what_it_did_and_status_how_it_stands(crm: Crm, copied: list[str]) -> None:
    again = crm("mirror", "update", "--json", *copied)
    assert again.code == 0, again.err
    done = json.loads(again.out)
    assert [one["module"] for one in done] == ["Accounts", "Contacts"]
    assert [(one["changed"], one["whole"], one["trouble"]) for one in done] == [(0, False, None)] * 2
    status = json.loads(crm("mirror", "status", "--json", *copied).out)
    assert status["used_bytes"] > 0
    states = {one["module"]: one for one in status["modules"]}
    assert states["Accounts"]["complete"] is True
    assert states["Accounts"]["records"] > 100
    assert states["Accounts"]["synced_at"].endswith("+00:00")
    assert "Accounts" in crm("mirror", "status", *copied).out


def test_search_has_the_documented_shape(crm: Crm, copied: list[str]) -> None:
    hits = json.loads(crm("search", "helsinki", "--json", "--limit", "5", *copied).out)
    assert len(hits) == 5
    assert all(list(hit) == ["account", "module", "id", "title", "field", "fresh"] for hit in hits)
    assert hits[0]["fresh"].startswith("copy 20")
    table = crm("search", "helsinki", "--limit", "2", *copied)
    assert "Helsinki" in table.out
    assert crm("search", "zzzyyyxxx", *copied).out == "nothing\n"
    assert crm("search", "  ", *copied).code == 2


def test_offline_answers_as_the_server_does(crm: Crm, copied: list[str]) -> None:
    asked = ("query", "Accounts", "--where", "bill_city = 'Helsinki'", "--order", "accountname", "--format", "json")
    here, there = crm(*asked, "--offline", *copied), crm(*asked, *copied)
    assert here.code == 0, here.err
    ours, theirs = json.loads(here.out), json.loads(there.out)
    assert {row["id"] for row in ours} == {row["id"] for row in theirs}
    count = crm("query", "accounts", "--where", "bill_city = 'Helsinki'", "--count", "--offline", *copied)
    assert count.out == f"{len(ours)}\n"
    some = crm("query", "Accounts", "--offline", "--limit", "2", "--offset", "1", "--format", "jsonl", *copied)
    assert len(some.out.splitlines()) == 2
    one = json.loads(crm("get", "Accounts", ours[0]["id"], "--offline", "--json", *copied).out)
    assert one["id"] == ours[0]["id"]
    assert one["values"]["bill_city"] == "Helsinki"


def test_offline_asks_no_server_and_needs_no_secret(
    crm: Crm, copied: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the server was asked")

    monkeypatch.setattr("crmdesk.engine.session.AccountSession.ask", never)
    without = copied[: copied.index("--secret-env")]
    assert crm("query", "Accounts", "--offline", "--count", *without).code == 0
    assert crm("search", "oy", *without).code == 0
    assert crm("mirror", "status", *without).code == 0


def test_lines_are_copied_where_they_are_wanted_and_told_without_the_server(
    crm: Crm, account: list[str], copied: list[str]
) -> None:
    assert crm("mirror", "update", "Quotes", *account).code == 0
    some = json.loads(crm("query", "Quotes", "--limit", "1", "--format", "json", *account).out)[0]["id"]
    lacking = crm("get", "Quotes", some, "--offline", "--lines", *account)
    assert lacking.code == 1
    assert "mirror update Quotes --lines" in lacking.err
    plain = crm("get", "Accounts", "3x17", "--offline", "--lines", *account)
    assert plain.code == 1
    assert crm("mirror", "update", "Quotes", "--lines", *account).code == 0
    here, there = (
        json.loads(crm("get", "Quotes", some, "--lines", "--json", *more, *account).out)
        for more in (("--offline",), ())
    )
    assert here["lines"] == there["lines"]
    assert here["totals"] == there["totals"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("query", "Leads", "--offline"), 1, "no local copy of Leads"),
        (("query", "Accounts", "--offline", "--explain"), 2, "--explain"),
        (("get", "Accounts", "9x9", "--offline"), 1, "no record 9x9"),
        (("get", "Accounts", "9x9", "--offline", "--related"), 2, "--related needs the server"),
        (("mirror", "update", "Users"), 1, "never copied"),
        (("mirror", "update", "Nonsense"), 1, "no module"),
        (("mirror", "update", "Accounts", "--store", "postgresql://a:b@host/db"), 2, "password"),
        (("mirror", "update", "Accounts", "--store", "mysql://host/db"), 2, "postgresql://"),
        (("mirror", "update", "--secret-env", "store=NOPE"), 2, "--store"),
        (("mirror", "update", "--store", "postgresql://u@h/d", "--secret-env", "store=NOPE"), 2, "NOPE"),
        (("mirror", "drop"), 2, "--all"),
        (("mirror", "drop", "Leads"), 1, "no local copy"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    crm: Crm, copied: list[str], words: tuple[str, ...], code: int, says: str
) -> None:
    answer = crm(*words, *copied)
    assert answer.code == code, answer.err
    assert says in answer.err
    assert answer.err.count("\n") == 1


def test_dropping_one_and_all(crm: Crm, copied: list[str]) -> None:
    assert crm("mirror", "drop", "contacts", *copied).code == 0
    status = json.loads(crm("mirror", "status", "--json", *copied).out)
    assert [one["module"] for one in status["modules"]] == ["Accounts"]
    assert crm("mirror", "drop", "--all", *copied).code == 0
    assert crm("search", "helsinki", *copied).code == 1
    nothing = crm("mirror", "update", *copied)
    assert nothing.code == 2
    assert "Name the modules" in nothing.err


def test_a_limit_that_is_too_small_ends_with_a_reason(crm: Crm, account: list[str]) -> None:
    answer = crm("mirror", "update", "Contacts", "--limit-mb", "1", *account)
    assert answer.code in (0, 1)  # 1 MB may just do
    assert crm("search", "x").code == 1  # saved accounts alone, and none is


def test_a_copied_module_goes_to_parquet(crm: Crm, copied: list[str], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra “analysis” is not installed")
    import pyarrow.parquet

    target = tmp_path / "accounts.parquet"
    answer = crm("query", "Accounts", "--offline", "--format", "parquet", "--output", str(target), *copied)
    assert answer.code == 0, answer.err
    table = pyarrow.parquet.read_table(target)
    assert table.num_rows == int(crm("query", "Accounts", "--offline", "--count", *copied).out)
    assert str(table.schema.field("createdtime").type) == "timestamp[us, tz=UTC]"


def test_parquet_without_its_library_is_one_sentence(
    crm: Crm, copied: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmdesk.engine.parquet.is_installed", lambda: False)
    target = tmp_path / "accounts.parquet"
    answer = crm("query", "Accounts", "--offline", "--format", "parquet", "--output", str(target), *copied)
    assert answer.code in (1, 2)
    assert "analysis" in answer.err
    assert not target.exists()
