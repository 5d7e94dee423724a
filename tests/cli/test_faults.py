# SPDX-License-Identifier: MIT
"""Whatever a server does, a command ends with an answer or with one sentence."""

import json

import pytest

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm

# Nothing was lost by these: the session is opened again, or the body is what it should be.
HEALED = {
    FaultKind.SESSION_EXPIRED,
    FaultKind.SESSION_IDLE,
    FaultKind.SESSION_GONE,
    FaultKind.WRONG_TYPE,
    FaultKind.HTML_NOISE,
}
SLOW = {FaultKind.DELAY, FaultKind.SLOW_DRIP}


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind not in SLOW])
def test_a_query_ends_with_rows_or_one_sentence(
    crm: Crm, account: list[str], demo: DemoServer, kind: FaultKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo.faults, "restart_ms", 0.0)  # back at once, so that the last question is answered
    demo.faults.add(kind, 1, operation="query")
    query = ("query", "Accounts", "--limit", "3", "--format", "json", "--fields", "accountname", *account)
    answer = crm(*query)
    demo.faults.clear()
    if kind in HEALED:
        assert (answer.code, answer.err) == (0, "")
    if answer.code == 0:
        assert len(json.loads(answer.out)) == 3
    else:
        assert answer.code == 1
        assert answer.err.startswith("crmdesk: ")
        assert answer.err.count("\n") == 1
        assert len(answer.err) > 40
    assert json.loads(crm(*query).out)


def test_every_session_is_ended(crm: Crm, account: list[str], demo: DemoServer) -> None:
    demo.seen.clear()
    crm("query", "Accounts", "--count", *account)
    assert [seen.operation for seen in demo.seen].count("logout") == 1
