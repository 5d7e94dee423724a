# SPDX-License-Identifier: MIT
"""Proxies' passwords, and addresses that are not encrypted."""

from pathlib import Path
from urllib.parse import quote

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.clients import Clients
from crmdesk.engine.desk import Desk
from crmdesk.engine.logins import PROXY_PASSWORD
from crmdesk.engine.network import check_encryption, is_in_the_clear
from crmdesk.engine.profiles import Environment, Profile
from tests.conftest import RunAsync
from tests.engine.fake_vendor import FakeHttp, FakeServer, plugin_of

SECRET = "p@ss:w/ö%rd"


def profile(url: str, environment: Environment = Environment.PRODUCTION, **more: str) -> Profile:
    return Profile(
        id=AccountId("net"), name="Net", vendor=VendorName("fake"), url=url, environment=environment,
        settings={"user": "admin"}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def desk_of(folder: Path) -> tuple[Desk, list[Profile]]:
    """A desk without a network, and the profiles that clients are made of."""
    made: list[Profile] = []

    def http(given: Profile) -> FakeHttp:
        made.append(given)
        return FakeHttp()

    desk = Desk(folder / "config", folder / "data", make_http=http)
    vars(desk)["plugins"] = {VendorName("fake"): plugin_of(FakeServer())}
    return desk, made


@pytest.mark.parametrize("typed", ["2024#Summer", "2024/x", "2024?x", "#x@", "a b", "50%"])
def test_what_divides_an_address_does_not_divide_a_password(
    run_async: RunAsync[None], tmp_path: Path, typed: str
) -> None:
    """``2024`` before a # is no port."""

    async def go() -> None:
        desk, made = desk_of(tmp_path)
        given = profile("https://crm.example", proxy=f"http://anna:{typed}@proxy:3128")
        await desk.test(given, {"key": "k3y"})
        assert made[-1].proxy == f"http://anna:{quote(typed, safe='')}@proxy:3128"
        await desk.save(given, {"key": "k3y"})
        (saved,) = desk.profiles.all()
        assert saved.proxy == "http://anna@proxy:3128"
        assert desk.secrets.read(saved.id, PROXY_PASSWORD) == typed
        desk.close(2)

    run_async(go())


def test_a_proxys_password_goes_with_the_proxy_and_with_the_account(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def go() -> None:
        desk, _ = desk_of(tmp_path)
        here = "https://crm.example"

        async def saved(proxy: str) -> str | None:
            await desk.save(profile(here, proxy=proxy), {"key": "k3y"})
            return desk.secrets.read(AccountId("net"), PROXY_PASSWORD)

        assert await saved("http://anna:pw-of-a@a:3128") == "pw-of-a"
        assert await saved("http://anna@a:3128") == "pw-of-a"  # somebody looked at the account and saved it
        assert await saved("http://anna@b:3128") is None
        assert await saved("http://anna:pw-of-b@b:3128") == "pw-of-b"
        assert await saved("") is None
        await saved("http://anna:pw-of-b@b:3128")
        (last,) = desk.profiles.all()
        await desk.remove(last)
        assert desk.secrets.read(AccountId("net"), PROXY_PASSWORD) is None
        desk.close(2)

    run_async(go())


def test_a_proxys_password_is_in_the_keychain_and_in_no_file(run_async: RunAsync[None], tmp_path: Path) -> None:
    async def go() -> None:
        desk, made = desk_of(tmp_path)
        typed = f"http://anna:{quote(SECRET, safe='')}@proxy:3128"
        await desk.save(profile("https://crm.example", proxy=typed), {"key": "k3y", "pin": "1234"})
        (saved,) = desk.profiles.all()
        assert saved.proxy == "http://anna@proxy:3128"
        assert desk.secrets.read(saved.id, PROXY_PASSWORD) == SECRET
        account = await desk.open(saved)
        await account.session.modules()
        assert made[-1].proxy == typed
        for path in tmp_path.rglob("*"):
            if path.is_file():
                assert quote(SECRET, safe="").encode() not in path.read_bytes()
                assert SECRET.encode() not in path.read_bytes()
        desk.close(2)

    run_async(go())


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example",
        "HTTP://crm.example/x",
        "http://10.0.0.1",
        "http://127.evil.example",
        "http://127.0.0.1.evil.example/x",
        "http://crm.localhost",
    ],
)
def test_production_is_never_asked_in_the_clear(url: str, run_async: RunAsync[None], tmp_path: Path) -> None:
    assert is_in_the_clear(url)
    check_encryption(url, is_production=False)

    async def go() -> None:
        desk = Desk(tmp_path / "config", tmp_path / "data")
        for work in (desk.save(profile(url), {}), desk.test(profile(url), {})):
            with pytest.raises(ProfileError, match="not encrypted"):
                await work
        with pytest.raises(ProfileError, match="not encrypted"):
            Clients().make(profile(url))  # saved by an earlier version
        desk.close(2)

    run_async(go())


@pytest.mark.parametrize(
    "url", ["https://crm.example", "http://127.0.0.1:8080/x", "http://LOCALHOST", "http://127.8.9.1", "http://[::1]/"]
)
def test_encrypted_addresses_and_this_computer_are_fine(url: str) -> None:
    assert not is_in_the_clear(url)
    check_encryption(url, is_production=True)


def test_the_account_hands_its_pin_to_the_client() -> None:
    clients = Clients()
    kept = clients.make(profile("https://crm.example", pinned="ab" * 32))
    (client,) = clients._made
    assert kept is not None
    assert client._pinned == "ab" * 32
