"""Pages about registrations, for press officers: show, verify, accept, refuse, reconsider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.press.base import labels
from vaern.node.press.journalists import decisions, presenters, queries
from vaern.node.press.journalists.forms import AcceptForm, CheckForm, RefuseForm
from vaern.node.press.rules.states import Checked, How, State
from vaern.node.web.decisions import decide
from vaern.node.web.items import Button
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.press.models import Registration, Verification


@requires(Permission.PRESS_MANAGE)
def registration(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one registration, and what can be done about it."""
    viewer, found = viewer_of(request), _found_or_404(request, id)
    context = presenters.registration_context(viewer, found, queries.read(viewer, found))
    return render(request, "press/journalists/registration.html", context)


@requires(Permission.PRESS_MANAGE)
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Note that the medium or the card was verified."""
    viewer, found = viewer_of(request), _found_or_404(request, id)

    def do(form: Any) -> object:
        given = form.cleaned_data
        return decisions.check(viewer, found, Checked(given["what"]), How(given["how"]), good=given["good"] == "yes")

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Verify medium or card"),
        submit=_("Note it"),
        text=_("Only accredited journalists come. Verify the medium and the card, each by itself."),
        form=CheckForm,
        do=do,
        done=lambda made: _checked(found, made),
    )


def _checked(registration: Registration, made: Verification) -> Result:
    """Say what was verified, and what is left before somebody can be accredited."""
    what = {"check": labels.CHECKED[Checked(made.what)]}
    if not made.good:
        return Result(_("Recorded as not verified: “%(check)s”. They cannot be accredited like this.") % what)
    if decisions.checked(registration) == frozenset(Checked):
        to = Button(_("Accredit"), reverse("press:accept", args=[registration.pk]))
        return Result(_("Verified: “%(check)s”. Medium and card are both verified now.") % what, then=to)
    to = Button(_("Verify the other"), reverse("press:check", args=[registration.pk]))
    return Result(_("Verified: “%(check)s”. The other check is left before they can be accredited.") % what, then=to)


@requires(Permission.PRESS_MANAGE)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Accredit a journalist."""
    viewer, found = viewer_of(request), _found_or_404(request, id)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Accredit"),
        submit=_("Accredit"),
        text=_("They get a mail with the link to their badge. If all places are taken, they are on the waiting list."),
        form=AcceptForm,
        do=lambda form: decisions.accept(viewer, found, form.cleaned_data["words"]),
        done=lambda made: (
            (
                _("They are accredited for %(event)s, and have a mail with the link to their badge.")
                if made.state == State.ACCEPTED.value
                else _("All places of %(event)s are taken: they are on the waiting list, and have a mail that says so.")
            )
            % {"event": found.event.title}
        ),
    )


@requires(Permission.PRESS_MANAGE)
def refuse(request: HttpRequest, id: UUID) -> HttpResponse:
    """Refuse a journalist, with a reason."""
    viewer, found = viewer_of(request), _found_or_404(request, id)
    version = mark_of(found.state)

    def now() -> tuple[str, object]:
        current = _found_or_404(request, id)
        return mark_of(current.state), labels.state(current.state)

    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Refuse accreditation"),
        submit=_("Refuse accreditation"),
        danger=True,
        text=_("They get a mail with your reason. A badge that they have is void at once."),
        form=RefuseForm,
        do=lambda form, seen: decisions.refuse(viewer, found, form.cleaned_data["words"], seen),
        version=version,
        now=now,
        done=_("They are refused, and have a mail with your reason. A badge that they had opens nothing any more."),
    )


@requires(Permission.PRESS_MANAGE)
def reconsider(request: HttpRequest, id: UUID) -> HttpResponse:
    """Reopen a refused registration."""
    viewer, found = viewer_of(request), _found_or_404(request, id)
    return decide(
        request,
        **presenters.about(viewer, found),
        title=_("Take up again"),
        submit=_("Take up again"),
        text=_("It waits for a decision as before."),
        do=lambda _form: decisions.reconsider(viewer, found),
        done=_("The registration waits for a decision again. They get a mail when you decide, and none now."),
    )


def _found_or_404(request: HttpRequest, id: UUID) -> Registration:
    return or_404(queries.find(viewer_of(request), id))
