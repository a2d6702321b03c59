"""Release and recall of any record of casework: who will receive, who receives, and who no longer does.

The owner decides, sees the recipients before, and can recall; the recipient acknowledges a recall or is listed as
overdue. Every function locks the record first, then its releases, so that release, recall and erasure at one moment
leave nobody a sight that nobody gave.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.rows import one_or_none
from vaern.node.casework.models import Casework, Release
from vaern.node.casework.releases import acts, elsewhere
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.casework.releases.terms import bounds, country_of, details_of, refusals, still_allowed
from vaern.node.casework.releases.transfers import written
from vaern.node.ledger.record import record as write
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Regime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.casework.releases.terms import Prospect, Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

LONGEST = timedelta(days=366)
"""How long a release may last; it can be made anew."""

MOST_AT_ONCE = 50

AnyCasework = TypeVar("AnyCasework", bound=Casework)


@transaction.atomic
def release(
    viewer: Viewer,
    record: Casework,
    recipients: Sequence[UUID],
    reason: Reason,
    terms: Terms,
    *,
    for_court: bool = False,
) -> list[Release]:
    """Give organisations sight of a record, all or none, on the same terms; one entry of the ledger for each.

    Args:
        viewer: a person of the organisation that owns the record.
        record: what is released.
        recipients: ids of organisations.
        reason: why.
        terms: how they have to handle it, until when, and on what ground it leaves regime and country.
        for_court: it is for judicial proceedings.

    Raises:
        Refusal: why not.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides who receives, not a key."))
    wanted = sorted(set(recipients))
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise Refusal(_("Choose between 1 and %(most)s recipients.") % {"most": MOST_AT_ONCE})
    now = timezone.now()
    if not now < terms.until <= now + LONGEST:
        raise Refusal(_("A release ends after today, and within a year."))
    current = locked(viewer, record)
    prospects = {p.organisation.id: p for p in recipients_preview(viewer, record, wanted)}
    # The organisations stay open until this is done.
    open_ones = Organisation.all_nodes.select_for_update(no_key=True).filter(pk__in=wanted, active=True).order_by("pk")
    held = {organisation.id for organisation in open_ones}
    if held != set(wanted) or prospects.keys() != held:
        raise Refusal(_("One of the recipients cannot receive (it is closed, or it is your own organisation)."))
    if any(prospect.until for prospect in prospects.values()):
        raise Conflict(_("One of the recipients has sight of it already: recall that first."))
    regime, bound = Regime(current.organisation.regime), bounds(current)
    for _field, words in refusals(terms, prospects.values(), regime, bound, for_court=for_court):
        raise Refusal(words)
    _close_expired(record, wanted, now)
    made = [_made(viewer, current, prospects[id], reason, terms, now) for id in wanted]
    for one in made:
        write(
            acts.MADE,
            record.subject,
            viewer.actor,
            reason,
            recipient=one.recipient_id,
            details=details_of(one.transfer, one.legal_ground, one.permission),
            tags=_tags(one),
        )
    return made


def _made(viewer: Viewer, record: Casework, to: Prospect, reason: Reason, terms: Terms, now: datetime) -> Release:
    assert viewer.person is not None  # `release` refuses a key
    said = to.crosses or to.asks_ground
    return Release.everywhere.create(
        kind=record.KIND,
        record=record.pk,
        owner=viewer.organisation,
        recipient=to.organisation,
        released_by=viewer.person,
        why=reason.why.value,
        handling=terms.handling.value,
        europol=written(terms.europol, always=to.coded),
        restriction=terms.restriction.strip(),
        permission=terms.permission.strip(),
        from_country=country_of(record.organisation),
        to_country=country_of(to.organisation),
        transfer=to.ground(terms),
        legal_ground=terms.legal_ground.strip() if said else "",
        released_at=now,
        expires_at=terms.until,
    )


def _tags(release: Release) -> dict[str, str | int | None]:
    """Return the codes that the ledger keeps of a release: the ground of transfer and the handling codes."""
    return {"transfer": release.transfer or None, "europol": release.europol.lower().replace("+", "-") or None}


@transaction.atomic
def prolong(viewer: Viewer, record: Casework, recipient: UUID, until: datetime, reason: Reason) -> Release:
    """Let a recipient see a record longer, also one whose sight ended by itself; handling and ground stay.

    Raises:
        Refusal: nothing is released to it, it is closed, or that is no later end within a year.
    """
    locked(viewer, record)
    now = timezone.now()
    rows = _open_releases(record).select_for_update(of=("self",)).filter(recipient=recipient, recipient__active=True)
    found = rows.first()
    if found is None:
        raise Conflict(_("Nothing is released to this organisation."))
    if not max(now, found.expires_at) < until <= now + LONGEST:
        raise Refusal(_("The new end lies after the one that it has, and within a year."))
    if not still_allowed(found):
        raise Refusal(
            _("The ground on which it went to another country no longer holds: recall it, and release it anew.")
        )
    found.expires_at = until
    found.save(update_fields=["expires_at"])
    write(acts.PROLONGED, record.subject, viewer.actor, reason, recipient=recipient)
    elsewhere.prolonged(found, viewer.actor, reason)
    return found


@transaction.atomic
def recall(viewer: Viewer, record: Casework, recipient: UUID, reason: Reason) -> Release:
    """End the sight of one recipient; it has to acknowledge.

    Raises:
        Refusal: nothing is released to it.
    """
    locked(viewer, record)
    found = _open_releases(record).select_for_update().filter(recipient=recipient).first()
    if found is None:
        raise Conflict(_("Nothing is released to this organisation."))
    _recall(viewer, record, found, reason)
    return found


def recall_all(viewer: Viewer, record: Casework, reason: Reason) -> int:
    """End the sight of every recipient, as part of the caller's transaction (erasure); return how many there were.

    The caller holds the lock of the record.
    """
    found = list(_open_releases(record).select_for_update().order_by("id"))
    for one in found:
        _recall(viewer, record, one, reason)
    return len(found)


def locked(viewer: Viewer, record: AnyCasework) -> AnyCasework:
    """Lock a record of the viewer's own organisation until the transaction ends, and return it as it is now.

    Raises:
        Conflict: it is not theirs, or it was erased meanwhile.
    """
    fresh = locked_if_own(viewer, type(record), record.pk)
    if fresh is None:
        raise Conflict(_("The record is not your organisation's, or it was erased."))
    return fresh


def locked_if_own(viewer: Viewer, model: type[AnyCasework], id: UUID) -> AnyCasework | None:
    """Lock a record and return it as it is now; None if it is not the viewer's organisation's, or was erased."""
    rows = model.everywhere.select_for_update(of=("self",), no_key=True)
    found = one_or_none(rows.filter(pk=id, organisation=viewer.organisation.id))
    if found is not None:
        found.organisation = viewer.organisation  # the same, and read already
    return found


def _open_releases(record: Casework) -> QuerySet[Release]:
    return Release.everywhere.filter(kind=record.KIND, record=record.pk, recalled_at=None)


def _recall(viewer: Viewer, record: Casework, release: Release, reason: Reason) -> None:
    release.recalled_at = max(timezone.now(), release.released_at)
    release.save(update_fields=["recalled_at"])
    write(acts.RECALLED, record.subject, viewer.actor, reason, recipient=release.recipient_id)
    elsewhere.recalled(release, viewer.actor, reason)


def _close_expired(record: Casework, recipients: Sequence[UUID], now: datetime) -> None:
    """Close releases that gave no sight any more, so that new ones can follow; there is nothing to acknowledge."""
    _open_releases(record).filter(
        Q(expires_at__lte=now) | Q(recipient__active=False) | Q(owner__active=False), recipient__in=recipients
    ).update(recalled_at=now, acknowledged_at=now)
