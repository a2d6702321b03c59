"""A case and all that it absorbed: one to its people, and still several rows, so that a merge can be undone."""

from __future__ import annotations

from vaern.node.cases.models import Case

READ_ONCE = "_absorbed"


def whole(case: Case) -> list[Case]:
    """Return a case and all that it absorbed, directly or not: what hangs on any of them is shown on its page.

    All are of one organisation by construction. `case` comes first, then the oldest. Of a case that `read_once` was
    asked for, it is what was read then.
    """
    if READ_ONCE in case.__dict__:
        return [case, *case.__dict__[READ_ONCE]]
    found, last = [case], [case]
    while last:
        absorbed = list(Case.of(merged_into__in=last).order_by("opened_at", "pk"))
        found += absorbed
        last = absorbed
    return found


def read_once(case: Case) -> Case:
    """Return a case that remembers all that it absorbed, for a page whose parts each ask; not for whoever merges."""
    case.__dict__[READ_ONCE] = whole(case)[1:]
    return case


def root_of(case: Case) -> Case:
    """Return the case that a case was merged into at last; itself, if it was not. There are no circles (`merges`)."""
    found = case
    while found.merged_into is not None:
        found = found.merged_into
    return found
