"""Reports to and from desks on other nodes: the report as a message, and its outcome home.

The sender's node has the forward without the copy, the receiver's the copy without the report; both have the release
under one id, which all messages about it name. What a desk is told, sees and decides is the same as next door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import msgspec
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from vaern.arrivals import Arrival
from vaern.node.base.refusals import Refusal
from vaern.node.base.sql import insert
from vaern.node.exchange.base.kinds import Delivery, Kind
from vaern.node.exchange.outbox.actions import send, send_owed
from vaern.node.exchange.releases.arrivals import arrived_each as releases_arrived
from vaern.node.exchange.releases.arrivals import terms_of
from vaern.node.ledger.rules import Actor, Reason, Why
from vaern.node.organisations.rules import OrganisationKind, Permission, may_somebody
from vaern.node.reports.ending.retention import erase_copy
from vaern.node.reports.intake.queries import takes_reports
from vaern.node.reports.models import Forward, Report
from vaern.node.reports.rules import forwards as rules
from vaern.node.reports.rules.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.casework.models import Release
    from vaern.node.organisations.viewers import Viewer

SENDS = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.REPORT_FORWARD))
WORKS = frozenset(kind for kind in OrganisationKind if may_somebody(kind, Permission.REPORT_ASSESS))
"""The kinds of organisation that forward reports, and that work on them."""


class Forwarded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `report.forwarded`.

    Attributes:
        arrival: what its first sender said, with the identifiers that go along; nothing that people here concluded.
        urgent: whoever passes it on says that it is.
        synthetic: it is made up.
    """

    arrival: Arrival
    urgent: bool
    synthetic: bool


class Returned(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The body of `report.outcome`: one code, and whether the desk passes it on from elsewhere."""

    outcome: Annotated[Outcome, msgspec.Meta(description="a code of `reports/rules/outcomes.py`")]
    carried: bool = False


def send_report(viewer: Viewer, reason: Reason, report: Report, arrival: Arrival, release: Release) -> None:
    """Send a released report to the node on which its recipient lives."""
    body = Forwarded(arrival=arrival, urgent=report.urgent, synthetic=report.synthetic)
    send(
        FORWARDED.name,
        body,
        sender=viewer.organisation,
        recipient=release.recipient,
        about=release.pk,
        by=viewer.actor,
        reason=reason,
        terms=terms_of(release),
    )


def take_report(delivery: Delivery) -> None:
    """Let a report of another node arrive at its desk, with the forward and the release by which it came.

    Raises:
        Refusal: nobody there works on reports, it is longer than one may be, or its terms are none.
    """
    take_reports([delivery])


def take_reports(deliveries: Sequence[Delivery]) -> None:
    """Let several reports arrive as `take_report` does, in their order.

    Raises:
        Refusal: as `take_report`, of one of them.
    """
    from vaern.node.reports.arrival import actions as intake

    if not all(takes_reports(recipient) for _sender, recipient in (one.organisations for one in deliveries)):
        raise Refusal(rules.NO_DESK)
    releases = releases_arrived(deliveries, Report.KIND)
    drafts = [
        intake.draft_of(
            release.recipient,
            msgspec.structs.replace(one.body.arrival, document="forward", reference=str(one.about)),
            sender=release.owner,
            synthetic=one.body.synthetic,
            urgent=one.body.urgent,
            until=timezone.localtime(release.expires_at).date(),
        )
        for one, release in zip(deliveries, releases, strict=True)
    ]
    reports = intake.receive_each(Reason(Why.ASSESSMENT), drafts)
    insert(
        [
            Forward(
                organisation=release.owner,
                recipient=release.recipient,
                report=None,
                arrived=report,
                release=release,
                sent_at=release.released_at,
                due_at=rules.due_at(release.released_at, urgent=one.body.urgent),
            )
            for one, release, report in zip(deliveries, releases, reports, strict=True)
        ]
    )


def send_outcome(forward: Forward, outcome: Outcome, by: Actor, reason: Reason, *, carried: bool) -> None:
    """Return an outcome to the node on which whoever forwarded the report lives."""
    send_owed(
        RETURNED.name,
        Returned(outcome=outcome, carried=carried),
        sender=forward.recipient,
        recipient=forward.organisation,
        about=forward.release_id,
        by=by,
        reason=reason,
    )


def take_outcome(delivery: Delivery) -> None:
    """Take the outcome of a report that this node forwarded, and carry it on to where the report came from.

    Raises:
        Refusal: nothing was forwarded there under that id, or the outcome cannot follow what was said before.
    """
    from vaern.node.reports.forwarding import outcomes

    sender, recipient = delivery.organisations
    rows = Forward.everywhere.select_for_update(of=("self",)).select_related("report")
    forward = rows.filter(release=delivery.about, organisation=recipient, recipient=sender).first()
    if forward is None:
        raise Refusal(rules.NEVER_FORWARDED)
    body: Returned = delivery.body
    by, reason = Actor(organisation=sender.id), Reason(Why.ASSESSMENT)
    if not outcomes.tell(None, forward, body.outcome, by, reason, carried=body.carried):
        raise Refusal(rules.OUT_OF_ORDER)


def recalled(release: Release) -> None:
    """Erase the copy of a report that its sender recalled, unless somebody worked on it."""
    forward = Forward.everywhere.filter(release=release).first()
    if forward is not None:
        erase_copy(forward)


FORWARDED = Kind(
    "report.forwarded",
    _("A report forwarded"),
    {1: Forwarded},
    take=take_report,
    senders=SENDS,
    recipients=WORKS,
    says=_("A desk hands the work on a report over to a desk of the other node, under its terms."),
    together=True,
    take_each=take_reports,
)
RETURNED = Kind(
    "report.outcome",
    _("The outcome of a report"),
    {1: Returned},
    take=take_outcome,
    senders=WORKS,
    recipients=SENDS,
    owed=True,
    together=True,
)
