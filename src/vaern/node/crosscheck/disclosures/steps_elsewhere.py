"""What the other side of a meeting does with a disclosure, on another node: the same steps, by the same table.

Its word is checked as a person's act here is: whether the state allows it, and whether that side may. Who it is it
says only after both agreed, signed by its node; and then so do we.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.base.sealing import seal, unseal
from vaern.node.crosscheck.disclosures import acts
from vaern.node.crosscheck.elsewhere import channel
from vaern.node.crosscheck.models import Reveal
from vaern.node.crosscheck.models.disclosures import CONTACT
from vaern.node.crosscheck.rules import disclosures as rules
from vaern.node.crosscheck.rules import hub
from vaern.node.crosscheck.rules.disclosures import Level, RevealEvent, RevealState, Who
from vaern.node.crosscheck.rules.hub_messages import Agreed, Asked, Ended, Introduced, Refused, TakenBack
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from vaern.node.crosscheck.models import Elsewhere
    from vaern.node.ledger.rules import Act

_WHY = Reason(Why.INVESTIGATION)

Step = Asked | Agreed | Introduced | Refused | TakenBack | Ended


def take(found: Elsewhere, said: Step) -> None:
    """Do what the other side says.

    Args:
        found: the other side, locked.
        said: its word.

    Raises:
        Refusal: it is no step that the other side may make now.
    """
    if isinstance(said, Asked):
        _asked(found, said)
        return
    rows = Reveal.of(meeting=found.meeting).select_for_update(of=("self",)).select_related("meeting__one__organisation")
    reveal = rows.filter(pk=said.reveal).first()
    if reveal is None:
        raise Refusal(hub.NEVER_ASKED)
    match said:
        case Agreed():
            _move(reveal, RevealEvent.AGREE, acts.AGREED_ELSEWHERE)
            _keep(found, reveal, said.introduction)
            _introduce(reveal)
        case Introduced():
            if reveal.asking_id is not None or reveal.state != RevealState.AGREED.value or reveal.introduction:
                raise Refusal(hub.NEVER_ASKED)
            _keep(found, reveal, said.introduction)
        case Refused():
            reveal.refusal = said.ground.value
            _move(reveal, RevealEvent.REFUSE, acts.WAS_REFUSED)
        case TakenBack():
            _move(reveal, RevealEvent.WITHDRAW, acts.WAS_WITHDRAWN)
        case Ended():
            _move(reveal, RevealEvent.RECALL, acts.RECALLED)


def _asked(found: Elsewhere, said: Asked) -> None:
    """Let a question of the other side wait for somebody here.

    Where both ask at once, the question of the smaller number stays, on both nodes.
    """
    own, now, past = found.meeting.one, timezone.now(), Reveal.of(meeting=found.meeting)
    until = min(said.until, now + rules.LASTS) if said.until.tzinfo else now
    if until <= now or said.why not in {why.value for why in Why} or not own.organisation.active:
        raise Refusal(hub.NEVER_ASKED)
    refused = past.filter(asking=None, state=RevealState.REFUSED.value).order_by("-answered_at").first()
    again = rules.may_ask_from(refused.answered_at if refused else None)
    agreed = past.filter(state=RevealState.AGREED.value)
    if (again and again > now) or any(rules.covers(Level(one.level), said.level) for one in agreed):
        raise Refusal(hub.ASKED_ALREADY)
    waiting = past.filter(state=RevealState.ASKED.value).first()
    if waiting is not None and waiting.expires_at <= now:
        waiting.state = RevealState.EXPIRED.value
        waiting.save(update_fields=["state"])
    elif waiting is not None:
        if waiting.asking_id is None or waiting.pk < said.reveal:
            raise Refusal(hub.ASKED_ALREADY)
        waiting.state, waiting.asking_contact = RevealState.WITHDRAWN.value, b""
        waiting.save(update_fields=["state", "asking_contact"])
        write(acts.WITHDRAWN, own.subject, NODE, _WHY)
    if Reveal.everywhere.filter(pk=said.reveal).exists():
        raise Refusal(hub.ASKED_ALREADY)
    Reveal.everywhere.create(
        id=said.reveal,
        meeting=found.meeting,
        asked_id=own.organisation_id,
        level=said.level.value,
        why=said.why,
        asked_at=now,
        expires_at=until,
    )
    write(acts.WAS_ASKED, own.subject, NODE, _WHY)


def _move(reveal: Reveal, event: RevealEvent, act: Act) -> None:
    """Move a disclosure by a step of the other side.

    Raises:
        StateRefusal: its state does not allow it, or that side may not.
    """
    who = Who.ASKER if reveal.asking_id is None else Who.ASKED
    after = rules.after(RevealState(reveal.state), event, who, now=timezone.now(), expires_at=reveal.expires_at)
    reveal.state, reveal.answered_at = after.value, timezone.now()
    if after not in rules.SHOWN:
        reveal.asking_contact = reveal.asked_contact = reveal.introduction = b""
    reveal.save()
    write(act, reveal.meeting.one.subject, NODE, _WHY)


def _keep(found: Elsewhere, reveal: Reveal, document: str) -> None:
    """Keep who the other side says that it is.

    Raises:
        Refusal: it says it of another, or for something else.
    """
    kept = channel.introduced(found, reveal.pk, document)
    if kept is None or kept.introduction.kind not in {one.value for one in OrganisationKind}:
        raise Refusal(hub.NOT_WHO_IT_SAYS)
    reveal.introduction = seal(msgspec.json.encode(kept).decode(), CONTACT)
    reveal.save(update_fields=["introduction"])
    write(acts.INTRODUCED, reveal.meeting.one.subject, NODE, _WHY)


def _introduce(reveal: Reveal) -> None:
    """Say who our side is, after the other said it: both learn the same."""
    own = reveal.meeting.one.organisation
    contact = unseal(reveal.contact_of(own.id), CONTACT)
    said = channel.introduce(reveal.meeting, reveal.pk, own, contact)
    channel.say(reveal.meeting, Introduced(reveal=reveal.pk, introduction=said))
