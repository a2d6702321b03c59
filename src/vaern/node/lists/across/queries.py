"""What is known of the lists that other nodes released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaern.node.casework.models import Release
from vaern.node.lists.across.following import sources_of
from vaern.node.lists.models import HashList, ListNotice

if TYPE_CHECKING:
    from vaern.node.organisations.viewers import Viewer


def unfollowed(viewer: Viewer) -> list[ListNotice]:
    """Return the lists of other nodes that the viewer's organisation was released and no list of it follows."""
    valid = Release.valid().filter(kind=HashList.KIND, recipient=viewer.organisation.pk).values("pk")
    rows = ListNotice.objects.select_related("release__owner").filter(release__in=valid).order_by("at")
    return [one for one in rows if not sources_of(one)]
