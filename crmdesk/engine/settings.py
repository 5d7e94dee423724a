# SPDX-License-Identifier: MIT
"""The few settings of the program, on disk as JSON, and the administrator's file that presets or locks them.

What counts, strongest first: the administrator's locked value, the person's own, the administrator's preset, ours.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence
from crmdesk.engine.events import Event

Held = str | int | bool
_VERSION: Final = 1
_LONGEST: Final = 2000  # characters of a text


class Source(Enum):
    """Where a value comes from."""

    DEFAULT = "default"
    PERSON = "person"
    PRESET = "preset"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: what it may be.

    Attributes:
        default: its type is the setting's type: bool, int or str.
        choices: the texts allowed; empty = any that ``pattern`` matches whole.
        least, most: bounds of a number.
    """

    default: Held
    choices: tuple[str, ...] = ()
    pattern: str = ""
    least: int = 0
    most: int = 0

    def taken(self, value: object) -> Held | None:
        """The value as this setting keeps it; None where it makes no sense. A number out of bounds is brought in."""
        if isinstance(self.default, bool):
            return value if isinstance(value, bool) else None
        if isinstance(self.default, int):
            whole = isinstance(value, int) and not isinstance(value, bool)
            return min(max(int(value), self.least), self.most) if whole else None  # type: ignore[call-overload]
        if not isinstance(value, str) or len(value) > _LONGEST:
            return None
        if self.choices:
            return value if value in self.choices else None
        return value.strip() if re.fullmatch(self.pattern, value.strip()) else None


SETTINGS: Final[Mapping[str, Setting]] = {
    "language": Setting(default="system", choices=("system", "en", "de", "fi", "da")),
    "scheme": Setting(default="system", choices=("system", "light", "dark", "contrast")),
    "text_percent": Setting(default=100, least=80, most=200),
    "motion": Setting(default="system", choices=("system", "full", "reduced")),
    "density": Setting(default="normal", choices=("compact", "normal", "comfortable")),
    "formats": Setting(default="system", pattern=r"system|iso|[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}"),
    "restore": Setting(default="tabs", choices=("tabs", "account", "nothing")),
    "deadline_s": Setting(default=30, least=5, most=600),
    "mirror_limit_mb": Setting(default=2000, least=100, most=100_000),
    "mirror_updates": Setting(default=True),
    "mirror_fresh_min": Setting(default=15, least=0, most=1440),
    "lock_after_min": Setting(default=0, least=0, most=480),
    "updates": Setting(default=False),
    "updates_address": Setting(default="", pattern=r"(https://[^\s<>\"]+)?"),
}
"""Every setting by its name. ``formats``: "iso", or a locale as "de_AT". ``restore``: what opens at the start: tabs and
account, the account alone, nothing. ``deadline_s``: seconds for one exchange. ``mirror_limit_mb``: megabytes that the
local copy of an account may take. ``mirror_updates``: copies are brought up to date by themselves. ``mirror_fresh_min``:
minutes for which a copy is fresh enough to be shown before the server is asked. ``lock_after_min``: minutes without key
and mouse after which accounts are locked that say nothing themselves, 0 = never. ``updates``: the person agreed that ``updates_address`` is asked."""


def policy_file() -> Path:
    """Where the administrator's file lies on this system; it need not exist."""
    if sys.platform == "win32":
        return Path(os.environ.get("PROGRAMDATA") or r"C:\ProgramData") / "crmdesk" / "settings.json"
    if sys.platform == "darwin":
        return Path("/Library/Application Support/crmdesk/settings.json")
    return Path("/etc/crmdesk/settings.json")


class Settings:
    """Read once, written whole at each change. Used on one thread.

    Args:
        file: the person's own; None = nothing is read or kept (the demo's run).
        policy: the administrator's.

    Attributes:
        changed: emitted with the name of a setting whose value is another one now.
        problems: sentences about what could not be read, for the settings' window.
    """

    def __init__(self, file: Path | None, policy: Path | None = None) -> None:
        self._file = file
        self.changed: Event[str] = Event()
        self.problems: tuple[str, ...] = ()
        self._own: dict[str, object] = self._read(file)
        self._preset: dict[str, Held] = {}
        self._locked: frozenset[str] = frozenset()
        if policy is not None:
            self._take_policy(policy)

    # ---- asking --------------------------------------------------------------------------------------------------

    def value(self, name: str) -> Held:
        """What counts now.

        Raises:
            KeyError: no setting has that name.
        """
        setting = SETTINGS[name]
        if name in self._locked:
            return self._preset.get(name, setting.default)
        own = setting.taken(self._own.get(name))
        return own if own is not None else self._preset.get(name, setting.default)

    def text(self, name: str) -> str:
        """The value of a setting that is a text or a choice."""
        return str(self.value(name))

    def number(self, name: str) -> int:
        """The value of a setting that is a number."""
        return int(self.value(name))

    def flag(self, name: str) -> bool:
        """The value of a setting that is on or off."""
        return self.value(name) is True

    def default(self, name: str) -> Held:
        """What counts where the person chose nothing."""
        return self._preset.get(name, SETTINGS[name].default)

    def source(self, name: str) -> Source:
        """Where the value comes from."""
        if name in self._locked:
            return Source.LOCKED
        if SETTINGS[name].taken(self._own.get(name)) is not None:
            return Source.PERSON
        return Source.PRESET if name in self._preset else Source.DEFAULT

    def is_locked(self, name: str) -> bool:
        """Whether the administrator keeps it as it is."""
        return name in self._locked

    # ---- changing ------------------------------------------------------------------------------------------------

    def choose(self, name: str, value: Held) -> None:
        """Take a value from now on and keep it. A locked setting stays as it is.

        Raises:
            ValueError: the setting cannot have that value.
            ProfileError: it counts for this run, but the file could not be written.
        """
        taken = SETTINGS[name].taken(value)
        if taken is None:
            raise ValueError(f"{name} cannot be {value!r}")
        if not self.is_locked(name):
            self._change(name, taken)

    def reset(self, name: str) -> None:
        """Forget what the person chose.

        Raises:
            ProfileError: as ``choose``.
        """
        if not self.is_locked(name):
            self._change(name, None)

    def adopt(self, name: str, value: object) -> None:
        """Take what an older version kept elsewhere, unless something was chosen here since."""
        if name not in self._own and SETTINGS[name].taken(value) is not None:
            with suppress(ProfileError):
                self._change(name, SETTINGS[name].taken(value))

    def _change(self, name: str, value: Held | None) -> None:
        before = self.value(name)
        if value is None or value == self.default(name):
            self._own.pop(name, None)
        else:
            self._own[name] = value
        try:
            self._write()
        finally:
            if self.value(name) != before:
                self.changed.emit(name)

    # ---- files ---------------------------------------------------------------------------------------------------

    def _read(self, file: Path | None) -> dict[str, object]:
        """The person's own; a file that makes no sense is put beside itself, so that nothing is lost."""
        if file is None:
            return {}
        try:
            return dict(json.loads(file.read_text("utf-8"))["settings"])
        except FileNotFoundError:
            return {}
        except OSError as error:
            self.problems += (
                sentence(
                    "Your settings could not be read from {file}: {strerror}.",
                    file=file,
                    strerror=error.strerror or error,
                ),
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            aside = file.with_suffix(".damaged.json")
            self.problems += (
                sentence("Your settings could not be understood. They were put aside as {aside}.", aside=aside),
            )
            with suppress(OSError):
                os.replace(file, aside)
        return {}

    def _take_policy(self, file: Path) -> None:
        try:
            data = json.loads(file.read_text("utf-8"))
            given, locked = dict(data.get("settings", {})), data.get("locked", [])
            names = list(given) if locked is True else [str(name) for name in locked or ()]
        except FileNotFoundError:
            return
        except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
            self.problems += (
                sentence("The administrator's file {file} cannot be read: {error}.", file=file, error=error),
            )
            return
        for name, value in given.items():
            taken = SETTINGS[name].taken(value) if name in SETTINGS else None
            if taken is None:
                self.problems += (
                    sentence("The administrator's file {file} sets {name} to what it cannot be.", file=file, name=name),
                )
            else:
                self._preset[name] = taken
        unknown = sorted(name for name in names if name not in SETTINGS and name not in given)
        self.problems += tuple(
            sentence("The administrator's file {file} locks {name}, which is no setting.", file=file, name=name)
            for name in unknown
        )
        self._locked = frozenset(name for name in names if name in SETTINGS)

    def _write(self) -> None:
        """Whole or not at all."""
        if self._file is None:
            return
        import tempfile  # the window's start needs this room, but writes nothing

        text = json.dumps({"version": _VERSION, "settings": self._own}, indent=2, ensure_ascii=False) + "\n"
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix="settings", suffix=".new")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as new:
                    new.write(text)
                os.replace(name, self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise ProfileError(
                sentence("Your settings could not be saved to {file}.", file=self._file), str(error)
            ) from error
