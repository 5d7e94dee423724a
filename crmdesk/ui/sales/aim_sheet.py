# SPDX-License-Identifier: MIT
"""Aim for a total: the net or gross wished for, what is turned to reach it, and what that gives."""

from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit

from crmdesk.domain.aiming import Aim, Goal, Lever, Wish, aim
from crmdesk.domain.levers import header_values, is_of_document, lever_fields, line_levers, line_part
from crmdesk.domain.line_edit import changed
from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import HeaderDiscount, LineItem
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.sentence import said_by
from crmdesk.domain.totals import DocumentFigures, TotalsRule, shown
from crmdesk.domain.values import NotAValue
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import Edit
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, box, button, label, let_name
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

_MONEY = Field(name=FieldName("wanted"), label="", type=FieldType.MONEY)


def lever_word(lever: Lever) -> str:
    """What a lever is called."""
    return {
        Lever.DOCUMENT_PERCENT: tr("Overall discount, in percent"),
        Lever.DOCUMENT_AMOUNT: tr("Overall discount, an amount"),
        Lever.LINE_PERCENT: tr("Discount of a line, in percent"),
        Lever.LINE_AMOUNT: tr("Discount of a line, an amount"),
        Lever.LINE_PRICE: tr("Price of a line"),
    }[lever]


class AimSheet(Sheet):
    """Nothing is sent: the discount or price goes to the pending changes.

    Signals:
        staged(str): what was staged, in a sentence.
    """

    staged = Signal(str)

    def __init__(
        self,
        account: Account,
        whole: WholeDocument,
        formats: Formats,
        report: Callable[[BaseException], None],
        line: str = "",
    ) -> None:
        """``whole`` must have terms and figures; ``line`` is the key of the line that is offered first."""
        assert whole.terms is not None
        assert whole.figures is not None
        super().__init__(tr("Aim for a total"), 560)
        self._account, self._whole, self._formats = account, whole, formats
        self._rule: TotalsRule = whole.terms.rule
        self._figures: DocumentFigures = whole.figures
        self._scope = TaskScope(report)
        self._aim: Aim | None = None
        rule = account.session.plugin.terms
        is_heard = rule is not None and whole.shape.header_discount is not HeaderDiscount.IGNORED
        self.fields = lever_fields(whole.document, rule, whole.schema) if rule is not None and is_heard else {}
        self.goals = {goal: PillChoice(goal.value, text, "info") for goal, text in self._goals()}
        self.wanted = QLineEdit()
        self.wanted.setAccessibleName(tr("Wished for"))
        self.lever, self.line = QComboBox(), QComboBox()
        self.lever.setAccessibleName(tr("By changing"))
        self.line.setAccessibleName(tr("Line"))
        self.note = Note("", "neutral")
        self.late = label(tr("The server stores it at once; its own total follows when a line is saved next."), "warn",
                          "small", wrap=True)  # fmt: skip
        self.take = button(tr("Stage"), "primary", self._stage)
        self._fill(line)
        self._build()
        self._connect()
        self._show_line()
        self._begin()

    def _goals(self) -> tuple[tuple[Goal, str], ...]:
        figures = self._figures
        return (
            (Goal.GROSS, tr("Gross, now {sum}", sum=self._money(figures.gross))),
            (Goal.NET, tr("Net, now {sum}", sum=self._money(figures.net - figures.discount))),
        )

    def _fill(self, line: str) -> None:
        """Only what the vendor's fields can hold."""
        for lever in (*self.fields, Lever.LINE_PERCENT, Lever.LINE_AMOUNT, Lever.LINE_PRICE):
            if is_of_document(lever) or any(lever in line_levers(one, self._whole.shape) for one in self._lines):
                self.lever.addItem(lever_word(lever), lever)
        for at, one in enumerate(self._lines):
            if line_levers(one, self._whole.shape):
                self.line.addItem(f"{at + 1} · {one.called}", at)
                if line and one.key == line:
                    self.line.setCurrentIndex(self.line.count() - 1)

    @property
    def _lines(self) -> tuple[LineItem, ...]:
        return self._whole.document.lines

    def _build(self) -> None:
        form = box()
        layout = form.layout()
        assert layout is not None
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme().px(12))
        grid.setVerticalSpacing(theme().px(10))
        grid.setColumnStretch(1, 1)
        self._line_label = label(tr("Line"), "muted")
        rows = ((label(tr("Wished for"), "muted"), self.wanted), (label(tr("By changing"), "muted"), self.lever),
                (self._line_label, self.line))  # fmt: skip
        for at, (name, editor) in enumerate(rows):
            let_name(name, editor)
            grid.addWidget(name, at, 0)
            grid.addWidget(editor, at, 1)
        layout.addLayout(grid)  # type: ignore[attr-defined]  # box lays out in a QBoxLayout
        source = label(tr("Rule: {source}", source=self._rule.source), "muted", "small", wrap=True)
        body = box(box(*self.goals.values(), None, spacing=6), form, self.note, self.late, source, vertical=True,
                   margins=(18, 14, 18, 14), spacing=12)  # fmt: skip
        self.set_content(body, (), (button(tr("Cancel"), "", self.reject), self.take))

    def _connect(self) -> None:
        for goal in self.goals.values():
            goal.toggled.connect(lambda on: self._begin() if on else None)
        self.wanted.textEdited.connect(lambda _: self._look())
        self.wanted.returnPressed.connect(lambda: self.take.click() if self.take.isEnabled() else None)
        self.lever.currentIndexChanged.connect(lambda _: self._show_line())
        self.line.currentIndexChanged.connect(lambda _: self._look())

    # ---- looking -----------------------------------------------------------------------------------------------------

    @property
    def goal(self) -> Goal:
        """Which figure is wished for."""
        return next((goal for goal, choice in self.goals.items() if choice.isChecked()), Goal.GROSS)

    def _begin(self) -> None:
        """The sum as it is, to be typed over."""
        if not any(choice.isChecked() for choice in self.goals.values()):
            self.goals[Goal.GROSS].setChecked(True)
            return
        figures = self._figures
        now = figures.gross if self.goal is Goal.GROSS else figures.net - figures.discount
        self.wanted.setText(self._formats.edit_text(shown(now, self._rule), _MONEY))
        self.wanted.selectAll()
        self._look()

    def _show_line(self) -> None:
        lever = self.lever.currentData()
        is_of_line = lever is not None and not is_of_document(lever)
        self.line.setVisible(is_of_line)
        self._line_label.setVisible(is_of_line)
        self.late.setVisible(not is_of_line and self._whole.shape.header_discount is HeaderDiscount.LATER)
        self._look()

    def _wish(self) -> Wish | None:
        """What is typed; None = nothing that can be aimed at, and why is said."""
        try:
            wanted = self._formats.read(self.wanted.text(), _MONEY)
        except NotAValue as error:
            self._say(told(said_by(error)), "bad")
            return None
        lever = self.lever.currentData()
        if not isinstance(wanted, Decimal) or lever is None:
            self._say(tr("Type the sum that you wish for."), "neutral")
            return None
        at = self.line.currentData() if not is_of_document(lever) else 0
        return Wish(goal=self.goal, wanted=wanted, lever=lever, line=at or 0, assigned=dict(self._whole.assigned))

    def _look(self) -> None:
        self._aim = None
        self.take.setEnabled(False)
        wish = self._wish()
        if wish is None or self._whole.terms is None:
            return
        found = aim(self._whole.document, self._whole.terms, wish)
        if found is None:
            self._say(tr("This moves nothing: choose something else to turn."), "warn")
            return
        self._aim = found
        self.take.setEnabled(self.account_may_write)
        value = self._value(wish.lever, found.value)
        if found.is_exact:
            self._say(tr("{value} gives exactly {sum}.", value=value, sum=self._money(found.reached)), "good")
            return
        off = self._money(abs(found.reached - wish.wanted))
        self._say(tr("{value} gives {sum}, the nearest that can be reached: {off} off.", value=value,
                     sum=self._money(found.reached), off=off), "warn")  # fmt: skip

    @property
    def account_may_write(self) -> bool:
        """Whether anything can be staged to be sent."""
        return self._account.profile.may_write

    def _say(self, text: str, tone: str) -> None:
        self.note.show_text(text, tone)
        self.refit()

    def _money(self, amount: Decimal) -> str:
        number = self._formats.number(shown(amount, self._rule), self._rule.shown_places)
        return f"{number} {self._whole.document.currency}".strip()

    def _value(self, lever: Lever, value: Decimal) -> str:
        if lever in (Lever.DOCUMENT_PERCENT, Lever.LINE_PERCENT):
            return tr("A discount of {n} %", n=self._formats.number(value))
        what = tr("A price of {n}") if lever is Lever.LINE_PRICE else tr("A discount of {n}")
        return what.format(n=self._money(value))

    # ---- staging -----------------------------------------------------------------------------------------------------

    def _stage(self) -> None:
        if self._aim is not None:
            self.take.setEnabled(False)
            self._scope.start(self._put(self._aim), slot="stage")

    async def _put(self, found: Aim) -> None:
        lever: Lever = self.lever.currentData()
        title = self._formats.title(self._whole.document.header, self._whole.schema)
        what = tr("Aim for {sum}", sum=self._money(found.reached))
        staged = self._account.staged
        if is_of_document(lever):
            values = header_values(lever, found.value, self.fields)
            header = self._whole.loaded.header
            await staged.edit([Edit(header, name, value, "", title) for name, value in values.items()], what)
        else:
            key, part = self._lines[self.line.currentData()].key or "", line_part(lever)
            await staged.edit_lines(
                self._whole.loaded, lambda lines: changed(lines, key, part, found.value), what, title
            )
        self.staged.emit(tr("{what}: staged, not sent yet.", what=what))
        self.accept()
