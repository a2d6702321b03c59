"""What is unusual, found in the ledger: as by reading entry by entry, in sight only, with leads that show just that."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.factories import make_organisation, make_person, sign_in, viewer_for

from vaern.node.ledger.models import Entry, Pending
from vaern.node.ledger.sequencer import sequence_once
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.oversight import daily_counts, unusual, unusual_days, unusual_lines
from vaern.node.oversight import unusual_rules as rules
from vaern.node.oversight.forms import FilterForm
from vaern.node.oversight.sight import Sight
from vaern.node.oversight.unusual_rules import Day, Rule, What

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.test import Client

    from vaern.node.organisations.models import Organisation, Person

pytestmark = pytest.mark.django_db
OPENED = ("reports.report.consulted", "consultation", "report")
SEARCHED = ("reports.worklist.searched", "consultation", "report")
EXPORTED = ("reports.report.exported", "disclosure", "report")
WORKED = ("reports.report.claimed", "alteration", "report")
ELSE = ("organisations.session.signed_in", "consultation", "person")


def made(
    person: Person,
    what: tuple[str, str, str],
    at: datetime,
    *,
    owner: UUID | None = None,
    subject: UUID | None = None,
    tags: str | None = None,
) -> Entry:
    """Return an entry as it stands in the ledger, of a day that is over."""
    act, verb, kind = what
    named = None if what is SEARCHED else subject or uuid4()
    return Entry(
        at=at,
        act=act,
        verb=verb,
        kind=kind,
        subject=named,
        owner=owner or person.organisation_id,
        person=person.id,
        organisation=person.organisation_id,
        why="assessment",
        tags=tags,
    )


def write(entries: Iterable[Entry]) -> None:
    """Write entries as they come into the ledger, where numbers grow with time, and count them, in several steps."""
    made = Entry.objects.bulk_create(sorted(entries, key=lambda entry: entry.at))
    Pending.objects.bulk_create([Pending(entry=entry) for entry in made])
    sequence_once()
    daily_counts.count_new()


def moment(today: date, back: int, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(today - timedelta(days=back), time(hour, 30)))


@pytest.fixture
def today() -> date:
    return timezone.localdate() - timedelta(days=1)


def steady(person: Person, today: date, openings: int = 12) -> list[Entry]:
    """Return five weeks in which somebody opens as many every day, between nine and four."""
    return [
        made(person, OPENED, moment(today, back, 9 + number % 8)) for back in range(35) for number in range(openings)
    ]


def oversight_of(organisation: Organisation | None = None) -> Sight:
    owner = organisation or make_organisation(OrganisationKind.OVERSIGHT)
    return Sight.of(viewer_for(make_person(Role.OVERSIGHT, owner)))


def test_the_steady_is_not_named_and_the_doubled_is(today: date) -> None:
    ada, bo = make_person(Role.ANALYST), make_person(Role.ANALYST)
    extra = [made(bo, OPENED, moment(today, 2, 11)) for _ in range(12)]
    write([*steady(ada, today), *steady(bo, today), *extra])
    found = unusual.findings(oversight_of(), today)
    assert {(one.rule, one.person, one.day, one.count, one.usual) for one in found} == {
        (rule, bo.id, today - timedelta(days=2), 24, 12) for rule in (Rule.OPENED, Rule.ONLY_READ)
    }


def test_night_searches_exports_and_foreign_records_are_found(today: date) -> None:
    ada, other = make_person(Role.ANALYST), make_organisation()
    write(
        [
            *steady(ada, today),
            *(made(ada, OPENED, moment(today, 1, 3)) for _ in range(3)),
            *(made(ada, SEARCHED, moment(today, 2, 12)) for _ in range(15)),
            *(made(ada, EXPORTED, moment(today, 3, 12)) for _ in range(3)),
            *(made(ada, OPENED, moment(today, 4, 12), owner=other.id) for _ in range(5)),
        ]
    )
    found = {one.rule: one for one in unusual.findings(oversight_of(), today)}
    assert set(found) == {Rule.HOURS, Rule.SEARCHED, Rule.TAKEN_OUT, Rule.FOREIGN}
    assert (found[Rule.HOURS].hours, found[Rule.HOURS].count) == ((3,), 3)


@pytest.mark.once
@pytest.mark.parametrize(("hour", "strange"), [(9, False), (8, False), (7, True), (17, False), (18, True), (23, True)])
def test_a_history_is_read_only_of_whom_something_can_be_said(today: date, hour: int, strange: bool) -> None:
    ada = make_person(Role.ANALYST)
    write([*steady(ada, today, 8), *(made(ada, OPENED, moment(today, 1, hour)) for _ in range(3))])
    assert (ada.id in unusual._candidates(oversight_of(), today)) == strange


def test_hours_around_midnight_are_next_to_each_other(today: date) -> None:
    late, early = make_person(Role.ANALYST), make_person(Role.ANALYST)
    write(
        made(person, OPENED, moment(today, back, hour if back else next_hour))
        for person, hour, next_hour in ((late, 23, 0), (early, 0, 23))
        for back in range(35)
        for _ in range(3)
    )
    assert unusual._candidates(oversight_of(), today) == []


def test_a_record_that_is_worked_on_was_not_only_read(today: date) -> None:
    ada = make_person(Role.ANALYST)
    records = [uuid4() for _ in range(30)]
    read = [made(ada, OPENED, moment(today, 1, 12), subject=one) for one in records]
    worked = [made(ada, WORKED, moment(today, 1, 13), subject=one) for one in records]
    write([*steady(ada, today, 4), *read, *worked])
    assert {one.rule for one in unusual.findings(oversight_of(), today)} == {Rule.OPENED}


@pytest.mark.once
@pytest.mark.parametrize("seed", range(3))
def test_as_by_reading_entry_by_entry(today: date, seed: int) -> None:
    draw = random.Random(seed)
    one, two = make_organisation(), make_organisation()
    people = [make_person(Role.ANALYST, owner) for owner in (one, one, two)]
    records = [uuid4() for _ in range(60)]
    write(
        made(
            person,
            draw.choice([OPENED, OPENED, OPENED, SEARCHED, EXPORTED, WORKED, ELSE]),
            moment(today, back, draw.randrange(6, 20)),
            owner=draw.choice([one.id, one.id, two.id]),
            subject=draw.choice(records),
            tags=draw.choice([None, "reason=chosen", "from=xa;reason=default", "reason=chosen;urgent=1"]),
        )
        for person in people
        for back in range(-1, 40)
        for _ in range(draw.choice([0, 3, 6, 12, 60]) if back < 7 else draw.choice([0, 3, 6, 12]))
    )
    for sight, seen in ((oversight_of(), {one.id, two.id}), (oversight_of(one), {one.id})):
        theirs = Entry.objects.filter(person__in=[person.id for person in people])
        entries = [entry for entry in theirs if entry.organisation in seen]
        assert unusual.findings(sight, today) == expected(entries, today)
        assert {name: [*week.before, week.now] for name, week in unusual.weeks(sight, today).items()} == {
            name: weekly(entries, today, name) for name in unusual_days.measures()
        }


def kinds_of(entry: Entry) -> set[Rule]:
    found = set()
    if entry.verb == "consultation" and entry.subject and entry.kind == "report":
        found.add(Rule.OPENED)
        if entry.owner != entry.organisation:
            found.add(Rule.FOREIGN)
    if entry.act.endswith(".searched"):
        found.add(Rule.SEARCHED)
    if entry.act.endswith(".exported"):
        found.add(Rule.TAKEN_OUT)
    return found


def expected(entries: list[Entry], today: date) -> list[rules.Finding]:
    first = today - timedelta(days=6)
    days: dict[UUID, dict[date, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        at = timezone.localtime(entry.at).date()
        if first - timedelta(days=28) <= at <= today:
            days[entry.person][at].append(entry)
    found = []
    for person, own in days.items():
        read = {}
        for at, those in own.items():
            counts = Counter(rule for entry in those for rule in kinds_of(entry))
            touched = defaultdict(set)
            for entry in those:
                if entry.subject and entry.kind == "report":
                    touched[entry.subject].add(entry.verb)
            counts[Rule.ONLY_READ] = sum(verbs == {"consultation"} for verbs in touched.values())
            hours = Counter(timezone.localtime(entry.at).hour for entry in those if Rule.OPENED in kinds_of(entry))
            read[at] = Day(counts, hours, {timezone.localtime(entry.at).hour for entry in those})
        found += rules.of_person(person, read, first)
    return rules.ordered(found)


def weekly(entries: list[Entry], today: date, name: str) -> list[int]:
    found = [0] * 5
    for entry in entries:
        back = (today - timezone.localtime(entry.at).date()).days
        said = (entry.tags or "").split(";")
        names = {rule.value for rule in kinds_of(entry)} | {one.replace("=", "_") for one in said}
        if 0 <= back < 35 and name in names:
            found[4 - back // 7] += 1
    return found


def test_each_lead_shows_just_what_was_counted(today: date) -> None:
    ada = make_person(Role.ANALYST)
    extra = [made(ada, SEARCHED, moment(today, 2, 12)) for _ in range(15)]
    chosen = [made(ada, OPENED, moment(today, 1, 12), tags="reason=chosen") for _ in range(2)]
    write([*steady(ada, today, 20), *extra, *chosen])
    sight = oversight_of()
    (finding,) = unusual.findings(sight, today)
    weeks = unusual.weeks(sight, today)
    leads = [(unusual_lines._lead(finding), finding.count)]
    first = unusual.first_day(today)
    leads += [
        (unusual_lines.address(first, today, **filters), weeks[name].now)
        for name, (_label, filters) in unusual_lines.WEEKLY.items()
    ]
    assert len(leads) == 8
    for lead, count in leads:
        form = FilterForm(dict(parse_qsl(urlsplit(lead).query)))
        assert form.is_valid(), form.errors
        assert len(sight.entries(form.filters, limit=1000)) == count, lead


def test_an_organisations_own_oversight_holds_nobody_elsewhere_against_anything(today: date) -> None:
    ada, guest = make_person(Role.ANALYST), make_person(Role.ANALYST)
    busy = [made(guest, OPENED, moment(today, 1, 11), owner=ada.organisation_id) for _ in range(50)]
    write([*steady(guest, today), *busy])
    assert unusual.findings(oversight_of(ada.organisation), today) == []
    assert {one.person for one in unusual.findings(oversight_of(guest.organisation), today)} == {guest.id}
    assert unusual.findings(Sight.of(viewer_for(guest)), today) == [], "nobody else gets them"


@pytest.mark.once
@pytest.mark.parametrize("language", ["en", "da"])
def test_the_page_names_explains_and_is_recorded(client: Client, language: str) -> None:
    today = timezone.localdate()
    ada = make_person(Role.ANALYST, name="Ada <b>(synthetic)")
    busy = [made(ada, OPENED, moment(today, 1, 11)) for _ in range(30)]
    write([*steady(ada, today), *busy])
    sign_in(client, make_person(Role.OVERSIGHT, make_organisation(OrganisationKind.OVERSIGHT)))
    client.cookies["django_language"] = language
    page = client.get(reverse("oversight:unusual")).content.decode()
    assert "Ada &lt;b&gt;(synthetic)" in page
    assert f"person={ada.id}" in page
    assert rules.VERSION in page
    entry = Entry.objects.order_by("-id").first()
    assert (entry.act, entry.count) == ("oversight.unusual.consulted", 2)


def test_the_page_says_that_nothing_is_unusual(client: Client) -> None:
    sign_in(client, make_person(Role.OVERSIGHT))
    page = client.get(reverse("oversight:unusual")).content.decode()
    assert "Nothing is unusual" in page
    assert "Nobody gave a reason in the last seven days." in page


def test_every_rule_and_measure_has_its_words() -> None:
    assert set(unusual_lines.RULES) == set(unusual_lines.EXPLAINED) == set(rules.FLOORS) == set(Rule)
    assert {what.value for what in What} < set(unusual_lines.WEEKLY)
    assert set(unusual_lines.WEEKLY) == set(unusual_days.measures())
