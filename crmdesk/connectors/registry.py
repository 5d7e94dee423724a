# SPDX-License-Identifier: MIT
"""Finds the vendors: every folder in ``vendors/`` and every entry point ``crmdesk.vendors``."""

import logging
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from crmdesk.connectors.port import VendorPlugin
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import VendorName
from crmdesk.domain.sentence import sentence

_log = logging.getLogger(__name__)


def find_plugins() -> Mapping[VendorName, VendorPlugin]:
    """All vendors by name, ours first, then third parties'; a third party cannot take one of our names."""
    package = import_module("crmdesk.connectors.vendors")
    found: dict[VendorName, VendorPlugin] = {}
    for info in iter_modules(package.__path__):
        plugin = getattr(import_module(f"{package.__name__}.{info.name}"), "PLUGIN", None)
        if isinstance(plugin, VendorPlugin):
            found[plugin.vendor] = plugin
    for entry in entry_points(group="crmdesk.vendors"):
        try:
            plugin = entry.load()
        except (ImportError, AttributeError):
            _log.warning("the vendor %s of another package cannot be loaded", entry.name, exc_info=True)
            continue
        if isinstance(plugin, VendorPlugin):
            found.setdefault(plugin.vendor, plugin)
    return dict(sorted(found.items(), key=lambda item: (item[1].search_order, item[1].title)))


def plugin_for(vendor: VendorName, plugins: Mapping[VendorName, VendorPlugin]) -> VendorPlugin:
    """The vendor of that name.

    Raises:
        ProfileError: no such vendor.
    """
    if vendor not in plugins:
        known = ", ".join(plugins)
        raise ProfileError(
            sentence("There is no vendor “{vendor}”. Choose one of: {known}.", vendor=vendor, known=known)
        )
    return plugins[vendor]
