# SPDX-License-Identifier: MIT
"""`crmdesk undo` and `crmdesk journal` against the demo server."""

import csv
import io
import json
from pathlib import Path

import pytest

from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm
from tests.cli.test_applying import Write, cities, holds, update, write, writes

__all__ = ["write"]


@pytest.fixture
def batch(crm: Crm, mine: list[str], write: Write) -> tuple[str, str]:
    """Two companies that were changed: their ids; the batch is 1."""
    first, second = cities(crm, mine, "Helsinki", 2)
    file = write(
        update(first, bill_city="Espoo", phone=None),
        update(second, bill_city="Espoo"),
        {"op": "create", "module": "Leads", "set": {"lastname": "Koch", "company": "Nordwind"}},
    )
    assert crm("apply", file, *mine).code == 0
    return first, second


def test_everything_goes_back_and_back_again(crm: Crm, mine: list[str], batch: tuple[str, str]) -> None:
    answer = crm("undo", "1", "--json", *mine)
    said = json.loads(answer.out)
    assert (answer.code, said["applied"], said["undoes"], said["left_out"]) == (0, 3, 1, [])
    assert holds(crm, mine, batch[0], "bill_city") == ["Helsinki"]
    assert crm("query", "Leads", "--where", "company = 'Nordwind'", "--count", *mine).out == "0\n"
    listed = json.loads(crm("journal", "list", "--json", *mine).out)
    assert [(one["id"], one["undone"], one["undoes"], one["taken_back"]) for one in listed] == [
        (2, False, 1, 0), (1, True, None, 3)
    ]  # fmt: skip
    assert {"id", "time", "account", "changes", "applied", "refused", "unknown", "undone"} <= listed[0].keys()
    assert crm("undo", "2", *mine).code == 0
    assert holds(crm, mine, batch[0], "bill_city", "phone") == ["Espoo", None]
    assert crm("query", "Leads", "--where", "company = 'Nordwind'", "--count", *mine).out == "1\n"


def test_what_others_changed_since_is_left_out_and_named(
    crm: Crm, mine: list[str], batch: tuple[str, str], write: Write
) -> None:
    assert crm("apply", write(update(batch[1], bill_city="Turku")), *mine).code == 0
    answer = crm("undo", "1", *mine)
    assert answer.code == 3
    assert "left out:" in answer.err
    assert "this batch wrote Espoo, somebody changed it to Turku" in answer.err
    assert holds(crm, mine, batch[1], "bill_city") == ["Turku"]
    assert holds(crm, mine, batch[0], "bill_city") == ["Helsinki"]


def test_a_dry_run_and_a_batch_that_is_not_there(
    crm: Crm, mine: list[str], batch: tuple[str, str], own: DemoServer
) -> None:
    before = writes(own)
    answer = crm("undo", "1", "--dry-run", *mine)
    assert (answer.code, answer.out.count("ready")) == (0, 3)
    assert writes(own) == before
    missing = crm("undo", "77", *mine)
    assert (missing.code, missing.err) == (1, "crmdesk: The journal has no batch 77.\n")
    assert crm("undo", "first", *mine).code == 2


def test_the_journal_is_listed_searched_shown_and_exported_without_asking_the_server(
    crm: Crm, mine: list[str], batch: tuple[str, str], own: DemoServer, tmp_path: Path
) -> None:
    asked = len(own.seen)
    here = mine[:-2]  # no secret is needed
    assert "Nordwind" in crm("journal", "show", "1", *here).out
    shown = json.loads(crm("journal", "show", "1", "--search", "koch", "--json", *here).out)
    assert [row["fields"]["lastname"]["asked"] for row in shown["rows"]] == ["Koch"]
    assert json.loads(crm("journal", "list", "--search", "espoo helsinki", "--json", *here).out)[0]["id"] == 1
    assert crm("journal", "list", "--search", "Oulunsalo", *here).out == "no records\n"
    assert crm("journal", "list", "--outcome", "refused", *here).out == "no records\n"
    lines = [json.loads(line) for line in crm("journal", "export", *here).out.splitlines()]
    assert [one["operation"] for one in lines] == ["update", "update", "create"]
    assert lines[0]["fields"]["bill_city"] == {"before": "Helsinki", "asked": "Espoo", "stored": "Espoo"}
    file = tmp_path / "journal.csv"
    assert crm("journal", "export", "1", "--format", "csv", "--output", str(file), *here).code == 0
    rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
    assert {row["field"] for row in rows} >= {"bill_city", "phone", "lastname"}
    assert crm("journal", "show", "9", *here).code == 1
    assert len(own.seen) == asked
