"""Pages of a subscriber: the key by which its publisher knows it, and what says which release is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.models import HashList
from vaern.node.lists.sources import acknowledging
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


def _file(name: str, data: bytes) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="application/json", headers=headers)


@requires(Permission.HASHLIST_WORK)
def take_key(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand out the public key by which a publisher knows who acknowledges."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)

    def do(form: Any) -> HttpResponse:
        return _file(*acknowledging.take_key(viewer, form.reason, found))

    return decide(
        request,
        **about_list(found),
        title=_("Download the key for the source of %(list)s") % {"list": found.title},
        submit=_("Download"),
        text=_(
            "It signs acknowledgements of releases, and files of feedback. Send it to whoever makes the list, and read "
            "them the id of the key, which is in the file: by it they enrol you. It opens nothing, and is the same for "
            "all lists of your organisation."
        ),
        form=PlainReasonForm,
        do=do,
        done=None,
    )


@requires(Permission.HASHLIST_WORK)
def take_acknowledgement(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand out what says, signed, which release of a list is used here."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)

    def do(form: Any) -> HttpResponse:
        return _file(*acknowledging.take_acknowledgement(viewer, form.reason, found))

    return decide(
        request,
        **about_list(found),
        title=_("Download the acknowledgement of %(list)s") % {"list": found.title},
        submit=_("Download"),
        text=_(
            "Send it to the publisher, who hands it in. It says which release is matched against here, and stands for "
            "all recalls up to it. Nothing of the list is in it."
        ),
        form=PlainReasonForm,
        do=do,
        done=None,
    )
