"""The error rates of lists: counted right whatever happens when, final where they have to be, and worked out again."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import isclose, sqrt
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation
from tests.node.lists.factories import QUALITY, curator, make_list
from tests.node.lists.matched import add_finding

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.lists.figures import actions, files, queries
from vaern.node.lists.figures.counting import count, digest_of
from vaern.node.lists.models import (
    EntryFeedback,
    EntryMonth,
    EntryRecall,
    HashList,
    LookupBatch,
    LookupCall,
    LookupHit,
)
from vaern.node.lists.rules.effects import WRONG, RecallReason
from vaern.node.lists.rules.figures import SURE, attributed, closes, false_hits, month_of, open_months, rate
from vaern.node.organisations.rules import OrganisationKind
from vaern.node.scans.models import Finding, Scan

if TYPE_CHECKING:
    from django.test import Client

BEGIN = date(2026, 1, 17)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


# Rules ---------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 400), st.integers(0, 400))
def test_the_interval_solves_the_equation_of_wilson(first: int, second: int) -> None:
    false, hits = sorted((first, second))
    found = rate(false, hits)
    assert (found is None) == (hits == 0)
    if found is None:
        return
    assert 0 <= found.lower <= found.rate <= found.upper <= 1
    assert found.rate == false / hits
    for bound in (found.lower, found.upper):  # where the observed share is just as far off as chance allows
        assert isclose(abs(found.rate - bound), SURE * sqrt(max(0, bound * (1 - bound)) / hits), abs_tol=1e-9)
    more = rate(2 * false, 2 * hits)
    assert more is not None
    assert more.upper - more.lower < found.upper - found.lower  # more hits, more certainty
    assert rate(hits - false, hits) == pytest.approx((1 - found.rate, 1 - found.upper, 1 - found.lower), abs=1e-9)


def test_few_hits_are_not_taken_for_certainty() -> None:
    found = rate(0, 10)
    assert found is not None
    assert (found.rate, found.lower, round(found.upper, 4)) == (0, 0, 0.2775)  # Newcombe 1998, Statist. Med. 17, 857


@pytest.mark.parametrize(("false", "hits"), [(1, 0), (-1, 3), (4, 3)])
def test_more_false_hits_than_hits_are_refused(false: int, hits: int) -> None:
    with pytest.raises(ValueError, match="false hits of"):
        rate(false, hits)


@given(DAYS, DAYS, st.integers(0, 30))
def test_months_are_open_until_they_are_closed_and_none_is_left_out(one: date, other: date, shut: int) -> None:
    founded, today = sorted((one, other))
    every = [first for first in _months() if month_of(founded) <= first <= today]
    assert open_months(founded, None, today) == every
    for month in every[:shut]:
        assert open_months(founded, month, today) == [later for later in every if later > month]
    for month in every:
        after = next(later for later in _months() if later > month)
        assert closes(month) == after + timedelta(days=3)


def _months() -> list[date]:
    return [date(year, month, 1) for year in range(2020, 2032) for month in range(1, 13)]


@given(st.integers(0, 9), st.integers(0, 9), st.booleans())
def test_no_more_hits_are_false_than_there_were(hits: int, disputed: int, recalled: bool) -> None:
    found = false_hits(hits, disputed, recalled=recalled)
    assert found in (hits, disputed)
    assert found <= hits
    assert found == hits if recalled else found <= disputed


@given(DAYS, st.lists(DAYS.map(month_of), unique=True))
def test_what_is_reported_belongs_to_the_last_month_with_a_hit(said: date, hit_in: list[date]) -> None:
    found = attributed(said, hit_in)
    before = [month for month in hit_in if month <= said]
    assert (found is None) == (not before)
    assert found is None or all(month <= found for month in before)


# Counting ------------------------------------------------------------------------------------------------------------


@dataclass
class Life:
    """A list and what happens to it, with the truth counted by hand."""

    of: HashList
    random: Random
    today: date = BEGIN
    seen: list[tuple[date, str, int]] = field(default_factory=list)
    scanned: dict[int, tuple[date, str, bool]] = field(default_factory=dict)
    recalled: set[str] = field(default_factory=set)
    closed: set[date] = field(default_factory=set)
    hits: dict[tuple[date, str], int] = field(default_factory=dict)
    disputed: dict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))

    def look_up(self) -> None:
        """A program hits an entry, today or, where the node was down, some time ago."""
        day = self.today - timedelta(days=self.random.choice([0, 0, 0, 2, 5, 40]))
        ident = self.random.choice("abc")
        self.seen.append((day, ident, looked_up(self.of, ident, noon(max(day, BEGIN)))))
        self.seen[-1] = (max(day, BEGIN), *self.seen[-1][1:])

    def scan(self) -> None:
        """A scan with a near match comes in."""
        ident = self.random.choice("abc")
        self.scanned[scanned(self.of, ident, noon(self.today))] = (self.today, ident, False)

    def look(self) -> None:
        """Somebody looks at a near match, and says whether it is another file; or says so anew."""
        if self.scanned:
            number = self.random.choice(list(self.scanned))
            wrong = self.random.random() < 0.7
            Finding.everywhere.filter(pk=number).update(same=not wrong)
            self.scanned[number] = (*self.scanned[number][:2], wrong)

    def recall(self) -> None:
        """The curator withdraws an entry, for whatever reason, or takes that back."""
        ident, why = self.random.choice("abc"), self.random.choice(list(RecallReason))
        open_ = EntryRecall.everywhere.filter(list=self.of, ident=ident, ended_at=None)
        if open_.update(ended_at=timezone.now()):
            self.recalled.discard(ident)
            return
        EntryRecall.everywhere.create(list=self.of, ident=ident, why=why.value)
        if why in WRONG:
            self.recalled.add(ident)

    def erase(self) -> None:
        """Records reach their end date: those of closed months, as records are kept for longer than a month."""
        gone = [one for one in self.seen if month_of(one[0]) in self.closed]
        LookupHit.everywhere.filter(pk__in=[pk for _day, _ident, pk in gone]).delete()
        self.seen = [one for one in self.seen if one not in gone]
        old = [pk for pk, (day, _ident, _wrong) in self.scanned.items() if month_of(day) in self.closed]
        Finding.everywhere.filter(pk__in=old).delete()
        self.scanned = {pk: one for pk, one in self.scanned.items() if pk not in old}

    def night(self) -> None:
        """Count, and count the same by hand."""
        count(self.of.pk, self.today)
        everything = [(day, ident) for day, ident, _pk in self.seen]
        everything += [(day, ident) for day, ident, _wrong in self.scanned.values()]
        for key, n in Counter((month_of(day), ident) for day, ident in everything).items():
            if key[0] not in self.closed:
                self.hits[key] = n
        wrong = Counter((month_of(day), ident) for day, ident, wrong in self.scanned.values() if wrong)
        for key in self.hits:
            kept = self.disputed[key] if key[0] in self.closed else 0
            self.disputed[key] = max(kept, wrong[key])
        self.closed |= {month for month in _months() if month >= month_of(BEGIN) and closes(month) <= self.today}

    def expected(self) -> dict[date, tuple[int, int, int]]:
        """Entries, hits and false hits of the closed months, by hand."""
        found: dict[date, tuple[int, int, int]] = {}
        for (month, ident), n in self.hits.items():
            if month in self.closed:
                entries, hits, false = found.get(month, (0, 0, 0))
                more = n if ident in self.recalled else min(n, self.disputed[month, ident])
                found[month] = (entries + 1, hits + n, false + more)
        return found


def noon(day: date) -> datetime:
    """Noon of a day in UTC, which is the same day by any clock of Europe."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def looked_up(hash_list: HashList, ident: str, at: datetime) -> int:
    """Write down that a program hit an entry; return the number of the hit."""
    owner, ends = hash_list.organisation, timezone.localdate() + timedelta(days=9)
    given = {"organisation": owner, "at": at}
    batch = LookupBatch.everywhere.create(**given, until=at, calls=1, signals=1, root=bytes(32), leaves=b"", ends=ends)
    call = LookupCall.everywhere.create(**given, batch=batch, position=0, index="")
    hit = LookupHit.everywhere.create(answered=call, list=hash_list.name, release="1", entry=ident, kind="pdq")
    return int(hit.pk)


def scanned(hash_list: HashList, ident: str, at: datetime) -> int:
    """Make a scan with one near match; return the number of its finding."""
    until = timezone.localdate() + timedelta(days=9)
    scan = Scan.everywhere.create(organisation=hash_list.organisation, reference=uuid4().hex, review_date=until)
    Scan.everywhere.filter(pk=scan.pk).update(created_at=at)
    return int(add_finding(scan, 1, [(hash_list.name, ident), ("another", ident)], "pdq", 9).pk)


def listed(name: str = "") -> tuple[Any, HashList]:
    """Make a list that was there from the first day on."""
    owner = curator()
    made = make_list(owner, name or f"list-{uuid4().hex[:12]}")
    HashList.everywhere.filter(pk=made.pk).update(created_at=noon(BEGIN))
    made.refresh_from_db()
    return owner, made


def stands(hash_list: HashList) -> list[Any]:
    rows = EntryMonth.everywhere.filter(list=hash_list).order_by("pk")
    return list(rows.values_list("pk", "month", "digest", "hits", "disputed", "recalled"))


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_when_the_months_are_as_counted_by_hand(seed: int) -> None:
    _owner, made = listed()
    life = Life(made, Random(seed))
    acts = [life.look_up, life.look_up, life.scan, life.look, life.recall, life.erase]
    denominators: dict[date, int] = {}
    for _ in range(25):
        for _ in range(life.random.randint(0, 6)):
            life.random.choice(acts)()
        life.today += timedelta(days=life.random.choice([1, 2, 9, 20]))
        life.night()
        before = stands(made)
        count(made.pk, life.today)
        assert stands(made) == before  # again: nothing changes
        made.refresh_from_db()
        found = {one.month: (one.entries, one.hits, one.false) for one in queries.months(made)}
        assert found == life.expected()
        now = {month: hits for month, (_entries, hits, _false) in found.items()}
        assert denominators.items() <= now.items()  # what stood there once stays
        denominators = now
        assert worked_out(files.entries(queries.entries(made))) == read(files.months(queries.months(made)))
    assert denominators


@pytest.mark.django_db(transaction=True)
def test_what_organisations_reported_counts_once_each_and_no_more_than_there_were_hits() -> None:
    _owner, made = listed()
    for ident in ("a", "a", "a", "b"):
        looked_up(made, ident, noon(BEGIN))
    platforms = [make_organisation(OrganisationKind.PLATFORM) for _ in range(2)]
    for organisation, entry, opinion, outcome in (
        (platforms[0], "a", "negative", "hit_wrong"),
        (platforms[0], "a", "negative", "hit_wrong"),  # twice is once
        (platforms[1], "a", "negative", "hit_wrong"),
        (platforms[1], "a", "positive", "hit_wrong"),
        (platforms[0], "b", "negative", "hit_wrong"),
        (platforms[1], "b", "negative", "hit_wrong"),  # but there was one hit
        (platforms[1], "c", "negative", "hit_wrong"),  # without a hit
        (make_organisation(OrganisationKind.PLATFORM), "a", "negative", ""),  # nobody dealt with it
        (make_organisation(OrganisationKind.PLATFORM), "a", "negative", "kept"),  # the curator found that it was right
    ):
        at = noon(BEGIN + timedelta(days=50))  # months after the hit
        answered_at = at if outcome else None
        given = {"list": made.name, "entry": entry, "opinion": opinion, "at": at, "answered_at": answered_at}
        EntryFeedback.everywhere.create(organisation=organisation, ends=at.date(), outcome=outcome, **given)
    count(made.pk, BEGIN + timedelta(days=60))
    made.refresh_from_db()
    assert [(one.month, one.hits, one.false) for one in queries.months(made)] == [(month_of(BEGIN), 4, 3)]


# Published -----------------------------------------------------------------------------------------------------------


def read(content: bytes) -> dict[str, tuple[str, ...]]:
    """Read `months.csv`."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert rows[0] == ["month", "entries", "hits", "false_hits", "rate", "lower", "upper"]
    return {row[0]: tuple(row[1:]) for row in rows[1:]}


def worked_out(content: bytes) -> dict[str, tuple[str, ...]]:
    """Work the months out of `entries.csv` alone, the interval by the roots of Wilson's quadratic equation."""
    by_month: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        by_month[row["month"]].append(row)
    found = {}
    for month, rows in by_month.items():
        n = sum(int(row["hits"]) for row in rows)
        false = [
            int(row["hits"]) if row["recalled"] == "yes" else min(int(row["hits"]), int(row["disputed"]))
            for row in rows
        ]
        assert false == [int(row["false_hits"]) for row in rows]
        assert len({row["entry"] for row in rows}) == len(rows)
        share, square = sum(false) / n, 1.959963984540054**2 / n
        a, b, c = 1 + square, -(2 * share + square), share * share
        root = sqrt(max(0, b * b - 4 * a * c))
        bounds = [abs(round(max(0, (-b - root) / (2 * a)), 6)), round(min(1, (-b + root) / (2 * a)), 6)]
        found[month] = (str(len(rows)), str(n), str(sum(false)), *(f"{one:.6f}" for one in (share, *bounds)))
    return found


@pytest.fixture
def published() -> tuple[Any, HashList]:
    """A list with hits in two months, that publishes its error rates."""
    owner, made = listed()
    for days, ident in ((0, "entry-one"), (0, "entry-one"), (0, "entry-two"), (30, "entry-one"), (30, "entry-two")):
        looked_up(made, ident, noon(BEGIN + timedelta(days=days)))
    EntryRecall.everywhere.create(list=made, ident="entry-two", why="not_csam")
    count(made.pk, BEGIN + timedelta(days=70))
    with viewing(owner.organisation.id):
        actions.publish(owner, QUALITY, made)
    made.refresh_from_db()
    return owner, made


def file(client: Client, name: str, what: str) -> Any:
    return client.get(reverse("lists:public-figures-file", args=[name, what]))


@pytest.mark.django_db(transaction=True)
def test_the_published_months_can_be_worked_out_from_the_published_entries(
    client: Client, published: tuple[Any, HashList]
) -> None:
    _owner, made = published
    months, entries = file(client, made.name, "months").content, file(client, made.name, "entries").content
    assert read(months) == worked_out(entries)
    assert {month: row[:3] for month, row in read(months).items()} == {
        "2026-01": ("2", "3", "1"),
        "2026-02": ("2", "2", "1"),
    }
    page = client.get(reverse("lists:public-figures"))
    assert "33.33" in page.content.decode()
    assert not page.cookies


@pytest.mark.django_db(transaction=True)
def test_published_figures_do_not_say_which_entries_they_are_of(
    client: Client, published: tuple[Any, HashList]
) -> None:
    _owner, made = published
    content = file(client, made.name, "entries").content.decode()
    ids = [row["entry"] for row in csv.DictReader(io.StringIO(content, newline=""))]
    assert len(set(ids)) == len(ids) == 4  # nobody can follow an entry from month to month
    for ident in ("entry-one", "entry-two"):
        assert ident not in content
        assert digest_of(made, ident) not in content  # by which all months could be joined
    assert str(made.pk) not in content


@pytest.mark.django_db(transaction=True)
def test_a_list_that_publishes_nothing_is_as_one_that_is_not_there(client: Client) -> None:
    owner, made = listed()
    looked_up(made, "a", noon(BEGIN))
    count(made.pk, BEGIN + timedelta(days=70))
    front, page = reverse("home"), reverse("lists:public-figures")
    for what in ("months", "entries"):
        answers = [file(client, name, what) for name in (made.name, "no-such-list")]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].content.replace(made.name.encode(), b"no-such-list") == answers[1].content
    assert made.title not in client.get(page).content.decode()
    assert page not in client.get(front).content.decode()
    with viewing(owner.organisation.id):
        actions.publish(owner, QUALITY, made)
    assert made.title in client.get(page).content.decode()
    assert page in client.get(front).content.decode()
    assert file(client, made.name, "months").status_code == 200
    assert file(client, made.name, "others").status_code == 404
    with viewing(owner.organisation.id):
        actions.withdraw(owner, QUALITY, made)
    assert file(client, made.name, "months").status_code == 404
    assert page not in client.get(front).content.decode()


@pytest.mark.django_db(transaction=True)
def test_whoever_keeps_the_list_decides_and_once() -> None:
    owner, made = listed()
    other = curator()
    with viewing(other.organisation.id), pytest.raises(Refusal):
        actions.publish(other, QUALITY, made)
    with viewing(owner.organisation.id):
        with pytest.raises(Conflict):
            actions.withdraw(owner, QUALITY, made)
        actions.publish(owner, QUALITY, made)
        with pytest.raises(Conflict):
            actions.publish(owner, QUALITY, made)
