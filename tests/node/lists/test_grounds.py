"""The law behind look-ups, from the page on which a person writes a row to the verdict that follows from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.lookup.lists import OTHER, OWN, entry
from tests.node.factories import make_key, make_member, make_organisation, make_person, sign_in
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list
from tests.node.lists.test_asking import asked
from tests.node.lists.test_lookups import let_have, moderator

from vaern.lookup import grounds as engine
from vaern.lookup.callers import faults, read
from vaern.lookup.policy import Circumstance, Need, decide
from vaern.node.base.scope import viewing
from vaern.node.law.data import newest
from vaern.node.law.models import LawRow
from vaern.node.lists.lookups import actions, callers, grounds
from vaern.node.organisations.rules import OrganisationKind, Permission, Role

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

WHY = {"why": "legal_assistance", "words": "synthetic"}
BLOCKS = {"log": Need(), "queue": Need(), "block": Need(votes=2, countries=2)}
FIRST, LAST = date(2027, 3, 1), date(2027, 3, 31)
DAY = timedelta(days=1)


def keeper_of_law() -> Client:
    person = make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY, member=make_member()))
    client = Client()
    sign_in(client, person)
    return client


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    return client.post(reverse(name, args=args), {**WHY, **data})


def written(client: Client, since: date, until: date | None, **more: str) -> Any:
    """A row that a person writes on the page: a host of DK may look, from a day to a day."""
    filled = {"service": "hosting", "country": "DK", "state": "lawful", "text": "A host may look.", **more}
    days = {"since": since.isoformat(), "until": until.isoformat() if until else "", "read": "2026-11-27"}
    return post(client, "law:add", "lookups", grounds.TABLE, source="Gazette 7", **filled, **days)


def verified(client: Client) -> LawRow:
    row = LawRow.objects.filter(table=grounds.TABLE).order_by("-id")[0]
    assert post(client, "law:verify", row.pk, document="Gazette 7").status_code == 302
    return row


def platform_that_blocks() -> Viewer:
    viewer: Viewer = moderator()
    with viewing(viewer.organisation.id):
        actions.set_policy(viewer, QUALITY, "hosting", "DK", BLOCKS, coarse=False)
    return viewer


def act_of(day: date) -> str:
    """What follows on a day, by the file that the service reads, from a hit that two countries vote for."""
    callers.write()
    found = read(callers.path())
    assert faults(found) == []
    (caller,) = found.callers
    met = Circumstance("sha256")
    return decide(entry("hit", OWN, OTHER), caller.policy, found.stand(caller, day), met).act


def test_a_row_bears_a_verdict_from_its_first_day_to_its_last() -> None:
    writer, other = keeper_of_law(), keeper_of_law()
    make_key(platform_that_blocks().person, Permission.LOOKUP_ASK)
    days = (FIRST - DAY, FIRST, FIRST + DAY, LAST - DAY, LAST, LAST + DAY)
    assert [act_of(day) for day in days] == ["queue"] * 6
    assert written(writer, FIRST, LAST).status_code == 302
    assert [act_of(day) for day in days] == ["queue"] * 6, "nobody has verified it"
    row = verified(other)
    assert [act_of(day) for day in days] == ["queue", "block", "block", "block", "block", "queue"]
    corrected = {"state": "unlawful", "text": "It may not.", "source": "Gazette 8", "read": "2026-11-27"}
    force = {"since": FIRST.isoformat(), "until": FIRST.isoformat()}
    assert post(other, "law:correct", row.pk, **corrected, **force).status_code == 302
    assert act_of(LAST) == "block", "what was verified counts until the next version is"
    row = verified(writer)
    assert [act_of(day) for day in days] == ["queue", "none", "queue", "queue", "queue", "queue"]
    assert post(writer, "law:withdraw", row.pk).status_code == 302
    assert [act_of(day) for day in days] == ["queue"] * 6


def test_a_row_without_a_last_day_ends_with_no_day() -> None:
    writer, other = keeper_of_law(), keeper_of_law()
    make_key(platform_that_blocks().person, Permission.LOOKUP_ASK)
    written(writer, FIRST, None)
    verified(other)
    assert [act_of(day) for day in (FIRST - DAY, FIRST, date(2199, 1, 1))] == ["queue", "block", "block"]


def test_what_a_person_looks_up_follows_the_row_and_the_page_says_how_the_law_stands() -> None:
    keeper, viewer = curator(), platform_that_blocks()
    hash_list = make_list(keeper, "shared")
    add(keeper, hash_list, entry_of("a", votes=(OWN, OTHER)))
    let_have(keeper, hash_list, viewer)
    client, writer, other = Client(), keeper_of_law(), keeper_of_law()
    sign_in(client, viewer.person)
    today = timezone.now().date()

    def said() -> tuple[str, bool]:
        (found,) = asked(viewer, digest("a").value.hex())
        page = client.get(reverse("lists:lookups")).content.decode()
        return found.verdict.act, "A host may look." in page

    assert said() == ("queue", False)
    assert reverse("law:rows", args=["lookups"]) in client.get(reverse("lists:lookups")).content.decode()
    for since, until, act in (
        (today + 9 * DAY, None, "queue"),
        (today - 2 * DAY, today + 2 * DAY, "block"),
    ):
        written(writer, since, until)
        verified(other)
        assert said() == (act, act == "block")
    written(writer, today - 9 * DAY, None, state="unlawful", country="DK", service="search")
    verified(other)
    assert said()[0] == "block", "a row of another service says nothing of this one"


def test_what_comes_with_the_service_stands_on_the_page_with_the_same_days() -> None:
    client = keeper_of_law()
    page = client.get(reverse("law:rows", args=["lookups"])).content.decode()
    for row in engine.KNOWN:
        assert row.text in page
    for row in newest([grounds.TABLE]):
        assert post(client, "law:verify", row.pk, document="The Official Journal").status_code == 302
    assert {*grounds.rows()} == {*engine.KNOWN}


def test_a_row_that_ends_before_it_begins_is_refused_and_no_key_is_lost_by_it() -> None:
    writer = keeper_of_law()
    make_key(platform_that_blocks().person, Permission.LOOKUP_ASK)
    refused = written(writer, LAST, FIRST)
    assert (refused.status_code, "before" in refused.content.decode()) == (422, True)
    assert not LawRow.objects.filter(table=grounds.TABLE, from_file=False).exists()
    assert act_of(FIRST) == "queue"
