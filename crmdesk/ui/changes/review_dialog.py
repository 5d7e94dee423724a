# SPDX-License-Identifier: MIT
"""ReviewDialog: what will be sent, held against the server; decide, apply, and see what became of each change."""

from collections.abc import Callable, Coroutine
from pathlib import Path

from PySide6.QtCore import Qt, Signal

from crmdesk.connectors.port import SwitchesWorkflows
from crmdesk.domain.changes import Outcome, Unknown
from crmdesk.domain.errors import CrmError
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import RecordId
from crmdesk.engine.applying import ApplyOptions, ApplyResult, Checked, Decision
from crmdesk.engine.desk import Account
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.accounts.fitting import settle_layouts
from crmdesk.ui.changes.account_line import AccountLine
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.review import Review
from crmdesk.ui.changes.review_buttons import ReviewButtons
from crmdesk.ui.changes.review_options import ReviewOptions
from crmdesk.ui.changes.review_progress import ReviewProgress
from crmdesk.ui.changes.review_rows import (
    MINE,
    RESULT,
    THEIRS,
    TICK,
    Spot,
    result_columns,
    result_rows,
    review_columns,
    review_rows,
)
from crmdesk.ui.changes.review_table import Line, ReviewTable
from crmdesk.ui.changes.review_words import (
    changed_words,
    dry_run_words,
    failed_words,
    fold_words,
    opening_words,
    result_words,
    title_words,
    window_words,
)
from crmdesk.ui.changes.save_changes import ask_where, save_changes
from crmdesk.ui.formats import Formats
from crmdesk.ui.parts import Note, box, button
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.theme import theme
from crmdesk.ui.wording import error_words, tr

Start = Callable[[Coroutine[object, object, object]], None]


class ReviewDialog(Sheet):
    """The review of everything one account has staged.

    Checking belongs to the sheet and ends with it. Applying belongs to the account: `start` runs it, and closing the
    sheet does not stop it.

    Signals:
        applied(ApplyResult): An apply (not a dry run) has ended while the sheet is open.
    """

    applied = Signal(object)

    def __init__(
        self,
        account: Account,
        formats: Formats,
        report: Callable[[BaseException], None],
        start: Start,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        """`start` runs the apply in the account's own scope. `tell` hears how it ended if the sheet was closed."""
        super().__init__(title_words(account.staged.all(), account.profile), 1020)
        self._account, self._report, self._start, self._tell = account, report, start, tell
        self._words = ChangeWords(account.session, formats)
        self._scope = TaskScope(report)
        self._review = Review(account.profile.environment)
        self._identity: Identity | None = None
        self._batch: int | None = None
        self._is_over = self._applying = self._drying = False
        self._only: frozenset[RecordId] | None = None
        self._build()
        self.closed.connect(self._on_closed)
        self._begin()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        self._line = AccountLine(self._account.profile)
        self._note = Note("", "warn")
        self._note.hide()
        self.grid = ReviewTable()
        self.grid.setAccessibleName(tr("Changes to apply"))
        self.grid.pressed_at.connect(self._on_pressed)
        self.grid.set_empty(tr("Comparing with the server …"))
        self._progress = ReviewProgress()
        self.options = ReviewOptions()
        self.options.changed.connect(self._refresh)
        self._fold = button("", "link", self._toggle_side_effects)
        self._fold.hide()
        self._with_side_effects = False
        parts = (self._line, self._note, self.grid, self._progress, self._fold, self.options)
        body = box(*parts, vertical=True, margins=(18, 14, 18, 14), spacing=12)
        self.buttons = ReviewButtons(save=self._choose_file, close=self.reject, dry_run=self._start_dry_run,
                                     apply=self._start_apply, again=self._try_again, stop=self._on_stop)  # fmt: skip
        self.set_content(body, *self.buttons.sides())

    # ---- asking and checking -----------------------------------------------------------------------------------------

    def _begin(self) -> None:
        profile, staged = self._account.profile, self._staged()
        self._show_progress(0, len(staged), checking=True)
        self._say(*opening_words(may_write=profile.may_write, is_applying=self._account.applier.running))
        self._scope.start(self._run_check(), slot="check")
        self._refresh()

    def _staged(self) -> tuple[StagedRecord, ...]:
        """What this review is about: everything pending, or what failed the first time."""
        every = self._account.staged.all()
        return every if self._only is None else tuple(one for one in every if one.slot in self._only)

    def _try_again(self) -> None:
        """Review once more what was refused, and nothing else."""
        self._only = self._review.failed
        self._review, self._batch = Review(self._account.profile.environment), None
        self._fold.hide()
        self.grid.show_lines((), review_columns())
        self._begin()

    async def _run_check(self) -> None:
        staged = self._staged()
        await self._words.learn(self._words.missing(staged))
        try:
            if self._account.profile.may_write:
                self._line.show_asking()
                self._identity = await self._account.applier.confirm_identity()
                self._line.show_identity(self._identity)
                self.options.workflows.setVisible(self._account.session.offers(SwitchesWorkflows))
            for module in {one.id.module for one in staged}:
                await self._account.session.schema(module)
            await self._words.learn_lines(staged)
            found = await self._account.applier.check(
                staged, lambda done: self._show_progress(done, len(staged), checking=True)
            )
        except CrmError as error:
            self._check_failed(error)
            return
        except Exception:
            self._progress.hide()
            raise
        self._show_checked(found)

    def _check_failed(self, error: CrmError) -> None:
        self._progress.hide()
        self.grid.set_empty(tr("Nothing was compared"), "", tr("Try again"), self._begin)
        self._line.show_failed()
        self._say(failed_words(error, away=self._account.session.away), "bad")
        self._refresh()

    def _show_checked(self, found: tuple[Checked, ...]) -> None:
        self._review.checked = found
        locking, window = self._account.session.capabilities.locking, self._account.applier.window
        is_about_old = any(one.now is not None for one in found)
        self.options.tell_window(window_words(locking, window.usual_ms if is_about_old else None))
        self._progress.hide()
        self._show_rows()
        told = changed_words(self._review, self._words)
        if told:
            self._say(told, "warn")
        self._refresh()
        self.grid.bring_into_view(self._review.first_undecided)

    # ---- rows --------------------------------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        """Build every row anew."""
        review = self._review
        positions = review.sent or range(len(review.checked))
        columns = result_columns() if review.sent else review_columns()
        self.grid.show_lines([line for at in positions for line in self._rows_of(at)], columns)
        self.grid.set_empty(tr("Nothing is staged"))
        self.refit()

    def _rows_of(self, at: int) -> list[Line]:
        review, one = self._review, self._review.checked[at]
        if review.sent:
            outcome = review.outcomes.get(at)
            return result_rows(at, one, outcome, self._words, with_side_effects=self._with_side_effects)
        return review_rows(at, one, self._words, review.decisions, ticked=at not in review.left_out)

    def _on_pressed(self, spot: Spot, column: str) -> None:
        if self._applying:
            return
        if column == TICK:
            self._review.toggle(spot.position)
        elif column in (THEIRS, MINE) and spot.field is not None:
            decision = Decision.THEIRS if column == THEIRS else Decision.MINE
            self._review.decide(spot.position, spot.field, decision)
        elif column == RESULT:
            self._start_look_up(spot.position)
            return
        self.grid.update_lines(self._rows_of(spot.position))
        self._refresh()
        if column in (THEIRS, MINE):
            self.grid.bring_into_view(self._review.first_undecided)

    # ---- what may be pressed -----------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        review, account = self._review, self._account
        done, may_write = bool(review.sent), account.profile.may_write
        ready = self._identity is not None and not account.applier.running and not self._drying
        self.options.ask_to_type(review.must_type if not done and may_write else 0)
        self.options.setVisible(may_write and not done)
        typed = self.options.is_typed
        self.buttons.show_state(review, may_write=may_write, ready=ready, is_typed=typed, applying=self._applying)
        self.refit()

    def _say(self, text: str, tone: str) -> None:
        self._note.show_text(text, tone)
        self._note.setVisible(bool(text))
        self.refit()

    def _show_progress(self, done: int, total: int, *, checking: bool) -> None:
        if self._is_over:
            return
        self._progress.show_state(done, total, checking=checking)

    @property
    def note_text(self) -> str:
        """What the note says, "" while there is none."""
        return self._note.text_label.text() if self._note.isVisibleTo(self) else ""

    @property
    def review(self) -> Review:
        """What was checked, decided and done."""
        return self._review

    # ---- applying ----------------------------------------------------------------------------------------------------

    def _start_dry_run(self) -> None:
        self._drying = True
        self._scope.start(self._run_dry(), slot="dry")
        self._refresh()

    async def _run_dry(self) -> None:
        positions = self._review.chosen
        chosen = [self._review.checked[at] for at in positions]
        try:
            result = await self._account.applier.apply(
                chosen, self._review.decisions, self.options.now(dry_run=True), lambda *_: None
            )
        except CrmError as error:
            self._say(error_words(error).text, "bad")
        else:
            self._say(*dry_run_words(result, chosen, self._words))
        self._drying = False
        self._refresh()

    def _start_apply(self) -> None:
        review = self._review
        chosen = review.chosen
        if self._applying or not chosen or review.undecided:
            return
        review.sent, review.outcomes = chosen, {}
        self._applying = True
        self._say("", "info")
        self._show_rows()
        self._show_progress(0, len(chosen), checking=False)
        self._start(self._run_apply(chosen, self.options.now(dry_run=False)))
        self._refresh()
        self.buttons.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    async def _run_apply(self, positions: tuple[int, ...], options: ApplyOptions) -> None:
        """Runs in the account's scope; everything after an await must do without the sheet."""
        review = self._review
        chosen = [review.checked[at] for at in positions]
        try:
            result = await self._account.applier.apply(chosen, review.decisions, options, self._on_outcome)
        except Exception as error:
            self._applying = False
            if self._is_over or not isinstance(error, CrmError):
                raise  # the scope reports it
            self._apply_failed(error)
            return
        self._applying, self._batch = False, result.batch
        for at in positions:
            if review.is_abandoned(at):
                await self._account.staged.give_way(review.checked[at].staged)
        if not self._is_over:
            self._show_result(result)
        elif self._tell is not None:
            self._tell(result_words(review)[0])

    def _on_outcome(self, number: int, outcome: Outcome) -> None:
        at = self._review.sent[number]
        self._review.outcomes[at] = outcome
        if not self._is_over:
            self.grid.update_lines(self._rows_of(at))
            self.grid.bring_into_view(at)
            self._show_progress(len(self._review.outcomes), len(self._review.sent), checking=False)

    def _apply_failed(self, error: CrmError) -> None:
        """Nothing was sent: back to the review."""
        self._review.sent, self._review.outcomes = (), {}
        words = error_words(error)
        self._progress.hide()
        self._say(f"{words.title}. {words.text}", "bad")
        self._show_rows()
        self._refresh()

    def _show_result(self, result: ApplyResult) -> None:
        self._progress.hide()
        self.grid.setAccessibleName(tr("What became of the changes"))
        count = self._review.side_effects
        self._fold.setVisible(bool(count))
        self._name_fold()
        self._say(*result_words(self._review))
        self._show_rows()
        self._refresh()
        self.grid.bring_into_view(self._review.first_failed)
        self.buttons.close.setFocus(Qt.FocusReason.OtherFocusReason)
        self.applied.emit(result)

    def _on_stop(self) -> None:
        self._account.applier.stop()
        self.buttons.stop.setEnabled(False)
        self._progress.say(tr("Stopping after the change under way …"))

    # ---- after -------------------------------------------------------------------------------------------------------

    def _start_look_up(self, at: int) -> None:
        outcome = self._review.outcomes.get(at)
        if isinstance(outcome, Unknown):
            self._say(tr("Looking at {what} …", what=self._words.title(self._review.checked[at].staged)), "info")
            self._scope.start(self._run_look_up(at, outcome), slot=f"look up {at}")

    async def _run_look_up(self, at: int, unknown: Unknown) -> None:
        staged, place = self._review.checked[at].staged, self._review.sent.index(at)
        try:
            assert self._batch is not None  # only what was sent can be unknown
            outcome = await self._account.applier.resolve(unknown, self._batch, place, staged)
        except CrmError as error:
            self._say(error_words(error).text, "bad")
            return
        if isinstance(outcome, Unknown):
            self._say(tr("The server does not tell whether it was done. Look for the record before you send it again."),
                      "warn")  # fmt: skip
            return
        self._review.outcomes[at] = outcome
        self._say(*result_words(self._review))
        self._show_rows()

    def _toggle_side_effects(self) -> None:
        self._with_side_effects = not self._with_side_effects
        self._name_fold()
        self._show_rows()

    def _name_fold(self) -> None:
        self._fold.setText(fold_words(self._review.side_effects, is_open=self._with_side_effects))

    # ---- saving ------------------------------------------------------------------------------------------------------

    def _choose_file(self) -> None:
        ask_where(self, self._account.profile.name, self.save_file)

    def save_file(self, path: Path) -> None:
        """Write the chosen changes as a change file; the note says what came of it."""
        self._scope.start(self._save(path), slot="save")

    async def _save(self, path: Path) -> None:
        said = await save_changes(path, self._review)
        if not self._is_over:
            self._say(*said)

    # ---- closing -----------------------------------------------------------------------------------------------------

    def height_for(self, width: int) -> int:
        """The table gives way where the window is too low for all of it."""
        if self._review.checked:
            self.grid.give_way(0)
        settle_layouts(self)
        wanted, backdrop = super().height_for(width), self.parentWidget()
        lacking = wanted - (backdrop.height() - theme().px(48)) if backdrop is not None else 0
        if lacking > 0 and self._review.checked:
            self.grid.give_way(lacking)
            settle_layouts(self)
            wanted = super().height_for(width)
        return wanted

    def _on_closed(self) -> None:
        self._is_over = True
        for slot in ("check", "dry", *(f"look up {at}" for at in self._review.sent)):
            self._scope.cancel(slot)
