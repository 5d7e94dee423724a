# SPDX-License-Identifier: MIT
"""What a document comes to: our figures by the vendor's rule, and beside them what the server told."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

from crmdesk.domain.currencies import as_money, places_of
from crmdesk.domain.names import RecordId
from crmdesk.domain.sales import SalesDocument, Tax, Totals
from crmdesk.domain.totals import DocumentFigures, Terms, TotalsRule, compute, deviations, shown
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import empty, fill, label, rule, set_role
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

_ZERO, _CENT = Decimal(0), Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what it is, the amount as text, and how it came about (a tool tip). ``is_whole``: the last, large one."""

    what: str
    amount: str
    how: str = ""
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How ours stand to the server's, and the tone to say it in."""

    text: str
    tone: str


def figure_rows(ours: DocumentFigures, terms: Terms, formats: Formats, currency: str) -> list[Figure]:
    """Every figure with its formula; those that are 0 and change nothing are left out."""

    def money(amount: Decimal) -> str:
        return formats.number(shown(amount, terms.rule), places_of(currency))

    counted = [one for one in ours.lines if one.is_counted]
    # Where a line's net is rounded, less than a cent of "discount" is left over: no discount that anybody gave.
    discounts = sum((one.discount for one in counted if abs(one.discount) >= _CENT), _ZERO)
    before = sum((one.net for one in counted), _ZERO) + discounts
    rows = [Figure(tr("Items, before discount"), money(before), tr("Sum of quantity × price"))]
    if discounts:
        rows.append(Figure(tr("Line discounts"), money(-discounts), tr("Sum of the lines’ own discounts")))
    if ours.discount:
        percent = f" {formats.number(terms.discount_percent)} %" if terms.discount_percent else ""
        base = tr("of {base}", base=money(ours.discount_base))
        rows.append(Figure(tr("Overall discount") + percent, money(-ours.discount), base))
    for tax in (*ours.taxes, *ours.charge_taxes):
        how = tr("{percent} % of {base}", percent=formats.number(tax.percent), base=money(tax.base))
        rows.append(Figure(tr("Tax {percent} %", percent=formats.number(tax.percent)), money(tax.amount), how))
    if ours.charges:
        rows.append(Figure(tr("Shipping and handling"), money(ours.charges)))
    if ours.adjustment:
        rows.append(Figure(tr("Adjustment"), money(ours.adjustment), tr("Added last, not taxed")))
    rows.append(Figure(tr("Grand total"), f"{money(ours.gross)} {currency}".strip(), "", is_whole=True))
    return rows


def server_rows(theirs: Totals, formats: Formats, currency: str) -> list[Figure]:
    """The server's own figures, where no rule of ours is known."""
    words = (
        (tr("Net"), theirs.net),
        (tr("Discount"), theirs.discount),
        (tr("Tax"), theirs.tax),
        (tr("Shipping and handling"), theirs.charges),
        (tr("Adjustment"), theirs.adjustment),
    )
    places = places_of(currency)
    rows = [Figure(what, formats.number(as_money(amount, places), places)) for what, amount in words if amount]
    if theirs.gross is not None:
        whole = f"{formats.number(as_money(theirs.gross, places), places)} {currency}".strip()
        rows.append(Figure(tr("Grand total"), whole, "", is_whole=True))
    return rows


def verdict(
    loaded: DocumentFigures | None, theirs: Totals | None, rule_: TotalsRule | None, formats: Formats
) -> Verdict:
    """Whether the server's figures of the document as loaded are ours, to the cent; a difference is never hidden."""
    if theirs is None or theirs.gross is None:
        return Verdict(tr("The server tells no total of its own."), "muted")
    places = rule_.shown_places if rule_ is not None else 2
    gross = formats.number(as_money(theirs.gross, places), places)
    if loaded is None or rule_ is None:
        return Verdict(
            tr(
                "The server’s total, from before your edits: how this CRM adds up is not documented, so it cannot be checked."
            ),
            "muted",
        )
    found = deviations(loaded, theirs, rule_)
    if not found:
        return Verdict(tr("✓ The server’s last total, {gross}, agrees with these rules", gross=gross), "good")
    one = found[-1]
    what = tr("total") if one.name == "gross" else tr("subtotal")
    return Verdict(
        tr(
            "The server’s {what} is {theirs}, these rules make it {ours}: {difference} apart",
            what=what,
            theirs=formats.number(one.theirs, rule_.shown_places),
            ours=formats.number(one.ours, rule_.shown_places),
            difference=formats.number(abs(one.theirs - one.ours), rule_.shown_places),
        ),
        "warn",
    )


def no_rule_words() -> str:
    """Why no total can be aimed for."""
    return tr("How this CRM computes totals is not known, so no total can be aimed for.")


class TotalsPanel(QFrame):
    """The figures at the lower right. Ours stand beside the server's here and nowhere else: see ``show_totals``."""

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._rows = QFrame()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(theme().px(2))
        self.verdict = label("", "muted", wrap=True)
        self._source = label("", "muted", "small", wrap=True)
        self.figures: list[Figure] = []
        fill(self, self._rows, self.verdict, self._source, None, vertical=True, margins=(18, 12, 18, 12), spacing=8,
             role="pane")  # fmt: skip

    def show_totals(
        self,
        wanted: SalesDocument,
        loaded: SalesDocument,
        terms: tuple[Terms, Terms] | None,
        known: Mapping[RecordId, tuple[Tax, ...]],
    ) -> DocumentFigures | None:
        """Show what the wanted document comes to, and hold the loaded one against the server's figures.

        Args:
            terms: of the wanted and of the loaded document; None = no rule is known.

        Returns:
            Our figures of the wanted document.
        """
        formats, theirs = self._formats, loaded.server_totals
        if terms is None:
            self._show(server_rows(theirs, formats, loaded.currency) if theirs is not None else [])
            self._say(verdict(None, theirs, None, formats), "")
            return None
        ours = compute(wanted, terms[0], known)
        is_same = wanted.lines is loaded.lines and terms[0] == terms[1]
        before = ours if is_same else compute(loaded, terms[1], known)
        self._show(figure_rows(ours, terms[0], formats, loaded.currency))
        self._say(verdict(before, theirs, terms[1].rule, formats), told(terms[0].rule.source))
        return ours

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def _refit(self) -> None:
        """As high as its words need at this width: a layout's own minimum forgets that they wrap, and rows would be cut."""
        self._rows.setMinimumHeight(self._grid.minimumSize().height())
        layout = self.layout()
        if layout is not None:
            self.setMinimumHeight(max(0, layout.minimumHeightForWidth(self.width())))

    def _say(self, told: Verdict, source: str) -> None:
        self.verdict.setText(told.text)
        set_role(self.verdict, told.tone)
        self._source.setText(tr("Rule: {source}", source=source) if source else "")
        self._source.setVisible(bool(source))
        self._refit()

    def _show(self, figures: list[Figure]) -> None:
        if figures == self.figures:
            return
        self.figures = figures
        empty(self._grid)
        for at, figure in enumerate(figures):
            font = "head" if figure.is_whole else "body"
            what, amount = (
                label(figure.what, "", font),
                label(figure.amount, "", "head" if figure.is_whole else "figures"),
            )
            _put(self._grid, at, what, amount, figure)
        self.setAccessibleName(", ".join(f"{figure.what} {figure.amount}" for figure in figures))


def _put(grid: QGridLayout, at: int, what: QLabel, amount: QLabel, figure: Figure) -> None:
    line: QWidget = rule()
    grid.addWidget(what, at * 2, 0)
    grid.addWidget(amount, at * 2, 1, Qt.AlignmentFlag.AlignRight)
    grid.addWidget(line, at * 2 + 1, 0, 1, 2)
    for part in (what, amount):
        part.setToolTip(figure.how)
        part.setMinimumHeight(part.fontMetrics().height() + theme().px(2))  # a low window cuts the list of changes
    what.setAccessibleName(f"{figure.what} {figure.amount}")
