# SPDX-License-Identifier: MIT
"""The decoders of files and texts: spreadsheets, change files, recipes, profiles, stores, saved views, SOAP and WSDL."""

import asyncio
import io
import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from openpyxl import Workbook

from crmdesk.domain.changes import Create
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.domain.values import NotAValue
from tests.beside import SHARED

TESTS = Path(__file__).resolve().parents[1]
ACCOUNTS = ModuleName("Accounts")
SCHEMA = Schema(
    Module(name=ACCOUNTS, label="Account", label_plural="Accounts"),
    tuple(
        Field(name=FieldName(kind.name.lower()), label=kind.name.title(), type=kind, refers_to=(ACCOUNTS,),
              choices=(Choice("a", "A"), Choice("b", "B")))
        for kind in FieldType
    ),
    FieldName("text"),
)  # fmt: skip


@cache
def folder() -> Path:
    """A place for files, which goes with the process."""
    made = tempfile.TemporaryDirectory(prefix="crmdesk-fuzz-")
    _KEPT.append(made)
    return Path(made.name)


_KEPT: list[tempfile.TemporaryDirectory[str]] = []


def recordings(*names: str) -> list[bytes]:
    """Bodies of real servers where they lie beside the checkout, the shorter ones."""
    found: list[bytes] = []
    for name in names:
        for path in sorted((SHARED / "wire" / name).glob("*.jsonl")):
            for line in path.read_text("utf-8").splitlines():
                body = json.loads(line).get("response_body") or ""
                if 0 < len(body) < 20_000:
                    found.append(body.encode())
    return found[:: max(1, len(found) // 120)]


# ---- SOAP and WSDL ---------------------------------------------------------------------------------------------------


def soap_seeds() -> list[bytes]:
    """Both shapes: plain SOAP of one server, references by href of the other, maps, faults."""
    from tests.connectors.wire.soap.support import envelope

    inside = (
        '<t:r><return xsi:type="soapenc:Array" soapenc:arrayType="t:x[2]"><item><id>1</id></item><item href="#a"/></return></t:r>'
        '<multiRef id="a"><id xsi:nil="true"/></multiRef>',
        '<t:r><return xsi:type="apache:Map"><item><key>a</key><value xsi:type="xsd:int">1</value></item></return></t:r>',
        "<t:r><result><a>1</a><a>2</a><b/></result></t:r>",
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>No</faultstring><detail><x>1</x></detail></s:Fault>",
    )
    return [*(envelope(one) for one in inside), *recordings("splendid", "suitecrm")]


def check_soap(data: bytes) -> None:
    """A reply to values, or its fault."""
    from crmdesk.connectors.wire.soap import decode

    with suppress(CrmError):
        decode(data)


def wsdl_seeds() -> list[bytes]:
    """Our own descriptions."""
    return [path.read_bytes() for path in sorted((TESTS / "connectors/wire/soap/wsdl").glob("*.wsdl"))]


def check_wsdl(data: bytes) -> None:
    """A description, its operations and one of its requests."""
    from crmdesk.connectors.wire.soap import Wsdl

    wsdl = Wsdl(data, address="https://crm.example.com/soap", fetched_at=datetime.now(UTC))
    with suppress(CrmError):
        for operation in list(wsdl.operations.values())[:3]:
            for version in wsdl.versions:
                with suppress(CrmError):
                    wsdl.build(operation.name, {part.name: "1" for part in operation.parameters}, version)


# ---- files a person gives --------------------------------------------------------------------------------------------


def csv_seeds() -> list[bytes]:
    """Tables in several encodings and separators."""
    table = 'id;name;"re;venue"\r\n1;Köln;"1.234,50"\r\n="007";"two\r\nlines";=1+1\r\n'
    return [
        table.encode(), table.encode("cp1252"), table.encode("utf-16"), b"\xef\xbb\xbf" + table.replace(";", ",").encode(),
        table.replace(";", "\t").encode(), b"a\n1\n", b'"a\n', b"a,b\n\n\n1,2,3\n",
    ]  # fmt: skip


def lines_seeds() -> list[bytes]:
    """JSON lines of records."""
    return [
        b'{"id":"1","name":"K\xc3\xb6ln","revenue":1234.50}\n{"id":"2","name":null,"tags":["a","b"]}\n',
        b'{"a":{"b":1}}\n',
    ]


def check_table(data: bytes) -> None:
    """A table of any kind, proposed and read."""
    from crmdesk.engine import sheets

    path = folder() / "table"
    path.write_bytes(data)
    with suppress(CrmError):
        form = sheets.detect(path)
        sheets.look(path, form)


@cache
def xlsx_seeds() -> list[bytes]:
    """Small workbooks."""
    found = []
    for rows in (
        [["id", "name"], [1, "Köln"], [2, date(2026, 1, 2)]],
        [["=1+1", None, True], [1.5, "x" * 200, "'"]],
    ):
        book, out = Workbook(), io.BytesIO()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr,arg-type]
        book.active.merge_cells("A2:B2")  # type: ignore[union-attr]
        book.save(out)
        found.append(out.getvalue())
    return found


def check_xlsx(data: bytes) -> None:
    """A packed file as it is; where the input begins otherwise, a sheet's XML inside a whole workbook."""
    import zipfile

    if not data.startswith(b"PK"):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(xlsx_seeds()[0])) as source, zipfile.ZipFile(out, "w") as target:
            for name in source.namelist():
                target.writestr(name, data if name == "xl/worksheets/sheet1.xml" else source.read(name))
        data = out.getvalue()
    check_table(data)


def xlsx_all_seeds() -> list[bytes]:
    """Whole files, and the XML of their sheets."""
    import zipfile

    whole = xlsx_seeds()
    inner = []
    for one in whole:
        with zipfile.ZipFile(io.BytesIO(one)) as book:
            inner.append(book.read("xl/worksheets/sheet1.xml"))
    return [*whole, *inner, *inner]


def change_seeds() -> list[bytes]:
    """Change files."""
    values = {field.name: "x" for field in SCHEMA.fields}
    lines = [
        {"op": "update", "module": "Accounts", "id": "3x1", "set": values, "was": {"text": None}},
        {
            "op": "create",
            "module": "Accounts",
            "set": {"text": "a"},
            "key": "k",
            "lines": [{"line": None, "set": {"quantity": 2, "unit_price": "1.5"}}],
        },
        {"op": "delete", "module": "Accounts", "id": "3x1"},
        {
            "op": "document",
            "module": "Accounts",
            "id": "3x1",
            "lines": [{"line": "1", "set": {"unit_price": 1.5}}, {"line": "2", "set": None}],
        },
    ]
    return [json.dumps(one).encode() for one in lines] + [b"\n".join(json.dumps(one).encode() for one in lines)]


def check_changes(data: bytes) -> None:
    """A change file, its values typed by every kind of field."""
    from crmdesk.engine import line_file
    from crmdesk.engine.change_file import read_lines, typed

    with suppress(CrmError):
        for line in read_lines(data.decode("utf-8", "surrogateescape").splitlines()):
            for name, raw in {**line.set, **line.was}.items():
                for known in [one for one in (SCHEMA.field(name),) if one is not None] or SCHEMA.fields:
                    with suppress(CrmError, NotAValue):
                        typed(raw, known)
            if line.lines is not None:
                with suppress(CrmError, NotAValue):
                    line_file.new_lines(line.lines)


def recipe_seeds() -> list[bytes]:
    """Recipes."""
    return [
        b'module = "Accounts"\nwhere = "text = \'a\'"\n[[change]]\nfield = "text"\nset = "b"\n[expect]\nrecords = 3\n'
        b'never_touch = ["url"]\nstop_after_failures = 2\n',
        b'module = "Accounts"\nids = ["3x1", "3x2"]\n[[change]]\nfield = "text"\nreplace = "a"\nwith = "b"\n[[change]]\n'
        b'field = "money"\ncompute = "round(money * 1.1, 2)"\n[expect]\nrecords = [1, 5]\n',
    ]


def check_recipe(data: bytes) -> None:
    """A recipe and its steps."""
    from crmdesk.engine import recipes

    with suppress(CrmError):
        recipe = recipes.read_recipe(data.decode("utf-8", "replace"))
        for step in recipe.steps:
            with suppress(CrmError):
                recipes._edit(step, SCHEMA)


def filter_seeds() -> list[bytes]:
    """Filters and expressions as people type them."""
    return [
        b"text = 'a' and (money > 1.5 or date >= '2026-01-01') and not url like '%x%'", b"text in ('a', 'b')", b"text is empty",
        b"round(money * 1.19, 2)", b"upper(text) + '-' + str(integer)", b"datetime > now() - 7",
    ]  # fmt: skip


def check_filter(data: bytes) -> None:
    """A filter, an order and a computed value."""
    from crmdesk.engine.expressions import Expression
    from crmdesk.engine.filter_text import format_filter, parse_filter, parse_order

    text = data.decode("utf-8", "replace")
    record = Record(
        RecordId(ACCOUNTS, "1"), {FieldName("text"): "a", FieldName("money"): Decimal("1.5"), FieldName("integer"): 3}
    )
    with suppress(CrmError):
        format_filter(parse_filter(text, SCHEMA))
    with suppress(CrmError):
        parse_order(text, SCHEMA)
    with suppress(CrmError, NotAValue):
        Expression(text, SCHEMA)(record.values)


# ---- files of our own ------------------------------------------------------------------------------------------------


def profile_seeds() -> list[bytes]:
    """Saved accounts of this and of earlier versions, and settings."""
    return [(TESTS / "engine/stores/accounts.json").read_bytes(), b'{"settings":{"language":"de","text_percent":120}}']


def check_profiles(data: bytes) -> None:
    """Accounts and settings, and what is first done with them."""
    from crmdesk.engine.profiles import Profiles, checked
    from crmdesk.engine.settings import SETTINGS, Settings

    place = folder() / "config"
    place.mkdir(exist_ok=True)
    (place / "accounts.json").write_bytes(data)
    (place / "settings.json").write_bytes(data)
    (place / "policy.json").write_bytes(data)
    with suppress(CrmError):
        for profile in Profiles(place).all():
            with suppress(CrmError):
                checked(profile)
    held = Settings(place / "settings.json", place / "policy.json")
    for name in SETTINGS:
        held.value(name)


def _store() -> Path:
    from crmdesk.engine.journal import Journal
    from crmdesk.engine.staging import Edit, StagedChanges
    from crmdesk.engine.storage import Storage

    path = folder() / "seed.sqlite"

    async def fill() -> None:
        storage = Storage(path)
        staged, journal = StagedChanges(storage), Journal(storage)
        await staged.load()
        record = Record(RecordId(ACCOUNTS, "3x1"), {FieldName("text"): "a"})
        await staged.edit([Edit(record, FieldName("text"), "b")])
        await staged.create(ACCOUNTS, {FieldName("text"): "new"})
        await journal.begin([(Create("t", ACCOUNTS, {FieldName("text"): "x"}), "x")], user="u", server="s", summary="x")
        for name in ("modules", "schema:Accounts", "tabs", "import:Accounts"):
            await storage.remember(name, "[]")
        storage.close(2)

    if not path.exists():
        asyncio.run(fill())
        with sqlite3.connect(path) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
    return path


def store_seeds() -> list[bytes]:
    """An account's file; and the texts in its rows."""
    path = _store()
    with sqlite3.connect(path) as db:
        texts = [str(row[0]).encode() for row in db.execute("SELECT data FROM staged")]
        texts += [str(row[0]).encode() for row in db.execute("SELECT change FROM entry")]
    db.close()
    return [path.read_bytes(), *texts, *texts]


def check_store(data: bytes) -> None:
    """An account's file, or one text put into each of its rows: opened and read as at a start."""
    from crmdesk.engine.journal import Journal
    from crmdesk.engine.staging import StagedChanges
    from crmdesk.engine.storage import Storage

    for old in folder().glob("account*"):
        old.unlink(missing_ok=True)  # the last one may be closing still
    path = folder() / "account.sqlite"
    if data.startswith(b"SQLite"):
        path.write_bytes(data)
    else:
        path.write_bytes(_store().read_bytes())
        text = data.decode("utf-8", "replace")
        with sqlite3.connect(path) as db:
            db.execute("UPDATE staged SET data = ?", (text,))
            db.execute("UPDATE entry SET change = ?", (text,))
        db.close()

    async def read() -> None:
        storage = Storage(path)
        staged, journal = StagedChanges(storage), Journal(storage)
        works: tuple[Callable[[], object], ...] = (
            storage.claim, staged.load, journal.batches, journal.unheard, lambda: storage.recall("modules"),
            lambda: journal.entries(1), lambda: journal.of_record(RecordId(ACCOUNTS, "3x1")),
        )  # fmt: skip
        try:
            for work in works:
                with suppress(CrmError):
                    await work()  # type: ignore[misc]
        finally:
            storage.close(2)

    asyncio.run(read())


def view_seeds() -> list[bytes]:
    """What windows remember of tabs, columns, favourites, queries, import maps and schemas."""
    tabs = [{"kind": "table", "module": "Accounts", "columns": ["text", "url"], "order": [["text", True]], "filter": "text = 'a'",
             "layout": [{"key": "text", "width": 100, "hidden": False}]}, {"kind": "query", "text": "select"}]  # fmt: skip
    maps = {
        "last": {
            "mode": "update",
            "decimal_point": ".",
            "group": ",",
            "date_order": "dmy",
            "columns": [["a", "text", True, "leave"]],
        }
    }
    schema = {"module": {"name": "Accounts", "label": "A", "label_plural": "As"}, "fields": [], "title_field": "text"}
    return [
        json.dumps(one).encode()
        for one in (tabs, maps, ["Accounts"], ["select 1"], schema, {"user": "a", "product": "b"})
    ]


def check_views(data: bytes) -> None:
    """Everything that is read back from the account's file by the window and the session."""
    from crmdesk.engine import codec, confirming, import_maps
    from crmdesk.engine.saved_text import read_list
    from crmdesk.ui import page_kinds
    from crmdesk.ui.table.saved_order import saved_columns, saved_layout, saved_orders

    text = data.decode("utf-8", "replace")
    for view in page_kinds._views(text):
        saved_orders(view.get("order"), SCHEMA)
        saved_columns(view.get("columns"), SCHEMA)
        saved_layout(view.get("layout"))
    read_list(text)
    confirming._known(text, None)
    for one in import_maps.read_maps(text).values():
        import_maps.fitted(one, ["a", "b"], SCHEMA)
    for reader in (codec.schema_from_json, codec.module_from_json, codec.record_from_json):
        with suppress(*codec.UNREADABLE):
            reader(codec.loads(text))
