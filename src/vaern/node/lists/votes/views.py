"""The page on which an organisation votes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from vaern.node.lists.base.pages import about_entry, found_entry_or_404
from vaern.node.lists.rules.entries import EntryEvent, EntryState, after
from vaern.node.lists.votes import actions
from vaern.node.lists.votes.actions import Ballot
from vaern.node.lists.votes.forms import VoteForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_VOTE)
def vote(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Vote on an entry, before one sees how others voted."""
    entry = found_entry_or_404(id, number)

    def do(form: Any) -> object:
        given = form.cleaned_data
        ballot = Ballot(given["opinion"], given["view"], given["scheme"].strip(), given["classification"].strip())
        return actions.vote(viewer_of(request), form.reason, entry, ballot)

    return decide(
        request,
        **about_entry(entry),
        title=_("Vote on this entry"),
        submit=_("Vote"),
        text=_(
            "You see how others voted once you have voted. Yes and no are counted across countries; a class counts "
            "only beside classes of the same scheme."
        ),
        check=lambda: after(EntryState(entry.state), EntryEvent.VOTE),
        form=partial(VoteForm, scheme=entry.list.scheme),
        do=do,
        done=_("Your organisation has voted. The list is changed everywhere within a second; you can vote anew."),
    )
