# SPDX-License-Identifier: MIT
"""The end of a window: writes on the wire are waited for, everything else is broken off, then everything is closed."""

import asyncio
from typing import TYPE_CHECKING, Final

from crmdesk.ui.sheets import Sheet
from crmdesk.ui.translation import tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

_WRITE_WAIT_S: Final = 30
_LOOK_S: Final = 0.02


async def finish(window: "MainWindow") -> None:
    """Put everything away, then tell by ``finished``."""
    for sheet in window.findChildren(Sheet):
        sheet.reject()  # it breaks off what it was asking
    running = [space.account.applier for space in window.workspaces.values() if space.account.applier.running]
    for applier in running:
        applier.stop()
    if running or window.writes.busy:
        window.messages.show_info(tr("Finishing what is being sent…"))
        await _written(window)
    window.hide()
    await window.locks.aclose()
    for space in window.workspaces.values():
        await space.aclose()
    await _written(window)  # what was being typed when the window went
    await window.scope.aclose()
    await window.writes.aclose()
    window.desk.close()
    window.finished.emit()


async def _written(window: "MainWindow") -> None:
    """Wait until nothing is being sent or staged, but not for ever."""
    try:
        async with asyncio.timeout(_WRITE_WAIT_S):
            while window.writes.busy or any(space.account.applier.running for space in window.workspaces.values()):
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        pass
