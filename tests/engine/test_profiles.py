# SPDX-License-Identifier: MIT
"""Account profiles: whole files, no secrets, sentences about what is wrong."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import AccountId
from crmdesk.engine.profiles import Environment, Profile, Profiles, checked, new_account_id, unsaved_account_id
from tests.engine.bench import profile_of

ONE = replace(profile_of(), id=AccountId("one"), name="Älpha 漢", settings={"user": "ada", "zone": "UTC"}, proxy="none")
TWO = replace(profile_of(Environment.READ_ONLY), id=AccountId("two"), name="Two", colour="red", ca_file="ca.pem")


def test_there_and_back_in_order(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path / "deep" / "settings")
    assert profiles.all() == ()
    profiles.save(ONE)
    profiles.save(TWO)
    renamed = replace(ONE, name="Renamed", environment=Environment.PRODUCTION)
    profiles.save(renamed)
    assert Profiles(tmp_path / "deep" / "settings").all() == (renamed, TWO)
    profiles.remove(ONE.id)
    profiles.remove(ONE.id)
    assert profiles.all() == (TWO,)
    assert not TWO.may_write
    assert renamed.may_write


def test_temporary_accounts_leave_no_trace(tmp_path: Path) -> None:
    Profiles(tmp_path).save(replace(ONE, temporary=True))
    assert list(tmp_path.iterdir()) == []


def test_found_by_name_or_id(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    with pytest.raises(ProfileError, match="none yet"):
        profiles.find("x")
    for profile in (ONE, TWO, replace(TWO, id=AccountId("three"))):
        profiles.save(profile)
    assert profiles.find("Älpha 漢") == profiles.find("one") == ONE
    with pytest.raises(ProfileError, match="Several accounts"):
        profiles.find("Two")
    with pytest.raises(ProfileError, match=r"No account has the name “x”.*Älpha"):
        profiles.find("x")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"accounts": 1}', '{"accounts": [{}]}', '{"accounts": ["x"]}', '{"version": 1}']
)
def test_a_damaged_file_is_a_sentence_and_is_not_overwritten(tmp_path: Path, content: str) -> None:
    file = tmp_path / "accounts.json"
    file.write_text(content)
    profiles = Profiles(tmp_path)
    with pytest.raises(ProfileError, match=r"accounts\.json"):
        profiles.all()
    with pytest.raises(ProfileError):
        profiles.save(ONE)
    assert file.read_text() == content


def test_bytes_that_are_no_text_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileError):
        Profiles(tmp_path).all()


def test_what_a_newer_version_added_is_overlooked(tmp_path: Path) -> None:
    profiles = Profiles(tmp_path)
    profiles.save(ONE)
    file = tmp_path / "accounts.json"
    data = json.loads(file.read_text("utf-8"))
    data["accounts"][0]["invented_later"] = True
    file.write_text(json.dumps(data))
    assert profiles.all() == (ONE,)


def test_a_write_that_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = Profiles(tmp_path)
    profiles.save(ONE)

    def full(_: int) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(ProfileError, match="could not be saved"):
            profiles.save(TWO)
    assert profiles.all() == (ONE,)
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.json"]


def test_only_the_person_may_read_the_file(tmp_path: Path) -> None:
    Profiles(tmp_path).save(ONE)
    if os.name == "posix":
        assert (tmp_path / "accounts.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "  "}, "name"),
        ({"url": ""}, "address"),
        ({"url": "http://me:pw@crm.example.com"}, "password out of the address"),
        ({"url": " HTTPS://me:pw@crm.example.com/x "}, "password out of the address"),
    ],
)
def test_settings_that_cannot_work(change: dict[str, str], says: str) -> None:
    with pytest.raises(ProfileError, match=says) as caught:
        checked(replace(ONE, **change))  # type: ignore[arg-type]
    assert "pw@" not in caught.value.user_text


def test_blanks_are_trimmed() -> None:
    good = checked(replace(ONE, name=" A ", url=" http://x ", settings={"user": " ada "}))
    assert (good.name, good.url, good.settings) == ("A", "http://x", {"user": "ada"})


def test_ids() -> None:
    assert new_account_id() != new_account_id()
    one = unsaved_account_id("crm", "http://x", "ada")
    assert one == unsaved_account_id("crm", "http://x", "ada")
    others = {
        unsaved_account_id(*p)
        for p in (("crm", "http://x", "bob"), ("crm", "http://y", "ada"), ("xcrm", "http://x", "ada"))
    }
    assert one not in others
    assert len(others) == 3
    assert one.replace("-", "").isalnum()


def test_a_profile_has_no_place_for_a_secret() -> None:
    assert not {"secret", "secrets", "password"} & set(Profile.__dataclass_fields__)
