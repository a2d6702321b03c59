"""The outcome of a case that was handed over to another node, on its way home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from django.utils.translation import gettext_lazy as _

from vaern.node.base.refusals import Refusal
from vaern.node.cases.base.locks import handed
from vaern.node.cases.rules import handovers as rules
from vaern.node.cases.rules.handovers import SENDS, WORKS, Answer
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.outbox.actions import send_owed
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from vaern.node.cases.models import Handover
    from vaern.node.ledger.rules import Actor, Reason


class CameOfIt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `case.outcome`: one code, and nothing of how it came about."""

    outcome: Annotated[Outcome, msgspec.Meta(description="a code of `reports/rules/outcomes.py`")]


def send_outcome(one: Handover, outcome: Outcome, by: Actor, reason: Reason) -> None:
    """Tell the node on which whoever handed a case over lives what came of it."""
    send_owed(
        OUTCOME.name,
        CameOfIt(outcome=outcome),
        sender=one.recipient,
        recipient=one.organisation,
        about=one.release_id,
        by=by,
        reason=reason,
    )


def take_outcome(delivery: Delivery) -> None:
    """Take what came of a case that this node handed over, and carry it on to whoever waits for it.

    Raises:
        Refusal: nothing was handed over there under that id, it was not accepted, or such a code says nothing of a case
            that was handed over.
    """
    from vaern.node.cases.outcomes.actions import carried_back

    one = handed(delivery)
    if one.answer != Answer.ACCEPTED.value or delivery.body.outcome is Outcome.PASSED_ON:
        raise Refusal(rules.NOT_ACCEPTED)
    carried_back(one, delivery.body.outcome)


OUTCOME = Kind(
    "case.outcome",
    _("What came of a case"),
    {1: CameOfIt},
    take=take_outcome,
    senders=WORKS,
    recipients=SENDS,
    owed=True,
)
