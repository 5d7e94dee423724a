# SPDX-License-Identifier: MIT
"""The tour: opens every main screen on the demo, light and dark, and writes a picture of each.

It clicks through the real window over the real demo server; a screen that cannot be reached ends the tour.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from crmdesk.domain.changes import Update
from crmdesk.domain.query import And, Compare, Filter, Not, Op
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.usual import usual_kind
from crmdesk.domain.values import Value
from crmdesk.engine.calls import parts_of
from crmdesk.engine.staging import Edit
from crmdesk.ui.accounts.profile_dialog import ProfileDialog
from crmdesk.ui.calls.open_call import open_call
from crmdesk.ui.changes.review_dialog import ReviewDialog
from crmdesk.ui.copies import copies_tour
from crmdesk.ui.fixes import file_tour
from crmdesk.ui.fixes.export_sheet import ExportSheet
from crmdesk.ui.fixes.import_sheet import ImportSheet
from crmdesk.ui.fixes.open_fixes import export_rows, import_file
from crmdesk.ui.form.lines import DATA
from crmdesk.ui.guide.open_guide import open_guide
from crmdesk.ui.home.open_home import open_home
from crmdesk.ui.main_window import MainWindow
from crmdesk.ui.metrics import BASE_TEXT, Scheme
from crmdesk.ui.palette import GoToAnything
from crmdesk.ui.query.open_query import open_query
from crmdesk.ui.sales import document_actions, sales_tour
from crmdesk.ui.sales.compare_sheet import CompareSheet
from crmdesk.ui.sales.print_sheet import PrintSheet
from crmdesk.ui.sales.sales_tab import SalesTab
from crmdesk.ui.settings import settings_tour
from crmdesk.ui.sheets import Backdrop, Sheet
from crmdesk.ui.table.table_tab import TableTab
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import tr
from crmdesk.ui.workspace import Workspace

SheetKind = TypeVar("SheetKind", bound=Sheet)
_SIZE = (1440, 900)
_PATIENCE_S = 20.0


class TourFailed(Exception):
    """A screen did not come."""


class Tour:
    """Drives one window. Made by the app for ``--screenshots``."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window, self._folder = window, folder
        self._suffix = ""
        self.written: list[Path] = []

    async def run(self) -> None:
        """Write every picture, then close the window."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if "Inter" in QFontDatabase.families():
            font = QFont("Inter")
            font.setPixelSize(BASE_TEXT)
            theme().use_system_font(font)
        self._window.preferences.choose("mirror_updates", False)  # nothing moves by itself in a picture
        self._window.resize(*_SIZE)
        self._window.show()
        try:
            for scheme, suffix in ((Scheme.LIGHT, ""), (Scheme.DARK, "-dark")):
                theme().choose(scheme)
                self._suffix = suffix
                await self._screens()
                await self._other_accounts()
        finally:
            self._window.close()

    async def _screens(self) -> None:
        self._window.show_welcome()
        await self._take("0-welcome")
        space = await self._window.accounts.open_demo()
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
        await self._papers(space)
        await self._copies(space)
        await self._home(space)
        await self._guide()
        await self._of_itself(space)

    async def _of_itself(self, space: Workspace) -> None:
        """Settings, keys, licences, saved views, a report, and what an error of ours looks like."""
        await space.saved.save("Customers to call")
        self._window.messages.clear()
        for name, sheet in settings_tour.sheets(self._window, space):
            sheet.open_in(self._window)
            await self._take(name)
            await self._shut(sheet)

    async def _other_accounts(self) -> None:
        """Table, record and relations of every other account of the demo."""
        first, *others = [profile for profile in self._window.accounts.known if profile.scratch]
        for profile in others:
            space = await self._window.open_account(profile)
            await self._until(partial(_has_rows, space), profile.name)
            await self._take(f"9-{profile.vendor}-table")
            space.panel.tabs.choose("related")
            await self._take(f"9-{profile.vendor}-related")
            space.panel.tabs.choose("details")
            await self._lines(space)
        if others:
            await self._window.open_account(first)

    async def _lines(self, space: Workspace) -> None:
        """The lines of a sales document being edited, where the account has such documents."""
        record = await sales_tour.find_document(space)
        if record is None:
            return

        async def ready(page: SalesTab) -> None:
            await self._until(lambda: page.document is not None and not page.busy, "the lines")

        page = await sales_tour.show_lines(space, record, ready)
        if page is not None:
            await ready(page)
            await self._take(f"12-sales-{space.account.profile.vendor}")
            await sales_tour.leave_lines(space, record)

    async def _papers(self, space: Workspace) -> None:
        """A sales document beside another one, and as it would be printed."""
        record = await sales_tour.find_document(space)
        if record is None:
            return
        document_actions.compare(space, record)
        compared = await self._opened(CompareSheet)
        await self._until(lambda: compared.candidates.rowCount() > 0, "documents to compare with")
        compared.choose(compared.candidates.item(0).data(DATA))
        await self._until(lambda: compared.comparison is not None, "the comparison")
        await self._take("16-compare")
        await self._shut(compared)
        document_actions.print_document(space, record)
        printed = await self._opened(PrintSheet)
        await self._take("17-print")
        await self._shut(printed)

    async def _first_table(self, space: Workspace) -> TableTab:
        await self._until(lambda: space.current is not None and space.current.rows.read > 0, "the first table")
        page = space.tables[0]
        for module in space.modules:
            if module.is_sales_document and len(space.tables) < 2 and module.name in self._favourites():
                space.open_module(module)
        space.tabs.choose(space.tabs.name_at(0))
        return page

    def _favourites(self) -> list[str]:
        model = self._window.side.tree.modules
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
            await self._stage(space, page, schema)
        page.bar.show_filter(_filters(schema, page.rows.at(1)))
        page.show_query()
        await self._until(lambda: page.rows.read > 3 and page.rows.whole is not None, "the filtered table")
        page.choose_record(space.account.staged.all()[0].id)
        await self._take("1-browse")

    async def _stage(self, space: Workspace, page: TableTab, schema: Schema) -> None:
        """Two edits in the second row, one in the fifth, as somebody mending addresses makes them."""
        second, fifth = page.rows.at(1), page.rows.at(4)
        city, amount, kind = _field(schema, "city"), _of_type(schema, FieldType.MONEY), _field(schema, "type")
        edits: list[Edit] = []
        for record, field, value in (
            (second, city, "Espoo"),
            (second, amount, Decimal(1_400_000)),
            (fifth, kind, _other_choice(kind, fifth)),
        ):
            if record is not None and field is not None:
                edits.append(_edit(record, field, value, schema))
        for edit in edits:
            await space.account.staged.edit([edit])

    async def _record(self, space: Workspace) -> None:
        """Each side of the record."""
        for name in ("related", "documents", "history", "raw"):
            if space.panel.tabs.index_of(name) >= 0:
                space.panel.tabs.choose(name)
                await self._take(f"2-record-{name}")
        space.panel.tabs.choose("details")

    async def _filter(self, page: TableTab) -> None:
        """A condition being changed, then the same filter as text."""
        assert page.bar is not None
        chip = page.bar.chips()[0]
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, chip.height() // 2))
        await self._take("3-filter")
        page.bar.close_row()
        page.toggle_text()
        await self._take("3-filter-text")
        page.toggle_text()

    async def _sheets(self, space: Workspace) -> None:
        """Review with a conflict, the account dialog with a test that worked, go to anything, columns."""
        await self._clash(space)
        space.review()
        review = self._sheet(ReviewDialog)
        await self._until(lambda: bool(review.review.checked), "the review")
        await self._take("4-review")
        await self._shut(review)
        self._window.accounts.edit(None)
        dialog = self._sheet(ProfileDialog)
        await self._settle()
        self._type_account(dialog, space)
        _press(dialog, tr("Test connection"))
        await self._until(lambda: dialog.note_text.startswith("✓"), "the test's result")
        await self._take("5-account")
        await self._shut(dialog)
        self._window.go_to_anything()
        palette = self._sheet(GoToAnything)
        QTest.keyClicks(palette.line, "aija")
        await asyncio.sleep(0.5)
        await self._take("8-go-to-anything")
        await self._shut(palette)
        page = space.current
        if page is not None:
            page.choose_columns()
            await self._take("7-columns")
            await self._shut(self._sheet(Sheet))

    async def _files(self, space: Workspace) -> None:
        """A file being brought in, and one being taken out."""
        page = space.current
        schema = space.account.session.known_schema(page.module.name) if page is not None else None
        if schema is None:
            return
        path = self._folder / "fair-2026.csv"
        file_tour.write_fair(path, schema)
        try:
            import_file(space)
            sheet = self._sheet(ImportSheet)
            await file_tour.show_columns(sheet, path, self._until)
            await self._take("14-import")
            await file_tour.show_rows(sheet, self._until)
            await self._take("14-import-rows")
            await self._shut(sheet)
        finally:
            path.unlink()
        export_rows(space)
        await self._take("15-export")
        await self._shut(self._sheet(ExportSheet))

    async def _own_words(self, space: Workspace) -> None:
        """A query in the vendor's own language, and one of its operations."""
        page = open_query(space)
        if page is not None:
            await self._until(lambda: bool(page.start_page.examples), "the examples")
            page.start_page.chosen.emit(page.start_page.examples[-1])
            await self._until(lambda: page.result is not None, "the query's rows")
            await self._take("10-query")
            space.close_tab()
        calls = open_call(space)
        if calls is not None:
            await self._until(lambda: bool(calls.list.names), "the operations")
            plain = (o for o in await space.calls.operations() if not o.is_write and not parts_of(o))
            calls.list.choose(min(one.name for one in plain))  # asks nothing of whom it is shown to
            calls.call()
            await self._until(calls.result.isVisible, "the operation's answer")
            await self._take("11-call")
            space.close_tab()

    def _type_account(self, dialog: ProfileDialog, space: Workspace) -> None:
        """What somebody types who adds this account; the key is never shown."""
        profile = space.account.profile
        typed = {"name": profile.name, "address": profile.url}
        for field in space.account.session.plugin.profile_fields:
            held = profile.settings.get(field.name, "")
            secret = self._window.desk.secrets.read(profile.id, field.name) if field.secret else ""
            typed[f"field:{field.name}"] = held or secret or ""
        for key, text in typed.items():
            line = dialog.form.line_of(key)
            line.setFocus()
            if isinstance(line, QLineEdit):
                line.clear()
            QTest.keyClicks(line, text)

    async def _clash(self, space: Workspace) -> None:
        """Somebody else changes a staged field meanwhile, so that the review has something to decide."""
        staged = next((s for s in space.account.staged.all() if len(s.values) > 1), None)
        if staged is None:
            return
        name = next(iter(staged.values))
        now = await space.account.session.fetch(staged.id)
        if now.values.get(name) == staged.base.values.get(name):
            await space.account.session.update(Update(now, {name: "Vantaa"}))

    # ---- means ---------------------------------------------------------------------------------------------------

    def _sheet(self, kind: type[SheetKind]) -> SheetKind:
        for backdrop in reversed(self._window.findChildren(Backdrop)):
            for child in backdrop.findChildren(kind):
                if child.isVisible():
                    return child
        raise TourFailed(f"no {kind.__name__} is open")

    async def _opened(self, kind: type[SheetKind]) -> SheetKind:
        """A sheet that comes when something has been read."""
        await self._until(lambda: any(one.isVisible() for one in self._window.findChildren(kind)), kind.__name__)
        return self._sheet(kind)

    async def _shut(self, sheet: Sheet) -> None:
        sheet.reject()
        await asyncio.sleep(0.05)

    async def _until(self, ready: Callable[[], bool], what: str) -> None:
        end = asyncio.get_running_loop().time() + _PATIENCE_S
        while not ready():
            if asyncio.get_running_loop().time() > end:
                raise TourFailed(f"{what} did not come: {self._window.messages.shown_text}")
            await asyncio.sleep(0.02)

    async def _settle(self) -> None:
        """Until nothing is asked of the server any more and everything is painted."""
        quiet, end = 0, asyncio.get_running_loop().time() + _PATIENCE_S
        while quiet < 6 and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.03)
            space = self._window.workspace
            quiet = quiet + 1 if space is None or not space.account.session.busy else 0

    async def _copies(self, space: Workspace) -> None:
        """What is copied to this computer, and the search over it."""
        copies_tour.begin(space)
        await self._until(lambda: copies_tour.is_done(space), "the copies")
        await self._take("25-copied-table")
        sheet = copies_tour.sheet(self._window, space)
        await self._take("25-copies")
        await self._shut(sheet)
        page = copies_tour.search(space, "hel")
        if page is not None:
            await self._until(lambda: page.rows.rowCount() > 2, "what was found")
            await self._take("26-search")
            space.close_tab()

    async def _home(self, space: Workspace) -> None:
        """The account at a glance, drawn from its copy."""
        await space.account.mirror.update(space.account.session, [m.name for m in space.modules if usual_kind(m)])
        page = open_home(space)
        await self._until(lambda: bool(page.homes) and bool(page.homes[0].charts), "the home page")
        await self._take("18-home")
        space.close_tab()

    async def _guide(self) -> None:
        """The user guide in its own window."""
        guide = open_guide(self._window, "review")
        await self._take("19-guide", guide)
        guide.close()

    async def _take(self, name: str, window: QWidget | None = None) -> None:
        await self._settle()
        path = self._folder / f"{name}{self._suffix}.png"
        QApplication.sendPostedEvents()
        if not (window or self._window).grab().save(str(path)):
            raise TourFailed(f"{path} cannot be written")
        self.written.append(path)


def _has_rows(space: Workspace) -> bool:
    return space.current is not None and space.current.rows.read > 0


def _field(schema: Schema, ending: str) -> Field | None:
    return next((f for f in schema.fields if f.name.endswith(ending) and not f.read_only), None)


def _of_type(schema: Schema, kind: FieldType) -> Field | None:
    return next((f for f in schema.fields if f.type is kind and not f.read_only), None)


def _edit(record: Record, field: Field, value: Value, schema: Schema) -> Edit:
    title = str(record.values.get(schema.title_field) or record.id.key)
    return Edit(record, field.name, value, "", title)


def _other_choice(field: Field | None, record: Record | None) -> Value:
    """The first choice that the record does not have, as a mistake would be mended."""
    held = record.values.get(field.name) if record is not None and field is not None else None
    return next((c.value for c in field.choices if c.value and c.value != held), None) if field is not None else None


def _filters(schema: Schema, like: Record | None) -> Filter | None:
    """Three conditions, the last of which the server cannot apply."""
    parts: list[Filter] = []
    country, phone = _field(schema, "country"), _of_type(schema, FieldType.PHONE)
    changed = next((f for f in schema.fields if f.type is FieldType.DATETIME and "modif" in f.name), None)
    if country is not None:
        countries = ("Germany", "Finland", "United Kingdom")
        parts.append(Compare(country.name, Op.IN, countries))
    moment = like.values.get(changed.name) if like is not None and changed is not None else None
    if changed is not None:
        start = moment if isinstance(moment, datetime) else datetime.now(UTC)
        day = (start - timedelta(days=600)).replace(hour=0, minute=0, second=0, microsecond=0)
        parts.append(Compare(changed.name, Op.GE, day))
    if phone is not None:
        parts.append(Not(Compare(phone.name, Op.IS_EMPTY)))
    return And(tuple(parts)) if parts else None


def _press(sheet: QWidget, text: str) -> None:
    for one in sheet.findChildren(QPushButton):
        if one.text().startswith(text):
            QTest.mouseClick(one, Qt.MouseButton.LeftButton)
            return
    raise TourFailed(f"no button {text}")
