# SPDX-License-Identifier: MIT
"""PURE: the operations of a manager's WSDL -> what can be done with its module.

The documents name a handful of operations; an installation has many more, listed on its own page only. So operations
are found by their names (``searchProducts``, ``getAccount``, ``updateContact``) and used where their shapes fit:

list     (criteria | limit, offset | nothing)   -> a list of groups with an id
fetch    (one id)                               -> a group with an id
create   (a group)                              -> anything
update   (a group with an id | an id, a group)  -> anything
delete   (one id)                               -> anything

The session, wherever it stands, is the parameter of the type that ``createSession`` answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crmdesk.connectors.vendors.crmservice.names import singular, words_of
from crmdesk.connectors.wire.soap import SoapOperation, SoapPart

_READS = ("get", "list", "search", "find", "fetch", "read", "query", "retrieve", "load")
_CREATES = ("create", "add", "insert", "new")
_UPDATES = ("update", "edit", "modify", "change", "save", "set", "store")
_DELETES = ("delete", "remove")
_READ_ONLY_VERBS = frozenset({*_READS, "count", "authenticate", "is", "has", "check", "validate", "describe", "export"})
_QUALIFIERS = frozenset({"by", "id", "list", "all", "entity", "record", "records", "data", "info", "details", "with"})
_SCALARS = frozenset({"text", "integer", "decimal", "any", "choice"})
_SESSIONS = frozenset({"session", "sessionid", "crmsession", "sessionobject"})
_LIMITS = ("limit", "maxresults", "max_results", "max", "count", "rows", "pagesize", "page_size", "amount")
_OFFSETS = ("offset", "start", "first", "skip", "startfrom", "begin", "from")
_FIELDS = ("field", "fieldname", "field_name", "column", "key", "attribute")
_VALUES = ("value", "fieldvalue", "field_value", "text", "search", "needle", "keyword")


@dataclass(frozen=True, slots=True)
class Call:
    """One operation that is used.

    Attributes:
        session: the parameter of the session, "" = none.
        subject: the parameter that carries the criteria or the record, "" = none. key: the parameter of the id, "" = none.
    """

    operation: SoapOperation
    session: str = ""
    subject: str = ""
    key: str = ""

    @property
    def group(self) -> SoapPart | None:
        """The type of the criteria or the record."""
        return self.operation.parameter(self.subject) if self.subject else None


@dataclass(frozen=True, slots=True)
class Listing:
    """How records are listed or searched for; a name is "" where the operation has no such thing.

    Attributes:
        is_search: it takes one field and one value. in_group: the names are members of the call's subject.
    """

    call: Call
    field: str = ""
    value: str = ""
    limit: str = ""
    offset: str = ""
    in_group: bool = False

    @property
    def is_search(self) -> bool:
        """Whether it takes one field and one value."""
        return bool(self.field and self.value)


@dataclass(frozen=True, slots=True)
class ModulePlan:
    """What can be done with one module; None = nothing of the kind is offered.

    Attributes:
        stem: "salesorder". record: the group that reading answers, else the one that is created.
        id_member: the member of ``record`` that holds the id. rows: the member that holds the lines, "" = none.
    """

    stem: str
    listing: Listing | None = None
    fetch: Call | None = None
    create: Call | None = None
    update: Call | None = None
    delete: Call | None = None
    record: SoapPart | None = None
    id_member: str = ""
    rows: str = ""

    @property
    def can_read(self) -> bool:
        """Whether records can be seen at all."""
        return self.listing is not None or self.fetch is not None

    @property
    def can_read_one(self) -> bool:
        """Whether a record can be read by its id."""
        return self.fetch is not None or (self.listing is not None and self.listing.is_search)

    @property
    def is_anything(self) -> bool:
        """Whether anything at all was found."""
        return any((self.listing, self.fetch, self.create, self.update, self.delete))


def is_write(operation: SoapOperation) -> bool:
    """Whether an operation may change data, by its verb: what is not known to read may."""
    words = words_of(operation.name)
    return not words or words[0] not in _READ_ONLY_VERBS


def stem_of(manager: str) -> str:
    """``salesorderManager`` and ``SalesOrderManager`` are "salesorder"."""
    name = manager[: -len("manager")] if manager.lower().endswith("manager") else manager
    return "".join(words_of(name))


def session_name(operation: SoapOperation, session_type: str) -> str:
    """The parameter that carries the session, "" = it takes none."""
    for part in operation.parameters:
        if session_type and part.type_name == session_type and part.kind in ("group", "any"):
            return part.name
    for part in operation.parameters[:1]:
        has_id = part.kind == "group" and [one.name.lower() for one in part.parts] == ["sessionid"]
        if has_id or part.name.lower().replace("_", "") in _SESSIONS:
            return part.name
    return ""


def plan(manager: str, operations: Mapping[str, SoapOperation], session_type: str) -> ModulePlan:
    """What a manager's operations offer for its module."""
    stem = stem_of(manager)
    own = [one for one in operations.values() if _object_of(one.name) == stem]
    fetch = _first(_fetching(one, stem, session_type) for one in _with(own, _READS))
    listings = [found for one in _with(own, _READS) if (found := _listing(one, stem, session_type)) is not None]
    listing = max(listings, key=_worth, default=None)
    create = _first(_creating(one, session_type) for one in _with(own, _CREATES))
    update = _first(_updating(one, stem, session_type) for one in _with(own, _UPDATES))
    if create is None and update is not None and update.key == "" and words_of(update.operation.name)[0] == "save":
        create = update
    delete = _first(_deleting(one, stem, session_type) for one in _with(own, _DELETES))
    record = _record(listing, fetch, create, update)
    return ModulePlan(
        stem=stem,
        listing=listing,
        fetch=fetch,
        create=create,
        update=update,
        delete=delete,
        record=record,
        id_member=id_member(record, stem) if record is not None else "",
        rows=_rows(record, create),
    )


def _first(found: Iterable[Call | None]) -> Call | None:
    return next((one for one in found if one is not None), None)


def _with(operations: Sequence[SoapOperation], verbs: Sequence[str]) -> list[SoapOperation]:
    """Those with one of the verbs, in the order of the verbs."""
    found = [one for one in operations if words_of(one.name)[0] in verbs]
    return sorted(found, key=lambda one: verbs.index(words_of(one.name)[0]))


def _object_of(name: str) -> str:
    """``getSalesOrders`` is about "salesorder", ``getAccountById`` about "account"."""
    words = words_of(name)[1:]
    while len(words) > 1 and words[-1] in _QUALIFIERS:
        words.pop()
    if len(words) > 1 and words[0] == "all":
        words = words[1:]
    return "".join([*words[:-1], singular(words[-1])]) if words else ""


def _own_parameters(operation: SoapOperation, session_type: str) -> tuple[str, tuple[SoapPart, ...]]:
    session = session_name(operation, session_type)
    return session, tuple(part for part in operation.parameters if part.name != session)


def _listing(operation: SoapOperation, stem: str, session_type: str) -> Listing | None:
    result = operation.result
    row = result.parts[0] if result is not None and result.kind == "list" and result.parts else None
    if row is None or row.kind != "group" or not id_member(row, stem):
        return None
    session, parts = _own_parameters(operation, session_type)
    if not parts:
        return Listing(Call(operation, session))
    in_group = len(parts) == 1 and parts[0].kind == "group"
    given = parts[0].parts if in_group else parts
    field, value, limit, offset = (_among(given, words) for words in (_FIELDS, _VALUES, _LIMITS, _OFFSETS))
    left = [part for part in given if part.name not in (field, value, limit, offset)]
    if in_group:
        left = [part for part in left if part.is_required and part.kind != "text"]
    if left or not ((field and value) or limit):
        return None
    subject = parts[0].name if in_group else ""
    return Listing(Call(operation, session, subject), field, value, limit, offset, in_group)


def _among(parts: Sequence[SoapPart], words: Sequence[str]) -> str:
    scalars = {part.name.lower(): part.name for part in parts if part.kind in _SCALARS}
    return next((scalars[word] for word in words if word in scalars), "")


def _worth(one: Listing) -> tuple[bool, bool, bool]:
    """Best is what can be searched and read page by page."""
    return one.is_search, bool(one.limit and one.offset), bool(one.limit)


def _is_id(part: SoapPart, stem: str) -> bool:
    name = part.name.lower().replace("_", "")
    known = {"id", "crmid", "recordid", "entityid", "key", stem, f"{stem}id"}
    return part.kind in _SCALARS and (name in known or name.endswith("id"))


def _fetching(operation: SoapOperation, stem: str, session_type: str) -> Call | None:
    session, parts = _own_parameters(operation, session_type)
    result = operation.result
    if len(parts) != 1 or not _is_id(parts[0], stem) or result is None or result.kind != "group" or not result.parts:
        return None
    return Call(operation, session, key=parts[0].name)


def _creating(operation: SoapOperation, session_type: str) -> Call | None:
    session, parts = _own_parameters(operation, session_type)
    if len(parts) != 1 or parts[0].kind != "group" or not parts[0].parts:
        return None
    return Call(operation, session, subject=parts[0].name)


def _updating(operation: SoapOperation, stem: str, session_type: str) -> Call | None:
    session, parts = _own_parameters(operation, session_type)
    groups = [part for part in parts if part.kind == "group" and part.parts]
    if len(groups) != 1:
        return None
    if len(parts) == 1 and id_member(groups[0], stem):
        return Call(operation, session, subject=groups[0].name)
    keys = [part for part in parts if part.kind in _SCALARS]
    if len(parts) == 2 and len(keys) == 1 and _is_id(keys[0], stem):
        return Call(operation, session, subject=groups[0].name, key=keys[0].name)
    return None


def _deleting(operation: SoapOperation, stem: str, session_type: str) -> Call | None:
    session, parts = _own_parameters(operation, session_type)
    if len(parts) != 1 or not _is_id(parts[0], stem):
        return None
    return Call(operation, session, key=parts[0].name)


def id_member(group: SoapPart, stem: str) -> str:
    """The member that holds a record's own id, "" = there is none."""
    by_name = {part.name.lower().replace("_", ""): part.name for part in group.parts if part.kind in _SCALARS}
    return next((by_name[word] for word in ("id", f"{stem}id", "crmid", "recordid", "entityid") if word in by_name), "")


def _record(listing: Listing | None, fetch: Call | None, create: Call | None, update: Call | None) -> SoapPart | None:
    if fetch is not None and fetch.operation.result is not None:
        return fetch.operation.result
    if listing is not None and listing.call.operation.result is not None:
        return listing.call.operation.result.parts[0]
    for one in (update, create):
        if one is not None and one.group is not None:
            return one.group
    return None


def _rows(record: SoapPart | None, create: Call | None) -> str:
    """The member with the lines: a list of groups that name a product and a quantity."""
    for group in (record, create.group if create is not None else None):
        for part in group.parts if group is not None else ():
            inside = part.parts[0] if part.kind == "list" and part.parts else None
            if inside is not None and inside.kind == "group" and _looks_like_line(inside):
                return part.name
    return ""


def _looks_like_line(group: SoapPart) -> bool:
    names = {part.name.lower().replace("_", "") for part in group.parts}
    return bool(names & {"productid", "product", "serviceid"}) and bool(names & {"qty", "quantity", "amount", "count"})
