# SPDX-License-Identifier: MIT
"""Sentences about the account's own file."""

from crmdesk.engine.desk import Account
from crmdesk.ui.wording import tr


def damaged_words(account: Account) -> str:
    """The account's file was damaged: where it was put, and what to look at."""
    kept = account.storage.kept_aside
    return tr(
        "The file with your pending changes and the journal was damaged. It was kept as {path}; what could be read of it "
        "is here. Look through the pending changes before you apply them.",
        path=kept if kept is not None else "",
    )
