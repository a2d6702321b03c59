"""The manager of releasable records: the viewer's own, and those released to the viewer's organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Exists, OuterRef
from django_scopes import get_scope

from vaern.node.base.scope import DIMENSION, Visible

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet


class Released(Visible):
    """Manager of a casework table: the organisation's own rows and those released to it (`Release`)."""

    def visible_to(self, organisation: UUID) -> Any:
        """Return the condition under which this organisation may see a row."""
        return super().visible_to(organisation) | Exists(self._releases(organisation).filter(record=OuterRef("pk")))

    def received(self) -> QuerySet[Any]:
        """Return the rows that were released to the viewer in scope, from the few releases to the rows."""
        given = self._releases(get_scope()[DIMENSION])
        return super(Visible, self).get_queryset().filter(pk__in=given.values("record"))

    def _releases(self, organisation: UUID) -> QuerySet[Any]:
        releases = apps.get_model("casework", "Release").valid()  # its module uses this manager
        given: QuerySet[Any] = releases.filter(kind=self.model.KIND, recipient=organisation)
        return given
