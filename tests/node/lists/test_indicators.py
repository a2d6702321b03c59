"""The indicators of lists: counted as by hand, twice as once, and kept when what they were counted from is gone."""

from __future__ import annotations

import csv
import io
import shutil
from collections import Counter
from datetime import date, timedelta
from itertools import product
from random import Random
from statistics import median
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_member, make_organisation, make_person, sign_in, terms, viewer_for
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list
from tests.node.lists.worlds import make_world

from vaern.node.base.scope import viewing
from vaern.node.casework.releases.terms import Handling
from vaern.node.ledger.models import Entry as LedgerEntry
from vaern.node.lists.base.disk import folder_of, follow
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.indicators import presenters, presenters_alliance, queries
from vaern.node.lists.indicators.counting import count, count_all
from vaern.node.lists.models import EntryRecall, HashList, ListEntry, ListIndicator, LookupCall, ReleaseDay
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.figures import month_of
from vaern.node.lists.rules.indicators import FEWEST, LONGEST, MEDIAN, STOCK, TIMES, Indicator, times, told, total_of
from vaern.node.lists.votes.actions import Ballot, vote
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from django.test import Client


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_no_recall_took_longer_than_the_longest_and_half_no_longer_than_the_median(taken: list[float]) -> None:
    found = times(taken)
    assert found == ({LONGEST: round(1000 * max(taken)), MEDIAN: round(1000 * median(taken))} if taken else {})


def stands(hash_list: HashList, *codes: str) -> dict[tuple[str, str], int]:
    """The numbers of this month."""
    rows = ListIndicator.everywhere.filter(list=hash_list, month=month_of(timezone.localdate()))
    return {(one.code, one.key): one.value for one in rows if not codes or one.code in codes}


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_the_numbers_are_as_counted_by_hand(seed: int) -> None:
    draw, owner = Random(seed), curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}", jurisdiction="DK", source="us")
    given = [
        entry_of(name, source=draw.choice(["", "them"]), jurisdiction=draw.choice(["", "SE", "FI"]))
        for name in "abcdef"
    ]
    rows = dict(zip("abcdef", add(owner, made, *given), strict=True))
    with viewing(owner.organisation.id):
        for name in draw.sample("abcdef", 2):
            curation.recall(owner, QUALITY, rows.pop(name), RecallReason.NOT_CSAM)
    world = make_world(draw, [made.name, "another"], list("abcdef"))
    count(made.pk)
    found = stands(made)
    left = [one for one in given if one.id in rows]
    expected: Counter[tuple[str, str]] = Counter()
    for one in left:
        expected["entries_by_source", one.source or "us"] += 1
        expected["entries_by_country", one.jurisdiction or "DK"] += 1
    here = [one for one in world.facts if one.list == made.name]
    for kind in ("scan", "report", "lookup"):
        expected["hits", kind] = len({(one.row, one.entry) for one in here if one.kind == kind and not one.given})
    expected["look_ups", ""] = world.calls[made.name]
    expected["recalls", "not_csam"] = 2
    took = [(one.published_at - one.at).total_seconds() for one in EntryRecall.everywhere.filter(list=made)]
    (slowest,) = ReleaseDay.everywhere.filter(list=made).values_list("slowest", flat=True)
    expected["addition_to_disk", LONGEST] = expected["addition_to_disk", MEDIAN] = slowest
    expected["recall_to_disk", LONGEST] = round(1000 * max(took))
    expected["recall_to_disk", MEDIAN] = round(1000 * median(took))
    assert found == {key: n for key, n in expected.items() if n or key[0].endswith("_to_disk")}
    count(made.pk)
    assert stands(made) == found  # again: nothing changes


@pytest.mark.django_db(transaction=True)
def test_votes_are_counted_by_the_country_that_voted() -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    rows = add(owner, made, entry_of("a"), entry_of("b"))
    voters = [
        viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE, member=make_member())))
    ]
    voters.append(viewer_for(make_person(Role.IDENTIFIER, make_organisation(OrganisationKind.POLICE))))
    with viewing(owner.organisation.id):
        until = timezone.now() + timedelta(days=30)
        ids = [one.organisation.pk for one in voters]
        curation.release(owner, QUALITY, made, ids, terms(Handling.AMBER, until))
    for voter, times_ in ((voters[0], 2), (voters[1], 1)):
        for row in rows[:times_]:
            with viewing(voter.organisation.id):
                vote(voter, QUALITY, row, Ballot("positive", "independent"))
                vote(voter, QUALITY, row, Ballot("negative", "independent"))  # in the place of the first
    count(made.pk)
    found = stands(made, "votes_by_country")
    country = voters[0].organisation.member.code
    assert found["votes_by_country", country] == 2
    assert sum(found.values()) == 3


@pytest.mark.django_db(transaction=True)
def test_a_closed_month_stays_when_its_records_are_erased() -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    make_world(Random(3), [made.name], ["a"])
    today = timezone.localdate()
    count(made.pk)
    before = stands(made, "hits", "look_ups")
    assert before
    LookupCall.everywhere.all().delete()
    later = month_of(today) + timedelta(days=62)
    count(made.pk, later)
    assert stands(made, "hits", "look_ups") == before
    months = ListIndicator.everywhere.filter(list=made, code="entries_by_source").values_list("month", flat=True)
    assert set(months) <= {month_of(today), month_of(later)}


@pytest.mark.django_db(transaction=True)
def test_a_recall_is_on_disk_when_it_is_and_not_before(settings: Any, tmp_path: Any) -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    (first, second) = add(owner, made, entry_of("a"), entry_of("b"))
    with viewing(owner.organisation.id):
        one = curation.recall(owner, QUALITY, first, RecallReason.NOT_CSAM)
    one.refresh_from_db()
    assert one.published_at is not None
    settings.LISTS = tmp_path / "a file"
    settings.LISTS.write_text("in the place of a folder")  # the disk does not take it
    with viewing(owner.organisation.id):
        other = curation.recall(owner, QUALITY, second, RecallReason.NOT_CSAM)
    other.refresh_from_db()
    assert other.published_at is None
    settings.LISTS = tmp_path / "lists"
    assert folder_of(made.name).exists()
    follow(made.pk)
    other.refresh_from_db()
    assert other.published_at is not None
    assert EntryRecall.everywhere.get(pk=one.pk).published_at == one.published_at  # the first time counts


@pytest.mark.django_db(transaction=True)
def test_the_page_and_the_file_have_own_lists_alone_and_the_same_numbers() -> None:
    owner, other = curator(), curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}", jurisdiction="DK")
    add(owner, made, entry_of("a"))
    add(other, make_list(other, f"list-{uuid4().hex[:12]}"), entry_of("a"), entry_of("b"))
    count_all()
    with viewing(owner.organisation.id):
        found = queries.opened(owner)
        text = presenters.as_csv(queries.taken_out(owner)).decode()
    assert {one.list_id for one in found} == {made.pk}
    rows = [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))][1:]
    month = f"{month_of(timezone.localdate()):%Y-%m}"
    slowest = str(ReleaseDay.everywhere.get(list=made).slowest)
    assert set(rows) == {
        (made.name, month, "entries_by_country", "DK", "1"),
        (made.name, month, "entries_by_source", "", "1"),
        (made.name, month, "addition_to_disk", LONGEST, slowest),
        (made.name, month, "addition_to_disk", MEDIAN, slowest),
    }
    page = presenters.context(found)
    assert [row.cells[:2] for row in page["table"].rows] == [[made.title, 1]]
    assert isinstance(found[0].month, date)
    assert ListEntry.everywhere.filter(list=made).count() == 1


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.integers(0, 12), max_size=5))
def test_beside_a_total_no_part_below_five_can_be_told_from_one_or_from_four(counts: dict[str, int]) -> None:
    total, parts = total_of(counts), told(counts)
    assert total is None or total == sum(counts.values())
    assert total is None or not 0 < total < FEWEST
    assert all(n is None or n == counts[key] for key, n in parts.items())
    assert all(n is None or n == 0 or n >= FEWEST for n in parts.values())
    hidden = [key for key, n in parts.items() if n is None]
    if total is None or not hidden:
        return
    left = total - sum(n for n in parts.values() if n is not None)
    worlds = [one for one in product(range(1, FEWEST), repeat=len(hidden)) if sum(one) == left]
    for place in range(len(hidden)):
        assert {1, FEWEST - 1} <= {one[place] for one in worlds}


@pytest.mark.django_db(transaction=True)
def test_the_secretariat_reads_of_all_released_lists_together_and_of_none_by_itself(client: Client) -> None:
    owners = [curator(), curator(), curator()]
    recipient = make_organisation(OrganisationKind.POLICE)
    until = timezone.now() + timedelta(days=30)
    for number, owner in enumerate(owners):
        made = make_list(owner, f"list-{uuid4().hex[:12]}", title=f"Title {number}", jurisdiction="DK", source="us")
        add(owner, made, *(entry_of(f"{number}-{one}") for one in range(3)))
        if number < 2:  # the third is released to nobody
            with viewing(owner.organisation.id):
                curation.release(owner, QUALITY, made, [recipient.pk], terms(Handling.AMBER, until))
    count_all()
    secretary = viewer_for(make_person(Role.SECRETARIAT, make_organisation(OrganisationKind.SECRETARIAT)))
    found = queries.of_alliance(secretary)
    assert (found.lists, found.organisations) == (2, 2)
    month = month_of(timezone.localdate())
    assert found.counts[month][Indicator.COUNTRIES] == {"DK": 6}
    assert (month, Indicator.ADDED_TO_DISK) in found.longest
    sign_in(client, secretary.person)
    file = client.get(reverse("lists:alliance-indicators-file"))
    assert f"{month:%Y-%m},entries_by_country,DK,6" in file.content.decode()
    assert LedgerEntry.objects.filter(act="lists.indicators.of_alliance_taken_out", verb="disclosure").count() == 1
    assert not any(name in file.content.decode() for name in ("Title", "list-"))
    page = client.get(reverse("lists:alliance-indicators"))
    assert page.status_code == 200
    assert "Title" not in page.content.decode()
    assert not any(owner.organisation.name in page.content.decode() for owner in owners)


NUMBERS = st.dictionaries(st.sampled_from(["", "DK", "SE", "FI"]), st.integers(0, 12))
MONTHS = st.dictionaries(
    st.sampled_from([date(2026, month, 1) for month in range(1, 5)]),
    st.dictionaries(st.sampled_from(sorted(set(Indicator) - TIMES)), NUMBERS),
)


@given(MONTHS, st.dictionaries(st.tuples(st.just(date(2026, 1, 1)), st.sampled_from(sorted(TIMES))), st.integers(0)))
def test_the_file_of_the_secretariat_tells_what_its_page_may_and_leaves_the_rest_empty(
    counts: dict[date, dict[Indicator, dict[str, int]]], longest: dict[tuple[date, Indicator], int]
) -> None:
    text = presenters_alliance.as_csv(queries.OfAlliance(2, 2, counts, longest)).decode()
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(head) == presenters_alliance.FILE
    found = {(month, name, key): value for month, name, key, value in rows}
    assert len(found) == len(rows)
    expected: dict[tuple[str, str, str], int | None] = {}
    for month, by_code in counts.items():
        when = f"{month:%Y-%m}"
        for code, name in presenters_alliance.TOLD.items():
            expected[when, name, ""] = total_of(by_code.get(code, {}))
        for code in STOCK:
            expected |= {(when, code.value, key): n for key, n in told(by_code.get(code, {})).items()}
        for (of, code), milliseconds in longest.items():
            if of == month:
                expected[when, code.value, LONGEST] = milliseconds
    assert found == {key: "" if n is None else str(n) for key, n in expected.items()}


@pytest.mark.django_db(transaction=True)
def test_how_long_an_entry_took_is_that_of_the_slowest_of_the_day(settings: Any, tmp_path: Any) -> None:
    owner = curator()
    made = make_list(owner, f"list-{uuid4().hex[:12]}")
    settings.LISTS = tmp_path / "a file"
    settings.LISTS.write_text("in the place of a folder")  # the disk does not take it
    (row,) = add(owner, made, entry_of("a"))
    assert not ReleaseDay.everywhere.filter(list=made, slowest__isnull=False).exists()
    ListEntry.everywhere.filter(pk=row.pk).update(added_at=timezone.now() - timedelta(hours=2))
    settings.LISTS = tmp_path / "lists"
    follow(made.pk)
    slow = ReleaseDay.everywhere.get(list=made).slowest
    assert slow is not None
    assert timedelta(hours=2) <= timedelta(milliseconds=slow)
    add(owner, made, entry_of("b"))
    assert ReleaseDay.everywhere.get(list=made, release=2).slowest == slow  # a quick one changes nothing
    ReleaseDay.everywhere.filter(list=made).update(slowest=None)
    shutil.rmtree(folder_of(made.name))
    follow(made.pk)  # written anew: nothing in it is new
    assert ReleaseDay.everywhere.get(list=made, release=2).slowest is None
