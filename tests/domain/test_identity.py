# SPDX-License-Identifier: MIT
"""Identity: what is not told stays untold."""

from crmdesk.domain.identity import Identity


def test_only_user_name_and_server_are_needed() -> None:
    who = Identity("ann", "Ann Other", "crm.example")
    assert not who.is_admin
    assert who.clock_ahead_s is None
    assert who.details == {}
    assert who.details is not Identity("ann", "Ann Other", "crm.example").details
