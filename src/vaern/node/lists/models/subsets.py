"""Subsets of lists, for recipients whose licence and legal basis do not cover all of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vaern.node.base.personal import Ends, Personal
from vaern.node.base.scope import Scoped
from vaern.node.casework.models import Casework
from vaern.node.lists.models.entries import OfList
from vaern.node.lists.models.lists import HashList
from vaern.node.lists.rules.proposals import Proposes
from vaern.node.lists.rules.subsets import LONGEST, Selection
from vaern.node.organisations.models import among, choices

if TYPE_CHECKING:
    import uuid


class ListSubset(Casework):
    """A named selection of a list that is released to organisations in the place of the list.

    It has no entries of its own: it is what its selection says of the list, on disk too, at the same releases.

    Attributes:
        name: as that of a list, and no list's.
        licences, bases, jurisdictions: as of `rules.subsets.Selection`.
        published: up to which change of the list it is on disk; 0 before it is there.
        written: the mark of the selection by which it was written.
        proposes, proposed_at: as of `HashList`: how often it proposes a signed release by itself.
    """

    PERSONAL: ClassVar = Personal(Ends.RECORD, plain=("name", "title", "licences", "bases", "jurisdictions", "written"))

    KIND: ClassVar[str] = "list_subset"
    READ_WITH: ClassVar[tuple[str, ...]] = ("organisation__member", "list")

    if TYPE_CHECKING:
        list_id: uuid.UUID

    name = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=100)
    licences = ArrayField(models.CharField(max_length=LONGEST), default=list)
    bases = ArrayField(models.CharField(max_length=LONGEST), default=list)
    jurisdictions = ArrayField(models.CharField(max_length=2), default=list)
    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="subsets")
    published = models.PositiveBigIntegerField(default=0)
    written = models.CharField(max_length=64, default="")
    proposes = models.CharField(max_length=10, choices=choices(Proposes), default="")
    proposed_at = models.DateTimeField(null=True)

    class Meta(Casework.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(name="subset_selects", condition=~Q(licences=[], bases=[], jurisdictions=[])),
            models.CheckConstraint(name="subset_proposes", condition=Q(proposes="") | among("proposes", Proposes)),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "name"])]

    def __str__(self) -> str:
        return self.title

    @property
    def selection(self) -> Selection:
        """Which entries of its list it has."""
        return Selection(frozenset(self.licences), frozenset(self.bases), frozenset(self.jurisdictions))


class ListStands(Scoped):
    """How many entries of a list were matched under some terms, when these were counted last.

    Attributes:
        licence, basis, jurisdiction: as its source says them (`rules.subsets.Stands`); "" where it does not.
        entries: how many.
    """

    PERSONAL: ClassVar = Personal(plain=("licence", "basis", "jurisdiction"))

    if TYPE_CHECKING:
        list_id: uuid.UUID

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="+")
    licence = models.CharField(max_length=LONGEST, default="")
    basis = models.CharField(max_length=LONGEST, default="")
    jurisdiction = models.CharField(max_length=2, default="")
    entries = models.PositiveBigIntegerField()

    objects = OfList()

    def __str__(self) -> str:
        return f"{self.entries} entries"
