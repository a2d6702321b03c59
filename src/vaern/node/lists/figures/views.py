"""Pages of the error rates of one's own list, and the decision to publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.figures import actions, presenters, queries
from vaern.node.lists.models import HashList
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_WORK)
def figures(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show how often a list was wrong, by month."""
    found, viewer = own_or_404(HashList, id), viewer_of(request)
    months = queries.opened(viewer, found, reason_for(request, found))
    return render(request, "lists/figures.html", presenters.own_context(viewer, found, months))


@requires(Permission.HASHLIST_RELEASE)
def publish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Publish the error rates of a list."""
    found = own_or_404(HashList, id)
    return decide(
        request,
        **{**about_list(found), "back": reverse("lists:figures", args=[id])},
        title=_("Publish the error rates of %(list)s") % {"list": found.title},
        submit=_("Publish"),
        text=_(
            "Everybody may read the title of the list, who keeps it, and by month how many hits there were and how "
            "many were false; and by files the same of each entry, under an id that says nothing. Whoever causes many "
            "hits with one picture can see in the file how many others there were."
        ),
        check=lambda: actions.check(found, published=False),
        form=PlainReasonForm,
        do=lambda form: actions.publish(viewer_of(request), form.reason, found),
        done=_("The error rates are published. A month is added three days after its end."),
    )


@requires(Permission.HASHLIST_RELEASE)
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """End that the error rates of a list are published."""
    found = own_or_404(HashList, id)
    return decide(
        request,
        **{**about_list(found), "back": reverse("lists:figures", args=[id])},
        title=_("Publish the error rates of %(list)s no longer") % {"list": found.title},
        submit=_("Publish no longer"),
        text=_("The page and the files are gone for everybody. What others have copied stays with them."),
        check=lambda: actions.check(found, published=True),
        form=PlainReasonForm,
        do=lambda form: actions.withdraw(viewer_of(request), form.reason, found),
        done=_("The error rates are no longer published. They are counted as before."),
    )
