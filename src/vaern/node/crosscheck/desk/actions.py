"""Actions of the cross-check desk, and of organisations towards it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict
from vaern.node.crosscheck.desk import acts
from vaern.node.crosscheck.desk.country_signs import signs_for
from vaern.node.crosscheck.elsewhere import enrolling
from vaern.node.crosscheck.hub import countries
from vaern.node.crosscheck.models import CountryQuestion, Enrolment, HeldQuestion, Meeting, Naming, Nudge
from vaern.node.crosscheck.registry.queries import take_look_up
from vaern.node.crosscheck.rules import desk as rules
from vaern.node.crosscheck.rules.hub_messages import COUNTRY_ASKED, CountryAsked, Sign
from vaern.node.crosscheck.rules.weights import weights_on
from vaern.node.exchange.outbox.actions import send_of_node
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Subject, Why

if TYPE_CHECKING:
    from uuid import UUID

    from vaern.node.crosscheck.rules.desk import Because
    from vaern.node.organisations.viewers import Viewer


_BY_NODE = Reason(Why.INVESTIGATION)


@transaction.atomic
def nudge(viewer: Viewer, reason: Reason, meeting: UUID, because: Because) -> Nudge:
    """Suggest to both sides of a meeting that they say who they are. They see why, and that the desk did it.

    Raises:
        Refusal: it is gone, or was suggested not long ago.
    """
    found = Meeting.everywhere.select_for_update(of=("self",), no_key=True).select_related("one", "other")
    held: Meeting | None = found.filter(pk=meeting, inside=False, other__isnull=False).first()
    if held is None:
        raise Conflict(_("The record was erased meanwhile."))
    now = timezone.now()
    if Nudge.of(meeting=held).filter(at__gt=now - rules.NUDGED_AGAIN_AFTER).exists():
        raise Conflict(_("It was suggested not long ago."))
    made: Nudge = Nudge.everywhere.create(meeting=held, because=because.value, by=viewer.person, at=now)
    Meeting.everywhere.filter(pk=held.pk).update(one_saw_at=None, other_saw_at=None)
    write(acts.NUDGED, held.subject, viewer.actor, reason)
    for side in held.sides:
        write(acts.WAS_NUDGED, side.subject, NODE, _BY_NODE)
    return made


def ask_country(
    viewer: Viewer, reason: Reason, enrolment: Enrolment, host: str = "", address: str = ""
) -> CountryQuestion:
    """Ask the desk to which country a record belongs; by its keys alone, and what a trace said.

    Args:
        viewer: who works on the record.
        reason: why.
        enrolment: of a record of the viewer's organisation.
        host, address: the countries in which a trace placed host and network address; two letters, or "".

    Raises:
        Refusal: it is asked already, the record is not theirs, or they asked too often.
    """
    take_look_up(viewer, enrolment)
    return _ask_country(viewer, reason, enrolment, host, address)


@transaction.atomic
def _ask_country(viewer: Viewer, reason: Reason, enrolment: Enrolment, host: str, address: str) -> CountryQuestion:
    if not Enrolment.everywhere.select_for_update(no_key=True).filter(pk=enrolment.pk).exists():
        raise Conflict(_("The record was erased meanwhile."))
    if CountryQuestion.of(enrolment=enrolment).filter(answered_at=None).exists():
        raise Conflict(_("The desk has been asked already, and has not answered yet."))
    weights, signs = weights_on(timezone.localdate()), signs_for(enrolment, host, address)
    hub = enrolling.at_hub(enrolment)
    proposals = [] if hub else rules.propose(signs, weights)
    made: CountryQuestion = CountryQuestion.everywhere.create(
        enrolment=enrolment,
        organisation=viewer.organisation,
        host=host,
        address=address,
        hub=hub.hub if hub else None,
        asked_by=viewer.person,
        weights=weights.version,
        proposals=[
            {"country": one.country, "points": one.points, "lines": [line._asdict() for line in one.lines]}
            for one in proposals
        ],
    )
    write(acts.COUNTRY_ASKED, enrolment.subject, viewer.actor, reason)
    if hub is not None:
        given = [Sign(code, country, count) for (code, country), count in sorted(Counter(signs).items())]
        body = CountryAsked(question=made.pk, record=hub.record, signs=given)
        send_of_node(COUNTRY_ASKED, body, hub.hub, about=made.pk)
    return made


@transaction.atomic
def answer_country(
    viewer: Viewer, reason: Reason, question: UUID, *, declined: bool = False
) -> CountryQuestion | HeldQuestion:
    """Pass on what was computed, or that the desk cannot say. The organisation that asked decides what to do with it.

    Raises:
        Refusal: it is gone, or was answered.
    """
    found = CountryQuestion.everywhere.select_for_update(of=("self",)).select_related("enrolment")
    held: CountryQuestion | HeldQuestion | None = found.filter(pk=question, answered_at=None, hub=None).first()
    if held is None:
        rows = HeldQuestion.objects.select_for_update(of=("self",)).select_related("record__member")
        held = rows.filter(pk=question, answered_at=None).first()
    if held is None:
        raise Conflict(_("It was answered already, or its record was erased."))
    held.answered_at, held.answered_by, held.declined = timezone.now(), viewer.person, declined
    if declined:
        held.proposals = []
    held.save(update_fields=["answered_at", "answered_by", "declined", "proposals"])
    write(acts.COUNTRY_ANSWERED, Subject("country_question", held.pk), viewer.actor, reason)
    if isinstance(held, HeldQuestion):
        countries.answer(held)
    else:
        write(acts.COUNTRY_CAME, held.enrolment.subject, NODE, _BY_NODE)
    return held


@transaction.atomic
def name_country(viewer: Viewer, reason: Reason, *, allowed: bool) -> None:
    """Decide whether the viewer's country may be named to others who hold the same keys."""
    Naming.everywhere.update_or_create(
        organisation=viewer.organisation, defaults={"country": allowed, "by": viewer.person, "at": timezone.now()}
    )
    enrolling.told_anew(viewer.organisation.id)
    write(acts.NAMING_CHANGED, viewer.organisation.subject, viewer.actor, reason)
