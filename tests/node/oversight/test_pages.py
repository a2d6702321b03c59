"""The pages of oversight: each answers, each read is recorded with its number, and counts per person stay private."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.oversight.worlds import fill, make_world

from vaern.node.ledger.models import Entry, Note
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.account_actions import open_admin_session
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.oversight import actions, queries
from vaern.node.oversight.daily_counts import count_new
from vaern.node.oversight.sight import Sight

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client
    from tests.node.oversight.worlds import World

    from vaern.node.oversight.models import AccessRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = make_world()
    fill(made, 70)
    sequence_once()
    count_new()
    return made


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def last_entry() -> Entry:
    return Entry.objects.order_by("-id").first()  # type: ignore[return-value]


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "da"])
def test_every_page_answers_and_every_read_is_recorded(client: Client, world: World, language: str) -> None:
    sign_in(client, world.overseer)
    client.cookies["django_language"] = language
    entry = Entry.objects.exclude(person=None).first()
    request = open_request(world)
    pages = {
        reverse("oversight:ledger"): ("oversight.ledger.consulted", 50),
        reverse("oversight:ledger") + "?verb=erasure": ("oversight.ledger.consulted", None),
        reverse("oversight:entry", args=[entry.id]): ("oversight.entry.consulted", 1),
        reverse("oversight:record", args=["thing", entry.subject]): ("oversight.record.consulted", None),
        reverse("oversight:person", args=[entry.person]): ("oversight.person.consulted", None),
        reverse("oversight:own"): ("oversight.own.consulted", None),
        reverse("oversight:sessions"): ("oversight.sessions.consulted", 0),
        reverse("oversight:requests"): ("oversight.requests.consulted", 0),
        reverse("oversight:unusual"): ("oversight.unusual.consulted", 0),
    }
    for address, (act, count) in pages.items():
        before = Entry.objects.count()
        response = client.get(address)
        assert response.status_code == 200, address
        assert Entry.objects.count() == before + 1
        recorded = last_entry()
        assert (recorded.act, recorded.person) == (act, world.overseer.id)
        assert recorded.count == count if count is not None else recorded.count > 0
    del request
    for name in ("health", "export", "erase-words", "new-request", "answer"):
        before = Entry.objects.count()
        if name == "answer":
            continue
        assert client.get(reverse(f"oversight:{name}")).status_code == 200
        assert Entry.objects.count() == before, f"{name} shows numbers or a form, and records nothing"


def open_request(world: World) -> AccessRequest:
    return actions.open_request(
        viewer_for(world.overseers[0]), world.people[0], timezone.localdate() - timedelta(days=3), "file 1"
    )


@pytest.mark.once
def test_counts_are_for_the_person_and_for_oversight_only(client: Client, world: World) -> None:
    person = world.people[0]
    address = reverse("oversight:person", args=[person.id])
    colleague = make_person(Role.ANALYST, person.organisation)
    administrator = make_person(Role.ADMINISTRATOR, person.organisation)
    secretariat = make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT))
    allowed = {world.overseer, world.overseers[0]}
    for viewer in [world.overseer, *world.overseers, *world.people[1:], colleague, administrator, secretariat]:
        client.logout()
        sign_in(client, viewer)
        status = client.get(address).status_code
        assert status == (200 if viewer in allowed else 404), viewer.roles
        sight = Sight.of(viewer_for(viewer))
        if viewer not in allowed:
            with pytest.raises(PermissionError):
                queries.counts_of(sight, person.id)
    client.logout()
    sign_in(client, person)
    assert client.get(address).headers["Location"] == reverse("oversight:own")
    assert queries.counts_of(Sight.of(viewer_for(person)), person.id)


def test_the_count_is_right(world: World) -> None:
    for person in world.people:
        counts = queries.counts_of(Sight.of(viewer_for(world.overseer)), person.id)
        expected = [entry.verb for entry in Entry.objects.filter(person=person.id)]
        assert sum(counts.values()) == len(expected) > 0
        assert all(expected.count(verb.value) == count for verb, count in counts.items())


@pytest.mark.once
def test_the_ledger_cannot_be_sorted_or_totalled_by_person(client: Client, world: World) -> None:
    """The log does not rate staff: no parameter changes the order, and no page holds the total of a search."""
    sign_in(client, world.overseer)
    address = reverse("oversight:ledger")
    plain = [entry.id for entry in Sight.of(viewer_for(world.overseer)).entries(queries_filters())]
    for sort in ("count", "-count", "person", "name"):
        response = client.get(address, {"sort": sort})
        assert response.status_code == 200
        assert "aria-sort" not in text_of(response)
    assert plain == sorted(plain, reverse=True)
    response = client.get(address, {"person": str(world.people[0].id)})
    assert "in all" not in text_of(response)


def queries_filters():
    from vaern.node.oversight.rules import Filters

    return Filters()


def test_a_search_by_address_becomes_an_address_that_names_nobody(client: Client, world: World) -> None:
    sign_in(client, world.overseer)
    person = world.people[1]
    response = client.post(reverse("oversight:ledger"), {"who": person.email.upper(), "at": "", "verb": "disclosure"})
    assert response.status_code == 302
    location = response.headers["Location"]
    assert str(person.id) in location
    assert "verb=disclosure" in location
    assert "example" not in location
    assert client.get(location).status_code == 200
    wrong = client.post(reverse("oversight:ledger"), {"who": "nobody@nowhere.example"})
    assert wrong.status_code == 200
    assert "Nobody here has this address" in text_of(wrong)


def test_an_overseer_of_one_organisation_does_not_find_people_of_another(client: Client, world: World) -> None:
    sign_in(client, world.overseers[0])
    response = client.post(reverse("oversight:ledger"), {"who": world.people[1].email})
    assert "Nobody here has this address" in text_of(response)
    foreign = Entry.objects.exclude(organisation=world.organisations[0].id).exclude(owner=world.organisations[0].id)
    assert client.get(reverse("oversight:entry", args=[foreign.first().id])).status_code == 404


def test_names_of_other_organisations_people_are_not_shown_to_one_organisation(client: Client, world: World) -> None:
    sign_in(client, world.overseers[0])
    text = text_of(client.get(reverse("oversight:ledger")))
    assert world.people[0].name in text
    assert world.people[1].name not in text
    assert f"omebody at {world.organisations[1].name}" in text


def test_an_open_session_of_an_administrator_is_seen_at_once(client: Client, world: World) -> None:
    administrator = make_person(Role.ADMINISTRATOR, world.organisations[0])
    other = make_person(Role.ADMINISTRATOR, world.organisations[1])
    open_admin_session(viewer_for(administrator), reason="ticket 7: import fails", lasts=timedelta(hours=1))
    open_admin_session(viewer_for(other), reason="ticket 8: of another", lasts=timedelta(hours=1))
    for viewer, seen in ((world.overseer, {"ticket 7", "ticket 8"}), (world.overseers[0], {"ticket 7"})):
        client.logout()
        sign_in(client, viewer)
        text = text_of(client.get(reverse("oversight:sessions")))
        assert {ticket for ticket in ("ticket 7", "ticket 8") if ticket in text} == seen
        assert text_of(client.get("/")).count(reverse("oversight:sessions")) >= 2  # navigation and item


def test_words_are_erased_and_the_proof_stays(client: Client, world: World) -> None:
    sign_in(client, world.overseers[0])
    own = world.organisations[0].id
    mine = Entry.objects.exclude(note=None).filter(organisation=own).first()
    foreign = Entry.objects.exclude(note=None).exclude(organisation=own).first()
    data = {"entries": f"{mine.id}, {foreign.id}", "order": "Order of the court, 3 May, no. 17"}
    response = client.post(reverse("oversight:erase-words"), data)
    assert response.status_code == 302
    assert not Note.objects.filter(entry=mine.id).exists()
    assert Note.objects.filter(entry=foreign.id).exists(), "words of another organisation are not theirs to erase"
    assert Entry.objects.get(id=mine.id).note is not None
    assert Entry.objects.filter(act="ledger.note.erased").count() == 1
    again = client.post(reverse("oversight:erase-words"), data)
    assert again.status_code == 422


def test_the_answer_names_nobody_else_and_is_a_disclosure(client: Client, world: World) -> None:
    sign_in(client, world.overseers[0])
    found = open_request(world)
    page = client.get(reverse("oversight:request", args=[found.id]))
    assert page.status_code == 200
    response = client.post(reverse("oversight:answer", args=[found.id]), {"as": "json"})
    document = json.loads(response.content)
    assert document["account"]["email"] == world.people[0].email
    assert len(document["did"]) == Entry.objects.filter(person=world.people[0].id).count()
    text = json.dumps(document, ensure_ascii=False)
    for other in (*world.people[1:], *world.overseers, world.overseer):
        assert other.name not in text
        assert other.email not in text
    recorded = Entry.objects.get(act="oversight.request.answered")
    assert (recorded.verb, recorded.subject) == ("disclosure", world.people[0].id)
    found.refresh_from_db()
    assert found.answered_at is not None
    printed = client.post(reverse("oversight:answer", args=[found.id]), {"as": "page"})
    assert printed.status_code == 200
    assert world.people[0].email in text_of(printed)
    assert world.overseers[0].email not in text_of(printed)


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "ground", "says"),
    [
        (OrganisationKind.POLICE, "inquiries", "LED art. 15(1)(a)"),
        (OrganisationKind.HOTLINE, "gdpr_crime", "GDPR art. 23(1)(d)"),
    ],
)
def test_each_organisation_restricts_under_its_own_law(
    client: Client, kind: OrganisationKind, ground: str, says: str
) -> None:
    organisation = make_organisation(kind)
    overseer = make_person(Role.OVERSIGHT, organisation)
    found = actions.open_request(
        viewer_for(overseer), make_person(Role.CURATOR, organisation), timezone.localdate(), "file"
    )
    sign_in(client, overseer)
    decide = reverse("oversight:restrict", args=[found.id])
    decision = {
        "parts": ["readers", "reasons"],
        "ground": ground,
        "words": "an open inquiry, file 3",
        "provision": "section 22(2)(4) of the Data Protection Act",
    }
    other = {"inquiries": "gdpr_crime", "gdpr_crime": "inquiries"}[ground]
    assert client.post(decide, decision | {"ground": other}).status_code == 422
    if ground == "gdpr_crime":
        refused = client.post(decide, decision | {"provision": ""})
        assert refused.status_code == 422
        assert "national law" in text_of(refused)

    def answered() -> dict[str, Any]:
        produced = client.post(reverse("oversight:answer", args=[found.id]), {"as": "json"})
        return json.loads(produced.content)  # type: ignore[no-any-return]

    assert client.post(decide, decision).status_code == 302
    document = answered()
    assert len(document["left_out"]) == 2
    assert says in document["ground"]
    assert ("section 22" in document["ground"]) == (ground == "gdpr_crime")
    assert "file 3" not in str(document), "the assessment stays inside"
    assert "why" not in document["done_to"][0]
    assert client.post(decide, decision | {"unsaid": "on"}).status_code == 302
    document = answered()
    assert (document["left_out"], document["ground"]) == ([], "")
    assert "why" not in document["done_to"][0]
    printed = text_of(client.post(reverse("oversight:answer", args=[found.id]), {"as": "page"}))
    assert "in some cases not to say so" in printed
    assert "are left out:" not in printed


def test_a_request_is_taken_in_by_exact_address_only(client: Client, world: World) -> None:
    sign_in(client, world.overseers[0])
    address, person = reverse("oversight:new-request"), world.people[0]
    data = {"received_date": timezone.localdate().isoformat(), "reference": "file 9"}
    for who, found in (
        (person.email, True),
        (str(person.id), True),
        (person.email[:-3], False),
        (person.name, False),
        (world.people[1].email, False),
        (str(world.people[1].id), False),
    ):
        response = client.post(address, {**data, "who": who})
        assert (response.status_code == 302) == found, who
        searched = Entry.objects.filter(act="oversight.request.searched").order_by("-id").first()
        assert searched.count == int(found)


def test_export_asks_for_the_second_factor_again(client: Client, world: World) -> None:
    sign_in(client, world.overseer, ago=3600)
    for name in ("export", "erase-words"):
        assert client.get(reverse(f"oversight:{name}")).status_code == 302
