# SPDX-License-Identifier: MIT
"""Change many records at once: whom, what, how it would look, and then into the pending changes."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QStackedWidget, QWidget

from crmdesk.domain.bulk import BulkEdit, BulkRow, Tally, Verdict
from crmdesk.domain.errors import CrmError, Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Filter, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Module, Schema
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine.bulk import BulkDesk, Targets
from crmdesk.engine.desk import Account
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.fixes.bulk_form import BulkForm
from crmdesk.ui.fixes.fix_sheet import FixSheet, Report, read_words
from crmdesk.ui.form.field_editors import ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Pill, box, button, label, set_role
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row, Segment
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import ENVIRONMENT_TONES, environment_word, plural, tr

_PREVIEW_MS = 250
_SHOWN = 2_000
"""Rows of the preview; the counts are of all."""
SELECTED, MATCHING, LISTED = "selected", "matching", "listed"


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom a bulk edit may be meant for, as the table stands.

    Attributes:
        selected: the records of the marked rows.
        where: the table's filter; None = all records. total: how many match, None = not known.
        field: the column in front, "" = none.
    """

    selected: Sequence[Record]
    where: Filter | None
    total: int | None = None
    field: str = ""


class BulkSheet(FixSheet):
    """Whom, what, a preview that follows while one types, and then into the pending changes."""

    def __init__(self, account: Account, schema: Schema, formats: Formats, offer: Offer, report: Report) -> None:
        module = schema.module
        super().__init__(tr("Change many {0}").format(module.label_plural), 980, account, schema, formats, report)
        self._offer = offer
        self._desk = BulkDesk(account.reading, account.staged)
        self._targets: Targets | None = None
        self._read_with: frozenset[FieldName] = frozenset()
        self._rows: tuple[BulkRow, ...] = ()
        self._edit: BulkEdit | None = None
        self.form = BulkForm(schema, formats, ReferenceSearch(account.reading, self._scope, formats))
        self._whom = self._choices(module)
        self.ids = QPlainTextEdit()
        self.ids.setPlaceholderText(tr("One id on each line"))
        self.ids.setAccessibleName(tr("Ids"))
        self.ids.setMaximumHeight(theme().px(84))
        self._by_ids = QComboBox()
        self._list_page = box(self.ids, box(label(tr("Listed by"), "muted"), self._by_combo(), None), vertical=True)
        self._soon = QTimer(self, singleShot=True, interval=_PREVIEW_MS)
        self._soon.timeout.connect(self._look)
        self._model = RecordTableModel(self._columns(), ListSource(), self)
        self.grid = RecordGrid(self._model)
        self.grid.setAccessibleName(tr("Preview"))
        self.grid.setMinimumHeight(theme().px(260))
        self.note = label("", "muted", wrap=True)
        self._pills = (Pill("", "warn"), Pill("", "neutral"), Pill("", "bad"))
        self.take = button(tr("Stage"), "primary", self._stage)
        self._build(module)
        self.form.changed.connect(self._later)
        self.ids.textChanged.connect(self._forget)
        self.closed.connect(lambda _: self._end())
        self._show_whom()
        if offer.field:
            self.form.choose_field(offer.field)
        self._look()

    # ---- building --------------------------------------------------------------------------------------------------

    def _choices(self, module: Module) -> dict[str, PillChoice]:
        count = len(self._offer.selected)
        found: dict[str, PillChoice] = {}
        if count:
            found[SELECTED] = PillChoice(SELECTED, plural(count, "The marked row", "The {n} marked rows"), "info")
        total = self._offer.total
        all_of = (
            tr("All {0}").format(module.label_plural) if self._offer.where is None else tr("All that match the filter")
        )
        text = f"{all_of} ({self._formats.count(total)})" if total is not None else all_of
        found[MATCHING] = PillChoice(MATCHING, text, "info")
        found[LISTED] = PillChoice(LISTED, tr("A list of ids"), "info")
        next(iter(found.values())).setChecked(True)
        for choice in found.values():
            choice.toggled.connect(lambda on: self._show_whom() if on else None)
        return found

    def _by_combo(self) -> QWidget:
        """By what the pasted lines name records: the server's ids, or the values of a field."""
        self._by_ids.setAccessibleName(tr("Listed by"))
        self._by_ids.addItem(tr("the server's ids"), None)
        named = [self._schema.number_field, self._schema.title_field]
        for name in dict.fromkeys(n for n in named if n is not None):
            field = self._schema.field(name)
            if field is not None and field.type.is_text:
                self._by_ids.addItem(field.label, field.name)
        self._by_ids.currentIndexChanged.connect(lambda _: self._forget())
        return self._by_ids

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(key="record", title=self._schema.module.label, kind=Kind.MAIN, width=250),
            Column(key="now", title=tr("Now"), width=240),
            Column(key="then", title=tr("Then"), width=240),
            Column(key="note", title="", spoken=tr("Remarks"), kind=Kind.MUTED, width=190),
        )

    def _build(self, module: Module) -> None:
        profile = self._account.profile
        where = box(
            label(profile.name, "muted"),
            Pill(environment_word(profile.environment), ENVIRONMENT_TONES[profile.environment]),
        )
        self._list = QStackedWidget()
        self._list.addWidget(QWidget())
        self._list.addWidget(self._list_page)
        counts = box(*self._pills, self.note, spacing=8)
        counts.layout().setStretch(len(self._pills), 1)  # type: ignore[union-attr]  # box lays out
        body = box(
            box(*self._whom.values(), None, where, spacing=6),
            self._list,
            self.form,
            counts,
            self.grid,
            vertical=True,
            margins=(18, 14, 18, 14),
            spacing=10,
        )
        self.set_content(body, (), (button(tr("Cancel"), "", self.reject), self.take))
        for pill in self._pills:
            pill.hide()

    # ---- whom ------------------------------------------------------------------------------------------------------

    def _chosen(self) -> str:
        return next(key for key, choice in self._whom.items() if choice.isChecked())

    def _show_whom(self) -> None:
        listed = self._chosen() == LISTED
        self._list.setCurrentIndex(1 if listed else 0)
        self._list.setVisible(listed)
        self._forget()
        self.refit()
        if listed:
            self.ids.setFocus()

    def _forget(self) -> None:
        """Other records are meant: what was frozen goes."""
        self._targets, self._read_with = None, frozenset()
        self._later()

    async def _freeze(self, fields: Sequence[FieldName]) -> Targets:
        module = self._schema.module.name
        match self._chosen():
            case key if key == SELECTED:
                return await self._desk.selected(module, self._offer.selected, fields, self._progress)
            case key if key == MATCHING:
                return await self._desk.matching(Query(module, (), self._offer.where), fields, self._progress)
            case _:
                by = self._by_ids.currentData()
                return await self._desk.listed(module, self.ids.toPlainText(), by, fields, self._progress)

    def _progress(self, count: int) -> None:
        self.note.setText(read_words(count))

    def follow_reach(self) -> None:
        """What could not be read is read from where it can; what was frozen stays as it is."""
        if self._targets is None:
            self._later()

    # ---- what ------------------------------------------------------------------------------------------------------

    def _later(self) -> None:
        self.take.setEnabled(False)
        self._soon.start()

    def _look(self) -> None:
        self._scope.start(self._preview(), slot="preview")

    async def _preview(self) -> None:
        """Read whom it is meant for where that is not known yet, and show what would become of them."""
        self._rows, self._edit = (), None
        try:
            edit = self.form.edit()
            if edit is None:
                return self._say(tr("Choose the field to change."))
            if self._chosen() == LISTED and not self.ids.toPlainText().strip():
                return self._say(tr("Paste ids, one on each line."))
            needed = await self._desk.fields_for(self._schema.module.name, edit)
            if self._targets is None or not set(needed) <= self._read_with:
                self._targets = await self._freeze(needed)
                self._read_with = frozenset(needed)
            rows, tally = await self._desk.plan(self._targets, edit)
        except NotAValue as error:
            return self._say(told(said_by(error)), "bad")
        except Invalid as error:
            return self._say(told(error.user_text), "bad")
        except CrmError as error:
            self._say(told(error.user_text), "bad")
            return self._report(error)
        self._rows, self._edit = rows, edit
        await self._show(rows, tally)
        return None

    def _say(self, text: str, tone: str = "muted") -> None:
        for pill in self._pills:
            pill.hide()
        self.note.setText(text)
        set_role(self.note, tone)
        self._fill(())
        self.take.setText(tr("Stage"))
        self.take.setEnabled(False)

    async def _show(self, rows: Sequence[BulkRow], tally: Tally) -> None:
        assert self._targets is not None
        counts = (
            (tally.changes, plural(tally.changes, "1 changes", "{n} change")),
            (tally.same, plural(tally.same, "1 is so already", "{n} are so already")),
            (tally.refused, plural(tally.refused, "1 cannot", "{n} cannot")),
        )
        for pill, (count, text) in zip(self._pills, counts, strict=True):
            pill.show_state(text, pill.tone)
            pill.setVisible(bool(count))
        set_role(self.note, "muted")
        self.note.setText(self._frozen_words())
        order = {Verdict.REFUSED: 0, Verdict.CHANGES: 1, Verdict.SAME: 2}
        shown = sorted(rows, key=lambda row: order[row.verdict])[:_SHOWN]
        self._fill(shown)
        await asyncio.sleep(0)
        self.take.setText(plural(tally.changes, "Stage 1 change", "Stage {n} changes"))
        self.take.setEnabled(bool(tally.changes))

    def _frozen_words(self) -> str:
        assert self._targets is not None
        parts = [plural(len(self._targets), "1 record", "{n} records")]
        if self._targets.missing:
            some = ", ".join(self._targets.missing[:5]) + ("…" if len(self._targets.missing) > 5 else "")
            count = len(self._targets.missing)
            missing = plural(count, "1 is not on the server", "{n} are not on the server")
            if self.is_away:
                missing = plural(count, "1 is not in the copy", "{n} are not in the copy")
            parts.append(f"{missing} ({some})")
        if len(self._rows) > _SHOWN:
            parts.append(tr("the first {0} are shown").format(self._formats.count(_SHOWN)))
        return ", ".join(parts)

    # ---- preview ---------------------------------------------------------------------------------------------------

    def _fill(self, rows: Sequence[BulkRow]) -> None:
        self._model.restart(ListSource(self._row(number, row) for number, row in enumerate(rows)))

    def _row(self, number: int, row: BulkRow) -> Row:
        field = self._schema.field(self._edit.field) if self._edit is not None else None
        title = self._formats.title(row.record, self._schema)
        if field is None:
            return Row(str(number), (title, "", "", ""))
        before = self._text(row.before, field, row.record)
        if row.verdict is Verdict.REFUSED:
            return Row(str(number), (title, before, "", (Segment(told(row.reason), "bad"),)))
        if row.verdict is Verdict.SAME:
            return Row(str(number), (title, before, (Segment(before, "muted"),) if before else "", tr("is so already")))
        after = self.form.value_label() or self._text(row.after, field, row.record)
        then = Segment(after, "good") if after else Segment(tr("empty"), "muted")
        return Row(str(number), (title, (Segment(before, "strike"),) if before else "", (then,), ""))

    def _text(self, value: Value, field: Field, record: Record) -> str:
        told = record.labels.get(field.name, "") if value == record.values.get(field.name) else ""
        return self._formats.text(value, field, told)

    # ---- end -------------------------------------------------------------------------------------------------------

    def _stage(self) -> None:
        self.take.setEnabled(False)
        self._scope.start(self._staging(), slot="stage")

    async def _staging(self) -> None:
        if self._targets is None or self._edit is None:
            return
        try:
            count = await self._desk.stage(self._targets, self._edit, self._rows, self.form.value_label())
        except CrmError as error:
            self._say(told(error.user_text), "bad")
            return
        self.staged.emit(count)
        self.accept()

    def _end(self) -> None:
        self._soon.stop()
        for slot in ("preview", "stage", "reference"):
            self._scope.cancel(slot)
