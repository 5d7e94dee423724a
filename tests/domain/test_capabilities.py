# SPDX-License-Identifier: MIT
"""Capabilities: a vendor that promises nothing is asked for nothing, and paced by nothing."""

import re
from dataclasses import fields
from pathlib import Path

import crmdesk
from crmdesk.domain.capabilities import Capabilities, Locking
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.planning import plan
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.domain.schema import Field, Module, Schema

A = FieldName("a")


def test_nothing_is_promised_by_default() -> None:
    can = Capabilities()
    assert not can.filters
    assert [can.can_or, can.can_not, can.can_nest, can.can_count, can.orders_text] == [False] * 5
    assert can.max_order_fields == 0
    assert can.locking is Locking.NONE


def test_every_ability_is_read_by_some_code() -> None:
    """A flag that nothing reads says something that nobody keeps."""
    house = Path(crmdesk.__file__).parent
    files = [p for p in house.rglob("*.py") if p.name != "capabilities.py"]
    code = "\n".join(p.read_text(encoding="utf-8") for p in files)
    read = set(re.findall(r"(?:can|apabilities|CAPABILITIES|offered|able)\)?\.(\w+)", code))
    unread = {field.name for field in fields(Capabilities)} - read
    assert not unread, unread


def test_vendor_that_promises_nothing_is_asked_for_plain_rows() -> None:
    module = Module(name=ModuleName("M"), label="M", label_plural="Ms")
    schema = Schema(module, (Field(name=A, label="A"),), A)
    where = Compare(A, Op.EQ, "x")
    made = plan(Query(module.name, (A,), where, (Order(A),)), Capabilities(), schema)
    assert made.pushed == Query(module.name, (A,))
    assert made.rest == where
    assert made.local_order == (Order(A),)
