"""What the front page says of commitments and rounds: to the secretariat, and to the ministry that writes them."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vaern.node.alliance.commitments import queries, round_queries
from vaern.node.alliance.commitments.words import goal_label
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import NEWS_LASTS, Button, Item, first_of, items_of, rows_of

if TYPE_CHECKING:
    from vaern.node.alliance.models import Commitment, CommitmentVersion, RoundReply


def waiting_items(viewer: Any) -> list[Item]:
    """Return what waits for a secretariat officer, or for a rapporteur."""
    here, found = reverse("alliance:commitments"), round_queries.missing(viewer)
    items = items_of(rows_of(found.own), _own_reply, _("Replies that your country owes"), reverse("alliance:rounds"))
    if viewer.may(Permission.ALLIANCE_MANAGE):
        handed_in = first_of(queries.handed_in(viewer).order_by("changed_at", "pk"))
        items += items_of(handed_in, _handed_in, _("Commitments to publish or return"), f"{here}?state=submitted")
        replies = rows_of(found.handed_in)
        items += items_of(replies, _reply_in, _("Replies to publish or return"), reverse("alliance:rounds"))
    if viewer.may(Permission.COMMITMENT_REPORT):
        returned = first_of(queries.returned(viewer).order_by("changed_at", "pk"))
        items += items_of(returned, _returned, _("Commitments that were returned"), f"{here}?state=returned")
        published = first_of(queries.published_since(viewer, timezone.now() - NEWS_LASTS))
        items += items_of(published, _published, _("Commitments that were published"), here)
    return items


def _commitment(one: Commitment, what: str, label: str, **more: Any) -> Item:
    name = f"{one.member} · {Truncator(goal_label(one.goal)).chars(70)}"
    url = reverse("alliance:commitment", args=[one.pk])
    return Item(name, what, Button(label, url), f"commitment/{one.pk}", **more)


def _handed_in(one: Commitment) -> Item:
    what = _("It was handed in: publish it, or return it.")
    return _commitment(one, what, pgettext("button", "Open"), tone="warning", since=one.changed_at)


def _returned(one: Commitment) -> Item:
    what = _("The secretariat returned it; its page says why.")
    return _commitment(one, what, pgettext("button", "Open"), tone="warning", since=one.changed_at)


def _published(version: CommitmentVersion) -> Item:
    what, at = _("Version %(number)s was published.") % {"number": version.number}, version.published_at
    return _commitment(
        version.commitment, what, pgettext("button", "Open"), tone="good", since=at, news=f"version/{version.pk}"
    )


def _reply(reply: RoundReply, what: str, label: str, **more: Any) -> Item:
    name = f"{reply.member} · {reply.round}"
    return Item(name, what, Button(label, reverse("alliance:reply", args=[reply.pk])), f"reply/{reply.pk}", **more)


def _own_reply(reply: RoundReply) -> Item:
    closes = datetime.combine(reply.round.closes, time.max, timezone.get_current_timezone())
    what = _("The secretariat returned it; its page says why.") if reply.why else _("Your country’s reply.")
    return _reply(reply, what, _("Write"), tone="warning", due_at=closes)


def _reply_in(reply: RoundReply) -> Item:
    what = _("It was handed in: publish it, or return it.")
    return _reply(reply, what, pgettext("button", "Open"), tone="warning", since=reply.submitted_at)
