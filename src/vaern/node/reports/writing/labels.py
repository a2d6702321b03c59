"""Labels of this room."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from vaern.node.reports.desk.labels import DOCUMENTS, OFFENCES

CHANNELS: dict[str, Any] = {code: DOCUMENTS[code] for code in ("telephone", "letter", "mail", "visit")}
KINDS: dict[str, Any] = OFFENCES
DANGER: dict[str, Any] = {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}
ONGOING: dict[str, Any] = {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}
ABOUT: dict[str, Any] = {
    "self": _("The child itself reports"),
    "known": _("A child whom they know"),
    "other": _("A child whom they do not know"),
}
ANSWERS: dict[str, Any] = {
    "code": _("By a code that I read to them: they stay anonymous"),
    "contact": _("They leave how we reach them"),
    "none": _("They want no answer"),
}
LANGUAGES: dict[str, Any] = {
    "en": "English",
    "da": "Dansk",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "nl": "Nederlands",
    "pl": "Polski",
    "sv": "Svenska",
    "": _("Another"),
}
"""Languages in their own words."""

ROWS: dict[str, Any] = {
    "time": _("Line %(line)s: the time is not one such as 2026-11-20T21:14."),
    "port": _("Line %(line)s: the port is not a number."),
    "hash": _("Line %(line)s: this is no SHA-256, SHA-1, MD5 or PDQ in hexadecimal digits."),
    "many": _("From line %(line)s on it is too much. Send the rest as another report."),
}
"""What is wrong with a row, by `lines.RowError.what`."""
