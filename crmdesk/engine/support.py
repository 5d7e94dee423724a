# SPDX-License-Identifier: MIT
"""What goes with a report of trouble: texts that are shown before they are written, and the zip they are written to."""

import os
import zipfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crmdesk.connectors.wire.redaction import Redactor
from crmdesk.domain.errors import ProfileError
from crmdesk.engine.call_log import Call
from crmdesk.engine.logs import COMMANDS, log_text
from crmdesk.engine.profiles import Profile
from crmdesk.engine.settings import SETTINGS, Settings
from crmdesk.engine.versions import as_report, versions

WITH_RECORDS: Final = "calls-with-data.txt"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a report: what is shown is what is written.

    Attributes:
        holds_records: it may hold what customers' records say; left out unless the person wants it in.
    """

    name: str
    text: str
    holds_records: bool = False


def parts_of(
    *,
    settings: Settings,
    profiles: Iterable[Profile],
    calls: Sequence[Call],
    log_folder: Path,
    trouble: str,
    redactor: Redactor,
    locked: Collection[str] = (),
) -> tuple[Part, ...]:
    """Everything that may go with a report, every text masked once more.

    Args:
        trouble: the error it is about, "" = none in particular.
        locked: names of accounts whose records nobody may read now.
    """
    held = [
        Part("versions.txt", as_report(versions())),
        Part("settings.txt", _settings(settings)),
        Part("accounts.txt", "\n".join(_account(profile) for profile in profiles)),
        Part("calls.txt", "".join(call.line() + "\n" for call in calls)),
        Part("log.txt", log_text(log_folder)),
        Part("commands.txt", log_text(log_folder, COMMANDS)),
        Part(WITH_RECORDS, "\n".join(_whole(call) for call in calls if call.account not in locked), holds_records=True),
    ]
    if trouble:
        held.insert(0, Part("trouble.txt", trouble))
    return tuple(Part(part.name, redactor.redacted(part.text), part.holds_records) for part in held if part.text)


def write(path: Path, parts: Iterable[Part]) -> None:
    """Write the report; an older file of that name is replaced only when the new one is whole.

    Raises:
        ProfileError: the file cannot be written.
    """
    beside = path.with_name(path.name + ".new")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts:
                archive.writestr(part.name, part.text)
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ProfileError(f"The report could not be written to {path}.", str(error)) from error


def _settings(settings: Settings) -> str:
    lines = [f"{name} = {settings.value(name)}  ({settings.source(name).value})" for name in SETTINGS]
    return "\n".join((*lines, *settings.problems)) + "\n"


def _account(profile: Profile) -> str:
    """What matters of an account; no user name, no setting that a vendor keeps for itself."""
    extras = [word for word, held in (("proxy", profile.proxy), ("own certificates", profile.ca_file)) if held]
    return f"{profile.vendor}  {profile.url}  {profile.environment.value}{''.join(f'  {word}' for word in extras)}"


def _whole(call: Call) -> str:
    return f"{call.line()}\n  asked: {call.asked}\n  answered: {call.answered}\n"
