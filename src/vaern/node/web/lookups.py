"""The row that a page is about, or the answer that there is none."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

Row = TypeVar("Row")


def or_404(found: Row | None) -> Row:
    """Return what a query found.

    Raises:
        Http404: it found nothing: there is no such row, or the viewer may not know of it; both look alike.
    """
    if found is None:
        raise Http404
    return found
