# SPDX-License-Identifier: MIT
"""PURE: addresses, labels and groups that both interfaces share."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from crmdesk.connectors.wire.address import check_address

_TAIL = re.compile(r"/(?:api(?:/v\d+)?|CrmIntegrationWebservice(?:/.*)?|index\.php|service\.php)$", re.IGNORECASE)
_GROUPS = {
    "sales": "account contact lead potential opportunity organization person customer",
    "inventory": "product service pricebook quote salesorder invoice purchaseorder vendor asset contract contract2 payment",
    "support": "ticket helpdesk faq servicecontract",
    "marketing": "campaign targetgroup newsletter event",
    "projects": "project projecttask task milestone activity calendar",
    "system": "user group role file picklist field schema team salesgroup announcement",
}
_GROUP_OF = {word: group for group, words in _GROUPS.items() for word in words.split()}
_IRREGULAR = {"people": "person", "addresses": "address", "statuses": "status", "businesses": "business"}


def root_url(url: str) -> str:
    """The CRM's own address, from what was typed or pasted: without ``/api/v1`` or ``/CrmIntegrationWebservice/…``.

    Raises:
        ProfileError: it cannot be an address.
    """
    text = url.strip()
    if text and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(check_address(text))
    path = parts.path.rstrip("/")
    while (shorter := _TAIL.sub("", path).rstrip("/")) != path:
        path = shorter
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def words_of(name: str) -> list[str]:
    """``sales_order_rows``, ``SalesOrder`` and ``billCity`` in words, small letters."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word.lower() for word in re.split(r"[\s_\-.]+", spaced) if word]


def label_of(name: str) -> str:
    """``bill_city`` is "Bill city"; a trailing id is left away, custom fields lose their mark."""
    words = words_of(name.removeprefix("cf_") or name)
    if len(words) > 1 and words[-1] == "id":
        words.pop()
    text = " ".join(words) or name
    return text[:1].upper() + text[1:]


def singular(word: str) -> str:
    """``accounts`` is "account", ``activities`` "activity"; what is no plural stays."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3 else word


def plural(word: str) -> str:
    """The plural of an English word."""
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    return f"{word}s"


def singular_label(name: str) -> str:
    """``sales_orders`` is "Sales order"."""
    words = words_of(name)
    if words:
        words[-1] = singular(words[-1])
    text = " ".join(words) or name
    return text[:1].upper() + text[1:]


def plural_label(name: str) -> str:
    """``salesOrder`` is "Sales orders"."""
    words = words_of(name)
    if words:
        words[-1] = plural(singular(words[-1]))
    text = " ".join(words) or name
    return text[:1].upper() + text[1:]


def group_of(name: str) -> str:
    """Where a module stands in the tree."""
    words = words_of(name)
    if not words:
        return "other"
    words[-1] = singular(words[-1])
    return _GROUP_OF.get("".join(words), "other")


_TITLES = ("name", "subject", "full_name", "last_name", "lastname", "title", "label", "code", "entity_no")


def title_among(fields: Iterable[str], module: str = "") -> str:
    """The field by which people know a record: ``name``, or ``accountname`` for accounts, or the like; "" = none."""
    known = list(fields)
    one = "".join(words_of(singular(module))).lower()
    own = [f"{one}name", f"{one}_name", f"{one}title", f"{one}_title"]
    wanted = (*_TITLES[:1], *own, *_TITLES[1:])
    by_folded = {name.lower(): name for name in reversed(known)}
    found = next((by_folded[name] for name in wanted if name in by_folded), "")
    if found:
        return found
    return next((name for name in known if name.lower().endswith(("name", "subject", "title"))), "")


def number_among(fields: Iterable[str], module: str = "") -> str:
    """The field of a record's running number; "" = none."""
    one = "".join(words_of(singular(module))).lower()
    wanted = ("entity_no", f"{one}_no", f"{one}_number", "number", "no")
    by_folded = {name.lower(): name for name in fields}
    return next((by_folded[name] for name in wanted if name in by_folded), "")
