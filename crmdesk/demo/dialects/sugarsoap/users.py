# SPDX-License-Identifier: MIT
"""Who may log in to the pretended servers, and what each may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may log in.

    Attributes:
        guid: His id at SplendidCRM.
        key: His id at SuiteCRM, where the first user is "1".
        has_password: False where an administrator never set one; the empty password then fits (sugarsoap.md 4).
        is_read_only: He may see and not write.
        unseen: Modules that do not exist for him.
    """

    guid: str
    key: str
    name: str
    first_name: str
    last_name: str
    title: str = ""
    department: str = ""
    is_admin: bool = False
    is_active: bool = True
    has_password: bool = True
    is_read_only: bool = False
    unseen: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """His address, in a domain that cannot exist."""
        return f"{self.name}@nordwind.example"


USERS = (
    User(guid="00000000-0000-0000-0000-000000000001", key="1", name="admin", first_name="", last_name="Administrator", is_admin=True),
    User(guid="5a2c7d10-0000-4000-8000-0000000000a1", key="5a2c7d10-0a1a-0a1a-0a1a-65ab01000001", name="anna.k", first_name="Anna", last_name="Koch", title="Sales", department="Sales", unseen=("Campaigns",)),
    User(guid="5a2c7d10-0000-4000-8000-0000000000a2", key="5a2c7d10-0a1a-0a1a-0a1a-65ab01000002", name="jonas.b", first_name="Jonas", last_name="Berg", title="Vertrieb", department="Sales"),
    User(guid="5a2c7d10-0000-4000-8000-0000000000a3", key="5a2c7d10-0a1a-0a1a-0a1a-65ab01000003", name="priya.n", first_name="Priya", last_name="Nair", title="Key accounts", department="Sales"),
    User(guid="5a2c7d10-0000-4000-8000-0000000000a4", key="5a2c7d10-0a1a-0a1a-0a1a-65ab01000004", name="lena.lesend", first_name="Lena", last_name="Süß", title="Controlling", department="Finance", is_read_only=True),
    User(guid="5a2c7d10-0000-4000-8000-0000000000a5", key="5a2c7d10-0a1a-0a1a-0a1a-65ab01000005", name="gone", first_name="Ex", last_name="Kollege", is_active=False),
    User(guid="5a2c7d10-0000-4000-8000-0000000000a6", key="5a2c7d10-0a1a-0a1a-0a1a-65ab01000006", name="terminal", first_name="", last_name="Warehouse terminal", has_password=False, is_read_only=True),
)  # fmt: skip


def user_named(name: str) -> User | None:
    """Return the user of that name, in whatever case (recorded: "login upper-case user")."""
    return next((user for user in USERS if user.name == name.lower()), None)
