"""Pages about wishes for the desks that answer for them, and for those who take things down."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.casework.retention.views import erase_view
from vaern.node.casework.sheets import own_or_404, record_page
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.victims.models import Wish
from vaern.node.victims.wishes import actions, presenters, queries
from vaern.node.victims.wishes.forms import NoteForm
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@listed("victims:wishes", gettext_lazy("Wishes of survivors"), Permission.WISH_WORK, kind="wish")
def wishes_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the wishes of the viewer's organisation."""
    return presenters.list_table(queries.wishes(viewer, given))


@requires(Permission.WISH_WORK)
def wishes(request: HttpRequest) -> HttpResponse:
    """Show the wishes of one's organisation."""
    return list_page(
        request,
        title=_("Wishes of survivors"),
        lead=_(
            "Hashes that survivors made on their own devices. Nobody here knows who they are, and nobody asks; so "
            "nobody relies on them before a person has looked."
        ),
        buttons=[Button(_("The public page"), reverse("victims:wish-choose"))],
        table=wishes_table(request),
    )


@requires(Permission.REPORT_VIEW)
def found(request: HttpRequest) -> HttpResponse:
    """Show the reports that hold something whose removal a survivor wishes."""
    page = queries.first_in_line(viewer_of(request), request.GET)
    return list_page(
        request,
        title=_("First in line"),
        lead=_(
            "These reports hold what somebody asked to have removed, by its hash. An unverified one nobody has seen: "
            "look at it first. A confirmed one a person saw, or a list has it: it can be taken down."
        ),
        table=presenters.first_table(page),
    )


@requires(Permission.WISH_WORK)
def wish(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one wish; asks for the reason once in a session."""
    one = own_or_404(Wish, id)
    show = partial(presenters.wish_context, one)
    return record_page(request, one, "victims/wishes/wish.html", read=queries.consult, show=show)


@requires(Permission.WISH_WORK)
def note(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record the survivor's contact, and the series."""
    viewer, one = viewer_of(request), own_or_404(Wish, id)
    given = {"contact": queries.contact_of(one), "series": one.series.code if one.series else ""}

    def do(form: Any) -> object:
        return actions.note(viewer, form.reason, one, form.cleaned_data["contact"], form.cleaned_data["series"])

    return decide(
        request,
        **presenters.about(one),
        title=_("Who speaks with them?"),
        submit=_("Save"),
        text=_("The house that supports them knows who they are. Here stands only its own reference."),
        form=partial(NoteForm, initial=given),
        do=do,
        done=_noted,
    )


def _noted(wish: Wish) -> str:
    if wish.series is None:
        return _("Who speaks with the survivor of wish %(code)s is saved. Its hashes are watched for.") % {
            "code": wish.code
        }
    text = _("Wish %(code)s belongs to series %(series)s from now on, and who speaks with the survivor is saved.")
    return text % {"code": wish.code, "series": wish.series.code}


@requires(Permission.WISH_WORK)
def seen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Record that the contact was told, or that the wish was reviewed."""
    one = own_or_404(Wish, id)
    return decide(
        request,
        **presenters.about(one),
        title=_("Looked after"),
        submit=_("Looked after"),
        text=_("If they want to be told, their contact was told. Nothing is sent from here."),
        form=PlainReasonForm,
        do=lambda form: actions.seen(viewer_of(request), form.reason, one),
        done=_(
            "Wish %(code)s is looked after: what was found until now counts as told. It comes back with the next find."
        )
        % {"code": one.code},
    )


erase = erase_view(
    Permission.WISH_WORK,
    Wish,
    presenters.about,
    title=gettext_lazy("Erase this wish"),
    text=gettext_lazy("Its hashes are erased, nothing is watched for any more, and the code opens nothing."),
    then="victims:wishes",
)
