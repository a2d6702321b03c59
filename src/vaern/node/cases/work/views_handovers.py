"""A case that becomes one with another, or goes to another organisation and comes back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.base.refusals import Refusal
from vaern.node.cases.base.absorbed import whole
from vaern.node.cases.base.subjects import about
from vaern.node.cases.evidence import arrivals, presenters
from vaern.node.cases.evidence import queries as evidence
from vaern.node.cases.models import Case
from vaern.node.cases.rules.case import Event, State, after
from vaern.node.cases.work import handover_queries, handovers, merges, presenters_handovers, queries, results
from vaern.node.cases.work.forms import CodeForm, DropForm, HandOverForm
from vaern.node.cases.work.views import overtakable
from vaern.node.casework.forms import PlainReasonForm, WorkForm
from vaern.node.casework.releases import actions as releases
from vaern.node.casework.releases.pages import choose, end_sight
from vaern.node.casework.releases.queries import recipients_preview
from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@requires(Permission.CASE_WORK)
def merge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Merge the case into another of the same organisation."""
    viewer = viewer_of(request)
    case = own_or_404(Case, id)
    proposed = _proposed(viewer, request.GET.get("with", ""))

    def do(form: Any, seen: int) -> Case:
        into = queries.by_code(viewer, form.cleaned_data["code"])
        if into is None:
            raise Refusal(_("There is no such case of your organisation."))
        return merges.merge(viewer, form.reason, case, into, version=seen)

    return decide(
        request,
        **about(case),
        **overtakable(case),
        title=_("Merge %(code)s into another case") % {"code": case.code},
        submit=_("Merge"),
        text=_("It keeps its code and all that it has, and is shown on the other's page. It can be separated again."),
        form=partial(CodeForm, initial={"code": proposed}),
        do=do,
        done=partial(results.merged, case.code),
    )


def _proposed(viewer: Viewer, id: str) -> str:
    from uuid import UUID

    try:
        found = queries.own(viewer).filter(pk=UUID(id)).first()
    except ValueError:
        return ""
    return found.code if found else ""


@requires(Permission.CASE_WORK)
def separate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Undo a merge."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Separate the case again"),
        submit=_("Separate"),
        text=_("It is worked on by itself again, with all that it had. What was added since stays with the other."),
        form=WorkForm,
        do=lambda form: merges.separate(viewer_of(request), form.reason, case),
        done=results.separated,
    )


@requires(Permission.CASE_RELEASE)
def hand_over(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask to whom, show who will receive, and hand over when exactly that was confirmed."""
    viewer, case = viewer_of(request), own_or_404(Case, id)

    def do(form: Any, seen: int) -> object:
        (recipient,) = form.receivers
        return handovers.hand_over(viewer, form.reason, case, recipient, form.terms, version=seen, bag=form.bag_goes)

    return choose(
        request,
        case,
        **about(case),
        **overtakable(case),
        title=_("Hand over %(code)s") % {"code": case.code},
        submit=_("Hand over"),
        text=_(
            "It arrives there as a case of their own: persons, statements, identifiers and the register of "
            "evidence. Tasks, links and the history of your work stay here; so does the evidence, until it is "
            "received there. Your case stands still until they drop it, or you take it back."
        ),
        shown=lambda: presenters.limits(case, arrivals.limits_of(whole(case))),
        check=lambda: after(State(case.state), Event.HAND_OVER),
        prospects=[one for one in recipients_preview(viewer, case) if handovers.takes_cases(one.organisation)],
        form=partial(HandOverForm, may_bag=_may_bag(viewer, case)),
        do=do,
        done=results.handed_over,
    )


def _may_bag(viewer: Viewer, case: Case) -> bool:
    """Whether a bag can go along: there is something to put into one, and the viewer may let it leave."""
    return viewer.may(Permission.CASE_EXPORT) and evidence.has_any(case)


@requires(Permission.CASE_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let another organisation read the case: a prosecutor, a central authority."""
    viewer, case = viewer_of(request), own_or_404(Case, id)
    return choose(
        request,
        case,
        **about(case),
        title=_("Release %(code)s") % {"code": case.code},
        submit=_("Release"),
        text=_(
            "They read persons as far as their work allows, statements and identifiers, as these are from day to "
            "day. They change nothing. Tasks, links, meetings and the history of your work are not shown."
        ),
        prospects=[one for one in recipients_preview(viewer, case) if not one.organisation.node],
        do=lambda form: handovers.let_read(viewer, form.reason, case, form.receivers, form.terms),
        done=results.released,
    )


@requires(Permission.CASE_RELEASE)
def recall(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End the sight of one recipient."""
    case, organisation = own_or_404(Case, id), or_404(handover_queries.recipient(recipient))
    if State(case.state) is State.HANDED_OVER and any(
        one.recipient_id == recipient for one in handover_queries.handovers_of(viewer_of(request), case)
    ):
        return HttpResponseRedirect(reverse("cases:take-back", args=[case.pk]))
    return end_sight(
        request,
        organisation,
        **about(case),
        do=lambda reason: releases.recall(viewer_of(request), case, recipient, reason),
    )


@requires(Permission.CASE_WORK)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a case that another organisation handed over."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Accept the case"),
        submit=_("Accept"),
        text=_("You lead it from now on. Its sender sees that."),
        form=WorkForm,
        do=lambda form: handovers.accept(viewer_of(request), form.reason, case),
        done=results.accepted,
    )


@requires(Permission.CASE_WORK)
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decline a case that another organisation handed over."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Drop the case"),
        submit=_("Drop it"),
        danger=True,
        text=_("Its sender sees that you dropped it and why, and works on it again. What came along is erased here."),
        form=DropForm,
        do=lambda form: handovers.drop(viewer_of(request), form.reason, case, form.chosen),
        done=results.dropped,
    )


@requires(Permission.CASE_RELEASE)
def take_back(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a case back from where it was handed over."""
    case = own_or_404(Case, id)
    return decide(
        request,
        **about(case),
        title=_("Take the case back"),
        submit=_("Take it back"),
        danger=True,
        text=_("A copy that nobody there accepted is erased at once. Where work began, they decide on their copy."),
        form=PlainReasonForm,
        do=lambda form: handovers.take_back(viewer_of(request), form.reason, case),
        done=lambda erased: results.taken_back(case.code, erased=erased),
    )


@listed("cases:handed-over", gettext_lazy("Handed over"), Permission.CASE_VIEW, kind=Case.KIND)
def handovers_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return what was handed over."""
    page = handover_queries.handed_over(viewer, given)
    return presenters_handovers.handovers_table(page.rows, page=page)


@requires(Permission.CASE_VIEW)
def handed_over(request: HttpRequest) -> HttpResponse:
    """Show what was handed over with its answer, and what came of it."""
    return list_page(
        request,
        title=_("Handed over"),
        heading=_("Cases handed over"),
        crumbs=[(_("Cases"), reverse("cases:cases"))],
        table=handovers_table(request),
    )
