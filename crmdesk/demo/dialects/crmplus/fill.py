# SPDX-License-Identifier: MIT
"""Puts the seeded world into the pretended server's own modules and fields."""

import hashlib
from typing import Any

from crmdesk.demo.dialects.crmplus.catalogue import ModuleDef
from crmdesk.demo.dialects.crmplus.lines import new_line
from crmdesk.demo.dialects.crmplus.office import Office, moment
from crmdesk.demo.dialects.crmplus.sales import recalculate
from crmdesk.demo.dialects.crmplus.users import USERS
from crmdesk.demo.dialects.crmplus.values import MULTI, stored
from crmdesk.demo.seed import Entry, World
from crmdesk.demo.store import Change, StoredFile, Values

_GROUPS = (
    ("Team Selling", "Sales in the north"),
    ("Marketing Group", "Trade fairs & newsletters"),
    ("Support Group", "Tickets"),
)
_CURRENCIES = (("Euro", "EUR", "€", "1.00000"), ("US Dollar", "USD", "$", "1.08500"), ("Svensk krona", "SEK", "kr", "11.42000"), ("Pound Sterling", "GBP", "£", "0.84500"))  # fmt: skip
_FOLDERS = (("Default", "This is a Default Folder"), ("Angebote", "Offers as sent"), ("Logos & Pläne", ""))
_PAPERS = {"quote": "Quotes", "order": "SalesOrder", "invoice": "Invoice", "purchase": "PurchaseOrder"}
_STATE = {"quote": "quotestage", "order": "sostatus", "invoice": "invoicestatus", "purchase": "postatus"}


def fill(office: Office, world: World) -> None:
    """Store everything; the order of the steps fixes the record numbers."""
    filler = _Filler(office, world)
    with office.store.lock:
        filler.people_of_the_house()
        filler.accounts()
        filler.contacts()
        filler.leads()
        filler.goods()
        filler.deals()
        filler.papers()
        filler.service()
        filler.documents()
        filler.links()
        filler.past()


class _Filler:
    """Keeps the numbers given, so that later steps can refer to them."""

    def __init__(self, office: Office, world: World) -> None:
        self.office = office
        self.store = office.store
        self.world = world
        self.numbers: dict[str, list[int]] = {}
        self.user_ids = {user.name: office.catalogue.wire_id("Users", user.number) for user in USERS}
        self._kept: dict[tuple[str, str, str], str] = {}
        self._widths: dict[str, dict[str, int]] = {}

    def wire(self, module: str, index: int | None) -> str:
        """Return the id of the module's entry no. `index`, "" for None."""
        return "" if index is None else self.office.catalogue.wire_id(module, self.numbers[module][index])

    def add(self, module: str, entry: Entry, values: dict[str, Any], number: int | None = None, code: str = "") -> int:
        """Store one record; values that equal their default are not kept."""
        spec = self.office.catalogue.find(module)
        number = number or self.store.new_number()
        widths = self._text_widths(spec)
        kept: Values = {}
        for name, value in values.items():
            if value in ("", "0", None):
                continue
            if (width := widths.get(name)) is not None:
                kept[name] = value[:width]
            elif name in spec.by_name:
                kept[name] = self._as_stored(spec, name, value)
        owner = self.user_ids[entry["owner"]]
        kept["assigned_user_id"] = owner
        kept["createdtime"], kept["modifiedtime"], kept["modifiedby"] = entry["created"], entry["modified"], owner
        if spec.number_field:
            kept[spec.number_field] = code or f"{spec.number_prefix}{self.store.count_up(spec.name)}"
        self.store.insert(spec.name, number, kept)
        self.numbers.setdefault(module, []).append(number)
        return number

    def _text_widths(self, spec: ModuleDef) -> dict[str, int]:
        """Return the width of each column that keeps its text as it is."""
        if spec.name not in self._widths:
            plain = ("string", "reference", "phone", "email", "url", "picklist", "text")
            self._widths[spec.name] = {f.name: f.width or 100_000 for f in spec.fields if f.kind in plain}
        return self._widths[spec.name]

    def _as_stored(self, spec: ModuleDef, name: str, value: Any) -> str:
        """Return what a column with habits of its own keeps; remembered, because few values make up most of the seed."""
        key = (spec.name, name, str(value))
        if key not in self._kept:
            self._kept[key] = stored(spec.by_name[name], value, keeps_emoji=True)
        return self._kept[key]

    def people_of_the_house(self) -> None:
        """Users, groups, currencies, folders: numbers of their own, which no record shares."""
        catalogue, store = self.office.catalogue, self.store
        for user in USERS:
            secret = hashlib.sha256(f"demo {user.name}".encode()).hexdigest()[:60]
            store.insert("Users", user.number, {
                "user_name": user.name, "is_admin": "on" if user.is_admin else "off", "user_password": f"$2y$10${secret}", "first_name": user.first_name,
                "last_name": user.last_name, "roleid": "H2" if user.is_admin else "H5", "email1": f"{user.name}@nordwind.example", "title": user.title,
                "status": "Active" if user.is_active else "Inactive", "language": user.language, "time_zone": "Europe/Helsinki", "date_format": "dd.mm.yyyy",
                "accesskey": self.office.sessions.keys[user.name], "currency_id": catalogue.wire_id("Currencies", 1),
            }, shared_number=False)  # fmt: skip
        for number, (name, text) in enumerate(_GROUPS, 2):
            store.insert("Groups", number, {"groupname": name, "description": text}, shared_number=False)
        for number, (name, code, symbol, rate) in enumerate(_CURRENCIES, 1):
            store.insert(catalogue.find("Currencies").name, number, {
                "currency_name": name, "currency_code": code, "currency_symbol": symbol, "conversion_rate": rate, "currency_status": "Active",
                "defaultid": "-11" if number == 1 else "0",
            }, shared_number=False)  # fmt: skip
        for number, (name, text) in enumerate(_FOLDERS, 1):
            row = {"foldername": name, "description": text, "sequence": str(number)}
            store.insert(catalogue.find("AttachmentsFolder").name, number, row, shared_number=False)

    def accounts(self) -> None:
        """Companies; their numbers are fixed, because the pictures show them."""
        accounts = self.office.catalogue.find("Accounts")
        for entry in self.world.companies:
            self.add("Accounts", entry, {
                "accountname": entry["name"], "phone": entry["phone"], "website": entry["website"], "email1": entry["email"], "employees": entry["employees"],
                "industry": entry["industry"], "accounttype": entry["kind"], "annual_revenue": entry["revenue"], "emailoptout": entry["optout"],
                "bill_street": entry["street"], "bill_city": entry["city"], "bill_code": entry["zip"], "bill_country": entry["country"],
                "ship_street": entry["street"], "ship_city": entry["city"], "ship_code": entry["zip"], "ship_country": entry["country"],
                "cf_1201": MULTI.join(entry["interests"]), "cf_1203": entry["since"], "cf_1205": entry["discount"], "cf_1207": entry["call"],
                "account_id": self.wire("Accounts", entry["parent"]), "description": entry["note"],
            }, entry["number"], entry["code"] or f"ACC{entry['number']}")  # fmt: skip
        self.store.table(accounts.name).counter = self.world.companies[-1]["number"]

    def contacts(self) -> None:
        """People."""
        for entry in self.world.people:
            self.add("Contacts", entry, {
                "salutationtype": entry["salutation"], "firstname": entry["first"], "lastname": entry["last"], "phone": entry["phone"], "mobile": entry["mobile"],
                "account_id": self.wire("Accounts", entry["company"]), "title": entry["title"], "department": entry["department"], "birthday": entry["birthday"],
                "email": entry["email"], "donotcall": entry["nocall"], "emailoptout": entry["optout"], "leadsource": entry["source"], "mailingstreet": entry["street"],
                "mailingcity": entry["city"], "mailingzip": entry["zip"], "mailingcountry": entry["country"],
            })  # fmt: skip

    def leads(self) -> None:
        """Leads."""
        for entry in self.world.leads:
            self.add("Leads", entry, {
                "salutationtype": entry["salutation"], "firstname": entry["first"], "lastname": entry["last"], "phone": entry["phone"], "company": entry["company"],
                "email": entry["email"], "leadsource": entry["source"], "industry": entry["industry"], "leadstatus": entry["stage"], "rating": entry["rating"],
                "annualrevenue": entry["revenue"], "noofemployees": entry["employees"], "emailoptout": entry["optout"], "cf_1103": entry["next"], "lane": entry["street"],
                "code": entry["zip"], "city": entry["city"], "country": entry["country"], "description": entry["note"],
            })  # fmt: skip

    def goods(self) -> None:
        """Vendors, partners, products, services, price books, campaigns."""
        for entry in self.world.vendors:
            address = {
                "street": entry["street"],
                "city": entry["city"],
                "postalcode": entry["zip"],
                "country": entry["country"],
            }
            self.add(
                "Vendors",
                entry,
                {"vendorname": entry["name"], "phone": entry["phone"], "email": entry["email"], **address},
            )
        if "Partner" in self.office.catalogue.modules:
            for entry in self.world.partners:
                self.add("Partner", entry, {"partnername": entry["name"], "phone": entry["phone"], "email": entry["email"], "city": entry["city"], "country": entry["country"]})  # fmt: skip
        self.items: list[str] = []
        for entry in self.world.items:
            common = {
                "discontinued": entry["active"],
                "unit_price": entry["price"],
                "tax1": entry["tax"],
                "description": entry["note"],
                "qty_per_unit": "1",
            }
            if entry["service"]:
                number = self.add("Services", entry, {**common, "servicename": entry["name"], "servicecategory": entry["category"], "service_usageunit": entry["unit"]})  # fmt: skip
            else:
                number = self.add("Products", entry, {
                    **common, "productname": entry["name"], "productcode": entry["part"], "productcategory": entry["category"], "usageunit": entry["unit"],
                    "qtyinstock": entry["stock"], "vendor_id": self.wire("Vendors", entry["vendor"]), "manufacturer": "Nordwind",
                })  # fmt: skip
            self.items.append(self.office.catalogue.wire_id("Services" if entry["service"] else "Products", number))
        euro = self.office.catalogue.wire_id("Currencies", 1)
        for entry in self.world.price_books:
            self.add("PriceBooks", entry, {"bookname": entry["name"], "active": "1", "currency_id": euro})
        for entry in self.world.campaigns:
            self.add("Campaigns", entry, {"campaignname": entry["name"], "campaigntype": entry["kind"], "campaignstatus": entry["state"], "closingdate": entry["close"], "numsent": entry["sent"]})  # fmt: skip

    def deals(self) -> None:
        """Opportunities."""
        for entry in self.world.deals:
            self.add("Potentials", entry, {
                "potentialname": entry["name"], "amount": entry["amount"], "related_to": self.wire("Accounts", entry["company"]), "closingdate": entry["close"],
                "sales_stage": entry["stage"], "probability": entry["probability"], "opportunity_type": entry["kind"], "description": entry["note"],
            })  # fmt: skip

    def papers(self) -> None:
        """Quotes, orders, invoices and purchase orders with their lines and totals."""
        catalogue = self.office.catalogue
        for entry in self.world.papers:
            kind = entry["type"]
            module = _PAPERS[kind]
            at = self.world.companies[entry["company"]]
            before = {"order": ("quote_id", "Quotes"), "invoice": ("salesorder_id", "SalesOrder")}.get(kind)
            link = {before[0]: self.wire(before[1], entry["before"])} if before and entry["before"] is not None else {}
            address = {f"{side}_{part}": at[key] for side in ("bill", "ship") for part, key in (("street", "street"), ("city", "city"), ("code", "zip"), ("country", "country"))}  # fmt: skip
            currency = _CURRENCIES[entry["currency"]]
            number = self.add(module, entry, {
                "subject": entry["subject"], "account_id": self.wire("Accounts", entry["company"]), "contact_id": self.wire("Contacts", entry["person"]),
                "vendor_id": self.wire("Vendors", entry["vendor"]), _STATE[kind]: entry["state"], "duedate": entry["due"], "validtill": entry["due"],
                "invoicedate": entry["date"], "carrier": entry["carrier"], "hdnTaxType": entry["tax_mode"], "hdnDiscountPercent": entry["discount"],
                "hdnS_H_Amount": entry["shipping"], "txtAdjustment": entry["adjustment"], "terms_conditions": entry["terms"], "conversion_rate": currency[3],
                "currency_id": catalogue.wire_id("Currencies", entry["currency"] + 1), **address, **link,
            })  # fmt: skip
            self.store.lines[number] = [self._line(line, entry["modified"]) for line in entry["lines"]]
            recalculate(self.office, catalogue.find(module), number)

    def _line(self, entry: Entry, when: str) -> dict[str, Any]:
        line = new_line(self.office, self.items[entry["item"]])
        changed = moment(when)
        line.update(
            quantity=f"{float(entry['quantity']):.3f}", discount_percent=f"{float(entry['discount']):.3f}", comment=entry["comment"],
            headline=entry["headline"], changetime=str(changed),
        )  # fmt: skip
        return line

    def service(self) -> None:
        """Tickets and activities."""
        for entry in self.world.tickets:
            self.add("HelpDesk", entry, {
                "ticket_title": entry["title"], "parent_id": self.wire("Accounts", entry["company"]), "product_id": self.items[entry["item"]],
                "ticketpriorities": entry["priority"], "ticketseverities": entry["severity"], "ticketstatus": entry["state"], "hours": entry["hours"],
                "description": entry["note"],
            })  # fmt: skip
        for entry in self.world.activities:
            self.add("Calendar", entry, {
                "subject": entry["subject"], "activitytype": entry["kind"], "date_start": entry["day"], "time_start": entry["start"], "due_date": entry["day"],
                "parent_id": self.wire("Accounts", entry["company"]), "taskstatus": entry["state"], "taskpriority": "Medium",
            })  # fmt: skip

    def documents(self) -> None:
        """Documents with their files, linked to their companies."""
        for entry in self.world.files:
            folder = self.office.catalogue.wire_id("AttachmentsFolder", entry["folder"] + 1)
            number = self.add("Documents", entry, {
                "notes_title": entry["title"], "folderid": folder, "filename": entry["name"], "filetype": entry["mime"], "filesize": len(entry["content"]),
                "filelocationtype": "I", "filestatus": "1",
            })  # fmt: skip
            self.store.files[number] = StoredFile(entry["name"], entry["mime"], entry["content"])
            self.store.relate(number, self.numbers["Accounts"][entry["company"]])

    def links(self) -> None:
        """Links that no field holds: products and campaigns of accounts and contacts, goods of price books."""
        accounts, contacts, goods = self.numbers["Accounts"], self.numbers["Contacts"], self.numbers["Products"]
        for place, number in enumerate(accounts[:200]):
            self.store.relate(number, goods[place * 7 % len(goods)])
        for place, number in enumerate(contacts[:120]):
            self.store.relate(number, self.numbers["Campaigns"][place % len(self.numbers["Campaigns"])])
        for book in self.numbers["PriceBooks"]:
            for number in goods[book % 3 :: 5]:
                self.store.relate(book, number)
        leads = self.numbers.get("Leads", [])
        for place, number in enumerate(leads[:80]):
            self.store.relate(number, self.numbers["Campaigns"][place % len(self.numbers["Campaigns"])])

    def past(self) -> None:
        """Change history of the newest records: created once, changed now and then."""
        spans = {"Accounts": 400, "Contacts": 200, "Leads": 200, "Potentials": 150, "SalesOrder": 100}
        changes: list[Change] = []
        for module, count in spans.items():
            spec = self.office.catalogue.find(module)
            for place, number in enumerate(self.numbers.get(module, [])[:count]):
                row = self.store.table(spec.name).rows[number]
                user = int(row["assigned_user_id"].partition("x")[2])
                times = [moment(row[name]) for name in ("createdtime", "modifiedtime")]
                changes.append(Change(times[0], spec.name, number, user, 1))
                if place % 2:
                    field = ("bill_city", "phone", "description")[place // 2 % 3] if module == "Accounts" else "phone"
                    new = row.get(field, "")
                    old = {"bill_city": "Tampere", "phone": "+358 9 555 0000"}.get(field, "")
                    if field in spec.by_name and old != new:
                        changes.append(Change(times[1], spec.name, number, user, 2, ((field, old, new),)))
        self.store.history.extend(sorted(changes, key=lambda change: (change.when, change.number)))
