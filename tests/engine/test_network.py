# SPDX-License-Identifier: MIT
"""Proxies' passwords, and addresses that are not encrypted."""

from pathlib import Path

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.clients import Clients
from crmdesk.engine.desk import Desk
from crmdesk.engine.network import PROXY_PASSWORD, check_encryption, is_in_the_clear, split_login, with_login
from crmdesk.engine.profiles import Environment, Profile
from tests.conftest import RunAsync
from tests.engine.fake_vendor import FakeHttp, FakeServer, plugin_of

SECRET = "p@ss:w/ö%rd"


@pytest.mark.parametrize(
    ("proxy", "kept", "password"),
    [
        ("http://anna:p%40ss@proxy:3128", "http://anna@proxy:3128", "p@ss"),
        ("anna:secret@proxy:3128", "anna@proxy:3128", "secret"),
        ("http://proxy:3128", "http://proxy:3128", ""),
        ("http://anna@proxy", "http://anna@proxy", ""),
        ("none", "none", ""),
        ("", "", ""),
    ],
)
def test_a_proxys_password_is_taken_out_and_put_back(proxy: str, kept: str, password: str) -> None:
    assert split_login(proxy) == (kept, password)
    assert with_login(kept, password) == proxy


def profile(url: str, environment: Environment = Environment.PRODUCTION, **more: str) -> Profile:
    return Profile(
        id=AccountId("net"), name="Net", vendor=VendorName("fake"), url=url, environment=environment,
        settings={"user": "admin"}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_proxys_password_is_in_the_keychain_and_in_no_file(run_async: RunAsync[None], tmp_path: Path) -> None:
    from urllib.parse import quote

    made: list[Profile] = []

    def http(given: Profile) -> FakeHttp:
        made.append(given)
        return FakeHttp()

    async def go() -> None:
        desk = Desk(tmp_path / "config", tmp_path / "data", make_http=http)
        vars(desk)["plugins"] = {VendorName("fake"): plugin_of(FakeServer())}
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


@pytest.mark.parametrize("url", ["http://crm.example", "HTTP://crm.example/x", "http://10.0.0.1"])
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


@pytest.mark.parametrize("url", ["https://crm.example", "http://127.0.0.1:8080/x", "http://localhost", "http://[::1]/"])
def test_encrypted_addresses_and_this_computer_are_fine(url: str) -> None:
    assert not is_in_the_clear(url)
    check_encryption(url, is_production=True)


def test_the_account_hands_its_pin_to_the_client() -> None:
    clients = Clients()
    kept = clients.make(profile("https://crm.example", pinned="ab" * 32))
    (client,) = clients._made
    assert kept is not None
    assert client._pinned == "ab" * 32
