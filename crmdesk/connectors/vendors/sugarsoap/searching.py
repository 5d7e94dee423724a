# SPDX-License-Identifier: MIT
"""The server's own search over many modules, and who has an e-mail address already.

These operations take user name and password instead of the session; ";" means "or" in them (sugarsoap.md 4).
"""

from collections.abc import Mapping, Sequence

from crmdesk.connectors.vendors.sugarsoap import catalog, parse
from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.payload import is_key
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.domain.errors import UnknownOperation, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import Value

_EMAILS = (FieldName("email1"), FieldName("email2"))


def find_anywhere(session: Session, modules: Modules, words: str, limit: int) -> tuple[Record, ...]:
    """Records with these words in any module that is searched; few fields each.

    Raises:
        Unsupported: the server offers no search.
    """
    seen = [name for name in catalog.SEARCHABLE if name in modules.names()]
    asked = " ".join(words.replace(";", " ").split())
    if not asked or not seen:
        return ()
    if session.has("search_by_module"):
        try:
            return _by_module(session, asked, seen, limit)
        except UnknownOperation:
            pass  # listed, and "Method not implemented."
    if not session.has("search"):
        raise Unsupported(sentence("a search over all modules"))
    rows = parse.details(session.by_password("search", {"name": asked}))
    return _records(rows, session.family, set(seen))[:limit]


def find_by_keywords(
    session: Session, modules: Modules, module: ModuleName, words: str, limit: int
) -> tuple[Record, ...]:
    """The same in one module.

    Raises:
        Unsupported: it is none of those that are searched.
    """
    if module not in catalog.SEARCHABLE or not session.has("search_by_module"):
        raise Unsupported(sentence("searching {module}", module=module))
    asked = " ".join(words.replace(";", " ").split())
    return _by_module(session, asked, [module], limit) if asked else ()


def _by_module(session: Session, words: str, names: Sequence[str], limit: int) -> tuple[Record, ...]:
    result = session.by_password(
        "search_by_module",
        {"search_string": words, "modules": list(names), "offset": 0, "max_results": max(1, limit)},
    )
    rows = [
        {"id": entry.key, "module_name": entry.module, **entry.values}
        for entry in parse.listing(result, "search_by_module").entries
    ]
    return _records(rows, session.family, set(names))[:limit]


def with_same_email(session: Session, modules: Modules, values: Mapping[FieldName, Value]) -> tuple[Record, ...]:
    """Contacts and leads that have one of the addresses of a new one."""
    told = [value.strip() for name in _EMAILS if isinstance(value := values.get(name), str) and "@" in value]
    addresses = [one for one in dict.fromkeys(told) if not any(letter in one for letter in "; ,")]
    if not addresses or not session.has("contact_by_email"):
        return ()
    rows = parse.details(session.by_password("contact_by_email", {"email_address": ";".join(addresses)}))
    return _records(rows, session.family, set(modules.names()))


def _records(rows: Sequence[Mapping[str, str]], family: Family, seen: set[str]) -> tuple[Record, ...]:
    found: dict[RecordId, Record] = {}
    for row in rows:
        told = row.get("module_name", "") or catalog.TYPE_MODULES.get(row.get("type", "").lower(), "")
        module = told if told in seen else catalog.TYPE_MODULES.get(told.lower(), "")
        if module in seen and is_key(row.get("id", ""), family):
            key = RecordId(ModuleName(module), row["id"])
            found.setdefault(key, Record(key, _values(row, module, family)))
    return tuple(found.values())


def _values(row: Mapping[str, str], module: str, family: Family) -> dict[FieldName, Value]:
    """name1 and name2 are first and last name of a person, else the name is in the first."""
    text = {
        name: parse.decoded_once(value) if family is Family.SUGAR else value for name, value in row.items() if value
    }
    first, second = text.get("name1", ""), text.get("name2", "")
    usual = ("name", "first_name", "last_name", "account_name", "email1", "phone_work", "phone_office")
    named = {name: text[name] for name in usual if name in text}  # SuiteCRM sends the fields themselves
    if module in catalog.PERSON_MODULES:
        named |= {"first_name": first, "last_name": second} if second else {"last_name": first} if first else {}
    elif first or second:
        named["name"] = first or second
    named |= {
        ours: text[theirs]
        for ours, theirs in (("account_name", "association"), ("email1", "email_address"))
        if theirs in text
    }
    return {FieldName(name): value for name, value in named.items() if value}
