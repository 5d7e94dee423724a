# SPDX-License-Identifier: MIT
"""CRM-service's documents: the example of its own text, rows of a whole document by hand, and the server's own figures."""

from dataclasses import replace
from decimal import Decimal

from crmdesk.connectors.vendors.crmservice.totals import terms, totals_of
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Tax, Totals
from crmdesk.domain.totals import TaxMode, Terms, compute, deviations, shown

D = Decimal


def _header(**values: object) -> Record:
    return Record(
        RecordId(ModuleName("sales_orders"), "7"),
        {FieldName(n): v for n, v in values.items()},  # type: ignore[misc]
    )


def _line(quantity: str, price: str, vat: str = "24", percent: str | None = None, **own: object) -> LineItem:
    return LineItem(
        key=None, position=1, quantity=D(quantity), unit_price=D(price), taxes=(Tax("VAT", D(vat)),),
        discount_percent=D(percent) if percent else None,
        extras={FieldName(n): v for n, v in own.items()},  # type: ignore[misc]
    )  # fmt: skip


def _document(*lines: LineItem, **header: object) -> SalesDocument:
    return SalesDocument(header=_header(**header), lines=lines)


def _terms(document: SalesDocument) -> Terms:
    found = terms(document)
    assert found is not None
    return found


def test_the_documents_own_row_is_two_times_two_hundred() -> None:
    """``qty`` 2, ``value_period`` 1, ``unit_price`` 200 (the vendor's example of createSalesOrder)."""
    document = _document(_line("2", "200", "0", value_period="1"))
    assert compute(document, _terms(document)).gross == 400


def test_rows_and_their_vat_are_in_cents_and_the_overall_discount_lowers_both() -> None:
    document = _document(
        _line("3", "33.335", "25.5", "7.5"), _line("1", "19.99", "14"), _line("-1", "5"), discount_percent=D(10)
    )
    ours = compute(document, _terms(document))
    assert [one.net for one in ours.lines] == [D("92.50"), D("19.99"), D(-5)]
    assert ours.discount == D("10.749")
    assert [tax.amount for tax in ours.taxes] == [D("21.23"), D("2.52"), D("-1.08")]
    assert shown(ours.gross, _terms(document).rule) == D("119.41")


def test_a_row_is_charged_for_its_periods() -> None:
    document = _document(_line("2", "10", value_period=12), _line("2", "10", value_period=None), _line("1", "1"))
    assert [one.net for one in compute(document, _terms(document)).lines] == [240, 20, 1]


def test_figures_are_found_under_the_names_of_either_interface() -> None:
    rest = totals_of(_header(subtotal=D("10.00"), vat_total=D("2.40"), total=D("12.40")))
    soap = totals_of(_header(hdnsubtotal="10.00", vat_total="2.40", hdngrandtotal="12.40"))
    assert rest == soap == Totals(net=D("10.00"), tax=D("2.40"), gross=D("12.40"))
    assert totals_of(_header(name="x")) is None


def test_a_total_that_the_server_makes_otherwise_is_seen_to_the_cent() -> None:
    document = _document(_line("1", "10"))
    own = _terms(document)
    ours = compute(document, own)
    assert not deviations(ours, Totals(net=D(10), gross=D("12.40")), own.rule)
    assert [one.name for one in deviations(ours, Totals(net=D(10), gross=D("12.41")), own.rule)] == ["gross"]


def test_a_document_without_rows_is_not_taxed() -> None:
    assert _terms(_document()).tax_mode is TaxMode.NONE


def test_rows_that_do_not_tell_their_vat_are_left_to_the_server() -> None:
    """The older interface's rows have no member for it; what we made of them would be a net called a total."""
    row = LineItem(key="1", position=1, unit_price=D(100))
    taxed = replace(_document(row), server_totals=Totals(net=D(100), tax=D(24), gross=D(124)))
    assert terms(taxed) is None
    assert terms(replace(taxed, server_totals=Totals(net=D(100), gross=D(100)))) is not None
    assert terms(replace(taxed, tax_mode="individual")) is not None  # the newer one's do: it has none
    assert terms(replace(taxed, lines=(replace(row, taxes=(Tax("VAT", D(24)),)),))) is not None
