# SPDX-License-Identifier: MIT
"""Settings: what counts, what is kept, what an administrator presets and locks, what a broken file does."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import ProfileError
from crmdesk.engine.settings import SETTINGS, Settings, Source, policy_file


def policy(folder: Path, text: object) -> Path:
    file = folder / "policy.json"
    file.write_text(text if isinstance(text, str) else json.dumps(text), "utf-8")
    return file


def test_every_default_is_a_value_of_its_setting() -> None:
    for name, setting in SETTINGS.items():
        assert setting.taken(setting.default) == setting.default, name


def test_a_choice_is_kept_and_told_once(tmp_path: Path) -> None:
    settings, told = Settings(tmp_path / "settings.json"), list[str]()
    settings.changed.connect(told.append)
    settings.choose("scheme", "dark")
    settings.choose("scheme", "dark")
    settings.choose("text_percent", 500)
    assert told == ["scheme", "text_percent"]
    again = Settings(tmp_path / "settings.json")
    assert (again.text("scheme"), again.number("text_percent")) == ("dark", 200)
    assert again.source("scheme") is Source.PERSON
    assert again.source("density") is Source.DEFAULT


def test_reset_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.choose("deadline_s", 60)
    settings.reset("deadline_s")
    assert settings.number("deadline_s") == 30
    assert json.loads((tmp_path / "settings.json").read_text())["settings"] == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("scheme", "pink"), ("deadline_s", "long"), ("deadline_s", True), ("updates", 1), ("updates_address", "http://x.invalid/"),
     ("updates_address", "file:///etc/passwd"), ("formats", "../../x")],
)  # fmt: skip
def test_what_a_setting_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError):
        Settings(None).choose(name, value)


def test_a_preset_gives_way_to_the_person_and_a_lock_does_not(tmp_path: Path) -> None:
    file = policy(
        tmp_path,
        {"settings": {"language": "de", "updates_address": "https://intra.example/crmdesk.json"}, "locked": ["updates_address"]},
    )  # fmt: skip
    settings = Settings(tmp_path / "settings.json", file)
    assert settings.text("language") == "de"
    assert settings.source("language") is Source.PRESET
    settings.choose("language", "fi")
    settings.choose("updates_address", "https://elsewhere.example/")
    assert settings.text("language") == "fi"
    assert settings.text("updates_address") == "https://intra.example/crmdesk.json"
    assert settings.is_locked("updates_address")
    settings.reset("language")
    assert settings.text("language") == "de"
    assert Settings(tmp_path / "settings.json", file).problems == ()


def test_a_lock_without_a_value_keeps_our_own(tmp_path: Path) -> None:
    own = Settings(tmp_path / "settings.json")
    own.choose("updates", True)
    locked = Settings(tmp_path / "settings.json", policy(tmp_path, {"locked": ["updates"]}))
    assert not locked.flag("updates")
    everything = Settings(None, policy(tmp_path, {"settings": {"density": "compact"}, "locked": True}))
    assert everything.is_locked("density")
    assert not everything.is_locked("scheme")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"settings": 5}', '{"settings": {"scheme": "pink"}}', '{"settings": {"pink": 1}}', '{"locked": ["pink"]}', "\0"],
)  # fmt: skip
def test_a_policy_that_makes_no_sense_is_told_and_changes_nothing(tmp_path: Path, text: str) -> None:
    settings = Settings(None, policy(tmp_path, text))
    assert len(settings.problems) == 1
    assert str(tmp_path) in settings.problems[0]
    assert settings.text("scheme") == "system"


def test_own_settings_that_make_no_sense_are_put_aside(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text("{broken")
    settings = Settings(file)
    assert "put aside" in settings.problems[0]
    assert (tmp_path / "settings.damaged.json").read_text() == "{broken"
    settings.choose("density", "compact")
    assert Settings(file).text("density") == "compact"


def test_what_a_newer_version_kept_stays_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"version": 9, "settings": {"from_the_future": [1], "scheme": "dark", "density": 7}}))
    settings = Settings(file)
    assert settings.text("density") == "normal"
    settings.choose("restore", "account")
    kept = json.loads(file.read_text())["settings"]
    assert kept["from_the_future"] == [1]
    assert kept["scheme"] == "dark"


def test_older_places_are_adopted_once(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.adopt("text_percent", 130)
    settings.adopt("scheme", "pink")
    settings.choose("scheme", "light")
    settings.adopt("scheme", "dark")
    assert (settings.number("text_percent"), settings.text("scheme")) == (130, "light")


def test_a_folder_that_cannot_be_written_is_told_and_the_value_counts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings, told = Settings(tmp_path / "file" / "settings.json"), list[str]()
    settings.changed.connect(told.append)
    with pytest.raises(ProfileError, match="could not be saved"):
        settings.choose("scheme", "dark")
    assert settings.text("scheme") == "dark"
    assert told == ["scheme"]


@given(st.text(max_size=300))
def test_any_file_can_be_opened(text: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "settings.json")
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        settings = Settings(file, file if not file.exists() else None)
        assert all(settings.value(name) == setting.default for name, setting in SETTINGS.items())


def test_the_administrators_place_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setenv("PROGRAMDATA", "D:/Shared")
    assert policy_file() == Path("D:/Shared/crmdesk/settings.json")
    monkeypatch.setattr("sys.platform", "darwin")
    assert policy_file().as_posix() == "/Library/Application Support/crmdesk/settings.json"
    monkeypatch.setattr("sys.platform", "linux")
    assert policy_file().as_posix() == "/etc/crmdesk/settings.json"
