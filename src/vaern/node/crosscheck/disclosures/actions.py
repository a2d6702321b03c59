"""Ask, agree, refuse, withdraw, recall. Each locks the meeting, so that two answers never both count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.crosscheck.disclosures import acts
from vaern.node.crosscheck.elsewhere import channel
from vaern.node.crosscheck.models import Meeting, Reveal
from vaern.node.crosscheck.models.disclosures import CONTACT
from vaern.node.crosscheck.rules import disclosures as rules
from vaern.node.crosscheck.rules.disclosures import Level, RefusalGround, RevealEvent, RevealState, Who
from vaern.node.crosscheck.rules.hub_messages import Agreed, Asked, Ended, Refused, TakenBack
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import Organisation

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from vaern.node.crosscheck.models import Enrolment
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def ask(viewer: Viewer, reason: Reason, meeting: Meeting, level: Level, contact: str = "") -> Reveal:
    """Ask the other side of a meeting that both say who they are. Whoever asks has agreed.

    Args:
        viewer: a person of one side.
        reason: why; the other side sees its code alone.
        meeting: by which they met.
        level: what both would learn.
        contact: how the viewer's desk is reached, where the level says it.

    Raises:
        Refusal: why not.
    """
    person, held = _person(viewer), _locked(viewer, meeting)
    if held.inside:
        raise Refusal(_("Both records are your organisation's own."))
    asker = held.side_of(viewer.organisation.id)
    other = held.across_from(asker)  # None where it is on another node
    _both_open(held)
    now = timezone.now()
    _settle(held)
    past = Reveal.of(meeting=held)
    if past.filter(state=RevealState.ASKED.value).exists():
        raise Conflict(_("One of the two sides has asked already: answer that, or wait."))
    if any(rules.covers(Level(one.level), level) for one in past.filter(state=RevealState.AGREED.value)):
        raise Conflict(_("Both sides have agreed on that already."))
    refused = past.filter(asking=viewer.organisation, state=RevealState.REFUSED.value).order_by("-answered_at").first()
    again = rules.may_ask_from(refused.answered_at if refused else None)
    if again and again > now:
        day = timezone.localdate(again)
        raise Conflict(_("The other side refused not long ago: ask again after %(day)s.") % {"day": day})
    made = Reveal.everywhere.create(
        meeting=held,
        asker=asker,
        asking=viewer.organisation,
        asked_id=other.organisation_id if other else None,
        level=level.value,
        why=reason.why.value,
        asked_by=person,
        asked_at=now,
        expires_at=now + rules.LASTS,
        asking_contact=_contact(level, contact),
    )
    write(acts.ASKED, asker.subject, viewer.actor, reason)
    if other is not None:
        write(acts.WAS_ASKED, other.subject, NODE, Reason(Why.INVESTIGATION))
    else:
        channel.say(held, Asked(reveal=made.pk, level=level, why=made.why, until=made.expires_at))
    return made


@transaction.atomic
def agree(viewer: Viewer, reason: Reason, reveal: Reveal, contact: str = "") -> Reveal:
    """Agree: from now on each side sees who the other is.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or it is not the viewer's to answer.
    """
    current, who = _of(viewer, reveal)
    _both_open(current.meeting)
    after = _after(current, RevealEvent.AGREE, who)
    current.asked_contact = _contact(Level(current.level), contact)
    _answer(current, after, viewer)
    own, other = _sides(current, viewer)
    if other is not None:
        write(acts.AGREED, own.subject, viewer.actor, reason, recipient=current.asking_id)
        write(acts.AGREED, other.subject, NODE, _OF_NODE, recipient=current.asked_id)
        return current
    write(acts.AGREED_ELSEWHERE, own.subject, viewer.actor, reason)
    said = channel.introduce(current.meeting, current.pk, viewer.organisation, contact.strip())
    channel.say(current.meeting, Agreed(reveal=current.pk, introduction=said))
    return current


@transaction.atomic
def refuse(viewer: Viewer, reason: Reason, reveal: Reveal, refusal: RefusalGround) -> Reveal:
    """Refuse, with a coarse ground that the other side sees.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or it is not the viewer's to answer.
    """
    current, who = _of(viewer, reveal)
    after = _after(current, RevealEvent.REFUSE, who)
    current.refusal = refusal.value
    _answer(current, after, viewer)
    own, other = _sides(current, viewer)
    write(acts.REFUSED, own.subject, viewer.actor, reason)
    if other is not None:
        write(acts.WAS_REFUSED, other.subject, NODE, _OF_NODE)
    channel.say(current.meeting, Refused(reveal=current.pk, ground=refusal))
    return current


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, reveal: Reveal) -> Reveal:
    """Withdraw an unanswered question.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or the viewer's side did not ask.
    """
    current, who = _of(viewer, reveal)
    _answer(current, _after(current, RevealEvent.WITHDRAW, who), viewer)
    own, other = _sides(current, viewer)
    write(acts.WITHDRAWN, own.subject, viewer.actor, reason)
    if other is not None:
        write(acts.WAS_WITHDRAWN, other.subject, NODE, _OF_NODE)
    channel.say(current.meeting, TakenBack(reveal=current.pk))
    return current


@transaction.atomic
def recall(viewer: Viewer, reason: Reason, reveal: Reveal) -> Reveal:
    """End what both agreed on: neither side is shown the other any more, and the contacts are erased.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it.
    """
    current, who = _of(viewer, reveal)
    _answer(current, _after(current, RevealEvent.RECALL, who), viewer)
    own, other = _sides(current, viewer)
    write(acts.RECALLED, own.subject, viewer.actor, reason)
    if other is not None:
        write(acts.RECALLED, other.subject, NODE, _OF_NODE)
    channel.say(current.meeting, Ended(reveal=current.pk))
    return current


def expire() -> int:
    """Expire every question whose time is over, as a job; return how many there were."""
    past = Reveal.everywhere.filter(state=RevealState.ASKED.value, expires_at__lte=timezone.now())
    meetings = Meeting.of(reveals__in=past).values_list("pk", flat=True)
    return sum(_expire(pk) for pk in list(meetings))


_OF_NODE = Reason(Why.INVESTIGATION)
"""Why the node tells the other side: part of every entry that it writes by itself here."""


@transaction.atomic
def _expire(meeting: UUID) -> int:
    held = _meetings().filter(pk=meeting).first()
    return _settle(held) if held else 0


def _settle(held: Meeting) -> int:
    """Store that questions of a locked meeting have expired."""
    found = Reveal.of(meeting=held).filter(state=RevealState.ASKED.value, expires_at__lte=timezone.now())
    count = 0
    for one in found.select_related("asker"):
        one.state = _after(one, RevealEvent.EXPIRE, Who.NODE).value
        one.asking_contact = b""
        one.save(update_fields=["state", "asking_contact"])
        for side in held.sides:
            write(acts.EXPIRED, side.subject, NODE, Reason(Why.RETENTION))
        count += 1
    return count


def _after(reveal: Reveal, event: RevealEvent, who: Who) -> RevealState:
    return rules.after(RevealState(reveal.state), event, who, now=timezone.now(), expires_at=reveal.expires_at)


def _answer(reveal: Reveal, after: RevealState, viewer: Viewer) -> None:
    reveal.state, reveal.answered_at, reveal.answered_by = after.value, timezone.now(), viewer.person
    if after not in rules.SHOWN:
        reveal.asking_contact = reveal.asked_contact = reveal.introduction = b""
    reveal.save()


def _sides(reveal: Reveal, viewer: Viewer) -> tuple[Enrolment, Enrolment | None]:
    """Return the record of the viewer's side, and that of the other; None where it is on another node."""
    own = reveal.meeting.side_of(viewer.organisation.id)
    return own, reveal.meeting.across_from(own)


def _of(viewer: Viewer, reveal: Reveal) -> tuple[Reveal, Who]:
    """Lock a disclosure of the viewer's organisation with its meeting; return it as it is, and which side they are."""
    _person(viewer)
    held = _locked(viewer, reveal.meeting)
    current: Reveal | None = Reveal.of(meeting=held).select_related("asker").filter(pk=reveal.pk).first()
    if current is None:
        raise Conflict(_("The other record, or yours, was erased: there is nothing to answer."))
    current.meeting = held
    return current, Who.ASKER if current.asking_id == viewer.organisation.id else Who.ASKED


def _locked(viewer: Viewer, meeting: Meeting) -> Meeting:
    held = _meetings().filter(pk=meeting.pk).first()
    if held is None or viewer.organisation.id not in {side.organisation_id for side in held.sides}:
        raise Conflict(_("The other record, or yours, was erased: there is nothing to answer."))
    return held


def _meetings() -> QuerySet[Meeting]:
    return Meeting.everywhere.select_for_update(of=("self",), no_key=True).select_related("one", "other")


def _both_open(meeting: Meeting) -> None:
    """Hold both organisations open until this is done, or refuse."""
    sides: set[UUID] = {side.organisation_id for side in meeting.sides}
    open_ones = Organisation.objects.select_for_update(no_key=True).filter(pk__in=sides, active=True).order_by("pk")
    if {organisation.id for organisation in open_ones} != sides:
        raise Conflict(_("An organisation was closed: nobody there can answer."))


def _person(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person


def _contact(level: Level, contact: str) -> bytes:
    contact = contact.strip()
    if level is not Level.CONTACT:
        return b""
    if not 0 < len(contact) <= rules.LONGEST_CONTACT:
        text = _("Say how your desk is reached, in at most %(most)s characters.") % {"most": rules.LONGEST_CONTACT}
        raise Refusal(text, field="contact")
    return seal(contact, CONTACT)
