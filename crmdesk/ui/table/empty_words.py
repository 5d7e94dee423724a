# SPDX-License-Identifier: MIT
"""What a table says where it has no rows: title, hint, and the word on the button that helps."""

from crmdesk.domain.schema import Module
from crmdesk.ui.wording import tr


def failed_words(module: Module) -> tuple[str, str, str]:
    """They could not be read."""
    return tr("{0} could not be read").format(module.label_plural), "", tr("Try again")


def away_words(module: Module) -> tuple[str, str, str]:
    """The server is away, and there is no copy."""
    title = tr("{module} are on the server only", module=module.label_plural)
    return (
        title,
        tr("There is no copy of them on this computer. They come when the server answers again."),
        tr("Try now"),
    )


def no_match_words() -> tuple[str, str, str]:
    """The filters leave nothing."""
    hint = tr("Remove a chip, or search for something else.")
    return tr("Nothing matches these filters"), hint, tr("Remove all filters")


def none_words(module: Module) -> tuple[str, str]:
    """There are none."""
    return tr("No {0} yet").format(module.label_plural), tr("Ctrl+N adds the first one.")


def unlisted_words(module: Module) -> tuple[str, str, str]:
    """The server gives rows for a condition only."""
    hint = module.notice or tr("This server does not list them.")
    return tr("Search for {0}").format(module.label_plural), hint, tr("Add a filter")
