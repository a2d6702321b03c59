"""Lists that organisations of other nodes released to ours: what their nodes say of them, and what we still owe."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils import timezone

from vaern.node.base.personal import Personal
from vaern.node.base.scope import Scoped, Visible
from vaern.node.casework.models import Release

if TYPE_CHECKING:
    import uuid


class ListNotice(Scoped):
    """What another node says of a list that it released: where it is fetched, and up to which release there is.

    Nothing of the list itself is taken from here: entries come from its repository, by its signatures.

    Attributes:
        release: by which it was released.
        name: of the list in its repository.
        title: as its keeper calls it.
        version: of the newest signed release; 0 before the first.
        address: of the repository; "" where that is said otherwise.
        roots: the SHA-256 of each root with which trust in that repository may begin.
        recalled: entries whose recall came, and is not acknowledged yet.
        acknowledged: the release that its keeper was told is used here.
    """

    PERSONAL: ClassVar = Personal(plain=("name", "title", "address", "roots", "recalled"))

    if TYPE_CHECKING:
        release_id: uuid.UUID

    release = models.OneToOneField(Release, on_delete=models.CASCADE, primary_key=True, related_name="+")
    name = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    version = models.PositiveBigIntegerField(default=0)
    address = models.CharField(max_length=300, default="")
    roots = models.JSONField(default=list)
    recalled = models.JSONField(default=list)
    acknowledged = models.PositiveBigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    objects = Visible("release__recipient")

    def __str__(self) -> str:
        return self.name
