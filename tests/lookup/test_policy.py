"""From votes to an act: laws that hold for any entry and any policy."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lookup.strategies import COUNTRIES, SCHEMES, entries, needs, policies, votes

from vaern.lookup.grounds import Stand
from vaern.lookup.policy import (
    ACTS,
    DEFAULT_POLICY,
    Circumstance,
    Count,
    Need,
    counted,
    decide,
    faults,
    missing,
    strongest,
)
from vaern.records import KINDS, Entry, Vote

LAWFUL = Stand("lawful", "It is so.", "2020-01-01", "a law")
EXACT = Circumstance("sha256")
grounds = st.sampled_from([LAWFUL, Stand("unlawful", "It is not."), Stand("unknown", "Nobody knows.", "2026-04-03")])
circumstances = st.builds(
    Circumstance,
    st.sampled_from([*KINDS, "address"]),
    st.integers(0, 40),
    *(st.booleans() for _ in ("test", "removal", "good", "negative")),
)


def rank(act: str) -> int:
    return ACTS.index(act)  # type: ignore[arg-type]


def by_hand(entry: Entry, scheme: str = "", allowed: tuple[str, ...] = ()) -> Count:
    """The same count, organisation by organisation."""
    numbers = [0, 0, set(), set(), 0, 0]
    every = list(entry.votes)
    if all(vote.opinion == "negative" for vote in every):  # it is listed all the same
        source = entry.source or "its source"
        name = "its list" if source in {vote.organisation for vote in every} else source
        every.append(Vote(name, "positive", classification=entry.classification, scheme=entry.scheme))
    for name in {vote.organisation for vote in every}:
        of_it = [vote for vote in every if vote.organisation == name]
        against = [vote for vote in of_it if vote.opinion == "negative"]
        one = ([vote for vote in against if not vote.settled] or against or of_it)[0]
        numbers[4] += one.opinion == "negative" and not one.settled
        numbers[5] += one.opinion == "negative" and one.settled
        if one.opinion != "positive" or (scheme and (one.scheme != scheme or one.classification not in allowed)):
            continue
        own = one.view == "independent" or (one.view == "" and name in entry.viewed_by)
        numbers[0] += 1
        numbers[1] += own
        numbers[2] |= {one.country} - {""}
        numbers[3] |= ({one.country} - {""}) if own else set()
    return Count(numbers[0], numbers[1], len(numbers[2]), len(numbers[3]), numbers[4], numbers[5])


@given(entries())
def test_votes_are_counted_as_by_hand(entry: Entry) -> None:
    assert counted(entry) == by_hand(entry)
    for scheme, names in SCHEMES.items():
        assert counted(entry, {scheme: names}) == by_hand(entry, scheme, names)


@given(entries())
def test_the_order_of_schemes_says_nothing_and_schemes_are_never_added(entry: Entry) -> None:
    each = [counted(entry, {scheme: names}) for scheme, names in SCHEMES.items()]
    for order in itertools.permutations(SCHEMES.items()):
        assert counted(entry, dict(order)) == max(each)


@given(entries(), needs())
def test_an_act_on_classes_needs_all_in_one_scheme(entry: Entry, need: Need) -> None:
    if need.classes:
        alone = [missing(entry, msgspec.structs.replace(need, classes={s: n})) for s, n in need.classes.items()]
        assert (not missing(entry, need)) == any(not lacks for lacks in alone)


@given(entries(), policies, grounds, circumstances)
def test_what_is_to_be_removed_says_nothing_of_what_to_report(
    entry: Entry, policy: dict, ground: Stand, met: Circumstance
) -> None:
    plain, removal = (decide(entry, policy, ground, met._replace(removal=removal)) for removal in (False, True))
    assert removal.act == min(plain.act, "block", key=rank)
    assert (plain.act == removal.act) == ("removal" not in {reason.code for reason in removal.lacks})


@given(entries(), policies, grounds, circumstances)
def test_a_dispute_goes_to_a_person(entry: Entry, policy: dict, ground: Stand, met: Circumstance) -> None:
    verdict = decide(entry, policy, ground, met)
    if counted(entry).against:
        assert rank(verdict.act) <= rank("queue")
        assert {"disputed", "rejected"} & {reason.code for reason in verdict.lacks}


@given(entries(), policies, grounds, circumstances)
def test_a_no_takes_a_hit_to_a_person_and_switches_nothing_off(
    entry: Entry, policy: dict, ground: Stand, met: Circumstance
) -> None:
    against = msgspec.structs.replace(entry, votes=(*entry.votes, Vote("Another", "negative", "DK", "independent")))
    before, after = (decide(one, policy, ground, met).act for one in (entry, against))
    listed = counted(entry).votes
    assert after == min(before, "queue" if listed else "log", key=rank)


@given(entries(votes().map(lambda vote: msgspec.structs.replace(vote, opinion="negative"))), policies)
def test_whoever_says_no_an_entry_on_the_list_is_worth_what_its_listing_is(entry: Entry, policy: dict) -> None:
    """Its own source may be among them: then it is the list that says yes, until a person recalls the entry."""
    plain = msgspec.structs.replace(entry, votes=(), viewed_by=())
    found = decide(msgspec.structs.replace(entry, viewed_by=()), policy, LAWFUL, EXACT)
    most = "queue" if counted(entry).against else "report"
    assert found.act == min(decide(plain, policy, LAWFUL, EXACT).act, most, key=rank)


@given(entries(), policies, grounds, circumstances)
def test_a_no_that_was_settled_holds_nothing_back_and_is_said(
    entry: Entry, policy: dict, ground: Stand, met: Circumstance
) -> None:
    no = Vote("Another", "negative", "DK", "independent", settled=True)
    with_it = msgspec.structs.replace(entry, votes=(*entry.votes, no))
    found = decide(with_it, policy, ground, met)
    assert found.act == decide(entry, policy, ground, met).act
    assert "settled" in {reason.code for reason in found.because}


@given(entries(), policies, grounds, circumstances)
def test_a_verdict_never_goes_beyond_the_law_or_the_test_entry(
    entry: Entry, policy: dict, ground: Stand, met: Circumstance
) -> None:
    verdict = decide(entry, policy, ground, met)
    most = {"unlawful": "none", "unknown": "queue", "lawful": "report"}[ground.state]
    assert rank(verdict.act) <= rank(most)
    assert verdict.act == "none" or verdict.act in policy or rank(verdict.act) <= rank("queue")
    if met.test:
        assert rank(verdict.act) <= rank("log")
    if met.good or met.negative:
        assert rank(verdict.act) <= rank("queue")
    if met.distance or met.kind == "pdq":
        assert verdict.act != "report"
    if ground.state != "lawful":
        assert f"ground-{ground.state}" in {reason.code for reason in verdict.lacks}
    assert verdict.ground == ground


@given(entries(), policies)
def test_an_act_has_what_it_needs_and_the_next_says_what_it_lacks(entry: Entry, policy: dict) -> None:
    verdict = decide(entry, policy, LAWFUL, EXACT)
    reached = [act for act in ACTS if act in policy and rank(act) <= rank(verdict.act)]
    assert not [act for act in reached if missing(entry, policy[act])]
    higher = [act for act in ACTS if act in policy and rank(act) > rank(verdict.act)]
    if higher:
        assert verdict.lacks
    assert all(reason.code and reason.text for reason in (*verdict.because, *verdict.lacks))


@given(entries(), votes(), policies)
def test_one_more_inherited_vote_never_stands_for_a_view(entry: Entry, vote: Vote, policy: dict) -> None:
    more = msgspec.structs.replace(vote, organisation="Another", view="inherited", opinion="positive")
    with_it = msgspec.structs.replace(entry, votes=(*entry.votes, more))
    if any(one.opinion != "negative" for one in entry.votes):  # else it stands in the place of the listing
        assert counted(with_it).independent == counted(entry).independent
        assert counted(with_it).independent_countries == counted(entry).independent_countries
        assert rank(decide(with_it, policy, LAWFUL, EXACT).act) >= rank(decide(entry, policy, LAWFUL, EXACT).act) or (
            counted(entry).votes == 0
        )


@given(entries(votes().map(lambda vote: msgspec.structs.replace(vote, opinion="positive"))), policies)
def test_a_vote_against_never_lets_more_follow(entry: Entry, policy: dict) -> None:
    against = msgspec.structs.replace(entry, votes=(*entry.votes, Vote("Another", "negative", "DK", "independent")))
    assert rank(decide(against, policy, LAWFUL, EXACT).act) <= rank(decide(entry, policy, LAWFUL, EXACT).act)


def test_unknown_view_counts_as_inherited_unless_the_entry_says_who_viewed_it() -> None:
    entry = Entry("e", votes=(Vote("A", "positive", "DK"),))
    assert counted(entry).independent == 0
    assert counted(msgspec.structs.replace(entry, viewed_by=("A",))).independent == 1
    inherited = msgspec.structs.replace(entry.votes[0], view="inherited")
    assert counted(msgspec.structs.replace(entry, votes=(inherited,), viewed_by=("A",))).independent == 0


def test_an_entry_without_votes_has_that_of_its_source_and_it_is_inherited() -> None:
    entry = Entry("e", source="Hotline A", classification="1", scheme="alpha")
    assert counted(entry) == Count(1, 0, 0, 0, 0)
    assert counted(entry, {"alpha": ("1",)}).votes == 1
    assert counted(entry, {"beta": ("1",)}).votes == 0
    assert decide(entry, DEFAULT_POLICY, LAWFUL, EXACT).act == "queue"


@pytest.mark.parametrize("country", COUNTRIES[1:])
def test_a_country_counts_once_and_of_independent_views_alone_where_these_are_asked_for(country: str) -> None:
    own = Vote("A", "positive", country, "independent")
    copies = tuple(Vote(f"Copy {n}", "positive", other, "inherited") for n, other in enumerate(COUNTRIES))
    entry = Entry("e", votes=(own, *copies))
    assert not missing(entry, Need(votes=3, countries=3))
    assert [reason.code for reason in missing(entry, Need(votes=3, countries=2, independent=1))] == ["countries"]


@pytest.mark.once
@given(st.lists(st.builds(decide, entries(), policies, grounds, circumstances), max_size=5))
def test_the_strongest_of_some_verdicts(verdicts: list) -> None:
    found = strongest(verdicts)
    assert (found is None) == (not verdicts)
    assert found is None or all(rank(found.act) >= rank(verdict.act) for verdict in verdicts)


@given(policies)
def test_a_policy_that_can_be_written_has_no_fault(policy: dict) -> None:
    assert not faults(policy, "row 1")


@pytest.mark.parametrize(
    "need", [Need(votes=0), Need(countries=-1), Need(independent=2), Need(classes={"alpha": ()})], ids=repr
)
def test_a_wrong_policy_says_where(need: Need) -> None:
    assert all(fault.startswith("row 1, policy of block: ") for fault in faults({"block": need}, "row 1"))
    assert faults({"block": need}, "row 1")
    assert faults({"none": Need()}, "row 1")


@given(entries(), policies)
def test_what_is_disputed_goes_to_a_person_at_most_and_is_disputed_wherever_it_is_asked(entry, policy) -> None:
    assert entry.disputed == bool(counted(entry).against), "a scan, a report and a look-up decide by one rule"
    if entry.disputed:
        assert rank(decide(entry, policy, LAWFUL, EXACT).act) <= rank("queue")
