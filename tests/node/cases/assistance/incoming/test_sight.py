"""Who sees a request of another country: the authority that was asked, its desk as far as it needs, nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from tests.node.cases.assistance.incoming.worlds import delivered, do, give_reason, make_asked, passed, taken
from tests.node.cases.assistance.worlds import REASON, scope
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.node.base.refusals import Refusal
from vaern.node.cases.assistance.incoming import actions, intake, queries
from vaern.node.cases.models import IncomingDocument, IncomingRequest
from vaern.node.cases.rules.incoming import Event
from vaern.node.casework import sheets
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.organisations.models import Person

pytestmark = pytest.mark.django_db
LETTER = b"Dear colleagues, a fictional letter with the word zebrafinch."


@pytest.mark.once
def test_the_matrix() -> None:
    """Everybody on the node × everything that can happen to a request: own, passed, taken back, answered."""
    asked = make_asked()
    there = asked.authority.member
    others: dict[str, Person] = {
        "sender's desk": asked.world.ada,
        "sender": asked.world.lex,
        "another desk there": make_person(Role.INVESTIGATOR, make_organisation(OrganisationKind.POLICE, member=there)),
        "another authority there": make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY, member=there)),
        "a hotline there": make_person(Role.ANALYST, make_organisation(OrganisationKind.HOTLINE, member=there)),
    }
    request = delivered(asked)

    def sees(person: Person) -> bool:
        viewer = viewer_for(person)
        with scope(viewer):
            found = sheets.find(IncomingRequest, request.pk) is not None
            listed = request.pk in {one.pk for one in queries.requests(viewer, "all", {}).rows}
        assert found == listed
        return found

    def stands(desk: bool) -> None:
        assert sees(asked.lena)
        assert sees(asked.lars)
        assert sees(asked.dora) == desk
        assert not [name for name, person in others.items() if sees(person)]

    stands(desk=False)
    passed(asked, request)
    stands(desk=True)
    do(asked.legal, request, Event.TAKE_BACK)
    stands(desk=False)
    do(asked.legal, request, Event.UNDO)
    passed(asked, request)
    do(asked.police, request, Event.EXECUTE)
    do(asked.legal, request, Event.ANSWER)
    stands(desk=True)


def test_a_desk_reads_what_is_asked_for_and_neither_letters_nor_who_asks() -> None:
    asked = make_asked()
    request = taken(asked)
    with scope(asked.legal):
        intake.attach(asked.legal, REASON, request, "text/plain", LETTER)
        form = {one["code"]: f"{one['code']} is asked" for one in request.pinned["form"]["fields"]}
        intake.write(asked.legal, REASON, request, form)
        actions.correspond(asked.legal, REASON, request, "Their prosecutor called us.")
    request = passed(asked, request)
    with scope(asked.legal):
        whole = queries.sheet(asked.legal, request, REASON)
        actions.correspond(asked.legal, REASON, request, "Until Friday, please.")
    with scope(asked.police):
        request = sheets.find(IncomingRequest, request.pk)
        assert request is not None
        part = queries.sheet(asked.police, request, REASON)
    assert whole.values
    withheld = {one.code for one in part.law.form.fields if one.withheld}
    assert part.values == {code: text for code, text in whole.values.items() if code not in withheld}
    assert part.asker == ("", "")
    assert part.documents == []
    assert part.history == []
    said = [words for _note, words in part.notes]
    assert "Until Friday, please." in said
    assert "Their prosecutor called us." not in said


def test_the_page_of_a_desk_says_no_more_than_that(client: Client) -> None:
    asked = make_asked()
    request = taken(asked)
    with scope(asked.legal):
        intake.attach(asked.legal, REASON, request, "text/plain", LETTER)
    passed(asked, request)
    sign_in(client, asked.dora)
    give_reason(client, request)
    text = client.get(reverse("cases:incoming-request", args=[request.pk])).content.decode()
    assert request.code in text
    for word in ("Prosecutor of a fictional town", "XA-77/2031", "Document 1"):
        assert word not in text
    assert client.get(reverse("cases:incoming-document", args=[request.pk, 1])).status_code in {403, 404}


@pytest.mark.once
def test_a_document_is_kept_sealed_and_comes_out_as_it_came() -> None:
    asked = make_asked()
    request = taken(asked)
    with scope(asked.legal):
        intake.attach(asked.legal, REASON, request, "text/plain", LETTER)
        with pytest.raises(Refusal):
            intake.attach(asked.legal, REASON, request, "text/plain", LETTER)
        document = queries.find_document(asked.legal, request.pk, 1)
        assert document is not None
        assert intake.take_document(asked.legal, REASON, document) == LETTER
    assert b"zebrafinch" not in bytes(IncomingDocument.everywhere.get().sealed)
    passed(asked, request)
    with scope(asked.police), pytest.raises(Refusal):
        intake.attach(asked.police, REASON, request, "text/plain", b"another")


def test_a_desk_of_another_country_executes_nothing() -> None:
    asked = make_asked()
    request = taken(asked)
    do(asked.legal, request, Event.RECOGNISE)
    with scope(asked.legal):
        assert [one.organisation.pk for one in actions.desks(asked.legal, request)] == [asked.desk.pk]
    from tests.node.cases.assistance.incoming.test_life import terms_of_release

    with scope(asked.legal), pytest.raises(Refusal):
        actions.pass_on(asked.legal, REASON, request, asked.world.desk.pk, terms_of_release())
