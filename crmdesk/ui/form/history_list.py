# SPDX-License-Identifier: MIT
"""History: what the server tells of a record, and what this computer did to it, by time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from crmdesk.connectors.port import HistoryEntry, HistoryFilter, KeepsHistory
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import CrmError
from crmdesk.domain.schema import Field, Schema
from crmdesk.domain.values import plain
from crmdesk.engine.journal import BatchInfo, Entry
from crmdesk.ui.form.record_page import RecordPage, Shown, Start
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import box, label, set_font
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.translation import mark, told
from crmdesk.ui.wording import tr

_KINDS: Mapping[str, str] = {
    "created": mark("created"),
    "changed": mark("changed"),
    "deleted": mark("deleted"),
    "linked": mark("linked"),
    "other": mark("noted"),
}
_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "applied": (mark("applied"), "good"),
    "refused": (mark("refused"), "bad"),
    "unknown": (mark("outcome unknown"), "on_edited"),
    "skipped": (mark("not sent"), "muted"),
    "": (mark("no outcome noted"), "on_edited"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One event.

    Attributes:
        at: for the order; None sorts last. when: as it is shown.
        what: a word for it. changes: (field, old, new).
        outcome: of this computer's own changes, None = the server tells it.
    """

    at: datetime | None
    when: str
    who: str
    what: str
    changes: tuple[tuple[str, str, str], ...] = ()
    outcome: str | None = None
    note: str = ""


def from_server(entry: HistoryEntry) -> HistoryLine:
    """An event as the server tells it; its clock's zone is not told, so the text stays as it came."""
    try:
        at = datetime.fromisoformat(entry.when)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        at = None
    changes = tuple((change.label, change.before, change.after) for change in entry.changes)
    return HistoryLine(
        at=at, when=entry.when, who=entry.who, what=tr(_KINDS.get(entry.kind, entry.kind)), changes=changes
    )


def from_journal(info: BatchInfo, entry: Entry, schema: Schema, formats: Formats) -> HistoryLine:
    """An event of this computer's own journal."""
    what = tr("changed")
    changes: tuple[tuple[str, str, str], ...] = ()
    match entry.change:
        case Update(before, values):
            held = (entry.before or before).values
            changes = tuple(
                (_label(field, name), _text(formats, field, held.get(name)), _text(formats, field, value))
                for name, value in values.items()
                for field in (schema.field(name),)
            )
        case Create() | SaveDocument(None, _):
            what = tr("created")
        case Delete():
            what = tr("deleted")
    return HistoryLine(
        at=info.began,
        when=formats.moment(info.began),
        who=info.user,
        what=what,
        changes=changes,
        outcome=entry.outcome,
        note=told(entry.error),
    )


def _label(field: Field | None, name: str) -> str:
    return field.label if field is not None else name


def _text(formats: Formats, field: Field | None, value: object) -> str:
    return formats.text(value, field) if field is not None else plain(value)  # type: ignore[arg-type]


def by_time(lines: Iterable[HistoryLine]) -> list[HistoryLine]:
    """Newest first; events without a readable time last, in the order they came."""
    old = datetime.min.replace(tzinfo=UTC)
    return sorted(lines, key=lambda line: line.at or old, reverse=True)


def as_html(lines: Iterable[HistoryLine]) -> str:
    """The events as a text in the theme's colours; everything a server sent is escaped."""
    c = theme().colours
    parts: list[str] = []
    for line in lines:
        who = f"<b>{escape(line.who)}</b> " if line.who else ""
        head = f"{who}{escape(line.what)}"
        mark = ""
        if line.outcome is not None:
            word, role = _OUTCOMES.get(line.outcome, (line.outcome, "muted"))
            mark = f' · {tr("from this computer")} · <span style="color:{c.of(role).name()}">{escape(tr(word))}</span>'
        parts.append(
            f'<p style="margin:{10 if parts else 0}px 0 1px 0">{head}<br><span style="color:{c.muted.name()}">{escape(line.when)}{mark}</span></p>'
        )
        rows = "".join(
            f'<p style="margin:1px 0 0 12px">{escape(field)}: '
            f'<s style="color:{c.bad.name()}">{escape(before or tr("empty"))}</s> → '
            f'<span style="color:{c.good.name()}">{escape(after or tr("empty"))}</span></p>'
            for field, before, after in line.changes
        )
        note = f'<p style="margin:1px 0 0 12px; color:{c.bad.name()}">{escape(line.note)}</p>' if line.note else ""
        parts.append(rows + note)
    return "".join(parts)


class HistoryList(RecordPage):
    """Read-only text, so that it can be selected and copied."""

    def __init__(self, formats: Formats, scope: TaskScope, start: Start, parent: QWidget | None = None) -> None:
        super().__init__(formats, scope, start, parent)
        self.lines: list[HistoryLine] = []
        self._hint = label("", "muted", "small", wrap=True)
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setAccessibleName(tr("History"))
        set_font(self.text, "body")
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(box(self.text, self._hint, None, vertical=True))
        self._column.addWidget(area, 1)
        theme().changed.connect(self._on_theme)  # a bound method: it ends with the widget

    def forget(self) -> None:
        self.lines = []
        self.text.clear()
        self._hint.clear()

    async def fill(self, shown: Shown) -> None:
        record = shown.record.id
        own = await shown.account.journal.of_record(record)
        lines = [from_journal(info, entry, shown.schema, self._formats) for info, entry in own]
        self._show(lines, "")
        hint, problem = "", None
        if shown.account.session.offers(KeepsHistory):
            try:
                wanted = HistoryFilter(record=record, with_changes=True)
                events = await shown.account.session.ask_role(
                    KeepsHistory,
                    lambda c: c.history(wanted),
                )
                lines += [from_server(entry) for entry in events]
                if not events:
                    hint = tr(
                        "The server tells nothing of this record: nothing happened, or it does not follow this module."
                    )
                else:
                    hint = tr("What the server tells carries the server's own time.")
            except CrmError as error:
                hint, problem = (
                    tr("The server's own history could not be read: {why}", why=told(error.user_text)),
                    error,
                )
        else:
            hint = tr("This CRM does not tell its history. What you see is what this computer did.")
        self._show(lines, hint)
        if problem is not None:
            raise problem

    async def fill_alone(self, shown: Shown) -> None:
        own = await shown.account.journal.of_record(shown.record.id)
        lines = [from_journal(info, entry, shown.schema, self._formats) for info, entry in own]
        hint = tr("You are offline: what others did to this record is known when the server answers again.")
        self._show(lines, hint)

    def say(self, text: str, *, retry: bool = False) -> None:
        super().say("" if text and not retry and self.lines else text, retry=retry)

    def _on_theme(self) -> None:
        self.text.setText(as_html(self.lines))

    def _show(self, lines: list[HistoryLine], hint: str) -> None:
        self.lines = by_time(lines)
        self.text.setText(as_html(self.lines))
        self._hint.setText(hint)
        nothing = tr("Nothing has been changed from this computer yet.")
        self.say("" if self.lines or not hint else nothing)
