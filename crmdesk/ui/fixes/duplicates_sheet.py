# SPDX-License-Identifier: MIT
"""Likely duplicates: clusters at the left, their records side by side, and a merge that is planned, seen and staged."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLineEdit

from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Filter
from crmdesk.domain.record import Record
from crmdesk.domain.required import is_blank
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import Value, same
from crmdesk.engine.desk import Account
from crmdesk.engine.duplicates import Cluster, find
from crmdesk.engine.merging import MergePlan, Merger, taken_over
from crmdesk.ui.fixes.fix_sheet import FixSheet, Report, read_words
from crmdesk.ui.fixes.reading import Reader
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, label, splitter
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row, Segment
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import plural, tr

_MOST_SIDE_BY_SIDE = 6
_KEEP = "keep"


def reason_word(reason: str) -> str:
    """Why two records are likely one."""
    return {
        "same name": tr("same name"),
        "like names": tr("like names"),
        "same phone": tr("same phone"),
        "same e-mail": tr("same e-mail"),
        "same place": tr("same place"),
    }.get(reason, reason)


class DuplicatesSheet(FixSheet):
    """A merge is one step for undo; the sheet stays for the next one. ``staged`` tells how many records change or go."""

    def __init__(
        self,
        account: Account,
        schema: Schema,
        formats: Formats,
        where: Filter | None,
        report: Report,
    ) -> None:
        title = tr("Likely duplicates among {0}").format(schema.module.label_plural)
        super().__init__(title, 1180, account, schema, formats, report)
        self._reader = Reader(account, schema, where)
        self._merger = Merger(account.session, account.staged)
        self._records: tuple[Record, ...] = ()
        self.clusters: list[Cluster] = []
        self._side: tuple[Record, ...] = ()
        self._keep: RecordId | None = None
        self._chosen: dict[FieldName, RecordId] = {}
        self._fields: list[Field] = []
        self._plan: MergePlan | None = None
        self._list_model = RecordTableModel(self._list_columns(), ListSource(), self)
        self.list = RecordGrid(self._list_model, stretch=True)
        self.list.setAccessibleName(tr("Likely duplicates"))
        self.list.current_row_changed.connect(self._on_cluster)
        self._side_model = RecordTableModel((Column(key="field", title=tr("Field")),), ListSource(), self)
        self.side = RecordGrid(self._side_model)
        self.side.setAccessibleName(tr("Side by side"))
        self.side.pressed_in.connect(self._on_pressed)
        self.note = label("", "muted", wrap=True)
        self.told = label("", "", wrap=True)
        self.region = QLineEdit(QLocale().name().partition("_")[2])
        self.region.setMaxLength(2)
        self.region.setFixedWidth(theme().px(46))
        self.region.setAccessibleName(tr("Country of phone numbers without a country code"))
        self.region.setToolTip(self.region.accessibleName())
        self.region.textChanged.connect(lambda _: self._find_again())
        self.look = button(tr("What would happen"), "", self._ask_plan)
        self.take = button(tr("Stage the merge"), "primary", self._stage)
        self._build()
        self.closed.connect(lambda _: self._end())
        self._offer()
        self._scope.start(self._look_through(), slot="look")

    def _list_columns(self) -> tuple[Column, ...]:
        return (
            Column(key="names", title=self._schema.module.label_plural, kind=Kind.MAIN, width=215),
            Column(key="score", title=tr("Likeness"), kind=Kind.NUMBER, width=70),
            Column(key="why", title=tr("Why"), kind=Kind.MUTED, width=160),
        )

    def _build(self) -> None:
        t = theme()
        for grid in (self.list, self.side):
            grid.setMinimumHeight(t.px(400))
        country = box(label(tr("Phones without a country code are from"), "muted"), self.region, spacing=6)
        both = splitter(self.list, self.side, sizes=(460, 680))
        head = box(self.note, country)
        head.layout().setStretch(0, 1)  # type: ignore[union-attr]  # box lays out
        body = box(
            head, both, self.told, vertical=True, margins=(18, 14, 18, 14), spacing=10
        )  # fmt: skip
        self.set_content(body, (self.look,), (button(tr("Close"), "", self.reject), self.take))

    # ---- finding ---------------------------------------------------------------------------------------------------

    async def _look_through(self) -> None:
        wanted = [f.name for f in self._schema.fields if f.type in (FieldType.PHONE, FieldType.EMAIL) or f.type.is_text]
        fields = [name for name in wanted if self._is_short(name)]
        try:
            self._records = await self._reader.records(fields, self._progress)
        except CrmError as error:
            self.note.setText(told(error.user_text))
            self._report(error)
            return
        await self._find()

    def follow_reach(self) -> None:
        """What could not be read is read from where it can; a merge needs the server."""
        if not self._records and not self._scope.running("look"):
            self._scope.start(self._look_through(), slot="look")
        self._plan = None
        self._offer()

    def _is_short(self, name: FieldName) -> bool:
        field = self._schema.field(name)
        return field is not None and field.type not in (FieldType.LONG_TEXT, FieldType.OPAQUE)

    def _progress(self, count: int) -> None:
        self.note.setText(read_words(count))

    def _find_again(self) -> None:
        if self._records and len(self.region.text()) != 1:
            self._scope.start(self._find(), slot="find")

    async def _find(self) -> None:
        self.note.setText(tr("Comparing {0} records…").format(self._formats.count(len(self._records))))
        records, schema, region = self._records, self._schema, self.region.text()
        self.clusters = list(await self._reader.compute(lambda: find(records, schema, region)))
        self._show_list()

    def _show_list(self) -> None:
        rows = []
        for number, one in enumerate(self.clusters):
            names = " · ".join(self._formats.title(record, self._schema) for record in one.records)
            reasons = dict.fromkeys(reason_word(reason) for pair in one.pairs for reason in pair.reasons)
            rows.append(Row(str(number), (names, f"{one.score} %", ", ".join(reasons))))
        self._list_model.restart(ListSource(rows))
        count = len(self.clusters)
        if count:
            text = plural(count, "1 group of records is likely the same.", "{n} groups of records are likely the same.")
            self.note.setText(text)
            self.list.go_to(0)
            self._on_cluster(0)
        else:
            among = self._formats.count(len(self._records))
            self.note.setText(tr("Among {0} records no two are likely the same.").format(among))
            self._show_side((), ())

    # ---- side by side ----------------------------------------------------------------------------------------------

    def _on_cluster(self, row: int) -> None:
        if 0 <= row < len(self.clusters):
            self._scope.start(self._read_side(self.clusters[row]), slot="side")

    async def _read_side(self, cluster: Cluster) -> None:
        """The records whole: what was compared are a few fields of them."""
        some = cluster.records[:_MOST_SIDE_BY_SIDE]
        try:
            reading = self._account.reading
            whole = [await reading.fetch(record.id) for record in some]
        except CrmError as error:
            self.told.setText(told(error.user_text))
            return
        whole.sort(key=lambda record: -sum(not is_blank(value) for value in record.values.values()))
        self._keep, self._chosen = whole[0].id, {}
        fields = [f for f in self._schema.fields if f.type is not FieldType.OPAQUE]
        self._show_side(whole, [f for f in fields if any(not is_blank(r.values.get(f.name)) for r in whole)])

    def _show_side(self, records: Sequence[Record], fields: Sequence[Field]) -> None:
        self._side, self._plan = tuple(records), None
        differing = [
            f for f in fields if any(not same(r.values.get(f.name), records[0].values.get(f.name)) for r in records)
        ]
        self._fields = [*differing, *(f for f in fields if f not in differing)]
        columns = [Column(key="field", title=tr("Field"), kind=Kind.MUTED, width=140)]
        columns += [Column(key=record.id.key, title=record.id.key, width=200) for record in records]
        self._side_model.restart(ListSource(self._rows()), columns)
        self._offer()

    def _rows(self) -> list[Row]:
        if not self._side:
            return []
        keep = [
            (Segment(tr("kept") if r.id == self._keep else tr("keep"), f"choice:{_on(r.id == self._keep)}"),)
            for r in self._side
        ]
        rows = [Row(_KEEP, (tr("This one is kept"), *keep))]
        return rows + [self._field_row(field) for field in self._fields]

    def _field_row(self, field: Field) -> Row:
        kept = self._source(field)
        texts = [self._formats.text(r.values.get(field.name), field, r.labels.get(field.name, "")) for r in self._side]
        if len({*texts}) == 1 or field.read_only:
            return Row(str(field.name), (field.label, *((Segment(text, "muted"),) if text else "" for text in texts)))
        cells = [
            (Segment(text or tr("empty"), f"choice:{_on(record.id == kept)}"),)
            for record, text in zip(self._side, texts, strict=True)
        ]
        return Row(str(field.name), (field.label, *cells))

    def _source(self, field: Field) -> RecordId | None:
        """Whose value of a field is kept: the chosen one's, the kept record's, or the first that has one."""
        if field.name in self._chosen:
            return self._chosen[field.name]
        keep = self._kept()
        if keep is None or not is_blank(keep.values.get(field.name)):
            return self._keep
        return next((r.id for r in self._side if not is_blank(r.values.get(field.name))), self._keep)

    def _kept(self) -> Record | None:
        return next((record for record in self._side if record.id == self._keep), None)

    def _on_pressed(self, row: int, column: str, _text: str) -> None:
        record = next((one for one in self._side if one.id.key == column), None)
        if record is None:
            return
        if row == 0:
            self._keep, self._chosen = record.id, {}
        else:
            self._chosen[self._fields[row - 1].name] = record.id
        at = self.side.currentIndex()
        self._side_model.restart(ListSource(self._rows()))
        self.side.setCurrentIndex(self._side_model.index(at.row(), at.column()))
        self._plan = None
        self._offer()

    # ---- merging ---------------------------------------------------------------------------------------------------

    def _offer(self) -> None:
        may = len(self._side) > 1 and self._account.profile.may_write
        can = may and not self.is_away
        self.look.setEnabled(can)
        self.take.setEnabled(can and self._plan is not None)
        if self._plan is None:
            self.told.setText(tr("Look first at what would happen; then stage the merge.") if can else "")
        if may and self.is_away:
            self.told.setText(tr("What else refers to these records only the server knows, so a merge waits until it "
                                 "answers. Compare them meanwhile, and mend what differs in the table."))  # fmt: skip

    def _ask_plan(self) -> None:
        self.look.setEnabled(False)
        self._scope.start(self._planning(), slot="plan")

    async def _planning(self) -> None:
        keep = self._kept()
        if keep is None:
            return
        others = [record for record in self._side if record.id != keep.id]
        try:
            self._plan = await self._merger.plan(
                keep, others, lambda module: self.told.setText(tr("Looking through {0}…").format(module))
            )
        except CrmError as error:
            self._plan = None
            self.told.setText(told(error.user_text))
            self.look.setEnabled(True)
            return
        self._offer()
        self.told.setText(self._plan_words(self._plan))
        self.refit()
        self.take.setFocus()

    def _plan_words(self, plan: MergePlan) -> str:
        values = self._values(plan)
        kept = self._formats.title(plan.keep, self._schema)
        parts = []
        if values:
            labels = [f.label for f in self._fields if f.name in values]
            parts.append(tr("{0} takes over {1}.").format(kept, ", ".join(labels)))
        if plan.moves:
            moved = plural(
                len(plan.moves), "1 record that refers to the others", "{n} records that refer to the others"
            )
            parts.append(tr("{0} will refer to {1}.").format(moved, kept))
        others = ", ".join(self._formats.title(record, self._schema) for record in plan.others)
        parts.append(tr("Deleted: {0}.").format(others) if plan.can_delete
                     else tr("{0} cannot be deleted here and will stay.").format(others))  # fmt: skip
        return " ".join([*parts, *map(told, plan.lost)])

    def _values(self, plan: MergePlan) -> Mapping[FieldName, Value]:
        """What the kept record shall hold: the plan's proposal, and what was chosen by hand."""
        whole = {record.id: record for record in self._side}
        others = [record for record in self._side if record.id != plan.keep.id]
        found = {**taken_over(plan.keep, others, self._schema), **plan.values}
        for name, record in self._chosen.items():
            found[name] = whole[record].values.get(name)
        return {name: value for name, value in found.items() if not same(value, plan.keep.values.get(name))}

    def _stage(self) -> None:
        if self._plan is not None:
            self.take.setEnabled(False)
            self._scope.start(self._staging(self._plan), slot="stage")

    async def _staging(self, plan: MergePlan) -> None:
        try:
            count = await self._merger.stage(plan, self._values(plan))
        except CrmError as error:
            self.told.setText(told(error.user_text))
            self._offer()
            return
        gone = {plan.keep.id, *(record.id for record in plan.others)}
        self._records = tuple(record for record in self._records if record.id not in gone or record.id == plan.keep.id)
        self.clusters = [one for one in self.clusters if not gone & {record.id for record in one.records}]
        self._show_list()
        self.told.setText(plural(count, "Staged: 1 record will change. Review it when you are done here.",
                                 "Staged: {n} records will change or go. Review them when you are done here."))  # fmt: skip
        self.staged.emit(count)

    def _end(self) -> None:
        for slot in ("look", "find", "side", "plan"):
            self._scope.cancel(slot)
        self._reader.close()


def _on(chosen: bool) -> str:
    return "on" if chosen else "off"
