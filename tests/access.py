# SPDX-License-Identifier: MIT
"""Walks the tour and tells what hands or eyes cannot use: ``python -m tests.access --scale 2.0 --scheme dark``.

On each screen: controls without a name, controls that no key reaches, texts that are cut, texts too pale, a focus that
cannot be seen, sheets that do not fit. Prints JSON: screen -> findings; exit code 0 where the walk came to its end. Run
by ``tests/journeys/test_access.py`` in a process of its own, since Qt's scale is chosen before the first window.
"""

import argparse
import json
import sys
import tempfile
import traceback
from pathlib import Path

from PySide6.QtCore import QLocale, QSize
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from crmdesk.ui import tour
from crmdesk.ui.metrics import Scheme
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from tests.sight import pale_texts, unseen_focus
from tests.texts import cut_texts
from tests.touch import controls, nameless, out_of_reach, parents, told, unkeyed_actions, untold_cells

CHECKS = ("hands", "cut", "pale", "focus")


class Walk(tour.Tour):
    """The tour, looked at instead of painted."""

    found: dict[str, list[str]]
    is_whole = False

    def look_for(self, checks: list[str], scheme: Scheme, scale: float, size: QSize) -> None:
        """What to look for, and in which look."""
        self._checks, self._scheme, self._scale, self._size = checks, scheme, scale, size
        self._focus_seen: set[str] = set()
        self.found = {}

    async def run(self) -> None:
        """Walk through every screen."""
        theme().choose(self._scheme)
        theme().set_text_scale(self._scale)
        self.window.resize(self._size)
        self.window.show()
        self.window.activateWindow()
        try:
            await self.screens()
            await self.other_accounts()
            self.is_whole = True
        except Exception:
            traceback.print_exc()
            raise
        finally:
            self.window.close()

    async def take(self, name: str, window: QWidget | None = None) -> None:
        (window or self.window).activateWindow()  # a window that closed may have left it without the focus
        await self.settle()
        QApplication.sendPostedEvents()
        found = sorted(set(self._findings(window or self.window)))
        if found:
            self.found[name] = found

    def _findings(self, window: QWidget) -> list[str]:
        sheets = [sheet for sheet in window.findChildren(Sheet) if sheet.isVisible()]
        front = sheets[-1] if sheets else window  # what is dimmed was looked at before
        found = []
        if "hands" in self._checks:
            found += nameless(front) + out_of_reach(front) + untold_cells(front)
            found += unkeyed_actions(window)
        if "cut" in self._checks:
            front.grab()  # what gives way takes a tooltip when it is painted
            found += cut_texts(front) + pushed_out(front)
            found += [f"{type(front).__name__} is larger than the window" for _ in [0] if _juts_out(front, window)]
            found += [f"the window grew to {window.size().toTuple()}" for _ in [0] if window is self.window and (
                window.width() > self._size.width() or window.height() > self._size.height())]  # fmt: skip
        if "pale" in self._checks:
            found += pale_texts(front)
        if "focus" in self._checks:
            found += unseen_focus(front, self._focus_seen)
        return found


def pushed_out(window: QWidget) -> list[str]:
    """Controls that lie partly beyond what holds them, where nothing can be scrolled to show them."""
    found = []
    for widget in controls(window):
        if not widget.visibleRegion().boundingRect().contains(widget.rect().adjusted(2, 2, -2, -2)) and not any(
            isinstance(one, QAbstractScrollArea) for one in (widget, *parents(widget))
        ):
            found.append(f"partly out of sight: {told(widget)}")
    return found


def _juts_out(front: QWidget, window: QWidget) -> bool:
    return front is not window and not window.rect().contains(
        front.rect().translated(front.mapTo(window, front.rect().topLeft()))
    )


def main(argv: list[str]) -> int:
    """Walk in one look and print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("checks", nargs="*", default=list(CHECKS))
    parser.add_argument("--scheme", type=Scheme, default=Scheme.LIGHT)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--size", default="1440x900")
    given = parser.parse_args(argv)
    from crmdesk import app as program

    QLocale.setDefault(QLocale("en_GB"))
    application = program.application()
    window, demo = program.build(application, temporary=True, tour=True)
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(window, Path(folder))
        walk.look_for(given.checks, given.scheme, given.scale, QSize(*(int(n) for n in given.size.split("x"))))
        program.finish_look(window)
        program.run_until_closed(application, window, demo, lambda: walk.run())
    print(json.dumps(walk.found, ensure_ascii=False, indent=1))
    return 0 if walk.is_whole else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
