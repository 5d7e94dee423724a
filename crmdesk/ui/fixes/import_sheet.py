# SPDX-License-Identifier: MIT
"""Import a file in four steps: the file, its columns, every row checked, and then into the pending changes."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QPushButton, QStackedWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.schema import Field, Operation, Schema
from crmdesk.domain.values import Conventions
from crmdesk.engine.desk import Account
from crmdesk.engine.import_cells import Action, ImportRow, read_cells
from crmdesk.engine.import_columns import ColumnCheck, best_ways, check_column, remembered, written
from crmdesk.engine.import_lane import ImportLane
from crmdesk.engine.import_maps import LAST, SavedMap, fitted, saved_map, shares_columns
from crmdesk.engine.import_plan import ColumnMap, ImportPlan, Mode, suggest, trouble
from crmdesk.engine.importing import Importer
from crmdesk.engine.sheet_names import with_names_row
from crmdesk.engine.sheets import Format
from crmdesk.engine.sheets import Sheet as Table
from crmdesk.ui.file_drops import FileDrops
from crmdesk.ui.file_opening import is_table
from crmdesk.ui.fixes.fix_sheet import FixSheet, Report
from crmdesk.ui.fixes.import_columns import ImportColumns
from crmdesk.ui.fixes.import_end import ImportEnd, write_rest
from crmdesk.ui.fixes.import_file import ImportFile
from crmdesk.ui.fixes.import_maps import ImportMaps
from crmdesk.ui.fixes.import_rows import ImportRows
from crmdesk.ui.fixes.import_words import left_out_words, sample_words, ways_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, label, set_role
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import plural, told, tr
from crmdesk.ui.wording import environment_word, error_words

FILE, COLUMNS, ROWS, END = range(4)
_HEIGHT = 440


class ImportSheet(FixSheet):
    """Four steps, one behind the other; what differs is staged."""

    def __init__(
        self,
        account: Account,
        schema: Schema,
        formats: Formats,
        report: Report,
        path: Path | None = None,
    ) -> None:
        super().__init__(tr("Import"), 1080, account, schema, formats, report)
        self._importer = Importer(account.reading, account.staged)
        self.maps = ImportMaps(account.storage, schema.module.name, self._file_stem)
        self._lane = ImportLane()
        self._path: Path | None = None
        self._form: Format | None = None
        self._table: Table | None = None
        self._own_ways = written(formats.conventions, formats.conventions.decimal_point)
        self._ways = self._own_ways
        self._ways_chosen = False
        self._plan: ImportPlan | None = None
        self._rows: Sequence[ImportRow] = ()
        self.file, self.columns = ImportFile(formats), ImportColumns(schema, formats)
        self.rows, self.end = ImportRows(schema, formats), ImportEnd()
        self._steps = [
            label(text, "muted") for text in (tr("1 File"), tr("2 Columns"), tr("3 Check rows"), tr("4 Stage"))
        ]
        self._summary = label("", "muted")
        self.stack = QStackedWidget()
        self._build()
        self._connect()
        FileDrops(self, self.open_file, is_table)
        self._show_step(FILE)
        self._scope.start(self._recall(), slot="maps")
        if path is not None:
            self.open_file(path)

    # ---- building ------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        for page in (self.file, self.columns, self.rows, self.end):
            self.stack.addWidget(page)
        self.stack.setMinimumHeight(theme().px(_HEIGHT))
        self.cancel = button(tr("Cancel"), "", self.reject)
        self.back = button(tr("Back"), "", self._on_back)
        self.go: QPushButton = button(tr("Next"), "primary", self._on_next)
        body = box(
            box(*self._steps, None, self._summary, spacing=18),
            self.stack,
            vertical=True,
            margins=(18, 14, 18, 14),
            spacing=12,
        )
        self.set_content(body, (self.maps.save, self.maps.name), (self.cancel, self.back, self.go))

    def _connect(self) -> None:
        self.file.file_chosen.connect(self.open_file)
        self.file.form_changed.connect(self._on_form)
        self.file.ways_changed.connect(self._on_ways)
        self.columns.mapped.connect(self._on_mapped)
        self.columns.remap_wanted.connect(lambda place: self._check((place,)))
        self.columns.saved_chosen.connect(self._use_saved)
        self.rows.stop_wanted.connect(self._on_back)
        self.maps.named.connect(self._on_map_named)  # no lambda: it would hold this sheet for ever, see Collector
        self.end.rest_wanted.connect(lambda path: self._scope.start(self._save_rest(path), slot="rest"))
        self.closed.connect(lambda _: self._end())

    def _on_map_named(self, name: str) -> None:
        self._scope.start(self._keep_map(name), slot="maps")

    def _say_title(self) -> None:
        profile = self._account.profile
        what = self._path.name if self._path is not None else tr("a file")
        self.set_title(
            tr("Import {0} into {1} · {2} ({3})").format(
                what, self._schema.module.label_plural, profile.name, environment_word(profile.environment)
            )
        )

    # ---- steps ---------------------------------------------------------------------------------------------------

    @property
    def step(self) -> int:
        """FILE, COLUMNS, ROWS or END."""
        return self.stack.currentIndex()

    def _show_step(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        for at, word in enumerate(self._steps):
            theme().set_font(word, "bold" if at == step else "body")
            set_role(word, "accent" if at == step else "muted")
        self.back.setVisible(step != FILE)
        self.maps.offer(step == COLUMNS)
        self._say_title()
        self._say_summary()
        self._offer()

    def _say_summary(self) -> None:
        if self._table is None or self._form is None:
            self._summary.setText("")
            return
        rows = plural(len(self._table.rows), "1 row", "{n} rows")
        sheet = [tr("Sheet “{0}”").format(self._form.sheet)] if self._form.sheet else []
        self._summary.setText(" · ".join([*sheet, rows, ways_words(self._ways)]))

    def _offer(self) -> None:
        """What the next button says, and whether it can be pressed."""
        count = len(self._table.rows) if self._table is not None else 0
        said = self._trouble() if self._table is not None else ""
        match self.step:
            case step if step == FILE:
                self.go.setText(tr("Next"))
                self.go.setEnabled(bool(count))
            case step if step == COLUMNS:
                self.go.setText(plural(count, "Check 1 row", "Check {n} rows"))
                self.go.setEnabled(bool(count) and not said)
                self.columns.say(
                    said or left_out_words(self._checks(), self.columns.wanted_mode()), "bad" if said else "warn"
                )
            case step if step == ROWS:
                failed = not self._rows and not self._scope.running("check")
                self.go.setText(tr("Try again") if failed else tr("Next"))
                self.go.setEnabled(failed or bool(self._rows))
            case _:
                self._offer_stage()

    def _offer_stage(self) -> None:
        count = sum(row.action in (Action.CREATE, Action.UPDATE, Action.DELETE) for row in self._rows)
        self.go.setText(plural(count, "Stage 1 change", "Stage {n} changes"))
        self.go.setEnabled(bool(count))

    def _on_next(self) -> None:
        match self.step:
            case step if step == FILE:
                self._show_step(COLUMNS)
                self.columns.grid.setFocus()
            case step if step == COLUMNS:
                self._start_checking()
            case step if step == ROWS and self._rows:
                self.end.show_rows(self._rows, self._path.name if self._path is not None else "")
                self._show_step(END)
                self.go.setFocus()
            case step if step == ROWS:
                self._start_checking()
            case _:
                self.go.setEnabled(False)
                self._scope.start(self._stage(), slot="stage")

    def _on_back(self) -> None:
        self._scope.cancel("check")
        self._show_step(max(FILE, self.step - 1))

    # ---- file ----------------------------------------------------------------------------------------------------

    def open_file(self, path: Path) -> None:
        """Begin with a file, or with another."""
        self._path, self._form, self._table = path, None, None
        self._ways_chosen = False
        self.file.show_file(path, None)
        self._show_step(FILE)
        self._scope.start(self._detect(path), slot="file")

    async def _detect(self, path: Path) -> None:
        try:
            form = await self._lane.detect(path)
        except CrmError as error:
            self.file.say(told(error.user_text))
            return
        self._form = form
        self.file.show_file(path, form)
        await self._look(path, form, is_new=True)

    def _on_form(self, form: Format) -> None:
        if self._path is not None:
            self._form, self._table = form, None
            self._offer()
            self._scope.start(self._look(self._path, form), slot="file")

    async def _look(self, path: Path, form: Format, *, is_new: bool = False) -> None:
        """Read it; columns go where they went the last time, else where their names say."""
        try:
            found = await self._lane.look(path, form, self.file.show_progress)
            if is_new and (better := with_names_row(form, found.head)) != form:
                self._form = form = better
                self.file.show_file(path, form)
                found = await self._lane.look(path, form, self.file.show_progress)
        except CrmError as error:
            self.file.say(told(error.user_text))
            return
        self.file.show_look(found)
        self._table = found.sheet
        if found.sheet is None:
            self._offer()
            return
        if not found.sheet.rows:
            self.file.say(tr("There are no rows below the names of the columns."))
        last = self.maps.of(LAST)
        if last is not None and shares_columns(last, found.sheet.headers):
            await self._map(found.sheet, last)
        else:
            await self._map(found.sheet, None)

    async def _map(self, table: Table, saved: SavedMap | None) -> None:
        """Where columns go, and how their dates and numbers are written."""
        if saved is not None:
            columns = fitted(saved, table.headers, self._schema)
            mode, ways = saved.mode, saved.ways(self._own_ways)
        else:
            columns = await self._lane.do(lambda: suggest(table.headers, self._schema))
            mode, ways = self._likely_mode(any(c.is_match for c in columns)), self._own_ways
        if not self._ways_chosen:
            self._ways = ways
        self.file.show_ways(self._ways)
        self.columns.show_sheet(table, columns)
        self.columns.choose_mode(mode)
        self._say_summary()
        self._offer()
        self._check(range(len(columns)))

    def _likely_mode(self, has_ids: bool) -> Mode:
        may = self._schema.module.operations
        if has_ids and Operation.UPDATE in may:
            return Mode.UPDATE
        return Mode.CREATE if Operation.CREATE in may else Mode.UPDATE

    def _on_ways(self, ways: Conventions) -> None:
        self._ways, self._ways_chosen = ways, True
        self._say_summary()
        self._check(range(len(self.columns.columns())))

    # ---- columns -------------------------------------------------------------------------------------------------

    def _plan_now(self) -> ImportPlan:
        mode = self.columns.wanted_mode()
        return ImportPlan(module=self._schema.module.name, mode=mode, columns=self.columns.columns(), ways=self._ways)

    def _trouble(self) -> str:
        return trouble(self._plan_now(), self._schema)

    def _on_mapped(self) -> None:
        self._rows = ()
        self._offer()

    def _check(self, places: Sequence[int]) -> None:
        """Judge columns anew; those that still wait to be judged are judged as well."""
        waiting = [p for p in range(len(self.columns.columns())) if p in places or self.columns.check_of(p) is None]
        self._rows = ()
        self._scope.start(self._check_columns(waiting), slot="columns")

    async def _check_columns(self, places: Sequence[int]) -> None:
        table, columns = self._table, self.columns.columns()
        if table is None:
            return
        if not self._ways_chosen:
            ways = await self._lane.do(lambda: best_ways(table, columns, self._schema, self._ways))
            if ways != self._ways:
                self._ways, places = ways, range(len(columns))
                self.file.show_ways(ways)
                self._say_summary()
        ways = self._ways
        for place in places:
            one = columns[place]
            field = self._schema.field(one.field or "")
            found: ColumnCheck | None = None
            if one.field is not None:
                found = await self._lane.do(lambda place=place, field=field: check_column(table, place, field, ways))  # type: ignore[misc]  # mypy: default of a lambda
            self.columns.show_check(place, found)
        self.file.show_samples(sample_words(self._checks(), self._formats))
        self._offer()

    def _checks(self) -> list[tuple[ColumnMap, Field | None, ColumnCheck]]:
        """Every mapped column that was judged."""
        found = []
        for place, one in enumerate(self.columns.columns()):
            check = self.columns.check_of(place)
            if check is not None and one.field is not None:
                found.append((one, self._schema.field(one.field), check))
        return found

    # ---- mappings ------------------------------------------------------------------------------------------------

    async def _recall(self) -> None:
        await self.maps.recall()
        self.columns.show_saved(self.maps.names)

    def _use_saved(self, name: str) -> None:
        saved, table = self.maps.of(name), self._table
        if saved is not None and table is not None:
            self._ways_chosen = False
            self._scope.start(self._map(table, saved), slot="file")

    def _file_stem(self) -> str:
        return self._path.stem if self._path is not None else ""

    async def _keep_map(self, name: str) -> None:
        await self.maps.keep(name, saved_map(self.columns.columns(), self.columns.wanted_mode(), self._ways))
        self.columns.show_saved(self.maps.names)

    # ---- rows ----------------------------------------------------------------------------------------------------

    def _start_checking(self) -> None:
        self._rows = ()
        self._plan = self._plan_now()
        self.rows.show_rows((), self._plan)
        self.rows.show_asking(0)
        self._scope.start(self._check_rows(self._plan), slot="check")
        self._show_step(ROWS)

    async def _check_rows(self, plan: ImportPlan) -> None:
        table = self._table
        assert table is not None
        try:
            known = remembered(self.columns.checks(), plan, self._schema)
            read = await self._lane.do(lambda: read_cells(table, plan, self._schema, known))
            rows = await self._importer.match(read, plan, self.rows.show_asking)
            await self.maps.keep(LAST, saved_map(plan.columns, plan.mode, plan.ways))
        except CrmError as error:
            self.rows.show_asking(None)
            self.rows.say(error_words(error).text)
            self.go.setText(tr("Try again"))
            self.go.setEnabled(True)
            return
        self._rows = rows
        self.rows.show_rows(rows, plan)
        self._offer()
        self.rows.grid.setFocus()

    # ---- the end -------------------------------------------------------------------------------------------------

    async def _stage(self) -> None:
        assert self._plan is not None
        assert self._path is not None
        try:
            count = await self._importer.stage(self._rows, self._plan, self._path.name)
        except CrmError as error:
            self.end.say(error_words(error).text)
            self._offer_stage()
            return
        self.staged.emit(count)
        self.accept()

    async def _save_rest(self, path: Path) -> None:
        table, rows = self._table, self._rows
        if table is None:
            return
        try:
            count = await self._lane.do(lambda: write_rest(path, table, rows))
        except OSError as error:
            self.end.say(error_words(error).text)
            return
        self.end.say(plural(count, "{n} row saved in {name}.", "{n} rows saved in {name}.", name=path.name), "good")

    def _end(self) -> None:
        # An editor that the closing took the focus from still tells its choice, by a queued signal.
        self._scope.seal()
        for slot in ("file", "columns", "maps", "check", "rest"):
            self._scope.cancel(slot)
        self._lane.close()
