"""The page on which the grades of a workstation become votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vaern.node.casework.sheets import found_or_404
from vaern.node.casework.workstations.graded import LARGEST
from vaern.node.casework.workstations.presenters import difference
from vaern.node.casework.workstations.views_graded import bring_back
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.models import HashList
from vaern.node.lists.votes import actions_graded, graded
from vaern.node.lists.votes.forms_graded import GradesForm
from vaern.node.organisations.access import requires
from vaern.node.organisations.rules import Permission
from vaern.node.organisations.viewers import viewer_of
from vaern.node.web.intake import takes_up_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from vaern.node.casework.workstations.graded import Graded
    from vaern.node.lists.votes.actions_graded import Voted


@takes_up_to(LARGEST)
@requires(Permission.HASHLIST_VOTE)
def graded_file(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read a graded document against a list, show what it says by category, and vote."""
    viewer, hash_list = viewer_of(request), found_or_404(HashList, id)

    def take(form: Any, document: Graded) -> Voted:
        words = document.signed(_("VICS of a workstation %(digest)s") % {"digest": document.mark})
        return actions_graded.vote_all(viewer, form.reason, hash_list, form.ballots, words)

    return bring_back(
        request,
        about_list(hash_list),
        text=_(
            "Each grade becomes an independent vote of your organisation: its people viewed the file. You answer for "
            "it. A category stays one of its own scheme, and what comes from a list is no vote."
        ),
        resolve=lambda media: graded.entries_of(hash_list, media),
        difference=lambda document: difference(document, graded.before(viewer, hash_list, document)),
        form=GradesForm,
        take=take,
        done=_done,
    )


def _done(voted: Voted) -> str:
    said = [ngettext("%(n)s vote is given.", "%(n)s votes are given.", voted.made) % {"n": voted.made}]
    if voted.same:
        said.append(ngettext("%(n)s stood already.", "%(n)s stood already.", voted.same) % {"n": voted.same})
    if voted.disputed:
        text = ngettext("%(n)s entry is disputed now.", "%(n)s entries are disputed now.", voted.disputed)
        said.append(text % {"n": voted.disputed})
    if voted.gone:
        text = ngettext("%(n)s is recalled or ended.", "%(n)s are recalled or ended.", voted.gone)
        said.append(text % {"n": voted.gone})
    return " ".join(said)
