# SPDX-License-Identifier: MIT
"""What a person reads when crmdesk itself went wrong, and at the start after a run that broke off."""

from collections.abc import Callable

from PySide6.QtWidgets import QPlainTextEdit

from crmdesk.ui.parts import box, button, label, set_font
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, tr


class CrashSheet(Sheet):
    """An unexpected error, once: what is saved, what to do, and the report.

    Args:
        saved: account -> changes that wait to be sent.
    """

    shows_no_records = True

    def __init__(self, detail: str, saved: dict[str, int], report: Callable[[], None]) -> None:
        super().__init__(tr("Something went wrong in crmdesk"), 640)
        self._times = 1
        what = label(tr("This is a mistake in the program, not in your data."), wrap=True)
        kept = "\n".join(_saved_words(saved))
        todo = tr(
            "You can go on working. Should something look wrong, close crmdesk and start it again: your tabs and your "
            "changes come back. A report helps to mend it; you see all of it before it is saved."
        )
        self._more = label("", "muted", "small")
        self._more.hide()
        self.detail = QPlainTextEdit(detail, readOnly=True)
        self.detail.setProperty("role", "code")
        self.detail.setAccessibleName(tr("Details"))
        self.detail.setTabChangesFocus(True)
        set_font(self.detail, "mono")
        self.detail.setFixedHeight(theme().px(190))
        self.detail.hide()
        self._fold = button(tr("Details"), "link", self._toggle)
        body = box(
            what, label(kept, "good", wrap=True), label(todo, "muted", wrap=True), self._more, self._fold, self.detail,
            vertical=True, margins=(18, 14, 18, 14), spacing=10,
        )  # fmt: skip
        self.go = button(tr("Go on"), "primary", self.accept)
        self.set_content(body, (button(tr("Report for support…"), "", report),), (self.go,))

    def add(self, detail: str) -> None:
        """It went wrong again while this stands."""
        self._times += 1
        self._more.setText(plural(self._times, "It happened {n} time.", "It happened {n} times."))
        self._more.show()
        if self._times <= 3:
            self.detail.appendPlainText("\n" + detail)
        self.refit()

    def _toggle(self) -> None:
        self.detail.setVisible(self.detail.isHidden())
        self._fold.setText(tr("Details") if self.detail.isHidden() else tr("Hide details"))
        self.refit()


class RestoreSheet(Sheet):
    """After a run that broke off. Accepted = open everything as it was."""

    shows_no_records = True

    def __init__(self, report: Callable[[], None]) -> None:
        super().__init__(tr("crmdesk did not end as it should"), 560)
        text = tr(
            "The last run broke off. Changes that waited to be sent are safe on this computer. Shall the account and its "
            "tabs open as they were?"
        )
        hint = tr("If it broke off at once after the last start, the start page is the better choice.")
        lines = [label(text, wrap=True), label(hint, "muted", wrap=True)]
        body = box(*lines, vertical=True, margins=(18, 14, 18, 14), spacing=8)
        afresh = button(tr("Start page"), "", self.reject)
        self.go = button(tr("Open as it was"), "primary", self.accept)
        self.set_content(body, (button(tr("Report for support…"), "", report),), (afresh, self.go))


def _saved_words(saved: dict[str, int]) -> list[str]:
    waiting = {name: count for name, count in saved.items() if count}
    if not waiting:
        return [tr("No change was waiting to be sent; nothing is lost.")]
    return [
        plural(count, "{n} change of {account} is safe on this computer.",
               "{n} changes of {account} are safe on this computer.", account=name)
        for name, count in waiting.items()
    ]  # fmt: skip
