# SPDX-License-Identifier: MIT
"""Hears of everything that goes wrong unexpectedly, writes it down, and shows one dialog."""

import asyncio
import logging
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, Signal
from shiboken6 import isValid

from crmdesk.engine.logs import Log, native_crash
from crmdesk.engine.opened_files import sweep
from crmdesk.engine.runs import Run

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.support.crash_sheet import CrashSheet

_LOGGED: Final = 50  # of one run; a mistake in painting comes sixty times a second
_log = logging.getLogger("crmdesk")


class Guard(QObject):
    """Made by the app for its one window; works from ``install`` to ``leave``.

    Args:
        log_folder: where the log lies.

    Attributes:
        broke_off: the last run did not end as it should.

    Signals:
        failed(str): the traceback of an unexpected error, of whatever thread.
    """

    failed = Signal(str)

    def __init__(self, window: "MainWindow", log_folder: Path) -> None:
        super().__init__(window)
        self._window, self._log_folder = window, log_folder
        self._sheet: CrashSheet | None = None
        self._count, self._last = 0, native_crash(log_folder)
        self._run, self._log_file = Run(log_folder), Log(log_folder)
        self.broke_off = self._run.begin()
        if self.broke_off:
            sweep()
        self._before = sys.excepthook, threading.excepthook, sys.unraisablehook
        self.failed.connect(self._show, Qt.ConnectionType.QueuedConnection)  # never in the middle of what failed

    def install(self) -> None:
        """Hear of uncaught exceptions of all threads and of the window's own tasks."""
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread
        sys.unraisablehook = self._on_unraisable
        self._window.unexpected = self.note
        self._window.report = self.report

    def leave(self) -> None:
        """Hear of nothing any more: the run ended as it should."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before
        self._run.end()
        self._log_file.close()

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hear of what a loop's tasks and callbacks raise and nobody awaits; the accounts' secrets are masked in the log."""
        self._window.desk.clients.calls.redactor = self._log_file.redactor
        loop.set_exception_handler(self._on_loop)

    def note(self, error: BaseException) -> None:
        """An error that nobody expected: into the log, and to the person."""
        self._count += 1
        detail = self._log_file.redactor.redacted("".join(traceback.format_exception(error)).strip())
        if self._count <= _LOGGED:
            _log.error("unexpected: %s", detail)
        self.failed.emit(detail)

    def await_files(self, first: Path | None = None) -> None:
        """Open a file that came with the start, and those that other starts or the system hand over from now on."""
        from crmdesk.engine.hand_over import taken
        from crmdesk.ui.application import Application
        from crmdesk.ui.file_opening import open_in_window

        def show(path: Path) -> None:
            self._window.raise_()
            self._window.activateWindow()
            self._window.run(open_in_window(self._window, path))

        def look() -> None:
            for path in taken(self._log_folder):
                show(path)

        watcher = QFileSystemWatcher([str(self._log_folder)], self)
        watcher.directoryChanged.connect(lambda _: look())
        if first is not None:
            self._window.run(open_in_window(self._window, first))
        look()
        app = Application.instance()
        if isinstance(app, Application):
            app.take_files(show)

    def report(self) -> None:
        """The sheet with everything that may go with a report."""
        from crmdesk.engine.support import parts_of
        from crmdesk.ui.support.bundle_sheet import BundleSheet

        window = self._window
        calls = window.desk.clients.calls
        parts = parts_of(
            settings=window.preferences,
            profiles=window.accounts.known,
            calls=calls.all(),
            log_folder=self._log_folder,
            trouble=self._last,
            redactor=calls.redactor,
            locked=[profile.name for profile in window.accounts.known if window.locks.is_locked(profile)],
        )
        BundleSheet(parts).open_in(window)

    async def ask_restore(self) -> bool:
        """After a run that broke off: whether everything opens as it was."""
        from crmdesk.ui.support.crash_sheet import RestoreSheet

        sheet = RestoreSheet(self.report)
        return await sheet.ask_in(self._window, focus=sheet.go)

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        self.note(error.with_traceback(trace))

    def _on_thread(self, what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None and not isinstance(what.exc_value, SystemExit):
            self.note(what.exc_value)

    def _on_unraisable(self, what: "sys.UnraisableHookArgs") -> None:
        """While something was put away: nobody has lost anything, but Python would print it as it is."""
        if what.exc_value is not None:
            _log.warning("%s: %s", what.err_msg or "put away", "".join(traceback.format_exception(what.exc_value)))

    def _on_loop(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.note(error)
        else:
            _log.warning("loop: %s", context.get("message"))

    def _show(self, detail: str) -> None:
        from crmdesk.ui.support.crash_sheet import CrashSheet

        self._last = detail
        if not self._window.isVisible():
            print(detail, file=sys.stderr)  # noqa: T201  there is nobody to see a dialog
            return
        if self._sheet is not None and isValid(self._sheet) and self._sheet.isVisible():
            self._sheet.add(detail)
            return
        saved = {space.account.profile.name: space.account.staged.count for space in self._window.workspaces.values()}
        self._sheet = CrashSheet(detail, saved, self.report)
        self._sheet.open_in(self._window, focus=self._sheet.go)
