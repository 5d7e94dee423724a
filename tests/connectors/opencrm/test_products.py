# SPDX-License-Identifier: MIT
"""Numbers and units of the products that a document's lines name."""

from collections.abc import Iterator

import pytest

from crmdesk.connectors.vendors.opencrm import products
from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector
from crmdesk.domain.names import Cursor, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Page, Record
from tests.connectors.opencrm.support import connected, demo

PRODUCTS = ModuleName("product")


@pytest.fixture(scope="module")
def crm() -> Iterator[OpenCrmConnector]:
    with demo({}) as server:
        connector = connected(server, owner="1")
        connector.login()
        yield connector
        connector.close()


def test_lines_of_a_document_get_their_products_numbers(crm: OpenCrmConnector) -> None:
    rows = crm.fetch_page(Query(ModuleName("salesorder")), None, 40).records
    document = next(d for d in (crm.fetch_document(row.id) for row in rows) if len(d.lines) > 3)
    wanted = tuple(dict.fromkeys(line.product for line in document.lines if line.product is not None))
    assert len(wanted) > products.FEW
    hits = {hit.line.product: hit for hit in crm.known_products(wanted)}
    assert set(hits) == set(wanted)
    for product, hit in hits.items():
        (whole,) = crm.known_products((product,)) if product is not None else (hit,)
        assert (hit.number, hit.unit) == (whole.number, whole.unit)
        assert hit.number
        assert whole.is_whole
        assert not hit.is_whole  # a line begun with it reads the rest first


def test_pages_are_read_only_until_all_are_found() -> None:
    asked: list[Cursor | None] = []

    def page_of(after: Cursor | None) -> Page:
        asked.append(after)
        record = Record(RecordId(PRODUCTS, str(len(asked))), {})
        return Page((record,), Cursor(str(len(asked))))

    assert {hit.line.product.key for hit in products.numbers_of({"1", "2"}, page_of) if hit.line.product} == {"1", "2"}
    assert asked == [None, Cursor("1")]
    asked.clear()
    assert products.numbers_of({"99"}, page_of) == ()
    assert len(asked) == 3  # a long catalogue is not read through for a column of numbers
