"""The copy of a series of another node: made, brought to what its owner says, and erased when sight of it has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import msgspec
from django.utils import timezone

from vaern.node.casework.models import Release
from vaern.node.casework.retention.actions import BY_CLOCK
from vaern.node.ledger.record import record
from vaern.node.ledger.rules import NODE, Actor, Reason, Why
from vaern.node.reports.base.codes import fresh_code
from vaern.node.victims.base import life
from vaern.node.victims.elsewhere import acts, files
from vaern.node.victims.elsewhere.bodies import Stands
from vaern.node.victims.models import Dissemination, Link, Member, NearValue, Series
from vaern.node.victims.rules import series as rules
from vaern.node.victims.rules.series import State
from vaern.node.victims.rules.sharing import Answer

if TYPE_CHECKING:
    from datetime import date

    from vaern.node.organisations.models import Organisation
    from vaern.node.victims.elsewhere.bodies import Disseminated


def make(body: Disseminated, release: Release) -> tuple[Series, Dissemination]:
    """Write the copy that a release names, with what awaits its recipient's answer.

    Raises:
        Refusal: its files or clues are none.
    """
    owner, recipient = release.owner, release.recipient
    taken = Series.everywhere.filter(code=body.code).exists()
    copy = Series(
        id=release.record,
        organisation=owner,
        code=fresh_code() if taken else body.code,
        synthetic=body.synthetic,
        state=State.DISSEMINATED.value,
        country=recipient.member,
        review_date=_end(release),
    )
    copy.save(force_insert=True)
    files.take(copy, body.files)
    files.take_clues(copy, owner.pk, body.clues)
    own = Dissemination.everywhere.create(
        id=uuid4(),
        series=copy,
        organisation=owner,
        recipient=recipient,
        release=release,
        sent_at=release.released_at,
        due_at=release.released_at + rules.ANSWER_WITHIN,
        stands={"total": body.total},
    )
    return copy, own


OF_NODE = Reason(Why.VICTIM_IDENTIFICATION)
"""Why the node follows what another says of a copy."""


def stand(copy: Series, own: Dissemination) -> bool:
    """Let a locked copy stand as its owner last said, unless that does not take account yet of what the desk here said.

    Returns:
        Whether it does now.
    """
    if "state" not in own.stands:
        return False
    body = msgspec.convert(own.stands, Stands)
    if own.said is not None and own.said != body.after:
        return False
    if copy.state != body.state.value:
        copy.state, copy.state_since = body.state.value, timezone.now()
    copy.excused = body.excused
    counted, was_safe = copy.identified_by_id == own.recipient_id, copy.safeguarded_on is not None
    copy.identified_on, copy.safeguarded_on = body.identified_on, body.safeguarded_on
    copy.identified_by = _by(own, body) if body.identified_on else None
    if counted and copy.identified_by_id != own.recipient_id:  # what this node counted is not so
        record(acts.COPY_OVERRULED, copy.subject, Actor(organisation=own.organisation_id), OF_NODE)
    elif counted and body.safeguarded_on is not None and not was_safe:  # whoever counts the child counts that too
        record(acts.COPY_SAFE, copy.subject, NODE, OF_NODE)
    copy.accepted_by = own.recipient if body.yours else None
    life.save(copy)
    return True


def _by(own: Dissemination, body: Stands) -> Organisation:
    return own.recipient if body.by_you else own.organisation


def refused(own: Dissemination, message: UUID) -> None:
    """Let a copy stand as its owner says again: what the desk here said of the child was refused there."""
    copy = life.row(own.series_id)
    if copy is None or own.said != message:
        return
    after = own.stands.get("after")
    own.said = UUID(after) if after else None
    own.save(update_fields=["said"])
    stand(copy, own)


def recalled(release: Release) -> None:
    """End the sight of a copy that was recalled: erased at once, or once acknowledged where the desk works on it."""
    own = Dissemination.everywhere.select_for_update(of=("self",)).filter(release=release).first()
    if own is None:
        return
    if Answer(own.answer) is not Answer.ACCEPTED:
        erase(own, Actor(organisation=release.owner_id), Reason(Why.REMOVAL))
        return
    own.answer, own.answered_at = Answer.RECALLED.value, timezone.now()
    own.save(update_fields=["answer", "answered_at"])


def acknowledged(release: Release) -> None:
    """Erase the copy of a recalled series, of which a person here says that it is no longer used."""
    own = Dissemination.of(release=release).first()
    if own is not None:
        erase(own, NODE, Reason(Why.REMOVAL))


def prolonged(release: Release) -> None:
    """Keep a copy for as long as the sight of it lasts."""
    Series.everywhere.filter(pk=release.record).update(review_date=_end(release))


def erase(own: Dissemination, by: Actor = NODE, reason: Reason = BY_CLOCK) -> bool:
    """Erase the copy that came by a dissemination, with all that hangs on it; return whether there was one."""
    copy = life.row(own.series_id)
    if copy is None or not copy.is_copy:
        return False
    subject, count = copy.subject, delete(copy)
    record(acts.COPY_ERASED, subject, by, reason, count=count)
    return True


def end_sight(copy: Series) -> None:
    """Close the releases of a copy that is erased at its end: there is nothing to acknowledge."""
    now = timezone.now()
    found = Release.everywhere.filter(kind=Series.KIND, record=copy.pk, recalled_at=None)
    found.update(recalled_at=now, acknowledged_at=now)


def delete(series: Series) -> int:
    """Delete a series with its files; return how many these were."""
    members = Member.of(series=series)
    count: int = members.count()
    ids = members.values("pk")
    NearValue.of(member__in=ids)._raw_delete("default")  # noqa: SLF001 - nothing hangs on it
    Link.of(member__in=ids)._raw_delete("default")  # noqa: SLF001
    series.delete()
    return count


def _end(release: Release) -> date:
    """The day on which a copy is erased: with the end of the sight, and never later than a series of this node."""
    return min(timezone.localtime(release.expires_at).date(), timezone.localdate() + rules.KEPT_FOR)
