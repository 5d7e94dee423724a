# SPDX-License-Identifier: MIT
"""Choosing a product inside a cell: search as you type, by name or number."""

from PySide6.QtWidgets import QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import ProductHit
from crmdesk.domain.schema import Field
from crmdesk.domain.values import Value
from crmdesk.ui.form.lines import Line
from crmdesk.ui.form.offering_editor import OfferingEditor
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.product_search import FoundProducts, ProductSearch
from crmdesk.ui.wording import tr

_FIELD = Field(name=FieldName("product"), label="")


class ProductEditor(OfferingEditor):
    """A line that offers products while one types. Its value is the text typed; what that means, ``hit`` tells."""

    list_width = 460

    def __init__(self, formats: Formats, parent: QWidget | None, search: ProductSearch) -> None:
        super().__init__(_FIELD, formats, parent)
        self.line.setAccessibleName(tr("Product"))
        self.line.setPlaceholderText(tr("Type a product name or number…"))
        self._search = search
        self._chosen: ProductHit | None = None
        self._hits: tuple[ProductHit, ...] = ()
        self._asked = ""
        self.destroyed.connect(search.stop)

    @property
    def hit(self) -> ProductHit | None:
        """The product that is meant: the one chosen, or the only one that the text can mean."""
        if self._chosen is not None:
            return self._chosen
        text = self.line.text().strip().casefold()
        if not text:
            return None
        same = [h for h in self._hits if text in (h.name.casefold(), h.number.casefold(), h.detail.casefold())]
        if len(same) == 1:
            return same[0]
        return self._hits[0] if len(self._hits) == 1 and self._asked == text else None

    def _fill(self, value: Value, label: str) -> None:
        self.set_text(label)

    def _read(self) -> Value:
        return self.line.text().strip()

    def _search_for(self, text: str) -> None:
        self._search.ask(text, lambda found: self._on_found(text, found))

    def _on_found(self, text: str, found: FoundProducts) -> None:
        self._hits, self._asked = found.hits, text.casefold()
        self.offer(((self._line_of(hit), hit) for hit in found.hits), found.problem)

    def _line_of(self, hit: ProductHit) -> Line:
        detail = " · ".join(part for part in (hit.number, hit.detail, hit.unit) if part)
        return Line(title=hit.name, hint=self._formats.number(hit.line.unit_price, 2), detail=detail)

    def _choose(self, hit: object) -> None:
        self._chosen = hit if isinstance(hit, ProductHit) else None
