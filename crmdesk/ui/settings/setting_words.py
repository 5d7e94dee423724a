# SPDX-License-Identifier: MIT
"""What the settings' sheet calls each setting, its choices, and how numbers are written in examples."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QLocale

from crmdesk.translation import LANGUAGES
from crmdesk.ui.formats import Formats
from crmdesk.ui.settings.settings_at_work import locale_of
from crmdesk.ui.translation import mark, tr

SYSTEM: Final = "system"
LOCALES: Final = (
    "da_DK", "de_AT", "de_CH", "de_DE", "en_GB", "en_IE", "en_US", "es_ES", "et_EE", "fi_FI", "fr_CH", "fr_FR", "it_IT",
    "nb_NO", "nl_NL", "pl_PL", "sv_FI", "sv_SE",
)  # fmt: skip
"""Offered for dates and numbers, besides the system's own and ISO."""
TEXT_SIZES: Final = (80, 90, 100, 110, 125, 150, 175, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingWords:
    """How a setting is shown; every text goes through ``tr`` where it is used.

    Attributes:
        group: the heading that it stands below.
        choices: value -> word; empty = a number, a text, or a list made elsewhere.
        unit: behind a number.
        also: words that a person may search for.
    """

    name: str
    group: str
    label: str
    hint: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    also: str = ""


_LOOK, _WAYS, _WORK, _UPDATES = mark("Look"), mark("Language and formats"), mark("Work"), mark("New versions")

ROWS: Final[tuple[SettingWords, ...]] = (
    SettingWords(
        name="language",
        group=_WAYS,
        label=mark("Language"),
        hint=mark("The window follows at once; what is open and what is pending stays."),
        choices={SYSTEM: mark("As the system"), **LANGUAGES},
        also="language sprache kieli sprog locale",
    ),
    SettingWords(
        name="formats",
        group=_WAYS,
        label=mark("Dates and numbers"),
        hint=mark("How they are shown, and read when you type them. What the server stores stays the same."),
        also="locale region decimal comma iso date format",
    ),
    SettingWords(
        name="scheme",
        group=_LOOK,
        label=mark("Colours"),
        choices={
            SYSTEM: mark("As the system"),
            "light": mark("Light"),
            "dark": mark("Dark"),
            "contrast": mark("High contrast"),
        },
        also="theme scheme night mode palette",
    ),
    SettingWords(
        name="text_percent",
        group=_LOOK,
        label=mark("Text size"),
        hint=mark("Of the system's own size. Ctrl++ and Ctrl+- change it too."),
        also="zoom font scale larger smaller",
    ),
    SettingWords(
        name="density",
        group=_LOOK,
        label=mark("Rows of tables"),
        choices={"compact": mark("Close together"), "normal": mark("Normal"), "comfortable": mark("Wide apart")},
        also="density height compact comfortable",
    ),
    SettingWords(
        name="motion",
        group=_LOOK,
        label=mark("Motion"),
        hint=mark("Less of it: nothing blinks, slides or runs; progress is told in numbers."),
        choices={SYSTEM: mark("As the system"), "full": mark("All"), "reduced": mark("As little as possible")},
        also="animation blink reduced",
    ),
    SettingWords(
        name="restore",
        group=_WORK,
        label=mark("When crmdesk starts"),
        hint=mark("Changes that wait to be sent are always there, whatever opens."),
        choices={
            "tabs": mark("Open the last account and its tabs"),
            "account": mark("Open the last account without tabs"),
            "nothing": mark("Show the start page"),
        },
        also="restore session tabs start",
    ),
    SettingWords(
        name="deadline_s",
        group=_WORK,
        label=mark("Wait for an answer"),
        hint=mark("After that an exchange with a server is given up. Slow servers may need more."),
        unit=mark("{n} seconds"),
        also="timeout deadline request network seconds",
    ),
    SettingWords(
        name="mirror_limit_mb",
        group=_WORK,
        label=mark("Room for a local copy"),
        hint=mark("The copy of an account's modules on this computer takes at most this much."),
        unit=mark("{n} MB"),
        also="mirror offline disk space limit copy",
    ),
    SettingWords(
        name="mirror_updates",
        group=_WORK,
        label=mark("Update copies by themselves"),
        hint=mark("When an account is opened, and about every ten minutes while its server answers: what changed there comes into the copy on this computer."),
        also="mirror offline copy background sync",
    ),
    SettingWords(
        name="mirror_fresh_min",
        group=_WORK,
        label=mark("A copy is fresh for"),
        hint=mark("So long a table shows its copy at once and asks the server behind it; an older one is read from the server. F5 always asks."),
        unit=mark("{n} minutes"),
        also="mirror offline copy fresh age stale minutes",
    ),
    SettingWords(
        name="lock_after_min",
        group=_WORK,
        label=mark("Lock accounts when nobody is there"),
        hint=mark("After so long without key or mouse crmdesk signs out and shows nothing until you type a passphrase or the account’s key. 0 = never. An account may say otherwise."),
        unit=mark("{n} minutes"),
        also="idle lock password passphrase away screen security",
    ),
    SettingWords(
        name="updates",
        group=_UPDATES,
        label=mark("Tell me when there is a new version"),
        hint=mark("At most once a day the address below is asked, and nothing about you is sent. Nothing is ever "
                  "installed by itself."),
        also="update notice version check",
    ),
    SettingWords(
        name="updates_address",
        group=_UPDATES,
        label=mark("Address that knows the newest version"),
        hint=mark("Empty: nobody is asked. Your administrator, or whoever gave you crmdesk, can tell you one that "
                  "begins with https://."),
        also="update url address",
    ),
)  # fmt: skip
"""Every setting, in the order shown; groups in the order of their first row."""


def format_choices(chosen: str, system: QLocale | None = None) -> dict[str, str]:
    """Value -> name and an example, for the list of formats; the chosen one is always among them."""
    names = [SYSTEM, "iso", *LOCALES]
    if chosen not in names:
        names.append(chosen)
    shown = {name: f"{_name(name)} · {example(locale_of(name, system))}" for name in names}
    first, rest = names[:2], sorted(names[2:], key=lambda name: shown[name].casefold())
    return {name: shown[name] for name in (*first, *rest)}


def example(locale: QLocale) -> str:
    """A day and an amount as this locale writes them."""
    formats = Formats(locale, UTC)
    return f"{formats.day(date(2026, 12, 24))} · {formats.number(Decimal('1234.5'), 2)}"


def _name(formats: str) -> str:
    if formats == SYSTEM:
        return tr("As the system")
    if formats == "iso":
        return tr("International (ISO 8601)")
    locale = QLocale(formats)
    language = locale.nativeLanguageName() or formats
    territory = locale.nativeTerritoryName()
    return f"{language} ({territory})" if territory else language
