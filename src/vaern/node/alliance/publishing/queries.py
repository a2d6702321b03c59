"""What was released. Everybody may read it; nothing here knows who does."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from vaern.node.alliance.models import PublicRelease, ReceivedRelease
from vaern.node.alliance.rules.figures import Published, loaded

if TYPE_CHECKING:
    from uuid import UUID

LATEST = "latest"


def find(name: str) -> PublicRelease | None:
    """Return a release by its number, or the latest; without the numbers under it."""
    found = PublicRelease.objects.defer("basis", "content").select_related("corrects", "corrected_by")
    if name == LATEST:
        return found.order_by("-number").first()
    return found.filter(number=int(name)).first() if name.isascii() and name.isdecimal() and len(name) < 9 else None


def released() -> list[PublicRelease]:
    """Return all releases, the latest first."""
    return list(
        PublicRelease.objects.defer("basis", "content")
        .select_related("released_by", "corrected_by")
        .order_by("-number")
    )


def received() -> list[tuple[ReceivedRelease, bool]]:
    """Return what secretariats on other nodes released, the latest first, and whether the file came along."""
    found = ReceivedRelease.objects.defer("document").select_related("secretariat")
    rows = found.annotate(has_file=~Q(document="")).order_by("-released_at", "-number")
    return [(one, one.has_file) for one in rows]


def received_one(id: UUID) -> ReceivedRelease | None:
    """Return what a secretariat on another node released, with its file; None where that did not come along."""
    return ReceivedRelease.objects.filter(pk=id).exclude(document="").first()


def content_of(release: PublicRelease) -> Published:
    """Return what a release tells; read once by each process, because it never changes."""
    return _content(release.pk)


@lru_cache(maxsize=8)
def _content(id: UUID) -> Published:
    return loaded(PublicRelease.objects.values_list("content", flat=True).get(pk=id))


def one(id: UUID) -> PublicRelease:
    """Return a release, without the numbers under it."""
    return PublicRelease.objects.defer("basis").get(pk=id)
