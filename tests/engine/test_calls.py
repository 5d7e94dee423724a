# SPDX-License-Identifier: MIT
"""Operations and actions of a vendor: guarded, sent once, noted; what is wrong is said before anything is sent."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.connectors.port import OperationInfo, Part
from crmdesk.domain.errors import Invalid, NotPermitted, TimedOut, UnknownOperation
from crmdesk.domain.names import RecordId, VendorName
from crmdesk.engine.calls import Calls, is_hidden, parts_of, secrets_of
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.journal import BatchInfo
from crmdesk.engine.profiles import Environment
from tests.engine.fake_roles import ACTIONS, RoleServer, plugin_with_roles
from tests.engine.fake_vendor import ACCOUNTS, FakeHttp
from tests.engine.test_native_query import asked
from tests.ui.house import a_profile

HERE = RecordId(ACCOUNTS, "a1")


async def notes(account: Account) -> list[tuple[str, bool]]:
    """The journal's lines, oldest first, and whether each was ended."""
    found: tuple[BatchInfo, ...] = await account.journal.batches()
    return [(batch.summary, batch.ended is not None) for batch in reversed(found)]


def test_reading_is_not_noted(tmp_path: Path) -> None:
    server = RoleServer(result={"pong": [1, None]})

    async def work(account: Account) -> None:
        done = await Calls(account).call("PING", {"text": "hello"})
        assert done.result == {"pong": [1, None]}
        assert done.operation.name == "ping"
        assert await notes(account) == []

    asked(tmp_path, server, work)
    assert server.calls == [("ping", {"text": "hello"})]


def test_writing_is_noted_before_and_ended_after(tmp_path: Path) -> None:
    server = RoleServer(result="77")

    async def work(account: Account) -> None:
        done = await Calls(account).call("addOrder", {"number": "12", "rows": '[{"product": "6x1"}]'})
        assert done.result == "77"
        assert await notes(account) == [('Called addOrder; number = 12, rows = [{"product": "6x1"}]', True)]
        assert [name for name, _ in server.log if name in ("login", "call")] == ["login", "login", "call"]

    asked(tmp_path, server, work)


def test_a_read_only_account_writes_nothing(tmp_path: Path) -> None:
    """Whatever the window shows: whether an operation writes is looked up by the engine itself."""
    server = RoleServer()

    async def run() -> None:
        desk = Desk(tmp_path / "config", tmp_path / "data", make_http=lambda _: FakeHttp())
        vars(desk)["plugins"] = {VendorName("fake"): plugin_with_roles(server)}
        profile = replace(a_profile(), environment=Environment.READ_ONLY)
        for name in ("key", "pin"):
            desk.secrets.keep_for_this_run(profile.id, name, "s3cret")
        try:
            account = await desk.open(profile)
            calls = Calls(account)
            with pytest.raises(NotPermitted):
                await calls.call("addOrder", {"number": "1"})
            await account.session.identity()
            with pytest.raises(NotPermitted):
                await calls.act(HERE, "Company", ACTIONS[0], {})
            await calls.call("ping", {})
            assert await notes(account) == []
        finally:
            desk.close(2)

    asyncio.run(run())
    assert [name for name, _ in server.calls] == ["ping"]


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("addOrder", {}, "Fill in Number."),
        ("addOrder", {"number": " "}, "Fill in Number."),
        ("addOrder", {"number": "1", "colour": "red"}, "takes no “colour”"),
        ("ping", {"x": "1"}, "It takes: text."),
    ],
)
def test_wrong_arguments_are_told_and_nothing_is_sent(
    tmp_path: Path, name: str, given: dict[str, str], words: str
) -> None:
    server = RoleServer()
    with pytest.raises(Invalid, match=words):
        asked(tmp_path, server, lambda a: Calls(a).call(name, given))
    assert server.calls == []


def test_an_unknown_operation_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnknownOperation):
        asked(tmp_path, RoleServer(), lambda a: Calls(a).call("dropEverything", {}))


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (Invalid("There is no such product."), "addOrder was refused: There is no such product."),
        (TimedOut("No answer.", sent=True), "It is not known whether addOrder was done: No answer."),
    ],
)
def test_refused_and_unknown_are_noted_and_never_sent_again(tmp_path: Path, error: Exception, line: str) -> None:
    server = RoleServer()
    server.fail("call", error)

    async def work(account: Account) -> None:
        with pytest.raises(type(error)):
            await Calls(account).call("addOrder", {"number": "1"})
        assert await notes(account) == [(f"Called addOrder; number = 1 · {line}", True)]

    asked(tmp_path, server, work)
    assert server.did("call") == 1


def test_what_is_on_the_wire_is_awaited_and_noted_though_nobody_waits(tmp_path: Path) -> None:
    server = RoleServer()
    gate = server.hold("call")

    async def work(account: Account) -> None:
        task = asyncio.ensure_future(Calls(account).call("addOrder", {"number": "1"}))
        while not server.begun["call"].is_set():
            await asyncio.sleep(0.002)
        task.cancel()
        await asyncio.sleep(0.02)
        assert not task.done()
        gate.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await notes(account) == [("Called addOrder; number = 1", True)]

    asked(tmp_path, server, work)
    assert server.calls == [("addOrder", {"number": "1"})]


def test_actions_are_listed_once_and_lead_to_a_record(tmp_path: Path) -> None:
    server = RoleServer(leads_to=RecordId(ACCOUNTS, "a9"))

    async def work(account: Account) -> None:
        calls = Calls(account)
        assert await calls.actions(ACCOUNTS) == ()  # not signed in: no role is known
        await account.session.identity()
        assert await calls.actions(ACCOUNTS) == ACTIONS
        assert calls.known_actions(ACCOUNTS) == ACTIONS
        led = await calls.act(HERE, "Company 01", ACTIONS[1], {"level": "2"})
        assert led == RecordId(ACCOUNTS, "a9")
        assert await notes(account) == [("Move to level: Company 01 (Accounts a1); level = 2", True)]
        with pytest.raises(Invalid, match="Fill in Level"):
            await calls.act(HERE, "Company 01", ACTIONS[1], {})

    asked(tmp_path, server, work)
    assert server.calls == [("move", {"record": "a1", "level": "2"})]


def test_secrets_and_files_are_hidden_wherever_they_stand() -> None:
    inner = Part(name="g", kind="group", parts=(Part(name="p", secret=True),))
    assert is_hidden(inner)
    assert is_hidden(Part(name="f", kind="binary"))
    assert not is_hidden(Part(name="t", parts=(Part(name="x"),)))


def test_secrets_are_found_in_structures_and_by_their_names() -> None:
    login = Part(name="login", kind="group", parts=(Part(name="user"), Part(name="word", secret=True)))
    parts = (login, replace(login, name="logins"), Part(name="newPassword"), Part(name="city"))
    given = {
        "login": '{"user": "anna", "word": "w-one"}',
        "logins": '[{"word": "w-two"}, {"word": "w-three"}, 3]',
        "newPassword": "w-four",
        "city": "Oulu",
    }
    assert secrets_of(parts, given) == {"w-one", "w-two", "w-three", "w-four"}
    assert secrets_of(parts, {"login": "no JSON", "logins": "[" * 5000}) == frozenset()


def test_a_secret_typed_for_a_call_is_masked_before_it_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(FakeHttp, "add_secret", lambda _, secret: told.append(secret))
    server = RoleServer(result="1")

    async def work(account: Account) -> None:
        await Calls(account).call("addOrder", {"number": "12", "password": "Blue'House42"})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("crmdesk.engine.calls.parts_of", lambda _: (Part(name="number"), Part(name="password")))
        asked(tmp_path, server, work)
    assert "Blue'House42" in told


def test_names_alone_make_texts() -> None:
    (part,) = parts_of(OperationInfo("x", False, {"id": "A number."}, ""))
    assert (part.name, part.kind, part.hint, part.required) == ("id", "text", "A number.", False)
