# SPDX-License-Identifier: MIT
"""Recipes: what a file may say, and what it comes to on a server."""

import pytest

from crmdesk.domain.bulk import BulkKind
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.engine.recipes import Found, Kitchen, Recipe, read_recipe
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import CITY, NAME, STAFF

BASE = """
title = "Espoo"
module = "Accounts"
where = "bill_city = 'Esbo'"
[[change]]
field = "bill_city"
set = "Espoo"
"""


def test_a_recipe_is_read() -> None:
    text = BASE + (
        '[[change]]\nfield = "accountname"\nreplace = "Ltd"\nwith = "Oy"\nmatch_case = true\n'
        '[[change]]\nfield = "employees"\nclear = true\n'
        '[expect]\nrecords = [40, 60]\nnever_touch = ["revenue"]\nstop_after_failures = 3\n'
    )
    recipe = read_recipe(text)
    assert (recipe.title, recipe.module, recipe.least, recipe.most) == ("Espoo", "Accounts", 40, 60)
    assert [step.kind for step in recipe.steps] == [BulkKind.SET, BulkKind.REPLACE, BulkKind.CLEAR]
    assert (recipe.steps[1].raw, recipe.steps[1].put, recipe.steps[1].match_case) == ("Ltd", "Oy", True)
    assert (recipe.never_touch, recipe.stop_after_failures) == (frozenset({FieldName("revenue")}), 3)
    assert "expects 40 to 60 records and found 39" in recipe.problem(39)
    assert recipe.problem(40) == recipe.problem(60) == ""
    assert "expects 5 records" in read_recipe(BASE + "[expect]\nrecords = 5\n").problem(6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = ", "no TOML"),
        (BASE.replace("where", "wehre"), "knows no “wehre”"),
        (BASE.replace('module = "Accounts"', ""), "“module” is missing"),
        (BASE.replace("where = \"bill_city = 'Esbo'\"", ""), "which records"),
        (BASE.replace("[[change]]", '\nids = ["a"]\n[[change]]', 1), "which records"),
        (BASE.split("[[change]]")[0], "changes nothing"),
        (BASE + 'clear = true\n', "takes one of"),
        (BASE.replace('set = "Espoo"', ""), "takes one of"),
        (BASE.replace('set = "Espoo"', "clear = 1"), "“clear” is true"),
        (BASE.replace('set = "Espoo"', 'replace = "x"'), "needs “with”"),
        (BASE + 'with = "x"\n', "belongs to “replace”"),
        (BASE.replace('set = "Espoo"', "prefix = 5"), "takes a text"),
        (BASE + "only_empty = 1\n", "true or false"),
        (BASE + "[expect]\nrecords = [5, 2]\n", "smaller number"),
        (BASE + "[expect]\nrecords = true\n", "a number or two"),
        (BASE + '[expect]\nnever_touch = "x"\n', "list of texts"),
        (BASE + '[expect]\nnever_touch = ["bill_city"]\n', "never to be touched"),
        (BASE + "[expect]\nstop_after_failures = -1\n", "from 0 up"),
        (BASE + "[expect]\nrows = 1\n", "knows no “rows”"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_so_is_said(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_recipe(text)


def work_out(bench: Bench, recipe: Recipe) -> Found:
    return run(Kitchen(bench.session, bench.staged).work_out(recipe))


def test_what_it_comes_to(bench: Bench) -> None:
    for number in range(6):
        bench.server.add(f"r{number}", accountname=f"N{number} Ltd", bill_city="Esbo" if number < 4 else "Turku")
    bench.server.add("r9", accountname="Already", bill_city="Esbo", employees=3)
    recipe = read_recipe(
        BASE.replace("[[change]]", '[[change]]\nfield = "employees"\nset = 7\nonly_empty = true\n[[change]]', 1)
    )
    found = work_out(bench, recipe)
    assert (found.records, len(found.wishes), found.refused) == (5, 5, ())
    assert found.wishes[0].values == {STAFF: 7, CITY: "Espoo"}
    assert found.wishes[-1].values == {CITY: "Espoo"}
    assert found.wishes[0].title == "N0 Ltd"
    assert set(found.wishes[0].guards) == {STAFF, CITY}
    assert bench.staged.all() == ()


def test_ids_values_and_fields_that_are_not_there(bench: Bench) -> None:
    bench.server.add("a", accountname="A", bill_city="Esbo")
    by_id = BASE.replace("where = \"bill_city = 'Esbo'\"", 'ids = ["a", "b"]')
    found = work_out(bench, read_recipe(by_id))
    assert (found.records, found.missing, found.wishes[0].guards) == (1, ("b",), {})
    for text, says in (
        (BASE.replace('field = "bill_city"', 'field = "town"'), "no field town"),
        (BASE.replace('"Accounts"', '"Nowhere"'), "no module Nowhere"),
        (BASE.replace("bill_city = ", "town = "), "town"),
        (BASE + '[expect]\nnever_touch = ["town"]\n', "no field town"),
        (BASE + "[expect]\nrecords = 2\n", "expects 2 records and found 1"),
        (BASE.replace('field = "bill_city"', 'field = "employees"'), "not a number"),
        (BASE.replace('field = "bill_city"', 'field = "account_no"'), "cannot be changed"),
    ):
        with pytest.raises(Invalid, match=says):
            work_out(bench, read_recipe(text))


def test_a_record_that_cannot_take_it_is_refused_and_the_rest_goes_on(bench: Bench) -> None:
    bench.server.add("a", accountname="A", bill_city="Esbo")
    bench.server.add("b", accountname=None, bill_city="Esbo")
    text = BASE.replace('field = "bill_city"\nset = "Espoo"', 'field = "accountname"\nreplace = "A"\nwith = ""')
    found = work_out(bench, read_recipe(text))
    assert [record.id.key for record, _ in found.refused] == ["a"]  # the name must stay filled
    assert (found.wishes, found.same) == ((), 1)
    assert NAME == "accountname"
