# SPDX-License-Identifier: MIT
"""The real window in a process of its own that breaks as it is told: ``python -m tests.canary.crashing HOW``.

Keys come on standard input as JSON ({"account/field": key}), so that they are in no argument, file or environment.
It prints ``ready`` when the account's table stands, then breaks: an exception in a slot, in a task, in a thread or
while something is put away; an abort; or it waits to be killed. ``again`` is the start after that: it takes the report
from the question and ends as it should.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import keyring
import keyring.backend
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QPushButton

from crmdesk.domain.names import AccountId

WAYS = ("slot", "task", "thread", "put-away", "abort", "kill", "again")
_LOOK_S = 0.05


class Given(keyring.backend.KeyringBackend):
    """A keychain that knows what came on standard input."""

    priority = 9.0

    def __init__(self, kept: dict[str, str]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._kept = kept

    def get_password(self, service: str, username: str) -> str | None:
        """As told."""
        return self._kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Nothing is kept."""

    def delete_password(self, service: str, username: str) -> None:
        """Nothing was kept."""


class Breaker(QObject):
    """Looks again and again on the Qt thread, and does the next step as soon as it can.

    Signals:
        looked(): from the thread that has a clock before Qt's loop runs.
    """

    looked = Signal()

    def __init__(self, how: str, keys: dict[str, str], place: Path) -> None:
        super().__init__()
        self._how, self._keys, self._place = how, keys, place
        self._step: Callable[[], bool] = self._open
        self._over = False
        self.looked.connect(self._look)
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while not self._over:
            self.looked.emit()
            threading.Event().wait(_LOOK_S)

    def _look(self) -> None:
        if not self._over and QApplication.instance() is not None:
            self._over = self._step()

    # ---- steps: True = that was the last -----------------------------------------------------------------------------

    def _open(self) -> bool:
        from crmdesk.ui.main_window import MainWindow
        from crmdesk.ui.support.crash_sheet import RestoreSheet

        windows = [one for one in QApplication.topLevelWidgets() if isinstance(one, MainWindow)]
        if not windows or not windows[0].isVisible():
            return False
        self._window = windows[0]
        questions = [one for one in self._window.findChildren(RestoreSheet) if one.isVisible()]
        if self._how == "again":
            self._step = self._asked
        elif questions:  # the run before this one broke off, too
            questions[0].accept()
            self._step = self._break
        elif self._window.accounts.known and not self._window.has_restore:
            direct = next(one for one in self._window.accounts.known if not one.proxy)
            self._window.run(self._window.open_account(direct), "account")
            self._step = self._break
        return False

    def _break(self) -> bool:
        space = self._window.workspace
        if space is None or space.current is None or not space.current.rows.read:
            return False
        for name in self._keys:  # as the account's dialog does: what was not read here cannot be told
            account, _, field = name.partition("/")
            self._window.desk.secrets.read(AccountId(account), field)
        print("ready", flush=True)
        text = " ".join(f"password={key} {key}" for key in self._keys.values())

        def broken(*_: object) -> None:
            raise RuntimeError(f"https://crm.example/?sessionName=0123456789abcdef&{text}")

        async def task() -> None:
            broken()

        class Left:
            def __del__(self) -> None:
                broken()

        match self._how:
            case "slot":
                QTimer.singleShot(0, broken)
            case "task":
                self._window.run(task())
            case "thread":
                threading.Thread(target=broken, daemon=True).start()
            case "put-away":
                Left()
                print("told", flush=True)
                return True
            case "abort":
                os.abort()
            case _:
                return True
        self._step = self._told
        return False

    def _told(self) -> bool:
        """The crash's dialog: its details, its report; then the process is killed as it stands."""
        from crmdesk.ui.support.crash_sheet import CrashSheet

        sheets = [one for one in self._window.findChildren(CrashSheet) if one.isVisible()]
        if not sheets:
            return False
        (self._place / f"dialog-{self._how}.txt").write_text(sheets[0].detail.toPlainText(), "utf-8")
        self._take_report(sheets[0])
        print("told", flush=True)
        return True

    def _asked(self) -> bool:
        """The question after a run that broke off."""
        from crmdesk.ui.support.crash_sheet import RestoreSheet

        sheets = [one for one in self._window.findChildren(RestoreSheet) if one.isVisible()]
        if not sheets:
            return False
        self._take_report(sheets[0])
        print("asked", flush=True)
        sheets[0].accept()
        self._step = self._restored
        return False

    def _restored(self) -> bool:
        space = self._window.workspace
        if space is None or space.current is None or not space.current.rows.read:
            return False
        print("restored", flush=True)
        self._window.close()
        return True

    def _take_report(self, sheet: QObject) -> None:
        from crmdesk.ui.support.bundle_sheet import BundleSheet

        next(one for one in sheet.findChildren(QPushButton) if one.text().startswith("Report")).click()
        bundle = self._window.findChildren(BundleSheet)[-1]
        for row in range(bundle.list.count()):
            bundle.list.setCurrentRow(row)
            name = f"shown-{self._how}-{bundle.list.item(row).text()}"
            (self._place / name).write_text(bundle.text.toPlainText(), "utf-8")
        bundle.save(self._place / f"report-{self._how}.zip")
        bundle.reject()


def main() -> int:
    """Run the window until it breaks."""
    how, place = sys.argv[1], Path(sys.argv[2])
    keys: dict[str, str] = json.loads(sys.stdin.readline())
    keyring.set_keyring(Given(keys))
    breaker = Breaker(how, keys, place)
    from crmdesk import app

    code = app.main([])
    breaker.looked.disconnect()
    return code


if __name__ == "__main__":
    sys.exit(main())
