"""The page that asks *known?*, and the setting that says whether we are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.victims.sharing import actions, presenting, queries
from vaern.node.victims.sharing.forms import KnownForm, OpennessForm
from vaern.node.victims.sharing.known import KnownError, known
from vaern.node.victims.sheet.asking import viewer_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@requires(Permission.SERIES_VIEW)
def ask_known(request: HttpRequest) -> HttpResponse:
    """Ask whether somebody on this node knows some hashes."""
    viewer = viewer_of(request)
    form = KnownForm(request.POST or None)
    table = None
    if request.method == "POST" and form.is_valid():
        try:
            table = presenting.answers_table(known(viewer, form.reason, form.signals))
        except KnownError as error:
            form.add_error(None, str(error))
    context = {"form": form, "table": table, "named": queries.is_named(viewer)}
    return render(request, "victims/sharing/known.html", context, status=422 if form.errors else 200)


@requires(Permission.DESK_MANAGE)
def openness(request: HttpRequest) -> HttpResponse:
    """Decide whether others who ask are told that it is us."""
    viewer = viewer_of(request)
    form = OpennessForm(request.POST or None, initial={"named": queries.is_named(viewer)})
    if request.method == "POST" and form.is_valid():
        actions.set_openness(viewer, form.reason, named=form.cleaned_data["named"])
        messages.success(request, _("Done, and recorded."))
        return HttpResponseRedirect(reverse("victims:openness"))
    context = {
        "title": _("Are we named when others ask?"),
        "form": form,
        "submit": _("Save"),
        "text": _(
            "Others on this node may ask whether a hash is known. They are always told whether a child is identified "
            "or safe. Whether they are told that it is your organisation that knows, you decide."
        ),
    }
    return render(request, "web/confirm.html", context, status=422 if form.errors else 200)
