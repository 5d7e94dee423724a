# SPDX-License-Identifier: MIT
"""What hands and screen readers need of a window: names on controls, a key to each, cells that say where they stand."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QSplitter,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)

from crmdesk.ui.accounts.choice_buttons import ChoiceButton
from crmdesk.ui.chips import Chip
from crmdesk.ui.form.editor import FieldEditor
from crmdesk.ui.form.field_row import FieldRow
from crmdesk.ui.main_window import MainWindow
from crmdesk.ui.sheets import Backdrop, Sheet
from crmdesk.ui.splits import Border
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.tabs import Tabs

_CONTROLS = (
    QAbstractButton, QLineEdit, QComboBox, QPlainTextEdit, QTextEdit, QAbstractItemView, QAbstractSpinBox, QTabBar,
    Chip, FieldRow,
)  # fmt: skip
_OWN_PARTS = (QComboBox, QAbstractSpinBox, QHeaderView, QTabBar)  # what stands in them is theirs
_MOUSE = ("mousePressEvent", "mouseReleaseEvent", "mouseDoubleClickEvent")
_Name, _Description = QAccessible.Text.Name, QAccessible.Text.Description


def controls(window: QWidget) -> Iterator[QWidget]:
    """What can be used on the screen now."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty() or not widget.isEnabled():
            continue
        if _is_part(widget):
            continue
        if isinstance(widget, _CONTROLS) or _has_links(widget) or _is_clickable(widget) or _takes_focus(widget):
            yield widget


def _is_part(widget: QWidget) -> bool:
    """Qt's own pieces of a control, and scroll bars, which the arrows of what they scroll move."""
    if isinstance(widget, Border):
        return False
    if isinstance(widget, (QAbstractSlider, QHeaderView, QSplitter, QMenuBar, QMenu)):
        return True
    if widget.objectName().startswith("qt_") and not isinstance(widget, QAbstractItemView):
        return True
    parent = widget.parentWidget()
    while parent is not None and not parent.isWindow():
        if isinstance(parent, _OWN_PARTS) and not (isinstance(parent, Tabs) and widget.accessibleName()):
            return True
        if isinstance(parent, QAbstractItemView) and widget is parent.viewport():
            return True
        parent = parent.parentWidget()
    return isinstance(widget, QToolButton) and isinstance(widget.parentWidget(), (QLineEdit, QTabBar))


def _has_links(widget: QWidget) -> bool:
    return isinstance(widget, QLabel) and "<a " in widget.text() and widget.textFormat() is not Qt.TextFormat.PlainText


def _is_clickable(widget: QWidget) -> bool:
    """Whether a class of ours answers the mouse by itself."""
    ours = (kind for kind in type(widget).__mro__ if kind.__module__.startswith("crmdesk."))
    return not isinstance(widget, (Backdrop, MainWindow)) and any(
        name in vars(kind) for kind in ours for name in _MOUSE
    )


def _takes_focus(widget: QWidget) -> bool:
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and not isinstance(widget, Sheet)


def told(widget: QWidget) -> str:
    """How a finding names a control."""
    holder = next((type(p).__name__ for p in parents(widget) if type(p).__module__.startswith("crmdesk.")), "")
    tip = widget.toolTip()
    text = widget.text() if isinstance(widget, (QAbstractButton, QLabel)) else ""
    words = widget.accessibleName() or text or tip
    return f"{type(widget).__name__} {words[:60]!r} in {holder}"


def parents(widget: QWidget) -> Iterator[QWidget]:
    """What holds a widget, from the inside out."""
    parent = widget.parentWidget()
    while parent is not None:
        yield parent
        parent = parent.parentWidget()


# ---- names ---------------------------------------------------------------------------------------------------------


def _face(widget: QWidget) -> QAccessibleInterface:
    face = QAccessible.queryAccessibleInterface(widget)
    assert face is not None, widget
    return face


def nameless(window: QWidget) -> list[str]:
    """Controls that a screen reader has no word for; icons also need a tooltip that says what they do."""
    found = []
    for widget in controls(window):
        if not _face(widget).text(_Name).strip():
            found.append(f"no name: {told(widget)}")
        is_icon = isinstance(widget, QAbstractButton) and not widget.text() and not isinstance(widget, ChoiceButton)
        if is_icon and not widget.toolTip() and not _paints_text(widget):
            found.append(f"no tooltip: {told(widget)}")
    return found


def _paints_text(widget: QWidget) -> bool:
    """Whether it is more than an icon: it draws its own words."""
    return any("paintEvent" in vars(kind) for kind in type(widget).__mro__ if kind.__module__.startswith("crmdesk."))


# ---- keys ----------------------------------------------------------------------------------------------------------


def out_of_reach(window: QWidget) -> list[str]:
    """Controls that neither Tab nor any other key comes to, and texts that Tab cannot leave."""
    found = []
    for widget in controls(window):
        if not _is_reached(widget) and not key_of(widget):
            found.append(f"no key: {told(widget)}")
        if isinstance(widget, (QPlainTextEdit, QTextEdit)) and not widget.tabChangesFocus() and not widget.isReadOnly():
            found.append(f"Tab stays in {told(widget)}")
    return found


def _is_reached(widget: QWidget) -> bool:
    proxy = widget.focusProxy()
    policy = (proxy or widget).focusPolicy()
    return bool(policy & Qt.FocusPolicy.TabFocus)


def key_of(widget: QWidget) -> str:
    """The key that does what a control outside of Tab's way does; each is proven by a test of its own.

    "" = there is none.
    """
    around = list(parents(widget))
    if isinstance(widget, ChoiceButton):
        return "arrows"  # within its group, whose chosen one Tab reaches
    if isinstance(widget, QAbstractButton) and any(isinstance(p, Chip) for p in around):
        return "Delete"
    if isinstance(widget, QAbstractButton) and any(isinstance(p, Tabs) for p in around):
        return "Ctrl+W"
    if any(isinstance(p, FieldRow) for p in around) and isinstance(widget, QAbstractButton):
        return "Esc, Delete"  # take back, clear
    if any(isinstance(p, FieldEditor) for p in around):
        return "F4"  # its calendar or list
    if isinstance(widget, FieldRow) and widget.editor is not None:
        return "Tab"  # to its editor
    if isinstance(widget, QAbstractItemView) and not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        line = next((p for p in around if isinstance(p, Sheet)), None)
        return "arrows" if line is not None and line.findChild(QLineEdit) is not None else ""
    return ""


def unkeyed_actions(window: QWidget) -> list[str]:
    """Actions that neither a menu nor a shortcut brings; menus without a letter of their own."""
    found, in_menus = [], set()
    bars = window.findChildren(QMenuBar)
    for bar in bars:
        letters: dict[str, str] = {}
        for top in bar.actions():
            text = top.text()
            letter = text.partition("&")[2][:1].lower()
            if not letter:
                found.append(f"menu without a letter: {text}")
            elif letter in letters:
                found.append(f"menus {text} and {letters[letter]} share a letter")
            letters[letter] = text
            in_menus |= set(_below(top))
    for action in window.findChildren(QAction):
        if action in in_menus or not action.text() or not action.isVisible() or action.isSeparator():
            continue
        if action.menu() is not None or action.shortcuts() or _is_in_menu(action):
            continue
        found.append(f"action without a key: {action.text()}")
    return found


def _below(action: QAction) -> Iterator[QAction]:
    menu = action.menu()
    for one in menu.actions() if isinstance(menu, QMenu) else ():
        yield one
        yield from _below(one)


def _is_in_menu(action: QAction) -> bool:
    """Qt's own actions in lines and menus that pop up: Menu key or Shift+F10 brings them."""
    return isinstance(action.parent(), (QMenu, QLineEdit, QPlainTextEdit, QTextEdit)) or any(
        isinstance(one, QMenu) for one in action.associatedObjects()
    )


# ---- cells ---------------------------------------------------------------------------------------------------------


def untold_cells(window: QWidget) -> list[str]:
    """Cells of grids and lists in sight that do not say their column, their row, or what state they are in."""
    found = []
    for grid in window.findChildren(RecordGrid):
        if not grid.isVisible():
            continue
        model, header = grid.records, grid.horizontalHeader()
        rows = range(max(0, grid.rowAt(1)), min(model.rowCount(), max(0, grid.rowAt(1)) + 40))
        for row in rows:
            for column in range(header.count()):
                if header.isSectionHidden(column):
                    continue
                found += _cell_lacks(grid, row, column)
    return found


_MARKS = ("check", "choice")


def _said_of(look: str) -> str:
    kind, _, state = look.partition(":")
    word = "ticked" if kind == "check" else "chosen"
    return word if state == "on" else f"not {word}"


def _cell_lacks(grid: RecordGrid, row: int, column: int) -> list[str]:
    model = grid.records
    index = model.index(row, column)
    face = _face(grid)
    said = str(index.data(Qt.ItemDataRole.AccessibleDescriptionRole) or "")
    name = str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "")
    lacks = []
    cell, staged = model.shown(row, column)
    title = model.columns[column].called
    if not title or title not in said:
        lacks.append("column")
    if f"row {row + 1}" not in said:
        lacks.append("row")
    if staged is not None and (
        staged.text != name or staged.state.name.title()[:5] not in said.replace("Changed", "Edite")
    ):
        lacks.append(f"state {staged.state.name}")
    if isinstance(cell, tuple) and any(segment.look.partition(":")[0] in _MARKS and _said_of(segment.look) not in said
                                       for segment in cell):  # fmt: skip
        lacks.append("what is ticked or chosen")
    if isinstance(cell, tuple) and any(segment.text and segment.text not in name for segment in cell):
        lacks.append("a piece")
    del face
    return [f"cell {title} of {grid.accessibleName()!r} does not tell: {', '.join(lacks)}"] if lacks else []
