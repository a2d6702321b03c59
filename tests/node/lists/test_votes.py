"""Votes: blind until one has voted, one an organisation, and a no goes to a person."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_member, make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list

from vaern.matching import List
from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.base.queries import entry_of as find_entry
from vaern.node.lists.base.queries import unseen
from vaern.node.lists.curation import actions, presenters, presenters_entries, queries
from vaern.node.lists.curation.queries import MOST_WAITING
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.records import Vote

pytestmark = pytest.mark.django_db(transaction=True)
YES, NO = Ballot("positive", "independent"), Ballot("negative", "independent")


def voter(hash_list: HashList, owner: Any, member: Any = None) -> Any:
    """Return somebody to whom the list is released: of another country, if none is given."""
    police = make_organisation(OrganisationKind.POLICE, member=member or make_member())
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        actions.release(owner, QUALITY, hash_list, [police.pk], terms(Handling.AMBER, until))
    return viewer_for(make_person(Role.IDENTIFIER, police))


def cast(viewer: Any, row: ListEntry, ballot: Ballot, reason: Reason = QUALITY) -> EntryVote:
    with viewing(viewer.organisation.id):
        return vote(viewer, reason, row, ballot)


def published(ident: str = "a") -> tuple[Vote, ...]:
    """The votes of an entry as the list on disk has them."""
    found = List.open(folder_of("known")).by_id(ident)
    assert found is not None
    return found[1].votes


def test_votes_are_blind_until_one_has_voted():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    first, second = voter(hash_list, owner), voter(hash_list, owner)
    cast(first, row, YES)

    def seen(viewer: Any) -> Any:
        with viewing(viewer.organisation.id):
            entry = find_entry(HashList.objects.get(pk=hash_list.pk), row.pk)
            assert entry is not None
            return queries.entry_page(viewer, entry, QUALITY).votes

    assert seen(second) is None
    cast(second, row, YES)
    assert [one.organisation_id for one in seen(second)] == [first.organisation.id, second.organisation.id]


def test_nobody_of_an_organisation_that_votes_sees_the_votes_before_it_has() -> None:
    """Neither a colleague who may not vote, nor the counts of a table, nor a key."""
    owner = curator()
    hash_list = make_list(owner)
    (row, other) = add(owner, hash_list, entry_of("a", viewed_by=("Somebody",)), entry_of("b"))
    first, second = voter(hash_list, owner), voter(hash_list, owner)
    colleague = viewer_for(make_person(Role.INVESTIGATOR, second.organisation))
    platform = viewer_for(make_person(Role.MODERATOR, make_organisation(OrganisationKind.PLATFORM)))
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        actions.release(owner, QUALITY, hash_list, [platform.organisation.id], terms(Handling.AMBER, until))
    cast(first, row, NO)

    def seen(viewer: Any) -> tuple[bool, set[int], bool]:
        with viewing(viewer.organisation.id):
            received = HashList.objects.get(pk=hash_list.pk)
            entry = find_entry(received, row.pk)
            assert entry is not None
            page = queries.entry_page(viewer, entry, QUALITY)
            facts = presenters_entries.entry_context(viewer, page, QUALITY)["facts"]
            assert ("Somebody" in [value for _name, value in facts.pairs]) == (page.votes is not None)
            return page.votes is not None, unseen(viewer, [row, other]), "–" in _cells(viewer, received)

    both = {row.pk, other.pk}
    assert seen(colleague) == seen(second) == (False, both, True)
    assert seen(platform) == (True, set(), False)  # it has no vote to be swayed
    cast(second, row, YES)
    assert seen(colleague) == seen(second) == (True, {other.pk}, True)
    assert why(owner, hash_list) == "1 says no, 1 says yes"  # whoever decides on it sees them
    assert why(viewer_for(make_person(Role.INVESTIGATOR, owner.organisation)), hash_list) == "–"


def why(viewer: Any, hash_list: HashList) -> Any:
    """What the page of a list says of why its one entry waits."""
    with viewing(viewer.organisation.id):
        page = queries.opened(viewer, HashList.objects.get(pk=hash_list.pk), QUALITY, queries.EntrySearch(), {})
        (line,) = presenters.waiting_table(viewer, page.sheet).rows
        return line.cells[2]


def _cells(viewer: Any, hash_list: HashList) -> list[Any]:
    """What the table of a list's entries says of votes."""
    search = queries.EntrySearch()
    page = queries.entries(viewer, hash_list, QUALITY, search, {})
    return [cell for line in presenters.entries_table(viewer, hash_list, page, search).rows for cell in line.cells[4:6]]


def test_a_vote_is_on_disk_with_its_country_and_how_it_is_known():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    one = voter(hash_list, owner)
    cast(one, row, Ballot("positive", "independent", "NCMEC", "A1"))
    listed, said = published()
    assert (listed.organisation, listed.opinion) == (owner.organisation.name, "positive")  # it put it there
    country = one.organisation.member.code
    assert (said.organisation, said.country, said.view) == (one.organisation.name, country, "independent")
    assert (said.scheme, said.classification) == ("NCMEC", "A1")


def test_a_second_vote_of_an_organisation_takes_the_place_of_the_first():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    one = voter(hash_list, owner)
    cast(one, row, YES)
    cast(one, row, Ballot("unsure", "inherited"))
    assert [(said.opinion, said.view) for said in published()[1:]] == [("unsure", "inherited")]
    row.refresh_from_db()
    assert (row.positive, row.negative) == (0, 0)


def test_what_an_organisation_says_here_goes_before_what_its_source_says_of_it():
    owner = curator()
    hash_list = make_list(owner)
    one = voter(hash_list, owner)
    from_source = (Vote(one.organisation.name, "positive"), Vote("Elsewhere", "positive"))
    (row,) = add(owner, hash_list, entry_of("a", digest("a"), votes=from_source))
    cast(one, row, NO)
    assert {said.organisation: said.opinion for said in published()} == {
        "Elsewhere": "positive",
        one.organisation.name: "negative",
    }


def test_a_contradiction_is_a_dispute_that_a_person_settles():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    first, second = voter(hash_list, owner), voter(hash_list, owner)
    cast(first, row, YES)
    cast(second, row, NO)
    row.refresh_from_db()
    hash_list.refresh_from_db()
    assert (row.state, hash_list.live, hash_list.disputed) == ("disputed", 0, 1)
    assert len(published()) == 3  # still matched: what it is worth, the verdict says
    with viewing(owner.organisation.id):
        actions.settle(owner, QUALITY, row)
    row.refresh_from_db()
    assert (row.state, row.negative, row.settled) == ("live", 0, [second.organisation.name])
    assert {said.organisation for said in published() if said.settled} == {second.organisation.name}
    cast(second, row, NO)  # they have looked again
    row.refresh_from_db()
    assert (row.state, row.negative, row.settled) == ("disputed", 1, None)


def test_a_no_without_words_is_refused():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    with pytest.raises(Refusal) as refused:
        cast(voter(hash_list, owner), row, NO, Reason(Why.LIST_QUALITY))
    assert refused.value.field == "words"


def test_a_class_without_its_scheme_is_refused():
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    with pytest.raises(Refusal) as refused:
        cast(owner, row, Ballot("positive", "independent", "", "A1"))
    assert refused.value.field == "scheme"


def test_who_does_not_see_a_list_does_not_vote_on_it():
    owner, stranger = curator(), curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    with pytest.raises(HashList.DoesNotExist):
        cast(stranger, row, YES)
    assert not EntryVote.everywhere.exists()


def test_a_page_names_the_first_that_wait_and_leads_to_all_of_them(client: Any) -> None:
    keeper = curator()
    made = make_list(keeper)
    add(keeper, made, *(entry_of(f"e{number}") for number in range(MOST_WAITING + 2)))
    ListEntry.everywhere.filter(list=made).exclude(ident="e0").update(state="disputed")
    HashList.everywhere.filter(pk=made.pk).update(disputed=MOST_WAITING + 1, live=1)
    sign_in(client, keeper.person)
    address = reverse("lists:list", args=[made.pk])
    because = {"kind": "list", "record": made.pk, "next": address, "reason-why": QUALITY.why.value}
    assert client.post(reverse("casework:reason"), because).status_code == 302
    shown = client.get(address).content.decode()
    (link,) = re.findall(r'<a href="([^"]*)">All: Disputed \((\d+)\)</a>', shown)
    assert link == (f"{address}?state=disputed#entries", str(MOST_WAITING + 1))
    assert "All: In quarantine" not in shown
