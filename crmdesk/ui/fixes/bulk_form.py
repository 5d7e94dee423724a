# SPDX-License-Identifier: MIT
"""What a bulk edit does: field, kind of change, and what that kind needs to know."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QStackedWidget, QWidget

from crmdesk.domain.bulk import BulkEdit, BulkKind
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.engine.expressions import HELP
from crmdesk.ui.field_combo import FieldCombo
from crmdesk.ui.form.field_editors import FieldEditor, ReferenceSearch, make_editor
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, fill, label
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import tr


def _kinds() -> tuple[tuple[BulkKind, str], ...]:
    return (
        (BulkKind.SET, tr("Set to")),
        (BulkKind.CLEAR, tr("Clear")),
        (BulkKind.REPLACE, tr("Replace text")),
        (BulkKind.PREFIX, tr("Put before")),
        (BulkKind.SUFFIX, tr("Put after")),
        (BulkKind.COPY, tr("Copy from")),
        (BulkKind.COMPUTE, tr("Compute")),
    )


class BulkForm(QWidget):
    """Field, kind, arguments.

    Signals:
        changed(): ``edit`` gives something else now.
    """

    changed = Signal()

    def __init__(self, schema: Schema, formats: Formats, search: ReferenceSearch) -> None:
        super().__init__()
        self._schema, self._formats, self._search = schema, formats, search
        readable = [f for f in schema.fields if f.type is not FieldType.OPAQUE]
        self._fields = FieldCombo([f for f in readable if not f.read_only], tr("Field to change"))
        self._kind = QComboBox()
        self._kind.setAccessibleName(tr("What to do"))
        for kind, word in _kinds():
            self._kind.addItem(word, kind)
        self._editor: FieldEditor | None = None
        self._value = box()
        self._find, self._put = _line(tr("Look for")), _line(tr("Put instead (empty = take out)"))
        self._case, self._whole = QCheckBox(tr("Same case")), QCheckBox(tr("Whole value"))
        self._text = _line(tr("Text"))
        self._source = FieldCombo(readable, tr("Field to copy from"))
        self._expression = _line(tr("For example: upper(trim(bill_city))"))
        self._expression.setAccessibleName(tr("Expression"))
        self._expression.setToolTip("\n".join(f"{name}: {what}" for name, what in HELP.items()))
        self._only_empty = QCheckBox(tr("Only where it is empty"))
        self._stack = QStackedWidget()
        self._pages = {
            BulkKind.SET: self._value,
            BulkKind.CLEAR: QWidget(),
            BulkKind.REPLACE: box(self._find, self._put, self._case, self._whole),
            BulkKind.PREFIX: self._text,
            BulkKind.COPY: self._source.combo,
            BulkKind.COMPUTE: self._expression,
        }
        for page in self._pages.values():
            self._stack.addWidget(page)
        self._hint = label("", "muted", "small", wrap=True)
        row = box(self._fields.combo, self._kind, self._stack, spacing=8)
        row.layout().setStretch(2, 1)  # type: ignore[union-attr]  # box lays out
        self._fields.combo.setMinimumWidth(theme().px(220))
        below = box(self._only_empty, self._hint)
        below.layout().setStretch(1, 1)  # type: ignore[union-attr]  # box lays out
        fill(self, row, below, vertical=True, spacing=6)
        self._connect()
        self._show_kind()

    def _connect(self) -> None:
        self._fields.combo.currentIndexChanged.connect(lambda _: self._on_field())
        self._fields.combo.editTextChanged.connect(lambda _: self.changed.emit())
        self._kind.currentIndexChanged.connect(lambda _: self._show_kind())
        self._source.combo.editTextChanged.connect(lambda _: self.changed.emit())
        for line in (self._find, self._put, self._text, self._expression):
            line.textChanged.connect(lambda _: self.changed.emit())
        for tick in (self._case, self._whole, self._only_empty):
            tick.toggled.connect(lambda _: self.changed.emit())

    @property
    def field_combo(self) -> QComboBox:
        """What wants the first focus."""
        return self._fields.combo

    def choose_field(self, name: str) -> None:
        """Begin with a field."""
        self._fields.choose(name)

    def field(self) -> Field | None:
        """The field that is to change."""
        return self._fields.field()

    def kind(self) -> BulkKind:
        """What is done to it."""
        found = self._kind.currentData()
        assert isinstance(found, BulkKind)
        return found

    def edit(self) -> BulkEdit | None:
        """What is wanted; None = no field is chosen yet.

        Raises:
            NotAValue: the value to set cannot be read.
        """
        field = self.field()
        if field is None:
            return None
        kind = self.kind()
        source = self._source.field()
        return BulkEdit(
            field=field.name,
            kind=kind,
            value=self._editor.value() if kind is BulkKind.SET and self._editor is not None else None,
            find=self._find.text() if kind is BulkKind.REPLACE else "",
            put=self._put.text() if kind is BulkKind.REPLACE else "",
            text=self._text.text() if kind in (BulkKind.PREFIX, BulkKind.SUFFIX) else "",
            source=source.name if kind is BulkKind.COPY and source is not None else None,
            expression=self._expression.text() if kind is BulkKind.COMPUTE else "",
            match_case=self._case.isChecked(),
            whole_value=self._whole.isChecked(),
            only_empty=self._only_empty.isChecked() and kind is not BulkKind.CLEAR,
        )

    def value_label(self) -> str:
        """What to show for a reference that is set, "" elsewhere."""
        return self._editor.label() if self.kind() is BulkKind.SET and self._editor is not None else ""

    def _on_field(self) -> None:
        field = self.field()
        if field is not None and (self._editor is None or self._editor.field.name != field.name):
            old, self._editor = self._editor, make_editor(field, self._formats, self._value, search=self._search)
            self._editor.set_value(None)
            layout = self._value.layout()
            assert layout is not None
            if old is not None:
                layout.removeWidget(old)
                old.deleteLater()
            layout.addWidget(self._editor)
            self._editor.show()
            self._watch(self._editor)
        self.changed.emit()

    def _watch(self, editor: FieldEditor) -> None:
        """Editors tell when they are done; the preview follows while one types."""
        editor.committed.connect(self.changed.emit)
        for name in ("textChanged", "currentTextChanged", "editTextChanged"):
            signal = getattr(editor.inner, name, None)
            if signal is not None:
                signal.connect(lambda *_: self.changed.emit())

    def _show_kind(self) -> None:
        kind = self.kind()
        self._stack.setCurrentWidget(self._pages[BulkKind.PREFIX if kind is BulkKind.SUFFIX else kind])
        self._only_empty.setVisible(kind in (BulkKind.SET, BulkKind.COPY, BulkKind.COMPUTE))
        hints = {
            BulkKind.COMPUTE: tr("Fields by their names, texts in quotes. Point at the line to see the functions."),
            BulkKind.PREFIX: tr("What begins so already, and what is empty, stays as it is."),
            BulkKind.SUFFIX: tr("What ends so already, and what is empty, stays as it is."),
            BulkKind.CLEAR: tr("The field will be empty."),
        }
        self._hint.setText(hints.get(kind, ""))
        self.changed.emit()


def _line(hint: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(hint)
    line.setAccessibleName(hint)
    return line
