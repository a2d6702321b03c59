"""Pages of every match ever made with an entry: for whoever answers an appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.reasons import reason_for
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.models import HashList
from vaern.node.lists.recalls import history, presenters_history
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Filters, Words

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


class Asked(Filters):
    """What an address asks about."""

    q = Words(longest=200)


@requires(Permission.HASHLIST_WORK)
def matches(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show every match ever made with an entry, or with those that have or had a hash."""
    found, viewer = own_or_404(HashList, id), viewer_of(request)
    answer = history.asked(viewer, found, reason_for(request, found), Asked(request.GET).values["text"])
    return render(request, "lists/matches.html", presenters_history.context(viewer, found, answer))


@requires(Permission.HASHLIST_RELEASE)
def take_out(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the matches out as a file."""
    found, text = own_or_404(HashList, id), Asked(request.GET).values["text"]
    back = f"{reverse('lists:matches', args=[id])}?{urlencode({'q': text})}"

    def do(form: Any) -> HttpResponse:
        answer = history.taken_out(viewer_of(request), found, form.reason, text)
        response = HttpResponse(presenters_history.as_csv(answer), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{found.name}-matches.csv"'
        return response

    return decide(
        request,
        **{**about_list(found), "back": back},
        title=_("Take out every match"),
        submit=_("Download"),
        text=_(
            "The file names the organisations that had a match, and of your own records the codes. Hand it to whoever "
            "appeals only as far as the law says."
        ),
        form=PlainReasonForm,
        do=do,
        done=None,
    )
