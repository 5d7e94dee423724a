# SPDX-License-Identifier: MIT
"""What every operation works on: the store, the modules, the sessions, the switches; and the one call being answered."""

import html
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html.entities import name2codepoint
from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import CRMPLUS, FAMILIES, Catalogue, ModuleDef, load
from crmdesk.demo.dialects.crmplus.refusals import bad_id, denied
from crmdesk.demo.dialects.crmplus.sessions import Session, Sessions
from crmdesk.demo.dialects.crmplus.users import User
from crmdesk.demo.store import Store, Values

_ID = re.compile(r"(\d+)x\s*(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """The switches of this dialect (DemoServer's `options`).

    Attributes:
        family: "crmplus" as in the document, "vtiger" or "corebos" as recorded.
        keeps_emoji: Store 4-byte characters instead of four question marks.
        shuffles_ties: Rows that no order tells apart change places from page to page, as in a real database.
        needs_semicolon: Refuse a query without one.
        sync_key: The document spells the key of deleted ids "deletedeleted"; both families measured say "deleted".
        sync_tells_more: Let CRM+ say whether there is more, too; its document shows no such key, its relatives do.
    """

    family: str = CRMPLUS
    keeps_emoji: bool = False
    shuffles_ties: bool = True
    needs_semicolon: bool = True
    sync_key: str = ""
    sync_tells_more: bool = False

    def __post_init__(self) -> None:
        if self.family not in FAMILIES:
            raise ValueError(self.family)

    @property
    def is_crmplus(self) -> bool:
        """Whether the vendor's own operations are there."""
        return self.family == CRMPLUS

    @property
    def key_of_deleted(self) -> str:
        """The key of the deleted ids in a sync answer."""
        return self.sync_key or ("deletedeleted" if self.is_crmplus else "deleted")


class Office:
    """One pretended server's data and rules."""

    def __init__(self, habits: Habits, store: Store, sessions: Sessions) -> None:
        self.habits = habits
        self.store = store
        self.sessions = sessions
        self.catalogue: Catalogue = load(habits.family)
        self.active_modules = dict.fromkeys(self.catalogue.modules, True)
        self.active_languages = {"de_de": True, "en_us": True, "fr_fr": False, "it_it": False, "es_es": False}

    def stamp(self, when: float | None = None) -> str:
        """Return a moment as the server writes it: UTC, no zone."""
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self.store.clock() if when is None else when))

    def title(self, module: ModuleDef, values: Values) -> str:
        """Return what stands for the record in a list."""
        return " ".join(filter(None, (values.get(name.strip(), "") for name in module.title.split(","))))


@dataclass(slots=True)
class Call:
    """One request after login: who asks, for what, with which parameters."""

    office: Office
    session: Session
    parameters: Mapping[str, str]

    @property
    def user(self) -> User:
        """Who asks."""
        return self.session.user

    def need(self, name: str) -> str:
        """Return a parameter.

        Raises:
            Refusal: It is missing; the server calls that a lack of permission.
        """
        value = self.parameters.get(name, "")
        if not value:
            raise denied(f"for {name}")
        return value

    def json(self, name: str) -> Any:
        """Return a JSON parameter's value, None where it is missing or does not parse."""
        text = self.parameters.get(name, "")
        try:
            text.encode()  # bytes that were no UTF-8 are lone surrogates here, and PHP's decoder refuses them
            return json.loads(text)
        except ValueError:
            return None

    def option(self, name: str, default: bool) -> bool:
        """Return a flag from `options`; families other than CRM+ do not look."""
        options = self.json("options")
        if not self.office.habits.is_crmplus or not isinstance(options, dict):
            return default
        value = options.get(name, default)
        return value in (True, 1, "1", "true")

    def module(self, name: str) -> ModuleDef:
        """Return a module this user may see.

        Raises:
            Refusal: Unknown (names are case-sensitive), switched off, or not for him.
        """
        module = self.office.catalogue.modules.get(name)
        if module is None or not self.office.active_modules.get(name):
            raise denied(f"for name : {name}")
        if (module.is_admins and not self.user.is_admin) or name in self.user.unseen:
            raise denied()
        return module

    def may_see(self, module: ModuleDef) -> bool:
        """Whether `module` exists for this user."""
        hidden = module.name in self.user.unseen or (module.is_admins and not self.user.is_admin)
        return not hidden and self.office.active_modules.get(module.name, False)

    def locate(self, wire_id: str) -> tuple[ModuleDef, int]:
        """Return module and number of an id; characters after the number are not looked at (measured).

        Raises:
            Refusal: It is no id, of no module, or of one that this user may not see.
        """
        found = _ID.match(wire_id)
        if found is None:
            raise denied("for id") if not wire_id or "x" not in wire_id else bad_id()
        module = self.office.catalogue.by_prefix.get(int(found.group(1)))
        if module is None:
            raise denied()
        return self.module(module.name), int(found.group(2))

    def record(self, wire_id: str) -> tuple[ModuleDef, int, Values]:
        """Return a live record.

        Raises:
            Refusal: No such record; the families differ in what they call that.
        """
        module, number = self.locate(wire_id)
        values = self.office.store.get(module.name, number)
        if values is None:
            if self.office.store.module_of(number) is not None or self.office.habits.family == "corebos":
                raise bad_id()
            raise denied()
        return module, number, values

    def writable(self, module: ModuleDef) -> None:
        """Check the right to write.

        Raises:
            Refusal: He has none.
        """
        if (
            not module.is_entity
            or not self.user.may_write(module.name)
            or (module.is_admins and not self.user.is_admin)
        ):
            raise denied()

    def hides(self, module: ModuleDef, field: str) -> bool:
        """Whether this user may not know of `field`."""
        return f"{module.name}.{field}" in self.user.hidden_fields


def moment(text: str) -> int:
    """Return Unix seconds of a moment as the server writes it, "2026-11-20 16:40:00"."""
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def encoded(text: str) -> str:
    """Return text as PHP's htmlentities leaves it in the few keys that are encoded ("&Ouml;")."""
    return html.escape(text, quote=True).translate(_ENTITIES).replace("&#x27;", "&#039;")


_ENTITIES = {code: f"&{name};" for name, code in name2codepoint.items() if code > 159}
