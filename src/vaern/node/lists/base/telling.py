"""Why matches fell, in words: what is said of the recall of their entry, and why the node set it aside.

Of a dispute nothing is said here: who votes does so without reading what others said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.standing import Fallen
from vaern.node.lists.base.labels import CAUSES, REASONS
from vaern.node.lists.models import EntryQuarantine, EntryRecall
from vaern.node.lists.rules.effects import RecallReason
from vaern.node.lists.rules.floods import Cause

if TYPE_CHECKING:
    from collections.abc import Collection

    from vaern.node.casework.standing import Met


def why(met: Collection[Met]) -> dict[Met, str]:
    """Return why matches fell, of those whose entry was recalled, or set aside by the node."""
    wanted = {"list__name__in": {name for name, _entry, _code in met}, "ident__in": {entry for _n, entry, _c in met}}
    found: dict[Met, str] = {}
    recalls = EntryRecall.everywhere.filter(ended_at=None, **wanted)
    for name, ident, reason, words in recalls.values_list("list__name", "ident", "why", "words"):
        said = str(REASONS[RecallReason(reason)])
        found[name, ident, Fallen.RECALLED.value] = f"{said}. {words}" if words else said
    aside = EntryQuarantine.everywhere.filter(ended_at=None, **wanted)
    for name, ident, cause in aside.values_list("list__name", "ident", "cause"):
        found[name, ident, Fallen.QUARANTINED.value] = str(CAUSES[Cause(cause)])
    return {one: found[one] for one in met if one in found}
