"""Pages of declared maturity: all capabilities of a country, and declaring one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.maturity import actions, presenters, queries
from vaern.node.alliance.maturity.forms import DeclareForm
from vaern.node.alliance.maturity.labels import PHASES
from vaern.node.alliance.rules.frame import model_response
from vaern.node.alliance.rules.maturity import Phase
from vaern.node.organisations.access import requires
from vaern.node.organisations.actions import ADMINISTRATION
from vaern.node.organisations.rules import Permission
from vaern.node.web.decisions import decide
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from vaern.node.organisations.views import Request


@requires(Permission.ALLIANCE_VIEW)
@require_safe
def member(request: Request, id: UUID) -> HttpResponse:
    """Show what a country declares of each capability."""
    one = or_404(queries.country(request.viewer, id))
    stands, earlier = queries.of_member(request.viewer, id)
    own = queries.may_declare(request.viewer, id)
    return render(request, "alliance/maturity/member.html", presenters.member_context(one, stands, earlier, own=own))


@requires(Permission.COMMITMENT_REPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: Request, number: int) -> HttpResponse:
    """Declare, for one's own country, in which phase a capability is."""
    capability, own = or_404(model_response().capabilities.get(number)), or_404(request.viewer.organisation.member)
    to, (stands, _earlier) = reverse("alliance:maturity", args=[own.pk]), queries.of_member(request.viewer, own.pk)
    return decide(
        request,
        title=_("%(country)s: %(capability)s") % {"country": own, "capability": worded(capability.name)},
        subject=presenters.declared_subject(own, capability, stands.get(number)),
        crumbs=[(_("Progress"), reverse("alliance:progress")), (own, to)],
        back=to,
        submit=_("Declare"),
        text=_("Everybody who signs in reads it, with its day and its source. What was declared before stays."),
        form=DeclareForm,
        do=lambda form: actions.declare(request.viewer, ADMINISTRATION, number, **form.cleaned_data),
        done=lambda made: (
            _("“%(capability)s” is declared: %(phase)s. Everybody who signs in reads it, with its day and source.")
            % {"capability": worded(capability.name), "phase": PHASES[Phase(made.phase)]}
        ),
    )
