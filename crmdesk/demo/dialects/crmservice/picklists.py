# SPDX-License-Identifier: MIT
"""The picklists of the pretended CRM-service: numbers, values to write, labels to show in three languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.demo.seed import table_industries

LANGUAGES = ("en_us", "fi_fi", "de_de")


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry: `value` is written, `labels` by language are shown; a language without its own shows English."""

    number: int
    value: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """Return the label in a language ("en_us")."""
        return self.labels.get(language) or self.labels["en_us"]


@dataclass(frozen=True, slots=True)
class Picklist:
    """One list of choices."""

    number: int
    name: str
    choices: tuple[Choice, ...]

    def values(self) -> frozenset[str]:
        """Return what may be written."""
        return frozenset(choice.value for choice in self.choices)


# "value = English | Finnish | German"; labels are left out where the value is its own label.
_LISTS = {
    "account_type": "Customer = Customer | Asiakas | Kunde; Prospect = Prospect | Prospekti | Interessent; Partner = Partner | Kumppani | Partner; "
    "Inactive = Former customer | Entinen asiakas | Ehemaliger Kunde; Reseller = Reseller | Jälleenmyyjä | Wiederverkäufer; Competitor = Competitor | Kilpailija | Mitbewerber",
    "salutation": "Mr. = Mr. | Hra | Herr; Ms. = Ms. | Rva | Frau; Dr. = Dr. | Tri | Dr.",
    "lead_source": "Cold Call = Cold call | Kylmäsoitto | Kaltakquise; Trade Show = Trade show | Messut | Messe; Web Site = Web site | Verkkosivu | Webseite; "
    "Direct Mail = Direct mail | Suoramarkkinointi | Postwurf; Conference = Conference | Konferenssi | Konferenz; Word of mouth = Word of mouth | Suosittelu | Empfehlung",
    "lead_status": "Attempted to Contact = Tried to reach | Yritetty tavoittaa | Kontakt versucht; Cold = Cold | Kylmä | Kalt; Contacted = Contacted | Tavoitettu | Kontaktiert; "
    "Hot = Hot | Kuuma | Heiß; Not Contacted = Not contacted | Ei tavoitettu | Nicht kontaktiert; Qualified = Qualified | Kelpo | Qualifiziert; Warm = Warm | Lämmin | Warm; Junk Lead = Junk | Roska | Unbrauchbar",
    "rating": "Acquired; Active; Market Failed = Market failed | Markkina epäonnistui | Kein Markt",
    "interests": "Newsletter = Newsletter | Uutiskirje | Rundbrief; Pumps = Pumps | Pumput | Pumpen; Seals & Gaskets; Service contract = Service contract | Huoltosopimus | Wartungsvertrag; Änderungsdienst",
    "sales_stage": "Prospecting = Prospecting | Kartoitus | Erkundung; Qualification; Needs Analysis = Needs analysis | Tarvekartoitus | Bedarfsanalyse; Proposal or Price Quote = Proposal or quote | Tarjous | Angebot; "
    "Negotiation or Review = Negotiation | Neuvottelu | Verhandlung; Closed Won = Closed won | Voitettu | Gewonnen; Closed Lost = Closed lost | Hävitty | Verloren",
    "potential_type": "New Business = New business | Uusi kauppa | Neugeschäft; Existing Business = Existing business | Nykyinen asiakas | Bestand",
    "product_category": "Hardware; Spare Parts = Spare parts | Varaosat | Ersatzteile; Consumables; Installation; Maintenance; Support",
    "unit": "Pieces = Pieces | kpl | Stück; Set; Box; Metre = Metre | m | Meter; Each; Hours = Hours | h | Stunden; Day",
    "currency": "EUR = Euro | Euro | Euro; SEK = Swedish krona | Ruotsin kruunu | Schwedische Krone; USD = US dollar | Yhdysvaltain dollari | US-Dollar",
    "quote_status": "Created = Created | Luotu | Angelegt; Delivered = Delivered | Toimitettu | Übergeben; Reviewed; Accepted = Accepted | Hyväksytty | Angenommen; Rejected = Rejected | Hylätty | Abgelehnt",
    "order_status": "Created = Created | Luotu | Angelegt; Approved = Approved | Hyväksytty | Genehmigt; Delivered = Delivered | Toimitettu | Geliefert; Cancelled = Cancelled | Peruttu | Storniert",
    "invoice_status": "AutoCreated = Created by the system | Järjestelmän luoma | Automatisch; Created = Created | Luotu | Angelegt; Approved = Approved | Hyväksytty | Genehmigt; Sent = Sent | Lähetetty | Versandt; Paid = Paid | Maksettu | Bezahlt",
    "purchase_status": "Created; Approved; Delivered; Received Shipment = Received | Vastaanotettu | Eingegangen",
    "carrier": "DHL; Posti; PostNord; UPS",
    "ticket_status": "Open = Open | Avoin | Offen; In Progress = In progress | Työn alla | In Arbeit; Wait For Response = Waiting | Odottaa | Wartet; Closed = Closed | Suljettu | Geschlossen",
    "ticket_priority": "Low = Low | Matala | Niedrig; Normal; High = High | Korkea | Hoch; Urgent = Urgent | Kiireellinen | Dringend",
    "ticket_severity": "Minor; Major; Critical",
    "activity_type": "Call = Call | Soitto | Anruf; Meeting = Meeting | Tapaaminen | Termin; Task = Task | Tehtävä | Aufgabe",
    "activity_status": "Not Started = Not started | Ei aloitettu | Offen; In Progress; Completed = Completed | Valmis | Erledigt; Planned = Planned | Suunniteltu | Geplant",
    "campaign_type": "Email; Trade Show; Webinar",
    "campaign_status": "Planning; Active; Completed",
    "project_status": "Planned; Running; Completed",
    "folder": "Quotes; Prices; Pictures",
}
_FIRST_LIST, _FIRST_CHOICE = 11, 101


def _read(text: str) -> list[tuple[str, dict[str, str]]]:
    out = []
    for item in text.split("; "):
        value, _, labels = (part.strip() for part in item.partition("="))
        names = [name.strip() for name in labels.split("|")] if labels else [value]
        out.append((value, dict(zip(LANGUAGES, names, strict=False))))
    return out


def _build() -> dict[str, Picklist]:
    industries = "; ".join(name for name in table_industries() if name)
    found, number = {}, _FIRST_CHOICE
    for place, (name, text) in enumerate({**_LISTS, "industry": industries}.items()):
        choices = []
        for value, labels in _read(text):
            choices.append(Choice(number, value, labels))
            number += 1
        found[name] = Picklist(_FIRST_LIST + place, name, tuple(choices))
    return found


PICKLISTS: Mapping[str, Picklist] = _build()
BY_NUMBER: Mapping[int, Picklist] = {picklist.number: picklist for picklist in PICKLISTS.values()}
