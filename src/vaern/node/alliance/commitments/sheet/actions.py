"""What people do with spreadsheets: fetch one, send it, take what it says, or throw it away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from vaern.node.alliance.commitments import reply_intake
from vaern.node.alliance.commitments.sheet import acts, queries, reader, writer
from vaern.node.alliance.models import SheetProposal
from vaern.node.ledger.record import record

if TYPE_CHECKING:
    from vaern.node.alliance.files.sheet.faults import Fault
    from vaern.node.alliance.models import RoundReply
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer

KEPT = timedelta(days=1)
"""How long what a spreadsheet said waits to be confirmed."""


@transaction.atomic
def fetch(viewer: Viewer, reason: Reason, reply: RoundReply) -> bytes:
    """Return the spreadsheet of a reply, in the active language.

    Raises:
        Refusal: it is another's.
    """
    current = reply_intake.own(viewer, reply)
    purpose = queries.purpose_of(current, get_language() or "en")
    data = writer.write(queries.reply_now(current), purpose, f"{current.member}: {current.round}")
    record(acts.FETCHED, current.subject, viewer.actor, reason)
    return data


@transaction.atomic
def send(viewer: Viewer, reason: Reason, reply: RoundReply, data: bytes) -> SheetProposal | list[Fault]:
    """Read a spreadsheet and keep what it says until it is confirmed; or return all that is wrong with it.

    Raises:
        Refusal: it is another's.
    """
    current = reply_intake.own(viewer, reply)
    found = reader.read(data, queries.purpose_of(current))
    if isinstance(found, list):
        return found
    said = {
        "revision": current.revision,
        "contents": msgspec.to_builtins(found.lines),
        "declared": msgspec.to_builtins(found.declared),
        "made_at": timezone.now(),
        "ends_at": timezone.now() + KEPT,
    }
    made, _new = SheetProposal.objects.update_or_create(reply=current, person=viewer.person, defaults=said)
    record(acts.SENT, current.subject, viewer.actor, reason)
    return made


@transaction.atomic
def take(viewer: Viewer, reason: Reason, proposal: SheetProposal) -> RoundReply:
    """Take all that a spreadsheet says, or nothing.

    Raises:
        Refusal: why not: the reply was changed meanwhile, or is handed in.
    """
    said = queries.proposed(proposal)
    reply = reply_intake.take(viewer, proposal.reply, proposal.revision, said.lines, said.declared, reason)
    proposal.delete()
    return reply


@transaction.atomic
def drop(viewer: Viewer, reason: Reason, proposal: SheetProposal) -> None:
    """Throw away what a spreadsheet said."""
    current = reply_intake.own(viewer, proposal.reply)
    proposal.delete()
    record(acts.DROPPED, current.subject, viewer.actor, reason)


def expire() -> int:
    """Delete proposals that nobody confirmed in time; runs each night."""
    gone, _by_table = SheetProposal.objects.filter(ends_at__lte=timezone.now()).delete()
    return gone
