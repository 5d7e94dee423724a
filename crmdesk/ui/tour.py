# SPDX-License-Identifier: MIT
"""The tour: opens every main screen on the demo, light and dark, and writes a picture of each.

It clicks through the real window over the real demo server; a screen that cannot be reached ends the tour.
"""

import asyncio
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from crmdesk.domain.usual import usual_kind
from crmdesk.engine.calls import parts_of
from crmdesk.ui import tour_world
from crmdesk.ui.accounts.profile_dialog import ProfileDialog
from crmdesk.ui.calls.open_call import open_call
from crmdesk.ui.changes import journal_tour
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.copies import copies_tour
from crmdesk.ui.fixes import file_tour, fix_tour
from crmdesk.ui.fixes.export_sheet import ExportSheet
from crmdesk.ui.fixes.import_sheet import ImportSheet
from crmdesk.ui.fixes.open_fixes import export_rows, import_file
from crmdesk.ui.guide.open_guide import open_guide
from crmdesk.ui.home.open_home import open_home
from crmdesk.ui.metrics import BASE_TEXT, Scheme
from crmdesk.ui.palette import GoToAnything
from crmdesk.ui.query.open_query import open_query
from crmdesk.ui.sales import sales_tour
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.settings import settings_tour
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.theme import theme
from crmdesk.ui.tour_hands import TourFailed, TourHands, press
from crmdesk.ui.translation import tr
from crmdesk.ui.workspace import Workspace

_SIZE = (1440, 900)


class Tour(TourHands):
    """Drives one window. Made by the app for ``--screenshots``."""

    async def run(self) -> None:
        """Write every picture, then close the window."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if "Inter" in QFontDatabase.families():
            font = QFont("Inter")
            font.setPixelSize(BASE_TEXT)
            theme().use_system_font(font)
        self.window.preferences.choose("mirror_updates", False)  # nothing moves by itself in a picture
        self.window.resize(*_SIZE)
        self.window.show()
        try:
            for scheme, suffix in ((Scheme.LIGHT, ""), (Scheme.DARK, "-dark")):
                theme().choose(scheme)
                self.suffix = suffix
                await self.screens()
                await self.other_accounts()
        finally:
            self.window.close()

    async def screens(self) -> None:
        """Every screen of the first account."""
        self.window.show_welcome()
        await self.take("0-welcome")
        space = await self.window.accounts.open_demo()
        if space is None:
            raise TourFailed("the demo has no account")
        page = await self._first_table(space)
        await self._browse(space, page)
        await self._record(space)
        await self._filter(page)
        await self._sheets(space)
        await self._files(space)
        await self._own_words(space)
        await self._lines(space)
        await sales_tour.show_papers(self, space)
        await fix_tour.show(self, space)
        await journal_tour.show(self, space)
        await self._copies(space)
        await self._home(space)
        await self._guide()
        await self._of_itself(space)

    async def _of_itself(self, space: Workspace) -> None:
        """Settings, keys, licences, saved views, a report, and what an error of ours looks like."""
        await space.saved.save("Customers to call")
        self.window.messages.clear()
        for name, sheet in settings_tour.sheets(self.window, space):
            sheet.open_in(self.window)
            await self.take(name)
            await self.shut(sheet)

    async def other_accounts(self) -> None:
        """Table, record and relations of every other account of the demo."""
        first, *others = [profile for profile in self.window.accounts.known if profile.scratch]
        for profile in others:
            space = await self.window.open_account(profile)
            await self.until(partial(_has_rows, space), profile.name)
            await self.take(f"9-{profile.vendor}-table")
            space.panel.tabs.choose("related")
            await self.take(f"9-{profile.vendor}-related")
            space.panel.tabs.choose("details")
            await self._lines(space)
        if others:
            await self.window.open_account(first)

    async def _lines(self, space: Workspace) -> None:
        """The lines of a sales document being edited, where the account has such documents."""
        record = await sales_tour.find_document(space)
        if record is None:
            return

        async def ready(page: SalesTab) -> None:
            await self.until(lambda: page.document is not None and not page.busy, "the lines")

        page = await sales_tour.show_lines(space, record, ready)
        if page is not None:
            await ready(page)
            await self.take(f"12-sales-{space.account.profile.vendor}")
            await sales_tour.leave_lines(space, record)

    async def _first_table(self, space: Workspace) -> TableTab:
        await self.until(lambda: space.current is not None and space.current.rows.read > 0, "the first table")
        page = space.tables[0]
        for module in space.modules:
            if module.is_sales_document and len(space.tables) < 2 and module.name in self._favourites():
                space.open_module(module)
        space.tabs.choose(space.tabs.name_at(0))
        return page

    def _favourites(self) -> list[str]:
        model = self.window.side.tree.modules
        group = model.index(0, 0)
        return [
            str(m.name) for row in range(model.rowCount(group)) if (m := model.module_at(model.index(row, 0, group)))
        ]

    # ---- screens -------------------------------------------------------------------------------------------------

    async def _browse(self, space: Workspace, page: TableTab) -> None:
        """The table with three filters, staged edits, and the record beside it."""
        assert page.bar is not None
        schema = await space.account.session.schema(page.module.name)
        if not space.account.staged.all():
            await tour_world.stage_edits(space.account.staged, page, schema)
        page.bar.show_filter(tour_world.filters(schema, page.rows.at(1)))
        page.show_query()
        await self.until(lambda: page.rows.read > 3 and page.rows.whole is not None, "the filtered table")
        page.choose_record(space.account.staged.all()[0].id)
        await self.take("1-browse")

    async def _record(self, space: Workspace) -> None:
        """Each side of the record."""
        for name in ("related", "documents", "history", "raw"):
            if space.panel.tabs.index_of(name) >= 0:
                space.panel.tabs.choose(name)
                await self.take(f"2-record-{name}")
        space.panel.tabs.choose("details")

    async def _filter(self, page: TableTab) -> None:
        """A condition being changed, then the same filter as text."""
        assert page.bar is not None
        chip = page.bar.chips()[0]
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, chip.height() // 2))
        await self.take("3-filter")
        page.bar.close_row()
        page.toggle_text()
        await self.take("3-filter-text")
        page.toggle_text()

    async def _sheets(self, space: Workspace) -> None:
        """Review with a conflict, the account dialog with a test that worked, go to anything, columns."""
        await tour_world.clash(space.account)
        space.review()
        review = self.sheet(ReviewDialog)
        await self.until(lambda: bool(review.review.checked), "the review")
        await self.take("4-review")
        await self.shut(review)
        self.window.accounts.edit(None)
        dialog = self.sheet(ProfileDialog)
        await self.settle()
        self._type_account(dialog, space)
        press(dialog, tr("Test connection"))
        await self.until(lambda: dialog.note_text.startswith("✓"), "the test's result")
        await self.take("5-account")
        await self.shut(dialog)
        self.window.go_to_anything()
        palette = self.sheet(GoToAnything)
        QTest.keyClicks(palette.line, "aija")
        await asyncio.sleep(0.5)
        await self.take("8-go-to-anything")
        await self.shut(palette)
        page = space.current
        if page is not None:
            page.choose_columns()
            await self.take("7-columns")
            await self.shut(self.sheet(Sheet))

    async def _files(self, space: Workspace) -> None:
        """A file being brought in, and one being taken out."""
        page = space.current
        schema = space.account.session.known_schema(page.module.name) if page is not None else None
        if schema is None:
            return
        path = self.folder / "fair-2026.csv"
        file_tour.write_fair(path, schema)
        try:
            import_file(space)
            sheet = self.sheet(ImportSheet)
            await file_tour.show_columns(sheet, path, self.until)
            await self.take("14-import")
            await file_tour.show_rows(sheet, self.until)
            await self.take("14-import-rows")
            await self.shut(sheet)
        finally:
            path.unlink()
        export_rows(space)
        await self.take("15-export")
        await self.shut(self.sheet(ExportSheet))

    async def _own_words(self, space: Workspace) -> None:
        """A query in the vendor's own language, and one of its operations."""
        page = open_query(space)
        if page is not None:
            await self.until(lambda: bool(page.start_page.examples), "the examples")
            page.start_page.chosen.emit(page.start_page.examples[-1])
            await self.until(lambda: page.result is not None, "the query's rows")
            await self.take("10-query")
            space.close_tab()
        calls = open_call(space)
        if calls is not None:
            await self.until(lambda: bool(calls.list.names), "the operations")
            plain = (o for o in await space.calls.operations() if not o.is_write and not parts_of(o))
            calls.list.choose(min(one.name for one in plain))  # asks nothing of whom it is shown to
            calls.call()
            await self.until(calls.result.isVisible, "the operation's answer")
            await self.take("11-call")
            space.close_tab()

    def _type_account(self, dialog: ProfileDialog, space: Workspace) -> None:
        """What somebody types who adds this account; the key is never shown."""
        profile = space.account.profile
        typed = {"name": profile.name, "address": profile.url}
        for field in space.account.session.plugin.profile_fields:
            held = profile.settings.get(field.name, "")
            secret = self.window.desk.secrets.read(profile.id, field.name) if field.secret else ""
            typed[f"field:{field.name}"] = held or secret or ""
        for key, text in typed.items():
            line = dialog.form.line_of(key)
            line.setFocus()
            if isinstance(line, QLineEdit):
                line.clear()
            QTest.keyClicks(line, text)

    async def _copies(self, space: Workspace) -> None:
        """What is copied to this computer, and the search over it."""
        copies_tour.begin(space)
        await self.until(lambda: copies_tour.is_done(space), "the copies")
        await self.take("25-copied-table")
        sheet = copies_tour.sheet(self.window, space)
        await self.take("25-copies")
        await self.shut(sheet)
        page = copies_tour.search(space, "hel")
        if page is not None:
            await self.until(lambda: page.rows.rowCount() > 2, "what was found")
            await self.take("26-search")
            space.close_tab()

    async def _home(self, space: Workspace) -> None:
        """The account at a glance, drawn from its copy."""
        await space.account.mirror.update(space.account.session, [m.name for m in space.modules if usual_kind(m)])
        page = open_home(space)
        await self.until(lambda: bool(page.homes) and bool(page.homes[0].charts), "the home page")
        await self.take("18-home")
        space.close_tab()

    async def _guide(self) -> None:
        """The user guide in its own window."""
        guide = open_guide(self.window, "review")
        await self.take("19-guide", guide)
        guide.close()


def _has_rows(space: Workspace) -> bool:
    return space.current is not None and space.current.rows.read > 0
