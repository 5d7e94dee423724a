# SPDX-License-Identifier: MIT
"""The modules of the pretended CRM-service as text: names at both doors, types, labels. Read by catalogue.py.

A module starts with "[name ciws_name prefix] label | Finnish label"; ciws_name "-" means that only the JSON:API has it.
A field is "name  ciws_name  kind  label | Finnish label"; ciws_name "-" as above. Kinds: string:size, address, email,
phone, url, text, int, decimal, percent, date, datetime, time, bool, pick=list, multi=list, ref=module:relation; "!"
after it: required, "*": only the server writes it. "@owner" stands for owner, audit and time fields.

Names from the documents: the sales order's and its rows' CIWS names (the seed), owner_id, entity_no, entity_id,
salesorder_id, account_type, created_at … (the vendor's own command line client). Others: GUESS, in the manner of the family it comes from.
"""

OWNER_LINES = """
owner_id      assigned_user_id  ref=users:owner     Assigned to | Vastuuhenkilö
creator_id    creator           ref=users:creator*  Created by | Luonut
updater_id    modifiedby        ref=users:updater*  Modified by | Muokannut
created_at    createdtime       datetime*           Created | Luotu
updated_at    modifiedtime      datetime*           Modified | Muokattu
"""

_ADDRESS = """
{p}_street     {c}street   address     {l} street | {f} katuosoite
{p}_city       {c}city     string:100  {l} city | {f} kaupunki
{p}_code       {c}code     string:30   {l} postal code | {f} postinumero
{p}_country    {c}country  string:80   {l} country | {f} maa
"""
_BILL = _ADDRESS.format(p="bill", c="bill_", l="Billing", f="Laskutuksen")
_MAILING = _ADDRESS.format(p="mailing", c="mailing", l="Mailing", f="Postituksen")

_PAPER = """
entity_no     {no}                string:30*                Number | Numero
subject       subject             string:200!               Subject | Aihe
status        {status}            pick={status_list}        Status | Tila
account_id    account_id          ref=accounts:account!     Account | Asiakas
contact_id    contact_id          ref=contacts:contact      Contact | Yhteyshenkilö
duedate       duedate             date                      Due date | Eräpäivä
currency      currency            pick=currency             Currency | Valuutta
subtotal      hdnsubtotal         decimal*                  Subtotal | Välisumma
discount_percent  hdndiscountpercent  percent               Discount % | Alennus %
vat_total     vat_total           decimal*                  VAT | ALV
total         hdngrandtotal       decimal*                  Total | Yhteensä
"""
_TERMS = "terms  terms_conditions  text  Terms | Ehdot\ndescription  description  text  Description | Kuvaus\n"

_ROW = """
entity_id     -               ref={parent}:{relation}!  Document | Asiakirja
row_no        row_no          int                       Row | Rivi
product_id    productid       ref=products:product      Product | Tuote
name          productname     string:200                Name | Nimi
description   description     text                      Description | Kuvaus
quantity      qty             decimal!                  Quantity | Määrä
unit_price    unit_price      decimal!                  Unit price | Yksikköhinta
value_period  value_period    int                       Periods | Jaksot
discount_percent  discount_percent  percent             Discount % | Alennus %
vat_percent   vat             percent                   VAT % | ALV %
total         total           decimal*                  Row total | Rivi yhteensä
"""


def _paper(head: str, no: str, status: str, status_list: str, more: str = "") -> str:
    return f"{head}\n{_PAPER.format(no=no, status=status, status_list=status_list)}{more}{_BILL}{_TERMS}@owner\n"


def _rows(head: str, parent: str, relation: str) -> str:
    return f"{head}\n{_ROW.format(parent=parent, relation=relation)}"


LAYOUT = (
    f"""
[accounts Accounts ACC] Accounts | Asiakkaat
entity_no     account_no    string:30*             Account number | Asiakasnumero
name          accountname   string:200!            Account name | Asiakkaan nimi
account_type  accounttype   pick=account_type      Type | Tyyppi
industry      industry      pick=industry          Industry | Toimiala
phone         phone         phone                  Phone | Puhelin
email         email1        email                  E-mail | Sähköposti
website       website       url                    Website | Verkkosivu
employees     employees     int                    Employees | Henkilöstö
annual_revenue  annual_revenue  decimal            Annual revenue | Liikevaihto
parent_id     parent_id     ref=accounts:parent    Member of | Emoyhtiö
{_BILL}
do_not_mail   emailoptout   bool                   No marketing mail | Ei markkinointipostia
cf_customer_since  cf_customer_since  date         Customer since | Asiakas alkaen
cf_interests  cf_interests  multi=interests        Interests | Kiinnostukset
cf_discount   cf_discount   percent                Standing discount | Vakioalennus
cf_call_after  cf_call_after  time                 Call after | Soita jälkeen
notes         description   text                   Notes | Muistiinpanot
@owner
[contacts Contacts CON] Contacts | Yhteyshenkilöt
entity_no     contact_no    string:30*             Contact number | Numero
first_name    firstname     string:80              First name | Etunimi
last_name     lastname      string:80!             Last name | Sukunimi
salutation    salutationtype  pick=salutation      Salutation | Puhuttelu
account_id    account_id    ref=accounts:account   Account | Asiakas
title         title         string:80              Title | Titteli
department    department    string:80              Department | Osasto
email         email         email                  E-mail | Sähköposti
phone         phone         phone                  Phone | Puhelin
mobile        mobile        phone                  Mobile | Matkapuhelin
birthday      birthday      date                   Birthday | Syntymäpäivä
lead_source   leadsource    pick=lead_source       Source | Lähde
do_not_call   donotcall     bool                   Do not call | Ei saa soittaa
do_not_mail   emailoptout   bool                   No marketing mail | Ei markkinointipostia
{_MAILING}
description   description   text                   Description | Kuvaus
@owner
[leads Leads LEA] Leads | Liidit
entity_no     lead_no       string:30*             Lead number | Numero
first_name    firstname     string:80              First name | Etunimi
last_name     lastname      string:80!             Last name | Sukunimi
salutation    salutationtype  pick=salutation      Salutation | Puhuttelu
company       company       string:200             Company | Yritys
lead_status   leadstatus    pick=lead_status       Status | Tila
lead_source   leadsource    pick=lead_source       Source | Lähde
rating        rating        pick=rating            Rating | Luokitus
industry      industry      pick=industry          Industry | Toimiala
email         email         email                  E-mail | Sähköposti
phone         phone         phone                  Phone | Puhelin
annual_revenue  annualrevenue  decimal             Annual revenue | Liikevaihto
employees     noofemployees  int                   Employees | Henkilöstö
street        lane          address                Street | Katuosoite
city          city          string:100             City | Kaupunki
postal_code   code          string:30              Postal code | Postinumero
country       country       string:80              Country | Maa
account_id    account_id    ref=accounts:account   Account | Asiakas
cf_next_contact  cf_next_contact  datetime         Next contact | Seuraava yhteydenotto
description   description   text                   Description | Kuvaus
@owner
[potentials Potentials POT] Opportunities | Myyntimahdollisuudet
entity_no     potential_no  string:30*             Number | Numero
name          potentialname  string:200!           Name | Nimi
account_id    related_to    ref=accounts:account!  Account | Asiakas
contact_id    contact_id    ref=contacts:contact   Contact | Yhteyshenkilö
amount        amount        decimal                Amount | Arvo
closing_date  closingdate   date!                  Closing date | Päätöspäivä
sales_stage   sales_stage   pick=sales_stage       Stage | Vaihe
probability   probability   percent                Probability | Todennäköisyys
potential_type  opportunity_type  pick=potential_type  Type | Tyyppi
campaign_id   campaignid    ref=campaigns:campaign  Campaign | Kampanja
description   description   text                   Description | Kuvaus
@owner
[products Products PRO] Products | Tuotteet
entity_no     product_no    string:30*             Product number | Tuotenumero
name          productname   string:200!            Product name | Tuotenimi
product_code  productcode   string:60              Part number | Tuotekoodi
active        discontinued  bool                   Active | Aktiivinen
category      productcategory  pick=product_category  Category | Ryhmä
unit_price    unit_price    decimal                Unit price | Yksikköhinta
unit          usageunit     pick=unit              Unit | Yksikkö
vat_percent   vat           percent                VAT % | ALV %
in_stock      qtyinstock    decimal                In stock | Varastossa
vendor_id     vendor_id     ref=vendors:vendor     Vendor | Toimittaja
description   description   text                   Description | Kuvaus
@owner
[price_books PriceBooks PRB] Price books | Hinnastot
entity_no     pricebook_no  string:30*             Number | Numero
name          bookname      string:200!            Name | Nimi
active        active        bool                   Active | Aktiivinen
description   description   text                   Description | Kuvaus
@owner
[vendors Vendors VEN] Vendors | Toimittajat
entity_no     vendor_no     string:30*             Number | Numero
name          vendorname    string:200!            Name | Nimi
phone         phone         phone                  Phone | Puhelin
email         email         email                  E-mail | Sähköposti
website       website       url                    Website | Verkkosivu
street        street        address                Street | Katuosoite
city          city          string:100             City | Kaupunki
postal_code   postalcode    string:30              Postal code | Postinumero
country       country       string:80              Country | Maa
@owner
""",
    _paper("[quotes Quotes QUO] Quotes | Tarjoukset", "quote_no", "quotestage", "quote_status", "potential_id  potential_id  ref=potentials:potential  Opportunity | Myyntimahdollisuus\n"),
    _rows("[quote_rows - -] Quote rows | Tarjousrivit", "quotes", "quote"),
    _paper("[sales_orders SalesOrder SO] Sales orders | Tilaukset", "salesorder_no", "status", "order_status", "quote_id  quote_id  ref=quotes:quote  Quote | Tarjous\ncarrier  carrier  pick=carrier  Carrier | Kuljetus\n"),
    _rows("[sales_order_rows - -] Sales order rows | Tilausrivit", "sales_orders", "sales_order"),
    _paper("[invoices Invoice INV] Invoices | Laskut", "invoice_no", "invoicestatus", "invoice_status", "salesorder_id  salesorder_id  ref=sales_orders:sales_order  Sales order | Tilaus\ninvoice_date  invoicedate  date  Invoice date | Laskun päivä\n"),
    _rows("[invoice_rows - -] Invoice rows | Laskurivit", "invoices", "invoice"),
    _paper("[purchase_orders PurchaseOrder PO] Purchase orders | Ostotilaukset", "purchaseorder_no", "postatus", "purchase_status", "vendor_id  vendor_id  ref=vendors:vendor  Vendor | Toimittaja\n"),
    _rows("[purchase_order_rows - -] Purchase order rows | Ostotilausrivit", "purchase_orders", "purchase_order"),
    """
[tickets HelpDesk TIC] Tickets | Tukipyynnöt
entity_no     ticket_no     string:30*             Number | Numero
subject       ticket_title  string:200!            Subject | Aihe
account_id    parent_id     ref=accounts:account   Account | Asiakas
contact_id    contact_id    ref=contacts:contact   Contact | Yhteyshenkilö
product_id    product_id    ref=products:product   Product | Tuote
status        ticketstatus  pick=ticket_status     Status | Tila
priority      ticketpriorities  pick=ticket_priority  Priority | Kiireellisyys
severity      ticketseverities  pick=ticket_severity  Severity | Vakavuus
hours         hours         decimal                Hours | Tunnit
description   description   text                   Description | Kuvaus
@owner
[activities Calendar ACT] Activities | Tapahtumat
entity_no     activity_no   string:30*             Number | Numero
subject       subject       string:200!            Subject | Aihe
activity_type  activitytype  pick=activity_type    Type | Tyyppi
status        eventstatus   pick=activity_status   Status | Tila
start_date    date_start    date!                  Start date | Alkupäivä
start_time    time_start    time                   Start time | Alkuaika
project_id    project_id    ref=projects:project   Project | Projekti
description   description   text                   Description | Kuvaus
@owner
[campaigns Campaigns CAM] Campaigns | Kampanjat
entity_no     campaign_no   string:30*             Number | Numero
name          campaignname  string:200!            Name | Nimi
campaign_type  campaigntype  pick=campaign_type    Type | Tyyppi
status        campaignstatus  pick=campaign_status  Status | Tila
closing_date  closingdate   date                   Closing date | Päätöspäivä
sent          numsent       int                    Sent | Lähetetty
description   description   text                   Description | Kuvaus
@owner
[projects Projects PRJ] Projects | Projektit
entity_no     project_no    string:30*             Number | Numero
name          projectname   string:200!            Name | Nimi
account_id    account_id    ref=accounts:account   Account | Asiakas
contact_id    contact_id    ref=contacts:contact   Contact | Yhteyshenkilö
contract_id   contract_id   ref=contracts:contract  Contract | Sopimus
status        projectstatus  pick=project_status   Status | Tila
end_date      enddate       date                   End date | Päättyy
description   description   text                   Description | Kuvaus
@owner
[contracts Contracts CTR] Contracts | Sopimukset
entity_no     contract_no   string:30*             Number | Numero
name          contractname  string:200!            Name | Nimi
start_date    startdate     date                   Start date | Alkaa
end_date      enddate       date                   End date | Päättyy
@owner
[contract2s Contract2 CT2] Contracts, new | Sopimukset, uudet
entity_no     contract2_no  string:30*             Number | Numero
name          contractname  string:200!            Name | Nimi
account_id    account_id    ref=accounts:account   Account | Asiakas
contact_id    contact_id    ref=contacts:contact   Contact | Yhteyshenkilö
start_date    startdate     date                   Start date | Alkaa
@owner
[documents Documents DOC] Documents | Asiakirjat
entity_no     note_no       string:30*             Number | Numero
name          notes_title   string:200!            Title | Otsikko
folder        folderid      pick=folder            Folder | Kansio
file_name     filename      string:200             File name | Tiedosto
file_type     filetype      string:80              File type | Tiedostotyyppi
file_size     filesize      int                    File size | Koko
description   notecontent   text                   Note | Muistiinpano
@owner
[users - -] Users | Käyttäjät
user_name     -             string:60!             User name | Käyttäjätunnus
name          -             string:200*            Name | Nimi
first_name    -             string:80              First name | Etunimi
last_name     -             string:80!             Last name | Sukunimi
email         -             email                  E-mail | Sähköposti
is_admin      -             bool                   Administrator | Pääkäyttäjä
title         -             string:80              Title | Titteli
created_at    -             datetime*              Created | Luotu
[files - -] Files | Tiedostot
name          -             string:200!            File name | Tiedosto
mime_type     -             string:80              Type | Tyyppi
size          -             int                    Size | Koko
module        -             string:60              Module | Moduuli
record_id     -             int                    Record | Tietue
file_usage_type  -          string:80              Usage | Käyttö
file_access_type  -         string:80              Access | Näkyvyys
created_at    -             datetime*              Created | Luotu
[portals - -] Portals | Portaalit
name          -             string:200!            Name | Nimi
[portal_users - -] Portal users | Portaalin käyttäjät
portal_id     -             ref=portals:portal!    Portal | Portaali
contact_id    -             ref=contacts:contact!  Contact | Yhteyshenkilö
active        -             bool                   Active | Aktiivinen
[picklists - -] Picklists | Valintalistat
name          -             string:60!             Name | Nimi
[picklist_values - -] Picklist values | Valintalistan arvot
picklist_id   -             ref=picklists:picklist!  Picklist | Valintalista
value         -             string:100             Value | Arvo
label         -             string:100             Label | Nimi
sequence      -             int                    Order | Järjestys
""",
)  # fmt: skip

# Both sides of the many-to-many relations: (module, relation, other module, relation back).
LINKED = (
    ("accounts", "activities", "activities", "accounts"),
    ("accounts", "documents", "documents", "accounts"),
    ("accounts", "campaigns", "campaigns", "accounts"),
    ("contacts", "activities", "activities", "contacts"),
    ("campaigns", "contacts", "contacts", "campaigns"),
    ("price_books", "products", "products", "price_books"),
)

# What a one-to-many relation is called where it is not the child module's name: (child, field) -> name.
INVERSE_NAMES = {
    ("accounts", "parent_id"): "children", ("projects", "contract_id"): "projects", ("picklist_values", "picklist_id"): "values",
    ("portal_users", "contact_id"): "portals", ("portal_users", "portal_id"): "users", ("contract2s", "account_id"): "contracts",
    ("contract2s", "contact_id"): "contracts", ("quote_rows", "entity_id"): "rows", ("sales_order_rows", "entity_id"): "rows",
    ("invoice_rows", "entity_id"): "rows", ("purchase_order_rows", "entity_id"): "rows",
}  # fmt: skip
