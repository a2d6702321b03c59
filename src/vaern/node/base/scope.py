"""Scope-or-raise: a query for records of organisations works for one viewer, or is an error.

    with viewing(person):
        Scan.objects.filter(...)        # the viewer's organisation's own, and what was released to it
    Scan.objects.filter(...)            # ScopeError

Built on django-scopes, whose managers know equality only; "own or released" is two conditions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import OuterRef, Q
from django_scopes import ScopeError, get_scope, scope
from django_scopes.manager import DisabledQuerySet

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from uuid import UUID

DIMENSION = "organisation"


def viewing(organisation: UUID) -> AbstractContextManager[None]:
    """Let the queries inside see what this organisation may see."""
    viewer: AbstractContextManager[None] = scope(**{DIMENSION: organisation})
    return viewer


def _raise(self: OutOfScope, *_args: Any, **_kwargs: Any) -> Any:
    raise ScopeError("No viewer is in scope: open viewing(organisation), or take the everywhere manager in a job.")


class OutOfScope(DisabledQuerySet):  # type: ignore[misc]
    """A query without a viewer. django-scopes' own lets `exists`, `exclude` and use inside other queries through."""

    alias = bulk_update = contains = defer = difference = distinct = exclude = exists = explain = extra = _raise
    in_bulk = intersection = prefetch_related = select_related = resolve_expression = _fetch_all = _raise
    aaggregate = acontains = acount = aexists = aexplain = ain_bulk = _raise


class Visible(models.Manager[Any]):
    """The manager of a table whose rows belong to an organisation: the rows of the one in scope.

    Attributes:
        owner: the field that names the organisation.
    """

    use_in_migrations = True

    def __init__(self, owner: str = "organisation") -> None:
        super().__init__()
        self.owner = owner

    def get_queryset(self) -> models.QuerySet[Any]:
        """Return the rows that the viewer in scope may see; without a viewer, a queryset that raises."""
        found = get_scope()
        migrating = self.model.__module__ == "__fake__"  # a migration's model: nobody views
        if migrating or not found.get("_enabled", True):
            return super().get_queryset()
        if DIMENSION not in found:
            disabled: models.QuerySet[Any] = OutOfScope(self.model, using=self._db, missing_scopes={DIMENSION})
            return disabled
        return super().get_queryset().filter(self.visible_to(found[DIMENSION]))

    def visible_to(self, organisation: UUID) -> Q | Any:
        """Return the condition under which this organisation may see a row."""
        return Q(**{self.owner: organisation})


class Scoped(models.Model):
    """A table under scope-or-raise: `objects` knows the rows of the organisation in scope, `everywhere` all of them.

    `everywhere` is for jobs, for acts on locked rows, and for what belongs to no organisation's view.
    """

    everywhere: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "everywhere"

    @classmethod
    def of(cls, **record: Any) -> models.QuerySet[Any]:
        """Return the rows that hang on a record: whoever was given the record may know them, in whichever scope.

            Item.of(report=report).filter(added=False)
            Statement.of(case__in=cases)

        Args:
            record: by one relation, that may lead through others: a record that was found, records (`…__in`), or the
                row of an outer query.

        Raises:
            TypeError: it is an id, or anything else that nobody had to find.
        """
        ((relation, given),) = record.items()
        if isinstance(given, models.QuerySet):
            return cls.everywhere.filter(**record)
        for one in given if relation.endswith("__in") else [given]:
            if not isinstance(one, models.Model | OuterRef):
                raise TypeError(f"{cls.__name__}.of({relation}=…) takes what was found, not {type(one).__name__}")
        return cls.everywhere.filter(**record)
