# SPDX-License-Identifier: MIT
"""Which picture a module has, by the words in its name, and the order of the groups."""

from crmdesk.domain.schema import Module
from crmdesk.ui import icons

# The first word that occurs in the module's name decides, so longer words come first.
_BY_WORD: tuple[tuple[str, str], ...] = (
    ("purchaseorder", "truck"),
    ("salesorder", "shopping-cart"),
    ("pricebook", "tag"),
    ("projecttask", "check-square"),
    ("projectmilestone", "flag"),
    ("servicecontract", "handshake"),
    ("comment", "chat-circle-text"),
    ("account", "buildings"),
    ("organisation", "buildings"),
    ("company", "buildings"),
    ("contact", "user"),
    ("person", "user"),
    ("lead", "funnel-simple"),
    ("potential", "trend-up"),
    ("opportunit", "trend-up"),
    ("quote", "file-text"),
    ("invoice", "receipt"),
    ("order", "shopping-cart"),
    ("deliver", "truck"),
    ("product", "package"),
    ("service", "wrench"),
    ("asset", "cube"),
    ("vendor", "storefront"),
    ("campaign", "megaphone"),
    ("helpdesk", "lifebuoy"),
    ("ticket", "lifebuoy"),
    ("case", "lifebuoy"),
    ("faq", "question"),
    ("documentfolder", "folder"),
    ("folder", "folder"),
    ("document", "folder-open"),
    ("email", "envelope"),
    ("sms", "chat-text"),
    ("event", "calendar"),
    ("calendar", "calendar"),
    ("activit", "calendar-check"),
    ("meeting", "calendar"),
    ("call", "phone"),
    ("project", "kanban"),
    ("report", "table"),
    ("user", "identification-badge"),
    ("group", "users-three"),
    ("currenc", "currency-eur"),
    ("tax", "percent"),
)

GROUPS = ("sales", "inventory", "support", "marketing", "projects", "reports", "other", "system")
"""The order of the headings in the tree, after the favourites."""


def icon_name(module: Module) -> str:
    """A glyph of the icon font."""
    name = module.name.lower()
    found = next((glyph for word, glyph in _BY_WORD if word in name), "squares-four")
    return found if icons.has_icon(found) else "squares-four"
