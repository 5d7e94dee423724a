# SPDX-License-Identifier: MIT
"""Puts the seeded world into SplendidCRM's tables; ids hang on a thing's place in the world alone."""

from typing import Any

from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.papers import totals
from crmdesk.demo.dialects.sugarsoap.splendid.catalogue import MODULES, ModuleDef
from crmdesk.demo.dialects.sugarsoap.splendid.office import Office, seeded_id
from crmdesk.demo.dialects.sugarsoap.users import USERS
from crmdesk.demo.dialects.sugarsoap.zone import local_from_utc
from crmdesk.demo.seed import Entry, World
from crmdesk.demo.store import StoredFile

_GUIDS = {user.name: user.guid for user in USERS}
_CURRENCIES = (("Euro", "€", "EUR", 1.0), ("US Dollar", "$", "USD", 1.085))
_PAPERS = {
    "quote": ("Quotes", "QUOTE_NUM", "QUOTE_STAGE", "DATE_QUOTE_EXPECTED_CLOSED"), "order": ("Orders", "ORDER_NUM", "ORDER_STAGE", "DATE_ORDER_DUE"),
    "invoice": ("Invoices", "INVOICE_NUM", "INVOICE_STAGE", "DUE_DATE"),
}  # fmt: skip


def fill(office: Office, world: World) -> None:
    """Store everything."""
    with office.db.lock:
        filler = _Filler(office, world)
        filler.house()
        filler.companies()
        filler.people()
        filler.leads()
        filler.deals()
        filler.papers()
        filler.service()
        filler.files()
        office.links.fill(filler.links)


class _Filler:
    """Makes rows; keeps the links until the end."""

    def __init__(self, office: Office, world: World) -> None:
        self.office = office
        self.world = world
        self.links: list[tuple[str, str, str, str]] = []
        self._kept: dict[str, str] = {}

    def local(self, utc: str) -> str:
        """Return a UTC time as the server keeps it; remembered, because it is asked twice for many."""
        if utc not in self._kept:
            self._kept[utc] = local_from_utc(utc)
        return self._kept[utc]

    def row(self, module: ModuleDef, key: str, entry: Entry, values: dict[str, Any]) -> Row:
        """Return a whole row; texts are cut to their column, empty ones are NULL."""
        owner = _GUIDS[entry.get("owner", "admin")]
        row: Row = {column.name: 0 if column.kind == "b" else None for column in module.columns}
        row |= {"ID": key, "CREATED_BY": owner, "MODIFIED_USER_ID": owner}
        row |= {"DATE_ENTERED": self.local(entry["created"]), "DATE_MODIFIED": self.local(entry["modified"]), "DATE_MODIFIED_UTC": entry["modified"]}  # fmt: skip
        if "ASSIGNED_USER_ID" in row:
            row["ASSIGNED_USER_ID"] = owner
        for name, value in values.items():
            column = module.by_name[name]
            if column.kind == "b":
                row[name] = int(value == "1")
            elif value not in ("", None):
                row[name] = _kept(column.kind, column.width, value)
        return row

    def add(self, name: str, rows: list[tuple[str, Entry, dict[str, Any]]]) -> None:
        """Store rows of a module."""
        module = MODULES[name]
        self.office.db.insert(module.table, [self.row(module, key, entry, values) for key, entry, values in rows])

    def link(self, kind: str, one: str, other: str, entry: Entry) -> None:
        """Remember a link."""
        self.links.append((kind, one, other, self.local(entry["modified"])))

    def house(self) -> None:
        """Users and currencies."""
        born = {"created": "2011-06-15 10:09:32", "modified": "2026-11-02 08:00:00"}
        self.add("Users", [(user.guid, born, {
            "USER_NAME": user.name, "FIRST_NAME": user.first_name, "LAST_NAME": user.last_name, "IS_ADMIN": str(int(user.is_admin)), "TITLE": user.title,
            "DEPARTMENT": user.department, "EMAIL1": user.email, "STATUS": "Active" if user.is_active else "Inactive", "RECEIVE_NOTIFICATIONS": "1",
            "FULL_NAME": f"{user.first_name} {user.last_name}".strip(),
        }) for user in USERS])  # fmt: skip
        self.add("Currencies", [(seeded_id("currency", code), born, {"NAME": name, "SYMBOL": symbol, "ISO4217": code, "CONVERSION_RATE": rate, "STATUS": "Active"}) for name, symbol, code, rate in _CURRENCIES])  # fmt: skip

    def companies(self) -> None:
        """Accounts; the world's partners are accounts that somebody deleted."""
        rows = []
        for at, entry in enumerate(self.world.companies):
            rows.append((seeded_id("company", at), entry, {
                "ACCOUNT_NUMBER": entry["code"] or f"ACC{entry['number']}", "NAME": entry["name"], "ACCOUNT_TYPE": entry["kind"], "INDUSTRY": entry["industry"],
                "PARENT_ID": None if entry["parent"] is None else seeded_id("company", entry["parent"]), "ANNUAL_REVENUE": entry["revenue"],
                "PHONE_OFFICE": entry["phone"], "EMAIL1": entry["email"], "WEBSITE": entry["website"], "EMPLOYEES": entry["employees"],
                "DESCRIPTION": entry["note"], "EMAIL_OPT_OUT": entry["optout"], **_address("BILLING", entry), **_address("SHIPPING", entry),
            }))  # fmt: skip
            self.link("ACCOUNTS_USERS", seeded_id("company", at), _GUIDS[entry["owner"]], entry)
        self.add("Accounts", rows)
        self.add("Accounts", [(seeded_id("partner", at), entry, {
            "NAME": entry["name"], "ACCOUNT_TYPE": "Partner", "PHONE_OFFICE": entry["phone"], "EMAIL1": entry["email"], "DELETED": "1", **_address("BILLING", entry),
        }) for at, entry in enumerate(self.world.partners)])  # fmt: skip

    def people(self) -> None:
        """Contacts, each with its account; every fifth is synchronised with its owner."""
        rows = []
        for at, entry in enumerate(self.world.people):
            key = seeded_id("person", at)
            rows.append((key, entry, {
                "CONTACT_NUMBER": f"CON{at + 1}", "SALUTATION": entry["salutation"], "FIRST_NAME": entry["first"], "LAST_NAME": entry["last"],
                "LEAD_SOURCE": entry["source"], "TITLE": entry["title"], "DEPARTMENT": entry["department"], "BIRTHDATE": entry["birthday"],
                "DO_NOT_CALL": entry["nocall"], "PHONE_WORK": entry["phone"], "PHONE_MOBILE": entry["mobile"], "EMAIL1": entry["email"],
                "EMAIL_OPT_OUT": entry["optout"], "DESCRIPTION": entry["note"], **_address("PRIMARY", entry),
            }))  # fmt: skip
            self.link("ACCOUNTS_CONTACTS", seeded_id("company", entry["company"]), key, entry)
            if at % 5 == 0:
                self.link("CONTACTS_USERS", key, _GUIDS[entry["owner"]], entry)
        self.add("Contacts", rows)

    def leads(self) -> None:
        """Leads."""
        self.add("Leads", [(seeded_id("lead", at), entry, {
            "LEAD_NUMBER": f"LEA{at + 1}", "SALUTATION": entry["salutation"], "FIRST_NAME": entry["first"], "LAST_NAME": entry["last"], "STATUS": entry["stage"],
            "LEAD_SOURCE": entry["source"], "PHONE_WORK": entry["phone"], "EMAIL1": entry["email"], "EMAIL_OPT_OUT": entry["optout"],
            "ACCOUNT_NAME": entry["company"], "DESCRIPTION": entry["note"], **_address("PRIMARY", entry),
        }) for at, entry in enumerate(self.world.leads)])  # fmt: skip

    def deals(self) -> None:
        """Opportunities, with account and contact; goods and campaigns."""
        rows = []
        first = {entry["company"]: at for at, entry in reversed(list(enumerate(self.world.people)))}
        euro = seeded_id("currency", "EUR")
        for at, entry in enumerate(self.world.deals):
            key = seeded_id("deal", at)
            rows.append((key, entry, {
                "OPPORTUNITY_NUMBER": f"OPP{at + 1}", "NAME": entry["name"], "OPPORTUNITY_TYPE": entry["kind"], "AMOUNT": entry["amount"], "CURRENCY_ID": euro,
                "AMOUNT_USDOLLAR": entry["amount"], "DATE_CLOSED": entry["close"], "SALES_STAGE": entry["stage"], "PROBABILITY": entry["probability"],
                "DESCRIPTION": entry["note"],
            }))  # fmt: skip
            self.link("ACCOUNTS_OPPORTUNITIES", seeded_id("company", entry["company"]), key, entry)
            if entry["company"] in first:
                self.link("CONTACTS_OPPORTUNITIES", seeded_id("person", first[entry["company"]]), key, entry)
        self.add("Opportunities", rows)
        self.add("ProductTemplates", [(seeded_id("item", at), entry, {
            "NAME": entry["name"], "STATUS": "Available" if entry["active"] == "1" else "Unavailable", "QUANTITY": int(float(entry["stock"])),
            "MFT_PART_NUM": entry["part"], "COST_PRICE": entry["price"], "LIST_PRICE": entry["price"], "DISCOUNT_PRICE": entry["price"], "TAX_CLASS": "Taxable",
            "UNIT": entry["unit"], "DESCRIPTION": entry["note"],
        }) for at, entry in enumerate(self.world.items)])  # fmt: skip
        self.add("Campaigns", [(seeded_id("campaign", at), entry, {
            "CAMPAIGN_NUMBER": f"CAM{at + 1}", "NAME": entry["name"], "STATUS": entry["state"], "CAMPAIGN_TYPE": entry["kind"], "END_DATE": entry["close"],
        }) for at, entry in enumerate(self.world.campaigns)])  # fmt: skip

    def papers(self) -> None:
        """Quotes, orders and invoices with their totals; lines cannot be reached through SOAP."""
        for kind, (name, number, stage, due) in _PAPERS.items():
            rows = []
            for at, paper in enumerate(paper for paper in self.world.papers if paper["type"] == kind):
                company = self.world.companies[paper["company"]]
                code, rate = ("EUR", 1.0) if not paper["currency"] else ("USD", 1.085)
                person = None if paper["person"] is None else seeded_id("person", paper["person"])
                rows.append((seeded_id(kind, at), paper, {
                    number: f"{name[:3].upper()}{at + 1}", "NAME": paper["subject"], stage: paper["state"], due: paper["due"], "CURRENCY_ID": seeded_id("currency", code),
                    "EXCHANGE_RATE": rate, "BILLING_ACCOUNT_ID": seeded_id("company", paper["company"]), "BILLING_CONTACT_ID": person, "DESCRIPTION": paper["note"],
                    "PAYMENT_TERMS": "Net 30", **totals(self.world, paper), **_address("BILLING", company), **_address("SHIPPING", company),
                }))  # fmt: skip
            self.add(name, rows)

    def service(self) -> None:
        """Cases, calls, meetings, tasks and notes."""
        self.add("Cases", [(seeded_id("ticket", at), entry, {
            "CASE_NUMBER": str(at + 1), "NAME": entry["title"], "ACCOUNT_ID": seeded_id("company", entry["company"]), "STATUS": entry["state"],
            "ACCOUNT_NAME": self.world.companies[entry["company"]]["name"], "PRIORITY": entry["priority"], "TYPE": entry["severity"], "DESCRIPTION": entry["note"],
        }) for at, entry in enumerate(self.world.tickets)])  # fmt: skip
        for kind, name, table in (("Call", "Calls", "CALLS"), ("Meeting", "Meetings", "MEETINGS")):
            rows = []
            for at, entry in enumerate(self.world.activities):
                if entry["kind"] != kind:
                    continue
                key = seeded_id("activity", at)
                rows.append((key, entry, {
                    "NAME": entry["subject"], "DURATION_HOURS": 1, "DURATION_MINUTES": 0, "DATE_START": f"{entry['day']} {entry['start']}", "STATUS": entry["state"],
                    "PARENT_TYPE": "Accounts", "PARENT_ID": seeded_id("company", entry["company"]), "DESCRIPTION": entry["note"],
                }))  # fmt: skip
                self.link(f"{table}_USERS", key, _GUIDS[entry["owner"]], entry)
                self.link(f"{table}_CONTACTS" if table < "CONTACTS" else f"CONTACTS_{table}", *self._pair(table, key, at), entry)  # fmt: skip
            self.add(name, rows)
        self.add("Tasks", [(seeded_id("activity", at), entry, {
            "NAME": entry["subject"], "STATUS": entry["state"], "DATE_DUE": f"{entry['day']} {entry['start']}", "PARENT_TYPE": "Accounts",
            "PARENT_ID": seeded_id("company", entry["company"]), "PRIORITY": "Medium", "DESCRIPTION": entry["note"],
        }) for at, entry in enumerate(self.world.activities) if entry["kind"] == "Task"])  # fmt: skip
        # One holds a control character, which the server sends although XML forbids it (recorded).
        self.add("Bugs", [(seeded_id("bug", at), entry, {
            "BUG_NUMBER": str(at + 1), "NAME": entry["title"].replace(" ", "\x0b", int(at == 1)), "STATUS": "New", "PRIORITY": entry["priority"], "DESCRIPTION": entry["note"],
        }) for at, entry in enumerate(self.world.tickets[:12])])  # fmt: skip

    def _pair(self, table: str, key: str, at: int) -> tuple[str, str]:
        """Return an activity and one of the contacts in the order of their tables' names."""
        person = seeded_id("person", at % len(self.world.people))
        return (key, person) if table < "CONTACTS" else (person, key)

    def files(self) -> None:
        """Documents with a revision each; every third is a note's attachment as well."""
        documents, revisions, notes = [], [], []
        for at, entry in enumerate(self.world.files):
            key, revision = seeded_id("document", at), seeded_id("revision", at)
            self.office.files[revision] = StoredFile(entry["name"], entry["mime"], entry["content"])
            documents.append((key, entry, {"DOCUMENT_NAME": entry["title"], "ACTIVE_DATE": entry["created"][:10], "STATUS_ID": "Active", "DOCUMENT_REVISION_ID": revision}))  # fmt: skip
            revisions.append((revision, entry, {"DOCUMENT_ID": key, "FILENAME": entry["name"], "FILE_EXT": entry["name"].rpartition(".")[2], "FILE_MIME_TYPE": entry["mime"], "REVISION": "1"}))  # fmt: skip
            if at % 3 == 0:
                attachment = seeded_id("attachment", at)
                self.office.files[attachment] = self.office.files[revision]
                parent = {"PARENT_TYPE": "Accounts", "PARENT_ID": seeded_id("company", entry["company"])}
                notes.append((seeded_id("note", at), entry, {"NAME": entry["title"], "NOTE_ATTACHMENT_ID": attachment, **parent}))  # fmt: skip
        self.add("Documents", documents)
        self.add("DocumentRevisions", revisions)
        self.add("Notes", notes)


def _kept(kind: str, width: int, value: Any) -> Any:
    match kind:
        case "d":
            return value if len(value) > 10 else f"{value} 00:00:00"
        case "i":
            return int(value)
        case "f" | "m":
            return float(value)
    return value[:width] if width else value


def _address(name: str, entry: Entry) -> dict[str, str]:
    return {f"{name}_ADDRESS_{part}": entry[key] for part, key in (("STREET", "street"), ("CITY", "city"), ("POSTALCODE", "zip"), ("COUNTRY", "country"))}  # fmt: skip
