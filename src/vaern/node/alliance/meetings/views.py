"""Pages of ministerial meetings: all, one, and what the secretariat does with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.alliance.base.words import worded
from vaern.node.alliance.meetings import actions, documents, labels, presenters, queries
from vaern.node.alliance.meetings.forms import FORMS, MeetingForm, MoveForm, PlanForm
from vaern.node.alliance.meetings.parts import PARTS, mark, mark_of_plan
from vaern.node.alliance.rules.meetings import MOVES, Event
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button as ItemButton
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.alliance.models import MinisterialMeeting


def at(meeting: MinisterialMeeting, part: str = "") -> str:
    """Return the address of a meeting's page, or of a part of it."""
    return reverse("alliance:meeting", args=[meeting.pk]) + (f"#{part}" if part else "")


@requires(Permission.ALLIANCE_VIEW)
def meetings(request: HttpRequest) -> HttpResponse:
    """Show all of them."""
    viewer = viewer_of(request)
    page = queries.meetings(viewer, request.GET)
    plan = Button(_("Plan a meeting"), reverse("alliance:plan-meeting"), primary=True)
    return list_page(
        request,
        title=_("Ministerial meetings"),
        lead=_(
            "What the ministers met about, who came, and what they decided. Approved minutes are never changed: a "
            "correction is a further version."
        ),
        buttons=[plan] if viewer.may(Permission.ALLIANCE_MANAGE) else [],
        table=presenters.meetings_table(page),
    )


@requires(Permission.ALLIANCE_VIEW)
def meeting(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one."""
    found = or_404(queries.find(viewer_of(request), id))
    return render(request, "alliance/meetings/meeting.html", presenters.sheet_context(viewer_of(request), found))


@requires(Permission.ALLIANCE_VIEW)
def minutes(request: HttpRequest, id: UUID, version: int, language: str) -> HttpResponse:
    """Give out minutes as PDF: an approved version, or, as version 0, what they say now, marked as a draft."""
    found = or_404(queries.find(viewer_of(request), id))
    paper = or_404(documents.minutes(found, version, language) if language in documents.LANGUAGES else None)
    response = HttpResponse(paper, content_type="application/pdf")
    name = f"minutes-{found.first_day}-{version or 'draft'}-{language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Permission.ALLIANCE_MANAGE)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    back = reverse("alliance:meetings")
    return decide(
        request,
        title=_("Plan a meeting"),
        subject=None,
        crumbs=[(_("Ministerial meetings"), back)],
        back=back,
        submit=_("Plan it"),
        form=PlanForm,
        do=lambda form: actions.plan(viewer_of(request), **form.values),
        then=at,
        done=lambda made: Result(
            _("%(meeting)s is planned, and everybody who signs in sees it. Next: complete the agenda, and convene it.")
            % {"meeting": worded(made.name)},
            then=ItemButton(labels.PARTS["agenda"][1], reverse("alliance:add-to-meeting", args=[made.pk, "agenda"])),
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change name, place or days."""
    found = or_404(queries.find(viewer_of(request), id))
    given = {name: getattr(found, name) for name in ("name", "place", "host", "first_day", "last_day")}

    def now() -> tuple[str, object]:
        current = or_404(queries.find(viewer_of(request), id))
        return mark_of_plan(current), presenters.subject(current)

    return decide(
        request,
        **presenters.about(found),
        title=_("Change the meeting"),
        submit=_("Save"),
        form=partial(MeetingForm, initial=given),
        do=lambda form, seen: actions.change(viewer_of(request), found, **form.values, shown=seen),
        version=mark_of_plan(found),
        now=now,
        done=lambda made: (
            _("%(meeting)s is changed: everybody who signs in reads its name, place and days so.")
            % {"meeting": worded(made.name)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
def move(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Take a step of a meeting."""
    found = or_404(queries.find(viewer_of(request), id))
    if event not in {one.value for one in MOVES}:
        raise Http404
    what = Event(event)
    read = queries.mark_of_minutes(found) if what is Event.APPROVE else None
    version = read and request.GET.get("read", read)
    submit, title, text = labels.MOVES[what]
    return decide(
        request,
        **presenters.about(found),
        title=title,
        submit=submit,
        text=text,
        danger=what in labels.DANGER,
        form=MoveForm,
        do=lambda form, seen="": actions.move(viewer_of(request), form.reason, found, what, seen),
        version=version,
        now=lambda: (read, presenters.subject(found)),
        done=labels.MOVED[what] % {"meeting": worded(found.name)},
    )


@requires(Permission.ALLIANCE_MANAGE)
def add(request: HttpRequest, id: UUID, part: str) -> HttpResponse:
    """Add a row to a part of a meeting."""
    found = or_404(queries.find(viewer_of(request), id))
    if part not in PARTS or not PARTS[part].grows:
        raise Http404
    return decide(
        request,
        **presenters.about(found, part),
        title=labels.PARTS[part][1],
        submit=_("Save"),
        form=partial(FORMS[part], meeting=found),
        do=lambda form: actions.put(viewer_of(request), found, part, form.values),
        done=lambda row: Result(
            _("It stands under %(part)s now: %(row)s") % {"part": labels.PARTS[part][0], "row": presenters.named(row)},
            Undo(reverse("alliance:remove-from-meeting", args=[found.pk, part, row.pk])),
            ItemButton(labels.PARTS[part][1], reverse("alliance:add-to-meeting", args=[found.pk, part])),
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
def edit(request: HttpRequest, id: UUID, part: str, row: int) -> HttpResponse:
    """Change a row."""
    found = or_404(queries.find(viewer_of(request), id))
    one = or_404(queries.row_of(found, part, row))
    given = {field.name: getattr(one, field.name) for field in one._meta.fields}
    if part == "decisions":
        given["effects"] = list(one.effects.all())

    def now() -> tuple[str, object]:
        current = or_404(queries.row_of(found, part, row))
        return mark(part, current), presenters.named(current)

    return decide(
        request,
        **presenters.about(found, part),
        title=labels.PARTS[part][2],
        submit=_("Save"),
        form=partial(FORMS[part], meeting=found, initial=given),
        do=lambda form, seen: actions.put(viewer_of(request), found, part, form.values, one, seen),
        version=mark(part, one),
        now=now,
        done=lambda row: (
            _("Changed under %(part)s. It says now: %(row)s")
            % {"part": labels.PARTS[part][0], "row": presenters.named(row)}
        ),
    )


@requires(Permission.ALLIANCE_MANAGE)
def remove(request: HttpRequest, id: UUID, part: str, row: int) -> HttpResponse:
    """Remove a row."""
    found = or_404(queries.find(viewer_of(request), id))
    one = or_404(queries.row_of(found, part, row))
    if not PARTS[part].grows:
        raise Http404
    return decide(
        request,
        **presenters.about(found, part),
        title=_("Remove it?"),
        submit=_("Remove"),
        danger=True,
        text=presenters.named(one),
        do=lambda _form: actions.remove(viewer_of(request), found, part, one),
        done=_("Removed from %(part)s: %(row)s") % {"part": labels.PARTS[part][0], "row": presenters.named(one)},
    )
