"""The end of the work on a report, and its beginning anew, by a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.ledger.record import record
from vaern.node.organisations import releases
from vaern.node.reports import enrolling
from vaern.node.reports import rules as life
from vaern.node.reports.forwarding import acts
from vaern.node.reports.forwarding.actions import ForwardingError, home_or_refuse
from vaern.node.reports.rules import Event, State, Who

if TYPE_CHECKING:
    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.models import Report


@transaction.atomic
def finish(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Close a report on which everything is done.

    Raises:
        ForwardingError: a location of it is still up, or a program says it. Refused: its state does not allow it, or
            its sender waits for an outcome. desk.actions.DeskError: somebody else works on it.
    """
    from vaern.node.reports.desk.actions import claimed_or_refuse
    from vaern.node.reports.takedown.queries import all_done

    if viewer.person is None:
        raise ForwardingError(_("A person decides, not a key."))
    current = claimed_or_refuse(viewer, report)
    after = life.after(State(current.state), Event.FINISH, Who.ASSESSOR)
    if not all_done(current):
        raise ForwardingError(_("A location of it is still up: each has to be offline, blocked or given up first."))
    home_or_refuse(current)
    current.state, current.closed_at = after.value, timezone.now()
    current.claimed_by = current.claimed_until = None
    current.save(update_fields=["state", "closed_at", "claimed_by", "claimed_until"])
    enrolling.follow(current)
    record(acts.FINISHED, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def reopen(viewer: Viewer, reason: Reason, report: Report) -> Report:
    """Put a closed report back on the work list, to be assessed anew.

    Raises:
        Refused: its state does not allow it. releases.ReleaseError: it is not theirs.
    """
    current = cast("Report", releases.locked(viewer, report))
    current.state = life.after(State(current.state), Event.REOPEN, Who.ASSESSOR).value
    current.closed_at = current.actionable = None
    current.touched_at = timezone.now()
    current.save(update_fields=["state", "closed_at", "actionable", "touched_at"])
    enrolling.follow(current)
    record(acts.REOPENED, current.subject, viewer.actor, reason)
    return current
