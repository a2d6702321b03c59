"""What is known of the source of a list; nobody reads its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from vaern.node.lists.models import HashList, ListIntake, ListSource
from vaern.node.lists.rules.sources import Outcome, late_since
from vaern.node.reports.intake.lists import ageing

if TYPE_CHECKING:
    from datetime import datetime

    from vaern.node.organisations.viewers import Viewer
    from vaern.node.reports.intake.lists import Ageing


class Old(NamedTuple):
    """A list that files here are compared with, and that stops soon or has stopped.

    Attributes:
        age: how old it is.
        hash_list: the list, where the viewer may see it; else None.
    """

    age: Ageing
    hash_list: HashList | None


class Late(NamedTuple):
    """A source that has not been fetched whole for long.

    Attributes:
        source: with its list.
        since: when it was last fetched whole, or set.
    """

    source: ListSource
    since: datetime


def source_of(hash_list: HashList) -> ListSource | None:
    """Return the source of a list that the viewer was given; None where it is not fetched."""
    found: ListSource | None = ListSource.of(list=hash_list).select_related("set_by").first()
    if found is not None:
        found.list = hash_list
    return found


def is_of_others(hash_list: HashList) -> bool:
    """Return whether somebody else makes a list, who can be told what was found: it names them, or came as a file."""
    return bool(hash_list.source) or ListIntake.of(list=hash_list).exists()


def old_lists() -> list[Old]:
    """Return the loaded lists that are about to stop or have stopped, with those of them that the viewer may see."""
    found = ageing()
    if not found:
        return []
    seen = {one.name: one for one in HashList.objects.filter(name__in=[age.name for age in found])}
    return [Old(age, seen.get(age.name)) for age in found]


def late(viewer: Viewer) -> list[Late]:
    """Return the sources of the viewer's lists that have not been fetched whole for long, the longest first.

    What waits for a decision is not among them: that has an item of its own (`intake.items`).
    """
    now = timezone.now()
    sources = ListSource.objects.select_related("list").filter(list__organisation=viewer.organisation.pk)
    found = [Late(one, one.fetched_at or one.set_at) for one in sources.exclude(outcome=Outcome.WAITS.value)]
    return sorted((one for one in found if late_since(one.since, one.source.every) <= now), key=lambda one: one.since)
