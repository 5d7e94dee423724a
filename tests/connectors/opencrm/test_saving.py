# SPDX-License-Identifier: MIT
"""Mistakes seven and eight: what is sent when saving, under which names; and what is never told."""

from collections.abc import Mapping

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector
from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.errors import (
    BadCredentials,
    Invalid,
    OutcomeUnclear,
    ServerFault,
    SessionExpired,
    UnknownOperation,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType, Operation
from crmdesk.domain.values import Value
from tests.connectors.opencrm.support import (
    PASSKEY,
    FakeHttp,
    connect,
    error,
    named,
    new_connector,
    reply,
)

CONTACT, TICKET = ModuleName("contact"), ModuleName("ticket")


class TestSeventhFields:
    def _http(self) -> FakeHttp:
        rows = [{"crmid": 1, "lastname": "Smith", "email": "a@b.co", "assigned_user_id": "3", "cf_9": "x"}]
        return FakeHttp({"edit_contact": 1, "get_contact": {**rows[0], "record_id": "1"},
                         "get_contact_list": rows, "get_contact_list_full": rows})  # fmt: skip

    def test_only_what_changed_is_sent(self) -> None:
        http = self._http()
        connector = connect(http)
        connector.update(Update(connector.fetch(RecordId(CONTACT, "1")), named({"cf_9": None, "never_seen": "y"})))
        sent = dict(http.last("edit_contact").params)
        assert {name: sent[name] for name in sent if name != "accesskey"} == {
            "crmid": "1",
            "cf_9": "",
            "never_seen": "y",
        }

    def test_a_new_record_needs_an_owner(self) -> None:
        http = self._http()
        with pytest.raises(Invalid) as caught:
            connect(http).create(Create("n", CONTACT, named({"lastname": "New"})))
        assert set(caught.value.per_field) == {"assigned_user_id"}
        http.answers["get_contact"] = {"record_id": "1", "lastname": "New"}
        made = connect(http, owner="3").create(
            Create("n", CONTACT, named({"lastname": "New", "phone": None, "fax": ""}))
        )
        sent = http.last("edit_contact").params
        assert (sent["crmid"], sent["assigned_user_id"], sent["lastname"]) == ("0", "3", "New")
        assert not {"phone", "fax"} & set(sent)
        assert made.id == RecordId(CONTACT, "1")

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"lastname": "", "assigned_user_id": "3"}, "lastname"),
            ({"email": "no address"}, "email"),
            ({"accountid": "Smith Ltd"}, "accountid"),
            ({"birthday": "4.8.1999"}, "birthday"),
            ({"do_not_email": "perhaps"}, "do_not_email"),
            ({"crmid": "7"}, "crmid"),
            ({"modifiedtime": "now"}, "modifiedtime"),
        ],
    )
    def test_the_server_checks_nothing_so_we_do(self, values: Mapping[str, Value], field: str) -> None:
        http = self._http()
        connector = connect(http)
        with pytest.raises(Invalid) as caught:
            connector.update(Update(connector.fetch(RecordId(CONTACT, "1")), named(values)))
        assert field in caught.value.per_field
        assert "edit_contact" not in http.operations()

    @pytest.mark.parametrize(
        "address", ["a@b.co", "a.b+c@d-e.example", "a@b.co; c@d.co", "ünï@exämple.de", "  a@b.co "]
    )
    def test_nothing_good_is_refused(self, address: str) -> None:
        http = self._http()
        connector = connect(http)
        connector.update(Update(connector.fetch(RecordId(CONTACT, "1")), named({"email": address})))
        assert http.last("edit_contact").params["email"] == address

    def test_a_number_that_was_cut_off_is_not_taken_for_the_record(self) -> None:
        """An edit answers a bare number, which is a number still when its end is missing."""
        http = self._http()
        connector = connect(http, owner="3")
        with pytest.raises(OutcomeUnclear) as caught:
            connector.create(Create("n", CONTACT, named({"lastname": "New"})))
        assert caught.value.may_be_done
        http.answers["edit_contact"] = 12
        with pytest.raises(OutcomeUnclear):
            connector.update(Update(connector.fetch(RecordId(CONTACT, "1")), named({"city": "x"})))
        http.answers["get_contact"] = error("Record not found")
        with pytest.raises(OutcomeUnclear):
            connector.create(Create("n", CONTACT, named({"lastname": "New"})))

    def test_a_number_field_takes_numbers(self) -> None:
        http = FakeHttp({"get_opportunity_list": [], "get_opportunity_list_full": []})
        connector = connect(http, owner="1")
        with pytest.raises(Invalid, match="Amount takes a number"):
            connector.create(Create("n", ModuleName("opportunity"), named({"potentialname": "x", "amount": "a lot"})))

    def test_there_is_no_delete_and_nobody_offers_it(self) -> None:
        connector = connect(self._http())
        assert all(Operation.DELETE not in module.operations for module in connector.list_modules())
        with pytest.raises(Unsupported):
            connector.delete(Delete(Record(RecordId(CONTACT, "1"), {})))
        relation = connector.list_relations(RecordId(CONTACT, "1"))[0]
        with pytest.raises(Unsupported):
            connector.unlink(RecordId(CONTACT, "1"), relation, RecordId(TICKET, "2"))


class TestEighthNames:
    @pytest.mark.parametrize(
        ("works", "asked"),
        [("edit_ticket", ["edit_ticket"]), ("edit_helpdesk", ["edit_ticket", "edit_helpdesk"])],
    )
    @pytest.mark.parametrize("refusal", [error("Invalid method"), error("No such thing"), reply("<html>", 404)])
    def test_a_disputed_name_is_tried_and_what_worked_is_remembered(
        self, works: str, asked: list[str], refusal: Reply
    ) -> None:
        names = dict.fromkeys(("edit_ticket", "edit_helpdesk"), refusal)
        http = FakeHttp({**names, works: 5, "get_ticket_list": [], "get_ticket_list_full": []})
        connector = connect(http, owner="1")
        connector.create(Create("n", TICKET, named({"title": "x"})))
        connector.create(Create("m", TICKET, named({"title": "y"})))
        assert [name for name in http.operations() if name.startswith("edit_")] == [*asked, works]

    @pytest.mark.parametrize(("first", "last"), [("edit_contract", "edit_contracts")])
    def test_where_no_name_works_the_reason_is_the_refusal_itself(self, first: str, last: str) -> None:
        answers = {first: error("Start date is wrong"), last: error("Invalid method")}
        http = FakeHttp({**answers, "get_contract_list": [], "get_contract_list_full": []})
        with pytest.raises(Invalid, match="Start date is wrong"):
            connect(http, owner="1").create(Create("n", ModuleName("contract"), {}))
        http.answers |= {first: error("Unknown method"), last: error("Invalid end point")}
        with pytest.raises(UnknownOperation):
            connect(http, owner="1").create(Create("n", ModuleName("contract"), {}))

    def test_after_an_unclear_answer_no_other_name_is_tried(self) -> None:
        http = FakeHttp(
            {"edit_ticket": reply(""), "edit_helpdesk": 5, "get_ticket_list": [], "get_ticket_list_full": []}
        )
        with pytest.raises(OutcomeUnclear):
            connect(http, owner="1").create(Create("n", TICKET, named({"title": "x"})))
        assert "edit_helpdesk" not in http.operations()

    @pytest.mark.parametrize("answer", ['"k3y0fThisSession"', "k3y0fThisSession", '{"k3y0fThisSession"}', '["k3y0fThisSession"]',
                                        '{"accesskey":"k3y0fThisSession"}', '\ufeff "k3y0fThisSession"\n'])  # fmt: skip
    def test_the_login_reply_is_a_text_however_it_is_wrapped(self, answer: str) -> None:
        http = FakeHttp({"login": reply(answer), "get_contact": {"record_id": "1", "lastname": "x"}})
        connect(http).fetch(RecordId(CONTACT, "1"))
        assert http.last("get_contact").params["accesskey"] == "k3y0fThisSession"
        assert "k3y0fThisSession" in http.secrets

    @pytest.mark.parametrize(
        "answer", [error("Invalid User Details - AUTHENTICATION FAILED"), error("Unauthorized"), reply('"Unauthorized"'),
                   reply('"Invalid User Details - AUTHENTICATION FAILED"')]
    )  # fmt: skip
    def test_wrong_keys_are_said_to_be_wrong(self, answer: Reply) -> None:
        with pytest.raises(BadCredentials, match=r"support@opencrm.co.uk|Check key and pass key"):
            new_connector(FakeHttp({"login": answer})).login()

    def test_unauthorized_ends_an_access_key_and_is_not_repeated_here(self) -> None:
        """The engine signs in again once; with both keys sent each time there is nothing to sign in to."""
        http = FakeHttp({"get_contact": error("Unauthorized")})
        connector = connect(http)
        with pytest.raises(SessionExpired):
            connector.fetch(RecordId(CONTACT, "1"))
        with pytest.raises(SessionExpired):
            connector.fetch(RecordId(CONTACT, "1"))
        assert http.operations().count("get_contact") == 1
        other = connect(FakeHttp({"get_contact": error("Unauthorized")}), sign_in="parameters")
        with pytest.raises(BadCredentials, match="another way of signing in"):
            other.fetch(RecordId(CONTACT, "1"))

    def test_the_profile_chooses_the_contact_method(self) -> None:
        http = FakeHttp({"edit_contact_custom2": 1, "get_contact_list": [], "get_contact_list_full": []})
        connect(http, contact_edit="edit_contact_custom2").update(
            Update(Record(RecordId(CONTACT, "1"), {}), named({"city": "x"}))
        )
        assert http.last("edit_contact_custom2").params["city"] == "x"


def test_nothing_secret_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"record_id": "1", "lastname": "x", "accesskey": "S3CRET", "user_password": "S3CRET"}
    connector = connect(FakeHttp({"get_contact": row}))
    record = connector.fetch(RecordId(CONTACT, "1"))
    assert "S3CRET" not in str(record)
    assert "S3CRET" not in str(connector.call("get_contact", {"crmid": "1"}))
    assert connector.call("login", {}) == "***"
    assert PASSKEY not in repr(connector.login())


def test_types_come_from_the_values() -> None:
    rows = [{"crmid": n, "cf_1": f"{n}.50", "cf_2": "2026-01-0" + str(n), "cf_3": f"x{n}@y.co", "cf_4": "00" + str(n),
             "cf_5": "2026-01-01T10:00:00+00:00", "cf_6": "a\nb", "cf_7": "12", "amount": "n/a"} for n in range(1, 5)]  # fmt: skip
    connector = connect(FakeHttp({"get_lead_list": rows[:1], "get_lead_list_full": rows}))
    schema = connector.describe(ModuleName("lead"))
    types = {field.name: field.type for field in schema.fields}
    assert [types[FieldName(f"cf_{n}")] for n in range(1, 8)] == [
        FieldType.DECIMAL, FieldType.DATE, FieldType.EMAIL, FieldType.TEXT, FieldType.DATETIME, FieldType.LONG_TEXT, FieldType.TEXT,
    ]  # fmt: skip
    assert types[FieldName("amount")] is FieldType.TEXT  # documents say money, a value says otherwise
    assert not schema.is_complete


def test_the_server_breaking_down_is_no_refusal() -> None:
    http = FakeHttp({"edit_contact": reply("", 500), "get_contact_list": [], "get_contact_list_full": []})
    with pytest.raises(ServerFault) as caught:
        connect(http).update(Update(Record(RecordId(CONTACT, "1"), {}), named({"city": "x"})))
    assert caught.value.may_be_done


def test_the_servers_own_search_is_asked_for_keywords() -> None:
    rows = [{"crmid": n, "lastname": f"Bob {n}"} for n in range(1, 9)]
    http = FakeHttp({"get_contact_list": rows})
    found = connect(http).find_by_keywords(CONTACT, " bob  one two ", 4)
    assert [record.id.key for record in found] == ["1", "2", "3", "4"]
    sent = http.last("get_contact_list").params
    assert (sent["keywords"], sent["limit_start"], sent["limit_end"]) == ("bob one two", "0", "4")
    assert connect(http).find_by_keywords(CONTACT, "  ", 4) == ()
    with pytest.raises(Unsupported):
        connect(http).find_by_keywords(ModuleName("user"), "bob", 4)


class TestDuplicates:
    """The server takes the same record twice, so we look first where it can be asked."""

    def _connector(self) -> tuple[FakeHttp, OpenCrmConnector]:
        rows: list[dict[str, object]] = [
                {"crmid": 1, "lastname": "Smith", "firstname": "Ann", "email": "ann@b.co"},
                {"crmid": 2, "lastname": "Smith", "firstname": "Bob", "email": "bob@b.co"}]  # fmt: skip

        def found(params: Mapping[str, str]) -> list[dict[str, object]]:
            name, _, value = (params.get("query_string") or "||").split("|")
            return [row for row in rows if not name or str(row[name]).lower() == value.lower()]

        http = FakeHttp({"get_contact_list": rows, "get_contact_list_full": found,
                         "get_contact_list_count": lambda params: len(found(params))})  # fmt: skip
        return http, connect(http)

    @pytest.mark.parametrize(
        ("values", "keys"),
        [
            ({"lastname": "SMITH", "firstname": "Ann"}, ["1"]),
            ({"lastname": "Smith", "firstname": "Cid", "email": "BOB@b.co"}, ["2"]),
            ({"lastname": "Smith"}, []),
            ({"lastname": "Smith", "firstname": "Ann", "email": "bob@b.co"}, ["2", "1"]),
            ({}, []),
        ],
    )
    def test_the_same_name_or_address_is_found(self, values: Mapping[str, Value], keys: list[str]) -> None:
        _, connector = self._connector()
        found = connector.find_duplicates(Create("n", CONTACT, named(values)))
        assert [record.id.key for record in found] == keys

    def test_nothing_is_looked_through_where_the_server_cannot_be_asked(self) -> None:
        http, connector = self._connector()
        http.answers["get_contact_list_count"] = error("unknown field")
        assert connector.find_duplicates(Create("n", CONTACT, named({"email": "ann@b.co"}))) == ()
        assert all(int(sent.params["limit_end"]) <= 50 for sent in http.of("get_contact_list_full"))
        assert connector.find_duplicates(Create("n", ModuleName("quote"), named({"subject": "x"}))) == ()
