"""What came of acts on requests, on data that providers hold, and on their clocks: what happened, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.cases.assistance import labels
from vaern.node.cases.assistance.incoming import labels as incoming
from vaern.node.cases.assistance.pinned_law import read
from vaern.node.cases.assistance.question import values_of
from vaern.node.cases.models import KeepingClock
from vaern.node.cases.rules import assistance
from vaern.node.cases.rules.assistance import Event, State
from vaern.node.cases.rules.clocks import Settled
from vaern.node.cases.rules.terms import Duty

if TYPE_CHECKING:
    from vaern.node.cases.models import AssistanceRequest, HeldData, IncomingRequest
    from vaern.node.cases.rules.incoming import Event as IncomingEvent


def drafted(request: AssistanceRequest) -> str:
    """Return what came of beginning a request."""
    return _("%(code)s is a draft. Fill in what the instrument requires, then hand it over or send it.") % {
        "code": request.code
    }


def written(request: AssistanceRequest) -> str:
    """Return what came of filling in a request: how much is missing."""
    left = len(assistance.completeness(read(request.pinned).form, values_of(request)).missing)
    if not left:
        return _("%(code)s is saved, and complete.") % {"code": request.code}
    words = ngettext(
        "%(code)s is saved. %(n)s required field is still empty.",
        "%(code)s is saved. %(n)s required fields are still empty.",
        left,
    )
    return words % {"code": request.code, "n": left}


def handed_over(request: AssistanceRequest) -> str:
    """Return what came of handing a request over."""
    words = _("%(name)s has %(code)s now, and sends it or returns it. You read its answers in the correspondence.")
    return words % {"name": request.authority.name if request.authority else "–", "code": request.code}


def sent(request: AssistanceRequest) -> str:
    """Return what came of sending a request: when an answer can be expected."""
    words = _("It is noted that %(code)s has left. Note the answer here when it comes.")
    if request.expected_at:
        words = _("It is noted that %(code)s has left. An answer can be expected by %(day)s.")
    return words % {"code": request.code, "day": date_format(request.expected_at) if request.expected_at else ""}


def happened(request: AssistanceRequest, event: Event) -> str:
    """Return what came of noting what happened to a request: where it stands."""
    state, _tone = labels.STATES[State(request.state)]
    return _("%(code)s: %(what)s. It is now: %(state)s.") % {
        "code": request.code,
        "what": labels.EVENTS[event],
        "state": state,
    }


def decided(request: AssistanceRequest) -> str:
    """Return what came of deciding about a request whose law has ended."""
    state, _tone = labels.STATES[State(request.state)]
    return _("It is decided how %(code)s goes on. It is now: %(state)s.") % {"code": request.code, "state": state}


def incoming_happened(request: IncomingRequest, event: IncomingEvent) -> str:
    """Return what came of noting what happened to a request of another country: what is due next, and until when."""
    words = _("%(code)s: %(what)s. Nothing is due now.")
    if request.due:
        words = _("%(code)s: %(what)s. Due next: %(duty)s, until %(day)s.")
    return words % {
        "code": request.code,
        "what": incoming.HAPPENED[event],
        "duty": incoming.DUTIES[Duty(request.due)] if request.due else "",
        "day": date_format(timezone.localtime(request.due_at)) if request.due else "",
    }


def held(data: HeldData) -> str:
    """Return what came of noting data that a provider holds: until when they are there."""
    running = KeepingClock.of(held=data).filter(settled_at=None, lapsed_at=None)
    end = running.order_by("-ends_at").values_list("ends_at", flat=True).first()
    words = _("“%(label)s” is saved. No clock runs yet: start one, or ask for the data to be preserved.")
    if end:
        words = _("“%(label)s” is saved, and there until %(day)s. An alarm comes 14, 7, 3 and 1 days before.")
    return words % {"label": data.label, "day": date_format(timezone.localtime(end)) if end else ""}


def runs(clock: KeepingClock) -> str:
    """Return what came of starting or prolonging a clock."""
    words = _("“%(label)s”: the clock runs until %(day)s. An alarm comes 14, 7, 3 and 1 days before.")
    return words % {"label": clock.held.label, "day": date_format(timezone.localtime(clock.ends_at))}


def stopped(clock: KeepingClock) -> str:
    """Return what came of stopping a clock."""
    how, _tone = labels.SETTLED[Settled(clock.settled)]
    return _("“%(label)s”: the clock is stopped (%(how)s), and gives no alarm any more.") % {
        "label": clock.held.label,
        "how": how,
    }
