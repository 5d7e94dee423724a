# SPDX-License-Identifier: MIT
"""What every SplendidCRM operation is handed: data, doors, the caller and his parameters; and the checks they share."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crmdesk.demo.dialects.sugarsoap import zone
from crmdesk.demo.dialects.sugarsoap.database import Database, Row, is_guid
from crmdesk.demo.dialects.sugarsoap.doors import Doors
from crmdesk.demo.dialects.sugarsoap.habits import Habits
from crmdesk.demo.dialects.sugarsoap.links import Links
from crmdesk.demo.dialects.sugarsoap.splendid.catalogue import MODULES, Column, ModuleDef, find_module
from crmdesk.demo.dialects.sugarsoap.splendid.replies import NetFault, null_reference, refused
from crmdesk.demo.dialects.sugarsoap.users import User
from crmdesk.demo.store import StoredFile

_IDS = uuid.UUID("7b1c0f52-5d0e-4c57-9f0a-2f8c3b1d9e10")


def seeded_id(*what: object) -> str:
    """Return a GUID that is the same at every start."""
    return str(uuid.uuid5(_IDS, "/".join(map(str, what))))


@dataclass(slots=True)
class Office:
    """The data and rules of one SplendidCRM.

    Attributes:
        files: Contents of attachments and revisions by their id.
    """

    habits: Habits
    doors: Doors
    clock: Callable[[], float]
    db: Database = field(init=False)
    links: Links = field(init=False)
    files: dict[str, StoredFile] = field(default_factory=dict)
    _new: int = 0

    def __post_init__(self) -> None:
        self.db = Database(is_mysql=False, clock=self.clock)
        for module in MODULES.values():
            self.db.create(module.table, {column.name: column.declaration for column in module.columns})
            self.db.index(module.table, "ID")
        self.links = Links(self.db, self.now)

    def new_id(self) -> str:
        """Return a GUID that no record has had."""
        with self.db.lock:
            self._new += 1
            return seeded_id("new", self._new)

    def now(self) -> str:
        """Return the server's time as it is kept."""
        return zone.now_local(self.clock())

    def stamps(self) -> Row:
        """Return what every write changes."""
        return {"DATE_MODIFIED": self.now(), "DATE_MODIFIED_UTC": zone.now_utc(self.clock())}

    def blank(self, module: ModuleDef, key: str, user: str) -> Row:
        """Return a new row of NULLs with its id, its times and its creator."""
        row: Row = {column.name: 0 if column.kind == "b" else None for column in module.columns}
        row |= {"ID": key, "CREATED_BY": user, "MODIFIED_USER_ID": user, "DATE_ENTERED": self.now()} | self.stamps()
        if "ASSIGNED_USER_ID" in row:
            row["ASSIGNED_USER_ID"] = user
        return row

    def columns(self, module: ModuleDef) -> Mapping[str, Column]:
        """Return the columns of the module's views."""
        return module.with_view if self.habits.view_columns else module.by_name

    def viewed(self, module: ModuleDef, row: Row) -> Row:
        """Return a row as the views have it, with account and user looked up."""
        if not module.view or not self.habits.view_columns:
            return row
        linked = self.links.of(module.table, row["ID"], "ACCOUNTS")
        account = self.db.get("ACCOUNTS", linked[0].key) if linked else None
        user = self.db.get("USERS", row["ASSIGNED_USER_ID"]) if row["ASSIGNED_USER_ID"] else None
        return row | {
            "ACCOUNT_ID": account["ID"] if account else None,
            "ACCOUNT_NAME": account["NAME"] if account else None,
            "ASSIGNED_TO": user["USER_NAME"] if user else None,
        }


@dataclass(slots=True)
class Call:
    """One request: who asks for what. `cookie` is the web session that came along."""

    office: Office
    operation: str
    sent: Mapping[str, Any]
    cookie: str = ""
    new_cookie: str = ""

    def text(self, name: str) -> str:
        """Return a text, "" where it is missing."""
        return self.sent.get(name) or ""

    def needed(self, name: str) -> str:
        """Return a text that the server takes hold of at once.

        Raises:
            NetFault: It is missing.
        """
        value = self.sent.get(name)
        if not isinstance(value, str):
            raise null_reference()
        return value

    def number(self, name: str) -> int:
        """Return a number, 0 where it is missing."""
        return self.sent.get(name) or 0

    def user(self) -> User:
        """Return whose session the request names.

        Raises:
            NetFault: Nobody's.
        """
        session = self.text("session")
        user = self.office.doors.find(session)
        if user is None:
            raise refused(f"The session ID is invalid.  {session}")
        return user

    def login(self, name: str, password: str) -> User:
        """Return the user of a name and a hashed password, counting failures.

        Raises:
            NetFault: Wrong, or locked out.
        """
        if self.office.doors.is_locked(name):
            raise refused("This user has been locked out.")
        user = self.office.doors.check(name, password)
        if user is None:
            raise refused(f"Invalid username and/or password for {name}")
        return user

    def login_sent(self) -> User:
        """Return the user of the parameters user_name and password."""
        return self.login(self.needed("user_name"), self.needed("password"))

    def module(self, user: User, *, to_write: bool = False, name: str = "") -> ModuleDef:
        """Return the module that the request names.

        Raises:
            NetFault: There is none, or the user has no rights.
        """
        found = find_module(name or self.needed("module_name"))
        if found is None:
            raise refused("This module is not available on this server")
        without_rights = self.office.habits.needs_cookie and not self.office.doors.knows_cookie(self.cookie)
        if found.name in user.unseen or without_rights or (to_write and (user.is_read_only or found.is_system)):
            raise refused("Insufficient Access")
        return found


def guid(text: str) -> str:
    """Return a GUID in lower case.

    Raises:
        NetFault: It is none.
    """
    if not is_guid(text):
        raise NetFault(("System.FormatException", "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."))  # fmt: skip
    return str(uuid.UUID(text))
