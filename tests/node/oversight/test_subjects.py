"""People without an account: what is found of them, what they are told, and what no answer gives away."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for
from tests.node.refusals import refused

from vaern.node.base.scope import viewing
from vaern.node.crosscheck.base.keys import keys_of
from vaern.node.crosscheck.models import Enrolled, Enrolment
from vaern.node.crosscheck.rules.identifiers import Kind, normalised
from vaern.node.ledger.models import Entry
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import OrganisationKind, Regime, Role
from vaern.node.oversight import subject_actions
from vaern.node.oversight.models import SubjectRequest
from vaern.node.oversight.rules import Ground
from vaern.node.oversight.subject_rules import Decision, Identity, Reply, Right, problem_with_decision
from vaern.node.oversight.subject_search import BadLine, held, identifiers

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

SAID = "Somebody@mail.example\n+45 20 12 34 56\nexamplechat|@Some.Name\n192.0.2.7"
NEITHER = Decision(
    Reply.NEITHER, Ground.PREVENTION, "section 22(2)(4) of the Data Protection Act", "an open inquiry, file 3"
)


def overseer_of(organisation: Organisation) -> Viewer:
    return viewer_for(make_person(Role.OVERSIGHT, organisation))


def taken_in(viewer: Viewer, said: str = SAID, right: Right = Right.ACCESS, language: str = "en") -> SubjectRequest:
    return subject_actions.open_subject(viewer, right, Identity.NOT, said, timezone.localdate(), "file 7", language)


def enrol(organisation: Organisation, kind: Kind, value: str, service: str = "", record: str = "report") -> None:
    """Let a record of an organisation hold an identifier, as a conclusion enrols it."""
    made = Enrolment.everywhere.create(kind=record, record=uuid.uuid4(), organisation=organisation)
    for key in keys_of(normalised(kind, value, service=service)):
        Enrolled.everywhere.create(enrolment=made, organisation=organisation, kind=key.kind, digest=key.digest)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(
    ("kind", "ground"), [(OrganisationKind.POLICE, Ground.PREVENTION), (OrganisationKind.HOTLINE, Ground.GDPR_CRIME)]
)
def test_neither_confirmed_nor_denied_is_the_same_to_the_letter_whether_or_not_anything_is_held(
    kind: OrganisationKind, ground: Ground, language: str
) -> None:
    """The oracle: two requests that differ only in whether records hold the person get the same answer."""
    organisation = make_organisation(kind)
    viewer = overseer_of(organisation)
    enrol(organisation, Kind.EMAIL, "somebody@mail.example")
    enrol(organisation, Kind.EMAIL, "somebody@mail.example", record="case")
    known, unknown = taken_in(viewer, language=language), taken_in(viewer, "nobody@mail.example", language=language)
    given_ = Decision(NEITHER.reply, ground, NEITHER.provision, NEITHER.words)
    before = Entry.objects.count()
    with viewing(organisation.id):
        assert [len(subject_actions.search(viewer, one)) for one in (known, unknown)] == [2, 0]
        said = [subject_actions.answer(viewer, one, Identity.IN_PERSON, given_) for one in (known, unknown)]
    assert said[0] == said[1]
    assert "file 3" not in said[0], "the assessment stays inside"
    last = list(Entry.objects.order_by("id")[before:].values("act", "count"))[-2:]
    assert last[0] == last[1], "the entry of the disclosure tells no difference either"


@pytest.mark.django_db
def test_the_authority_s_answer_says_only_that_the_checks_took_place_and_it_looks_through_the_node() -> None:
    authority, police = make_organisation(OrganisationKind.OVERSIGHT), make_organisation(OrganisationKind.POLICE)
    viewer = overseer_of(authority)
    enrol(police, Kind.PHONE, "+45 20 12 34 56")
    known, unknown = (taken_in(viewer, said, Right.AUTHORITY) for said in (SAID, "nobody@mail.example"))
    with viewing(authority.id):
        assert [one.kind for one in subject_actions.search(viewer, known)] == ["report"]
        texts = [
            subject_actions.answer(viewer, one, Identity.BY_AUTHORITY, Decision(Reply.CHECKED))
            for one in (known, unknown)
        ]
    assert texts[0] == texts[1]
    assert "all the checks" in texts[0]
    with refused("only_oversight"):
        taken_in(overseer_of(police), right=Right.AUTHORITY)


@pytest.mark.django_db
def test_what_is_held_is_told_by_kind_and_day_of_ones_own_organisation_alone() -> None:
    police, other = make_organisation(OrganisationKind.POLICE), make_organisation(OrganisationKind.POLICE)
    viewer = overseer_of(police)
    enrol(police, Kind.ACCOUNT, "some.name", "ExampleChat", "case")
    enrol(police, Kind.ADDRESS, "192.0.2.7")
    enrol(police, Kind.ADDRESS, "192.0.2.8")
    enrol(other, Kind.EMAIL, "somebody@mail.example", record="series")
    request = taken_in(viewer)
    with viewing(police.id):
        text = subject_actions.answer(viewer, request, Identity.DOCUMENT, Decision(Reply.HELD))
    assert "1 record (case)" in text
    assert "1 record (report)" in text
    assert "series" not in text
    assert b"somebody" not in bytes(request.identifiers), "what identifies a person is sealed"


@pytest.mark.django_db
def test_an_account_is_found_by_its_address() -> None:
    hotline = make_organisation(OrganisationKind.HOTLINE)
    person = make_person(Role.ANALYST, hotline)
    found = held(identifiers(person.email.upper()), hotline.id)
    assert [(one.kind, one.record) for one in found] == [("account", person.id)]
    assert held(identifiers(person.email), make_organisation(OrganisationKind.HOTLINE).id) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 6, 30, 22, 1, tzinfo=UTC), date(2026, 7, 1)),
    ],
)
def test_what_is_held_is_there_since_a_day_of_the_node(at: datetime, day: date) -> None:
    person = make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE))
    enrol(person.organisation, Kind.EMAIL, person.email)
    Enrolment.everywhere.update(enrolled_at=at)
    Person.everybody.filter(pk=person.pk).update(created_at=at)
    found = held(identifiers(person.email), person.organisation_id)
    assert {(one.kind, one.day) for one in found} == {("report", day), ("account", day)}


KINDS, RIGHTS = list(OrganisationKind), list(Right)


@given(
    st.sampled_from(KINDS),
    st.sampled_from(list(Regime)),
    st.sampled_from(RIGHTS),
    st.sampled_from(list(Identity)),
    st.sampled_from(list(Reply)),
    st.sampled_from([None, *Ground]),
    st.sampled_from(["", "§ 22, stk. 2"]),
    st.sampled_from(["", "short", "an assessment of it"]),
    st.integers(0, 2),
)
def test_nobody_is_answered_unless_it_is_known_who_asks_and_silence_has_its_ground(
    kind: OrganisationKind,
    regime: Regime,
    right: Right,
    identity: Identity,
    reply: Reply,
    ground: Ground | None,
    provision: str,
    words: str,
    found: int,
) -> None:
    problem = problem_with_decision(
        kind, regime, right, identity, Decision(reply, ground, provision, words), found=found
    )
    if not problem:
        assert identity is not Identity.NOT
        assert (reply is Reply.CHECKED) == (right is Right.AUTHORITY)
        assert right is Right.ACCESS or kind is OrganisationKind.OVERSIGHT
        if reply is Reply.HELD:
            assert found
        if reply is Reply.NEITHER:
            assert ground is not None
            assert ground.value.startswith("gdpr_") == (regime is Regime.GDPR)
            assert provision or regime is Regime.LED
            assert words == "an assessment of it"
    silent = Decision(Reply.NEITHER, ground, provision, words)
    assert problem_with_decision(kind, regime, right, identity, silent, found=0) == problem_with_decision(
        kind, regime, right, identity, silent, found=2
    ), "whether silence may be kept does not depend on what is held"


@pytest.mark.parametrize("line", ["a name", "45201234", "a|b|c|d", "|account", "999.1.1.1"])
def test_what_is_no_identifier_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(BadLine) as caught:
        identifiers(f"a@b.example\n\n{line}")
    assert caught.value.number == 3
    assert line not in str(caught.value)


@pytest.mark.django_db
def test_a_request_ends_on_its_day_answered_or_not() -> None:
    viewer = overseer_of(make_organisation(OrganisationKind.POLICE))
    request = taken_in(viewer)
    assert subject_actions.erase_old_subjects(request.review_date) == 0
    assert subject_actions.erase_old_subjects(request.review_date + timedelta(days=1)) == 1
    assert not SubjectRequest.everywhere.exists()


@pytest.mark.once
@pytest.mark.django_db
def test_a_request_goes_from_the_letter_to_the_answer_by_its_pages(client: Client) -> None:
    organisation = make_organisation(OrganisationKind.HOTLINE)
    enrol(organisation, Kind.EMAIL, "somebody@mail.example")
    viewer = overseer_of(organisation)
    assert viewer.person is not None
    sign_in(client, viewer.person)
    new = reverse("oversight:new-subject")
    asked = {
        "right": "access",
        "identifiers": SAID,
        "identity": "not",
        "reference": "file 7",
        "language": "da",
        "received_date": timezone.localdate().isoformat(),
    }
    assert client.get(new).status_code == 200
    assert client.post(new, asked | {"identifiers": "a name"}).status_code == 422
    assert client.post(new, asked | {"right": "authority"}).status_code == 422
    page = client.post(new, asked, follow=True).content.decode()
    assert "somebody@mail.example" in page.lower()
    assert "file 7" in client.get(reverse("oversight:subjects")).content.decode()
    request = SubjectRequest.everywhere.get()
    produce = reverse("oversight:answer-subject", args=[request.pk])
    answer = {"reply": "neither", "ground": "gdpr_crime", "provision": "§ 22, stk. 2, nr. 4", "words": NEITHER.words}
    assert client.get(produce).status_code == 200
    assert client.post(produce, answer | {"identity": "not"}).status_code == 422
    assert client.post(produce, answer | {"identity": "document", "provision": ""}).status_code == 422
    text = client.post(produce, answer | {"identity": "document", "as": "text"}).content.decode()
    assert "Vi hverken bekræfter eller afkræfter" in text
    assert "§ 22, stk. 2, nr. 4" in text
    assert "hverken bekræfter" in client.post(produce, answer | {"identity": "document"}).content.decode()
    client.logout()
    other = make_person(Role.OVERSIGHT, make_organisation(OrganisationKind.HOTLINE))
    sign_in(client, other)
    assert client.get(reverse("oversight:subject", args=[request.pk])).status_code == 404
