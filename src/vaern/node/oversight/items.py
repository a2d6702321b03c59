"""What the front page says to oversight: sessions of administrators now open, and requests that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.ledger.witnesses.queries import alarms
from vaern.node.oversight import queries
from vaern.node.oversight.sight import Sight, end_of
from vaern.node.oversight.witness_tables import waiting
from vaern.node.web.items import Button, Item, first_of, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.organisations.models import AdminSession
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.oversight.models import AccessRequest, SubjectRequest


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return what waits for a viewer; nothing for those who do not oversee."""
    sight = Sight.of(viewer)
    if not sight.oversees:
        return []
    here = reverse("oversight:sessions")
    sessions = rows_of(queries.sessions(sight, open_only=True))
    asked = first_of(queries.requests(sight).filter(answered_at=None))
    strangers = first_of(queries.subjects(sight).filter(answered_at=None))
    subjects = reverse("oversight:subjects")
    return [
        *_alarms(sight),
        *items_of(sessions, _session, _("Administrators’ sessions now open"), here),
        *items_of(asked, _request, _("Requests of data subjects to answer"), reverse("oversight:requests")),
        *items_of(strangers, _subject, _("Requests of people without an account to answer"), subjects),
    ]


def _alarms(sight: Sight) -> list[Item]:
    """Return an item where a witness contradicts the ledger, or a ledger that is witnessed has forked."""
    count = alarms() if sight.whole_node else 0
    if not count:
        return []
    return [
        Item(
            name=_("Witnesses of the ledger"),
            what=waiting(count),
            button=Button(pgettext("button", "Open"), reverse("oversight:health")),
            about="witnesses",
            tone="bad",
            count=count,
        )
    ]


def _session(session: AdminSession) -> Item:
    return Item(
        name=_("Session of %(who)s") % {"who": session.person.name},
        what=_("An administrator of %(where)s sees casework until then.") % {"where": session.organisation.name},
        button=Button(pgettext("button", "Open"), reverse("oversight:sessions")),
        about=f"session/{session.pk}",
        tone="warning",
        due_at=session.until,
    )


def _request(one: AccessRequest) -> Item:
    return Item(
        name=_("Request of a data subject · %(who)s") % {"who": one.person.name},
        what=_("It has to be answered by then."),
        button=Button(_("Answer"), reverse("oversight:request", args=[one.pk])),
        about=f"access/{one.pk}",
        tone="info",
        due_at=end_of(one.due_date),
    )


def _subject(one: SubjectRequest) -> Item:
    return Item(
        name=_("Request of somebody without an account · %(reference)s") % {"reference": one.reference},
        what=_("It has to be answered by then."),
        button=Button(_("Answer"), reverse("oversight:subject", args=[one.pk])),
        about=f"subject/{one.pk}",
        tone="info",
        due_at=end_of(one.due_date),
    )
