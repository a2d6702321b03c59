"""Meetings in the database: every cell of the table, and what was approved stays as it was, whoever tries."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from tests.node import refusals
from tests.node.alliance.meetings.worlds import DAY, NAME, WHY, brought, make_meeting, secretary
from tests.node.alliance.progress.factories import publish
from tests.node.factories import make_member, make_person, sign_in
from tests.node.pdfs import text_of

from vaern.node.alliance.meetings import actions, documents, queries
from vaern.node.alliance.meetings.parts import PARTS
from vaern.node.alliance.models import AgendaItem, Commitment, Decision, MinisterialMeeting, Minutes
from vaern.node.alliance.rules import meetings
from vaern.node.alliance.rules.meetings import MOVES, TRANSITIONS, Effect, Event, State
from vaern.node.alliance.rules.minutes import plain, restored
from vaern.node.base.transitions import StateRefusal
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
VALUES: dict[str, Any] = {
    "agenda": {"title": {"en": "More"}},
    "papers": {"reference": "P-2", "title": "Another"},
    "attendance": {"body": "A guest", "office": "Guest", "how": "excused"},
    "decisions": {"text": {"en": "Yes."}},
    "discussion": {"discussion": {"en": "Much was said."}},
}


@pytest.mark.once
@pytest.mark.parametrize("state", State)
def test_the_database_follows_the_table_in_every_cell(state: State) -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), state)
    for event in Event:
        before, step = Entry.objects.count(), TRANSITIONS.get((state, event))
        if step is None:
            with pytest.raises(StateRefusal):
                happen(viewer, meeting, event)
            assert Entry.objects.count() == before
            continue
        with transaction.atomic():
            happen(viewer, meeting, event)
            assert MinisterialMeeting.objects.get(pk=meeting.pk).state == step.after.value
            assert Entry.objects.count() == before + 1
            transaction.set_rollback(True)


def happen(viewer: Viewer, meeting: MinisterialMeeting, event: Event) -> None:
    if event in MOVES:
        actions.move(viewer, WHY, meeting, event)
    elif event is Event.CHANGE:
        actions.change(viewer, meeting, NAME, "Elsewhere", None, DAY, DAY)
    else:
        part = next(part for part, what in PARTS.items() if what.event is event)
        one = meeting.agenda.first() if part == "discussion" else None
        actions.put(viewer, meeting, part, dict(VALUES[part]), one)


def refused(do: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        do()


def test_what_was_approved_is_kept_by_the_database() -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), State.APPROVED)
    other = make_meeting(viewer)
    minutes = Minutes.objects.get()
    refused(lambda: Minutes.objects.update(content={}))
    refused(minutes.delete)
    refused(lambda: MinisterialMeeting.objects.filter(pk=meeting.pk).update(place="Elsewhere"))
    refused(lambda: MinisterialMeeting.objects.filter(pk=meeting.pk).update(state="minutes_drafted"))  # without a why
    refused(lambda: MinisterialMeeting.objects.filter(pk=meeting.pk).update(state="planned", correcting="why"))
    refused(lambda: meeting.agenda.first().delete())
    refused(lambda: meeting.papers.update(text="another text"))
    refused(lambda: meeting.papers.update(meeting=other))
    refused(lambda: meeting.attendance.all().delete())
    refused(lambda: meeting.decisions.update(text={"en": "No."}))
    refused(lambda: Decision.objects.create(meeting=meeting, number=9, text={"en": "Smuggled in."}))
    refused(lambda: AgendaItem.objects.filter(meeting=other).update(meeting=meeting))


def test_a_correction_is_a_further_version_and_the_first_stays() -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), State.APPROVED)
    first = documents.minutes(meeting, 1, "en")
    meeting = actions.move(viewer, Reason(Why.OTHER, "The decision names the wrong day."), meeting, Event.CORRECT)
    actions.put(viewer, meeting, "decisions", {"text": {"en": "To go on, tomorrow."}}, meeting.decisions.get())
    meeting = actions.move(viewer, WHY, meeting, Event.APPROVE)
    latest, earlier = queries.versions(meeting)
    assert (latest.version, earlier.version, meeting.correcting) == (2, 1, "")
    assert latest.why == "The decision names the wrong day."
    texts = [restored(one.content).items[0].decisions[0].text["en"] for one in (latest, earlier)]
    assert texts == ["To go on, tomorrow.", "To go on."]
    assert documents.minutes(meeting, 1, "en") == first


def test_a_decision_says_which_commitments_it_makes_and_changes(client: Client) -> None:
    viewer = secretary()
    assert viewer.person is not None
    meeting = brought(viewer, make_meeting(viewer), State.HELD)
    old = Commitment.objects.create(member=make_member("XM"), goal="1.1", state="submitted", draft={})
    new = Commitment.objects.create(member=make_member("XN"), goal="2.1", state="submitted", draft={})
    sign_in(client, viewer.person)
    add = reverse("alliance:add-to-meeting", args=[meeting.pk, "decisions"])
    both = {"text_en": "More.", "makes": [new.pk, old.pk], "changes": [old.pk]}
    assert "not both" in client.post(add, both).content.decode()
    client.post(add, {**both, "makes": [new.pk]})
    decision = meeting.decisions.get()
    assert set(decision.effects.values_list("commitment", "effect")) == {(old.pk, "changes"), (new.pk, "makes")}
    text = client.get(reverse("alliance:meeting", args=[meeting.pk])).content.decode()
    assert f"{new.member} makes a commitment under goal 2.1" in text
    assert reverse("alliance:commitment", args=[new.pk]) not in text  # nobody but its member may see it yet
    known = publish(make_member("XN"), viewer.person)
    effects = {Effect.CHANGES: [old, known], Effect.MAKES: [new]}
    actions.put(viewer, meeting, "decisions", {"effects": effects}, decision)
    text = client.get(reverse("alliance:meeting", args=[meeting.pk])).content.decode()
    assert reverse("alliance:commitment", args=[known.pk]) in text
    page = client.get(reverse("alliance:commitment", args=[known.pk])).content.decode()
    assert "Decided by ministers" in page
    assert reverse("alliance:meeting", args=[meeting.pk]) in page
    decision.effects.filter(commitment=known).delete()
    edit = reverse("alliance:edit-in-meeting", args=[meeting.pk, "decisions", decision.pk])
    assert client.get(edit).content.decode().count("checked") == 2
    actions.put(viewer, meeting, "attendance", dict(VALUES["attendance"], how="present"))
    for event in (Event.DRAFT_MINUTES, Event.APPROVE):
        meeting = actions.move(viewer, WHY, meeting, event)
    kept = restored(Minutes.objects.get().content)
    assert {(one.goal, one.effect, one.version) for one in kept.beside[0].commits} == {
        ("1.1", Effect.CHANGES, 0),
        ("2.1", Effect.MAKES, 0),
    }
    refused(decision.effects.all().delete)
    refused(lambda: decision.effects.update(effect="makes"))


def test_a_draft_that_nobody_knows_of_is_no_choice_until_it_is_handed_in_and_stays_one_then(client: Client) -> None:
    viewer = secretary()
    assert viewer.person is not None
    meeting = brought(viewer, make_meeting(viewer), State.HELD)
    one = Commitment.objects.create(member=make_member("XM"), goal="1.1")
    sign_in(client, viewer.person)
    add = reverse("alliance:add-to-meeting", args=[meeting.pk, "decisions"])
    assert str(one.pk) not in client.get(add).content.decode()
    Commitment.objects.update(state="submitted", draft={})
    assert client.post(add, {"text_en": "More.", "makes": [one.pk]}).status_code == 302
    Commitment.objects.update(state="returned")
    decision = meeting.decisions.get()
    edit = reverse("alliance:edit-in-meeting", args=[meeting.pk, "decisions", decision.pk])
    assert str(one.pk) in client.get(edit).content.decode()
    assert str(one.pk) not in client.get(add).content.decode()


def test_whoever_approves_minutes_that_changed_since_they_read_them_is_told_once(client: Client) -> None:
    viewer = secretary()
    assert viewer.person is not None
    meeting = brought(viewer, make_meeting(viewer), State.MINUTES_DRAFTED)
    sign_in(client, viewer.person)
    page = client.get(reverse("alliance:meeting", args=[meeting.pk]))
    (approve,) = [url for _label, url, _tone in page.context["moves"] if "approve" in url]
    shown = client.get(approve).context["version"]
    actions.put(viewer, meeting, "decisions", {"text": {"en": "Something that they did not read."}})
    given = {"why": "administration", "words": "", "version": shown}
    told = client.post(approve, given)
    assert not Minutes.objects.exists()
    again = client.post(approve, {**given, "version": told.context["version"]})
    assert again.status_code == 302
    assert "Something that they did not read." in str(Minutes.objects.get().content)


def test_the_number_of_a_decision_is_never_given_twice() -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), State.MINUTES_DRAFTED)
    second = actions.put(viewer, meeting, "decisions", {"text": {"en": "Two."}})
    actions.remove(viewer, meeting, "decisions", second)
    assert actions.put(viewer, meeting, "decisions", {"text": {"en": "Three."}}).number == 3


def test_the_agenda_begins_with_the_topics_and_is_numbered_without_gaps() -> None:
    viewer = secretary()
    meeting = make_meeting(viewer, topics=list(meetings.TOPICS))
    assert [one.topic for one in meeting.agenda.all()] == list(meetings.TOPICS)
    actions.put(viewer, meeting, "agenda", {"title": {"en": "Welcome"}, "position": 1})
    actions.remove(viewer, meeting, "agenda", meeting.agenda.get(topic="migration"))
    assert [(one.number, one.topic) for one in meeting.agenda.all()] == [
        (1, ""),
        (2, "alliance"),
        (3, "counter_terrorism"),
        (4, "cybercrime"),
        (5, "identity_theft"),
        (6, "legal_assistance"),
    ]


def test_a_meeting_is_not_held_before_its_first_day() -> None:
    viewer = secretary()
    ahead = timezone.localdate() + timedelta(days=3)
    meeting = actions.plan(viewer, NAME, "Fjordby", None, ahead, ahead, ["alliance"])
    meeting = actions.move(viewer, WHY, meeting, Event.CONVENE)
    with refusals.refused(meetings.TOO_EARLY):
        actions.move(viewer, WHY, meeting, Event.HOLD)
    with refusals.refused(meetings.DAYS_REVERSED):
        actions.change(viewer, meeting, NAME, "Fjordby", None, ahead, date(2026, 1, 1))


@pytest.mark.once
@pytest.mark.parametrize("language", documents.LANGUAGES)
def test_the_minutes_say_everything_in_both_languages(language: str) -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer, make_member("XM")), State.HELD)
    item = meeting.agenda.first()
    said = {"en": "#let x = 1 *All* agreed.", "da": "Alle var enige, også om æøå."}
    actions.put(viewer, meeting, "discussion", {"discussion": said}, item)
    actions.put(viewer, meeting, "decisions", {"text": {"en": "To count.", "da": "At tælle."}, "item": item})
    values = {"member": make_member("XM"), "office": "Minister", "how": "represented", "represented_by": "Deputy"}
    actions.put(viewer, meeting, "attendance", values)
    draft = text_of(documents.minutes(meeting, 0, language))
    english = language == "en"
    assert ("DRAFT" if english else "UDKAST") in draft
    meeting = actions.move(viewer, WHY, actions.move(viewer, WHY, meeting, Event.DRAFT_MINUTES), Event.APPROVE)
    text = text_of(documents.minutes(meeting, 1, language))
    assert ("DRAFT" if english else "UDKAST") not in text
    for words in (
        NAME[language],
        "Fjordby",
        meetings.TOPICS["cybercrime"][language],
        said[language],
        "P-1",
        "Minister",
        "To count." if english else "At tælle.",
        "represented by Deputy" if english else "repræsenteret ved Deputy",
        "Decision 1" if english else "Beslutning 1",
        "Minutes" if english else "Referat",
        "18 June 2020" if english else "18. juni 2020",
    ):
        assert words in text
    assert restored(plain(queries.content_of(meeting))) == queries.content_of(meeting)


def test_there_are_no_minutes_of_what_was_not_held() -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), State.CONVENED)
    assert documents.minutes(meeting, 0, "en") is None
    assert documents.minutes(meeting, 1, "en") is None


def test_the_secretariat_keeps_a_meeting_on_its_pages(client: Client) -> None:
    viewer = secretary()
    assert viewer.person is not None
    sign_in(client, viewer.person)
    planned = {
        "name_en": "Ministers",
        "place": "Fjordby",
        "first_day": "2026-06-18",
        "last_day": "2026-06-18",
        "topics": ["alliance"],
    }
    page = client.post(reverse("alliance:plan-meeting"), {**planned, "last_day": "2026-06-17"})
    assert page.status_code == 422
    assert "The last day lies before the first" in page.content.decode()
    client.post(reverse("alliance:plan-meeting"), planned)
    meeting = MinisterialMeeting.objects.get()
    at = reverse("alliance:meeting", args=[meeting.pk])
    convene = reverse("alliance:move-meeting", args=[meeting.pk, "convene"])
    assert "Ministers" in str(client.get(convene).context["subject"])
    assert client.post(convene, {"why": "administration"})["Location"] == at
    add = reverse("alliance:add-to-meeting", args=[meeting.pk, "attendance"])
    assert client.post(add, {"office": "Minister", "how": "present"}).status_code == 422  # of whom?
    given = {"member": make_member("XM").pk, "office": "Minister of Justice", "how": "present"}
    assert client.post(add, given)["Location"] == f"{at}#attendance"
    assert client.post(add, given).status_code == 422  # stands there already
    text = client.get(at).content.decode()
    assert "Minister of Justice" in text
    assert "The global alliance against child sexual abuse online" in text
    assert client.post(convene, {"why": "administration"}).status_code == 409


def test_everybody_else_reads_and_changes_nothing(client: Client) -> None:
    meeting = brought(viewer := secretary(), make_meeting(viewer), State.HELD)
    sign_in(client, make_person(Role.ANALYST))
    text = client.get(reverse("alliance:meeting", args=[meeting.pk])).content.decode()
    assert "To go on" not in text
    assert "Note a decision" not in text
    assert client.get(reverse("alliance:minutes", args=[meeting.pk, 0, "en"])).content.startswith(b"%PDF-")
    assert client.get(reverse("alliance:minutes", args=[meeting.pk, 0, "fr"])).status_code == 404
    assert client.get(reverse("alliance:move-meeting", args=[meeting.pk, "approve"])).status_code == 403


def typed_in(client: Client, page: str) -> dict[str, Any]:
    """Return what the form of a page would send, left as it is."""
    shown = client.get(page).context
    form = shown["form"]
    given = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    typed = {name: getattr(value, "pk", value) for name, value in given.items() if value is not None}
    return {**typed, "version": shown["version"]}


@pytest.mark.once
@pytest.mark.parametrize(
    ("part", "mine", "theirs"),
    [
        ("agenda", {"title_en": "Mine"}, {"title": {"en": "Theirs"}}),
        ("papers", {"title": "Mine"}, {"text": "Theirs"}),
        ("attendance", {"name": "Mine"}, {"office": "Theirs"}),
        ("discussion", {"discussion_en": "Mine"}, {"discussion": {"en": "Theirs"}}),
        ("decisions", {"text_en": "Mine"}, {"effects": {}}),
    ],
)
def test_two_who_write_at_once_lose_nothing_of_each_other(
    client: Client, part: str, mine: dict[str, str], theirs: dict[str, Any]
) -> None:
    viewer = secretary()
    assert viewer.person is not None
    meeting = brought(viewer, make_meeting(viewer), State.CONVENED if part == "agenda" else State.MINUTES_DRAFTED)
    row = PARTS[part].model.objects.filter(meeting=meeting).first()
    if part == "decisions":
        known = Commitment.objects.create(member=make_member("XM"), goal="1.1", state="submitted", draft={})
        effects = {Effect.MAKES: [known]}
        actions.put(viewer, meeting, part, {"effects": effects}, row)
    sign_in(client, viewer.person)
    page = reverse("alliance:edit-in-meeting", args=[meeting.pk, part, row.pk])
    typed = {**typed_in(client, page), **mine}
    actions.put(viewer, meeting, part, dict(theirs), row)
    before = PARTS[part].model.objects.values().get(pk=row.pk)
    late = client.post(page, typed)
    assert late.status_code == 409
    assert "Somebody else changed this" in late.content.decode()
    assert "Mine" in late.content.decode(), "what was typed is still there"
    assert PARTS[part].model.objects.values().get(pk=row.pk) == before
    again = {**typed, "version": late.context["version"]}
    assert client.post(page, again).status_code == 302
    assert "Mine" in str(PARTS[part].model.objects.values().get(pk=row.pk))


def test_two_who_change_a_meeting_at_once_lose_nothing_of_each_other(client: Client) -> None:
    viewer = secretary()
    assert viewer.person is not None
    meeting = make_meeting(viewer)
    sign_in(client, viewer.person)
    page = reverse("alliance:change-meeting", args=[meeting.pk])
    typed = {**typed_in(client, page), "place": "Bakkeby"}
    actions.change(viewer, meeting, NAME, "Fjordby", None, DAY, DAY + timedelta(days=1))
    late = client.post(page, typed)
    assert late.status_code == 409
    assert MinisterialMeeting.objects.get().last_day == DAY + timedelta(days=1)
    assert client.post(page, {**typed, "version": late.context["version"]}).status_code == 302
    assert MinisterialMeeting.objects.get().place == "Bakkeby"


def test_what_somebody_else_removed_does_not_come_back_by_a_form_that_was_open() -> None:
    viewer = secretary()
    meeting = brought(viewer, make_meeting(viewer), State.MINUTES_DRAFTED)
    row = meeting.decisions.get()
    actions.remove(viewer, meeting, "decisions", row)
    before, gone = Entry.objects.count(), Decision(pk=1, meeting=meeting, number=1)
    for act in (
        lambda: actions.put(viewer, meeting, "decisions", {"text": {"en": "Again."}}, gone),
        lambda: actions.remove(viewer, meeting, "decisions", gone),
    ):
        with refusals.refused(meetings.GONE):
            act()
    assert (meeting.decisions.count(), Entry.objects.count()) == (0, before)
