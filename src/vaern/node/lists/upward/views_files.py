"""Pages of feedback to a source that takes none itself: download it, and say that it was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list, crumbs
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.upward import Shape
from vaern.node.lists.upward import handing, presenters, queries
from vaern.node.lists.upward.forms import TakeOutForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page
from vaern.node.web.lookups import or_404
from vaern.node.web.results import Result, Undo

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@requires(Permission.HASHLIST_WORK)
def files(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show which files were downloaded for the source of a list, and which it was given."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return list_page(
        request,
        title=_("Feedback to the source"),
        crumbs=crumbs(found),
        lead=_(
            "This source takes no opinions itself. Download what you found, send it, and say that you did: what was "
            "not sent is in the next file again."
        ),
        buttons=[
            Button(_("Download what it was not given"), reverse("lists:take-feedback", args=[id])),
            Button(_("Download the key that signs it"), reverse("lists:take-subscriber-key", args=[id])),
        ],
        table=presenters.files_table(queries.files(viewer, found, request.GET), found),
    )


@requires(Permission.HASHLIST_WORK)
def take_out(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand out what an organisation found and the source was not given."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)

    def do(form: Any) -> HttpResponse:
        name, data = handing.take_out(viewer, form.reason, found, Shape(form.cleaned_data["shape"]))
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        kind = "text/csv; charset=utf-8" if name.endswith(".csv") else "application/json"
        return HttpResponse(data, content_type=kind, headers=headers)

    return decide(
        request,
        **about_list(found) | {"back": presenters.at_feedback(found)},
        title=_("Download what the source was not given"),
        check=lambda: handing.check(found),
        submit=_("Download"),
        text=_(
            "The file names your organisation, and says of each entry that your own people viewed, or recalled because "
            "it is wrong, whether it belongs on the list. Words and pictures are not in it. Send it to whoever makes "
            "the list and to nobody else: it holds hashes. Then say here that it was sent."
        ),
        form=TakeOutForm,
        do=do,
        done=None,
    )


@requires(Permission.HASHLIST_WORK)
def give(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Say that the source was given a file."""
    found = own_or_404(HashList, id)
    file = or_404(queries.file_of(found, number))
    return decide(
        request,
        **about_list(found) | {"back": presenters.at_feedback(found)},
        title=_("Say that the source was given this file"),
        check=lambda: handing.check_marked(file, given=True),
        submit=_("It was sent"),
        text=_("What it says counts as told: later files have only what you find, or decide otherwise, after it."),
        form=PlainReasonForm,
        do=lambda form: handing.mark(viewer_of(request), form.reason, file, given=True),
        done=Result(
            _("It counts as given to the source."), Undo(reverse("lists:feedback-not-given", args=[id, number]))
        ),
    )


@requires(Permission.HASHLIST_WORK)
def not_given(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Take back that the source was given a file."""
    found = own_or_404(HashList, id)
    file = or_404(queries.file_of(found, number))
    return decide(
        request,
        **about_list(found) | {"back": presenters.at_feedback(found)},
        title=_("Say that this file was not sent"),
        check=lambda: handing.check_marked(file, given=False),
        submit=_("It was not sent"),
        text=_("What it says is in the next file again, as far as you still say so."),
        form=PlainReasonForm,
        do=lambda form: handing.mark(viewer_of(request), form.reason, file, given=False),
        done=Result(_("It counts as not given."), Undo(reverse("lists:feedback-given", args=[id, number]))),
    )
