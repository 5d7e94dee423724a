# SPDX-License-Identifier: MIT
"""CallTab: every operation that the vendor documents or its server describes, with a form, a question and an answer."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QStackedWidget, QWidget
from shiboken6 import isValid

from crmdesk.connectors.port import OperationInfo
from crmdesk.domain.errors import CrmError, Invalid
from crmdesk.engine.calls import CallDone, Calls, is_hidden, parts_of
from crmdesk.engine.desk import Account
from crmdesk.ui.calls.operation_list import OperationList
from crmdesk.ui.calls.part_form import PartForm
from crmdesk.ui.calls.result_view import ResultView
from crmdesk.ui.calls.unknown import unknown_words
from crmdesk.ui.calls.write_sheet import WriteSheet
from crmdesk.ui.form.field_editors import ReferenceSearch
from crmdesk.ui.formats import Formats
from crmdesk.ui.page import Page
from crmdesk.ui.parts import Note, Pill, box, button, fill, label, splitter
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import error_words, tr

Start = Callable[[Coroutine[Any, Any, Any]], None]
_ARGUMENT_SHOWN = 300  # characters of a value in the question


class CallTab(Page):
    """Owned by a workspace. Reading ends with the tab; a write goes on in the account's scope.

    Signals:
        failed(BaseException): what went wrong beside a call: the list of operations, a file.
    """

    kind = "call"
    has_record_beside = False
    failed = Signal(object)

    def __init__(self, account: Account, calls: Calls, formats: Formats, start: Start, wanted: str = "") -> None:
        """``start`` runs writes, which survive this tab. ``wanted``: the operation chosen at first."""
        super().__init__()
        self.account, self._calls, self._formats, self._start = account, calls, formats, start
        self._scope = TaskScope(self.failed.emit, self)
        self._search = ReferenceSearch(account.reading, self._scope, formats)
        self._wanted = wanted
        self._writing = False
        self.operation: OperationInfo | None = None
        self.form: PartForm | None = None
        self.list = OperationList()
        self.result = ResultView()
        self.note = Note("", "bad")
        self._build()
        self.list.chosen.connect(self.show_operation)
        self.list.opened.connect(self._focus_form)
        self.result.info.connect(self.info)
        self.result.save_wanted.connect(lambda path: self._scope.start(self.result.save(path), slot="save"))
        self._scope.tasks_changed.connect(self._show_state)
        shortcut = QShortcut(QKeySequence("Ctrl+Return"), self, self.call)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._show_state()
        self._scope.start(self._begin(), slot="begin")

    def _build(self) -> None:
        self._name = label("", font="head", select=True)
        self._kind = Pill("", "neutral")
        self._summary = label("", "muted", wrap=True, select=True)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take the keys, and are shown when they do
        self.call_button = button(tr("Call"), "primary", self.call, tip="Ctrl+Return")
        self.stop_button = button(tr("Stop"), "", self.stop)
        self._told = label("", "muted", "small")
        self._notes = box(self.note, margins=(14, 0, 14, 8))
        self._notes.hide()
        words = box(box(self._name, self._kind, self._told, None), self._summary, vertical=True, spacing=4)
        words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        head = box(words, self.stop_button, self.call_button, margins=(14, 12, 14, 10))
        upper = box(head, self._notes, self._area, vertical=True, spacing=0, role="window")
        self._work = splitter(upper, self.result, vertical=True, stretch=1, sizes=(420, 330))
        self._pages = QStackedWidget()
        self._empty = label(tr("Reading the operations…"), "muted")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._work)
        self.result.hide()
        fill(self, splitter(self.list, self._pages, stretch=1, sizes=(320, 780)), spacing=0)

    async def _begin(self) -> None:
        try:
            operations = await self._calls.operations()
        except CrmError as error:
            self._empty.setText(told(error.user_text))
            raise
        self.list.show_operations(operations)
        self._empty.setText(tr("Choose an operation on the left."))
        self.list.choose(self._wanted)

    # ---- the operation -----------------------------------------------------------------------------------------------

    def show_operation(self, operation: OperationInfo) -> None:
        """Show its form, empty."""
        if operation is self.operation:
            return
        self._scope.cancel("call")
        self.operation = operation
        self._name.setText(operation.name)
        self._kind.show_state(tr("changes data") if operation.is_write else tr("only reads"),
                              "warn" if operation.is_write else "good")  # fmt: skip
        self._summary.setText(told(operation.summary))
        self.form = PartForm(parts_of(operation), self._formats, self._search)
        self.form.submitted.connect(self.call)
        self._area.setWidget(box(self.form, None, vertical=True, margins=(14, 4, 14, 8)))
        self.call_button.setText(tr("Call…") if operation.is_write else tr("Call"))
        self._pages.setCurrentWidget(self._work)
        self.result.hide()
        self._notes.hide()
        self._say("")
        self._show_state()
        self.view_changed.emit()

    def _focus_form(self) -> None:
        editors = self.form.editors if self.form is not None else ()
        (editors[0] if editors else self.call_button).setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def running(self) -> bool:
        """Whether the server is being asked."""
        return self._writing or self._scope.running("call")

    def call(self) -> None:
        """Call it; before it writes, a question."""
        operation, form = self.operation, self.form
        if operation is None or form is None or self.running:
            return
        given = form.read()
        if given is None:
            self._fail(tr("Something is missing or wrong; it is marked in the form. Nothing was sent."), "warn")
            return
        self._notes.hide()
        if operation.is_write:
            self._scope.start(self._ask(operation, given), slot="ask")
        else:
            self._say(tr("Asking the server…"))
            self._scope.start(self._call(operation, given), slot="call")

    async def _ask(self, operation: OperationInfo, given: Mapping[str, str]) -> None:
        """The question names account, environment and server; a yes sends it in the account's scope."""
        sheet = WriteSheet(
            self.account,
            tr("Call {name}?", name=operation.name),
            told(operation.summary) or tr("It changes data on the server."),
            tr("Call"),
            _told(operation, given),
        )
        if await sheet.ask_in(self.window(), focus=sheet.cancel):
            self._writing = True
            self._say(tr("Sending…"))
            self._start(self._write(operation, given))

    async def _write(self, operation: OperationInfo, given: Mapping[str, str]) -> None:
        try:
            await self._call(operation, given)
        finally:
            self._writing = False
            if isValid(self):
                self._show_state()

    async def _call(self, operation: OperationInfo, given: Mapping[str, str]) -> None:
        try:
            done = await self._calls.call(operation.name, given)
        except CrmError as error:
            if not isValid(self):
                raise  # the tab is gone; the window says it
            self._on_error(operation, error)
        except Exception:  # who stops it has said so already
            if isValid(self):
                self._say("")
            raise
        else:
            if isValid(self):
                self._on_done(done)

    def _on_done(self, done: CallDone) -> None:
        self._say(tr("Done.") if done.operation.is_write else "")
        self.result.show_result(done.result, done.elapsed_ms)
        self.result.show()

    def _on_error(self, operation: OperationInfo, error: CrmError) -> None:
        self._say("")
        if operation is not self.operation:
            self.failed.emit(error)  # its form is no longer there
            return
        if isinstance(error, Invalid) and self.form is not None:
            self.form.show_problems({str(name): sentence for name, sentence in error.per_field.items()})
        if operation.is_write and error.may_be_done:
            self._fail(unknown_words(error), "warn")
        else:
            self._fail(error_words(error).text, "bad")

    def _fail(self, sentence: str, tone: str) -> None:
        self.note.show_text(sentence, tone)
        self._notes.show()

    def _say(self, text: str) -> None:
        self._told.setText(text)
        self._show_state()

    def _show_state(self) -> None:
        self.stop_button.setVisible(self._scope.running("call"))
        self.call_button.setEnabled(not self.running)

    def stop(self) -> None:
        """Give up waiting for what only reads; a write is waited for."""
        if self._scope.running("call"):
            self._scope.cancel("call")
            self._say(tr("Stopped."))

    # ---- the page ----------------------------------------------------------------------------------------------------

    def panes(self) -> list[QWidget]:
        """The list, the form, the answer."""
        return [self.list.search, self._area, self.result.tabs]

    def show_again(self) -> None:
        """Back in front."""
        if self.operation is None:
            self.list.search.setFocus()
        self.status_changed.emit()

    def view(self) -> dict[str, Any]:
        """Which operation; what was typed is not kept, since it may hold secrets."""
        return {"operation": self.operation.name if self.operation is not None else self._wanted}

    async def aclose(self) -> None:
        """End what only reads."""
        await self._scope.aclose()


def _told(operation: OperationInfo, given: Mapping[str, str]) -> QWidget:
    """What will be sent, a line each; secrets and files are not shown."""
    parts = {part.name: part for part in parts_of(operation)}
    lines: list[QWidget] = []
    for name, text in given.items():
        part = parts[name]
        shown = "•••" if is_hidden(part) else text
        shown = shown if len(shown) <= _ARGUMENT_SHOWN else f"{shown[: _ARGUMENT_SHOWN - 1]}…"
        lines.append(label(f"{told(part.label) or name}: {shown}", "", "mono", wrap=True, select=True))
    return box(*lines or [label(tr("Without any values."), "muted")], vertical=True, margins=(12, 9, 12, 9),
               spacing=4, role="card")  # fmt: skip
