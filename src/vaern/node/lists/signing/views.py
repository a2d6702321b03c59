"""Pages of signed releases: propose one, take the proposal to those who sign it, hand in what came back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.models import HashList
from vaern.node.lists.signing import actions
from vaern.node.lists.signing.forms import LARGEST, EveryForm, HandInForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest

    from vaern.node.lists.base.signed import Signed


@requires(Permission.HASHLIST_RELEASE)
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Propose a list as it is now as its next signed release."""
    found = own_or_404(HashList, id)
    return propose_page(request, found, about_list(found))


def propose_page(request: HttpRequest, found: Signed, about: Mapping[str, Any]) -> HttpResponse:
    """Ask whether a list or a subset shall be proposed as it is now; `about` as of `decide`."""
    return decide(
        request,
        **about,
        title=_("Propose a signed release of %(list)s") % {"list": found.title},
        submit=_("Propose"),
        text=_(
            "The list as it is now waits for signatures of organisations of several countries. A proposal that waited "
            "is replaced, and its signatures are gone."
        ),
        form=PlainReasonForm,
        do=lambda form: actions.propose(viewer_of(request), form.reason, found),
        done=_("The proposal is made. Download it, and have it signed: subscribers see nothing of it before."),
    )


@requires(Permission.HASHLIST_RELEASE)
def every(request: HttpRequest, id: UUID) -> HttpResponse:
    """Set how often a list proposes a signed release by itself."""
    found = own_or_404(HashList, id)
    return every_page(request, found, about_list(found))


def every_page(request: HttpRequest, found: Signed, about: Mapping[str, Any]) -> HttpResponse:
    """Ask how often a list or a subset proposes a release by itself; `about` as of `decide`."""
    return decide(
        request,
        **about,
        title=_("How often releases of %(list)s are proposed") % {"list": found.title},
        submit=_("Set"),
        text=_(
            "The node proposes the list when something changed in it since its last release. Its signers still sign, "
            "and a proposal that waits is never replaced by the node."
        ),
        form=partial(EveryForm, initial={"every": found.proposes}),
        do=lambda form: actions.set_every(viewer_of(request), form.reason, found, form.proposes),
        done=_("It is set."),
    )


@requires(Permission.HASHLIST_RELEASE)
def take_out(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hand out the proposal that waits, to be signed elsewhere."""
    found = own_or_404(HashList, id)
    return take_out_page(request, found, about_list(found))


def take_out_page(request: HttpRequest, found: Signed, about: Mapping[str, Any]) -> HttpResponse:
    """Hand out the proposal of a list or a subset that waits; `about` as of `decide`."""

    def do(form: Any) -> HttpResponse:
        name, data = actions.take_out(viewer_of(request), form.reason, found)
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(data, content_type="application/json", headers=headers)

    return decide(
        request,
        **about,
        title=_("Download the proposal of %(list)s") % {"list": found.title},
        submit=_("Download"),
        text=_("It holds checksums and nothing of the list. Each organisation signs it with a key of its own."),
        form=PlainReasonForm,
        do=do,
        done=None,
    )


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_RELEASE)
def hand_in(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the signatures of a proposal that came back."""
    found = own_or_404(HashList, id)
    return hand_in_page(request, found, about_list(found))


def hand_in_page(request: HttpRequest, found: Signed, about: Mapping[str, Any]) -> HttpResponse:
    """Take the signatures of a proposal of a list or a subset that came back; `about` as of `decide`."""
    return decide(
        request,
        **about,
        title=_("Hand in signatures for %(list)s") % {"list": found.title},
        submit=_("Hand in"),
        text=_(
            "When organisations of as many countries as must have signed, the release is announced to every subscriber."
        ),
        form=HandInForm,
        do=lambda form: actions.hand_in(viewer_of(request), form.reason, found, form.cleaned_data["file"].read()),
        done=lambda complete: (
            _("The release is complete and announced. Subscribers get it with their next fetch.")
            if complete
            else _("The signatures are taken. The release still waits for those of other countries.")
        ),
    )
