# SPDX-License-Identifier: MIT
"""What every command that changes data shares: the count that must be confirmed, sending, telling, the exit code."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from crmdesk.cli.output import print_json, print_table, say, standard_output
from crmdesk.cli.shapes import one_line
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.connectors.port import SwitchesWorkflows
from crmdesk.domain.changes import Applied, Outcome, SaveDocument, Skipped, Unknown
from crmdesk.domain.changes import Refused as RefusedByServer
from crmdesk.domain.errors import Conflict
from crmdesk.domain.values import plain
from crmdesk.engine.applying import ApplyOptions, Checked
from crmdesk.engine.checking import decide
from crmdesk.engine.confirming import number_to_confirm
from crmdesk.engine.desk import Account
from crmdesk.engine.row_files import Json, value_shape
from crmdesk.translation import mark, plural, tr

DONE, SAID_NO, PARTLY = 0, 1, 3
_STOPPED, _DRY = "Stopped before it was sent.", "Dry run"  # as the engine says it, in the source's language
_WORDS = (mark("applied"), mark("ready"), mark("refused"), mark("unknown"), mark("not sent"), mark("nothing to do"))


@dataclass(frozen=True, slots=True)
class Row:
    """One change on its way: what was checked, and where it comes from (a line of a file, 0 = none)."""

    checked: Checked
    place: int = 0


@dataclass(slots=True)
class Job:
    """Changes that were checked, and how to send them.

    Attributes:
        refused: what cannot even be tried: (place, record's key, title, why).
        summary: what the journal calls it.
    """

    rows: list[Row]
    refused: list[tuple[int, str, str, str]] = field(default_factory=list)
    summary: str = ""
    never_touch: frozenset[str] = frozenset()
    stop_after_failures: int = 0
    extra: dict[str, Json] = field(default_factory=dict)

    @property
    def sendable(self) -> int:
        """Records that would be changed as they stand."""
        return sum(decide(row.checked, {})[2] is None for row in self.rows)


async def carry_out(arguments: argparse.Namespace, account: Account, job: Job) -> int:
    """Send, or with ``--dry-run`` do everything but send; tell what became of each; the exit code.

    Raises:
        Refused: the number is not what was expected, or nobody confirmed it; nothing was sent.
    """
    options = _options(arguments, account, job)
    expected = getattr(arguments, "expect", None)
    if expected is not None and job.sendable != expected:
        raise Refused(
            tr(
                "{expected} records were expected to change, {sendable} would. Nothing was sent.",
                expected=expected,
                sendable=job.sendable,
            )
        )
    outcomes: dict[int, Outcome] = {}
    checked = [row.checked for row in job.rows]
    try:
        result = await account.applier.apply(checked, {}, options, outcomes.__setitem__, job.summary)
    except asyncio.CancelledError:
        say(
            tr("Interrupted: {counted}. The journal tells what was sent.", counted=_counted(list(outcomes.values()), 0))
        )
        raise
    _tell(arguments, job, result.outcomes, result.batch)
    return exit_code(result.outcomes, len(job.refused), dry=options.dry_run)


def _options(arguments: argparse.Namespace, account: Account, job: Job) -> ApplyOptions:
    no_events = getattr(arguments, "no_events", False)
    if no_events and not account.session.offers(SwitchesWorkflows):
        raise Usage(tr("This CRM has no switch for its workflows: --no-events cannot be kept."))
    stop = getattr(arguments, "stop_after_failures", None)
    confirmed = 0 if arguments.dry_run else _confirmed(arguments, account, len(job.rows))
    return ApplyOptions(
        workflows=not no_events,
        stop_after_failures=job.stop_after_failures if stop is None else stop,
        never_touch=frozenset(job.never_touch),  # type: ignore[arg-type]  # a FieldName is a str
        dry_run=arguments.dry_run,
        confirmed=confirmed,
    )


def _confirmed(arguments: argparse.Namespace, account: Account, count: int) -> int:
    """The number somebody has confirmed, by ``--yes`` or by typing it."""
    wanted = number_to_confirm(account.profile.environment, count)
    if not wanted or arguments.yes:
        return wanted
    question = tr(
        "This changes {wanted} records in the production account {profile}", wanted=wanted, profile=account.profile.name
    )
    if sys.stdin is None or not sys.stdin.isatty():
        raise Refused(
            tr("{question}. Nothing was sent: look at it with --dry-run, then give --yes.", question=question)
        )
    print(
        tr("{question}. Type {wanted} to go on: ", question=question, wanted=wanted),
        end="",
        file=sys.stderr,
        flush=True,
    )
    if sys.stdin.readline().strip() != str(wanted):
        raise Refused(tr("That is not the number. Nothing was sent."))
    return wanted


def exit_code(outcomes: Sequence[Outcome], refused: int, *, dry: bool) -> int:
    """0 all is as wanted, 1 nothing is, 3 some and some."""
    failed = refused + sum(is_failure(one) for one in outcomes)
    if not failed:
        return DONE
    good = sum(isinstance(one, Applied) or (dry and not is_failure(one)) for one in outcomes)
    return PARTLY if good else SAID_NO


def is_failure(outcome: Outcome) -> bool:
    """Refused, unknown, or not sent because the run was stopped; "nothing left to change" is none."""
    if isinstance(outcome, Skipped):
        return outcome.reason == _STOPPED
    return isinstance(outcome, (RefusedByServer, Unknown))


# ---- telling -----------------------------------------------------------------------------------------------------


def _tell(arguments: argparse.Namespace, job: Job, outcomes: Sequence[Outcome], batch: int | None) -> None:
    out = standard_output()
    if arguments.json:
        print_json(out, _shape(job, outcomes, batch))
        return
    rows = [
        [tr(_word(outcome)), *_about(row), _remark(outcome)] for row, outcome in zip(job.rows, outcomes, strict=True)
    ] + [[tr("refused"), key, one_line(title), "", why] for _, key, title, why in job.refused]
    print_table(out, [tr("result"), tr("id"), tr("record"), tr("change"), tr("remark")], rows)
    said = _counted(outcomes, len(job.refused))
    if batch is None:
        say(
            tr("Dry run, nothing was sent: {said}.", said=said)
            if arguments.dry_run
            else tr("Nothing was sent: {said}.", said=said)
        )
    else:
        text = tr("{said}. Journal {batch}", said=said[:1].upper() + said[1:], batch=batch)
        if any(isinstance(one, Applied) for one in outcomes):
            text = tr("{said}; take it back with: crmdesk undo {batch}", said=text, batch=batch)
        say(text)


def _shape(job: Job, outcomes: Sequence[Outcome], batch: int | None) -> dict[str, Json]:
    rows: list[Json] = [_row_shape(row, outcome) for row, outcome in zip(job.rows, outcomes, strict=True)]
    rows += [
        {"line": place or None, "id": key, "title": title, "outcome": "refused", "error": why}
        for place, key, title, why in job.refused
    ]
    count = {word: sum(_word(one) == word for one in outcomes) for word in ("applied", "refused", "unknown")}
    return {
        "journal_id": batch,
        "applied": count["applied"],
        "refused": count["refused"] + len(job.refused),
        "unknown": count["unknown"],
        "rows": rows,
        **job.extra,
    }


def _row_shape(row: Row, outcome: Outcome) -> dict[str, Json]:
    staged = row.checked.staged
    made = outcome.record if isinstance(outcome, Applied) else row.checked.made
    stored = outcome.record.values if isinstance(outcome, Applied) and outcome.record is not None else {}
    shape: dict[str, Json] = {
        "line": row.place or None,
        "op": staged.kind.value if not isinstance(outcome.change, SaveDocument) else "document",
        "module": staged.id.module,
        "id": staged.id.key if made is None else made.id.key,
        "title": staged.title or None,
        "outcome": _word(outcome),
        "error": (_remark(outcome) or None) if is_failure(outcome) else None,
        "set": {name: value_shape(value) for name, value in staged.values.items()},
        "was": {name: value_shape(staged.base.values.get(name)) for name in staged.values},
        "stored": {name: value_shape(stored[name]) for name in staged.values if name in stored},
    }
    if isinstance(outcome, Applied):
        shape["stored_otherwise"] = list(outcome.surprises)
        shape["changed_by_server"] = list(outcome.side_effects)
    if isinstance(outcome, RefusedByServer) and isinstance(outcome.error, Conflict):
        held = outcome.error.server.values
        shape["server_holds"] = {name: value_shape(held.get(name)) for name in staged.values}
    return shape


def _word(outcome: Outcome) -> str:
    match outcome:
        case Applied():
            return "applied"
        case RefusedByServer():
            return "refused"
        case Unknown():
            return "unknown"
        case Skipped(reason=reason):
            return "not sent" if reason == _STOPPED else "ready" if reason.startswith(_DRY) else "nothing to do"


def _about(row: Row) -> tuple[str, str, str]:
    staged, empty = row.checked.staged, tr("(empty)")
    said = [
        f"{name}: {plain(staged.base.values.get(name)) or empty} → {plain(value) or empty}"
        for name, value in staged.values.items()
    ]
    return staged.id.key, one_line(staged.title), one_line("; ".join(said) or staged.kind.value)


def _remark(outcome: Outcome) -> str:
    match outcome:
        case RefusedByServer(error=error) | Unknown(error=error):
            return one_line(error.user_text)
        case Skipped(reason=reason):
            return "" if reason.startswith(_DRY) else one_line(reason)
        case Applied(surprises=surprises, side_effects=own, differences=lines):
            said = [tr("stored otherwise: {fields}", fields=", ".join(surprises))] if surprises else []
            if lines:
                said.append(plural(len(lines), "1 line is not as it was sent", "{n} lines are not as they were sent"))
            if own:
                said.append(tr("the server also changed: {fields}", fields=", ".join(own)))
            return "; ".join(said)


def _counted(outcomes: Sequence[Outcome], refused: int) -> str:
    words = [_word(one) for one in outcomes] + ["refused"] * refused
    return ", ".join(f"{words.count(word)} {tr(word)}" for word in _WORDS if word in words) or tr("nothing to do")
