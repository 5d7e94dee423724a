# SPDX-License-Identifier: MIT
"""Who may log in to the pretended server, and what each may do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who may log in. `read_only` modules may be seen and not written ("*" means all), `unseen` ones do not exist for him."""

    number: int
    name: str
    first_name: str
    last_name: str
    language: str
    is_admin: bool = False
    is_active: bool = True
    read_only: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    hidden_fields: tuple[str, ...] = ()  # "Leads.annualrevenue"
    title: str = ""

    def may_write(self, module: str) -> bool:
        """Whether he may create, change and delete in `module`."""
        return "*" not in self.read_only and module not in self.read_only


USERS = (
    User(number=1, name="admin", first_name="", last_name="Administrator", language="en_us", is_admin=True),
    User(number=5, name="anna.k", first_name="Anna", last_name="Koch", language="en_us", title="Sales", read_only=("PriceBooks", "Campaigns"), unseen=("Partner",)),
    User(number=6, name="jonas.b", first_name="Jonas", last_name="Berg", language="de_de", title="Vertrieb", read_only=("PriceBooks",)),
    User(number=7, name="priya.n", first_name="Priya", last_name="Nair", language="en_us", title="Key accounts", hidden_fields=("Leads.annualrevenue",)),
    User(number=8, name="lena.lesend", first_name="Lena", last_name="Süß", language="de_de", title="Controlling", read_only=("*",)),
    User(number=9, name="gone", first_name="Ex", last_name="Kollege", language="en_us", is_active=False),
)  # fmt: skip
