# SPDX-License-Identifier: MIT
"""The report: what is shown is what is written, no secret in it, record data only where it is marked."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.connectors.wire.redaction import Redactor
from crmdesk.domain.errors import ProfileError
from crmdesk.engine.call_log import Call
from crmdesk.engine.settings import Settings
from crmdesk.engine.support import WITH_RECORDS, Part, parts_of, write
from tests.ui.house import a_profile


def a_call() -> Call:
    return Call(
        at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC), account="Bench", method="POST", address="https://crm.example/api",
        write=True, status=200, ms=12.0, size=33, error="", asked="city=Espoo&key=s3cretKey", answered='{"name": "Virtanen"}',
    )  # fmt: skip


def held(tmp_path: Path, trouble: str = "") -> dict[str, Part]:
    redactor = Redactor()
    redactor.add("s3cretKey")
    (tmp_path / "crmdesk.log").write_text("a line with s3cretKey\n")
    (tmp_path / "commands.log").write_text("a command with s3cretKey\n")
    parts = parts_of(
        settings=Settings(None), profiles=[a_profile()], calls=[a_call()], log_folder=tmp_path, trouble=trouble,
        redactor=redactor,
    )  # fmt: skip
    return {part.name: part for part in parts}


def test_records_stand_in_the_marked_file_alone(tmp_path: Path) -> None:
    parts = held(tmp_path, "Traceback …")
    assert [name for name, part in parts.items() if part.holds_records] == [WITH_RECORDS]
    assert next(iter(parts)) == "trouble.txt"
    for name, part in parts.items():
        assert ("Virtanen" in part.text) == ("Espoo" in part.text) == (name == WITH_RECORDS)
        assert "s3cretKey" not in part.text
    assert parts["commands.txt"].text == "a command with •••\n"
    assert "crmdesk: " in parts["versions.txt"].text
    assert "deadline_s = 30  (default)" in parts["settings.txt"].text
    assert "fake  http://fake.invalid  sandbox" in parts["accounts.txt"].text
    assert "admin" not in parts["accounts.txt"].text


def test_records_of_a_locked_account_go_with_no_report(tmp_path: Path) -> None:
    parts = parts_of(
        settings=Settings(None), profiles=[a_profile()], calls=[a_call()], log_folder=tmp_path, trouble="",
        redactor=Redactor(), locked=["Bench"],
    )  # fmt: skip
    assert WITH_RECORDS not in [part.name for part in parts]
    assert "Bench" in next(part.text for part in parts if part.name == "calls.txt"), "that it was asked may be known"


def test_what_is_empty_is_no_file(tmp_path: Path) -> None:
    parts = parts_of(
        settings=Settings(None), profiles=[], calls=[], log_folder=tmp_path, trouble="", redactor=Redactor()
    )
    assert [part.name for part in parts] == ["versions.txt", "settings.txt"]


def test_the_zip_holds_exactly_what_was_shown(tmp_path: Path) -> None:
    parts = list(held(tmp_path).values())
    write(tmp_path / "report.zip", parts)
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {p.name: p.text for p in parts}
    assert not (tmp_path / "report.zip.new").exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="could not be written"):
        write(tmp_path / "no" / "report.zip", [Part("a", "b")])
