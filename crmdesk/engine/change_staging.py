# SPDX-License-Identifier: MIT
"""A change file among the edits that wait: read, held against the server, staged in one step; nothing is sent."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import said_by, sentence
from crmdesk.domain.values import same
from crmdesk.engine.applying import Applier, Checked
from crmdesk.engine.change_file import Wish, read_lines, wishes
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import Kind, StagedRecord
from crmdesk.engine.staging import StagedChanges

ENDINGS: Final = (".jsonl", ".ndjson")
"""Of files that may hold changes, or a table to import: only a look inside tells."""
SURE_ENDING: Final = ".crmdesk.jsonl"
"""Of files that hold changes, as the window writes them."""
_MOST_BYTES: Final = 50_000_000
_LOOK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class StagedFile:
    """What came of a change file.

    Attributes:
        records: how many records wait because of it.
        same: how many hold already what the file wants.
        left_out: a sentence for each that does not wait, with its line.
    """

    records: int
    same: int
    left_out: tuple[str, ...] = ()


def is_change_file(path: Path) -> bool:
    """Tell whether a file's name, or its first line, says that it holds changes. False where it cannot be read."""
    if path.name.lower().endswith(SURE_ENDING):
        return True
    if path.suffix.lower() not in ENDINGS:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_LOOK_BYTES).decode("utf-8-sig")
        return bool(read_lines(next((line for line in head.splitlines() if line.strip()), "").splitlines()))
    except (OSError, UnicodeDecodeError, Invalid):
        return False


def read(path: Path) -> str:
    """The text of a change file.

    Raises:
        Invalid: it cannot be read, is too large or is no text.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Invalid(sentence("{name} is too large to be opened as changes.", name=path.name))
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(sentence("{name} is not UTF-8, so it is no file of changes.", name=path.name)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise Invalid(sentence("{name} cannot be read: {why}.", name=path.name, why=why)) from error


async def stage_file(
    path: Path,
    session: AccountSession,
    staged: StagedChanges,
    applier: Applier,
    progress: Callable[[int], None] | None = None,
) -> StagedFile:
    """Let the changes of a file wait for the review: over what it says was there, so that the review sees conflicts.

    A record with edits of its own keeps them, and the file's are left out.

    Args:
        progress: told how many records were held against the server.

    Raises:
        Invalid: the file makes no sense here; nothing of it waits. CrmError: the server could not be asked.
    """
    lines = read_lines((await asyncio.to_thread(read, path)).splitlines())
    wanted = await wishes(session, lines)
    if not wanted:
        raise Invalid(sentence("{name} holds no changes.", name=path.name))
    busy = [one for one in wanted if staged.get(one.staged.slot) is not None]
    free = [one for one in wanted if staged.get(one.staged.slot) is None]
    checked = await applier.check([one.staged for one in free], progress)
    ready: list[StagedRecord] = []
    left_out: list[tuple[int, str]] = [(one.place, sentence("it has edits that wait already.")) for one in busy]
    equal = 0
    for wish, one in zip(free, checked, strict=True):
        if one.error is not None:
            left_out.append((wish.place, said_by(one.error)))
            continue
        over = _over(one, wish, (await session.schema(wish.staged.id.module)).title_field)
        if over is None:
            equal += 1
        else:
            ready.append(over)
    if ready:
        await staged.stage(ready, sentence("Changes from {name}", name=path.name))
    told = tuple(sentence("Line {number}: {why}", number=place, why=why) for place, why in sorted(left_out))
    return StagedFile(len({one.id for one in ready}), equal, told)


def _over(one: Checked, wish: Wish, title_field: FieldName) -> StagedRecord | None:
    """The wish over the server's record, with what the file says was there; None where nothing is left to do."""
    staged, now = one.staged, one.now
    if now is None or staged.kind not in (Kind.UPDATE, Kind.DELETE):
        return staged
    was = wish.was or {}
    base = replace(now, values={**now.values, **was})
    left = {name: value for name, value in staged.values.items() if not same(value, now.values.get(name))}
    if staged.kind is Kind.UPDATE and not left:
        return None
    return replace(staged, base=base, values=left, title=now.shown(title_field) or now.id.key)
