# SPDX-License-Identifier: MIT
"""Speaks the seeded world in webCRM's field names."""

from decimal import Decimal
from typing import Any

from crmdesk.demo.dialects.webcrm.catalogue import BY_PATH, Resource, linked_shape, shape_of
from crmdesk.demo.dialects.webcrm.linked import PRICE_LIST
from crmdesk.demo.dialects.webcrm.office import Office, Row
from crmdesk.demo.dialects.webcrm.setup import LEVELS
from crmdesk.demo.seed import Entry, World
from crmdesk.demo.store import StoredFile

_USERS = (("admin", "Administrator", ""), ("anna.k", "Anna Koch", "Sales"), ("jonas.b", "Jonas Berg", "Vertrieb"), ("priya.n", "Priya Nair", "Key accounts"))  # fmt: skip
_NUMBER_OF = {name: place for place, (name, _, _) in enumerate(_USERS, 1)}
_CASES = {"Open": "Created", "In Progress": "Ongoing", "Wait For Response": "Ongoing", "Closed": "Closed"}
_PRIORITIES = {"Low": "Low", "Normal": "Medium", "High": "High", "Urgent": "High"}
_DOING = {"Completed": "Completed", "In Progress": "Active"}
_DELIVERED = {"Created": "New", "Approved": "Planned", "Delivered": "Completed", "Cancelled": "GeneralDelivery"}


def fill(office: Office, world: World) -> None:
    """Put every entry of the world into the tables."""
    _Filler(office, world).fill()


class _Filler:
    def __init__(self, office: Office, world: World) -> None:
        self.office = office
        self.world = world
        self.suffix = office.habits.zone_suffix
        self.people_of: dict[int, int] = {}
        self.price_list: list[int] = []

    def fill(self) -> None:
        for number, (name, full, title) in enumerate(_USERS, 1):
            values = {
                "LoginName": name,
                "Name": full,
                "Title": title,
                "Email": f"{name}@nordwind.example",
                "Initials": full[:2].upper(),
            }
            self._add(
                BY_PATH["Users"],
                {"created": "2011-01-03 08:00:00", "modified": "2026-01-05 08:00:00", "owner": name},
                {**values, "AccessLevel": number},
            )
        self._companies()
        self._people()
        self._goods()
        self._deals()
        self._papers()
        self._service()
        self._files()
        self._small()

    def _add(self, resource: Resource, entry: Entry, values: Row) -> int:
        """Add a record; keys of `values` lack the entity's name."""
        entity, habits = resource.entity, self.office.habits
        row = shape_of(resource).blank()
        number = self.office.new_number(resource.sequence)
        stamps = {
            "CreatedAt": self._moment(entry["created"]), "UpdatedAt": self._moment(entry["modified"]), "LastUpdatedAt": self._moment(entry["modified"]),
            "CreatedBy": entry.get("owner", ""), "UpdatedBy": entry.get("owner", ""), "LastUpdatedBy": entry.get("owner", ""),
        }  # fmt: skip
        for name, value in {**stamps, **values, "Id": number}.items():
            if f"{entity}{name}" in row:
                row[f"{entity}{name}"] = value
        if habits.nulls:
            row = {name: value if value else None for name, value in row.items()}
        if habits.unknown_enums and entity == "Person" and number == 3:
            row["PersonStatus"] = "Deceased"
        if habits.extra_properties and entity == "Delivery":  # seen in replies of 2024, in no description
            row |= {
                "DeliveryOpportunityPersonId": row["DeliveryPersonId"],
                "DeliveryOpportunityDescription": row["DeliveryDescription"],
            }
        self.office.table(resource.path).put(number, row)
        return number

    def _moment(self, text: str, clock: str = "00:00:00") -> str | None:
        """Return "2026-11-20 17:00:00" or "2026-11-20" as replies show it; None for nothing."""
        if not text:
            return None
        return f"{text[:10]}T{text[11:] or clock}{self.suffix}"

    def _companies(self) -> None:
        resource = BY_PATH["Organisations"]
        for entry in self.world.companies:
            owner = _NUMBER_OF[entry["owner"]]
            self._add(resource, entry, {
                "Name": entry["name"], "Address": entry["street"], "PostCode": entry["zip"], "City": entry["city"], "Country": entry["country"],
                "Telephone": entry["phone"], "Www": entry["website"], "Industry": entry["industry"], "Type": entry["kind"], "Status": "",
                "Owner": owner, "Owner2": owner % 4 + 1 if entry["number"] % 7 == 0 else 0, "Comment": entry["note"], "NoAds": entry["optout"] == "1",
                "Custom1": "ABC"[entry["number"] % 3], "Custom2": "No" if entry["optout"] == "1" else "Yes", "Custom3": entry["employees"],
                "Custom4": entry["discount"], "Custom5": entry["code"], "Custom6": ",".join(entry["interests"]), "Plus2": "Yes" if entry["code"] else "No",
                "Domain": entry["website"].removeprefix("www."), "XDate1": self._moment(entry["since"]),
            })  # fmt: skip
        relation = BY_PATH["Relations"]
        for place, entry in enumerate(self.world.companies):
            if entry["parent"] is not None:
                self._add(relation, entry, {"Type": "OrganisationToOrganisation", "Code": 1, "Organisation1Id": entry["parent"] + 1, "Organisation2Id": place + 1, "Comment": "parent company"})  # fmt: skip

    def _people(self) -> None:
        resource, private = BY_PATH["Persons"], BY_PATH["PersonsB2C"]
        for place, entry in enumerate(self.world.people, 1):
            self.people_of.setdefault(entry["company"], place)
            self._add(resource, entry, {
                "OrganisationId": entry["company"] + 1, "FirstName": entry["first"], "LastName": entry["last"], "Name": f"{entry['first']} {entry['last']}",
                "Title": entry["title"], "Salutation": entry["salutation"], "Email": entry["email"], "DirectPhone": entry["phone"],
                "MobilePhone": entry["mobile"], "BlockMassEmail": entry["optout"] == "1", "Custom1": entry["department"], "Custom2": entry["source"],
                "Custom3": "Yes" if entry["nocall"] == "1" else "No", "CheckMark1": entry["nocall"] == "1",
            })  # fmt: skip
        for entry in self.world.leads:
            self._add(private, entry, {
                "FirstName": entry["first"], "LastName": entry["last"], "Address": entry["street"], "PostCode": entry["zip"], "City": entry["city"],
                "Country": entry["country"], "Email": entry["email"], "Telephone": entry["phone"], "Industry": entry["industry"],
                "Owner": _NUMBER_OF[entry["owner"]], "Salutation": entry["salutation"], "Comment": entry["note"], "Type": entry["stage"],
            })  # fmt: skip

    def _goods(self) -> None:
        kind = linked_shape(BY_PATH["QuotationLines"])
        table, products = self.office.table(PRICE_LIST), BY_PATH["Products"]
        for place, entry in enumerate(self.world.items):
            number = self.office.new_number("LinkedData")
            data = [entry["part"], entry["name"], entry["unit"], entry["category"], "-", "-", "-", "-", "-"]
            values: Row = {f"Data{n}": text for n, text in enumerate(data, 1)}
            values |= {
                "EntityType": "Product",
                "Id": number,
                "ItemGroup": entry["category"],
                "DataMemo": entry["note"],
                "Price": float(entry["price"]),
            }
            values |= {"CostPrice": round(float(entry["price"]) * 0.6, 2), "VatCode": ""}
            if self.office.habits.linked_data:
                table.put(number, {**kind.blank(), **{f"{kind.entity}{name}": value for name, value in values.items()}})
                self.price_list.append(number)
            self._add(products, entry, {
                "Combined": entry["name"], "ListPrice": float(entry["price"]), "Price": float(entry["price"]), "Quantity": 1.0,
                "OrganisationId": place * 7 % len(self.world.companies) + 1, "CostPrice": round(float(entry["price"]) * 0.6, 2), "Comment": entry["note"],
                "ProductYear": 2020 + place % 7, "Custom1": f"SN-{place:05d}", "Custom2": entry["name"], "StockStatus": entry["stock"],
            })  # fmt: skip

    def _deals(self) -> None:
        resource = BY_PATH["Opportunities"]
        for place, entry in enumerate(self.world.deals):
            level = LEVELS.index(entry["stage"])
            self._add(resource, entry, {
                "OrganisationId": entry["company"] + 1, "PersonId": self.people_of.get(entry["company"], 0), "Description": entry["name"],
                "Number": f"O{place + 1:04d}", "Level": level, "LevelText": entry["stage"], "Percent": int(entry["probability"]),
                "WinPercent": int(entry["probability"]), "WinYesNo": level == LEVELS.index("Closed Won"), "OrderDate": self._moment(entry["close"]),
                "OrderValue": float(entry["amount"]), "CurrencyName": "EUR", "AssignedTo": _NUMBER_OF[entry["owner"]], "Comment": entry["note"],
                "Custom1": entry["kind"], "Custom2": "No", "LostDate": self._moment(entry["close"]) if entry["stage"] == "Closed Lost" else None,
            })  # fmt: skip

    def _papers(self) -> None:
        """Quotes become opportunities with lines, orders become deliveries; webCRM has no invoices."""
        for place, entry in enumerate(self.world.papers):
            if entry["type"] not in ("quote", "order"):
                continue
            owner = _NUMBER_OF[entry["owner"]]
            total = sum(
                float(line["price"]) * float(line["quantity"]) * (1 - float(line["discount"]) / 100)
                for line in entry["lines"]
            )
            values: Row = {
                "OrganisationId": entry["company"] + 1, "PersonId": 0 if entry["person"] is None else entry["person"] + 1, "Description": entry["subject"],
                "OrderValue": round(total, 2), "OrderDate": self._moment(entry["date"]), "CurrencyName": ("EUR", "SEK")[entry["currency"]],
                "AssignedTo": owner, "Discount": float(entry["discount"] or 0), "NextFollowUp": self._moment(entry["due"]), "Memo": entry["terms"],
            }  # fmt: skip
            if entry["type"] == "quote":
                number = self._add(
                    BY_PATH["Opportunities"],
                    entry,
                    {**values, "Number": f"Q{place + 1:04d}", "Level": 4, "LevelText": LEVELS[4], "Percent": 40},
                )
            else:
                number = self._add(
                    BY_PATH["Deliveries"], entry,
                    {**values, "Number": f"D{place + 1:04d}", "Status": _DELIVERED[entry["state"]], "Responsible": owner, "WonDate": self._moment(entry["date"]), "Custom1": entry["carrier"], "Custom2": "No"},
                )  # fmt: skip
            for sort, line in enumerate(entry["lines"], 1):
                self._line(entry, number, sort, line)

    def _line(self, entry: Entry, quotation: int, sort: int, line: Entry) -> None:
        item = self.world.items[line["item"]]
        data = (item["part"], item["name"], item["unit"], item["category"], "-", "-", "-", "-", "-")
        whole = Decimal(line["quantity"]) * Decimal(line["price"]) * (100 - Decimal(line["discount"])) / 100
        self._add(BY_PATH["QuotationLines"], entry, {
            **{f"Data{n}": text for n, text in enumerate(data, 1)}, "OpportunityId": quotation, "OrganisationId": entry["company"] + 1,
            "PersonId": 0 if entry["person"] is None else entry["person"] + 1, "Quantity": float(line["quantity"]), "ListPrice": float(line["price"]),
            "Price": float(round(whole, 2)), "CostPrice": round(float(item["price"]) * 0.6, 2), "Discount": float(line["discount"]), "SortOrder": sort,
            "Comment": line["comment"], "Memo": line["headline"], "VatPercentage": float(item["tax"]), "StockStatus": item["stock"],
        })  # fmt: skip

    def _service(self) -> None:
        for place, entry in enumerate(self.world.tickets):
            self._add(BY_PATH["SupportCases"], entry, {
                "Subject": entry["title"], "OrganisationId": entry["company"] + 1, "PersonId": self.people_of.get(entry["company"], 0),
                "Priority": _PRIORITIES[entry["priority"]], "Status": _CASES[entry["state"]], "AssignedTo": _NUMBER_OF[entry["owner"]], "Channel": place % 3 + 1,
                "Description": entry["note"], "Custom1": entry["severity"], "Custom2": entry["hours"], "Source": "Email", "Ticket": 5000 + place,
            })  # fmt: skip
        for entry in self.world.activities:
            values: Row = {
                "Description": entry["subject"], "OrganisationId": entry["company"] + 1, "PersonId": self.people_of.get(entry["company"], 0),
                "DateTime": self._moment(entry["day"], entry["start"]), "AssignedTo": _NUMBER_OF[entry["owner"]],
            }  # fmt: skip
            if entry["kind"] == "Meeting":
                self._add(
                    BY_PATH["Events"], entry, {**values, "Duration": "60", "Status": "Confirmed", "Type": "Meeting"}
                )
                continue
            values |= {"Action": entry["kind"], "Status": _DOING.get(entry["state"], "Planned"), "Custom1": "No"}
            number = self._add(BY_PATH["Activities"], entry, values)
            if number % 5 == 0:
                note = {
                    "Action": entry["kind"],
                    "Comment": "Nicht erreicht, noch einmal anrufen.",
                    "CreatedAt": self._moment(entry["created"]),
                    "CreatedBy": entry["owner"],
                }
                self.office.notes[number] = [
                    {
                        **note,
                        "DateTime": self._moment(entry["created"]),
                        "PersonName": "",
                        "StatusText": values["Status"],
                    }
                ]

    def _files(self) -> None:
        for entry in self.world.files:
            number = self._add(BY_PATH["Documents"], entry, {
                "Description": entry["title"], "FileName": entry["name"], "FileExtension": entry["name"].rpartition(".")[2], "FileSize": len(entry["content"]),
                "Folder": ("Quotes", "Prices", "Pictures")[entry["folder"]], "LinkedEntityType": "Organisation", "LinkedEntityId": entry["company"] + 1,
                "OrganisationId": entry["company"] + 1, "UserId": _NUMBER_OF[entry["owner"]], "UploadedAt": self._moment(entry["created"]), "UploadCount": 1,
            })  # fmt: skip
            self.office.files[number] = StoredFile(entry["name"], entry["mime"], entry["content"])

    def _small(self) -> None:
        """Add a few of what can only be read."""
        for place, entry in enumerate(self.world.deals[:30], 1):
            common: dict[str, Any] = {"OrganisationId": entry["company"] + 1, "OpportunityId": place}
            self._add(BY_PATH["Revenues"], entry, {**common, "Date": self._moment(entry["close"]), "Text": entry["name"], "TotalRevenue": float(entry["amount"]), "Revenue1": float(entry["amount"])})  # fmt: skip
            if place % 3 == 0:
                self._add(
                    BY_PATH["Milestones"],
                    entry,
                    {
                        **common,
                        "Description": f"Phase {place // 3}",
                        "Status": "Planned",
                        "AssignedTo": _NUMBER_OF[entry["owner"]],
                    },
                )
                self._add(BY_PATH["TimeExpenses"], entry, {**common, "Text": "On site", "WorkHours": 2.5, "Type": "Time", "UserId": _NUMBER_OF[entry["owner"]], "Date": self._moment(entry["close"])})  # fmt: skip
        for place, entry in enumerate(self.world.tickets[:20], 1):
            self._add(BY_PATH["EmailSupports"], entry, {"Subject": entry["title"], "Body": entry["note"], "SupportCaseId": place, "OrganisationId": entry["company"] + 1, "Direction": "Inbound", "DateTime": self._moment(entry["created"])})  # fmt: skip
        budget = {
            "Name": "2026",
            "StartDate": self._moment("2026-01-01"),
            "MonthCount": 12,
            "Type": "AllOpportunitiesAndDeliveries",
            "CurrencyName": "EUR",
        }
        self._add(
            BY_PATH["Budgets"],
            {"created": "2025-12-01 09:00:00", "modified": "2026-01-02 09:00:00", "owner": "admin"},
            budget,
        )
