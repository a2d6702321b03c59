"""Pages on which whoever keeps a list says which class an entry has."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from vaern.node.casework.forms import PlainReasonForm
from vaern.node.lists.base.pages import about_entry, own_entry_or_404
from vaern.node.lists.curation import classes
from vaern.node.lists.curation.forms import ClassForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.decisions import decide

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@requires(Permission.HASHLIST_WORK)
def correct(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Correct the class of an entry."""
    found = own_entry_or_404(id, number)
    return decide(
        request,
        **about_entry(found),
        title=_("Correct the class of this entry"),
        submit=_("Correct the class"),
        text=_("It is so everywhere within a second. Votes stay as they are; those for another class ask for nobody."),
        check=lambda: classes.check_class(found),
        form=partial(ClassForm, classification=found.classification, scheme=found.scheme or found.list.scheme),
        do=lambda form: classes.correct_class(
            viewer_of(request), form.reason, found, form.cleaned_data["classification"].strip()
        ),
        done=_("Its class is corrected, everywhere within a second."),
    )


@requires(Permission.HASHLIST_WORK)
def stays(request: HttpRequest, id: UUID, number: int) -> HttpResponse:
    """Say that the class of an entry stays, though votes give it another."""
    found = own_entry_or_404(id, number)
    return decide(
        request,
        **about_entry(found),
        title=_("The class stays"),
        submit=_("It stays"),
        text=_("The votes stay as they are. Whoever votes for another class from now on asks anew. Say why it stays."),
        check=lambda: classes.check_stays(found),
        form=PlainReasonForm,
        do=lambda form: classes.keep_class(viewer_of(request), form.reason, found),
        done=_("It is decided: the class stays."),
    )
