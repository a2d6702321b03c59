"""What an organisation does about a recall that concerns it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.ledger.record import record
from vaern.node.lists.models import RecallEffect
from vaern.node.lists.recalls import acts
from vaern.node.lists.recalls.queries import accounts_said, received
from vaern.node.lists.recalls.tracing import subject_of
from vaern.node.lists.rules.effects import ANSWERS_FOR_ACCOUNTS, Accounts, EffectKind, EffectState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vaern.node.ledger.rules import Reason
    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer


NO_ACCOUNTS = Accounts()


@transaction.atomic
def acknowledge(viewer: Viewer, reason: Reason, effect: RecallEffect, accounts: Accounts = NO_ACCOUNTS) -> RecallEffect:
    """Say, for the organisation, that it knows of the recall and has dealt with what rested on it.

    What it did stands in the reason's words: a report corrected, somebody told. Measures against accounts that rested
    on it become an effect of their own, which is acknowledged once each is lifted or stands on another ground.

    Raises:
        Refusal: a key says it, it is not theirs, it was said, or accounts are no matter of it or were said before.
    """
    current = _own(viewer, effect)
    if accounts != NO_ACCOUNTS or current.kind == EffectKind.ACCOUNT.value:
        _rests_on_it(current, accounts)
    _acknowledged(viewer, reason, current)
    if accounts.measures:
        made = RecallEffect.everywhere.create(
            recall=current.recall,
            organisation=viewer.organisation,
            kind=EffectKind.ACCOUNT.value,
            state=EffectState.TOLD.value,
            told_at=timezone.now(),
            matches=accounts.measures,
        )
        _said(viewer, reason, made, accounts)
    return current


@transaction.atomic
def settle(viewer: Viewer, reason: Reason, effect: RecallEffect, accounts: Accounts) -> RecallEffect:
    """Say how far the measures against accounts are that rested on a recalled entry; done once none stands on it alone.

    Raises:
        Refusal: as `acknowledge`; or the numbers do not go together.
    """
    current = _own(viewer, effect)
    if current.kind != EffectKind.ACCOUNT.value or not accounts.measures:
        raise Refusal(_("Say how many measures against accounts rested on it."), field="measures")
    _said(viewer, reason, current, accounts)
    return current


@transaction.atomic
def acknowledge_received(viewer: Viewer, reason: Reason, hash_list: HashList, last: int) -> int:
    """Acknowledge all that concerns the organisation only because it receives a list; return how many recalls.

    What rested on a match is acknowledged one by one, and so is what measures against accounts rested on.

    Args:
        viewer: a person; they say that the programs of their organisation know of these recalls.
        reason: why, with what was done.
        hash_list: on which entries were recalled.
        last: the number of the last effect that the person was shown: what came since then stays.

    Raises:
        Refusal: a key says it, or there is nothing left.
    """
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    now = timezone.now()
    count = (
        received(hash_list.pk)
        .filter(pk__lte=last)
        .update(
            state=EffectState.ACKNOWLEDGED.value,
            acknowledged_at=now,
            acknowledged_by=viewer.person,
            told_at=Coalesce("told_at", now),
            words=reason.words[:500],
        )
    )
    if not count:
        raise Conflict(_("This was acknowledged already."))
    recipient = hash_list.organisation_id
    record(acts.RECEIVED_ACKNOWLEDGED, hash_list.subject, viewer.actor, reason, recipient=recipient, count=count)
    return count


def _rests_on_it(effect: RecallEffect, accounts: Accounts) -> None:
    if EffectKind(effect.kind) not in ANSWERS_FOR_ACCOUNTS or not accounts.possible:
        raise Refusal(_("Say how many measures against accounts rested on it."), field="measures")
    if accounts_said(effect):
        raise Conflict(_("Measures against accounts stand in the list of recalls already: say there how far they are."))


def _said(viewer: Viewer, reason: Reason, effect: RecallEffect, accounts: Accounts) -> None:
    if not accounts.possible:
        raise Refusal(_("More are lifted, or stand on another ground, than there are measures."), field="lifted")
    effect.matches, effect.lifted, effect.kept = accounts.measures, accounts.lifted, accounts.kept
    effect.words = reason.words[:500]
    effect.save(update_fields=["matches", "lifted", "kept", "words"])
    recipient = effect.recall.list.organisation_id
    subject = subject_of(effect.recall)
    record(acts.ACCOUNTS_SAID, subject, viewer.actor, reason, recipient=recipient, count=accounts.measures)
    if not accounts.open:
        _acknowledged(viewer, reason, effect)


def _own(viewer: Viewer, effect: RecallEffect) -> RecallEffect:
    """Lock an effect that concerns the viewer's organisation and was not acknowledged yet."""
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    rows = RecallEffect.objects.select_for_update(of=("self",), no_key=True).select_related("recall__list")
    current: RecallEffect | None = rows.filter(pk=effect.pk).first()
    if current is None or current.state == EffectState.ACKNOWLEDGED.value:
        raise Conflict(_("This was acknowledged already."))
    return current


def _acknowledged(viewer: Viewer, reason: Reason, current: RecallEffect) -> None:
    now = timezone.now()
    current.state, current.acknowledged_at, current.acknowledged_by = EffectState.ACKNOWLEDGED.value, now, viewer.person
    current.told_at, current.words = current.told_at or now, reason.words[:500]
    current.save(update_fields=["state", "acknowledged_at", "acknowledged_by", "told_at", "words"])
    record(
        acts.ACKNOWLEDGED,
        subject_of(current.recall),
        viewer.actor,
        reason,
        recipient=current.recall.list.organisation_id,
    )


def told(effects: Iterable[RecallEffect]) -> None:
    """Note that an organisation read what concerns it; whoever keeps the list sees that it did."""
    fresh = [one.pk for one in effects if one.state == EffectState.TO_TELL.value]
    rows = RecallEffect.objects.filter(pk__in=fresh, state=EffectState.TO_TELL.value)
    rows.update(state=EffectState.TOLD.value, told_at=timezone.now())
