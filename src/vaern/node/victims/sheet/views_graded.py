"""The pages on which the grades of a workstation come back to a series."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vaern.node.casework.sheets import own_or_404
from vaern.node.casework.workstations.views_graded import GradedPages
from vaern.node.victims.base.pages import about
from vaern.node.victims.models import Series

if TYPE_CHECKING:
    from collections.abc import Mapping


def _done(outcome: Mapping[str, int]) -> str:
    changed = outcome.get("changed", 0)
    if not changed:
        return _("All of these grades stood already: nothing is changed.")
    return ngettext("%(n)s file is graded.", "%(n)s files are graded.", changed) % {"n": changed}


PAGES = GradedPages(
    Series,
    "series/<uuid:id>",
    "victims",
    find=partial(own_or_404, Series),
    about=about,
    text=gettext_lazy(
        "Media meet the files by their digests. A category stays one of its own scheme, what comes from a list "
        "grades nothing, and nothing is concluded by it: which files belong to the series, and what is to be done, "
        "stays yours to say."
    ),
    done=_done,
    prefix="series-",
)
