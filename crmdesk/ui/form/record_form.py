# SPDX-License-Identifier: MIT
"""RecordForm: the fields of a record in blocks. It shows and wishes; the panel stages."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Field, Schema
from crmdesk.ui.form.field_block import FieldBlock
from crmdesk.ui.form.field_row import FieldRow, focused_row
from crmdesk.ui.form.form_content import FormContent, blocks
from crmdesk.ui.form.reference_picker import ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, button, clearable, label
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import plural, tr

ALL_FIELDS = "record/all_fields"
"""The setting that remembers whether empty fields are shown."""

Drafts = Mapping[FieldName, tuple[str, str]]
"""Texts that are no values, with the sentence that says why."""


class RecordForm(QScrollArea):
    """Owned by the record panel; its rows are made once for each module and filled anew for each record.

    Signals:
        edited(Field, Value, str): Want this value; the text is the label of a reference.
        taken_back(Field): Forget the staged change of a field.
        followed(Field, Value, bool): A link was activated; True = in a new tab.
    """

    edited = Signal(object, object, str)
    taken_back = Signal(object)
    followed = Signal(object, object, bool)

    def __init__(self, formats: Formats, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats, self._settings = formats, settings
        self._search: ReferenceSearch | None = None
        self._content: FormContent | None = None
        self._built: tuple[Schema, bool] | None = None
        self._blocks: list[FieldBlock] = []
        self._all = bool(settings.value(ALL_FIELDS, False, type=bool))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Find a field"))
        clearable(self.filter)
        self.filter.setAccessibleName(tr("Find a field"))
        self.filter.textChanged.connect(lambda _text: self._show_rows())
        self.filter.hide()
        self.missing = Note("", "warn")
        self.missing.hide()
        self.toggle = button("", "link", self._on_toggle)
        self._nothing = label(tr("No field is called that."), "muted", wrap=True)
        self._nothing.hide()
        self._body = QWidget()
        self.setWidget(self._body)
        self._scale = theme().scale
        theme().changed.connect(self._on_theme)

    # ---- what the panel does -----------------------------------------------------------------------------------------

    def use_search(self, search: ReferenceSearch | None) -> None:
        """Where references look for records; None = their ids are typed."""
        self._search = search
        for row in self._rows():
            row.search = search

    def show_content(self, content: FormContent, drafts: Drafts | None = None) -> None:
        """Show a record; `drafts` are texts that were typed for it before and are no values."""
        self._content = content
        wanted = (content.schema, content.is_new)
        built = self._built != wanted
        if built:
            self._build(content)
            self._built = wanted
        for row in self._rows():
            if drafts is not None:
                row.show_draft(*drafts.get(row.field.name, ("", "")))
            row.show_state(content.state(row.field, self._formats))
        for name, draft in (drafts or {}).items():
            if self._block_of(name) is not None:
                self._need(name).show_draft(*draft)
        still = ", ".join(field.label for field in content.missing())
        self.missing.setVisible(bool(still))
        self.missing.show_text(tr("Still needed: {fields}", fields=still) if still else "", "warn")
        self._show_rows()
        if built:
            self.setWidget(self._body)  # now, since hidden rows are not laid out; the old body is deleted

    def commit(self) -> bool:
        """End editing and wish for what is typed; False where it is no value."""
        row = self.editing_row()
        return row.commit() if row is not None else True

    def drafts(self) -> Drafts:
        """Texts that are no values, to be kept while another record is shown."""
        return {row.field.name: (row.draft, row.problem) for row in self._rows() if row.problem}

    def editing_row(self) -> FieldRow | None:
        """The row whose editor is open."""
        return next((row for row in self._rows() if row.editor is not None), None)

    def row(self, name: str) -> FieldRow:
        """The row of a field.

        Raises:
            KeyError: The form shows no such field.
        """
        return self._need(FieldName(name))

    @property
    def shows_all(self) -> bool:
        """Whether empty fields are shown."""
        return self._all

    def show_all(self, wanted: bool) -> None:
        """Show empty fields too, from now on."""
        self._all = wanted
        self._settings.setValue(ALL_FIELDS, wanted)
        self._show_rows()

    def find_field(self) -> None:
        """Open the box that narrows the fields down."""
        self.filter.show()
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()
        self.ensureWidgetVisible(self.filter)

    def focus_first(self) -> None:
        """Enter the first field that still needs a value, else the first that can be edited."""
        rows = [row for row in self._rows() if not row.state.reason and not row.isHidden()]
        first = next((row for row in rows if row.state.wanted), rows[0] if rows else None)
        if first is not None:
            first.begin()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self, content: FormContent) -> None:
        """Make the rows of a module; a body of its own, so that the old one goes in one piece."""
        t = theme()
        self._blocks = []
        for kept in (self.filter, self.missing, self.toggle, self._nothing):
            kept.setParent(self)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(t.px(14), t.px(10), t.px(14), t.px(12))
        column.setSpacing(t.px(3))
        column.addWidget(self.filter)
        column.addWidget(self.missing)
        for heading, fields in blocks(content.schema, creating=content.is_new):
            block = FieldBlock(heading, fields, self._make_row, body)
            block.title.setContentsMargins(0, t.px(11) if self._blocks else t.px(1), 0, t.px(3))
            block.layout.setSpacing(column.spacing())
            column.addLayout(block.layout)
            self._blocks.append(block)
        column.addWidget(self._nothing)
        column.addSpacing(t.px(8))
        column.addWidget(self.toggle)
        column.addStretch(1)
        self._body = body

    def _rows(self) -> Iterator[FieldRow]:
        """Those that were needed so far, from top to bottom."""
        return (row for block in self._blocks for row in block.rows())

    def _block_of(self, name: FieldName) -> FieldBlock | None:
        return next((block for block in self._blocks if name in block), None)

    def _need(self, name: FieldName) -> FieldRow:
        """The row of a field, made now where it was never shown."""
        if (block := self._block_of(name)) is None:
            raise KeyError(name)
        row = block.get(name)
        if row is None:
            row = block.make(name)
            if self._content is not None:
                row.show_state(self._content.state(row.field, self._formats))
            rows = list(self._rows())
            place = rows.index(row)
            QWidget.setTabOrder(rows[place - 1] if place else self.filter, row)
        return row

    def _make_row(self, field: Field, wide: bool) -> FieldRow:
        row = FieldRow(field, self._formats, self._body, wide=wide)
        row.hide()
        row.search = self._search
        row.committed.connect(self.edited)
        row.taken_back.connect(self.taken_back)
        row.followed.connect(lambda value, new_tab: self.followed.emit(field, value, new_tab))
        row.resized.connect(lambda: self._keep_visible(row))
        return row

    def _on_theme(self) -> None:
        """Another text size makes other heights; other colours only ask for painting."""
        if self._scale != theme().scale and self._content is not None:
            self._scale = theme().scale
            self.commit()
            drafts = self.drafts()
            self._built = None
            self.show_content(self._content, drafts)

    def _keep_visible(self, row: FieldRow) -> None:
        if row.editor is not None:
            QTimer.singleShot(0, row, lambda: self.ensureWidgetVisible(row, 0, theme().px(20)))

    # ---- which rows --------------------------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        """Hide what is empty or not looked for; what is being edited, changed or wrong always stays."""
        content = self._content
        if content is None:
            return
        looked_for = self.filter.text().strip().casefold() if not self.filter.isHidden() else ""
        everything = self._all or content.is_new or bool(looked_for)
        hidden = shown = 0
        layout = self._body.layout()
        assert layout is not None
        self._body.setUpdatesEnabled(False)
        layout.setEnabled(False)  # else every row that comes or goes has all of them placed anew
        for block in self._blocks:
            any_shown = False
            for field in block.fields:
                row = block.get(field.name)
                state = row.state if row is not None else content.state(field, self._formats)
                found = True
                if looked_for:
                    text = row.text if row is not None else state.text(field, self._formats)
                    found = looked_for in f"{field.label}\n{field.name}\n{text}".casefold()
                matters = state.value not in (None, "", ()) or state.staged or (row is not None and _is_in_use(row))
                hidden += not matters
                visible = found and (everything or matters)
                any_shown |= visible
                shown += visible
                if row is None and visible:
                    row = self._need(field.name)
                if row is not None and row.isHidden() == visible:
                    row.setVisible(visible)
            block.title.setVisible(any_shown)
        layout.setEnabled(True)
        layout.activate()
        self._body.setUpdatesEnabled(True)
        self._nothing.setVisible(bool(looked_for) and not shown)
        self.toggle.setVisible(not content.is_new and not looked_for and hidden > 0)
        more = plural(hidden, "Show {n} empty field", "Show {n} empty fields")
        self.toggle.setText(tr("Hide empty fields") if self._all else more)

    def _on_toggle(self) -> None:
        self.show_all(not self._all)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.filter.hasFocus():
            self.filter.clear()
            self.filter.hide()
            self._show_rows()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab from field to field as they are shown; Qt's own chain would follow the order editors were made in."""
        now = self.window().focusWidget()
        row = focused_row(now)
        if row is None or not self.isAncestorOf(row):
            return super().focusNextPrevChild(forward)
        if not row.isVisible():  # Qt asks while it hides the row that has the focus
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        rows = [one for one in self._rows() if one.isVisible()]
        at = rows.index(row) + (1 if forward else -1)
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        if 0 <= at < len(rows):
            after: QWidget = rows[at]
        elif forward and self.toggle.isVisible():
            after = self.toggle
        else:
            row.setFocus(Qt.FocusReason.OtherFocusReason)  # its editor stands at the end of the window's chain
            return super().focusNextPrevChild(forward)
        after.setFocus(reason)
        self.ensureWidgetVisible(after, 0, theme().px(20))
        return True


def _is_in_use(row: FieldRow) -> bool:
    """Whether it stays though it is empty."""
    return row.editor is not None or bool(row.problem) or row.hasFocus()
