"""Every change to wishes: one function, one transaction, one entry. A survivor's own acts are anonymous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.sealing import keyed, seal
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.retention.kinds import Retention
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Why
from vaern.node.reports.arrival.actions import anonymous
from vaern.node.reports.base.codes import fresh_code
from vaern.node.reports.rules.public_form import coarse
from vaern.node.victims.models import Hit, Series, WatchedHash, Wish
from vaern.node.victims.models.wishes import RECEIPT, SEALED
from vaern.node.victims.rules import wishes as rules
from vaern.node.victims.rules.wishes import Told, WishState
from vaern.node.victims.wishes import acts, followers, jobs, marks
from vaern.node.web.codes import read_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

WISHED = Reason(Why.REMOVAL)
"""Why the node keeps hashes that a survivor sends: to have what they stand for removed."""


def send(organisation: Organisation, code: str, hashes: Sequence[tuple[str, bytes]], told: Told) -> Wish:
    """Store a survivor's wish; sending the same form again returns the same wish.

    Args:
        organisation: the desk that answers for it.
        code: of the receipt.
        hashes: kinds and values, at most `rules.MOST_HASHES`.
        told: whether they want to hear of later cases.

    Raises:
        Refusal: there is no hash, or there are too many.
    """
    if not 0 < len(hashes) <= rules.MOST_HASHES:
        raise Refusal(_("Between 1 and %(most)s hashes at once.") % {"most": rules.MOST_HASHES})
    with viewing(organisation.pk):
        try:
            return _send(organisation, code, hashes, told)
        except IntegrityError:
            return Wish.own.get(receipt=keyed(code, RECEIPT))  # type: ignore[no-any-return]


@transaction.atomic
def _send(organisation: Organisation, code: str, hashes: Sequence[tuple[str, bytes]], told: Told) -> Wish:
    now = coarse(timezone.now())
    wish: Wish = Wish.everywhere.create(
        organisation=organisation,
        code=fresh_code(),
        receipt=keyed(code, RECEIPT),
        told=told.value,
        created_at=now,
        review_date=timezone.localdate() + rules.KEPT_FOR,
        hashes_total=len(hashes),
        removal=True,
        synthetic=settings.CONFIGURATION.synthetic,
    )
    WatchedHash.everywhere.bulk_create(
        WatchedHash(wish=wish, organisation=organisation, kind=kind, value=value) for kind, value in hashes
    )
    record(acts.RECEIVED, wish.subject, anonymous(organisation).actor, WISHED, count=len(hashes))
    jobs.look_for.defer(wish=str(wish.pk))  # not while they wait: how long it takes would tell what is held
    return wish


@transaction.atomic
def open_status(typed: str) -> Wish | None:
    """Return the wish with a code, or None; recorded as an anonymous read."""
    found = Wish.everywhere.filter(receipt=keyed(read_code(typed) or "-", RECEIPT))
    wish: Wish | None = found.select_related("organisation__member", "series").first()
    if wish is not None:
        record(acts.STATUS_READ, wish.subject, anonymous(wish.organisation).actor, WISHED)
    return wish


@transaction.atomic
def change_told(id: UUID, told: Told) -> Wish | None:
    """Change by code whether a survivor wants to be notified; None if the wish is gone."""
    wish = _of_survivor(id)
    if wish is not None:
        wish.told = told.value
        wish.save(update_fields=["told"])
        record(acts.CHANGED, wish.subject, anonymous(wish.organisation).actor, WISHED)
    return wish


@transaction.atomic
def end(id: UUID) -> Wish | None:
    """End a wish by its code: the hashes are erased at once; None if the wish is gone."""
    wish = _of_survivor(id)
    if wish is not None and wish.state != WishState.ENDED.value:
        WatchedHash.of(wish=wish).delete()
        wish.state, wish.told, wish.contact, wish.series = WishState.ENDED.value, Told.NEVER.value, b"", None
        wish.steps, wish.later_on = {}, None
        wish.review_date = timezone.localdate() + rules.ENDED_KEPT_FOR
        wish.save()
        record(acts.ENDED, wish.subject, anonymous(wish.organisation).actor, WISHED, count=wish.hashes_total)
        jobs.tidy.defer()  # the hits and the marks
        followers.tell([wish.pk])
    return wish


def _of_survivor(id: UUID) -> Wish | None:
    found = Wish.everywhere.select_for_update(of=("self",), no_key=True).filter(pk=id)
    wish: Wish | None = found.select_related("organisation__member").first()
    return wish


@transaction.atomic
def note(viewer: Viewer, reason: Reason, wish: Wish, contact: str, series: Series | None) -> Wish:
    """Note who speaks with the survivor, as a reference, and which series their material is in.

    Raises:
        Refusal: why not.
    """
    current = locked(viewer, wish)
    if len(contact) > rules.LONGEST_CONTACT or "@" in contact:
        raise Refusal(_("A reference of the house that supports them, such as a file number: no name, no address."))
    if series is not None and series.organisation_id != viewer.organisation.id:
        raise Refusal(_("Only a series of your own organisation."))
    current.contact, current.series = seal(contact.strip(), SEALED), series
    _touch(viewer, current)
    current.save()
    record(acts.NOTED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def seen(viewer: Viewer, reason: Reason, wish: Wish) -> Wish:
    """Record that the contact was told or the wish reviewed; everything up to now counts as told."""
    current = locked(viewer, wish)
    _touch(viewer, current)
    current.save()
    record(acts.TOLD, current.subject, viewer.actor, reason)
    return current


def delete(wish: Wish) -> int:
    """Delete a locked wish with its dependent rows and marks; return how many rows were deleted."""
    items = list(Hit.of(wish=wish).filter(item__isnull=False).values_list("item", flat=True))
    id: UUID = wish.pk  # Django empties it with the row
    rows: int = wish.delete()[0]
    marks.mark(items)
    followers.tell([id])
    return rows


def locked(viewer: Viewer, wish: Wish) -> Wish:
    """Lock a wish of the viewer's organisation, for a person.

    Raises:
        Refusal: it is not theirs, or a key asks.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return releases.locked(viewer, wish)


def _touch(viewer: Viewer, wish: Wish) -> None:
    wish.answered_at, wish.answered_by = timezone.now(), viewer.person
    if wish.state == WishState.RECEIVED.value:
        wish.state = WishState.WATCHING.value


RETENTION = Retention(model=Wish, name="wishes", expired=acts.EXPIRED, erased=acts.ERASED, locked=locked, delete=delete)
