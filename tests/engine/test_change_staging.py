# SPDX-License-Identifier: MIT
"""A change file that waits for the review: what is staged over what, what is left out, what is no file of changes."""

import json
from pathlib import Path

import pytest

from crmdesk.domain.errors import Invalid
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.change_staging import StagedFile, is_change_file, stage_file
from crmdesk.engine.change_writing import write_change_file
from crmdesk.engine.staging import Edit, Kind
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import CITY, NAME


def line(op: str = "update", record: str = "a", **more: object) -> str:
    return json.dumps({"op": op, "module": "Accounts", **({} if op == "create" else {"id": record}), **more})


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    made = Bench(tmp_path)
    made.server.add("a", accountname="Aalto", bill_city="Turku")
    made.server.add("b", accountname="Berg", bill_city="Oulu")
    return made


async def staged(bench: Bench, path: Path, *lines: str) -> StagedFile:
    path.write_text("\n".join(lines), "utf-8")
    return await stage_file(path, bench.session, bench.staged, bench.applier)


def test_changes_wait_and_nothing_is_sent(bench: Bench, tmp_path: Path) -> None:
    async def go() -> None:
        found = await staged(
            bench,
            tmp_path / "x.jsonl",
            line(set={"bill_city": "Espoo"}, was={"bill_city": "Turku"}),
            line("delete", "b"),
            line("create", set={"accountname": "Neu"}, key="order-7"),
        )
        assert found == StagedFile(3, 0)
        update, delete, create = bench.staged.all()
        assert (update.kind, delete.kind, create.kind) == (Kind.UPDATE, Kind.DELETE, Kind.CREATE)
        assert (update.title, dict(update.values)) == ("Aalto", {CITY: "Espoo"})
        assert update.base.values[NAME] == "Aalto"  # whole, as a table shows it
        assert create.id.key == "order-7"
        assert bench.server.records["a"].values[CITY] == "Turku"
        await bench.staged.undo()
        assert bench.staged.all() == ()  # one step, however many

    run(go())
    bench.close()


def test_what_moved_since_is_a_conflict_in_the_review(bench: Bench, tmp_path: Path) -> None:
    async def go() -> None:
        await staged(bench, tmp_path / "x.jsonl", line(set={"bill_city": "Espoo"}, was={"bill_city": "Vaasa"}))
        (checked,) = await bench.applier.check(bench.staged.all())
        (merge,) = checked.conflicts
        assert (merge.base, merge.theirs, merge.mine) == ("Vaasa", "Turku", "Espoo")

    run(go())
    bench.close()


def test_what_is_so_already_gone_or_waiting_is_told_and_left_out(bench: Bench, tmp_path: Path) -> None:
    async def go() -> None:
        await bench.staged.edit([Edit(bench.server.records["b"], CITY, "Kotka", title="Berg")])
        found = await staged(
            bench,
            tmp_path / "x.jsonl",
            line(set={"bill_city": "Turku"}),
            line(record="b", set={"bill_city": "Pori"}),
            line(record="zz", set={"bill_city": "Pori"}),
        )
        assert (found.records, found.same, len(found.left_out)) == (0, 1, 2)
        assert found.left_out[0] == "Line 2: it has edits that wait already."
        assert found.left_out[1].startswith("Line 3: ")
        assert dict(bench.staged.all()[0].values) == {CITY: "Kotka"}

    run(go())
    bench.close()


def test_what_a_review_saves_can_be_opened_by_somebody_else(bench: Bench, tmp_path: Path) -> None:
    async def go() -> None:
        await bench.staged.edit([Edit(bench.server.records["a"], CITY, "Espoo", title="Aalto")])
        path = tmp_path / "mine.crmdesk.jsonl"
        write_change_file(path, await bench.applier.check(bench.staged.all()), {})
        await bench.staged.discard_all()
        assert is_change_file(path)
        assert await stage_file(path, bench.session, bench.staged, bench.applier) == StagedFile(1, 0)
        checked = await bench.applier.check(bench.staged.all())
        await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        assert bench.server.records["a"].values[CITY] == "Espoo"

    run(go())
    bench.close()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no changes"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b'{"op":"update","module":"Accounts","id":"a","set":{"nothing":1}}', "have no field nothing"),
        (b'{"op":"update","module":"Nowhere","id":"a","set":{"x":1}}', "no module Nowhere"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_whole(bench: Bench, tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(content)

    async def go() -> None:
        with pytest.raises(Invalid, match=says):
            await stage_file(tmp_path / "x.jsonl", bench.session, bench.staged, bench.applier)
        assert bench.staged.all() == ()

    run(go())
    bench.close()


def test_a_file_that_is_not_there_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"gone\.jsonl cannot be read"):
        run(stage_file(tmp_path / "gone.jsonl", bench.session, bench.staged, bench.applier))
    bench.close()


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("a.crmdesk.jsonl", "", True),
        ("a.jsonl", "\n" + line(set={"x": 1}) + "\n", True),
        ("a.jsonl", '{"name": "Firm", "city": "Turku"}\n', False),  # a table to import
        ("a.jsonl", "", False),
        ("a.csv", line(set={"x": 1}), False),
    ],
)
def test_changes_are_told_from_tables(tmp_path: Path, name: str, text: str, wanted: bool) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert is_change_file(tmp_path / name) is wanted
    assert not is_change_file(tmp_path / "missing.jsonl")
