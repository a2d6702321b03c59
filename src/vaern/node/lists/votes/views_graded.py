"""The pages on which the grades of a workstation become votes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, ngettext

from vaern.node.casework.sheets import found_or_404
from vaern.node.casework.workstations.views_graded import GradedPages
from vaern.node.lists.base.pages import about_list
from vaern.node.lists.models import HashList
from vaern.node.lists.votes.forms_graded import GradesForm

if TYPE_CHECKING:
    from collections.abc import Mapping


def _done(voted: Mapping[str, int]) -> str:
    made, same, disputed, gone = (voted.get(name, 0) for name in ("made", "same", "disputed", "gone"))
    said = [ngettext("%(n)s vote is given.", "%(n)s votes are given.", made) % {"n": made}]
    if same:
        said.append(ngettext("%(n)s stood already.", "%(n)s stood already.", same) % {"n": same})
    if disputed:
        text = ngettext("%(n)s entry is disputed now.", "%(n)s entries are disputed now.", disputed)
        said.append(text % {"n": disputed})
    if gone:
        text = ngettext("%(n)s is recalled or ended.", "%(n)s are recalled or ended.", gone)
        said.append(text % {"n": gone})
    return " ".join(said)


PAGES = GradedPages(
    HashList,
    "hash-lists/<uuid:id>",
    "lists",
    find=partial(found_or_404, HashList),
    about=about_list,
    text=gettext_lazy(
        "Each grade becomes an independent vote of your organisation: its people viewed the file. You answer for "
        "it. A category stays one of its own scheme, and what comes from a list is no vote."
    ),
    done=_done,
    form=GradesForm,
)
