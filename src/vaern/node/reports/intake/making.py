"""The rows of a new report: sealed, scored, with its items, its near signals, and what was seen before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from vaern.matching import MIN_QUALITY
from vaern.node.reports import rules as life
from vaern.node.reports.intake import repeats, rules
from vaern.node.reports.intake.addresses import host_key, normalised
from vaern.node.reports.intake.codes import fresh_code
from vaern.node.reports.intake.reading import ItemContent, arrival_of, items_of, sealed
from vaern.node.reports.models import Item, NearSignal, Report
from vaern.node.reports.rules import Event, State, Who
from vaern.node.reports.triage.actions import put_scores
from vaern.node.reports.triage.rules import facts_of
from vaern.records import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.arrivals import Arrival, Fault
    from vaern.node.organisations.models import Organisation
    from vaern.node.reports.intake.repeats import Keys, Meetings
    from vaern.node.reports.intake.rules import Sighting

MOST_NEAR = 64
"""Near signals of one file that are kept: a still has eight orientations, with borders and without."""


@dataclass(frozen=True)
class Draft:
    """A report before it is one.

    Attributes:
        organisation: whose desk it is for.
        arrival, digest, sender, faults, synthetic: see `actions.receive`.
    """

    organisation: Organisation
    arrival: Arrival
    digest: bytes
    sender: Organisation | None
    faults: tuple[Fault, ...]
    synthetic: bool


def make(draft: Draft) -> Report:
    """Save the report with its items and near signals. Inside a transaction.

    Raises:
        IntegrityError: its code, or the sender's reference, was taken meanwhile.
    """
    contents = items_of(draft.arrival)
    near = [_near_values(content) for content in contents]
    keys = [repeats.keys_of(content, values) for content, values in zip(contents, near, strict=True)]
    repeats.lock(draft.organisation.id, keys)
    met = repeats.meetings(draft.organisation.id, keys)
    seen = repeats.sightings(keys, met, {})
    report = _report(draft, contents, seen)
    _set_state(draft, report, seen, met)
    report.save(force_insert=True)
    items = [
        _item(report, number, content, key, sighting)
        for number, (content, key, sighting) in enumerate(zip(contents, keys, seen, strict=True), 1)
    ]
    Item.unscoped.bulk_create(items)
    NearSignal.unscoped.bulk_create(
        NearSignal(item=item, organisation_id=report.organisation_id, kind="pdq", value=value)
        for item, values in zip(items, near, strict=True)
        for value in values
    )
    return report


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


def _report(draft: Draft, contents: Sequence[ItemContent], seen: Sequence[Sighting]) -> Report:
    arrival, now = draft.arrival, timezone.now()
    report = Report(
        organisation=draft.organisation, created_at=now, review_date=timezone.localdate(now) + life.KEPT_FOR,
        code=fresh_code(), synthetic=draft.synthetic, document=arrival.document, sender=draft.sender,
        sender_reference=arrival.reference, digest=draft.digest, offence=arrival.offence,
        incident_at=arrival.incident_at, preserved_until=arrival.preserved_until, legal_ground=arrival.legal_ground,
        sealed=sealed(arrival), items_total=len(contents),
        items_seen=sum(sighting.item is not None for sighting in seen),
    )  # fmt: skip
    files = [number for number, content in enumerate(contents) if content.file]
    put_scores(report, facts_of(arrival, now, rules.unknown(set(), seen, files)))
    if report.urgent:
        report.due_at = now + life.URGENT_WITHIN
    return report


def _set_state(draft: Draft, report: Report, seen: Sequence[Sighting], met: Meetings) -> None:
    """Mark it as a duplicate where nothing is lost by it."""
    order = [id_ for _, id_ in sorted({pair for pairs in met.values() for pair in pairs}, key=lambda pair: pair[0])]
    found = rules.repeated(seen, order)
    if found is None:
        return
    earlier = Report.unscoped.get(pk=found)
    first = earlier.duplicate_of or earlier
    if rules.set_aside(
        urgent=report.urgent,
        open_=State(first.state) in life.OPEN,
        new=rules.brings_new(draft.arrival, arrival_of(earlier)),
    ):
        report.duplicate_of = first
        report.state = life.after(State(report.state), Event.MARK_DUPLICATE, Who.NODE).value


def _item(report: Report, number: int, content: ItemContent, keys: Keys, sighting: Sighting) -> Item:
    file, given = content.file, dict[str, Any]()
    if content.location and content.location.url:
        given["host_key"] = host_key(normalised(content.location.url).host)
    if file:
        given |= {"size": file.size, "mime": file.mime, "viewed": file.viewed}
    return Item(
        report=report, organisation_id=report.organisation_id, number=number, sealed=sealed(content),
        url_key=keys.by.get("url"), md5=keys.by.get("md5"), sha1=keys.by.get("sha1"), sha256=keys.by.get("sha256"),
        seen_in_id=sighting.item, seen_by=sighting.by, **given,
    )  # fmt: skip
