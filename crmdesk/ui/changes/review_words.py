# SPDX-License-Identifier: MIT
"""The sentences of a review: title, warnings, progress, results."""

from collections.abc import Sequence

from crmdesk.domain.capabilities import Locking
from crmdesk.domain.changes import Refused, Skipped
from crmdesk.domain.errors import ConnectionFailed, CrmError
from crmdesk.engine.applying import ApplyResult, Checked
from crmdesk.engine.profiles import Profile
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.review import Review
from crmdesk.ui.translation import told
from crmdesk.ui.wording import changes_in_records, environment_word, error_words, plural, tr


def title_words(staged: Sequence[StagedRecord], profile: Profile) -> str:
    """ "Review 3 changes in 2 records · Nordwind (Production)"."""
    what = changes_in_records(sum(one.count for one in staged), len(staged))
    where = f"{profile.name} ({environment_word(profile.environment)})"
    return tr("Review {what} · {where}", what=what, where=where)


def opening_words(*, may_write: bool, is_applying: bool) -> tuple[str, str]:
    """Why this review cannot be applied, and the tone to say it in; "" = it can."""
    if not may_write:
        said = tr(
            "This account is set to read only: nothing can be sent. You can save the changes as a file, "
            "or change the environment in the account's settings."
        )
        return said, "info"
    if is_applying:
        return tr("An earlier review is still being applied. Wait for it to end, then review again."), "warn"
    return "", "info"


def button_words(review: Review) -> str:
    """What the main button does: "Apply 3 changes"."""
    return plural(review.change_count, "Apply {n} change", "Apply {n} changes")


def progress_words(done: int, total: int, *, checking: bool) -> str:
    """ "Comparing 3 of 12" or "Sending 3 of 12"."""
    if checking:
        return tr("Compared {done} of {total}", done=done, total=total)
    return tr("Sent {done} of {total}", done=done, total=total)


def changed_words(review: Review, words: ChangeWords) -> str:
    """The warning above the table, "" where the server holds what was loaded."""
    said: list[str] = []
    conflicting = review.conflicting
    if len(conflicting) == 1:
        title = words.title(conflicting[0].staged)
        said.append(
            tr(
                "{title} was changed on the server after you loaded it. "
                "Choose a value for each field that both of you changed.",
                title=title,
            )
        )
    elif conflicting:
        said.append(
            tr(
                "{n} records were changed on the server after you loaded them. "
                "Choose a value for each field that both of you changed.",
                n=len(conflicting),
            )
        )
    twice = sum(bool(one.alike) for one in review.checked)
    if twice:
        said.append(
            plural(
                twice,
                "{n} new record looks like one that is there already, and the server would take it twice.",
                "{n} new records look like ones that are there already, and the server would take them twice.",
            )
        )
    gone = sum(one.error is not None for one in review.checked)
    if gone:
        said.append(
            plural(
                gone,
                "{n} record cannot be changed and is left out; the table says why.",
                "{n} records cannot be changed and are left out; the table says why.",
            )
        )
    return " ".join(said)


def failed_words(error: CrmError, *, away: bool) -> str:
    """Why nothing could be compared; ``away``: the server is known to be out of reach."""
    if away and isinstance(error, ConnectionFailed):
        return tr("You are offline: nothing can be compared with the server, and nothing is sent. Your changes wait on this "
                  "computer; review them when it answers again.")  # fmt: skip
    words = error_words(error)
    return f"{words.title}. {words.text}"


def dry_run_words(result: ApplyResult, chosen: Sequence[Checked], words: ChangeWords) -> tuple[str, str]:
    """What a dry run found, and the tone to say it in."""
    refused = [
        (words.title(one.staged), told(outcome.error.user_text))
        for one, outcome in zip(chosen, result.outcomes, strict=True)
        if isinstance(outcome, Refused)
    ]
    ready = sum(isinstance(outcome, Skipped) for outcome in result.outcomes)
    said = plural(ready, "Dry run: {n} record would be sent.", "Dry run: {n} records would be sent.")
    if refused:
        title, reason = refused[0]
        more = plural(len(refused), "{n} would not: ", "{n} would not, the first: ")
        said = f"{said} {more}{title}. {reason}"
    return f"{said} {tr('Nothing was sent.')}", "warn" if refused else "info"


def result_words(review: Review) -> tuple[str, str]:
    """What became of an apply in a sentence, and the tone to say it in."""
    counts = review.counts()
    parts = [
        plural(counts["applied"], "{n} record applied", "{n} records applied") if counts["applied"] else "",
        plural(counts["refused"], "{n} refused", "{n} refused") if counts["refused"] else "",
        plural(counts["unknown"], "{n} unknown", "{n} unknown") if counts["unknown"] else "",
        plural(counts["skipped"], "{n} not sent", "{n} not sent") if counts["skipped"] else "",
    ]
    said = " · ".join(part for part in parts if part) + "."
    if counts["refused"]:
        said += " " + tr("Refused changes stay pending; the table says why.")
    if counts["unknown"]:
        said += " " + tr("Unknown: sent, but no answer came. Look before you send it again.")
    if review.surprises:
        said += " " + plural(review.surprises, "{n} field is stored differently.", "{n} fields are stored differently.")
    if review.differences:
        said += " " + plural(
            review.differences,
            "{n} line is not as it was sent: open the document to restore it.",
            "{n} lines are not as they were sent: open the document to restore them.",
        )
    tone = (
        "bad"
        if review.differences or counts["refused"]
        else "warn"
        if counts["unknown"] or review.surprises
        else "good"
    )
    return said, tone if counts["applied"] or counts["refused"] or counts["unknown"] else "info"


def window_words(locking: Locking, usual_ms: float | None) -> str:
    """What remains unnoticed between our last look at a record and its write, "" where nothing does."""
    if locking is not Locking.NONE or usual_ms is None:
        return ""
    return tr(
        "Each record is read once more just before it is sent. This server does not tell us what somebody else saves "
        "in the moment after that ({n} ms, as measured): such a save would be overwritten.",
        n=max(1, round(usual_ms)),
    )


def fold_words(count: int, *, is_open: bool) -> str:
    """The line that folds what the server changed by itself."""
    shown = plural(
        count, "The server changed {n} other field by itself", "The server changed {n} other fields by itself"
    )
    return f"▾ {shown}" if is_open else f"▸ {shown}"
