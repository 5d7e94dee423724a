# SPDX-License-Identifier: MIT
"""Make one sales document of another: of which kind, how it is called, what is not taken over; then it is staged."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from crmdesk.connectors.port import RecordAction
from crmdesk.domain.document_copy import LineLoss, Why
from crmdesk.domain.errors import CrmError
from crmdesk.domain.line_edit import AMOUNT
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.values import plain
from crmdesk.engine.desk import Account
from crmdesk.engine.document_copy import CopyPlan, DocumentCopier, Target
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, box, button, label, let_name
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, within
from crmdesk.ui.wording import plural, tr

_SOON_MS = 200


class CopySheet(Sheet):
    """Nothing is sent: the new document goes to the pending changes, as one step for undo.

    Signals:
        staged(RecordId): it is staged, under this temporary id.
        action_wanted(RecordAction): the vendor makes it itself; ask for that.
    """

    staged = Signal(object)
    action_wanted = Signal(object)

    def __init__(
        self,
        account: Account,
        whole: WholeDocument,
        formats: Formats,
        targets: Sequence[Target],
        report: Callable[[BaseException], None],
        today: date,
        chosen: ModuleName,
    ) -> None:
        """``targets``: see ``DocumentCopier.targets``; ``chosen``: the module of one of them."""
        source = whole.schema.module
        super().__init__(tr("New document of {what}", what=formats.title(whole.document.header, whole.schema)), 640)
        self._account, self._whole, self._formats, self._today = account, whole, formats, today
        self._copier = DocumentCopier(account.session, account.staged)
        self._scope = TaskScope(report)  # no child: what is cancelled ends after the sheet is gone
        self._targets = {one.module.name: one for one in targets}
        self.plan: CopyPlan | None = None
        self.choices = {one.module.name: PillChoice(one.module.name, _choice_word(one, source.name), "info")
                        for one in targets}  # fmt: skip
        self.title = QLineEdit()
        self.title.setAccessibleName(tr("How it is called"))
        self._title_label = label(tr("How it is called"), "muted")
        let_name(self._title_label, self.title)
        self.note = Note("", "info")
        self.left_out = QPlainTextEdit(readOnly=True)
        self.left_out.setAccessibleName(tr("Not taken over"))
        self.left_out.setTabChangesFocus(True)
        self.left_out.setFixedHeight(theme().px(150))
        self._left_label = label(tr("Not taken over"), "", "bold")
        self.missing = Note("", "warn")
        self.pending = Note(tr("The original has pending changes. The new document begins with them."), "neutral")
        self.take = button(tr("Stage"), "primary", self._take)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._look)
        self._build()
        for choice in self.choices.values():
            choice.toggled.connect(lambda on: self._show_target() if on else None)
        self.title.textEdited.connect(lambda _: self._later())
        self.title.returnPressed.connect(lambda: self.take.click() if self.take.isEnabled() else None)
        self.closed.connect(lambda _: self._end())
        self.choose(chosen if chosen in self.choices else next(iter(self.choices)))

    def _build(self) -> None:
        body = box(
            box(*self.choices.values(), None, spacing=6),
            box(self._title_label, self.title, spacing=12),
            self.note,
            self.pending,
            self.missing,
            self._left_label,
            self.left_out,
            vertical=True,
            margins=(18, 14, 18, 14),
            spacing=10,
        )
        self.set_content(body, (), (button(tr("Cancel"), "", self.reject), self.take))

    def _end(self) -> None:
        self._soon.stop()
        self._scope.cancel("plan")

    # ---- which ---------------------------------------------------------------------------------------------------------

    @property
    def target(self) -> Target:
        """What is chosen."""
        return next(self._targets[name] for name, choice in self.choices.items() if choice.isChecked())

    def choose(self, module: ModuleName) -> None:
        """Choose another kind."""
        self.choices[module].setChecked(True)

    def _show_target(self) -> None:
        target = self.target
        is_copy = target.action is None and not target.why_not
        for part in (self._title_label, self.title, self._left_label, self.left_out):
            part.setVisible(is_copy)
        self.pending.setVisible(is_copy and self._whole.is_pending)
        self.missing.hide()
        if target.action is not None:
            self.note.show_text(f"{tr('This CRM makes it itself.')} {told(target.action.question)}", "info")
            self.take.setText(told(target.action.label))
            self.take.setEnabled(self._account.profile.may_write)
        elif target.why_not:
            self.note.show_text(target.why_not, "warn")
            self.take.setText(tr("Stage"))
            self.take.setEnabled(False)
        else:
            self.title.setText(self._first_title(target))
            self.take.setText(tr("Stage the new {what}", what=within(target.module.label)))
            self.note.show_text(tr("Looking at what can be taken over …"), "neutral")
            self._look()
        self.refit()

    def _first_title(self, target: Target) -> str:
        """A copy in the same module is told apart from the original; an order may be called as its quote is."""
        held = plain(self._whole.document.header.values.get(self._whole.schema.title_field)).strip()
        is_same = target.module.name == self._whole.schema.module.name
        return tr("{title} (copy)", title=held) if is_same and held else held

    # ---- what ----------------------------------------------------------------------------------------------------------

    def _later(self) -> None:
        self.take.setEnabled(False)
        self._soon.start()

    def _look(self) -> None:
        self._soon.stop()
        self.plan = None
        self.take.setEnabled(False)
        self._scope.start(self._read(self.target), slot="plan")

    async def _read(self, target: Target) -> None:
        try:
            plan = await self._copier.plan(
                self._whole.document, target.module.name, self._today, self.title.text().strip()
            )
        except CrmError as error:
            self.note.show_text(told(error.user_text), "bad")
            return
        self.plan = plan
        self.note.show_text(self._taken(plan), "info")
        labels = self._whole.document.header.labels
        said = [*_left_fields(plan, self._formats, labels), *_lost_lines(plan)]
        self.left_out.setPlainText("\n".join(said) or tr("Everything is taken over."))
        missing = ", ".join(field.label for field in plan.header.missing)
        self.missing.setVisible(bool(missing))
        self.missing.show_text(tr("To be filled before it is sent: {names}.", names=missing), "warn")
        self.take.setEnabled(self._account.profile.may_write)
        self.refit()

    def _taken(self, plan: CopyPlan) -> str:
        words = [
            plural(len(plan.staged.lines), "{n} line", "{n} lines"),
            plural(len(plan.header.values), "{n} field", "{n} fields"),
        ]
        said = tr("It begins with {what}.", what=tr(" and ").join(words))
        if plan.header.link is not None and (field := plan.target.field(plan.header.link)) is not None:
            said += " " + tr("“{field}” names the original.", field=field.label)
        if plan.header.begun:
            begun = (
                f"{field.label}: {self._formats.text(plan.header.values.get(field.name), field)}"
                for field in plan.header.begun
            )
            said += " " + tr("Anew: {fields}.", fields=", ".join(begun))
        return said

    # ---- staging -------------------------------------------------------------------------------------------------------

    def _take(self) -> None:
        target = self.target
        if target.action is not None:
            action: RecordAction = target.action
            self.accept()
            self.action_wanted.emit(action)
        elif self.plan is not None:
            self.take.setEnabled(False)
            self._scope.start(self._stage(self.plan), slot="stage")

    async def _stage(self, plan: CopyPlan) -> None:
        named = self._formats.title(self._whole.document.header, self._whole.schema)
        same = plan.target.module.name == plan.source.module.name
        what = tr("Duplicate {name}", name=named) if same else tr(
            "New {what} of {name}", what=within(plan.target.module.label), name=named)  # fmt: skip
        record: RecordId = await asyncio.shield(self._copier.stage(plan, what))
        self.accept()
        self.staged.emit(record)


def _choice_word(target: Target, own: ModuleName) -> str:
    return tr("Duplicate") if target.module.name == own else target.module.label


def _left_fields(plan: CopyPlan, formats: Formats, labels: Mapping[FieldName, str]) -> list[str]:
    words = {
        Why.NO_FIELD: tr("{what} has no such field", what=plan.target.module.label),
        Why.STATUS: tr("begins anew"),
        Why.DATE: tr("a date of the original"),
        Why.OWN: tr("belongs to the original alone"),
        Why.UNFIT: tr("{what} does not take this value", what=plan.target.module.label),
    }
    found = []
    for one in plan.header.left_out:
        said = " ".join(formats.text(one.value, one.field, labels.get(one.field.name, "")).split())
        found.append(f"{one.field.label}: {said} ({words[one.why]})")
    return found


def _lost_lines(plan: CopyPlan) -> list[str]:
    found = []
    for one in plan.lost:
        where = tr("Line {n}: {name}", n=one.line.position, name=one.line.called)
        if one.loss is LineLoss.LINE:
            why = tr("such a line cannot be added there")
        else:
            kind = tr("an amount") if getattr(one.line, AMOUNT) else tr("a percentage")
            why = tr("its discount is {kind}, which cannot be there", kind=kind)
        found.append(f"{where} ({why})")
    return found
