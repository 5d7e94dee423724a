# SPDX-License-Identifier: MIT
"""The form of an account says of an address in the clear what it is, from the first look to the last."""

from pytestqt.qtbot import QtBot

from crmdesk.connectors.registry import find_plugins
from crmdesk.domain.names import AccountId, VendorName
from crmdesk.engine.profiles import Profile
from crmdesk.ui.accounts.profile_form import ProfileForm


def test_an_address_in_the_clear_is_told_below_it(qtbot: QtBot) -> None:
    form = ProfileForm()
    qtbot.addWidget(form)
    form.show_vendor(find_plugins()[VendorName("crmplus")])
    form.show()
    hint = form._rows["address"].hint
    assert not hint.isVisible()
    form.fill(Profile(
        id=AccountId("a"), name="A", vendor=VendorName("crmplus"), url="http://127.example.com/", settings={},
    ))  # fmt: skip
    assert hint.isVisible(), "an account that is opened to be edited"
    assert "not encrypted" in hint.text()
    assert form.address.accessibleDescription() == hint.text()
    form.show_problem("address", "Nobody answers there.")
    assert not hint.isVisible()
    form.show_problem("address", "")
    assert hint.isVisible()
    form.show_vendor(find_plugins()[VendorName("webcrm")])
    hint = form._rows["address"].hint
    assert hint.isVisible(), "of another vendor"
    for url in ("https://crm.example.com", "http://localhost/", ""):
        form.address.setText(url)
        assert not hint.isVisible()
        assert not form.address.accessibleDescription()
