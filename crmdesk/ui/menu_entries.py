# SPDX-License-Identifier: MIT
"""What stands in the menus, in order: text, key, what it does, when it can be done. ``menus`` makes it into actions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from crmdesk.ui import errands
from crmdesk.ui.copies import copy_menu
from crmdesk.ui.fixes import open_fixes
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.splits import enter_next
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told, tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.table.table_tab import TableTab
    from crmdesk.ui.workspace import Workspace

Keys = str | QKeySequence.StandardKey | Qt.Key
Do = Callable[["MainWindow"], object]
Can = Callable[["MainWindow"], bool]
_STANDARD = QKeySequence.StandardKey


def always(_: "MainWindow") -> bool:
    """Nothing is needed."""
    return True


def account(window: "MainWindow") -> bool:
    """An account is in front."""
    return window.workspace is not None


def lockable(window: "MainWindow") -> bool:
    """An account is in front that something could unlock again."""
    return account(window) and window.locks.may_lock(window.workspace)


def page(window: "MainWindow") -> bool:
    """A tab of any kind is in front."""
    return window.workspace is not None and window.workspace.page is not None


def table(window: "MainWindow") -> bool:
    """A table is in front."""
    return window.workspace is not None and window.workspace.current is not None


def document(window: "MainWindow") -> bool:
    """A table of sales documents is in front."""
    space = window.workspace
    return space is not None and space.current is not None and space.current.module.is_sales_document


def document_front(window: "MainWindow") -> bool:
    """A table of sales documents is in front, or the lines of one."""
    space = window.workspace
    return document(window) or (space is not None and space.page is not None and space.page.kind == "sales")


def offers(role: str) -> Can:
    """The account in front plays a role of ``connectors.roles``, named so that nothing is imported for it."""

    def offered(window: "MainWindow") -> bool:
        space = window.workspace
        return space is not None and any(known.__name__ == role for known in space.account.session.roles)

    return offered


@dataclass(frozen=True, slots=True)
class Entry:
    """One action.

    Attributes:
        keys: "" = none; every action but a few has one.
        can: when it is enabled. offered: when it is shown at all.
        checked: for a choice that is on or off. text_now: for a text that follows what is possible.
        under: the title of the submenu that it stands in.
    """

    text: str
    keys: Keys
    do: Do
    can: Can = always
    offered: Can = always
    checked: Can | None = None
    text_now: Callable[["MainWindow"], str] | None = None
    under: str = ""


Line = Entry | None
"""None is a separator."""


def all_menus() -> Sequence[tuple[str, Sequence[Line]]]:
    """Every menu with its entries, from left to right."""
    return (
        (tr("&File"), _file()),
        (tr("&Edit"), _edit()),
        (tr("&View"), _view()),
        (tr("&Record"), _record()),
        (tr("&Data"), _data()),
        (tr("&Tools"), _tools()),
        (tr("&Help"), _help()),
    )


def in_space(do: Callable[["Workspace"], object]) -> Do:
    """Do it with the account in front."""
    return lambda window: do(window.workspace) if window.workspace is not None else None


def in_table(do: Callable[["TableTab"], object]) -> Do:
    """Do it with the table in front."""

    def done(window: "MainWindow") -> object:
        current = window.workspace.current if window.workspace is not None else None
        return do(current) if current is not None else None

    return done


def _file() -> Sequence[Line]:
    return (
        Entry(tr("Add an account…"), "Ctrl+Shift+N", lambda w: w.accounts.edit(None)),
        Entry(tr("Edit this account…"), "Ctrl+Shift+E", errands.edit_account, account),
        Entry(tr("Switch account…"), "Ctrl+Shift+S", lambda w: w.side.account.open_menu()),
        Entry(tr("Lock this account now"), "F12", lambda w: w.locks.lock_front(), lockable),
        Entry(tr("Open the demo"), "Ctrl+Shift+D", lambda w: w.run(w.accounts.open_demo(), "account")),
        None,
        Entry(tr("Open a file…"), "Ctrl+O", errands.open_a_file),
        Entry(tr("Close tab"), "Ctrl+W", in_space(lambda s: s.close_tab()), page),
        Entry(tr("Start page"), "Ctrl+Shift+H", lambda w: w.show_welcome()),
        None,
        Entry(tr("Quit"), "Ctrl+Q", lambda w: w.close()),
    )  # fmt: skip


def _edit() -> Sequence[Line]:
    return (
        Entry(tr("Undo"), _STANDARD.Undo, in_space(lambda s: s.undo()), lambda w: bool(_undo(w)),
              text_now=lambda w: tr("Undo {0}").format(_undo(w)) if _undo(w) else tr("Undo")),
        Entry(tr("Redo"), _STANDARD.Redo, in_space(lambda s: s.redo()), lambda w: bool(_redo(w)),
              text_now=lambda w: tr("Redo {0}").format(_redo(w)) if _redo(w) else tr("Redo")),
        None,
        Entry(tr("Copy with column titles"), "Ctrl+Shift+C", in_table(lambda t: t.copy_with_titles()), table),
        Entry(tr("Find in this table"), _STANDARD.Find, in_table(lambda t: t.focus_search()), table),
        None,
        Entry(tr("Settings…"), "Ctrl+,", errands.settings),
    )  # fmt: skip


def _undo(window: "MainWindow") -> str:
    return told(window.workspace.account.staged.undo_text) if window.workspace is not None else ""


def _redo(window: "MainWindow") -> str:
    return told(window.workspace.account.staged.redo_text) if window.workspace is not None else ""


def _view() -> Sequence[Line]:
    colours = tr("Colours")
    return (
        *(Entry(text, "", _chooser(scheme), checked=_chosen(scheme), under=colours) for scheme, text in (
            (Scheme.SYSTEM, tr("As the system")),
            (Scheme.LIGHT, tr("Light")),
            (Scheme.DARK, tr("Dark")),
            (Scheme.CONTRAST, tr("High contrast")),
        )),
        Entry(tr("Light or dark"), "F9", lambda w: w.at_work.toggle_dark()),
        Entry(tr("Larger text"), _STANDARD.ZoomIn, lambda w: w.at_work.zoom(1)),
        Entry(tr("Smaller text"), _STANDARD.ZoomOut, lambda w: w.at_work.zoom(-1)),
        Entry(tr("Normal text"), "Ctrl+0", lambda w: w.at_work.zoom(0)),
        None,
        Entry(tr("Side bar"), "Ctrl+B", lambda w: w.side.setVisible(not w.side.isVisible())),
        Entry(tr("Record"), "Ctrl+I", in_space(lambda s: s.show_panel(not s.panel.isVisible())), account),
        Entry(tr("Pending changes"), "Ctrl+J", in_space(lambda s: s.staged.toggle_folded()), account),
        None,
        Entry(tr("Columns…"), "Ctrl+Shift+O", in_table(lambda t: t.choose_columns()), table),
        Entry(tr("Home"), "Alt+Home", errands.home, account),
        Entry(tr("Next tab"), "Ctrl+PgDown", in_space(lambda s: s.next_tab(1)), page),
        Entry(tr("Previous tab"), "Ctrl+PgUp", in_space(lambda s: s.next_tab(-1)), page),
        Entry(tr("Next pane"), "F6", errands.next_pane, account),
        Entry(tr("Previous pane"), "Shift+F6", lambda w: errands.next_pane(w, -1), account),
        Entry(tr("Move the border of a pane"), "Ctrl+F6", enter_next, account),
        Entry(tr("Reload"), "F5", in_space(lambda s: s.reload()), account),
    )  # fmt: skip


def _chooser(scheme: Scheme) -> Do:
    return lambda window: window.at_work.choose_scheme(scheme)


def _chosen(scheme: Scheme) -> Can:
    return lambda _: theme().choice is scheme


def _record() -> Sequence[Line]:
    return (
        Entry(tr("New"), "Ctrl+N", in_space(lambda s: s.new_record()), table),
        Entry(tr("Delete…"), "Ctrl+Del", in_space(lambda s: s.delete_records()), table),
        Entry(tr("Edit lines"), "Ctrl+L", in_space(lambda s: s.open_lines()), document, offered=offers("EditsLines")),
        None,
        *_documents(),
        None,
        Entry(tr("Next record"), "Alt+Down", in_space(lambda s: s.step(1)), table),
        Entry(tr("Previous record"), "Alt+Up", in_space(lambda s: s.step(-1)), table),
        None,
        Entry(tr("Actions…"), "Ctrl+Shift+G", errands.act_on_record, table, offered=offers("ActsOnRecords")),
        Entry(tr("Favourite"), "Ctrl+D", in_space(lambda s: s.shelf.toggle()), account),
        Entry(tr("Open in the browser"), "Ctrl+Shift+B", errands.open_in_browser, table),
    )


def _documents() -> Sequence[Line]:
    """What can be done with a sales document as a whole."""
    lines = offers("EditsLines")
    return (
        Entry(tr("Duplicate the document…"), "Ctrl+U", errands.duplicate_document, document_front, lines),
        Entry(tr("Make another document of it…"), "Ctrl+Shift+U", errands.convert_document, document_front, lines,
              text_now=lambda w: errands.convert_words(w) if document_front(w) else tr("Make another document of it…")),
        Entry(tr("Compare with…"), "Ctrl+R", errands.compare_documents, document_front, lines),
        Entry(tr("Aim for a total…"), "Ctrl+T", errands.aim_for_total, document_front, lines),
        Entry(tr("Print or PDF…"), "Ctrl+P", errands.print_document, document_front, lines),
        Entry(tr("Copy the document as text"), "Ctrl+E", errands.copy_document_text, document_front, lines),
    )  # fmt: skip


def _data() -> Sequence[Line]:
    return (
        Entry(tr("Add a filter"), "Ctrl+Shift+L", in_table(lambda t: t.add_filter()), table),
        Entry(tr("Filter as text"), "Ctrl+Shift+T", in_table(lambda t: t.toggle_text()), table),
        Entry(tr("Remove all filters"), "Ctrl+Shift+X", in_table(lambda t: t.clear_filters()), table),
        Entry(tr("Saved views…"), "Ctrl+Shift+V", errands.saved_views, account),
        Entry(tr("Sort by this column"), "Shift+F7", lambda w: errands.sort_by_column(w), errands.can_sort),
        Entry(
            tr("Sort by this column as well"),
            "Shift+F8",
            lambda w: errands.sort_by_column(w, add=True),
            errands.can_sort,
        ),
        Entry(tr("Load all rows"), "Ctrl+Shift+A", in_table(lambda t: t.load_all()), table),
        None,
        Entry(tr("Change many…"), "Ctrl+Shift+M", in_space(open_fixes.change_many), table),
        Entry(tr("Find duplicates…"), "F8", in_space(open_fixes.find_duplicates), table),
        Entry(tr("Find damaged text…"), "F7", in_space(open_fixes.find_damage), table),
        None,
        Entry(tr("Import…"), "Ctrl+Shift+I", in_space(open_fixes.import_file), table),
        Entry(tr("Export…"), "Ctrl+Shift+R", in_space(open_fixes.export_rows), table),
        None,
        Entry(
            tr("Keep a copy on this computer"),
            "Ctrl+F4",
            copy_menu.toggle_front,
            copy_menu.may_copy,
            checked=copy_menu.has_copy,
        ),
        Entry(tr("Update the copy"), "Ctrl+F5", copy_menu.update_front, copy_menu.has_copy),
        Entry(tr("Remove the copy…"), "Shift+F4", copy_menu.drop_front, copy_menu.has_copy),
        Entry(tr("Local copies…"), "F4", copy_menu.open_copies, account),
        None,
        Entry(tr("Query"), "Ctrl+Shift+Q", errands.query, account, offered=offers("RunsQueries")),
        Entry(tr("Edit as query…"), "Ctrl+Shift+Y", errands.edit_as_query, table, offered=offers("RunsQueries")),
        None,
        Entry(tr("Review and apply…"), "Ctrl+Shift+Return", in_space(lambda s: s.review()), account),
        Entry(tr("Journal and undo"), "Ctrl+Shift+J", errands.journal, account),
    )


def _tools() -> Sequence[Line]:
    return (
        Entry(tr("Go to anything…"), "Ctrl+K", errands.go_to_anything),
        Entry(tr("Search everything…"), "Ctrl+F3", errands.search_everywhere, account),
        Entry(tr("Recent and favourite records…"), "Ctrl+G", errands.go_to_remembered, account),
        Entry(tr("Filter modules"), "Ctrl+M", lambda w: w.side.focus_filter(), account),
        Entry(tr("Fields of this module…"), "Ctrl+Shift+F1", errands.describe_front, table),
        Entry(tr("Call an operation…"), "Ctrl+Shift+K", errands.call, account, offered=offers("CallsDocumented")),
        Entry(tr("Check a portal login…"), "Ctrl+Shift+P", errands.check_portal_login, account,
              offered=offers("ChecksPortalLogins")),
        Entry(tr("Account details…"), "Ctrl+F1", errands.account_details, account),
    )  # fmt: skip


def _help() -> Sequence[Line]:
    return (
        Entry(tr("User guide"), Qt.Key.Key_F1, errands.show_guide),
        Entry(tr("Keyboard map…"), "?", errands.show_keys),
        Entry(tr("Report for support…"), "Shift+F1", lambda w: w.report()),
        Entry(tr("About crmdesk"), "", errands.show_about),
    )
