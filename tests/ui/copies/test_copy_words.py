# SPDX-License-Identifier: MIT
"""Words about copies: today's times are short, other days are told, numbers are the person's own."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QLocale

from crmdesk.domain.names import AccountId, FieldName, ModuleName, RecordId
from crmdesk.engine.mirror import (
    Fit,
    Freshness,
    MirrorStatus,
    ModuleState,
    Phase,
    Progress,
    SearchHit,
    Source,
    Updated,
)
from crmdesk.ui.copies.copy_words import (
    detail_words,
    fresh_tip,
    fresh_words,
    progress_words,
    room_words,
    size_words,
    synced_words,
    updated_words,
    when_words,
)
from crmdesk.ui.formats import Formats

FORMATS = Formats(QLocale("en_SE"), UTC)
NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
ACCOUNTS = ModuleName("Accounts")


def state(**more: object) -> ModuleState:
    return ModuleState(module=ACCOUNTS, label="Account", rows=5, used_bytes=10, complete=True, **more)  # type: ignore[arg-type]


def test_a_moment_of_today_is_a_time_and_another_one_has_its_day() -> None:
    assert when_words(NOW, FORMATS, NOW) == "14:02"
    assert when_words(NOW - timedelta(days=2), FORMATS, NOW) == "2026-11-20 14:02"


def test_where_a_record_comes_from() -> None:
    now = datetime.now(UTC)
    assert fresh_words(Freshness(Source.EDIT, now), FORMATS) == "my edit"
    assert fresh_words(Freshness(Source.SERVER, now), FORMATS).startswith("server ")
    assert fresh_words(Freshness(Source.COPY, now), FORMATS).startswith("copy of ")
    assert fresh_words(Freshness(Source.COPY), FORMATS) == ""
    assert "not sent yet" in fresh_tip(Freshness(Source.EDIT), FORMATS)
    assert fresh_tip(Freshness(Source.SERVER, NOW), FORMATS) == "Read from the server on 2026-11-22 14:02."


def test_how_a_module_stands() -> None:
    assert synced_words(state(), FORMATS) == "the first copy is not finished"
    assert synced_words(state(synced_at=NOW - timedelta(days=900)), FORMATS).startswith("as on the server at 2024-")


def test_sizes_are_told_in_what_people_know() -> None:
    assert [size_words(n, FORMATS) for n in (0, 400, 1_500_000, 2_000_000_000)] == ["0 kB", "1 kB", "2 MB", "2 GB"]
    assert room_words(MirrorStatus(used_bytes=3_000_000), FORMATS) == "3 MB used on this computer"
    limited = MirrorStatus(used_bytes=3_000_000, limit_bytes=2_000_000_000)
    assert room_words(limited, FORMATS) == "3 MB of 2 GB used on this computer"


def test_progress_has_numbers() -> None:
    at = Progress(module=ACCOUNTS, phase=Phase.COPYING, rows=300, total=1200, module_number=2, modules=3)
    assert progress_words(at, "Organisations", FORMATS) == ("Copying Organisations (2 of 3)", "300 of 1\u00a0200")
    waiting = Progress(module=ACCOUNTS, phase=Phase.WAITING, wait_s=4.2)
    assert progress_words(waiting, "Organisations", FORMATS) == ("Organisations: the server asks to wait", "4 s")
    assert progress_words(None, "", FORMATS) == ("Updating the copy", "")


def test_the_end_of_an_update_names_what_went_wrong() -> None:
    done = (Updated(module=ACCOUNTS, changed=3), Updated(module=ModuleName("Leads"), trouble="No answer.", left_out=2))
    told = updated_words(done, {ModuleName("Leads"): "Lead"})
    assert told == (
        "The copy of 1 module is up to date. 3 records were new or different. Lead: No answer. "
        "2 records have no id and are left out."
    )


def test_a_hit_tells_why_it_was_found_and_what_tells_it_apart() -> None:
    hit = SearchHit(
        account=AccountId("a"), account_name="A", record=RecordId(ACCOUNTS, "1"), module_label="Account",
        title="Müller", field=FieldName("phone"), field_label="Phone", text="0421 1", fit=Fit.EXACT,
        fresh=Freshness(Source.COPY), beside=("Bremen", "m@m.example"),
    )  # fmt: skip
    assert detail_words(hit) == "Phone: 0421 1 · Bremen · m@m.example"
    assert detail_words(replace(hit, text="Müller")) == "Bremen · m@m.example"
    assert detail_words(replace(hit, text="", beside=())) == ""
