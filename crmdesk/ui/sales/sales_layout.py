# SPDX-License-Identifier: MIT
"""How a sales tab is laid out: head, tools, lines, what will be sent, totals, and the row of buttons below."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from crmdesk.domain.line_edit import LineChange
from crmdesk.ui.chips import flow
from crmdesk.ui.parts import Note, Pill, box, button, fill, label, rule, set_font, splitter
from crmdesk.ui.sales.line_parts import LineParts, change_label, change_text
from crmdesk.ui.sales.totals_panel import no_rule_words
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr


class SalesLayout:
    """The widgets of a sales tab, placed in it; the tab connects them."""

    def __init__(self, tab: QWidget, banner: QWidget, head: QWidget, grid: RecordGrid, totals: QWidget) -> None:
        self.count = label("", "", "bold")
        self.add = button(tr("+ Line"), "", tip="Ctrl+N")
        self.add_heading = button(tr("+ Heading"))
        self.paste = button(
            tr("Paste rows"), "", tip=tr("From a spreadsheet: item, quantity, price … as the columns stand")
        )
        self.choose = button(tr("Columns"))
        hint = label(tr("Alt+↑↓ or dragging its number moves a line · Ctrl+Del removes it"), "muted", "small")
        tools = flow(self.count, self.add, self.add_heading, self.paste, self.choose, None, hint,
                    margins=(12, 7, 12, 7))  # fmt: skip
        self.told = QPlainTextEdit(readOnly=True)
        self.told.setProperty("role", "code")
        self.told.setAccessibleName(tr("What will be sent"))
        self.told.setTabChangesFocus(True)
        self.told.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        set_font(self.told, "mono")
        self.told.setMinimumHeight(theme().px(60))
        sent = box(label(tr("What will be sent"), "", "bold"), self.told, vertical=True, margins=(12, 10, 12, 10),
                   spacing=6, role="window")  # fmt: skip
        below = splitter(sent, totals, stretch=0, sizes=(600, 470))
        grid.setMinimumHeight(theme().px(150))
        upper = box(tools, rule(), grid, vertical=True, spacing=0, role="window")
        self.work = splitter(upper, below, vertical=True, stretch=0, sizes=(900, 120))
        self.state = label(tr("Nothing changed"), "muted")
        self.changed = Pill("", "warn")
        self.revert = button(tr("Revert"), "", tip=tr("Take back every change of these lines"))
        self.save = button(tr("Review and save…"), "primary", tip="Ctrl+S")
        self.aim = button(tr("Aim for a total…"), "", tip="Ctrl+T")
        self.pdf = button(tr("Print or PDF…"), "", tip="Ctrl+P")
        foot = flow(
            self.state,
            self.changed,
            None,
            self.aim,
            self.pdf,
            self.revert,
            self.save,
            margins=(12, 8, 12, 8),
            role="foot",
        )
        self.away = Note("", "warn")
        self._away_row = box(self.away, margins=(12, 10, 12, 10))
        self._away_row.hide()
        fill(tab, banner, self._away_row, head, rule(), self.work, rule(), foot, vertical=True, spacing=0)
        tab.setFocusProxy(grid)
        for part in (self.add, self.paste, self.choose, self.aim, self.pdf, self.revert, self.save):
            part.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_away(self, text: str) -> None:
        """What is to be said of a document out of the copy, "" = nothing."""
        self.away.show_text(text, "warn")
        self._away_row.setVisible(bool(text))

    def show_rule(self, is_known: bool) -> None:
        """Without a rule for totals none can be aimed for."""
        self.aim.setEnabled(is_known)
        self.aim.setToolTip("Ctrl+T" if is_known else no_rule_words())

    def show_state(
        self,
        *,
        count: int,
        changed: str,
        told: Sequence[str],
        add: str,
        can_add: bool,
        can_head: bool,
        is_new: bool = False,
    ) -> None:
        """How many lines there are, what is changed of them, and what can be done.

        Args:
            is_new: the whole document is sent, not its lines alone; it is discarded with its record.
        """
        self.count.setText(tr("Lines · {n}", n=count))
        self.add.setText(add)
        self.add.setVisible(can_add)
        self.paste.setVisible(can_add)
        self.add_heading.setVisible(can_head)
        pending = tr("A new document, not sent yet") if is_new else tr("Not sent yet")
        self.state.setText(pending if changed or is_new else tr("Nothing changed"))
        self.changed.setVisible(bool(changed) and not is_new)
        self.changed.show_state(changed, "warn")
        self.revert.setVisible(not is_new)
        self.revert.setEnabled(bool(changed))
        self.save.setEnabled(bool(changed) or is_new)
        nothing = (
            tr("The new document without lines.") if is_new else tr("Nothing: the lines are as the server has them.")
        )
        text = "\n".join(told) or nothing
        if self.told.toPlainText() != text:
            self.told.setPlainText(text)


def change_list(changes: Sequence[LineChange], parts: LineParts) -> list[str]:
    """ "line 4 · quantity 3 → 4", one a change."""
    return [f"{change_label(change, parts)}  {change_text(change, parts)}" for change in changes]
