"""What is done with a commitment that was written: handed in, taken back, published, returned, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vaern.node.alliance.commitments import actions, queries
from vaern.node.alliance.commitments.decisions import decide_on
from vaern.node.alliance.commitments.forms import WhyForm
from vaern.node.alliance.commitments.views import GET_POST, own_or_404
from vaern.node.alliance.commitments.words import goal_label
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.views import Request


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def submit(request: Request, id: UUID) -> HttpResponse:
    """Hand a draft in."""
    one = own_or_404(request, id)
    return decide_on(
        request,
        one,
        actions.submit,
        title=_("Hand this commitment in?"),
        submit=_("Hand in"),
        text=_("The secretariat sees it then, and publishes it or returns it with a reason."),
        done=lambda made: Result(
            _("%(goal)s is handed in. The secretariat publishes it, or returns it with a reason.")
            % {"goal": goal_label(made.goal)},
            Undo(reverse("alliance:take-commitment-back", args=[made.pk]), {"version": made.revision}),
        ),
    )


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def take_back(request: Request, id: UUID) -> HttpResponse:
    """Take back what was handed in."""
    one = own_or_404(request, id)
    return decide_on(
        request,
        one,
        actions.take_back,
        title=_("Take it back?"),
        submit=_("Take back"),
        done=lambda made: Result(
            _("%(goal)s is a draft of your ministry again. Hand it in when it is ready.")
            % {"goal": goal_label(made.goal)},
            Undo(reverse("alliance:submit-commitment", args=[made.pk]), {"version": made.revision}),
            Button(_("Write"), reverse("alliance:write-commitment", args=[made.pk])),
        ),
    )


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(GET_POST)
def withdraw(request: Request, id: UUID) -> HttpResponse:
    """Withdraw a commitment."""
    one = own_or_404(request, id)
    return decide_on(
        request,
        one,
        actions.withdraw,
        title=_("Withdraw this commitment?"),
        submit=_("Withdraw"),
        form=WhyForm,
        danger=True,
        text=_("What was published stays, marked as withdrawn, with your reason beside it."),
        done=lambda made: (
            _("%(goal)s is withdrawn. What was published of it stays, with your reason beside it.")
            % {"goal": goal_label(made.goal)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def publish(request: Request, id: UUID) -> HttpResponse:
    """Publish what was handed in."""
    one = or_404(queries.find(request.viewer, id))
    return decide_on(
        request,
        one,
        actions.publish,
        title=_("Publish this version?"),
        submit=_("Publish"),
        text=_("Everybody who is signed in sees it then, and it stays for ever."),
        done=lambda made: (
            _("%(country)s: %(goal)s is published, for everybody who signs in. It stays for ever.")
            % {"country": made.member, "goal": goal_label(made.goal)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
@require_http_methods(GET_POST)
def send_back(request: Request, id: UUID) -> HttpResponse:
    """Return what was handed in, with a reason."""
    one = or_404(queries.find(request.viewer, id))
    return decide_on(
        request,
        one,
        actions.send_back,
        title=_("Return it to its ministry?"),
        submit=_("Return"),
        then=reverse("alliance:commitments"),
        form=WhyForm,
        text=_("Its rapporteurs read your reason."),
        done=lambda made: (
            _("%(country)s: %(goal)s is returned. Its rapporteurs read your reason, and hand it in anew.")
            % {"country": made.member, "goal": goal_label(made.goal)}
        ),
    )
