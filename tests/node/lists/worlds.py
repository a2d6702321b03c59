"""Matches with lists and all that rests on them, made at random, with the truth about them written down beside."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone
from tests.node.cases.factories import make_case
from tests.node.factories import make_member, make_organisation, make_person, viewer_for
from tests.node.lists.matched import add_finding, give_matches
from tests.node.reports.factories import make_block, make_domain, make_host, make_location, make_report
from tests.node.victims.factories import add_file, make_series

from vaern.node.cases.models import Case, Handover, Link
from vaern.node.casework.models import Release
from vaern.node.lists.models import LookupBatch, LookupCall, LookupDay, LookupHit, LookupState
from vaern.node.organisations.rules import OrganisationKind, Role
from vaern.node.reports.models import DomainBlock, Host, Item, ItemMatch, Notice
from vaern.node.scans.models import Scan
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from random import Random
    from uuid import UUID

    from tests.node.lists.matched import Known

    from vaern.node.organisations.models import Organisation


@dataclass(frozen=True)
class Fact:
    """One thing that rests on one match.

    `row` is what the match is counted by, `host` who was noticed; `given`, that the organisation received the record.
    """

    list: str
    entry: str
    kind: str
    organisation: UUID
    record: object
    thing: object
    row: object
    host: str = ""
    given: bool = False


@dataclass
class World:
    """The organisations of a small world, and the truth about what rests on which entry."""

    random: Random
    names: Sequence[str]
    entries: Sequence[str]
    facts: set[Fact] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)

    def known(self) -> list[Known]:
        """Return some entries of some lists, each once: of two lists, two of one list, or none."""
        every = [(name, entry) for name in self.names for entry in self.entries]
        return self.random.sample(every, self.random.choice([0, 1, 1, min(2, len(every)), min(3, len(every))]))

    def note(
        self,
        known: Collection[Known],
        kind: str,
        owner: Any,
        record: Any,
        thing: Any,
        row: Any = None,
        **more: Any,
    ) -> None:
        """Write down that something rests on matches."""
        of = None if record is None else record.pk
        self.facts |= {Fact(*one, kind, owner.pk, of, thing.pk, (row or thing).pk, **more) for one in known}

    def met_by(self, kind: str, thing: Any) -> set[Known]:
        """Return the entries on which something rests."""
        return {(fact.list, fact.entry) for fact in self.facts if (fact.kind, fact.thing) == (kind, thing.pk)}


def make_world(random: Random, names: Sequence[str], entries: Sequence[str]) -> World:
    """Make two desks with reports, scans, series and cases, and a platform whose programs ask."""
    world, every = World(random, names, entries), []
    desks = [make_organisation(OrganisationKind.POLICE, member=make_member()) for _ in range(2)]
    for desk in desks:
        series = [make_series(desk) for _ in range(2)]
        cases = [make_case(viewer_for(make_person(Role.INVESTIGATOR, desk))) for _ in range(4)]
        every.append((cases, series))
        for _ in range(random.randint(1, 3)):
            _report(world, desk, series, cases)
        for _ in range(random.randint(0, 2)):
            _scan(world, desk, series)
    _built(world, every)
    _stopped(world, desks)
    _given(world, desks)
    for organisation in (desk, make_organisation(OrganisationKind.PLATFORM)):
        for _ in range(random.randint(0, 3)):
            _call(world, organisation)
    return world


def _built(world: World, every: Any) -> None:
    """Link cases with series and with each other, and note each case that rests on a match."""
    pairs, handed = set(), set()
    for cases, own in every:
        for case in cases:
            for series in {world.random.choice(own), world.random.choice([one for _c, s in every for one in s])}:
                _on_series(world, case, series)
        for one, other in itertools.pairwise(cases):
            if world.random.random() < 0.6:
                case, linked = world.random.choice([(one, other), (other, one)])
                Link.everywhere.create(case=case, organisation=case.organisation, other=linked)
                pairs.add((one.pk, other.pk))
    for (cases, _own), (others, _others) in (every, every[::-1]):
        if world.random.random() < 0.7:
            case, arrived = world.random.choice(cases), world.random.choice(others)
            _handed_over(case, arrived)
            handed.add((case.pk, arrived.pk))
    for known in {(fact.list, fact.entry) for fact in world.facts}:
        rests = {o.thing for o in world.facts if (o.list, o.entry, o.kind) == (*known, "case")}
        farther = _reached(rests, pairs | {pair[::-1] for pair in pairs} | handed) - rests
        for case in (case for cases, _own in every for case in cases if case.pk in farther):
            world.note([known], "case", case.organisation, case, case)


def _handed_over(case: Any, arrived: Any) -> None:
    release, now = _release(case, arrived.organisation), timezone.now()
    given = {"sent_at": now, "sent_by": release.released_by, "due_at": now}
    Handover.everywhere.create(
        organisation=case.organisation,
        recipient=arrived.organisation,
        case=case,
        arrived=arrived,
        release=release,
        **given,
    )


def _release(record: Any, recipient: Organisation) -> Release:
    now, owner = timezone.now(), record.organisation
    made: Release = Release.everywhere.create(
        kind=record.KIND,
        record=record.pk,
        owner=owner,
        recipient=recipient,
        released_by=make_person(organisation=owner),
        why="investigation",
        released_at=now - timedelta(days=3),
        expires_at=now + timedelta(days=-1 if record.pk.int % 2 else 1),
    )
    return made


def _given(world: World, desks: Sequence[Organisation]) -> None:
    """Release scans, series and cases, for a time that ended or not, and note that each recipient is concerned."""
    platform = make_organisation(OrganisationKind.PLATFORM)
    for model in (Scan, Series, Case):
        for record in model.everywhere.filter(organisation__in=desks).order_by("pk"):
            into = record
            while getattr(into, "absorbed_into", None):
                into = into.absorbed_into
            for recipient in {*desks, platform} - {record.organisation}:
                handed = Release.everywhere.filter(record=record.pk, recipient=recipient).exists()
                if world.random.random() < 0.3 and not handed:
                    release = _release(record, recipient)
                    world.note(world.met_by(model.KIND, into), model.KIND, recipient, record, into, release, given=True)


def _on_series(world: World, case: Any, series: Any) -> None:
    """Link a case with a series perhaps, or with one that it took over, or with one that this had taken over."""
    if world.random.random() < 0.3:
        linked = series
        for _ in range(world.random.randrange(3)):
            linked = make_series(series.organisation, absorbed_into=linked)
        link = Link.everywhere.create(case=case, organisation=case.organisation, series=linked)
        for known in {(o.list, o.entry) for o in world.facts if o.kind == "series" and o.thing == series.pk}:
            world.note([known], "case", case.organisation, case, case, link)


def _reached(start: set[Any], steps: set[tuple[Any, Any]]) -> set[Any]:
    """Return what is reached by steps from one to another."""
    reached, more = set(start), True
    while more:
        found = {b for a, b in steps if a in reached} - reached
        reached, more = reached | found, bool(found)
    return reached


def _stopped(world: World, desks: Sequence[Organisation]) -> None:
    """Have domains stopped on the ground of items, and note all three who hear of it when that ground goes."""
    chance, made = world.random, []
    for item in Item.everywhere.filter(report__organisation__in=desks).order_by("pk"):
        if chance.random() < 0.4:
            continue
        desk, people = item.report.organisation, [make_person(organisation=item.report.organisation) for _ in range(2)]
        given: dict[str, Any] = {"domain_key": bytes([chance.randrange(2)]) * 32}
        if chance.random() < 0.7:
            given |= {"seconded_at": timezone.now(), "seconded_by": people[1]}
            if chance.random() < 0.5:
                said = chance.choice([None, True, False])
                given |= {"put_to": next(one for one in desks if one != desk), "put_at": timezone.now()}
                given |= {"confirmed": said, "answered_by": None if said is None else people[0]}
        if chance.random() < 0.2:
            given["ended_at"] = timezone.now()
        made.append((item, make_domain(item.location, people[0], **given)))
    standing: list[tuple[Item, DomainBlock]] = [(item, block) for item, block in made if block.ended_at is None]
    known = {item.pk: _met(item) for item, _block in standing}
    for item, block in standing:
        world.note(known[item.pk], "domain", block.organisation, block, block)
        if block.put_to and block.confirmed is not False:
            world.note(known[item.pk], "domain", block.put_to, block, block)
        for theirs, other in standing:
            pair = block.domain_key == other.domain_key and block.organisation_id != other.organisation_id
            seconded = block.seconded_at and other.seconded_at and not other.confirmed
            if pair and seconded:
                world.note(known[item.pk] - known[theirs.pk], "domain", other.organisation, other, block, other)


def _met(item: Item) -> set[Known]:
    return set(ItemMatch.of(item=item).values_list("list", "entry"))


def _report(world: World, desk: Organisation, series: Any, cases: Any) -> None:
    chance, person = world.random, make_person(organisation=desk)
    report = make_report(desk, [f"https://host.example/{n}" for n in range(chance.randint(1, 3))])
    case = chance.choice([*cases, None])
    link = Link.everywhere.create(case=case, organisation=desk, report=report, first="opened") if case else None
    for item in Item.everywhere.filter(report=report).order_by("number"):
        known = world.known()
        give_matches(item, known)
        world.note(known, "report", desk, report, report, item)
        if link:
            world.note(known, "case", desk, case, case, link)
        location = make_location(report, item.number)
        for _ in range(chance.randint(0, 2)):
            notice = _notice(location, chance)
            world.note(known, "notice", desk, report, notice, host=notice.host.name)
        if chance.random() < 0.4:
            lifted = timezone.now() if chance.random() < 0.5 else None
            block = make_block(location, person, lifted_at=lifted)
            world.note([] if lifted else known, "block", desk, report, block)
        _joined(world, desk, series, known, item=item)


def _notice(location: Any, chance: Random) -> Notice:
    until = timezone.now() + timedelta(days=30)
    host = chance.choice([*Host.everywhere.filter(organisation=location.organisation).order_by("name"), None])
    host = host or make_host(location.organisation)
    given = {"token_digest": secrets.token_bytes(32), "sent_at": timezone.now(), "expires_at": until, "host": host}
    made: Notice = Notice.everywhere.create(location=location, organisation=location.organisation, **given)
    return made


def _scan(world: World, desk: Organisation, series: Any) -> None:
    until = timezone.localdate() + timedelta(days=30)
    scan = Scan.everywhere.create(organisation=desk, reference=uuid4().hex, review_date=until)
    for number in range(1, world.random.randint(2, 5)):
        known = world.known()
        finding = add_finding(scan, number, known)
        world.note(known, "scan", desk, scan, scan, finding)
        _joined(world, desk, series, known, finding=finding)


def _joined(world: World, desk: Organisation, series: Any, known: Sequence[Known], **of: Any) -> None:
    joined = world.random.choice([*series, None])
    if joined is not None:
        member = add_file(joined, world.random.randrange(10**9), **of)
        world.note(known, "series", desk, joined, joined, member)


def _call(world: World, organisation: Organisation, at: datetime | None = None) -> None:
    now, ends = at or timezone.now(), timezone.localdate() + timedelta(days=30)
    batch = LookupBatch.everywhere.create(
        organisation=organisation, at=now, until=now, calls=1, signals=1, root=bytes(32), leaves=b"", ends=ends
    )
    call = LookupCall.everywhere.create(organisation=organisation, batch=batch, position=0, at=now, index="")
    asked = world.random.choice([world.names, world.names[:1], world.names[1:]])
    state = LookupState.objects.create(index=call.pk.hex, lists=[], names=list(asked), ends=ends)
    LookupDay.objects.create(state=state, day=timezone.localdate(now), calls=3)
    world.calls.update(dict.fromkeys(asked, 3))
    for _ in range(world.random.randint(1, 4)):
        for known in world.known():
            hit = LookupHit.everywhere.create(answered=call, list=known[0], release="1", entry=known[1], kind="pdq")
            world.note([known], "lookup", organisation, None, call, hit)
