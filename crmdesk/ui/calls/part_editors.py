# SPDX-License-Identifier: MIT
"""An editor for each kind of value that an operation or an action takes."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QLineEdit, QSizePolicy, QVBoxLayout

from crmdesk.connectors.port import Part
from crmdesk.domain.names import FieldName
from crmdesk.domain.schema import Choice, Field, FieldType
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, parse
from crmdesk.ui.calls.arguments import Typed
from crmdesk.ui.form.field_editors import FieldEditor, ReferenceSearch, make_editor
from crmdesk.ui.form.text_editors import LongTextEditor, TextEditor
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, fill, label, let_name, tool
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

_MOST_BYTES: Final = 25_000_000
_LABEL_WIDTH: Final = 150
_TYPES: Final = {
    "text": FieldType.TEXT,
    "lines": FieldType.LONG_TEXT,
    "integer": FieldType.INTEGER,
    "decimal": FieldType.DECIMAL,
    "boolean": FieldType.BOOLEAN,
    "date": FieldType.DATE,
    "datetime": FieldType.DATETIME,
    "choice": FieldType.CHOICE,
    "record": FieldType.REFERENCE,
}


class PartEditor(QFrame):
    """The base of all; owned by a form, a group or a list.

    Signals:
        resized(): it needs another height.
        submitted(): Return in a line, Ctrl+Return in a text.
    """

    resized = Signal()
    submitted = Signal()

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.part = part

    @property
    def title(self) -> str:
        """What people call it."""
        return told(self.part.label) or self.part.name

    def read(self) -> Typed:
        """What is given; None = nothing.

        Raises:
            NotAValue: with a sentence; ``show_problem`` has shown it, and ``focus_problem`` goes there.
        """
        raise NotImplementedError

    def show_problem(self, sentence: str) -> None:
        """Say below the editor what is wrong, "" = nothing."""
        raise NotImplementedError

    def focus_problem(self) -> None:
        """Take the focus where something is wrong."""
        self.setFocus()

    def _missing(self) -> NotAValue:
        return NotAValue(tr("Fill in {name}.", name=self.title))


class ScalarPart(PartEditor):
    """One value: label, the editor of its kind, a hint, and what is wrong."""

    def __init__(self, part: Part, formats: Formats, search: ReferenceSearch | None) -> None:
        super().__init__(part)
        self.editor = self._make(part, formats, search)
        self._problem = label("", "bad", "small", wrap=True)
        self._problem.hide()
        below = box(self.editor, self._problem, *self._hint(part.hint), vertical=True, spacing=2)
        below.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        name = part_label(self.title, part.required)
        let_name(name, self.editor)
        if isinstance(self.editor, (TextEditor, LongTextEditor)):
            self.editor.committed.connect(self.submitted)
        fill(self, box(name, None, vertical=True, margins=(0, 5, 0, 0)), below, spacing=10)
        self.setFocusProxy(self.editor)

    def _hint(self, words: str) -> list[QLabel]:
        """A sentence stands below; a single word, such as a type's name, in the empty line itself."""
        if " " in words.strip():
            return [label(words, "muted", "small", wrap=True)]
        if isinstance(self.editor, TextEditor) and not self.editor.line.placeholderText():
            self.editor.line.setPlaceholderText(words)
        return []

    def _make(self, part: Part, formats: Formats, search: ReferenceSearch | None) -> FieldEditor:
        searchable = part.kind == "record" and part.module is not None and search is not None
        field = Field(
            name=FieldName(part.name),
            label=self.title,
            type=FieldType.TEXT if part.kind == "record" and not searchable else _TYPES.get(part.kind, FieldType.TEXT),
            required=part.required,
            choices=tuple(Choice(value, told(text)) for value, text in part.choices.items()),
            refers_to=(part.module,) if part.module is not None else (),
        )
        editor = make_editor(field, formats, None, search=search if searchable else None)
        editor.set_value(None)
        if part.default:
            try:
                editor.set_value(parse(part.default, field))
            except NotAValue:
                editor.set_text(part.default)
        if part.secret and isinstance(editor, TextEditor):
            editor.line.setEchoMode(QLineEdit.EchoMode.Password)
            editor.line.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        if part.kind == "lines":
            editor.setFixedHeight(theme().px(110))
        return editor

    def read(self) -> Typed:
        self.show_problem("")
        try:
            value = self.editor.value()
        except NotAValue as problem:
            self.show_problem(said_by(problem))
            raise
        empty = value is None or value in ("", ())
        if empty and self.part.required:
            missing = self._missing()
            self.show_problem(str(missing))
            raise missing
        return None if empty or isinstance(value, tuple) else value

    def show_problem(self, sentence: str) -> None:
        changed = self._problem.text() != sentence
        self._problem.setText(told(sentence))
        self._problem.setVisible(bool(sentence))
        if changed:
            self.resized.emit()

    @property
    def problem(self) -> str:
        """What stands below it."""
        return self._problem.text()

    def focus_problem(self) -> None:
        self.editor.begin()


class FilePart(PartEditor):
    """A file of this computer; its bytes go as base64."""

    def __init__(self, part: Part) -> None:
        super().__init__(part)
        self.path: Path | None = None
        self._name = label(tr("No file chosen"), "muted")
        self._choose = button(tr("Choose file…"), "", self._on_choose)
        self._clear = tool("x", tr("No file"), lambda: self.take(None))
        self._clear.hide()
        self._problem = label("", "bad", "small", wrap=True)
        self._problem.hide()
        row = box(self._choose, self._name, self._clear, None, spacing=8)
        fill(self, part_label(self.title, part.required), box(row, self._problem, vertical=True, spacing=2), spacing=10)
        self.setFocusProxy(self._choose)

    def _on_choose(self) -> None:
        dialog = QFileDialog(self, self.title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.take(Path(path)))
        dialog.open()

    def take(self, path: Path | None) -> None:
        """Choose a file, None = none."""
        self.path = path
        self._name.setText(path.name if path is not None else tr("No file chosen"))
        self._clear.setVisible(path is not None)
        self.show_problem("")

    def read(self) -> Typed:
        self.show_problem("")
        try:
            return self._content()
        except NotAValue as problem:
            self.show_problem(said_by(problem))
            raise

    def _content(self) -> str | None:
        if self.path is None:
            if self.part.required:
                raise self._missing()
            return None
        try:
            if self.path.stat().st_size > _MOST_BYTES:
                raise NotAValue(tr("{file} is too large: at most 25 MB can be sent so.", file=self.path.name))
            return base64.b64encode(self.path.read_bytes()).decode("ascii")
        except OSError as error:
            raise NotAValue(tr("{file} cannot be read: {why}.", file=self.path.name, why=error.strerror)) from error

    def show_problem(self, sentence: str) -> None:
        self._problem.setText(told(sentence))
        self._problem.setVisible(bool(sentence))
        self.resized.emit()


class GroupPart(PartEditor):
    """Several values that belong together, in a frame; nothing typed in an optional one = it is not given."""

    def __init__(self, part: Part, make: Callable[[Part], PartEditor], *, framed: bool = True) -> None:
        super().__init__(part)
        self.members = tuple(make(inner) for inner in part.parts)
        self._wrong: PartEditor | None = None
        title = [label(self.title + (" *" if part.required else ""), font="bold")] if framed else []
        margins = (12, 9, 12, 11) if framed else (0, 0, 0, 0)
        role = "card" if framed else ""
        inner_box = box(*title, *self.members, vertical=True, margins=margins, spacing=7, role=role)
        fill(self, inner_box, vertical=True, spacing=0)
        for member in self.members:
            member.resized.connect(self.resized)
            member.submitted.connect(self.submitted)

    def read(self) -> Typed:
        values: dict[str, Typed] = {}
        problems: list[tuple[PartEditor, NotAValue]] = []
        for member in self.members:
            try:
                value = member.read()
            except NotAValue as problem:
                problems.append((member, problem))
                continue
            if value is not None:
                values[member.part.name] = value
        if not values and not self.part.required and all(is_untouched(member) for member, _ in problems):
            for member, _ in problems:
                clear_problems(member)
            return None
        if problems:
            self._wrong = problems[0][0]
            raise problems[0][1]
        return values

    def show_problem(self, sentence: str) -> None:
        """Its members say themselves what is wrong."""

    def focus_problem(self) -> None:
        if self._wrong is not None:
            self._wrong.focus_problem()


class ListPart(PartEditor):
    """Any number of values of one kind: + adds one, − takes one away."""

    def __init__(self, part: Part, make: Callable[[Part], PartEditor]) -> None:
        super().__init__(part)
        self._make = make
        self.rows: list[PartEditor] = []
        self._wrong: PartEditor | None = None
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme().px(8))
        self._problem = label("", "bad", "small", wrap=True)
        self._problem.hide()
        self.add_button = button(tr("+ Add"), "", lambda: self.add().setFocus())
        self.add_button.setAccessibleName(tr("Add one more: {name}", name=self.title))
        hint = label(part.hint, "muted", "small", wrap=True)
        hint.setVisible(bool(part.hint))
        head = label(self.title + (" *" if part.required else ""), font="bold")
        fill(self, box(head, hint, self._lines, self._problem, box(self.add_button, None), vertical=True,
                       margins=(12, 9, 12, 11), spacing=7, role="card"), vertical=True, spacing=0)  # fmt: skip
        if part.required:
            self.add()

    def add(self) -> PartEditor:
        """One more at the end."""
        inner = self.part.parts[0] if self.part.parts else Part(name=self.part.name, label=self.title)
        editor = self._make(inner)
        self.rows.append(editor)
        remove = tool("minus", tr("Take this one away"), lambda: self.remove(editor), size=13)
        holder = box(editor, box(remove, None, vertical=True, margins=(0, 5, 0, 0)), spacing=6)
        self._lines.addWidget(holder)
        editor.resized.connect(self.resized)
        editor.submitted.connect(self.submitted)
        self.resized.emit()
        return editor

    def remove(self, editor: PartEditor) -> None:
        """Take one away."""
        if editor in self.rows:
            self.rows.remove(editor)
            holder = editor.parentWidget()
            if holder is not None:
                self._lines.removeWidget(holder)
                holder.hide()
                holder.deleteLater()
            self.add_button.setFocus()
            self.resized.emit()

    def read(self) -> Typed:
        self.show_problem("")
        values: list[Typed] = []
        for editor in self.rows:
            try:
                value = editor.read()
            except NotAValue:
                self._wrong = editor
                raise
            if value is not None:
                values.append(value)
        if not values and self.part.required:
            missing = self._missing()
            self.show_problem(str(missing))
            raise missing
        return values or None

    def show_problem(self, sentence: str) -> None:
        self._problem.setText(told(sentence))
        self._problem.setVisible(bool(sentence))

    def focus_problem(self) -> None:
        if self._wrong is not None and self._wrong in self.rows:
            self._wrong.focus_problem()
        else:
            self.add_button.setFocus()


def make_part(part: Part, formats: Formats, search: ReferenceSearch | None) -> PartEditor:
    """The editor for a value; a list's elements stand without a frame of their own."""

    def make(inner: Part) -> PartEditor:
        return make_part(inner, formats, search)

    match part.kind:
        case "group":
            return GroupPart(part, make)
        case "list":
            return ListPart(part, make)
        case "binary":
            return FilePart(part)
        case _:
            return ScalarPart(part, formats, search)


def is_untouched(editor: PartEditor) -> bool:
    """Whether nothing was typed into it."""
    match editor:
        case ScalarPart():
            return not editor.editor.modified
        case FilePart():
            return editor.path is None
        case GroupPart():
            return all(is_untouched(member) for member in editor.members)
        case ListPart():
            return all(is_untouched(row) for row in editor.rows)
        case _:
            return False


def clear_problems(editor: PartEditor) -> None:
    """Say no longer that something is missing."""
    editor.show_problem("")
    for inner in editor.members if isinstance(editor, GroupPart) else ():
        clear_problems(inner)


def part_label(text: str, required: bool) -> QLabel:
    """The name before an editor; required ones are marked."""
    made = label(f"{text} *" if required else text, "muted", wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    made.setFixedWidth(theme().px(_LABEL_WIDTH))
    return made
