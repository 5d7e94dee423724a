# SPDX-License-Identifier: MIT
"""Builds the demo's world: people, firms, goods and papers, the same ones at every start; knows no vendor's field names.

Everything is drawn from one seeded generator and the tables in resources/demo/names.json, so nothing depends on the
clock, on hash order or on the machine. Times hang on `TODAY`.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any

from crmdesk.demo.material import table

TODAY = date(2026, 11, 20)
"""The day the demo's world was "last used"; no time in it is later."""

Entry = dict[str, Any]
"""One thing of the world: neutral keys, plain values; references are indexes into the world's lists."""

OWNERS = ("anna.k", "jonas.b", "priya.n")
_SEED = 20261120


@dataclass(slots=True)
class World:
    """The demo's content before any vendor's dialect has seen it."""

    companies: list[Entry] = field(default_factory=list)
    people: list[Entry] = field(default_factory=list)
    leads: list[Entry] = field(default_factory=list)
    vendors: list[Entry] = field(default_factory=list)
    partners: list[Entry] = field(default_factory=list)
    items: list[Entry] = field(default_factory=list)
    price_books: list[Entry] = field(default_factory=list)
    campaigns: list[Entry] = field(default_factory=list)
    deals: list[Entry] = field(default_factory=list)
    tickets: list[Entry] = field(default_factory=list)
    activities: list[Entry] = field(default_factory=list)
    papers: list[Entry] = field(default_factory=list)
    files: list[Entry] = field(default_factory=list)


@lru_cache(maxsize=2)
def build_world(rows: int | None = None) -> World:
    """Return the world, which callers must not change.

    `rows`, where given, is the number of leads, and of companies too as long as it is no more than 1,200 (nor below 20).
    """
    world = World()
    draw = _Draw()
    companies = 1200 if rows is None else max(20, min(rows, 1200))
    draw.companies(world, companies)
    draw.people(world, companies * 5 // 2)
    draw.leads(world, 500 if rows is None else rows)
    draw.goods(world)
    draw.deals(world, min(400, companies))
    draw.papers(world, min(160, companies))
    draw.service(world)
    draw.files(world)
    return world


class _Draw:
    """The one seeded generator and the tables, with a method for each kind of entry."""

    def __init__(self) -> None:
        self.random = Random(_SEED)
        names = table("names.json")
        self.names: dict[str, Any] = names
        self.countries: list[dict[str, Any]] = [c for c in names["countries"] for _ in range(c["weight"])]

    def pick(self, values: Any) -> Any:
        """Return one of `values` (a sequence)."""
        return values[int(self.random.random() * len(values))]

    def maybe(self, share: float, value: Any, otherwise: Any = "") -> Any:
        """Return `value` in `share` of all cases."""
        return value if self.random.random() < share else otherwise

    def day(self, back: int, ahead: int = 0) -> str:
        """Return an ISO date between `back` days before and `ahead` days after TODAY."""
        return (TODAY + timedelta(days=int(self.random.random() * (back + ahead + 1)) - back)).isoformat()

    def times(self) -> dict[str, str]:
        """Return `created` and `modified`, the second never before the first; newer is likelier."""
        age = int(900 * self.random.random() ** 2)
        created = datetime(TODAY.year, TODAY.month, TODAY.day, 8, tzinfo=UTC) - timedelta(
            days=age, seconds=-int(self.random.random() * 30_000)
        )
        now = datetime(TODAY.year, TODAY.month, TODAY.day, 17, tzinfo=UTC)
        later = created + (now - created) * self.random.random()
        return {"created": str(created)[:19], "modified": str(later)[:19]}

    def phone(self, country: dict[str, Any]) -> str:
        """Return a number that looks dialled but is nobody's (555 and 0140 blocks)."""
        number = int(self.random.random() * 9000) + 1000
        return f"{country['dial']} {self.pick((9, 30, 40, 89, 421, 711, 931))} 555 {number}"

    def address(self, country: dict[str, Any]) -> dict[str, str]:
        """Return street, city, zip and country."""
        city, code = self.pick(country["cities"])
        street = self.pick(country["streets"]).format(int(self.random.random() * 180) + 1)
        return {"street": street, "city": city, "zip": code, "country": country["name"]}

    def firm_name(self, country: dict[str, Any], city: str) -> str:
        """Return a firm's name without its legal form."""
        last, other = self.pick(country["last"]), self.pick(country["last"])
        first = self.pick(country["first"])
        name: str = self.pick(country["firms"]).format(last=last, last2=other, city=city, first=first)
        return name

    def person(self, country: dict[str, Any]) -> dict[str, str]:
        """Return first and last name and a mail address in a domain that cannot exist."""
        first, last = self.pick(country["first"]), self.pick(country["last"])
        mail = "".join(c for c in f"{first}.{last}".lower() if c.isascii() and (c.isalnum() or c == "."))
        return {"first": first, "last": last, "email": f"{mail.strip('.') or 'info'}@{country['code'].lower()}.example"}

    def companies(self, world: World, count: int) -> None:
        """Add the showcase, the odd names, and as many others as make `count`."""
        seen: set[str] = set()
        for row in self.names["showcase"]:
            world.companies.append(self._showcase(row))
            seen.add(row[2])
        kinds = (
            "Customer",
            "Customer",
            "Customer",
            "Prospect",
            "Prospect",
            "Partner",
            "Inactive",
            "Reseller",
            "Competitor",
        )
        industries = table_industries()
        for number in range(count - len(world.companies)):
            country = self.pick(self.countries)
            where = self.address(country)
            odd = self.names["oddities"][number // 97] if number % 97 == 60 and number // 97 < 10 else ""
            base = self.firm_name(country, where["city"])
            form = self.pick(country["forms"])
            name = odd or (f"{form}{base}" if country["code"] == "JP" else f"{base} {form}")
            turn = 2
            while name in seen:
                name = f"{base} {where['city'] if turn == 2 else turn} {form}"
                turn += 1
            seen.add(name)
            site = "".join(c for c in base.lower() if c.isascii() and c.isalnum())
            world.companies.append(
                {
                    **where, **self.times(), "number": 56 + number, "code": "", "name": name, "kind": self.pick(kinds),
                    "industry": self.pick(industries), "phone": self.phone(country), "owner": self.pick(OWNERS),
                    "website": self.maybe(0.8, f"www.{site}.example") if site else "",
                    "revenue": str(int(10 ** (4 + 3.5 * self.random.random())) // 100 * 100),
                    "employees": str(int(10 ** (0.3 + 3.2 * self.random.random()))),
                    "email": f"info@{site or 'firma'}.example", "note": self.maybe(0.4, self.pick(self.names["notes"])),
                    "interests": self._some(("Newsletter", "Pumps", "Seals & Gaskets", "Service contract", "Änderungsdienst")),
                    "since": self.maybe(0.5, self.day(6000)), "optout": self.maybe(0.1, "1", "0"),
                    "parent": self.maybe(0.06, int(self.random.random() * len(world.companies)), None),
                    "discount": self.maybe(0.3, self.pick(("2.50", "3.00", "5.00", "12.50")), "0"),
                    "call": self.maybe(0.25, self.pick(("08:30:00", "13:15:00", "16:00:00"))),
                }
            )  # fmt: skip

    def _showcase(self, row: list[Any]) -> Entry:
        """Return one of the firms that the pictures in README show."""
        keys = ("number", "code", "name", "city", "country", "zip", "street", "kind", "industry", "phone", "revenue", "owner", "website", "employees")  # fmt: skip
        entry: Entry = dict(zip(keys, row, strict=True))
        note = self.names["notes"][0] if entry["number"] == 17 else ""
        days = entry["number"] % 9
        modified = (TODAY - timedelta(days=days)).isoformat()
        return entry | {
            "created": "2011-06-15 10:09:32", "modified": f"{modified} 16:40:0{days}", "email": "", "note": note, "interests": "",
            "since": "2019-03-01", "optout": "0", "parent": None, "discount": "0", "call": "",
        }  # fmt: skip

    def _some(self, values: tuple[str, ...]) -> list[str]:
        """Return up to three of `values`, often none."""
        start = int(self.random.random() * len(values))
        return list(values[start : start + int(self.random.random() * 4)])

    def people(self, world: World, count: int) -> None:
        """Add people who work at the companies."""
        homes = {c["name"]: c for c in self.names["countries"]}
        for number in range(count):
            at = int(self.random.random() * len(world.companies)) if number >= 8 else number
            company = world.companies[at]
            country = homes.get(company["country"], self.countries[0])
            who = self.person(country)
            world.people.append(
                {
                    **who, **self.times(), "company": at, "phone": company["phone"], "mobile": self.maybe(0.6, self.phone(country)),
                    "title": self.maybe(0.7, self.pick(self.names["titles"])), "department": self.maybe(0.5, self.pick(self.names["departments"])),
                    "salutation": self.pick(("Mr.", "Ms.", "Dr.", "")), "birthday": self.maybe(0.3, self.day(26000, -7500)),
                    "street": company["street"], "city": company["city"], "zip": company["zip"], "country": company["country"],
                    "owner": company["owner"], "optout": self.maybe(0.1, "1", "0"), "nocall": self.maybe(0.05, "1", "0"),
                    "source": self.maybe(0.5, self.pick(("Cold Call", "Trade Show", "Web Site", "Word of mouth"))), "note": "",
                }
            )  # fmt: skip

    def leads(self, world: World, count: int) -> None:
        """Add leads; cheap enough for tens of thousands."""
        stages = (
            "Attempted to Contact",
            "Cold",
            "Contacted",
            "Hot",
            "Not Contacted",
            "Qualified",
            "Warm",
            "Junk Lead",
            "",
        )
        sources = ("Cold Call", "Trade Show", "Web Site", "Direct Mail", "Conference", "")
        industries, ratings = table_industries(), ("Acquired", "Active", "", "Market Failed")
        for _ in range(count):
            country = self.pick(self.countries)
            where = self.address(country)
            world.leads.append(
                {
                    **where, **self.person(country), **self.times(), "company": f"{self.firm_name(country, where['city'])} {country['forms'][0]}",
                    "phone": self.phone(country), "stage": self.pick(stages), "source": self.pick(sources), "industry": self.pick(industries),
                    "rating": self.pick(ratings), "revenue": str(int(self.random.random() * 4000) * 1000), "employees": str(int(self.random.random() * 900)),
                    "owner": self.pick(OWNERS), "optout": self.maybe(0.1, "1", "0"), "next": self.maybe(0.3, self.day(10, 60)),
                    "salutation": self.pick(("Mr.", "Ms.", "")), "note": self.maybe(0.1, self.pick(self.names["notes"])),
                }
            )  # fmt: skip

    def goods(self, world: World) -> None:
        """Add vendors, partners, products, services, price books and campaigns."""
        for number in range(20):
            country = self.countries[number * 4 % len(self.countries)]
            where = self.address(country)
            name = f"{self.firm_name(country, where['city'])} {self.pick(country['forms'])}"
            base = {
                **where,
                **self.times(),
                "phone": self.phone(country),
                "owner": self.pick(OWNERS),
                "email": "sales@lieferant.example",
            }
            (world.vendors if number < 14 else world.partners).append(base | {"name": name, "website": "", "note": ""})
        for number in range(300):
            service = number % 6 == 5
            pattern = self.pick(self.names["services" if service else "products"])
            world.items.append(
                {
                    **self.times(), "service": service, "name": pattern.format(number + 1), "part": f"{'S' if service else 'P'}-{number + 1:04d}",
                    "price": f"{int(10 ** (1 + 3 * self.random.random())) + self.pick((0, 0.5, 0.9, 0.95, 0.99)):.2f}", "owner": self.pick(OWNERS),
                    "unit": self.pick(("Hours", "Day") if service else ("Pieces", "Set", "Box", "Metre", "Each")), "active": self.maybe(0.95, "1", "0"),
                    "category": self.pick(("Installation", "Maintenance", "Support") if service else ("Hardware", "Spare Parts", "Consumables")),
                    "stock": f"{int(self.random.random() * 4000) / 4:.3f}", "tax": self.pick(("19.000", "24.000", "10.000", "7.500")),
                    "vendor": None if service else number % 14, "note": self.maybe(0.2, "Weight 2 kg; packed in \"eco\" boxes & straps."),
                }
            )  # fmt: skip
        for number, name in enumerate(("Standard 2026", "Händlerpreise", 'Key accounts "Gold"')):
            world.price_books.append({**self.times(), "name": name, "owner": OWNERS[number], "note": ""})
        for name in self.names["campaigns"]:
            world.campaigns.append(
                {
                    **self.times(), "name": name, "owner": self.pick(OWNERS), "close": self.day(200, 200), "kind": self.pick(("Email", "Trade Show", "Webinar")),
                    "state": self.pick(("Planning", "Active", "Completed")), "sent": str(int(self.random.random() * 3000)), "note": "",
                }
            )  # fmt: skip

    def deals(self, world: World, count: int) -> None:
        """Add sales opportunities."""
        stages = (
            "Prospecting",
            "Qualification",
            "Needs Analysis",
            "Proposal or Price Quote",
            "Negotiation or Review",
            "Closed Won",
            "Closed Lost",
        )
        for number in range(count):
            at = int(self.random.random() * len(world.companies))
            stage = self.pick(stages)
            world.deals.append(
                {
                    **self.times(), "name": self.pick(self.names["subjects"]).format(number), "company": at, "amount": f"{int(10 ** (3 + 2.5 * self.random.random()))}.00",
                    "stage": stage, "close": self.day(300, 240), "probability": {"Closed Won": "100", "Closed Lost": "0"}.get(stage, self.pick(("10", "25", "40", "70"))),
                    "owner": world.companies[at]["owner"], "note": self.maybe(0.2, self.pick(self.names["notes"])), "kind": self.pick(("New Business", "Existing Business")),
                }
            )  # fmt: skip

    def papers(self, world: World, count: int) -> None:
        """Add quotes, orders, invoices and purchase orders, each with lines (item index, quantity, price, discount %)."""
        states = {
            "quote": ("Created", "Delivered", "Reviewed", "Accepted", "Rejected"), "order": ("Created", "Approved", "Delivered", "Cancelled"),
            "invoice": ("AutoCreated", "Created", "Approved", "Sent", "Paid"), "purchase": ("Created", "Approved", "Delivered", "Received Shipment"),
        }  # fmt: skip
        first_person: dict[int, int] = {}
        for index, who in enumerate(world.people):
            first_person.setdefault(who["company"], index)
        for kind, share in (("quote", 1.0), ("order", 1.0), ("invoice", 0.9), ("purchase", 0.25)):
            for number in range(int(count * share)):
                at = int(self.random.random() * len(world.companies)) if number else min(1, len(world.companies) - 1)
                lines = [self._line(world, place) for place in range(1 + int(self.random.random() * 6))]
                world.papers.append(
                    {
                        **self.times(), "type": kind, "subject": self.names["subjects"][0] if not number else self.pick(self.names["subjects"]).format(number),
                        "company": at, "person": first_person.get(at), "vendor": number % len(world.vendors), "state": self.pick(states[kind]),
                        "due": self.day(120, 90), "date": self.day(200), "owner": world.companies[at]["owner"], "tax_mode": self.pick(("group", "individual")),
                        "discount": self.maybe(0.2, self.pick(("2", "5", "10"))), "shipping": self.maybe(0.3, self.pick(("12.50", "45.00")), "0"),
                        "adjustment": self.maybe(0.1, "-0.50", "0"), "carrier": self.maybe(0.5, self.pick(("DHL", "Posti", "PostNord", "UPS"))),
                        "lines": lines, "terms": "Delivery ex works. Payment 30 days net.", "note": "", "currency": 0 if self.random.random() < 0.85 else 1,
                        "before": number if self.random.random() < 0.5 else None,
                    }
                )  # fmt: skip

    def _line(self, world: World, place: int) -> Entry:
        """Return one line of a paper."""
        item = int(self.random.random() * len(world.items))
        quantity = self.pick(("1", "2", "3", "5", "10", "12", "0.5", "2.25"))
        return {
            "item": item, "quantity": quantity, "price": world.items[item]["price"], "discount": self.maybe(0.2, self.pick(("5", "10")), "0"),
            "comment": self.maybe(0.2, "Größe \"L\" & <b>"), "headline": self.maybe(0.1, "Optional extras") if place == 0 else "",
        }  # fmt: skip

    def service(self, world: World) -> None:
        """Add tickets and activities."""
        for _ in range(120):
            at = int(self.random.random() * len(world.companies))
            item = int(self.random.random() * 5) * 6
            world.tickets.append(
                {
                    **self.times(), "title": self.pick(self.names["tickets"]), "company": at, "item": item, "priority": self.pick(("Low", "Normal", "High", "Urgent")),
                    "severity": self.pick(("Minor", "Major", "Critical")), "state": self.pick(("Open", "In Progress", "Wait For Response", "Closed")),
                    "owner": self.pick(OWNERS), "hours": self.pick(("0", "0.50", "2.00", "7.25")), "note": self.maybe(0.5, self.pick(self.names["notes"])),
                }
            )  # fmt: skip
        for _ in range(150):
            world.activities.append(
                {
                    **self.times(), "subject": self.pick(("Call back", "Besuch vor Ort", "Send the price list", "Tarjouksen läpikäynti")), "day": self.day(60, 60),
                    "start": self.pick(("09:00:00", "11:30:00", "15:45:00")), "company": int(self.random.random() * len(world.companies)), "owner": self.pick(OWNERS),
                    "kind": self.pick(("Call", "Meeting", "Task")), "state": self.pick(("Not Started", "In Progress", "Completed", "Planned")), "note": "",
                }
            )  # fmt: skip

    def files(self, world: World) -> None:
        """Add documents with small real contents."""
        for number in range(60):
            at = number % len(world.companies)
            name, mime, content = _file(number, world.companies[at]["name"])
            world.files.append(
                {**self.times(), "title": f"{name.rsplit('.', 1)[0]} ({world.companies[at]['name']})"[:100], "name": name, "mime": mime, "content": content,
                 "company": at, "owner": self.pick(OWNERS), "folder": number % 3}
            )  # fmt: skip


def _file(number: int, company: str) -> tuple[str, str, bytes]:
    """Return name, MIME type and content of the document no. `number`."""
    if number % 3 == 0:
        text = f"Angebot {number}\r\n{company}\r\nGröße, Maße: 12 × 30 mm\r\n"
        return f"Angebot_{number}.txt", "text/plain", text.encode()
    if number % 3 == 1:
        rows = "".join(f"{n};Teil {n};{n * 12.5:.2f}\r\n" for n in range(1, 12))
        return f"price_list_{number}.csv", "text/csv", f"no;name;price\r\n{rows}".encode()
    return f"logo_{number}.svg", "image/svg+xml", (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64">'
        b'<circle cx="32" cy="32" r="28" fill="#2a6fdb"/></svg>'
    )  # fmt: skip


def table_industries() -> tuple[str, ...]:
    """Return the lines of business that the world uses."""
    return ("Machinery", "Retail", "Engineering", "Shipping", "Electronics", "Utilities", "Food", "Chemicals", "Construction", "Healthcare", "Energy", "Education", "")  # fmt: skip
