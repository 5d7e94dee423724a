# SPDX-License-Identifier: MIT
"""EmptyTable: what a table says where it has no rows, and what went wrong with reading them until it works again."""

from collections.abc import Callable

from crmdesk.domain.errors import ConnectionFailed
from crmdesk.domain.schema import Module
from crmdesk.ui.copies.copies import Copies
from crmdesk.ui.table.empty_words import away_words, failed_words, no_match_words, none_words, unlisted_words
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.wording import tr


class EmptyTable:
    """Owned by a table's tab.

    Args:
        copies: None = only the server is asked. again: try once more.
    """

    def __init__(self, grid: RecordGrid, module: Module, copies: Copies | None, again: Callable[[], None]) -> None:
        self._grid, self._module, self._copies, self._again = grid, module, copies, again
        self._trouble: BaseException | None = None

    @property
    def is_alone(self) -> bool:
        """Whether the server is away and the window says so."""
        return self._copies is not None and self._copies.is_offline

    def say_reading_fields(self) -> None:
        """The fields are being read."""
        self._grid.set_empty(tr("Reading the fields of {0}…").format(self._module.label_plural))

    def say_reading(self) -> None:
        """Rows are being read."""
        self._grid.set_empty(tr("Reading {0}…").format(self._module.label_plural))

    def say_failed(self) -> None:
        """They could not be read."""
        words = away_words(self._module) if self.is_alone else failed_words(self._module)
        self._grid.set_empty(*words, self._again)

    def say_none(self, clear_filters: Callable[[], None] | None) -> None:
        """There are none; ``clear_filters`` where filters may be why."""
        if clear_filters is not None:
            self._grid.set_empty(*no_match_words(), clear_filters)
        else:
            self._grid.set_empty(*none_words(self._module))

    def say_unlisted(self, add_filter: Callable[[], None]) -> None:
        """The server gives rows for a condition only."""
        self._grid.set_empty(*unlisted_words(self._module), add_filter)

    def is_said(self, error: BaseException, *, unread: bool) -> bool:
        """Note what went wrong; whether the table and the bar above it say it, so that nobody else need.

        Args:
            unread: it kept fields or rows from being read.
        """
        self._trouble = error if unread else None
        if unread and self.is_alone:
            self.say_failed()
        return self.is_alone and isinstance(error, ConnectionFailed)

    def recovered(self) -> BaseException | None:
        """It works now: what nobody needs to be told of any more."""
        trouble, self._trouble = self._trouble, None
        return trouble
