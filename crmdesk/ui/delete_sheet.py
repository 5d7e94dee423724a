# SPDX-License-Identifier: MIT
"""The question before records are staged for deletion: it names what will go."""

from crmdesk.domain.schema import Module
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr

_NAMED = 8
"""Records named one by one."""


class DeleteSheet(Sheet):
    """Accepted = stage them."""

    def __init__(self, titles: list[str], module: Module) -> None:
        many = tr("Delete {n} {records}?", n=len(titles), records=module.label_plural)
        super().__init__(many if len(titles) > 1 else tr("Delete {record}?", record=titles[0]), 460)
        rest = [tr("and {n} more", n=len(titles) - _NAMED)] if len(titles) > _NAMED else []
        shown = "\n".join([*titles[:_NAMED], *rest])
        later = tr("Nothing is sent yet: the deletion waits with your other changes until you review and apply them.")
        body = box(label(shown, "", "bold", wrap=True), label(later, "muted", wrap=True), vertical=True,
                   margins=(18, 14, 18, 14), spacing=10)  # fmt: skip
        self.set_content(body, (), (button(tr("Cancel"), "", self.reject), button(tr("Delete"), "danger", self.accept)))
        self.setMinimumWidth(theme().px(360))
