# SPDX-License-Identifier: MIT
"""Lines in the copy: kept of what was opened, copied of all where that is wanted, known to be old, gone with their header."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.sales import LineItem, LineShape, ProductHit, Tax
from crmdesk.engine.line_codec import hit_from_json, hit_to_json, shape_from_json, shape_to_json
from crmdesk.engine.reading import Reading
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS
from tests.engine.mirror.support import ChangingServer, Desk

EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
BELT = ProductHit(
    LineItem(
        key=None, position=0, product=RecordId(ACCOUNTS, "p1"), name="Förderband 235", unit_price=Decimal("87.90"),
        taxes=(Tax("VAT", Decimal(24)),), extras={FieldName("note"): "x"},
    ),
    "PRO5", "Box", "belt-5", "", is_whole=True,
)  # fmt: skip


def line(text: str, product: str = "p1") -> LineItem:
    return LineItem(key=None, position=0, product=RecordId(ACCOUNTS, product), name=text, unit_price=Decimal(3))


def filled(desk: Desk) -> None:
    for at in range(3):
        desk.server.add_document(f"d{at}", line(f"Belt {at}"), accountname=f"Order {at}", modified=EARLY)
    desk.server.products.append(BELT)


def order(at: int) -> RecordId:
    return RecordId(ACCOUNTS, f"d{at}")


def test_lines_of_an_opened_document_are_kept(desk: Desk) -> None:
    filled(desk)

    async def go() -> None:
        await desk.update()
        assert await desk.mirror.lines.document(order(1)) is None
        document = await desk.session.fetch_document(order(1))
        await desk.mirror.settled()
        held = await desk.mirror.lines.document(order(1))
        assert held is not None
        assert held.document.lines == document.lines
        assert not held.is_old
        assert held.at is not None
        assert (await desk.mirror.status()).modules[0].documents == 1

    run(go())


def test_all_lines_are_copied_where_they_are_wanted_and_later_only_what_changed(telling: Desk) -> None:
    filled(telling)

    async def go() -> None:
        await telling.update()
        await telling.mirror.lines.want(ACCOUNTS, wanted=True)
        await telling.update()
        state = (await telling.mirror.status()).modules[0]
        assert (state.lines, state.documents) == (True, 3)
        read = telling.server.did("fetch_document")
        await telling.update()
        assert telling.server.did("fetch_document") == read
        assert isinstance(telling.server, ChangingServer)
        telling.server.touch("d1", modified=LATE)
        telling.server.poke_lines("d1", lambda lines: (*lines, line("Another")))
        await telling.update()
        assert telling.server.did("fetch_document") == read + 1
        held = await telling.mirror.lines.document(order(1))
        assert held is not None
        assert len(held.document.lines) == 2

    run(go())


def test_a_header_that_moved_on_makes_its_lines_old_and_one_that_is_gone_takes_them_along(telling: Desk) -> None:
    filled(telling)

    async def go() -> None:
        await telling.update()
        for at in range(3):
            await telling.session.fetch_document(order(at))
        await telling.mirror.settled()
        assert isinstance(telling.server, ChangingServer)
        telling.server.touch("d0", modified=LATE)
        telling.server.remove("d2")
        await telling.mirror.lines.want(ACCOUNTS, wanted=False)
        await telling.update()
        held = await telling.mirror.lines.document(order(0))
        assert held is not None
        assert held.is_old
        await telling.mirror.drop(ACCOUNTS)
        assert await telling.mirror.lines.document(order(0)) is None

    run(go())


def test_a_break_in_the_middle_keeps_what_was_read(desk: Desk) -> None:
    filled(desk)

    async def go() -> None:
        await desk.update()
        await desk.mirror.lines.want(ACCOUNTS, wanted=True)
        for _ in range(2):
            desk.server.fail("fetch_document", NotReachable("Gone."), times=12)
        done = await desk.update()
        assert done.trouble
        desk.server.faults.clear()
        assert not (await desk.update()).trouble
        assert (await desk.mirror.status()).modules[0].documents == 3

    run(go())


def test_products_are_found_without_the_server_by_words_of_name_number_and_code(desk: Desk) -> None:
    filled(desk)

    async def go() -> None:
        await desk.update()
        reading = Reading(desk.session, desk.mirror)
        await desk.session.modules()
        assert await reading.find_products(ACCOUNTS, "Förder", 5) == (BELT,)
        desk.session.away = True
        before = len(desk.server.log)
        for words in ("förder", "FORDERBAND 235", "pro5", "belt-5"):
            assert await reading.find_products(ACCOUNTS, words, 5) == (BELT,), words
        assert await reading.find_products(ACCOUNTS, "nothing", 5) == ()
        assert await reading.known_products((RecordId(ACCOUNTS, "p1"), RecordId(ACCOUNTS, "p9"))) == (BELT,)
        with pytest.raises(NotReachable, match="lines of this document"):
            await reading.document(order(0))
        assert len(desk.server.log) == before

    run(go())


def test_nothing_is_kept_where_nothing_is_copied(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    try:
        filled(desk)

        async def go() -> None:
            await desk.session.fetch_document(order(0))
            await desk.mirror.settled()
            await desk.mirror.lines.keep_products((BELT,))
            assert not desk.mirror.exists
            assert await desk.mirror.lines.find_products("belt", 5) == ()

        run(go())
    finally:
        desk.close()


def test_secrets_of_a_header_are_not_kept(desk: Desk) -> None:
    filled(desk)
    desk.server.poke("d0", accesskey="abc", portal_password="geheim")

    async def go() -> None:
        await desk.update()
        header = desk.server.records["d0"]
        desk.server.documents["d0"] = type(desk.server.documents["d0"])(header=header)
        await desk.session.fetch_document(order(0))
        await desk.mirror.settled()

    run(go())
    for path in desk.mirror.path.parent.glob("*mirror*"):
        assert b"geheim" not in path.read_bytes()
    held = run(desk.mirror.lines.document(order(0)))
    assert held is not None
    assert not {"accesskey", "portal_password"} & set(held.document.header.values)


def test_shapes_and_products_come_back_as_they_were() -> None:
    shape = LineShape(rates={"VAT": (Decimal("7.5"), Decimal(24))}, taxes={"VAT": "VAT"}, shown=(FieldName("note"),))
    assert shape_from_json(shape_to_json(shape)) == shape
    assert hit_from_json(hit_to_json(BELT)) == BELT
