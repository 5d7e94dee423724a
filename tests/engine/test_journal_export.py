# SPDX-License-Identifier: MIT
"""The journal as rows and files, its search, and what a break left."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.domain.changes import Applied, Create, Delete, Refused, SaveDocument, Unknown, Update
from crmdesk.domain.errors import Invalid, TimedOut
from crmdesk.domain.line_edit import QUANTITY, changed, without
from crmdesk.domain.names import RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.engine.journal import Entry, Search
from crmdesk.engine.journal_export import ExportFormat, export, export_file, fields_of, operation_of
from crmdesk.engine.journal_search import finder
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, STAFF
from tests.engine.test_applying_lines import item

KOCH = Record(RecordId(ACCOUNTS, "3x1"), {NAME: "Koch & Söhne", CITY: "Espoo", STAFF: 1})
MOVED = Record(KOCH.id, {**KOCH.values, CITY: "=Turku", STAFF: 2})
MOVE = Update(KOCH, {CITY: "=Turku"})
NEW = Create("k1", ACCOUNTS, {NAME: "Neu"})


async def filled(bench: Bench) -> int:
    journal = bench.journal
    batch = await journal.begin(
        [(MOVE, "Koch"), (NEW, "Neu"), (Delete(KOCH), "Koch"), (MOVE, "Later")],
        user="ada", server="fake at x", summary="a fix", undoes=[7, 7, None, None],
    )  # fmt: skip
    await journal.sending(batch, 0, KOCH)
    await journal.note(batch, 0, Applied(MOVE, MOVED, KOCH))
    await journal.note(batch, 1, Refused(NEW, Invalid("The name is taken.")))
    await journal.sending(batch, 2, KOCH)
    await journal.note(batch, 2, Unknown(Delete(KOCH), TimedOut("No answer.")))
    return batch


def test_each_change_knows_its_fields(bench: Bench) -> None:
    async def go() -> None:
        batch = await filled(bench)
        update, create, delete, _ = await bench.journal.entries(batch)
        assert [operation_of(one) for one in (update, create, delete)] == ["update", "create", "delete"]
        (city,) = fields_of(update)
        assert (city.name, city.before, city.asked, city.stored) == (CITY, "Espoo", "=Turku", "=Turku")
        assert [(one.name, one.is_own) for one in fields_of(update, with_own=True)] == [(CITY, False), (STAFF, True)]
        assert [(one.name, one.asked, one.stored) for one in fields_of(create)] == [(NAME, "Neu", None)]
        assert [one.name for one in fields_of(delete)] == [NAME, CITY, STAFF]
        assert [one.undoes for one in await bench.journal.entries(batch)] == [7, 7, None, None]
        info = await bench.journal.batch(batch)
        assert info is not None
        assert (info.undoes, info.unknown) == (None, 1)

    run(go())


def test_lines_of_documents_are_told_by_their_place() -> None:
    document = SalesDocument(header=KOCH, lines=tuple(item(key, key=key) for key in "abc"))
    after = SalesDocument(
        header=KOCH, lines=without(changed(document.lines, "a", QUANTITY, item("x", 9).quantity), ["b"])
    )
    entry = Entry(1, 0, SaveDocument(document, after), "Order", "applied", "", None, None)
    assert [(one.name, str(one.asked)) for one in fields_of(entry)] == [("line 1: quantity", "9"), ("line 2", "None")]


@pytest.mark.parametrize(
    ("words", "positions"),
    [
        ("", [0, 1, 2, 3]),
        ("KOCH", [0, 2]),
        ("espoo turku", [0, 3]),
        ("bill_city later", [3]),
        ("taken", [1]),
        ("söhne", [2]),  # of a deleted record everything counts, of an update what was changed
        ("3x1", [0, 2, 3]),
        ("fake", []),
        ('"', []),
    ],
)
def test_words_are_found_in_titles_fields_values_and_reasons(bench: Bench, words: str, positions: list[int]) -> None:
    async def go() -> None:
        batch = await filled(bench)
        found = await bench.journal.entries(batch, Search(text=words))
        assert [one.position for one in found] == positions
        listed = await bench.journal.batches(wanted=Search(text=words))
        assert bool(listed) == (bool(positions) or words == "fake")  # the batch's own line counts, too

    run(go())


@pytest.mark.parametrize(("outcome", "position"), [("applied", 0), ("refused", 1), ("unknown", 2), ("skipped", 3)])
def test_outcomes_are_found(bench: Bench, outcome: str, position: int) -> None:
    async def go() -> None:
        batch = await filled(bench)
        assert [one.position for one in await bench.journal.entries(batch, Search(outcome=outcome))] == [position]
        assert len(await bench.journal.batches(wanted=Search(outcome=outcome))) == 1
        assert [one.position for one in await bench.journal.unheard()] == [2]
        assert await bench.journal.effects(batch) == ((0, 2),)

    run(go())


def test_a_search_looks_at_quotes_and_line_breaks_as_people_write_them() -> None:
    has = finder('say "so" Ünder')
    change = Update(KOCH, {CITY: 'they say "so"\nunder'})
    from crmdesk.engine.codec import change_to_json, dumps

    assert has("x", None, dumps(change_to_json(change)), None, None)
    assert not has("x", None, dumps(change_to_json(MOVE)), None, None)
    assert has('say "so" under', None, None, None, None)


def test_pages_of_a_long_batch(bench: Bench) -> None:
    async def go() -> None:
        batch = await bench.journal.begin([(MOVE, str(n)) for n in range(25)], user="a", server="s", summary="x")
        first = await bench.journal.entries(batch, limit=10)
        rest = await bench.journal.entries(batch, start=first[-1].position + 1)
        assert [one.title for one in (*first, *rest)] == [str(n) for n in range(25)]
        assert [one.title for one in await bench.journal.entries_at(batch, [7, 3])] == ["3", "7"]

    run(go())


def test_files_are_exact_and_safe_in_a_spreadsheet(bench: Bench, tmp_path: Path) -> None:
    async def go() -> None:
        await filled(bench)
        batches = await bench.journal.batches()
        out = io.StringIO()
        assert await export(bench.journal, out, ExportFormat.JSON_LINES, batches) == 4
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        assert lines[0]["fields"][CITY] == {"before": "Espoo", "asked": "=Turku", "stored": "=Turku"}
        assert [one["outcome"] for one in lines] == ["applied", "refused", "unknown", "not sent"]
        assert lines[1]["id"] is None
        assert datetime.fromisoformat(lines[0]["time"]) <= datetime.now(UTC)
        path = tmp_path / "journal.csv"
        assert await export_file(bench.journal, path, batches, Search(outcome="applied")) == 1
        text = path.read_bytes()
        assert text.startswith(b"\xef\xbb\xbf")
        (row,) = csv.DictReader(io.StringIO(text.decode("utf-8-sig")))
        assert (row["before"], row["asked"], row["title"]) == ("Espoo", '="=Turku"', "Koch")
        with pytest.raises(OSError, match="No such file"):
            await export_file(bench.journal, tmp_path / "no" / "x.csv", batches)

    run(go())
