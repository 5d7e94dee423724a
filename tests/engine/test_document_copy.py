# SPDX-License-Identifier: MIT
"""Planning and staging a document made of another one; what can be made at all."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.domain.line_edit import QUANTITY, changed
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import LineItem, LineShape
from crmdesk.domain.schema import Module, Operation
from crmdesk.engine.document_copy import DocumentCopier, as_wanted, has_pending, likely_next
from crmdesk.engine.staging import NEW, Edit
from crmdesk.engine.whole_document import assigned_taxes, read_whole
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, MODULE, NAME, SCHEMA, FakeServer

ORDER = RecordId(ACCOUNTS, "o1")
TODAY = date(2026, 11, 22)


DOCUMENTS = replace(MODULE, is_sales_document=True)


def bench_of(path: Path, module: Module = DOCUMENTS) -> Bench:
    bench = Bench(path, FakeServer(schema=replace(SCHEMA, module=module)))
    lines = [
        LineItem(key=None, position=1, product=RecordId(ACCOUNTS, key), quantity=Decimal(n), unit_price=Decimal(9))
        for n, key in enumerate("ab", 1)
    ]
    bench.server.add_document("o1", *lines, accountname="Order 1", account_no="SO-1", bill_city="Espoo")
    return bench


def module(name: str, label: str = "") -> Module:
    return Module(name=ModuleName(name), label=label or name, label_plural=name)


@pytest.mark.parametrize(
    ("own", "following"),
    [
        ("Quotes", "SalesOrder"),
        ("SalesOrder", "Invoice"),
        ("Opportunities", "SalesOrder"),
        ("Invoice", None),
        ("PurchaseOrder", None),
    ],
)
def test_what_usually_comes_next(own: str, following: str | None) -> None:
    names = ("Quotes", "PurchaseOrder", "Invoice", "SalesOrder")
    found = likely_next(module(own), [module(name) for name in names if name != own])
    assert (found.name if found is not None else None) == following


def test_what_is_staged_for_the_original_goes_into_the_copy(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)

    async def go() -> None:
        session, staged = bench.session, bench.staged
        document = await session.fetch_document(ORDER)
        assert not has_pending(ORDER, staged)
        await staged.edit([Edit(document.header, CITY, "Turku")])
        await staged.edit_lines(document, lambda lines: changed(lines, "L1", QUANTITY, Decimal(7)))
        assert has_pending(ORDER, staged)
        wanted = as_wanted(document, staged)
        assert wanted.header.values[CITY] == "Turku"
        assert [line.quantity for line in wanted.lines] == [7, 2]
        copier = DocumentCopier(session, staged)
        plan = await copier.plan(wanted, ACCOUNTS, TODAY, "Order 2")
        assert plan.has_pending
        record = await copier.stage(plan, "Duplicate Order 1")
        assert record.key.startswith(NEW)
        made = staged.get(record)
        assert made is not None
        assert made.values[NAME] == "Order 2"
        assert made.values[CITY] == "Turku"
        assert "account_no" not in made.values
        assert [line.quantity for line in made.lines] == [7, 2]
        assert staged.undo_text == "Duplicate Order 1"
        await staged.undo()
        assert staged.get(record) is None
        again = await copier.plan(wanted, ACCOUNTS, TODAY)
        assert again.staged.id != record, "each copy has a key of its own"

    run(go())
    bench.close()


def test_where_it_cannot_be_made_it_says_why(tmp_path: Path) -> None:
    async def reason(bench: Bench) -> str:
        await bench.session.identity()
        (target,) = await DocumentCopier(bench.session, bench.staged).targets(ACCOUNTS)
        return target.why_not

    closed = bench_of(tmp_path / "a", replace(DOCUMENTS, operations=frozenset({Operation.READ})))
    assert run(reason(closed)) == "You may not add Accounts there."
    closed.close()
    for shape in (LineShape(kinds=()), LineShape(can_begin=False)):
        bench = bench_of(tmp_path / str(shape.can_begin))
        bench.server.shape = shape
        assert "does not take new Accounts" in run(reason(bench))
        bench.close()
    good = bench_of(tmp_path / "c")
    assert run(reason(good)) == ""
    good.close()


def test_no_module_of_documents_has_no_targets(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, MODULE)

    async def go() -> None:
        await bench.session.identity()
        assert await DocumentCopier(bench.session, bench.staged).targets(ACCOUNTS) == ()

    run(go())
    bench.close()


def test_a_whole_document_is_read_as_it_is_wanted(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)

    async def go() -> None:
        whole = await read_whole(bench.session, bench.staged, ORDER)
        assert not whole.is_pending
        assert whole.figures is None  # the fake vendor has no rule
        assert whole.totals.gross is None
        await bench.staged.edit([Edit(whole.loaded.header, CITY, "Turku")])
        again = await read_whole(bench.session, bench.staged, ORDER)
        assert again.is_pending
        assert again.document.header.values[CITY] == "Turku"
        assert again.loaded.header.values[CITY] == "Espoo"
        assert assigned_taxes(again.document, {}) == {}

    run(go())
    bench.close()
