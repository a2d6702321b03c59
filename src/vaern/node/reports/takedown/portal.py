"""Acts of a host in the portal that its notice links to. The token is its only credential; each act is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE
from vaern.node.reports.models import Location, Notice
from vaern.node.reports.rules.locations import LOCATION_DONE, LOCATION_TRANSITIONS, LocationEvent, LocationState
from vaern.node.reports.rules.states import Who
from vaern.node.reports.rules.takedown import PACE, Level
from vaern.node.reports.takedown import acts, tokens
from vaern.node.reports.takedown.addresses import url_of
from vaern.node.reports.takedown.locks import TO_REMOVE, locked_for_node, move
from vaern.node.reports.takedown.tags import tags_of_answer

if TYPE_CHECKING:
    from datetime import datetime

SEALED = "notice"
EVENTS = {
    "removed": LocationEvent.HOST_SAYS_REMOVED,
    "moved": LocationEvent.HOST_SAYS_MOVED,
    "need_more": LocationEvent.HOST_NEEDS_MORE,
}
MOST_ANSWERS = 50
"""Amendments of one notice."""


def notice_by(token: str) -> Notice | None:
    """Return the notice of a token; None if it is wrong, expired or erased, indistinguishably."""
    found: Notice | None = (
        Notice.everywhere.filter(token_digest=tokens.digest(token, tokens.NOTICE), expires_at__gt=timezone.now())
        .select_related("location__report", "location__item", "location__organisation__member", "host", "flagger")
        .first()
    )
    return found


@transaction.atomic
def opened(notice: Notice) -> None:
    """Store when the host first opened the page."""
    first = Notice.everywhere.filter(pk=notice.pk, opened_at__isnull=True).update(opened_at=timezone.now())
    if first:
        record(acts.OPENED, notice.location.report.subject, NODE, TO_REMOVE, details=notice.host.name)


@transaction.atomic
def reveal(notice: Notice) -> str:
    """Return the exact address as text, for the host only; each time recorded as a disclosure."""
    record(acts.REVEALED, notice.location.report.subject, NODE, TO_REMOVE, details=notice.host.name)
    return url_of(notice.location.item)


def closed(notice: Notice, location: Location) -> bool:
    """Whether the host can no longer answer: the location is done, or the notice was corrected."""
    return notice.corrected_at is not None or LocationState(location.state) in LOCATION_DONE


@transaction.atomic
def answer(
    notice: Notice, said: str, *, removed_at: datetime | None = None, moved_to: str = "", words: str = ""
) -> Notice:
    """Store a host's answer, or amend it; "removed" does not yet mean offline.

    An answer to an earlier notice is stored, but does not change the location: a later one is pending.

    Args:
        notice: the notice answered.
        said: removed, moved or need_more.
        removed_at: when it was removed; not in the future.
        moved_to: where it went, as the host calls it; sealed.
        words: sealed.

    Raises:
        Refusal: it is done already, the answer is incomplete, or there are too many answers.
    """
    location = locked_for_node(notice.location_id)
    found = Notice.everywhere.select_for_update(of=("self",)).select_related("host").filter(pk=notice.pk).first()
    now = timezone.now()
    if location is None or found is None or found.expires_at <= now or closed(found, location):
        raise Refusal(_("This notice is closed; there is nothing left to answer. Thank you."))
    if said not in EVENTS or (said == "moved" and not moved_to.strip()) or (said == "need_more" and not words.strip()):
        raise Refusal(_("Say what was done, and where it went or what you need to know."))
    if removed_at and removed_at > now:
        raise Refusal(_("The time of removal cannot lie ahead."))
    if found.answers >= MOST_ANSWERS:
        raise Refusal(_("The answer was amended too often. Please write to the notifier."))
    found.answer, found.answer_at, found.answers = said, now, found.answers + 1
    found.removed_at = (removed_at or now) if said == "removed" else None
    found.moved_to = seal(moved_to.strip() if said == "moved" else "", SEALED)
    found.answer_words = seal(words.strip(), SEALED)
    found.save()
    latest = Notice.of(location=location).order_by("-sent_at", "-id").values_list("pk", flat=True)[0]
    if latest == found.pk and (LocationState(location.state), EVENTS[said]) in LOCATION_TRANSITIONS:
        move(location, EVENTS[said], Who.HOST)
        pace = PACE.get(Level(location.level))
        location.next_step_at = now + pace.every if pace and said != "moved" else None
        location.save(update_fields=["state", "next_step_at"])
    tags = tags_of_answer(found, location)
    record(acts.ANSWERED, location.report.subject, NODE, TO_REMOVE, details=found.host.name, tags=tags)
    return found


def words_of(notice: Notice) -> str:
    """Return what the host wrote."""
    return unseal(notice.answer_words, SEALED)


def moved_to(notice: Notice) -> str:
    """Return the new address that the host gave, exactly as typed: to be shown defanged only."""
    return unseal(notice.moved_to, SEALED)
