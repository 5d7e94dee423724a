# SPDX-License-Identifier: MIT
"""Portal logins: who it is, why not, and that the account's own connection is well either way."""

from pathlib import Path

import pytest

from crmdesk.domain.errors import BadCredentials, NotReachable
from crmdesk.engine.desk import Account
from crmdesk.engine.portal import PortalAnswer, check_portal_login
from tests.engine.fake_roles import RoleServer
from tests.engine.test_native_query import asked


def test_who_it_is(tmp_path: Path) -> None:
    server = RoleServer(portal={"name": "Aino"})
    answer = asked(tmp_path, server, lambda a: check_portal_login(a.session, "a@b.fi", "pw", "3"))
    assert answer == PortalAnswer({"name": "Aino"})
    assert server.calls == [("portal", {"email": "a@b.fi", "password": "pw", "portal": "3"})]


def test_a_refusal_is_an_answer_and_no_trouble_with_the_account(tmp_path: Path) -> None:
    server = RoleServer()
    server.fail("check_portal_login", BadCredentials("Wrong password."))

    async def work(account: Account) -> PortalAnswer:
        troubles: list[object] = []
        account.session.health.connect(lambda health: troubles.append(health.error))
        answer = await check_portal_login(account.session, "a", "b", "c")
        assert troubles == [None]
        return answer

    assert asked(tmp_path, server, work).refusal == "Wrong password."
    assert server.did("login") == 1


def test_no_answer_is_an_error(tmp_path: Path) -> None:
    server = RoleServer()
    server.fail("check_portal_login", NotReachable("Gone."))
    with pytest.raises(NotReachable):
        asked(tmp_path, server, lambda a: check_portal_login(a.session, "a", "b", "c"))
