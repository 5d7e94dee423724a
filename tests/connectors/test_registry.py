# SPDX-License-Identifier: MIT
"""Registry: every vendor folder is found, third parties come after, and nobody takes our names."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import crmdesk.connectors.vendors
from crmdesk.connectors import registry
from crmdesk.connectors.port import Connector, Endpoint, Http, VendorPlugin
from crmdesk.connectors.registry import find_plugins, plugin_for
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import VendorName

FOLDERS = sorted(path.parent.name for path in Path(crmdesk.connectors.vendors.__path__[0]).glob("*/__init__.py"))


def connect(endpoint: Endpoint, http: Http) -> Connector:
    raise NotImplementedError


def plugin(name: str, title: str = "") -> VendorPlugin:
    return VendorPlugin(
        vendor=VendorName(name),
        title=title or f"Title of {name}",
        summary="",
        profile_fields=(),
        capabilities=Capabilities(),
        connect=connect,
    )


class FakeEntry:
    """An entry point of an installed package."""

    def __init__(self, offered: object) -> None:
        self._offered = offered

    def load(self) -> object:
        return self._offered


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[FakeEntry]:
    entries: list[FakeEntry] = []
    monkeypatch.setattr(registry, "entry_points", lambda group: entries if group == "crmdesk.vendors" else [])
    return entries


def test_every_folder_is_a_vendor_of_its_name() -> None:
    assert sorted(set(find_plugins()) & set(FOLDERS)) == FOLDERS


def test_vendors_introduce_themselves_fully() -> None:
    for name in FOLDERS:
        ours = find_plugins()[VendorName(name)]
        assert ours.vendor == name
        assert ours.title
        assert ours.summary
        names = [field.name for field in ours.profile_fields]
        assert len(set(names)) == len(names)
        assert all(field.label for field in ours.profile_fields)


def test_third_party_is_found(installed: list[FakeEntry]) -> None:
    theirs = plugin("theirs")
    installed.append(FakeEntry(theirs))
    assert find_plugins()[VendorName("theirs")] is theirs


def test_third_party_cannot_take_our_names(installed: list[FakeEntry]) -> None:
    before = find_plugins()
    installed.extend(FakeEntry(plugin(name, "A impostor")) for name in before)
    assert find_plugins() == before


def test_first_of_two_third_parties_keeps_the_name(installed: list[FakeEntry]) -> None:
    first = plugin("theirs", "First")
    installed += [FakeEntry(first), FakeEntry(plugin("theirs", "Second"))]
    assert find_plugins()[VendorName("theirs")] is first


def test_entry_that_is_no_plugin_is_passed_over(installed: list[FakeEntry]) -> None:
    installed.append(FakeEntry("something else"))
    assert set(find_plugins()) == set(FOLDERS)


def test_entry_points_are_looked_for_under_our_group() -> None:
    entry = EntryPoint(name="x", value="tests.connectors.test_registry:OFFERED", group="crmdesk.vendors")
    assert entry.load() is OFFERED


def test_unknown_vendor_is_named_with_what_there_is() -> None:
    plugins = {VendorName("one"): plugin("one"), VendorName("two"): plugin("two")}
    assert plugin_for(VendorName("two"), plugins) is plugins[VendorName("two")]
    with pytest.raises(ProfileError) as caught:
        plugin_for(VendorName("three"), plugins)
    assert "“three”" in caught.value.user_text
    assert "one, two" in caught.value.user_text


OFFERED = plugin("offered")
