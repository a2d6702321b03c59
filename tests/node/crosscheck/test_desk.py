"""The cross-check desk: groups are the connected components, countries are explained, and no record is ever shown."""

from __future__ import annotations

import re
from datetime import date
from itertools import count

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.node.crosscheck.factories import make_meeting, make_record, make_reveal, some_key
from tests.node.factories import make_member, make_organisation, make_person, sign_in, viewer_for

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework import kinds
from vaern.node.casework.kinds import RecordKind
from vaern.node.crosscheck.desk import actions, queries
from vaern.node.crosscheck.desk.labels import countries
from vaern.node.crosscheck.models import CountryQuestion, Enrolled, Enrolment, Meeting
from vaern.node.crosscheck.registry.actions import of_record, register_keys
from vaern.node.crosscheck.rules.desk import Because, Sign, components, propose
from vaern.node.crosscheck.rules.weights import all_weights, read, weights_on
from vaern.node.ledger.models import Entry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Permission, Role

WHY = Reason(Why.INVESTIGATION)
POLICE = OrganisationKind.POLICE
_number = count(50_000)

EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15)


@given(EDGES)
def test_groups_are_the_connected_components(edges: list[tuple[int, int]]) -> None:
    nodes = {node for edge in edges for node in edge}
    reach = {node: {node} for node in nodes}
    for _ in nodes:  # brute force: until nothing more is reached
        for one, other in edges:
            both = reach[one] | reach[other]
            for node in both:
                reach[node] = reach[node] | both
    assert set(components(edges)) == {frozenset(group) for group in reach.values()}


SIGNS = st.lists(
    st.builds(Sign, st.sampled_from(["hypothesis", "held", "address", "host"]), st.sampled_from(["AA", "BB", "CC"])),
    max_size=12,
)


@given(SIGNS)
def test_a_proposal_is_the_sum_of_its_lines_and_no_more_than_its_signs_give(signs: list[Sign]) -> None:
    weights = weights_on(date(2026, 11, 25))
    found = propose(signs, weights)
    assert {one.country for one in found} == {sign.country for sign in signs}
    for one in found:
        assert one.points == pytest.approx(sum(line.points for line in one.lines))
        assert all(line.signs == signs.count(Sign(line.code, one.country)) for line in one.lines)
    given_out = sum(weights.country[code] for code in {sign.code for sign in signs})
    assert sum(one.points for one in found) == pytest.approx(given_out, abs=0.5)
    assert [one.points for one in found] == sorted((one.points for one in found), reverse=True)


def test_weights_are_a_hundred_points() -> None:
    assert all(sum(weights.country.values()) == 100 for weights in all_weights())
    with pytest.raises(ValueError, match=r"x\.json: the points"):
        read(b'{"version":"1","valid_from":"2026-01-01","valid_until":null,"note":"","country":{"held":99}}', "x.json")


@pytest.fixture
def desk():
    return make_person(Role.CROSS_CHECKER, make_organisation(OrganisationKind.HUB))


@pytest.fixture
def group():
    """Four records of three organisations, in a chain of keys, with a host that says nothing."""
    owners = [make_organisation(POLICE, member=make_member()) for _ in range(3)]
    kinds = [make_record(owner) for owner in (*owners, owners[0])]
    keys = [some_key(next(_number)) for _ in range(3)]
    host = some_key(next(_number), "host")
    for at, record in enumerate(kinds):
        register_keys(record, [*keys[max(0, at - 1) : at + 1], host])
    return kinds


@pytest.mark.django_db
def test_a_group_is_seen_by_keyed_values_alone(desk, group) -> None:
    viewer = viewer_for(desk)
    (one,), left = queries.groups(viewer)
    assert (one.organisations, one.records, one.meetings, left) == (3, 4, 3, 0)
    inside = queries.inside(viewer, one.id)
    assert [number for number, _letter, _state in inside.records] == [1, 2, 3, 4]
    assert [letter for _number, letter, _state in inside.records] == ["a", "b", "c", "a"]
    digests = {row.digest.hex()[:8] for row in Enrolled.everywhere.all()}
    assert {key.short for key in inside.keys} <= digests
    assert {key.kind for key in inside.keys} == {"sha256", "host"}
    assert Entry.objects.filter(act="crosscheck.group.read", person=desk.pk).exists()


@pytest.mark.once
@pytest.mark.django_db
def test_no_page_of_the_desk_shows_anything_of_a_record(client, desk, group) -> None:
    """Ids, codes, names: whatever another organisation's record or the organisation itself has, nowhere."""
    asking = make_person(Role.INVESTIGATOR, group[0].organisation)
    question = actions.ask_country(viewer_for(asking), WHY, of_record(group[0]).get(), host="DK")
    met = make_meeting(group[1])
    make_reveal(met, group[1])
    secret = set()
    for side in Enrolment.everywhere.select_related("organisation__member"):
        owner = side.organisation
        secret |= {str(side.record), str(owner.pk), owner.name}
        secret |= {owner.member.name} if owner.member else set()
    secret |= {record.reference for record in group} | {asking.name, str(asking.pk)}
    secret |= {row.digest.hex() for row in Enrolled.everywhere.all()}
    sign_in(client, desk)
    meetings = list(Meeting.everywhere.values_list("pk", flat=True))
    pages = [
        "/",
        reverse("crosscheck:groups"),
        reverse("crosscheck:questions"),
        reverse("crosscheck:answer-country", args=[question.pk]),
        reverse("crosscheck:meetings"),
        *(reverse("crosscheck:group", args=[meeting]) for meeting in meetings),
        *(reverse("crosscheck:nudge", args=[meeting]) for meeting in meetings),
        reverse("oversight:own"),
    ]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert not {word for word in secret if word in text}, page
    for meeting in meetings:
        for name in ("meeting", "ask"):
            assert client.get(reverse(f"crosscheck:{name}", args=[meeting])).status_code in {403, 404}
    assert client.get(reverse("crosscheck:look-up", args=["scan", group[0].pk])).status_code == 404


@pytest.mark.django_db
def test_countries_are_named_and_a_sign_that_is_alone_is_one(client, desk, group) -> None:
    asking = make_person(Role.INVESTIGATOR, group[0].organisation)
    place = make_member("XL")
    question = actions.ask_country(viewer_for(asking), WHY, of_record(group[0]).get(), host="XL")
    sign_in(client, desk)
    listed = client.get(reverse("crosscheck:questions")).content.decode()
    assert f"{place.name} {question.proposals[0]['points']}" in listed
    shown = client.get(reverse("crosscheck:answer-country", args=[question.pk])).content.decode()
    assert place.name in shown
    assert "1 such sign<" in shown
    assert str(question.pk)[:8] in shown
    assert countries(["XL", "ZZ"]) == {"XL": place.name, "ZZ": "ZZ"}


@pytest.mark.django_db
def test_who_asks_about_a_record_sees_which(client, group, monkeypatch) -> None:
    may = Permission.SCAN_VIEW
    scans = RecordKind("scan", "Scan", "scans:scan", may, lambda ids: dict.fromkeys(ids, "S-17"), may)
    monkeypatch.setitem(kinds._KINDS, "scan", scans)
    sign_in(client, make_person(Role.INVESTIGATOR, group[0].organisation))
    for page in ("look-up", "ask-country"):
        assert "Scan S-17" in client.get(reverse(f"crosscheck:{page}", args=["scan", group[0].pk])).content.decode()


@pytest.mark.django_db
def test_both_sides_are_told_that_the_desk_suggests_to_talk(client, desk, group) -> None:
    meeting = Meeting.everywhere.first()
    sign_in(client, desk)
    given = {"because": "many_keys", "why": "investigation", "words": ""}
    assert client.post(reverse("crosscheck:nudge", args=[meeting.pk]), given).status_code == 302
    with pytest.raises(Refusal, match="not long ago"):
        actions.nudge(viewer_for(desk), WHY, meeting.pk, Because.MANY_KEYS)
    told = Entry.objects.filter(act="crosscheck.nudge.came")
    assert {entry.owner for entry in told} == {meeting.one.organisation_id, meeting.other.organisation_id}
    owner = make_person(Role.INVESTIGATOR, meeting.one.organisation)
    client.logout()
    sign_in(client, owner)
    here = reverse("crosscheck:meeting", args=[meeting.pk])
    client.post(
        reverse("casework:reason"),
        {
            "kind": meeting.one.kind,
            "record": str(meeting.one.record),
            "next": here,
            "reason-why": "investigation",
        },
    )
    assert re.search("desk suggests that you talk.*You share many values", client.get(here).content.decode())


@pytest.mark.django_db
def test_a_country_is_named_only_where_its_organisation_allows_it(desk, group) -> None:
    asking = viewer_for(make_person(Role.INVESTIGATOR, group[1].organisation))
    enrolment = of_record(group[1]).get()
    Enrolment.everywhere.filter(record=group[0].pk).update(country_hint="ZZ")
    unnamed = actions.ask_country(asking, WHY, enrolment, host="XX", address="YY")
    assert {one["country"] for one in unnamed.proposals} == {"XX", "YY"}
    with pytest.raises(Refusal, match="asked already"):
        actions.ask_country(asking, WHY, enrolment)
    actions.answer_country(viewer_for(desk), WHY, unnamed.pk, declined=True)
    assert CountryQuestion.everywhere.get(pk=unnamed.pk).proposals == []
    administrator = viewer_for(make_person(Role.ADMINISTRATOR, group[0].organisation))
    actions.name_country(administrator, WHY, allowed=True)
    named = actions.ask_country(asking, WHY, enrolment)
    code = group[0].organisation.member.code
    assert [(one["country"], one["points"]) for one in named.proposals] == [("ZZ", 35.0), (code, 30.0)]
    with viewing(asking.organisation.id):
        assert queries.question_of(asking, enrolment).pk == named.pk
    actions.answer_country(viewer_for(desk), WHY, named.pk)
    with pytest.raises(Refusal, match="answered already"):
        actions.answer_country(viewer_for(desk), WHY, named.pk)
    assert not Entry.objects.filter(organisation=desk.organisation_id).exclude(recipient=None).exists()


@pytest.mark.django_db
def test_the_desk_asks_nothing_of_a_record_of_others(group) -> None:
    stranger = viewer_for(make_person(Role.INVESTIGATOR))
    with pytest.raises(ValueError, match="not your organisation's"):
        actions.ask_country(stranger, WHY, of_record(group[0]).get())
