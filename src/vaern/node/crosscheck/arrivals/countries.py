"""Take what a hub answers about a country: what a person there passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from django.utils import timezone

from vaern.node.base.refusals import Refusal
from vaern.node.crosscheck.desk import acts
from vaern.node.crosscheck.models import CountryQuestion
from vaern.node.crosscheck.rules import hub
from vaern.node.crosscheck.rules.weights import weights_on
from vaern.node.ledger.record import record as write
from vaern.node.ledger.rules import NODE, Reason, Why

if TYPE_CHECKING:
    from vaern.node.crosscheck.rules.hub_messages import CountryAnswered
    from vaern.node.exchange.base.kinds import Delivery


def take(delivery: Delivery) -> None:
    """Let whoever asked read the answer.

    Raises:
        Refusal: nothing was asked of that hub, it was answered, or the answer explains itself by what nobody knows.
    """
    body: CountryAnswered = delivery.body
    rows = CountryQuestion.everywhere.select_for_update(of=("self",)).select_related("enrolment")
    held = rows.filter(pk=body.question, hub=delivery.peer, answered_at=None).first()
    known = weights_on(timezone.localdate()).country
    if held is None or any(line.code not in known for one in body.proposals for line in one.lines):
        raise Refusal(hub.NEVER_ASKED)
    held.answered_at, held.declined, held.weights = timezone.now(), body.declined, body.weights
    if not body.declined:
        held.proposals, held.desks = msgspec.to_builtins(body.proposals), msgspec.to_builtins(body.desks)
    held.save(update_fields=["answered_at", "declined", "weights", "proposals", "desks"])
    write(acts.COUNTRY_CAME, held.enrolment.subject, NODE, Reason(Why.INVESTIGATION))
