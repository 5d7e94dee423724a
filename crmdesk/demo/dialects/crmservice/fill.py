# SPDX-License-Identifier: MIT
"""Speaks the seeded world in the modules of the pretended CRM-service."""

from decimal import Decimal
from typing import Any

from crmdesk.demo.dialects.crmservice.catalogue import MODULES
from crmdesk.demo.dialects.crmservice.office import Office, Row, blank
from crmdesk.demo.dialects.crmservice.picklists import PICKLISTS
from crmdesk.demo.dialects.crmservice.sales import replace_rows
from crmdesk.demo.seed import TODAY, Entry, World
from crmdesk.demo.store import StoredFile

USERS = (("admin", "", "Administrator", ""), ("anna.k", "Anna", "Koch", "Sales"), ("jonas.b", "Jonas", "Berg", "Myynti"), ("priya.n", "Priya", "Nair", "Key accounts"))  # fmt: skip
_USER_NUMBER = {name: number for number, (name, _, _, _) in enumerate(USERS, 1)}
PORTALS = {1: "Customer portal", 2: "Reseller portal"}
_PAPERS = {"quote": "quotes", "order": "sales_orders", "invoice": "invoices", "purchase": "purchase_orders"}
_FOLDERS = ("Quotes", "Prices", "Pictures")
_FIRST_PRODUCT = 2001  # so that the seed's PRO2124 is a product


def portal_password(contact: int) -> str:
    """Return the portal password of a contact of the demo."""
    return f"portal-{contact}"


def fill(office: Office, world: World) -> None:
    """Put every entry of the world into the tables."""
    _Filler(office, world).fill()


class _Filler:
    """Adds module after module; keeps the numbers that others refer to, by place in the world's lists."""

    def __init__(self, office: Office, world: World) -> None:
        self.office = office
        self.world = world
        self.companies: list[int] = []
        self.people: list[int] = []
        self.vendors: list[int] = []
        self.products: list[int] = []
        self.first_person: dict[int, int] = {}

    def fill(self) -> None:
        self._system()
        self._companies_and_people()
        self._portals()
        self._leads()
        self._goods()
        self._deals()
        self._papers()
        self._service()
        self._documents()

    def _add(self, module: str, entry: Entry, values: Row, number: int | None = None) -> int:
        """Add a record with owner, times and running number; empty text becomes NULL, as it is kept there."""
        shape = MODULES[module]
        row = blank(shape)
        row["id"] = self.office.new_number() if number is None else number
        owner = _USER_NUMBER.get(entry.get("owner", ""), 1)
        row.update(owner_id=owner, creator_id=owner, updater_id=owner, created_at=entry["created"], updated_at=entry["modified"])  # fmt: skip
        start = _FIRST_PRODUCT if module == "products" else 1
        row["entity_no"] = f"{shape.prefix}{self.office.count_up(shape.prefix, start)}"
        row.update({name: None if value == "" and shape.fields[name].kind != "text" else value for name, value in values.items()})  # fmt: skip
        self.office.put(module, row)
        return int(row["id"])

    def _system(self) -> None:
        for number, (name, first, last, title) in enumerate(USERS, 1):
            self.office.put("users", {
                "id": number, "user_name": name, "name": f"{first} {last}".strip(), "first_name": first or None, "last_name": last,
                "email": f"{name}@nordwind.example", "is_admin": number == 1, "title": title or None, "created_at": "2011-01-03 08:00:00",
            })  # fmt: skip
        for picklist in PICKLISTS.values():
            self.office.put("picklists", {"id": picklist.number, "name": picklist.name})
            for place, choice in enumerate(picklist.choices, 1):
                self.office.put("picklist_values", {"id": choice.number, "picklist_id": picklist.number, "value": choice.value, "label": choice.label("en_us"), "sequence": place})  # fmt: skip

    def _companies_and_people(self) -> None:
        """The first contact follows the first account at once: 10000 and 10001, as in the vendor's example."""
        world, office = self.world, self.office
        self.companies, self.people = [office.new_number()], [office.new_number()]
        self.companies += [office.new_number() for _ in world.companies[1:]]
        self.people += [office.new_number() for _ in world.people[1:]]
        for number, entry in zip(self.companies, world.companies, strict=True):
            self._add("accounts", entry, {
                "name": entry["name"], "account_type": entry["kind"], "industry": entry["industry"], "phone": entry["phone"], "email": entry["email"],
                "website": entry["website"], "employees": int(entry["employees"]), "annual_revenue": _money(entry["revenue"]),
                "parent_id": None if entry["parent"] is None else self.companies[entry["parent"]], "bill_street": entry["street"],
                "bill_city": entry["city"], "bill_code": entry["zip"], "bill_country": entry["country"], "do_not_mail": entry["optout"] == "1",
                "cf_customer_since": entry["since"], "cf_interests": tuple(entry["interests"]), "cf_discount": _percent(entry["discount"]),
                "cf_call_after": entry["call"], "notes": entry["note"],
            }, number)  # fmt: skip
        for number, entry in zip(self.people, world.people, strict=True):
            self.first_person.setdefault(entry["company"], number)
            self._add("contacts", entry, {
                "first_name": entry["first"], "last_name": entry["last"], "salutation": entry["salutation"], "account_id": self.companies[entry["company"]],
                "title": entry["title"], "department": entry["department"], "email": entry["email"], "phone": entry["phone"], "mobile": entry["mobile"],
                "birthday": entry["birthday"], "lead_source": entry["source"], "do_not_call": entry["nocall"] == "1", "do_not_mail": entry["optout"] == "1",
                "mailing_street": entry["street"], "mailing_city": entry["city"], "mailing_code": entry["zip"], "mailing_country": entry["country"],
                "description": entry["note"],
            }, number)  # fmt: skip

    def _portals(self) -> None:
        """Every third contact may enter the customer portal, every twelfth the other one; every fifteenth no more."""
        for number, name in PORTALS.items():
            self.office.put("portals", {"id": number, "name": name})
        for place, contact in enumerate(self.people):
            for portal, step in ((1, 3), (2, 12)):
                if place % step == 0:
                    number = self.office.count_up("portal_users")
                    self.office.put("portal_users", {"id": number, "portal_id": portal, "contact_id": contact, "active": place % 15 != 6})  # fmt: skip
                    self.office.passwords[number] = portal_password(contact)

    def _leads(self) -> None:
        for entry in self.world.leads:
            self._add("leads", entry, {
                "first_name": entry["first"], "last_name": entry["last"], "salutation": entry["salutation"], "company": entry["company"],
                "lead_status": entry["stage"], "lead_source": entry["source"], "rating": entry["rating"], "industry": entry["industry"],
                "email": entry["email"], "phone": entry["phone"], "annual_revenue": _money(entry["revenue"]), "employees": int(entry["employees"]),
                "street": entry["street"], "city": entry["city"], "postal_code": entry["zip"], "country": entry["country"],
                "cf_next_contact": f"{entry['next']} 09:00:00" if entry["next"] else "", "description": entry["note"],
            })  # fmt: skip

    def _goods(self) -> None:
        self.vendors = [
            self._add("vendors", entry, {
                "name": entry["name"], "phone": entry["phone"], "email": entry["email"], "website": entry["website"], "street": entry["street"],
                "city": entry["city"], "postal_code": entry["zip"], "country": entry["country"],
            }) for entry in self.world.vendors
        ]  # fmt: skip
        for entry in self.world.items:
            self.products.append(self._add("products", entry, {
                "name": entry["name"], "product_code": entry["part"], "active": entry["active"] == "1", "category": entry["category"],
                "unit_price": _money(entry["price"]), "unit": entry["unit"], "vat_percent": _percent(entry["tax"]), "in_stock": _money(entry["stock"]),
                "vendor_id": None if entry["vendor"] is None else self.vendors[entry["vendor"]], "description": entry["note"],
            }))  # fmt: skip
        for place, entry in enumerate(self.world.price_books):
            number = self._add("price_books", entry, {"name": entry["name"], "active": True, "description": entry["note"]})  # fmt: skip
            for product in self.products[place :: 7 + place]:
                self.office.link("price_books-products", number, product)
        for place, entry in enumerate(self.world.campaigns):
            number = self._add("campaigns", entry, {
                "name": entry["name"], "campaign_type": entry["kind"], "status": entry["state"], "closing_date": entry["close"],
                "sent": int(entry["sent"]), "description": entry["note"],
            })  # fmt: skip
            for at in range(place, min(len(self.companies), 60), 6):
                self.office.link("accounts-campaigns", self.companies[at], number)
                self.office.link("campaigns-contacts", number, self.people[at])

    def _deals(self) -> None:
        for entry in self.world.deals:
            self._add("potentials", entry, {
                "name": entry["name"], "account_id": self.companies[entry["company"]], "contact_id": self.first_person.get(entry["company"]),
                "amount": _money(entry["amount"]), "closing_date": entry["close"], "sales_stage": entry["stage"],
                "probability": _percent(entry["probability"]), "potential_type": entry["kind"], "description": entry["note"],
            })  # fmt: skip

    def _papers(self) -> None:
        of_place: dict[tuple[str, int], int] = {}
        places = dict.fromkeys(_PAPERS, 0)
        for entry in self.world.papers:
            kind = entry["type"]
            company = self.world.companies[entry["company"]]
            values: Row = {
                "subject": entry["subject"], "status": entry["state"], "account_id": self.companies[entry["company"]],
                "contact_id": None if entry["person"] is None else self.people[entry["person"]], "duedate": entry["due"],
                "currency": ("EUR", "SEK")[entry["currency"]], "discount_percent": _percent(entry["discount"] or "0"), "terms": entry["terms"],
                "bill_street": company["street"], "bill_city": company["city"], "bill_code": company["zip"], "bill_country": company["country"],
                "description": entry["note"],
            }  # fmt: skip
            before = {"order": ("quote_id", "quote"), "invoice": ("salesorder_id", "order")}.get(kind)
            if before is not None and entry["before"] is not None:
                values[before[0]] = of_place.get((before[1], entry["before"]))
            if kind == "order":
                values["carrier"] = entry["carrier"]
            elif kind == "invoice":
                values["invoice_date"] = entry["date"]
            elif kind == "purchase":
                values["vendor_id"] = self.vendors[entry["vendor"]]
            number = self._add(_PAPERS[kind], entry, values)
            of_place[(kind, places[kind])] = number
            places[kind] += 1
            self._rows(_PAPERS[kind], number, entry)

    def _rows(self, module: str, number: int, entry: Entry) -> None:
        shape = MODULES[MODULES[module].row_module]
        rows = []
        for line in entry["lines"]:
            row = blank(shape)
            row.update(product_id=self.products[line["item"]], description=line["comment"], quantity=_money(line["quantity"]), unit_price=_money(line["price"]), discount_percent=_percent(line["discount"]))  # fmt: skip
            rows.append(row)
        replace_rows(self.office, module, self.office.tables[module][number], rows)

    def _service(self) -> None:
        for entry in self.world.tickets:
            self._add("tickets", entry, {
                "subject": entry["title"], "account_id": self.companies[entry["company"]], "contact_id": self.first_person.get(entry["company"]),
                "product_id": self.products[entry["item"]], "status": entry["state"], "priority": entry["priority"], "severity": entry["severity"],
                "hours": _money(entry["hours"]), "description": entry["note"],
            })  # fmt: skip
        for entry in self.world.activities:
            number = self._add("activities", entry, {
                "subject": entry["subject"], "activity_type": entry["kind"], "status": entry["state"], "start_date": entry["day"],
                "start_time": entry["start"], "description": entry["note"],
            })  # fmt: skip
            self.office.link("accounts-activities", self.companies[entry["company"]], number)
            if entry["company"] in self.first_person:
                self.office.link("contacts-activities", self.first_person[entry["company"]], number)
        for place, entry in enumerate(self.world.deals[:40:8]):
            account = self.companies[entry["company"]]
            contract = self._add("contracts", entry, {"name": f"Contract: {entry['name']}", "start_date": entry["close"], "end_date": f"{TODAY.year + 2}-12-31"})  # fmt: skip
            self._add("projects", entry, {"name": f"Project: {entry['name']}", "account_id": account, "contract_id": contract, "status": ("Planned", "Running", "Completed")[place % 3], "end_date": f"{TODAY.year + 1}-06-30"})  # fmt: skip

    def _documents(self) -> None:
        for entry in self.world.files:
            number = self._add("documents", entry, {
                "name": entry["title"], "folder": _FOLDERS[entry["folder"]], "file_name": entry["name"], "file_type": entry["mime"],
                "file_size": len(entry["content"]),
            })  # fmt: skip
            self.office.files[number] = StoredFile(entry["name"], entry["mime"], entry["content"])
            self.office.link("accounts-documents", self.companies[entry["company"]], number)


def _money(text: str) -> Decimal:
    return Decimal(text or "0").quantize(Decimal("0.01"))


def _percent(text: Any) -> Decimal:
    return Decimal(text or "0").quantize(Decimal("0.001"))
