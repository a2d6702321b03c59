"""The dialogue from the desk's side: unread messages, answers, and marking as read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vaern.node.casework.sheets import own_or_404
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.reports.base.pages import about, at
from vaern.node.reports.base.reasons import to_work
from vaern.node.reports.models import Report
from vaern.node.reports.public import actions, presenters, queries
from vaern.node.reports.public.forms import AnswerForm, MarkReadForm
from vaern.node.web.decisions import at_once, decide
from vaern.node.web.lists import LARGEST_ID, list_page, number
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.REPORT_VIEW)
def waiting(request: HttpRequest) -> HttpResponse:
    """List the reports with unread messages."""
    page = queries.waiting(viewer_of(request), request.GET)
    return list_page(request, title=_("Reporters wrote"), table=presenters.waiting_table(page))


@requires(Permission.REPORT_ASSESS)
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answer the reporter."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    initial = {"seen": queries.last_message(report)}
    return decide(
        request,
        **about(report),
        title=_("Answer the reporter"),
        submit=_("Answer"),
        text=_("They read it with the code of their receipt. Nobody knows who they are, so do not ask."),
        form=partial(AnswerForm, language=queries.language_of(report), initial=initial),
        do=lambda form: actions.answer(viewer, form.reason, report, form.text, form.cleaned_data["seen"]),
        done=_("The answer waits for whoever holds the receipt."),
    )


@requires(Permission.REPORT_ASSESS)
def mark_read(request: HttpRequest, id: UUID) -> HttpResponse:
    """Mark the reporter's messages as read without an answer."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    seen = number(request.GET.get("seen"), -1, most=LARGEST_ID)  # as the sheet showed it
    return decide(
        request,
        **about(report),
        title=_("Mark the reporter's words as read"),
        submit=_("They are read"),
        text=_("They wait for nobody any more. An answer marks them too."),
        form=partial(MarkReadForm, initial={"seen": queries.last_message(report) if seen < 0 else seen}),
        do=lambda form: actions.mark_read(viewer, form.reason, report, form.cleaned_data["seen"]),
        done=lambda marked: Result(
            _("The reporter's words on %(code)s are read, and wait for nobody any more.") % {"code": report.code},
            Undo(reverse("reports:words-unread", args=[report.pk]), {"message": marked}) if marked else None,
        ),
    )


@requires(Permission.REPORT_ASSESS)
@require_POST
def mark_unread(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let messages of the reporter wait again; the reason is the one given before, or to work on them."""
    viewer, report = viewer_of(request), own_or_404(Report, id)
    reason = to_work(request, report)
    ids = [number(one, 0, most=LARGEST_ID) for one in request.POST.getlist("message")]
    return at_once(
        request,
        lambda: actions.mark_unread(viewer, reason, report, ids),
        at(report),
        done=_("The reporter's words on %(code)s wait again.") % {"code": report.code},
    )
