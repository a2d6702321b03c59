"""Lists of what is no hash: found by the search of the menu, and downloaded as the command line writes them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.formats.reading import read
from tests.lookup.service import until
from tests.node.factories import make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.test_kinds import SPELLED, kinds, value_of

from vaern.formats import csv_lists_write
from vaern.formats.values import normal
from vaern.matching import List
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.models import Note
from vaern.node.lists.base.disk import folder_of, on_disk
from vaern.node.lists.curation import actions, presenters, values
from vaern.node.lists.curation.finders import LOOKS, find
from vaern.node.lists.models import EntryVote, ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.web.search import queries as searching
from vaern.node.web.search.looks import recognised
from vaern.records import Signal

if TYPE_CHECKING:
    from django.test import Client

    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer
    from vaern.records import Entry

pytestmark = pytest.mark.django_db(transaction=True)

FANGLESS = {"addresses": "hxxps://host[.]example/~a", "domains": "xn--bcher-kva[.]example"}


def filled(viewer: Viewer, holds: str, name: str = "known") -> HashList:
    """Return a list with the value in two spellings of `SPELLED`, and two others."""
    kind, value = value_of(holds)
    said = [Signal(kind, value), *(Signal(kind, normal(kind, f"other{number}.example")) for number in range(2))]
    made = make_list(viewer, name, holds=holds)
    add(viewer, made, *(entry_of(f"{name}-{number}", one) for number, one in enumerate(said)))
    made.refresh_from_db()
    until(lambda: any(one.entries for one in on_disk(name)))  # a process looks at the folder now and then
    return made


def reached(viewer: Viewer, text: str) -> list[str]:
    with viewing(viewer.organisation.id):
        wanted = recognised(text)
        assert wanted.looks & LOOKS, "the finder is not even asked"
        return [str(hit.title) for hit in find(viewer, wanted, 10)]


@pytest.mark.once
@kinds
def test_the_menu_finds_a_value_in_any_spelling_for_whoever_sees_its_list_and_keeps_nothing_of_it(holds: str) -> None:
    owner, other = curator(), curator()
    made = filled(owner, holds)
    filled(other, next(one for one in SPELLED if one != holds), "theirs")
    texts = [*SPELLED[holds], f"  {SPELLED[holds][1]} ", *([FANGLESS[holds]] if holds in FANGLESS else [])]
    if holds == "keywords":
        texts.append(value_of(holds)[1].hex())
    for text in texts:
        assert reached(owner, text) == ["known: known-0"], text
        assert reached(other, text) == []
    assert reached(owner, "another.example") == []
    with viewing(owner.organisation.id):
        actions.release(owner, QUALITY, made, [other.organisation.pk], terms(Handling.AMBER, soon()))
    assert reached(other, texts[0]) == ["known: known-0"]
    with viewing(owner.organisation.id):
        assert {group.finder.kind: len(group.hits) for group in searching.search(owner, texts[0]).groups}["list"] == 1
    assert not Note.objects.filter(details__contains=SPELLED[holds][1]).exists()


def rows_of(hash_list: HashList) -> list[ListEntry]:
    return list(ListEntry.everywhere.filter(list=hash_list).select_related("list").order_by("pk"))


def soon() -> Any:
    return timezone.now() + timedelta(days=30)


def taken_out(viewer: Viewer, hash_list: HashList) -> list[Entry]:
    with viewing(viewer.organisation.id):
        document = b"".join(values.take_out(viewer, hash_list, QUALITY))
    found, problems = read(document, name="out.csv")
    assert not problems
    return found


@kinds
def test_a_list_is_downloaded_as_the_command_line_writes_it_and_recorded_with_how_many(holds: str) -> None:
    owner = curator()
    made = filled(owner, holds)
    gone = rows_of(made)[-1]
    with viewing(owner.organisation.id):
        actions.recall(owner, QUALITY, gone, RecallReason.NOT_CSAM)
    made.refresh_from_db()
    found = taken_out(owner, made)
    document = b"".join(csv_lists_write.write(List.open(folder_of(made.name)).live()))
    assert sorted(found, key=lambda one: one.id) == sorted(read(document, name="out.csv")[0], key=lambda one: one.id)
    assert [one.id for one in found] == ["known-0", "known-1"]
    (said,) = LedgerEntry.objects.filter(act="lists.list.values_taken_out")
    assert (said.count, said.subject, said.verb) == (2, made.pk, "disclosure")


def test_the_file_has_no_vote_to_which_the_organisation_is_blind() -> None:
    owner = curator()
    made = filled(owner, "domains")
    voter = viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE)))
    with viewing(owner.organisation.id):
        actions.release(owner, QUALITY, made, [voter.organisation.pk], terms(Handling.AMBER, soon()))
    for row in rows_of(made):
        with viewing(voter.organisation.id):
            vote(voter, QUALITY, row, Ballot("positive", "independent"))
    assert [one.votes for one in taken_out(owner, made)] == [()] * 3
    own = viewer_for(make_person(Role.IDENTIFIER, owner.organisation))
    first = rows_of(made)[0]
    with viewing(owner.organisation.id):
        vote(own, QUALITY, first, Ballot("positive", "inherited"))
    names = [{one.organisation for one in entry.votes} for entry in taken_out(owner, made)]
    assert {voter.organisation.name, owner.organisation.name} <= names[0]
    assert names[1:] == [set(), set()]
    assert EntryVote.everywhere.count() == 4


def test_the_page_gives_the_file_to_whoever_keeps_the_list_and_no_list_of_hashes(client: Client) -> None:
    owner, other = curator(), curator()
    made, hashes = filled(owner, "wallets"), make_list(owner, "hashes")
    url = reverse("lists:values-file", args=[made.pk])
    sign_in(client, owner.person)
    assert url in {one.url for one in presenters.offers(owner, made)}
    assert not any("values" in one.url for one in presenters.offers(owner, hashes))
    answer = client.post(url, {"why": QUALITY.why.value, "words": "for a test"})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="known.csv"'
    assert b"".join(answer).count(b"\n") == 4
    refused = reverse("lists:values-file", args=[hashes.pk])
    assert client.get(refused).status_code == 302
    assert client.post(refused, {"why": QUALITY.why.value, "words": "for a test"}).status_code == 422
    with viewing(owner.organisation.id), pytest.raises(Refusal, match="VICS"):
        values.take_out(owner, hashes, QUALITY)
    sign_in(client, other.person)
    assert client.get(url).status_code == 404
    assert LedgerEntry.objects.filter(act="lists.list.values_taken_out").count() == 1
