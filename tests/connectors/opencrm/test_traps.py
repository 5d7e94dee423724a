# SPDX-License-Identifier: MIT
"""Mistakes that a naive client makes with this vendor, each shown not to be made: reading (1 to 4, 6)."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.opencrm import parse
from crmdesk.connectors.wire.http import HttpClient
from crmdesk.domain.changes import Update
from crmdesk.domain.errors import (
    CrmError,
    Invalid,
    OutcomeUnclear,
)
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.planning import plan
from crmdesk.domain.query import And, Compare, Op, Query
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from tests.connectors.contract import everything
from tests.connectors.opencrm.support import (
    KEY,
    FakeHttp,
    connect,
    connected,
    demo,
    error,
    named,
    new_connector,
    one_hit,
    reply,
)

CONTACT, QUOTE = ModuleName("contact"), ModuleName("quote")


class Shelf:
    """A list that answers windows as the document says: from limit_start to limit_end, both absolute."""

    def __init__(self, rows: int) -> None:
        self.rows: list[dict[str, object]] = [{"id": n, "crmid": n, "city": f"City {n}"} for n in range(1, rows + 1)]
        self.asked: list[tuple[int, int]] = []

    def __call__(self, params: Mapping[str, str]) -> object:
        start, end = int(params["limit_start"]), int(params["limit_end"])
        self.asked.append((start, end))
        return self.cut(start, end)

    def cut(self, start: int, end: int) -> list[dict[str, object]]:
        return self.rows[start:end]


class CountsFromStart(Shelf):
    """A server that takes limit_end for a number of rows."""

    def cut(self, start: int, end: int) -> list[dict[str, object]]:
        return self.rows[start : start + end]


class KnowsNoLimits(Shelf):
    """A server that sends everything each time."""

    def cut(self, start: int, end: int) -> list[dict[str, object]]:
        return self.rows


class TestFirstUserAgent:
    """The default User-Agent of Python's HTTP libraries is turned away by a firewall."""

    def test_ours_is_let_in_where_pythons_is_not(self) -> None:
        with demo() as server:
            connector = connected(server)
            assert connector.login().full_name
            connector.close()
            agents = {seen.request.headers["user-agent"] for seen in server.seen}
            assert len(agents) == 1
            assert next(iter(agents)).startswith("crmdesk/")
            assert "python" not in next(iter(agents)).lower()
            refused = HttpClient(proxy="", user_agent="python-requests/2.32").post_form(
                f"http://127.0.0.1:{server.port}/opencrm/api/rest/login", {}, write=False
            )
            assert refused.status == 403

    def test_a_firewalls_page_says_whom_to_ask(self) -> None:
        http = FakeHttp({"login": reply("<html><h1>403 Forbidden</h1></html>", 403)})
        with pytest.raises(CrmError, match="turned the request away"):
            new_connector(http).login()

    def test_every_request_is_a_post_without_keys_in_its_address(self) -> None:
        with demo() as server:
            for style in ("accesskey", "parameters", "headers"):
                connector = connected(server, sign_in=style, owner="1")
                connector.login()
                page = connector.fetch_page(Query(CONTACT), None, 3)
                connector.fetch(page.records[0].id)
                connector.count(Query(CONTACT))
                connector.update(Update(page.records[0], named({"description": "x"})))
                connector.close()
            assert len(server.seen) > 12
            assert all(seen.request.method == "POST" for seen in server.seen)
            assert all(not seen.request.query and KEY not in seen.request.path for seen in server.seen)


class TestSecondErrorsAtHttp200:
    @pytest.mark.parametrize("answer", [error("Unauthorized"), error("Something odd"), error("")])
    def test_an_error_is_an_error_whatever_the_status(self, answer: Reply) -> None:
        connector = connect(FakeHttp({"get_contact": answer}))
        with pytest.raises(CrmError) as caught:
            connector.fetch(RecordId(CONTACT, "1"))
        assert caught.value.user_text
        assert KEY not in caught.value.detail

    @pytest.mark.parametrize("answer", [0, "0", False, None, [], {}, {"status": "ok"}, ""])
    def test_an_edit_without_a_number_is_no_success(self, answer: object) -> None:
        connector = connect(FakeHttp({"edit_company": answer, "get_company_list": [], "get_company_list_full": []}))
        with pytest.raises(OutcomeUnclear) as caught:
            connector.update(Update(Record(RecordId(ModuleName("company"), "1"), {}), named({"city": "x"})))
        assert caught.value.may_be_done

    def test_a_sentence_instead_of_a_number_is_the_reason_why_not(self) -> None:
        connector = connect(
            FakeHttp({"edit_quote": "Invalid product", "get_quote_list": [], "get_quote_list_full": []})
        )
        with pytest.raises(Invalid, match="Invalid product"):
            connector.update(Update(Record(RecordId(QUOTE, "1"), {}), named({"subject": "x"})))


class TestThirdLimits:
    @pytest.mark.parametrize("kind", [Shelf, CountsFromStart, KnowsNoLimits])
    @pytest.mark.parametrize("rows", [0, 1, 49, 50, 51, 100, 173])
    def test_every_row_comes_once(self, kind: type[Shelf], rows: int) -> None:
        shelf = kind(rows)
        connector = connect(FakeHttp({"get_contact_list_full": shelf}))
        found = everything(connector, Query(CONTACT), 50)
        assert [record.id.key for record in found] == [str(n) for n in range(1, rows + 1)]

    def test_the_end_is_absolute_and_pages_overlap_by_the_last_row(self) -> None:
        shelf = Shelf(120)
        everything(connect(FakeHttp({"get_contact_list_full": shelf})), Query(CONTACT), 50)
        assert shelf.asked == [(0, 50), (49, 100), (99, 150)]

    def test_rows_that_move_while_we_read_begin_anew(self) -> None:
        shelf = Shelf(120)
        connector = connect(FakeHttp({"get_contact_list_full": shelf}))
        first = connector.fetch_page(Query(CONTACT), None, 50)
        shelf.rows.insert(0, {"id": 999, "crmid": 999, "city": "New"})
        second = connector.fetch_page(Query(CONTACT), first.next, 50)
        assert second.restarted
        assert second.records[0].id.key == "999"

    def test_a_list_that_never_rests_ends_all_the_same(self) -> None:
        shelf = Shelf(120)

        def restless(params: Mapping[str, str]) -> object:
            shelf.rows = shelf.rows[7:] + shelf.rows[:7]
            return shelf(params)

        connector = connect(FakeHttp({"get_contact_list_full": restless}))
        cursor: Cursor | None = None
        for _ in range(40):
            page = connector.fetch_page(Query(CONTACT), cursor, 50)
            cursor = page.next
            if cursor is None:
                return
        raise AssertionError("the pages never end")


class TestFourthConditions:
    def _sent(self, where: Compare | And) -> str | None:
        rows = [{"crmid": 1, "city": "London", "lastname": "Smith", "accountid": "7"}]
        http = FakeHttp({"get_contact_list": rows, "get_contact_list_full": rows, "get_contact_list_count": one_hit})
        connector = connect(http)
        planned = plan(Query(CONTACT, where=where), connector.capabilities, connector.describe(CONTACT))
        connector.fetch_page(planned.pushed, None, 10)
        return http.last("get_contact_list_full").params.get("query_string")

    def test_one_condition_is_sent_of_several(self) -> None:
        city, name = Compare(FieldName("city"), Op.CONTAINS, "Lond"), Compare(FieldName("lastname"), Op.EQ, "Smith")
        assert self._sent(And((city, name))) == "lastname|=|Smith"

    @pytest.mark.parametrize(
        ("op", "value", "sent"),
        [
            (Op.EQ, "a|b and more", "city|CONTAINS|b and more"),
            (Op.EQ, "O'Brien & Sons", "city|CONTAINS|Brien"),
            (Op.CONTAINS, "50%", "city|CONTAINS|50"),
            (Op.STARTS_WITH, "St_Albans", "city|BEGINS|St"),
            (Op.STARTS_WITH, "|St", "city|CONTAINS|St"),
            (Op.EQ, "  London ", "city|CONTAINS|London"),
            (Op.EQ, "Plzeň", "city|CONTAINS|Plze"),
            (Op.EQ, "大阪", None),
            (Op.CONTAINS, "\\", None),
            (Op.CONTAINS, "x|", None),
        ],
    )
    def test_of_a_doubtful_value_the_harmless_part_is_asked(self, op: Op, value: str, sent: str | None) -> None:
        assert self._sent(Compare(FieldName("city"), op, value)) == sent

    def test_a_link_is_asked_by_number(self) -> None:
        where = Compare(FieldName("accountid"), Op.EQ, RecordId(ModuleName("company"), "7"))
        assert self._sent(where) == "accountid|=|7"

    def test_a_name_that_the_server_does_not_filter_by_is_never_asked(self) -> None:
        """Its names in query_string may differ from those in answers: a wrong one would hide rows."""
        rows = [{"crmid": n, "city": "London" if n % 2 else "Leeds", "lastname": "x"} for n in range(1, 21)]
        counts: list[str] = []

        def count(params: Mapping[str, str]) -> object:
            counts.append(params.get("query_string", ""))
            return error("Invalid query string: unknown field city")

        http = FakeHttp({"get_contact_list_full": rows, "get_contact_list": rows, "get_contact_list_count": count})
        connector = connect(http)
        where = Compare(FieldName("city"), Op.EQ, "Leeds")
        assert len(connector.fetch_page(Query(CONTACT, where=where), None, 50).records) == 20
        assert connector.count(Query(CONTACT, where=where)) == 10
        assert counts == ["city|=|London"]
        assert all("query_string" not in sent.params for sent in http.of("get_contact_list_full"))
        field = connector.describe(CONTACT).field("city")
        assert field is not None
        assert not field.filterable

    def test_a_condition_that_the_server_passes_over_is_not_believed(self) -> None:
        """It finds every record by a name that it does not know: such a count would be wrong."""
        rows = [{"crmid": n, "city": "London" if n % 2 else "Leeds", "lastname": "x"} for n in range(1, 21)]
        http = FakeHttp({"get_contact_list_full": rows, "get_contact_list": rows, "get_contact_list_count": len(rows)})
        connector = connect(http)
        where = Compare(FieldName("city"), Op.EQ, "Leeds")
        assert connector.count(Query(CONTACT, where=where)) == 10
        assert all("query_string" not in sent.params for sent in http.of("get_contact_list_full"))

    def test_the_owner_is_asked_under_the_name_that_works(self) -> None:
        rows = [{"crmid": 1, "smownerid": "3", "lastname": "x"}]

        def count(params: Mapping[str, str]) -> object:
            known = params["query_string"].startswith("crmentity.smownerid|")
            return one_hit(params) if known else error("unknown field")

        http = FakeHttp({"get_contact_list_full": rows, "get_contact_list": rows, "get_contact_list_count": count})
        connector = connect(http)
        where = Compare(FieldName("assigned_user_id"), Op.EQ, RecordId(ModuleName("user"), "3"))
        connector.fetch_page(Query(CONTACT, where=where), None, 50)
        assert http.last("get_contact_list_full").params["query_string"] == "crmentity.smownerid|=|3"

    def test_letters_are_not_asked_of_a_server_that_tells_accents_apart(self) -> None:
        rows = [{"crmid": 1, "city": "Jyväskylä"}, {"crmid": 2, "city": "London"}]

        def count(params: Mapping[str, str]) -> object:
            return 0 if "Jyv" in params["query_string"].title() else 1

        http = FakeHttp({"get_contact_list_full": rows, "get_contact_list": rows, "get_contact_list_count": count})
        connector = connect(http)
        connector.fetch_page(Query(CONTACT, where=Compare(FieldName("city"), Op.EQ, "Jyvaskyla")), None, 50)
        assert "query_string" not in http.last("get_contact_list_full").params


class TestSixthDates:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("2015-08-04T15:04:01+01:00", datetime(2015, 8, 4, 14, 4, 1, tzinfo=UTC)),
            ("2015-08-04 15:04:01", datetime(2015, 8, 4, 15, 4, 1, tzinfo=UTC)),
            ("2015-08-04", date(2015, 8, 4)),
            ("04-08-2015", date(2015, 8, 4)),
            ("31-12-2015", date(2015, 12, 31)),
            ("12-31-2015", "12-31-2015"),
            ("31-02-2015", "31-02-2015"),
            ("0000-00-00", None),
            ("00-00-0000", None),
            ("0000-00-00 00:00:00", None),
            ("-0001-11-30T00:00:00+00:00", None),
            ("04-08-2015 and later", "04-08-2015 and later"),
        ],
    )
    def test_each_spelling_is_read(self, text: str, value: Value) -> None:
        assert parse.value_of("cf_1", text) == value

    def test_a_date_that_came_with_a_time_is_a_date_where_documents_say_so(self) -> None:
        assert parse.value_of("birthday", "2015-08-04T00:00:00+01:00") == date(2015, 8, 4)

    def test_dates_are_written_year_first(self) -> None:
        http = FakeHttp({"edit_contact": 1, "get_contact_list": [], "get_contact_list_full": []})
        record = Record(RecordId(CONTACT, "1"), {})
        connect(http).update(Update(record, named({"birthday": date(1999, 4, 8), "lastname": "x"})))
        assert http.last("edit_contact").params["birthday"] == "1999-04-08"
