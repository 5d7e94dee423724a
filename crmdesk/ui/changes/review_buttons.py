# SPDX-License-Identifier: MIT
"""ReviewButtons: the foot of a review, and what can be pressed when."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton

from crmdesk.ui.changes.review import Review
from crmdesk.ui.changes.review_words import button_words
from crmdesk.ui.parts import button
from crmdesk.ui.wording import plural, tr

Do = Callable[[], object]


class ReviewButtons:
    """Owned by the dialog, which lays them out."""

    def __init__(self, *, save: Do, close: Do, dry_run: Do, apply: Do, again: Do, stop: Do) -> None:
        self.save = button(tr("Save as file…"), "", save, tip=tr("For the command line: crmdesk apply"))
        self.close = button(tr("Cancel"), "", close)
        self.dry_run = button(tr("Dry run"), "", dry_run, tip=tr("Do everything but send"))
        self.apply = button("", "primary", apply)
        self.again = button(tr("Try the refused again"), "", again, tip=tr("Review only what was refused"))
        self.again.hide()
        self.stop = button(tr("Stop"), "danger", stop, tip=tr("Send nothing after the change under way"))
        self.stop.hide()

    def sides(self) -> tuple[tuple[QPushButton, ...], tuple[QPushButton, ...]]:
        """What stands at the left of the foot, and at the right."""
        return (self.save,), (self.close, self.again, self.dry_run, self.stop, self.apply)

    def show_state(self, review: Review, *, may_write: bool, ready: bool, is_typed: bool, applying: bool) -> None:
        """Offer what can be done now.

        Args:
            ready: the server has said who we are, and nothing else is being sent. is_typed: nothing is left to confirm.
        """
        done, chosen, undecided = bool(review.sent), bool(review.chosen), review.undecided
        for one in (self.apply, self.dry_run):
            one.setVisible(may_write and not done)
        self.apply.setText(button_words(review))
        self.apply.setEnabled(ready and chosen and not undecided and is_typed)
        said = plural(undecided, "{n} conflict is not decided", "{n} conflicts are not decided") if undecided else ""
        self.apply.setToolTip(said)
        self.dry_run.setEnabled(ready and chosen)
        self.save.setEnabled(bool(review.checked))
        self.stop.setVisible(applying)
        self.stop.setEnabled(applying)
        self.again.setVisible(done and not applying and bool(review.failed))
        self.close.setText(tr("Close") if done or not may_write else tr("Cancel"))
        self.close.setToolTip(tr("Sending goes on") if applying else "")
