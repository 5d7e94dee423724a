# SPDX-License-Identifier: MIT
"""The small window for portal logins: says who it is or why not, remembers the portal, never the password."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from crmdesk.domain.errors import BadCredentials
from crmdesk.domain.names import VendorName
from crmdesk.ui.accounts.portal_sheet import PortalSheet
from tests.engine.fake_roles import RoleServer, plugin_with_roles
from tests.journeys.conftest import Play
from tests.ui.house import house, press
from tests.ui.waiting import host, until


@contextlib.asynccontextmanager
async def a_sheet(folder: Path, server: RoleServer) -> AsyncIterator[PortalSheet]:
    async with house(folder, server=server) as h:
        vars(h.desk)["plugins"] = {VendorName("fake"): plugin_with_roles(server)}
        with host() as window:
            sheet = PortalSheet(await h.account(), h.errors.append)
            sheet.open_in(window)
            await until(lambda: not sheet._scope.busy)
            yield sheet
            sheet.reject()
    assert h.errors == []


def test_who_it_is_and_the_portal_is_remembered(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer(portal={"Name": "Aino Korhonen", "Company": "Äijälä Oy", "Fax": ""})
        async with a_sheet(tmp_path, server) as sheet:
            assert sheet.password.echoMode() == QLineEdit.EchoMode.Password
            for line, text in ((sheet.email, "aino@example.fi"), (sheet.password, "hush"), (sheet.portal, "3")):
                QTest.keyClicks(line, text)
            QTest.keyClick(sheet.portal, Qt.Key.Key_Return)
            await until(lambda: "right" in sheet.note.text_label.text())
            told = sheet.note.text_label.text()
            assert told == "The login is right.\nName: Aino Korhonen\nCompany: Äijälä Oy"
            assert server.calls == [("portal", {"email": "aino@example.fi", "password": "hush", "portal": "3"})]
        async with a_sheet(tmp_path, server) as sheet:
            assert sheet.portal.text() == "3"
            assert sheet.password.text() == ""
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
        assert b"hush" not in kept

    play(scene())


def test_why_not(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        server = RoleServer()
        server.fail("check_portal_login", BadCredentials("Unknown e-mail."))
        async with a_sheet(tmp_path, server) as sheet:
            press(sheet, "Check")
            assert "Fill in" in sheet.note.text_label.text()
            assert server.did("check_portal_login") == 0
            for line in (sheet.email, sheet.password, sheet.portal):
                line.setText("x")
            press(sheet, "Check")
            await until(lambda: "does not let" in sheet.note.text_label.text())
            assert "Unknown e-mail." in sheet.note.text_label.text()
            assert sheet.check_button.isEnabled()

    play(scene())
