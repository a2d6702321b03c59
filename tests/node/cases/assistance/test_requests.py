"""A request from its draft to the limits on its use, between a desk and a central authority of another organisation."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from tests.node.cases.assistance.worlds import (
    DAY,
    HERE,
    REASON,
    THERE,
    World,
    bind,
    drafted,
    handed,
    hold,
    make_case,
    make_world,
    scope,
    sent,
    travel,
)
from tests.node.factories import make_organisation, make_person, terms, viewer_for
from tests.node.pdfs import text_of

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance import actions, acts, alarms, documents, expiry, held_data, queries, question
from vaern.node.cases.assistance.data import TABLES, zones_of
from vaern.node.cases.models import AssistanceRequest, Case, HeldData, KeepingClock
from vaern.node.cases.rules import clocks
from vaern.node.cases.rules.assistance import Event, Obstacle, Option, State, Translation, Who
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.casework import sheets
from vaern.node.casework.models import Release
from vaern.node.casework.releases.terms import Handling
from vaern.node.casework.retention import actions as retention
from vaern.node.law import actions as law
from vaern.node.law.data import newest
from vaern.node.ledger.models import Entry
from vaern.node.organisations.rules import OrganisationKind, Role

pytestmark = pytest.mark.django_db


@pytest.mark.once
def test_from_draft_to_limits_on_use() -> None:
    world = make_world()
    held = hold(world)
    request = sent(world, held)
    assert request.expected_at is not None
    with scope(world.legal):
        for event in (Event.ACKNOWLEDGE, Event.ASK, Event.CLARIFY, Event.EXECUTE):
            request = actions.happen(world.legal, REASON, request, event, "in words")
    with scope(world.viewer):
        request = actions.happen(world.viewer, REASON, request, Event.RECEIVE, "a disk", whole=True)
        request = actions.happen(world.viewer, REASON, request, Event.NOTE_LIMITS, "for this case alone")
        sheet = queries.sheet(world.viewer, request, REASON)
    assert State(request.state) is State.USE_LIMITS_NOTED
    assert sheet.limits == "for this case alone"
    assert [note.event for note, _words in sheet.notes] == [
        "hand_over",
        "send",
        "acknowledge",
        "ask",
        "clarify",
        "execute",
        "receive",
        "note_limits",
    ]
    assert set(KeepingClock.everywhere.filter(held=held).values_list("settled", flat=True)) == {"answered"}
    entries = list(Entry.objects.filter(subject=request.pk).values_list("act", flat=True))
    assert len(entries) == 12  # one an act; the release has its own, and so has the reading of the sheet


@pytest.mark.once
def test_what_numbers_are_read_from_is_tagged_in_the_ledger() -> None:
    world = make_world()
    first, second = hold(world, days=30), hold(world, days=20)
    request = sent(world, first)
    with scope(world.viewer):
        actions.happen(world.viewer, REASON, request, Event.RECEIVE, whole=True)
    travel(21 * DAY)
    alarms.look_at_all()
    tagged = Entry.objects.filter(tags__isnull=False).order_by("id").values_list("act", "subject", "tags")
    assert list(tagged) == [
        ("organisations.release.made", request.pk, "europol=h0"),
        ("cases.assistance.sent", request.pk, "instrument=budapest-31;kind=mla"),
        ("cases.clock.settled", world.case.pk, "how=answered;item=1;origin=retention"),
        ("cases.assistance.answered", request.pk, "instrument=budapest-31"),
        ("cases.clock.lapsed", world.case.pk, "item=2;origin=retention"),
    ]
    assert KeepingClock.everywhere.get(held=second).lapsed_at is not None


@pytest.mark.once
def test_the_authority_sees_the_request_and_its_clocks_and_never_the_case() -> None:
    world = make_world()
    request = drafted(world, hold(world))
    with scope(world.legal):
        assert sheets.find(AssistanceRequest, request.pk) is None
    request = handed(world, request)
    with scope(world.legal):
        found = sheets.find(AssistanceRequest, request.pk)
        assert found is not None
        sheet = queries.sheet(world.legal, found, REASON)
        assert sheet.side is Who.AUTHORITY
        assert sheet.kept is not None
        assert sheet.kept.clocks
        assert not Case.objects.exists()
        assert not HeldData.objects.exists()
    other = make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY))
    with scope(viewer_for(other)):
        assert sheets.find(AssistanceRequest, request.pk) is None
        with pytest.raises(Refusal):
            actions.send(viewer_for(other), REASON, request)


@pytest.mark.once
def test_what_is_not_complete_translated_or_in_force_is_not_sent() -> None:
    world = make_world()
    with scope(world.viewer):
        empty = actions.draft(world.viewer, REASON, world.case, "budapest-31", holder=THERE, data=DataKind.SUBSCRIBER)
    with pytest.raises(Refusal, match="missing"):
        handed(world, empty)
    request = drafted(world)
    with scope(world.viewer):
        values = question.values_of(request)
        request = actions.write(world.viewer, REASON, request, values, "Danish", Translation.ORDERED)
    request = handed(world, request)
    assert actions.obstacles(request, timezone.now()) == [Obstacle.UNTRANSLATED]
    with scope(world.legal), pytest.raises(Refusal, match="translation"):
        actions.send(world.legal, REASON, request)
    row = next(one for one in newest(TABLES) if (one.country, one.about) == (THERE, "budapest"))
    law.correct(world.legal, REASON, row, until=timezone.localdate() - DAY)
    assert Obstacle.NOT_IN_FORCE in actions.obstacles(request, timezone.now())


def test_it_can_go_back_and_come_again_without_a_second_release() -> None:
    world = make_world()
    request = handed(world, drafted(world))
    with scope(world.legal):
        request = actions.happen(world.legal, REASON, request, Event.RETURN, "which period?")
        with pytest.raises(Refusal):
            actions.send(world.legal, REASON, request)
    request = handed(world, request)
    assert State(request.state) is State.AT_AUTHORITY
    assert Release.everywhere.filter(record=request.pk).count() == 1


def test_only_a_central_authority_takes_over() -> None:
    world = make_world()
    request = drafted(world)
    police = make_organisation(OrganisationKind.POLICE)
    until = timezone.now() + 30 * DAY
    with scope(world.viewer), pytest.raises(Refusal, match="central authority"):
        actions.hand_over(world.viewer, REASON, request, police.id, terms(Handling.AMBER, until))
    assert not Release.everywhere.filter(record=request.pk).exists()
    with scope(world.viewer), pytest.raises(Refusal):
        actions.hand_over(world.viewer, REASON, request, world.desk.id, terms(Handling.AMBER, until))


def test_the_desk_does_not_send_and_the_authority_does_not_draft() -> None:
    world = make_world()
    request = handed(world, drafted(world))
    with scope(world.viewer), pytest.raises(Refusal):
        actions.send(world.viewer, REASON, request)
    with scope(world.legal), pytest.raises(Refusal):
        actions.draft(world.legal, REASON, world.case, "budapest-31", holder=THERE, data=DataKind.TRAFFIC)


def test_an_instrument_that_does_not_reach_is_not_drafted() -> None:
    world = make_world()
    for instrument in ("epoc", "eio", "us-2703f", "us-2258a", "none"):
        with scope(world.viewer), pytest.raises(Refusal, match="does not reach"):
            actions.draft(world.viewer, REASON, world.case, instrument, holder=THERE, data=DataKind.TRAFFIC)


@pytest.mark.once
def test_a_row_that_ends_while_a_request_is_out_is_put_before_a_person_and_the_request_goes_on() -> None:
    world = make_world()
    request = sent(world)
    before = AssistanceRequest.everywhere.get(pk=request.pk).pinned
    row = next(one for one in newest(TABLES) if (one.country, one.about) == (THERE, "budapest"))
    travel(20 * DAY)
    law.correct(world.legal, REASON, row, until=timezone.localdate() - 3 * DAY)
    assert expiry.flag_ended() == 1
    assert expiry.flag_ended() == 0
    request = AssistanceRequest.everywhere.get(pk=request.pk)
    assert request.ended_on == timezone.localdate() - 3 * DAY
    assert State(request.state) is State.SENT
    assert request.pinned == before
    with scope(world.legal):
        assert queries.waiting(world.legal).ended.count == 1
        request = actions.decide(world.legal, REASON, request, Option.GO_ON)
        assert queries.waiting(world.legal).ended.count == 0
        with pytest.raises(Refusal):
            actions.decide(world.legal, REASON, request, Option.WITHDRAW)
        request = actions.happen(world.legal, REASON, request, Event.ACKNOWLEDGE)
    assert State(request.state) is State.ACKNOWLEDGED


@pytest.mark.once
def test_what_had_ended_before_it_was_sent_is_no_news() -> None:
    world = make_world()
    bind(world.legal, HERE, "coe-1959", date(2000, 1, 1), until=date(2001, 1, 1))
    sent(world)
    assert expiry.flag_ended() == 0


@pytest.mark.once
def test_a_confirmed_preservation_starts_its_clock_and_secures_what_ends_before() -> None:
    world = make_world()
    held = hold(world, days=20)
    request = sent(world, held, "budapest-29")
    with scope(world.legal):
        actions.happen(world.legal, REASON, request, Event.EXECUTE, at=timezone.now())
    old, new = KeepingClock.everywhere.filter(held=held).order_by("id")
    assert (old.settled, old.secured_by) == ("secured", new)
    assert new.origin == "art_29"
    assert timedelta(days=60) <= new.ends_at - new.starts_at <= timedelta(days=61)


@pytest.mark.once
def test_an_ending_case_takes_its_requests_along_and_the_numbers_stay() -> None:
    world = make_world()
    request = sent(world, hold(world))
    AssistanceRequest.everywhere.filter(pk=request.pk).update(review_date=timezone.localdate() - DAY)
    assert retention.expire(expiry.RETENTION) == 1
    assert not AssistanceRequest.everywhere.exists()
    assert Release.everywhere.get(record=request.pk).recalled_at is not None
    assert Entry.objects.filter(act=acts.SENT.code).count() == 1
    Case.everywhere.filter(pk=world.case.pk).delete()
    assert not HeldData.everywhere.exists()


def test_another_desks_case_is_not_touched() -> None:
    world = make_world()
    stranger = make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE))
    held = hold(world)
    with scope(viewer_for(stranger)):
        assert queries.find_held(viewer_for(stranger), held.pk) is None
        assert queries.ending(viewer_for(stranger), {})[0] == []
    elsewhere = make_case(stranger.organisation)
    with scope(world.viewer), pytest.raises(Refusal):
        actions.draft(world.viewer, REASON, elsewhere, "budapest-31", holder=THERE, data=DataKind.TRAFFIC)


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "da"])
def test_a_request_is_a_pdf_that_says_what_was_written_and_runs_none_of_it(language: str, tmp_path) -> None:

    world = make_world()
    request = drafted(world)
    hostile = '#read("/etc/passwd") $x$ *bold* #let y = 1 \\ æøå <b>'
    with scope(world.viewer):
        values = {**question.values_of(request), "offence": hostile}
        request = actions.write(world.viewer, REASON, request, values, "English", Translation.DONE)
        content = documents.take_out(world.viewer, request, REASON, language)
    assert content.startswith(b"%PDF-")
    assert content == documents.pdf(request, language)
    text = text_of(content)
    assert hostile in text
    assert ("SYNTETISK" if language == "da" else "SYNTHETIC") in text


def test_nothing_that_was_written_stands_in_the_database_in_clear() -> None:
    from django.db import connection

    world = make_world()
    held = hold(world)
    request = drafted(world, held)
    assert b"synthetic" not in bytes(request.sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM cases_helddata WHERE id = %s", [held.pk])
        assert b"account-1" not in bytes(cursor.fetchone()[0])


def test_looking_again_records_nothing_again() -> None:
    world = make_world()
    hold(world, days=10)
    before = Entry.objects.count()
    assert alarms.look_at_all() == 0
    assert Entry.objects.count() == before


@pytest.mark.once
def test_a_case_that_ends_lets_its_clocks_speak_recalls_its_requests_and_raised_its_hand_before() -> None:
    from vaern.node.cases.work import queries as cases
    from vaern.node.casework.retention.actions import erase

    world = make_world()
    request = sent(world, hold(world, days=20))
    with scope(world.viewer):
        assert not cases.own(world.viewer).filter(cases.raised()).exists()
        travel(15 * DAY)
        assert cases.own(world.viewer).filter(cases.raised()).exists()
        travel(6 * DAY)
        erase(world.viewer, REASON, world.case)
    assert Release.everywhere.get(record=request.pk).recalled_at is not None
    assert not KeepingClock.everywhere.exists()
    assert Entry.objects.filter(act=acts.LAPSED.code).count() == 1


@pytest.mark.once
@pytest.mark.parametrize("data", [DataKind.SUBSCRIBER, DataKind.CONTENT])
def test_the_certificate_for_a_provider_does_not_disclose_the_case(data: DataKind) -> None:
    """Regulation (EU) 2023/1543: grounds and summary are for the enforcing authority; it is told of content alone."""
    world = make_world()
    for country in (HERE, THERE):
        bind(world.legal, country, "e-evidence", since=date(2026, 8, 18))
    request = written(world, "epoc", data)
    asked = {one["code"] for one in request.pinned["form"]["fields"]}
    assert ({"summary", "notification"} <= asked) is (data is DataKind.CONTENT)
    for_provider, for_authority = (documents.what_it_says(request, "en", whole=whole) for whole in (False, True))
    words = {
        one: str([field["value"] for field in one_of["fields"]])
        for one, one_of in (
            ("provider", for_provider),
            ("authority", for_authority),
        )
    }
    for code in asked:
        secret = code in {"necessity", "summary", "notification"}
        assert (f"secret of {code}" in words["provider"]) is not secret
        assert f"secret of {code}" in words["authority"]
    text = text_of(documents.pdf(request, "en"))
    assert "secret of identifier" in text
    assert "secret of necessity" not in text
    assert "secret of necessity" in text_of(documents.pdf(request, "en", whole=True))


def test_nor_does_one_that_was_drafted_before_the_form_said_so() -> None:
    world = make_world()
    for country in (HERE, THERE):
        bind(world.legal, country, "e-evidence", since=date(2026, 8, 18))
    request = written(world, "epoc", DataKind.CONTENT)
    for one in request.pinned["form"]["fields"]:
        one.pop("withheld"), one.pop("data")
    request.save(update_fields=["pinned"])
    assert "secret of summary" not in str(documents.what_it_says(request, "en"))
    assert "secret of summary" in str(documents.what_it_says(request, "en", whole=True))


@pytest.mark.once
def test_what_was_pinned_by_an_older_node_is_still_read() -> None:
    """Dual criminality stood among the needs, one country in `across`, and the newer attributes nowhere."""
    world = make_world()
    request = drafted(world)
    instrument = request.pinned["instrument"]
    for name in ("only", "outside"):
        instrument.pop(name)
    instrument.update(needs=["dual_criminality"], across="US", version=1)
    for name in ("waits", "complete"):
        request.pinned["treaty"].pop(name)
    for party in request.pinned["parties"]:
        party.pop("at_latest")
    request.save(update_fields=["pinned"])
    assert sent_as_it_is(world, request).expected_at is not None


def test_a_request_may_be_begun_where_the_table_does_not_say_and_not_where_it_says_no() -> None:
    world = make_world()
    with scope(world.viewer):
        made = actions.draft(
            world.viewer, REASON, world.case, "untoc-18", holder=THERE, data=DataKind.CONTENT, language="English"
        )
        assert made.pinned["parties"] == []
        with pytest.raises(Refusal, match="does not reach"):
            actions.draft(
                world.viewer,
                REASON,
                world.case,
                "coe-1959-mla",
                holder=THERE,
                data=DataKind.CONTENT,
                language="English",
            )


@pytest.mark.parametrize(
    ("reported", "last"), [(date(2024, 5, 6), date(2024, 8, 4)), (date(2024, 5, 7), date(2025, 5, 7))]
)
def test_what_was_reported_before_may_2024_was_kept_for_ninety_days(reported: date, last: date) -> None:
    world = make_world()
    noon = datetime.combine(reported, time(18), UTC)
    with scope(world.viewer):
        held = held_data.add(
            world.viewer,
            REASON,
            world.case,
            label="What was reported",
            holder="US",
            data=DataKind.CONTENT,
            details={},
            reported_at=noon,
        )
    (clock,) = KeepingClock.everywhere.filter(held=held)
    assert clocks.day_ended(clock.ends_at, [zones_of("US")[0]]) == (last, zones_of("US")[0])


def written(world: World, instrument: str, data: DataKind) -> AssistanceRequest:
    """Begin a request, and fill each field with words of its own."""
    with scope(world.viewer):
        made = actions.draft(world.viewer, REASON, world.case, instrument, holder=THERE, data=data, language="English")
        values = {one["code"]: f"secret of {one['code']}" for one in made.pinned["form"]["fields"]}
        return actions.write(world.viewer, REASON, made, values, "English", Translation.DONE)


def sent_as_it_is(world: World, request: AssistanceRequest) -> AssistanceRequest:
    """Send a request that was written already."""
    found = handed(world, request)
    with scope(world.legal):
        return actions.send(world.legal, REASON, found)
