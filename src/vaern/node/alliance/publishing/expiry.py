"""Previews end after a day, whether or not anybody asks for another: the numbers under them are small ones too."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from vaern.node.alliance.models import ReleasePreview

KEPT = timedelta(days=1)
"""How long a preview is shown that nobody releases."""


def expire() -> int:
    """Erase the previews that are too old to be shown; each night, and before each new one."""
    gone, _by_table = ReleasePreview.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()
    return gone
