# SPDX-License-Identifier: MIT
"""Damaged text in a table's records: found, shown beside its repair, ticked, staged."""

from collections import Counter

from PySide6.QtWidgets import QCheckBox

from crmdesk.domain.errors import CrmError
from crmdesk.domain.query import Filter
from crmdesk.domain.schema import FieldType, Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.text_repair import Damage, Finding, edits, scan
from crmdesk.ui.fixes.fix_sheet import FixSheet, Report, read_words
from crmdesk.ui.fixes.reading import Reader
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, button, label, letters
from crmdesk.ui.table.cells import Column, Kind, ListSource, Row, Segment
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.table.record_table_model import RecordTableModel
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import told
from crmdesk.ui.wording import plural, tr

_MOST = 5_000
"""Findings shown and staged at once; more are found again by the next look."""


def damage_word(damage: Damage) -> str:
    """What is wrong, in a few words."""
    return {
        Damage.ENCODING: tr("Wrong encoding (MÃ¼ller)"),
        Damage.ENTITIES: tr("HTML entities (M&uuml;ller)"),
        Damage.BLANKS: tr("Stray blanks"),
        Damage.INVISIBLE: tr("Invisible characters"),
        Damage.LOST: tr("Lost letters (M�ller)"),
    }[damage]


class DamageSheet(FixSheet):
    """Finds, shows, lets people choose, and stages."""

    def __init__(
        self,
        account: Account,
        schema: Schema,
        formats: Formats,
        where: Filter | None,
        report: Report,
    ) -> None:
        title = tr("Damaged text in {0}").format(schema.module.label_plural)
        super().__init__(title, 1040, account, schema, formats, report)
        self._reader = Reader(account, schema, where)
        self._found: list[Finding] = []
        self._counted = 0
        self._shown: list[Finding] = []
        self._off: set[int] = set()  # id() of findings that are not wanted
        self._kinds = {damage: QCheckBox(letters(damage_word(damage))) for damage in Damage}
        self._model = RecordTableModel(self._columns(), ListSource(), self)
        self.grid = RecordGrid(self._model)
        self.grid.setAccessibleName(self.windowTitle())
        self.grid.setMinimumHeight(theme().px(380))
        self.grid.pressed_in.connect(lambda row, _column, _text: self._turn(row))
        self.note = label("", "muted", wrap=True)
        self.take = button(tr("Stage"), "primary", self._stage)
        self.all = button(tr("Tick none"), "", self._turn_all)
        ticks = []
        for damage, tick in self._kinds.items():
            tick.setChecked(True)
            tick.toggled.connect(lambda _: self._show())
            if damage is not Damage.LOST:
                ticks.append(tick)
        body = box(
            box(*ticks, self._kinds[Damage.LOST], None, spacing=12),
            self.note,
            self.grid,
            vertical=True,
            margins=(18, 14, 18, 14),
            spacing=10,
        )
        self.set_content(body, (self.all,), (button(tr("Cancel"), "", self.reject), self.take))
        self.closed.connect(lambda _: self._end())
        self._show()
        self._scope.start(self._look(), slot="look")

    def _columns(self) -> tuple[Column, ...]:
        return (
            Column(key="tick", title="", spoken=tr("Included"), width=34),
            Column(key="record", title=self._schema.module.label, kind=Kind.MAIN, width=210),
            Column(key="field", title=tr("Field"), kind=Kind.MUTED, width=140),
            Column(key="now", title=tr("Now"), width=230),
            Column(key="then", title=tr("Then"), width=230),
            Column(key="what", title=tr("What"), kind=Kind.MUTED, width=150),
        )

    # ---- looking ---------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        self.note.setText(tr("Reading {0}…").format(self._schema.module.label_plural))
        fields = [f.name for f in self._schema.fields if f.type.is_text and f.type is not FieldType.OPAQUE]
        try:
            records = await self._reader.records(fields, self._progress)
        except CrmError as error:
            self.note.setText(told(error.user_text))
            self._report(error)
            return
        schema = self._schema
        self._found = await self._reader.compute(lambda: list(scan(records, schema)))
        self._counted = len(records)
        self._show()
        self._say()

    def follow_reach(self) -> None:
        """What could not be read is read from where it can."""
        if not self._counted and not self._scope.running("look"):
            self._scope.start(self._look(), slot="look")

    def _progress(self, count: int) -> None:
        self.note.setText(read_words(count))

    def _say(self) -> None:
        if not self._found:
            self.note.setText(plural(self._counted, "1 record was looked at, and nothing is damaged.",
                                     "{n} records were looked at, and nothing is damaged."))  # fmt: skip
            return
        records = len({one.record.id for one in self._found})
        said = [
            plural(len(self._found), "1 damaged text was found.", "{n} damaged texts were found."),
            plural(records, "All of it is in 1 record.", "They are in {n} records."),
        ]
        if len(self._shown) >= _MOST:
            said.append(tr("The first {most} are shown.", most=self._formats.count(_MOST)))
        said.append(tr("Names that are meant so: take the tick away."))
        self.note.setText(" ".join(said))

    # ---- showing ---------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """What the ticked kinds of damage leave, repairable ones first."""
        counts = Counter(damage for one in self._found for damage in one.damage)
        for damage, tick in self._kinds.items():
            word = letters(damage_word(damage))
            tick.setText(f"{word}  {self._formats.count(counts[damage])}" if counts[damage] else word)
            tick.setVisible(damage is not Damage.LOST or bool(counts[damage]))
        wanted = {damage for damage, tick in self._kinds.items() if tick.isChecked()}
        shown = [one for one in self._found if wanted & set(one.damage)]
        self._shown = sorted(shown, key=lambda one: one.after == one.before)[:_MOST]
        self._model.restart(ListSource(self._row(number, one) for number, one in enumerate(self._shown)))
        self._count()

    def _row(self, number: int, one: Finding) -> Row:
        field = self._schema.field(one.field)
        title = self._formats.title(one.record, self._schema)
        what = ", ".join(damage_word(damage).partition(" (")[0] for damage in one.damage)
        name = field.label if field is not None else str(one.field)
        if one.after == one.before:
            return Row(
                str(number), ("", title, name, _visible(one.before), (Segment(tr("cannot be told"), "muted"),), what)
            )
        tick = "check:off" if id(one) in self._off else "check:on"
        then = Segment(_visible(one.after), "good") if one.after else Segment(tr("empty"), "muted")
        return Row(
            str(number), ((Segment("", tick),), title, name, (Segment(_visible(one.before), "strike"),), (then,), what)
        )

    def _turn(self, row: int) -> None:
        one = self._shown[row]
        if one.after != one.before:
            self._off ^= {id(one)}
            self._model.replace_row(self._row(row, one))
            self._count()

    def _turn_all(self) -> None:
        mine = {id(one) for one in self._shown if one.after != one.before}
        self._off = self._off - mine if mine <= self._off else self._off | mine
        self._model.restart(ListSource(self._row(number, one) for number, one in enumerate(self._shown)))
        self._count()

    def _wanted(self) -> list[Finding]:
        return [one for one in self._shown if one.after != one.before and id(one) not in self._off]

    def _count(self) -> None:
        count = len(self._wanted())
        self.take.setText(plural(count, "Stage 1 repair", "Stage {n} repairs") if count else tr("Stage"))
        self.take.setEnabled(bool(count))
        some = any(one.after != one.before for one in self._shown)
        self.all.setEnabled(some)
        self.all.setText(tr("Tick none") if count or not some else tr("Tick all"))

    # ---- end -------------------------------------------------------------------------------------------------------

    def _stage(self) -> None:
        self.take.setEnabled(False)
        self._scope.start(self._staging(), slot="stage")

    async def _staging(self) -> None:
        wanted = edits(self._wanted(), self._schema)
        try:
            await self._account.staged.edit(wanted, plural(len(wanted), "Repair 1 text", "Repair {n} texts"))
        except CrmError as error:
            self.note.setText(told(error.user_text))
            self._count()
            return
        self.staged.emit(len(wanted))
        self.accept()

    def _end(self) -> None:
        self._scope.cancel("look")
        self._reader.close()


def _visible(text: str) -> str:
    """A text in which blanks at the ends and what cannot be seen can be seen."""
    body = text.replace("\n", "↵").replace("\t", "⇥").replace("\u00a0", "⍽").replace("\u200b", "¦")
    stripped = body.strip(" ")
    lead, tail = len(body) - len(body.lstrip(" ")), len(body) - len(body.rstrip(" "))
    return "·" * lead + stripped.replace("  ", "··") + "·" * (tail if stripped else 0)
