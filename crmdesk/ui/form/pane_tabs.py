# SPDX-License-Identifier: MIT
"""The quiet row of tabs of a narrow pane, in small letters so that five fit."""

from crmdesk.ui.parts import set_font
from crmdesk.ui.tabs import Tabs


class PaneTabs(Tabs):
    """As wide as their small bold title, so that none moves when another is chosen."""

    _bold = "small_bold"

    def __init__(self) -> None:
        super().__init__(quiet=True)
        set_font(self, "small")
