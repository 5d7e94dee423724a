# SPDX-License-Identifier: MIT
"""Row sources: in memory, and by pages of which few are kept."""

from crmdesk.ui.table.cells import Column, Kind, ListSource, PagedSource, Row, Segment, plain


def rows(first: int, count: int) -> list[Row]:
    return [Row(f"k{i}", (str(i),)) for i in range(first, first + count)]


def test_plain_text_of_segments() -> None:
    assert plain("as is") == "as is"
    assert plain((Segment("Vantaa", "choice:off"), Segment("", "check:on"))) == "Vantaa check on"


def test_numbers_and_dates_stand_at_the_far_edge() -> None:
    assert [kind for kind in Kind if Column(key="k", title="T", kind=kind).far] == [
        Kind.NUMBER,
        Kind.MONEY,
        Kind.TOTAL,
        Kind.DATE,
        Kind.DATETIME,
    ]


def test_list_source_keeps_places() -> None:
    source = ListSource(rows(0, 3))
    source.extend(rows(2, 2))
    assert source.row_count() == 5
    assert source.index_of("k2") == 2
    source.replace(1, Row("new", ("x",)))
    assert (source.index_of("k1"), source.index_of("new")) == (-1, 1)
    assert (source.index_of("k2"), source.index_of("k3")) == (2, 4)


def test_paged_source_asks_once_while_in_view_and_again_on_return() -> None:
    asked: list[tuple[int, int]] = []
    source = PagedSource(1000, lambda first, count: asked.append((first, count)), page_rows=100)
    source.want(150, 250)
    source.want(150, 250)
    assert asked == [(100, 100), (200, 100)]
    assert source.row(150) is None
    source.put(100, rows(100, 100))
    found = source.row(150)
    assert found is not None
    assert found.key == "k150"
    source.want(900, 999)
    source.want(150, 250)
    assert asked[2:] == [(900, 100), (200, 100)]


def test_paged_source_keeps_few_pages_and_last_page_is_short() -> None:
    asked: list[tuple[int, int]] = []

    def read(first: int, count: int) -> None:
        asked.append((first, count))
        source.put(first, rows(first, count))

    source = PagedSource(1050, read, page_rows=100, pages_kept=3)
    for first in (0, 100, 200, 1000):
        source.want(first, first)
    assert asked[-1] == (1000, 50)
    assert source.row(0) is None
    assert source.row(1049) is not None
    assert source.index_of("k1049") == 1049
    assert source.index_of("k0") == -1
    source.want(900, 5000)
    assert source.row(1049) is not None


def test_growing_forgets_a_short_last_page() -> None:
    source = PagedSource(50, lambda first, count: source.put(first, rows(first, count)), page_rows=100)
    source.want(0, 49)
    source.set_count(80)
    assert source.row(0) is None
    source.want(0, 79)
    assert source.row(79) is not None
    source.forget()
    assert source.row(79) is None
