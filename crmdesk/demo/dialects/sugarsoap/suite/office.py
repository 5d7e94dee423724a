# SPDX-License-Identifier: MIT
"""What every SuiteCRM operation is handed, the errors it may say, and the checks they share."""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crmdesk.demo.dialects.sugarsoap import zone
from crmdesk.demo.dialects.sugarsoap.database import Database, Row
from crmdesk.demo.dialects.sugarsoap.doors import Doors
from crmdesk.demo.dialects.sugarsoap.habits import Habits
from crmdesk.demo.dialects.sugarsoap.links import Links
from crmdesk.demo.dialects.sugarsoap.suite.catalogue import MODULES, FieldDef, ModuleDef, shown
from crmdesk.demo.dialects.sugarsoap.suite.replies import Died
from crmdesk.demo.dialects.sugarsoap.users import USERS, User
from crmdesk.demo.dialects.sugarsoap.values import Struct, error
from crmdesk.demo.store import StoredFile

_IDS = uuid.UUID("b1c2a6d4-3a0f-4d5e-8f77-0f2b9a6c1d22")
_INT = re.compile(r"\s*[+-]?\d+\s*$")
_NAMES = {user.key: f"{user.first_name} {user.last_name}".strip() for user in USERS}


class Refusal(Exception):
    """An error number that the reply carries, at HTTP 200."""

    def __init__(self, number: str, name: str, description: str) -> None:
        super().__init__(description)
        self.error = error(number, name, description)


def no_login() -> Refusal:
    """Wrong name or password; of some operations also: no session."""
    return Refusal("10", "Invalid Login", "Login attempt failed please check the username and password")


def no_session() -> Refusal:
    """The session is over or never was."""
    return Refusal("11", "Invalid Session ID", "The session ID is invalid")


def no_module() -> Refusal:
    """There is no such module for this user."""
    return Refusal("20", "Module Does Not Exist", "This module is not available on this server")


def no_access() -> Refusal:
    """No rights, or a query that is not let through."""
    return Refusal("40", "Access Denied", "You do not have access")


def seeded_id(*what: object) -> str:
    """Return an id that is the same at every start."""
    return str(uuid.uuid5(_IDS, "/".join(map(str, what))))


@dataclass(slots=True)
class SuiteOffice:
    """The data of one SuiteCRM.

    Attributes:
        files: Contents of notes and revisions by their id.
    """

    habits: Habits
    doors: Doors
    clock: Callable[[], float]
    db: Database = field(init=False)
    links: Links = field(init=False)
    files: dict[str, StoredFile] = field(default_factory=dict)
    _new: int = 0

    def __post_init__(self) -> None:
        self.db = Database(is_mysql=True, clock=self.clock)
        for module in MODULES.values():
            columns = {f.name: f.declaration for f in module.fields if f.is_stored}
            emails = {"email1_": "TEXT COLLATE CI"} if "email1" in module.by_name else {}
            self.db.create(module.table, columns | emails)
            self.db.index(module.table, "id")
        self.links = Links(self.db, self.now)

    def new_id(self) -> str:
        """Return an id that no record has had."""
        with self.db.lock:
            self._new += 1
            return seeded_id("new", self._new)

    def now(self) -> str:
        """Return the time in UTC, as it is kept."""
        return zone.now_utc(self.clock())

    def blank(self, module: ModuleDef, key: str, user: str) -> Row:
        """Return a new row with its id, its times and its creator."""
        row: Row = {f.name: f.when_new for f in module.fields if f.is_stored}
        if "email1" in module.by_name:
            row["email1_"] = None
        now = self.now()
        return row | {
            "id": key,
            "created_by": user,
            "modified_user_id": user,
            "date_entered": now,
            "date_modified": now,
        }

    def account_of(self, module: ModuleDef, row: Row) -> Row | None:
        """Return the account of a contact, a deal or a case."""
        if module.table in ("contacts", "opportunities"):
            linked = self.links.of(module.table, row["id"], "accounts")
            key = linked[0].key if linked else None
        else:
            key = row.get("account_id")
        return self.db.get("accounts", key) if key else None

    def values(self, module: ModuleDef, row: Row, fields: Iterable[FieldDef]) -> list[tuple[str, str]]:
        """Return names and values of fields, those that are looked up included."""
        wanted = list(fields)
        found = {}
        if any(f.name in ("account_name", "account_id") and not f.is_stored for f in wanted):
            account = self.account_of(module, row)
            found = {"account_name": account["name"] or "", "account_id": account["id"]} if account else {}
        out = []
        for f in wanted:
            if f.is_stored:
                out.append((f.name, shown(f, row[f.name])))
            elif f.name in ("email1", "assigned_user_name", "created_by_name", "modified_by_name"):
                out.append((f.name, self._looked_up(f.name, row)))
            elif f.name == "parent_name" and row["parent_id"]:
                parent = self.db.get("accounts", row["parent_id"])
                out.append((f.name, parent["name"] or "" if parent else ""))
            else:
                out.append((f.name, found.get(f.name, "")))
        return out

    def _looked_up(self, name: str, row: Row) -> str:
        if name == "email1":
            return row.get("email1_") or ""
        source = {"assigned_user_name": "assigned_user_id", "created_by_name": "created_by"}.get(
            name, "modified_user_id"
        )
        return _NAMES.get(row.get(source) or "", "")


@dataclass(slots=True)
class Call:
    """One request. `sent` is what NuSOAP makes of it: text, dict, list; `cookie` the PHP session that came along."""

    office: SuiteOffice
    operation: str
    sent: Mapping[str, Any]
    cookie: str = ""
    opened: str = ""

    def text(self, name: str) -> str:
        """Return a text, "" where it is missing or something else."""
        value = self.sent.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a number, 0 where it is missing.

        Raises:
            Died: It is none (recorded: HTTP 500, nothing in it).
        """
        text = self.text(name)
        if text and not _INT.match(text):
            raise Died("")
        return int(text or 0)

    def user(self, problem: Callable[[], Refusal] = no_session) -> User:
        """Return whose session the request names.

        Raises:
            Refusal: Nobody's; which number that is depends on the operation (sugarsoap.md 2).
        """
        user = self.office.doors.find(self.text("session"))
        if user is None:
            raise problem()
        return user

    def login_sent(self) -> User:
        """Return the user of the parameters user_name and password (its MD5).

        Raises:
            Refusal: Wrong.
        """
        user = self.office.doors.check(self.text("user_name"), self.text("password"))
        if user is None:
            raise no_login()
        return user

    def module(self, user: User, name: str, *, to_write: bool = False) -> ModuleDef:
        """Return a module.

        Raises:
            Refusal: There is none for this user, or no right to write.
        """
        module = MODULES.get(name)
        if module is None or name in user.unseen:
            raise no_module()
        if to_write and (user.is_read_only or (module.is_system and not user.is_admin)):
            raise no_access()
        return module


def success() -> Struct:
    """Return the error_value that means success."""
    return error()
