"""Pages of subsets of lists: all of them, one of them, which entries it has, and who receives it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.releases.pages import choose, end_sight
from vaern.node.casework.retention.views import erase_view
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.lists.base.pages import about_list, at_subset
from vaern.node.lists.models import HashList, ListSubset
from vaern.node.lists.subsets import actions, presenters, queries
from vaern.node.lists.subsets.forms import NewSubsetForm, SubsetForm
from vaern.node.lists.subsets.presenters import about, as_of, counted_in_words
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import list_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@listed("lists:subsets", gettext_lazy("Subsets of hash lists"), Permission.HASHLIST_VIEW, kind=ListSubset.KIND)
def subsets_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the subsets that the viewer may see."""
    return presenters.subsets_table(viewer, queries.subsets(viewer, given))


@requires(Permission.HASHLIST_VIEW)
def subsets(request: HttpRequest) -> HttpResponse:
    """Show the subsets of lists that the viewer may see."""
    return list_page(
        request,
        title=_("Subsets of hash lists"),
        lead=_("Part of a list, for whom all of it is not covered by licence or legal basis."),
        table=subsets_table(request),
    )


@requires(Permission.HASHLIST_VIEW)
def subset(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one subset with its entries; asks for the reason once in a session."""
    return record_page(
        request,
        found_or_404(ListSubset, id),
        "lists/subset.html",
        read=partial(queries.opened, parameters=request.GET),
        show=presenters.page_context,
    )


@requires(Permission.HASHLIST_RELEASE)
def new(request: HttpRequest, id: UUID) -> HttpResponse:
    """Make a subset of a list."""
    found = own_or_404(HashList, id)
    terms = queries.terms_of(found)
    text = _(
        "An entry is in it that stands under one of the terms ticked, of each kind for which any is. What an entry "
        "does not say, the terms of the list say. Nobody receives it before you release it."
    )

    def do(form: Any) -> ListSubset:
        given = form.cleaned_data
        return actions.make(viewer_of(request), form.reason, found, given["name"], given["title"], form.selection)

    return decide(
        request,
        **about_list(found),
        title=_("New subset of %(list)s") % {"list": found.title},
        submit=_("Make the subset"),
        text=as_of(text, terms.at),
        form=partial(NewSubsetForm, own=found.stands, counted=terms.counted),
        do=do,
        then=at_subset,
        done=lambda made: counted_in_words(queries.as_counted(made)),
    )


@requires(Permission.HASHLIST_RELEASE)
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change which entries a subset has."""
    found = own_or_404(ListSubset, id)
    terms = queries.terms_of(found.list)
    text = _(
        "What leaves it is withdrawn from whoever receives it, and what enters it reaches them, both within a moment. "
        "What an entry does not say, the terms of the list say."
    )
    return decide(
        request,
        **about(found),
        title=_("Change which entries %(subset)s has") % {"subset": found.title},
        submit=_("Change"),
        text=as_of(text, terms.at),
        form=partial(SubsetForm, own=found.list.stands, counted=terms.counted, subset=found),
        do=lambda form: actions.change(
            viewer_of(request), form.reason, found, form.cleaned_data["title"], form.selection
        ),
        done=lambda made: counted_in_words(queries.as_counted(made)),
    )


@requires(Permission.HASHLIST_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let other organisations receive a subset."""
    viewer, found = viewer_of(request), own_or_404(ListSubset, id)
    return choose(
        request,
        found,
        **about(found),
        title=_("Release %(list)s") % {"list": found.title},
        submit=_("Release"),
        text=_("%(goes)s Recipients see these entries, and their programs are matched against no others of the list.")
        % {"goes": counted_in_words(queries.as_counted(found))},
        do=lambda form: actions.release(viewer, form.reason, found, form.receivers, form.terms),
        done=lambda made: (
            _("%(names)s receive it until %(day)s. Every recall of an entry of it reaches them.")
            % {"names": ", ".join(one.recipient.name for one in made), "day": date_format(made[0].expires_at)}
        ),
    )


@requires(Permission.HASHLIST_RELEASE)
def end_release(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End that an organisation receives a subset."""
    found, organisation = own_or_404(ListSubset, id), get_object_or_404(Organisation, pk=recipient)
    return end_sight(
        request,
        organisation,
        **about(found),
        do=lambda reason: actions.end_release(viewer_of(request), reason, found, recipient),
    )


erase = erase_view(
    Permission.HASHLIST_RELEASE,
    ListSubset,
    about,
    title=gettext_lazy("End this subset"),
    text=gettext_lazy(
        "It is removed from disk, and nobody is matched against it any more. Every recipient has to acknowledge. The "
        "list and its entries stay as they are."
    ),
    then="lists:subsets",
)
