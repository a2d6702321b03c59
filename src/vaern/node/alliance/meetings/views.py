"""Pages of ministerial meetings: all, one, and what the secretariat does with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.alliance.meetings import actions, documents, labels, presenting, queries
from vaern.node.alliance.meetings.forms import FORMS, MeetingForm, MoveForm, PlanForm
from vaern.node.alliance.meetings.parts import PARTS, mark, mark_of_plan
from vaern.node.alliance.meetings.rules import CHANGED_MEANWHILE, MOVES, Event
from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.versions import ShownForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.forms import Form
    from django.http import HttpRequest

    from vaern.node.alliance.models import MinisterialMeeting


def meeting_or_404(request: HttpRequest, id: UUID) -> MinisterialMeeting:
    """Return a meeting."""
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def at(meeting: MinisterialMeeting, part: str = "") -> str:
    """Return the address of a meeting's page, or of a part of it."""
    return reverse("alliance:meeting", args=[meeting.pk]) + (f"#{part}" if part else "")


@requires(Permission.ALLIANCE_VIEW)
def meetings(request: HttpRequest) -> HttpResponse:
    """Show all of them."""
    viewer = viewer_of(request)
    page = queries.meetings(viewer, request.GET)
    return render(request, "alliance/meetings/meetings.html", presenting.list_context(viewer, page))


@requires(Permission.ALLIANCE_VIEW)
def meeting(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one."""
    found = meeting_or_404(request, id)
    return render(request, "alliance/meetings/meeting.html", presenting.sheet_context(viewer_of(request), found))


@requires(Permission.ALLIANCE_VIEW)
def minutes(request: HttpRequest, id: UUID, version: int, language: str) -> HttpResponse:
    """Give out minutes as PDF: an approved version, or, as version 0, what they say now, marked as a draft."""
    found = meeting_or_404(request, id)
    paper = documents.minutes(found, version, language) if language in documents.LANGUAGES else None
    if paper is None:
        raise Http404
    response = HttpResponse(paper, content_type="application/pdf")
    name = f"minutes-{found.first_day}-{version or 'draft'}-{language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Permission.ALLIANCE_MANAGE)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = actions.plan(viewer_of(request), **form.values)
        return HttpResponseRedirect(at(found))
    return _form(request, form, _("Plan a meeting"), _("Plan it"), reverse("alliance:meetings"))


@requires(Permission.ALLIANCE_MANAGE)
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change name, place or days."""
    found = meeting_or_404(request, id)
    given = {name: getattr(found, name) for name in ("name", "place", "host", "first_day", "last_day")}
    form = MeetingForm(request.POST or None, initial={**given, "shown": mark_of_plan(found)})
    return _ask(
        request,
        found,
        form,
        lambda: actions.change(viewer_of(request), found, **form.values, shown=form.cleaned_data["shown"]),
        _("Change the meeting"),
        shown=lambda: mark_of_plan(meeting_or_404(request, id)),
    )


@requires(Permission.ALLIANCE_MANAGE)
def move(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Let a meeting go on."""
    found = meeting_or_404(request, id)
    if event not in {one.value for one in MOVES}:
        raise Http404
    what = Event(event)
    read = queries.mark_of_minutes(found) if what is Event.APPROVE else ""
    form = MoveForm(request.POST or None, initial={"shown": request.GET.get("read", read)})
    submit, title, text = labels.MOVES[what]
    return _ask(
        request,
        found,
        form,
        lambda: actions.move(viewer_of(request), form.reason, found, what, form.cleaned_data["shown"]),
        title,
        submit=submit,
        text=text,
        danger=what in labels.DANGER,
        shown=lambda: read,
    )


@requires(Permission.ALLIANCE_MANAGE)
def add(request: HttpRequest, id: UUID, part: str) -> HttpResponse:
    """Add a row to a part of a meeting."""
    found = meeting_or_404(request, id)
    if part not in PARTS or not PARTS[part].grows:
        raise Http404
    form = FORMS[part](request.POST or None, meeting=found)
    return _ask(
        request,
        found,
        form,
        lambda: actions.put(viewer_of(request), found, part, form.values),
        labels.PARTS[part][1],
        part=part,
    )


@requires(Permission.ALLIANCE_MANAGE)
def edit(request: HttpRequest, id: UUID, part: str, row: int) -> HttpResponse:
    """Change a row."""
    found = meeting_or_404(request, id)
    one = _row_or_404(found, part, row)
    given = {field.name: getattr(one, field.name) for field in one._meta.fields}
    if part == "decisions":
        given["effects"] = list(one.effects.all())
    form = FORMS[part](request.POST or None, meeting=found, initial={**given, "shown": mark(part, one)})
    return _ask(
        request,
        found,
        form,
        lambda: actions.put(viewer_of(request), found, part, form.values, one, form.cleaned_data["shown"]),
        labels.PARTS[part][2],
        part=part,
        shown=lambda: mark(part, _row_or_404(found, part, row)),
    )


@requires(Permission.ALLIANCE_MANAGE)
def remove(request: HttpRequest, id: UUID, part: str, row: int) -> HttpResponse:
    """Remove a row."""
    found = meeting_or_404(request, id)
    one = _row_or_404(found, part, row)
    if not PARTS[part].grows:
        raise Http404
    return _ask(
        request,
        found,
        None,
        lambda: actions.remove(viewer_of(request), found, part, one),
        _("Remove it?"),
        submit=_("Remove"),
        text=presenting.named(one),
        danger=True,
        part=part,
    )


def _row_or_404(meeting: MinisterialMeeting, part: str, row: int) -> Any:
    found = PARTS[part].model.objects.filter(meeting=meeting, pk=row).first() if part in PARTS else None
    if found is None:
        raise Http404
    return found


def _ask(
    request: HttpRequest,
    meeting: MinisterialMeeting,
    form: Form | None,
    do: Callable[[], object],
    title: Any,
    *,
    submit: Any = "",
    text: Any = "",
    danger: bool = False,
    part: str = "",
    shown: Callable[[], str] | None = None,
) -> HttpResponse:
    """Show a form, and do it when it was filled in; then go back to the meeting.

    Where somebody else changed it meanwhile, the form keeps what was typed, and is saved by the second try.
    """
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            do()
        except Refusal as refused:
            refusal = str(labels.PROBLEMS.get(str(refused), refused))
            if isinstance(form, ShownForm) and shown is not None and refused.code == CHANGED_MEANWHILE:
                form.show(shown())
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(at(meeting, part))
    if refusal:
        messages.error(request, refusal)
    back = at(meeting, part)
    return _form(
        request,
        form,
        title,
        submit or _("Save"),
        back,
        text,
        danger=danger,
        refused=bool(refusal),
        subject=presenting.subject(meeting),
    )


def _form(
    request: HttpRequest,
    form: Form | None,
    title: Any,
    submit: Any,
    back: str,
    text: Any = "",
    *,
    danger: bool = False,
    refused: bool = False,
    subject: object = None,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "text": text,
        "danger": danger,
        "subject": subject,
    }
    return render(request, "web/confirm.html", context, status=422 if refused or (form and form.errors) else 200)
