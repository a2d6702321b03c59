"""An incoming request as the rules see it, and the columns derived from that: which duty is due first."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.conf import settings

from vaern.node.base.sealing import seal, unseal
from vaern.node.cases.assistance.data import zones_of
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.models.incoming import NEVER
from vaern.node.cases.rules import terms
from vaern.node.cases.rules.incoming import CLOSED, State
from vaern.node.cases.rules.term_files import table
from vaern.node.cases.rules.terms import Days, Due, Duty, Facts, Pause
from vaern.node.reports.rules.country_days import of_folder

if TYPE_CHECKING:
    from vaern.node.cases.models import IncomingRequest


def facts_of(request: IncomingRequest) -> Facts:
    """Return what happened to a request so far."""
    return Facts(
        received_at=request.received_at,
        acknowledged_at=request.acknowledged_at,
        decided_at=request.decided_at,
        executed_at=request.executed_at,
        answered_at=request.answered_at,
        deadline=request.deadline,
        urgent=request.urgent,
        extended=frozenset(Duty(one) for one in request.extended),
        pauses=tuple(pause_of(one) for one in request.pauses),
    )


def pause_of(row: Any) -> Pause:
    """Return one entry of the column."""
    begins, ends, postponed = row
    return Pause(
        datetime.fromisoformat(begins), datetime.fromisoformat(ends) if ends else None, postponed=bool(postponed)
    )


def begin_pause(request: IncomingRequest, now: datetime, *, postponed: bool) -> None:
    """Pause the request's terms from now on; the caller saves it."""
    request.pauses = [*request.pauses, [now.isoformat(), None, postponed]]


def end_pauses(request: IncomingRequest, now: datetime) -> None:
    """End every pause; the caller saves it."""
    request.pauses = [[begins, ends or now.isoformat(), postponed] for begins, ends, postponed in request.pauses]


def days_of(country: str) -> Days:
    """Return when a country works: by the node's own folder of law; Monday to Friday where it says nothing."""
    found, zones = of_folder(settings.CONFIGURATION.law).get(country), zones_of(country)
    if found is None:
        return Days(zones)
    return Days(zones, frozenset(found.working_days), frozenset(found.holidays))


def dues_of(request: IncomingRequest) -> list[Due]:
    """Return what is due to the requesting authority, by the table of now and the instrument as it was on receipt."""
    known = terms.terms_of(read(request.pinned).instrument, table().terms)
    return terms.dues(known, facts_of(request), days_of(request.requested))


def settle_due(request: IncomingRequest) -> None:
    """Set which duty is due first; the caller saves it. Nothing is due on a closed request."""
    found = None if State(request.state) in CLOSED else terms.next_due(dues_of(request))
    request.due = found.duty.value if found else ""
    request.due_at = (found.at if found else None) or NEVER


def values_of(request: IncomingRequest) -> dict[str, str]:
    """Return what it says, by field of the instrument's form."""
    return _opened(bytes(request.sealed))


def asker_of(request: IncomingRequest) -> tuple[str, str]:
    """Return the authority that asks, and its reference."""
    found = _opened(bytes(request.asked_by))
    return found.get("authority", ""), found.get("reference", "")


def sealed_values(values: dict[str, str]) -> bytes:
    """Return values as they are kept."""
    return seal(msgspec.json.encode(values).decode(), SEALED)


def _opened(sealed: bytes) -> dict[str, str]:
    text = unseal(sealed, SEALED)
    return msgspec.json.decode(text.encode(), type=dict[str, str]) if text else {}
