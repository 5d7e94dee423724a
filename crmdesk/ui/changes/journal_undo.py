# SPDX-License-Identifier: MIT
"""UndoSheet: what taking a batch back comes to, seen before anything is staged."""

from collections.abc import Callable

from PySide6.QtCore import Signal

from crmdesk.domain.errors import CrmError
from crmdesk.engine.desk import Account
from crmdesk.engine.journal import BatchInfo
from crmdesk.engine.undo import Undoer
from crmdesk.engine.undo_plan import UndoPlan
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.journal_rows import plan_columns, plan_rows
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, ProgressBar, box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.cells import ListSource
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import error_words, plural, tr

_ROWS = 11


class UndoSheet(Sheet):
    """Asks the server how each record stands, shows what would go back and what stays, and stages it. Sends nothing.

    Signals:
        staged(int, bool): so many changes are pending now; True = they are to be reviewed at once.
    """

    staged = Signal(int, bool)

    def __init__(
        self, account: Account, info: BatchInfo, formats: Formats, report: Callable[[BaseException], None]
    ) -> None:
        super().__init__(tr("Undo “{what}”", what=info.summary), 1000)
        self._account, self._info = account, info
        self._undoer = Undoer(account.session, account.journal, account.staged)
        self._words = ChangeWords(account.session, formats)
        self._scope = TaskScope(report)
        self.plan: UndoPlan | None = None
        self.note = Note(tr("Asking the server how these records stand now …"), "info")
        self._progress, self._told = ProgressBar(), label("", "muted", "small")
        self._row = box(self._told, self._progress, spacing=10)
        self.model = RecordTableModel(plan_columns(), ListSource())
        self.grid = RecordGrid(self.model, stretch=True)
        self.grid.setAccessibleName(tr("What would go back"))
        self.grid.setFixedHeight(theme().px(120))
        self.grid.set_empty(tr("Nothing goes back"))
        sent = label(
            tr("Nothing is sent yet: it is staged, and you review it. Mails the server has sent stay sent."),
            "muted", wrap=True,
        )  # fmt: skip
        body = box(self.note, self._row, self.grid, sent, vertical=True, margins=(18, 14, 18, 14), spacing=12)
        self._cancel = button(tr("Cancel"), "", self.reject)
        self._again = button(tr("Try again"), "", self._begin)
        self._stage = button(
            tr("Stage"), "", lambda: self._start(review=False), tip=tr("Keep it among the pending changes")
        )
        self._review = button(tr("Stage and review…"), "primary", lambda: self._start(review=True))
        self.set_content(body, (), (self._cancel, self._again, self._stage, self._review))
        self.closed.connect(lambda _: self._scope.cancel("plan"))
        self._begin()

    def _begin(self) -> None:
        self.plan = None
        self._again.hide()
        self._enable()
        self._on_progress(0, self._info.applied + self._info.unknown)
        self._scope.start(self._run(), slot="plan")

    async def _run(self) -> None:
        try:
            plan = await self._undoer.plan(self._info.id, self._on_progress)
        except CrmError as error:
            words = error_words(error)
            self._row.hide()
            self.note.show_text(f"{words.title}. {words.text}", "bad")
            self._again.show()
            self.refit()
            return
        await self._words.learn(self._words.missing(plan.restored))
        self.plan = plan
        rows, more = plan_rows(plan, self._words)
        self.model.restart(ListSource(rows))
        self.grid.fit_rows(max(3, min(_ROWS, len(rows))))
        self._row.hide()
        self.note.show_text(*plan_words(plan, more))
        self._enable()
        self.refit()

    def _on_progress(self, done: int, total: int) -> None:
        self._row.show()
        self._progress.setRange(0, max(1, total))
        self._progress.setValue(done)
        self._told.setText(tr("{done} of {total} records", done=done, total=total))
        self._progress.setAccessibleName(self._told.text())

    def _enable(self) -> None:
        ready = self.plan is not None and bool(self.plan.restored) and self._account.profile.may_write
        self._stage.setEnabled(ready)
        self._review.setEnabled(ready)

    def _start(self, *, review: bool) -> None:
        if self.plan is not None:
            self._scope.start(self._run_stage(self.plan, review), slot="stage")

    async def _run_stage(self, plan: UndoPlan, review: bool) -> None:
        count = await self._undoer.stage(plan)
        self.accept()
        self.staged.emit(count, review)


def plan_words(plan: UndoPlan, more: int = 0) -> tuple[str, str]:
    """What the plan comes to, in sentences, and the tone to say it in."""
    said = [
        plural(plan.fields, "{n} change goes back", "{n} changes go back")
        + plural(len(plan.restored), " in {n} record.", " in {n} records.")
        if plan.restored
        else tr("Nothing goes back.")
    ]
    if plan.left_out:
        said.append(
            plural(
                len(plan.left_out),
                "{n} field was changed since by somebody else and stays as it is.",
                "{n} fields were changed since by somebody else and stay as they are.",
            )
        )
    if plan.cannot:
        said.append(
            plural(len(plan.cannot), "{n} thing cannot come back; the table says why.",
                   "{n} things cannot come back; the table says why.")
        )  # fmt: skip
    if plan.already:
        said.append(plural(plan.already, "{n} record is as it was already.", "{n} records are as they were already."))
    if more:
        said.append(plural(more, "{n} more row is not shown.", "{n} more rows are not shown."))
    return " ".join(said), "warn" if plan.left_out or plan.cannot else "info"
