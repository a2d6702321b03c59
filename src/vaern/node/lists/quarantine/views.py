"""Pages of what the node set aside: what was answered with an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.casework.reasons import reason_for
from vaern.node.lists.base.pages import at_entry, crumbs, own_entry_or_404
from vaern.node.lists.quarantine import presenters, queries
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.lists import list_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_WORK)
def answers(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Show what programs were answered with an entry."""
    found, viewer = own_entry_or_404(id, number), viewer_of(request)
    page = queries.answers(viewer, found, reason_for(request, found.list), request.GET)
    return list_page(
        request,
        title=_("What was answered with it"),
        crumbs=[*crumbs(found.list), (found.ident[:24], at_entry(found))],
        lead=_(
            "Every match with this entry that a program was answered with. What each asked about, its own "
            "organisation sees. If you recall the entry, whoever heard of it is told."
        ),
        table=presenters.answers_table(page),
    )
