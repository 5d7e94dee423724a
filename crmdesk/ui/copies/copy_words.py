# SPDX-License-Identifier: MIT
"""What the window says of copies: how fresh, how large, how far an update is, how it went."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from crmdesk.domain.names import ModuleName
from crmdesk.engine.mirror import Freshness, MirrorStatus, ModuleState, Phase, Progress, SearchHit, Source, Updated
from crmdesk.ui.formats import Formats
from crmdesk.ui.translation import plural, told, tr


def when_words(at: datetime, formats: Formats, now: datetime | None = None) -> str:
    """The time of today, else the day with it."""
    local, today = at.astimezone(formats.zone), (now or datetime.now(UTC)).astimezone(formats.zone)
    text = formats.moment(at)
    day = formats.day(local.date())
    return text.removeprefix(day).strip() if local.date() == today.date() else text


def fresh_words(fresh: Freshness, formats: Formats) -> str:
    """ "server 14:02", "copy of 14:02", "my edit"; "" where nothing is known."""
    if fresh.source is Source.EDIT:
        return tr("my edit")
    if fresh.at is None:
        return ""
    when = when_words(fresh.at, formats)
    return tr("server {when}", when=when) if fresh.source is Source.SERVER else tr("copy of {when}", when=when)


def fresh_tip(fresh: Freshness, formats: Formats) -> str:
    """The same in a sentence."""
    if fresh.source is Source.EDIT:
        return tr("Your own change lies over what was read; it is not sent yet.")
    if fresh.at is None:
        return ""
    when = formats.moment(fresh.at)
    if fresh.source is Source.SERVER:
        return tr("Read from the server on {when}.", when=when)
    return tr("Out of the copy on this computer, which was as the server on {when}.", when=when)


def detail_words(found: SearchHit) -> str:
    """Why a record was found, and what tells it from others of its name; "" = nothing of it is known."""
    met = f"{found.field_label}: {found.text}" if found.text and found.text != found.title else ""
    return " · ".join(part for part in (met, *found.beside) if part)


def synced_words(state: ModuleState, formats: Formats) -> str:
    """When a module's copy was as the server."""
    if state.synced_at is None:
        return tr("the first copy is not finished")
    if not state.complete:
        return tr("being copied anew")
    when = when_words(state.synced_at, formats)
    if state.lines:
        count = formats.count(min(state.documents, state.rows))
        return tr("as on the server at {when}, {n} with lines", when=when, n=count)
    return tr("as on the server at {when}", when=when)


def size_words(size: int, formats: Formats) -> str:
    """Bytes as people read them."""
    if size < 1_000_000:
        return tr("{n} kB", n=formats.number(max(1, round(size / 1000)) if size else 0))
    if size < 1_000_000_000:
        return tr("{n} MB", n=formats.number(round(size / 1_000_000)))
    return tr("{n} GB", n=formats.number(round(size / 1_000_000_000)))


def room_words(status: MirrorStatus, formats: Formats) -> str:
    """The space used, of how much."""
    used = size_words(status.used_bytes, formats)
    if not status.limit_bytes:
        return tr("{used} used on this computer", used=used)
    return tr("{used} of {limit} used on this computer", used=used, limit=size_words(status.limit_bytes, formats))


def progress_words(progress: Progress | None, label: str, formats: Formats) -> tuple[str, str]:
    """What is under way, and how far it is."""
    if progress is None:
        return tr("Updating the copy"), ""
    work = tr("Copying {module}", module=label)
    if progress.phase is Phase.CHANGES:
        work = tr("What changed in {module}", module=label)
    elif progress.phase is Phase.COMPARING:
        work = tr("What was deleted in {module}", module=label)
    elif progress.phase is Phase.LINES:
        work = tr("Lines of {module}", module=label)
    elif progress.phase is Phase.WAITING:
        seconds = max(1, round(progress.wait_s))
        return tr("{module}: the server asks to wait", module=label), tr("{n} s", n=formats.count(seconds))
    if progress.modules > 1:
        work = tr("{work} ({n} of {all})", work=work, n=progress.module_number, all=progress.modules)
    if progress.total:
        done = min(progress.rows, progress.total)
        return work, tr("{0} of {1}").format(formats.count(done), formats.count(progress.total))
    return work, formats.count(progress.rows) if progress.rows else ""


def updated_words(done: Sequence[Updated], labels: Mapping[ModuleName, str]) -> str:
    """How an update went that somebody asked for."""
    bad = [one for one in done if one.trouble]
    good, changed = len(done) - len(bad), sum(one.changed + one.deleted for one in done)
    parts = []
    if good:
        parts.append(plural(good, "The copy of 1 module is up to date.", "The copies of {n} modules are up to date."))
    if good and changed:
        parts.append(plural(changed, "1 record was new or different.", "{n} records were new or different."))
    for one in bad[:3]:
        parts.append(tr("{module}: {trouble}", module=labels.get(one.module, one.module), trouble=told(one.trouble)))
    left_out = sum(one.left_out for one in done)
    if left_out:
        parts.append(
            plural(left_out, "1 record has no id and is left out.", "{n} records have no id and are left out.")
        )
    return " ".join(parts)
