"""What people read of connections, and of why a file is in a series."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

CONNECTIONS: dict[str, Any] = {
    "camera": _("Camera"),
    "place": _("Place"),
    "folder": _("Folder or path"),
    "name": _("Pattern of names"),
    "account": _("Account"),
    "series": _("Perhaps one series"),
    "met": _("Met in the cross-check"),
}
RULES: dict[str, Any] = {
    "opened": _("It opened the series"),
    "by_hand": _("A person put it here"),
    "moved": _("A person moved it here"),
    "split": _("It came with a split"),
    "sha256": _("The same file (SHA-256)"),
    "sha1": _("The same file (SHA-1)"),
    "md5": _("The same file (MD5)"),
    "pdq": _("It looks alike (PDQ)"),
    "vpdq": _("A video that looks alike"),
    "camera": _("The same camera"),
}
