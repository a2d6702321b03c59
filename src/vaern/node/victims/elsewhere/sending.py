"""What goes to other nodes about a series, in the act's transaction: to the desks that have a copy, or to its owner.

    tell(viewer, series, Milestones.SAFEGUARDED, Telling(on=day))

Whoever lives on this node is told by `sharing.updates`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.exchange.base.kinds import kind_called
from vaern.node.exchange.outbox.actions import peer_of, refuse_unless_open, send, send_owed
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.victims.elsewhere import files
from vaern.node.victims.elsewhere.bodies import Answered, Changed, Disseminated, Outcome, Stands, Stop
from vaern.node.victims.models import Dissemination, Member
from vaern.node.victims.rules.exchanged import BY_DESK, BY_OWNER, FILES_AT_ONCE, MOST_FILES
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer, Milestones

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    import msgspec
    from django.db.models import QuerySet

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series

DISSEMINATED = "series.disseminated"
CHANGED = "series.changed"
ANSWERED = "series.answered"
OUTCOME = "series.outcome"
STANDS = "series.stands"
STOP = "series.stop"

WHY = Reason(Why.VICTIM_IDENTIFICATION)
ANSWERS = {
    Milestones.ACCEPTED: Answer.ACCEPTED,
    Milestones.DECLINED: Answer.DECLINED,
    Milestones.GIVEN_BACK: Answer.GIVEN_BACK,
}


@dataclass(frozen=True)
class Telling:
    """What goes along with a milestone.

    Attributes:
        on: the day on which it was reached; None: today.
        words: a reason; never the number of a file in a register of the police.
        numbers: of the children that were identified, by the names of `bodies.Outcome`.
    """

    on: date | None = None
    words: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)


NOTHING = Telling()


def sent_elsewhere(among: Collection[UUID]) -> QuerySet[Dissemination]:
    """Return the disseminations of some series of this node by which desks of other nodes have sight of them now."""
    found: QuerySet[Dissemination] = Dissemination.everywhere.filter(
        series__in=list(among), release__recalled_at=None, release__expires_at__gt=timezone.now()
    ).exclude(recipient__node="")
    return found.select_related("recipient", "release", "series__organisation").order_by("pk")


def disseminate(viewer: Viewer, reason: Reason, own: Dissemination) -> None:
    """Send a series that was just released to a desk of another node: first what it is, then the rest of its files.

    Raises:
        Refusal: it is larger than what goes to another node, or its node does not get series.
    """
    series, release = own.series, own.release
    if series.members_total > MOST_FILES:
        raise Refusal(
            _("A series of more than %(most)s files does not go to another node: split it.") % {"most": MOST_FILES}
        )
    numbers = list(Member.of(series=series).order_by("id").values_list("pk", flat=True))
    first, rest = numbers[:FILES_AT_ONCE], numbers[FILES_AT_ONCE:]
    body = Disseminated(
        code=series.code,
        synthetic=series.synthetic,
        total=len(numbers),
        files=files.written(series, first),
        clues=files.clues_for(series, own.recipient_id, series.organisation_id),
    )
    send(
        DISSEMINATED,
        body,
        sender=series.organisation,
        recipient=own.recipient,
        about=release.pk,
        by=viewer.actor,
        reason=reason,
        terms=terms_of(release),
    )
    for at in range(0, len(rest), FILES_AT_ONCE):
        _change(own, Changed(total=len(numbers), files=files.written(series, rest[at : at + FILES_AT_ONCE])))
    own.sent_files = numbers
    own.save(update_fields=["sent_files"])


def follow_files(among: Collection[UUID]) -> None:
    """Send desks of other nodes what came to some series since, or went; where nothing may go, they are behind."""
    for own in sent_elsewhere(among).select_for_update(of=("self",)):
        now = list(Member.of(series=own.series).order_by("id").values_list("pk", flat=True)[: MOST_FILES + 1])
        known, there = set(own.sent_files), set(now)
        fresh, gone = [one for one in now if one not in known], sorted(known - there)
        if not (fresh or gone):
            continue
        if not _may_change(own) or len(now) > MOST_FILES:
            stand(own)
            continue
        if gone:
            _change(own, Changed(total=len(now), gone=gone))
        for at in range(0, len(fresh), FILES_AT_ONCE):
            some = files.written(own.series, fresh[at : at + FILES_AT_ONCE])
            _change(own, Changed(total=len(now), files=some))
        own.sent_files = now
        own.save(update_fields=["sent_files"])


def follow_clues(series: Series, author: UUID) -> None:
    """Send all clues of an organisation of this node that the other side of a dissemination may know of now."""
    if series.is_copy:
        found = Dissemination.of(series=series).filter(recipient=author, release__recalled_at=None)
        for own in found.select_related("recipient", "release", "organisation", "series__organisation"):
            _change(own, Changed(total=0, clues=files.clues_for(series, series.organisation_id, author)))
    elif author == series.organisation_id:
        for own in sent_elsewhere([series.pk]):
            clues = files.clues_for(series, own.recipient_id, author)
            _change(own, Changed(total=series.members_total, clues=clues))


def tell(viewer: Viewer, series: Series, code: Milestones, telling: Telling = NOTHING) -> None:
    """Tell the other nodes what was reached in a series: its owner, or the desks there that have it."""
    if series.is_copy:
        _tell_owner(viewer, series, code, telling)
        return
    for own in sent_elsewhere([series.pk]):
        if code in BY_OWNER and own.recipient_id != viewer.organisation.id:
            stand(own, series, code, telling)
        else:
            stand(own, series)


def follow(series: Series) -> None:
    """Tell desks of other nodes how a series of this one stands, where nothing was reached that has a name."""
    for own in sent_elsewhere([series.pk]) if not series.is_copy else ():
        stand(own, series)


def stand(
    own: Dissemination, series: Series | None = None, code: Milestones | None = None, telling: Telling = NOTHING
) -> None:
    """Tell one desk on another node how a series stands."""
    of = series or own.series
    body = Stands(
        state=State(of.state),
        yours=of.accepted_by_id == own.recipient_id,
        identified_on=of.identified_on,
        safeguarded_on=of.safeguarded_on,
        by_you=of.identified_by_id == own.recipient_id,
        excused=of.excused,
        after=own.said,
        total=of.members_total,
        code=code,
        on=(telling.on or timezone.localdate()) if code else None,
        why=telling.words,
    )
    _owed(STANDS, body, own, to_owner=False)


def stop(copy: Series, code: Milestones, *, same_file: bool) -> None:
    """Tell the owner of a copy that the child of a series of this node that shares files with it is known.

    It is said in the name of the desk that received the copy, and names nobody.
    """
    found = Dissemination.of(series=copy).filter(release__recalled_at=None)
    for own in found.select_related("recipient", "organisation", "release"):
        _owed(STOP, Stop(same_file=same_file, code=code), own, to_owner=True)


def _tell_owner(viewer: Viewer, series: Series, code: Milestones, telling: Telling) -> None:
    found = Dissemination.of(series=series).filter(recipient=viewer.organisation)
    own = found.select_related("recipient", "organisation", "release").first()
    if own is None:
        return
    if code in ANSWERS:
        _owed(ANSWERED, Answered(answer=ANSWERS[code], why=telling.words), own, to_owner=True, by=viewer)
    elif code in BY_DESK:
        on = telling.on or timezone.localdate()
        body = Outcome(code=code, on=on, why=telling.words, **telling.numbers)
        own.said = _owed(OUTCOME, body, own, to_owner=True, by=viewer) or own.said
        own.save(update_fields=["said"])


def _change(own: Dissemination, body: Changed) -> None:
    """Send a change, if the other node gets any."""
    if not _may_change(own):
        return
    ours, theirs = (own.recipient, own.organisation) if own.organisation.node else (own.organisation, own.recipient)
    send(CHANGED, body, sender=ours, recipient=theirs, about=own.release_id, by=NODE, reason=WHY)


def _may_change(own: Dissemination) -> bool:
    kind = kind_called(CHANGED)
    assert kind is not None  # `messages` registers it
    try:
        refuse_unless_open(peer_of(own.organisation if own.organisation.node else own.recipient), kind)
    except Refusal:
        return False
    return True


def _owed(
    kind: str, body: msgspec.Struct, own: Dissemination, *, to_owner: bool, by: Viewer | None = None
) -> UUID | None:
    """Send what is owed to the other side of a dissemination; return its id, None if its node is no peer any more."""
    ours, theirs = (own.recipient, own.organisation) if to_owner else (own.organisation, own.recipient)
    made = send_owed(
        kind,
        body,
        sender=ours,
        recipient=theirs,
        about=own.release_id,
        by=by.actor if by else NODE,
        reason=WHY,
    )
    return made.message if made else None
