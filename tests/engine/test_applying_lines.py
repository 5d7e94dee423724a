# SPDX-License-Identifier: MIT
"""Lines of sales documents: staged on disk, compared, sent once, read back; and every way in which that can go wrong."""

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.domain.changes import Applied, Outcome, Refused, SaveDocument, Skipped, Unknown, inverse
from crmdesk.domain.errors import Conflict, NotFound, NotReachable, TimedOut
from crmdesk.domain.line_check import restoring
from crmdesk.domain.line_edit import (
    LINE,
    NEW_LINE,
    PLACE,
    PRICE,
    QUANTITY,
    Lines,
    changed,
    inserted,
    moved,
    without,
)
from crmdesk.domain.line_merge import line_field
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import LineItem, LineTrouble, SalesDocument
from crmdesk.engine.applying import ApplyOptions, Checked, Decision, Decisions
from crmdesk.engine.staging import Edit, Kind, StagedChanges
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY

ORDER = RecordId(ACCOUNTS, "o1")
STATUS = FieldName("status")


def item(product: str, quantity: int = 1, price: str = "10.00", key: str | None = None) -> LineItem:
    return LineItem(
        key=key, position=1, product=RecordId(ACCOUNTS, product), quantity=Decimal(quantity), unit_price=Decimal(price)
    )


def order(bench: Bench) -> SalesDocument:
    return bench.server.add_document("o1", item("a"), item("b", 2), item("c", 3), subject="Order 1", bill_city="Espoo")


def held(bench: Bench) -> list[tuple[str, int]]:
    """Product and quantity of the lines on the server."""
    return [
        (line.product.key if line.product else "", int(line.quantity)) for line in bench.server.documents["o1"].lines
    ]


async def want(bench: Bench, document: SalesDocument, *edits: Callable[[Lines], Lines]) -> None:
    for edit in edits:
        await bench.staged.edit_lines(document, edit, title="Order 1")


def quantity(key: str, number: int) -> Callable[[Lines], Lines]:
    return lambda lines: changed(lines, key, QUANTITY, Decimal(number))


async def apply(bench: Bench, decisions: Decisions | None = None) -> Outcome:
    checked = await bench.applier.check(bench.staged.all())
    return await send(bench, checked, decisions)


async def send(bench: Bench, checked: tuple[Checked, ...], decisions: Decisions | None = None) -> Outcome:
    result = await bench.applier.apply(checked, decisions or {}, ApplyOptions(), lambda *_: None)
    return result.outcomes[-1]


# ---- staging -----------------------------------------------------------------------------------------------------------


def test_each_edit_is_on_disk_before_anybody_is_told(bench: Bench) -> None:
    document, seen = order(bench), []

    def look(touched: tuple[RecordId, ...]) -> None:
        with sqlite3.connect(bench.storage.path) as db:
            seen.append((ORDER in touched, db.execute("SELECT data FROM staged").fetchall()))
        db.close()

    async def go() -> None:
        bench.staged.changed.connect(look)
        await want(bench, document, quantity("L2", 5))

    run(go())
    ((told_of_the_record, rows),) = seen
    assert told_of_the_record
    assert len(rows) == 1
    assert '"decimal":"5"' in rows[0][0]


def test_edits_of_lines_and_fields_are_one_row_of_undo_steps(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        staged = bench.staged
        await want(bench, document, quantity("L1", 5))
        await staged.edit([Edit(document.header, CITY, "Turku")])
        await want(bench, document, lambda lines: without(lines, ["L3"]))
        assert [one.kind for one in staged.all()] == [Kind.LINES, Kind.UPDATE]
        assert staged.count == 3
        await staged.undo()
        await staged.undo()
        (one,) = staged.all()
        assert (one.kind, [line.key for line in one.lines]) == (Kind.LINES, ["L1", "L2", "L3"])
        await staged.undo()
        assert staged.all() == ()
        for _ in range(3):
            await staged.redo()
        lines = staged.lines_of(ORDER)
        assert lines is not None
        assert [(line.key, line.position) for line in lines.lines] == [("L1", 1), ("L2", 2)]

    run(go())


def test_changing_back_makes_it_clean(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5), quantity("L1", 1))
        assert bench.staged.all() == ()
        await want(bench, document, lambda lines: moved(lines, ["L1"], 1), lambda lines: moved(lines, ["L1"], -1))
        assert bench.staged.all() == ()

    run(go())


def test_what_is_staged_is_there_after_a_restart(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        new = item("d", key=f"{NEW_LINE}1")
        await want(bench, document, quantity("L1", 5), lambda lines: inserted(lines, [new], 1))
        again = StagedChanges(bench.storage)
        await again.load()
        assert again.all() == bench.staged.all()

    run(go())


def test_one_part_one_line_and_the_order_can_be_taken_back_alone(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        new = item("d", key=f"{NEW_LINE}1")
        await want(
            bench,
            document,
            quantity("L2", 9),
            lambda lines: without(lines, ["L1"]),
            lambda lines: inserted(lines, [new], 1),
            lambda lines: moved(lines, ["L3"], -2),
        )

        async def back(key: str, part: str) -> list[tuple[str, int]]:
            staged = bench.staged.lines_of(ORDER)
            assert staged is not None
            await bench.staged.discard(staged.slot, line_field(key, part))
            now = bench.staged.lines_of(ORDER)
            return [(line.key or "", int(line.quantity)) for line in now.lines] if now is not None else []

        assert await back("L1", LINE) == [("L1", 1), ("L3", 3), ("L2", 9), (f"{NEW_LINE}1", 1)]
        assert await back("", PLACE) == [("L1", 1), ("L2", 9), (f"{NEW_LINE}1", 1), ("L3", 3)]
        assert await back("L2", QUANTITY) == [("L1", 1), ("L2", 2), (f"{NEW_LINE}1", 1), ("L3", 3)]
        assert await back(f"{NEW_LINE}1", LINE) == []

    run(go())


# ---- sending -----------------------------------------------------------------------------------------------------------


def test_changed_new_moved_and_removed_lines_are_saved_read_back_and_noted(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        new = item("d", 7, key=f"{NEW_LINE}1")
        await want(
            bench,
            document,
            quantity("L2", 9),
            lambda lines: without(lines, ["L1"]),
            lambda lines: inserted(lines, [new], 1),
            lambda lines: moved(lines, ["L3"], -2),
        )
        outcome = await apply(bench)
        assert isinstance(outcome, Applied)
        assert outcome.differences == ()
        assert outcome.document == bench.server.documents["o1"]
        assert bench.staged.all() == ()
        assert not bench.staged.undo_text
        (info,) = await bench.journal.batches()
        (entry,) = await bench.journal.entries(info.id)
        assert (entry.outcome, entry.error, entry.title) == ("applied", "", "Order 1")
        assert entry.document_before == document
        assert entry.document_after == outcome.document
        assert entry.after == outcome.record
        assert isinstance(entry.change, SaveDocument)

    run(go())
    assert held(bench) == [("c", 3), ("b", 9), ("d", 7)]


def test_lines_and_header_are_two_changes_and_neither_carries_the_other(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await bench.staged.edit([Edit(document.header, CITY, "Turku")])
        await want(bench, document, quantity("L1", 5))
        assert isinstance(await apply(bench), Applied)
        update, lines = (await bench.journal.entries(1))[0].change, (await bench.journal.entries(1))[1].change
        assert not isinstance(update, SaveDocument)
        assert isinstance(lines, SaveDocument)
        assert lines.before is not None
        assert lines.before.header.values == lines.after.header.values

    run(go())
    assert bench.server.records["o1"].values[CITY] == "Turku"
    assert held(bench)[0] == ("a", 5)


def test_lines_that_others_touched_meanwhile_stay_theirs(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        bench.server.poke_lines("o1", lambda lines: changed(lines, "L1", PRICE, Decimal(99)))
        bench.server.poke_lines("o1", lambda lines: without(lines, ["L2"]))
        bench.server.poke_lines("o1", lambda lines: inserted(lines, [item("x", key="L9")], 0))
        (checked,) = await bench.applier.check(bench.staged.all())
        assert checked.conflicts == ()
        assert checked.lines is not None
        assert checked.lines.theirs_alone == 2
        assert isinstance(await send(bench, (checked,)), Applied)

    run(go())
    assert held(bench) == [("x", 1), ("a", 5), ("c", 3)]
    assert bench.server.documents["o1"].lines[1].unit_price == 99


CONFLICTS: dict[str, tuple[Callable[[Lines], Lines], Callable[[Lines], Lines], FieldName, list[str], list[str]]] = {
    "one part": (
        quantity("L2", 5),
        quantity("L2", 7),
        line_field("L2", QUANTITY),
        ["a1", "b5", "c3"],
        ["a1", "b7", "c3"],
    ),
    "I changed, they removed": (
        quantity("L2", 5),
        lambda lines: without(lines, ["L2"]),
        line_field("L2", LINE),
        ["a1", "b5", "c3"],
        ["a1", "c3"],
    ),
    "I removed, they changed": (
        lambda lines: without(lines, ["L2"]),
        quantity("L2", 7),
        line_field("L2", LINE),
        ["a1", "c3"],
        ["a1", "b7", "c3"],
    ),
    "two orders": (
        lambda lines: moved(lines, ["L1"], 2),
        lambda lines: moved(lines, ["L3"], -1),
        line_field("", PLACE),
        ["b2", "c3", "a1"],
        ["a1", "c3", "b2"],
    ),
}


@pytest.mark.parametrize("case", CONFLICTS)
@pytest.mark.parametrize("decision", [None, Decision.MINE, Decision.THEIRS])
def test_what_both_changed_the_person_decides(bench: Bench, case: str, decision: Decision | None) -> None:
    mine, theirs, field, with_mine, with_theirs = CONFLICTS[case]
    document = order(bench)

    async def go() -> Outcome:
        await want(bench, document, mine)
        bench.server.poke_lines("o1", theirs)
        (checked,) = await bench.applier.check(bench.staged.all())
        assert [one.field for one in checked.conflicts] == [field]
        return await send(bench, (checked,), {} if decision is None else {(ORDER, field): decision})

    outcome = run(go())
    kinds = {None: Refused, Decision.MINE: Applied, Decision.THEIRS: Skipped}
    assert isinstance(outcome, kinds[decision])
    assert [f"{product}{n}" for product, n in held(bench)] == (with_mine if decision is Decision.MINE else with_theirs)
    assert bench.server.did("save_document") == (decision is Decision.MINE)


def test_lines_changed_between_review_and_sending_are_not_overwritten(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        checked = await bench.applier.check(bench.staged.all())
        bench.server.poke_lines("o1", lambda lines: inserted(lines, [item("x", key="L9")], 3))
        outcome = await send(bench, checked)
        assert isinstance(outcome, Refused)
        assert isinstance(outcome.error, Conflict)
        assert bench.staged.lines_of(ORDER) is not None

    run(go())
    assert bench.server.did("save_document") == 0


def test_ids_that_changed_between_review_and_sending_are_followed(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L2", 5), lambda lines: without(lines, ["L1"]))
        checked = await bench.applier.check(bench.staged.all())
        bench.server.poke_lines("o1", lambda lines: tuple(replace(one, key=f"N{one.key}") for one in lines))
        assert isinstance(await send(bench, checked), Applied)

    run(go())
    assert held(bench) == [("b", 5), ("c", 3)]


def test_a_server_that_names_lines_anew_at_every_save_loses_none(bench: Bench) -> None:
    document = order(bench)
    bench.server.names_anew = True

    async def go() -> None:
        await want(bench, document, quantity("L2", 5))
        first = await apply(bench)
        assert isinstance(first, Applied)
        assert first.document is not None
        assert first.differences == ()
        last = first.document.lines[-1].key or ""
        await want(bench, first.document, quantity(last, 8))
        second = await apply(bench)
        assert isinstance(second, Applied)
        assert second.differences == ()

    run(go())
    assert held(bench) == [("a", 1), ("b", 5), ("c", 8)]


def test_a_document_that_is_gone_is_refused_and_stays_staged(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        bench.server.documents["o2"] = bench.server.documents.pop("o1")
        (checked,) = await bench.applier.check(bench.staged.all())
        assert isinstance(checked.error, NotFound)
        outcome = await send(bench, (checked,))
        assert isinstance(outcome, Refused)
        assert bench.staged.count == 1

    run(go())


# ---- what the server made of it ------------------------------------------------------------------------------------------


def test_a_lost_line_is_told_noted_and_brought_back_by_a_staged_repair(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        bench.server.on_save = lambda lines: lines[:2]
        outcome = await apply(bench)
        assert isinstance(outcome, Applied)
        (lost,) = outcome.differences
        assert (lost.trouble, lost.wanted and lost.wanted.key) == (LineTrouble.LOST, "L3")
        (entry,) = await bench.journal.entries(1)
        assert "1 of its lines" in entry.error
        bench.server.on_save = tuple
        assert isinstance(outcome.change, SaveDocument)
        assert outcome.document is not None
        saves = bench.server.did("save_document")
        repair = restoring(outcome.document, outcome.change.after)
        await bench.staged.edit_lines(outcome.document, lambda _: repair.after.lines, "Restore lines")
        assert bench.server.did("save_document") == saves  # staged, not sent
        again = await apply(bench)
        assert isinstance(again, Applied)
        assert again.differences == ()

    run(go())
    assert held(bench) == [("a", 5), ("b", 2), ("c", 3)]


def test_the_inverse_brings_lines_back_and_says_what_it_cannot(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5), lambda lines: without(lines, ["L2"]))
        outcome = await apply(bench)
        back = inverse(outcome)
        assert isinstance(back.change, SaveDocument)
        assert back.cannot == ("The removed line comes back with a new id.",)
        assert back.change.before == bench.server.documents["o1"]
        wanted = back.change.after.lines
        await bench.staged.edit_lines(bench.server.documents["o1"], lambda _: wanted)
        assert isinstance(await apply(bench), Applied)

    run(go())
    assert held(bench) == [("a", 1), ("b", 2), ("c", 3)]


@pytest.mark.parametrize("done", [True, False])
def test_an_unknown_outcome_is_looked_up_and_never_sent_again(bench: Bench, done: bool) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        bench.server.fail("save_document", TimedOut("No answer.", sent=True), done=done)
        outcome = await apply(bench)
        assert isinstance(outcome, Unknown)
        assert bench.staged.lines_of(ORDER) is not None
        found = await bench.applier.look_up(outcome)
        assert isinstance(found, Applied if done else Refused)

    run(go())
    assert bench.server.did("save_document") == 1


def test_a_save_that_half_succeeded_stays_unknown_and_only_the_rest_is_sent_after(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        new = item("d", 7, key=f"{NEW_LINE}1")
        await want(bench, document, quantity("L1", 5), lambda lines: inserted(lines, [new], 3))
        bench.server.on_save = lambda lines: (document.lines[0], *lines[1:])
        bench.server.fail("save_document", TimedOut("No answer.", sent=True), done=True)
        outcome = await apply(bench)
        assert isinstance(outcome, Unknown)
        assert isinstance(await bench.applier.look_up(outcome), Unknown)
        bench.server.on_save = tuple
        (checked,) = await bench.applier.check(bench.staged.all())
        assert [one.is_done_already for one in checked.merges] == [False, True]
        assert isinstance(await send(bench, (checked,)), Applied)

    run(go())
    assert held(bench) == [("a", 5), ("b", 2), ("c", 3), ("d", 7)]


def test_what_was_certainly_not_sent_is_refused(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        bench.server.fail("save_document", NotReachable("away"))
        assert isinstance(await apply(bench), Refused)
        assert bench.staged.lines_of(ORDER) is not None

    run(go())


def test_a_program_that_ends_while_sending_leaves_the_intent_and_the_staged_lines(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        await want(bench, document, quantity("L1", 5))
        checked = await bench.applier.check(bench.staged.all())
        gate = bench.server.hold("save_document")
        task = asyncio.ensure_future(send(bench, checked))
        await began(bench.server.begun["save_document"])
        (entry,) = await bench.journal.entries(1)  # what another run would find
        assert entry.outcome == "unknown"
        assert entry.document_before == document
        again = StagedChanges(bench.storage)
        await again.load()
        assert again.lines_of(ORDER) == bench.staged.lines_of(ORDER)
        gate.set()
        assert isinstance(await task, Applied)

    run(go())


# ---- over another state of the server --------------------------------------------------------------------------------------


def test_a_wish_moves_to_what_the_server_holds_by_now_unless_in_conflict(bench: Bench) -> None:
    document = order(bench)

    async def go() -> None:
        new = item("d", key=f"{NEW_LINE}1")
        await want(bench, document, quantity("L1", 5), lambda lines: inserted(lines, [new], 3))
        bench.server.poke_lines("o1", lambda lines: without(lines, ["L2"]))
        now = bench.server.documents["o1"]
        await bench.staged.rebase_lines(now)
        staged = bench.staged.lines_of(ORDER)
        assert staged is not None
        assert staged.document == now
        assert [line.key for line in staged.lines] == ["L1", "L3", f"{NEW_LINE}1"]
        bench.server.poke_lines("o1", quantity("L1", 8))
        await bench.staged.rebase_lines(bench.server.documents["o1"])
        assert bench.staged.lines_of(ORDER) == staged
        bench.server.poke_lines("o1", quantity("L1", 5))
        bench.server.poke_lines("o1", lambda lines: inserted(lines, [item("d", key="L7")], 2))
        await bench.staged.rebase_lines(bench.server.documents["o1"])
        assert bench.staged.lines_of(ORDER) is None

    run(go())
