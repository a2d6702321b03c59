"""Disseminate a series to a desk of the proposed country; record its answer. One function, transaction and entry."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.sealing import seal
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.ledger.record import record
from vaern.node.organisations.rules import ROLES, OrganisationKind, Permission
from vaern.node.victims.base import life
from vaern.node.victims.elsewhere import copies, sending
from vaern.node.victims.models import Dissemination, Hypothesis, Milestone, Openness, Series, Tiding
from vaern.node.victims.models.sharing import SEALED
from vaern.node.victims.rules import series as rules
from vaern.node.victims.rules.clues import Standing
from vaern.node.victims.rules.series import Event, State
from vaern.node.victims.rules.sharing import LONGEST_WHY, Answer, Milestones
from vaern.node.victims.sharing import acts
from vaern.node.victims.sharing.updates import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.releases.terms import Prospect, Terms
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.models import Organisation
    from vaern.node.organisations.viewers import Viewer


def works_on_series(organisation: Organisation) -> bool:
    """Whether organisations of this kind work on series; a series is disseminated to no other kind."""
    kind = OrganisationKind(organisation.kind)
    return any(kind in rule.kinds and Permission.SERIES_WORK in rule.permissions for rule in ROLES.values())


def desks_of_country(viewer: Viewer, series: Series) -> list[Prospect]:
    """Return the desks to which a series may be disseminated: those of the country that was proposed."""
    found = recipients_preview(viewer, series)
    return [
        one for one in found if one.organisation.member_id == series.country_id and works_on_series(one.organisation)
    ]


@transaction.atomic
def disseminate(
    viewer: Viewer, reason: Reason, series: Series, recipients: Sequence[UUID], terms: Terms
) -> list[Dissemination]:
    """Release a series to desks of the country that was proposed, and ask them to accept it.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, series)
    life.move(current, Event.DISSEMINATE, life.who_is(viewer, current, Event.DISSEMINATE))
    desks = {one.organisation.id for one in desks_of_country(viewer, current)}
    if not set(recipients) <= desks:
        raise Refusal(_("A series goes to desks of the country that was proposed, and to nobody else."))
    made = releases.release(viewer, current, recipients, reason, terms)
    hypothesis = Hypothesis.of(series=current).filter(country=current.country_id).first()
    if hypothesis is not None:
        hypothesis.standing, hypothesis.changed_at = Standing.SENT.value, timezone.now()
        hypothesis.save(update_fields=["standing", "changed_at"])
    life.save(current)
    assert viewer.person is not None  # releases.release refuses a key
    sent = [
        Dissemination.everywhere.create(
            id=uuid4(),
            series=current,
            organisation=viewer.organisation,
            recipient=one.recipient,
            release=one,
            hypothesis=hypothesis,
            sent_by=viewer.person,
            sent_at=one.released_at,
            due_at=one.released_at + rules.ANSWER_WITHIN,
        )
        for one in made
    ]
    for one in sent:
        record(acts.DISSEMINATED, current.subject, viewer.actor, reason, recipient=one.recipient_id)
        if one.recipient.node:
            sending.disseminate(viewer, reason, one)
    sending.follow(current)
    return sent


@transaction.atomic
def accept(viewer: Viewer, reason: Reason, dissemination: Dissemination) -> Series:
    """Accept a disseminated series for the viewer's organisation; its owner is notified.

    Where the owner lives on another node, this counts once that node has taken it in: another desk may have been first.

    Raises:
        Refusal: why not: another desk was first, or it was recalled.
    """
    return accepted(viewer, reason, *_awaited(viewer, dissemination))


def accepted(viewer: Viewer, reason: Reason, current: Series, own: Dissemination) -> Series:
    """Do what `accept` does, for what is locked and awaited."""
    if current.is_copy:
        rules.after(State(current.state), Event.ACCEPT, rules.Who.RECIPIENT)
    else:
        life.move(current, Event.ACCEPT, rules.Who.RECIPIENT)
        current.accepted_by = viewer.organisation
        life.save(current)
    _answer(viewer, own, Answer.ACCEPTED)
    _stand(own, Standing.ACCEPTED)
    record(acts.said_of(current, acts.ACCEPTED), current.subject, viewer.actor, reason)
    _note(viewer, current, Milestones.ACCEPTED)
    return current


@transaction.atomic
def decline(viewer: Viewer, reason: Reason, dissemination: Dissemination, why: str) -> Series:
    """Decline a series with a reason; the desk loses access, and the owner is notified.

    Raises:
        Refusal: why not.
    """
    current, own = _awaited(viewer, dissemination)
    rules.after(State(current.state), Event.DECLINE, rules.Who.RECIPIENT, why)
    return declined(viewer, reason, current, own, why)


def declined(viewer: Viewer, reason: Reason, current: Series, own: Dissemination, why: str) -> Series:
    """Do what `decline` does, for what is locked and awaited; however far the series is, a desk need not want it."""
    _answer(viewer, own, Answer.DECLINED, why)
    _stand(own, Standing.DECLINED)
    if State(current.state) is State.DISSEMINATED and not _others_await(current, own) and not current.is_copy:
        life.move(current, Event.ALL_DECLINED, rules.Who.RECIPIENT)
        current.country = None
    life.save(current)
    record(acts.DECLINED, current.subject, viewer.actor, reason)
    _note(viewer, current, Milestones.DECLINED, why)
    _end_sight(own)
    return current


@transaction.atomic
def give_back(viewer: Viewer, reason: Reason, series: Series, why: str) -> Series:
    """Return an accepted series to its owner; the viewer's organisation loses access.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, series)
    own = Dissemination.of(series=current).filter(recipient=viewer.organisation, answer=Answer.ACCEPTED.value).first()
    if own is None:
        raise Conflict(_("Your organisation has not accepted this series."))
    rules.after(State(current.state), Event.GIVE_BACK, rules.Who.RECIPIENT, why)
    return given_back(viewer, reason, current, own, why)


def given_back(viewer: Viewer, reason: Reason, current: Series, own: Dissemination, why: str) -> Series:
    """Do what `give_back` does, for what is locked and accepted; what is known of the child by then stays known."""
    if State(current.state) is State.ACCEPTED:
        life.move(current, Event.GIVE_BACK, rules.Who.RECIPIENT, why)
        current.country = None
    current.accepted_by = None
    life.save(current)
    _answer(viewer, own, Answer.GIVEN_BACK, why)
    _stand(own, Standing.DECLINED)
    record(acts.said_of(current, acts.GIVEN_BACK), current.subject, viewer.actor, reason)
    _note(viewer, current, Milestones.GIVEN_BACK, why)
    _end_sight(own)
    return current


@transaction.atomic
def recall(viewer: Viewer, reason: Reason, dissemination: Dissemination) -> Series:
    """Recall a series from a desk: it loses access, and has to acknowledge the recall.

    Raises:
        Refusal: why not.
    """
    current = life.locked(viewer, dissemination.series)
    own = Dissemination.everywhere.select_for_update(of=("self",)).get(pk=dissemination.pk)
    releases.recall(viewer, current, own.recipient_id, reason)
    before, state = Answer(own.answer), State(current.state)
    if before in {Answer.AWAITED, Answer.ACCEPTED}:
        own.answer, own.answered_at, own.answered_by = Answer.RECALLED.value, timezone.now(), viewer.person
        own.save(update_fields=["answer", "answered_at", "answered_by"])
        _stand(own, Standing.SUPPOSED)
    if state is State.ACCEPTED and before is Answer.ACCEPTED:
        who = life.who_is(viewer, current, Event.GIVE_BACK)
        life.move(current, Event.GIVE_BACK, who, reason.words or "recalled by its owner")
        current.accepted_by = current.country = None
    elif state is State.DISSEMINATED and not _others_await(current, own):
        life.move(current, Event.ALL_DECLINED, life.who_is(viewer, current, Event.ALL_DECLINED))
        current.country = None
    life.save(current)
    sending.follow(current)
    Tiding.of(series=current).filter(organisation=own.recipient_id).delete()
    return current


@transaction.atomic
def read_updates(viewer: Viewer, reason: Reason, ids: Sequence[int]) -> int:
    """Mark updates about series as read; return how many there were."""
    found = Tiding.objects.filter(pk__in=list(ids), read_at=None)
    count: int = found.update(read_at=timezone.now(), read_by=viewer.person)
    record(acts.UPDATES_READ, Tiding.SUBJECT, viewer.actor, reason, count=count)
    return count


@transaction.atomic
def unread_updates(viewer: Viewer, reason: Reason, ids: Sequence[int]) -> int:
    """Let updates about series wait again that the viewer has marked as read; return how many there were."""
    found = Tiding.objects.filter(pk__in=list(ids), read_by=viewer.person).exclude(read_at=None)
    count: int = found.update(read_at=None, read_by=None)
    record(acts.UPDATES_UNREAD, Tiding.SUBJECT, viewer.actor, reason, count=count)
    return count


@transaction.atomic
def set_openness(viewer: Viewer, reason: Reason, *, named: bool) -> Openness:
    """Decide whether others who ask *known?* are told that it is the viewer's organisation that holds a series."""
    found, _made = Openness.everywhere.update_or_create(organisation=viewer.organisation, defaults={"named": named})
    record(acts.OPENNESS_CHANGED, viewer.organisation.subject, viewer.actor, reason)
    return found


def _awaited(viewer: Viewer, dissemination: Dissemination) -> tuple[Series, Dissemination]:
    """Lock a series and what of it waits for the viewer's answer."""
    current = life.locked(viewer, dissemination.series)
    own = (
        Dissemination.everywhere.select_for_update(of=("self",))
        .filter(pk=dissemination.pk, recipient=viewer.organisation, answer=Answer.AWAITED.value)
        .first()
    )
    if own is None:
        raise Conflict(_("This does not wait for an answer of your organisation any more."))
    return current, own


def _others_await(series: Series, one: Dissemination) -> bool:
    others = Dissemination.of(series=series).filter(answer=Answer.AWAITED.value)
    return bool(others.exclude(pk=one.pk).exists())


def _answer(viewer: Viewer, one: Dissemination, answer: Answer, why: str = "") -> None:
    if len(why) > LONGEST_WHY:
        raise Refusal(_("At most %(most)s characters that can be shown.") % {"most": LONGEST_WHY})
    one.answer, one.answered_at, one.answered_by = answer.value, timezone.now(), viewer.person
    one.why = seal(why.strip(), SEALED)
    one.save(update_fields=["answer", "answered_at", "answered_by", "why"])


def _stand(one: Dissemination, standing: Standing) -> None:
    Hypothesis.everywhere.filter(pk=one.hypothesis_id or 0).update(standing=standing.value, changed_at=timezone.now())


def _note(viewer: Viewer, series: Series, code: Milestones, why: str = "") -> None:
    Milestone.everywhere.create(
        series=series,
        organisation=viewer.organisation,
        code=code.value,
        on=timezone.localdate(),
        said_by=viewer.person,
        sealed=seal(why.strip(), SEALED),
    )
    tell(viewer, series, code, sending.Telling(words=why.strip()))


def _end_sight(one: Dissemination) -> None:
    """End a desk's sight by its own word: there is nothing left for it to acknowledge, and no copy to keep."""
    release, now = one.release, timezone.now()
    release.recalled_at = max(now, release.released_at)
    release.acknowledged_at = release.recalled_at
    release.save(update_fields=["recalled_at", "acknowledged_at"])
    Tiding.everywhere.filter(organisation=one.recipient_id, series=one.series_id).delete()
    copies.erase(one)
