"""Votes that give an entry several classes of one scheme: its keeper says which, and nobody blind learns it."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import make_member, make_person, sign_in, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send
from tests.node.lists.test_votes import cast, voter

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.casework.reasons import IN_SESSION
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base.queries import entry_of as find_entry
from vaern.node.lists.curation import classes, items, presenters, presenters_entries, queries
from vaern.node.lists.models import HashList, ListEntry
from vaern.node.lists.rules.classes import Claim, claims, contradicting
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.lists.votes.actions_graded import vote_all
from vaern.node.organisations.models import Member
from vaern.node.organisations.rules import Role
from vaern.records import Vote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client

_SCHEMES, _CLASSES = st.sampled_from(["S", "T", "s ", ""]), st.sampled_from(["A", "B", " a", "C", ""])
_CLAIM = st.builds(Claim, st.sampled_from("pqrs"), _SCHEMES, _CLASSES).filter(lambda one: one[1] and one[2])


def same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()


@given(own=st.tuples(_SCHEMES, _CLASSES), given_=st.lists(_CLAIM, max_size=5), settled=st.lists(_CLAIM, max_size=2))
def test_what_contradicts_is_what_every_pair_says(
    own: tuple[str, str], given_: list[Claim], settled: list[Claim]
) -> None:
    """Brute force: of two classes of one scheme the one that nobody has looked at, and that the entry does not have."""
    every = [Claim("", *own), *given_] if all(own) else given_
    opposed = {
        one
        for one, other in product(given_, every)
        if same(one.scheme, other.scheme) and not same(one.classification, other.classification)
    }
    agrees = {one for one in given_ if all(own) and same(one.scheme, own[0]) and same(one.classification, own[1])}
    assert set(contradicting(own, given_, settled)) == opposed - agrees - set(settled)


@given(st.lists(_CLAIM, max_size=5))
def test_classes_of_different_schemes_never_contradict_each_other(given_: list[Claim]) -> None:
    apart = [one._replace(scheme=f"scheme {number}") for number, one in enumerate(given_)]
    assert contradicting(("", ""), apart) == []


def test_who_does_not_say_that_it_belongs_there_gives_it_no_class() -> None:
    votes = [Vote("p", opinion, scheme="S", classification="A") for opinion in ("positive", "negative", "unsure")]  # type: ignore[arg-type]
    assert list(claims([*votes, Vote("q", "positive", classification="A")])) == [Claim("p", "S", "A")]


def table(classification: str, votes: Sequence[Vote], series: str) -> bytes:
    """A table of one entry with votes, as our own export writes them."""
    cell = json.dumps(msgspec.to_builtins(tuple(votes))).replace('"', '""') if votes else ""
    heads, sha = "id,sha256,series,scheme,classification,votes", digest("a").value.hex()
    return f'{heads}\na,{sha},{series},S,{classification},"{cell}"\n'.encode()


_CLASS = st.sampled_from("AB")
_BALLOT = st.tuples(st.sampled_from(["positive", "positive", "positive", "negative"]), st.sampled_from("ST"), _CLASS)
_FILE = st.lists(st.tuples(st.sampled_from(["Y", "voter"]), _BALLOT), max_size=2, unique_by=lambda one: one[0])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["vote", "vote_all"]), st.sampled_from(range(3)), _BALLOT),
        st.tuples(st.just("file"), _CLASS, _FILE),
        st.tuples(st.just("correct"), _CLASS),
        st.tuples(st.just("stays")),
    ),
    max_size=12,
)


class World:
    """A list with one entry, and which classes contradict each other there, worked out by hand."""

    def __init__(self, number: int) -> None:
        self.owner = curator()
        self.list = make_list(self.owner, f"known-{number}", scheme="S")
        country = Member.objects.first() or make_member()  # of the examples before
        self.voters = [self.owner, *(voter(self.list, self.owner, country) for _ in range(2))]
        (self.row,) = add(self.owner, self.list, entry_of("a", scheme="S", classification="A"))
        self.own, self.files = "A", 0
        self.source: dict[str, tuple[str, str, str]] = {}
        self.here: dict[str, tuple[str, str, str]] = {}
        self.settled: set[tuple[str, str, str]] = set()

    def open(self) -> set[tuple[str, str, str]]:
        """Who gives it a class that another contradicts, where the entry has another and nobody has looked."""
        said = {(who, *one[1:]) for who, one in {**self.source, **self.here}.items() if one[0] == "positive"}
        every = said | {("", "S", self.own)}
        opposed = {one for one, two in product(said, every) if one[1] == two[1] and one[2] != two[2]}
        return {one for one in opposed if one[1:] != ("S", self.own)} - self.settled

    def vote(self, who: int, ballot: tuple[str, str, str], together: bool = False) -> None:
        viewer, given = self.voters[who], Ballot(ballot[0], "independent", *ballot[1:])
        name = viewer.organisation.name
        with viewing(viewer.organisation.id):
            if together:
                vote_all(viewer, QUALITY, self.list, {"a": given})
            else:
                vote(viewer, QUALITY, self.row, given)
        if not (together and self.here.get(name) == ballot):  # what stood already is no new vote
            self.settled = {one for one in self.settled if one[0] != name}
        self.here[name] = ballot

    def vote_all(self, who: int, ballot: tuple[str, str, str]) -> None:
        self.vote(who, ballot, together=True)

    def file(self, own: str, said: Sequence[tuple[str, tuple[str, str, str]]]) -> None:
        self.files, self.own = self.files + 1, own
        names = {"voter": self.voters[1].organisation.name}
        self.source = {names.get(who, who): ballot for who, ballot in said}
        votes = [
            Vote(who, opinion, scheme=scheme, classification=name)  # type: ignore[arg-type]
            for who, (opinion, scheme, name) in self.source.items()
        ]
        taken = send(self.owner, self.list, table(own, votes, str(self.files)))
        assert (taken.state, taken.changed) == ("taken", 1)

    def correct(self, name: str) -> None:
        self.row.refresh_from_db()
        with viewing(self.owner.organisation.id):
            if name == self.own:
                with pytest.raises(Refusal):
                    classes.correct_class(self.owner, QUALITY, self.row, name)
            else:
                classes.correct_class(self.owner, QUALITY, self.row, name)
                self.own, self.settled = name, set()
                self.settled = self.open()

    def stays(self) -> None:
        self.row.refresh_from_db()
        with viewing(self.owner.organisation.id):
            if self.open():
                classes.keep_class(self.owner, QUALITY, self.row)
                self.settled = set()
                self.settled = self.open()
            else:
                with pytest.raises(Conflict):
                    classes.keep_class(self.owner, QUALITY, self.row)

    def check(self) -> None:
        self.row.refresh_from_db()
        assert (self.row.classes_since is not None) == bool(self.open())
        assert (self.row.scheme, self.row.classification) == ("S", self.own)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_two_classes_of_one_scheme_go_to_a_person_in_every_order_and_by_every_way(
    steps: Sequence[tuple[Any, ...]],
) -> None:
    world = World(HashList.everywhere.count())
    for what, *told in steps:
        getattr(world, what)(*told)
        world.check()


A, B = Ballot("positive", "independent", "S", "A"), Ballot("positive", "independent", "S", "B")


def seen(viewer: Any, row: ListEntry) -> tuple[bool, bool, int, list[str]]:
    """Whether the page of an entry says it, the buttons that end it, how many items and what the history tells."""
    with viewing(viewer.organisation.id):
        found = find_entry(HashList.objects.get(pk=row.list_id), row.pk)
        assert found is not None
        page = queries.entry_page(viewer, found, QUALITY)
        context = presenters_entries.entry_context(viewer, page, QUALITY)
        buttons = [url for _label, url, _tone in context["acts"] if url.endswith("/class-stays/")]
        told = [one.act for one in page.history if one.act in queries.OF_CLASSES]
        waiting = [one for one in items.waiting_items(viewer) if one.about == f"class/{row.pk}"]
        assert bool(buttons) == bool(waiting)
        return page.classes_differ, bool(buttons), len(waiting), told


@pytest.mark.django_db(transaction=True)
def test_whoever_keeps_the_list_learns_it_and_decides_and_nobody_blind_does() -> None:
    owner = curator()
    hash_list = make_list(owner, scheme="S")
    (row,) = add(owner, hash_list, entry_of("a", scheme="S", classification="A"))
    first, blind = voter(hash_list, owner), voter(hash_list, owner)
    colleague = viewer_for(make_person(Role.INVESTIGATOR, owner.organisation))
    cast(first, row, B)
    since = "lists.entry.classes_differ"
    assert seen(owner, row) == (True, True, 1, [since])
    assert seen(first, row) == (True, False, 0, [])
    for viewer in (blind, colleague):
        assert seen(viewer, row) == (False, False, 0, [])
    assert waits(owner, hash_list) == ["a"]
    assert waits(colleague, hash_list) == []
    with viewing(owner.organisation.id):
        with pytest.raises(Refusal) as refused:
            classes.keep_class(owner, Reason(Why.LIST_QUALITY), row)
        assert refused.value.field == "words"
        classes.keep_class(owner, QUALITY, row)
    assert seen(owner, row) == (False, False, 0, ["lists.entry.class_stays", since])
    assert seen(colleague, row) == (False, False, 0, [])
    assert waits(owner, hash_list) == []
    cast(blind, row, A)  # agrees with what was decided
    assert seen(owner, row)[0] is False
    cast(blind, row, B)  # one more says otherwise
    assert seen(owner, row)[:3] == (True, True, 1)
    with viewing(owner.organisation.id):
        row.refresh_from_db()
        classes.correct_class(owner, QUALITY, row, "B")
    assert seen(owner, row)[:3] == (False, False, 0)
    assert LedgerEntry.objects.filter(act=since, subject=row.subject.id).count() == 2


def waits(viewer: Any, hash_list: HashList) -> list[str]:
    """What the page of a list says that it waits for its keeper."""
    with viewing(viewer.organisation.id):
        page = queries.opened(viewer, HashList.objects.get(pk=hash_list.pk), QUALITY, queries.EntrySearch(), {})
        rows = presenters.waiting_table(viewer, page.sheet).rows
        assert all("Votes name several classes" in str(row.cells[1]) for row in rows)
        return [one.ident for one in page.sheet.waiting]


@pytest.mark.django_db(transaction=True)
def test_its_pages_say_so_and_end_it(client: Client) -> None:
    owner = curator()
    hash_list = make_list(owner, scheme="S")
    (row,) = add(owner, hash_list, entry_of("a", scheme="S", classification="A"))
    cast(voter(hash_list, owner), row, B)
    here = f"/hash-lists/{hash_list.pk}/entries/{row.pk}/"
    sign_in(client, curator().person)
    assert client.post(f"{here}class-stays/").status_code == 404
    sign_in(client, owner.person)
    session = client.session
    session[IN_SESSION] = {f"list:{hash_list.pk}": ["list_quality", ""]}
    session.save()
    assert "They give it several classes of one scheme" in client.get(here).content.decode()
    sent = client.post(f"{here}class/", {"classification": "B", "why": "list_quality", "words": "Looked again"})
    assert sent.status_code == 302
    row.refresh_from_db()
    assert (row.classification, row.classes_since) == ("B", None)
    shown = client.get(f"{here}class-stays/", follow=True).content.decode()
    assert "somebody has looked at them" in shown


@pytest.mark.django_db(transaction=True)
def test_a_file_that_gives_several_classes_is_one_act_and_stands_in_the_history_of_each() -> None:
    owner = curator()
    hash_list = make_list(owner, scheme="S")
    differ = [Vote("Y", "positive", scheme="S", classification="B")]
    send(owner, hash_list, table("A", differ, "1"))
    (row,) = ListEntry.everywhere.select_related("list")
    told = LedgerEntry.objects.filter(act="lists.entries.classes_differ", subject=hash_list.pk)
    assert [one.count for one in told] == [1]
    assert seen(owner, row) == (True, True, 1, ["lists.entry.classes_differ"])
    colleague = viewer_for(make_person(Role.INVESTIGATOR, owner.organisation))
    assert seen(colleague, row)[3] == []
    since = row.classes_since
    send(owner, hash_list, table("A", differ, "2"))  # it waits already
    row.refresh_from_db()
    assert (row.classes_since, told.count()) == (since, 1)
    send(owner, hash_list, table("B", differ, "3"))  # they agree now
    assert seen(owner, row)[:3] == (False, False, 0)
