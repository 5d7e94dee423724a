# SPDX-License-Identifier: MIT
"""``crmdesk vendors``: what can be connected to, and what each needs."""

import argparse
from collections.abc import Iterator

from crmdesk.cli.output import print_json, standard_output
from crmdesk.cli.shapes import roles_of_class, vendor_shape
from crmdesk.connectors.port import ProfileField, VendorPlugin
from crmdesk.domain.capabilities import Capabilities
from crmdesk.engine.desk import Desk
from crmdesk.translation import told, tr


def show_vendors(arguments: argparse.Namespace, desk: Desk) -> None:
    """Print every vendor."""
    out = standard_output()
    if arguments.json:
        print_json(out, [vendor_shape(plugin) for plugin in desk.plugins.values()])
        return
    for plugin in desk.plugins.values():
        out.write(f"{plugin.vendor}  {plugin.title}\n  {told(plugin.summary)}\n")
        out.write(f"  {tr('address: {hint}', hint=plugin.url_hint)}\n" if plugin.url_hint else "")
        for field in plugin.profile_fields:
            out.write(f"  {_field(field)}\n")
        for title, can, roles in _ways(plugin):
            out.write(f"  {title}{_abilities(can)}\n{roles}")
        out.write("\n")


def _field(field: ProfileField) -> str:
    way = tr("secret") if field.secret else f"--set {field.name}=…"
    about = [told(field.label), way, *([] if field.required else [tr("optional")])]
    hint = f": {told(field.hint)}" if field.hint else ""
    return f"{field.name} ({', '.join(about)}){hint}"


def _ways(plugin: VendorPlugin) -> Iterator[tuple[str, Capabilities, str]]:
    """Title, abilities and roles of each way in."""
    ways = plugin.interfaces()
    if not ways:
        yield "", plugin.capabilities, ""
    for one in ways:
        roles = ", ".join(map(str, roles_of_class(one.connector)))
        yield f"{told(one.title)}: " if one.title else "", one.capabilities, f"  {tr('roles: {names}', names=roles)}\n"


def _abilities(can: Capabilities) -> str:
    filters = ", ".join(sorted(op.value for op in can.filters)) or tr("nothing")
    if not can.max_order_fields:
        sorts = tr("does not sort")
    elif can.can_sort_down:
        sorts = tr("sorts by up to {n}", n=can.max_order_fields)
    else:
        sorts = tr("sorts by up to {n}, upwards only", n=can.max_order_fields)
    counts = tr("counts") if can.can_count else tr("does not count")
    return tr(
        "the server filters by {filters}; {sorts}; {counts}; {n} records a page",
        filters=filters,
        sorts=sorts,
        counts=counts,
        n=can.max_page_size,
    )
