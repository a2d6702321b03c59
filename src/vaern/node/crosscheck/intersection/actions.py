"""Switch a private comparison on and off, ask, and decide together whether more is said. Each locks the pair."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import in_turn
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.crosscheck.base.keys import commons_of
from vaern.node.crosscheck.intersection import acts, asking, holding, outlook, pair_secrets, places
from vaern.node.crosscheck.intersection.labels import BARS
from vaern.node.crosscheck.intersection.pair_secrets import Destroyed, Unreadable
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.rules import disclosures
from vaern.node.crosscheck.rules.disclosures import LASTS, RefusalGround, RevealEvent, RevealState, Who
from vaern.node.crosscheck.rules.intersection import ends_at, epoch_of
from vaern.node.crosscheck.rules.intersection_messages import BadMessage, common
from vaern.node.crosscheck.rules.intersection_messages import ask as ask_about
from vaern.node.crosscheck.rules.oblivious import BadElements, Unverified, pieces
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf
from vaern.node.crosscheck.rules.registry import TAKING_PART
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.ledger.rules import Act
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer

_OF_NODE = Reason(Why.INVESTIGATION)
"""Why the node tells the other side: part of every entry that it writes by itself here."""


@transaction.atomic
def switch(viewer: Viewer, reason: Reason, partner: Organisation, *, on: bool) -> ComparisonPair:
    """Switch the private comparison with another organisation on or off, for one's own side.

    Off ends it at once: keys, tags and what waited for an answer are gone.

    Raises:
        Refusal: the two cannot compare.
    """
    own, sides = viewer.organisation, sorted([viewer.organisation.id, partner.pk])
    found = Organisation.objects.select_for_update(no_key=True).filter(pk__in=sides, active=True).order_by("pk")
    if len({one.pk for one in found if OrganisationKind(one.kind) in TAKING_PART}) != 2:
        raise Refusal(_("Only two organisations that take part in the cross-check compare what they hold."))
    pair: ComparisonPair = ComparisonPair.everywhere.get_or_create(one_id=sides[0], other_id=sides[1])[0]
    side = pair.side_of(own.id)
    if (getattr(pair, f"{side}_since") is not None) == on:
        return pair
    setattr(pair, f"{side}_since", timezone.now() if on else None)
    setattr(pair, f"{side}_by", viewer.person if on else None)
    pair.save()
    if not on:
        for run in ComparisonRun.everywhere.filter(pair=pair, state=RevealState.ASKED.value):
            _expire(run)
        transaction.on_commit(lambda: _forget(sides[0], sides[1]))
    _both(acts.ON if on else acts.OFF, acts.WAS_ON if on else acts.WAS_OFF, viewer, reason, partner)
    return pair


@transaction.atomic
def ask(viewer: Viewer, reason: Reason, pair: ComparisonPair) -> ComparisonRun:
    """Count how many values of the viewer's open work the other side holds. Both sides read the number, nothing else.

    Raises:
        Refusal: there is no run now, and why not.
    """
    person, held = _person(viewer), _locked(viewer, pair)
    own, partner, now = viewer.organisation, held.partner_of(viewer.organisation.id), timezone.now()
    seen = outlook.of(held, own, now)
    tags = holding.tags(partner.pk, own.id, seen.epoch)
    if seen.bar or tags is None:
        raise Conflict(BARS[seen.bar] if seen.bar else _("There are no comparison tags any more. Wait for tomorrow."))
    pending = ask_about(Voprf(), uuid4(), seen.epoch, pieces(commons_of(seen.digests.tobytes())))
    try:
        got = pending.tags(holding.answer(partner.pk, own.id, pending.question), tags.public)
    except (BadElements, BadMessage, Destroyed, Unreadable, Unverified) as error:
        raise Conflict(
            _("The answer does not hold: it was made with another key, or the key is gone. Nothing was counted.")
        ) from error
    asking.remember(own.id, partner.pk, pending.question.run, seen.epoch, tags.public, seen.digests, got)
    made: ComparisonRun = ComparisonRun.everywhere.create(
        id=pending.question.run,
        pair=held,
        asking=own,
        asked=partner,
        epoch=seen.epoch,
        values=len(got),
        held=len(tags.rows),
        count=int(common(got, tags.rows).sum()),
        question=pending.question.digest,
        asked_by=person,
        asked_at=now,
    )
    write(acts.ASKED, own.subject, viewer.actor, reason, recipient=partner.pk, count=made.values)
    write(acts.WAS_ASKED, partner.subject, NODE, _OF_NODE, recipient=own.id, count=made.values)
    return made


@transaction.atomic
def propose(viewer: Viewer, reason: Reason, run: ComparisonRun) -> ComparisonRun:
    """Propose that both sides see which of their own records are in common. Whoever proposes has agreed.

    Raises:
        Refusal: why not.
    """
    person, current = _person(viewer), _current(viewer, run)
    now = timezone.now()
    if not current.count:
        raise Conflict(_("Nothing is in common."))
    if current.state not in ("", RevealState.WITHDRAWN.value):
        raise Conflict(_("That was proposed already."))
    current.state, current.proposing, current.proposed_by = RevealState.ASKED.value, viewer.organisation, person
    current.proposed_at, current.expires_at = now, min(now + LASTS, ends_at(current.epoch))
    current.save()
    partner = current.partner_of(viewer.organisation.id)
    _both(acts.PROPOSED, acts.WAS_PROPOSED, viewer, reason, partner)
    return current


@transaction.atomic
def agree(viewer: Viewer, reason: Reason, run: ComparisonRun) -> ComparisonRun:
    """Agree: until the epoch ends each side sees which records of its own are in common.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or it is not the viewer's to answer.
    """
    current = _answered(viewer, run, RevealEvent.AGREE)
    partner = current.partner_of(viewer.organisation.id)
    write(acts.AGREED, viewer.organisation.subject, viewer.actor, reason, recipient=partner.pk)
    write(acts.AGREED, partner.subject, NODE, _OF_NODE, recipient=viewer.organisation.id)
    return current


@transaction.atomic
def refuse(viewer: Viewer, reason: Reason, run: ComparisonRun, ground: RefusalGround) -> ComparisonRun:
    """Refuse, with a coarse ground that the other side sees. Of this run nothing more is said.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or it is not the viewer's to answer.
    """
    current = _answered(viewer, run, RevealEvent.REFUSE, ground.value)
    _both(acts.REFUSED, acts.WAS_REFUSED, viewer, reason, current.partner_of(viewer.organisation.id))
    return current


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, run: ComparisonRun) -> ComparisonRun:
    """Take back what nobody answered yet.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or the viewer's side did not propose it.
    """
    current = _answered(viewer, run, RevealEvent.WITHDRAW)
    _both(acts.WITHDRAWN, acts.WAS_WITHDRAWN, viewer, reason, current.partner_of(viewer.organisation.id))
    return current


def nightly() -> int:
    """Expire what nobody answered, and bring the tags of each pair up to date, as a job; return how much was done.

    What a pair that is off, or of which an organisation was closed, still has on disk goes.
    """
    now = timezone.now()
    waiting = ComparisonRun.everywhere.filter(state=RevealState.ASKED.value, expires_at__lte=now)
    done = in_turn("crosscheck private expiry", list(waiting.values_list("pk", flat=True)), _expired)
    sides = []
    for pair in ComparisonPair.everywhere.select_related("one", "other"):
        if pair.on and pair.one.active and pair.other.active:
            sides += [(pair.one, pair.other), (pair.other, pair.one)]
        else:
            _forget(pair.one_id, pair.other_id)
    return done + in_turn("crosscheck private tags", sides, lambda two: _evaluate(*two, epoch_of(now)))


def _evaluate(holder: Organisation, asker: Organisation, epoch: int) -> int:
    done = holding.evaluate(holder.pk, asker.pk, epoch)
    if done.new or done.gone:
        with transaction.atomic():
            write(acts.EVALUATED, holder.subject, NODE, _OF_NODE, recipient=asker.pk, count=done.held)
    return done.new + done.gone


@transaction.atomic
def _expired(pk: UUID) -> int:
    run = ComparisonRun.everywhere.select_for_update().filter(pk=pk, state=RevealState.ASKED.value).first()
    return _expire(run) if run else 0


def _expire(run: ComparisonRun) -> int:
    run.state = RevealState.EXPIRED.value
    run.save(update_fields=["state"])
    for side, other in ((run.asking, run.asked), (run.asked, run.asking)):
        write(acts.EXPIRED, side.subject, NODE, Reason(Why.RETENTION), recipient=other.pk)
    return 1


def _answered(viewer: Viewer, run: ComparisonRun, event: RevealEvent, refusal: str = "") -> ComparisonRun:
    person, current = _person(viewer), _current(viewer, run)
    if not current.state or current.expires_at is None:
        raise Conflict(_("Nobody has proposed anything."))
    who = Who.ASKER if current.proposing_id == viewer.organisation.id else Who.ASKED
    now = timezone.now()
    after = disclosures.after(RevealState(current.state), event, who, now=now, expires_at=current.expires_at)
    current.state, current.answered_by, current.answered_at, current.refusal = after.value, person, now, refusal
    current.save()
    return current


def _current(viewer: Viewer, run: ComparisonRun) -> ComparisonRun:
    """Lock the pair of a run and return the run as it is; its pair is on, and its epoch has not ended."""
    held = _locked(viewer, run.pair)
    current: ComparisonRun = ComparisonRun.everywhere.select_related("asking", "asked").get(pk=run.pk)
    if not held.on or current.epoch != epoch_of(timezone.now()):
        raise Conflict(_("It is over: the private comparison is off, or its 14 days have ended."))
    return current


def _locked(viewer: Viewer, pair: ComparisonPair) -> ComparisonPair:
    found = ComparisonPair.everywhere.select_for_update(of=("self",), no_key=True).select_related("one", "other")
    held: ComparisonPair = found.get(pk=pair.pk)
    if viewer.organisation.id not in {held.one_id, held.other_id}:
        raise Refusal(_("That is between two other organisations."))
    return held


def _both(own: Act, other: Act, viewer: Viewer, reason: Reason, partner: Organisation) -> None:
    """Write what somebody did into both accounts."""
    write(own, viewer.organisation.subject, viewer.actor, reason, recipient=partner.pk)
    write(other, partner.subject, NODE, _OF_NODE, recipient=viewer.organisation.id)


def _forget(one: UUID, other: UUID) -> None:
    """Destroy what a pair had on disk."""
    for holder, asker in ((one, other), (other, one)):
        pair_secrets.destroy(places.secret_of(holder, asker))
        places.forget(places.tags_of(holder, asker), but=None)


def _person(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person
