# SPDX-License-Identifier: MIT
"""The menu bar: every action of the window, each with its key."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from crmdesk.ui.metrics import Scheme
from crmdesk.ui.parts import box, label
from crmdesk.ui.theme import theme

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

Keys = str | QKeySequence.StandardKey
_ALSO = {  # what the platform leaves out and hands try all the same
    QKeySequence.StandardKey.Redo: ("Ctrl+Y", "Ctrl+Shift+Z"),
    QKeySequence.StandardKey.ZoomIn: ("Ctrl+=",),
}


class Menus(QObject):
    """Builds the menus of a window and keeps them true to what is possible."""

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self._account: list[QAction] = []  # need an open account
        self._table: list[QAction] = []  # need a table in front
        self._schemes: dict[Scheme, QAction] = {}
        for title, build in (
            (self.tr("&File"), self._file),
            (self.tr("&Edit"), self._edit),
            (self.tr("&View"), self._view),
            (self.tr("&Record"), self._record),
            (self.tr("&Data"), self._data),
            (self.tr("&Tools"), self._tools),
            (self.tr("&Help"), self._help),
        ):
            build(window.menuBar().addMenu(title))
        # The menu bar does not keep its corner widget alive.
        self._hint = box(label(self.tr("Ctrl+K Go to anything"), "muted", "small"), margins=(0, 0, 12, 0))
        window.menuBar().setCornerWidget(self._hint)
        theme().changed.connect(self._fit_hint)  # a method: the connection goes with the window
        self._fit_hint()
        self.refresh()

    def _fit_hint(self) -> None:
        self._hint.setFixedHeight(self._window.menuBar().sizeHint().height())

    def commands(self) -> list[QAction]:
        """Every action that can be done now."""
        return [a for a in self._window.actions() if a.isEnabled() and a.text()]

    def refresh(self) -> None:
        """Enable what can be done, and say what undo would do."""
        space = self._space
        page = space.current if space is not None else None
        for action in self._account:
            action.setEnabled(space is not None)
        for action in self._table:
            action.setEnabled(page is not None)
        staged = space.account.staged if space is not None else None
        self._undo.setEnabled(bool(staged and staged.undo_text))
        self._redo.setEnabled(bool(staged and staged.redo_text))
        self._undo.setText(self.tr("Undo {0}").format(staged.undo_text if staged else "").strip())
        self._redo.setText(self.tr("Redo {0}").format(staged.redo_text if staged else "").strip())
        for scheme, action in self._schemes.items():
            action.setChecked(theme().choice is scheme)

    @property
    def _space(self) -> "Workspace | None":
        return self._window.workspace

    def _add(
        self, menu: QMenu, text: str, keys: Keys, do: Callable[[], object], needs: list[QAction] | None = None
    ) -> QAction:
        action = QAction(text, self._window)
        if isinstance(keys, QKeySequence.StandardKey):  # every combination people may know for it
            all_keys = [*(key.toString() for key in QKeySequence.keyBindings(keys)), *_ALSO.get(keys, ())]
            action.setShortcuts([QKeySequence(key) for key in dict.fromkeys(all_keys)])
        elif keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _=False: do())
        menu.addAction(action)
        self._window.addAction(action)
        if needs is not None:
            needs.append(action)
        return action

    def _in_space(self, do: Callable[["Workspace"], object]) -> Callable[[], object]:
        return lambda: do(self._space) if self._space is not None else None

    def _file(self, menu: QMenu) -> None:
        w = self._window
        self._add(menu, self.tr("Add an account…"), "Ctrl+Shift+N", lambda: w.accounts.edit(None))
        self._add(menu, self.tr("Edit this account…"), "Ctrl+Shift+E",
                  self._in_space(lambda s: w.accounts.edit(s.account.profile)), self._account)  # fmt: skip
        self._add(menu, self.tr("Switch account…"), "Ctrl+Shift+S", lambda: w.side.account.open_menu())
        self._add(menu, self.tr("Open the demo"), "Ctrl+Shift+D", lambda: w.run(w.accounts.open_demo(), "account"))
        menu.addSeparator()
        self._add(menu, self.tr("Close tab"), "Ctrl+W", self._in_space(lambda s: s.close_tab()), self._table)
        self._add(menu, self.tr("Start page"), "Ctrl+Shift+H", w.show_welcome)
        menu.addSeparator()
        self._add(menu, self.tr("Quit"), "Ctrl+Q", w.close)

    def _edit(self, menu: QMenu) -> None:
        standard = QKeySequence.StandardKey
        self._undo = self._add(menu, self.tr("Undo"), standard.Undo, self._in_space(lambda s: s.undo()))
        self._redo = self._add(menu, self.tr("Redo"), standard.Redo, self._in_space(lambda s: s.redo()))
        menu.addSeparator()
        page = self._on_page
        self._add(menu, self.tr("Copy with column titles"), "Ctrl+Shift+C", page("copy_with_titles"), self._table)
        self._add(menu, self.tr("Find in this table"), standard.Find, page("focus_search"), self._table)

    def _on_page(self, method: str) -> Callable[[], object]:
        def do() -> object:
            page = self._space.current if self._space is not None else None
            return getattr(page, method)() if page is not None else None

        return do

    def _view(self, menu: QMenu) -> None:
        w = self._window
        looks, group = menu.addMenu(self.tr("Colours")), QActionGroup(self)
        names = {
            Scheme.SYSTEM: (self.tr("As the system"), ""),
            Scheme.LIGHT: (self.tr("Light"), ""),
            Scheme.DARK: (self.tr("Dark"), ""),
            Scheme.CONTRAST: (self.tr("High contrast"), ""),
        }
        for scheme, (name, keys) in names.items():
            action = self._add(looks, name, keys, self._chooser(scheme))
            action.setCheckable(True)
            group.addAction(action)
            self._schemes[scheme] = action
        self._add(menu, self.tr("Light or dark"), "Ctrl+D", w.toggle_dark)
        self._add(menu, self.tr("Larger text"), QKeySequence.StandardKey.ZoomIn, lambda: w.zoom(1))
        self._add(menu, self.tr("Smaller text"), QKeySequence.StandardKey.ZoomOut, lambda: w.zoom(-1))
        self._add(menu, self.tr("Normal text"), "Ctrl+0", lambda: w.zoom(0))
        menu.addSeparator()
        self._add(menu, self.tr("Side bar"), "Ctrl+B", lambda: w.side.setVisible(not w.side.isVisible()))
        self._add(menu, self.tr("Record"), "Ctrl+I",
                  self._in_space(lambda s: s.panel.setVisible(not s.panel.isVisible())), self._account)  # fmt: skip
        self._add(menu, self.tr("Pending changes"), "Ctrl+J",
                  self._in_space(lambda s: s.staged.toggle_folded()), self._account)  # fmt: skip
        menu.addSeparator()
        self._add(menu, self.tr("Columns…"), "Ctrl+Shift+O", self._on_page("choose_columns"), self._table)
        self._add(menu, self.tr("Next tab"), "Ctrl+PgDown", self._in_space(lambda s: s.next_tab(1)), self._table)
        self._add(menu, self.tr("Previous tab"), "Ctrl+PgUp", self._in_space(lambda s: s.next_tab(-1)), self._table)
        self._add(menu, self.tr("Next pane"), "F6", w.next_pane, self._account)
        self._add(menu, self.tr("Reload"), "F5", self._in_space(lambda s: s.reload()), self._account)

    def _chooser(self, scheme: Scheme) -> Callable[[], None]:
        return lambda: self._window.choose_scheme(scheme)

    def _record(self, menu: QMenu) -> None:
        w = self._window
        self._add(menu, self.tr("New"), "Ctrl+N", self._in_space(lambda s: s.new_record()), self._table)
        self._add(menu, self.tr("Delete…"), "Ctrl+Del", self._in_space(lambda s: s.delete_records()), self._table)
        menu.addSeparator()
        self._add(menu, self.tr("Next record"), "Alt+Down", self._in_space(lambda s: s.step(1)), self._table)
        self._add(menu, self.tr("Previous record"), "Alt+Up", self._in_space(lambda s: s.step(-1)), self._table)
        menu.addSeparator()
        self._add(menu, self.tr("Open in the browser"), "Ctrl+Shift+B", w.open_in_browser, self._table)

    def _data(self, menu: QMenu) -> None:
        page = self._on_page
        self._add(menu, self.tr("Add a filter"), "Ctrl+Shift+L", page("add_filter"), self._table)
        self._add(menu, self.tr("Filter as text"), "Ctrl+Shift+T", page("toggle_text"), self._table)
        self._add(menu, self.tr("Remove all filters"), "Ctrl+Shift+X", page("clear_filters"), self._table)
        self._add(menu, self.tr("Load all rows"), "Ctrl+Shift+A", page("load_all"), self._table)
        menu.addSeparator()
        self._add(menu, self.tr("Review and apply…"), "Ctrl+Shift+Return",
                  self._in_space(lambda s: s.review()), self._account)  # fmt: skip

    def _tools(self, menu: QMenu) -> None:
        w = self._window
        self._add(menu, self.tr("Go to anything…"), "Ctrl+K", w.go_to_anything)
        self._add(menu, self.tr("Filter modules"), "Ctrl+M", lambda: w.side.focus_filter(), self._account)
        self._add(menu, self.tr("Fields of this module…"), "Ctrl+Shift+F1", self._describe, self._table)
        self._add(menu, self.tr("Account details…"), "Ctrl+Alt+I", w.account_details, self._account)

    def _describe(self) -> None:
        page = self._space.current if self._space is not None else None
        if page is not None:
            self._window.run(self._window.describe(page.module))

    def _help(self, menu: QMenu) -> None:
        w = self._window
        self._add(menu, self.tr("Keys"), Qt.Key.Key_F1, lambda: _show_keys(w))  # type: ignore[arg-type]  # a key is a sequence
        self._add(menu, self.tr("About crmdesk"), "", lambda: _show_about(w))


def _show_keys(window: "MainWindow") -> None:
    from crmdesk.ui.help_sheets import KeysSheet

    KeysSheet(window.actions()).open_in(window)


def _show_about(window: "MainWindow") -> None:
    from crmdesk.ui.help_sheets import AboutSheet

    AboutSheet().open_in(window)
