"""The dialogue, from the desk's side: whose words wait, the answer, and marking them as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.desk.queries import find
from vaern.node.reports.desk.subjects import about
from vaern.node.reports.public import actions, presenting, queries
from vaern.node.reports.public.forms import AnswerForm, MarkReadForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.reports.models import Report


@requires(Permission.REPORT_VIEW)
def waiting(request: HttpRequest) -> HttpResponse:
    """Show the reports whose reporter wrote what nobody has read."""
    page = queries.waiting(viewer_of(request), request.GET)
    return render(request, "reports/public/waiting.html", {"table": presenting.waiting_table(page)})


@requires(Permission.REPORT_ASSESS)
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answer the reporter."""
    viewer, report = viewer_of(request), _own_or_404(request, id)
    initial = {"seen": queries.last_message(report)}
    form = AnswerForm(request.POST or None, language=queries.language_of(report), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer(viewer, form.reason, report, form.text, form.cleaned_data["seen"])
        except (actions.DialogueError, Refusal) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The answer waits for whoever holds the receipt."))
            return HttpResponseRedirect(_at(report))
    context = {
        **about(report),
        "title": _("Answer the reporter"),
        "form": form,
        "submit": _("Answer"),
        "back": _at(report),
        "text": _("They read it with the code of their receipt. Nobody knows who they are, so do not ask."),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


@requires(Permission.REPORT_ASSESS)
def mark_read(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that what the reporter wrote was read, and needs no answer."""
    report = _own_or_404(request, id)
    seen = request.GET.get("seen", "")  # as the sheet showed it
    known = seen.isascii() and seen.isdigit()
    form = MarkReadForm(request.POST or None, initial={"seen": seen if known else queries.last_message(report)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark_read(viewer_of(request), form.reason, report, form.cleaned_data["seen"])
        except Refusal as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(_at(report))
    context = {
        **about(report),
        "title": _("Mark the reporter's words as read"),
        "form": form,
        "submit": _("They are read"),
        "back": _at(report),
        "text": _("They wait for nobody any more. An answer marks them too."),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)


def _own_or_404(request: HttpRequest, id: UUID) -> Report:
    found = find(viewer_of(request), id)
    if found is None or found.organisation_id != viewer_of(request).organisation.id:
        raise Http404
    return found


def _at(report: Report) -> str:
    return reverse("reports:report", args=[report.pk])
