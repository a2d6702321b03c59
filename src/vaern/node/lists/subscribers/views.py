"""Pages of the subscribers of a list, or of a subset: enrol one, hand in what they acknowledged, expect it no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.models import HashList
from vaern.node.lists.subscribers import actions
from vaern.node.lists.subscribers.forms import LARGEST, EnrolForm, HandInForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.lists.base.signed import Signed


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_RELEASE)
def enrol(request: HttpRequest, id: UUID) -> HttpResponse:
    """Have a subscriber among those who are to acknowledge the releases of a list."""
    found = own_or_404(HashList, id)
    return enrol_page(request, found, about_list(found))


def enrol_page(request: HttpRequest, found: Signed, about: Mapping[str, Any]) -> HttpResponse:
    """Ask for the key of a subscriber of a list, or of a subset; `about` as of `decide`."""
    viewer = viewer_of(request)
    return decide(
        request,
        **about,
        title=_("Enrol a subscriber of %(list)s") % {"list": found.title},
        submit=_("Enrol"),
        text=_(
            "Whoever is enrolled is named here until they acknowledge the newest release, and a week after it on the "
            "front page. Their key opens nothing, and gives them nothing of the list."
        ),
        form=EnrolForm,
        do=lambda form: actions.enrol(
            viewer, form.reason, found, form.cleaned_data["file"].read(), form.cleaned_data["heard"]
        ),
        done=lambda key: _("%(who)s is enrolled.") % {"who": actions.called(key)},
    )


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_RELEASE)
def hand_in(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take acknowledgements that subscribers sent."""
    found = own_or_404(HashList, id)
    return hand_in_page(request, found, about_list(found))


def hand_in_page(request: HttpRequest, found: Signed, about: Mapping[str, Any]) -> HttpResponse:
    """Take acknowledgements of a list, or of a subset, that came; `about` as of `decide`."""
    viewer = viewer_of(request)
    return decide(
        request,
        **about,
        title=_("Hand in acknowledgements of %(list)s") % {"list": found.title},
        submit=_("Hand in"),
        text=_(
            "An acknowledgement stands for all recalls up to its release. Of a subscriber the newest release counts, "
            "in whatever order the files come."
        ),
        form=HandInForm,
        do=lambda form: actions.hand_in(
            viewer, form.reason, found, [(str(one.name), one.read()) for one in form.cleaned_data["sent"]]
        ),
        done=lambda count: (
            ngettext("%(n)s acknowledgement is taken.", "%(n)s acknowledgements are taken.", count) % {"n": count}
        ),
    )


@requires(Permission.HASHLIST_RELEASE)
def end(request: HttpRequest, id: UUID, key: str) -> HttpResponse:
    """End that a subscriber is expected to acknowledge."""
    found = own_or_404(HashList, id)
    return end_page(request, found, about_list(found), key)


def end_page(request: HttpRequest, found: Signed, about: Mapping[str, Any], key: str) -> HttpResponse:
    """Ask whether a subscriber of a list, or of a subset, is expected no more; `about` as of `decide`."""
    viewer = viewer_of(request)
    return decide(
        request,
        **about,
        title=_("Expect no acknowledgement any more"),
        submit=_("End it"),
        text=_("The subscriber is not named any more, also where they still use an old release. The ledger has it."),
        form=PlainReasonForm,
        do=lambda form: actions.end(viewer, form.reason, found, key),
        done=lambda gone: _("%(who)s is no subscriber any more.") % {"who": actions.called(gone)},
    )
