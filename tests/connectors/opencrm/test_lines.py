# SPDX-License-Identifier: MIT
"""The fifth mistake, losing product lines: no edit does, a stranger's change is a conflict, a loss is found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.domain.changes import SaveDocument, Update
from crmdesk.domain.errors import (
    Conflict,
    Invalid,
    OutcomeUnclear,
)
from crmdesk.domain.line_check import LineTrouble, line_differences, restoring
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument
from tests.connectors.opencrm.support import (
    FakeHttp,
    connect,
    error,
    named,
    reply,
)

QUOTE, PRODUCT = ModuleName("quote"), ModuleName("product")


def line_row(key: str, product: str, **more: str) -> dict[str, object]:
    told = {"lineid": key, "linenumber": key[-1], "productid": product, "productname": f"P{product}", "quantity": "2",
            "listprice1": "100.00", "listprice2": "130.00", "buyprice": "60.00", "discount": "10%", "description": "D",
            "taxclass": "Standard", "taxpercent": "20.00", "taxvalue": "36.00"}  # fmt: skip
    return {**told, **more}


class Office:
    """One quote on a server that deletes every line it is not told, as the document says."""

    def __init__(self, lines: Sequence[Mapping[str, object]]) -> None:
        self.header: dict[str, object] = {"subject": "S", "total": "1", "record_id": "8660", "record_module": "Quotes"}
        self.lines = [dict(line) for line in lines]
        self.edits: list[dict[str, str]] = []
        self.http = FakeHttp(
            {"get_quote": self.get, "edit_quote": self.edit, "get_product": self.product, "get_quote_list": [],
             "get_quote_list_full": [{"crmid": 8660, **self.header}]}
        )  # fmt: skip
        self.connector = connect(self.http, owner="1")

    def get(self, params: Mapping[str, str]) -> object:
        return {"products": self.lines, **self.header}

    def product(self, params: Mapping[str, str]) -> object:
        known = params["crmid"] in ("9", "10", "11")
        return {"record_id": params["crmid"], "productname": "P"} if known else error("Record not found")

    def edit(self, params: Mapping[str, str]) -> object:
        form = {name: value for name, value in params.items() if name != "accesskey"}
        self.edits.append(form)
        self.header |= {name: value for name, value in form.items() if name not in ("crmid", "products")}
        if "products" in form:
            told = json.loads(form["products"])
            held = {str(line["lineid"]): line for line in self.lines}
            assert all(line["productid"] for line in told)
            self.lines = [
                held[line["lineid"]] | line if line["lineid"] != "0" else {**line, "lineid": f"9{at}"}
                for at, line in enumerate(told)
            ]
        return 8660

    def fetch(self) -> SalesDocument:
        return self.connector.fetch_document(RecordId(QUOTE, "8660"))


class TestFifthProductLines:
    @pytest.fixture
    def office(self) -> Office:
        return Office([line_row("381", "9"), line_row("382", "10"), line_row("383", "11")])

    def test_a_change_of_one_line_carries_every_line_and_its_product(self, office: Office) -> None:
        before = office.fetch()
        first = replace(before.lines[0], quantity=Decimal("2.5"))
        after = office.connector.save_document(SaveDocument(before, replace(before, lines=(first, *before.lines[1:]))))
        (edit,) = office.edits
        sent = json.loads(edit["products"])
        assert [(line["lineid"], line["productid"]) for line in sent] == [("381", "9"), ("382", "10"), ("383", "11")]
        assert sent[0]["quantity"] == "2.5"
        assert "quantity" not in sent[1]
        # "If supplementary currency values are not passed in, they will be set to 0": every price goes back.
        assert all((line["listprice2"], line["buyprice"]) == ("130.00", "60.00") for line in sent)
        assert not {"taxpercent", "taxvalue", "productname"} & {name for line in sent for name in line}
        assert line_differences(replace(before, lines=(first, *before.lines[1:])), after, before) == ()

    def test_a_header_change_never_sends_lines(self, office: Office) -> None:
        before = office.fetch()
        header = replace(before.header, values={**before.header.values, **named({"subject": "New"})})
        after = office.connector.save_document(SaveDocument(before, replace(before, header=header)))
        assert office.edits == [{"subject": "New", "crmid": "8660"}]
        assert len(after.lines) == 3
        office.connector.update(Update(before.header, named({"subject": "Newer"})))
        assert "products" not in office.edits[-1]

    def test_products_cannot_be_written_as_a_field(self, office: Office) -> None:
        with pytest.raises(Invalid):
            office.connector.update(Update(office.fetch().header, named({"products": "[]"})))
        assert office.edits == []

    def test_lines_are_read_anew_just_before_sending_and_a_strangers_line_is_a_conflict(self, office: Office) -> None:
        before = office.fetch()
        office.lines.append(line_row("384", "9"))
        first = replace(before.lines[0], text="Mine")
        with pytest.raises(Conflict) as caught:
            office.connector.save_document(SaveDocument(before, replace(before, lines=(first, *before.lines[1:]))))
        assert caught.value.server.id.key == "8660"
        assert office.edits == []
        assert len(office.lines) == 4
        assert office.http.operations()[-1] == "get_quote"

    def test_a_strangers_change_of_the_same_header_field_is_a_conflict(self, office: Office) -> None:
        before = office.fetch()
        office.header["subject"] = "Theirs"
        header = replace(before.header, values={**before.header.values, **named({"subject": "Mine"})})
        with pytest.raises(Conflict):
            office.connector.save_document(SaveDocument(before, replace(before, header=header)))
        assert office.edits == []

    def test_a_removed_line_goes_and_a_new_one_comes(self, office: Office) -> None:
        before = office.fetch()
        new = LineItem(key=None, position=4, product=RecordId(PRODUCT, "9"), unit_price=Decimal(50), text="Extra",
                       extras=named({"prd_cf_1": "x"}))  # fmt: skip
        after = office.connector.save_document(SaveDocument(before, replace(before, lines=(*before.lines[1:], new))))
        sent = json.loads(office.edits[0]["products"])
        assert [line["lineid"] for line in sent] == ["382", "383", "0"]
        assert sent[2] == {"lineid": "0", "productid": "9", "linenumber": "4", "quantity": "1", "listprice1": "50",
                           "description": "Extra", "prd_cf_1": "x"}  # fmt: skip
        assert [line.key for line in after.lines] == ["382", "383", "92"]

    def test_a_line_that_the_server_lost_is_found_and_can_be_restored(self, office: Office) -> None:
        before = office.fetch()
        wanted = replace(before, lines=(replace(before.lines[0], text="New"), *before.lines[1:]))
        kept = office.edit

        def loses_one(params: Mapping[str, str]) -> object:
            answer = kept(params)
            del office.lines[1]
            return answer

        office.http.answers["edit_quote"] = loses_one
        held = office.connector.save_document(SaveDocument(before, wanted))
        (lost,) = line_differences(wanted, held, before)
        assert (lost.trouble, lost.wanted) == (LineTrouble.LOST, wanted.lines[1])
        office.http.answers["edit_quote"] = kept
        again = office.connector.save_document(restoring(held, wanted))
        assert sorted(line.product.key for line in again.lines if line.product) == ["10", "11", "9"]

    def test_an_answer_that_never_came_after_sending_leaves_the_outcome_open(self, office: Office) -> None:
        before = office.fetch()
        office.http.answers["edit_quote"] = reply("")
        with pytest.raises(OutcomeUnclear):
            office.connector.save_document(SaveDocument(before, replace(before, lines=before.lines[:1])))

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"quantity": Decimal("1.25")}, "one decimal"),
            ({"product": None}, "choose a product"),
            ({"product": RecordId(PRODUCT, "404")}, "no product 404"),
            ({"discount_percent": Decimal(5), "discount_amount": Decimal(5)}, "two discounts"),
            ({"extras": {"contract_term": "1.5"}}, "whole number"),
            ({"extras": {"listprice2": "abc"}}, "takes a number"),
        ],
    )
    def test_what_the_server_would_take_and_make_nonsense_of_is_refused(
        self, office: Office, change: dict[str, object], words: str
    ) -> None:
        before = office.fetch()
        line = replace(before.lines[0], **{"discount_percent": None, **change})  # type: ignore[arg-type]
        with pytest.raises(Invalid, match=words):
            office.connector.save_document(SaveDocument(before, replace(before, lines=(line, *before.lines[1:]))))
        assert office.edits == []

    def test_a_raw_call_cannot_lose_lines_either(self, office: Office) -> None:
        products = json.dumps([{"lineid": "381", "productid": "9"}])
        with pytest.raises(Invalid, match="382, 383"):
            office.connector.call("edit_quote", {"crmid": "8660", "products": products})
        assert office.edits == []

    def test_a_new_document_goes_out_whole(self, office: Office) -> None:
        header = Record(RecordId(QUOTE, ""), named({"subject": "N"}))
        new = LineItem(key=None, position=1, product=RecordId(PRODUCT, "9"), quantity=Decimal("0.5"))
        office.connector.save_document(SaveDocument(None, SalesDocument(header=header, lines=(new,))))
        (edit,) = office.edits
        assert (edit["crmid"], edit["subject"], edit["assigned_user_id"]) == ("0", "N", "1")
        assert json.loads(edit["products"])[0]["quantity"] == "0.5"
