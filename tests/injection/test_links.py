# SPDX-License-Identifier: MIT
"""Links: only http, https, mailto and tel are opened, after showing where to, and by one door."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from crmdesk.domain.schema import FieldType
from crmdesk.ui import opening
from crmdesk.ui.form.web_links import address_of
from crmdesk.ui.opening import ascii_host, link_of, opener_of, place_of
from crmdesk.ui.sheets import Sheet
from tests.conftest import RunAsync
from tests.ui.form.conftest import Bench, Open, a_field, has_sheet, sheet_button

ROOT = Path(__file__).resolve().parents[2] / "crmdesk"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed to the system."""
    told: list[str] = []

    class Desktop:
        @staticmethod
        def openUrl(url: QUrl) -> bool:
            told.append(url.toString())
            return True

    monkeypatch.setattr(opening, "QDesktopServices", Desktop)
    return told


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "javascript:alert(1)", "data:text/html,<script>x</script>", "smb://host/share", "ftp://host/x",
        "vbscript:x", "ms-msdt:/id PCWDiagnostic", "search-ms:query=x", "ms-officecmd:x", "vscode://x", "ssh://host",
        "\\\\host\\share", "//host/share", "about:blank", "qrc:/x", "http:///path", "mailto://host", "tel://host/1", "http:",
        "https://ho st/", "https://host/\u202eexe", "https://host/\nx", "", "   ", "x" * 3000, "https://" + "a" * 3000,
        "jar:http://x!/", "view-source:https://x", "HTTPS", "C:\\Windows\\calc.exe", "calc.exe",
    ],
)  # fmt: skip
def test_links_of_other_kinds_are_none(address: str) -> None:
    assert link_of(address) is None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FieldType.URL, "https://crm.example/x"),
        (FieldType.URL, "HTTP://crm.example"),
        (FieldType.EMAIL, "anna@crm.example"),
        (FieldType.PHONE, "+358 9 4242"),
    ],
)
def test_links_of_fields_are_of_the_four_kinds(kind: FieldType, text: str) -> None:
    url = link_of(address_of(kind, text))
    assert url is not None
    assert url.scheme() in opening.SCHEMES


def test_links_are_told_by_the_server_they_lead_to() -> None:
    """A name in front of @ is no server, and look-alike letters are spelt out."""
    sly = link_of("https://bank.example@evil.example/login")
    assert sly is not None
    assert ascii_host(sly) == "evil.example"
    alike = link_of("https://аpple.example")  # its first letter is Cyrillic
    assert alike is not None
    assert ascii_host(alike).startswith("xn--")
    assert place_of(alike) != place_of(QUrl("https://apple.example"))
    assert place_of(QUrl("http://apple.example")) != place_of(QUrl("https://apple.example"))
    assert place_of(QUrl("https://apple.example:8443")) != place_of(QUrl("https://apple.example"))


def _sheet_text(b: Bench) -> str:
    sheet = next(one for one in b.window.findChildren(Sheet) if one.isVisible())
    return "\n".join(one.text() for one in sheet.findChildren(QLabel))


async def _follow(b: Bench, kind: FieldType, text: str) -> None:
    b.panel._actions.follow(a_field("link", kind), text, False)


def test_links_show_where_they_lead_before_they_open(run_async: RunAsync[None], bench: Open, opened: list[str]) -> None:
    async def go() -> None:
        b = await bench()
        await _follow(b, FieldType.URL, "https://a@аpple.example/x?y=1")
        await b.until(lambda: has_sheet(b))
        assert opened == []
        assert "xn--" in _sheet_text(b)
        QTest.mouseClick(sheet_button(b, "Cancel"), Qt.MouseButton.LeftButton)
        await b.idle()
        assert opened == []
        assert b.notices == []
        await _follow(b, FieldType.URL, "https://a@аpple.example/x?y=1")
        await b.until(lambda: has_sheet(b))
        QTest.mouseClick(sheet_button(b, "Open"), Qt.MouseButton.LeftButton)
        await b.idle()
        assert len(opened) == 1
        await _follow(b, FieldType.URL, "https://аpple.example/again")  # agreed to
        await b.idle()
        assert len(opened) == 2
        await _follow(b, FieldType.URL, "https://apple.example/")  # another server
        await b.until(lambda: has_sheet(b))
        QTest.mouseClick(sheet_button(b, "Cancel"), Qt.MouseButton.LeftButton)
        await b.close()
        assert len(opened) == 2
        assert b.errors == []

    run_async(go())


@pytest.mark.parametrize(
    ("kind", "text", "address"),
    [(FieldType.EMAIL, "anna@b.example", "mailto:anna@b.example"), (FieldType.PHONE, "+358 (9) 42", "tel:+358942")],
)
def test_links_to_mails_and_calls_show_what_they_do(
    run_async: RunAsync[None], bench: Open, opened: list[str], kind: FieldType, text: str, address: str
) -> None:
    async def go() -> None:
        b = await bench()
        await _follow(b, kind, text)
        await b.until(lambda: has_sheet(b))
        assert address in _sheet_text(b)
        QTest.mouseClick(sheet_button(b, "Open"), Qt.MouseButton.LeftButton)
        await b.idle()
        assert opened == [address]
        await b.close()

    run_async(go())


def test_links_that_are_none_are_said_to_be_none(run_async: RunAsync[None], bench: Open, opened: list[str]) -> None:
    async def go() -> None:
        b = await bench()
        await _follow(b, FieldType.URL, "file:///etc/passwd")
        await b.idle()
        assert opened == []
        assert "cannot be opened" in b.notices[0]
        assert not has_sheet(b)
        await b.close()

    run_async(go())


def test_links_of_the_accounts_own_server_open_at_once(
    run_async: RunAsync[None], bench: Open, opened: list[str]
) -> None:
    async def go() -> None:
        b = await bench()
        own = b.account.profile.url
        assert await opener_of(b.panel).open(f"{own}/index.php?record=1", own=own)
        assert len(opened) == 1
        assert not await opener_of(b.panel).open("file:///x", own="file:///y")
        await b.close()

    run_async(go())


def test_links_go_through_one_door() -> None:
    """Nothing but ``ui/opening.py`` hands anything to another program."""
    forbidden = {"QDesktopServices", "webbrowser", "startfile", "QProcess", "subprocess", "popen"}
    for path in sorted(ROOT.rglob("*.py")):
        if path.relative_to(ROOT) == Path("ui/opening.py"):
            continue
        tree = ast.parse(path.read_text("utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {
            one.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names
        }
        names |= {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
        assert not names & forbidden, f"{path.name}: {names & forbidden}"
    for path in sorted((ROOT / "ui").rglob("*.py")):
        assert "setOpenExternalLinks" not in path.read_text("utf-8"), path.name
