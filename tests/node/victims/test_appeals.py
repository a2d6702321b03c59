"""Appeals: two people who did not write it, no more than its clues say, gone when the child is known, or by a day."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import sign_in
from tests.node.victims.factories import FINDING, make_desk, make_series, make_specialist

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.organisations.rules import Role
from vaern.node.reports.base.content import arrival_of
from vaern.node.reports.models import Report
from vaern.node.victims.appeals import actions, queries
from vaern.node.victims.clues import actions as clues
from vaern.node.victims.models import Appeal, Tip
from vaern.node.victims.rules.appeals import AppealState, Check, problem_with_check
from vaern.node.victims.rules.clues import Circle, ClueKind
from vaern.node.victims.sharing import outcomes

TEXTS = {"en": ("A red mug", "A mug with a lighthouse. Where is it sold?"), "da": ("Et rødt krus", "Med et fyrtårn.")}


@given(st.integers(0, 3), st.integers(0, 3), st.none() | st.integers(0, 3), st.none() | st.integers(0, 3))
def test_a_check_is_by_another_and_once(person: int, author: int, legal: int | None, safe: int | None) -> None:
    allowed = not problem_with_check(person, author, legal, safe)
    assert allowed == (person != author and person not in {legal, safe})


class World:
    """A desk with four people, and a series with one clue that may be made public."""

    def __init__(self) -> None:
        self.desk = make_desk()
        self.ada, self.bo, self.cy = (make_specialist(self.desk) for _ in range(3))
        self.ian = make_specialist(self.desk, Role.INVESTIGATOR)
        self.series = make_series(self.desk, (1,))
        with viewing(self.desk.pk):
            self.clue = clues.add(self.ada, FINDING, self.series, ClueKind.OBJECT, "a mug", circle=Circle.PUBLIC)
            self.secret = clues.add(self.ada, FINDING, self.series, ClueKind.SOCKET, "a socket")

    def write(self, **given: Any) -> Appeal:
        given = {"clues": [self.clue.pk], "ends_on": timezone.localdate() + timedelta(days=9), **given}
        return actions.write(self.ada, FINDING, self.series, TEXTS, **given)

    def published(self) -> Appeal:
        appeal = self.write()
        actions.check(self.bo, FINDING, appeal, Check.LEGAL)
        return actions.check(self.ian, FINDING, appeal, Check.SAFEGUARDING)


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_it_is_public_after_two_checks_by_two_others_and_not_before(world: World) -> None:
    with viewing(world.desk.pk):
        appeal = world.write()
        assert len(queries.to_check(world.bo)) == 1
        assert not queries.to_check(world.ada)
        with pytest.raises(Refusal):
            actions.check(world.ada, FINDING, appeal, Check.LEGAL)
        actions.check(world.bo, FINDING, appeal, Check.LEGAL)
        with pytest.raises(Refusal):
            actions.check(world.bo, FINDING, appeal, Check.SAFEGUARDING)
        assert queries.public_appeals("en") == []
        actions.check(world.ian, FINDING, appeal, Check.SAFEGUARDING)
    (one,) = queries.public_appeals("da")
    assert (one.title, one.text) == TEXTS["da"]


def test_one_is_written_anew_with_the_same_words_and_checked_from_the_beginning(world: World, client: Any) -> None:
    with viewing(world.desk.pk):
        appeal = world.write()
        actions.check(world.bo, FINDING, appeal, Check.LEGAL)
    sign_in(client, world.ada.person)
    path = reverse("victims:write-appeal", args=[world.series.pk])
    asked = client.get(path, {"anew": appeal.code, "found": "1"}).content.decode()
    assert "Why do you open this?" in asked, "what it said is read anew"
    page = client.get(path, {"anew": appeal.code}).content.decode()
    for title, text in TEXTS.values():
        assert title in page
        assert text in page
    assert len(re.findall(r'name="clues"[^>]* checked', page)) == 1, "its clue"
    assert TEXTS["en"][0] not in client.get(path, {"anew": "ABCD2345"}).content.decode()
    with viewing(world.desk.pk):
        again = world.write()
        actions.check(world.cy, FINDING, again, Check.SAFEGUARDING)
    assert set(Appeal.everywhere.values_list("state", flat=True)) == {AppealState.DRAFT.value}


@pytest.mark.parametrize("wrong", [{"clues": []}, {"ends_on": timezone.localdate()}, "secret"])
def test_it_says_no_more_than_public_clues_and_ends(world: World, wrong: Any) -> None:
    given = {"clues": [world.secret.pk]} if wrong == "secret" else wrong
    with viewing(world.desk.pk), pytest.raises(Refusal):
        world.write(**given)


def test_it_is_gone_at_once_when_the_child_is_known(world: World, client: Any) -> None:
    with viewing(world.desk.pk):
        appeal = world.published()
        draft = world.write()
        page = reverse("victims:public-appeal", args=[appeal.code])
        assert client.get(page).status_code == 200
        outcomes.identify(world.ada, FINDING, world.series, timezone.localdate(), "NH-1")
    assert client.get(page).status_code == 404
    assert set(Appeal.everywhere.values_list("state", flat=True)) == {AppealState.WITHDRAWN.value}
    with viewing(world.desk.pk), pytest.raises(ValueError, match=r"."):
        actions.check(world.bo, FINDING, draft, Check.LEGAL)


def test_it_ends_by_itself(world: World) -> None:
    with viewing(world.desk.pk):
        appeal = world.published()
    assert actions.end_expired(appeal.ends_on) == 0
    assert actions.end_expired(appeal.ends_on + timedelta(days=1)) == 1
    assert queries.public_appeals("en") == []


def test_a_tip_comes_as_a_report_of_the_desk_and_leads_to_the_series(world: World, client: Any) -> None:
    with viewing(world.desk.pk):
        appeal = world.published()
    page = reverse("victims:tip", args=[appeal.code])
    shown = client.get(page)
    token = shown.context["token"]
    given = {"words": "It is sold at the harbour.", "homepage": "", "token": token}
    answer = client.post(page, given)
    assert answer.status_code == 200
    again = client.post(page, given)
    assert again.status_code == 200, "sent twice, it is one tip"
    report = Report.everywhere.get()
    assert (report.organisation, report.sender, Tip.everywhere.get().report) == (world.desk, None, report)
    assert appeal.code in arrival_of(report).narrative
    with viewing(world.desk.pk):
        (tip,) = queries.tips_of(world.series)
    assert tip.appeal == appeal
    assert Appeal.everywhere.get(pk=appeal.pk).tips == 1


def test_a_program_and_an_empty_form_are_turned_away(world: World, client: Any) -> None:
    with viewing(world.desk.pk):
        appeal = world.published()
    page = reverse("victims:tip", args=[appeal.code])
    token = client.get(page).context["token"]
    for wrong in ({"words": ""}, {"words": "x", "homepage": "filled"}, {"words": "x", "token": "none of ours"}):
        assert client.post(page, {"token": token, "homepage": "", **wrong}).status_code == 422
    assert not Report.everywhere.exists()


@pytest.mark.django_db
def test_whoever_checks_reads_both_languages_and_the_clues_above_the_form(world: World, client: Any) -> None:
    with viewing(world.desk.pk):
        appeal = world.write()
    sign_in(client, world.bo.person)
    session = client.session
    session["reasons"] = {f"series:{world.series.pk}": ["victim_identification", ""]}
    session.save()
    page = reverse("victims:check-appeal", args=[appeal.pk])
    shown = client.get(page).content.decode()
    for words in (*TEXTS["en"], *TEXTS["da"], "a mug"):
        assert 0 < shown.index(words) < shown.index("I read both languages")
    assert "a socket" not in shown
    assert "a mug" in client.get(reverse("victims:appeal", args=[appeal.pk])).content.decode()
