# SPDX-License-Identifier: MIT
"""Each test begins with no refused logins in mind: the program remembers them for a minute."""

from collections.abc import Iterator

import pytest

from crmdesk.connectors.vendors.sugarsoap import session


@pytest.fixture(autouse=True)
def _no_refusals() -> Iterator[None]:
    session.REFUSED.clear()
    yield
    session.REFUSED.clear()
