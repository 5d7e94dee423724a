# SPDX-License-Identifier: MIT
"""Speaks the seeded world in OpenCRM's field names."""

from datetime import date, timedelta
from typing import Any

from crmdesk.demo.dialects.opencrm import grid
from crmdesk.demo.dialects.opencrm.modules import COMMISSION_BANDS, CUSTOM_COLUMNS
from crmdesk.demo.dialects.opencrm.office import Call, Office
from crmdesk.demo.seed import Entry, World

_USERS = {"anna.k": ("2", "Anna", "Koch"), "jonas.b": ("3", "Jonas", "Berg"), "priya.n": ("4", "Priya", "Nair")}
_STATES = {"quote": ("quote", "quotestage", "validtill"), "order": ("salesorder", "sostatus", "duedate"), "invoice": ("invoice", "invoicestatus", "duedate"), "purchase": ("purchaseorder", "postatus", "duedate")}  # fmt: skip
_FIRST_RECORD = 1000
_CLASSES = {"24.000": "Standard", "19.000": "Standard", "10.000": "Reduced", "7.500": "Reduced"}


def fill(office: Office, world: World) -> None:
    """Put every entry of the world into the store."""
    _Filler(office, world).fill()


class _Filler:
    """Gives numbers in the order of creation and remembers who got which."""

    def __init__(self, office: Office, world: World) -> None:
        self.office = office
        self.world = world
        self.companies: list[int] = []
        self.people: list[int] = []
        self.vendors: list[int] = []
        self.products: list[int] = []
        self.campaigns: list[int] = []
        self.orders: dict[str, list[int]] = {}
        self.number = _FIRST_RECORD

    def fill(self) -> None:
        store = self.office.store
        rows = [
            ("1", "admin", "", "Administrator"),
            *((n, name, first, last) for name, (n, first, last) in _USERS.items()),
        ]
        for number, name, first, last in rows:
            row = {"user_name": name, "first_name": first, "last_name": last, "email1": f"{name}@nordwind.example"}
            store.insert("user", int(number), row | {"title": "", "status": "Active"}, shared_number=False)
            self.office.user_names[number] = name
        self.companies = [self._company(entry) for entry in self.world.companies]
        self._goods()
        for at, entry in enumerate(self.world.companies):
            if entry["parent"] is not None:
                self._row("company", self.companies[at])["parentid"] = self._of(self.companies, entry["parent"])
        self.people = [self._contact(entry) for entry in self.world.people]
        for entry in self.world.leads:
            self._lead(entry)
        for place, entry in enumerate(self.world.deals):
            self._deal(place, entry)
        for place, entry in enumerate(self.world.tickets):
            self._ticket(place, entry)
        for entry in self.world.activities:
            self._activity(entry)
        for place, entry in enumerate(self.world.papers):
            self._paper(place, entry)

    def _add(self, module: str, entry: Entry, values: dict[str, Any]) -> int:
        self.number += 1
        texts = {name: "" if value is None else str(value) for name, value in values.items()}
        times = {"createdtime": entry["created"], "modifiedtime": entry["modified"]}
        owner = _USERS.get(entry["owner"], ("1",))[0]
        row = {"assigned_user_id": owner, **times, "description": entry.get("note", ""), **texts}
        self.office.store.insert(module, self.number, row)
        return self.number

    def _row(self, module: str, number: int) -> dict[str, str]:
        return self.office.store.table(module).rows[number]

    def _of(self, numbers: list[int], place: int | None) -> str:
        return "" if place is None else str(numbers[place])

    def _goods(self) -> None:
        for entry in self.world.vendors:
            values = {
                "accountname": entry["name"],
                "account_type": "Supplier",
                "email1": entry["email"],
                "phone": entry["phone"],
            }
            where = {
                "street": entry["street"],
                "city": entry["city"],
                "code": entry["zip"],
                "country": entry["country"],
            }
            self.vendors.append(self._add("company", entry, values | where))
        bands = tuple(COMMISSION_BANDS)
        for place, entry in enumerate(self.world.items):
            price = float(entry["price"])
            self.products.append(
                self._add(
                    "product", entry,
                    {
                        "productname": entry["name"], "productcode": entry["part"], "productcategory": entry["category"],
                        "unit_price": entry["price"], "qtyinstock": entry["stock"], "product_status": "Active" if entry["active"] == "1" else "Discontinued",
                        "discontinued": "0" if entry["active"] == "1" else "1", "buy_price": f"{price * 0.6:.2f}",
                        "vendor_id": self._of(self.vendors, entry["vendor"]), "taxclass": _CLASSES.get(entry["tax"], "Standard"), "def_currency": "GBP",
                        "usageunit": entry["unit"], "supplytype": "Service" if entry["service"] else "Stock", "commission_band": bands[place % 3],
                        "minimummargin": "10.00", "maximumdiscount": "25.00",
                    },
                )
            )  # fmt: skip
        for entry in self.world.campaigns:
            values = {"campaignname": entry["name"], "campaigntype": entry["kind"], "campaignstatus": entry["state"]}
            self.campaigns.append(self._add("campaign", entry, values))

    def _company(self, entry: Entry) -> int:
        where = {"street": entry["street"], "city": entry["city"], "code": entry["zip"], "country": entry["country"]}
        return self._add(
            "company", entry,
            where | {f"ship_{name}": value for name, value in where.items()} | {
                "accountname": entry["name"], "phone": entry["phone"], "website": entry["website"], "account_type": entry["kind"],
                "email1": entry["email"], "industry": entry["industry"], "employees": entry["employees"], "annualrevenue": entry["revenue"],
                "companynumber": f"CO{entry['number']}", "vatexempt": "0", "majoraccount": "1" if float(entry["revenue"]) > 5e6 else "0",
                "def_currency": "GBP", "cf_101": "|##|".join(entry["interests"]) if isinstance(entry["interests"], list) else "",
                "cf_102": entry["since"], "cf_103": entry["discount"], "sage_ref": entry["code"],
            },
        )  # fmt: skip

    def _contact(self, entry: Entry) -> int:
        return self._add(
            "contact", entry,
            {
                "firstname": entry["first"], "lastname": entry["last"], "accountid": self._of(self.companies, entry["company"]), "email": entry["email"],
                "phone": entry["phone"], "mobile": entry["mobile"], "salutation": entry["salutation"], "title": entry["title"], "department": entry["department"],
                "leadsource": entry["source"], "mailingstreet": entry["street"], "mailingcity": entry["city"], "mailingzip": entry["zip"],
                "mailingcountry": entry["country"], "birthday": entry["birthday"], "do_not_email": entry["optout"], "tps": entry["nocall"], "fps": "0",
            },
        )  # fmt: skip

    def _lead(self, entry: Entry) -> int:
        return self._add(
            "lead", entry,
            {
                "firstname": entry["first"], "lastname": entry["last"], "company": entry["company"], "email": entry["email"], "phone": entry["phone"],
                "leadstatus": entry["stage"], "salutation": entry["salutation"], "leadsource": entry["source"], "industry": entry["industry"],
                "rating": entry["rating"], "annualrevenue": entry["revenue"], "noofemployees": entry["employees"], "lane": entry["street"],
                "city": entry["city"], "code": entry["zip"], "country": entry["country"], "cf_301": entry["next"], "do_not_email": entry["optout"],
            },
        )  # fmt: skip

    def _deal(self, place: int, entry: Entry) -> None:
        company = self._of(self.companies, entry["company"])
        self._add(
            "opportunity", entry,
            {
                "potentialname": entry["name"], "accountid": company, "sales_stage": entry["stage"], "amount": entry["amount"], "closingdate": entry["close"],
                "potentialtype": entry["kind"], "probability": entry["probability"], "def_currency": "GBP",
                "campaignid": self._of(self.campaigns, place % len(self.campaigns)) if place % 5 == 0 else "",
            },
        )  # fmt: skip
        day = date.fromisoformat(entry["close"])
        self._follow_up(place, entry, company, day.isoformat(), (day + timedelta(days=365)).isoformat())

    def _follow_up(self, place: int, entry: Entry, company: str, start: str, end: str) -> None:
        """Add the contract and the asset of a deal that was won, and a project of every fourth."""
        product = self.products[place % len(self.products)]
        if entry["stage"] == "Closed Won":
            values = {
                "contractname": f"Service: {entry['name']}",
                "accountid": company,
                "contract_status": "Active",
                "contract_type": "Support",
            }
            self._add(
                "contract",
                entry,
                values | {"contract_value": entry["amount"], "start_date": start, "end_date": end},
            )
            serial = {
                "assetname": f"Installed: {entry['name']}",
                "serialnumber": f"SN-{place:05d}",
                "accountid": company,
            }
            self._add("asset", entry, serial | {"productid": product, "assetstatus": "In Service", "datesold": start})
        if place % 4 == 0:
            worker = tuple(_USERS.values())[place % 3][0]
            values = {
                "projectname": f"Roll-out: {entry['name']}",
                "accountid": company,
                "projectstatus": "In Progress",
                "startdate": start,
            }
            values |= {
                "projecttype": "Customer",
                "projectpriority": "Normal",
                "targetenddate": end,
                "progress": str(place % 11 * 10),
            }
            self._add("project", entry, values | {"Project_Developer": worker})

    def _ticket(self, place: int, entry: Entry) -> None:
        closed = entry["modified"][:10] if entry["state"] == "Closed" else ""
        self._add(
            "ticket", entry,
            {
                "title": entry["title"], "status": entry["state"], "priority": entry["priority"], "severity": entry["severity"], "closedon": closed,
                "parent_id": self._of(self.companies, entry["company"]), "support_queue": ("Support", "Field service")[place % 2], "hours": entry["hours"],
                "category": "Problem", "productid": self._of(self.products, entry["item"]),
            },
        )  # fmt: skip

    def _activity(self, entry: Entry) -> None:
        company = self._of(self.companies, entry["company"])
        self._add(
            "activity", entry,
            {
                "subject": entry["subject"], "taskstatus": entry["state"], "taskpriority": "Normal", "date_start": entry["day"], "due_date": entry["day"],
                "time_start": entry["start"][:5], "duration_hours": "1", "parent_id": company, "accountid": company, "category": entry["kind"],
            },
        )  # fmt: skip

    def _paper(self, place: int, entry: Entry) -> None:
        module, state, due = _STATES[entry["type"]]
        company = self.world.companies[entry["company"]]
        where = {
            "street": company["street"],
            "city": company["city"],
            "code": company["zip"],
            "country": company["country"],
        }
        earlier = self.orders.setdefault({"salesorder": "quote", "invoice": "salesorder"}.get(module, ""), [])
        before = str(earlier[entry["before"]]) if entry["before"] is not None and entry["before"] < len(earlier) else ""
        prefix = {"quote": "QU", "salesorder": "SO", "invoice": "IN", "purchaseorder": "PO"}[module]
        values: dict[str, Any] = {f"bill_{name}": value for name, value in where.items()} | {
            f"ship_{name}": value for name, value in where.items()
        }
        values |= {
            "subject": entry["subject"], state: entry["state"], due: entry["due"], "contactid": self._of(self.people, entry["person"]),
            f"{module}_no": f"{prefix}{self.office.store.count_up(module)}", "terms_conditions": entry["terms"], "carrier": entry["carrier"], "def_currency": "GBP",
        }  # fmt: skip
        if module == "purchaseorder":
            values |= {"vendor_id": self._of(self.vendors, entry["vendor"])}
        else:
            values |= {"accountid": self._of(self.companies, entry["company"])}
        values |= {
            "salesorder": {"quoteid": before},
            "invoice": {"salesorderid": before, "invoicedate": entry["date"]},
        }.get(module, {})
        number = self._add(module, entry, values)
        self.orders.setdefault(module, []).append(number)
        call = Call(self.office, {"products": [self._line(line) for line in entry["lines"]]})
        grid.replace(call, number, grid.wanted_lines(call, number))
        self._row(module, number).update(grid.totals(self.office.store.lines[number]))

    def _line(self, line: Entry) -> dict[str, str]:
        price = float(line["price"])
        sent = {
            "lineid": "0", "productid": str(self.products[line["item"]]), "quantity": line["quantity"], "listprice1": line["price"],
            "listprice2": f"{price * 1.15:.2f}", "buyprice": f"{price * 0.6:.2f}", "buyprice2": f"{price * 0.69:.2f}", "category": line["headline"],
            "discount": f"{line['discount']}%" if line["discount"] != "0" else "0",
        }  # fmt: skip
        if line["comment"]:
            sent |= {"description": line["comment"], f"prd_cf_{CUSTOM_COLUMNS}": "as agreed"}
        return sent
