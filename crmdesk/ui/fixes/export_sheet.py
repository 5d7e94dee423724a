# SPDX-License-Identifier: MIT
"""Export records to a file: which ones, in what format, and how it went."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from crmdesk.domain.errors import ConnectionFailed, CrmError
from crmdesk.domain.file_names import safe_name
from crmdesk.domain.names import FieldName
from crmdesk.domain.query import Filter, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.exporting import ExportFormat, ExportPlan, Looks, check_room, export
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.staging import NEW
from crmdesk.ui.accounts.choice_buttons import PillChoice
from crmdesk.ui.copies.copy_words import when_words
from crmdesk.ui.fixes.export_words import format_hint, format_word
from crmdesk.ui.fixes.fix_sheet import FixSheet, Report
from crmdesk.ui.formats import Formats
from crmdesk.ui.opening import open_file
from crmdesk.ui.parts import Note, ProgressBar, box, button, label, show_length
from crmdesk.ui.translation import plural, told, tr
from crmdesk.ui.wording import error_words

MARKED, SHOWN, ALL = "marked", "shown", "all"
_LABELS, _NAMES = "labels", "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOffer:
    """What may be exported, as the table stands.

    Attributes:
        marked: the records of the marked rows.
        fields: the columns that are shown, in their order.
        total: rows of the filter, whole: of the module; None = not known.
        pending: changes of this module that are not sent; they are not in the file.
    """

    marked: Sequence[Record]
    fields: tuple[FieldName, ...]
    where: Filter | None
    order: tuple[Order, ...] = ()
    total: int | None = None
    whole: int | None = None
    pending: int = 0


class ExportSheet(FixSheet):
    """Reads page by page and writes as it reads; closing it stops the export and leaves no half file."""

    def __init__(
        self,
        account: Account,
        schema: Schema,
        formats: Formats,
        offer: ExportOffer,
        report: Report,
    ) -> None:
        self._plural, self._offer = schema.module.label_plural, offer
        super().__init__(tr("Export {0}").format(self._plural), 680, account, schema, formats, report)
        self._target: Path | None = None
        self._running = False
        self.which = self._which()
        self.format = _group({form.value: format_word(form) for form in ExportFormat})
        self.titles = _group({_LABELS: tr("Labels"), _NAMES: tr("Names of the fields")})
        self.looks = _group({Looks.STORED.value: tr("As stored"), Looks.SHOWN.value: tr("As shown")})
        self._hint = label("", "muted", "small", wrap=True)
        self.note = Note("", "info")
        self.progress = ProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("Export"))
        self._words = label("", "muted")
        self.stop = button(tr("Stop"), "", self._on_stop)
        self.folder = button(tr("Show in folder"), "", self._show_folder)
        self.cancel = button(tr("Close"), "", self.reject)
        self.go = button(tr("Export…"), "primary", self._ask)
        self._build()
        self._show_hint()
        self.closed.connect(lambda _: self._scope.cancel("export"))

    # ---- building ------------------------------------------------------------------------------------------------

    def _which(self) -> dict[str, PillChoice]:
        offer, words = self._offer, dict[str, str]()
        if offer.marked:
            words[MARKED] = plural(len(offer.marked), "The marked row", "The {n} marked rows")
        words[SHOWN] = tr("What the table shows") + self._counted(offer.total)
        words[ALL] = tr("All {0}, all fields").format(self._plural) + self._counted(offer.whole)
        return _group(words, SHOWN)

    def _counted(self, count: int | None) -> str:
        return f" ({self._formats.count(count)})" if count is not None else ""

    def _build(self) -> None:
        rows = (
            (tr("Which"), self.which),
            (tr("Format"), self.format),
            (tr("Titles"), self.titles),
            (tr("Values"), self.looks),
        )
        parts: list[QWidget] = []
        for words, group in rows:
            name = label(words, "muted")
            name.setFixedWidth(max(name.fontMetrics().horizontalAdvance(one) for one, _ in rows) + 8)
            parts.append(box(name, *group.values(), None, spacing=6))
            for choice in group.values():
                choice.setAccessibleDescription(words)
                choice.toggled.connect(lambda on: self._show_hint() if on else None)
        self._asking = box(self._words, self.progress, self.stop)
        body = box(*parts, self._hint, self._asking, self.note, vertical=True, margins=(18, 14, 18, 14), spacing=12)
        self.set_content(body, (self.folder,), (self.cancel, self.go))
        for part in (self._asking, self.note, self.folder):
            part.hide()

    def _show_hint(self) -> None:
        form = self._form()
        said = [format_hint(form)]
        for choice in self.titles.values():
            choice.setEnabled(form is not ExportFormat.JSON_LINES)
        if form is ExportFormat.JSON_LINES:
            said.append(tr("JSON lines always have the names of the fields."))
        if self._chosen(self.looks) == Looks.SHOWN.value:
            said.append(
                tr(
                    "Names stand for ids, labels for the words of lists; what several records are called so cannot be told apart when it is imported again."
                )
            )
        else:
            said.append(tr("References are ids, so that the file can be imported again exactly."))
        if self._offer.pending:
            said.append(
                plural(
                    self._offer.pending,
                    "1 pending change is not in the file.",
                    "{n} pending changes are not in the file.",
                )
            )
        self._hint.setText(" ".join(said))
        self.refit()

    # ---- what is chosen ------------------------------------------------------------------------------------------

    def _chosen(self, group: dict[str, PillChoice]) -> str:
        return next(key for key, choice in group.items() if choice.isChecked())

    def _form(self) -> ExportFormat:
        return ExportFormat(self._chosen(self.format))

    def _fields(self) -> tuple[FieldName, ...]:
        if self._chosen(self.which) == ALL:
            return tuple(f.name for f in self._schema.fields if f.type is not FieldType.OPAQUE)
        return self._offer.fields

    def _count(self) -> int | None:
        match self._chosen(self.which):
            case key if key == MARKED:
                return len(self._offer.marked)
            case key if key == SHOWN:
                return self._offer.total
            case _:
                return self._offer.whole

    def plan(self) -> ExportPlan:
        """What is written and how."""
        ways = self._formats.conventions
        return ExportPlan(
            form=self._form(),
            fields=self._fields(),
            with_labels=self._chosen(self.titles) == _LABELS,
            looks=Looks(self._chosen(self.looks)),
            separator=";" if ways.decimal_point == "," else ",",
            decimal_point=ways.decimal_point,
            zone=self._formats.zone,
            yes=ways.yes,
            no=ways.no,
        )

    def _pages(self) -> AsyncIterator[Sequence[Record]]:
        offer, module = self._offer, self._schema.module.name
        match self._chosen(self.which):
            case key if key == MARKED:
                return _once([one for one in offer.marked if not one.id.key.startswith(NEW)])
            case key if key == SHOWN:
                return self._read(Query(module, self._fields(), offer.where, offer.order))
            case _:
                return self._read(Query(module, self._fields()))

    def _read(self, query: Query) -> AsyncIterator[Sequence[Record]]:
        return PageFeed(self._account.reading, query).pages()

    # ---- the file ------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        try:
            check_room(self._form(), self._count(), self._plural)
        except CrmError as error:
            self._say(told(error.user_text), "bad")
            return
        folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        ending = self._form().ending
        chooser = QFileDialog(self, tr("Export"), str(folder / safe_name(f"{self._plural}.{ending}")), f"*.{ending}")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix(ending)
        chooser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        chooser.fileSelected.connect(lambda path: self.write(Path(path)))
        chooser.open()

    def write(self, path: Path) -> None:
        """Write the file; told when it is whole."""
        if not self._running:
            self._target = path
            self._show_running(True)
            self._scope.start(self._write(path), slot="export")

    async def _write(self, path: Path) -> None:
        try:
            count = await export(path, self._pages(), self.plan(), self._schema, self._on_progress)
        except CrmError as error:
            self._say(self._failed_words(error), "bad")
        except OSError as error:
            self._say(tr("{0} cannot be written: {1}.").format(path.name, error.strerror or error), "bad")
        else:
            size = self._formats.locale.formattedDataSize(path.stat().st_size, 1)
            self._say(
                plural(count, "1 record saved in {name} ({size}).", "{n} records saved in {name} ({size}).",
                       name=path.name, size=size), "good"
            )  # fmt: skip
            self.folder.show()
        finally:
            if isValid(self):  # closing the sheet stops it, too
                self._show_running(False)

    def _failed_words(self, error: CrmError) -> str:
        text = tr("{0} No file was written.").format(error_words(error).text)
        state = self._account.reading.copy_of(self._schema.module.name)
        if isinstance(error, ConnectionFailed) and state is not None and state.complete:
            return text + " " + tr("Export once more to write what the copy on this computer holds.")
        return text

    def _away_words(self) -> str:
        state = self._account.reading.copy_of(self._schema.module.name)
        if state is None or state.synced_at is None or not state.complete:
            return super()._away_words()
        return tr("Offline: the file is written from the copy of {module} of {when}. What changed on the server since is not "
                  "in it.", module=self._plural, when=when_words(state.synced_at, self._formats))  # fmt: skip

    def _show_running(self, running: bool) -> None:
        self._running = running
        self._asking.setVisible(running)
        self.go.setEnabled(not running)
        for group in (self.which, self.format, self.titles, self.looks):
            for choice in group.values():
                choice.setEnabled(not running)
        if running:
            self.note.hide()
            self.folder.hide()
            show_length(self.progress, self._count())
            self._on_progress(0)
            self.stop.setFocus()
        else:
            self._show_hint()
        self.refit()

    def _on_progress(self, count: int) -> None:
        total = self._count()
        if total is None:
            self._words.setText(plural(count, "1 record written", "{n} records written"))
        else:
            self._words.setText(
                tr("{0} of {1} written").format(self._formats.count(count), self._formats.count(max(count, total)))
            )
            self.progress.setValue(min(count, total))

    def _on_stop(self) -> None:
        if self._running:
            self._scope.cancel("export")
            self._say(tr("Stopped. No file was written."), "info")

    def _say(self, text: str, tone: str) -> None:
        self.note.show_text(text, tone)
        self.note.show()
        self.refit()

    def _show_folder(self) -> None:
        if self._target is not None:
            open_file(self._target.parent)


def _group(words: dict[str, str], chosen: str = "") -> dict[str, PillChoice]:
    """One of several; each in a row of its own, so that they exclude one another alone."""
    made = {key: PillChoice(key, text, "info") for key, text in words.items()}
    made[chosen if chosen in made else next(iter(made))].setChecked(True)
    return made


async def _once(records: Sequence[Record]) -> AsyncIterator[Sequence[Record]]:
    yield records
