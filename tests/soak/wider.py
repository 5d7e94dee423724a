# SPDX-License-Identifier: MIT
"""The rest of the program under the random person of a soak: forms, new and deleted records, bulk edits, imports, exports,
lines of sales documents, local copies, the journal and its undo, queries, and whatever else the menus offer."""

import asyncio
import csv
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QPushButton, QWidget

from crmdesk.connectors.port import RunsQueries
from crmdesk.domain.errors import CrmError
from crmdesk.domain.query import Query
from crmdesk.domain.schema import Module
from crmdesk.ui import errands
from crmdesk.ui.changes.journal_tab import JournalTab
from crmdesk.ui.changes.journal_undo import UndoSheet
from crmdesk.ui.delete_sheet import DeleteSheet
from crmdesk.ui.fixes import open_fixes
from crmdesk.ui.fixes.bulk_sheet import BulkSheet
from crmdesk.ui.fixes.export_sheet import ExportSheet
from crmdesk.ui.fixes.import_sheet import END, ImportSheet
from crmdesk.ui.query.query_tab import QueryTab
from crmdesk.ui.sales.sales_tab import SalesTab
from tests.soak.books import wishes_of
from tests.soak.doing import MOST_MODULES, Soak
from tests.soak.person import type_letters
from tests.ui.fixes.test_open_import import data_of, drop
from tests.ui.house import press
from tests.ui.waiting import until

_MOST_NEW, _ROWS, _MOST_LANES = 6, 3, 4
_LEFT_ALONE = (
    "Quit", "Open a file", "Open the demo", "Open in the browser", "Report for support", "Add an account",
    "Edit this account", "Print or PDF", "Start page", "Review and apply", "Undo", "Redo", "Close tab", "Delete", "Lock this account",
)  # fmt: skip
"""Beginnings of menu texts that leave the program, ask the system for a file, or are actions of their own here."""
_RESTYLED = ("Larger text", "Smaller text", "Normal text", "Light", "Dark", "High contrast", "As the system")
"""Qt dresses every widget of five accounts anew in one piece; a person asks for it now and then and waits."""


class Wider:
    """Adds its actions to those of a soak."""

    def __init__(self, soak: Soak) -> None:
        self.s, self.p, self.draw = soak, soak.p, soak.draw
        self._files = self._exports = 0
        soak.actions += [
            (weight, work.__name__, work)
            for weight, work in (
                (5, self.form), (1, self.new_record), (1, self.delete), (2, self.bulk), (2, self.import_file), (1, self.export),
                (3, self.sales_lines), (2, self.copies), (1, self.search_everywhere), (2, self.journal), (2, self.query), (5, self.menu),
            )
        ]  # fmt: skip

    async def everything(self) -> None:
        """Each of it once in every account, so that from then on nothing is opened for the first time."""
        for profile in self.p.profiles:
            await self.s.front(profile)
            for work in (self.copies, self.form, self.new_record, self.bulk, self.import_file, self.export,
                         self.sales_lines, self.search_everywhere, self.query, self.s.apply, self.journal):  # fmt: skip
                await self.s.act(work.__name__, work)
            for at in range(len(self._commands())):
                await self.s.act("menu", partial(self._trigger, at))
            await self.s.act("threads", self._threads)
            for module in self._modules():
                await self.s.act("open_table", partial(self._open, module))
            await self.s.act("learn", self._learn)

    def _modules(self) -> list[Module]:
        """All that a table or a document of this account is ever opened of here."""
        listed = [one for one in self.p.space.modules if one.is_listed]
        return [one for at, one in enumerate(listed) if at < MOST_MODULES or one.is_sales_document]

    async def _open(self, module: Module) -> None:
        self.p.space.open_module(module)
        await until(self.p.table_ready, 4)

    async def _learn(self) -> None:
        """What the server tells of every module; it is kept as long as the account is open."""
        for module in self.p.space.modules:
            with suppress(CrmError):
                await self.p.account.session.schema(module.name)

    async def _threads(self) -> None:
        """All threads of the account at work at once: each is made when no other is free, and stays; the same is true
        of the connection through which a table shows the copy."""
        account = self.p.account
        for copied in (await account.mirror.status()).modules[:1]:
            view = await account.mirror.view(Query(copied.module))
            view.read(0, 1)
            view.close()
        calls = [account.applier.confirm_identity() for _ in range(_MOST_LANES)]
        await asyncio.gather(*calls, *(account.mirror.recent() for _ in range(_MOST_LANES)))

    # ---- records -----------------------------------------------------------------------------------------------------

    async def form(self) -> None:
        """A text in the form beside the table, by mouse and keys."""
        panel, account = self.p.space.panel, self.p.account
        await self.s.open_record()
        panel.tabs.choose(panel.tabs.names()[0])
        await until(lambda: not panel.busy and panel.shown is not None, 4)
        names = self.s.texts()
        if names:
            self._type_in_form(self.draw.choice(names))
            await account.staged.finished()
            self.s.books.took(account)

    def _type_in_form(self, name: str) -> None:
        try:
            row = self.p.space.panel.form.row(name)
        except KeyError:  # another record came to the front
            return
        row.begin()
        if row.editor is None or not self._is_line(row.editor.inner):
            self.p.space.panel.form.commit()
            return
        line = row.editor.inner
        line.selectAll()  # type: ignore[attr-defined]  # a line edit
        QTest.keyClicks(line, self.s.value())
        QTest.keyClick(line, Qt.Key.Key_Return)

    def _is_line(self, widget: QWidget) -> bool:
        return hasattr(widget, "selectAll") and widget.isEnabled() and not hasattr(widget, "setPlainText")

    async def new_record(self) -> None:
        """A record that is not on the server, with a text or two."""
        account = self.p.account
        if len(account.staged.created(self.p.tab.module.name)) >= _MOST_NEW:
            return
        count = len(account.staged.all())
        self.p.space.new_record()
        await until(lambda: len(account.staged.all()) > count, 4)
        await until(lambda: not self.p.space.panel.busy, 4)
        schema = account.session.known_schema(self.p.tab.module.name)
        if schema is not None:
            self._type_in_form(schema.title_field)
        await account.staged.finished()
        self.s.books.took(account)

    async def delete(self) -> None:
        """A record that is to go; what was staged for it goes, too."""
        account, tab = self.p.account, self.p.tab
        if not tab.model.columns:
            return
        before = wishes_of(account)
        tab.grid.go_to(self.draw.randrange(max(1, min(20, tab.rows.read))), tab.model.columns[0].key)
        self.p.space.delete_records()
        await until(lambda: any(one.isVisible() for one in self.p.window.findChildren(DeleteSheet)), 1)
        press(self.p.sheet(DeleteSheet), "Delete" if self.draw.random() < 0.5 else "Cancel")
        await asyncio.sleep(0.05)
        await account.staged.finished()
        self.s.books.gave_up(account, before)

    # ---- many at once ------------------------------------------------------------------------------------------------

    async def bulk(self) -> None:
        """The same text into three marked rows."""
        tab, account = self.p.tab, self.p.account
        names = self.s.texts()
        if not names or tab.rows.read < _ROWS:
            return
        before, name = wishes_of(account), self.draw.choice(names)
        tab.grid.go_to(0, name)
        chosen = QItemSelectionModel.SelectionFlag.Select
        for row in range(_ROWS):
            tab.grid.selectionModel().select(tab.grid.model().index(row, tab.model.column_at(name)), chosen)
        open_fixes.change_many(self.p.space)
        sheet = self.p.sheet(BulkSheet)
        await self._breath()
        sheet.form.choose_field(name)
        await self._breath()
        field = sheet.form.field()
        found = [one for one in sheet.form.findChildren(QLineEdit) if field is not None and one.isVisible()
                 and one.accessibleName().startswith(field.label)]  # fmt: skip
        if not found:
            return
        found[0].setFocus()
        QTest.keyClicks(found[0], self.s.value())
        await until(sheet.take.isEnabled, 5)
        QTest.mouseClick(sheet.take, Qt.MouseButton.LeftButton)
        await self._staged(before)

    async def import_file(self) -> None:
        """A small table with ids, dropped on the one in front, through all four steps."""
        tab, account = self.p.tab, self.p.account
        schema, names = account.session.known_schema(tab.module.name), self.s.texts()
        records = [one for row in range(min(_ROWS, tab.rows.read)) if (one := tab.rows.at(row)) is not None]
        field = schema.field(self.draw.choice(names)) if schema is not None and names else None
        if field is None or not records:
            return
        before, path = wishes_of(account), self._file("csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["id", field.label], *([one.id.key, self.s.value()] for one in records)])
        if not drop(tab, data_of(path)):
            return
        sheet = self.p.sheet(ImportSheet)
        while sheet.step != END:
            step = sheet.step
            await until(sheet.go.isEnabled, 5)
            QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
            await until(lambda step=step: sheet.step != step, 5)  # type: ignore[misc]
        await until(sheet.go.isEnabled, 2)
        QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
        await self._staged(before)

    async def export(self) -> None:
        """What the table shows, as a file."""
        open_fixes.export_rows(self.p.space)
        sheet = self.p.sheet(ExportSheet)
        await self._breath()
        self._exports += 1
        path = self._file(list(sheet.format)[self._exports % len(sheet.format)])
        QTest.mouseClick(sheet.format[path.suffix[1:]], Qt.MouseButton.LeftButton)
        await self._breath()
        sheet.write(path)
        await until(path.exists, 6)

    async def _staged(self, before: object) -> None:
        """What was staged at once, over what was there."""
        account = self.p.account
        await asyncio.sleep(0.1)
        await account.staged.finished()
        self.s.books.took(account)
        self.s.books.gave_up(account, before)  # type: ignore[arg-type]  # wishes

    async def _breath(self) -> None:
        """Between two things that a person does, the program has its turn."""
        await asyncio.sleep(0.02)

    def _file(self, ending: str) -> Path:
        self._files += 1
        return self.p.folder / f"soak-{self._files}.{ending}"

    # ---- documents, copies, the past, queries ------------------------------------------------------------------------

    async def sales_lines(self) -> None:
        """A quantity in a line of an order; sometimes a line goes, sometimes all is as it was again."""
        documents = [one for one in self.p.space.modules if one.is_sales_document and one.is_listed]
        if not documents:
            return
        self.p.space.open_module(self.draw.choice(documents))
        await until(self.p.table_ready, 4)
        record = self.p.tab.rows.at(self.draw.randrange(max(1, min(8, self.p.tab.rows.read))))
        if record is None:
            return
        await self._breath()
        self.p.space.open_lines(record.id)
        page = self.p.space.page
        if not isinstance(page, SalesTab):
            return
        await until(lambda: page.document is not None and page.model.rowCount() > 0 and not page.busy, 4)
        await self._breath()
        page.grid.go_to(0, "quantity")
        page.grid.setFocus()
        QTest.keyClick(page.grid, Qt.Key.Key_F2)
        line = QApplication.focusWidget()
        if line is not None and line is not page.grid and self._is_line(line):
            line.selectAll()  # type: ignore[attr-defined]  # a line edit
            QTest.keyClicks(line, str(self.draw.randint(1, 90)))
            QTest.keyClick(line, Qt.Key.Key_Return)
        if self.draw.random() < 0.2:
            page.edits.remove()
        elif self.draw.random() < 0.2:
            page.edits.revert()
        await self.p.account.staged.finished()

    async def copies(self) -> None:
        """The table in front kept on this computer, or updated."""
        copying = self.p.space.copies.copying
        copying.update([self.p.tab.module.name])
        await until(lambda: not copying.busy, 6)

    async def search_everywhere(self) -> None:
        """In all that is kept on this computer."""
        errands.search_everywhere(self.p.window)
        if (focus := QApplication.focusWidget()) is not None:
            await type_letters(focus, self.draw.choice(("oy", "a", "meyer")))
        await asyncio.sleep(0.4)

    async def journal(self) -> None:
        """What was sent, and one batch of it taken back into what waits."""
        account = self.p.account
        errands.journal(self.p.window)
        page = self.p.space.page
        assert isinstance(page, JournalTab)
        await until(lambda: page.model.rowCount() > 0, 3)
        page.grid.go_to(self.draw.randrange(min(6, page.model.rowCount())), "time")
        await until(lambda: page.batch is not None, 2)
        if self.draw.random() < 0.3:
            page.look_up()
            await asyncio.sleep(0.3)
            return
        before = wishes_of(account)
        page.undo_batch()
        sheet = self.p.sheet(UndoSheet)
        await until(lambda: sheet.plan is not None, 4)
        press(sheet, "Stage" if self.draw.random() < 0.5 else "Cancel")
        await self._staged(before)

    async def query(self) -> None:
        """An example of the vendor's own query language, run and stopped."""
        if not self.p.account.session.offers(RunsQueries):
            return
        errands.query(self.p.window)
        page = self.p.space.page
        assert isinstance(page, QueryTab)
        await asyncio.sleep(0.1)
        examples = [one for one in page.start_page.findChildren(QPushButton) if one.isVisible()]
        if examples:
            QTest.mouseClick(self.draw.choice(examples), Qt.MouseButton.LeftButton)
        else:
            page.run()
        if self.draw.random() < 0.3:
            page.stop()
        await until(lambda: not page.running, 4)

    async def menu(self) -> None:
        """Any command that can be done now, as by its key."""
        await self._trigger(self.draw.randrange(len(self._commands())))

    def _commands(self) -> list[QAction]:
        return [one for one in self.p.window.menus.commands() if not one.text().startswith(_LEFT_ALONE + _RESTYLED)]

    async def _trigger(self, at: int) -> None:
        if at >= len(found := self._commands()):
            return  # fewer can be done than before
        action = found[at]
        self.s.doing = f"menu {action.text()}"
        await self._breath()
        before = wishes_of(self.p.account) if self.p.window.workspace is not None else {}
        action.trigger()
        await asyncio.sleep(0.3)
        for popup in self.p.window.findChildren(QMenu):
            popup.close()
        with suppress(AssertionError):
            await self._staged(before)
