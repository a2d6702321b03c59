"""The manager of releasable records: the viewer's own, and those released to the viewer's organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef

from vaern.node.base.scope import Visible

if TYPE_CHECKING:
    from uuid import UUID


class Released(Visible):
    """Manager of a casework table: the organisation's own rows and those released to it (`Release`)."""

    def visible_to(self, organisation: UUID) -> Any:
        """Return the condition under which this organisation may see a row."""
        releases = apps.get_model("casework", "Release").valid()  # its module uses this manager
        released = releases.filter(kind=self.model.KIND, record=OuterRef("pk"), recipient=organisation)
        return super().visible_to(organisation) | Exists(released)
