# SPDX-License-Identifier: MIT
"""Values: typed text becomes exactly what was meant, or is refused with a sentence."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.schema import Choice, Field, FieldType
from crmdesk.domain.values import PLAIN, Conventions, NotAValue, Value, key_text, parse, plain, same
from tests.domain import strategies as some

HELSINKI = timezone(timedelta(hours=2))
GERMAN = Conventions(decimal_point=",", group=".", date_order="dmy", zone=HELSINKI, yes="ja", no="nein")
ENGLISH = Conventions(decimal_point=".", group=",", date_order="dmy")
AMERICAN = Conventions(decimal_point=".", group=",", date_order="mdy")
FINNISH = Conventions(decimal_point=",", group="\u00a0", date_order="dmy", zone=HELSINKI, yes="kyllä", no="ei")
ALL = [PLAIN, GERMAN, ENGLISH, AMERICAN, FINNISH]

ways_of_writing = st.sampled_from(ALL)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)


def field(kind: FieldType, *choices: Choice, refers_to: tuple[str, ...] = ()) -> Field:
    modules = tuple(ModuleName(name) for name in refers_to)
    return Field(name=FieldName("f"), label="The field", type=kind, choices=choices, refers_to=modules)


def written(number: Decimal, ways: Conventions, grouped: bool) -> str:
    """A number as a person of that convention writes it."""
    text = format(number, ",f" if grouped and ways.group else "f")
    return text.replace(",", "\0").replace(".", ways.decimal_point).replace("\0", ways.group)


# --- numbers


@given(decimals, ways_of_writing, st.booleans())
def test_numbers_are_read_as_they_are_written(number: Decimal, ways: Conventions, grouped: bool) -> None:
    assert parse(written(number, ways, grouped), field(FieldType.MONEY), ways) == number


@given(st.integers(-(10**15), 10**15), ways_of_writing, st.booleans())
def test_whole_numbers_are_read_as_they_are_written(number: int, ways: Conventions, grouped: bool) -> None:
    value = parse(written(Decimal(number), ways, grouped), field(FieldType.INTEGER), ways)
    assert value == number
    assert type(value) is int


@given(decimals, st.sampled_from([(GERMAN, ENGLISH), (ENGLISH, GERMAN), (FINNISH, ENGLISH), (GERMAN, PLAIN)]))
def test_a_fraction_in_the_wrong_convention_never_becomes_another_number(
    number: Decimal, ways: tuple[Conventions, Conventions]
) -> None:
    """Four decimals: the mark can only be a decimal one, and is not theirs."""
    writer, reader = ways
    with pytest.raises(NotAValue):
        parse(written(number, writer, grouped=True), field(FieldType.DECIMAL), reader)


@pytest.mark.parametrize(
    ("ways", "text", "number"),
    [
        (GERMAN, "1.234,56", "1234.56"),
        (GERMAN, "1234,5", "1234.5"),
        (GERMAN, "1.234", "1234"),
        (GERMAN, "1 234,5", "1234.5"),
        (GERMAN, " −12,50 ", "-12.50"),
        (GERMAN, ",5", "0.5"),
        (GERMAN, "5,", "5"),
        (ENGLISH, "1,234.56", "1234.56"),
        (ENGLISH, "1,234", "1234"),
        (ENGLISH, "0.123", "0.123"),
        (ENGLISH, "+7", "7"),
        (FINNISH, "1 234 567,8", "1234567.8"),
        (FINNISH, "1\u00a0234,5", "1234.5"),
        (FINNISH, "1\u202f234,5", "1234.5"),
        (PLAIN, "1'234.5", "1234.5"),
        (PLAIN, "007", "7"),
    ],
)
def test_number_formats(ways: Conventions, text: str, number: str) -> None:
    value = parse(text, field(FieldType.MONEY), ways)
    assert isinstance(value, Decimal)
    assert str(value) == str(Decimal(number))


@pytest.mark.parametrize(
    ("ways", "text"),
    [
        (GERMAN, "1.5"),
        (GERMAN, "12.50"),
        (GERMAN, "0.123"),
        (GERMAN, "1,234.56"),
        (GERMAN, "1.23.456"),
        (GERMAN, "1.234 567"),
        (ENGLISH, "1,5"),
        (ENGLISH, "0,123"),
        (ENGLISH, "1.234,56"),
        (ENGLISH, "1,234,5"),
        (ENGLISH, "1.2.3"),
        (FINNISH, "1.5"),
        (FINNISH, "1 2"),
        (FINNISH, "12 3456"),
        (PLAIN, "1,234"),
        (PLAIN, "1e5"),
        (PLAIN, "NaN"),
        (PLAIN, "inf"),
        (PLAIN, "--1"),
        (PLAIN, "-"),
        (PLAIN, "."),
        (PLAIN, "0x10"),
        (PLAIN, "12 €"),
        (PLAIN, "abc"),
    ],
)
def test_ambiguous_or_broken_numbers_are_refused(ways: Conventions, text: str) -> None:
    with pytest.raises(NotAValue) as caught:
        parse(text, field(FieldType.DECIMAL), ways)
    assert f"write 1234{ways.decimal_point}56" in str(caught.value)


def test_fraction_is_no_whole_number() -> None:
    assert parse("3.00", field(FieldType.INTEGER)) == 3
    with pytest.raises(NotAValue, match="The field takes a whole number"):
        parse("3.5", field(FieldType.INTEGER))


# --- dates and times


@given(st.dates(min_value=date(1000, 1, 1)), ways_of_writing, st.sampled_from("./-"))
def test_dates_are_read_as_they_are_written(day: date, ways: Conventions, mark: str) -> None:
    parts = {"d": f"{day.day:02}", "m": f"{day.month}", "y": f"{day.year}"}
    text = mark.join(parts[letter] for letter in ways.date_order)
    assert parse(text, field(FieldType.DATE), ways) == day
    assert parse(day.isoformat(), field(FieldType.DATE), ways) == day


@pytest.mark.parametrize(
    ("ways", "text", "day"),
    [
        (GERMAN, "24.12.2026", date(2026, 12, 24)),
        (GERMAN, "1. 2. 2026", date(2026, 2, 1)),
        (ENGLISH, "3/4/2026", date(2026, 4, 3)),
        (AMERICAN, "3/4/2026", date(2026, 3, 4)),
        (FINNISH, "2026-1-5", date(2026, 1, 5)),
    ],
)
def test_date_formats(ways: Conventions, text: str, day: date) -> None:
    assert parse(text, field(FieldType.DATE), ways) == day


@pytest.mark.parametrize(
    ("ways", "text"),
    [
        (GERMAN, "24.12.26"),
        (GERMAN, "31.2.2026"),
        (GERMAN, "2026.12.24"),
        (AMERICAN, "24/12/2026"),
        (PLAIN, "24.12.2026"),
        (PLAIN, "2026-13-01"),
        (PLAIN, "0000-01-01"),
        (PLAIN, "2026-12"),
        (PLAIN, "tomorrow"),
    ],
)
def test_doubtful_dates_are_refused(ways: Conventions, text: str) -> None:
    with pytest.raises(NotAValue, match="2026-12-24"):
        parse(text, field(FieldType.DATE), ways)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24.12.2026 14:30", datetime(2026, 12, 24, 14, 30, tzinfo=HELSINKI)),
        ("24. 12. 2026 14:30:05", datetime(2026, 12, 24, 14, 30, 5, tzinfo=HELSINKI)),
        ("24.12.2026", datetime(2026, 12, 24, tzinfo=HELSINKI)),
        ("2026-12-24 14:30", datetime(2026, 12, 24, 14, 30, tzinfo=HELSINKI)),
        ("2026-12-24T14:30:00Z", datetime(2026, 12, 24, 14, 30, tzinfo=UTC)),
        ("2026-12-24T14:30+05:00", datetime(2026, 12, 24, 9, 30, tzinfo=UTC)),
    ],
)
def test_moments_without_a_zone_are_the_persons(text: str, moment: datetime) -> None:
    value = parse(text, field(FieldType.DATETIME), GERMAN)
    assert isinstance(value, datetime)
    assert value.tzinfo is not None
    assert value == moment


@pytest.mark.parametrize("text", ["14:30", "24.12.2026 25:00", "24.12.2026 noon", "31.2.2026 10:00", "soon"])
def test_broken_moments_are_refused(text: str) -> None:
    with pytest.raises(NotAValue):
        parse(text, field(FieldType.DATETIME), GERMAN)


def test_times() -> None:
    assert parse("9:05", field(FieldType.TIME)) == time(9, 5)
    assert parse("23:59:58", field(FieldType.TIME)) == time(23, 59, 58)
    for text in ("24:00", "9.30", "9", "12:60"):
        with pytest.raises(NotAValue, match="write 14:30"):
            parse(text, field(FieldType.TIME))


# --- the rest


@pytest.mark.parametrize("kind", list(FieldType))
@pytest.mark.parametrize("blank", ["", "  ", "\n\t"])
def test_blank_text_is_empty(kind: FieldType, blank: str) -> None:
    assert parse(blank, field(kind)) is None


def test_booleans_in_the_persons_words() -> None:
    kind = field(FieldType.BOOLEAN)
    assert [parse(text, kind, GERMAN) for text in ("1", "ja", "JA", "true")] == [True] * 4
    assert [parse(text, kind, GERMAN) for text in ("0", "nein", "off")] == [False] * 3
    with pytest.raises(NotAValue, match="The field is ja or nein, not maybe"):
        parse("maybe", kind, GERMAN)


def test_choices_by_value_by_translation_by_label_or_as_they_are() -> None:
    kind = field(FieldType.CHOICE, Choice("Hot", "Heiß"), Choice("Cold", "Hot"))
    assert parse("Hot", kind) == "Hot"
    assert parse("Heiß", kind) == "Hot"
    assert parse("Kuuma", kind, PLAIN, {"Kuuma": "Hot"}) == "Hot"
    assert parse(" Lukewarm ", kind) == "Lukewarm"


def test_several_choices() -> None:
    kind = field(FieldType.MULTI_CHOICE, Choice("A", "Label a"), Choice("B", "Label b"))
    for text in ("A; Label b", "A\nB", "A |##| B", "A;;B;"):
        assert parse(text, kind) == ("A", "B")
    assert parse(";", kind) is None


def test_references_know_their_module_where_there_is_one() -> None:
    assert parse(" 11x7 ", field(FieldType.REFERENCE, refers_to=("Accounts",))) == RecordId(
        ModuleName("Accounts"), "11x7"
    )
    several = field(FieldType.REFERENCE, refers_to=("Accounts", "Contacts"))
    assert parse("11x7", several) == RecordId(ModuleName(""), "11x7")


def test_text_keeps_its_blanks() -> None:
    assert parse("  two\nlines ", field(FieldType.LONG_TEXT)) == "  two\nlines "


@given(st.sampled_from(some.TYPES).flatmap(lambda kind: st.tuples(st.just(kind), some.BY_TYPE[kind])))
def test_plain_text_reads_back(pair: tuple[FieldType, Value]) -> None:
    kind, value = pair
    assert same(parse(plain(value), field(kind)), value)


@given(decimals | st.dates() | st.datetimes(timezones=st.just(UTC)) | st.booleans() | st.integers())
def test_plain_text_of_any_value_reads_back(value: Decimal | date | datetime | bool | int) -> None:
    kinds: list[tuple[type, FieldType]] = [
        (bool, FieldType.BOOLEAN),
        (int, FieldType.INTEGER),
        (Decimal, FieldType.DECIMAL),
        (datetime, FieldType.DATETIME),
        (date, FieldType.DATE),
    ]
    kind = next(kind for python, kind in kinds if isinstance(value, python))
    assert parse(plain(value), field(kind)) == value


def test_plain_text_is_never_scientific() -> None:
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("0E-8")) == "0.00000000"


# --- same

_any_value = st.one_of(*some.BY_TYPE.values())


@given(_any_value, _any_value, _any_value)
def test_same_is_an_equivalence(one: Value, two: Value, three: Value) -> None:
    assert same(one, one)
    assert same(one, two) == same(two, one)
    if same(one, two) and same(two, three):
        assert same(one, three)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (1, Decimal("1.00")),
        (None, ""),
        ((), None),
        (datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 14, tzinfo=HELSINKI)),
        (RecordId(ModuleName("A"), "1"), RecordId(ModuleName(""), "1")),
        (("a", "b"), ("b", "a")),
    ],
)
def test_same(one: Value, two: Value) -> None:
    assert same(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (True, 1),
        (False, 0),
        (False, None),
        (0, None),
        ("1", 1),
        ("a", "A"),
        ("a", "a "),
        (date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),
        (("a", "a"), ("a",)),
    ],
)
def test_not_same(one: Value, two: Value) -> None:
    assert not same(one, two)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Decimal("1.50"), Decimal("1.5")),
        (100, Decimal("100.00")),
        (Decimal("0"), Decimal("0.00")),
        (datetime(2026, 1, 31, 14, tzinfo=HELSINKI), datetime(2026, 1, 31, 12, tzinfo=UTC)),
        (("b", "a"), ("a", "b")),
        (" Koch ", "Koch"),
        (None, ""),
    ],
)
def test_what_is_the_same_is_looked_for_by_the_same_text(left: Value, right: Value) -> None:
    assert key_text(left) == key_text(right)
    assert key_text(left) != key_text("something else")
