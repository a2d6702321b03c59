"""Pages of private comparisons: with whom, each question with its number, and what people of both sides decide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import WorkForm
from vaern.node.crosscheck.intersection import actions, presenters, queries, readings
from vaern.node.crosscheck.intersection.forms import RefuseForm, SwitchForm
from vaern.node.crosscheck.rules.disclosures import RefusalGround
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page
from vaern.node.web.lookups import or_404

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.crosscheck.models import ComparisonPair, ComparisonRun


def pair_or_404(request: HttpRequest, id: UUID) -> ComparisonPair:
    """Return a pair of the viewer's organisation.

    Raises:
        Http404: it is of others, or there is none.
    """
    return or_404(queries.find_pair(viewer_of(request), id))


def run_or_404(request: HttpRequest, id: UUID) -> ComparisonRun:
    """Return a run of which the viewer's organisation is a side.

    Raises:
        Http404: it is of others, or there is none.
    """
    return or_404(queries.find_run(viewer_of(request), id))


@requires(Permission.CROSSCHECK_VIEW)
def private(request: HttpRequest) -> HttpResponse:
    """Show with whom a side has the private comparison on."""
    table = presenters.pairs_table(queries.partners(viewer_of(request)))
    return list_page(request, title=_("Private comparison"), lead=presenters.experiment(), table=table)


@requires(Permission.DESK_MANAGE)
def partners(request: HttpRequest) -> HttpResponse:
    """Show with whom it could be switched on."""
    table = presenters.partners_table(queries.partners(viewer_of(request)))
    return list_page(request, title=_("Private comparison"), lead=presenters.experiment(), table=table)


@requires(Permission.DESK_MANAGE)
def switch(request: HttpRequest, id: UUID) -> HttpResponse:
    """Switch it on or off with one organisation, for one's own side."""
    viewer = viewer_of(request)
    one = or_404(queries.find_partner(viewer, id))
    back = reverse("crosscheck:private-partners")
    return decide(
        request,
        title=_("Switch the private comparison"),
        subject=presenters.partner_facts(one),
        crumbs=[(_("Private comparison"), back)],
        back=back,
        submit=_("Save"),
        text=_(
            "An experiment, and off until both sides have it on. Each can then ask, twice in 14 days, how many of up "
            "to 10,000 of its values the other holds. Off ends it at once: keys and what was made with them are gone."
        ),
        form=partial(SwitchForm, initial={"on": one.ours}),
        do=lambda form: actions.switch(viewer, form.reason, one.organisation, on=form.cleaned_data["on"]),
        done=_("Saved. Where both sides have it on, the values are made ready by night."),
    )


@requires(Permission.CROSSCHECK_VIEW)
def pair(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a pair: what could be asked now, and the numbers of what was."""
    viewer, found = viewer_of(request), pair_or_404(request, id)
    seen = queries.prospect(viewer, found)
    may = viewer.may(Permission.CROSSCHECK_REVEAL)
    context = presenters.pair_context(viewer, found, seen, queries.runs_of(viewer, found), may)
    return render(request, "crosscheck/intersection/pair.html", context)


@requires(Permission.CROSSCHECK_REVEAL)
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what would be learnt, and count; with another node, the number comes later."""
    viewer, found = viewer_of(request), pair_or_404(request, id)
    partner = found.partner_of(viewer.organisation.id)
    counted = _("Counted. Both organisations read the number; which values it counts is shown to neither.")
    asked = _("Asked. The number stands here for both when the other node has answered.")
    return decide(
        request,
        **presenters.about_pair(viewer, found),
        title=_("Count what both hold"),
        submit=_("Count"),
        text=presenters.experiment(),
        shown=lambda: presenters.what_is_learnt(queries.prospect(viewer, found), partner.node),
        form=WorkForm,
        do=lambda form: actions.ask(viewer, form.reason, found),
        then=lambda made: reverse("crosscheck:private-run", args=[made.pk]),
        done=asked if partner.node else counted,
    )


@requires(Permission.CROSSCHECK_VIEW)
def run(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show a run; and, after people of both sides agreed, which of one's own records are in common."""
    viewer, found = viewer_of(request), run_or_404(request, id)
    records = readings.own_records(viewer, found)
    may = viewer.may(Permission.CROSSCHECK_REVEAL)
    return render(request, "crosscheck/intersection/run.html", presenters.run_context(viewer, found, records, may))


@requires(Permission.CROSSCHECK_REVEAL)
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Propose that both see which of their own records are in common."""
    viewer, found = viewer_of(request), run_or_404(request, id)
    return decide(
        request,
        **presenters.about_run(viewer, found),
        title=_("Propose to see which records"),
        submit=_("Propose"),
        text=_(
            "If the other side agrees, each side sees which of its own records are in common, until the period ends. "
            "Nothing of the other’s records: that is given by a release, by its owner."
        ),
        form=WorkForm,
        do=lambda form: actions.propose(viewer, form.reason, found),
        done=_("Proposed. Nothing more is shown until the other side agrees."),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def agree(request: HttpRequest, id: UUID) -> HttpResponse:
    """Agree to what the other side proposed."""
    viewer, found = viewer_of(request), run_or_404(request, id)
    return decide(
        request,
        **presenters.about_run(viewer, found),
        title=_("Agree to see which records"),
        submit=_("Agree"),
        text=_(
            "Each side then sees which of its own records are in common, until the period ends. The other side learns "
            "which of its values you hold, and you which of yours it holds."
        ),
        form=WorkForm,
        do=lambda form: actions.agree(viewer, form.reason, found),
        done=_("Agreed. Each side sees which of its own records are in common, as soon as both nodes know it."),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def refuse(request: HttpRequest, id: UUID) -> HttpResponse:
    """Refuse what the other side proposed."""
    viewer, found = viewer_of(request), run_or_404(request, id)
    return decide(
        request,
        **presenters.about_run(viewer, found),
        title=_("Do not show which records"),
        submit=_("Refuse"),
        text=_("The other side sees the word that you choose. Of this question nothing more is shown to anybody."),
        form=RefuseForm,
        do=lambda form: actions.refuse(viewer, form.reason, found, RefusalGround(form.cleaned_data["refusal"])),
        done=_("Refused. The other side reads the word that you chose."),
    )


@requires(Permission.CROSSCHECK_REVEAL)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take back what was proposed."""
    viewer, found = viewer_of(request), run_or_404(request, id)
    return decide(
        request,
        **presenters.about_run(viewer, found),
        title=_("Take the proposal back"),
        submit=_("Withdraw"),
        text=_("The other side is no longer asked. Neither side was shown anything."),
        form=WorkForm,
        do=lambda form: actions.withdraw(viewer, form.reason, found),
        done=_("Withdrawn. Neither side was shown anything."),
    )
