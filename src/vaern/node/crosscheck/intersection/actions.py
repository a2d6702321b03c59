"""Switch a private comparison on and off, ask, and decide together whether more is said. Each locks the pair."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from uuid import uuid4

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.jobs import in_turn
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.crosscheck.base.keys import commons_of
from vaern.node.crosscheck.intersection import acts, asking, ending, holding, outlook, pairs, places, sending
from vaern.node.crosscheck.intersection.labels import BARS
from vaern.node.crosscheck.intersection.pair_secrets import Destroyed, Unreadable
from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun
from vaern.node.crosscheck.rules import disclosures
from vaern.node.crosscheck.rules import intersection_bodies as bodies
from vaern.node.crosscheck.rules.disclosures import LASTS, RefusalGround, RevealEvent, RevealState, Who
from vaern.node.crosscheck.rules.intersection import UNDER_WAY, Stage, ends_at, epoch_of
from vaern.node.crosscheck.rules.intersection_messages import BadMessage, Question, common
from vaern.node.crosscheck.rules.intersection_messages import ask as ask_about
from vaern.node.crosscheck.rules.oblivious import BadElements, Unverified, pieces
from vaern.node.crosscheck.rules.oblivious_kept import Keeping
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf
from vaern.node.crosscheck.rules.registry import TAKING_PART
from vaern.node.exchange.models import Outgoing
from vaern.node.exchange.outbox.queries import body_sent
from vaern.node.exchange.pieces import leaving
from vaern.node.exchange.rules.messages import Result
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import OrganisationKind

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.crosscheck.intersection.outlook import Outlook
    from vaern.node.crosscheck.intersection.tag_files import Read
    from vaern.node.ledger.rules import Act
    from vaern.node.organisations.models import Person
    from vaern.node.organisations.viewers import Viewer


@transaction.atomic
def switch(viewer: Viewer, reason: Reason, partner: Organisation, *, on: bool) -> ComparisonPair:
    """Switch the private comparison with another organisation on or off, for one's own side.

    Off ends it at once: keys, tags and what waited for an answer are gone.

    Raises:
        Refusal: the two cannot compare.
    """
    own = viewer.organisation
    rows = Organisation.all_nodes.select_for_update(no_key=True).filter(pk__in=[own.id, partner.pk], active=True)
    found = [one for one in rows.order_by("pk") if one.pk == partner.pk or not one.node]
    if len({one.pk for one in found if OrganisationKind(one.kind) in TAKING_PART}) != 2:
        raise Refusal(_("Only two organisations that take part in the cross-check compare what they hold."))
    pair = pairs.made(own.id, partner.pk)
    side = pair.side_of(own.id)
    if (getattr(pair, f"{side}_since") is not None) == on:
        return pair
    setattr(pair, f"{side}_since", timezone.now() if on else None)
    setattr(pair, f"{side}_by", viewer.person if on else None)
    pair.save()
    if not on:
        ending.over(pair)
    kind = bodies.ON if on else bodies.OFF
    sending.say(kind, bodies.Switched(), own, partner, viewer.actor, reason)
    _both(acts.ON if on else acts.OFF, acts.WAS_ON if on else acts.WAS_OFF, viewer, reason, partner)
    return pair


@transaction.atomic
def ask(viewer: Viewer, reason: Reason, pair: ComparisonPair) -> ComparisonRun:
    """Count how many values of the viewer's open work the other side holds. Both sides read the number, nothing else.

    Where the other side lives on another node, the number is there when that has answered.

    Raises:
        Refusal: there is no run now, and why not.
    """
    person, held = _person(viewer), _locked(viewer, pair)
    own, partner, now = viewer.organisation, held.partner_of(viewer.organisation.id), timezone.now()
    seen = outlook.of(held, own, now)
    tags = holding.tags(partner.pk, own.id, seen.epoch)
    if seen.bar or tags is None:
        raise Conflict(BARS[seen.bar] if seen.bar else _("There are no comparison tags any more. Wait for tomorrow."))
    if partner.node:
        return _ask_elsewhere(viewer, reason, held, seen, tags)
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
    write(acts.WAS_ASKED, partner.subject, NODE, sending.OF_NODE, recipient=own.id, count=made.values)
    return made


def _ask_elsewhere(viewer: Viewer, reason: Reason, pair: ComparisonPair, seen: Outlook, tags: Read) -> ComparisonRun:
    """Send the question, shuffled, and keep what its answer is read with."""
    own, partner, id = viewer.organisation, pair.partner_of(viewer.organisation.id), uuid4()
    order = list(range(len(seen.digests)))
    random.SystemRandom().shuffle(order)
    digests = seen.digests[np.array(order)]
    blinding = Keeping().blind(pieces(commons_of(digests.tobytes())))
    pending = asking.Pending(tags.public, digests, blinding.blinds, blinding.elements)
    asking.keep(own.id, partner.pk, id, seen.epoch, pending)
    made: ComparisonRun = ComparisonRun.everywhere.create(
        id=id,
        pair=pair,
        asking=own,
        asked=partner,
        epoch=seen.epoch,
        values=len(digests),
        held=len(tags.rows),
        stage=Stage.ASKED.value,
        question=Question(id, seen.epoch, blinding.elements).digest,
        asked_by=viewer.person,
    )
    body = bodies.Asked(run=id, epoch=seen.epoch, public=tags.public.hex(), values=made.values)
    file = bodies.question_file(blinding.elements)
    sending.say(bodies.ASKED, body, own, partner, viewer.actor, reason, file=file)
    write(acts.ASKED, own.subject, viewer.actor, reason, recipient=partner.pk, count=made.values)
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
    current.proposal, current.confirmed = uuid4(), False
    current.save()
    partner = current.partner_of(viewer.organisation.id)
    sending.say(bodies.PROPOSED, sending.proposal_of(current), viewer.organisation, partner, viewer.actor, reason)
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
    said = sending.say(bodies.AGREED, sending.proposal_of(current), viewer.organisation, partner, viewer.actor, reason)
    current.confirmed = not said  # the other node may have heard that it was taken back, or be too late
    current.save(update_fields=["confirmed"])
    _both(acts.AGREED, acts.AGREED, viewer, reason, partner)
    return current


@transaction.atomic
def refuse(viewer: Viewer, reason: Reason, run: ComparisonRun, ground: RefusalGround) -> ComparisonRun:
    """Refuse, with a coarse ground that the other side sees. Of this run nothing more is said.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or it is not the viewer's to answer.
    """
    current = _answered(viewer, run, RevealEvent.REFUSE, ground.value)
    partner, of = current.partner_of(viewer.organisation.id), sending.proposal_of(current)
    body = bodies.Declined(run=of.run, proposal=of.proposal, ground=ground)
    sending.say(bodies.REFUSED, body, viewer.organisation, partner, viewer.actor, reason)
    _both(acts.REFUSED, acts.WAS_REFUSED, viewer, reason, partner)
    return current


@transaction.atomic
def withdraw(viewer: Viewer, reason: Reason, run: ComparisonRun) -> ComparisonRun:
    """Take back what nobody answered yet.

    Raises:
        Refusal: why not. StateRefusal: its state does not allow it, or the viewer's side did not propose it.
    """
    current = _answered(viewer, run, RevealEvent.WITHDRAW)
    partner = current.partner_of(viewer.organisation.id)
    sending.say(bodies.WITHDRAWN, sending.proposal_of(current), viewer.organisation, partner, viewer.actor, reason)
    _both(acts.WITHDRAWN, acts.WAS_WITHDRAWN, viewer, reason, partner)
    return current


def nightly() -> int:
    """Expire what nobody answered, and bring the tags of each pair up to date, as a job; return how much was done.

    What a pair that is off, or of which an organisation was closed, still has on disk goes.
    """
    now = timezone.now()
    epoch = epoch_of(now)
    waiting = ComparisonRun.everywhere.filter(state=RevealState.ASKED.value, expires_at__lte=now)
    done = in_turn("crosscheck private expiry", list(waiting.values_list("pk", flat=True)), _expired)
    unanswered = ComparisonRun.everywhere.filter(stage__in=sorted(UNDER_WAY), epoch__lt=epoch)
    done += in_turn("crosscheck private questions", list(unanswered.values_list("pk", flat=True)), _unanswered)
    sides = []
    for pair in ComparisonPair.everywhere.select_related("one", "other"):
        if pair.on and pair.one.active and pair.other.active:
            sides += [(pair.one, pair.other), (pair.other, pair.one)]
        else:
            ending.forget(pair.one_id, pair.other_id)
    return done + in_turn("crosscheck private tags", sides, lambda two: _evaluate(*two, epoch))


def _evaluate(holder: Organisation, asker: Organisation, epoch: int) -> int:
    if holder.node:  # its own node does, and sends what the asker gets
        return places.forget(places.tags_of(holder.pk, asker.pk), but=epoch)
    done = holding.evaluate(holder.pk, asker.pk, epoch)
    if done.new or done.gone:
        with transaction.atomic():
            write(acts.EVALUATED, holder.subject, NODE, sending.OF_NODE, recipient=asker.pk, count=done.held)
    if asker.node:
        _send_tags(holder, asker, epoch)
    return done.new + done.gone


@transaction.atomic
def _send_tags(holder: Organisation, asker: Organisation, epoch: int) -> None:
    """Send an asker on another node the tags that it has not; what of earlier ones is still on its way, stops."""
    pair = pairs.made(holder.pk, asker.pk)
    found = holding.tags(holder.pk, asker.pk, epoch)
    if not pair.on or found is None:
        return
    body = bodies.Tags(epoch=epoch, public=found.public.hex(), held=len(found.rows), digest=found.digest.hex())
    sent = Outgoing.objects.filter(kind=bodies.TAGS, about=pair.pk, sender=holder)
    newest = sent.order_by("-pk").first()
    if newest and newest.result != Result.REFUSED.value and body_sent(newest, bodies.Tags) == body:
        return
    leaving.end(sent.filter(file__isnull=False).values_list("pk", flat=True))
    sending.say(bodies.TAGS, body, holder, asker, file=holding.file_of_tags(holder.pk, asker.pk, epoch))


@transaction.atomic
def _expired(pk: UUID) -> int:
    run = ComparisonRun.everywhere.select_for_update().filter(pk=pk, state=RevealState.ASKED.value).first()
    return ending.expire(run) if run else 0


@transaction.atomic
def _unanswered(pk: UUID) -> int:
    run = ComparisonRun.everywhere.select_for_update().filter(pk=pk, stage__in=sorted(UNDER_WAY)).first()
    return ending.fail(run, bodies.OVER) if run else 0


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
    held = pairs.locking().get(pk=pair.pk)
    if viewer.organisation.id not in {held.one_id, held.other_id}:
        raise Refusal(_("That is between two other organisations."))
    return held


def _both(own: Act, other: Act, viewer: Viewer, reason: Reason, partner: Organisation) -> None:
    """Write what somebody did into both accounts; that of a side on another node is its node's."""
    write(own, viewer.organisation.subject, viewer.actor, reason, recipient=partner.pk)
    if not partner.node:
        write(other, partner.subject, NODE, sending.OF_NODE, recipient=viewer.organisation.id)


def _person(viewer: Viewer) -> Person:
    if viewer.person is None:
        raise Refusal(_("A person decides, not a key."))
    return viewer.person
