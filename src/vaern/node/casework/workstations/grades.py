"""What was said at a workstation, written beside each thing of a record that it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaern.node.casework.workstations.said import alike

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from django.db.models import QuerySet

    from vaern.node.casework.workstations.said import Key
    from vaern.node.organisations.models import Person


def write(
    rows_of: Callable[[Collection[Key]], QuerySet[Any]],
    grades: Mapping[str, Collection[Key]],
    said: Mapping[Key, Mapping[str, str]],
    words: str,
    person: Person | None,
    at: datetime,
) -> int:
    """Write down grades, with what else is said; return of how many rows that is other than before.

    Args:
        rows_of: the rows of the record that have some keys, with the columns `graded` and `graded_…`.
        grades: keys, by the category with its scheme.
        said: what else is said, by the key and the name of the field, instead of what was said before.
        words: who graded, and where it is from.
        person: who brings it in.
        at: when.
    """
    changed = 0
    for category, keys in sorted(grades.items()):
        for more, same in alike(keys, said):
            found = rows_of(same).exclude(graded=category, graded_said=more)
            given = {"graded": category, "graded_said": more, "graded_words": words[:300]}
            changed += found.update(**given, graded_by=person, graded_at=at)
    return changed
