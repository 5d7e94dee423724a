# SPDX-License-Identifier: MIT
"""The seeded world: the same at every start, large, in many scripts, within its limits."""

import hashlib
import json
import os
import subprocess
import sys
import time
import unicodedata

from crmdesk.demo.seed import TODAY, build_world
from tests.demo.caller import Caller
from tests.demo.conftest import Door

_PRINT = """
import hashlib, json
from dataclasses import asdict
from crmdesk.demo.seed import build_world
print(hashlib.sha256(json.dumps(asdict(build_world(60)), default=repr).encode()).hexdigest())
"""


def test_world_is_the_same_in_every_process_whatever_the_hash_order() -> None:
    prints = {
        subprocess.run(
            [sys.executable, "-c", _PRINT],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1
    assert len(prints.pop().strip()) == len(hashlib.sha256().hexdigest())


def test_world_has_the_promised_sizes() -> None:
    world = build_world()
    assert (len(world.companies), len(world.people), len(world.leads), len(world.items)) == (1200, 3000, 500, 300)
    assert len([paper for paper in world.papers if paper["type"] != "purchase"]) >= 400
    assert all(paper["lines"] for paper in world.papers)


def test_names_come_in_many_scripts_and_with_everything_that_hurts() -> None:
    names = [company["name"] for company in build_world().companies]
    scripts = {unicodedata.name(char).split()[0] for name in names for char in name if char.isalpha()}
    assert {"LATIN", "GREEK", "CYRILLIC", "CJK", "HEBREW", "ARABIC"} <= scripts
    text = "".join(names)
    assert all(mark in text for mark in ("'", '"', "&", "\\", "100%", "<b>", "ß", "Ø", ";"))
    assert len(set(names)) == len(names)


def test_first_accounts_are_those_of_the_pictures(crm: Caller) -> None:
    rows = crm.rows("select * from Accounts order by id limit 8;")
    assert [row["accountname"] for row in rows][:4] == [
        "Brainformatik GmbH",
        "Äijälä Oy",
        "Søndergaard & Sønner",
        "Müller Maschinenbau AG",
    ]
    assert (rows[0]["account_no"], rows[0]["id"], rows[1]["account_no"], rows[1]["id"]) == (
        "ACC4",
        "3x8",
        "ACC17",
        "3x17",
    )
    assert (rows[1]["bill_city"], rows[1]["annual_revenue"], rows[1]["assigned_user_id"]) == (
        "Helsinki",
        "1250000.000000000",
        "19x5",
    )


def test_no_time_is_later_than_the_worlds_today_and_none_modified_before_created() -> None:
    world = build_world()
    for entries in (world.companies, world.people, world.leads, world.papers, world.files):
        for entry in entries:
            assert entry["created"] <= entry["modified"] <= f"{TODAY} 23:59:59"


def test_every_value_fits_its_column_and_every_reference_is_there(door: Door) -> None:
    crm = door(rows=80)
    for module in (
        "Accounts",
        "Contacts",
        "Leads",
        "Quotes",
        "SalesOrder",
        "Invoice",
        "PurchaseOrder",
        "Potentials",
        "HelpDesk",
        "Documents",
        "Products",
    ):
        fields = {f["name"]: f for f in crm.result("describe", elementType=module)["fields"]}
        rows = crm.rows(f"select * from {module} order by id;")
        assert rows, module
        for row in rows:
            missing = [n for n, f in fields.items() if f["mandatory"] and not row[n]]
            assert missing == [], (module, row["id"])
    order = crm.rows("select * from SalesOrder order by id limit 1;")[0]
    assert crm.result("retrieve", id=order["account_id"])["accountname"]
    assert crm.result("retrieve", id=order["currency_id"])["currency_code"] in ("EUR", "USD")


def test_rows_scale_the_leads_cheaply() -> None:
    began = time.perf_counter()
    world = build_world(5000)
    took = time.perf_counter() - began
    assert (len(world.leads), len(world.companies)) == (5000, 1200)
    assert took < 2  # a tenth of that on a quiet machine
    assert json.dumps(world.leads[0])
