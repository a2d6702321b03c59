"""Pages of feedback to a source: choose what it is told, and see what it answered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.base.refusals import Refusal
from vaern.node.casework.sheets import own_or_404
from vaern.node.lists.base.pages import about_list, at_list, crumbs
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.upward import actions, presenters, queries
from vaern.node.lists.upward.forms import TellForm, ToldFilters
from vaern.node.lists.upward.reasons import reasons_for
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_WORK)
def tell_source(request: HttpRequest, id: UUID) -> HttpResponse:
    """Choose what the source of a list is told."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    try:
        source = actions.source_to_tell(found)
        offered = queries.found(found, SourceKind(source.kind))
        denied = {kind for one in offered if one.opinion == "negative" for kind in one.kinds}
        known = reasons_for(source, denied)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return HttpResponseRedirect(at_list(found))
    if not offered:
        messages.info(request, _("The source knows all that you found. Vote on an entry, or recall one, first."))
        return HttpResponseRedirect(presenters.at_told(found))
    return decide(
        request,
        **about_list(found) | {"back": presenters.at_told(found)},
        title=_("Tell the source what you found"),
        submit=_("Send it"),
        text=_(
            "The source, and through it its other members, hear what your organisation says of an entry, under its "
            "name. Words and pictures are not sent. Only what your own people viewed, or recalled, is offered."
        ),
        form=partial(TellForm, offered, known),
        do=lambda form: actions.tell(viewer, form.reason, found, form.telling),
        done=lambda n: (
            ngettext(
                "%(n)s opinion is on its way. This page says what the source answers.",
                "%(n)s opinions are on their way. This page says what the source answers.",
                n,
            )
            % {"n": n}
        ),
    )


@requires(Permission.HASHLIST_WORK)
def source_told(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what the source of a list was told."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    state = ToldFilters(request.GET).values["state"]
    return list_page(
        request,
        title=_("What the source was told"),
        crumbs=crumbs(found),
        lead=_("Each opinion is sent until the source takes or refuses it, and then never again."),
        buttons=[Button(_("Tell the source what you found"), presenters.at_telling(found))],
        table=presenters.told_table(queries.told(viewer, found, state, request.GET), state),
    )
