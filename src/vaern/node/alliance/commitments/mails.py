"""The mails of a round: to the rapporteurs of a member, each once on each occasion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Max
from django.urls import reverse

from vaern.node.alliance.models import RoundMail
from vaern.node.alliance.rules import round_clocks
from vaern.node.alliance.rules.commitments import ReplyState
from vaern.node.organisations.models import Person
from vaern.node.organisations.rules import Role
from vaern.node.web.mail import defer_mail

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.alliance.models import Round, RoundReply


def write_to_all(round: Round, reply: RoundReply, today: date) -> int:
    """Send the rapporteurs of a member the mails that are due and not yet sent; return how many.

    The round is locked by the caller, and what was written stands in its transaction: a job that runs twice, at once,
    or dies in between sends nothing twice and leaves nothing out.
    """
    count = 0
    for person in rapporteurs_of(reply):
        last = RoundMail.objects.filter(reply=reply, person=person).aggregate(last=Max("day"))["last"]
        occasion = round_clocks.occasion(round.closes, round.reminders, today, last)
        if occasion:
            RoundMail.objects.create(reply=reply, person=person, occasion=occasion, day=today)
            _mail(person, round, reply, occasion, today)
            count += 1
    return count


def write_returned(reply: RoundReply, today: date) -> None:
    """Tell the rapporteurs that their reply was returned; part of the transaction that returns it."""
    for person in rapporteurs_of(reply):
        _mail(person, reply.round, reply, "returned", today)


def rapporteurs_of(reply: RoundReply) -> list[Person]:
    """Return the rapporteurs of the member's ministries who can sign in."""
    found = Person.everybody.filter(
        organisation__member=reply.member_id,
        organisation__active=True,
        is_active=True,
        erased_at=None,
        roles__contains=[Role.RAPPORTEUR.value],
    )
    return list(found.order_by("pk"))


def _mail(person: Person, round: Round, reply: RoundReply, occasion: str, today: date) -> None:
    """Mail somebody the round and its last day, and nothing of the reply."""
    kind = occasion.partition(" ")[0]
    defer_mail(
        to=person.email,
        template="alliance/commitments/mail/round",
        context={
            "name": person.name,
            "round": round.name,
            "closes": round.closes,
            "occasion": kind,
            "returned": reply.state == ReplyState.RETURNED.value,
            "late": round.closes < today,
            "link": f"{settings.CONFIGURATION.address}{reverse('alliance:reply', args=[reply.pk])}",
        },
        language=person.language,
        organisation=person.organisation_id,
    )
