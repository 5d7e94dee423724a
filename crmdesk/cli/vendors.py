# SPDX-License-Identifier: MIT
"""``crmdesk vendors``: what can be connected to, and what each needs."""

import argparse
from collections.abc import Iterator

from crmdesk.cli.output import print_json, standard_output
from crmdesk.cli.shapes import roles_of_class, vendor_shape
from crmdesk.connectors.port import ProfileField, VendorPlugin
from crmdesk.domain.capabilities import Capabilities
from crmdesk.engine.desk import Desk


def show_vendors(arguments: argparse.Namespace, desk: Desk) -> None:
    """Print every vendor."""
    out = standard_output()
    if arguments.json:
        print_json(out, [vendor_shape(plugin) for plugin in desk.plugins.values()])
        return
    for plugin in desk.plugins.values():
        out.write(f"{plugin.vendor}  {plugin.title}\n  {plugin.summary}\n")
        out.write(f"  address: {plugin.url_hint}\n" if plugin.url_hint else "")
        for field in plugin.profile_fields:
            out.write(f"  {_field(field)}\n")
        for title, can, roles in _ways(plugin):
            out.write(f"  {title}{_abilities(can)}\n{roles}")
        out.write("\n")


def _field(field: ProfileField) -> str:
    way = "secret" if field.secret else f"--set {field.name}=…"
    needed = "" if field.required else ", optional"
    hint = f": {field.hint}" if field.hint else ""
    return f"{field.name} ({field.label}, {way}{needed}){hint}"


def _ways(plugin: VendorPlugin) -> Iterator[tuple[str, Capabilities, str]]:
    """Title, abilities and roles of each way in."""
    ways = plugin.interfaces()
    if not ways:
        yield "", plugin.capabilities, ""
    for one in ways:
        roles = ", ".join(map(str, roles_of_class(one.connector)))
        yield f"{one.title}: " if one.title else "", one.capabilities, f"  roles: {roles}\n"


def _abilities(can: Capabilities) -> str:
    filters = ", ".join(sorted(op.value for op in can.filters)) or "nothing"
    upwards = "" if can.can_sort_down else ", upwards only"
    sorts = f"sorts by up to {can.max_order_fields}{upwards}" if can.max_order_fields else "does not sort"
    counts = "counts" if can.can_count else "does not count"
    return f"the server filters by {filters}; {sorts}; {counts}; {can.max_page_size} records a page"
