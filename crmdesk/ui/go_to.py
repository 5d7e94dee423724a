# SPDX-License-Identifier: MIT
"""What "go to anything" finds: modules, accounts, commands and copied records at once; others as the server answers."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmdesk.connectors.port import FindsAnywhere, FindsByKeywords
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import AccountId, FieldName, RecordId
from crmdesk.domain.query import Compare, Filter, Op, Or, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module, Schema
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.mirror import SearchHit, Source
from crmdesk.ui.copies.copy_words import detail_words, when_words
from crmdesk.ui.formats import Formats
from crmdesk.ui.modules.module_icons import icon_name
from crmdesk.ui.palette import Hit
from crmdesk.ui.parts import without_key
from crmdesk.ui.table.filter_bar import search_fields
from crmdesk.ui.wording import environment_word, tr

if TYPE_CHECKING:
    from crmdesk.ui.main_window import MainWindow
    from crmdesk.ui.workspace import Workspace

_MODULES_SEARCHED, _HITS_EACH, _HITS_EVERYWHERE = 4, 4, 20
_COPIED_EACH = 8


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A record of an account that is not in front."""

    account: AccountId
    record: RecordId


def static_hits(window: "MainWindow", space: "Workspace | None") -> list[Hit]:
    """Modules, accounts and commands; ranked by the palette itself."""
    hits = []
    if space is not None:
        hits += [*space.shelf.hits(), *space.saved.hits()]
        listed = [module for module in space.modules if module.is_listed]
        hits += [Hit("module", icon_name(m), m.label_plural, str(m.name), tr("Module"), m) for m in listed]
    for profile in window.accounts.known:
        detail = f"{environment_word(profile.environment)} · {profile.url}"
        hits.append(Hit("account", "address-book", profile.name, detail, tr("Your account"), profile))
    for action in window.menus.commands():
        keys = action.shortcut().toString()
        hits.append(Hit("command", "command", without_key(action.text()), keys, tr("Command"), action.trigger))
    return hits


async def record_hits(space: "Workspace | None", text: str, formats: Formats) -> list[Hit]:
    """Records whose title, number, e-mail or phone contains the text, in the modules most likely meant."""
    wanted = text.strip()
    if space is None or len(wanted) < 2:
        return []
    modules = _likely(space)
    found = await asyncio.gather(*(_in_module(space, module, wanted, formats) for module in modules))
    return [hit for hits in found for hit in hits]


async def copied_hits(window: "MainWindow", space: "Workspace | None", text: str) -> list[Hit]:
    """What the copies on this computer know, of every account, whether it is open or not."""
    answer = await window.desk.search.find(text, most_each=_COPIED_EACH)
    front = space.account.profile.id if space is not None else None
    return [_copied_hit(hit, hit.account == front, window.formats) for hit in answer.hits]


def _copied_hit(hit: SearchHit, is_front: bool, formats: Formats) -> Hit:
    module = Module(name=hit.record.module, label=hit.module_label, label_plural=hit.module_label)
    where = (
        hit.module_label if is_front else tr("{module} in {account}", module=hit.module_label, account=hit.account_name)
    )
    if hit.fresh.source is Source.COPY and hit.fresh.at is not None:
        where = tr("{place}, copy of {when}", place=where, when=when_words(hit.fresh.at, formats))
    payload = hit.record if is_front else Elsewhere(hit.account, hit.record)
    return Hit("record", icon_name(module), hit.title, detail_words(hit), where, payload)


async def server_hits(space: "Workspace | None", text: str, formats: Formats) -> list[Hit]:
    """What the server's own search over all modules finds, marked as such; nothing where it has none."""
    wanted = " ".join(text.split())
    session = space.account.session if space is not None else None
    if space is None or session is None or session.away or len(wanted) < 2 or not session.offers(FindsAnywhere):
        return []
    try:
        records = await session.ask_role(FindsAnywhere, lambda server: server.find_anywhere(wanted, _HITS_EVERYWHERE))
    except CrmError:
        return []  # the modules were asked too
    return [await _found_hit(space, record, formats) for record in records]


async def _found_hit(space: "Workspace", record: Record, formats: Formats) -> Hit:
    """A record of which few fields are known, its module's fields perhaps none."""
    session, name = space.account.session, record.id.module
    module = next((m for m in space.modules if m.name == name), None)
    schema = session.known_schema(name) or await session.remembered_schema(name)
    texts = [text for text in record.values.values() if isinstance(text, str) and text and text != record.id.key]
    title = formats.title(record, schema) if schema is not None else ""
    if not title or title == record.id.key:
        title = texts[0] if texts else record.id.key
    detail = " · ".join(text for text in texts if text != title)
    icon = icon_name(module) if module is not None else "magnifying-glass"
    where = tr("{module}, found by the server", module=module.label if module is not None else str(name))
    return Hit("record", icon, title, detail, where, record.id)


def _likely(space: "Workspace") -> list[Module]:
    """The module in front, then companies, people, leads and orders."""
    known = space.modules
    front = [space.current.module] if space.current is not None else []
    glyphs = ("buildings", "user", "funnel-simple", "shopping-cart", "file-text", "receipt")
    rest = [m for glyph in glyphs for m in known if icon_name(m) == glyph]
    unique = {module.name: module for module in (*front, *rest)}
    return list(unique.values())[:_MODULES_SEARCHED]


async def _in_module(space: "Workspace", module: Module, text: str, formats: Formats) -> list[Hit]:
    if space.account.session.away:
        return []  # what is copied was looked through already
    try:
        schema = await space.account.session.schema(module.name)
        fields = search_fields(schema)
        parts: tuple[Filter, ...] = tuple(Compare(name, Op.CONTAINS, text) for name in fields)
        where = parts[0] if len(parts) == 1 else Or(parts)
        if space.account.session.offers(FindsByKeywords):
            records = await space.account.session.ask_role(
                FindsByKeywords, lambda server: server.find_by_keywords(module.name, text, _HITS_EACH)
            )
        else:
            records = (await PageFeed(space.account.session, Query(module.name, fields, where)).next_page()).records
    except CrmError:
        return []  # a module that cannot be searched is no reason to show nothing
    return [_hit(record, schema, fields, formats) for record in records[:_HITS_EACH]]


def _hit(record: Record, schema: Schema, fields: tuple[FieldName, ...], formats: Formats) -> Hit:
    details = []
    for name in fields:
        field = schema.field(name)
        if field is not None and name != schema.title_field:
            details.append(formats.text(record.values.get(name), field, record.labels.get(name, "")))
    detail = " · ".join(text for text in details if text)
    title = formats.title(record, schema)
    return Hit("record", icon_name(schema.module), title, detail, schema.module.label, record.id)
