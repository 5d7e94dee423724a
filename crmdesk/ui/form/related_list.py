# SPDX-License-Identifier: MIT
"""Related: the lists a record has, opened in place; link and unlink."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QMenu, QTreeView, QWidget

from crmdesk.connectors.port import RelatesRecords, Relation
from crmdesk.domain.errors import BadCredentials, ConnectionFailed, CrmError, SessionExpired, Unsupported
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, FieldType, Schema
from crmdesk.domain.values import NotAValue
from crmdesk.engine.related_copies import CopiedList, lists_of, records_of
from crmdesk.ui.form.lines import DATA, Line, LineDelegate, line_item, show_line
from crmdesk.ui.form.record_page import RecordPage, Shown, Start
from crmdesk.ui.form.reference_picker import ReferenceEditor, ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.menu_place import MenuPlace
from crmdesk.ui.modules.module_icons import icon_name
from crmdesk.ui.parts import box, button, label
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr


class RelatedList(RecordPage):
    """A tree of two levels: relations with their counts, and under each the records, read when it is opened."""

    def __init__(self, formats: Formats, scope: TaskScope, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(formats, scope, start, parent)
        self._cannot_unlink = False
        self._copied: dict[str, CopiedList] = {}
        self.model = QStandardItemModel(self)
        self.tree = QTreeView()
        self.tree.setProperty("role", "pane")
        self.tree.setModel(self.model)
        self.tree.setHeaderHidden(True)
        self.tree.setFrameShape(QFrame.Shape.NoFrame)
        self.tree.setItemDelegate(LineDelegate(self.tree))
        self.tree.setIndentation(16)
        self.tree.setMouseTracking(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setAccessibleName(tr("Related records"))
        self.tree.expanded.connect(self._on_expanded)
        self.tree.activated.connect(self._on_activated)
        MenuPlace(self.tree, self._on_menu)
        self.tree.selectionModel().currentChanged.connect(lambda *_: self._offer())
        self.link_button = button(tr("Link…"), clicked=self._on_link)
        self.unlink_button = button(tr("Unlink…"), clicked=self._on_unlink)
        self._column.addWidget(self.tree, 1)
        self._column.addWidget(box(self.link_button, self.unlink_button, None))
        self._offer()

    # ---- filling -----------------------------------------------------------------------------------------------------

    def forget(self) -> None:
        self.model.clear()
        self._copied = {}
        self._offer()

    async def fill(self, shown: Shown) -> None:
        record = shown.record.id
        session = shown.account.session
        relations = await session.ask_role(RelatesRecords, lambda c: c.list_relations(record))
        await self._show_relations(shown, relations)
        self.say("" if relations else tr("Nothing can be related to this record."))

    async def fill_alone(self, shown: Shown) -> None:
        found = await lists_of(shown.account.mirror, shown.record.id)
        self._copied = {one.relation.key: one for one in found}
        await self._show_relations(shown, [one.relation for one in found])
        self.counted.emit(None)  # as many as are copied is not as many as there are
        if found:
            self.say(tr("You are offline: these lists are out of the copies on this computer. What is not copied, and who "
                        "else was linked, is known when the server answers again."))  # fmt: skip
        else:
            self.say(tr("You are offline, and nothing is copied that refers to this record. Its lists come when the server "
                        "answers again."))  # fmt: skip

    async def _show_relations(self, shown: Shown, relations: Sequence[Relation]) -> None:
        open_keys = {relation.key for relation in self._open_relations()}
        modules = {module.name: module for module in await shown.account.session.modules()}
        self.model.clear()
        for relation in relations:
            module = modules.get(relation.module)
            item = line_item(self._relation_line(relation), relation)
            if module is not None:
                show_line(item, Line(title=told(relation.label), hint=self._count(relation), icon=icon_name(module)))
            if relation.count != 0:
                item.appendRow(line_item(Line(title=tr("Loading…"), tone="muted"), enabled=False))
            self.model.appendRow(item)
            if relation.key in open_keys:
                self.tree.expand(item.index())
        known = [relation.count for relation in relations if relation.count is not None]
        self.counted.emit(sum(known) if len(known) == len(relations) else None)
        self._offer()

    def _open_relations(self) -> list[Relation]:
        rows = (self.model.item(i) for i in range(self.model.rowCount()))
        return [item.data(DATA) for item in rows if self.tree.isExpanded(item.index())]

    def _count(self, relation: Relation) -> str:
        return "" if relation.count is None else self._formats.count(relation.count)

    def _relation_line(self, relation: Relation) -> Line:
        return Line(title=told(relation.label), hint=self._count(relation), icon="link-simple")

    def _on_expanded(self, index: QModelIndex) -> None:
        item = self.model.itemFromIndex(index)
        relation, shown = item.data(DATA), self._shown
        unread = item.rowCount() == 1 and item.child(0).data(DATA) is None
        if isinstance(relation, Relation) and shown is not None and unread:
            self._scope.start(self._fill_relation(shown, relation), slot=f"{self.slot}/{relation.key}")

    async def _fill_relation(self, shown: Shown, relation: Relation) -> None:
        session, record = shown.account.session, shown.record.id
        try:
            copied = self._copied.get(relation.key)
            if copied is not None:
                records = await records_of(shown.account.mirror, record, copied)
            else:
                records = await session.ask_role(RelatesRecords, lambda c: c.list_related(record, relation))
        except CrmError as error:
            if self.is_current(shown):
                self._fill_item(relation, [line_item(Line(title=told(error.user_text), tone="bad"), enabled=False)])
            if isinstance(error, (ConnectionFailed, BadCredentials, SessionExpired)):
                raise  # about the account, not about this list alone
            return
        try:
            schema = copied.schema if copied is not None else await session.schema(relation.module)
        except CrmError:
            schema = None  # the user may not describe that module; its ids are still worth showing
        if self.is_current(shown):
            items = [line_item(self._record_line(one, schema), one) for one in records]
            self._fill_item(relation, items or [line_item(Line(title=tr("None"), tone="muted"), enabled=False)])

    def _record_line(self, record: Record, schema: Schema | None) -> Line:
        if schema is None:
            return Line(title=record.id.key)
        number = schema.number_field and record.values.get(schema.number_field)
        title = self._formats.title(record, schema)
        return Line(title=title, hint=str(number) if number and number != title else "")

    def _fill_item(self, relation: Relation, children: list[QStandardItem]) -> None:
        for i in range(self.model.rowCount()):
            item = self.model.item(i)
            held = item.data(DATA)
            if isinstance(held, Relation) and held.key == relation.key:
                item.removeRows(0, item.rowCount())
                item.appendRows(children)
                return

    # ---- what is chosen ----------------------------------------------------------------------------------------------

    def _chosen(self) -> tuple[Relation | None, Record | None]:
        index = self.tree.currentIndex()
        held, parent = index.data(DATA), index.parent().data(DATA)
        if isinstance(held, Record):
            return (parent if isinstance(parent, Relation) else None), held
        if isinstance(held, Relation):
            return held, None
        return (parent if isinstance(parent, Relation) else None), None

    def _offer(self) -> None:
        """Which buttons can be pressed, and why not."""
        relation, record = self._chosen()
        reason = self._shown.reason if self._shown is not None else ""
        self.link_button.setEnabled(relation is not None and not reason)
        self.unlink_button.setEnabled(record is not None and not reason and not self._cannot_unlink)
        self.link_button.setToolTip(reason or tr("Choose a list, then link a record to it"))
        cannot = tr("This server takes links away only in its own web pages.") if self._cannot_unlink else ""
        self.unlink_button.setToolTip(reason or cannot or tr("Choose a record in a list"))

    def _on_activated(self, index: QModelIndex) -> None:
        held = index.data(DATA)
        if isinstance(held, Record):
            control = bool(QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ControlModifier)
            self.record_wanted.emit(held.id, control)
        elif isinstance(held, Relation) and not self.tree.isExpanded(index):
            self.tree.expand(index)  # double click does the other way by itself

    def _on_menu(self, index: QModelIndex, at: QPoint) -> None:
        self.tree.setCurrentIndex(index)
        relation, record = self._chosen()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if record is not None:
            menu.addAction(tr("Open record"), lambda: self.record_wanted.emit(record.id, False))
            menu.addAction(tr("Open in a new tab"), lambda: self.record_wanted.emit(record.id, True))
            menu.addAction(tr("Unlink…"), self._on_unlink).setEnabled(self.unlink_button.isEnabled())
        if relation is not None:
            menu.addAction(tr("Link…"), self._on_link).setEnabled(self.link_button.isEnabled())
        menu.addAction(tr("Reload"), self.reload)
        menu.popup(at)

    # ---- link and unlink ---------------------------------------------------------------------------------------------

    def _on_link(self) -> None:
        relation, _ = self._chosen()
        if relation is not None and self._shown is not None:
            self._scope.start(self._link(self._shown, relation), slot="link")

    def _on_unlink(self) -> None:
        relation, record = self._chosen()
        if relation is not None and record is not None and self._shown is not None:
            self._scope.start(self._unlink(self._shown, relation, record), slot="link")

    async def _link(self, shown: Shown, relation: Relation) -> None:
        sheet = LinkSheet(
            relation, shown.title, ReferenceSearch(shown.account.reading, self._scope, self._formats), self._formats
        )
        if not await sheet.ask_in(self.window(), focus=sheet.editor.inner):
            return
        target = sheet.chosen
        if target is not None:
            self._start(
                self._write(shown, relation, tr("Linked."), lambda c: c.link(shown.record.id, relation, (target,)))
            )

    async def _unlink(self, shown: Shown, relation: Relation, record: Record) -> None:
        name = self.tree.currentIndex().data() or record.id.key
        text = tr(
            "{record} is taken off the list {list} of {title}, on the server and at once. Both records stay.",
            record=name,
            list=relation.label,
            title=shown.title,
        )
        if await self.confirm(tr("Take the link away?"), text, tr("Unlink"), danger=True):
            self._start(
                self._write(shown, relation, tr("Unlinked."), lambda c: c.unlink(shown.record.id, relation, record.id))
            )

    async def _write(self, shown: Shown, relation: Relation, done: str, work: Callable[[RelatesRecords], None]) -> None:
        """Runs in the account's scope: the panel may be gone when the server answers."""
        try:
            await shown.account.session.tell_role(RelatesRecords, work)
        except Unsupported as error:
            if self.is_current(shown):
                self._cannot_unlink = True
                self._offer()
                self.info.emit(told(error.user_text))
            return
        if self.is_current(shown):
            self.info.emit(done)
            self.reload()


class LinkSheet(Sheet):
    """Choose the record to link.

    Attributes:
        chosen: The record, None until one is chosen.
    """

    def __init__(self, relation: Relation, title: str, search: ReferenceSearch, formats: Formats) -> None:
        super().__init__(tr("Link to {list}", list=relation.label), 480)
        field = Field(
            name=FieldName("target"), label=told(relation.label), type=FieldType.REFERENCE, refers_to=(relation.module,)
        )
        self.chosen: RecordId | None = None
        self.editor = ReferenceEditor(field, formats, None, search)
        self.editor.set_value(None)
        self.editor.committed.connect(self._on_chosen)
        self.editor.cancelled.connect(self.reject)
        self._accept = button(tr("Link"), "primary", self.accept)
        self._accept.setEnabled(False)
        words = label(
            tr("Which record is to be on the list {list} of {title}?", list=relation.label, title=title), wrap=True
        )
        note = label(tr("It is linked on the server at once."), "muted", "small", wrap=True)
        body = box(words, self.editor, note, vertical=True, margins=(18, 14, 18, 14))
        self.set_content(body, right=(button(tr("Cancel"), clicked=self.reject), self._accept))

    def _on_chosen(self) -> None:
        try:
            value = self.editor.value()
        except NotAValue:
            value = None
        self.chosen = value if isinstance(value, RecordId) else None
        self._accept.setEnabled(self.chosen is not None)
        if self.chosen is not None:
            self._accept.setFocus(Qt.FocusReason.OtherFocusReason)
