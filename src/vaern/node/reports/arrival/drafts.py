"""Write the rows of new reports: sealed and scored, with their items, near signals and earlier sightings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.arrivals import numbers_of
from vaern.node.base.sql import insert
from vaern.node.casework.idempotency import kept
from vaern.node.casework.matches import AT_ONCE, class_of, columns_of
from vaern.node.casework.standing import fallen_of
from vaern.node.external.passage import take_in
from vaern.node.reports.arrival.lookups import keys_of, look_each
from vaern.node.reports.base import ties, watches
from vaern.node.reports.base.addresses import host_key, normalised
from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.base.content import arrival_of, items_of, sealed
from vaern.node.reports.base.due import due_at
from vaern.node.reports.base.faults import stored
from vaern.node.reports.intake.videos import KIND as VIDEO
from vaern.node.reports.law.grounds import GroundMissing, check_detection
from vaern.node.reports.law.reviews import note
from vaern.node.reports.models import Item, ItemMatch, NearSignal, Report
from vaern.node.reports.rules import repetition
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.scores import facts_of
from vaern.node.reports.rules.states import Event, State, Who
from vaern.node.reports.takedown.actions import reappeared
from vaern.node.reports.triage.actions import put_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from vaern.arrivals import Arrival, Fault
    from vaern.node.casework.idempotency import Repeatable
    from vaern.node.casework.matches import Kept
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.arrival.lookups import Looked
    from vaern.node.reports.base.content import ItemContent
    from vaern.node.reports.intake.repeats import Keys
    from vaern.node.reports.rules.ties import Tied

REPEATS_WHOLE = frozenset({"url", *repetition.EXACT})
"""By what an item is the same as an earlier one, and not only like it."""


@dataclass(frozen=True)
class Draft:
    """A report that is about to be written.

    Attributes:
        organisation: whose desk it is for.
        arrival, digest, sender, faults, synthetic, urgent, until, request: see `actions.receive`.
    """

    organisation: Organisation
    arrival: Arrival
    digest: bytes
    sender: Organisation | None
    faults: tuple[Fault, ...]
    synthetic: bool
    urgent: bool = False
    until: date | None = None
    request: Repeatable | None = None


def make(draft: Draft) -> Report:
    """Save the report with its items and near signals. Inside a transaction.

    Raises:
        IntegrityError: its code, or the sender's reference, was taken meanwhile.
    """
    (report,) = make_each(draft.organisation, [draft])
    return report


def make_each(desk: Organisation, drafts: Sequence[Draft]) -> list[Report]:
    """Save the reports of one desk as `make` would one after the other, those that share nothing at once.

    Raises:
        IntegrityError: as `make`, of one of them.
    """
    made: list[Report] = []
    for several in _apart([_Planned.of(draft) for draft in drafts]):
        made += _make_at_once(desk, several)
    return made


@dataclass(frozen=True)
class _Planned:
    """A draft with what it is compared by.

    Attributes:
        draft: the draft.
        contents, keys: its items, and the keys by which they are matched.
        held: its ties, by digest.
    """

    draft: Draft
    contents: list[ItemContent]
    keys: list[Keys]
    held: dict[bytes, Tied]

    @classmethod
    def of(cls, draft: Draft) -> _Planned:
        """Return the plan of a draft."""
        contents = items_of(draft.arrival)
        sender = draft.sender.pk if draft.sender else None
        return cls(draft, contents, keys_of(contents), ties.ties_of(draft.arrival, sender))

    @property
    def met_by(self) -> set[object]:
        """All by which another report may meet it: likeness counts as one thing, since it is not known before."""
        looks = {"looks"} if any(key.near or key.videos for key in self.keys) else set[object]()
        return looks | {value for key in self.keys for value in key.by.values()} | self.held.keys()


def _apart(planned: Iterable[_Planned]) -> Iterator[list[_Planned]]:
    """Yield drafts in their order, in runs of which no two share anything: what one of them meets came before all."""
    run: list[_Planned] = []
    taken: set[object] = set()
    for one in planned:
        own = one.met_by
        if not taken.isdisjoint(own):
            yield run
            run, taken = [], set()
        run.append(one)
        taken |= own
    if run:
        yield run


def _make_at_once(desk: Organisation, planned: Sequence[_Planned]) -> list[Report]:
    lookups = look_each(desk, [(one.contents, one.keys, one.held) for one in planned])
    now = timezone.now()
    due = cache(lambda urgent: due_at(desk.pk, now, urgent=urgent))
    reports, stops = [], list[tuple[Report, GroundMissing]]()
    for one, looked in zip(planned, lookups, strict=True):
        report = _report(one, looked, now, due)
        reports.append(report)
        if stopped := _stopped(report):
            stops.append((report, stopped))
        else:
            _set_aside(one.draft, report, looked)
    insert(reports)
    for one, report in zip(planned, reports, strict=True):
        ties.keep(report, one.held)
        if one.draft.arrival.document != "forward":  # of a copy, whoever forwards says what goes along
            take_in(report, numbers_of(one.draft.arrival))
    _add_items(list(zip(reports, lookups, strict=True)))
    for report, stopped in stops:
        note(report, stopped, State.ARRIVED.value)
    return reports


def add_items(report: Report, looked: Looked, after: int = 0) -> list[Item]:
    """Save further items of a saved report, with their near signals, numbered after its existing ones."""
    return _add_items([(report, looked)], after)


def _add_items(found: Sequence[tuple[Report, Looked]], after: int = 0) -> list[Item]:
    each = [(report, looked, n) for report, looked in found for n in range(len(looked.contents))]
    items = [_item(report, looked, number, after) for report, looked, number in each]
    insert(items)
    insert(
        [
            NearSignal(item_id=item.pk, organisation_id=report.organisation_id, kind=kind, value=value)
            for item, (report, looked, number) in zip(items, each, strict=True)
            for kind, values in (("pdq", looked.keys[number].near), (VIDEO, looked.keys[number].videos))
            for value in values
        ]
    )
    keep_matches((item, looked.met[number]) for item, (_, looked, number) in zip(items, each, strict=True))
    watches.tell(items)
    for item, (report, looked, number) in zip(items, each, strict=True):
        if looked.seen[number].by in REPEATS_WHOLE:
            reappeared(report, item)
    return items


def keep_matches(met: Iterable[tuple[Item, Kept]]) -> None:
    """Save every match of saved items: what a recall of any of the entries has to find."""
    rows = [ItemMatch(item_id=item.pk, **columns_of(one)) for item, found in met for one in found.matches]
    for begin in range(0, len(rows), AT_ONCE):
        insert(rows[begin : begin + AT_ONCE])


def _report(planned: _Planned, looked: Looked, now: datetime, due: Callable[[bool], datetime]) -> Report:
    draft, arrival = planned.draft, planned.draft.arrival
    review = timezone.localdate(now) + life.KEPT_FOR
    report = Report(
        organisation=draft.organisation,
        created_at=now,
        review_date=min(review, draft.until or review),
        code=fresh_code(),
        synthetic=draft.synthetic,
        document=arrival.document,
        sender=draft.sender,
        sender_reference=arrival.reference,
        digest=draft.digest,
        tip_number=arrival.tip_number,
        offence=arrival.offence,
        incident_at=arrival.incident_at,
        preserved_until=arrival.preserved_until,
        legal_ground=arrival.legal_ground,
        sealed=sealed(arrival),
        faults=[stored(fault) for fault in draft.faults],
        items_total=len(looked.contents),
        items_known=sum(known for known, _seen in looked.spared),
        items_seen=sum(seen for _known, seen in looked.spared),
        request_line=draft.request.line if draft.request else 0,
        **kept(draft.request),
    )
    report.items_new = sum(looked.new)
    ties.find(report, planned.held)
    wished = sum(mark is not None for mark in looked.wished)
    put_scores(report, facts_of(arrival, now, _unknown(looked), wished, same=report.same_as_id is not None))
    report.urgent = report.urgent or draft.urgent
    report.due_at = due(report.urgent)
    return report


def _unknown(looked: Looked) -> int:
    """How many files nobody here has met: on no list at hand, in no earlier report, or only near to one."""
    return sum(content.file is not None and new for content, new in zip(looked.contents, looked.new, strict=True))


def _set_aside(draft: Draft, report: Report, looked: Looked) -> None:
    """Mark it as a duplicate where nothing is lost by it."""
    found = repetition.repeated(looked.seen, looked.order)
    if found is None or report.urgent:
        return
    earlier = Report.of(organisation=draft.organisation).select_related("duplicate_of").get(pk=found)
    first = earlier.duplicate_of or earlier
    open_, new = State(first.state) in life.OPEN, repetition.brings_new(draft.arrival, arrival_of(earlier))
    if repetition.set_aside(urgent=report.urgent, open_=open_, new=new):
        report.duplicate_of = first
        report.state = life.after(State(report.state), Event.MARK_DUPLICATE, Who.NODE).value


def _stopped(report: Report) -> GroundMissing | None:
    """Stop the report if the ground of its detection does not hold; it waits for a person, and is not dropped."""
    try:
        check_detection(report)
    except GroundMissing as missing:
        report.state = life.after(State(report.state), Event.STOP_FOR_LAW, Who.NODE).value
        return missing
    return None


def _item(report: Report, looked: Looked, number: int, after: int) -> Item:
    content, keys, seen = looked.contents[number], looked.keys[number].by, looked.seen[number]
    hit, more = looked.met[number].nearest, looked.met[number].more
    given = dict[str, Any]()
    if content.location and content.location.url:
        given["host_key"] = host_key(normalised(content.location.url).host)
    if file := content.file:
        given |= {"size": file.size, "mime": file.mime, "viewed": file.viewed}
        given |= {"compared_at": looked.compared.oldest, "unasked": looked.compared.unasked}
    if mark := looked.wished[number]:
        given |= {"wished": mark.wished.value, "wished_by": mark.by, "wished_bits": mark.bits}
    if hit:
        given |= {
            "known_list": hit.list,
            "known_release": hit.release,
            "known_entry": hit.entry,
            "known_kind": hit.kind,
            "known_distance": hit.distance,
            "known_checked_at": datetime.fromisoformat(hit.checked) if hit.checked else None,
            "known_class": class_of(hit),
            "known_more": more,
            "known_fallen": fallen_of(hit),
            "known_fallen_at": timezone.now() if fallen_of(hit) else None,
        }
    return Item(
        report=report,
        organisation_id=report.organisation_id,
        number=after + number + 1,
        sealed=sealed(content),
        url_key=keys.get("url"),
        md5=keys.get("md5"),
        sha1=keys.get("sha1"),
        sha256=keys.get("sha256"),
        seen_in_id=seen.item,
        seen_by=seen.by,
        **given,
    )
