# SPDX-License-Identifier: MIT
"""A file of changes, as a review saves them, among the edits that wait: for whoever reviews and sends them."""

from pathlib import Path
from typing import TYPE_CHECKING

from crmdesk.domain.errors import Invalid
from crmdesk.engine.change_staging import StagedFile, stage_file
from crmdesk.ui.translation import plural, told, tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow

_MOST_TOLD = 3


async def open_changes(window: "MainWindow", path: Path) -> None:
    """Stage the file's changes in the account in front, say what came of it, and offer the review.

    Raises:
        CrmError: nothing of it waits, and why.
    """
    space = window.workspace
    if space is None:
        raise Invalid(
            tr("Open the account that the changes in {name} are for, then open the file again.", name=path.name)
        )
    account = space.account
    if not space.may_write():
        return  # it has said so itself
    window.messages.show_info(tr("Holding the changes in {name} against the server …", name=path.name))
    found = await stage_file(path, account.session, account.staged, account.applier)
    parts = words(found, account.profile.name)
    window.messages.show_info(" ".join(parts), (tr("Review and apply…"), space.review) if found.records else None)


def words(found: StagedFile, account: str) -> list[str]:
    """What came of it, in sentences."""
    said = []
    if found.records:
        said.append(
            plural(
                found.records,
                "The changes of 1 record wait in {account} for your review.",
                "The changes of {n} records wait in {account} for your review.",
                account=account,
            )
        )
    if found.same:
        said.append(
            plural(
                found.same,
                "1 record is as the file wants it already.",
                "{n} records are as the file wants them already.",
            )
        )
    if found.left_out:
        said.append(plural(len(found.left_out), "1 change was left out.", "{n} changes were left out."))
        said += [told(one) for one in found.left_out[:_MOST_TOLD]]
    return said
