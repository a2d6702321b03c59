"""Pages about lists: the list of them, one of them, its terms, and who receives it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vaern.node.casework.releases.pages import choose, end_sight
from vaern.node.casework.retention.views import erase_view, keep_view
from vaern.node.casework.sheets import found_or_404, own_or_404, record_page
from vaern.node.casework.workstations.views import to_table, to_workstation
from vaern.node.lists.base import acts
from vaern.node.lists.base.pages import about_list, at_list
from vaern.node.lists.curation import actions, presenters, queries, values
from vaern.node.lists.curation import workstation as workstations
from vaern.node.lists.curation.forms import EntryFilters, NewListForm, TermsForm
from vaern.node.lists.models import HashList
from vaern.node.lists.rules.lists import Holds, Purpose, Wishes, told
from vaern.node.organisations.access import requires
from vaern.node.organisations.listings import listed
from vaern.node.organisations.models import Organisation
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide
from vaern.node.web.lists import Button, list_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.web.tables import Table


@listed("lists:lists", gettext_lazy("Hash lists"), Permission.HASHLIST_VIEW, kind=HashList.KIND)
def lists_table(viewer: Viewer, given: Mapping[str, Any]) -> Table:
    """Return the hash lists that the viewer may see."""
    return presenters.lists_table(viewer, queries.lists(viewer, given))


@requires(Permission.HASHLIST_VIEW)
def lists(request: HttpRequest) -> HttpResponse:
    """Show the hash lists that the viewer may see."""
    viewer = viewer_of(request)
    new = Button(_("New list"), reverse("lists:new"), primary=True)
    return list_page(
        request,
        title=_("Hash lists"),
        lead=_("What is known, so that it is recognised without anybody looking."),
        buttons=[new] if viewer.may(Permission.HASHLIST_WORK) else [],
        table=lists_table(request),
    )


@requires(Permission.HASHLIST_VIEW)
def hash_list(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one list with its entries; asks for the reason once in a session.

    What a hash stands for cannot be read from it; a keyword or an address can, so these are looked for by POST and stay
    out of the browser's history.
    """
    found = found_or_404(HashList, id)
    search = queries.EntrySearch(**EntryFilters(request.GET).values)
    if told(Holds(found.holds)):
        search = replace(search, text=EntryFilters(request.POST).values["text"])
    return record_page(
        request,
        found,
        "lists/list.html",
        read=partial(queries.opened, search=search, parameters=request.GET),
        show=presenters.page_context,
    )


@requires(Permission.HASHLIST_WORK)
def new(request: HttpRequest) -> HttpResponse:
    """Make a list."""

    def do(form: Any) -> HashList:
        given = form.cleaned_data
        holds, purpose = Holds(given["holds"]), Purpose(given["purpose"])
        wishes = Wishes(given["wishes"]) if given["wishes"] else None
        return actions.make(viewer_of(request), form.reason, given["name"], holds, purpose, form.terms, wishes)

    here = reverse("lists:lists")
    return decide(
        request,
        title=_("New hash list"),
        subject=None,
        crumbs=[(_("Hash lists"), here)],
        back=here,
        submit=_("Make the list"),
        text=_("An empty list. What comes in is compared and shown to you before it counts."),
        form=NewListForm,
        do=do,
        then=at_list,
        done=lambda made: (
            _("The list is there. Wishes that a person confirmed come onto it within a moment.")
            if made.wishes
            else _("The list is there, and empty. Send a file, or add entries by hand.")
        ),
    )


@requires(Permission.HASHLIST_WORK)
def terms(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change under which terms a list is held and used."""
    found = own_or_404(HashList, id)
    names = list(actions.ListTerms.__dataclass_fields__)
    return decide(
        request,
        **about_list(found),
        title=_("Change the terms of %(list)s") % {"list": found.title},
        submit=_("Change"),
        text=_("Packages carry the new terms from their next release on."),
        form=partial(TermsForm, initial={name: getattr(found, name) for name in names}),
        do=lambda form: actions.change_terms(viewer_of(request), form.reason, found, form.terms),
        done=_("The terms are changed. The list on disk says them within a moment."),
    )


@requires(Permission.HASHLIST_RELEASE)
def release(request: HttpRequest, id: UUID) -> HttpResponse:
    """Let other organisations receive a list."""
    viewer, found = viewer_of(request), own_or_404(HashList, id)
    return choose(
        request,
        found,
        **about_list(found),
        title=_("Release %(list)s") % {"list": found.title},
        submit=_("Release"),
        text=_("Recipients see its entries, vote on them, and their programs may be matched against it."),
        do=lambda form: actions.release(viewer, form.reason, found, form.receivers, form.terms),
        done=lambda made: (
            _("%(names)s receive it until %(day)s. Every recall of an entry reaches them.")
            % {"names": ", ".join(one.recipient.name for one in made), "day": date_format(made[0].expires_at)}
        ),
    )


@requires(Permission.HASHLIST_RELEASE)
def end_release(request: HttpRequest, id: UUID, recipient: UUID) -> HttpResponse:
    """End that an organisation receives a list."""
    found, organisation = own_or_404(HashList, id), get_object_or_404(Organisation, pk=recipient)
    return end_sight(
        request,
        organisation,
        **about_list(found),
        do=lambda reason: actions.end_release(viewer_of(request), reason, found, recipient),
    )


@requires(Permission.HASHLIST_RELEASE)
def workstation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the entries of a list to a workstation, as VICS."""
    found = found_or_404(HashList, id)
    goods, about = workstations.goods(viewer_of(request), found), about_list(found)
    return to_workstation(request, found, goods, acts.EXPORTED, about, check=lambda: workstations.check(found))


@requires(Permission.HASHLIST_RELEASE)
def values_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Send the entries of a list with all that is said of them, as CSV."""
    viewer, found = viewer_of(request), found_or_404(HashList, id)
    return to_table(
        request,
        found,
        workstations.goods(viewer, found),
        about_list(found),
        name=found.name,
        text=_(
            "The file has every entry that is matched, with every kind of hash and all that is said of it, as “vaern "
            "lists export” writes it; of a keyword its digest. Another node reads it back as it is. Votes, and who "
            "viewed the file, are left out of entries on which your organisation has yet to vote. What leaves cannot "
            "be recalled by this node, and nobody records there who reads it: delete it when you are done."
        ),
        take_out=partial(values.take_out, viewer, found),
        check=lambda: values.check(viewer, found),
    )


keep = keep_view(
    Permission.HASHLIST_WORK,
    HashList,
    about_list,
    title=gettext_lazy("Keep this list longer"),
    text=gettext_lazy(
        "It is erased with its entries on its end date, unless somebody decides that it is still needed."
    ),
)

erase = erase_view(
    Permission.HASHLIST_ERASE,
    HashList,
    about_list,
    title=gettext_lazy("Erase this list"),
    text=gettext_lazy(
        "The list and its entries are erased, also on disk, and cannot be brought back. Nothing is matched against it "
        "any more, and every recipient has to acknowledge."
    ),
    then="lists:lists",
)
