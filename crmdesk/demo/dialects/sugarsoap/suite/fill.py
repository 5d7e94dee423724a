# SPDX-License-Identifier: MIT
"""Puts the seeded world into SuiteCRM's tables, cleaned as it cleans everything; ids hang on a thing's place alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from crmdesk.demo.dialects.sugarsoap.database import Row
from crmdesk.demo.dialects.sugarsoap.suite.catalogue import MODULES, ModuleDef
from crmdesk.demo.dialects.sugarsoap.suite.cleaning import cleaned
from crmdesk.demo.dialects.sugarsoap.suite.office import SuiteOffice, seeded_id
from crmdesk.demo.dialects.sugarsoap.users import USERS
from crmdesk.demo.dialects.sugarsoap.zone import KEPT
from crmdesk.demo.seed import Entry, World
from crmdesk.demo.store import StoredFile

_KEYS = {user.name: user.key for user in USERS}
_PAPERS = {"quote": ("AOS_Quotes", "stage", "expiration"), "invoice": ("AOS_Invoices", "status", "due_date")}
_CENT = Decimal("0.01")
_CASES = {"Open": "Open", "In Progress": "In Progress", "Wait For Response": "Wait For Response", "Closed": "Closed"}


def fill(office: SuiteOffice, world: World) -> None:
    """Store everything."""
    with office.db.lock:
        filler = _Filler(office, world)
        filler.users()
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

    def __init__(self, office: SuiteOffice, world: World) -> None:
        self.office = office
        self.world = world
        self.links: list[tuple[str, str, str, str]] = []

    def row(self, module: ModuleDef, key: str, entry: Entry, values: dict[str, Any]) -> Row:
        """Return a whole row; texts are cleaned and cut, empty ones are NULL."""
        owner = _KEYS[entry.get("owner", "admin")]
        row = self.office.blank(module, key, owner)
        row |= {"date_entered": entry["created"], "date_modified": entry["modified"]}
        if "assigned_user_id" in row:
            row["assigned_user_id"] = owner
        for name, value in values.items():
            if name == "email1_":
                row[name] = value or None
            elif module.by_name[name].kind == "bool":
                row[name] = int(value == "1")
            elif value not in ("", None):
                row[name] = _kept(module.by_name[name].kind, module.by_name[name].width, value)
        return row

    def add(self, name: str, rows: list[tuple[str, Entry, dict[str, Any]]]) -> None:
        """Store rows of a module."""
        module = MODULES[name]
        self.office.db.insert(module.table, [self.row(module, key, entry, values) for key, entry, values in rows])

    def link(self, kind: str, one: str, other: str, entry: Entry) -> None:
        """Remember a link."""
        self.links.append((kind, one, other, entry["modified"]))

    def users(self) -> None:
        """Everybody of the house."""
        born = {"created": "2011-06-15 10:09:32", "modified": "2026-11-02 08:00:00"}
        self.add("Users", [(user.key, born, {
            "user_name": user.name, "first_name": user.first_name, "last_name": user.last_name, "is_admin": str(int(user.is_admin)), "title": user.title,
            "department": user.department, "email1_": user.email, "status": "Active" if user.is_active else "Inactive",
        }) for user in USERS])  # fmt: skip

    def companies(self) -> None:
        """Accounts; the world's partners are accounts that somebody deleted."""
        self.add("Accounts", [(seeded_id("company", at), entry, {
            "name": entry["name"], "account_type": entry["kind"], "industry": entry["industry"], "annual_revenue": entry["revenue"],
            "parent_id": None if entry["parent"] is None else seeded_id("company", entry["parent"]), "phone_office": entry["phone"],
            "email1_": entry["email"], "website": entry["website"], "employees": entry["employees"], "description": entry["note"],
            **_address("billing", entry), **_address("shipping", entry),
        }) for at, entry in enumerate(self.world.companies)])  # fmt: skip
        self.add("Accounts", [(seeded_id("partner", at), entry, {
            "name": entry["name"], "account_type": "Partner", "phone_office": entry["phone"], "deleted": "1", **_address("billing", entry),
        }) for at, entry in enumerate(self.world.partners)])  # fmt: skip

    def people(self) -> None:
        """Contacts, each with its account."""
        rows = []
        for at, entry in enumerate(self.world.people):
            key = seeded_id("person", at)
            rows.append((key, entry, {
                "salutation": entry["salutation"], "first_name": entry["first"], "last_name": entry["last"], "lead_source": entry["source"],
                "title": entry["title"], "department": entry["department"], "birthdate": entry["birthday"], "do_not_call": entry["nocall"],
                "phone_work": entry["phone"], "phone_mobile": entry["mobile"], "email1_": entry["email"], "description": entry["note"], **_address("primary", entry),
            }))  # fmt: skip
            self.link("accounts_contacts", seeded_id("company", entry["company"]), key, entry)
        self.add("Contacts", rows)

    def leads(self) -> None:
        """Leads."""
        self.add("Leads", [(seeded_id("lead", at), entry, {
            "salutation": entry["salutation"], "first_name": entry["first"], "last_name": entry["last"], "status": entry["stage"], "lead_source": entry["source"],
            "phone_work": entry["phone"], "email1_": entry["email"], "account_name": entry["company"], "description": entry["note"], **_address("primary", entry),
        }) for at, entry in enumerate(self.world.leads)])  # fmt: skip

    def deals(self) -> None:
        """Opportunities with account and contact; products and campaigns."""
        rows = []
        first = {entry["company"]: at for at, entry in reversed(list(enumerate(self.world.people)))}
        for at, entry in enumerate(self.world.deals):
            key = seeded_id("deal", at)
            rows.append((key, entry, {
                "name": entry["name"], "opportunity_type": entry["kind"], "amount": entry["amount"], "amount_usdollar": entry["amount"], "currency_id": "-99",
                "date_closed": entry["close"], "sales_stage": entry["stage"], "probability": entry["probability"], "description": entry["note"],
            }))  # fmt: skip
            self.link("accounts_opportunities", seeded_id("company", entry["company"]), key, entry)
            if entry["company"] in first:
                self.link("contacts_opportunities", seeded_id("person", first[entry["company"]]), key, entry)
        self.add("Opportunities", rows)
        self.add("AOS_Products", [(seeded_id("item", at), entry, {
            "name": entry["name"], "part_number": entry["part"], "category": entry["category"], "type": "Service" if entry["service"] else "Good",
            "cost": entry["price"], "price": entry["price"], "currency_id": "-99", "description": entry["note"],
        }) for at, entry in enumerate(self.world.items)])  # fmt: skip
        self.add("Campaigns", [(seeded_id("campaign", at), entry, {
            "name": entry["name"], "status": entry["state"], "campaign_type": entry["kind"], "end_date": entry["close"],
        }) for at, entry in enumerate(self.world.campaigns)])  # fmt: skip

    def papers(self) -> None:
        """Quotes and invoices with their lines."""
        lines = []
        for kind, (name, stage, due) in _PAPERS.items():
            rows = []
            for at, paper in enumerate(paper for paper in self.world.papers if paper["type"] == kind):
                company, sums = self.world.companies[paper["company"]], _sums(self.world, paper)
                key = seeded_id(kind, at)
                rows.append((key, paper, {
                    "name": paper["subject"], "number": at + 1, stage: paper["state"], due: paper["due"], "billing_account_id": seeded_id("company", paper["company"]),
                    "billing_contact_id": None if paper["person"] is None else seeded_id("person", paper["person"]), "currency_id": "-99",
**sums, **_address("billing", company), **_address("shipping", company),
                }))  # fmt: skip
                lines += [(seeded_id(kind, at, "line", place), paper, self._line(line, name, key, place)) for place, line in enumerate(paper["lines"])]  # fmt: skip
            self.add(name, rows)
        self.add("AOS_Products_Quotes", lines)

    def _line(self, line: Entry, module: str, key: str, place: int) -> dict[str, Any]:
        item, figures = self.world.items[line["item"]], _figures(self.world, line)
        return {
            "name": item["name"], "number": place + 1, "part_number": item["part"], "item_description": line["comment"], "product_qty": line["quantity"],
            "product_cost_price": item["price"], "product_list_price": line["price"], "product_discount": line["discount"], "discount": "Percentage",
            "product_discount_amount": -figures.off, "product_unit_price": (Decimal(line["price"]) - figures.off).quantize(_CENT), "product_total_price": figures.net.quantize(_CENT),
            "vat": f"{figures.rate:.1f}", "vat_amt": figures.tax, "group_id": seeded_id(key, "group"), "parent_type": module, "parent_id": key,
            "product_id": seeded_id("item", line["item"]), "currency_id": "-99",
        }  # fmt: skip

    def service(self) -> None:
        """Cases, calls, meetings and tasks."""
        self.add("Cases", [(seeded_id("ticket", at), entry, {
            "case_number": at + 1, "name": entry["title"], "account_id": seeded_id("company", entry["company"]), "status": _CASES[entry["state"]],
            "priority": entry["priority"], "type": entry["severity"], "description": entry["note"],
        }) for at, entry in enumerate(self.world.tickets)])  # fmt: skip
        for kind, name in (("Call", "Calls"), ("Meeting", "Meetings"), ("Task", "Tasks")):
            rows = []
            for at, entry in enumerate(self.world.activities):
                if entry["kind"] != kind:
                    continue
                key, start = seeded_id("activity", at), f"{entry['day']} {entry['start']}"
                parent = {"parent_type": "Accounts", "parent_id": seeded_id("company", entry["company"])}
                times: dict[str, Any] = {"date_due": start, "priority": "Medium"}
                if kind != "Task":
                    end = (datetime.fromisoformat(start) + timedelta(hours=1)).strftime(KEPT)
                    times = {"date_start": start, "date_end": end, "duration_hours": 1}
                    self.link(f"{MODULES[name].table}_users", key, _KEYS[entry["owner"]], entry)
                rows.append((key, entry, {"name": entry["subject"], "status": entry["state"], "description": entry["note"], **parent, **times}))  # fmt: skip
            self.add(name, rows)

    def files(self) -> None:
        """Documents with a revision each; every third is a note's attachment as well."""
        documents, revisions, notes = [], [], []
        for at, entry in enumerate(self.world.files):
            key, revision = seeded_id("document", at), seeded_id("revision", at)
            file = StoredFile(entry["name"], entry["mime"], entry["content"])
            self.office.files[revision] = file
            documents.append((key, entry, {"document_name": entry["title"], "active_date": entry["created"][:10], "status_id": "Active", "document_revision_id": revision}))  # fmt: skip
            revisions.append((revision, entry, {"document_id": key, "filename": entry["name"], "file_ext": entry["name"].rpartition(".")[2], "file_mime_type": entry["mime"], "revision": "1"}))  # fmt: skip
            self.link("accounts_documents", seeded_id("company", entry["company"]), key, entry)
            if at % 3 == 0:
                note = seeded_id("note", at)
                self.office.files[note] = file
                notes.append((note, entry, {
                    "name": entry["title"], "filename": entry["name"], "file_mime_type": entry["mime"], "parent_type": "Accounts", "parent_id": seeded_id("company", entry["company"]),
                }))  # fmt: skip
        self.add("Documents", documents)
        self.add("DocumentRevisions", revisions)
        self.add("Notes", notes)


def _kept(kind: str, width: int, value: Any) -> Any:
    match kind:
        case "int":
            return int(value)
        case "currency" | "decimal" | "float":
            return float(value)
        case "date" | "datetime" | "datetimecombo":
            return value
    text = cleaned(str(value))
    return text[:width] if width else text


def _address(name: str, entry: Entry) -> dict[str, str]:
    return {f"{name}_address_{part}": entry[key] for part, key in (("street", "street"), ("city", "city"), ("postalcode", "zip"), ("country", "country"))}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the web page makes of a line: discount of one piece, net of all, tax to the cent."""

    off: Decimal
    net: Decimal
    rate: Decimal
    tax: Decimal


def _figures(world: World, line: Entry) -> _Figures:
    price, quantity, rate = Decimal(line["price"]), Decimal(line["quantity"]), Decimal(world.items[line["item"]]["tax"])
    off = price * Decimal(line["discount"]) / 100
    net = (price - off) * quantity
    return _Figures(off, net, rate, (net * rate / 100).quantize(_CENT, ROUND_HALF_UP))


def _sums(world: World, paper: Entry) -> dict[str, Decimal]:
    """A paper's own figures: lines before and after their discounts, taxes, shipping untaxed; no overall discount."""
    lines = [_figures(world, line) for line in paper["lines"]]
    listed = sum((Decimal(line["price"]) * Decimal(line["quantity"]) for line in paper["lines"]), Decimal(0))
    net, tax = sum((one.net for one in lines), Decimal(0)), sum((one.tax for one in lines), Decimal(0))
    shipping = Decimal(paper["shipping"])
    found = {
        "total_amt": listed, "discount_amount": net - listed, "subtotal_amount": net, "tax_amount": tax,
        "shipping_amount": shipping, "shipping_tax_amt": Decimal(0), "total_amount": net + tax + shipping,
    }  # fmt: skip
    return {name: amount.quantize(_CENT, ROUND_HALF_UP) for name, amount in found.items()}
