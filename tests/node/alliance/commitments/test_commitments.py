"""Commitments outside of a round: written, handed in, published, compared; and who sees what of it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from tests.node.alliance.commitments.factories import REASON, Country, make_country, make_secretariat
from tests.node.factories import make_person, sign_in, viewer_for
from tests.node.refusals import refused

from vaern.node.alliance.commitments import actions, queries
from vaern.node.alliance.commitments.reply_intake import Faulty
from vaern.node.alliance.models import Commitment, Membership
from vaern.node.alliance.rules import commitments
from vaern.node.alliance.rules import contents as rules
from vaern.node.alliance.rules.contents import ActionLine, Baseline, Content, Target
from vaern.node.alliance.rules.differences import difference
from vaern.node.base import transitions
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db
WHY = Reason(Why.ADMINISTRATION, "The baseline has no source")
TARGET = Target(
    "identified_flow",
    "More children identified",
    50,
    "children",
    "at_least",
    date(2028, 1, 1),
    Baseline(40, date(2025, 12, 31), "National police"),
)
WHOLE = Content("2012", "g1.1", "We will identify more", "A specialised unit", TARGET, "National police")


@pytest.fixture
def country() -> Country:
    return make_country()


@pytest.fixture
def secretariat() -> Viewer:
    return make_secretariat()


def published(country: Country, secretariat: Viewer, content: Content = WHOLE) -> Commitment:
    """Return a commitment with one version in force."""
    one = actions.write(country.viewer, REASON, content)
    one = actions.submit(country.viewer, REASON, one, one.revision)
    return actions.publish(secretariat, REASON, one, one.revision)


def test_every_published_version_stays_and_leads_to_the_next(country: Country, secretariat: Viewer) -> None:
    one = published(country, secretariat)
    for number, owner in enumerate(("Police of the capital", "A new agency"), 2):
        changed = rules.loaded(rules.stored(WHOLE) | {"owner": owner})
        one = actions.write(country.viewer, REASON, changed, one, one.revision)
        one = actions.submit(country.viewer, REASON, one, one.revision)
        one = actions.publish(secretariat, REASON, one, one.revision)
        assert queries.number_of(one) == number
    contents = [rules.loaded(row.content) for row in one.versions.order_by("number")]
    assert [content.owner for content in contents] == ["National police", "Police of the capital", "A new agency"]
    assert difference(*contents[1:]) == [("owner", "Police of the capital", "A new agency")]


def test_what_is_missing_keeps_it_from_being_handed_in_and_nothing_else(country: Country) -> None:
    one = actions.write(country.viewer, REASON, Content("2012", "g1.1", "We will identify more"))
    with pytest.raises(Faulty) as told:
        actions.submit(country.viewer, REASON, one, one.revision)
    assert told.value.code == commitments.INCOMPLETE
    assert {problem.path for problem in told.value.problems} == {
        "requirement",
        "owner",
        "target.text",
        "target.value",
        "target.due",
        "target.unit",
    }
    with refused(commitments.FAULTY):
        actions.write(country.viewer, REASON, Content("2012", "g1.1", actions=(ActionLine("a", "none"),)))


def test_of_two_who_write_or_decide_the_second_is_told(country: Country, secretariat: Viewer) -> None:
    one = actions.write(country.viewer, REASON, WHOLE)
    actions.write(country.viewer, REASON, WHOLE, one, one.revision)
    with refused(commitments.STALE):
        actions.write(country.viewer, REASON, WHOLE, one, one.revision)
    one.refresh_from_db()
    seen = actions.submit(country.viewer, REASON, one, one.revision).revision
    taken = actions.take_back(country.viewer, REASON, one, seen)
    actions.submit(country.viewer, REASON, one, taken.revision)
    with refused(commitments.STALE):
        actions.publish(secretariat, REASON, one, seen)


def test_returned_with_words_and_withdrawn_with_words(country: Country, secretariat: Viewer) -> None:
    one = actions.write(country.viewer, REASON, WHOLE)
    one = actions.submit(country.viewer, REASON, one, one.revision)
    with refused(commitments.WITHOUT_REASON):
        actions.send_back(secretariat, REASON, one, one.revision)
    one = actions.send_back(secretariat, WHY, one, one.revision)
    assert (one.state, one.why) == ("returned", WHY.words)
    one = actions.withdraw(country.viewer, WHY, one, one.revision)
    with pytest.raises(transitions.StateRefusal):
        actions.write(country.viewer, REASON, WHOLE, one, one.revision)


def test_nobody_else_writes_and_nobody_else_publishes(country: Country, secretariat: Viewer) -> None:
    one = actions.write(country.viewer, REASON, WHOLE)
    other = make_country().viewer
    for act in (actions.submit, actions.withdraw):
        with refused(commitments.NOT_ONES_OWN):
            act(other, WHY, one, one.revision)
    with pytest.raises(PermissionDenied):
        actions.submit(secretariat, REASON, one, one.revision)
    one = actions.submit(country.viewer, REASON, one, one.revision)
    with pytest.raises(PermissionDenied):
        actions.publish(country.viewer, REASON, one, one.revision)
    Membership.objects.filter(member=country.member).update(left=timezone.localdate(), left_why="A vote")
    with refused(commitments.NO_MEMBER):
        actions.write(country.viewer, REASON, WHOLE)


@pytest.mark.once
def test_a_draft_is_seen_by_its_ministry_and_by_the_secretariat_once_handed_in(
    country: Country, secretariat: Viewer, client: Client
) -> None:
    one = actions.write(country.viewer, REASON, WHOLE)
    people = {
        "own": country.viewer,
        "secretariat": secretariat,
        "other": make_country().viewer,
        "press of the ministry": viewer_for(make_person(Role.PRESS, country.viewer.organisation)),
    }
    address = reverse("alliance:commitment", args=[one.pk])

    def who_sees(words: str) -> set[str]:
        found = set()
        for name, viewer in people.items():
            sign_in(client, viewer.person)  # type: ignore[arg-type]
            shown = client.get(address)
            if shown.status_code == 200 and words in shown.content.decode():
                found.add(name)
        return found

    assert who_sees("We will identify more") == {"own"}
    one = actions.submit(country.viewer, REASON, one, one.revision)
    assert who_sees("We will identify more") == {"own", "secretariat"}
    one = actions.publish(secretariat, REASON, one, one.revision)
    assert who_sees("We will identify more") == set(people)
    changed = rules.loaded(rules.stored(WHOLE) | {"owner": "A secret plan"})
    actions.write(country.viewer, REASON, changed, one, one.revision)
    assert who_sees("A secret plan") == {"own"}
    assert who_sees("We will identify more") == set(people)
    assert who_sees(">Draft<") == {"own"}


def filled_in(**more: Any) -> dict[str, Any]:
    """Return the fields of the form, as a browser sends them."""
    lines = {
        f"c-{name}-{key}": value
        for name, total in (("actions", 2), ("evidence", 1))
        for key, value in (("TOTAL_FORMS", total), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0), ("MAX_NUM_FORMS", 60))
    }
    return {
        "c-goal": "g1.1",
        "c-obligation": "We will identify more",
        "c-requirement": "A specialised unit",
        "c-target_text": "More children identified",
        "c-indicator": "identified_flow",
        "c-direction": "at_least",
        "c-target_value": "50",
        "c-unit": "",
        "c-due": "2028-01-01",
        "c-baseline_value": "40",
        "c-baseline_date": "2025-12-31",
        "c-baseline_source": "National police",
        "c-owner": "National police",
        "c-language": "en",
        **lines,
        "c-actions-0-text": "A unit",
        "c-actions-0-state": "done",
        "c-actions-1-text": "",
        "c-actions-1-state": "planned",
        "save": "",
        **more,
    }


def test_the_form_says_what_the_commitment_says(country: Country, secretariat: Viewer, client: Client) -> None:
    sign_in(client, country.viewer.person)  # type: ignore[arg-type]
    wrong = client.post(reverse("alliance:new-commitment"), filled_in(**{"c-target_value": "many", "c-unit": "days"}))
    assert wrong.status_code == 422
    wrong = client.post(reverse("alliance:new-commitment"), filled_in(**{"c-unit": "days"}))
    assert "The indicator is counted in another unit." in wrong.content.decode()
    assert client.post(reverse("alliance:new-commitment"), filled_in()).status_code == 302
    one = Commitment.objects.get()
    expected = rules.loaded(rules.stored(WHOLE) | {"actions": [{"text": "A unit", "state": "done"}]})
    assert rules.loaded(one.draft) == expected
    assert client.post(reverse("alliance:submit-commitment", args=[one.pk]), {"version": 1}).status_code == 302
    sign_in(client, secretariat.person)  # type: ignore[arg-type]
    back = reverse("alliance:return-commitment", args=[one.pk])
    assert client.post(back, {"version": 2, "why": ""}).status_code == 422
    assert client.post(reverse("alliance:publish-commitment", args=[one.pk]), {"version": 1}).status_code == 409
    one.refresh_from_db()
    assert one.state == "submitted"  # what was looked at was an older revision
    assert client.post(reverse("alliance:publish-commitment", args=[one.pk]), {"version": 2}).status_code == 302
    sign_in(client, country.viewer.person)  # type: ignore[arg-type]
    write = reverse("alliance:write-commitment", args=[one.pk])
    shown = client.get(write).content.decode()
    assert "We will identify more" in shown
    assert "A unit" in shown
    again = filled_in(**{"c-owner": "A new agency", "version": "3"})
    assert client.post(write, again).status_code == 302
    page = client.get(reverse("alliance:commitment", args=[one.pk])).content.decode()
    assert "<ins>A new agency</ins>" in page
    assert "<del>National police</del>" in page
    first = client.get(reverse("alliance:commitment-version", args=[one.pk, 1]))
    assert "A new agency" not in first.content.decode()
    assert client.get(reverse("alliance:commitment-version", args=[one.pk, 2])).status_code == 404


@pytest.mark.once
@pytest.mark.parametrize("act", ["submit", "take-back", "withdraw", "publish", "return"])
def test_a_page_that_asks_says_what_it_acts_on(client: Client, country: Country, secretariat: Viewer, act: str) -> None:
    one = published(country, secretariat)
    changed = rules.loaded(rules.stored(WHOLE) | {"obligation": "We will identify many more"})
    one = actions.write(country.viewer, REASON, changed, one, one.revision)
    manages = act in {"publish", "return"}
    who = secretariat if manages else country.viewer
    assert who.person
    sign_in(client, who.person)
    for handed_in in (False, True):
        if handed_in:
            actions.submit(country.viewer, REASON, one, one.revision)
        shown = str(client.get(f"/alliance/commitments/{one.pk}/{act}/").context["subject"])
        assert str(one.member) in shown
        assert ("many more" in shown) == (handed_in or not manages)  # a draft is its ministry's alone
