"""Notify others that a child is identified, safe, or a different child after all, and stop their search.

Two circles. Whoever holds the series itself (its owner, and everybody to whom it is released) is told by name. Whoever
has a series of their own that shares a file with it learns that the child is known to another desk, not to which: their
series stops, and its page and their front page say so. Where it shares one weaker kind of key, such as a camera, they
are told to compare, and nothing stops. All within the transaction of the act. Whatever comes to share a file later, by
a new finding or a merge, is stopped as it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from vaern.node.crosscheck.registry import actions as registry
from vaern.node.crosscheck.rules.registry import Update
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.victims.appeals.actions import withdraw_all
from vaern.node.victims.base import life
from vaern.node.victims.base.queries import holders, holders_here
from vaern.node.victims.elsewhere import acts as elsewhere
from vaern.node.victims.elsewhere import sending
from vaern.node.victims.elsewhere.sending import NOTHING, Telling
from vaern.node.victims.elsewhere.shared import shared_across
from vaern.node.victims.models import Milestone, Series, Tiding
from vaern.node.victims.rules.series import UNIDENTIFIED, Event, State, Who
from vaern.node.victims.rules.sharing import Milestones, stops
from vaern.node.victims.sharing import acts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer

WHY = Reason(Why.VICTIM_IDENTIFICATION)
"""Why the node tells others: the child is known, and nobody needs to look any more."""

MET = {
    Milestones.IDENTIFIED: Update.IDENTIFIED,
    Milestones.SAFEGUARDED: Update.SAFEGUARDED,
    Milestones.CLOSED: Update.CLOSED,
    Milestones.CLOSED_UNSAFEGUARDED: Update.CLOSED,
    Milestones.CLOSED_UNIDENTIFIED: Update.CLOSED,
    Milestones.RETRACTED: Update.REOPENED,
    Milestones.REOPENED: Update.REOPENED,
}
"""What the cross-check tells whoever met the series."""

PERHAPS = {Milestones.IDENTIFIED: Milestones.PERHAPS_KNOWN, Milestones.SAFEGUARDED: Milestones.PERHAPS_KNOWN}
"""What whoever shares less than a file is told instead: a reason to compare, and nothing that stops."""

TO_THOSE_WHO_SHARE_KEYS = frozenset({Milestones.IDENTIFIED, Milestones.SAFEGUARDED, Milestones.RETRACTED})


def tell(viewer: Viewer, series: Series, code: Milestones, telling: Telling = NOTHING) -> None:
    """Notify everybody concerned, here and on other nodes; the caller has locked and saved the series."""
    for organisation in sorted(holders_here(series) - {viewer.organisation.id}):
        tell_one(organisation, series, code, by=viewer.organisation)
    sending.tell(viewer, series, code, telling)
    if code in MET:
        registry.send_update(series, MET[code], by=viewer.actor)
    tell_sharing(viewer, series, code)


def tell_of_merge(viewer: Viewer, series: Series, told: Collection[UUID], *, new: bool) -> None:
    """Tell whom it concerns that a series shows a known child, because one of the two that were merged into it does.

    Args:
        viewer: who merged them.
        series: the whole, locked and saved.
        told: the series that shared keys with the half whose child was known: their owners know.
        new: the half that stays did not know it.
    """
    code = Milestones.SAFEGUARDED if series.safeguarded_on else Milestones.IDENTIFIED
    if new:
        for organisation in sorted(holders_here(series) - {viewer.organisation.id}):
            tell_one(organisation, series, code, by=viewer.organisation)
        sending.tell(viewer, series, code, Telling(series.safeguarded_on or series.identified_on))
        registry.send_update(series, MET[code], by=viewer.actor)
    else:
        sending.follow(series)
    tell_sharing(viewer, series, code, told)


def tell_sharing(viewer: Viewer, series: Series, code: Milestones, told: Collection[UUID] = ()) -> None:
    """Tell whoever has a series of their own that shares files with this one, if it concerns them."""
    if code not in TO_THOSE_WHO_SHARE_KEYS:
        return
    for other, kinds in sharing_keys(series):
        if other.pk not in told:
            _inform(other, code, _by_whom(other, series, viewer), same_file=stops(kinds))


def _inform(other: Series, code: Milestones, named: Organisation | None, *, same_file: bool) -> None:
    """Tell the owner of a series that a child is known: its search stops for the same file; else they compare."""
    if other.is_copy:
        sending.stop(other, code, same_file=same_file)
        record(elsewhere.STOP_SENT, other.subject, NODE, WHY, recipient=other.organisation_id)
    elif same_file:
        stop(other, code, named)
    else:
        tell_one(other.organisation_id, other, PERHAPS.get(code, code), by=named)


def heard_of(series: Series) -> dict[UUID, bool]:
    """Return the series of others whose child is known and with which a series shares keys, and whether that stops.

    Of one that is stopped, or not searched, nothing: nobody has said yet that it shows another child.
    """
    if State(series.state) not in UNIDENTIFIED:
        return {}
    return {other.pk: stops(kinds) for other, kinds in _known(series)}


def tell_what_is_known(series: Series, heard: Mapping[UUID, bool]) -> None:
    """Stop the search in a series that came to share a file with one whose child was identified before.

    Args:
        series: locked and saved, with its keys registered.
        heard: what `heard_of` said of it before: nobody is told twice, and who said *another child* is not asked again.
    """
    for other, kinds in _known(series) if State(series.state) in UNIDENTIFIED else ():
        if heard.get(other.pk, False) or (other.pk in heard and not stops(kinds)):
            continue
        code = Milestones.SAFEGUARDED if other.safeguarded_on else Milestones.IDENTIFIED
        named = other.identified_by if series.organisation_id in holders(other) else None
        _inform(series, code, named, same_file=stops(kinds))


def _known(series: Series) -> list[tuple[Series, list[str]]]:
    """Return the series of other organisations whose child is known, and by which kinds of keys; not locked."""
    kinds = _kinds_shared(series)
    found = Series.everywhere.filter(pk__in=kinds, absorbed_into=None, identified_on__isnull=False)
    others = found.exclude(organisation=series.organisation_id).select_related("identified_by").order_by("pk")
    return [(one, kinds[one.pk]) for one in others] if kinds else []


def sharing_keys(series: Series) -> list[tuple[Series, list[str]]]:
    """Return the other series that share keys with this one, and the kinds of these; locked in the order of ids."""
    kinds = _kinds_shared(series)
    found = Series.everywhere.select_for_update(of=("self",), no_key=True).filter(pk__in=kinds, absorbed_into=None)
    return [(one, kinds[one.pk]) for one in found.select_related("organisation").order_by("pk")] if kinds else []


def _kinds_shared(series: Series) -> dict[UUID, list[str]]:
    """Return the kinds of the keys that other series share with this one, by their ids; copies and ours among them."""
    found = shared_across(series)
    enrolment = registry.of_record(series).first()
    if enrolment is None:
        return found
    met = registry.met_here(enrolment)
    return found | {one.record: meeting.kinds for one, meeting in met if one.kind == Series.KIND}


def _by_whom(other: Series, series: Series, viewer: Viewer) -> Organisation | None:
    """Whom the owner of another series may know to have said it: only if they hold this one too."""
    return viewer.organisation if other.organisation_id in holders(series) else None


def stop(other: Series, code: Milestones, named: Organisation | None) -> None:
    """Stop the search in a series of the same child, and tell its owner."""
    if code is not Milestones.RETRACTED and State(other.state) in UNIDENTIFIED:
        life.move(other, Event.IDENTIFIED_ELSEWHERE, Who.NODE)
        life.save(other)
        Milestone.everywhere.create(
            series=other, organisation_id=other.organisation_id, code=Milestones.STOPPED.value, on=timezone.localdate()
        )
        record(acts.STOPPED, other.subject, NODE, WHY)
        withdraw_all(other)
        sending.follow(other)
    tell_one(other.organisation_id, other, code, by=named)


def tell_one(organisation: UUID, series: Series, code: Milestones, by: Organisation | None) -> None:
    """Leave a tiding with an organisation of this node, unless the same waits there unread."""
    unread = Tiding.of(series=series).filter(organisation=organisation, code=code.value, read_at=None)
    if unread.exists():
        return
    Tiding.everywhere.create(organisation_id=organisation, series=series, code=code.value, by=by)
    record(acts.TOLD, series.subject, NODE, WHY, recipient=organisation)
