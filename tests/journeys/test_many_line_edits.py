# SPDX-License-Identifier: MIT
"""Many random edits of a document's header and of its lines: no line is ever lost, and screen and server agree.

Some of each in every run; ``CRMDESK_MANY=5`` makes it 200 edits of the header and 100 of lines, 50 a thousand of these.
"""

import os
import random
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from crmdesk.connectors.vendors.webcrm import session
from crmdesk.connectors.vendors.webcrm.limiter import Limiter
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import Applied, Outcome, Update
from crmdesk.domain.line_edit import AMOUNT, PERCENT, PRICE, QUANTITY, TEXT, part
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, SalesDocument
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.staging import Edit
from crmdesk.ui.sales.sales_tab import SalesTab
from tests.journeys.conftest import Play
from tests.journeys.program import PATIENCE_S, Program, program, until
from tests.journeys.test_sales_documents import open_order

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen popups
MANY = int(os.environ.get("CRMDESK_MANY", "1"))
HEADER_EDITS, LINE_EDITS, WITHIN_S = 40 * MANY, 20 * MANY, 60 * MANY
VENDORS = [
    ("crmplus", "SalesOrder", "subject carrier terms_conditions bill_city duedate"),
    ("opencrm", "salesorder", "subject carrier terms_conditions bill_city"),
    ("webcrm", "Deliveries", "DeliveryDescription DeliveryComment DeliveryNote"),
]
_HOSTILE = "äöß€&<'\""


async def apply(p: Program) -> Outcome:
    """Check and send what is staged, nothing being in conflict."""
    checked = await p.account.applier.check(p.account.staged.all())
    assert all(not one.conflicts and one.error is None for one in checked)
    result = await p.account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    return result.outcomes[-1]


def said(line: LineItem) -> tuple[object, ...]:
    """Everything of a line that a person sees or sends."""
    taxes = tuple(sorted((tax.name, tax.percent) for tax in line.taxes))
    parts = tuple(part(line, name) for name in (TEXT, QUANTITY, PRICE, PERCENT, AMOUNT))
    return (line.product, *parts, taxes)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch, server: DemoServer) -> None:
    """One vendor takes 250 calls a minute; nobody waits for that here."""
    site: Any = server.site("webcrm")
    object.__setattr__(site.office.habits, "calls_per_minute", None)
    monkeypatch.setattr(session, "limiter_for", lambda *_: Limiter(clock=count(0, 1.0).__next__, sleep=lambda _s: None))


@pytest.mark.parametrize(("vendor", "module", "fields"), VENDORS)
def test_header_edits_leave_ids_order_count_and_totals_of_the_lines(
    play: Play, tmp_path: Path, server: DemoServer, vendor: str, module: str, fields: str
) -> None:
    async def journey() -> None:
        dice = random.Random(module)
        async with program(tmp_path, server, vendor=vendor) as p:
            await p.open()
            page = await open_order(p, module)
            first = await p.account.session.fetch_document(page.record)
            schema = await p.account.session.schema(page.record.module)
            names = [FieldName(n) for n in fields.split() if schema.field(n) is not None]
            assert names
            for number in range(HEADER_EDITS):
                record = await p.account.session.fetch(page.record)
                name = dice.choice(names)
                text = f"{number} " + _HOSTILE * dice.randint(0, 2)
                is_day = name == "duedate"
                value = first.header.values.get(name) if is_day else text
                wanted = None if is_day and number % 2 else value
                if number % 8 == 0:  # the whole way now and then, the connector's each time
                    await p.account.staged.edit([Edit(record, name, wanted)])
                    assert not p.account.staged.all() or isinstance(await apply(p), Applied)
                else:
                    await p.account.session.update(Update(record, {name: wanted}))
            last = await p.account.session.fetch_document(page.record)
            assert [(line.key, line.position, said(line)) for line in last.lines] == [
                (line.key, line.position, said(line)) for line in first.lines
            ]
            assert last.server_totals == first.server_totals

    play(journey(), WITHIN_S)


def shown(page: SalesTab, key: str) -> list[str]:
    """What a column of the screen says of the lines that are to be."""
    model = page.model
    at = model.column_at(key)
    rows = [row for row in range(model.rowCount()) if page.edits.line_at(row) is not None]
    return [model.text(row, at) or "" for row in rows]


def agree(page: SalesTab, held: SalesDocument, p: Program) -> None:
    """The screen says what the server holds, line for line."""
    assert [said(line) for line in page.wanted] == [said(line) for line in held.lines]
    assert [line.key for line in page.wanted] == [line.key for line in held.lines]
    assert shown(page, "quantity") == [p.formats.number(line.quantity) for line in held.lines]
    assert shown(page, "unit_price") == [p.formats.number(line.unit_price, 2) for line in held.lines]


def one_edit(page: SalesTab, dice: random.Random) -> None:
    """Something a person does to one line."""
    grid, edits = page.grid, page.edits
    lines = page.wanted
    row = dice.randrange(len(lines))
    grid.go_to(row, "quantity")
    shape = page.edits.parts.shape if page.edits.parts is not None else None
    assert shape is not None
    cells: dict[str, Callable[[], str]] = {
        "quantity": lambda: str(dice.randint(1, 40)) + dice.choice(["", ",5"]),
        "unit_price": lambda: f"{dice.randint(0, 5000)},{dice.randint(0, 99):02}",
        "discount": lambda: f"{dice.randint(0, 40)} %",
    }
    what = dice.choice(["cell", "cell", "cell", "copy", "remove", "up", "down", "product"])
    if what == "cell":
        key = dice.choice(list(cells))
        page.model.edit_requested.emit(row, key, cells[key]())
    elif what == "copy" and len(lines) < 9:
        edits.duplicate()
    elif what == "remove" and len(lines) > 2:
        edits.remove()
    elif what == "product":
        hits = list(page.search.known.values())
        whole = [hit for hit in hits if hit.is_whole]
        if whole:
            edits.put_product(None if len(lines) < 9 else lines[row], dice.choice(whole))
    else:
        edits.move(-1 if what == "up" else 1)


@pytest.mark.parametrize(("vendor", "module"), [(vendor, module) for vendor, module, _ in VENDORS])
def test_after_each_line_edit_screen_and_server_agree(
    play: Play, tmp_path: Path, server: DemoServer, vendor: str, module: str
) -> None:
    async def journey() -> None:
        dice = random.Random(vendor)
        async with program(tmp_path, server, vendor=vendor) as p:
            await p.open()
            page = await open_order(p, module)
            await page.search.find("pump")
            sent = 0
            for _ in range(LINE_EDITS * 3):
                one_edit(page, dice)
                await until(lambda: not page.busy, PATIENCE_S)
                if not p.account.staged.all():
                    continue  # what was wanted was so already
                wanted = [said(line)[1:6] for line in page.wanted]
                outcome = await apply(p)
                assert isinstance(outcome, Applied), outcome
                assert outcome.differences == ()
                page.reload_changed()
                await until(lambda: not page.busy, PATIENCE_S)
                held = await p.account.session.fetch_document(page.record)
                assert [said(line)[1:6] for line in held.lines] == wanted
                agree(page, held, p)
                sent += 1
                if sent == LINE_EDITS:
                    break
            assert sent == LINE_EDITS
            assert p.told == ""
            assert not page.banner.isVisible()

    play(journey(), WITHIN_S)
