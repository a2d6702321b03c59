"""The assess page, the page of the law, and the grounds: what is offered, shown and kept from whom."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from django.utils import timezone
from msgspec import to_builtins
from msgspec.structs import replace
from tests.node.factories import make_member, make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.reports.factories import make_report

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.assessment import decisions
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.exposure.actions import not_now
from vaern.node.reports.exposure.queries import viewed
from vaern.node.reports.forwarding.actions import forward
from vaern.node.reports.law import data, register, reviews, schemes
from vaern.node.reports.models import Assessment, Exposure, Item, LegalGround, Report, Scheme
from vaern.node.reports.rules.exposure import Extent
from vaern.node.reports.rules.states import State

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation, Person
    from vaern.node.reports.rules import law_files

pytestmark = pytest.mark.django_db
REASON = Reason(Why.ASSESSMENT)
ANSWER = {
    "baseline": "yes",
    "value": "none-of-these",
    "actionable": "yes",
    "extent": "whole",
    "severity": "2",
    "items": ["1"],
}


def told(client: Client, report: Report) -> None:
    """Answer the question why, once, as a person does."""
    client.post(
        reverse("casework:reason"),
        {"kind": "report", "record": str(report.pk), "next": "/", "reason-why": "assessment", "reason-words": ""},
    )


def opened(client: Client, person: Person, report: Report) -> str:
    sign_in(client, person)
    told(client, report)
    return reverse("reports:assess", args=[report.pk])


@pytest.fixture
def desk() -> Organisation:
    return make_organisation("hotline", member=make_member("XA"))


def test_one_form_takes_the_conclusion_and_what_was_looked_at(client: Client, desk: Organisation) -> None:
    person, report = make_person("analyst", desk), make_report(desk)
    here = opened(client, person, report)
    page = client.get(here)
    assert "hxxps://" in page.content.decode()
    assert "https://host.example" not in page.content.decode()
    assert client.post(here, {**ANSWER, "value": "n1", "fact_child_appears": "yes"}).status_code == 302
    report.refresh_from_db()
    row, seen = Assessment.everywhere.get(), Exposure.everywhere.get()
    assert (report.state, report.actionable) == (State.IN_ACTION.value, True)
    assert (row.baseline, row.value, row.facts, row.actionable) == (True, "n1", {"child_appears": "yes"}, True)
    assert str(row.scheme) == "nordhavia 1"
    assert (seen.extent, seen.files, seen.severity, seen.person_id) == ("whole", 1, 2, person.pk)


@pytest.mark.once
@pytest.mark.parametrize(
    "wrong",
    [
        {"actionable": "no"},
        {"value": "a"},
        {"value": ""},
        {"severity": ""},
        {"extent": "part", "severity": ""},
        {"fact_child_appears": "perhaps"},
        {"extent": "nothing", "looked": "3"},
        {"extent": "whole", "looked": "0"},
        {"items": ["9"]},
        {"items": []},
        {"baseline": ""},
    ],
)
def test_answers_that_contradict_each_other_are_refused_and_nothing_is_kept(
    client: Client, desk: Organisation, wrong: dict[str, Any]
) -> None:
    report = make_report(desk)
    answer = client.post(opened(client, make_person("analyst", desk), report), {**ANSWER, **wrong})
    assert answer.status_code == 422
    assert not Assessment.everywhere.exists()
    assert not Exposure.everywhere.exists()
    report.refresh_from_db()
    assert report.claimed_by is None


def test_nothing_that_a_person_has_to_say_is_said_before_they_say_it(client: Client, desk: Organisation) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(3)])
    Item.everywhere.filter(report=report, number=2).update(known_list="A list (synthetic)")
    page = client.get(opened(client, make_person("analyst", desk), report)).content.decode()
    assert re.findall(r'<input[^>]*name="(\w+)"[^>]* checked', page) == ["items", "items"]
    assert re.findall(r'id="item-(\d)" value="\d" checked', page) == ["1", "3"], "what is known needs no look"


def test_who_looked_at_nothing_says_nothing_of_how_heavy_it_was(client: Client, desk: Organisation) -> None:
    report = make_report(desk)
    here = opened(client, make_person("analyst", desk), report)
    assert client.post(here, {**ANSWER, "baseline": "no", "extent": "text", "severity": ""}).status_code == 302
    assert Assessment.everywhere.get().value == ""


@pytest.mark.once
def test_similar_items_are_marked_together_and_the_rest_follows(client: Client, desk: Organisation) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(4)])
    here = opened(client, make_person("analyst", desk), report)
    marked = client.get(f"{here}?items=2,3").content.decode()
    assert re.findall(r'id="item-(\d)" value="\d" checked', marked) == ["2", "3"]
    assert client.post(here, {**ANSWER, "items": ["2", "3"]})["Location"] == reverse("reports:report", args=[report.pk])
    report.refresh_from_db()
    assert report.state == State.ARRIVED.value
    left = client.get(here).content.decode()
    assert 'id="item-1"' in left
    assert 'id="item-2"' not in left
    client.post(here, {**ANSWER, "baseline": "no", "actionable": "no", "items": ["1", "4"]})
    report.refresh_from_db()
    assert report.state == State.IN_ACTION.value, "one item is an offence"


@pytest.mark.once
@pytest.mark.parametrize("items", [1, 3])
def test_headings_follow_each_other_however_much_there_is(client: Client, desk: Organisation, items: int) -> None:
    """Who reads by headings misses nothing: none is two levels below the one before it."""
    report = make_report(desk, [f"https://host.example/{n}" for n in range(items)])
    page = client.get(opened(client, make_person("analyst", desk), report)).content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[:1] == [1]
    assert len(levels) > 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.once
def test_a_second_person_sees_nothing_of_the_first_and_a_third_sees_both(client: Client, desk: Organisation) -> None:
    first, second, third = (make_person("analyst", desk) for _ in range(3))
    report = make_report(desk)
    assess(viewer_for(first), REASON, report, Judgement(True, True, "n1", ask=True, extent=Extent.WHOLE, files=1))
    blind = client.get(opened(client, second, report)).content.decode()
    assert 'id="view-first"' not in blind
    sheet = client.get(reverse("reports:report", args=[report.pk])).content.decode()
    assert "Class 1" not in sheet
    assess(viewer_for(second), REASON, report, Judgement(False, False, "n0"))
    report.refresh_from_db()
    assert report.state == State.DISPUTED.value
    for taken in (first, second):
        page = client.get(opened(client, taken, report)).content.decode()
        assert "another person" in page
        assert '<button class="primary">Conclude' not in page
    both = client.get(opened(client, third, report)).content.decode()
    assert 'id="view-first"' in both
    assert 'id="view-second"' in both
    assert first.name not in both
    assess(viewer_for(third), REASON, report, Judgement(False, False, "n0"))
    report.refresh_from_db()
    assert (report.state, report.actionable) == (State.CLOSED.value, False)


def test_what_is_known_is_not_shown_and_not_now_shows_nothing_new(client: Client, desk: Organisation) -> None:
    person, report = make_person("analyst", desk), make_report(desk, ["https://a.example/1", "https://b.example/2"])
    Item.everywhere.filter(report=report, number=1).update(
        known_list="A list (synthetic)", known_release="1", known_entry="e1"
    )
    here = opened(client, person, report)
    page = client.get(here).content.decode()
    assert "a[.]example" not in page
    assert "b[.]example" in page
    not_now(viewer_for(person), timezone.now() + timedelta(minutes=15))
    assert "b[.]example" not in client.get(here).content.decode()


def test_only_what_an_organisation_may_do_can_be_stopped_by_the_law(client: Client) -> None:
    LegalGround.objects.filter(action="hold").delete()
    for kind, role, holds in (("hotline", "analyst", False), ("police", "investigator", True)):
        desk = make_organisation(kind)
        report = make_report(desk)
        sign_in(client, make_person(role, desk))
        told(client, report)
        law = client.get(reverse("reports:law", args=[report.pk])).content.decode()
        assert ("Send to legal review" in law) is holds, kind
        grounds = client.get(reverse("reports:grounds")).content.decode()
        assert ("No ground known" in grounds) is holds, kind
        assert "Not in force" not in grounds


def test_a_report_that_cannot_be_assessed_says_why_and_leads_on(client: Client, desk: Organisation) -> None:
    sign_in(client, make_person("analyst", desk))
    first = make_report(desk)
    for state, words, fields in (
        (State.CLOSED, "Open it again", {"closed_at": timezone.now()}),
        (State.DUPLICATE, "Separate", {"duplicate_of": first}),
        (State.IN_ACTION, "taken down", {}),
    ):
        report = make_report(desk, state=state.value, **fields)
        told(client, report)
        page = client.get(reverse("reports:assess", args=[report.pk])).content.decode()
        note = page.partition('<p class="note"')[2].partition("</p>")[0]
        assert words in note, state
        assert reverse("reports:report", args=[report.pk]) in note, state


def test_a_lapsed_ground_of_the_sender_stops_a_report_and_a_person_lets_it_go_on(
    client: Client, desk: Organisation
) -> None:
    sender = make_organisation("platform", member=desk.member)
    lapsed = timezone.make_aware(timezone.datetime(2026, 5, 1, 12))  # type: ignore[attr-defined]
    report = make_report(desk, sender=sender, legal_ground="nordhavia-detection-2021", incident_at=lapsed, urgent=True)
    person = make_person("analyst", desk)
    here = opened(client, person, report)
    assert "nordhavia-detection-2021" in client.get(here).content.decode()
    with pytest.raises(Exception, match="nordhavia-detection-2021"):
        assess(viewer_for(person), REASON, report, Judgement(True))
    law = reverse("reports:law", args=[report.pk])
    assert client.post(law, {"action": "detect"}).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.urgent) == (State.LEGAL_REVIEW.value, True)
    assert client.post(law, {"do": "clear", "words": "short"}).status_code == 422
    assert client.post(law, {"do": "end", "words": "The ground was not in force."}).status_code == 422, "urgent"
    assert client.post(law, {"do": "clear", "words": "The prosecution allows it (synthetic)."}).status_code == 302
    report.refresh_from_db()
    assert report.state == State.ARRIVED.value
    assess(viewer_for(person), REASON, report, Judgement(True))
    report.refresh_from_db()
    assert report.state == State.IN_ACTION.value


@pytest.mark.once
@pytest.mark.parametrize("state", [State.ARRIVED, State.SECOND_VIEW, State.DISPUTED, State.IN_ACTION])
def test_a_cleared_report_is_where_it_was_stopped_and_a_report_that_ends_is_closed(
    desk: Organisation, state: State
) -> None:
    people = [viewer_for(make_person("analyst", desk)) for _ in range(3)]
    LegalGround.objects.filter(country="XA", action="notify").update(valid_to=date(2026, 1, 1))
    for ends in (False, True):
        report = make_report(desk)
        if state is not State.ARRIVED:
            assess(people[0], REASON, report, Judgement(True, ask=state is not State.IN_ACTION))
        if state is State.DISPUTED:
            assess(people[1], REASON, report, Judgement(False))
        report.refresh_from_db()
        assert report.state == state.value
        decisions.stop_for_law(people[2], REASON, report, "notify")
        with pytest.raises(Refusal):
            assess(people[2], REASON, report, Judgement(True))
        (decisions.end if ends else decisions.clear)(people[2], REASON, report, "The court decided so (synthetic).")
        report.refresh_from_db()
        assert report.state == (State.CLOSED.value if ends else state.value)
        if not ends:
            assert reviews.stops(report, "notify") is None
            assert reviews.stops(report, "block") is None


@pytest.mark.once
def test_a_scheme_that_was_used_never_changes_and_another_may(
    desk: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = schemes.of_desk(desk_of(desk))
    assert scheme is not None
    law = data.law()
    [text] = [one for one in law.schemes if one.code == "nordhavia"]
    others = tuple(one for one in law.schemes if one is not text)

    def loaded(*given: law_files.Scheme) -> int:
        monkeypatch.setattr(register, "law", lambda: replace(law, schemes=(*others, *given)))
        return data.load()

    changed = replace(text, name={"en": "Other classes", "da": "Andre klasser"})
    assert loaded(changed) == 1
    assess(viewer_for(make_person("analyst", desk)), REASON, make_report(desk), Judgement(True, value="n1"))
    with pytest.raises(data.SchemeUsed):
        loaded(text)
    scheme.refresh_from_db()
    assert scheme.name["en"] == "Other classes"
    assert loaded(replace(changed, valid_to=date(2099, 1, 1))) == 1, "it may end"
    assert loaded(replace(changed, valid_to=date(2099, 1, 1)), replace(changed, version="2")) == 1
    assert Scheme.objects.filter(code="nordhavia").count() == 2


@pytest.mark.once
def test_a_scheme_has_its_name_and_its_words_in_each_language(client: Client, desk: Organisation) -> None:
    def labels(given: object) -> list[dict[str, str]]:
        if isinstance(given, dict):
            own = [given[key] for key in ("name", "label") if key in given]
            return own + [found for value in given.values() for found in labels(value)]
        return [found for one in given for found in labels(one)] if isinstance(given, list) else []

    for given in data.law().schemes:
        for found in labels(to_builtins(given)):
            assert set(found) == {code for code, _name in django_settings.LANGUAGES}, found
    report, viewer = make_report(desk), viewer_for(make_person("analyst", desk))
    assess(viewer, REASON, report, Judgement(True, value="n1"))
    opened(client, viewer.person, report)
    page = reverse("reports:report", args=[report.pk])
    assert "Nordhavia classes, 1" in client.get(page).content.decode()
    client.cookies["django_language"] = "da"
    assert "Nordhavias klasser, 1" in client.get(page).content.decode()


def test_each_country_has_its_own_scheme_and_one_without_has_none() -> None:
    def of(code: str) -> str | None:
        member = make_member(code) if code else None
        found = schemes.of_desk(desk_of(make_organisation("hotline", member=member)))
        return found.code if found else None

    assert [of("XA"), of("XV"), of("")] == ["nordhavia", "vestrovia", None]


def test_a_forward_whose_sender_waits_for_an_outcome_is_not_closed(desk: Organisation) -> None:
    origin = viewer_for(make_person("analyst", make_organisation("hotline")))
    with viewing(origin.organisation.id):
        forwards = forward(
            origin,
            REASON,
            make_report(origin.organisation),
            [desk.pk],
            terms(Handling.AMBER, timezone.now() + timedelta(days=9), "accord"),
        )
    report = Report.everywhere.get(pk=forwards[0].arrived_id)
    with pytest.raises(Refusal):
        assess(viewer_for(make_person("analyst", desk)), REASON, report, Judgement(False))
    report.refresh_from_db()
    assert report.state == State.ARRIVED.value


def test_extents_of_several_items_say_of_each_no_more_than_is_known(desk: Organisation) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(4)])
    viewer = viewer_for(make_person("analyst", desk))
    assess(viewer, REASON, report, Judgement(True, items=(1,), extent=Extent.WHOLE, files=1))
    assess(viewer, REASON, report, Judgement(True, items=(2, 3), extent=Extent.PART, files=1))
    assess(viewer, REASON, report, Judgement(False, items=(4,)))
    found = [viewed(report, item) for item in Item.everywhere.filter(report=report).order_by("number")]
    assert found == ["whole", "unknown", "unknown", "not"]
    Exposure.everywhere.all().delete()
    assert found == [viewed(report, item) for item in Item.everywhere.filter(report=report).order_by("number")], (
        "after its 90 days too"
    )


@pytest.mark.parametrize("again", [(1,), (1, 2), ()])
def test_a_form_that_is_sent_twice_counts_once(desk: Organisation, again: tuple[int, ...]) -> None:
    report = make_report(desk, [f"https://host.example/{n}" for n in range(3)])
    viewer = viewer_for(make_person("analyst", desk))
    assess(viewer, REASON, report, Judgement(True, items=(1,), extent=Extent.WHOLE, files=7))
    with pytest.raises(Refusal):
        assess(viewer, REASON, report, Judgement(True, items=again, extent=Extent.WHOLE, files=7))
    assert Assessment.everywhere.filter(report=report).count() == 1
    assert sum(Exposure.everywhere.values_list("files", flat=True)) == 7
    assess(viewer, REASON, report, Judgement(True, items=(2, 3), extent=Extent.WHOLE, files=2))
    assert Assessment.everywhere.filter(report=report, final=True).count() == 1
