# SPDX-License-Identifier: MIT
"""Names: identities are values, and every value of the domain is frozen and slotted."""

import dataclasses
import inspect
from importlib import import_module
from pkgutil import iter_modules

import pytest

import crmdesk.domain
from crmdesk.domain.names import ModuleName, RecordId

CLASSES = [
    kind
    for info in iter_modules(crmdesk.domain.__path__)
    for _, kind in inspect.getmembers(import_module(f"crmdesk.domain.{info.name}"), dataclasses.is_dataclass)
    if isinstance(kind, type) and kind.__module__ == f"crmdesk.domain.{info.name}"
]


def test_record_id_shows_the_servers_own_spelling() -> None:
    assert str(RecordId(ModuleName("Accounts"), "11x7")) == "11x7"


def test_record_ids_are_equal_by_module_and_key() -> None:
    assert RecordId(ModuleName("A"), "1") == RecordId(ModuleName("A"), "1")
    assert RecordId(ModuleName("A"), "1") != RecordId(ModuleName("B"), "1")
    assert len({RecordId(ModuleName("A"), "1"), RecordId(ModuleName("A"), "1")}) == 1


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_domain_values_are_frozen_and_slotted(kind: type) -> None:
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]  # every dataclass has it
    assert "__slots__" in vars(kind)
    assert kind.__doc__
