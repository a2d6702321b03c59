"""The lines of `tests/node/route_arguments.py` for legal assistance, and the records that they lead to."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from tests.node.route_arguments import P, Route, Sees, of, release_to

from vaern.node.base.sealing import seal_bytes
from vaern.node.cases.assistance.data import current
from vaern.node.cases.assistance.incoming.intake import SEALED
from vaern.node.cases.assistance.pinned_law import pin
from vaern.node.cases.models import (
    AssistanceRequest,
    Case,
    HeldData,
    IncomingDocument,
    IncomingRequest,
    KeepingClock,
)
from vaern.node.reports.base.codes import fresh_code

if TYPE_CHECKING:
    from tests.node.route_arguments import Side

    from vaern.node.organisations.models import Organisation

_REQUEST = {"sees": Sees.RECIPIENT, "arguments": of("assistance")}
_OWN = {"sees": Sees.OWNER, "arguments": of("assistance")}
_CLOCK = {"sees": Sees.OWNER, "arguments": of("clock_number")}


_INCOMING = {"sees": Sees.OWNER, "arguments": of("incoming")}


def _incoming(event: str) -> dict[str, Any]:
    return {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["incoming"], "event": event}}


def _event(event: str) -> dict[str, Any]:
    return {"sees": Sees.OWNER, "arguments": lambda side: {"id": side.more["assistance"], "event": event}}


LINES = {
    "cases:assistance": Route(P.ASSISTANCE_VIEW),
    "cases:assistance-clocks": Route(P.ASSISTANCE_VIEW),
    "cases:router": Route(P.ASSISTANCE_VIEW),
    "cases:request": Route(P.ASSISTANCE_VIEW, **_REQUEST),
    "cases:write-request": Route(P.ASSISTANCE_WORK, **_OWN),
    "cases:hand-over-request": Route(P.CASE_RELEASE, **_OWN, step_up=True),
    "cases:prolong-sight": Route(P.CASE_RELEASE, **_OWN, step_up=True),
    "cases:send-request": Route(P.ASSISTANCE_SEND, **_OWN, step_up=True),
    "cases:correspond": Route(P.ASSISTANCE_WORK, **_OWN),
    "cases:decide-request": Route(P.ASSISTANCE_WORK, **_OWN),
    "cases:request-pdf": Route(P.ASSISTANCE_WORK, **_OWN, step_up=True),
    "cases:request-event": Route(P.ASSISTANCE_WORK, **_event("withdraw")),
    "cases:authority-event": Route(P.ASSISTANCE_SEND, **_event("acknowledge"), step_up=True),
    "cases:prolong-clock": Route(P.ASSISTANCE_WORK, **_CLOCK),
    "cases:settle-clock": Route(P.ASSISTANCE_WORK, **_CLOCK),
    "cases:note-lapse": Route(P.ASSISTANCE_WORK, **_CLOCK),
    "cases:start-clock": Route(P.ASSISTANCE_WORK, Sees.OWNER, of("held")),
    "cases:incoming": Route(P.ASSISTANCE_VIEW),
    "cases:receive-incoming": Route(P.ASSISTANCE_SEND, step_up=True),
    "cases:incoming-request": Route(P.ASSISTANCE_VIEW, Sees.RECIPIENT, of("incoming")),
    "cases:correct-incoming": Route(P.ASSISTANCE_SEND, **_INCOMING, step_up=True),
    "cases:write-incoming": Route(P.ASSISTANCE_SEND, **_INCOMING, step_up=True),
    "cases:attach-incoming": Route(P.ASSISTANCE_SEND, **_INCOMING, step_up=True),
    "cases:incoming-document": Route(
        P.ASSISTANCE_SEND, Sees.OWNER, lambda side: {"id": side.more["incoming"], "number": 1}, step_up=True
    ),
    "cases:pass-incoming": Route(P.ASSISTANCE_SEND, **_INCOMING, step_up=True),
    "cases:correspond-incoming": Route(P.ASSISTANCE_WORK, **_INCOMING),
    "cases:incoming-receipt": Route(P.ASSISTANCE_SEND, **_INCOMING, step_up=True),
    "cases:incoming-event": Route(P.ASSISTANCE_SEND, **_incoming("acknowledge"), step_up=True),
    "cases:incoming-desk-event": Route(
        P.ASSISTANCE_WORK,
        Sees.OWNER,
        lambda side: {"id": side.more["incoming"], "event": "execute"},
        never="a desk executes what its own authority passed to it, and the side's own organisation is the authority",
    ),
    "cases:hold-data": Route(P.ASSISTANCE_WORK, Sees.OWNER, of("held_case")),
    "cases:draft-request": Route(
        P.ASSISTANCE_WORK, Sees.OWNER, lambda side: {"id": side.more["held_case"], "data": side.more["held"]}
    ),
}


def make(organisation: Organisation) -> dict[str, Any]:
    """Make a case with held data, a clock, and a request that is about them."""
    day, now = timezone.localdate() + timedelta(days=300), timezone.now()
    case = Case.everywhere.create(organisation=organisation, code=fresh_code(), review_date=day)
    held = HeldData.everywhere.create(
        case=case, organisation=organisation, label="synthetic", holder="XV", data="content"
    )
    clock = KeepingClock.everywhere.create(
        held=held,
        organisation=organisation,
        origin="retention",
        starts_at=now - timedelta(days=1),
        ends_at=now + timedelta(days=90),
    )
    request = AssistanceRequest.everywhere.create(
        case=case,
        held=held,
        organisation=organisation,
        code=fresh_code(),
        instrument="budapest-31",
        requesting="XA",
        holder="XV",
        data="content",
        pinned=pin(current(), "budapest-31", ("XA", "XV"), now.date()),
        review_date=day,
    )
    incoming = IncomingRequest.everywhere.create(
        organisation=organisation,
        code=fresh_code(),
        instrument="budapest-31",
        requesting="XA",
        requested="XV",
        data="content",
        pinned=pin(current(), "budapest-31", ("XA", "XV"), now.date()),
        received_at=now,
        review_date=day,
    )
    IncomingDocument.everywhere.create(
        request=incoming,
        organisation=organisation,
        number=1,
        content_type="text/plain",
        size=9,
        digest=b"\0" * 32,
        sealed=seal_bytes(zlib.compress(b"synthetic"), SEALED),
    )
    return {
        "held_case": case.pk,
        "held": held.pk,
        "clock_number": clock.pk,
        "assistance": request.pk,
        "incoming": incoming.pk,
    }


def release(side: Side, recipient: Organisation) -> None:
    """Release a side's requests, of both directions, to one more organisation."""
    release_to(IncomingRequest.everywhere.get(pk=side.more["incoming"]), recipient)
    release_to(AssistanceRequest.everywhere.get(pk=side.more["assistance"]), recipient)
