# SPDX-License-Identifier: MIT
"""Quotes and invoices of SuiteCRM with their lines, against the demo server; SplendidCRM honestly has none."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.connectors.vendors.sugarsoap import catalog
from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector
from crmdesk.connectors.vendors.sugarsoap.totals import RULE, terms
from crmdesk.demo.server import DemoServer
from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.errors import Conflict, Invalid, NotFound, OutcomeUnclear, ServerFault, Unsupported
from crmdesk.domain.line_edit import AMOUNT, NEW_LINE, QUANTITY, Lines, changed, numbered, sendable, without
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, SalesDocument, Tax
from crmdesk.domain.totals import compute, deviations
from tests.connectors.sugarsoap.support import connected, demo

QUOTES, INVOICES = ModuleName("AOS_Quotes"), ModuleName("AOS_Invoices")


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with demo({}) as server:
        yield server


@pytest.fixture
def crm(server: DemoServer) -> Iterator[SugarSoapConnector]:
    connector = connected(server, "soap.php")
    connector.login()
    yield connector
    connector.close()


def a_document(crm: SugarSoapConnector, module: ModuleName = QUOTES, lines: int = 3) -> SalesDocument:
    rows = crm.fetch_page(Query(module), None, 40).records
    return next(
        d
        for d in (crm.fetch_document(row.id) for row in rows)
        if len(d.lines) >= lines and not any(line.discount_amount for line in d.lines)
    )


def saved(crm: SugarSoapConnector, before: SalesDocument, lines: Lines) -> SalesDocument:
    return crm.save_document(SaveDocument(before, sendable(before, lines)))


def agree(document: SalesDocument) -> bool:
    assert document.server_totals is not None
    return not deviations(compute(document, terms(document)), document.server_totals, RULE)


@pytest.mark.parametrize("module", [QUOTES, INVOICES])
def test_the_servers_figures_are_ours_before_and_after(crm: SugarSoapConnector, module: ModuleName) -> None:
    before = a_document(crm, module)
    assert agree(before)
    after = saved(crm, before, changed(before.lines, before.lines[0].key or "", QUANTITY, Decimal("7.25")))
    assert after.lines[0].quantity == Decimal("7.25")
    assert agree(after)
    assert after.server_totals != before.server_totals


def test_a_service_is_a_typed_line(crm: SugarSoapConnector) -> None:
    before = a_document(crm)
    typed = LineItem(key=f"{NEW_LINE}1", position=0, kind=LineKind.SERVICE, text="Anfahrt", unit_price=Decimal("49.90"),
                     taxes=(Tax("VAT", Decimal(19)),))  # fmt: skip
    after = saved(crm, before, numbered((*before.lines, typed)))
    line = after.lines[-1]
    assert (line.kind, line.product, line.text, line.called) == (LineKind.SERVICE, None, "Anfahrt", "Anfahrt")
    assert line.taxes[0].percent == 19
    assert agree(after)


def test_an_amount_is_kept_for_one_piece_and_told_for_all(crm: SugarSoapConnector) -> None:
    before = a_document(crm)
    key = before.lines[0].key or ""
    wanted = changed(changed(before.lines, key, QUANTITY, Decimal(4)), key, AMOUNT, Decimal("2.50"))
    after = saved(crm, before, wanted)
    assert (after.lines[0].discount_amount, after.lines[0].discount_percent) == (Decimal("2.5"), None)
    assert agree(after)
    with pytest.raises(Invalid) as caught:
        saved(crm, after, changed(after.lines, key, QUANTITY, Decimal(3)))  # 2.50 for three cannot be told
    assert "cannot be divided" in caught.value.user_text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"quantity": Decimal("1.00001")}, "4 decimals"),
        ({"unit_price": Decimal("1.0000001")}, "6 decimals"),
        ({"taxes": (Tax("VAT", Decimal("33.333")),)}, "not in the company's list"),
        ({"taxes": (Tax("VAT", Decimal(19)), Tax("City", Decimal(1)))}, "one tax"),
        ({"kind": LineKind.HEADING}, "no product and no service"),
        ({"product": None, "text": " "}, "neither a product nor a text"),
        ({"product": RecordId(ModuleName("Accounts"), "x")}, "choose its product anew"),
    ],
)
def test_what_the_server_would_keep_otherwise_is_refused_before_sending(
    crm: SugarSoapConnector, change: dict[str, Any], said: str
) -> None:
    before = a_document(crm)
    with pytest.raises(Invalid) as caught:
        saved(crm, before, (replace(before.lines[0], **change), *before.lines[1:]))
    assert said in caught.value.user_text
    assert "Nothing was sent" in caught.value.user_text
    assert crm.fetch_document(before.header.id) == before


def test_a_line_gone_or_changed_meanwhile_stops_the_save(crm: SugarSoapConnector) -> None:
    before = a_document(crm)
    one, two = before.lines[0].key or "", before.lines[1].key or ""
    there = saved(crm, before, changed(without(before.lines, [two]), one, QUANTITY, Decimal(77)))
    with pytest.raises(NotFound) as gone:
        saved(crm, before, changed(before.lines, two, QUANTITY, Decimal(5)))
    assert "Line 2 is gone" in gone.value.user_text
    with pytest.raises(Conflict) as moved:
        saved(crm, before, changed(before.lines, one, QUANTITY, Decimal(5)))
    assert "Somebody changed line 1" in moved.value.user_text
    assert crm.fetch_document(before.header.id).lines == there.lines


def test_a_save_that_breaks_off_says_that_a_part_was_done(
    crm: SugarSoapConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = a_document(crm)
    wanted = before.lines
    for line in before.lines[:2]:
        wanted = changed(wanted, line.key or "", QUANTITY, line.quantity + 3)
    write, sent = crm._session.write, []

    def second_fails(operation: str, parameters: Any) -> Any:
        sent.append(operation)
        if len(sent) == 2:
            raise ServerFault("The server broke.")
        return write(operation, parameters)

    monkeypatch.setattr(crm._session, "write", second_fails)
    with pytest.raises(OutcomeUnclear) as caught:
        saved(crm, before, wanted)
    assert "A part of the document was saved" in caught.value.user_text
    monkeypatch.undo()
    held = crm.fetch_document(before.header.id)
    assert [line.key for line in held.lines] == [line.key for line in before.lines]
    repaired = saved(crm, held, tuple(replace(w, key=h.key) for w, h in zip(wanted, held.lines, strict=True)))
    assert agree(repaired)


def test_a_header_is_saved_without_any_line(crm: SugarSoapConnector, monkeypatch: pytest.MonkeyPatch) -> None:
    before = a_document(crm)
    header = replace(before.header, values={**before.header.values, FieldName("term"): "30 days"})
    modules: list[str] = []
    write = crm._session.write

    def noted(operation: str, parameters: Any) -> Any:
        modules.append(parameters["module_name"])
        return write(operation, parameters)

    monkeypatch.setattr(crm._session, "write", noted)
    after = crm.save_document(SaveDocument(before, replace(before, header=header)))
    assert modules == [QUOTES]
    assert (after.lines, after.header.values[FieldName("term")]) == (before.lines, "30 days")


def test_a_new_document_comes_with_its_lines(crm: SugarSoapConnector) -> None:
    (hit, *_) = crm.find_products(QUOTES, "pump", 3)
    header = Record(RecordId(QUOTES, ""), {FieldName("name"): "New quote", FieldName("currency_id"): "-99"})
    line = replace(hit.line, quantity=Decimal(3), position=1, taxes=(Tax("VAT", Decimal(24)),))
    made = crm.save_document(SaveDocument(None, SalesDocument(header=header, lines=(line,))))
    assert made.header.values[FieldName("name")] == "New quote"
    assert [(one.name, one.quantity, one.extras[FieldName("part_number")]) for one in made.lines] == [
        (hit.line.name, Decimal(3), hit.number)
    ]
    assert agree(made)


def test_new_lines_stand_in_the_group_of_those_above(crm: SugarSoapConnector) -> None:
    """The web page shows a line without a group in one of its own."""
    before = a_document(crm)
    (hit, *_) = crm.find_products(QUOTES, "pump", 3)
    new = replace(hit.line, key=f"{NEW_LINE}1")
    after = saved(crm, before, numbered((before.lines[0], new, *before.lines[1:])))
    groups = {line.extras[FieldName("group_id")] for line in after.lines}
    assert len(groups) == 1


def test_splendid_has_no_documents_with_lines(server: DemoServer) -> None:
    crm = connected(server, "soap.asmx")
    crm.login()
    assert not any(module.is_sales_document for module in crm.list_modules())
    with pytest.raises(Unsupported):
        crm.line_shape(ModuleName("Accounts"))
    crm.close()


def test_without_the_module_of_lines_there_are_no_documents(
    crm: SugarSoapConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user whose role hides AOS_Products_Quotes, or a SugarCRM that never had it."""
    names = tuple(name for name in crm._modules.names() if name != catalog.LINES)
    monkeypatch.setattr(crm._modules, "_names", names)
    assert not any(module.is_sales_document for module in crm.list_modules())
    with pytest.raises(Unsupported):
        crm.fetch_document(RecordId(QUOTES, "x"))
