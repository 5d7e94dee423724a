# SPDX-License-Identifier: MIT
"""A sales document with everything that printing, comparing and aiming need: its fields, its lines, what it comes to."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from crmdesk.domain.currencies import in_currency
from crmdesk.domain.errors import CrmError
from crmdesk.domain.line_edit import is_new
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, SalesDocument, Tax, Totals
from crmdesk.domain.schema import Schema
from crmdesk.domain.totals import DocumentFigures, Terms, as_totals, compute
from crmdesk.engine.document_copy import as_wanted, has_pending
from crmdesk.engine.reading import ReadsDocuments, products_of
from crmdesk.engine.staged_record import Kind, begun_document
from crmdesk.engine.staging import StagedChanges


@dataclass(frozen=True, slots=True, kw_only=True)
class Figured:
    """A document and what it comes to; attributes as of ``WholeDocument``."""

    document: SalesDocument
    terms: Terms | None = None
    figures: DocumentFigures | None = None
    assigned: Mapping[RecordId, tuple[Tax, ...]] = field(default_factory=dict)
    products: Mapping[RecordId, ProductHit] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDocument:
    """A document as it is wanted by now.

    Attributes:
        document: with what is staged for it. loaded: as the server holds it.
        terms, figures: None where no rule of the server's is known.
        assigned: the taxes of products, as ``totals.compute`` takes them.
        products: number and unit of products, as far as the server told them.
        is_pending: something of it is not sent yet.
    """

    document: SalesDocument
    loaded: SalesDocument
    schema: Schema
    shape: LineShape
    terms: Terms | None = None
    figures: DocumentFigures | None = None
    assigned: Mapping[RecordId, tuple[Tax, ...]] = field(default_factory=dict)
    products: Mapping[RecordId, ProductHit] = field(default_factory=dict)
    is_pending: bool = False

    @property
    def totals(self) -> Totals:
        """Ours as it is wanted, else the server's."""
        if self.figures is not None and self.terms is not None:
            return as_totals(self.figures, self.terms.rule)
        return self.loaded.server_totals or Totals()


async def read_whole(source: ReadsDocuments, staged: StagedChanges, record: RecordId) -> WholeDocument:
    """Read a document anew, with what is staged laid over it.

    Raises:
        CrmError: it cannot be read, or its module has no lines.
    """
    schema = await source.schema(record.module)
    shape = await source.line_shape(record.module)
    begun = staged.get(record)
    is_new = begun is not None and begun.kind is Kind.CREATE
    loaded = begun_document(begun) if begun is not None and is_new else await source.fetch_document(record)
    document = as_wanted(loaded, staged)
    counted = await figured(source, document)
    return WholeDocument(
        document=document,
        loaded=loaded,
        schema=schema,
        shape=shape,
        terms=counted.terms,
        figures=counted.figures,
        assigned=counted.assigned,
        products=counted.products,
        is_pending=has_pending(record, staged),
    )


async def figured(source: ReadsDocuments, document: SalesDocument) -> Figured:
    """A document with what it comes to by the server's rule; products are asked for, since their taxes may count."""
    products = await _products(source, document.lines)
    assigned = assigned_taxes(document, products)
    rule = source.plugin.terms
    told = rule(document) if rule is not None else None
    if told is None:
        return Figured(document=document, assigned=assigned, products=products)
    terms = in_currency(told, document.currency)
    return Figured(
        document=document,
        terms=terms,
        figures=compute(document, terms, assigned),
        assigned=assigned,
        products=products,
    )


def assigned_taxes(document: SalesDocument, products: Mapping[RecordId, ProductHit]) -> dict[RecordId, tuple[Tax, ...]]:
    """The taxes of products, where lines call them by the same names."""
    named = {tax.name for line in document.lines if not is_new(line) for tax in line.taxes}
    found = {product: hit.line.taxes for product, hit in products.items()}
    return {product: taxes for product, taxes in found.items() if any(tax.name in named for tax in taxes)}


async def _products(source: ReadsDocuments, lines: Sequence[LineItem]) -> dict[RecordId, ProductHit]:
    """Numbers and units; a document can be printed without them."""
    wanted = tuple(dict.fromkeys(line.product for line in lines if line.product is not None))
    if not wanted:
        return {}
    hits: tuple[ProductHit, ...] = ()
    with suppress(CrmError):
        hits = await products_of(source, wanted)
    return {hit.line.product: hit for hit in hits if hit.line.product is not None}
