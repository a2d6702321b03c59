"""What a request for assistance asks, read from its sealed words, and whether held data can still be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import unseal
from vaern.node.cases.assistance.data import current, zones_of
from vaern.node.cases.models import AssistanceNote, AssistanceRequest, HeldData, KeepingClock
from vaern.node.cases.models.assistance import SEALED
from vaern.node.cases.rules.assistance import Who
from vaern.node.cases.rules.clocks import Origin
from vaern.node.cases.rules.instruments import DataKind
from vaern.node.cases.rules.router import day_of, route
from vaern.node.cases.rules.routes import Question

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.cases.rules.instruments import Book
    from vaern.node.organisations.viewers import Viewer

THEIR_LIMITS = "their_limits"
"""How the line of the correspondence is called in which the requested authority limits the use."""


def side_of(viewer: Viewer, request: AssistanceRequest) -> Who | None:
    """Return the side on which somebody acts on a request; None for those who only see it."""
    if request.organisation_id == viewer.organisation.id:
        return Who.DESK
    return Who.AUTHORITY if request.authority_id == viewer.organisation.id else None


def values_of(request: AssistanceRequest) -> dict[str, str]:
    """Return what was filled in, by field."""
    text = unseal(request.sealed, SEALED)
    return msgspec.json.decode(text.encode(), type=dict[str, str]) if text else {}


def limits_said(request: AssistanceRequest) -> str:
    """Return on what conditions the requested authority said last that its answer may be used; "" if it said none."""
    found = AssistanceNote.of(request=request).filter(event=THEIR_LIMITS).order_by("-id").first()
    return unseal(found.sealed, SEALED) if found else ""


def requesting_country(viewer: Viewer) -> str:
    """Return the country in whose name somebody asks.

    Raises:
        Refusal: their organisation belongs to none.
    """
    if viewer.organisation.member is None:
        raise Refusal(_("Your organisation belongs to no country, so it can ask for no assistance."))
    code: str = viewer.organisation.member.code
    return code


def question_of(
    requesting: str,
    holder: str,
    data: DataKind,
    *,
    now: datetime,
    urgent: bool = False,
    preserved: bool = False,
    cybertip: bool = False,
    dual: bool | None = None,
) -> Question:
    """Return a question of today, by the calendar of the requesting country."""
    on = day_of(now, zones_of(requesting)[0])
    return Question(requesting, holder, data, on, urgent=urgent, preserved=preserved, cybertip=cybertip, dual=dual)


def is_preserved(held: HeldData, now: datetime) -> bool:
    """Whether somebody is bound to keep some data: a provider's own retention is no preservation."""
    running = KeepingClock.of(held=held).filter(settled_at=None, ends_at__gt=now)
    return bool(running.exclude(origin=Origin.RETENTION.value).exists())


def usable_now(request: AssistanceRequest, now: datetime, book: Book | None = None) -> bool:
    """Whether the instrument of a request could be chosen today: nothing stands against it.

    Args:
        request: which.
        now: the moment.
        book: the law as it is now, where the caller has read it.
    """
    question = question_of(
        request.requesting, request.holder, DataKind(request.data), now=now, urgent=request.urgent, preserved=True
    )
    return request.instrument in {one.instrument.code for one in route(question, book or current()).ranked}
