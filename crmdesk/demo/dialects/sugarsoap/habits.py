# SPDX-License-Identifier: MIT
"""The switches of the pretended servers, for what their administrators may set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The names are options of the demo server.

    Attributes:
        lockout: Failed logins after which a name is locked (SplendidCRM's Password.LoginLockoutCount).
        allow_custom_paging: SplendidCRM pages in the database, one row off (sugarsoap.md 5).
        needs_cookie: Rights live in the web session: a request without its cookie has none (sugarsoap.md 9.3).
        view_columns: SplendidCRM's views have columns that its tables lack.
        flavor: What get_sugar_flavor says.
    """

    lockout: int = 5
    allow_custom_paging: bool = False
    needs_cookie: bool = False
    view_columns: bool = True
    flavor: str = "PRO"
