# SPDX-License-Identifier: MIT
"""The question before records are staged for deletion: it names what will go."""

from crmdesk.domain.schema import Module
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme


class DeleteSheet(Sheet):
    """Accepted = stage them."""

    def __init__(self, titles: list[str], module: Module) -> None:
        many = len(titles) > 1
        what = module.label_plural if many else module.label
        super().__init__(f"Delete {len(titles)} {what}?" if many else f"Delete {titles[0]}?", 460)
        shown = "\n".join(titles[:8]) + (f"\nand {len(titles) - 8} more" if len(titles) > 8 else "")
        later = "Nothing is sent yet: the deletion waits with your other changes until you review and apply them."
        body = box(label(shown, "", "bold", wrap=True), label(later, "muted", wrap=True), vertical=True,
                   margins=(18, 14, 18, 14), spacing=10)  # fmt: skip
        self.set_content(body, (), (button("Cancel", "", self.reject), button("Delete", "danger", self.accept)))
        self.setMinimumWidth(theme().px(360))
