"""Change a desk's settings and its people's saved views and preferences. One transaction, one entry each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal, Stale
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import Reason, Subject, Why
from vaern.node.reports.base.desks import desk_of
from vaern.node.reports.desk import acts
from vaern.node.reports.models import Desk, Preference, SavedView
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vaern.node.organisations.viewers import Viewer

OWN = Reason(Why.OWN_ACCOUNT)
MOST_VIEWS = 20
SETTINGS = (
    "public_name",
    "emergency_number",
    "help_name",
    "help_at",
    "child_help_name",
    "child_help_at",
    "working_days",
    "holidays",
    "timezone",
    "second_view",
    "second_view_share",
    "police_first",
    "longest_hold_hours",
    "url_in_notice",
    "scheme",
)
"""The columns of a desk that its organisation decides."""


def mark(desk: Desk) -> str:
    """Return the version mark of a desk's settings, for the page that shows them."""
    return mark_of(*(getattr(desk, name) for name in SETTINGS))


@transaction.atomic
def change_desk(viewer: Viewer, reason: Reason, given: Mapping[str, Any], shown: str = "") -> Desk:
    """Change the settings of the viewer's desk; the ledger entry names each change, from what and to what.

    Args:
        viewer: for whose organisation.
        reason: why.
        given: a value for each of `SETTINGS`.
        shown: the version mark of the settings that the page showed; none for a program.

    Raises:
        Stale: the settings have changed since.
        Refusal: another desk took the public name in the same moment.
    """
    desk_of(viewer.organisation)
    desk: Desk = Desk.everywhere.select_for_update().get(organisation=viewer.organisation)
    if shown not in {"", mark(desk)}:
        raise Stale(
            _(
                "Somebody else changed this after you opened it. What you typed is still here: "
                "look at what is there now."
            )
        )
    changed = [name for name in SETTINGS if getattr(desk, name) != given[name]]
    details = "; ".join(f"{name}: {getattr(desk, name)} → {given[name]}" for name in changed)
    for name in changed:
        setattr(desk, name, given[name])
    try:
        with transaction.atomic():
            desk.save(update_fields=changed)
    except IntegrityError:  # the form has looked already, and cannot see what another is about to commit
        raise Refusal(_("Another desk has this name already."), field="public_name") from None
    subject = Subject("desk", viewer.organisation.id, viewer.organisation.id)
    record(acts.SETTINGS_CHANGED, subject, viewer.actor, reason, count=len(changed), details=details[:2000])
    return desk


@transaction.atomic
def keep_view(viewer: Viewer, name: str, query: str) -> SavedView:
    """Save a search of the work list under a name; an existing one of that name is replaced.

    Raises:
        Refusal: there are too many.
    """
    kept = SavedView.of(person=viewer.person)
    if not kept.filter(name=name).exists() and kept.count() >= MOST_VIEWS:
        raise Refusal(_("You keep %(n)s views already: forget one first.") % {"n": MOST_VIEWS}, field="name")
    view: SavedView = SavedView.everywhere.update_or_create(
        person=viewer.person, name=name, defaults={"organisation": viewer.organisation, "query": query}
    )[0]
    record(acts.VIEW_KEPT, _mine(viewer), viewer.actor, OWN)
    return view


@transaction.atomic
def forget_view(viewer: Viewer, id: int) -> None:
    """Delete one of the viewer's own saved views, if it exists."""
    if SavedView.everywhere.filter(person=viewer.person, pk=id).delete()[0]:
        record(acts.VIEW_FORGOTTEN, _mine(viewer), viewer.actor, OWN)


@transaction.atomic
def prefer(viewer: Viewer, *, sound: bool) -> None:
    """Set whether an urgent report plays a sound."""
    Preference.everywhere.update_or_create(
        person=viewer.person, defaults={"organisation": viewer.organisation, "sound": sound}
    )
    record(acts.PREFERRED, _mine(viewer), viewer.actor, OWN)


def _mine(viewer: Viewer) -> Subject:
    assert viewer.person
    return viewer.person.subject
