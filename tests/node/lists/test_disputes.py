"""Whoever says no, in whichever order and by whichever way: a person decides, and no look-up falls silent before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import make_member
from tests.node.lists.factories import QUALITY, add, curator, digest, entry_of, make_list, send
from tests.node.lists.test_votes import voter

from vaern.lookup.grounds import Stand
from vaern.lookup.policy import DEFAULT_POLICY, Circumstance, decide
from vaern.matching import List
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.base.queries import entry_of as find_entry
from vaern.node.lists.curation import actions, queries
from vaern.node.lists.models import EntryVote, HashList, ListEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.lists.votes.actions_graded import vote_all
from vaern.node.organisations.models import Member
from vaern.records import Vote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)
LAWFUL = Stand("lawful", "It is so.", "2020-01-01", "a law")
POLICY = {**DEFAULT_POLICY, "block": DEFAULT_POLICY["queue"]}
NO = Ballot("negative", "independent")


def table(*rows: tuple[str, Sequence[Vote]], series: str = "") -> bytes:
    """A table of entries with votes, as our own export writes them."""
    lines = ["id,sha256,series,votes"]
    for ident, votes in rows:
        cell = json.dumps(msgspec.to_builtins(tuple(votes))).replace('"', '""') if votes else ""
        lines.append(f'{ident},{digest(ident).value.hex()},{series},"{cell}"')
    return ("\n".join(lines) + "\n").encode()


def act(name: str, ident: str) -> str:
    """What a look-up says of an entry, by a policy that would block on its listing alone."""
    found = List.open(folder_of(name)).by_id(ident)
    return decide(found[1], POLICY, LAWFUL, Circumstance("sha256")).act if found else "none"


_WHO = st.sampled_from(range(3))
_OPINION = st.sampled_from(["positive", "negative", "unsure"])
_FILE = st.lists(st.tuples(st.sampled_from(["Y", "Z", "voter"]), _OPINION), max_size=2, unique_by=lambda one: one[0])
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["vote", "vote_all"]), _WHO, _OPINION),
        st.tuples(st.just("file"), _FILE),
        *(st.tuples(st.just(what)) for what in ("settle", "quarantine", "let_go", "recall", "reinstate")),
    ),
    max_size=12,
)


class World:
    """A list with one entry, and what holds of it, worked out by hand from who said what since when."""

    def __init__(self, number: int) -> None:
        self.name = f"known-{number}"
        self.owner = curator()
        self.list = make_list(self.owner, self.name)
        country = Member.objects.first() or make_member()  # of the examples before
        self.voters = [self.owner, *(voter(self.list, self.owner, country) for _ in range(2))]
        (self.row,) = add(self.owner, self.list, entry_of("a"))
        self.source: dict[str, str] = {}
        self.here: dict[str, str] = {}
        self.settled: set[str] = set()
        self.state = "live"
        self.files = self.times = 0

    def says_no(self) -> set[str]:
        return {who for who, said in {**self.source, **self.here}.items() if said == "negative"}

    def vote(self, who: int, opinion: str, together: bool = False) -> None:
        if self.state == "recalled":
            return
        viewer = self.voters[who]
        with viewing(viewer.organisation.id):
            if together:
                vote_all(viewer, QUALITY, self.list, {"a": Ballot(opinion, "independent")})
            else:
                vote(viewer, QUALITY, self.row, Ballot(opinion, "independent"))
        name = viewer.organisation.name
        if not (together and self.here.get(name) == opinion):  # what stood already is no new vote
            self.settled -= {name}
        self.here[name] = opinion
        self.look()

    def vote_all(self, who: int, opinion: str) -> None:
        self.vote(who, opinion, together=True)

    def file(self, said: Sequence[tuple[str, str]]) -> None:
        if self.state == "recalled":
            return
        self.files += 1
        names = {"voter": self.voters[1].organisation.name}
        self.source = {names.get(who, who): opinion for who, opinion in said}
        votes = [Vote(who, opinion) for who, opinion in self.source.items()]  # type: ignore[arg-type]
        taken = send(self.owner, self.list, table(("a", votes), series=str(self.files)))
        assert (taken.state, taken.changed) == ("taken", 1)
        self.look()

    def look(self) -> None:
        if self.state == "live" and self.says_no() - self.settled:
            self.state = "disputed"
            self.times += 1

    def decide(self, what: str, fits: Sequence[str], after: str, *more: Any) -> None:
        if self.state in fits:
            self.row.refresh_from_db()
            with viewing(self.owner.organisation.id):
                getattr(actions, what)(self.owner, QUALITY, self.row, *more)
            self.state = after
            self.look()

    def settle(self) -> None:
        if self.state == "disputed":
            self.settled = self.says_no()
        self.decide("settle", ["disputed"], "live")

    def quarantine(self) -> None:
        self.decide("quarantine", ["live", "disputed"], "quarantined")

    def let_go(self) -> None:
        self.decide("let_go", ["quarantined"], "live")

    def recall(self) -> None:
        self.decide("recall", ["live", "disputed", "quarantined"], "recalled", RecallReason.NOT_CSAM)

    def reinstate(self) -> None:
        self.decide("reinstate", ["recalled"], "live")

    def check(self) -> None:
        self.row.refresh_from_db()
        self.list.refresh_from_db()
        assert self.row.state == self.state
        assert self.row.negative == len(self.says_no() - self.settled)
        counts = {state: getattr(self.list, state) for state in ("live", "disputed", "quarantined", "recalled")}
        assert counts == {state: int(state == self.state) for state in counts}
        assert disputes(self.row, self.owner) == self.times
        found = act(self.name, "a")
        every = {**self.source, **self.here}.values()
        # That its source lists it speaks where nobody says more than no, also where a yes of its file became a no here.
        against = set(self.source.values()) <= {"negative"} or set(every) <= {"negative"}
        listed = against or "positive" in every
        if self.state not in {"live", "disputed"}:
            assert found == "none"
        elif self.says_no() - self.settled:
            assert found == ("queue" if listed else "none")
        elif listed:
            assert found == "block"


@pytest.mark.once
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
@example(steps=[("vote", 1, "negative"), ("file", [("Y", "negative"), ("voter", "positive")])])
@example(steps=[("vote", 1, "negative"), ("file", [("Y", "negative"), ("voter", "positive")]), ("settle",)])
def test_a_no_goes_to_a_person_in_every_order_and_by_every_way(steps: Sequence[tuple[Any, ...]]) -> None:
    world = World(HashList.everywhere.count())
    for what, *told in steps:
        getattr(world, what)(*told)
        world.check()


def disputes(row: ListEntry, owner: Viewer) -> int:
    """How often the history on an entry's page says that it was put before a person."""
    with viewing(owner.organisation.id):
        found = find_entry(HashList.objects.get(pk=row.list_id), row.pk)
        assert found is not None
        history = queries.entry_page(owner, found, QUALITY).history
    return sum(one.act == "lists.entry.disputed" for one in history)


def test_one_no_puts_an_entry_without_votes_before_a_person_and_its_hits_too() -> None:
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a"))
    assert act("known", "a") == "block"
    recipient = voter(hash_list, owner)
    with viewing(recipient.organisation.id):
        vote(recipient, QUALITY, row, NO)
    row.refresh_from_db()
    assert (row.state, act("known", "a"), disputes(row, owner)) == ("disputed", "queue", 1)
    with viewing(owner.organisation.id):
        actions.settle(owner, QUALITY, row)
    assert act("known", "a") == "block"  # a person has looked


def test_an_organisation_that_says_no_to_its_own_entry_asks_for_a_person_and_a_recall() -> None:
    owner = curator()
    hash_list = make_list(owner)
    (row,) = add(owner, hash_list, entry_of("a", source=owner.organisation.name))
    with viewing(owner.organisation.id):
        vote(owner, QUALITY, row, NO)
    row.refresh_from_db()
    assert (row.state, act("known", "a")) == ("disputed", "queue")
    found = List.open(folder_of("known")).by_id("a")
    assert found is not None
    assert {(one.organisation, one.opinion) for one in found[1].votes} == {
        ("its list", "positive"),
        (owner.organisation.name, "negative"),
    }


def test_a_file_whose_only_votes_are_against_comes_in_disputed() -> None:
    owner = curator()
    hash_list = make_list(owner)
    taken = send(owner, hash_list, table(("a", [Vote("Y", "negative")]), ("b", [])))
    assert taken.state == "taken"
    hash_list.refresh_from_db()
    assert dict(ListEntry.everywhere.values_list("ident", "state")) == {"a": "disputed", "b": "live"}
    assert (hash_list.live, hash_list.disputed, act("known", "a"), act("known", "b")) == (1, 1, "queue", "block")


def test_an_entry_that_comes_back_finds_the_no_that_was_given_before() -> None:
    """Its source withdraws it and lists it again; what was said here meanwhile stands."""
    owner = curator()
    hash_list = make_list(owner)
    send(owner, hash_list, table(("a", []), ("b", [])), whole=True)
    row = ListEntry.everywhere.select_related("list").get(ident="a")
    with viewing(owner.organisation.id):
        vote(owner, QUALITY, row, NO)
    send(owner, hash_list, table(("b", [])), whole=True)
    row.refresh_from_db()
    assert row.state == "recalled"
    send(owner, hash_list, table(("a", []), ("b", [])), whole=True)
    row.refresh_from_db()
    hash_list.refresh_from_db()
    assert (row.state, disputes(row, owner)) == ("disputed", 2)
    assert (hash_list.live, hash_list.disputed, hash_list.recalled) == (1, 1, 0)
    assert EntryVote.everywhere.count() == 1


def test_disputes_of_a_file_are_one_act_and_stand_in_the_history_of_each() -> None:
    """However many they are, and whether the file says no or the no was given here before."""
    owner = curator()
    hash_list = make_list(owner)
    names = [f"n{number}" for number in range(30)]
    send(owner, hash_list, table(*((name, []) for name in names)))
    rows = {row.ident: row for row in ListEntry.everywhere.select_related("list")}
    with viewing(owner.organisation.id):
        for name in names[:2]:
            vote(owner, QUALITY, rows[name], NO)
            actions.settle(owner, QUALITY, rows[name])
    against = [Vote("Y", "negative")]
    taken = send(
        owner, hash_list, table(*((name, against if name != "n29" else []) for name in names), ("new", against))
    )
    assert (taken.state, taken.changed, taken.added) == ("taken", 29, 1)
    acts = LedgerEntry.objects.filter(act="lists.entries.disputed", subject=hash_list.pk).order_by("id")
    assert [one.count for one in acts] == [30]
    rows = {row.ident: row for row in ListEntry.everywhere.select_related("list")}
    assert {name for name, row in rows.items() if row.state == "disputed"} == {*names[:29], "new"}
    told = {name: disputes(row, owner) for name, row in rows.items()}
    assert told == {**dict.fromkeys(names, 1), "new": 1, "n29": 0, "n0": 2, "n1": 2}
    again = send(owner, hash_list, table(*((name, [*against, Vote("Z", "negative")]) for name in names[:3])))
    assert (again.state, again.changed, acts.count()) == ("taken", 3, 1)  # they wait already
