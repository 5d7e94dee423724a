# SPDX-License-Identifier: MIT
"""New sales documents with their lines: staged as one step, sent once whatever breaks, looked up, taken back."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from crmdesk.domain.changes import Applied, Outcome, Refused, SaveDocument, Skipped, Unknown, new_key, record_of
from crmdesk.domain.errors import NotReachable, TimedOut
from crmdesk.domain.line_edit import LINE, QUANTITY, changed
from crmdesk.domain.line_merge import line_field
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import LineItem, LineTrouble
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.staged_record import staged_document, staged_from_json, staged_to_json
from crmdesk.engine.staging import NEW, Kind, StagedChanges
from crmdesk.engine.undo import Undoer
from tests.engine.bench import Bench, began, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME

FRESH = RecordId(ACCOUNTS, f"{NEW}copy1")


def item(product: str, quantity: int = 1) -> LineItem:
    return LineItem(
        key=None, position=1, product=RecordId(ACCOUNTS, product), quantity=Decimal(quantity), unit_price=Decimal("9.5")
    )


LINES = (item("a"), item("b", 2), item("a", 3))
WISH = staged_document(
    FRESH, {NAME: "Order 9", CITY: "Espoo"}, LINES, currency="EUR", tax_mode="group", title="Order 9"
)


async def stage(bench: Bench) -> None:
    await bench.staged.stage([WISH], "Duplicate Order 1")


async def send(bench: Bench) -> Outcome:
    checked = await bench.applier.check(bench.staged.all())
    result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    return result.outcomes[-1]


def held(bench: Bench) -> list[tuple[str, int]]:
    (document,) = bench.server.documents.values()
    return [(line.product.key if line.product else "", int(line.quantity)) for line in document.lines]


def test_it_is_one_step_on_disk_and_one_change_to_send(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        assert bench.staged.count == 5  # two fields, three lines
        assert bench.staged.undo_text == "Duplicate Order 1"
        (change,) = bench.staged.changes()
        assert isinstance(change, SaveDocument)
        assert change.before is None
        assert record_of(change) is None
        assert new_key(change) == FRESH.key
        assert [line.key for line in change.after.lines] == [None, None, None]
        assert change.after.header.values[NAME] == "Order 9"
        again = StagedChanges(bench.storage)
        await again.load()
        assert again.all() == (WISH,)
        assert staged_from_json(staged_to_json(WISH)) == WISH
        await bench.staged.undo()
        assert bench.staged.all() == ()
        await bench.staged.redo()
        assert bench.staged.created(ACCOUNTS) == (WISH,)

    run(go())


def test_a_line_of_it_can_be_taken_out_and_a_field_changed(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        await bench.staged.discard(FRESH, line_field(WISH.lines[1].key or "", LINE))
        staged = bench.staged.get(FRESH)
        assert staged is not None
        assert [int(line.quantity) for line in staged.lines] == [1, 3]
        await bench.staged.discard(FRESH, CITY)
        staged = bench.staged.get(FRESH)
        assert staged is not None
        assert dict(staged.values) == {NAME: "Order 9"}
        assert staged.is_new_document
        for line in staged.lines:
            await bench.staged.discard(FRESH, line_field(line.key or "", LINE))
        last = bench.staged.get(FRESH)
        assert last is not None, "a document without lines is still a document"
        assert last.lines == ()

    run(go())


def test_header_and_lines_are_made_and_noted(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        (checked,) = await bench.applier.check(bench.staged.all())
        assert checked.lines is not None
        assert len(checked.lines.merges) == 3
        outcome = await send(bench)
        assert isinstance(outcome, Applied)
        assert outcome.differences == ()
        assert held(bench) == [("a", 1), ("b", 2), ("a", 3)]
        assert bench.staged.all() == ()
        assert outcome.record is not None
        ((_, entry),) = await bench.journal.of_record(outcome.record.id)
        assert entry.outcome == "applied"
        assert entry.document_after is not None
        assert len(entry.document_after.lines) == 3
        assert entry.before is None

    run(go())


def test_lines_the_server_kept_otherwise_are_told(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        bench.server.on_save = lambda lines: lines[:1]
        outcome = await send(bench)
        assert isinstance(outcome, Applied)
        assert [one.trouble for one in outcome.differences] == [LineTrouble.LOST, LineTrouble.LOST]

    run(go())


def test_what_was_made_before_a_break_is_never_made_twice(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        bench.server.fail("save_document", TimedOut("No answer.", sent=True), done=True)
        outcome = await send(bench)
        assert isinstance(outcome, Unknown)
        assert bench.staged.get(FRESH) is not None
        (checked,) = await bench.applier.check(bench.staged.all())
        assert checked.made is not None, "it is found by its title and lines"
        second = (await bench.applier.apply([checked], {}, ApplyOptions(), lambda *_: None)).outcomes[0]
        assert isinstance(second, Skipped)
        assert bench.server.did("save_document") == 1
        assert len(bench.server.documents) == 1
        assert bench.staged.all() == ()

    run(go())


def test_a_look_up_finds_the_document_with_its_lines(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        bench.server.on_save = lambda lines: lines[:2]
        bench.server.fail("save_document", TimedOut("No answer.", sent=True), done=True)
        unknown = await send(bench)
        assert isinstance(unknown, Unknown)
        found = await bench.applier.look_up(unknown)
        assert isinstance(found, Applied)
        assert found.document is not None
        assert [one.trouble for one in found.differences] == [LineTrouble.LOST]

    run(go())


def test_two_that_look_alike_are_left_to_a_person(bench: Bench) -> None:
    async def go() -> None:
        bench.server.add("o1", accountname="Order 9", bill_city="Espoo")
        await stage(bench)
        bench.server.fail("save_document", TimedOut("No answer.", sent=True), done=True)
        unknown = await send(bench)
        assert isinstance(unknown, Unknown)
        assert isinstance(await bench.applier.look_up(unknown), Unknown)
        assert isinstance(await send(bench), Refused), "it is not sent again by itself"
        assert bench.server.did("save_document") == 1

    run(go())


def test_what_certainly_never_arrived_may_be_sent_again(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        bench.server.fail("save_document", NotReachable("Not reachable."))
        assert isinstance(await send(bench), Refused)
        assert isinstance(await send(bench), Applied)
        assert len(bench.server.documents) == 1

    run(go())


def test_an_answer_that_never_came_long_ago_is_no_document(bench: Bench) -> None:
    async def go() -> None:
        from crmdesk.engine import looking_up

        await stage(bench)
        bench.server.fail("save_document", TimedOut("No answer.", sent=True))
        unknown = await send(bench)
        assert isinstance(unknown, Unknown)
        assert isinstance(await bench.applier.look_up(unknown), Unknown)  # it may still be at work
        earlier = datetime.now(UTC) - timedelta(minutes=5)
        assert isinstance(await looking_up.look_up(bench.session, unknown, earlier), Refused)

    run(go())


def test_what_is_taken_out_while_it_is_sent_stays_wanted(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        gate = bench.server.hold("save_document")
        checked = await bench.applier.check(bench.staged.all())
        work = asyncio.ensure_future(bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None))
        await began(bench.server.begun["save_document"])
        await bench.staged.discard(FRESH, line_field(WISH.lines[1].key or "", LINE))
        gate.set()
        await work
        (left,) = bench.staged.all()
        assert left.kind is Kind.LINES
        assert [int(line.quantity) for line in left.lines] == [1, 3]
        assert left.document is not None
        assert {line.key for line in left.lines} < {line.key for line in left.document.lines}

    run(go())


def test_undo_deletes_it_unless_somebody_worked_on_its_lines(bench: Bench) -> None:
    async def go() -> None:
        await stage(bench)
        outcome = await send(bench)
        assert isinstance(outcome, Applied)
        assert outcome.document is not None
        undoer = Undoer(bench.session, bench.journal, bench.staged)
        plan = await undoer.plan(1)
        assert [one.kind for one in plan.restored] == [Kind.DELETE]
        document = outcome.document
        bench.server.poke_lines(
            document.header.id.key, lambda lines: changed(lines, lines[0].key or "", QUANTITY, Decimal(7))
        )
        plan = await undoer.plan(1)
        assert plan.restored == ()
        assert "changed its lines" in plan.cannot[0].text

    run(go())


def test_a_plain_new_record_is_still_one(bench: Bench) -> None:
    async def go() -> None:
        record = await bench.staged.create(ACCOUNTS, {NAME: "Plain"})
        staged = bench.staged.get(record)
        assert staged is not None
        assert not staged.is_new_document
        assert replace(staged, values={FieldName("x"): 1}).count == 1
        assert isinstance(await send(bench), Applied)

    run(go())
