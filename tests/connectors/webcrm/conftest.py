# SPDX-License-Identifier: MIT
"""No test waits: the limiter's clock stands."""

import pytest

from crmdesk.connectors.vendors.webcrm import session
from crmdesk.connectors.vendors.webcrm.limiter import Limiter


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def clock() -> float:
        now[0] += 1.0
        return now[0]

    monkeypatch.setattr(session, "limiter_for", lambda *_: Limiter(clock=clock, sleep=lambda _s: None))
