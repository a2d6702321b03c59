"""Pages about registrations, for a press officer: one, verify, accept, refuse, take up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Refusal
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.press.journalists import deciding, presenting, queries
from vaern.node.press.journalists.forms import AcceptForm, CheckForm, RefuseForm
from vaern.node.press.rules import Checked, How
from vaern.node.web.versions import mark_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django import forms
    from django.http import HttpRequest

    from vaern.node.press.models import Registration


@requires(Permission.PRESS_MANAGE)
def registration(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one registration, and what can be done about it."""
    viewer, found = viewer_of(request), _found_or_404(request, id)
    context = presenting.registration_context(viewer, found, queries.read(viewer, found))
    return render(request, "press/journalists/registration.html", context)


@requires(Permission.PRESS_MANAGE)
def check(request: HttpRequest, id: UUID) -> HttpResponse:
    """Note that the medium or the card was verified."""
    found = _found_or_404(request, id)

    def do(given: dict[str, Any]) -> object:
        return deciding.check(
            viewer_of(request), found, Checked(given["what"]), How(given["how"]), good=given["good"] == "yes"
        )

    return _ask(
        request,
        found,
        CheckForm(request.POST or None),
        do,
        title=_("Verify medium or card"),
        submit=_("Note it"),
        text=_("Only accredited journalists come. Verify the medium and the card, each by itself."),
    )


@requires(Permission.PRESS_MANAGE)
def accept(request: HttpRequest, id: UUID) -> HttpResponse:
    """Accredit somebody."""
    found = _found_or_404(request, id)
    return _ask(
        request,
        found,
        AcceptForm(request.POST or None),
        lambda given: deciding.accept(viewer_of(request), found, given["words"]),
        title=_("Accredit"),
        submit=_("Accredit"),
        text=_("They get a mail with the link to their badge. If all places are taken, they are on the waiting list."),
    )


@requires(Permission.PRESS_MANAGE)
def refuse(request: HttpRequest, id: UUID) -> HttpResponse:
    """Refuse somebody, with a reason."""
    found = _found_or_404(request, id)
    return _ask(
        request,
        found,
        RefuseForm(request.POST or None, initial={"shown": mark_of(found.state)}),
        lambda given: deciding.refuse(viewer_of(request), found, given["words"], given["shown"]),
        title=_("Refuse accreditation"),
        submit=_("Refuse accreditation"),
        danger=True,
        text=_("They get a mail with your reason. A badge that they have is void at once."),
    )


@requires(Permission.PRESS_MANAGE)
def reconsider(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take up a refused registration again."""
    found = _found_or_404(request, id)
    return _ask(
        request,
        found,
        None,
        lambda _given: deciding.reconsider(viewer_of(request), found),
        title=_("Take up again"),
        submit=_("Take up again"),
        text=_("It waits for a decision as before."),
    )


def _found_or_404(request: HttpRequest, id: UUID) -> Registration:
    found = queries.find(viewer_of(request), id)
    if found is None:
        raise Http404
    return found


def _ask(
    request: HttpRequest,
    found: Registration,
    form: forms.Form | None,
    do: Callable[[dict[str, Any]], object],
    *,
    title: str,
    submit: str,
    text: str,
    danger: bool = False,
) -> HttpResponse:
    back = reverse("press:registration", args=[found.pk])
    failed = False
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            do(form.cleaned_data if form else {})
        except Refusal as refused:
            failed = True
            if form is None:
                messages.warning(request, str(refused))
                return HttpResponseRedirect(back)
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Done, and recorded."))
            return HttpResponseRedirect(back)
    context = {
        "title": title,
        "text": text,
        "form": form,
        "submit": submit,
        "danger": danger,
        "back": back,
        "subject": presenting.subject(viewer_of(request), found),
    }
    status = 422 if failed or (form and form.errors) else 200
    return render(request, "web/confirm.html", context, status=status)
