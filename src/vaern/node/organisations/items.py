"""What the front page says of accounts, keys, and one's own administrator's session."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.organisations import queries
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import MINE, Button, Item, first_of, items_of

if TYPE_CHECKING:
    from vaern.node.organisations.models import ApiKey, Invitation, Person
    from vaern.node.organisations.viewers import Viewer

WARNED = timedelta(days=14)
"""How long before its end a key is named."""


def waiting_items(viewer: Viewer) -> list[Item]:
    """Return what waits for somebody who looks after people or keys."""
    return [*_session(viewer), *_people(viewer), *_keys(viewer)]


def _session(viewer: Viewer) -> list[Item]:
    session = viewer.admin_session
    if session is None:
        return []
    return [
        Item(
            name=_("Your administrator’s session"),
            what=_("You see casework until then. Close it when you need it no longer."),
            button=Button(pgettext("button", "Open"), reverse("organisations:admin-session")),
            about=f"session/{session.pk}",
            tone="warning",
            due_at=session.until,
            whose=MINE,
        )
    ]


def _people(viewer: Viewer) -> list[Item]:
    if not viewer.may(Permission.PEOPLE_MANAGE):
        return []
    here = reverse("organisations:people")

    def due(person: Person) -> Item:
        return Item(
            name=person.name,
            what=_("Is this account still needed? Keep it, close it, or erase it."),
            button=Button(pgettext("button", "Open"), reverse("organisations:person", args=[person.pk])),
            about=f"person/{person.pk}",
            tone="warning",
            due_at=timezone.make_aware(datetime.combine(person.review_date, time.max)),
        )

    def invited(invitation: Invitation) -> Item:
        return Item(
            name=_("Invitation of %(name)s") % {"name": invitation.name},
            what=_("It ends without having been used. Send it again, or withdraw it."),
            button=Button(pgettext("button", "Open"), here),
            about=f"invitation/{invitation.pk}",
            tone="info",
            due_at=invitation.expires_at,
        )

    return [
        *items_of(first_of(queries.review_due(viewer)), due, _("Accounts to review"), f"{here}?state=review"),
        *items_of(first_of(queries.invitations_ending(viewer)), invited, _("Invitations that end soon"), here),
    ]


def _keys(viewer: Viewer) -> list[Item]:
    if not viewer.may(Permission.KEYS_MANAGE):
        return []

    def ending(key: ApiKey) -> Item:
        return Item(
            name=_("API key %(name)s") % {"name": key.name},
            what=_("It ends soon. Make a new key in time, and let your programs use it."),
            button=Button(pgettext("button", "Open"), reverse("organisations:keys")),
            about=f"key/{key.pk}",
            tone="info",
            due_at=key.expires_at,
        )

    found = first_of(queries.expiring_keys(viewer, WARNED))
    return items_of(found, ending, _("API keys that end soon"), reverse("organisations:keys"))
