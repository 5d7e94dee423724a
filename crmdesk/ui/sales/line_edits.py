# SPDX-License-Identifier: MIT
"""What people do to lines: typing, choosing products, adding, copying, moving, taking out; all of it goes to the stage."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStyledItemDelegate, QWidget

from crmdesk.domain.errors import CrmError
from crmdesk.domain.line_edit import (
    LINE,
    NEW_LINE,
    OWN,
    PRODUCT,
    QUANTITY,
    TEXT,
    Lines,
    changed,
    classed,
    copied,
    inserted,
    moved,
    placed,
    swapped,
    taxed_alike,
    with_product,
    without,
)
from crmdesk.domain.line_merge import line_field
from crmdesk.domain.sales import LineItem, LineKind, LineShape, ProductHit, SalesDocument
from crmdesk.domain.sentence import said_by
from crmdesk.domain.values import NotAValue, Value, plain
from crmdesk.engine.desk import Account
from crmdesk.engine.staged_record import lines_slot
from crmdesk.ui.form.reference_picker import ReferenceSearch
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.sales.line_rows import ADD, LineTable
from crmdesk.ui.sales.part_editor import part_editor, typed_value
from crmdesk.ui.sales.product_editor import ProductEditor
from crmdesk.ui.sales.product_search import ProductSearch
from crmdesk.ui.sales.tax_choices import seen_classes
from crmdesk.ui.table.cells import Column
from crmdesk.ui.table.grid_editor import GridEditor
from crmdesk.ui.table.record_grid import RecordGrid
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import plural, tr

_Edit = Callable[[Lines], Lines]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The document that is edited, as it was loaded, and how people know it."""

    document: SalesDocument
    title: str
    table: LineTable


class LineEdits(QObject):
    """Between the grid of lines and the account's staged changes. Owned by the tab.

    Signals:
        refused(str): why something was not taken, in a sentence.
        place_wanted(str line_key, str column_key): where the person goes on, once it is shown.
    """

    refused = Signal(str)
    place_wanted = Signal(str, str)

    def __init__(self, account: Account, grid: RecordGrid, search: ProductSearch, scope: TaskScope) -> None:
        super().__init__()
        self._account, self._grid, self._search, self._scope = account, grid, search, scope
        self._subject: Subject | None = None
        model = grid.records
        model.set_edit_text(self._edit_text)
        model.edit_requested.connect(self._on_text)
        grid.set_editor_factory(self._make_editor)
        grid.clear_requested.connect(self._on_clear)

    def show(self, subject: Subject | None) -> None:
        """Edit this from now on."""
        self._subject = subject

    # ---- which lines ----------------------------------------------------------------------------------------------

    @property
    def parts(self) -> LineParts | None:
        """Words and values of the lines, None while nothing is shown."""
        return self._subject.table.parts if self._subject is not None else None

    @property
    def locked(self) -> str:
        """Why nothing may be edited, "" = it may."""
        return self._subject.table.locked if self._subject is not None else ""

    def line_at(self, row: int) -> LineItem | None:
        """The wanted line of a row; None for the row of new lines and for one that is to go."""
        key = self._grid.records.row_key(row) if 0 <= row < self._grid.records.rowCount() else None
        if self._subject is None or key is None:
            return None
        return next((line for line in self._subject.table.wanted if line.key == key), None)

    def chosen(self) -> list[LineItem]:
        """The wanted lines of the selected rows, in order."""
        found = (self.line_at(row) for row in self._grid.selection.rows())
        return [line for line in found if line is not None]

    # ---- whole lines ----------------------------------------------------------------------------------------------

    def begin_line(self) -> None:
        """Open the editor of a new line."""
        row = self._grid.records.rowCount() - 1
        if row >= 0 and self._grid.records.row_key(row) == ADD and self._may_edit():
            self._grid.go_to(row, PRODUCT)
            self._grid.setFocus()
            self._grid.edit(self._grid.currentIndex())

    def add_text(self, kind: LineKind) -> None:
        """A heading or a line of text at the end."""
        words = tr("Heading") if kind is LineKind.HEADING else tr("Text")
        self._add([LineItem(key=_new_key(), position=0, kind=kind, text=words, quantity=Decimal(0))], TEXT)

    def remove(self) -> None:
        """Take the selected lines out; one that was never sent goes at once."""
        lines = self.chosen()
        if not lines or self._subject is None or not self._may_edit():
            return
        table = self._subject.table
        if not table.parts.shape.can_be_empty and len(lines) == len(table.wanted):
            self.refused.emit(tr("This server keeps no document without lines. Add another line first."))
            return
        keys = [line.key or "" for line in lines]
        rest = [line.key for line in table.wanted if line.key not in keys]
        at = table.wanted.index(lines[0])
        if rest:
            self.place_wanted.emit(str(rest[min(at, len(rest) - 1)]), "")
        what = plural(len(keys), "Remove {n} line", "Remove {n} lines")
        self._stage(lambda now: without(now, keys), what)

    def keep(self) -> None:
        """Bring selected lines back that were to be removed."""
        subject = self._subject
        keys = [self._grid.records.row_key(row) for row in self._grid.selection.rows()]
        if subject is None or not self._may_edit():
            return
        wanted = {line.key for line in subject.table.wanted}
        slot = lines_slot(subject.document.header.id)
        for key in keys:
            if key is not None and key != ADD and key not in wanted:
                self._scope.start(self._account.staged.discard(slot, line_field(key, LINE)))

    def duplicate(self) -> None:
        """Copies of the selected lines behind the last of them."""
        lines, parts = self.chosen(), self.parts
        if not lines or parts is None or not self._may_edit():
            return
        copies = [copied(line, _new_key(), parts.shape.settable) for line in lines]
        last = lines[-1].key
        self.place_wanted.emit(copies[0].key or "", QUANTITY)
        what = plural(len(copies), "Duplicate {n} line", "Duplicate {n} lines")
        self._stage(lambda now: inserted(now, copies, _place_of(now, last) + 1), what)

    def move(self, step: int) -> None:
        """The selected lines one place up (-1) or down (1)."""
        keys = [line.key or "" for line in self.chosen()]
        if keys and self._may_move():
            self._stage(lambda now: moved(now, keys, step), tr("Move lines"))

    def place(self, keys: Sequence[str], before: str) -> None:
        """These lines stand together before another one, "" = at the end."""
        if self._may_move():
            self._stage(lambda now: placed(now, keys, before), tr("Move lines"))

    def is_line(self, key: str) -> bool:
        """Whether the row of that key is a line that is to be."""
        return self._subject is not None and any(line.key == key for line in self._subject.table.wanted)

    def _may_move(self) -> bool:
        if self.parts is not None and not self.parts.shape.keeps_order:
            self.refused.emit(tr("This CRM does not keep the order of lines."))
            return False
        return self._may_edit()

    def revert(self) -> None:
        """Take back everything that is staged for the lines."""
        if self._subject is not None:
            self._scope.start(self._account.staged.discard(lines_slot(self._subject.document.header.id)))

    def _add(self, lines: Sequence[LineItem], column: str) -> None:
        self.place_wanted.emit(lines[0].key or "", column)
        what = plural(len(lines), "Add {n} line", "Add {n} lines")
        self._stage(lambda now: inserted(now, lines, len(now)), what)

    # ---- cells ----------------------------------------------------------------------------------------------------

    def _edit_text(self, row: int, key: str) -> str | None:
        line, parts = self.line_at(row), self.parts
        if line is None or parts is None:
            return ""
        return parts.edit_text(line, key)

    def _make_editor(self, column: Column, parent: QWidget, row: int) -> QWidget | None:
        parts, line = self.parts, self.line_at(row)
        if parts is None:
            return None
        delegate = self._grid.itemDelegate()
        assert isinstance(delegate, QStyledItemDelegate)
        if column.key == PRODUCT:
            if line is not None and line.kind in (LineKind.HEADING, LineKind.TEXT):
                return None
            finder = ProductEditor(parts.formats, None, self._search)
            finder.set_value(None, parts.edit_text(line, PRODUCT) if line is not None else "")

            def take_product(value: Value, _label: str) -> None:
                self._take_product(line, str(value or ""), finder.hit)

            return GridEditor(parent, finder, delegate, take_product, self.refused.emit)
        if line is None:
            return None
        search = ReferenceSearch(self._account.reading, self._scope, parts.formats)
        editor = part_editor(line, column.key, parts, search, self._classes(parts.shape))
        if editor is None:
            return None

        def take(value: Value, _label: str) -> None:
            self._set([(line, column.key, typed_value(column.key, value))])

        return GridEditor(parent, editor, delegate, take, self.refused.emit)

    def _classes(self, shape: LineShape) -> dict[str, Decimal]:
        loaded = self._subject.document.lines if self._subject is not None else ()
        return seen_classes(shape, (*loaded, *(hit.line for hit in self._search.known.values())))

    def _on_text(self, row: int, key: str, text: str) -> None:
        line, parts = self.line_at(row), self.parts
        if line is None or parts is None:
            return
        if key == PRODUCT:
            self._set([(line, TEXT, text.strip())])
            return
        try:
            name, value = parts.read(key, text)
        except NotAValue as error:
            self.refused.emit(told(said_by(error)))
            return
        self._set([(line, name, value)])

    def _on_clear(self, cells: list[tuple[int, str]]) -> None:
        """Del: a price becomes 0, a discount none; a quantity and a product must be something."""
        found: list[tuple[LineItem, str, Value]] = []
        kept = False
        for row, key in cells:
            line, parts = self.line_at(row), self.parts
            if line is None or parts is None:
                continue
            if key in (QUANTITY, PRODUCT):
                kept = True
            else:
                found.append((line, *parts.read(key, "")))
        if kept and not found:
            self.refused.emit(tr("A line needs a product and a quantity. Ctrl+Del removes the line."))
        self._set(found, tr("Clear"))

    def _set(self, wanted: Iterable[tuple[LineItem, str, Value]], what: str = "") -> None:
        values = [(line.key or "", name, value) for line, name, value in wanted]
        if not values or not self._may_edit():
            return

        parts = self.parts
        shape = parts.shape if parts is not None else LineShape()
        classes = self._classes(shape)

        def edit(now: Lines) -> Lines:
            for key, name, value in values:
                now = changed(now, key, name, value)
                if name == f"{OWN}{shape.tax_field}":
                    now = classed(now, key, plain(value), classes)
            return now

        told = what or (tr("Edit a line") if len(values) == 1 else plural(len(values), "Edit", "Edit {n} cells"))
        self._stage(edit, told)

    # ---- products -------------------------------------------------------------------------------------------------

    def _take_product(self, line: LineItem | None, text: str, hit: ProductHit | None) -> None:
        if hit is not None and hit.is_whole:
            self.put_product(line, hit)
        elif hit is not None:
            self._scope.start(self._fetch_product(line, hit))
        elif text:
            self._scope.start(self._find_product(line, text))

    async def _fetch_product(self, line: LineItem | None, hit: ProductHit) -> None:
        try:
            whole = await self._search.whole(hit)
            self.put_product(line, whole)
            if doubt := self._search.doubt(whole):
                self.refused.emit(doubt)
        except CrmError as error:
            self.refused.emit(told(error.user_text))

    async def _find_product(self, line: LineItem | None, text: str) -> None:
        """Return was pressed before the list came: what the words mean is asked now."""
        parts = self.parts
        try:
            hit = await self._search.one(text)
            hit = await self._search.whole(hit) if hit is not None else None
        except CrmError as error:
            self.refused.emit(told(error.user_text))
            return
        if hit is not None:
            self.put_product(line, hit)
        elif parts is not None and not parts.shape.needs_product:
            if line is None:
                self._add([LineItem(key=_new_key(), position=0, text=text)], QUANTITY)
            else:
                self._set([(line, TEXT, text)])
        else:
            self.refused.emit(
                tr("No single product is called “{name}”. Press F2 and choose one from the list.", name=text)
            )

    def put_product(self, line: LineItem | None, hit: ProductHit) -> None:
        """A new line of a product, or another product in a line: price, taxes and unit follow it."""
        parts = self.parts
        if parts is None or not self._may_edit():
            return
        if line is None:
            self._add([replace(self._taxed(hit.line), key=_new_key())], QUANTITY)
            return
        key = line.key or ""
        self.place_wanted.emit(key, QUANTITY)
        self._stage(
            lambda now: swapped(now, key, with_product(_held(now, key) or line, hit.line, parts.shape)), tr("Product")
        )

    def _taxed(self, line: LineItem) -> LineItem:
        subject = self._subject
        return taxed_alike(line, subject.table.parts.shape, subject.document.lines) if subject is not None else line

    # ---- staging --------------------------------------------------------------------------------------------------

    def _may_edit(self) -> bool:
        if self.locked:
            self.refused.emit(self.locked)
            return False
        return self._subject is not None

    def take_pasted(
        self,
        cells: Sequence[tuple[LineItem, str, Value]],
        products: Sequence[tuple[LineItem, LineItem]],
        new: Sequence[LineItem],
    ) -> None:
        """What was pasted, in one step: values, other products (line -> the product's own), new lines at the end."""
        parts = self.parts
        if parts is None or not self._may_edit():
            return
        keyed = [replace(self._taxed(line), key=_new_key()) for line in new]

        def edit(now: Lines) -> Lines:
            for line, product in products:
                key = line.key or ""
                now = swapped(now, key, with_product(_held(now, key) or line, product, parts.shape))
            for line, name, value in cells:
                now = changed(now, line.key or "", name, value)
            return inserted(now, keyed, len(now))

        if keyed:
            self.place_wanted.emit(keyed[0].key or "", PRODUCT)
        touched = {line.key for line, _, _ in cells} | {line.key for line, _ in products}
        count = len(keyed) + len(touched)
        self._stage(edit, plural(count, "Paste {n} line", "Paste {n} lines"))

    def set_cells(self, wanted: Iterable[tuple[LineItem, str, Value]], what: str) -> None:
        """Values of several cells in one step."""
        self._set(wanted, what)

    def _stage(self, edit: _Edit, what: str) -> None:
        """On disk first; the amber comes back by the stage's own event."""
        subject = self._subject
        if subject is not None:
            self._scope.start(self._account.staged.edit_lines(subject.document, edit, what, subject.title))


def _held(lines: Lines, key: str) -> LineItem | None:
    return next((line for line in lines if line.key == key), None)


def _place_of(lines: Lines, key: str | None) -> int:
    return next((place for place, line in enumerate(lines) if line.key == key), len(lines) - 1)


def _new_key() -> str:
    return f"{NEW_LINE}{uuid4().hex[:8]}"
