# SPDX-License-Identifier: MIT
"""How a person wants changes applied."""

from dataclasses import dataclass

from crmdesk.domain.names import FieldName


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyOptions:
    """How to apply.

    Attributes:
        workflows: let the server run its workflows.
        stop_at_error: send nothing more after the first that fails.
        stop_after_failures: send nothing more once so many have failed, 0 = go on.
        never_touch: fields that nobody may change, the server's own rules included: where one did, it counts as a failure
            though the change itself was applied.
        dry_run: do everything but send.
        confirmed: the number of records that somebody has confirmed; see ``confirming.number_to_confirm``.
    """

    workflows: bool = True
    stop_at_error: bool = False
    stop_after_failures: int = 0
    never_touch: frozenset[FieldName] = frozenset()
    dry_run: bool = False
    confirmed: int = 0

    @property
    def most_failures(self) -> int:
        """Failures after which nothing more is sent, 0 = never mind."""
        return 1 if self.stop_at_error else self.stop_after_failures
