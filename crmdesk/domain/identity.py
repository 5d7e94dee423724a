# SPDX-License-Identifier: MIT
"""Who the server says we are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server says we are.

    Attributes:
        user: login name. full_name: as people write it; may equal ``user``.
        server: address and product as far as the server tells.
        clock_ahead_s: how far the server's clock runs ahead of ours; None = not told.
    """

    user: str
    full_name: str
    server: str
    user_id: str = ""
    is_admin: bool = False
    clock_ahead_s: float | None = None
    seen_at: datetime | None = None
    details: Mapping[str, str] = field(default_factory=dict)
