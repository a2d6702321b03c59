"""Pages about appeals: those of one's organisation, write, check, withdraw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.victims.appeals import actions, presenting, queries
from vaern.node.victims.appeals.forms import AppealForm, CheckForm
from vaern.node.victims.appeals.rules import AppealState, Check
from vaern.node.victims.clues.queries import public_clues
from vaern.node.victims.sheet.asking import ask, at, own_or_404, viewer_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.victims.models import Appeal, Series


def found_or_404(request: HttpRequest, id: UUID) -> Appeal:
    """Return an appeal of the viewer's organisation."""
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


@requires(Permission.SERIES_VIEW)
def appeals(request: HttpRequest) -> HttpResponse:
    """Show the appeals of one's organisation."""
    viewer = viewer_of(request)
    page = queries.appeals(viewer, request.GET)
    return render(request, "victims/appeals/list.html", {"table": presenting.list_table(page)})


@requires(Permission.SERIES_WORK)
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write an appeal for a series."""
    series = own_or_404(request, id)
    clues = public_clues(series, series.organisation_id)
    if not clues:
        messages.warning(request, _("Mark a clue as one that may be made public first: an appeal rests on clues."))
        return HttpResponseRedirect(at(series, "clues"))

    def do(viewer: Any, form: Any) -> object:
        given = form.cleaned_data
        return actions.write(
            viewer, form.reason, series, form.texts, [int(one) for one in given["clues"]], given["ends_on"]
        )

    return ask(
        request,
        series,
        AppealForm,
        do,
        initial=_before(request, series),
        title=_("Ask the public about an object"),
        submit=_("Save the draft"),
        to=at(series, "appeals"),
        clues=clues,
        done=_("Saved. Two others have to check it before it is public."),
        text=_("Words only. Two people who did not write it check it: the law, and the child's safety."),
    )


def _before(request: HttpRequest, series: Series) -> dict[str, Any]:
    """Return what stands in the form at first: what an appeal said that is written anew, if one is."""
    code = request.GET.get("anew", "")
    found = next((one for one in queries.appeals_of(series) if one.code == code), None)
    if found is None:
        return {}
    reason_for(request, series.subject)
    said = {
        f"{name}_{lang}": text
        for lang, texts in queries.texts_of(found).items()
        for name, text in zip(("title", "text"), texts, strict=True)
    }
    return {**said, "clues": [str(clue.pk) for clue in found.clues.all()]}


@requires(Permission.APPEAL_APPROVE)
def appeal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one appeal as it would be public, with its checks."""
    found = found_or_404(request, id)
    reason_for(request, found.series.subject)
    return render(request, "victims/appeals/appeal.html", presenting.appeal_context(viewer_of(request), found))


@requires(Permission.APPEAL_APPROVE)
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Do one of the two checks."""
    found = found_or_404(request, id)
    if found.state != AppealState.DRAFT.value:
        messages.warning(request, _("This appeal waits for no check."))
        return HttpResponseRedirect(reverse("victims:appeal", args=[found.pk]))
    reason_for(request, found.series.subject)
    return ask(
        request,
        found.series,
        CheckForm,
        lambda viewer, form: actions.check(viewer, form.reason, found, Check(form.cleaned_data["check"])),
        title=_("Check this appeal"),
        submit=_("I checked it"),
        to=reverse("victims:appeal", args=[found.pk]),
        text=_("You did not write it, and you do one check only. The second check makes it public at once."),
        template="victims/appeals/check.html",
        shown=presenting.words_context(found),
    )


@requires(Permission.SERIES_WORK)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withdraw an appeal at once."""
    found = found_or_404(request, id)
    return ask(
        request,
        found.series,
        PlainReasonForm,
        lambda viewer, form: actions.withdraw(viewer, form.reason, found),
        title=_("Withdraw this appeal"),
        submit=_("Withdraw"),
        danger=True,
        to=at(found.series, "appeals"),
        text=_("It is gone from the public page at once."),
    )
