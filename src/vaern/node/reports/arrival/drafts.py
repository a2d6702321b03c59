"""Write the rows of a new report: sealed and scored, with its items, near signals and earlier sightings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.arrivals import numbers_of
from vaern.matching import MIN_QUALITY
from vaern.node.base.sql import insert
from vaern.node.casework.idempotency import kept
from vaern.node.casework.matches import AT_ONCE, class_of, columns_of
from vaern.node.casework.standing import fallen_of
from vaern.node.external.passage import take_in
from vaern.node.reports.base import ties, watches
from vaern.node.reports.base.addresses import host_key, normalised
from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.base.content import ItemContent, arrival_of, items_of, sealed
from vaern.node.reports.base.due import due_at
from vaern.node.reports.base.faults import stored
from vaern.node.reports.base.known import NEAR
from vaern.node.reports.intake import repeats
from vaern.node.reports.intake.lists import compared, known
from vaern.node.reports.intake.near import nearest
from vaern.node.reports.intake.videos import KIND as VIDEO
from vaern.node.reports.intake.videos import nearest_videos, videos_of
from vaern.node.reports.law.grounds import GroundMissing, check_detection
from vaern.node.reports.law.reviews import note
from vaern.node.reports.models import Item, ItemMatch, NearSignal, Report
from vaern.node.reports.rules import marks, repetition
from vaern.node.reports.rules import states as life
from vaern.node.reports.rules.marks import Wished
from vaern.node.reports.rules.scores import facts_of
from vaern.node.reports.rules.states import Event, State, Who
from vaern.node.reports.takedown.actions import reappeared
from vaern.node.reports.triage.actions import put_scores
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.arrivals import Arrival, Fault
    from vaern.node.casework.idempotency import Repeatable
    from vaern.node.casework.matches import Kept
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.intake.lists import Compared
    from vaern.node.reports.intake.repeats import Keys
    from vaern.node.reports.rules.repetition import Sighting
    from vaern.node.reports.rules.ties import Tied
    from vaern.records import Match

MOST_NEAR = 64
"""Near signals of one file that are kept: a still has eight orientations, with borders and without."""

REPEATS_WHOLE = frozenset({"url", *repetition.EXACT})
"""By what an item is the same as an earlier one, and not only like it."""


@dataclass(frozen=True)
class Draft:
    """A report that is about to be written.

    Attributes:
        organisation: whose desk it is for.
        arrival, digest, sender, faults, synthetic, urgent, request: see `actions.receive`.
    """

    organisation: Organisation
    arrival: Arrival
    digest: bytes
    sender: Organisation | None
    faults: tuple[Fault, ...]
    synthetic: bool
    urgent: bool = False
    request: Repeatable | None = None


@dataclass(frozen=True)
class Looked:
    """Look-up results for the items of a draft, in the order of the items.

    Attributes:
        contents: the items.
        keys: the keys by which they are matched with later items.
        met: the hits of each on the loaded lists.
        compared: how old these lists are, and which were not asked.
        wished: the mark of each that a survivor asks to have removed.
        seen: where each was seen before.
        order: earlier reports that hold one of them, the earliest first.
    """

    contents: list[ItemContent]
    keys: list[Keys]
    met: list[Kept]
    compared: Compared
    wished: list[marks.Mark | None]
    seen: list[Sighting]
    order: list[object]

    @property
    def known(self) -> list[Match | None]:
        """The nearest hit of each on the loaded lists, or None."""
        return [one.nearest for one in self.met]

    @property
    def spared(self) -> list[tuple[bool, bool]]:
        """Whether each item is known, and whether it was seen, by exact hits only: near and disputed ones wait."""
        return [
            (
                hit is not None and not hit.disputed and hit.kind not in NEAR,
                sighting.item is not None and sighting.by not in NEAR,
            )
            for hit, sighting in zip(self.known, self.seen, strict=True)
        ]

    @property
    def new(self) -> list[bool]:
        """Whether each item needs viewing: not known, not seen, not asked for by a confirmed wish (`base.known`)."""
        confirmed = (
            mark is not None and mark.wished is Wished.CONFIRMED and mark.by not in NEAR for mark in self.wished
        )
        return [not any((*spared, wish)) for spared, wish in zip(self.spared, confirmed, strict=True)]


def make(draft: Draft) -> Report:
    """Save the report with its items and near signals. Inside a transaction.

    Raises:
        IntegrityError: its code, or the sender's reference, was taken meanwhile.
    """
    held = _ties(draft)
    looked = look(draft, items_of(draft.arrival), held)
    report = _report(draft, looked, held)
    stopped = _stopped(report)
    if stopped is None:
        _set_aside(draft, report, looked)
    insert([report])
    ties.keep(report, held)
    if draft.arrival.document != "forward":  # of a copy, whoever forwards says what goes along
        take_in(report, numbers_of(draft.arrival))
    add_items(report, looked)
    if stopped is not None:
        note(report, stopped, State.ARRIVED.value)
    return report


def add_items(report: Report, looked: Looked, after: int = 0) -> list[Item]:
    """Save further items of a saved report, with their near signals, numbered after its existing ones."""
    items = [_item(report, looked, number, after) for number in range(len(looked.contents))]
    insert(items)
    insert(
        [
            NearSignal(item_id=item.pk, organisation_id=report.organisation_id, kind=kind, value=value)
            for item, keys in zip(items, looked.keys, strict=True)
            for kind, values in (("pdq", keys.near), (VIDEO, keys.videos))
            for value in values
        ]
    )
    keep_matches(zip(items, looked.met, strict=True))
    watches.tell(items)
    for item, sighting in zip(items, looked.seen, strict=True):
        if sighting.by in REPEATS_WHOLE:
            reappeared(report, item)
    return items


def keep_matches(met: Iterable[tuple[Item, Kept]]) -> None:
    """Save every match of saved items: what a recall of any of the entries has to find."""
    rows = [ItemMatch(item_id=item.pk, **columns_of(one)) for item, found in met for one in found.matches]
    for begin in range(0, len(rows), AT_ONCE):
        insert(rows[begin : begin + AT_ONCE])


def look(draft: Draft, contents: list[ItemContent], held: Iterable[bytes] = ()) -> Looked:
    """Look up these items of a draft on the loaded lists and in earlier reports."""
    own = draft.organisation.id
    keys = lock(draft, contents, held)
    met = repeats.meetings(own, keys)
    near = nearest(own, (value for key in keys for value in key.near))
    near |= nearest_videos(own, (value for key in keys for value in key.videos))
    seen = repeats.sightings(keys, met, near)
    files = [content.file for content in contents]
    return Looked(contents, keys, known(files), compared(), watches.look(files), seen, repeats.in_order(met))


def lock(draft: Draft, contents: list[ItemContent], held: Iterable[bytes] = ()) -> list[Keys]:
    """Lock the keys of these items against concurrent arrivals at the same desk (`repeats.lock`); return the keys."""
    keys = [repeats.keys_of(content, _near_values(content), videos_of(content.file)) for content in contents]
    repeats.lock(draft.organisation.id, keys, held)
    return keys


def _near_values(content: ItemContent) -> tuple[bytes, ...]:
    """The PDQ values of a file that can be compared, each once."""
    if content.file is None:
        return ()
    values = (
        signal.value
        for signal in content.file.signals
        if signal.kind == "pdq"
        and len(signal.value) == PDQ_BYTES
        and (signal.quality is None or signal.quality >= MIN_QUALITY)
    )
    return tuple(dict.fromkeys(values))[:MOST_NEAR]


def _ties(draft: Draft) -> dict[bytes, Tied]:
    return ties.ties_of(draft.arrival, draft.sender.pk if draft.sender else None)


def _report(draft: Draft, looked: Looked, held: dict[bytes, Tied]) -> Report:
    arrival, now = draft.arrival, timezone.now()
    report = Report(
        organisation=draft.organisation,
        created_at=now,
        review_date=timezone.localdate(now) + life.KEPT_FOR,
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
    ties.find(report, held)
    wished = sum(mark is not None for mark in looked.wished)
    put_scores(report, facts_of(arrival, now, _unknown(looked), wished, same=report.same_as_id is not None))
    report.urgent = report.urgent or draft.urgent
    report.due_at = due_at(draft.organisation.pk, now, urgent=report.urgent)
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
