"""The pages on which the grades of a workstation come back to a scan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vaern.node.casework.sheets import own_or_404
from vaern.node.casework.workstations.views_graded import GradedPages
from vaern.node.scans.models import Scan
from vaern.node.scans.presenters import about

if TYPE_CHECKING:
    from collections.abc import Mapping


def _done(outcome: Mapping[str, int]) -> str:
    changed = outcome.get("changed", 0)
    if not changed:
        return _("All of these grades stood already: nothing is changed.")
    text = ngettext("%(n)s finding is graded.", "%(n)s findings are graded.", changed)
    return text % {"n": changed}


PAGES = GradedPages(
    Scan,
    "scans/<uuid:id>",
    "scans",
    find=partial(own_or_404, Scan),
    about=about,
    text=gettext_lazy(
        "Media meet the findings by their MD5. A category stays one of its own scheme, what comes from a list "
        "grades nothing, and nothing is concluded by it: the decision on the scan stays yours."
    ),
    done=_done,
)
