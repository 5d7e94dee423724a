# SPDX-License-Identifier: MIT
"""The desk: saving, opening, testing and removing accounts."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest

from crmdesk.connectors.port import Endpoint, Http, VendorPlugin
from crmdesk.domain.errors import BadCredentials, NotPermitted, ProfileError
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.desk import Desk
from crmdesk.engine.profiles import Profile
from crmdesk.engine.staging import Edit
from tests.engine.bench import profile_of, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, FakeConnector, FakeHttp, FakeServer, plugin_of
from tests.engine.test_secrets import Keychain


@pytest.fixture
def chain() -> Iterator[Keychain]:
    """The system's keychain for one test."""
    before = keyring.get_keyring()
    keychain = Keychain()
    keyring.set_keyring(keychain)
    yield keychain
    keyring.set_keyring(before)


class Office:
    """A desk whose only vendor is a fake one; ``endpoints`` are those its connectors were given."""

    def __init__(self, place: Path) -> None:
        self.server = FakeServer()
        self.endpoints: list[Endpoint] = []
        self.https: list[Profile] = []
        plugin = plugin_of(self.server)

        def connect(endpoint: Endpoint, http: Http) -> FakeConnector:
            self.endpoints.append(endpoint)
            return FakeConnector(self.server, http)

        def make_http(profile: Profile) -> Http:
            self.https.append(profile)
            return FakeHttp()

        self.desk = Desk(place / "settings", place / "data", make_http=make_http)
        plugins: dict[VendorName, VendorPlugin] = {plugin.vendor: replace(plugin, connect=connect)}
        self.desk.__dict__["plugins"] = plugins  # what the cached property would hold


def in_office(place: Path, work: "Callable[[Office], asyncio.Future[None] | object]") -> Office:
    office = Office(place)

    async def go() -> None:
        try:
            await work(office)  # type: ignore[misc]
        finally:
            office.desk.close(2)

    run(go())
    return office


PROFILE = profile_of()


def test_save_open_and_use(tmp_path: Path, chain: Keychain) -> None:
    async def work(office: Office) -> None:
        assert await office.desk.save(PROFILE, {"key": "s3cret", "pin": ""})
        (saved,) = office.desk.profiles.all()
        account = await office.desk.open(saved)
        assert await office.desk.open(saved) is account
        assert office.desk.open_accounts == (account,)
        assert office.endpoints == []  # opening asks nobody
        await account.session.modules()
        assert office.endpoints[0].secrets == {"key": "s3cret", "pin": ""}
        assert office.endpoints[0].settings == {"user": "admin"}
        assert "s3cret" not in repr(office.endpoints[0])
        field = office.desk.plugins[VendorName("fake")].profile_fields[1]
        assert await office.desk.has_secret(saved, field)

    in_office(tmp_path, work)
    assert chain.kept == {("crmdesk", "bench/key"): "s3cret"}
    assert not any(b"s3cret" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_without_a_keychain_secrets_last_for_this_run(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        assert not await office.desk.save(PROFILE, {"key": "s3cret"})
        account = await office.desk.open(PROFILE)
        await account.session.modules()
        assert office.endpoints[0].secrets["key"] == "s3cret"

    in_office(tmp_path, work)


def test_a_missing_secret_is_told_at_the_first_question(tmp_path: Path, chain: Keychain) -> None:
    async def work(office: Office) -> None:
        account = await office.desk.open(PROFILE)
        with pytest.raises(ProfileError, match="key of this account is missing"):
            await account.session.modules()
        office.desk.secrets.keep_for_this_run(PROFILE.id, "key", "now")
        await account.session.modules()

    in_office(tmp_path, work)


def test_temporary_accounts_keep_their_secrets_in_memory_and_their_journal_on_disk(
    tmp_path: Path, chain: Keychain
) -> None:
    async def work(office: Office) -> None:
        profile = replace(PROFILE, temporary=True)
        assert await office.desk.save(profile, {"key": "s3cret"})
        account = await office.desk.open(profile)
        await account.session.modules()
        assert office.desk.profiles.all() == ()

    in_office(tmp_path, work)
    assert chain.kept == {}
    assert (tmp_path / "data" / "accounts" / "bench" / "account.sqlite").exists()


def test_staged_edits_are_there_when_an_account_is_opened_again(tmp_path: Path, chain: Keychain) -> None:
    async def first(office: Office) -> None:
        record = office.server.add("a", bill_city="Espoo")
        account = await office.desk.open(PROFILE)
        await account.staged.edit([Edit(record, CITY, "Turku")])

    async def second(office: Office) -> None:
        account = await office.desk.open(PROFILE)
        assert account.staged.count == 1
        assert account.staged.all()[0].id.module == ACCOUNTS

    in_office(tmp_path, first)
    in_office(tmp_path, second)


def test_testing_signs_in_and_saves_nothing(tmp_path: Path, chain: Keychain) -> None:
    async def work(office: Office) -> None:
        result = await office.desk.test(PROFILE, {"key": "typed"})
        assert (result.modules, result.identity.user) == (1, "admin")
        assert result.elapsed_ms >= 0
        assert office.endpoints[0].secrets["key"] == "typed"
        office.server.fail("login", BadCredentials("The key is wrong."))
        with pytest.raises(BadCredentials):
            await office.desk.test(PROFILE, {"key": "typed"})
        with pytest.raises(ProfileError, match="missing"):
            await office.desk.test(PROFILE, {})
        with pytest.raises(ProfileError, match="name"):
            await office.desk.test(replace(PROFILE, name=""), {"key": "typed"})
        assert (office.desk.profiles.all(), office.desk.open_accounts) == ((), ())

    in_office(tmp_path, work)
    assert chain.kept == {}


def test_removing_forgets_secrets_and_keeps_the_journal(tmp_path: Path, chain: Keychain) -> None:
    async def work(office: Office) -> None:
        await office.desk.save(PROFILE, {"key": "s3cret", "pin": "12"})
        await office.desk.open(PROFILE)
        await office.desk.remove(PROFILE)
        assert (office.desk.profiles.all(), office.desk.open_accounts) == ((), ())
        office.desk.close_account(PROFILE.id)

    in_office(tmp_path, work)
    assert chain.kept == {}
    assert (tmp_path / "data" / "accounts" / "bench" / "account.sqlite").exists()


def test_an_unknown_vendor_is_named(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        odd = replace(PROFILE, vendor=VendorName("abacus"), id=AccountId("odd"))
        with pytest.raises(ProfileError, match="no vendor “abacus”"):
            await office.desk.open(odd)
        assert office.desk.open_accounts == ()

    in_office(tmp_path, work)


def test_an_account_whose_file_cannot_be_used_is_not_open(tmp_path: Path) -> None:
    (tmp_path / "data" / "accounts" / "bench" / "account.sqlite").mkdir(parents=True)

    async def work(office: Office) -> None:
        with pytest.raises(ProfileError, match="cannot be used"):
            await office.desk.open(PROFILE)
        assert office.desk.open_accounts == ()

    in_office(tmp_path, work)


def test_two_windows_that_open_an_account_at_once_share_it(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        one, two = await asyncio.gather(office.desk.open(PROFILE), office.desk.open(PROFILE))
        assert one is two
        assert len(office.desk.open_accounts) == 1

    in_office(tmp_path, work)


def test_a_second_window_is_told_and_a_command_is_not_in_its_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crmdesk.engine.storage._CLAIM_S", 0.05)

    async def work(office: Office) -> None:
        first = await office.desk.open(PROFILE)
        record = office.server.add("a", bill_city="Espoo")
        await first.staged.edit([Edit(record, CITY, "Turku")])
        other = Office(tmp_path)
        with pytest.raises(ProfileError, match="another window"):
            await other.desk.open(PROFILE)
        command = await other.desk.open(PROFILE, staging=False)
        assert command.staged.all() == ()
        assert await command.journal.batches() == ()
        other.desk.close(2)
        first.close(2)
        third = Office(tmp_path)
        assert (await third.desk.open(PROFILE)).staged.count == 1
        third.desk.close(2)

    in_office(tmp_path, work)


def test_settings_that_were_saved_are_trusted_anew(tmp_path: Path, chain: Keychain) -> None:
    async def work(office: Office) -> None:
        await office.desk.save(PROFILE, {"key": "s3cret"})
        account = await office.desk.open(PROFILE)
        await account.applier.confirm_identity()
        office.server.user = "ada"
        with pytest.raises(NotPermitted, match="save the account's settings"):
            await account.applier.confirm_identity()
        await office.desk.save(PROFILE, {})
        assert (await account.applier.confirm_identity()).user == "ada"

    in_office(tmp_path, work)


def test_pending_changes_of_another_host_stay_unsent_until_they_are_gone(tmp_path: Path, chain: Keychain) -> None:
    moved = replace(PROFILE, url="http://moved.invalid")

    async def work(office: Office) -> None:
        await office.desk.save(PROFILE, {"key": "s3cret"})
        account = await office.desk.open(PROFILE)
        await account.applier.confirm_identity()
        await account.staged.edit([Edit(office.server.add("a", bill_city="Espoo"), CITY, "Turku")])
        for turn in ("pending", "discarded"):
            office.desk.close_account(PROFILE.id)
            await office.desk.save(moved, {})
            account = await office.desk.open(moved)
            if turn == "pending":
                with pytest.raises(NotPermitted, match="were begun on"):
                    await account.applier.confirm_identity()
                await account.staged.discard_all()
            else:
                await account.applier.confirm_identity()

    in_office(tmp_path, work)


def test_closing_the_desk_lets_every_connector_go(tmp_path: Path, chain: Keychain) -> None:
    async def work(office: Office) -> None:
        await office.desk.save(PROFILE, {"key": "s3cret"})
        account = await office.desk.open(PROFILE)
        await account.session.modules()

    office = in_office(tmp_path, work)
    assert len(office.server.left) == 1


@pytest.mark.parametrize(("proxy", "given"), [("", None), ("none", ""), ("http://p:8080", "http://p:8080")])
def test_the_real_client_is_given_the_profiles_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, given: str | None
) -> None:
    from crmdesk.connectors.wire import http

    seen: list[dict[str, object]] = []

    def client(**options: object) -> FakeHttp:
        seen.append(options)
        return FakeHttp()

    monkeypatch.setattr(http, "HttpClient", client)
    desk = Desk(tmp_path, tmp_path)
    desk._make_http(replace(PROFILE, proxy=proxy, ca_file="ca.pem"))
    desk.close()
    assert seen == [{"deadline_s": 30.0, "proxy": given, "ca_file": "ca.pem", "pinned": ""}]


def test_a_key_is_masked_as_soon_as_it_is_known(tmp_path: Path) -> None:
    """Not when it is used first: what goes wrong before may quote it."""
    desk = Desk(tmp_path / "config", tmp_path / "data")
    try:
        desk.secrets.keep_for_this_run(AccountId("abc"), "key", "k3y-that-is-known")
        assert desk.clients.calls.redactor.redacted("with k3y-that-is-known") == "with •••"
    finally:
        desk.close(2)
