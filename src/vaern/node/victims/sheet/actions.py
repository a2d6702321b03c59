"""Assign a series to oneself, and give it up again; take the grades of a workstation for its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from vaern.node.base.refusals import Conflict
from vaern.node.casework.workstations.grades import write as write_grades
from vaern.node.ledger.record import record
from vaern.node.victims.base import life
from vaern.node.victims.models import Member
from vaern.node.victims.sheet import acts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from vaern.node.ledger.rules import Reason
    from vaern.node.organisations.viewers import Viewer
    from vaern.node.victims.models import Series


@transaction.atomic
def work_on(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Assign a series to the viewer; a previous assignee sees who has it now.

    Raises:
        Refusal: it is not theirs.
    """
    current = life.own_locked(viewer, series)
    current.working = viewer.person
    current.save(update_fields=["working"])
    record(acts.TAKEN_ON, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def leave(viewer: Viewer, reason: Reason, series: Series) -> Series:
    """Give up a series that the viewer works on: it is nobody's until somebody takes it.

    Raises:
        Refusal: it is not theirs, or somebody else works on it.
    """
    current = life.own_locked(viewer, series)
    if viewer.person is None or current.working_id != viewer.person.pk:
        raise Conflict(_("You do not work on this series."))
    current.working = None
    current.save(update_fields=["working"])
    record(acts.LEFT, current.subject, viewer.actor, reason)
    return current


@transaction.atomic
def check_gradable(viewer: Viewer, series: Series) -> None:
    """Refuse where grades of a workstation cannot be taken now.

    Raises:
        Refusal: the series is not theirs, or another one took it over.
    """
    life.own_locked(viewer, series)


@transaction.atomic
def grade(
    viewer: Viewer,
    reason: Reason,
    series: Series,
    grades: Mapping[str, Collection[int]],
    words: str = "",
    said: Mapping[int, Mapping[str, str]] | None = None,
) -> int:
    """Write down what people at a workstation said of files; return of how many that is other than before.

    Args:
        viewer: a person of the organisation that owns the series; they answer for it.
        reason: why.
        series: that still has files of its own.
        grades: numbers of files, by the category with its scheme. What is no file of the series is left alone.
        words: who graded, and where it is from.
        said: what else they said of files, by the number and the name of the field, instead of what was said before.

    Raises:
        Refusal: a key brings it in, or the series is not theirs, or another one took it over.
    """
    current = life.own_locked(viewer, series)
    now = timezone.now()

    def found(members: Collection[int]) -> QuerySet[Member]:
        return Member.of(series=current).filter(pk__in=members)

    changed = write_grades(found, grades, said or {}, words, viewer.person, now)
    if changed:
        current.version, current.changed_at = current.version + 1, now
        current.save(update_fields=["version", "changed_at"])
        record(acts.GRADED, current.subject, viewer.actor, reason, count=changed, details=words)
    return changed
