"""Pages of progress: where each member stands and why not, what is missing; so many queries however many members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.node.alliance.commitments.factories import make_country, make_round
from tests.node.alliance.progress.factories import count, declare, publish
from tests.node.factories import make_person, sign_in, viewer_for

from vaern.node.alliance.models import Commitment, Membership
from vaern.node.alliance.progress import presenters, queries
from vaern.node.alliance.rules.contents import Baseline
from vaern.node.alliance.rules.gap import Status, Why
from vaern.node.organisations.rules import Role

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db
YEAR = timezone.now().year
"""Periods are of UTC: in the first hour of a local year the last one is not over."""


@pytest.fixture
def person() -> Any:
    return make_person(Role.ANALYST)


def page(client: Client, person: Any, name: str, *arguments: Any) -> str:
    if not client.session.get("_auth_user_id"):
        sign_in(client, person)
    answer = client.get(reverse(f"alliance:{name}", args=arguments))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_alliance_on_one_page(client: Client, person: Any) -> None:
    near, far, none = (make_country().member for _ in range(3))
    Membership.objects.update(joined="2020-01-01")
    autumn = make_round("Autumn", near, far, none, state="closed")
    publish(near, person)
    publish(far, person, baseline=None)
    count(near, YEAR - 2, 60.0)
    count(near, YEAR - 1, 89.0)
    count(far, YEAR - 1, 70.0)
    declare(autumn, near, 88.5, period=str(YEAR - 1))
    found = queries.overview(viewer_for(person))
    one, other = found.held[near.pk, "g4.2"][0], found.held[far.pk, "g4.2"][0]
    assert (one.standing.status, one.standing.value) == (Status.ON_TRACK, 88.5)  # declared before computed
    assert (other.standing.status, other.standing.why) == (Status.NOT_COMPUTABLE, Why.NO_BASELINE)
    assert found.missing == {far.pk, none.pk}
    text = page(client, person, "progress")
    for words in ("On track", "towards the target", "there is no baseline", "Not handed in", str(none)):
        assert words in text
    assert "1.5 percentage points to go" in text  # of 90 %, 88.5 % are reached: 1.5 % would be another number
    assert "2 members have not reported for Autumn, which is over." in text


def test_a_member_and_a_goal_show_values_charts_and_what_is_missing(client: Client, person: Any) -> None:
    one, other = make_country().member, make_country().member
    autumn = make_round("Spring", one, other)
    publish(one, person)
    publish(other, person, value=95.0)
    publish(one, person, "g1.1", indicator=None, unit="children")
    declare(autumn, one, None)
    count(one, 2023, 40.0)
    count(one, 2024, 44.0)
    count(other, 2024, 95.5)
    count(other, 2025, 96.0)
    text = page(client, person, "progress-member", one.pk)
    for words in ("not kept", "there is no value", '<svg class="plot"', "No commitment to goal", "Handed in", "2023"):
        assert words in text
    text = page(client, person, "progress-goal", "g4.2")
    for words in (str(one), str(other), "Met", "not computable", '<svg class="plot"', "at least 95 %"):
        assert words.lower() in text.lower()
    assert "from memory" in page(client, person, "progress-goal", "g2.2")


def test_only_what_is_published_is_shown(client: Client, person: Any) -> None:
    member = make_country().member
    Commitment.objects.create(member=member, goal="g4.2", draft={"obligation": "secret draft"})
    gone = publish(member, person, text="withdrawn target")
    Commitment.objects.filter(pk=gone.pk).update(state="withdrawn")
    declare(make_round("R", member), member, 12.0, state="submitted", source="a source of a draft")
    for name, argument in (("progress", ()), ("progress-member", (member.pk,)), ("progress-goal", ("g4.2",))):
        text = page(client, person, name, *argument)
        for words in ("secret draft", "withdrawn target", "a source of a draft"):
            assert words not in text


def test_who_left_or_never_joined_has_no_page(client: Client, person: Any) -> None:
    member = make_country().member
    Membership.objects.filter(member=member).update(left=timezone.localdate(), left_why="left")
    sign_in(client, person)
    assert client.get(reverse("alliance:progress-member", args=[member.pk])).status_code == 404
    assert client.get(reverse("alliance:progress-goal", args=["g9.9"])).status_code == 404
    assert str(member) not in client.get(reverse("alliance:progress")).content.decode()


def test_a_member_that_joined_within_the_period_is_not_computable(person: Any) -> None:
    member = make_country().member
    Membership.objects.filter(member=member).update(joined=f"{YEAR - 1}-03-01")
    publish(member, person, baseline=Baseline(1.0, timezone.localdate(), "s"))
    count(member, YEAR - 1, 70.0)
    (one,) = queries.overview(viewer_for(person)).held[member.pk, "g4.2"]
    assert one.standing.why is Why.JOINED_MEANWHILE


def queries_of_all_pages(viewer: Any) -> list[int]:
    found = []
    for read, context in (
        (queries.overview, presenters.overview_context),
        (lambda viewer: queries.goal(viewer, "g4.2"), presenters.goal_context),
        (lambda viewer: queries.member(viewer, Membership.objects.first().member_id), presenters.member_context),
    ):
        with CaptureQueriesContext(connection) as caught:
            str(context(read(viewer)))  # type: ignore[operator, arg-type]
        found.append(len(caught))
    return found


def test_the_number_of_queries_does_not_grow_with_the_members(person: Any) -> None:
    viewer = viewer_for(person)

    def add(number: int) -> None:
        members = [make_country().member for _ in range(number)]
        autumn = make_round(f"Round {number}", *members)
        for member in members:
            publish(member, person)
            publish(member, person, "g1.1")
            count(member, YEAR - 1, 70.0)
            declare(autumn, member, 71.0)

    add(1)
    few = queries_of_all_pages(viewer)
    add(6)
    assert queries_of_all_pages(viewer) == few
    assert max(few) <= 8
