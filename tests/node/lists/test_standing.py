"""What is known by an entry falls with it: after whatever became of entries, only what stands makes a file known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.matched import add_finding
from tests.node.reports.factories import make_report
from tests.node.scans.worlds import make_world

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.ledger.rules import Reason, Why
from vaern.node.lists.base import standing
from vaern.node.lists.curation import actions
from vaern.node.lists.models import EntryRecall, HashList, ListEntry
from vaern.node.lists.recalls.tracing import trace
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.reports.assessment.actions import Judgement, assess
from vaern.node.reports.base import known
from vaern.node.reports.models import Item, ItemMatch, Location, Report
from vaern.node.reports.rules.assessments import Basis
from vaern.node.reports.takedown.locks import not_to_act_on
from vaern.node.scans.known import ASKED, KNOWN
from vaern.node.scans.models import Finding, FindingMatch

pytestmark = pytest.mark.django_db(transaction=True)
WHY = Reason(Why.ASSESSMENT)
ENTRIES = ["a", "b", "c"]
STATES = ["live", "disputed", "quarantined", "recalled", "ended"]
_MET = st.lists(
    st.tuples(st.sampled_from(ENTRIES), st.sampled_from(["md5", "pdq"]), st.integers(1, 9)),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ENTRIES), st.sampled_from(STATES)),
        st.tuples(st.just("same"), st.booleans()),
    ),
    max_size=8,
)


def become(hash_list: HashList, ident: str, state: str) -> None:
    """Let an entry be in a state, as its keeper, its source or the node made it, and the matches follow."""
    no, number = int(state == "disputed"), HashList.everywhere.get(pk=hash_list.pk).change + 1
    ListEntry.everywhere.filter(list=hash_list, ident=ident).update(state=state, negative=no, change=number)
    HashList.everywhere.filter(pk=hash_list.pk).update(change=number)
    standing.follow(hash_list.pk)


def rank(met: tuple[str, str, int], states: dict[str, str]) -> tuple[bool, bool, int]:
    ident, kind, bits = met
    return states[ident] not in {"", "live"}, kind == "pdq", bits if kind == "pdq" else 0


@pytest.mark.once
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(met=_MET, steps=_STEPS)
def test_what_is_known_rests_on_what_stands_in_every_order(met: list[tuple[str, str, int]], steps: list[Any]) -> None:
    """Worked out by hand: of each entry what it is now, and what a person said of the match that stands first."""
    owner = curator()
    hash_list = make_list(owner, f"known-{ListEntry.everywhere.count()}")
    add(owner, hash_list, *(entry_of(one) for one in ENTRIES))
    report = make_report(make_organisation("hotline"))
    item = Item.everywhere.get(report=report)
    met = sorted(met, key=lambda one: rank(one, dict.fromkeys(ENTRIES, "")))
    ItemMatch.everywhere.bulk_create(
        ItemMatch(item=item, list=hash_list.name, entry=one, kind=kind, distance=bits if kind == "pdq" else 0)
        for one, kind, bits in met
    )
    first = met[0]
    Item.everywhere.filter(pk=item.pk).update(
        known_list=hash_list.name, known_entry=first[0], known_kind=first[1], known_distance=first[2]
    )
    Report.everywhere.filter(pk=report.pk).update(items_known=int(first[1] == "md5"))
    states, answers = dict.fromkeys(ENTRIES, "live"), dict[str, bool]()
    fallen = dict.fromkeys(ENTRIES, "")
    for what, how in steps:
        item = Item.everywhere.get(pk=item.pk)
        if what == "same":
            if known.waits(item):
                Item.everywhere.filter(pk=item.pk).update(same=how)
                Report.everywhere.filter(pk=report.pk).update(items_known=int(how))
                answers[item.known_entry] = how
            continue
        states[what] = how
        become(hash_list, what, how)
        if how != "ended":
            fallen[what] = "" if how == "live" else how
        item = Item.everywhere.get(pk=item.pk)
        assert dict(ItemMatch.everywhere.filter(item=item).values_list("entry", "fallen")) == {
            one: fallen[one] for one, _kind, _bits in met
        }
        exact = any(kind == "md5" and not fallen[one] for one, kind, _bits in met)
        sure = known.is_known(item)
        assert (
            Report.everywhere.get(pk=report.pk).items_known == Item.everywhere.filter(known.KNOWN, pk=item.pk).count()
        )
        shown = next(one for one in met if one[0] == item.known_entry)
        if item.same is False and shown[1] == "pdq":
            assert not sure, "a person said that it is another, and is asked nothing more"
            continue
        assert rank(shown, fallen) == min(rank(one, fallen) for one in met)
        assert item.known_fallen == fallen[shown[0]]
        assert sure == (exact or (item.same is True and not item.known_fallen))
        assert item.same in {None, answers.get(item.known_entry)} or shown[1] == "md5"


def test_a_recall_puts_back_what_it_alone_made_known_and_stops_what_rests_on_it() -> None:
    owner = curator()
    hash_list = make_list(owner, "known")
    wrong, right = add(owner, hash_list, entry_of("wrong"), entry_of("right"))
    desk = make_organisation("hotline")
    report = make_report(desk, [f"https://host.example/{n}" for n in range(2)])
    alone, both = Item.everywhere.filter(report=report).order_by("number")
    for item, entries in ((alone, ["wrong"]), (both, ["wrong", "right"])):
        ItemMatch.everywhere.bulk_create(ItemMatch(item=item, list="known", entry=one, kind="md5") for one in entries)
        Item.everywhere.filter(pk=item.pk).update(known_list="known", known_entry="wrong", known_kind="md5")
    rested = make_report(desk)
    thing = Item.everywhere.get(report=rested)
    ItemMatch.everywhere.create(item=thing, list="known", entry="wrong", kind="md5")
    Item.everywhere.filter(pk=thing.pk).update(known_list="known", known_entry="wrong", known_kind="md5")
    analyst = viewer_for(make_person("analyst", desk))
    with viewing(desk.pk):
        assess(analyst, WHY, rested, Judgement(True, basis=Basis.LIST))
    place = Location.everywhere.get(report=rested)
    assert not not_to_act_on(place)
    world = make_world()
    scan = world.scan("r", [])
    number = add_finding(scan, 1, [("known", "wrong")]), add_finding(scan, 2, [("known", "wrong"), ("known", "right")])
    with viewing(owner.organisation.pk):
        made = actions.recall(owner, QUALITY, wrong, RecallReason.NOT_CSAM)
    trace(made.pk)
    standing.follow(hash_list.pk)
    alone, both = Item.everywhere.filter(report=report).order_by("number")
    assert (known.is_known(alone), alone.known_fallen) == (False, "recalled")
    assert (known.is_known(both), both.known_entry, both.known_fallen) == (True, "right", "")
    assert Report.everywhere.get(pk=report.pk).items_known == 1
    assert set(Finding.everywhere.filter(KNOWN)) == {number[1]}
    assert not Finding.everywhere.filter(ASKED).exists()
    assert set(FindingMatch.everywhere.filter(fallen="recalled").values_list("entry", flat=True)) == {"wrong"}
    assert "recalled" in not_to_act_on(place), "no notice goes out on it any more"
    with viewing(desk.pk), pytest.raises(Refusal, match="recalled"):
        assess(analyst, WHY, report, Judgement(True, items=(1,), basis=Basis.LIST))
    with viewing(owner.organisation.pk):
        actions.reinstate(owner, QUALITY, ListEntry.everywhere.select_related("list").get(pk=wrong.pk))
    standing.follow_behind()
    assert known.is_known(Item.everywhere.get(pk=alone.pk))
    assert Finding.everywhere.filter(KNOWN).count() == 2
    assert not EntryRecall.everywhere.filter(ended_at=None).exists()
    assert right.ident == "right"
    assert not not_to_act_on(place)


def test_a_match_made_by_an_older_copy_of_the_list_follows_at_night() -> None:
    owner = curator()
    hash_list = make_list(owner, "known")
    add(owner, hash_list, entry_of("wrong"))
    become(hash_list, "wrong", "recalled")
    report = make_report(make_organisation("hotline"))
    item = Item.everywhere.get(report=report)
    ItemMatch.everywhere.create(item=item, list="known", entry="wrong", kind="md5")
    Item.everywhere.filter(pk=item.pk).update(known_list="known", known_entry="wrong", known_kind="md5")
    assert standing.follow_all() == 1
    assert not known.is_known(Item.everywhere.get(pk=item.pk))
    assert standing.follow_all() == 0
