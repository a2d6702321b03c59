"""What a notice cites by the law of its host's country: the verified row of the day, or no law; and never another."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.reports.law.test_data import configured, written
from tests.node.reports.takedown.test_citations import COUNTRIES, UNION, portal, sent, text_of
from tests.node.reports.takedown.worlds import REASON, World, make_world, scope

from vaern.node.base.refusals import Refusal
from vaern.node.law import actions as law
from vaern.node.law.data import load, newest
from vaern.node.law.models import LawRow
from vaern.node.law.records import Basis
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.law import checks
from vaern.node.reports.models import Notice
from vaern.node.reports.rules import duties, national_files
from vaern.node.reports.rules.national_texts import NationalText, clashes, speaks_for
from vaern.node.reports.takedown import citations, notices
from vaern.node.reports.takedown.labels import KINDS
from vaern.node.reports.takedown.national.forms import NationalForm
from vaern.node.reports.takedown.national.register import REGISTER, TABLE
from vaern.node.web.mail import send_waiting

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client
    from tests.node.inbox import Inbox

    from vaern.node.organisations.viewers import Viewer

KEEPING = Reason(Why.ADMINISTRATION)
DAY = date(2026, 11, 28)
ONE = timedelta(days=1)
FICTIONAL = NationalText(
    code="act-7",
    country="XB",
    kinds=("host",),
    since=DAY - 10 * ONE,
    until=DAY + 10 * ONE,
    read=DAY,
    heading={"en": "Notice under Act 7 of Xanadu", "da": "Anmeldelse efter Xanadus lov 7"},
    source="Gazette 7",
    duty={"en": "Section 1 asks you to act.", "da": "Paragraf 1 kræver, at I handler."},
)
TEXT: dict[str, Any] = {
    "code": "act-7",
    "kinds": ["host"],
    "heading": {"en": "Notice under Act 7"},
    "duty": {"en": "Section 1 asks it."},
    "valid_from": "2020-01-01",
    "valid_to": None,
    "source": "https://law.example/act-7",
    "read": "2026-11-28",
}


def keeper() -> Viewer:
    return viewer_for(make_person("legal", make_organisation("authority")))


def added(content: NationalText, *, verified: bool = True) -> LawRow:
    row = law.add(keeper(), KEEPING, TABLE, content)
    if verified:
        law.verify(keeper(), KEEPING, row, "Gazette 7, read on a Monday")
    return row


def changed(**given: Any) -> NationalText:
    return msgspec.structs.replace(FICTIONAL, **given)


# Which text, on which day ---------------------------------------------------------------------------------------------


_KINDS = st.sets(st.sampled_from(sorted(KINDS))).map(lambda found: tuple(sorted(found)))


@st.composite
def texts(draw: st.DrawFn) -> list[NationalText]:
    found = []
    for number in range(draw(st.integers(0, 5))):
        since = DAY + draw(st.integers(0, 4)) * ONE
        until = draw(st.none() | st.integers(0, 4).map(lambda days, since=since: since + days * ONE))
        found.append(
            changed(
                code=f"act-{number}",
                country=draw(st.sampled_from(["XA", "XB"])),
                kinds=draw(_KINDS),
                since=since,
                until=until,
            )
        )
    return found


@given(texts(), st.sampled_from(["XA", "XB", "XC"]), st.sampled_from(sorted(KINDS)), st.integers(-1, 10))
def test_of_texts_that_do_not_clash_the_one_of_the_day_speaks(
    found: list[NationalText], country: str, kind: str, days: int
) -> None:
    on = DAY + days * ONE
    fitting = [
        one
        for one in found
        if one.country == country
        and (not one.kinds or kind in one.kinds)
        and one.since <= on <= (one.until or date.max)
    ]
    spoken = speaks_for(found, country, kind, on)
    assert (spoken in fitting) if fitting else spoken is None
    if not clashes(found):
        assert len(fitting) <= 1


@given(texts())
def test_two_clash_exactly_where_both_speak_to_somebody_on_some_day(found: list[NationalText]) -> None:
    naive = {
        (one.code, other.code)
        for place, one in enumerate(found)
        for other in found[place + 1 :]
        for country in ("XA", "XB")
        for kind in KINDS
        for days in range(-1, 12)
        if all(speaks_for([each], country, kind, DAY + days * ONE) for each in (one, other))
    }
    assert {(one.code, other.code) for one, other in clashes(found)} == naive


@pytest.mark.django_db
def test_a_text_is_cited_from_its_first_day_to_its_last_and_to_whom_it_binds() -> None:
    added(FICTIONAL)
    for days in range(-12, 13):
        for country in ("XB", "XA", "GB", "US", "DK", ""):
            for kind in KINDS:
                cited = citations.text_for(country, kind, DAY + days * ONE)
                if country == "XB" and kind == "host" and -10 <= days <= 10:
                    assert cited.code == "xb:act-7:1"
                else:
                    assert cited == duties.text_for(country, kind, DAY + days * ONE)


@pytest.mark.django_db
def test_law_of_the_union_goes_before_that_of_a_member_and_the_law_of_a_country_before_what_is_shipped() -> None:
    for country in ("DK", "US"):
        added(changed(country=country, kinds=()))
    assert citations.text_for("DK", "host", DAY).code == "dsa-16"
    assert citations.text_for("DK", "registrar", DAY).code == "dk:act-7:1"
    assert citations.text_for("US", "host", DAY).code == "us:act-7:1"
    assert not citations.text_for("US", "host", DAY).flagger


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["add", "verify", "correct", "withdraw", "refile", "own"]), max_size=7))
def test_what_nobody_verified_is_never_cited(steps: list[str]) -> None:
    with transaction.atomic():
        _walk(steps)
        transaction.set_rollback(True)


def _walk(steps: list[str]) -> None:
    first, second, row, verified = keeper(), keeper(), None, False
    for number, step in enumerate(steps):
        if step == "add" and row is None:
            row, verified = law.add(first, KEEPING, TABLE, changed(source=f"Gazette {number}")), False
        elif step == "own" and row is not None:
            with pytest.raises(Refusal):
                law.verify(first, KEEPING, row, "Mine")
        elif step == "verify" and row is not None:
            law.verify(second, KEEPING, row, "Gazette 7")
            verified = True
        elif step == "correct" and row is not None:
            row, verified = law.correct(first, KEEPING, row, source=f"Gazette {number}"), False
        elif step == "withdraw" and row is not None:
            law.withdraw(first, KEEPING, row)
            row, verified = None, False
        elif step == "refile":
            load(REGISTER)
        cited = citations.text_for("XB", "host", DAY).code
        assert cited == (f"xb:act-7:{row.version}" if row and verified else "elsewhere")


@pytest.mark.django_db
def test_two_texts_at_once_are_refused() -> None:
    added(FICTIONAL)
    with pytest.raises(Refusal, match="end one of them first"):
        added(changed(code="act-8", kinds=(), since=DAY, until=None))
    added(changed(code="act-8", kinds=("owner",)))
    added(changed(code="act-9", since=DAY + 11 * ONE, until=None))
    assert citations.text_for("XB", "host", DAY + 11 * ONE).code == "xb:act-9:1"


@pytest.mark.django_db
def test_what_is_made_up_is_cited_by_no_real_node(monkeypatch: pytest.MonkeyPatch) -> None:
    added(changed(synthetic=True))
    assert citations.text_for("XB", "host", DAY).code == "xb:act-7:1"
    configured(monkeypatch, synthetic=False)
    assert citations.text_for("XB", "host", DAY).code == "elsewhere"


# Notices --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", duties.LANGUAGES)
def test_a_notice_goes_on_saying_what_it_said_though_its_text_is_corrected_and_withdrawn(
    inbox: Inbox, client: Client, language: str
) -> None:
    today = timezone.localdate()
    row = added(changed(since=today, until=None))
    world = make_world()
    notice = sent(world, "XB", language)
    assert notice.cites == "xb:act-7:1"
    first = keeper()
    later = law.correct(first, KEEPING, row, heading={"en": "Another heading"}, duty={"en": "Another duty"})
    law.verify(keeper(), KEEPING, later, "Gazette 8")
    assert citations.text_for("XB", "host", today).said("da").heading == "Another heading"
    law.withdraw(first, KEEPING, later)
    with scope(world):
        notices.remind(world.viewer, REASON, world.now())
    send_waiting()
    assert len(inbox.mails) == 2
    page = client.get(portal(notice)).content.decode()
    for text in (*map(text_of, inbox.mails), page):
        assert FICTIONAL.heading[language] in text
        assert FICTIONAL.duty[language] in text
        assert "Another" not in text
    assert "cites=xb:act-7:1" in tags_of_last()


def tags_of_last() -> str:
    from vaern.node.ledger.models import Entry

    return str(Entry.objects.filter(tags__contains="cites=").order_by("-id").values_list("tags", flat=True)[0])


def test_a_code_of_no_text_is_of_none(db: object) -> None:
    for code in ("xb:act-7:1", "xb:act-7:x", "xb:", "unknown"):
        with pytest.raises(KeyError):
            citations.text(code)


@pytest.mark.django_db
def test_whoever_sends_a_notice_reads_what_it_cites_and_that_a_text_waits(client: Client) -> None:
    world = make_world()
    sign_in(client, world.person)
    with scope(world):
        world.trace()
        world.told()
    type(world.hosts["host"]).everywhere.update(country="XB")
    address = reverse("reports:notify", args=[world.report.pk, world.location.pk])
    client.post(address, {"why": "removal"})
    row = added(changed(since=timezone.localdate(), until=None), verified=False)
    page = client.get(address).content.decode()
    assert "waits under Law" in page
    assert FICTIONAL.heading["en"] not in page
    law.verify(keeper(), KEEPING, row, "Gazette 7")
    page = client.get(address).content.decode()
    assert "waits under Law" not in page
    assert FICTIONAL.heading["en"] in page


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_text_is_added_on_its_page_shown_whole_and_cited_once_a_second_person_verified_it(client: Client) -> None:
    first, second = keeper(), keeper()
    assert first.person is not None
    assert second.person is not None
    sign_in(client, first.person)
    page = reverse("law:add", args=["notice-texts", TABLE])
    given = {
        "code": "act-7",
        "country": "XB",
        "kinds": ["host"],
        "heading_en": "Heading one",
        "heading_da": "Overskrift et",
        "duty_en": "Duty one",
        "duty_da": "Pligt et",
        "danger_en": "Danger one",
        "danger_da": "",
        "since": "2020-01-01",
        "until": "",
        "source": "Gazette 7",
        "read": "2026-11-01",
        "why": "administration",
    }
    assert client.get(page).status_code == 200
    for wrong in (
        {"heading_en": ""},
        {"duty_en": " "},
        {"country": "xb"},
        {"read": "2090-01-01"},
        {"source": ""},
        {"until": "2019-01-01"},
        {"danger_en": "", "danger_da": "Fare"},
        {"code": "Act: 7"},
    ):
        assert client.post(page, {**given, **wrong}).status_code == 422, wrong
    shown = client.post(page, given, follow=True).content.decode()
    for text in ("Heading one", "Overskrift et", "Duty one", "Pligt et", "Danger one", "Gazette 7", "Unverified"):
        assert text in shown, text
    assert citations.text_for("XB", "host", DAY).code == "elsewhere"
    row = LawRow.objects.get(table=TABLE, country="XB")
    sign_in(client, second.person)
    client.post(reverse("law:verify", args=[row.pk]), {"document": "Gazette 7", "why": "administration"})
    assert citations.text_for("XB", "host", DAY).said("da").duty == "Pligt et"
    correcting = reverse("law:correct", args=[row.pk])
    assert "Pligt et" in client.get(correcting).content.decode()
    assert client.post(correcting, {**given, "duty_en": "Duty two"}).status_code == 302
    assert citations.text_for("XB", "host", DAY).code == "elsewhere"


def test_what_the_form_shows_of_a_row_is_the_row() -> None:
    shown = NationalForm.shown(FICTIONAL)
    form = NationalForm(
        {**{name: value for name, value in shown.items() if value is not None}, "why": "administration"},
        content=FICTIONAL,
    )
    assert form.is_valid(), form.errors
    assert msgspec.structs.replace(FICTIONAL, **form.change) == changed(synthetic=True)


# Files ----------------------------------------------------------------------------------------------------------------


def test_what_is_shipped_says_where_it_stands_and_when_it_was_read_or_written_down() -> None:
    found = national_files.of_node(None, synthetic=False)
    assert {one.country for one in found} == {"GB"}
    for one in found:
        assert one.country in set(COUNTRIES) - UNION - {"US"}
        assert one.source
        assert one.day is not None
        assert one.day <= timezone.localdate()
        assert (one.basis is Basis.READ) == (one.read is not None)
        assert not one.synthetic
        for words in (one.heading, one.duty):
            assert words.keys() == set(duties.LANGUAGES)


@pytest.mark.django_db
def test_what_is_shipped_is_cited_once_somebody_compared_it() -> None:
    row = next(one for one in newest([TABLE]) if one.country == "GB")
    assert citations.text_for("GB", "host", DAY).code == "elsewhere"
    law.verify(keeper(), KEEPING, row, "The Act at legislation.gov.uk, read on a Monday")
    assert citations.text_for("GB", "host", DAY).code == "gb:osa-66:1"
    assert citations.text_for("GB", "host", date(2026, 4, 6)).code == "elsewhere"
    assert citations.text_for("GB", "owner", DAY).code == "elsewhere"


@pytest.mark.django_db
def test_a_folder_of_law_brings_texts_that_a_person_verifies_and_takes_them_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    written(tmp_path, "notices", {"country": "GB", "texts": [TEXT]})
    configured(monkeypatch, synthetic=False, law=tmp_path)
    assert checks.faults(tmp_path, synthetic=False) == []
    load(REGISTER)
    [row] = newest([TABLE])
    assert row.key == "gb:act-7", "a country with texts of the node's own has those alone"
    assert citations.text_for("GB", "host", DAY).code == "elsewhere"
    law.verify(keeper(), KEEPING, row, "Act 7")
    assert citations.text_for("GB", "host", DAY).code == "gb:act-7:1"
    configured(monkeypatch, synthetic=False)
    load(REGISTER)
    assert citations.text_for("GB", "host", DAY).code == "elsewhere"
    assert citations.text("gb:act-7:1").said("da").heading == "Notice under Act 7"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("{", "truncated"),
        ({"country": "xq", "texts": [TEXT]}, "$.country"),
        ({"country": "", "texts": [TEXT]}, "$.country"),
        ({"texts": [TEXT]}, "country"),
        ({"country": "XQ", "texts": [{**TEXT, "kinds": ["guild"]}]}, "$.texts[0].kinds[0]"),
        ({"country": "XQ", "texts": [{**TEXT, "valid_to": "2019-12-31"}]}, "$.texts[0]"),
        ({"country": "XQ", "texts": [{**TEXT, "valid_from": "1/2"}]}, "$.texts[0].valid_from"),
        ({"country": "XQ", "texts": [{**TEXT, "source": ""}]}, "$.texts[0].source"),
        ({"country": "XQ", "texts": [{**TEXT, "recalled": "2026-11-28"}]}, "one day of the two"),
        ({"country": "XQ", "texts": [{**TEXT, "read": None}]}, "names no day"),
        ({"country": "XQ", "texts": [{**TEXT, "heading": {"da": "Lov"}}]}, "$.texts[0].heading"),
        ({"country": "XQ", "texts": [{**TEXT, "duty": {}}]}, "$.texts[0].duty"),
        ({"country": "XQ", "texts": [{**TEXT, "danger": {"en": "A", "fr": "B"}}]}, "$.texts[0].danger"),
        ({"country": "XQ", "texts": [{**TEXT, "code": "Act 7"}]}, "$.texts[0].code"),
        ({"country": "XQ", "texts": [{**TEXT, "colour": 1}]}, "$.texts[0]"),
        ({"country": "XQ", "texts": [TEXT, {**TEXT, "code": "act-8"}]}, "$.texts[1]"),
        ({"country": "XQ", "texts": [TEXT, {**TEXT, "kinds": ["owner"]}]}, "$.texts[1].code"),
    ],
)
def test_what_is_wrong_in_a_file_is_refused_with_its_place(tmp_path: Path, content: Any, place: str) -> None:
    path = written(tmp_path, "notices", content)
    [said] = checks.faults(tmp_path, synthetic=False)
    assert str(path) in said
    assert place in said
    assert "Correct it there" in said


def test_a_country_in_two_files_speaks_once(tmp_path: Path) -> None:
    written(tmp_path, "notices", {"country": "XQ", "texts": [TEXT]}, "a.json")
    written(tmp_path, "notices", {"country": "XQ", "texts": [{**TEXT, "code": "act-8"}]}, "b.json")
    [said] = checks.faults(tmp_path, synthetic=False)
    assert "b.json" in said
    assert "act-7" in said


def test_what_is_made_up_lies_in_no_real_node(tmp_path: Path) -> None:
    written(tmp_path, "notices", json.dumps({"country": "XQ", "texts": [TEXT], "synthetic": True}))
    assert {one.country for one in national_files.of_node(tmp_path, synthetic=True)} == {"XQ", "GB"}
    assert {one.country for one in national_files.of_node(tmp_path, synthetic=False)} == {"GB"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.mark.django_db
def test_a_reader_of_another_language_is_told_in_english(world: World) -> None:
    added(changed(heading={"en": "English alone"}, since=timezone.localdate(), until=None))
    notice = sent(world, "XB", "da")
    assert citations.says(notice.cites, "da").heading == "English alone"
    assert citations.says(notice.cites, "da").unnamed == duties.general().said("da").unnamed
    assert Notice.everywhere.get().cites == "xb:act-7:1"
