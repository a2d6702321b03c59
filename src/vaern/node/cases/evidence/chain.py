"""The chain of custody of one piece of evidence: its next link, and whether it is whole."""

from __future__ import annotations

import os
from datetime import UTC
from typing import TYPE_CHECKING, Any

import msgspec
from django.utils import timezone

from vaern.formats import custody
from vaern.node.base.sealing import Unsealable, seal, unseal
from vaern.node.cases.evidence.acts import ACTS
from vaern.node.cases.evidence.facts import opened
from vaern.node.cases.models.evidence import SEALED, CustodyEvent
from vaern.node.ledger.models import Note
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vaern.formats.custody import Break, Link
    from vaern.node.cases.models import Evidence
    from vaern.node.cases.rules.evidence import Event
    from vaern.node.ledger.rules import Act
    from vaern.node.organisations.viewers import Viewer


def add(
    viewer: Viewer, reason: Reason, evidence: Evidence, event: Event, said: Mapping[str, Any], act: Act
) -> CustodyEvent:
    """Add an event to the chain of evidence that the caller has locked, and write its entry in the ledger.

    The beginning of the event's hash goes into the entry's details, so that the ledger shows later which events there
    were. The typed reason is part of the event, where it is sealed, and is kept in the ledger only where a code alone
    does not do.
    """
    last = CustodyEvent.of(evidence=evidence).order_by("-number").first()
    at = timezone.now().astimezone(UTC)
    link = custody.link(
        str(evidence.pk),
        link_of(last) if last else None,
        event.value,
        at.isoformat(timespec="microseconds"),
        str(viewer.person.pk if viewer.person else viewer.organisation.pk),
        {**said, "why": reason.words},
        os.urandom(16).hex(),
    )
    kept = reason if reason.why is Why.OTHER else Reason(reason.why)
    details = f"{evidence.pk} {link.event['number']} {link.hash[: custody.HEAD]}"
    entry = record(act, evidence.case.subject, viewer.actor, kept, details=details)
    made: CustodyEvent = CustodyEvent.everywhere.create(
        evidence=evidence,
        organisation_id=evidence.organisation_id,
        number=link.event["number"],
        kind=event.value,
        at=at,
        by=viewer.person,  # nobody here, of what came from another node
        event=seal(msgspec.json.encode(link.event).decode(), SEALED),
        previous=bytes.fromhex(link.event["previous"]) if link.event["previous"] else None,
        hash=bytes.fromhex(link.hash),
        entry=entry,
    )
    return made


def ends_with(viewer: Viewer, reason: Reason, evidence: Evidence, event: Event, said: Mapping[str, Any]) -> bool:
    """Whether the last event is identical, word for word and by the same person: the form was sent twice."""
    last = CustodyEvent.of(evidence=evidence).order_by("-number").first()
    if last is None or last.kind != event.value or viewer.person is None or last.by_id != viewer.person.pk:
        return False
    return bool(link_of(last).event.get("said") == {**said, "why": reason.words})


def link_of(row: CustodyEvent) -> Link:
    """Return an event as the chain has it; what does not open, or is not what the columns say, breaks it."""
    try:
        event = msgspec.json.decode(unseal(row.event, SEALED))
    except (Unsealable, msgspec.DecodeError):
        event = {}
    stated = {"number": row.number, "kind": row.kind, "at": row.at.astimezone(UTC).isoformat(timespec="microseconds")}
    if any(event.get(name) != value for name, value in stated.items()):
        event = {**event, "columns": stated}  # a member that no event has, so that its hash no longer fits
    return custody.Link(event, bytes(row.hash).hex())


def links(evidence: Evidence) -> list[Link]:
    """Return the whole chain, in its order."""
    return [link_of(row) for row in CustodyEvent.of(evidence=evidence).order_by("number")]


def heads(evidence: Evidence) -> dict[int, str]:
    """Return what the ledger kept of each event: number → the beginning of its hash."""
    codes = [act.code for act in ACTS]
    kept = Note.objects.filter(
        entry__kind="case", entry__subject=evidence.case_id, entry__act__in=codes, details__startswith=f"{evidence.pk} "
    ).values_list("details", flat=True)
    found = {}
    for details in kept:
        _id, number, head = details.split(" ")
        found[int(number)] = head
    return found


def breaks(evidence: Evidence, chain: Sequence[Link] | None = None) -> list[Break]:
    """Return everything that is wrong with the chain, also against the ledger."""
    whole = links(evidence) if chain is None else chain
    return custody.breaks(whole, str(evidence.pk), opened(evidence.facts).as_json, heads(evidence))
